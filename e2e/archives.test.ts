import { expect, test } from 'vitest'
import { startDemo } from '../server/test/demo.ts'
import { describeViolations, openBrowser, runAxe } from './harness/browser.ts'
import { expectSound } from './harness/suite.ts'
import { signIn } from './harness/walk.ts'

test('a file leaves the room only as another approved, by two signatures, and a page missing when it is back is a finding', {
  timeout: 300_000,
}, async () => {
  await using product = await startDemo()
  await using browser = await openBrowser()
  const open = async (username: string, path: string) => {
    const opened = await signIn(browser, product.address, username)
    await opened.page.goto(`${product.address}${path}`)
    return opened
  }

  // The clerk finds the file in its box on the map, and asks to take it out of the room.
  const clerk = await open('haishu.clerk1', '/archives/map')
  await clerk.page.getByRole('button', { name: /^A-01-01/ }).click()
  const number = (await clerk.page
    .getByRole('link', { name: /^HAISHU-/ })
    .first()
    .textContent())!
  await expectSound(clerk)
  await clerk.page.getByRole('link', { name: number }).click()
  await clerk.page.getByRole('heading', { name: `案卷 ${number}` }).waitFor()
  const pages = Number(await clerk.page.locator('.mb-facts dd').nth(3).textContent())
  await clerk.page.getByRole('button', { name: '借阅', exact: true }).click()
  const asking = clerk.page.getByRole('dialog', { name: '借阅' })
  await asking.getByText('带出库房', { exact: true }).click()
  await asking.getByLabel('用途').fill('法院调卷核对')
  await asking.getByRole('button', { name: '提交', exact: true }).click()
  await clerk.page.getByText('已登记，等待批准').waitFor()
  await expectSound(clerk)

  // A scanner types what it read and ends with Enter: a rack, and a file with the sign of its code in front.
  const keeper = await open('haishu.archive2', '/archives')
  const scan = keeper.page.getByRole('searchbox', { name: '扫描或输入档号、盒号、架号' })
  await scan.pressSequentially('A-01\n')
  await keeper.page.locator('.mb-archive-rack.mb-chosen').waitFor()
  await scan.pressSequentially(`]C1${number}\n`)
  await keeper.page.getByRole('heading', { name: `案卷 ${number}` }).waitFor()
  await keeper.page.goto(`${product.address}/archives`)

  // Nobody approved: the keeper cannot hand it out, and the screen says why.
  const handOut = keeper.page.getByRole('button', { name: '交出', exact: true })
  expect(await handOut.getAttribute('aria-disabled')).toBe('true')
  const reason = await handOut.getAttribute('aria-describedby')
  const why = keeper.page.locator(`[id="${reason}"]`)
  expect(await why.textContent()).toContain('借出库房须先经另一人批准')
  await expectSound(keeper)

  const head = await open('haishu.head', '/archives')
  await head.page.getByRole('button', { name: '批准', exact: true }).click()
  const deciding = head.page.getByRole('dialog', { name: /^批准/ })
  await deciding.getByRole('button', { name: '提交', exact: true }).click()
  await head.page.getByText('已审批').waitFor()
  await expectSound(head)

  await keeper.page.reload()
  await handOut.click()
  const handing = keeper.page.getByRole('dialog', { name: /^交出/ })
  await handing.getByLabel('清点页数').fill(String(pages))
  await handing.getByRole('button', { name: '提交', exact: true }).click()
  await keeper.page.getByText('已交出，等待签收').waitFor()

  await clerk.page.reload()
  await clerk.page.getByRole('button', { name: '签收' }).click()
  await clerk.page.getByText(/^已签收，请于 .* 前归还$/).waitFor()
  await clerk.page.getByRole('button', { name: '归还' }).click()
  await clerk.page.getByText('已归还，等待验收').waitFor()

  // A page is missing: without a word it is not taken back, with one it is a finding.
  await keeper.page.reload()
  await keeper.page.getByRole('button', { name: '验收', exact: true }).click()
  const receiving = keeper.page.getByRole('dialog', { name: /^验收/ })
  await receiving.getByLabel('清点页数').fill(String(pages - 1))
  await receiving.getByRole('button', { name: '提交', exact: true }).click()
  await receiving.getByText('页数与借出时不符或有损坏，请写明情况。').first().waitFor()
  await receiving.getByLabel('情况').fill('缺第 3 页')
  await receiving.getByRole('button', { name: '提交', exact: true }).click()
  await keeper.page.getByText('已验收，已列为问题 1 个').waitFor()
  await keeper.page.goto(`${product.address}/archives/files/${number}`)
  await keeper.page.getByText('归还页数不符').waitFor()
  // The refused form left its 422 in the console, as it should.
  expect(describeViolations(await runAxe(keeper.page))).toEqual([])
  const answer = await head.page.evaluate(async () => (await fetch('/api/controls')).json())
  const board = answer as { clauses: { controls: { id: string; counts: { open: number } }[] }[] }
  const loss = board.clauses.flatMap(({ controls }) => controls).find((one) => one.id === '4.2-loss')
  expect(loss?.counts.open).toBe(1)
})
