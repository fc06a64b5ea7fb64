import { afterAll, beforeAll, expect } from 'vitest'
import { describeViolations, openBrowser, runAxe, type TestBrowser, type TestPage } from './browser.ts'
import type { Product } from './product.ts'

/** One product and one browser for all walks of a file, opened before the first and closed after the last. */
export function openWalk(start: () => Promise<Product>): {
  readonly product: Product
  readonly browser: TestBrowser
} {
  let product: Product | undefined
  let browser: TestBrowser | undefined
  beforeAll(async () => {
    product = await start()
    browser = await openBrowser()
  }, 300_000)
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await product?.[Symbol.asyncDispose]()
  })
  return {
    get product() {
      return product!
    },
    get browser() {
      return browser!
    },
  }
}

/** Nothing is wrong with the page as it stands: axe finds nothing, and nothing failed on the way to it. */
export async function expectSound({ page, troubles }: TestPage): Promise<void> {
  expect(describeViolations(await runAxe(page))).toEqual([])
  expect(troubles).toEqual({ consoleErrors: [], failedRequests: [] })
}
