import { readFileSync } from 'node:fs'
import { leafHash, parsePolicy, verifyProofFile } from '@mingbu/tlog'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateCity } from '../server/src/city/generate.ts'
import { startDemo } from '../server/test/demo.ts'
import {
  describeViolations,
  openBrowser,
  runAxe,
  type TestBrowser,
  type TestPage,
} from './harness/browser.ts'
import type { Product } from './harness/product.ts'
import { actAs, confirmByDemoCode, signIn } from './harness/walk.ts'

/** A sale of the demo city that went to its end: what people know of it. */
interface Sale {
  caseId: string
  caseNumber: string
  unit: string
  certificate: string
  /** Path of the certificate's check page. */
  check: string
  holder: string
}

let product: Product
let browser: TestBrowser
let head: TestPage
let sale: Sale

const fetched = (page: Page, path: string) =>
  page.evaluate(async (url) => (await fetch(url)).json(), path) as Promise<Record<string, never>>

beforeAll(async () => {
  product = await startDemo()
  browser = await openBrowser()
  head = await signIn(browser, product.address, 'haishu.head')
  const { items } = (await fetched(head.page, '/api/acts?type=case.archive')) as unknown as {
    items: { subject: { id: string; number: string } }[]
  }
  const { id, number } = items[0]!.subject
  const opened = await actAs(head.page, 'case.open', { caseId: id })
  const { unit, certificate, certificateUrl } = opened.result as {
    unit: { code: string }
    certificate: { number: string }
    certificateUrl: string
  }
  const today = Temporal.Now.zonedDateTimeISO('Asia/Shanghai').toPlainDate().toString()
  const plan = generateCity({ seed: 7, units: 1200, asOf: today })
  const planned = plan.cases.find((one) => one.unitCode === unit.code)!
  const buyer = plan.parties.find((one) => one.key === planned.buyers[0]!.party)!
  sale = {
    caseId: id,
    caseNumber: number,
    unit: unit.code,
    certificate: certificate.number,
    check: new URL(certificateUrl).pathname,
    holder: buyer.kind === 'person' ? buyer.idNumber : buyer.creditCode,
  }
}, 180_000)
afterAll(async () => {
  await browser[Symbol.asyncDispose]()
  await product[Symbol.asyncDispose]()
})

/** Nothing went wrong that nobody asked for, everybody can use the page, and nothing sticks out at its side. */
async function expectSound({ page, troubles }: TestPage) {
  expect(describeViolations(await runAxe(page))).toEqual([])
  expect(troubles.consoleErrors.filter((words) => !/status of (403|422|423)/.test(words))).toEqual([])
  expect(troubles.failedRequests).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
}

const lines = (page: Page) => page.locator('tr[data-row]')

test('a leader finds a sale by its number, follows its life, and takes the proof of the recording home', async () => {
  const { page } = head
  await page.goto(`${product.address}/evidence`)
  await page.getByLabel('按编号找事物：案件、单元、证书、序列号、文件').fill(sale.caseNumber)
  await page.keyboard.press('Enter')
  await page.getByText('看它的一生').waitFor()
  expect(new URL(page.url()).searchParams.get('thing')).toBe(sale.caseNumber)
  await page.reload()
  await lines(page).filter({ hasText: '登簿' }).waitFor()
  await expectSound(head)

  await page
    .getByRole('link', { name: `案件 ${sale.caseNumber}` })
    .first()
    .click()
  await page.getByRole('heading', { name: `案件 ${sale.caseNumber} 的一生` }).waitFor()
  await lines(page).first().waitFor()
  expect(await lines(page).first().textContent()).toContain('录入申请')
  await expectSound(head)

  await lines(page).filter({ hasText: '登簿' }).locator('.mb-leaf > a').first().click()
  await page.getByText('已在您的浏览器中验证通过').waitFor()
  await expectSound(head)
  const take = async (button: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: button }).click(),
    ])
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
  }
  const proof = await take('下载证明文件（.tlog-proof）')
  const entry = await take('下载日志条目')
  const policy = await take('下载见证规则')
  expect(proof.name).toMatch(/^haishu-\d+\.tlog-proof$/)
  expect(
    await verifyProofFile(
      proof.bytes.toString(),
      leafHash(entry.bytes),
      parsePolicy(policy.bytes.toString()),
    ),
  ).toMatchObject({ quorum: true, checkpoint: { origin: 'mingbu.example/haishu' } })
}, 120_000)

test('who may not look is refused and is part of the unit’s life; the holder, certificate in hand, sees who did look', async () => {
  const keeper = await signIn(browser, product.address, 'haishu.seals1')
  expect(await actAs(keeper.page, 'register.view', { unitCode: sale.unit, purpose: 'case' })).toMatchObject({
    ok: false,
    refusal: { code: 'no_duty' },
  })
  const desk = await signIn(browser, product.address, 'haishu.enquiry1')
  expect((await actAs(desk.page, 'register.view', { unitCode: sale.unit, purpose: 'enquiry' })).ok).toBe(true)

  const { page } = head
  await page.goto(`${product.address}/life/unit/${sale.unit}?order=newest`)
  await lines(page).filter({ hasText: '未准许' }).first().waitFor()
  const lookers = page.getByRole('region', { name: '谁看过本单元' })
  await lookers.getByText('依申请查询').waitFor()
  expect(await lookers.locator('tr[data-row]').count()).toBe(2)
  await expectSound(head)

  const visitor = await browser.newPage({ viewport: { width: 390, height: 844 } })
  await visitor.page.goto(`${product.address}${sale.check}`)
  await visitor.page.getByText('您是权利人吗？看看谁查过您的登记簿').click()
  const number = visitor.page.getByLabel('现权利人证件号码')
  await number.fill('330203197001010117')
  await visitor.page.keyboard.press('Enter')
  await visitor.page
    .getByText('所填证件号码与本证的现权利人不符')
    .or(visitor.page.getByText('处填写不正确'))
    .waitFor()
  await number.fill(sale.holder)
  await visitor.page.keyboard.press('Enter')
  const looks = visitor.page.locator('.mb-own-looks > li')
  await looks.first().waitFor()
  expect(await looks.count()).toBe(1)
  expect(await looks.first().textContent()).toMatch(/查看登记簿.*海曙区.*查询岗.*依申请查询/)
  await expect
    .poll(
      async () => {
        const verify = looks.first().getByRole('button', { name: '在本机验证' })
        if (await verify.count()) await verify.click()
        return looks.first().textContent()
      },
      { timeout: 10_000 },
    )
    .toContain('验证通过：日志里确有这次查看')
  await expectSound(visitor)
  await visitor.close()
}, 120_000)

