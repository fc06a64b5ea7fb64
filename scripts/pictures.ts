import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser, screenshot } from '../e2e/harness/browser.ts'
import { startProduct } from '../e2e/harness/product.ts'
import {
  buyerIdNumber,
  checkEveryone,
  chooseUnit,
  confirmByDemoCode,
  fillApplication,
  fillSignIn,
  findHome,
  openFromWorklist,
  pagesOf,
  plugIn,
  quietHome,
  sendApplication,
  signIn,
  submit,
  takeInAll,
  workday,
} from '../e2e/harness/walk.ts'
import { demoSignature } from '../server/src/papers/demo-scan.ts'
import { completeIdNumber } from '../server/src/values/idNumber.ts'

/**
 * Makes every picture of README and user manual from the running product: `npm run pictures`. It plays one sale
 * from application to archive in a demo city of its own, with a person of its own for every step.
 */
const folder = join(import.meta.dirname, '..', 'docs', 'pictures')
mkdirSync(folder, { recursive: true })

/** The one home of the office that the demo city of every first start holds seized. */
const seizedUnit = '330227001001GB00040F00010002'

await using product = await startProduct()
await using browser = await openBrowser()
const { address } = product

async function picture(page: Page, name: string): Promise<void> {
  // Messages that come and go would be in one run's picture and not in the next.
  await page
    .locator('.ant-message-notice')
    .first()
    .waitFor({ state: 'detached', timeout: 8000 })
    .catch(() => {})
  await page.waitForTimeout(700)
  await screenshot(page, join(folder, `${name}.png`))
  process.stdout.write(`${name}.png\n`)
}

const guest = await browser.newPage()
await fillSignIn(guest.page, address, 'haishu.clerk1')
await picture(guest.page, 'sign-in')
await guest.close()

const clerk = await signIn(browser, address, 'haishu.clerk1')
const { page } = clerk
await page.locator('tr[data-row]').first().waitFor()
await picture(page, 'worklist')
await chooseUnit(page, seizedUnit)
await page.getByText('受理时会被拒绝').waitFor()
await picture(page, 'seized')
const unit = await findHome(page, quietHome)
await fillApplication(page, unit, '演新主')
await picture(page, 'application')
const caseId = await sendApplication(page)
await checkEveryone(page)
await picture(page, 'identity')
await page.getByRole('button', { name: '一次性补正告知', exact: true }).click()
await page.getByRole('button', { name: '提交：一次性补正告知' }).waitFor()
await picture(page, 'supplement')
await takeInAll(page)
await page.getByRole('button', { name: '受理', exact: true }).click()
await page.locator('.mb-document canvas:visible').first().waitFor()
await picture(page, 'materials')
await submit(page, '受理')
await page.getByRole('tab', { name: '通知与证书' }).click()
await page.getByRole('button', { name: '受理凭证' }).click()
await page.locator('.mb-document canvas:visible').first().waitFor()
await picture(page, 'accepted')
await page.getByRole('button', { name: '初审通过', exact: true }).hover()
await page.getByRole('tooltip').waitFor()
await screenshot(page, join(folder, 'refused.png'))

const reviewer = await signIn(browser, address, 'haishu.reviewer1')
await openFromWorklist(reviewer.page, caseId)
await reviewer.page.getByRole('tab', { name: '材料' }).click()
await reviewer.page.locator('.mb-document canvas:visible').first().waitFor()
await picture(reviewer.page, 'review')
await submit(reviewer.page, '初审通过')

const recorder = await signIn(browser, address, 'haishu.recorder1')
await openFromWorklist(recorder.page, caseId)
await picture(recorder.page, 'recording')
await recorder.page.getByRole('button', { name: '提交：登簿' }).click()
await recorder.page.getByRole('button', { name: /^填入演示口令/ }).waitFor()
await picture(recorder.page, 'confirm')
await recorder.page.getByRole('button', { name: '返回（Esc）' }).click()
await submit(recorder.page, '登簿')
await recorder.page.getByRole('link', { name: '我的设备' }).click()
await recorder.page.getByRole('cell', { name: '演示验证器', exact: true }).waitFor()
await picture(recorder.page, 'devices')

