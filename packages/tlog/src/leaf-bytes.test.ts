import { expect, test } from 'vitest'
import { toHex, utf8 } from './bytes.ts'
import { decodeLeaf, encodeLeaf, type LeafV1 } from './leaf.ts'
import { actOfLeaf } from './leaf-bytes.ts'

const leaf: LeafV1 = {
  act: '01234567-89ab-7cde-8f01-23456789abcd',
  at: '2026-11-23T01:02:03.000004Z',
  district: 'haishu',
  fields: 'bac90bbc80a6cb42e179956f976e26ff4439b46ffbf0f996a46e4deb0797fc6a',
  n: 12,
  outcome: 'done',
  type: 'cases.accept',
}

/** The act's id as `actOfLeaf` writes it behind three bytes of something else; null when it says this is no leaf. */
function quick(entry: Uint8Array, district = 'haishu'): string | null {
  const into = new Uint8Array(20).fill(7)
  const is = actOfLeaf(entry, utf8(district), into, 3)
  expect([...into.subarray(0, 3), into[19]]).toEqual([7, 7, 7, 7])
  return is ? toHex(into.subarray(3, 19)) : null
}

/** The same from `decodeLeaf`. */
function slow(entry: Uint8Array, district = 'haishu'): string | null {
  try {
    const { act, district: of } = decodeLeaf(entry)
    return of === district ? act.replaceAll('-', '') : null
  } catch {
    return null
  }
}

test.each<[string, Partial<LeafV1>]>([
  ['done', {}],
  ['refused', { outcome: 'refused', type: 'a.B' }],
  ['with one field', { n: 1 }],
  ['with fields of fifteen digits', { n: 999_999_999_999_999 }],
  ['of another act', { act: 'ffffffff-ffff-ffff-ffff-fffffffffff0' }],
])('a leaf %s is known by its bytes', (_, more) => {
  const entry = encodeLeaf({ ...leaf, ...more })
  expect(quick(entry)).toBe({ ...leaf, ...more }.act.replaceAll('-', ''))
  expect(slow(entry)).toBe(quick(entry))
})

test('a leaf of another district is not one of this log', () => {
  for (const other of ['haishux', 'haish', 'xaishu', 'city', 'h'])
    expect(quick(encodeLeaf(leaf), other)).toBeNull()
})

test('whatever becomes of any byte of a leaf, it is a leaf or none exactly as decoding says', () => {
  for (const of of [leaf, { ...leaf, outcome: 'refused' as const, n: 1, district: 'hh', type: 'a.b' }]) {
    const whole = encodeLeaf(of)
    let leaves = 0
    for (let i = 0; i < whole.length; i++)
      for (const put of [...new Set([...utf8('09afgzAZ-.":,{}TZ d'), 0, 128, 255])]) {
        const changed = Uint8Array.from(whole)
        changed[i] = put
        const quickly = quick(changed, of.district)
        expect(quickly, `byte ${i} is ${put}`).toBe(slow(changed, of.district))
        if (quickly !== null) leaves++
      }
    // Digits and letters in the id, the time, the fields, the count and the type.
    expect(leaves).toBeGreaterThan(500)
  }
})

test('cut short, or with anything before, within or after, it is none', () => {
  const whole = encodeLeaf(leaf)
  for (let length = 0; length < whole.length; length++) expect(quick(whole.subarray(0, length))).toBeNull()
  for (let i = 0; i <= whole.length; i++) {
    const more = Uint8Array.from([...whole.subarray(0, i), 0x20, ...whole.subarray(i)])
    expect(quick(more)).toBe(slow(more))
    expect(quick(more)).toBeNull()
  }
})