test('the city’s inspector sees every log witnessed and has everything verified; a clerk is offered neither', async () => {
  const inspector = await signIn(browser, product.address, 'city.inspector1')
  const { page } = inspector
  await page.getByRole('link', { name: '日志见证' }).click()
  await lines(page).nth(12).waitFor()
  await page.getByText('演示：各登记机构的日志和见证都由同一台机器代管').waitFor()
  expect(await page.locator('.mb-status-green').count()).toBe(13)
  await expectSound(inspector)

  await page.getByRole('link', { name: '全面核验' }).click()
  await page.getByText('还没有发起过核验').waitFor()
  await page.getByRole('button', { name: '发起全面核验' }).click()
  await page.getByRole('progressbar', { name: '正在核验' }).waitFor()
  await lines(page).getByText('全部相符').waitFor({ timeout: 30_000 })
  await expectSound(inspector)

  const clerk = await signIn(browser, product.address, 'haishu.clerk1')
  await clerk.page.getByRole('link', { name: '行为与证明' }).waitFor()
  expect(await clerk.page.getByRole('link', { name: '全面核验' }).count()).toBe(0)
  expect(await actAs(clerk.page, 'evidence.verify', {})).toMatchObject({
    ok: false,
    refusal: { code: 'no_duty' },
  })
}, 120_000)

test('anyone reads each office’s newest cosigned checkpoint with every line explained', async () => {
  const visitor = await browser.newPage()
  const { page } = visitor
  await page.goto(`${product.address}/checkpoints`)
  const haishu = page.locator('details', { hasText: '海曙区' }).first()
  await haishu.getByText('登记机构与 4 方见证的签名均验证通过').waitFor()
  await haishu.locator('summary').click()
  await haishu.getByText('江北区的见证签名').waitFor()
  await haishu.getByText('除登记机构自己的签名外，还须有').waitFor()
  await expectSound(visitor)
}, 60_000)

test('what was recorded of an old sign-in: proposed by the inspector, erased by the audit administrator, and its leaf still proves it', async () => {
  const inspector = await signIn(browser, product.address, 'city.inspector1')
  const { items } = (await fetched(inspector.page, '/api/acts?type=session.signIn')) as unknown as {
    items: { actId: string }[]
  }
  const actId = items.at(-1)!.actId
  await inspector.page.goto(`${product.address}/evidence/${actId}`)
  await inspector.page.getByRole('link', { name: '内容保存多久，能否删除' }).click()
  await inspector.page.getByText('期满前不能删除').first().waitFor({ state: 'attached' })
  const send = inspector.page.getByRole('button', { name: '提出', exact: true })
  expect(await send.getAttribute('aria-disabled')).toBe('true')
  await expectSound(inspector)
  await inspector.close()

  // Four years later; everybody signs in anew.
  await product.setClockAhead('4 years')
  const later = await signIn(browser, product.address, 'city.inspector1')
  await later.page.goto(`${product.address}/erasures?act=${actId}`)
  await later.page.getByLabel('理由').fill('保存期已满，目的已实现')
  await later.page.getByRole('button', { name: '提出', exact: true }).click()
  await later.page.getByText('已提出，等待审计管理员办理').waitFor()
  const erase = later.page.getByRole('button', { name: '删除', exact: true })
  await erase.waitFor()
  expect(await erase.getAttribute('aria-disabled')).toBe('true')
  await expectSound(later)

  const auditor = await signIn(browser, product.address, 'city.auditadmin')
  await auditor.page.getByRole('link', { name: '留痕删除' }).click()
  await auditor.page.getByRole('button', { name: '删除', exact: true }).click()
  const dialog = auditor.page.getByRole('dialog')
  await dialog.getByText('in.username').waitFor()
  await expectSound(auditor)
  await dialog.getByRole('button', { name: '确认删除' }).click()
  await confirmByDemoCode(auditor.page)
  await lines(auditor.page).getByText('已删除').waitFor()
  await dialog.waitFor({ state: 'hidden' })
  await expectSound(auditor)

  await auditor.page.goto(`${product.address}/evidence/${actId}`)
  await auditor.page.getByText('已在您的浏览器中验证通过').waitFor()
  await auditor.page.getByText('内容已依法删除，承诺仍在').first().waitFor()
  const clerk = await signIn(browser, product.address, 'haishu.clerk1')
  await clerk.page.goto(`${product.address}/erasures`)
  await clerk.page.getByText('只有登记中心负责人、督查和审计管理员可以查看').waitFor()
  await expectSound(clerk)
}, 180_000)
