import type { Typeset } from '../platform/documents/typeset.ts'
import type { MinutesFacts } from './facts.ts'
import { fact, type PaperTime, printPaper, wideFact } from './frame.ts'
import { zhDay } from './wording.ts'

const template = `
#show: sheet
#heading-of-paper(d.number)
#facts(d.facts)
#part("议程（召集时未销号的问题）")
#listing((14mm, 1fr, 20mm), ("序号", "问题", "逾期"), d.agenda, empty: "没有未销号的问题")
#part("纪要")
#set par(first-line-indent: (amount: 2em, all: true))
#for text in d.body { par(lines(text)) }
#set par(first-line-indent: 0pt)
#part("议定事项")
#listing((14mm, 1fr, 30mm, 34mm), ("序号", "事项", "责任人", "完成期限"), d.decisions, empty: "没有议定事项")
#v(12pt)
#block(breakable: false, align(right)[撰写：#d.writer \\ 确认：#d.confirmer \\ #d.day])
`

/** 研判会纪要: who was there, what was open, what was said and decided, who wrote it down and who confirmed it (1.1). */
export function meetingMinutes(facts: MinutesFacts, time: PaperTime): Promise<Typeset> {
  const data = {
    number: facts.number,
    facts: [
      wideFact('议题', facts.topic),
      fact('时间', zhDay(facts.heldOn)),
      fact('地点', facts.place),
      fact('召集人', facts.convener),
      fact('未销号问题', `${facts.openFindings} 个`),
      wideFact('参会人员', `${facts.attendees.join('、')}（共 ${facts.attendees.length} 人，本人签到）`),
    ],
    agenda: facts.agenda.map((one) => [`${one.no}`, one.what, one.late ? '逾期' : '']),
    body: facts.body.split(/\n+/),
    decisions: facts.decisions.map((one) => [`${one.no}`, one.what, one.owner, zhDay(one.dueOn)]),
    writer: facts.writer,
    confirmer: facts.confirmer ?? '尚未确认',
    day: facts.confirmedOn === null ? '' : zhDay(facts.confirmedOn),
  }
  return printPaper(facts, { title: '风险防控研判会纪要', foot: facts.number }, template, data, time)
}
