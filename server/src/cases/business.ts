import type { Text } from '../kernel/refusal.ts'

/** A material a case may need (申请材料), in the order of the checklist. */
export interface MaterialRule {
  code: string
  name: Text
  /** Law or rule that asks for it; data, so that a renumbered article is one edit. */
  basis: string
  /** When it is needed. */
  when: (facts: MaterialFacts) => boolean
}

/** What decides which materials a case needs. */
export interface MaterialFacts {
  agents: boolean
  shareSale: boolean
  /** What the mortgages on the unit ask of a transfer (CC 406). */
  mortgageNeeds: 'none' | 'carry_and_notify' | 'consent' | 'three_party'
  objection: boolean
  prenotice: boolean
  /** Why the certificate is renewed; null where the case renews none. */
  renewal: 'lost' | 'damaged' | null
}

/** A business (登记业务) as the city defines it: one standard, which no district can change (2.2). */
export interface Business {
  code: string
  name: Text
  /** DJLX. */
  registration: string
  /** Working days: by law (Reg 20), and as the city promises. */
  legalDays: number
  promisedDays: number
  /** Whether the right is disposed of: a seizure or restriction then stands in the way (CC 399). */
  disposes: boolean
  /** 公告: working days the public is told before the case goes on, and the rule that says so. */
  notice?: { days: number; basis: string }
  materials: readonly MaterialRule[]
}

const always = () => true

/** T01 存量房买卖转移登记: transfer by sale of an existing home. Joint application (Reg 14). */
export const saleOfExistingHome: Business = {
  code: 'T01',
  name: {
    zh: '国有建设用地使用权及房屋所有权转移登记（存量房买卖）',
    en: 'Transfer by sale of an existing home',
  },
  registration: '200',
  legalDays: 30,
  promisedDays: 3,
  disposes: true,
  materials: [
    {
      code: 'application',
      name: { zh: '不动产登记申请书', en: 'Application form' },
      basis: 'Reg 16(1)',
      when: always,
    },
    {
      code: 'identity',
      name: { zh: '买卖双方身份证明', en: 'Identity papers of both parties' },
      basis: 'Reg 16(2)',
      when: always,
    },
    {
      code: 'certificate',
      name: { zh: '不动产权证书', en: 'Title certificate' },
      basis: 'Reg 16(3)',
      when: always,
    },
    {
      code: 'contract',
      name: { zh: '房屋买卖合同', en: 'Contract of sale' },
      basis: 'Rules 38',
      when: always,
    },
    {
      code: 'tax',
      name: { zh: '完税或减免税凭证', en: 'Proof of tax paid or exempted' },
      basis: 'Rules 15',
      when: always,
    },
    {
      code: 'mandate',
      name: { zh: '授权委托书', en: 'Power of attorney' },
      basis: 'Rules 12',
      when: (facts) => facts.agents,
    },
    {
      code: 'coowner_notice',
      name: { zh: '已通知其他按份共有人的证明', en: 'Proof that the other co-owners were told' },
      basis: 'CC 305',
      when: (facts) => facts.shareSale,
    },
    {
      code: 'mortgagee_consent',
      name: { zh: '抵押权人同意转让的书面文件', en: 'Mortgagee’s written consent' },
      basis: '自然资发〔2021〕54号',
      when: (facts) => facts.mortgageNeeds === 'consent',
    },
    {
      code: 'three_party',
      name: {
        zh: '转让人、受让人、抵押权人三方共同申请书',
        en: 'Joint application of seller, buyer and mortgagee',
      },
      basis: 'Sec 43',
      when: (facts) => facts.mortgageNeeds === 'three_party',
    },
    {
      code: 'objection_risk',
      name: {
        zh: '知悉异议登记并自担风险的书面承诺',
        en: 'Written statement of knowledge of the objection and its risk',
      },
      basis: 'Rules 84',
      when: (facts) => facts.objection,
    },
    {
      code: 'prenotice_consent',
      name: { zh: '预告登记权利人书面同意', en: 'Written consent of the prenotice holder' },
      basis: 'CC 221',
      when: (facts) => facts.prenotice,
    },
  ],
}

/**
 * Z01 补证、换证: another certificate for the same right, because the one given out was lost (补发) or is damaged (换发). The
 * holders apply alone; nothing of the right changes, so a seizure is no bar.
 */
export const renewalOfCertificate: Business = {
  code: 'Z01',
  name: { zh: '不动产权证书补发、换发', en: 'Re-issue or exchange of a certificate' },
  registration: '900',
  legalDays: 30,
  promisedDays: 3,
  disposes: false,
  notice: { days: 15, basis: '《不动产登记暂行条例实施细则》第二十二条' },
  materials: [
    {
      code: 'application',
      name: { zh: '不动产登记申请书', en: 'Application form' },
      basis: 'Reg 16(1)',
      when: always,
    },
    {
      code: 'identity',
      name: { zh: '权利人身份证明', en: 'Identity papers of the holders' },
      basis: 'Reg 16(2)',
      when: always,
    },
    {
      code: 'loss_statement',
      name: { zh: '权利人遗失、灭失声明', en: 'Holders’ signed statement of the loss' },
      basis: 'Rules 22',
      when: (facts) => facts.renewal === 'lost',
    },
    {
      code: 'certificate',
      name: { zh: '破损、污损的不动产权证书', en: 'The damaged certificate' },
      basis: 'Rules 22',
      when: (facts) => facts.renewal === 'damaged',
    },
    {
      code: 'mandate',
      name: { zh: '授权委托书', en: 'Power of attorney' },
      basis: 'Rules 12',
      when: (facts) => facts.agents,
    },
  ],
}

/** Every business of the city. */
export const businesses: readonly Business[] = [saleOfExistingHome, renewalOfCertificate]

/** A business by its code, or null. */
export const findBusiness = (code: string): Business | null =>
  businesses.find((one) => one.code === code) ?? null

/** The materials a case needs, in the order of the checklist. Pure; the screen calls it too. */
export function neededMaterials(business: Business, facts: MaterialFacts): MaterialRule[] {
  return business.materials.filter((material) => material.when(facts))
}