const keeper = await signIn(browser, address, 'haishu.certs1')
await openFromWorklist(keeper.page, caseId)
await picture(keeper.page, 'printing')
await submit(keeper.page, '缮证')
await keeper.page.getByRole('tab', { name: '通知与证书' }).click()
await keeper.page.getByRole('button', { name: /^不动产权证书 浙/ }).click()
await keeper.page.locator('.mb-document canvas:visible').first().waitFor()
await picture(keeper.page, 'certificate')
const check = await keeper.page.getByRole('link', { name: '查验页' }).last().getAttribute('href')

const sealer = await signIn(browser, address, 'haishu.seals1')
await openFromWorklist(sealer.page, caseId)
await picture(sealer.page, 'sealing')
await submit(sealer.page, '用印')

const takeSignature = async (): Promise<void> => {
  await page
    .getByLabel('领证人签名')
    .setInputFiles({ name: '签名.png', mimeType: 'image/png', buffer: demoSignature('演新主') })
  await page.getByText('签名已采集。').waitFor()
}
await page.reload()
await takeSignature()
await picture(page, 'issue')
await page.getByRole('tab', { name: '材料' }).click()
await page.locator('.mb-document canvas:visible').first().waitFor()
await picture(page, 'case.zh')
await page.getByRole('button', { name: 'English' }).click()
// Loaded anew, so that what the form proposes is English too.
await page.reload()
await page.getByRole('tab', { name: 'Materials' }).click()
await page.locator('.mb-document canvas:visible').first().waitFor()
await picture(page, 'case.en')
await page.getByRole('button', { name: '中文' }).click()
await page.reload()
await takeSignature()
await submit(page, '发证')

const archivist = await signIn(browser, address, 'haishu.archive1')
await openFromWorklist(archivist.page, caseId)
await archivist.page.getByLabel('卷内总页数').fill(String(await pagesOf(archivist.page, caseId)))
await picture(archivist.page, 'archive')
await submit(archivist.page, '归档')
await archivist.page.goto(`${address}/archives/map?box=A-01-01`)
const shelved = archivist.page.getByRole('link', { name: /^HAISHU-/ })
await shelved.waitFor()
await picture(archivist.page, 'archive-map')
await shelved.click()
await archivist.page.getByRole('heading', { name: '案卷经过' }).waitFor()
await picture(archivist.page, 'archive-file')
await archivist.page.goto(`${address}/archives/stocktakes`)
await archivist.page.getByRole('button', { name: '开始清点' }).click()
await archivist.page.getByRole('button', { name: '结束清点' }).waitFor()
await archivist.page
  .getByRole('searchbox', { name: '扫描盒号，开始清点这一盒' })
  .pressSequentially('A-01-01\n')
await archivist.page.getByRole('dialog').waitFor()
await picture(archivist.page, 'archive-stocktake')
await archivist.page.getByRole('dialog').getByRole('button', { name: '取消' }).click()
await archivist.page.getByRole('button', { name: '放弃' }).click()
await archivist.page.getByText('已放弃，可重新清点').waitFor()

await page.reload()
await page.getByRole('tab', { name: '办理经过' }).click()
await page.locator('.mb-timeline > li').first().waitFor()
await picture(page, 'history')

const visitor = await browser.newPage({ viewport: { width: 760, height: 900 } })
await visitor.page.goto(`${address}${check}`)
await visitor.page.getByText('已在您的浏览器中验证通过').waitFor()
await picture(visitor.page, 'check')
await visitor.page.goto(`${address}/checkpoints`)
await visitor.page.locator('details > summary').first().click()
await visitor.page.locator('.mb-note-lines').first().waitFor()
await picture(visitor.page, 'checkpoints')

