import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { IdSet, idLength } from './id-set.ts'

const id = (i: number): Uint8Array => createHash('sha256').update(String(i)).digest().subarray(0, idLength)

test('of a hundred thousand ids each is new once, and known ever after', () => {
  const ids = new IdSet()
  for (let i = 0; i < 100_000; i++) expect(ids.add(id(i), 0)).toBe(true)
  expect(ids.size).toBe(100_000)
  for (let i = 0; i < 100_000; i += 97) expect(ids.add(id(i), 0)).toBe(false)
  expect(ids.size).toBe(100_000)
})

test('ids that differ in one bit are two, wherever the bit is; the blank one is one as well', () => {
  const ids = new IdSet()
  expect(ids.add(new Uint8Array(idLength), 0)).toBe(true)
  for (let bit = 0; bit < 8 * idLength; bit++) {
    const one = new Uint8Array(idLength)
    one[bit >> 3] = 1 << (bit & 7)
    expect(ids.add(one, 0)).toBe(true)
    expect(ids.add(one, 0)).toBe(false)
  }
  expect(ids.size).toBe(129)
})

test('an id is read where it stands, among others', () => {
  const ids = new IdSet()
  const row = Buffer.concat([id(1), id(2), id(1)])
  expect([0, 16, 32].map((at) => ids.add(row, at))).toEqual([true, true, false])
})
