import { expect, test } from 'vitest'
import { startDemo } from '../server/test/demo.ts'
import { describeViolations, runAxe, type TestPage } from './harness/browser.ts'
import { openWalk } from './harness/suite.ts'
import { actAs, confirmByDemoCode, fillSignIn } from './harness/walk.ts'

const walk = openWalk(startDemo)

const password = 'mingbu-demo-2026'
const inSixtyDays = Temporal.Now.plainDateISO('Asia/Shanghai').add({ days: 60 }).toString()
/** A browser of its own, signed in as a demo person. */
async function enter(username: string): Promise<TestPage> {
  const opened = await walk.browser.newPage()
  await fillSignIn(opened.page, walk.product.address, username)
  await opened.page.getByLabel('工位', { exact: false }).fill(`工位 ${username.split('.').at(-1)}`)
  // The sign-in page has headings too: signed in is who can sign out and has the line to the server.
  const line = opened.page.waitForResponse((answer) => answer.url().endsWith('/api/session/feed'))
  await opened.page.getByRole('button', { name: '登录', exact: true }).click()
  await opened.page.getByRole('button', { name: '退出登录' }).waitFor()
  await line
  return opened
}
const nameOf = (username: string) => walk.product.people.find((one) => one.username === username)!.name
const text = ({ page }: TestPage) => page.locator('body').innerText()

/** When a page will show `heading`, by the page itself: how soon a test hears of it depends on what else the machine does. */
const shownAt = ({ page }: TestPage, heading: string): Promise<number> =>
  page.evaluate(
    (words) =>
      new Promise<number>((done) => {
        const watcher = new MutationObserver(() => {
          const shown = [...document.querySelectorAll('h1, h2')].some((one) => one.textContent === words)
          if (!shown) return
          watcher.disconnect()
          done(Date.now())
        })
        watcher.observe(document.body, { childList: true, subtree: true, characterData: true })
      }),
    heading,
  )

test('a second sign-in closes the first page within a second, says where, and tells the new one', async () => {
  const first = await enter('haishu.clerk1')
  expect(await text(first)).toContain(nameOf('haishu.clerk1'))
  const second = await walk.browser.newPage()
  await fillSignIn(second.page, walk.product.address, 'haishu.clerk1')
  await second.page.getByLabel('工位', { exact: false }).fill('二楼会议室')
  const closing = shownAt(first, '会话已结束')
  const signed = second.page.waitForResponse((answer) => answer.url().endsWith('session.signIn'))
  await second.page.getByRole('button', { name: '登录', exact: true }).click()
  await signed
  const began = Date.now()
  expect((await closing) - began).toBeLessThan(1_000)
  const shown = await text(first)
  expect(shown).toContain('二楼会议室')
  expect(shown).not.toContain(nameOf('haishu.clerk1'))
  await second.page.getByText('会话已因本次登录而终止').waitFor()
  expect(await text(second)).toContain('工位 clerk1')
  expect(describeViolations(await runAxe(first.page))).toEqual([])
  await first.close()
  await second.close()
}, 120_000)

test('a leader ends a clerk’s session: the clerk’s page is dead within a second, by whom and why, and every call is refused', async () => {
  const clerk = await enter('haishu.clerk2')
  const lead = await enter('haishu.head')
  await lead.page.goto(`${walk.product.address}/sessions`)
  const row = lead.page.getByRole('row').filter({ hasText: nameOf('haishu.clerk2') })
  await row.getByRole('button', { name: '终止会话' }).click()
  await lead.page.getByLabel('理由').fill('窗口无人值守')
  const closing = shownAt(clerk, '会话已结束')
  const ended = lead.page.waitForResponse((answer) => answer.url().endsWith('/api/acts/session.end'), {
    timeout: 30_000,
  })
  await lead.page.getByRole('dialog').getByRole('button', { name: '终止会话' }).click()
  await confirmByDemoCode(lead.page)
  expect((await ended).status()).toBe(200)
  const began = Date.now()
  expect((await closing) - began).toBeLessThan(1_000)
  const shown = await text(clerk)
  expect(shown).toContain('窗口无人值守')
  expect(shown).not.toContain(nameOf('haishu.clerk2'))
  expect((await actAs(clerk.page, 'session.lock', { idle: false })).refusal?.code).toBe('not_signed_in')
  expect(await clerk.page.evaluate(async () => (await fetch('/api/cases')).status)).toBe(401)
  await clerk.close()
  await lead.close()
}, 180_000)

