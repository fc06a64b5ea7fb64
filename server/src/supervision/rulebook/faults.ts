import type { NewFinding } from '../../kernel/finding.ts'
import type { Tx } from '../../platform/db/tx.ts'

/** Kinds of finding of the rule book itself. */
export const ruleFaultKinds = ['rule_unkept', 'rule_undecided'] as const

interface Unkept {
  district: string
  documentId: string
  title: string
  zh: string
  en: string
  closed: boolean
}
interface Undecided {
  district: string
  id: string
  title: string
  proposer: string
  effectiveOn: string
}
export interface RuleFault extends NewFinding {
  district: string
}

/**
 * What is wrong with the rule book of an office, or of all (null), and has no open finding: a rule in force that no post keeps, so that
 * nobody reviews it, and a proposal whose own day went by undecided, so that nobody knows what holds. What stands is found again.
 */
export async function ruleFaults(tx: Tx, district: string | null): Promise<RuleFault[]> {
  const unkept = await tx.rows<Unkept>`
    select v.district, v.document_id as "documentId", v.title, k.name_zh as zh, k.name_en as en, coalesce(k.closed_at <= kernel.now(), false) as closed
    from supervision.rule_version v join people.post k on k.district = v.district and k.id = v.keeper_post
    where (${district}::text is null or v.district = ${district}) and v.action <> 'repeal'
      and v.from_on <= kernel.day_of(kernel.now()) and (v.until_on is null or v.until_on > kernel.day_of(kernel.now()))
      and (k.closed_at <= kernel.now() or not exists (select from people.holding h join kernel.person p on p.id = h.person_id
        where h.district = v.district and h.post = v.keeper_post and h.during @> kernel.now() and (p.active_to is null or p.active_to > kernel.now())))
    order by v.district, v.document_id`
  const undecided = await tx.rows<Undecided>`
    select p.district, p.id, p.title, q.name as proposer, p.effective_on::text as "effectiveOn"
    from supervision.rule_proposal p join kernel.person q on q.id = p.person_id
    where (${district}::text is null or p.district = ${district}) and p.effective_on < kernel.day_of(kernel.now())
      and not exists (select from supervision.rule_decision d where d.district = p.district and d.proposal_id = p.id)
    order by p.district, p.id`
  const faults = [...unkept.map(unkeptFault), ...undecided.map(undecidedFault)]
  if (faults.length === 0) return []
  const open = await tx.rows<{ district: string; key: string }>`
    select district, dedupe_key as key from kernel.finding where kind = any (${[...ruleFaultKinds]}::text[]) and state <> 'closed'`
  const told = new Set(open.map((one) => `${one.district} ${one.key}`))
  return faults.filter((one) => !told.has(`${one.district} ${one.dedupeKey}`))
}

const unkeptFault = ({ district, documentId, title, zh, en, closed }: Unkept): RuleFault => ({
  district,
  kind: 'rule_unkept',
  clause: '2.1',
  severity: 'medium',
  subject: `rule:${documentId}`,
  dedupeKey: `rule_unkept:${documentId}`,
  summary: {
    zh: `现行制度《${title}》没有人维护：岗位“${zh}”${closed ? '已撤销' : '空缺'}。`,
    en: `The rule “${title}” is in force and kept by nobody: the post “${en}” is ${closed ? 'closed' : 'vacant'}.`,
  },
})

const undecidedFault = ({ district, id, title, proposer, effectiveOn }: Undecided): RuleFault => ({
  district,
  kind: 'rule_undecided',
  clause: '2.1',
  severity: 'medium',
  subject: `office:${district}`,
  dedupeKey: `rule_undecided:${id}`,
  summary: {
    zh: `${proposer}提请的《${title}》原定 ${effectiveOn} 施行（废止），已过期仍未审批。`,
    en: `What ${proposer} proposed for “${title}” was to hold (or end) from ${effectiveOn} and is still undecided.`,
  },
})
