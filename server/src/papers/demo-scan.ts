/** Stand-ins for what a demo cannot have: scanned materials and signatures. Both say by their looks that they are not real. */
import { crc32, deflateSync } from 'node:zlib'
import { typeset } from '../platform/documents/typeset.ts'
import { printableData } from './glyphs.ts'

const template = `
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title)
#set text(font: "Noto Serif SC", lang: "zh", region: "cn", size: 12pt, fallback: false)
#show regex("[!-~]{25,}"): it => it.text.clusters().join(box())
#set page(paper: "a4", margin: (x: 26mm, y: 28mm), fill: rgb("#f4f0e6"),
  background: {
    place(left, rect(width: 5mm, height: 100%, fill: gradient.linear(rgb("#cfc8b8"), rgb("#f4f0e6"))))
    place(bottom, rect(width: 100%, height: 3mm, fill: gradient.linear(rgb("#f4f0e6"), rgb("#d8d1c2"), angle: 90deg)))
  },
  foreground: {
    place(center + horizon, rotate(-32deg, text(120pt, weight: 700, fill: rgb("#b03a2e2e"), "DEMO")))
    place(center + horizon, dy: 42mm, rotate(-32deg, text(26pt, weight: 700, fill: rgb("#b03a2e3a"), "演示样本 不具效力")))
  })
#rotate(0.6deg)[
  #block(width: 100%)[
    #align(center, text(21pt, weight: 700, d.title))
    #v(10mm)
    #set par(leading: 1.1em, spacing: 1.4em)
    #for line in d.lines { par(line) }
    #v(16mm)
    #align(right, stack(dir: ltr, spacing: 4mm, align(horizon, text(11pt)[经手人（演示）]),
      circle(radius: 15mm, stroke: 2pt + rgb("#c0392b99"), align(center + horizon, text(11pt, weight: 700, fill: rgb("#c0392b99"))[★ \\ 演示专用]))))
  ]
]
`

const keptMax = 256
const kept = new Map<string, Buffer>()

/**
 * One page that looks like the scan of a paper of that title, with a big DEMO across it. Made once for the same title
 * and lines. Lines too many for one page go on to another.
 */
export function demoScan(title: string, lines: readonly string[] = []): Buffer {
  const key = JSON.stringify([title, lines])
  const known = kept.get(key)
  if (known) return known
  const shown = lines.length > 0 ? lines : ['本页为演示系统自动生成的样本材料，人名、号码和内容均为虚构。']
  const data = printableData({ title, lines: shown })
  const { pdf } = typeset(template, data, { createdAt: Temporal.Instant.from('2026-01-01T00:00:00Z') })
  if (kept.size >= keptMax) kept.delete(kept.keys().next().value!)
  kept.set(key, pdf)
  return pdf
}

const width = 240
const height = 90

/** A signature pad's picture for the demo: a PNG of a scribble that is always the same for the same name. */
export function demoSignature(name: string): Buffer {
  const ink = new Uint8Array(width * height)
  const random = seeded(name)
  const strokes = Math.min(3 + [...name].length * 2, 12)
  const step = (width - 50) / strokes
  for (let i = 0; i < strokes; i++) {
    const left = 18 + i * step
    const at = (x: number): [number, number] => [left + x * step, 14 + random() * (height - 28)]
    drawCurve(
      ink,
      [at(random() * 0.4), at(random() * 2), at(-0.3 + random()), at(0.8 + random() * 0.9)],
      1 + random() * 1.1,
    )
  }
  return png(ink)
}

/** Numbers in [0, 1), the same for the same text (FNV-1a into xorshift). */
function seeded(text: string): () => number {
  let state = Buffer.from(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5) || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

type Curve = [[number, number], [number, number], [number, number], [number, number]]

/** A cubic curve with a round pen, soft at the edge. */
function drawCurve(ink: Uint8Array, [a, b, c, d]: Curve, radius: number): void {
  for (let t = 0; t <= 1; t += 1 / 160) {
    const u = 1 - t
    const at = (i: 0 | 1) => u * u * u * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t * t * t * d[i]
    dot(ink, at(0), at(1), radius)
  }
}

function dot(ink: Uint8Array, x: number, y: number, radius: number): void {
  for (let row = Math.floor(y - radius - 1); row <= y + radius + 1; row++)
    for (let column = Math.floor(x - radius - 1); column <= x + radius + 1; column++) {
      if (row < 0 || row >= height || column < 0 || column >= width) continue
      const cover = Math.min(Math.max(radius + 0.5 - Math.hypot(column - x, row - y), 0), 1)
      const i = row * width + column
      ink[i] = Math.max(ink[i]!, Math.round(cover * 255))
    }
}

/**
 * Ink as a greyscale PNG on white.
 * @see PNG specification (ISO/IEC 15948), sections 5 and 11
 */
function png(ink: Uint8Array): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = 255 - ink[y * width + x]!
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