const head = await signIn(browser, address, 'haishu.head')
await head.page.goto(`${address}/window`)
await head.page.getByRole('heading', { name: '应坐班次' }).waitFor()
await picture(head.page, 'window')
await head.page.goto(`${address}/register/${unit}`)
await head.page.getByText('监督检查').click()
await picture(head.page, 'purpose')
await head.page.getByRole('button', { name: '查看并留痕' }).click()
await head.page.locator('.mb-map canvas').first().waitFor()
await picture(head.page, 'register')
await head.page.goto(`${address}/holdings`)
await head.page.getByLabel('身份证号码').fill(buyerIdNumber)
await head.page.getByLabel('查看目的').press('Enter')
await head.page.locator('.ant-select-item-option', { hasText: '监督检查' }).click()
await head.page.getByLabel('查询依据').fill('信访件核查（2026 年第 12 号）')
await head.page.getByRole('button', { name: '查询并留痕' }).click()
await head.page.locator('tr[data-row]').first().waitFor()
await picture(head.page, 'holdings')
await head.page.goto(`${address}/controls`)
await head.page.locator('tbody tr.ant-table-row').first().waitFor()
await picture(head.page, 'controls')
await head.page.goto(`${address}/evidence?thing=${caseId}`)
await head.page.locator('tr[data-row]').first().waitFor()
await picture(head.page, 'evidence')
await head.page.goto(`${address}/life/unit/${unit}?order=newest`)
await head.page.locator('.mb-looks tr[data-row]').first().waitFor()
await picture(head.page, 'life')
await head.page.locator('tr[data-row]', { hasText: '登簿' }).first().locator('.mb-leaf > a').first().click()
await head.page.getByTestId('proof-result').waitFor()
await picture(head.page, 'proof')

await visitor.page.goto(`${address}${check}`)
await visitor.page.getByText('您是权利人吗？看看谁查过您的登记簿').click()
await visitor.page.getByLabel('现权利人证件号码').fill(buyerIdNumber)
await visitor.page.keyboard.press('Enter')
await visitor.page.locator('.mb-own-looks > li').first().waitFor()
await visitor.page.locator('.mb-own').scrollIntoViewIfNeeded()
await picture(visitor.page, 'own-looks')

const inspector = await signIn(browser, address, 'city.inspector1')
await inspector.page.goto(`${address}/controls?view=compare`)
await inspector.page.locator('tbody tr.ant-table-row').first().waitFor()
await picture(inspector.page, 'controls-compare')
const seals = await signIn(browser, address, 'haishu.seals1')
await seals.page.goto(`${address}/rules`)
await seals.page.locator('tr[data-row]').first().waitFor()
await picture(seals.page, 'rules')
await seals.page.locator('tr[data-row] a').first().click()
await seals.page.locator('.mb-rule-text').waitFor()
await picture(seals.page, 'rule')
await seals.close()
await head.page.goto(`${address}/meetings`)
await head.page.locator('tr[data-row] a').first().click()
await head.page.locator('.mb-meeting-text').first().waitFor()
await picture(head.page, 'meeting')
await head.page.goto(`${address}/plan`)
await head.page.locator('tr[data-row]').first().waitFor()
await picture(head.page, 'plan')
for (const [path, name] of [
  ['responsibility', 'responsibility'],
  ['window/coverage', 'window-coverage'],
  ['my-duties', 'my-duties'],
] as const) {
  await head.page.goto(`${address}/${path}`)
  await head.page.locator('tbody tr.ant-table-row').first().waitFor()
  await picture(head.page, name)
}

await inspector.page.goto(`${address}/namings`)
await inspector.page.getByRole('heading', { name: '屡查屡犯' }).waitFor()
await picture(inspector.page, 'namings')
await inspector.page.goto(`${address}/samplings`)
await inspector.page.locator('tr[data-row] a').first().click()
await inspector.page.getByRole('heading', { name: '为什么谁也不能挑选' }).waitFor()
await picture(inspector.page, 'sampling')
await inspector.page.goto(`${address}/findings`)
await inspector.page.locator('tr[data-row]', { hasText: '责任链' }).locator('a').first().click()
await inspector.page.getByRole('button', { name: '发整改通知' }).click()
await inspector.page.getByLabel('整改责任人').press('Enter')
await inspector.page.locator('.ant-select-item-option').first().click()
await inspector.page.getByLabel('整改要求').fill('补配责任人并报市局备案，书面说明空缺原因。')
await inspector.page.getByLabel('报送措施期限').fill(workday())
await inspector.page.keyboard.press('Control+Enter')
await inspector.page.getByText('办理经过').waitFor()
await picture(inspector.page, 'finding')
await inspector.page.goto(`${address}/inspections`)
await inspector.page.locator('tbody tr.ant-table-row').first().waitFor()
await picture(inspector.page, 'inspections')
await inspector.page.goto(`${address}/reminders`)
await inspector.page.getByRole('heading', { name: '最近两周的提醒' }).waitFor()
await picture(inspector.page, 'reminders')
await inspector.page.goto(`${address}/hall/haishu`)
await inspector.page.getByRole('heading', { name: '坐班领导' }).waitFor()
await picture(inspector.page, 'hall')
await inspector.page.goto(`${address}/witnesses`)
await inspector.page.locator('.mb-witnesses > summary').first().click()
await picture(inspector.page, 'witnesses')
await inspector.page.goto(`${address}/verifications`)
await inspector.page.getByRole('button', { name: '发起全面核验' }).click()
await inspector.page.getByText('全部相符').waitFor()
await picture(inspector.page, 'verifications')

