import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { demoScan, demoSignature } from '../server/src/papers/demo-scan.ts'
import { describeViolations, openBrowser, runAxe, type TestPage } from './harness/browser.ts'
import { startProduct } from './harness/product.ts'
import { confirmByDemoCode, signIn } from './harness/walk.ts'

const picture = (words: string) => ({
  name: `${words}.png`,
  mimeType: 'image/png',
  buffer: demoSignature(words),
})
const form = (page: Page, title: string) => page.getByRole('dialog', { name: title })
/** Sends the form of a window; an act of high value is confirmed with the demo's code. */
async function send(page: Page, title: string, said: string, confirmed = true): Promise<void> {
  await form(page, title).getByRole('button', { name: '提交', exact: true }).click()
  if (confirmed) await confirmByDemoCode(page)
  await page.getByText(said).waitFor()
}
async function expectSound({ page, troubles }: TestPage): Promise<void> {
  expect(describeViolations(await runAxe(page))).toEqual([])
  expect(troubles).toEqual({ consoleErrors: [], failedRequests: [] })
}

test('a void blank is destroyed by four persons on their own screens, and closing time finds the seals that are out', {
  timeout: 300_000,
}, async () => {
  await using product = await startProduct()
  await using browser = await openBrowser()
  const enter = (username: string) => signIn(browser, product.address, username)

  // The keeper stamps one of their blanks void and asks for its destruction.
  const keeper = await enter('haishu.certs1')
  await keeper.page.getByRole('link', { name: '证书保管台' }).click()
  const mine = keeper.page.getByRole('region', { name: '我手中的' })
  const range = await mine.locator('.mb-code').first().textContent()
  const number = range!.split('–')[0]!
  await expectSound(keeper)
  await keeper.page.getByRole('link', { name: '作废登记' }).click()
  await keeper.page.getByRole('button', { name: '登记作废' }).click()
  const voiding = form(keeper.page, '登记作废')
  await voiding.getByLabel('起号').fill(number)
  await voiding.getByLabel('原因').click()
  await keeper.page.locator('.ant-select-item-option', { hasText: '污损' }).click()
  await voiding.locator('input[type=file]').setInputFiles(picture('作废'))
  await voiding.locator('.mb-good-text').waitFor()
  await send(keeper.page, '登记作废', '已登记作废')
  await keeper.page.getByRole('button', { name: '申请集中销毁' }).click()
  await form(keeper.page, '申请集中销毁').getByLabel('申请说明').fill('污损证书集中销毁')
  await send(keeper.page, '申请集中销毁', '已申请，等待市局批准', false)
  await expectSound(keeper)

  // The bureau approves under the number of its document.
  const city = await enter('city.head')
  await city.page.getByRole('link', { name: '销毁清单' }).click()
  await city.page.getByRole('button', { name: '批复' }).click()
  await form(city.page, '批复').getByText('同意销毁', { exact: true }).click()
  await form(city.page, '批复').getByLabel('批复文号').fill('甬自然资批〔2026〕9号')
  await send(city.page, '批复', '已批复')
  await expectSound(city)

  // Whoever asked is no witness; a clerk and the head of the centre are.
  await keeper.page.getByRole('link', { name: '销毁清单' }).click()
  const barred = keeper.page.getByRole('button', { name: '监销签字' })
  expect(await barred.getAttribute('aria-disabled')).toBe('true')
  const clerk = await enter('haishu.clerk1')
  await clerk.page.getByRole('link', { name: '销毁清单' }).click()
  await clerk.page.getByRole('button', { name: '监销签字' }).click()
  const files = form(clerk.page, '监销签字').locator('input[type=file]')
  await files
    .nth(0)
    .setInputFiles({ name: '记录.pdf', mimeType: 'application/pdf', buffer: demoScan('销毁记录', [number]) })
  await form(clerk.page, '监销签字').locator('.mb-good-text').waitFor()
  await files.nth(1).setInputFiles(picture('现场'))
  await form(clerk.page, '监销签字').locator('.mb-drop-hash').nth(1).waitFor()
  await send(clerk.page, '监销签字', '已签字')
  const head = await enter('haishu.head')
  await head.page.getByRole('link', { name: '销毁清单' }).click()
  await head.page.getByRole('button', { name: '监销签字' }).click()
  await send(head.page, '监销签字', '已签字')
  await head.page.getByText('已销毁', { exact: true }).first().waitFor()
  await expectSound(head)
  // Its whole life on one page, and its minutes one click away.
  await head.page.getByRole('link', { name: number }).click()
  await head.page.getByRole('heading', { name: `号码流转 ${number}` }).waitFor()
  const minutes = await head.page.getByRole('link', { name: '销毁记录' }).getAttribute('href')
  expect((await head.page.request.get(`${product.address}${minutes}`)).headers()['content-type']).toBe(
    'application/pdf',
  )
  await expectSound(head)

  // Closing time: both seals of the demo are out with their keepers.
  await head.page.getByRole('link', { name: '印章看板' }).click()
  await head.page.getByRole('button', { name: '下班收章' }).click()
  await send(head.page, '下班收章', '已收章，2 枚未入柜，已列为问题', false)
  await expectSound(head)
})
