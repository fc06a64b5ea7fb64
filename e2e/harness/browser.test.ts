import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeViolations, openBrowser, runAxe, screenshot, type TestBrowser } from './browser.ts'

let browser: TestBrowser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser[Symbol.asyncDispose]())

const html = (body: string) =>
  `data:text/html;charset=utf-8,${encodeURIComponent(`<!doctype html><html lang="zh-CN"><title>明簿</title><main><h1>簿</h1>${body}</main></html>`)}`

test('a page opens in the size and language asked for, without troubles', async () => {
  const { page, troubles, close } = await browser.newPage({
    lang: 'en',
    viewport: { width: 1280, height: 720 },
  })
  await page.goto(html('<p>登记</p>'))
  expect(await page.getByRole('heading').innerText()).toBe('簿')
  expect(await page.evaluate(() => [innerWidth, innerHeight, navigator.language])).toEqual([
    1280,
    720,
    'en-GB',
  ])
  expect(troubles).toEqual({ consoleErrors: [], failedRequests: [] })
  await close()
})

test('errors of the page and requests that fail are collected', async () => {
  const { page, troubles, close } = await browser.newPage()
  await page.goto(
    html(
      '<script>console.error("planted"); setTimeout(() => { throw new Error("thrown") })</script><img alt="" src="http://127.0.0.1:9/none.png">',
    ),
  )
  await expect
    .poll(() => troubles.failedRequests)
    .toEqual([expect.stringContaining('http://127.0.0.1:9/none.png')])
  await expect.poll(() => troubles.consoleErrors.join('\n')).toMatch(/planted[\s\S]*thrown/)
  await close()
})

test('axe names a button without a name and finds nothing wrong with a good page', async () => {
  const { page, close } = await browser.newPage()
  await page.goto(html('<button></button>'))
  const violations = await runAxe(page)
  expect(violations.map((violation) => violation.id)).toEqual(['button-name'])
  expect(describeViolations(violations)[0]).toContain('<button>')
  await page.goto(html('<button>受理</button>'))
  expect(await runAxe(page)).toEqual([])
  await close()
})

test('a screenshot is a PNG of the viewport', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mingbu-shot-'))
  const { page, close } = await browser.newPage({ viewport: { width: 400, height: 300 } })
  await page.goto(html(''))
  await screenshot(page, join(folder, 'a.png'))
  const png = readFileSync(join(folder, 'a.png'))
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([400, 300])
  rmSync(folder, { recursive: true })
  await close()
})
