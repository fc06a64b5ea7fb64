import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { namePath, showFieldProblems } from './fieldProblems.ts'
import { tidyNumber } from './IdNumberInput.tsx'
import { formatYuan, moneyMaxFen, parseYuan } from './money.ts'
import { shareInWords, sharesMakeWhole } from './ShareInput.tsx'
import { hashFile, Sha256 } from './sha256.ts'

describe('SHA-256 in pieces', () => {
  test('the empty text and "abc" as in FIPS 180-4', () => {
    expect(new Sha256().hex()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(new Sha256().update(new TextEncoder().encode('abc')).hex()).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
  test('every length to 300 equals Node’s own', () => {
    for (let length = 0; length <= 300; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) % 256)
      expect(new Sha256().update(bytes).hex()).toBe(createHash('sha256').update(bytes).digest('hex'))
    }
  })
  test('where the pieces are cut does not matter', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (pieces) => {
        const ours = new Sha256()
        const theirs = createHash('sha256')
        for (const piece of pieces) {
          ours.update(piece)
          theirs.update(piece)
        }
        expect(ours.hex()).toBe(theirs.digest('hex'))
      }),
      { seed: 31 },
    )
  })
  test('a file of several pieces, with progress', async () => {
    const bytes = new Uint8Array(5 * 1024 * 1024 + 7).fill(7)
    const seen: number[] = []
    expect(await hashFile(new Blob([bytes]), (share) => seen.push(share))).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    )
    expect(seen).toHaveLength(3)
    expect(seen.at(-1)).toBe(1)
  })
  test('an aborted hash stops', async () => {
    await expect(hashFile(new Blob([new Uint8Array(10)]), () => {}, AbortSignal.abort())).rejects.toThrow()
  })
})

describe('money', () => {
  test.each([
    ['1280000', 128_000_000],
    ['1,280,000.5', 128_000_050],
    ['¥1,280,000.00元', 128_000_000],
    ['1280', 128_000],
    ['0.29', 29],
    ['1.', 100],
    ['', null],
    ['1.005', undefined],
    ['-5', undefined],
    ['1e5', undefined],
    ['12万', undefined],
    ['100000000000.01', undefined],
    ['100000000000', moneyMaxFen],
  ])('%j is %j fen', (text, fen) => expect(parseYuan(text)).toBe(fen))
  test('what is shown reads back as the same amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: moneyMaxFen }), (fen) => parseYuan(formatYuan(fen)) === fen),
      { seed: 31 },
    )
  })
})

describe('shares', () => {
  test.each([
    [
      [
        [1, 2],
        [1, 2],
      ],
      true,
    ],
    [
      [
        [1, 3],
        [1, 3],
        [1, 3],
      ],
      true,
    ],
    [
      [
        [1, 3],
        [2, 3],
      ],
      true,
    ],
    [
      [
        [1, 2],
        [1, 3],
      ],
      false,
    ],
    [
      [
        [333333, 1000000],
        [333333, 1000000],
        [333334, 1000000],
      ],
      true,
    ],
    [
      [
        [1, 2],
        [1, null],
      ],
      false,
    ],
    [[], false],
  ] as [[number, number | null][], boolean][])('%j make a whole: %j', (shares, whole) =>
    expect(sharesMakeWhole(shares.map(([num, den]) => ({ num, den })))).toBe(whole),
  )
  test('the percentage says when it is not exact', () => {
    expect(shareInWords({ num: 1, den: 4 }, 'whole')).toBe('= 25%')
    expect(shareInWords({ num: 1, den: 3 }, 'whole')).toBe('≈ 33.33%')
    expect(shareInWords({ num: 3, den: 3 }, 'whole')).toBe('whole')
    expect(shareInWords({ num: 5, den: 3 }, 'whole')).toBe('')
  })
})

test('numbers are tidied: full width, spaces, dashes, lower x', () => {
  expect(tidyNumber(' 330203-19900101 123x ')).toBe('33020319900101123X')
})

test('problems go to their fields, the first gets the focus, the rest come back', () => {
  const set: unknown[] = []
  const scrolled: unknown[] = []
  const form = {
    getFieldInstance: (name: unknown[]) => (name[0] === 'buyers' ? {} : undefined),
    setFields: (fields: unknown[]) => set.push(...fields),
    scrollToField: (name: unknown) => scrolled.push(name),
  }
  const problem = (path: string) => ({ path, message: { zh: `${path} 不对`, en: `${path} is wrong` } })
  const rest = showFieldProblems(
    form as never,
    [problem('buyers.0.idNumber'), problem('nowhere'), problem('buyers.1.name')],
    (text) => text.zh,
  )
  expect(set).toEqual([
    { name: ['buyers', 0, 'idNumber'], errors: ['buyers.0.idNumber 不对'] },
    { name: ['buyers', 1, 'name'], errors: ['buyers.1.name 不对'] },
  ])
  expect(scrolled).toEqual([['buyers', 0, 'idNumber']])
  expect(rest.map((one) => one.path)).toEqual(['nowhere'])
  expect(namePath('a.10.b')).toEqual(['a', 10, 'b'])
})
