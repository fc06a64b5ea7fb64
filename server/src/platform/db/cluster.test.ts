import { expect, test } from 'vitest'
import { StartupError } from '../startup-error.ts'
import { requireSupportedVersion } from './cluster.ts'

test.each([
  [90_624, 'PostgreSQL 9 is too old; 15 or newer is needed.'],
  [149_999, 'PostgreSQL 14 is too old; 15 or newer is needed.'],
])('server version %i is told in one sentence', (version, sentence) => {
  expect(() => requireSupportedVersion(version)).toThrow(new StartupError(sentence))
})

test.each([150_000, 180_004, 190_000])('server version %i is taken', (version) => {
  expect(requireSupportedVersion(version)).toBeUndefined()
})
