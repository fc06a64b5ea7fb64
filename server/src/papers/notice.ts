import type { Typeset } from '../platform/documents/typeset.ts'
import { formatUnitCode } from '../values/unitCode.ts'
import type { PaperNoticeFacts } from './facts.ts'
import { type PaperTime, printPaper } from './frame.ts'
import { zhDay } from './wording.ts'

/** Titles as the screens name these papers too. */
export const noticeTitles: Record<PaperNoticeFacts['kind'], string> = {
  supplement: '补正告知书',
  non_acceptance: '不予受理通知书',
  refusal: '不予登记告知书',
}

const template = `
#show: sheet
#heading-of-paper(d.number)
#set par(first-line-indent: (amount: 2em, all: true), leading: 0.9em, spacing: 1em)
#par(first-line-indent: 0pt, text(weight: 700, d.to + "："))
#for text in d.opening { par(lines(text)) }
#for one in d.parts {
  part(one.title)
  if one.at("items", default: none) != none {
    set par(first-line-indent: 0pt, leading: 0.72em)
    listing((12mm, 1fr, 1.6fr), ("序号", "材料", "需要补正的内容"), one.items)
  } else { set par(first-line-indent: 0pt); enum(..one.lines.map(lines)) }
}
#v(4pt)
#for text in d.closing { par(lines(text)) }
#v(10pt)
#set par(first-line-indent: 0pt)
#block(breakable: false, grid(columns: (1fr, 74mm), column-gutter: 6mm, qr-note("扫码核对本告知书真伪："),
  align(right)[#f.office（章） #if f.seal != none [\\ #esealed ]\\ 经办人：#d.clerk \\ #d.day]))
#v(12pt)
#block(breakable: false, text(9pt, fill: luma(60))[签收人：#box(width: 38mm, line(length: 100%, stroke: 0.4pt)) #h(8mm) 签收时间：#box(width: 38mm, line(length: 100%, stroke: 0.4pt))])
`

/**
 * A written notice to the applicants: 补正告知书 with everything to be supplied in one list (Reg 17, 2.2), or
 * 不予受理/不予登记 with reasons, articles and remedies.
 * @see 行政复议法(2023) art. 20: sixty days; 行政诉讼法 art. 46: six months
 */
export function notice(facts: PaperNoticeFacts, time: PaperTime): Promise<Typeset> {
  const { caseNumber } = facts
  const about = `你（单位）申请的${facts.business}（坐落：${facts.location}；不动产单元号：${formatUnitCode(facts.unitCode)}）`
  const data = {
    number: caseNumber === null ? '尚未受理，无受理编号' : `受理编号 ${caseNumber}`,
    to: facts.applicants.join('、'),
    ...contents(facts, about),
    clerk: facts.clerk,
    day: zhDay(facts.date),
  }
  const foot = caseNumber === null ? zhDay(facts.date) : `受理编号 ${caseNumber}`
  return printPaper(facts, { title: noticeTitles[facts.kind], foot }, template, data, time)
}

interface Contents {
  opening: string[]
  parts: ({ title: string; lines: string[] } | { title: string; items: string[][] })[]
  closing: string[]
}

function contents(facts: PaperNoticeFacts, about: string): Contents {
  if (facts.kind === 'supplement') {
    const until = facts.supplyBy === null ? '' : `请于${zhDay(facts.supplyBy)}前提交；`
    return {
      opening: [
        `${about}，经审查，需要补正下列材料。依照《不动产登记暂行条例》第十七条，现将需要补正的全部内容一次性书面告知你（单位）。`,
      ],
      parts: [{ title: `需要补正的全部材料（共 ${facts.items.length} 项）`, items: itemRows(facts.items) }],
      closing: [
        `${until}补正材料的时间不计入办理期限。逾期未补正或者补正后仍不符合要求的，依法作出不予登记的决定。`,
        '除材料补正后新出现的情况外，我们不再就本次能够看到的问题另行要求补正。',
      ],
    }
  }
  const refused = facts.kind === 'refusal'
  return {
    opening: [
      `${about}，经${refused ? '审核' : '查验'}，决定${refused ? '不予登记' : '不予受理'}。现将理由、依据和救济途径书面告知你（单位）。`,
    ],
    parts: [
      { title: '理由', lines: [...facts.reasons] },
      { title: '依据', lines: [...facts.legalBasis] },
      ...(facts.items?.length ? [{ title: '需要补正的全部内容', items: itemRows(facts.items) }] : []),
      { title: '救济途径', lines: remedies(facts.reviewOrgan, facts.court) },
    ],
    closing: [
      refused
        ? '申请材料随本告知书退还；本机构留存复印件归档。'
        : '申请材料当场退还。备齐材料后，可以重新申请。',
    ],
  }
}

const itemRows = (items: readonly { material: string; what: string }[]) =>
  items.map(({ material, what }, i) => [`${i + 1}`, material, what])

const remedies = (organ = '有管辖权的行政复议机关', court = '有管辖权的人民法院') => [
  `对本决定不服的，可以自收到本告知书之日起六十日内，依法向${organ}申请行政复议；`,
  `也可以自收到本告知书之日起六个月内，依法向${court}提起行政诉讼。`,
]
