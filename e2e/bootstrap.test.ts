import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { completeIdNumber } from '../server/src/values/idNumber.ts'
import type { TestPage } from './harness/browser.ts'
import { startProduct } from './harness/product.ts'
import { openWalk } from './harness/suite.ts'
import { plugIn } from './harness/walk.ts'

const walk = openWalk(() => startProduct({ empty: true }))

const keys = ['system', 'security', 'audit'] as const
const names = { system: '钱立本', security: '孙守正', audit: '周明鉴' }
const administrators = Object.fromEntries(
  keys.map((key, i) => [
    key,
    {
      name: names[key],
      idNumber: completeIdNumber(`3302031985010100${i + 1}`),
      username: `first.${key}`,
    },
  ]),
)
const password = 'Kite-Flown-4-Joy'

/** Sets the first password with a ticket and registers this machine's passkey as the first device, as its owner would. */
async function enter(username: string, ticket: string): Promise<TestPage> {
  const opened = await walk.browser.newPage()
  const { page } = opened
  await plugIn(page)
  await page.goto(`${walk.product.address}/sign-in`)
  await page.getByRole('link', { name: /用激活码设置密码/ }).click()
  // The sign-in page asks for a user name as well.
  await page.getByRole('heading', { name: '激活账号' }).waitFor()
  await page.getByLabel('用户名').fill(username)
  await page.getByLabel('激活码').fill(ticket)
  await page.getByLabel('新密码', { exact: true }).fill(password)
  await page.getByLabel('再输一次新密码').fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '添加通行密钥' }).click()
  await page.getByRole('button', { name: /^登\s*记$/ }).click()
  await page.getByRole('link', { name: '我的设备' }).click()
  await page.getByRole('cell', { name: '本机通行密钥', exact: true }).waitFor()
  return opened
}

async function confirm(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: '当场确认' })
  await dialog.getByRole('button', { name: '用通行密钥确认' }).click()
  await dialog.waitFor({ state: 'hidden' })
}

test('an empty installation gets its three administrators by ticket, and two of them a colleague who signs in', async () => {
  const file = join(walk.product.dataDir, 'administrators.json')
  writeFileSync(file, JSON.stringify(administrators))
  const made = await walk.product.run('account', 'bootstrap', '--from', file, '--json')
  expect(made).toMatchObject({ code: 0, err: '' })
  const { administrators: tickets } = JSON.parse(made.out) as {
    administrators: { key: (typeof keys)[number]; username: string; ticket: string }[]
  }
  const at = {} as Record<'system' | 'security', TestPage>
  for (const key of ['system', 'security'] as const) {
    const { username, ticket } = tickets.find((one) => one.key === key)!
    at[key] = await enter(username, ticket)
  }
  const { page: system } = at.system
  await system.goto(`${walk.product.address}/people`)
  await system.getByRole('button', { name: '提请人员建档' }).click()
  const form = system.getByRole('dialog', { name: '提请人员建档' })
  await form.getByLabel('姓名').fill('吴新来')
  await form.getByLabel('身份证号').fill(completeIdNumber('33020319920202001'))
  await form.getByLabel('用户名').fill('wu.xinlai')
  await form.getByLabel('岗位').fill('审计')
  await system.locator('.ant-select-item-option', { hasText: '审计管理员' }).click()
  await form.getByRole('button', { name: /^提\s*交$/ }).click()
  await confirm(system)
  await system.getByText('已提请，等待批准').waitFor()
  await system.goto(`${walk.product.address}/admin/people`)
  const own = system.getByRole('button', { name: /^批\s*准$/ })
  await own.waitFor()
  expect(await own.getAttribute('aria-disabled')).toBe('true')

  const { page: security } = at.security
  await security.goto(`${walk.product.address}/admin/people`)
  await security.getByRole('button', { name: /^批\s*准$/ }).click()
  await confirm(security)
  const shown = security.getByRole('dialog', { name: '一次性凭证' })
  const ticket = await shown.locator('.mb-ticket').innerText()
  await shown.getByRole('button', { name: '已记下，关闭' }).click()
  await shown.waitFor({ state: 'hidden' })
  expect(await security.content()).not.toContain(ticket)

  const colleague = await enter('wu.xinlai', ticket.trim())
  await colleague.page.getByText('吴新来').first().waitFor()

  for (const { troubles } of [...Object.values(at), colleague]) {
    expect(troubles.consoleErrors.filter((words) => !/status of (401|403)/.test(words))).toEqual([])
    expect(troubles.failedRequests).toEqual([])
  }
  const verified = await walk.product.run('verify', '--json')
  expect(JSON.parse(verified.out)).toMatchObject({ ok: true, problems: [] })
}, 300_000)
