import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { encode as encodePng } from 'fast-png'
import jpeg from 'jpeg-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { measureScans } from './measure.ts'
import { type Figures, flagsOf, warningsOf } from './pictures.ts'
import { type Measured, pagesMax } from './scan-faults.ts'

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

/** A PDF of scanned pages, as a scanner writes it: one JPEG on each. `more` goes into the trailer. */
function asPdf(jpegs: readonly Uint8Array[], { more = '', repeat = 1 } = {}): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')]
  const offsets: number[] = []
  const put = (...bytes: (string | Uint8Array)[]) => {
    offsets.push(parts.reduce((sum, part) => sum + part.length, 0))
    parts.push(
      Buffer.from(`${offsets.length} 0 obj\n`),
      ...bytes.map((one) => Buffer.from(one)),
      Buffer.from('\nendobj\n'),
    )
  }
  const kids = jpegs.map((_, i) => `${3 + i * 3} 0 R `.repeat(repeat)).join('')
  put('<</Type/Catalog/Pages 2 0 R>>')
  put(`<</Type/Pages/Count ${jpegs.length * repeat}/Kids[${kids}]>>`)
  for (const [i, bytes] of jpegs.entries()) {
    const page = 3 + i * 3
    const drawn = 'q 595 0 0 842 0 0 cm /I Do Q'
    put(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${page + 1} 0 R/Resources<</XObject<</I ${page + 2} 0 R>>>>>>`,
    )
    put(`<</Length ${drawn.length}>>\nstream\n${drawn}\nendstream`)
    put(
      `<</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length ${bytes.length}>>\nstream\n`,
      bytes,
      '\nendstream',
    )
  }
  const start = parts.reduce((sum, part) => sum + part.length, 0)
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(
    Buffer.from(
      `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${table}trailer\n<</Size ${offsets.length + 1}/Root 1 0 R${more}>>\nstartxref\n${start}\n%%EOF`,
    ),
  )
  return Buffer.concat(parts)
}
const locked = `/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<${'11'.repeat(32)}>/U<${'22'.repeat(32)}>>>`

interface TiffPage {
  width: number
  height: number
  /** 1 none, 4 CCITT group 4, 8 Deflate. */
  packed: 1 | 4 | 8
  data: Uint8Array
}
/** A TIFF of several pages, little-endian, one strip each. */
function asTiff(pages: readonly TiffPage[]): Uint8Array {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0])]
  let end = 8
  let link = { part: 0, at: 4 }
  for (const { width, height, packed, data } of pages) {
    const [strip, ifd] = [end, end + data.length + (data.length % 2)]
    parts[link.part]!.writeUInt32LE(ifd, link.at)
    const tags: [tag: number, value: number][] = [
      [256, width],
      [257, height],
      [258, packed === 4 ? 1 : 8],
      [259, packed],
      [262, packed === 4 ? 0 : 1],
      [273, strip],
      [277, 1],
      [278, height],
      [279, data.length],
    ]
    const head = Buffer.alloc(2 + tags.length * 12 + 4)
    head.writeUInt16LE(tags.length, 0)
    for (const [i, [tag, value]] of tags.entries()) {
      head.writeUInt16LE(tag, 2 + i * 12)
      head.writeUInt16LE(4, 4 + i * 12)
      head.writeUInt32LE(1, 6 + i * 12)
      head.writeUInt32LE(value, 10 + i * 12)
    }
    parts.push(Buffer.from(data), Buffer.alloc(data.length % 2), head)
    link = { part: parts.length - 1, at: head.length - 4 }
    end = ifd + head.length
  }
  return Buffer.concat(parts)
}
const plain = (page: Page, packed: 1 | 8 = 1): TiffPage => {
  const { width, height, shades } = drawn(page)
  return { width, height, packed, data: packed === 8 ? deflateSync(shades) : shades }
}
/** A white page as a fax writes it: each line as the one above, one bit a line, then twice the end of line. */
const fax: TiffPage = {
  width,
  height,
  packed: 4,
  data: Buffer.concat([Buffer.alloc(Math.ceil(height / 8), 0xff), Buffer.from([0x00, 0x10, 0x01])]),
}

let dir: string
let measured: Record<string, Measured>
/** Figures of the one page of a scan. */
const page = (name: string): Figures => {
  const one = measured[name]!
  if (!('pages' in one)) throw new Error(`${name} was not measured: ${one.fault}`)
  return one.pages[0]!
}
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
  ['a PNG as large as a field', 'image/png', () => enlarged(asPng(drawn({ size: 0.1 })))],
  ['a JPEG as large as a field', 'image/jpeg', () => enlargedJpeg(asJpeg(drawn({ size: 0.1 })))],
  [
    'pdf',
    'application/pdf',
    () => asPdf([asJpeg(drawn({})), asJpeg(drawn({ lines: 0 })), asJpeg(drawn({ lean: 3, seed: 11 }))]),
  ],
  ['no pdf', 'application/pdf', () => new TextEncoder().encode('%PDF-1.4 and no more')],
  ['half a pdf', 'application/pdf', () => asPdf([asJpeg(drawn({ seed: 3 }))]).subarray(0, 9000)],
  ['locked pdf', 'application/pdf', () => asPdf([asJpeg(drawn({ size: 0.1 }))], { more: locked })],
  ['endless pdf', 'application/pdf', () => asPdf([asJpeg(drawn({ size: 0.1 }))], { repeat: pagesMax + 1 })],
  ['tiff', 'image/tiff', () => asTiff([plain({}), plain({ paper: 90, seed: 9 }, 8), fax])],
  ['no tiff', 'image/tiff', () => new TextEncoder().encode('II*\0no tiff at all')],
  ['half a tiff', 'image/tiff', () => asTiff([plain({ seed: 21 })]).subarray(0, 5000)],
  ['a TIFF as large as a field', 'image/tiff', () => asTiff([{ ...fax, width: 20_000, height: 20_000 }])],
]

/** The same with 20,000 pixels on each side in its head, and no more data than before. */
function enlarged(png: Uint8Array): Uint8Array {
  const bytes = Buffer.from(png)
  bytes.writeUInt32BE(20_000, 16)
  bytes.writeUInt32BE(20_000, 20)
  return bytes
}
function enlargedJpeg(jpeg: Uint8Array): Uint8Array {
  const bytes = Buffer.from(jpeg)
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]))
  bytes.writeUInt16BE(20_000, frame + 5)
  bytes.writeUInt16BE(20_000, frame + 7)
  return bytes
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mingbu-pictures-'))
  const scans = files.map(([name, media, bytes]) => {
    const path = join(dir, name)
    writeFileSync(path, bytes())
    return { path, media, sha256: `pictures test ${name}` }
  })
  const all = await measureScans([...scans, { path: null, media: 'image/png', sha256: 'gone' }], {
    budgetMs: 90_000,
  })
  measured = Object.fromEntries([...files.map(([name]) => name), 'gone'].map((name, i) => [name, all[i]!]))
}, 90_000)
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
])('a page with %s is warned of as %o', (name, flags) => {
  expect(flagsOf([page(name)])[0]).toEqual(flags)
})

test.each([
  ['no picture', 'not_readable'],
  ['half a picture', 'not_readable'],
  ['a PNG as large as a field', 'too_large'],
  ['a JPEG as large as a field', 'too_large'],
  ['no pdf', 'not_readable'],
  ['half a pdf', 'not_readable'],
  ['locked pdf', 'encrypted'],
  ['endless pdf', 'too_many_pages'],
  ['no tiff', 'not_readable'],
  ['half a tiff', 'not_readable'],
  ['a TIFF as large as a field', 'too_large'],
  ['gone', 'missing'],
])('%s is not measured, and why has a name: %s', (name, fault) => {
  expect(measured[name]).toEqual({ fault })
})

test('what takes too long is given up, and the next is measured all the same', async () => {
  const path = join(dir, 'pdf')
  const late = [{ path, media: 'application/pdf', sha256: 'late' }]
  expect(await measureScans(late, { withinMs: 1 })).toEqual([{ fault: 'too_long' }])
  const [next] = await measureScans([{ path: join(dir, 'text'), media: 'image/png', sha256: 'next' }])
  expect(next).toMatchObject({ pages: [{ width, height }] })
})

test('when the time is up the first scans are answered, and the others when they are asked for again', async () => {
  const scans = ['text', 'other text', 'blank'].map((name) => ({
    path: join(dir, name),
    media: files.find(([one]) => one === name)![1],
    sha256: `in time ${name}`,
  }))
  expect(await measureScans(scans, { budgetMs: 0 })).toHaveLength(1)
  expect(await measureScans(scans, { budgetMs: 0 })).toHaveLength(2)
  expect(await measureScans(scans)).toHaveLength(3)
})

test('a page that stands in a scan measured earlier is a duplicate', () => {
  const scan = { media: 'image/png', listed: 1, measured: measured.text! }
  expect(warningsOf([scan], [page('other text').likeness])[0]!.flags).toEqual([])
  expect(warningsOf([scan], [page('text as jpeg').likeness])[0]!.flags).toEqual(['duplicate'])
})

test.each([
  ['pdf', 'application/pdf', [[], ['blank'], ['skewed']]],
  ['tiff', 'image/tiff', [[], ['dark'], ['blank']]],
])('each page of a %s is measured', (name, media, flags) => {
  const [scan] = warningsOf([{ media, listed: 3, measured: measured[name]! }])
  expect(scan!.pages).toEqual(flags)
  expect(scan!.flags).toEqual(flags.flat())
})

test('a scan with other pages than are listed, and a page that stands in two scans, are warned of', () => {
  const scan = (name: string, media: string, listed: number) => ({ media, listed, measured: measured[name]! })
  const flags = warningsOf([
    scan('pdf', 'application/pdf', 2),
    scan('tiff', 'image/tiff', 4),
    scan('text', 'image/png', 1),
    scan('other text', 'image/jpeg', 1),
    scan('no pdf', 'application/pdf', 5),
  ]).map((one) => one.flags)
  expect(flags).toEqual([
    ['blank', 'skewed', 'pages'],
    ['duplicate', 'dark', 'blank', 'pages'],
    ['duplicate'],
    [],
    ['unreadable'],
  ])
})

test.each([
  ['leaning right', 30],
  ['leaning left', -20],
  ['hardly leaning', 5],
  ['text', 0],
])('%s leans by %i tenths of a degree', (name, tenths) => {
  expect(Math.abs(page(name).skew - tenths)).toBeLessThanOrEqual(3)
})

test('the same page twice is a duplicate, also when it was saved another way; another page, and two blanks, are not', () => {
  const of = (...names: string[]) => flagsOf(names.map(page))
  expect(of('text', 'text as jpeg')).toEqual([[], ['duplicate']])
  expect(of('text', 'other text', 'text')).toEqual([[], [], ['duplicate']])
  expect(of('blank', 'blank')).toEqual([['blank'], ['blank']])
})