// Rights: one who needs another duty, the two who decide, and what each of them watches.
await archivist.page.goto(`${address}/access`)
await archivist.page.getByLabel('职责', { exact: true }).fill('查询')
await archivist.page.locator('.ant-select-item-option', { hasText: /^查询/ }).click()
const lastDay = Temporal.Now.plainDateISO('Asia/Shanghai').add({ days: 60 }).toString()
await archivist.page.getByLabel('止', { exact: true }).fill(lastDay)
await archivist.page.keyboard.press('Enter')
await archivist.page.getByLabel('理由').fill('查询窗口轮岗两个月')
await archivist.page.getByRole('button', { name: '提交申请' }).click()
await archivist.page.getByText('已提交').waitFor()
await head.page.goto(`${address}/access/requests`)
await head.page.locator('tr[data-row]').first().waitFor()
await picture(head.page, 'access-requests')
const securityAdmin = await signIn(browser, address, 'city.secadmin')
for (const { page: decider } of [head, securityAdmin]) {
  await decider.goto(`${address}/access/requests`)
  await decider.getByRole('button', { name: '同意', exact: true }).first().click()
  await decider.getByRole('dialog').getByLabel('意见').fill('轮岗安排，同意')
  await decider.keyboard.press('Control+Enter')
  await confirmByDemoCode(decider)
  await decider.getByRole('dialog').waitFor({ state: 'detached' })
}
await archivist.page.goto(`${address}/access`)
await archivist.page.getByText(lastDay).first().waitFor()
await picture(archivist.page, 'rights')
await archivist.page.goto(`${address}/my-trace`)
await archivist.page.locator('tr[data-row]').first().waitFor()
await picture(archivist.page, 'my-trace')
await head.page.goto(`${address}/access/review`)
await head.page.locator('tbody tr.ant-table-row').first().waitFor()
await picture(head.page, 'access-review')
await head.page.goto(`${address}/access/matrix`)
await head.page.locator('tr[data-row]').first().waitFor()
await picture(head.page, 'access-matrix')
await securityAdmin.page.goto(`${address}/access/security`)
await securityAdmin.page.locator('.mb-table').first().waitFor()
await picture(securityAdmin.page, 'access-security')
const system = await signIn(browser, address, 'city.sysadmin')
await system.page.goto(`${address}/people`)
await system.page.locator('tr[data-row]').first().waitFor()
await picture(system.page, 'people')
await system.page.locator('tr[data-row] a').first().click()
await system.page.getByRole('heading', { name: '岗位任职' }).waitFor()
await picture(system.page, 'person')
await system.page.goto(`${address}/posts`)
await system.page.locator('tbody tr.ant-table-row').first().waitFor()
await picture(system.page, 'posts')
await system.page.goto(`${address}/chain`)
await system.page.getByText('空缺').first().waitFor()
await picture(system.page, 'chain')
await system.page.goto(`${address}/admin/people`)
await system.page.getByRole('heading', { name: '待批准' }).waitFor()
await picture(system.page, 'people-desk')
// A colleague is proposed by one administrator; another approves and is shown the ticket, once.
await system.page.goto(`${address}/people`)
await system.page.getByRole('button', { name: '提请人员建档' }).click()
const enrolment = system.page.getByRole('dialog', { name: '提请人员建档' })
await enrolment.getByLabel('登记机构').fill('海曙')
await system.page.locator('.ant-select-item-option', { hasText: '海曙区' }).click()
await enrolment.getByLabel('姓名').fill('演新来')
await enrolment.getByLabel('身份证号').fill(completeIdNumber('33020319950505001'))
await enrolment.getByLabel('用户名').fill('haishu.newcomer')
await enrolment.getByLabel('岗位').fill('窗口')
await system.page.locator('.ant-select-item-option', { hasText: '窗口受理岗' }).click()
await picture(system.page, 'enrolment')
await enrolment.getByRole('button', { name: /^提\s*交$/ }).click()
await confirmByDemoCode(system.page)
await system.page.getByText('已提请，等待批准').waitFor()
await securityAdmin.page.goto(`${address}/admin/people`)
await securityAdmin.page.getByRole('button', { name: /^批\s*准$/ }).click()
await confirmByDemoCode(securityAdmin.page)
const shown = securityAdmin.page.locator('.mb-ticket')
await shown.waitFor()
await picture(securityAdmin.page, 'ticket')
const ticket = await shown.innerText()
// The newcomer sets a password with it, registers a first device, and is in.
const newcomer = await browser.newPage()
await plugIn(newcomer.page)
await newcomer.page.goto(`${address}/activate`)
await newcomer.page.getByLabel('用户名').fill('haishu.newcomer')
await newcomer.page.getByLabel('激活码').fill(ticket.trim())
await newcomer.page.getByLabel('新密码', { exact: true }).fill('Kite-Flown-4-Joy')
await newcomer.page.getByLabel('再输一次新密码').fill('Kite-Flown-4-Joy')
await picture(newcomer.page, 'activate')
await newcomer.page.keyboard.press('Enter')
await newcomer.page.getByRole('button', { name: '添加通行密钥' }).waitFor()
await picture(newcomer.page, 'first-device')
// A maintenance order: asked for by one, seen by the two others.
await system.page.goto(`${address}/duty/maintenance`)
await system.page.getByLabel('配置项').fill('无操作')
await system.page.locator('.ant-select-item-option', { hasText: '无操作锁定' }).click()
await system.page.getByLabel('数值').fill('5')
await system.page.getByLabel('理由').fill('窗口人流大，缩短锁定时间')
await system.page.keyboard.press('Control+Enter')
await system.page.locator('tr[data-row]').first().waitFor()
await picture(system.page, 'maintenance')
await head.page.goto(`${address}/duty/temporary`)
await head.page.getByLabel('理由').first().fill('午间排队较多，到窗口受理')
await picture(head.page, 'temporary')
await head.page.goto(`${address}/sessions`)
await head.page.locator('tr[data-row]').nth(3).waitFor()
await picture(head.page, 'sessions')
await head.page.goto(`${address}/account/sessions`)
await head.page.locator('tr[data-row]').first().waitFor()
await picture(head.page, 'my-sessions')
await head.page.keyboard.press('Control+l')
await head.page.getByRole('heading', { name: '窗口已锁定' }).waitFor()
await picture(head.page, 'locked')
await product.sql(
  `update kernel.account set ages = true, changed_at = kernel.now() - interval '91 days' where username = 'haishu.archive1'`,
  `update kernel.session s set password_until = kernel.password_until(a) from kernel.account a
     where a.username = 'haishu.archive1' and s.person_id = a.person_id and s.ended_at is null`,
)
await archivist.page.getByRole('heading', { name: '密码已满一个季度，须立即修改' }).waitFor()
await picture(archivist.page, 'password-due')
// Years later, when what was recorded of a sign-in need no longer be kept.
const old = (await inspector.page.evaluate(async () =>
  (await fetch('/api/acts?type=session.signIn')).json(),
)) as { items: { actId: string }[] }
await product.setClockAhead('4 years')
const later = await signIn(browser, address, 'city.inspector1')
for (const { actId } of old.items.slice(-2)) {
  await later.page.goto(`${address}/erasures?act=${actId}`)
  await later.page.getByLabel('理由').fill('保存期已满，目的已实现')
  await later.page.getByRole('button', { name: '提出', exact: true }).click()
  await later.page.getByText('已提出，等待审计管理员办理').waitFor()
}
const auditor = await signIn(browser, address, 'city.auditadmin')
await auditor.page.goto(`${address}/erasures`)
await auditor.page.getByRole('button', { name: '删除', exact: true }).last().click()
await auditor.page.getByRole('button', { name: '确认删除' }).click()
await confirmByDemoCode(auditor.page)
await auditor.page.getByText('已删除').first().waitFor()
await auditor.page.getByRole('button', { name: '删除', exact: true }).first().click()
await auditor.page.getByRole('dialog').getByText('in.username').waitFor()
await picture(auditor.page, 'erasure')
