import type { Typeset } from '../platform/documents/typeset.ts'
import type { RectificationFacts } from './facts.ts'
import { fact, type PaperTime, printPaper, wideFact } from './frame.ts'
import { zhDay } from './wording.ts'

const template = `
#show: sheet
#heading-of-paper(d.number)
#par(text(weight: 700, d.to + "："))
#set par(first-line-indent: (amount: 2em, all: true), leading: 0.9em, spacing: 1em)
#par(d.opening)
#set par(first-line-indent: 0pt)
#facts(d.facts)
#v(6pt)
#set par(first-line-indent: (amount: 2em, all: true))
#for text in d.closing { par(lines(text)) }
#v(14pt)
#set par(first-line-indent: 0pt)
#align(right)[#f.office（章） \\ 签发人：#d.by \\ #d.day]
#v(12pt)
#block(breakable: false, text(9pt, fill: luma(60))[签收人：#box(width: 38mm, line(length: 100%, stroke: 0.4pt)) #h(8mm) 签收时间：#box(width: 38mm, line(length: 100%, stroke: 0.4pt))])
`

/** 整改通知书, and 督办函 for one whose day has long passed: what was found, who answers for it, and by when (7.4). */
export function rectificationPaper(facts: RectificationFacts, time: PaperTime): Promise<Typeset> {
  const letter = facts.letter
  const data = {
    number: facts.number,
    to: facts.to,
    opening: letter
      ? `下列问题的办理期限为${zhDay(letter.dueOn)}，至今逾期未完成。现予督办，请立即整改，并于三个工作日内书面说明逾期原因。`
      : '经检查，发现下列问题。请按要求制定整改措施，明确完成期限，并按期报送整改情况和佐证材料。',
    facts: [
      fact('条款', facts.clause),
      fact('发现时间', zhDay(facts.foundOn)),
      wideFact('问题', facts.summary),
      wideFact('整改要求', facts.requirement),
      fact('整改责任人', facts.to),
      fact(letter ? '原定期限' : '报送措施期限', zhDay(letter?.dueOn ?? facts.planDue)),
    ],
    closing: [
      letter
        ? '逾期情况已亮牌并计入岗位风险。整改结果须由发现人、整改人以外的人核实后方可销号。'
        : '逾期未报送或整改不到位的，将亮黄牌、红牌直至督办；屡改屡犯的，予以点名通报。整改结果由发现人、整改人以外的人核实。',
    ],
    by: facts.by,
    day: zhDay(facts.date),
  }
  return printPaper(
    facts,
    { title: letter ? '整改督办函' : '整改通知书', foot: facts.number },
    template,
    data,
    time,
  )
}