test('the administrator records that a clerk has left: the clerk’s open page stops working within a second', async () => {
  const clerk = await enter('haishu.certs1')
  const name = nameOf('haishu.certs1')
  const admin = await enter('city.sysadmin')
  const person = await admin.page.evaluate(async (wanted) => {
    const found = (await (await fetch(`/api/people?q=${encodeURIComponent(wanted)}`)).json()) as {
      items: { id: string; username: string }[]
    }
    return found.items.find((one) => one.username === 'haishu.certs1')!.id
  }, name)
  await admin.page.goto(`${walk.product.address}/people/${person}`)
  await admin.page.getByRole('button', { name: '办理离职' }).click()
  const form = admin.page.getByRole('dialog')
  await form.getByRole('combobox').first().click()
  await admin.page.locator('.ant-select-item-option').first().click()
  const closing = shownAt(clerk, '会话已结束')
  const left = admin.page.waitForResponse((answer) => answer.url().endsWith('/api/acts/people.leave'))
  await form.getByRole('button', { name: '提交' }).click()
  await confirmByDemoCode(admin.page)
  expect((await left).status()).toBe(200)
  const began = Date.now()
  expect((await closing) - began).toBeLessThan(1_000)
  expect(await clerk.page.content()).not.toContain(name)
  expect(await clerk.page.evaluate(async () => (await fetch('/api/cases')).status)).toBe(401)
  expect((await actAs(clerk.page, 'session.lock', { idle: false })).refusal?.code).toBe('not_signed_in')
  // Nor does signing in again.
  await fillSignIn(clerk.page, walk.product.address, 'haishu.certs1')
  await clerk.page.keyboard.press('Enter')
  await clerk.page.getByText('用户名或密码不正确').waitFor()
  await clerk.close()
  await admin.close()
}, 180_000)

test('who signs out sees the sign-in page within a second, and nothing of theirs is left in the document', async () => {
  const clerk = await enter('haishu.clerk1')
  const closing = shownAt(clerk, '登录')
  const out = clerk.page.waitForResponse((answer) => answer.url().endsWith('/api/acts/session.signOut'))
  await clerk.page.getByRole('button', { name: '退出登录' }).click()
  await out
  const began = Date.now()
  expect((await closing) - began).toBeLessThan(1_000)
  expect(await clerk.page.getByRole('button', { name: '退出登录' }).count()).toBe(0)
  await clerk.page.goBack()
  await clerk.page.getByRole('heading', { name: '登录', exact: true }).waitFor({ timeout: 5_000 })
  await clerk.close()
}, 120_000)

test('what was typed is there after locking and unlocking, and nowhere in the document meanwhile; no error is logged', async () => {
  const clerk = await enter('haishu.clerk1')
  const { page, troubles } = clerk
  await page.getByRole('link', { name: '录入申请' }).click()
  const field = page.getByLabel('单元号或坐落')
  await field.fill('一件没写完的事')
  // What the page asks while one types has been answered.
  await page.waitForTimeout(1_000)
  troubles.consoleErrors.length = 0
  await page.keyboard.press('Control+l')
  await page.getByRole('heading', { name: '窗口已锁定' }).waitFor()
  expect(await page.evaluate(() => document.querySelectorAll('input').length)).toBe(1)
  expect(await page.content()).not.toContain('录入申请')
  await page.waitForTimeout(1_500)
  await page.getByLabel('密码', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  await field.waitFor()
  expect(await field.inputValue()).toBe('一件没写完的事')
  expect(await field.evaluate((one) => one === document.activeElement)).toBe(true)
  expect(troubles.consoleErrors).toEqual([])
  await clerk.close()
}, 120_000)

test('Ctrl+L covers the window: nothing personal is in the document, nothing is served, and the password opens it again', async () => {
  const clerk = await enter('haishu.clerk3')
  await clerk.page.keyboard.press('Control+l')
  await clerk.page.getByRole('heading', { name: '窗口已锁定' }).waitFor()
  expect(await clerk.page.content()).not.toContain(nameOf('haishu.clerk3'))
  expect(await clerk.page.evaluate(async () => (await fetch('/api/cases')).status)).toBe(423)
  // Neither loading the page anew nor another address gets past it.
  await clerk.page.goto(`${walk.product.address}/cases`)
  await clerk.page.getByRole('heading', { name: '窗口已锁定' }).waitFor()
  expect(describeViolations(await runAxe(clerk.page))).toEqual([])
  await clerk.page.getByLabel('密码', { exact: true }).fill('falsch')
  await clerk.page.keyboard.press('Enter')
  await clerk.page.getByText('用户名或密码不正确').waitFor()
  await clerk.page.getByLabel('密码', { exact: true }).fill(password)
  await clerk.page.keyboard.press('Enter')
  await clerk.page.getByText(nameOf('haishu.clerk3')).first().waitFor()
  await clerk.page.goto(`${walk.product.address}/account/sessions`)
  await clerk.page.getByRole('heading', { name: '我的会话与设备' }).waitFor()
  await clerk.page.getByText('工位 clerk3').first().waitFor()
  expect(describeViolations(await runAxe(clerk.page))).toEqual([])
  await clerk.close()
}, 120_000)

test('a window in which nobody types or points for ten minutes locks itself', async () => {
  const opened = await walk.browser.newPage()
  const { page } = opened
  await page.clock.install()
  await fillSignIn(page, walk.product.address, 'haishu.clerk2')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '退出登录' }).waitFor()
  await page.clock.fastForward('09:00')
  await page.keyboard.press('Shift')
  await page.clock.fastForward('09:30')
  expect(await page.getByRole('button', { name: '退出登录' }).count()).toBe(1)
  await page.clock.fastForward('10:10')
  await page.getByRole('heading', { name: '窗口已锁定' }).waitFor()
  expect(await page.evaluate(async () => (await fetch('/api/cases')).status)).toBe(423)
  await opened.close()
}, 60_000)

