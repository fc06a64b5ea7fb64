import { defineConfig } from 'vitest/config'

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
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ['server/test/global-setup.ts'],
  },
})
