import type { Typeset } from '../platform/documents/typeset.ts'
import type { CustodyBookFacts } from './facts.ts'
import { fact, type PaperTime, printPaper, wideFact } from './frame.ts'
import { zhDay, zhMoment } from './wording.ts'

const template = `
#show: sheet
#set page(flipped: true)
#heading-of-paper(none)
#facts(d.facts)
#part("一、结存")
#if d.balances == none [盘点期间不显示结存。] else {
  listing((1fr, 30mm, 30mm, 30mm, 30mm), ("处所", "期初", "收入", "发出", "期末"), d.balances)
}
#part("二、流水")
#set text(8.5pt)
#listing((10mm, 33mm, 15mm, 30mm, 30mm, 14mm, 27mm, 27mm, 1fr, 19mm), ("序号", "时间", "摘要", "起号", "止号", "数量", "自", "至", "文书", "经手人"), d.lines)
#v(10pt)
#block(breakable: false, grid(columns: (1fr, 1fr, 1fr), "保管人：", "复核人：", "负责人："))
`

/** Lines that a book on paper has at most; a longer one goes into a workbook. */
export const bookLinesMax = 3000

/** 保管台账 from day to day, in the customary columns, with opening and closing balances and room for three signatures. */
export function custodyBook(facts: CustodyBookFacts, time: PaperTime): Promise<Typeset> {
  const data = {
    facts: [
      fact('种类', facts.kind),
      fact('行数', String(facts.lines.length)),
      fact('期间', `${zhDay(facts.from)} 至 ${zhDay(facts.until)}`),
      fact('打印', `${facts.printedBy}，${zhMoment(facts.printedAt)}`),
      ...(facts.checkpoint === null ? [] : [wideFact('日志', facts.checkpoint)]),
    ],
    balances:
      facts.balances?.map((one) => [
        one.place,
        ...[one.opening, one.in, one.out, one.closing].map((figure) => String(figure)),
      ]) ?? null,
    lines: facts.lines.map((line, i) => [
      String(i + 1),
      zhMoment(line.at),
      line.movement,
      line.first,
      line.last,
      String(line.count),
      line.from,
      line.to,
      line.document ?? '/',
      line.person ?? '/',
    ]),
  }
  return printPaper(facts, { title: '保管台账', foot: facts.kind }, template, data, time)
}
