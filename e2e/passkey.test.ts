import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openWorld } from '../server/src/app/world.ts'
import { readConfig } from '../server/src/platform/config.ts'
import { startDemo } from '../server/test/demo.ts'
import { describeViolations, openBrowser, runAxe } from './harness/browser.ts'
import { fillSignIn, plugIn, signIn } from './harness/walk.ts'

const dialog = (page: Page) => page.getByRole('dialog', { name: '当场确认' })

test('a recorder registers a passkey, signs in with it and records a case that nobody else could have signed', {
  timeout: 420_000,
}, async () => {
  await using product = await startDemo()
  await using browser = await openBrowser()
  const { page, troubles } = await signIn(browser, product.address, 'haishu.recorder1')
  await plugIn(page)

  // A further device is confirmed with one there is: here the demo's codes.
  await page.getByRole('link', { name: '我的设备' }).click()
  await page.getByRole('button', { name: '添加通行密钥' }).click()
  expect(describeViolations(await runAxe(page))).toEqual([])
  await page.getByRole('button', { name: /^登\s*记$/ }).click()
  await dialog(page).getByText('添加设备').waitFor()
  expect(describeViolations(await runAxe(page))).toEqual([])
  await dialog(page)
    .getByRole('button', { name: /^填入演示口令/ })
    .click()
  await page.getByRole('cell', { name: '本机通行密钥', exact: true }).waitFor()

  // From now on the password alone opens nothing.
  await page.getByRole('button', { name: '退出登录' }).click()
  await fillSignIn(page, product.address, 'haishu.recorder1')
  await page.keyboard.press('Enter')
  await dialog(page).waitFor()
  expect(await page.evaluate(async () => (await fetch('/api/worklist')).status)).toBe(401)
  expect(describeViolations(await runAxe(page))).toEqual([])
  await dialog(page).getByRole('button', { name: '用通行密钥确认' }).click()
  await page.getByRole('heading', { name: '待办件' }).waitFor()

  // Going back from the confirmation loses nothing; confirming records.
  await page.locator('a[href^="/cases/0"]').first().click()
  await page.getByRole('heading', { name: '办理', exact: true }).waitFor()
  const caseId = page.url().split('/').at(-1)!
  await page.getByRole('button', { name: '提交：登簿' }).click()
  await dialog(page).waitFor()
  await page.keyboard.press('Escape')
  await dialog(page).waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: '提交：登簿' }).click()
  await dialog(page).getByRole('button', { name: '用通行密钥确认' }).click()
  await page.getByText('“登簿”已办理。').waitFor()
  expect(troubles.consoleErrors.filter((words) => !/status of (401|403)/.test(words))).toEqual([])
  expect(troubles.failedRequests).toEqual([])

  await product.stop()
  const clean = await product.run('verify', '--json')
  expect(JSON.parse(clean.out)).toMatchObject({ ok: true, problems: [] })
  const officer = await changeOneByte(product.dataDir, caseId)
  expect(officer).toMatchObject({ method: 'passkey', signed: true })
  const dirty = await product.run('verify', '--json')
  expect(dirty.code).toBe(1)
  const { problems } = JSON.parse(dirty.out) as { problems: { code: string; message: string }[] }
  expect(problems.map((one) => one.code)).toContain('assertion_wrong')
})

/** Changes one byte of the assertion that is kept with the recording, as whoever holds the database could. */
async function changeOneByte(dataDir: string, caseId: string): Promise<Record<string, unknown>> {
  const world = await openWorld(readConfig({ ...process.env, MINGBU_DATA: dataDir }))
  try {
    const admin = await world.admin()
    const { rows } = await admin.query<{ act_id: string; value: Buffer }>(
      `select v.act_id, v.value from kernel.act_value v join kernel.act a on a.id = v.act_id
       where a.type = 'case.record' and a.subject_id = $1 and a.outcome = 'done' and v.field = 'officer'`,
      [caseId],
    )
    const { act_id: act, value } = rows[0]!
    const said = JSON.parse(value.toString()) as Record<string, string>
    const bytes = Buffer.from(said.signature!, 'base64url')
    bytes[bytes.length - 1]! ^= 1
    const changed = JSON.stringify({ ...said, signature: bytes.toString('base64url') })
    await admin.query('begin; set local session_replication_role = replica')
    await admin.query(`update kernel.act_value set value = $2 where act_id = $1 and field = 'officer'`, [
      act,
      Buffer.from(changed),
    ])
    await admin.query('commit')
    await admin.end()
    return said
  } finally {
    await world.close()
  }
}
