import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { demoScan, demoSignature } from '../server/src/papers/demo-scan.ts'
import { startDemo } from '../server/test/demo.ts'
import { expectSound, openWalk } from './harness/suite.ts'
import { actAs, confirmByDemoCode, signIn, workday } from './harness/walk.ts'

const walk = openWalk(startDemo)

const enter = (username: string) => signIn(walk.browser, walk.product.address, username)
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
/** Through the menu at the left, as everybody gets about. */
const go = (page: Page, name: string) =>
  page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name, exact: true }).click()
async function count(page: Page, title: string, seen: string, said: string): Promise<void> {
  const window = page.getByRole('dialog', { name: new RegExp(`^${title}`) })
  await window.getByLabel('实点号码').fill(seen)
  await window.getByRole('button', { name: '提交', exact: true }).click()
  await page.getByText(said).waitFor()
}

test('a void blank is destroyed by four persons on their own screens, and closing time finds the seals that are out', {
  timeout: 400_000,
}, async () => {
  // The keeper stamps one of their blanks void and asks for its destruction.
  const keeper = await enter('haishu.certs1')
  await go(keeper.page, '证书保管台')
  const mine = keeper.page.getByRole('region', { name: '我手中的' })
  const range = await mine.locator('.mb-code').first().textContent()
  const number = range!.split('–')[0]!
  await expectSound(keeper)
  await go(keeper.page, '作废登记')
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
  await go(city.page, '销毁清单')
  await city.page.getByRole('button', { name: '批复' }).click()
  await form(city.page, '批复').getByText('同意销毁', { exact: true }).click()
  await form(city.page, '批复').getByLabel('批复文号').fill('甬自然资批〔2026〕9号')
  await send(city.page, '批复', '已批复')
  await expectSound(city)

  // Whoever asked is no witness; a clerk and the head of the centre are.
  await go(keeper.page, '销毁清单')
  const barred = keeper.page.getByRole('button', { name: '监销签字' })
  expect(await barred.getAttribute('aria-disabled')).toBe('true')
  const clerk = await enter('haishu.clerk1')
  await go(clerk.page, '销毁清单')
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
  await go(head.page, '销毁清单')
  await head.page.getByRole('button', { name: '监销签字' }).click()
  await send(head.page, '监销签字', '已签字')
  await head.page.getByText('已销毁', { exact: true }).first().waitFor()
  await expectSound(head)
  // Its whole life on one page, and its minutes one click away.
  await head.page.getByRole('link', { name: number }).click()
  await head.page.getByRole('heading', { name: `号码流转 ${number}` }).waitFor()
  const minutes = await head.page.getByRole('link', { name: '销毁记录' }).getAttribute('href')
  expect((await head.page.request.get(`${walk.product.address}${minutes}`)).headers()['content-type']).toBe(
    'application/pdf',
  )
  await expectSound(head)

  // Closing time: both seals of the demo are out with their keepers.
  await go(head.page, '印章看板')
  await head.page.getByRole('button', { name: '下班收章' }).click()
  await send(head.page, '下班收章', '已收章，2 枚未入柜，已列为问题', false)
  await expectSound(head)
})

