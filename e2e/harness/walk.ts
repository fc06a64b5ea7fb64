import type { Page } from 'playwright-core'
import { demoScan } from '../../server/src/papers/demo-scan.ts'
import { completeIdNumber } from '../../server/src/values/idNumber.ts'
import { officialCalendar } from '../../server/src/values/load.ts'
import type { TestBrowser, TestPage } from './browser.ts'

/** What an act answers a page's own script. */
export interface Answer {
  ok: boolean
  refusal?: { code: string; clause: string | null; message: { zh: string; en: string } }
  result?: unknown
}

/** What a page's own script may ask the server for, as a person who tries it by hand would. */
export async function actAs(page: Page, type: string, input: object): Promise<Answer> {
  return page.evaluate(
    async ([name, body]) => {
      const answer = await fetch(`/api/acts/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-mingbu': '1' },
        body: JSON.stringify({ requestId: crypto.randomUUID(), input: body }),
      })
      return answer.json()
    },
    [type, input] as const,
  )
}

interface Opened {
  materials: { pages: number }[]
  notices: { kind: string; file: string | null; body: { pages?: number } }[]
}
/** How many pages whoever archives a case counts: of its materials and of the papers it was given. */
export async function pagesOf(page: Page, caseId: string): Promise<number> {
  const { materials, notices } = (await actAs(page, 'case.open', { caseId })).result as Opened
  const papers = notices.filter((one) => one.file !== null && one.kind !== 'archive_list')
  return [...materials, ...papers.map(({ body }) => ({ pages: body.pages ?? 1 }))].reduce(
    (sum, one) => sum + one.pages,
    0,
  )
}

/** Types name and password of a demo person, as anybody would. */
export async function fillSignIn(page: Page, address: string, username: string): Promise<void> {
  await page.goto(`${address}/sign-in`)
  await page.getByLabel('用户名').fill(username)
  await page.getByLabel('密码', { exact: true }).fill('mingbu-demo-2026')
}

/** A page of its own, signed in as a demo person, at the worklist. */
export async function signIn(browser: TestBrowser, address: string, username: string): Promise<TestPage> {
  const opened = await browser.newPage()
  await fillSignIn(opened.page, address, username)
  await opened.page.keyboard.press('Enter')
  await opened.page.getByRole('heading', { name: '待办件' }).waitFor()
  return opened
}

interface Holders {
  sharing: string
  holders: { kind: string }[]
  mortgages: number
  seizures: { waiting: boolean }[]
  objections: number
  prenotices: number
}

/** The first home of the office that fits and has no case, as the desk would look for one. */
export async function findHome(page: Page, fits: (found: Holders) => boolean): Promise<string> {
  const codes = await page.evaluate(async () => {
    const found = (await (await fetch('/api/units?q=3302')).json()) as { items: { code: string }[] }
    return found.items.map((item) => item.code)
  })
  for (const code of codes) {
    const { result } = await actAs(page, 'register.holders', { unitCode: code })
    if (fits(result as Holders) && !(await isBusy(page, code))) return code
  }
  throw new Error('no such home among the first fifty')
}

/** Held by one person alone, with nothing on it. */
export const quietHome = (found: Holders): boolean =>
  found.sharing === '0' &&
  found.holders.length === 1 &&
  found.holders[0]!.kind === 'person' &&
  found.mortgages + found.seizures.length + found.objections + found.prenotices === 0

async function isBusy(page: Page, code: string): Promise<boolean> {
  return page.evaluate(async (unit) => {
    const found = (await (await fetch(`/api/cases?q=${unit}`)).json()) as { items: unknown[] }
    return found.items.length > 0
  }, code)
}

/** The invented buyer of every walk. */
export const buyerIdNumber = completeIdNumber('33020319900101007')

/** Opens the application form and chooses the unit in it. */
export async function chooseUnit(page: Page, unitCode: string): Promise<void> {
  await page.getByRole('link', { name: '录入申请' }).click()
  await page.getByLabel('单元号或坐落').fill(unitCode)
  await page.locator('.ant-select-item-option', { hasText: unitCode }).waitFor()
  await page.keyboard.press('Enter')
}

/** Fills in the application of the sale of a home to one buyer; the form is left unsent. */
export async function fillApplication(page: Page, unitCode: string, buyer: string): Promise<void> {
  await chooseUnit(page, unitCode)
  await page.getByLabel('成交价格').fill('1,680,000')
  await page.getByLabel('合同编号').fill('甬房买卖(2026)第9001号')
  await page.getByLabel('姓名或名称').fill(buyer)
  await page.getByLabel('证件号码').fill(buyerIdNumber)
}

/** Sends the application and gives the id of the case it opened. */
export async function sendApplication(page: Page): Promise<string> {
  await page.getByLabel('证件号码').press('Control+Enter')
  await page.getByRole('heading', { name: '办理', exact: true }).waitFor()
  return page.url().split('/').at(-1)!
}

/** Passes the identity check of every party. */
export async function checkEveryone(page: Page): Promise<void> {
  const buttons = page.getByRole('button', { name: /^通过 · / })
  for (let left = await buttons.count(); left > 0; left--) {
    await buttons.first().click()
    await buttons.nth(left - 1).waitFor({ state: 'detached' })
  }
}

/** One scan after another; the screen chooses the next missing material by itself. */
export async function takeInAll(page: Page): Promise<void> {
  await page.getByRole('tab', { name: '材料' }).click()
  const missing = page.locator('.mb-check-out')
  await page.locator('.mb-checklist').waitFor()
  for (let left = await missing.count(); left > 0; left--) {
    const name = (await missing.first().locator('span').last().textContent()) ?? ''
    const scan = {
      name: `${left}.pdf`,
      mimeType: 'application/pdf',
      buffer: demoScan(name, ['受让人：演新主', '合同编号：甬房买卖(2026)第9001号', `第 ${left} 份`]),
    }
    await page.locator('input[type=file]').first().setInputFiles(scan)
    await missing.nth(left - 1).waitFor({ state: 'detached' })
  }
}

/** Clicks the button of an act's form, confirms it where it is asked for, and waits until the product says that it is done. */
export async function submit(page: Page, act: string): Promise<void> {
  await page.getByRole('button', { name: `提交：${act}` }).click()
  const done = page.getByText(`“${act}”已办理。`)
  const dialog = page.getByRole('dialog', { name: '当场确认' })
  await done.or(dialog).first().waitFor()
  if (await dialog.isVisible()) await confirmByDemoCode(page)
  await done.waitFor()
}

/** Confirms an act of high value with the demo's code, once the page asks for it. */
export async function confirmByDemoCode(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: '当场确认' })
  await dialog.getByRole('button', { name: /^填入演示口令/ }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** Opens the case from the worklist of whoever may do its next step. */
export async function openFromWorklist(page: Page, caseId: string): Promise<void> {
  await page.locator(`a[href="/cases/${caseId}"]`).click()
  await page.getByRole('heading', { name: '办理', exact: true }).waitFor()
}

/** Plugs an authenticator into the page's browser whose user is always there and always verified. */
export async function plugIn(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** A day on which offices work, within two weeks. */
export function workday(): string {
  for (let ahead = 5; ; ahead++) {
    const day = Temporal.Now.plainDateISO('Asia/Shanghai').add({ days: ahead })
    if (officialCalendar({ allowUnpublished: true }).isWorkingDay(day) === true) return day.toString()
  }
}
