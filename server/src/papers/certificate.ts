import type { Typeset } from '../platform/documents/typeset.ts'
import { formatFraction } from '../values/fraction.ts'
import { formatUnitCode } from '../values/unitCode.ts'
import type { CertificateFacts } from './facts.ts'
import { type PaperTime, printPaper } from './frame.ts'
import { layoutPlan } from './plan.ts'
import {
  zhAreas,
  zhDay,
  zhHolders,
  zhName,
  zhNature,
  zhOtherFacts,
  zhSharing,
  zhTerm,
  zhUse,
} from './wording.ts'

/** Width and height of the plan's box, in millimetres. */
const planBox = [119, 122] as const

const template = `
#set page(paper: "a4", flipped: true, columns: 2, margin: (x: 20mm, top: 18mm, bottom: 18mm), footer: page-foot,
  background: { watermark; place(center + horizon, line(length: 180mm, angle: 90deg, stroke: (paint: luma(205), thickness: 0.4pt, dash: "dashed"))) })
#set columns(gutter: 19mm)
#let small-title(body) = align(center, text(14pt, weight: 700, tracking: 0.3em, body))

// 颁证页
#v(14mm)
#align(center, text(17pt, tracking: 0.2em, "中华人民共和国"))
#v(1mm)
#align(center, text(25pt, weight: 700, tracking: 0.15em, f.title))
#v(12mm)
#block(inset: (x: 4mm))[
  #set par(first-line-indent: (amount: 2em, all: true), leading: 1em)
  #set text(11.5pt)
  #par[根据《中华人民共和国民法典》等法律法规，为保护不动产权利人合法权益，对不动产权利人申请登记的本证所列不动产权利，经审查核实，准予登记，颁发此证。]
]
#v(1fr)
#grid(columns: (26mm, 1fr), column-gutter: 5mm, align: bottom,
  stack(spacing: 3pt, qr(size: 26mm), if f.qr != none { text(7.5pt, fill: luma(80), "扫码核验本证效力") }),
  align(right)[#text(11pt)[登记机构（章） \\ #d.organ \\ #d.day]])
#v(6mm)
#text(9pt)[编号 №#d.blank]
#colbreak()

// 登记内容
#table(columns: (27mm, 1fr), inset: (x: 6pt, y: 6.5pt),
  table.header(table.cell(colspan: 2, stroke: none, align: center, inset: (bottom: 9pt), text(12pt, weight: 700, d.number))),
  ..d.rows.map(r => (label(r.label), lines(r.text))).flatten())
#colbreak()

// 附记
#small-title("附记")
#v(2mm)
#for text in d.remark { par(lines(text)) }
#if d.holders.len() > 0 {
  part("权利人名单")
  listing((12mm, 1fr, 1.6fr, 20mm), ("序号", "权利人", "证件及号码", "份额"), d.holders)
}

// 附图页
#let at(p, body) = place(top + left, dx: p.at(0) * 1mm, dy: p.at(1) * 1mm,
  box(width: 0pt, height: 0pt, place(center + horizon, box(width: 44mm, align(center, body)))))
#let outline(points, ..style) = place(top + left, polygon(..style, ..points.map(p => (p.at(0) * 1mm, p.at(1) * 1mm))))
#if d.plan == none { v(4mm); text(fill: luma(90), "本证无附图。") } else {
  colbreak()
  small-title("附图")
  v(1mm)
  let p = d.plan
  set text(7.5pt)
  set par(leading: 0.5em)
  box(width: p.width * 1mm, height: p.height * 1mm, stroke: 0.6pt, {
    outline(p.parcel, stroke: 1pt, fill: luma(250))
    if p.building != none { outline(p.building, stroke: 0.7pt, fill: rgb("#d5e3f0")) }
    for c in p.parcel { place(top + left, dx: c.at(0) * 1mm - 0.6mm, dy: c.at(1) * 1mm - 0.6mm, circle(radius: 0.6mm, fill: white, stroke: 0.5pt)) }
    for c in p.corners { at(c.at, c.name) }
    for s in p.sides { at(s.at, text(6.5pt, fill: luma(60), s.text)) }
    at(p.label.at, text(8.5pt, weight: 700, lines(p.label.text)))
    place(top + right, dx: -4mm, dy: 4mm, stack(spacing: 2pt, align(center, text(9pt, weight: 700, "北")),
      polygon(fill: black, (2.5mm, 0mm), (5mm, 9mm), (2.5mm, 7mm), (0mm, 9mm))))
    place(bottom + left, dx: 4mm, dy: -4mm, stack(spacing: 3pt, text(7.5pt, "0" + h(p.bar.mm * 1mm - 4mm) + str(p.bar.metres) + " 米"),
      box(width: p.bar.mm * 1mm, height: 1.4mm, stroke: 0.5pt, box(width: 50%, height: 100%, fill: black))))
    place(bottom + right, dx: -4mm, dy: -4mm, text(8.5pt, "1:" + str(p.scale)))
  })
  v(1mm)
  for text in d.planNotes { par(lines(text)) }
}
`