test('a seal that was out at closing time is a finding: one answers for it and puts it right, another checks it, and it is closed', {
  timeout: 400_000,
}, async () => {
  // Red on the board, and from the board to the finding itself.
  const leader = await enter('haishu.leader')
  await go(leader.page, '防控措施')
  const clause = leader.page.locator('tr.ant-table-row', {
    has: leader.page.getByText('5.1', { exact: true }),
  })
  await clause.getByText('有逾期或问题').waitFor()
  await go(leader.page, '问题整改')
  await leader.page
    .getByRole('link', { name: /号印章.*未入柜/ })
    .first()
    .click()
  await leader.page.getByRole('button', { name: '发整改通知' }).waitFor()
  const address = leader.page.url()
  const { name } = walk.product.people.find((one) => one.username === 'haishu.seals1')!
  const step = async (page: Page, title: string, filled: (form: Locator) => Promise<void>) => {
    await page.getByRole('button', { name: title, exact: true }).click()
    await filled(form(page, title))
    await form(page, title).getByRole('button', { name: '提交', exact: true }).click()
    await form(page, title).waitFor({ state: 'detached' })
  }
  await step(leader.page, '发整改通知', async (notice) => {
    await notice.getByLabel('整改责任人').fill(name)
    await notice.getByLabel('整改责任人').press('Enter')
    await notice.getByLabel('整改要求').fill('查明未收章的原因，当日收回入柜。')
    await notice.getByLabel('报送措施期限').fill(workday())
  })
  await expectSound(leader)

  const keeper = await enter('haishu.seals1')
  await keeper.page.goto(address)
  await step(keeper.page, '报整改措施', async (plan) => {
    await plan.getByLabel('措施').fill('下班前十五分钟清点，章由两人核对入柜。')
    await plan.getByLabel('完成期限').fill(workday())
  })
  await step(keeper.page, '报整改情况', async (fix) => {
    await fix.getByLabel('做了什么').fill('已收回入柜，补做清点记录。')
    await fix.locator('input[type=file]').setInputFiles(picture('入柜'))
    await fix.locator('.mb-drop-hash').waitFor()
  })
  await expectSound(keeper)

  // Neither who fixed it nor who found it (at closing) checks it; another does, and it is closed.
  const finder = await enter('haishu.head')
  await finder.page.goto(address)
  for (const one of [keeper, finder])
    expect(
      await one.page.getByRole('button', { name: '核实', exact: true }).getAttribute('aria-disabled'),
    ).toBe('true')
  await leader.page.reload()
  await step(leader.page, '核实', (check) => check.getByLabel('意见').fill('到保险柜核对，章在柜中。'))
  await step(leader.page, '销号', (close) => close.getByLabel('意见').fill('同意销号。'))
  await leader.page.getByText('已销号', { exact: true }).first().waitFor()
  await expectSound(leader)
})

test('a blank that is not where the book says is found by two who count blind, stops, and moves again when a third has explained it', {
  timeout: 400_000,
}, async () => {
  const keeper = await enter('haishu.certs1')
  await go(keeper.page, '证书保管台')
  const held = keeper.page.getByRole('region', { name: '我手中的' }).locator('tbody tr.ant-table-row')
  await held.first().waitFor()
  const ranges = await held.locator('.mb-code').allTextContents()
  const { name } = walk.product.people.find((one) => one.username === 'haishu.certs1')!
  const last = ranges.at(-1)!.split('–').at(-1)!
  // Everything but the last number, as whoever does not find it would type it.
  const seen = ranges.map((range) => range.replace('–', '-')).join('\n')
  const short = seen.replace(last, String(Number(last) - 1))

  const first = await enter('haishu.archive1')
  await go(first.page, '盘点')
  await first.page.getByRole('button', { name: '开始盘点' }).click()
  await form(first.page, '开始盘点').getByLabel('盘点处').click()
  await first.page.locator('.ant-select-item-option', { hasText: name }).click()
  await send(first.page, '开始盘点', '已开始。此处停止流转，请清点后提交。', false)
  await first.page.getByRole('button', { name: '提交初盘' }).click()
  await count(first.page, '提交初盘', short, '与账面不符，须由另一人复盘。')
  expect(await first.page.getByRole('button', { name: '提交复盘' }).getAttribute('aria-disabled')).toBe(
    'true',
  )
  await expectSound(first)

  const second = await enter('haishu.head')
  await go(second.page, '盘点')
  await second.page.getByRole('button', { name: '提交复盘' }).click()
  await count(second.page, '提交复盘', short, '复盘仍不符：盘亏 1，盘盈 0')
  expect(await second.page.getByRole('button', { name: '查清' }).getAttribute('aria-disabled')).toBe('true')
  await expectSound(second)

  const to = await keeper.page.evaluate(async (own) => {
    const desk = await (await fetch('/api/custody/desk')).json()
    return (desk as { people: { id: string; name: string }[] }).people.find((one) => one.name !== own)!.id
  }, name)
  const give = { kind: 'certificate', first: last, last, from: 'me', to }
  const stopped = await actAs(keeper.page, 'custody.offer', give)
  expect(stopped).toMatchObject({ ok: false, refusal: { clause: '4.6' } })
  const third = await enter('haishu.leader')
  await go(third.page, '盘点')
  await third.page.getByRole('button', { name: '查清' }).click()
  const window = third.page.getByRole('dialog', { name: /^查清/ })
  await window.getByLabel('查清情况').fill('夹在另一沓证书里，当面点清')
  await window.getByRole('button', { name: '提交', exact: true }).click()
  await confirmByDemoCode(third.page)
  await third.page.getByText('已查清', { exact: true }).first().waitFor()
  await expectSound(third)
  expect(await actAs(keeper.page, 'custody.offer', give)).toMatchObject({ ok: true })
})
