import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { demoSignature } from '../server/src/papers/demo-scan.ts'
import { startDemo } from '../server/test/demo.ts'
import { describeViolations, openBrowser, runAxe, type TestPage } from './harness/browser.ts'
import {
  actAs,
  checkEveryone,
  fillApplication,
  findHome,
  openFromWorklist,
  pagesOf,
  quietHome,
  sendApplication,
  signIn,
  submit,
  takeInAll,
} from './harness/walk.ts'

/** Nothing went wrong that nobody asked for, and the page can be used by everybody. */
async function expectSound({ page, troubles }: TestPage) {
  expect(describeViolations(await runAxe(page))).toEqual([])
  // Refusals that the walk provokes on purpose are told on the console as failed requests; nothing else may be.
  expect(troubles.consoleErrors.filter((words) => !/status of (403|409)/.test(words))).toEqual([])
  expect(troubles.failedRequests).toEqual([])
}

/** Whoever just acted tries the next step by hand: the server refuses with clause 6.2, and the screen says the same. */
async function triesNext(page: Page, type: string, title: string, input: object) {
  const answer = await actAs(page, type, input)
  expect(answer).toMatchObject({ ok: false, refusal: { code: 'same_person', clause: '6.2' } })
  const button = page.getByRole('button', { name: title, exact: true })
  expect(await button.getAttribute('aria-disabled')).toBe('true')
  const reason = await page
    .locator(`#${idSelector((await button.getAttribute('aria-describedby'))!)}`)
    .textContent()
  expect(reason).toContain('须由另一人办理')
  expect(reason).toContain('通知第 6.2 条')
}

const idSelector = (id: string): string => id.replaceAll(/[^\w-]/g, (sign) => `\\${sign}`)

test('a newcomer takes a sale from application to certificate with four sign-ins, and nobody can do the next step too', {
  timeout: 420_000,
}, async () => {
  await using product = await startDemo()
  await using browser = await openBrowser()
  const { address } = product
  const opinion = '同意'

  // The clerk: application, identity, materials, acceptance.
  const clerk = await signIn(browser, address, 'haishu.clerk1')
  const { page } = clerk
  const unit = await findHome(page, quietHome)
  await fillApplication(page, unit, '演新主')
  await expectSound(clerk)
  const caseId = await sendApplication(page)
  await checkEveryone(page)
  await takeInAll(page)
  await submit(page, '受理')
  await expect.poll(() => page.locator('.mb-case-number').textContent()).toMatch(/330203\d{13}$/)
  await triesNext(page, 'case.firstReview', '初审通过', { caseId, opinion })
  await expectSound(clerk)

  // The reviewer.
  const reviewer = await signIn(browser, address, 'haishu.reviewer1')
  await openFromWorklist(reviewer.page, caseId)
  await submit(reviewer.page, '初审通过')
  await triesNext(reviewer.page, 'case.record', '登簿', { caseId, opinion })
  await expectSound(reviewer)

  // The recorder: the legal moment.
  const recorder = await signIn(browser, address, 'haishu.recorder1')
  await openFromWorklist(recorder.page, caseId)
  await submit(recorder.page, '登簿')
  await triesNext(recorder.page, 'case.print', '缮证', { caseId, blankSerial: '33011500001', opinion })
  await expectSound(recorder)

  // The certificate keeper prints on a numbered blank in their own keeping.
  const keeper = await signIn(browser, address, 'haishu.certs1')
  await openFromWorklist(keeper.page, caseId)
  await submit(keeper.page, '缮证')
  await triesNext(keeper.page, 'case.seal', '用印', { caseId, sealNo: 1, opinion })
  await keeper.page.getByRole('tab', { name: '通知与证书' }).click()
  await keeper.page.getByRole('button', { name: /^不动产权证书 浙\(2026\)/ }).click()
  await keeper.page.locator('.mb-document canvas').first().waitFor()
  await expectSound(keeper)

  // The certificate's own page verifies in this browser, before and after it is issued.
  const check = await keeper.page.getByRole('link', { name: '查验页' }).last().getAttribute('href')
  const visitor = await browser.newPage({ viewport: { width: 390, height: 844 } })
  await visitor.page.goto(`${address}${check}`)
  await visitor.page.getByText('已在您的浏览器中验证通过').waitFor()
  expect(await visitor.page.getByTestId('validity').textContent()).toBe('已登簿，证书尚未发放')

  // Sealed, issued against a signature, archived: each by somebody else.
  const sealer = await signIn(browser, address, 'haishu.seals1')
  await openFromWorklist(sealer.page, caseId)
  await submit(sealer.page, '用印')
  await page.reload()
  await page
    .getByLabel('领证人签名')
    .setInputFiles({ name: '签名.png', mimeType: 'image/png', buffer: demoSignature('演新主') })
  await page.getByText('签名已采集。').waitFor()
  await submit(page, '发证')
  await triesNext(page, 'case.archive', '归档', { caseId, pages: 40, opinion })
  const archivist = await signIn(browser, address, 'haishu.archive1')
  await openFromWorklist(archivist.page, caseId)
  await archivist.page.getByLabel('卷内总页数').fill(String(await pagesOf(archivist.page, caseId)))
  await submit(archivist.page, '归档')
  await expectSound(archivist)

  await visitor.page.reload()
  await visitor.page.getByText('已在您的浏览器中验证通过').waitFor()
  expect(await visitor.page.getByTestId('validity').textContent()).toBe('有效')
  await expectSound(visitor)

  // The history of the case tells the five refused attempts too.
  await page.getByRole('tab', { name: '办理经过' }).click()
  await page.getByText('未准许').first().waitFor()
  expect(await page.getByText('未准许').count()).toBe(5)

  // The whole installation verifies; then one byte of one register row is changed in the database.
  await product.stop()
  const clean = await product.run('verify', '--json')
  expect(JSON.parse(clean.out)).toMatchObject({ ok: true, problems: [] })
  expect(clean.code).toBe(0)
  const row = await changeOneByte(product.dataDir, caseId)
  const dirty = await product.run('verify', '--json')
  expect(dirty.code).not.toBe(0)
  const report = JSON.parse(dirty.out) as { ok: boolean; problems: { message: string }[] }
  expect(report.ok).toBe(false)
  expect(report.problems[0]!.message).toContain('register.entry')
  expect(report.problems[0]!.message).toContain(row)
})

/** As somebody with the database's own files would: past triggers and policies, one character of the new entry. */
async function changeOneByte(dataDir: string, caseId: string): Promise<string> {
  const { openWorld } = await import('../server/src/app/world.ts')
  const { readConfig } = await import('../server/src/platform/config.ts')
  const world = await openWorld(readConfig({ ...process.env, MINGBU_DATA: dataDir }))
  try {
    const admin = await world.admin()
    try {
      await admin.query('set session_replication_role = replica')
      const changed = await admin.query<{ id: string }>(
        `update register.entry set body = jsonb_set(body, '{contractNumber}', to_jsonb(replace(body ->> 'contractNumber', '9001', '9002'))) where case_id = $1 and kind = 'ownership' returning id`,
        [caseId],
      )
      return changed.rows[0]!.id
    } finally {
      await admin.end()
    }
  } finally {
    await world.close()
  }
}
