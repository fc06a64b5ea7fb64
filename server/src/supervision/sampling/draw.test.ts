import { createHash } from 'node:crypto'
import { fromHex, sha256 as pure } from '@mingbu/tlog'
import { describe, expect, test } from 'vitest'
import { random } from '../../city/prng.ts'
import { sha256 } from '../../kernel/evidence-fields.ts'
import { allot, type Candidate, countStrata, draw, frameHash, inOrder, plainValue, seedOf } from './draw.ts'

/** Candidate number `n`, by an id that says nothing else. */
const id = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const frameOf = (strata: Record<string, number>): Candidate[] => {
  let n = 0
  return Object.entries(strata)
    .flatMap(([stratum, size]) => Array.from({ length: size }, () => ({ id: id(++n), stratum })))
    .sort(inOrder)
}
const leaf = fromHex('11'.repeat(32))
const hex = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')

describe('test vectors, made here by plain concatenation', () => {
  const frame = frameOf({ T01: 3, Z01: 2 })

  test('the frame is a text that sha256sum reads', () => {
    const text = `mingbu/sampling/frame/v1\n${[1, 2, 3].map((n) => `T01 ${id(n)}\n`).join('')}${[4, 5].map((n) => `Z01 ${id(n)}\n`).join('')}`
    expect(frameHash(frame, sha256)).toBe(hex(text))
    expect(frameHash(frame, sha256)).toBe('01ade2f0637097a586571dfa861e7162b75bb8c26c34367e899d7ce7e82f3063')
  })
  test('the seed is domain, leaf hash and value', () => {
    const value = '03 08 17 22 25 31 + 09'
    const bytes = Buffer.concat([Buffer.from('mingbu/sampling/seed/v1\0'), leaf, Buffer.from(value)])
    expect(seedOf(leaf, value, sha256)).toBe(hex(bytes))
    expect(seedOf(leaf, value, sha256)).toBe(
      'f1a2412ba55616968de935d87db856334c19a46133c785c33e9e2cab0760ae27',
    )
  })
  test('the smallest scores are drawn, from each stratum its share', () => {
    const seed = 'ab'.repeat(32)
    const score = (one: Candidate) =>
      hex(
        Buffer.concat([
          Buffer.from('mingbu/sampling/draw/v1\0'),
          Buffer.from(seed, 'hex'),
          Buffer.from(one.id.replaceAll('-', ''), 'hex'),
        ]),
      )
    const best = (stratum: string, n: number) =>
      frame
        .filter((one) => one.stratum === stratum)
        .sort((a, b) => (score(a) < score(b) ? -1 : 1))
        .slice(0, n)
        .map((one) => one.id)
    const strata = allot(countStrata(frame), 3)
    expect(strata).toEqual([
      { stratum: 'T01', candidates: 3, take: 2 },
      { stratum: 'Z01', candidates: 2, take: 1 },
    ])
    const drawn = draw(frame, strata, seed, sha256)
    expect(drawn.map((one) => one.id)).toEqual([...best('T01', 2), ...best('Z01', 1)])
    expect(drawn.map((one) => Number.parseInt(one.id.slice(-4), 16))).toEqual([2, 1, 5])
    expect(draw(frame, strata, seed, pure)).toEqual(drawn)
  })
})

test.each([
  ['in proportion', { a: 60, b: 40 }, 10, { a: 6, b: 4 }],
  ['one at least from each', { a: 990, b: 9, c: 1 }, 10, { a: 8, b: 1, c: 1 }],
  ['the largest remainder first', { a: 5, b: 5, c: 5 }, 8, { a: 3, b: 3, c: 2 }],
  ['never more than there are', { a: 1, b: 99 }, 50, { a: 1, b: 49 }],
  ['all when the size is beyond all', { a: 2, b: 3 }, 90, { a: 2, b: 3 }],
  ['a single candidate', { a: 1 }, 1, { a: 1 }],
] as const)('sizes of strata: %s', (_, strata, size, takes) => {
  expect(
    Object.fromEntries(allot(countStrata(frameOf(strata)), size).map((one) => [one.stratum, one.take])),
  ).toEqual(takes)
})

