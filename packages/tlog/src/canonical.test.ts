import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical.ts'

const seeded = { seed: 20_261_123, numRuns: 500 }

const shared = { a: 1 }

describe('one value, one text', () => {
  test.each<[string, unknown, string]>([
    ['null', null, 'null'],
    ['true', true, 'true'],
    ['zero', 0, '0'],
    ['the largest whole number', 2 ** 53 - 1, '9007199254740991'],
    ['the smallest whole number', -(2 ** 53 - 1), '-9007199254740991'],
    ['an empty text', '', '""'],
    ['quotes, backslash and newline', '"\\\n', '"\\"\\\\\\n"'],
    ['Chinese text is not escaped', '鄞州区', '"鄞州区"'],
    ['a letter and its accent become one letter (NFC)', 'e\u0301', '"\u00e9"'],
    ['an empty list', [], '[]'],
    ['a list keeps its order', [2, 1, 'b', 'a'], '[2,1,"b","a"]'],
    ['an empty object', {}, '{}'],
    ['keys are sorted, also inside', { b: { d: 1, c: 2 }, a: [] }, '{"a":[],"b":{"c":2,"d":1}}'],
    [
      'capitals before small letters, digits as text',
      { a: 1, B: 2, 10: 3, 9: 4 },
      '{"10":3,"9":4,"B":2,"a":1}',
    ],
    ['UTF-16 order: the surrogates of 𠮷 before U+FF21', { '\uff21': 1, 𠮷: 2 }, '{"𠮷":2,"\uff21":1}'],
    ['an undefined key is left out', { a: undefined, b: 1 }, '{"b":1}'],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['a key named __proto__ is a key', JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
    ['the same object twice is no cycle', [shared, shared], '[{"a":1},{"a":1}]'],
  ])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })

  test('keys are sorted as they are written, not as they came', () => {
    const composed = { '\u00e9': 1, f: 2, ez: 3 }
    const decomposed = { 'e\u0301': 1, f: 2, ez: 3 }
    expect(canonicalJson(decomposed)).toBe(canonicalJson(composed))
  })
})

describe('what has no canonical text', () => {
  const cycle: unknown[] = []
  cycle.push({ inside: cycle })
  test.each<[string, unknown]>([
    ['a fraction', 0.5],
    ['minus zero', -0],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a number above 2^53 - 1', 2 ** 53],
    ['undefined', undefined],
    ['undefined in a list', [undefined]],
    ['a hole in a list', Array(2)],
    ['a bigint', 1n],
    ['a symbol', Symbol('a')],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(1)],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['two keys that are one in NFC', { '\u00e9': 1, 'e\u0301': 1 }],
    ['a cycle', cycle],
  ])('%s is refused', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
    expect(() => canonicalJson({ deep: [value] })).toThrow(TypeError)
  })
})

describe('whatever the value', () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger().map((n) => n + 0),
      fc.string({ unit: 'grapheme' }),
      fc.array(tie('value'), { maxLength: 5 }),
      fc
        .uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), tie('value')), {
          maxLength: 6,
          selector: ([key]) => key.normalize('NFC'),
        })
        .map((entries) => Object.fromEntries(entries)),
    ),
  }))

  test('the order in which keys were set makes no difference, at any depth', () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(canonicalJson(reversed(one))).toBe(canonicalJson(one))
      }),
      seeded,
    )
  })

  test('reading the text and writing it again gives the same text', () => {
    fc.assert(
      fc.property(value, (one) => {
        const text = canonicalJson(one)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(text).toBe(text.normalize('NFC'))
      }),
      seeded,
    )
  })
})

/** The same value, every object's keys set in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, reversed(one)]),
  )
}
