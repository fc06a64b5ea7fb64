import type { Typeset } from '../platform/documents/typeset.ts'
import { formatUnitCode } from '../values/unitCode.ts'
import type { AcceptanceReceiptFacts, PaperParty } from './facts.ts'
import { fact, type PaperTime, printPaper, wideFact } from './frame.ts'
import { zhAgent, zhDay, zhLeader, zhMoment, zhName, zhSide } from './wording.ts'

const template = `
#show: sheet
#heading-of-paper(none)
#facts(d.facts)
#part("申请人")
#listing((18mm, 1.2fr, 1.6fr, 1.2fr), ("申请方", "姓名（名称）", "证件及号码", "代理人"), d.parties)
#part("收到的申请材料（共 " + str(d.materials.len()) + " 件 " + str(d.pages) + " 页）")
#listing((12mm, 1fr, 34mm, 18mm), ("序号", "材料名称", "收件形式", "页数"), d.materials)
#part("告知")
#enum(..d.told.map(lines))
#v(8pt)
#block(breakable: false, grid(columns: (1fr, 74mm), column-gutter: 6mm, qr-note("扫码查询本件办理进度，核对本凭证真伪："),
  align(right)[受理机构（章）：#f.office #if f.seal != none [\\ #esealed ]\\ 受理人：#d.clerk #for l in d.leaders [\\ 坐班领导签名：#l ]\\ #d.day]))
`

/** 受理凭证: proof that the application was accepted, what was handed in, and by when it will be done (Reg 17). */
export function acceptanceReceipt(facts: AcceptanceReceiptFacts, time: PaperTime): Promise<Typeset> {
  const data = {
    facts: [
      fact('受理编号', facts.caseNumber),
      fact('受理时间', zhMoment(facts.acceptedAt)),
      wideFact('登记事项', facts.business),
      wideFact('坐落', facts.location),
      wideFact('不动产单元号', formatUnitCode(facts.unitCode)),
      fact('承诺办结', facts.promisedDue ? zhDay(facts.promisedDue) : '另行告知'),
      fact('法定期限', facts.legalDue ? zhDay(facts.legalDue) : '自受理之日起三十个工作日'),
    ],
    parties: partyRows(facts.parties),
    materials: facts.materials.map(({ name, form, pages }, i) => [
      `${i + 1}`,
      name,
      zhName('SJLX', form),
      `${pages}`,
    ]),
    pages: facts.materials.reduce((sum, { pages }) => sum + pages, 0),
    told: [
      '凭本凭证上的二维码或受理编号，可随时查询办理进度，也可到受理窗口询问。',
      '登簿之前，全体申请人可以共同书面申请撤回，申请材料予以退还。',
      '需要补正材料时，我们一次性书面告知全部内容。公告、补正材料和实地查看的时间不计入办理期限。',
      '不动产权利自记载于登记簿时发生变动。办结后请携带身份证明和本凭证领取不动产权证书；委托他人领取的，另带授权委托书。',
      '超过期限未办结，或者对受理人员有意见的，可以向本机构负责人反映。',
    ],
    clerk: facts.clerk,
    leaders: (facts.leaders ?? []).map(zhLeader),
    day: zhDay(facts.acceptedAt),
  }
  return printPaper(
    facts,
    { title: '不动产登记受理凭证', foot: `受理编号 ${facts.caseNumber}` },
    template,
    data,
    time,
  )
}

/** Rows of 申请方, name, identity paper, agent; the transferors first, in the order given. */
export function partyRows(parties: readonly PaperParty[]): string[][] {
  const sides = ['transferor', 'transferee', 'holder'] as const
  return sides.flatMap((side) =>
    parties
      .filter((party) => party.side === side)
      .map((party) => [
        zhSide(side),
        party.name,
        `${zhName('ZJZL', party.idType)} ${party.idMasked}`,
        zhAgent(party),
      ]),
  )
}