/**
 * The content of a 不动产权证书, two certificate pages to a landscape sheet: 颁证页 and the registered facts, then 附记
 * and 附图. Print it only from the entry in force; whatever is too long flows on under the repeated number.
 */
export function certificate(facts: CertificateFacts, time: PaperTime): Promise<Typeset> {
  const plan = facts.plan && layoutPlan(facts.plan, ...planBox)
  const data = {
    number: facts.number,
    blank: facts.blankSerial,
    organ: facts.organ,
    day: zhDay(facts.recordedOn),
    rows: contentRows(facts),
    remark: [facts.remark, `业务号：${facts.caseNumber}`].filter((text) => text !== ''),
    holders:
      facts.holders.length < 2
        ? []
        : facts.holders.map((holder, i) => [
            `${i + 1}`,
            holder.name,
            idOf(holder),
            holder.share ? formatFraction(holder.share) : '/',
          ]),
    plan,
    planNotes: plan ? planNotes(facts) : [],
  }
  return printPaper(facts, { title: '不动产权证书', foot: facts.number }, template, data, time)
}

type Holder = CertificateFacts['holders'][number]
const idOf = ({ idType, idNumber }: Holder) => `${zhName('ZJZL', idType)} ${idNumber}`

/** Most co-owners whose shares are repeated under 共有情况; more are in the list of holders alone. */
const sharesMax = 6

function contentRows(facts: CertificateFacts) {
  const { holders, unit } = facts
  const [only] = holders
  const natures = [
    zhNature(facts.rightNature),
    facts.houseNature === null ? null : zhName('FWXZ', facts.houseNature),
  ]
  const other = [
    ...zhOtherFacts(unit),
    ...(holders.length === 1 ? [`权利人证件：${idOf(only!)}`] : ['权利人证件见附记']),
  ]
  const rows: [string, string][] = [
    ['权利人', holders.map(({ name }) => name).join('、')],
    ['共有情况', sharingText(facts)],
    ['坐落', unit.location],
    ['不动产单元号', formatUnitCode(unit.code)],
    ['权利类型', zhName('QLLX', facts.rightType)],
    ['权利性质', natures.filter((nature) => nature !== null).join('/')],
    ['用途', zhUse(unit)],
    ['面积', zhAreas(unit)],
    ['使用期限', zhTerm(facts.termFrom, facts.termTo)],
    ['权利其他状况', other.join('\n')],
  ]
  return rows.map(([label, text]) => ({ label, text }))
}

function sharingText({ sharing, holders }: CertificateFacts): string {
  const name = zhSharing(sharing)
  if (sharing !== '2') return name
  return holders.length > sharesMax ? `${name}，份额见附记` : `${name}：${zhHolders(holders)}`
}

function planNotes({ unit, plan }: CertificateFacts): string[] {
  const surveyed = plan?.surveyor ? `　测绘单位：${plan.surveyor}` : ''
  return [`宗地代码：${unit.parcel.code}`, `坐标系：2000 国家大地坐标系　单位：米${surveyed}`]
}
