import { describe, expect, test } from 'vitest'
import { type CodeOf, codeName, DJLX, dictionaries, GHYT, GYFS, isCode, TDYT } from './dictionaries.ts'

describe.each(Object.entries(dictionaries))('%s', (id, table) => {
  test('has its own name, and each code once with words in both languages', () => {
    expect(table.id).toBe(id)
    expect(new Set(table.items.map((item) => item.code)).size).toBe(table.items.length)
    for (const { name } of [table, ...table.items]) {
      expect(name.zh).toMatch(/\p{Script=Han}/u)
      expect(name.en).toMatch(/^[A-Z][\x20-\x7e]+$/)
    }
  })
})

test('transfer is 200 and change is 300, though the law names change first', () => {
  expect(codeName(DJLX, '200').zh).toBe('转移登记')
  expect(codeName(DJLX, '300').zh).toBe('变更登记')
})

test('a code is text: the leading zero counts', () => {
  expect(isCode(TDYT, '0701')).toBe(true)
  expect(isCode(TDYT, '701')).toBe(false)
})

test('a kind stands below its class', () => {
  for (const { code } of TDYT.items) expect(isCode(TDYT, code.slice(0, 2))).toBe(true)
  for (const { code } of GHYT.items) expect(isCode(GHYT, code.slice(0, 2))).toBe(true)
})

test('an unknown code of old data is shown as it is', () => {
  expect(codeName(GYFS, '7')).toEqual({ zh: '7', en: '7' })
})

test('the type knows the codes', () => {
  const held: CodeOf<typeof GYFS> = '2'
  // @ts-expect-error 7 is no manner of holding
  const wrong: CodeOf<typeof GYFS> = '7'
  expect(isCode(GYFS, held)).toBe(true)
  expect(isCode(GYFS, wrong)).toBe(false)
})