test('a password older than a quarter: the screen cannot be dismissed, and no call passes it', async () => {
  const clerk = await enter('haishu.reviewer1')
  const { page } = clerk
  const makeOld = (days: number) =>
    walk.product.sql(
      `update kernel.account set ages = true, changed_at = kernel.now() - interval '${days} days' where username = 'haishu.reviewer1'`,
      `update kernel.session s set password_until = kernel.password_until(a) from kernel.account a
         where a.username = 'haishu.reviewer1' and s.person_id = a.person_id and s.ended_at is null`,
    )
  await makeOld(81)
  await page.reload()
  await page.getByText('密码还有 9 天到期，请尽早修改。').waitFor()
  await makeOld(91)
  const due = page.getByRole('heading', { name: '密码已满一个季度，须立即修改' })
  await due.waitFor()
  expect(describeViolations(await runAxe(page))).toEqual([])
  // Neither a key nor another address nor loading it anew gets past it.
  await page.keyboard.press('Escape')
  for (const path of ['/', '/cases', '/account/sessions', '/account/password']) {
    await page.goto(`${walk.product.address}${path}`)
    await due.waitFor()
    expect(await page.getByRole('navigation').count()).toBe(0)
  }
  const paths = await page.evaluate(async () => {
    const api = (await (await fetch('/api/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>
    }
    const open: string[] = []
    // Leaving is allowed, and would end the walk.
    delete api.paths['/api/acts/session.signOut']
    for (const [path, ways] of Object.entries(api.paths))
      for (const method of Object.keys(ways)) {
        const answer = await fetch(path.replace(/\{[^}]+\}/g, '0'), {
          method: method.toUpperCase(),
          ...(method === 'post'
            ? {
                headers: { 'content-type': 'application/json', 'x-mingbu': '1' },
                body: '{"requestId":"00000000-0000-4000-8000-000000000000","input":{}}',
              }
            : {}),
        })
        if (answer.ok) open.push(`${method} ${path}`)
      }
    return open
  })
  // What anybody may ask, and who one is.
  expect(paths.sort()).toEqual([
    'get /api/demo',
    'get /api/public/checkpoints',
    'get /api/public/notices',
    'get /api/session',
  ])
  await clerk.close()
}, 120_000)

test('an archivist asks for a duty, a leader and the security administrator approve in turn, and the matrix shows who holds it and why', async () => {
  const archivist = await enter('haishu.archive1')
  await archivist.page.goto(`${walk.product.address}/access`)
  await archivist.page.getByLabel('职责', { exact: true }).fill('查询')
  await archivist.page.locator('.ant-select-item-option', { hasText: /^查询/ }).click()
  await archivist.page.getByLabel('止', { exact: true }).fill(inSixtyDays)
  await archivist.page.keyboard.press('Enter')
  await archivist.page.getByLabel('理由').fill('查询窗口轮岗两个月')
  await archivist.page.getByRole('button', { name: '提交申请' }).click()
  await archivist.page.getByText('已提交，等待岗位负责人和安全管理员审批。').waitFor()

  const lead = await enter('haishu.head')
  const security = await enter('city.secadmin')
  for (const { page } of [lead, security]) {
    await page.goto(`${walk.product.address}/access/requests`)
    await page.getByRole('button', { name: '同意', exact: true }).first().click()
    const dialog = page.getByRole('dialog', { name: /^同意：/ })
    await dialog.getByLabel('意见').fill('轮岗安排，同意')
    await page.keyboard.press('Control+Enter')
    // What is confirmed is said in words: whose right, and which.
    await page
      .getByRole('dialog', { name: '当场确认' })
      .getByText(`${nameOf('haishu.archive1')} · 查询`)
      .waitFor()
    await confirmByDemoCode(page)
    await dialog.waitFor({ state: 'detached' })
  }
  await lead.page.goto(`${walk.product.address}/access/matrix`)
  const row = lead.page.locator('tr[data-row]', { hasText: '查询窗口轮岗两个月' })
  await row.waitFor()
  expect(await row.innerText()).toContain(nameOf('haishu.archive1'))
  expect(describeViolations(await runAxe(lead.page))).toEqual([])
  for (const { troubles } of [archivist, lead, security]) expect(troubles.consoleErrors).toEqual([])
  for (const one of [archivist, lead, security]) await one.close()
}, 180_000)
