import type { ScanFlag } from './rules.ts'
import type { Measured } from './scan-faults.ts'

/** A picture as shades of grey, 0 black to 255 white, row by row. */
export interface Grey {
  width: number
  height: number
  shades: Uint8Array
}

/** What was measured of the picture of a page. */
export interface Figures {
  width: number
  height: number
  /** Mean shade, 0 to 255. */
  brightness: number
  /** Dark pixels inside the margins, per mille. */
  ink: number
  /** How far lines of text lean, in tenths of a degree; clockwise is positive. */
  skew: number
  /** 256 bits that two pictures of the same page share, as hex. */
  likeness: string
}

/** From which figure on a page is warned of. Set on pictures of the test: see pictures.test.ts. */
export const scanLimits = {
  blankInk: 2,
  darkBrightness: 110,
  skewTenths: 15,
  skewInk: 5,
  coarseSide: 800,
  likenessBits: 8,
}

const darkShade = 128
/** Scanners leave a shadow along the edge: so much of each side is not counted. */
const margin = 0.04
const leanMax = 60

/** The mean of each field of a grid laid over a picture: a smaller picture of the same. */
export function shrink({ width, height, shades }: Grey, to: { width: number; height: number }): Grey {
  const out = new Uint8Array(to.width * to.height)
  for (let row = 0; row < to.height; row++) {
    const top = Math.floor((row * height) / to.height)
    const bottom = Math.max(top + 1, Math.floor(((row + 1) * height) / to.height))
    for (let column = 0; column < to.width; column++) {
      const left = Math.floor((column * width) / to.width)
      const right = Math.max(left + 1, Math.floor(((column + 1) * width) / to.width))
      let sum = 0
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += shades[y * width + x]!
      out[row * to.width + column] = Math.round(sum / ((bottom - top) * (right - left)))
    }
  }
  return { ...to, shades: out }
}

/** Measures a picture. Pure. */
export function figuresOf(picture: Grey): Figures {
  const scale = Math.min(1, 700 / Math.max(picture.width, picture.height))
  const small = shrink(picture, {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  })
  const [dx, dy] = [Math.floor(small.width * margin), Math.floor(small.height * margin)]
  let sum = 0
  const dark: [x: number, y: number][] = []
  for (let y = 0; y < small.height; y++)
    for (let x = 0; x < small.width; x++) {
      const shade = small.shades[y * small.width + x]!
      sum += shade
      const inside = x >= dx && x < small.width - dx && y >= dy && y < small.height - dy
      if (inside && shade < darkShade) dark.push([x, y])
    }
  const inner = Math.max(1, (small.width - 2 * dx) * (small.height - 2 * dy))
  return {
    width: picture.width,
    height: picture.height,
    brightness: Math.round(sum / small.shades.length),
    ink: Math.min(1000, Math.round((dark.length * 1000) / inner)),
    skew: leanOf(dark, small),
    likeness: likenessOf(picture),
  }
}

/** Rows of text stand out most when looked along: the angle at which neighbouring rows differ most. */
function leanOf(dark: readonly [x: number, y: number][], { width, height }: Grey): number {
  if (dark.length === 0) return 0
  const contrast = (tenths: number): number => {
    const slope = Math.tan((tenths * Math.PI) / 1800)
    const rows = new Uint32Array(height + width)
    const offset = Math.floor(width / 2)
    for (const [x, y] of dark) rows[Math.round(y - (x - offset) * slope) + offset]! += 1
    let sum = 0
    for (let i = 1; i < rows.length; i++) sum += (rows[i]! - rows[i - 1]!) ** 2
    return sum
  }
  const best = (angles: readonly number[]): number =>
    angles.map((angle) => ({ angle, seen: contrast(angle) })).reduce((a, b) => (b.seen > a.seen ? b : a))
      .angle
  const around = (middle: number, reach: number, step: number): number[] => {
    const angles = [middle]
    for (let far = step; far <= reach; far += step) angles.push(middle - far, middle + far)
    return angles.filter((angle) => Math.abs(angle) <= leanMax)
  }
  return best(around(best(around(0, leanMax, 5)), 4, 1))
}

/** Whether each field of a coarse grid is brighter than its neighbour: small changes of light leave it as it is. */
function likenessOf(picture: Grey): string {
  const { shades } = shrink(picture, { width: 17, height: 16 })
  let hex = ''
  for (let row = 0; row < 16; row++)
    for (let nibble = 0; nibble < 4; nibble++) {
      let bits = 0
      for (let i = 0; i < 4; i++) {
        const at = row * 17 + nibble * 4 + i
        bits = bits * 2 + (shades[at]! > shades[at + 1]! + 2 ? 1 : 0)
      }
      hex += bits.toString(16)
    }
  return hex
}

/** A likeness as eight numbers of 32 bits. */
const wordsOf = (likeness: string): number[] =>
  Array.from({ length: likeness.length / 8 }, (_, i) => Number.parseInt(likeness.slice(i * 8, i * 8 + 8), 16))
function bitsOf(word: number): number {
  let left = word - ((word >>> 1) & 0x55555555)
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333)
  return (((left + (left >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}
const unlikeness = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, word, i) => sum + bitsOf(word ^ b[i]!), 0)

/** The warnings about each page of a file, in order; `before` are likenesses of pages that were measured earlier. Pure. */
export function flagsOf(pages: readonly Figures[], before: readonly string[] = []): ScanFlag[][] {
  const earlier = before.map(wordsOf)
  const words = pages.map((one) => wordsOf(one.likeness))
  const isBlank = (one: Figures) => one.ink < scanLimits.blankInk
  return pages.map((one, i) => {
    const flags: ScanFlag[] = []
    const blank = isBlank(one)
    if (blank) flags.push('blank')
    if (one.brightness < scanLimits.darkBrightness) flags.push('dark')
    if (one.ink >= scanLimits.skewInk && Math.abs(one.skew) >= scanLimits.skewTenths) flags.push('skewed')
    if (Math.min(one.width, one.height) < scanLimits.coarseSide) flags.push('coarse')
    const twin = (other: number[]) => unlikeness(other, words[i]!) <= scanLimits.likenessBits
    if (!blank && (earlier.some(twin) || words.slice(0, i).some(twin))) flags.push('duplicate')
    return flags
  })
}

/** A scan with what was measured of it, and how many pages its material has by the list. */
export interface ScanOf {
  media: string
  listed: number
  measured: Measured
}
/** What is warned of in each scan of a file, and in each of its pages. Pure. */
export function warningsOf(
  scans: readonly ScanOf[],
  before: readonly string[] = [],
): { flags: ScanFlag[]; pages: ScanFlag[][] }[] {
  const pagesIn = ({ measured }: ScanOf) => ('pages' in measured ? measured.pages : [])
  const all = flagsOf(scans.flatMap(pagesIn), before)
  return scans.map((scan) => {
    if ('fault' in scan.measured) return { flags: ['unreadable'], pages: [] }
    // A page of a PDF is drawn as large as we like: how finely it was scanned cannot be seen from that.
    const drawn = scan.media === 'application/pdf'
    const pages = all
      .splice(0, scan.measured.pages.length)
      .map((of) => of.filter((flag) => !(drawn && flag === 'coarse')))
    const differ: ScanFlag[] = pages.length === scan.listed ? [] : ['pages']
    return { flags: [...new Set([...pages.flat(), ...differ])], pages }
  })
}
