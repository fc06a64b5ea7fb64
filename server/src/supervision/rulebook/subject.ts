import type { Subject } from '../../kernel/act.ts'
import type { Proposal, Rule } from './rules.ts'

/** A proposal with what its decision looks at. */
export const proposalSubject: Subject<Proposal> = {
  kind: 'ruleProposal',
  async load(tx, id, lock) {
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`rule proposal ${id}`}, 0))`
    return tx.maybe<Proposal>`
      select p.district, p.id, p.document_id as "documentId", p.action, p.base_no as "baseNo", p.effective_on::text as "effectiveOn", p.person_id as "proposedBy",
        exists (select from supervision.rule_decision d where d.district = p.district and d.proposal_id = p.id) as decided,
        (select max(d.no) from supervision.rule_decision d where d.district = p.district and d.document_id = p.document_id) as "lastNo"
      from supervision.rule_proposal p where p.district = kernel.act_district() and p.id = ${id}::uuid`
  },
}

/** A rule of the office or of the bureau, for who reads or reviews it. */
export const ruleSubject: Subject<Rule> = {
  kind: 'rule',
  load: (tx, id) => tx.maybe<Rule>`
    with version as (select * from supervision.rule_version v where v.document_id = ${id}::uuid and v.from_on <= kernel.day_of(kernel.now())),
      current as (select * from version v where v.action <> 'repeal' order by v.no desc limit 1)
    select d.district, d.document_id as "documentId", c.no as "currentNo", exists (select from version v where v.action = 'repeal') as repealed,
      array(select h.person_id::text from people.holding h where h.district = d.district and h.post = c.keeper_post and h.during @> kernel.now()) as keepers,
      (select max(t.no) from supervision.rule_own_tries(d.district, d.document_id) t where t.passed) as "readNo"
    from (select distinct v.district, v.document_id from supervision.rule_version v where v.document_id = ${id}::uuid) d left join current c on true`,
}
