import { expect, test } from 'vitest'
import { compareAreas, formatArea, parseArea, sumAreas, toMu } from './area.ts'
import { chineseAmount, fenMax, formatYuan, parseYuan, priceProblem } from './money.ts'
import { isProblem } from './problem.ts'

const answer = (value: number | string | { code: string }) => (isProblem(value) ? value.code : value)

test.each<[string, number | string]>([
  ['1234.56', 123_456],
  ['1,234.56', 123_456],
  ['￥1,234', 123_400],
  ['1，234.5 元', 123_450],
  ['0.29', 29],
  ['1.10', 110],
  ['1.100', 110],
  ['0', 0],
  ['9999999999999.99', fenMax],
  ['10000000000000', 'too_large'],
  ['1.005', 'too_fine'],
  ['12,34', 'format'],
  ['1,2345', 'format'],
  ['-5', 'format'],
  ['1e5', 'format'],
  ['.5', 'format'],
  ['', 'format'],
  ['一百', 'format'],
])('%s yuan are %s fen', (text, fen) => {
  expect(answer(parseYuan(text))).toBe(fen)
})

test.each<[number, string]>([
  [0, '0.00'],
  [5, '0.05'],
  [123_456, '1,234.56'],
  [100_000_000, '1,000,000.00'],
  [fenMax, '9,999,999,999,999.99'],
])('%i fen read %s and come back', (fen, text) => {
  expect(formatYuan(fen)).toBe(text)
  expect(parseYuan(text)).toBe(fen)
})

test('a price is more than zero', () => {
  expect(priceProblem('0.00')?.code).toBe('not_positive')
  expect(priceProblem('x')?.code).toBe('format')
  expect(priceProblem('0.01')).toBeNull()
})

// The examples of the rule's annex, in the form it allows without optional zeros, then our own edges.
test.each([
  ['1409.50', '壹仟肆佰零玖元伍角'],
  ['6007.14', '陆仟零柒元壹角肆分'],
  ['1680.32', '壹仟陆佰捌拾元叁角贰分'],
  ['107000.53', '壹拾万柒仟元伍角叁分'],
  ['16409.02', '壹万陆仟肆佰零玖元零贰分'],
  ['325.04', '叁佰贰拾伍元零肆分'],
  ['0', '零元整'],
  ['0.5', '伍角'],
  ['0.05', '伍分'],
  ['10', '壹拾元整'],
  ['1000000', '壹佰万元整'],
  ['100001', '壹拾万零壹元整'],
  ['10000500', '壹仟万零伍佰元整'],
  ['100010000', '壹亿零壹万元整'],
  ['100007000', '壹亿零柒仟元整'],
  ['1000000000000', '壹万亿元整'],
  ['1200000000000', '壹万贰仟亿元整'],
])('%s yuan are written %s', (yuan, text) => {
  expect(chineseAmount(parseYuan(yuan) as number)).toBe(text)
})

test.each([-1, 0.5, fenMax + 1, Number.NaN])('%d fen is a bug', (fen) => {
  expect(() => formatYuan(fen)).toThrow(RangeError)
  expect(() => chineseAmount(fen)).toThrow(RangeError)
})

test.each([
  ['89.35', '89.35'],
  ['89.5 ㎡', '89.50'],
  ['1,089平方米', '1089.00'],
  ['089.35', '89.35'],
  ['89.350', '89.35'],
  ['89.351', 'too_fine'],
  ['0.00', 'not_positive'],
  ['10000000000', 'too_large'],
  ['-1', 'format'],
  ['', 'format'],
  ['约 90', 'format'],
])('an area typed %s is %s', (typed, stored) => {
  expect(answer(parseArea(typed))).toBe(stored)
})

test('areas add exactly, compare by size and read with groups', () => {
  expect(sumAreas(['0.10', '0.20', '89.35'])).toBe('89.65')
  expect(sumAreas([])).toBe('0.00')
  expect(compareAreas('89.5', '89.50')).toBe(0)
  expect(compareAreas('9.00', '10.00')).toBeLessThan(0)
  expect(compareAreas('10.01', '10.00')).toBeGreaterThan(0)
  expect(formatArea('1234567.8')).toBe('1,234,567.80')
  expect(() => formatArea('about 90')).toThrow(RangeError)
})

test.each([
  ['666.67', '1.00'],
  ['2000.00', '3.00'],
  ['100.00', '0.15'],
])('%s square metres are %s mu', (area, mu) => {
  expect(toMu(area)).toBe(mu)
})
