import type { Typeset } from '../platform/documents/typeset.ts'
import { formatUnitCode, parcelCodeOf } from '../values/unitCode.ts'
import type {
  PaperEntry,
  PaperEntryParty,
  PaperMortgage,
  PaperNote,
  PaperOwnership,
  PaperSeizure,
  RegisterPageFacts,
} from './facts.ts'
import { type FactRow, fact, mayOutgrowPage, type PaperTime, printPaper, wideFact } from './frame.ts'
import {
  zhArea,
  zhAreas,
  zhDay,
  zhLastDay,
  zhMoment,
  zhName,
  zhNature,
  zhOtherFacts,
  zhSharing,
  zhTerm,
  zhUse,
  zhYuanInFull,
} from './wording.ts'

const template = `
#show: sheet
#heading-of-paper(d.asOf)
#set table(inset: (x: 6pt, y: 4pt))
#part("一、不动产基本信息")
#facts(d.unit)
#let cells(rows, struck) = rows.map(r => {
  let shown = if struck { strike(stroke: 0.5pt + luma(110), text(fill: luma(95), lines(r.text))) } else { lines(r.text) }
  if r.at("wide", default: false) { (label(r.label), table.cell(colspan: 3, shown)) } else { (label(r.label), shown) }
}).flatten()
#let entry(e) = block(below: 8pt, breakable: e.long, table(columns: (27mm, 1fr, 27mm, 1fr),
  table.header(table.cell(colspan: 4, fill: if e.old { luma(232) } else { rgb("#e4eef8") }, [
    #text(weight: 700, e.status) #h(1em) #e.head #h(1fr) #text(8.5pt, e.number)])),
  ..cells(e.rows, e.struck), ..cells(e.record, false)))
#for s in d.sections {
  part(s.title)
  if s.entries.len() == 0 { text(fill: luma(90), "无") }
  for e in s.entries { entry(e) }
}
#v(10pt)
#line(length: 100%, stroke: 0.4pt + luma(120))
#block(breakable: false, grid(columns: (1fr, 88mm), column-gutter: 6mm, qr-note("扫码核对本页："),
  align(right)[查询用途：#d.purpose \\ 打印人：#d.printedBy \\ 打印时间：#d.printedAt]))
#text(8.5pt, fill: luma(70))[不动产登记簿是物权归属和内容的根据。本页加盖查询专用章后有效；加删除线的为历史记载，不再有效。]
`

/** 登记簿页 of one unit: everything recorded up to the moment asked for, with what no longer holds struck and labelled. */
export function registerPage(facts: RegisterPageFacts, time: PaperTime): Promise<Typeset> {
  const known = facts.knownAt === null ? '' : `（按 ${zhMoment(facts.knownAt, { seconds: true })} 时的记载）`
  const data = {
    asOf: `截至 ${zhMoment(facts.asOf, { seconds: true })} 的权利状况${known}`,
    unit: unitRows(facts),
    sections: [
      section('二、所有权和使用权', facts.ownership, ownershipRows),
      section('三、抵押权', facts.mortgages, mortgageRows),
      section('四、查封登记', facts.seizures, seizureRows),
      section('五、异议登记', facts.objections, noteRows('异议事项')),
      section('六、预告登记', facts.prenotices, noteRows('预告事项')),
      section('七、其他限制', facts.restrictions, noteRows('限制事项')),
    ],
    purpose: facts.purpose,
    printedBy: facts.printedBy,
    printedAt: zhMoment(facts.printedAt, { seconds: true }),
  }
  return printPaper(
    facts,
    { title: '不动产登记簿', foot: formatUnitCode(facts.unit.code) },
    template,
    data,
    time,
  )
}

function unitRows({ unit }: RegisterPageFacts): FactRow[] {
  const { parcel, building } = unit
  return [
    wideFact('不动产单元号', formatUnitCode(unit.code)),
    wideFact('坐落', unit.location),
    wideFact('宗地代码', parcelCodeOf(unit.code)),
    wideFact('宗地坐落', parcel.location),
    wideFact('面积', zhAreas(unit)),
    fact('用途', zhUse(unit)),
    fact('土地权利性质', zhNature(parcel.nature)),
    wideFact('土地使用期限', zhTerm(parcel.termFrom, parcel.termTo)),
    ...(building
      ? [
          fact('所在幢', building.name),
          fact('房号', `${unit.floor} 层 ${unit.room}`),
          wideFact('房屋状况', zhOtherFacts(unit).join('\n')),
        ]
      : [wideFact('宗地面积', zhArea(parcel.area))]),
  ]
}

type Section = {
  title: string
  entries: {
    head: string
    status: string
    old: boolean
    struck: boolean
    number: string
    rows: FactRow[]
    record: FactRow[]
    long: boolean
  }[]
}

function section<Body extends { reason?: string; remark?: string }>(
  title: string,
  entries: readonly PaperEntry<Body>[],
  rowsOf: (entry: PaperEntry<Body>) => FactRow[],
): Section {
  return {
    title,
    entries: entries.map((entry) => {
      // An entry that ends a right says only that, whose it was, and when: the content stands in the one before it.
      const rows = entry.effect === 'end' ? endRows(entry) : rowsOf(entry)
      const record = recordRows(entry)
      return {
        head: `第 ${entry.no} 次记载　${zhName('DJLX', entry.registration)}`,
        status: entry.effect === 'end' ? '【注销】' : statusNames[entry.status],
        old: isOld(entry),
        number: entry.caseNumber === null ? '' : `业务号 ${entry.caseNumber}`,
        struck: isOld(entry) && entry.effect !== 'end',
        rows,
        record,
        long: mayOutgrowPage([...rows, ...record].map(({ text }) => text)),
      }
    }),
  }
}

