import type { Typeset } from '../platform/documents/typeset.ts'
import type { InspectionFacts } from './facts.ts'
import { fact, type PaperTime, printPaper, wideFact } from './frame.ts'
import { zhDay } from './wording.ts'

const template = `
#show: sheet
#heading-of-paper(d.number)
#par(text(weight: 700, d.to + "："))
#par(first-line-indent: (amount: 2em, all: true), d.opening)
#facts(d.facts)
#v(6pt)
#listing((16mm, 14mm, 1fr, 18mm, 60mm), ("评分表", "条款", "检查内容", "得分", "问题或说明"), d.lines)
#v(6pt)
#par(first-line-indent: (amount: 2em, all: true), d.closing)
#v(14pt)
#align(right)[#f.office（章） \\ 签发人：#d.by \\ #d.day]
`

/** 检查通报: the report to the office that was inspected (7.1, 7.2), its total computed and every fault in it. */
export function inspectionReport(facts: InspectionFacts, time: PaperTime): Promise<Typeset> {
  const faults = facts.lines.filter(({ fault }) => fault).length
  const data = {
    number: facts.number,
    to: facts.to,
    opening: `按检查计划，对你单位进行了${facts.kind}，现将结果通报如下。`,
    facts: [
      fact('检查方式', facts.kind),
      fact('检查日期', facts.visit),
      fact('检查表', facts.checklist),
      fact('总分', facts.total),
      fact('检查项目', `${facts.lines.length}`),
      fact('问题', `${faults}`),
      wideFact('通报意见', facts.word),
    ],
    lines: facts.lines.map((line) => [
      line.sheet,
      line.clause,
      `${line.wording}${line.fault ? '（问题）' : ''}`,
      line.points,
      line.note,
    ]),
    closing:
      faults > 0
        ? '上列问题已逐项立项，请按整改通知明确责任人、措施和期限，整改结果由他人核实后销号。'
        : '未发现问题，请继续保持。',
    by: facts.by,
    day: zhDay(facts.date),
  }
  return printPaper(facts, { title: '检查通报', foot: facts.number }, template, data, time)
}
