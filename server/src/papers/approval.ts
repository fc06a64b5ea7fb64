import type { Typeset } from '../platform/documents/typeset.ts'
import { formatUnitCode } from '../values/unitCode.ts'
import type { ApprovalFormFacts, PaperBurden, PaperOpinion } from './facts.ts'
import { fact, mayOutgrowPage, type PaperTime, printPaper, wideFact } from './frame.ts'
import { partyRows } from './receipt.ts'
import {
  zhAreas,
  zhDay,
  zhHolders,
  zhLeader,
  zhMoment,
  zhName,
  zhNature,
  zhSharing,
  zhTerm,
  zhUse,
  zhYuan,
  zhYuanInFull,
} from './wording.ts'

const template = `
#show: sheet
#set table(inset: (x: 6pt, y: 3.8pt))
#place(top + right, dy: -6mm, stack(spacing: 2pt, qr(size: 17mm), if f.qr != none { align(center, text(6.5pt, fill: luma(80), "扫码查存证")) }))
#heading-of-paper(d.state)
#facts(d.facts)
#part("申请人")
#listing((18mm, 1.2fr, 1.6fr, 1.2fr), ("申请方", "姓名（名称）", "证件及号码", "代理人"), d.parties)
#part("不动产")
#facts(d.unit)
#part("权利")
#facts(d.rights)
#part("权利负担")
#listing((20mm, 1fr, 35mm, 34mm, 1fr), ("种类", "权利人（机关）", "数额", "登记（送达）", "说明"), d.burdens, empty: "无抵押、查封、异议、预告登记")
#part("审批意见")
#table(columns: (27mm, 1fr), ..d.opinions.map(o => (label(o.step),
  block(breakable: o.long, width: 100%)[#if o.done { lines(o.text) } else { text(fill: luma(110), o.text) }
    #if o.done { v(2pt); align(right)[签名：#o.person #h(1em) #o.at] }])).flatten())
#if d.leaders.len() > 0 { block(above: 6pt)[坐班领导签名：#d.leaders.join("；")] }
`

const burdenNames: Record<PaperBurden['kind'], string> = {
  mortgage: '抵押权',
  seizure: '查封',
  objection: '异议登记',
  prenotice: '预告登记',
  restriction: '其他限制',
}

/** 登记审批表: the case on one form, and what each of its different people said. A draft while a step is missing. */
export function approvalForm(facts: ApprovalFormFacts, time: PaperTime): Promise<Typeset> {
  const opinions = opinionRows(facts)
  const draft = opinions.some(({ done, needed }) => needed && !done)
  const data = {
    state: draft ? '草稿：审批尚未完成' : null,
    facts: [
      fact('受理编号', facts.caseNumber),
      fact('受理时间', zhMoment(facts.acceptedAt)),
      wideFact('登记事项', facts.business),
      fact('登记类型', zhName('DJLX', facts.registration)),
      fact('审核轮次', `第 ${facts.round} 轮`),
    ],
    parties: partyRows(facts.parties),
    unit: [
      wideFact('坐落', facts.unit.location),
      wideFact('不动产单元号', formatUnitCode(facts.unit.code)),
      wideFact('面积', zhAreas(facts.unit)),
      fact('用途', zhUse(facts.unit)),
      fact('土地权利性质', zhNature(facts.unit.parcel.nature)),
      wideFact('土地使用期限', zhTerm(facts.unit.parcel.termFrom, facts.unit.parcel.termTo)),
    ],
    rights: [
      wideFact('权利类型', zhName('QLLX', facts.rightType)),
      wideFact('登记前权利人', zhHolders(facts.before.holders)),
      fact('共有情况', zhSharing(facts.before.sharing)),
      fact('原权利证号', facts.before.certificateNumber ?? '/'),
      wideFact('登记后权利人', zhHolders(facts.after.holders)),
      fact('共有情况', zhSharing(facts.after.sharing)),
      fact('新权利证号', facts.after.certificateNumber ?? '登簿时编号'),
      wideFact('成交价格', facts.priceFen === null ? '/' : zhYuanInFull(facts.priceFen)),
      wideFact('合同编号', facts.contractNumber ?? '/'),
      wideFact('备注', facts.remark ?? '/'),
    ],
    burdens: facts.burdens.map((burden) => [
      burdenNames[burden.kind],
      burden.who,
      burden.amountFen === null ? '/' : zhYuan(burden.amountFen),
      zhDay(burden.since),
      burden.note ?? '',
    ]),
    opinions,
    leaders: (facts.leaders ?? []).map(zhLeader),
  }
  return printPaper(
    facts,
    { title: '不动产登记审批表', foot: `受理编号 ${facts.caseNumber}` },
    template,
    data,
    time,
  )
}

function opinionRows(facts: ApprovalFormFacts) {
  const row = (step: string, given: PaperOpinion | null, needed = true) => ({
    step,
    needed,
    done: given !== null,
    text: given?.opinion || (given ? '同意。' : needed ? '（尚未办理）' : '本业务不需复审'),
    long: mayOutgrowPage([given?.opinion ?? '']),
    person: given?.person ?? '',
    at: given ? zhMoment(given.at, { seconds: true }) : '',
  })
  return [
    row('受理意见', facts.acceptance),
    row('初审意见', facts.firstReview),
    row('复审意见', facts.secondReview, facts.needsSecondReview),
    row('登簿', facts.recording),
  ]
}