/** No longer in force: its content is struck, the record of when and by whom is not. */
const isOld = ({ status }: PaperEntry<unknown>) => status === 'superseded' || status === 'ended'

const statusNames: Record<PaperEntry<unknown>['status'], string> = {
  current: '【现势】',
  waiting: '【轮候】',
  superseded: '【历史】',
  ended: '【终止】',
}

const people = (entry: PaperEntry<unknown>, ...roles: PaperEntryParty['role'][]): string =>
  entry.parties
    .filter(({ role }) => roles.includes(role))
    .map(({ name, idType, idMasked, shareNum, shareDen }) => {
      const about = [
        idMasked && `${zhName('ZJZL', idType)} ${idMasked}`,
        shareNum && shareDen && shareNum !== shareDen && `份额 ${shareNum}/${shareDen}`,
      ]
      const known = about.filter(Boolean).join('，')
      return known ? `${name}（${known}）` : name
    })
    .join('、')

const endRows = (entry: PaperEntry<{ reason?: string; remark?: string }>): FactRow[] => [
  wideFact('当事人', people(entry, 'holder', 'mortgagee', 'organ', 'applicant')),
  wideFact('注销原因', entry.body.reason ?? ''),
]

function recordRows(entry: PaperEntry<{ remark?: string }>): FactRow[] {
  const until =
    entry.legalTo === null || !isOld(entry)
      ? []
      : [wideFact('效力终止', zhMoment(entry.legalTo, { seconds: true }))]
  return [
    fact('生效时间', zhMoment(entry.legalFrom, { seconds: true })),
    fact('登记时间', zhMoment(entry.recordedAt, { seconds: true })),
    ...until,
    wideFact('登簿人', entry.recordedBy ?? '由原登记簿转入'),
    ...(entry.body.remark ? [wideFact('附记', entry.body.remark)] : []),
  ]
}

const ownershipRows = (entry: PaperEntry<PaperOwnership>): FactRow[] => {
  const { body } = entry
  return [
    wideFact('权利人', people(entry, 'holder')),
    fact('共有情况', zhSharing(body.sharing)),
    fact('权利性质', zhNature(body.rightNature)),
    wideFact('权利类型', zhName('QLLX', body.rightType)),
    wideFact('使用期限', zhTerm(body.termFrom, body.termTo)),
    wideFact('取得价格', body.priceFen === undefined ? '' : zhYuanInFull(body.priceFen)),
    wideFact('登记原因', body.reason ?? ''),
    wideFact('不动产权证号', entry.certificateNumber ?? ''),
  ]
}

const mortgageRows = (entry: PaperEntry<PaperMortgage>): FactRow[] => {
  const { body } = entry
  const maximum = body.mode === '2'
  const restricted = { true: '有', false: '无', null: '登记时未要求记载' }[`${body.transferRestricted}`]
  return [
    wideFact('抵押权人', people(entry, 'mortgagee')),
    wideFact('抵押人', people(entry, 'mortgagor', 'debtor')),
    fact('抵押方式', zhName('DYFS', body.mode)),
    fact('顺位', `${body.rank}`),
    wideFact(maximum ? '最高债权数额' : '主债权数额', zhYuanInFull(body.amountFen)),
    wideFact(maximum ? '债权确定期间' : '债务履行期限', zhTerm(body.debtFrom, body.debtTo)),
    wideFact('担保范围', body.scope),
    wideFact('转让限制约定', restricted!),
    wideFact('登记证明号', entry.certificateNumber ?? ''),
  ]
}

const seizureRows = (entry: PaperEntry<PaperSeizure>): FactRow[] => {
  const { body } = entry
  const waiting = entry.status === 'waiting'
  return [
    wideFact('查封机关', body.organ),
    wideFact('查封文号', body.document),
    fact('查封类型', waiting ? '轮候查封' : '查封'),
    fact('送达时间', zhMoment(body.servedAt, { seconds: true })),
    wideFact('查封期限', waiting ? '轮候期间不计期限，自转为查封之日起算' : seizureTerm(entry)),
    wideFact('查封范围', body.scope ?? '全部'),
    wideFact('被执行人', people(entry, 'debtor')),
    wideFact('案由', body.cause ?? ''),
  ]
}

const seizureTerm = ({ legalFrom, legalTo }: PaperEntry<PaperSeizure>) =>
  legalTo === null ? `${zhDay(legalFrom)} 起` : `${zhDay(legalFrom)} 起 ${zhLastDay(legalTo)} 止`

const noteRows =
  (label: string) =>
  (entry: PaperEntry<PaperNote>): FactRow[] => [
    wideFact(label, entry.body.matter),
    wideFact('权利人', people(entry, 'holder', 'applicant', 'organ')),
    wideFact('义务人', people(entry, 'obligor', 'debtor')),
    wideFact('登记证明号', entry.certificateNumber ?? ''),
  ]