test('any strata and size are allotted whole: the sum is the size, each at least one and at most all of it', () => {
  const draws = random(3, 'allot')
  for (let i = 0; i < 500; i++) {
    const strata = Array.from({ length: 1 + draws.between(0, 8) }, (_, n) => ({
      stratum: `s${n}`,
      candidates: 1 + draws.between(0, draws.between(0, 1) ? 5 : 4000),
    }))
    const all = strata.reduce((sum, one) => sum + one.candidates, 0)
    const size = strata.length + draws.between(0, 300)
    const made = allot(strata, size)
    expect(made.reduce((sum, one) => sum + one.take, 0)).toBe(Math.min(size, all))
    for (const one of made) {
      expect(one.take).toBeGreaterThanOrEqual(1)
      expect(one.take).toBeLessThanOrEqual(one.candidates)
      // Within one of what strict proportion would give, but where the smallest ask for their one.
      expect(one.take).toBeLessThanOrEqual(Math.ceil((size * one.candidates) / all) + 1)
    }
  }
  expect(() =>
    allot(
      [
        { stratum: 'a', candidates: 3 },
        { stratum: 'b', candidates: 3 },
      ],
      1,
    ),
  ).toThrow(RangeError)
})

test('every candidate comes up as often as any other', () => {
  const frame = frameOf({ a: 20 })
  const times = new Map(frame.map((one) => [one.id, 0]))
  const rounds = 2000
  for (let i = 0; i < rounds; i++)
    for (const one of draw(frame, [{ stratum: 'a', take: 5 }], seedOf(leaf, String(i), sha256), sha256))
      times.set(one.id, times.get(one.id)! + 1)
  // 500 expected each; the variance of a count is rounds × p × (1 − p), so 8 standard deviations are 155.
  for (const count of times.values()) expect(Math.abs(count - 500)).toBeLessThan(155)
  const chi = [...times.values()].reduce((sum, count) => sum + (count - 500) ** 2 / 375, 0)
  expect(chi).toBeLessThan(60)
})

test('another value, another plan, another frame or another size gives another answer', () => {
  const frame = frameOf({ a: 300, b: 100 })
  const seed = seedOf(leaf, '1', sha256)
  const ids = (f: Candidate[], size: number, s: string) =>
    draw(f, allot(countStrata(f), size), s, sha256).map((one) => one.id)
  const base = ids(frame, 20, seed)
  expect(ids(frame, 20, seedOf(leaf, '2', sha256))).not.toEqual(base)
  expect(ids(frame, 20, seedOf(fromHex('12'.repeat(32)), '1', sha256))).not.toEqual(base)
  expect(ids(frame, 21, seed)).not.toEqual(base)
  const without = frame.filter((one) => one.id !== base[0])
  expect(ids(without, 20, seed)).not.toEqual(base)
  expect(frameHash(without, sha256)).not.toBe(frameHash(frame, sha256))
  const moved = frame.map((one) => (one.id === base[0] ? { ...one, stratum: 'b' } : one)).sort(inOrder)
  expect(frameHash(moved, sha256)).not.toBe(frameHash(frame, sha256))
})

test.each([
  ['an id that is none', [{ id: 'x', stratum: 'a' }]],
  ['a stratum with a space', [{ id: id(1), stratum: 'a b' }]],
  [
    'one named twice',
    [
      { id: id(1), stratum: 'a' },
      { id: id(1), stratum: 'b' },
    ],
  ],
  [
    'out of order',
    [
      { id: id(2), stratum: 'a' },
      { id: id(1), stratum: 'a' },
    ],
  ],
])('a frame with %s is none', (_, frame) => {
  expect(() => frameHash(frame, sha256)).toThrow(RangeError)
})

test('the value is hashed without what typing adds to it', () => {
  expect(plainValue('  03　08\t17 ')).toBe('03 08 17')
  expect(plainValue('１２３')).toBe('123')
})
