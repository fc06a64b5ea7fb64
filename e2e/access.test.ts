import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeViolations,
  openBrowser,
  runAxe,
  screenshot,
  type TestBrowser,
  type TestPage,
} from './harness/browser.ts'
import { type Product, startProduct } from './harness/product.ts'
import { actAs, confirmByDemoCode, signIn } from './harness/walk.ts'

let product: Product
let browser: TestBrowser
let archivist: TestPage
let head: TestPage
let security: TestPage

beforeAll(async () => {
  product = await startProduct()
  browser = await openBrowser()
  archivist = await signIn(browser, product.address, 'haishu.archive1')
  head = await signIn(browser, product.address, 'haishu.head')
  security = await signIn(browser, product.address, 'city.secadmin')
}, 240_000)
afterAll(async () => {
  await browser[Symbol.asyncDispose]()
  await product[Symbol.asyncDispose]()
})

/** Pictures to look at, where somebody asked for them. */
const shots = process.env.SHOTS
async function look({ page, troubles }: TestPage, name: string) {
  expect(describeViolations(await runAxe(page)), name).toEqual([])
  expect(
    troubles.consoleErrors.filter((words) => !/status of (403|422)/.test(words)),
    name,
  ).toEqual([])
  expect(troubles.failedRequests, name).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBe(0)
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.waitForTimeout(500)
  await screenshot(page, join(shots, `${name}.png`))
}
const open = async (who: TestPage, path: string, heading: string) => {
  await who.page.goto(`${product.address}${path}`)
  await who.page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor()
}
const decide = async (page: Page, button: '同意' | '不同意', word: string) => {
  await page.getByRole('button', { name: button, exact: true }).first().click()
  await page.getByRole('dialog').getByLabel('意见').fill(word)
  await page.keyboard.press('Control+Enter')
  if (button === '同意') await confirmByDemoCode(page)
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

test('an archivist asks for a duty, the head and the security administrator approve, and the right is there with its reasons', async () => {
  const { page } = archivist
  await open(archivist, '/access', '我的权限')
  await page.getByText('不能申请的职责').waitFor()
  await page.getByLabel('职责', { exact: true }).fill('查询')
  await page.locator('.ant-select-item-option', { hasText: /^查询/ }).click()
  await page.getByLabel('止', { exact: true }).fill('2027-01-31')
  await page.keyboard.press('Enter')
  await page.getByLabel('理由').fill('查询窗口轮岗两个月，王某休假期间顶岗')
  await page.getByRole('button', { name: '提交申请' }).click()
  await page.getByText('已提交，等待岗位负责人和安全管理员审批。').waitFor()
  await look(archivist, 'rights-asked')

  await open(head, '/access/requests', '权限审批')
  await head.page.locator('tr[data-row]').first().waitFor()
  await look(head, 'requests')
  await decide(head.page, '同意', '轮岗安排，同意')
  await head.page.getByText('待安全管理员').waitFor()
  const again = head.page.getByRole('button', { name: '同意', exact: true }).first()
  expect(await again.getAttribute('aria-disabled')).toBe('true')

  await open(security, '/access/requests', '权限审批')
  await decide(security.page, '同意', '范围和期限适当')
  await security.page.getByText('没有待审批的申请').waitFor()

  await open(archivist, '/access', '我的权限')
  const held = page.getByRole('region', { name: '现有权限' })
  await held.getByText('2027-01-31').waitFor()
  expect(await held.textContent()).toMatch(/查询.*查询窗口轮岗/)
  await look(archivist, 'rights')
}, 120_000)

test('the matrix tells who holds what and why, and leaves as a workbook', async () => {
  const { page } = head
  await open(head, '/access/matrix', '权限矩阵')
  await page.locator('tr[data-row]', { hasText: '查询窗口轮岗' }).waitFor()
  await look(head, 'matrix')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '导出 Excel' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^权限矩阵-\d{4}-\d\d-\d\d\.xlsx$/)
  expect(
    readFileSync(await download.path())
      .subarray(0, 2)
      .toString(),
  ).toBe('PK')
  await page.getByText('按职责').click()
  await look(head, 'matrix-by-duty')
}, 60_000)

test('a look for a case that nobody has in hand is refused, told to the security administrator, and stands in the own trace', async () => {
  const recorder = await signIn(browser, product.address, 'haishu.recorder1')
  const unit = await recorder.page.evaluate(async () => {
    const found = (await (await fetch('/api/units?q=3302')).json()) as { items: { code: string }[] }
    return found.items.at(-1)!.code
  })
  expect(await actAs(recorder.page, 'register.view', { unitCode: unit, purpose: 'case' })).toMatchObject({
    ok: false,
    refusal: { code: 'look_without_case', clause: '6.7' },
  })
  await open(recorder, '/my-trace', '我的痕迹')
  await recorder.page.getByText('没有正在办理的案件涉及本单元').first().waitFor()
  await look(recorder, 'my-trace')
  await recorder.page.getByText('与我有关的').click()
  await recorder.page.locator('tr[data-row]', { hasText: '人员建档' }).first().waitFor()
  await look(recorder, 'my-trace-about-me')

  await open(security, '/access/security', '安全管理员')
  await security.page.getByRole('region', { name: '越权尝试' }).locator('tr[data-row]').first().waitFor()
  await look(security, 'security')
}, 60_000)

test('the other screens stand in both languages and at both sizes', async () => {
  await open(head, '/access/review', '权限复核')
  await head.page.locator('.mb-access-part tbody tr.ant-table-row').first().waitFor()
  await look(head, 'review')
  const audit = await signIn(browser, product.address, 'city.auditadmin')
  await open(audit, '/access/audit', '审计管理员')
  await audit.page.locator('tr[data-row]').first().waitFor()
  await look(audit, 'audit')
  for (const [who, path] of [
    [archivist, '/access'],
    [head, '/access/requests'],
    [head, '/access/review'],
    [head, '/access/matrix'],
    [security, '/access/security'],
    [audit, '/access/audit'],
    [archivist, '/my-trace'],
  ] as const) {
    await who.page.setViewportSize({ width: 1280, height: 720 })
    await who.page.evaluate(() => localStorage.setItem('mingbu.language', 'en'))
    await who.page.goto(`${product.address}${path}`)
    await who.page.locator('.mb-table').first().waitFor()
    await who.page.waitForTimeout(400)
    await look(who, `en${path.replaceAll('/', '-')}`)
  }
}, 120_000)
