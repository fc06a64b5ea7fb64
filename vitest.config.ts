import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take a minute and more. One that began last would leave the other core idle while it runs. */
const long = [
  /\/server\/src\/drill\/tamper\./,
  /\/e2e\/\w/,
  /\/server\/(src\/drill|test)\//,
  /\/evidence\/verify\./,
]
const place = ({ moduleId }: TestSpecification): number => {
  const found = long.findIndex((one) => one.test(moduleId))
  return found < 0 ? long.length : found
}

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}

/**
 * Every test of the house in one run. Tests open real databases and real browsers, so files run two at a
 * time (the two cores a clerk's machine has) and each gets generous time; no test asserts on speed.
 */
export default defineConfig({
  test: {
    include: [
      'packages/**/*.test.ts',
      'server/**/*.test.ts',
      'web/**/*.test.{ts,tsx}',
      'e2e/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ['server/test/global-setup.ts'],
  },
})
