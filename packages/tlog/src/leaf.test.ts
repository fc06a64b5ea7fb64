import { describe, expect, test } from 'vitest'
import { concat, fromUtf8, utf8 } from './bytes.ts'
import { decodeLeaf, encodeLeaf, type LeafV1 } from './leaf.ts'

const leaf: LeafV1 = {
  act: '01234567-89ab-7cde-8f01-23456789abcd',
  at: '2026-11-23T01:02:03.000004Z',
  district: 'haishu',
  fields: 'bac90bbc80a6cb42e179956f976e26ff4439b46ffbf0f996a46e4deb0797fc6a',
  n: 12,
  outcome: 'done',
  type: 'cases.accept',
}
const text =
  '{"act":"01234567-89ab-7cde-8f01-23456789abcd","at":"2026-11-23T01:02:03.000004Z","district":"haishu",' +
  '"fields":"bac90bbc80a6cb42e179956f976e26ff4439b46ffbf0f996a46e4deb0797fc6a","n":12,"outcome":"done",' +
  '"type":"cases.accept","v":1}'

describe('leaf version 1', () => {
  test('its bytes are canonical JSON with the version in them, whatever the order of its fields', () => {
    expect(fromUtf8(encodeLeaf(leaf))).toBe(text)
    const reversed = Object.fromEntries(Object.entries(leaf).reverse()) as unknown as LeafV1
    expect(encodeLeaf(reversed)).toEqual(encodeLeaf(leaf))
  })

  test('it comes back, done or refused', () => {
    for (const one of [leaf, { ...leaf, outcome: 'refused' as const, n: 1 }])
      expect(decodeLeaf(encodeLeaf(one))).toEqual(one)
  })

  test('fields that are none of its own are not written: a leaf is for ever', () => {
    const more = { ...leaf, applicant: '330203199001011234' }
    expect(encodeLeaf(more)).toEqual(encodeLeaf(leaf))
  })

  test.each([
    ['act', 'ABCDEF01-89ab-7cde-8f01-23456789abcd'],
    ['act', '0123456789ab7cde8f0123456789abcd'],
    ['act', ''],
    ['at', '2026-11-23T01:02:03Z'],
    ['at', '2026-11-23T01:02:03.000Z'],
    ['at', '2026-11-23T01:02:03.000004+08:00'],
    ['at', '2026-11-23 01:02:03.000004Z'],
    ['at', 0],
    ['district', 'Haishu'],
    ['district', '海曙'],
    ['district', 'h'],
    ['district', 'a'.repeat(21)],
    ['fields', 'BAC90BBC80A6CB42E179956F976E26FF4439B46FFBF0F996A46E4DEB0797FC6A'],
    ['fields', 'bac9'],
    ['n', 0],
    ['n', -1],
    ['n', 1.5],
    ['n', '12'],
    ['n', 2 ** 53],
    ['outcome', 'failed'],
    ['outcome', undefined],
    ['type', 'accept'],
    ['type', 'cases.'],
    ['type', 'Cases.accept'],
    ['type', 'cases.accept\n'],
    ['type', null],
  ])('%s of %j is refused', (name, value) => {
    expect(() => encodeLeaf({ ...leaf, [name]: value } as LeafV1)).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        code: 'leaf_field',
        message: `leaf field ${name} has not its form`,
      }),
    )
  })

  test.each([
    ['nothing', ''],
    ['not JSON', 'leaf'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['no version', text.replace(',"v":1', '')],
    ['version 2', text.replace('"v":1', '"v":2')],
    ['the version as a text', text.replace('"v":1', '"v":"1"')],
    ['a space', text.replace('"n":12', '"n": 12')],
    ['a newline behind', `${text}\n`],
    ['a byte order mark in front', `\uFEFF${text}`],
    ['another order', text.replace(',"v":1', '').replace('{', '{"v":1,')],
    ['a field more', text.replace('"v":1', '"v":1,"x":1')],
    ['a field twice', text.replace('"n":12', '"n":12,"n":12')],
    ['a field less', text.replace('"n":12,', '')],
    ['a number written otherwise', text.replace('"n":12', '"n":1.2e1')],
    ['a letter written as an escape', text.replace('haishu', '\\u0068aishu')],
  ])('%s is no leaf', (_, wrong) => {
    expect(wrong).not.toBe(text)
    expect(() => decodeLeaf(utf8(wrong))).toThrow(TypeError)
  })

  test('bytes that are not UTF-8 are no leaf', () => {
    expect(() => decodeLeaf(concat(utf8(text), Uint8Array.of(0x80)))).toThrow(TypeError)
  })

  test('no changed bit gives the same leaf', () => {
    const bytes = encodeLeaf(leaf)
    const same: string[] = []
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const wrong = Uint8Array.from(bytes)
        wrong[at]! ^= 1 << bit
        const read = leafOrNull(wrong)
        if (read && JSON.stringify(read) === JSON.stringify(leaf)) same.push(`byte ${at}, bit ${bit}`)
      }
    }
    expect(same).toEqual([])
  })
})

function leafOrNull(bytes: Uint8Array): LeafV1 | null {
  try {
    return decodeLeaf(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}
