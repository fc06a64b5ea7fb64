import { describe, expect, test } from 'vitest'
import { concat, toHex, utf8 } from './bytes.ts'
import {
  decodeEntryBundle,
  decodeTile,
  encodeEntryBundle,
  parseTilePath,
  partialWidth,
  tilePath,
  tilesOf,
  tileWidth,
} from './tiles.ts'

describe('tile paths', () => {
  test.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 273, width: 256 }, 'tile/0/273'],
    [{ level: 0, index: 273, width: 112 }, 'tile/0/273.p/112'],
    [{ level: 1, index: 1000, width: 256 }, 'tile/1/x001/000'],
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 'entries', index: 1_234_067, width: 1 }, 'tile/entries/x001/x234/067.p/1'],
    [{ level: 63, index: 0, width: 255 }, 'tile/63/000.p/255'],
    [{ level: 0, index: 2 ** 45 - 1, width: 256 }, 'tile/0/x035/x184/x372/x088/831'],
  ] as const)('%j is %s, both ways', (address, path) => {
    expect(tilePath(address)).toBe(path)
    expect(parseTilePath(path)).toEqual(address)
  })

  test('every address of a sample comes back from its path', () => {
    for (const level of [0, 1, 9, 10, 63, 'entries'] as const) {
      for (const index of [0, 1, 9, 99, 999, 1_000, 1_001, 999_999, 1_000_000, 2 ** 53 - 1]) {
        for (const width of [1, 9, 10, 99, 100, 255, 256]) {
          expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width })
        }
      }
    }
  })

  test.each([
    ['a level with a leading zero', 'tile/00/000'],
    ['a level above 63', 'tile/64/000'],
    ['a negative level', 'tile/-1/000'],
    ['another word for entries', 'tile/Entries/000'],
    ['a number of one digit', 'tile/0/0'],
    ['a number of four digits', 'tile/0/1000'],
    ['a leading group of zeros', 'tile/0/x000/001'],
    ['a group without its x', 'tile/0/001/000'],
    ['an x on the last group', 'tile/0/x001/x000'],
    ['width 0', 'tile/0/000.p/0'],
    ['a full width written out', 'tile/0/000.p/256'],
    ['a width with a leading zero', 'tile/0/000.p/01'],
    ['a width of four digits', 'tile/0/000.p/1000'],
    ['no width after .p/', 'tile/0/000.p/'],
    ['a number above 2^53 - 1', 'tile/0/x009/x007/x199/x254/x740/992'],
    ['a slash in front', '/tile/0/000'],
    ['a slash behind', 'tile/0/000/'],
    ['a newline behind', 'tile/0/000\n'],
    ['a way out', 'tile/0/../000'],
    ['digits of another script', 'tile/0/٠٠٠'],
    ['nothing', ''],
  ])('%s is no tile path', (_, path) => {
    expect(parseTilePath(path)).toBeNull()
  })

  test.each([
    { level: 0, index: -1, width: 1 },
    { level: 0, index: 0.5, width: 1 },
    { level: 0, index: 0, width: 0 },
    { level: 0, index: 0, width: 257 },
    { level: -1, index: 0, width: 1 },
    { level: 64, index: 0, width: 1 },
    { level: 0.5, index: 0, width: 1 },
  ])('%j is no address', (address) => {
    expect(() => tilePath(address)).toThrow(RangeError)
  })
})

