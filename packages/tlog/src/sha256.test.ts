import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { toHex, utf8 } from './bytes.ts'
import { sha256 } from './sha256.ts'

/** Bytes that differ from one another and from one length to the next. */
const sample = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 151 + length) & 255)
const nodeHex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('known answers', () => {
  test.each([
    ['nothing (RFC 6962 empty tree)', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['"abc" (FIPS 180-2, B.1)', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      '56 bytes, which need a second block for their length (FIPS 180-2, B.2)',
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    [
      'an origin line: the path of its witnesses (evidence 8)',
      'haishu.example/log',
      'f3336ba55d3af8f1f43b1ebef1c5befd7e8b3ea6824802baf5075e08d5fbfd11',
    ],
  ])('SHA-256 of %s', (_, text, hex) => {
    expect(toHex(sha256(utf8(text)))).toBe(hex)
  })

  test('SHA-256 of a million times "a" (FIPS 180-2, B.3)', () => {
    expect(toHex(sha256(new Uint8Array(1_000_000).fill(0x61)))).toBe(
      'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
    )
  })
})

describe('beside node:crypto', () => {
  test('every length from 0 to 300 bytes', () => {
    for (let length = 0; length <= 300; length++) {
      expect(toHex(sha256(sample(length))), `${length} bytes`).toBe(nodeHex(sample(length)))
    }
  })

  test.each([511, 512, 513, 4_095, 4_096, 8_192, 65_535, 65_536, 1_048_577])('%i bytes', (length) => {
    expect(toHex(sha256(sample(length)))).toBe(nodeHex(sample(length)))
  })

  test('a view into a larger buffer is read from its own start to its own end', () => {
    const whole = sample(500)
    expect(toHex(sha256(whole.subarray(7, 207)))).toBe(nodeHex(whole.slice(7, 207)))
  })

  test('the input is left as it was', () => {
    const bytes = sample(120)
    sha256(bytes)
    expect(bytes).toEqual(sample(120))
  })
})
