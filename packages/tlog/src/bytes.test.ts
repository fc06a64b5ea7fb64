import { describe, expect, test } from 'vitest'
import { concat, equal, fromBase64, fromHex, fromUtf8, toBase64, toHex, uint64, utf8 } from './bytes.ts'

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 37) & 255)

describe('base64', () => {
  test('bytes of every length to 100, and more than one chunk of them, come back', () => {
    for (const length of [...Array(101).keys(), 0x8000, 0x8001, 200_000]) {
      expect(equal(fromBase64(toBase64(bytes(length))), bytes(length)), `${length} bytes`).toBe(true)
    }
  })

  test.each([
    ['no padding', 'AA'],
    ['too much padding', 'AAA=='],
    ['padding in the middle', 'AA==AAAA'],
    ['the URL alphabet', '-_-_'],
    ['a newline', 'AAAA\n'],
    ['a space', 'AA AA'],
    ['unused bits that are not zero, after one byte', 'AB=='],
    ['unused bits that are not zero, after two bytes', 'AAB='],
  ])('%s is refused', (_, text) => {
    expect(() => fromBase64(text)).toThrow(SyntaxError)
  })
})

describe('hex', () => {
  test('every byte is written in lower case and read in both', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i)
    expect(toHex(all)).toMatch(/^[0-9a-f]{512}$/)
    expect(fromHex(toHex(all))).toEqual(all)
    expect(fromHex(toHex(all).toUpperCase())).toEqual(all)
  })

  test.each(['0', 'abc', '0g', '0x00', ' 00', '00\n'])('%j is refused', (text) => {
    expect(() => fromHex(text)).toThrow(SyntaxError)
  })
})

describe('UTF-8', () => {
  test.each(['', '明簿 — 宁波', '𠮷野', '\uFEFFa byte order mark stays', 'a\u0000b'])(
    '%j comes back as it was',
    (text) => {
      expect(fromUtf8(utf8(text))).toBe(text)
    },
  )

  test.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a character cut short', [0xe6, 0x98]],
  ])('%s is refused', (_, wrong) => {
    expect(() => fromUtf8(Uint8Array.from(wrong))).toThrow(TypeError)
  })
})

describe('parts, sameness and numbers', () => {
  test('parts stand one after another', () => {
    expect(concat()).toEqual(new Uint8Array())
    expect(concat(Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(3))).toEqual(Uint8Array.of(1, 2, 3))
  })

  test('one flipped bit, one byte more or one byte less is not the same', () => {
    expect(equal(bytes(32), bytes(32))).toBe(true)
    for (let bit = 0; bit < 256; bit++) {
      const other = bytes(32)
      other[bit >> 3]! ^= 1 << (bit & 7)
      expect(equal(bytes(32), other), `bit ${bit}`).toBe(false)
    }
    expect(equal(bytes(32), bytes(33))).toBe(false)
    expect(equal(bytes(32), bytes(31))).toBe(false)
  })

  test.each([
    [0, '0000000000000000'],
    [1, '0000000000000001'],
    [1_700_000_000, '000000006553f100'],
    [2 ** 32, '0000000100000000'],
    [2 ** 53 - 1, '001fffffffffffff'],
  ])('%i is %s in 64 bits', (value, hex) => {
    expect(toHex(uint64(value))).toBe(hex)
  })

  test.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])(
    '%d is no whole number of 64 bits',
    (value) => {
      expect(() => uint64(value)).toThrow(RangeError)
    },
  )
})
