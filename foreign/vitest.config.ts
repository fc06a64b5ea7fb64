import { defineConfig } from 'vitest/config'

/** Checks by programs that are not ours. They need Debian's golang-go, golang-golang-x-mod-dev and openssl. */
export default defineConfig({
  test: {
    include: ['foreign/*.check.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
})