describe('which tiles a tree has', () => {
  test.each([
    [0, []],
    [1, ['tile/0/000.p/1']],
    [255, ['tile/0/000.p/255']],
    [256, ['tile/0/000', 'tile/1/000.p/1']],
    [257, ['tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']],
    [600, ['tile/0/000', 'tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/2']],
  ])('size %i', (size, paths) => {
    expect([...tilesOf(size)].map(tilePath)).toEqual(paths)
  })

  test('size 70,000 has 277: 273 full and .p/112, 1 full and .p/17, .p/1 (evidence 3 and 14)', () => {
    const paths = [...tilesOf(70_000)].map(tilePath)
    expect(paths).toHaveLength(277)
    expect(paths.slice(272)).toEqual([
      'tile/0/272',
      'tile/0/273.p/112',
      'tile/1/000',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ])
  })

  test('size 65,536 fills two levels, and the third holds one hash', () => {
    expect([...tilesOf(65_536)].map(tilePath).slice(255)).toEqual([
      'tile/0/255',
      'tile/1/000',
      'tile/2/000.p/1',
    ])
  })

  test.each([
    [0, 70_000, 112],
    [1, 70_000, 17],
    [2, 70_000, 1],
    [3, 70_000, 0],
    [0, 256, 0],
    [1, 256, 1],
    [0, 2 ** 53 - 1, 255],
    [6, 2 ** 53 - 1, 31],
    [63, 2 ** 53 - 1, 0],
  ])('the partial tile at level %i of size %i is %i wide', (level, size, width) => {
    expect(partialWidth(level, size)).toBe(width)
  })

  test('partialWidth and tilesOf agree for every size to 1,000', () => {
    for (let size = 0; size <= 1_000; size++) {
      const partial = [...tilesOf(size)].filter(({ width }) => width < tileWidth)
      expect(partial.map(({ level, width }) => [level, width])).toEqual(
        [0, 1].map((level) => [level, partialWidth(level, size)]).filter(([, width]) => width! > 0),
      )
    }
  })

  test('a tile is read only with exactly its hashes', () => {
    const bytes = Uint8Array.from({ length: 96 }, (_, i) => i)
    expect(concat(...decodeTile(bytes, 3))).toEqual(bytes)
    for (const width of [0, 1, 2, 4, 256]) expect(() => decodeTile(bytes, width)).toThrow(RangeError)
    expect(() => decodeTile(bytes.slice(0, 95), 3)).toThrow(RangeError)
  })
})

describe('entry bundles', () => {
  test('one entry of 3 bytes and one of 2 (evidence 3)', () => {
    expect(toHex(encodeEntryBundle([utf8('abc'), utf8('de')]))).toBe('000361626300026465')
  })

  test.each([[[1]], [[65_535]], [[1, 255, 256, 257, 65_535]], [[]]])(
    'entries of %j bytes come back',
    (lengths) => {
      const entries = lengths.map((length, i) => new Uint8Array(length).fill(i + 1))
      expect(decodeEntryBundle(encodeEntryBundle(entries), entries.length)).toEqual(entries)
    },
  )

  test.each([0, 65_536])('an entry of %i bytes is refused', (length) => {
    expect(() => encodeEntryBundle([utf8('good'), new Uint8Array(length)])).toThrow(RangeError)
  })

  test('a bundle cut anywhere, extended, or read for another count is refused', () => {
    const bundle = encodeEntryBundle([utf8('abc'), utf8('de'), utf8('f')])
    for (let end = 0; end < bundle.length; end++)
      expect(() => decodeEntryBundle(bundle.slice(0, end), 3)).toThrow(RangeError)
    expect(() => decodeEntryBundle(concat(bundle, Uint8Array.of(0)), 3)).toThrow(RangeError)
    expect(() => decodeEntryBundle(bundle, 2)).toThrow(RangeError)
    expect(() => decodeEntryBundle(bundle, 4)).toThrow(RangeError)
    expect(() => decodeEntryBundle(Uint8Array.of(0, 0), 1)).toThrow(RangeError)
  })

  test('no changed byte gives the same entries', () => {
    const bundle = encodeEntryBundle([utf8('abc'), utf8('de'), utf8('f')])
    for (let at = 0; at < bundle.length; at++) {
      const wrong = Uint8Array.from(bundle)
      wrong[at]! ^= 1
      expect(readOrNull(wrong)).not.toEqual(readOrNull(bundle))
    }
    function readOrNull(bytes: Uint8Array): Uint8Array[] | null {
      try {
        return decodeEntryBundle(bytes, 3)
      } catch {
        return null
      }
    }
  })
})
