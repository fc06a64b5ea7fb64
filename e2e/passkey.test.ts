import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeViolations, openBrowser, runAxe } from './harness/browser.ts'
import { startProduct } from './harness/product.ts'
import { fillSignIn, plugIn, signIn } from './harness/walk.ts'

const dialog = (page: Page) => page.getByRole('dialog', { name: '当场确认' })

test('a recorder registers a passkey, and from then on the password alone opens nothing', {
  timeout: 420_000,
}, async () => {
  await using product = await startProduct()
  await using browser = await openBrowser()
  const { page } = await signIn(browser, product.address, 'haishu.recorder1')
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
})
