import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode as encodePng } from 'fast-png'
import jpeg from 'jpeg-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { measurePictures } from './measure.ts'
import { type Figures, flagsOf } from './pictures.ts'

// Pages as a scanner gives them, drawn here: A4 at 100 dots an inch, lines of text as runs of dark strokes.
const [width, height] = [827, 1169]
interface Page {
  lines?: number
  /** Degrees clockwise. */
  lean?: number
  paper?: number
  seed?: number
  size?: number
}
function drawn({ lines = 40, lean = 0, paper = 245, seed = 1, size = 1 }: Page) {
  const [w, h] = [Math.round(width * size), Math.round(height * size)]
  const shades = new Uint8Array(w * h)
  const slope = Math.tan((lean * Math.PI) / 180)
  let state = seed
  const chance = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  for (let i = 0; i < shades.length; i++) shades[i] = paper - Math.floor(chance() * 6)
  for (let line = 0; line < lines; line++) {
    const top = h * 0.1 + (line * h * 0.8) / 40
    for (let x = Math.round(w * 0.12); x < w * (0.5 + chance() * 0.38); ) {
      const wide = Math.round((4 + chance() * 18) * size)
      for (let dx = 0; dx < wide; dx++)
        for (let dy = 0; dy < 9 * size; dy++) {
          const y = Math.round(top + dy + (x + dx - w / 2) * slope)
          if (y >= 0 && y < h && x + dx < w) shades[y * w + x + dx] = 30
        }
      x += wide + Math.round((3 + chance() * 5) * size)
    }
  }
  return { width: w, height: h, shades }
}
const asPng = ({ width, height, shades }: ReturnType<typeof drawn>): Uint8Array =>
  encodePng({ width, height, data: shades, channels: 1, depth: 8 })
const asJpeg = ({ width, height, shades }: ReturnType<typeof drawn>, quality = 80): Uint8Array => {
  const data = new Uint8Array(shades.length * 4)
  for (const [i, shade] of shades.entries()) data.set([shade, shade, shade, 255], i * 4)
  return jpeg.encode({ width, height, data }, quality).data
}

let dir: string
let figures: Record<string, Figures | null>
const files: [name: string, media: string, bytes: () => Uint8Array][] = [
  ['text', 'image/png', () => asPng(drawn({}))],
  ['text as jpeg', 'image/jpeg', () => asJpeg(drawn({}), 60)],
  ['other text', 'image/jpeg', () => asJpeg(drawn({ seed: 77 }))],
  ['little text', 'image/png', () => asPng(drawn({ lines: 2, seed: 5 }))],
  ['blank', 'image/jpeg', () => asJpeg(drawn({ lines: 0 }))],
  ['dark', 'image/jpeg', () => asJpeg(drawn({ paper: 90, seed: 9 }))],
  ['leaning right', 'image/jpeg', () => asJpeg(drawn({ lean: 3, seed: 11 }))],
  ['leaning left', 'image/png', () => asPng(drawn({ lean: -2, seed: 12 }))],
  ['hardly leaning', 'image/png', () => asPng(drawn({ lean: 0.5, seed: 13 }))],
  ['coarse', 'image/png', () => asPng(drawn({ size: 0.5, seed: 14 }))],
  ['no picture', 'image/jpeg', () => new TextEncoder().encode('not a picture')],
  ['half a picture', 'image/png', () => asPng(drawn({ seed: 15 })).subarray(0, 2000)],
]

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mingbu-pictures-'))
  const pictures = files.map(([name, media, bytes]) => {
    const path = join(dir, name)
    writeFileSync(path, bytes())
    return { path, media, sha256: `pictures test ${name}` }
  })
  const measured = await measurePictures([...pictures, { path: null, media: 'image/png', sha256: 'gone' }])
  figures = Object.fromEntries(
    [...files.map(([name]) => name), 'gone'].map((name, i) => [name, measured[i]!]),
  )
}, 60_000)
afterAll(() => rmSync(dir, { recursive: true }))

test.each([
  ['text', []],
  ['other text', []],
  ['little text', []],
  ['blank', ['blank']],
  ['dark', ['dark']],
  ['leaning right', ['skewed']],
  ['leaning left', ['skewed']],
  ['hardly leaning', []],
  ['coarse', ['coarse']],
  ['no picture', ['unreadable']],
  ['half a picture', ['unreadable']],
  ['gone', ['unreadable']],
])('a page with %s is warned of as %o', (name, flags) => {
  expect(flagsOf([figures[name]!])[0]).toEqual(flags)
})

test.each([
  ['leaning right', 30],
  ['leaning left', -20],
  ['hardly leaning', 5],
  ['text', 0],
])('%s leans by %i tenths of a degree', (name, tenths) => {
  expect(Math.abs(figures[name]!.skew - tenths)).toBeLessThanOrEqual(3)
})

test('the same page twice is a duplicate, also when it was saved another way; another page, and two blanks, are not', () => {
  const of = (...names: string[]) => flagsOf(names.map((name) => figures[name]!))
  expect(of('text', 'text as jpeg')).toEqual([[], ['duplicate']])
  expect(of('text', 'other text', 'text')).toEqual([[], [], ['duplicate']])
  expect(of('blank', 'blank')).toEqual([['blank'], ['blank']])
})
