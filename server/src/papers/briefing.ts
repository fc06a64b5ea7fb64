import type { Typeset } from '../platform/documents/typeset.ts'
import type { BriefingFacts, BriefingLine } from './facts.ts'
import { fact, type PaperTime, printPaper, wideFact } from './frame.ts'
import { zhMoment } from './wording.ts'

const template = `
#show: sheet
#heading-of-paper(none)
#facts(d.facts)
#part("一、各条款情况")
#set text(8.5pt)
#let heads = ("条款", "内容", "状态", "管住", "拦下", "临期", "逾期", "发现", "未结")
#let widths = (12mm, 1fr, 25mm, 16mm, 13mm, 12mm, 12mm, 12mm, 12mm)
#listing(widths, heads, d.clauses)
#part("二、有逾期或未结问题的措施")
#listing(widths, heads, d.troubled)
#if d.compared != none {
  part("三、各登记机构对比")
  set text(7.5pt)
  listing((9mm,) + d.compared.offices.map(it => 1fr), ("条款",) + d.compared.offices, d.compared.rows)
}
`

/** Columns of a briefing after clause, content and status. */
export const briefingFigures = ['governed', 'refused', 'due', 'overdue', 'found', 'open'] as const

const cells = (line: BriefingLine) => [
  line.clause,
  line.title,
  line.status,
  ...briefingFigures.map((figure) => String(line[figure])),
]

/** 风险防控简报: clause by clause, with when it was counted and from which logs. */
export function briefing(facts: BriefingFacts, time: PaperTime): Promise<Typeset> {
  const data = {
    facts: [
      fact('范围', facts.about),
      fact('期间', facts.period),
      fact('统计时间', zhMoment(facts.printedAt)),
      fact('打印', facts.printedBy),
      wideFact('概况', facts.summary),
      wideFact('日志', facts.logs.join('\n')),
    ],
    clauses: facts.clauses.map(cells),
    troubled: facts.troubled.map(cells),
    compared: facts.compared,
  }
  return printPaper(facts, { title: '风险防控简报', foot: facts.about }, template, data, time)
}
