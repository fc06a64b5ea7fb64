import { expect, test } from 'vitest'
import { age } from './age.ts'

const words = { seconds: '{n} s', minutes: '{n} min', hours: '{n} h', days: '{n} d' }

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [3_599, '59 min'],
  [3_600, '1 h'],
  [86_399, '23 h'],
  [86_400, '1 d'],
  [900_000, '10 d'],
])('%i seconds are %s', (seconds, said) => {
  expect(age(seconds, words)).toBe(said)
})
