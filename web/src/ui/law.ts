import type { Language } from '../i18n/texts.ts'

/** Laws by the abbreviations refusals and checklists use, with their names in both languages. */
const laws: Record<string, { zh: string; en: string }> = {
  CC: { zh: '《民法典》', en: 'Civil Code' },
  Reg: { zh: '《不动产登记暂行条例》', en: 'Interim Regulation on Real Estate Registration' },
  Rules: { zh: '《不动产登记暂行条例实施细则》', en: 'Rules for the Interim Regulation' },
  Sec: { zh: '《民法典担保制度解释》', en: 'Interpretation on Security Interests' },
  Seal: { zh: '《查封、扣押、冻结财产的规定》', en: 'Provisions on Seizure' },
}

/**
 * The name of a clause as people cite it: `6.2` is the notice's, `CC 406` an article of a law, `Reg 16(3)` with
 * its item. Anything else is a document number and stays as it is.
 */
export function clauseName(clause: string, language: Language): string {
  if (/^\d+\.\d+$/.test(clause))
    return language === 'zh' ? `通知第 ${clause} 条` : `Clause ${clause} of the notice`
  const [, law, article, item] = /^([A-Z][a-zA-Z]*) (\d+)(?:\((\d+)\))?$/.exec(clause) ?? []
  const name = law ? laws[law] : undefined
  if (!name || !article) return clause
  if (language === 'zh') return `${name.zh}第 ${article} 条${item ? `第 ${item} 项` : ''}`
  return `${name.en}, art. ${article}${item ? `(${item})` : ''}`
}
