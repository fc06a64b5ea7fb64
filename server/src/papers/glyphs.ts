import { closeSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

let ranges: readonly (readonly [first: number, last: number])[] | null = null

/** The code points the papers' font can draw, as ranges in order, read from its character map once. */
function coveredRanges() {
  ranges ??= readCharacterMap(
    join(
      dirname(require.resolve('@expo-google-fonts/noto-serif-sc/package.json')),
      '400Regular/NotoSerifSC_400Regular.ttf',
    ),
  )
  return ranges
}

/**
 * Reads only the `cmap` table (format 12, all of Unicode) of a TrueType file of many megabytes.
 * @see OpenType specification, "cmap", subtable format 12
 */
function readCharacterMap(path: string): [number, number][] {
  const file = openSync(path, 'r')
  try {
    const read = (position: number, length: number) => {
      const bytes = Buffer.alloc(length)
      readSync(file, bytes, 0, length, position)
      return bytes
    }
    const directory = read(12, read(0, 12).readUInt16BE(4) * 16)
    const record = directory.subarray(directory.indexOf('cmap', 0, 'latin1'))
    const cmap = read(record.readUInt32BE(8), record.readUInt32BE(12))
    for (let i = 0; i < cmap.readUInt16BE(2); i++) {
      const subtable = cmap.subarray(cmap.readUInt32BE(4 + i * 8 + 4))
      if (subtable.readUInt16BE(0) !== 12) continue
      return Array.from({ length: subtable.readUInt32BE(12) }, (_, group) => [
        subtable.readUInt32BE(16 + group * 12),
        subtable.readUInt32BE(16 + group * 12 + 4),
      ])
    }
    throw new Error(`${path} has no character map of format 12`)
  } finally {
    closeSync(file)
  }
}

function isCovered(codePoint: number): boolean {
  const all = coveredRanges()
  let low = 0
  let high = all.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (all[middle]![1] < codePoint) low = middle + 1
    else high = middle
  }
  return low < all.length && all[low]![0] <= codePoint
}

/**
 * The text as the papers can print it. PDF/A allows no character without a glyph, so one the font does not have (some
 * rare name characters, emoji, controls, half of a surrogate pair) becomes 〓 with its code, `〓(U+20BB7)`: nothing is
 * dropped unseen and nothing invented. Invisible and direction-changing characters count as such. Line ends stay, tabs
 * become spaces.
 */
export function printable(text: string): string {
  let out = ''
  for (const character of text.replace(/\r\n?/g, '\n').replaceAll('\t', ' ')) {
    const codePoint = character.codePointAt(0)!
    const visible = character === '\n' || (isCovered(codePoint) && !/\p{C}|\p{Zl}|\p{Zp}/u.test(character))
    out += visible ? character : `〓(U+${codePoint.toString(16).toUpperCase().padStart(4, '0')})`
  }
  return out
}

/** `printable` for every text inside, keys untouched. */
export function printableData<T>(data: T): T {
  if (typeof data === 'string') return printable(data) as T
  if (Array.isArray(data)) return data.map(printableData) as T
  if (data === null || typeof data !== 'object') return data
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, printableData(value)])) as T
}
