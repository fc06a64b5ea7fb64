import { describe, expect, test } from 'vitest'
import { fromBase64, toBase64 } from './bytes.ts'
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { emptyRoot } from './merkle.ts'
import { NoteError } from './note.ts'

const rootText = 'o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao='
const root = fromBase64(rootText)

describe('checkpoint texts', () => {
  test.each([
    ['the log of evidence 8', 'haishu.example/log', 70_000, rootText],
    [
      'a real tree head, go.sum database tree',
      'go.sum database tree',
      35_225_469,
      'vt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=',
    ],
    ['the empty tree', '宁波.example/log', 0, toBase64(emptyRoot())],
    ['the largest size', 'a', 2 ** 53 - 1, rootText],
  ])('%s is read and written alike', (_, origin, size, hash) => {
    const text = `${origin}\n${size}\n${hash}\n`
    expect(parseCheckpoint(text)).toEqual({ origin, size, root: fromBase64(hash), extensions: [] })
    expect(formatCheckpoint({ origin, size, root: fromBase64(hash) })).toBe(text)
  })

  test('extension lines are kept', () => {
    const text = `a\n1\n${rootText}\nfirst\nsecond line\n`
    expect(parseCheckpoint(text).extensions).toEqual(['first', 'second line'])
    expect(formatCheckpoint(parseCheckpoint(text))).toBe(text)
  })

  test.each([
    ['nothing', ''],
    ['no origin', `\n1\n${rootText}\n`],
    ['no size', `a\n\n${rootText}\n`],
    ['no root', 'a\n1\n\n'],
    ['two lines', 'a\n1\n'],
    ['no last newline', `a\n1\n${rootText}`],
    ['a blank line at the end', `a\n1\n${rootText}\n\n`],
    ['a blank line between extensions', `a\n1\n${rootText}\nb\n\nc\n`],
    ['a size with a leading zero', `a\n01\n${rootText}\n`],
    ['a size of two zeros', `a\n00\n${rootText}\n`],
    ['a signed size', `a\n+1\n${rootText}\n`],
    ['a negative size', `a\n-1\n${rootText}\n`],
    ['a size in hex', `a\n0x1\n${rootText}\n`],
    ['a size with an exponent', `a\n1e3\n${rootText}\n`],
    ['a size with a space', `a\n1 \n${rootText}\n`],
    ['a size in another script', `a\n١\n${rootText}\n`],
    ['a size of 2^53', `a\n9007199254740992\n${rootText}\n`],
    ['a size far beyond', `a\n${'9'.repeat(400)}\n${rootText}\n`],
    ['a root of 31 bytes', `a\n1\n${toBase64(new Uint8Array(31))}\n`],
    ['a root of 33 bytes', `a\n1\n${toBase64(new Uint8Array(33))}\n`],
    ['a root without padding', `a\n1\n${rootText.slice(0, -1)}\n`],
    ['a root whose unused bits are not zero', `a\n1\n${rootText.replace('Ao=', 'Ap=')}\n`],
    ['a root in the URL alphabet', `a\n1\n${rootText.replace('+', '-')}\n`],
    ['carriage returns', `a\r\n1\r\n${rootText}\r\n`],
  ])('%s is refused', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(NoteError)
  })

  test.each([
    ['a negative size', { size: -1 }],
    ['a fraction for a size', { size: 0.5 }],
    ['a size of 2^53', { size: 2 ** 53 }],
    ['a root of 31 bytes', { root: new Uint8Array(31) }],
    ['no origin', { origin: '' }],
    ['an origin of two lines', { origin: 'a\n5' }],
    ['an empty extension', { extensions: [''] }],
    ['an extension of two lines', { extensions: ['b\n\n— a AAAAAAA='] }],
  ])('%s is not written', (_, wrong) => {
    expect(() => formatCheckpoint({ origin: 'a', size: 1, root, ...wrong })).toThrow(RangeError)
  })
})
