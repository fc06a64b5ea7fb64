import { expect, test } from 'vitest'
import { readRanges, sizeOf } from './ranges.ts'

const [a, b, c, d] = ['D33600000001', 'D33600000002', 'D33600000003', 'D33600000009']

test.each([
  ['nothing', '\n  \n', [], 0],
  ['one number', `${a}\n`, [[a, a]], 1],
  ['a range with a dash', `${a}-${c}`, [[a, c]], 3],
  ['a range with the dash of the books', `${a}–${c}`, [[a, c]], 3],
  ['a range with a space, in small letters', `d33600000001 ${c}`, [[a, c]], 3],
  ['numbers scanned one after another, in any order', `${b}\n${a}\n${c}`, [[a, c]], 3],
  [
    'two runs',
    `${a}\n${d}\n${b}`,
    [
      [a, b],
      [d, d],
    ],
    3,
  ],
  [
    'a number scanned twice, which the server refuses',
    `${a}\n${a}`,
    [
      [a, a],
      [a, a],
    ],
    2,
  ],
  [
    'two editions',
    `33600000001\n${b}`,
    [
      ['33600000001', '33600000001'],
      [b, b],
    ],
    2,
  ],
])('%s', (_, text, expected, size) => {
  const { ranges, problems } = readRanges(text)
  expect(problems).toEqual([])
  expect(ranges.map(({ first, last }) => [first, last])).toEqual(expected)
  expect(sizeOf(ranges)).toBe(size)
})

test.each([
  ['words', `${a}\nabc`, 2],
  ['another province', 'D44600000001', 1],
  ['reversed', `${c}-${a}`, 1],
  ['two editions in one range', `33600000001-${c}`, 1],
  ['three numbers on a line', `${a} ${b} ${c}`, 1],
])('%s is a problem of its line', (_, text, line) => {
  expect(readRanges(text).problems.map((one) => one.line)).toEqual([line])
})
