import { join } from 'node:path'
import { describeViolations, openBrowser, runAxe, screenshot } from './harness/browser.ts'
import { signIn } from './harness/walk.ts'
const address = 'http://localhost:8141'
const pictures = join(import.meta.dirname, '..', 'docs', 'pictures')
await using browser = await openBrowser()
const { page, troubles } = await signIn(browser, address, 'city.sysadmin')
const shots: [string, string, () => Promise<unknown>][] = [
  ['people', '/people', () => page.locator('tr[data-row]').first().waitFor()],
  ['person', '', async () => { await page.locator('tr[data-row] a').first().click(); await page.getByRole('heading', { name: /岗位任职|Posts held/ }).waitFor() }],
  ['posts', '/posts', () => page.locator('tbody tr.ant-table-row').first().waitFor()],
  ['chain', '/chain', () => page.getByText(/空缺|Vacant/).first().waitFor()],
  ['people-desk', '/admin/people', () => page.getByRole('heading', { name: /待批准|To be decided/ }).waitFor()],
]
const lang = process.argv[2] ?? 'zh'
if (lang === 'en') await page.evaluate(() => localStorage.setItem('mingbu.language', 'en'))
for (const size of [{ width: 1440, height: 900 }, { width: 1280, height: 720 }]) {
  await page.setViewportSize(size)
  for (const [name, path, ready] of shots) {
    if (path) await page.goto(address + path)
    await ready()
    await page.waitForTimeout(700)
    await page.screenshot({ path: `/tmp/org-${name}-${lang}-${size.width}.png` })
    if (size.width === 1440) {
      const found = await runAxe(page).then(describeViolations).catch((e: Error) => e.message)
      console.log(name, JSON.stringify(found).slice(0, 800))
    }
  }
}
console.log(troubles)
