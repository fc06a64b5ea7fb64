import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, Result, RunOptions } from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'

// Read by the Chromium package when it is first imported: it then also unpacks the libraries a bare machine lacks.
process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs22.x'

/** What went wrong in a page without anybody asking: a test is free to expect some, most expect none. */
export interface PageTroubles {
  /** Console messages of level error, uncaught exceptions and violations of the content policy. */
  consoleErrors: string[]
  /** `GET url: reason or status` of requests that failed or were answered with 500 and above. */
  failedRequests: string[]
}

/** A page of a real browser, with its own cookies and storage. */
export interface TestPage {
  page: Page
  troubles: PageTroubles
  close: () => Promise<void>
}

export interface PageOptions {
  /** Language the product opens in; `zh` unless told. */
  lang?: 'zh' | 'en'
  viewport?: { width: number; height: number }
}

/** One Chromium for a test file. `await using` closes it. */
export interface TestBrowser extends AsyncDisposable {
  newPage: (options?: PageOptions) => Promise<TestPage>
}

/** Opens the Chromium that comes with the packages; a fresh machine needs nothing else. */
export async function openBrowser(): Promise<TestBrowser> {
  const { default: packaged } = await import('@sparticuz/chromium')
  const args = packaged.args.filter((arg) => !ownArgs.has(arg.split('=')[0]!))
  const browser: Browser = await chromium.launch({
    executablePath: await packaged.executablePath(),
    args: [...args, '--disable-gpu', '--disable-software-rasterizer'],
    headless: true,
    chromiumSandbox: false,
  })
  return {
    newPage: (options) => newPage(browser, options),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

// A page is painted without a graphics card: software that plays one takes a quarter of the processor, and nothing here needs it.
// Tests run a local server and judge what people see: no weakened web security, no single process, no fixed window.
const ownArgs = new Set([
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--single-process',
  '--no-zygote',
  '--window-size',
  '--headless',
  '--disable-site-isolation-trials',
  '--ignore-gpu-blocklist',
  '--in-process-gpu',
  '--use-gl',
  '--use-angle',
  '--enable-unsafe-swiftshader',
])

async function newPage(
  browser: Browser,
  { lang = 'zh', viewport = { width: 1440, height: 900 } }: PageOptions = {},
): Promise<TestPage> {
  const context = await browser.newContext({
    viewport,
    locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    acceptDownloads: true,
    reducedMotion: 'reduce',
  })
  // Only until the page itself has chosen: the language switch must win over this.
  await context.addInitScript((language) => {
    try {
      localStorage.getItem('mingbu.language') ?? localStorage.setItem('mingbu.language', language)
    } catch {
      // data: and opaque pages have no storage.
    }
  }, lang)
  const page = await context.newPage()
  const troubles: PageTroubles = { consoleErrors: [], failedRequests: [] }
  page.on('console', (message) => message.type() === 'error' && troubles.consoleErrors.push(message.text()))
  page.on('pageerror', (error) => troubles.consoleErrors.push(String(error)))
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'failed'
    // Leaving a page cancels what it was still fetching; that is no failure.
    if (reason !== 'net::ERR_ABORTED')
      troubles.failedRequests.push(`${request.method()} ${request.url()}: ${reason}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 500)
      troubles.failedRequests.push(`${response.request().method()} ${response.url()}: ${response.status()}`)
  })
  return { page, troubles, close: () => context.close() }
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/**
 * What axe-core finds wrong with the page as it stands, against WCAG 2.2 A and AA unless told otherwise. Runs
 * through the debugger, so the page's own content policy need not be loosened.
 */
export async function runAxe(
  page: Page,
  options: RunOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
): Promise<Result[]> {
  await stillness(page)
  await page.evaluate(readFileSync(axePath, 'utf8'))
  const results = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults
  return results.violations
}

/** Waits until what comes or goes has come or gone (a window that fades has colours of no design); what turns for ever is not waited for. */
const stillness = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const passing = document
      .getAnimations()
      .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime ?? Number.POSITIVE_INFINITY))
    const late = new Promise((resolve) => setTimeout(resolve, 2000))
    await Promise.race([Promise.allSettled(passing.map((one) => one.finished)), late])
  })

/** One line per violation with the first elements it concerns: what a failing test should print. */
export function describeViolations(violations: readonly Result[]): string[] {
  return violations.map(
    (violation) =>
      `${violation.id}: ${violation.help} — ${violation.nodes
        .slice(0, 3)
        .map((node) => node.html.slice(0, 160))
        .join(' | ')}`,
  )
}

/** Saves what is seen as PNG once fonts have come and nothing moves. */
export async function screenshot(
  page: Page,
  path: string,
  { fullPage = false }: { fullPage?: boolean } = {},
): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path, fullPage, animations: 'disabled' })
}
