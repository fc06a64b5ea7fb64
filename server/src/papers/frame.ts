import { qrSvg, type Typeset, typeset } from '../platform/documents/typeset.ts'
import type { PaperFacts } from './facts.ts'
import { printableData } from './glyphs.ts'

/** When a paper was made: goes into its properties, and so into its bytes. */
export interface PaperTime {
  createdAt: Temporal.Instant
}

/** What every page of a paper shows around its content. */
export interface Frame {
  title: string
  /** Left of the page foot: a case or certificate number. */
  foot: string
}

/**
 * What every template begins with. Texts come in as strings and stay strings: a string is never read as markup. Runs
 * of 25 and more Latin characters get places to break, so that no text leaves its cell. Only the one embedded font is
 * used, on any machine.
 */
const prelude = `
#let d = json(bytes(sys.inputs.data))
#let f = d.frame
#set document(title: f.title, author: f.office)
#set text(font: "Noto Serif SC", lang: "zh", region: "cn", size: 10pt, fallback: false)
#set par(leading: 0.72em, spacing: 0.9em)
#set table(stroke: 0.5pt + luma(90), inset: (x: 6pt, y: 5.5pt), align: left + horizon)
#show regex("[!-~]{25,}"): it => it.text.clusters().join(box())

#let lines(text) = text.split("\\n").join(linebreak())
#let label(body) = table.cell(fill: luma(244), align: center + horizon, text(weight: 700, body))
#let watermark = if f.demo {
  for dy in (-32%, 0%, 32%) {
    place(center + horizon, dy: dy, rotate(-24deg, text(46pt, weight: 700, fill: rgb("#b03a2e1a"), "演示 样本 DEMO")))
  }
}
#let qr(size: 22mm) = if f.qr != none { image(bytes(f.qr), format: "svg", width: size, alt: "核验二维码") }
#let qr-note(what) = if f.qr != none {
  block(breakable: false, grid(columns: (22mm, 1fr), column-gutter: 8pt, align: horizon, qr(),
    text(8.5pt, fill: luma(70))[#what \\ #f.checkUrl]))
}
#let page-foot = context {
  set text(8pt, fill: luma(80))
  grid(columns: (1fr, auto, 1fr), f.foot, [第 #counter(page).display() 页 共 #counter(page).final().first() 页],
    align(right, f.office))
}
#let later-pages-head = context if counter(page).get().first() > 1 {
  set text(8pt, fill: luma(80))
  f.title + "（续）"
  v(-5pt)
  line(length: 100%, stroke: 0.4pt + luma(150))
}
#let sheet(body) = {
  set page(paper: "a4", margin: (x: 20mm, top: 22mm, bottom: 20mm), background: watermark, header: later-pages-head, footer: page-foot)
  body
}
#let heading-of-paper(subtitle) = {
  align(center, text(11pt, f.office))
  v(-2pt)
  align(center, text(20pt, weight: 700, tracking: 0.12em, f.title))
  if subtitle != none { v(-2pt); align(center, text(9.5pt, fill: luma(60), subtitle)) }
  v(4pt)
}
// The electronic seal a paper bears, named where a seal of ink would be.
#let esealed = if f.seal != none { box(stroke: 0.8pt + rgb("#b3261e"), inset: 4pt, text(8.5pt, fill: rgb("#b3261e"), "电子印章 " + f.seal)) }
#let part(title) = block(above: 14pt, below: 7pt, sticky: true, text(11.5pt, weight: 700, title))
// Facts as label and text, two pairs to a line; a pair that must have the line to itself carries wide.
#let facts(rows) = table(columns: (27mm, 1fr, 27mm, 1fr),
  ..rows.map(r => if r.at("wide", default: false) { (label(r.label), table.cell(colspan: 3, lines(r.text))) }
    else { (label(r.label), lines(r.text)) }).flatten())
// A list with its head on every page.
#let listing(widths, heads, rows, empty: "无") = table(columns: widths, align: (x, y) => if y == 0 { center + horizon } else { left + horizon },
  table.header(..heads.map(h => table.cell(fill: luma(244), text(weight: 700, h)))),
  ..if rows.len() == 0 { (table.cell(colspan: heads.len(), align: center, text(fill: luma(90), empty)),) }
    else { rows.flatten().map(lines) })
`

/** A label and its text for the template's `facts`; `wide` ones get a line to themselves. */
export interface FactRow {
  label: string
  text: string
  wide?: boolean
}

export const fact = (label: string, text: string): FactRow => ({ label, text: text || '/' })
export const wideFact = (label: string, text: string): FactRow => ({ label, text: text || '/', wide: true })

/** Whether texts kept in one piece could outgrow a page, and must be let to break across pages instead. */
export const mayOutgrowPage = (texts: readonly string[]): boolean =>
  texts.reduce((sum, text) => sum + text.length + 20 * text.split('\n').length, 0) > 1000

/**
 * Typesets one paper: the common frame, then its own template with its own data beside `frame`.
 * @throws Error only when a template is broken, which is our bug; no text in the data can cause it.
 */
export async function printPaper(
  facts: PaperFacts,
  frame: Frame,
  template: string,
  data: object,
  { createdAt }: PaperTime,
): Promise<Typeset> {
  const { demo, office, checkUrl, seal = null } = facts
  const qr = checkUrl === null ? null : await qrSvg(checkUrl)
  const printed = printableData({ ...data, frame: { ...frame, demo, office, checkUrl, seal } })
  return typeset(`${prelude}\n${template}`, { ...printed, frame: { ...printed.frame, qr } }, { createdAt })
}
