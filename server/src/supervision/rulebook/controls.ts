import { control } from '../../kernel/control.ts'
import { ruleFaultKinds, ruleFaults } from './faults.ts'

control({
  id: '2.1-rules',
  clause: '2.1',
  kind: 'ledger',
  title: {
    zh: '制度立、改、废：一人提请、另一位负责人按期审批，版本一经施行不得改动，每项都有岗位维护',
    en: 'Rules are made, amended and repealed: proposed by one, approved by another in time; a version never changes, and a post keeps it',
  },
  acts: ['rule.propose', 'rule.decide', 'rule.watch'],
  refusals: ['rule_own', 'rule_decided', 'rule_moved_on', 'rule_backdated', 'rule_repealed'],
  findings: [...ruleFaultKinds],
  // Governed are the rules in force; due is what waits for its decision; open is what stands and has no finding yet, or none any more.
  ledgers: [
    {
      name: { zh: '施行中的制度', en: 'Rule in force' },
      page: '/rules/:id',
      figures: ['governed'],
      lines: `
        select v.district, v.document_id::text as id, v.title as label, v.act_id, true as governed from supervision.rule_version v
        where v.action <> 'repeal' and v.from_on <= kernel.day_of(kernel.now()) and (v.until_on is null or v.until_on > kernel.day_of(kernel.now()))`,
    },
    {
      name: { zh: '待审批的制度提案', en: 'Proposed rule that waits for its decision' },
      page: '/rules/proposals/:id',
      figures: ['due'],
      lines: `
        select p.district, p.id::text, p.title as label, p.act_id, true as due from supervision.rule_proposal p
        where not exists (select from supervision.rule_decision d where d.district = p.district and d.proposal_id = p.id)`,
    },
    {
      name: { zh: '尚未列为问题的缺口', en: 'Fault that is no finding yet' },
      page: '/rules',
      figures: ['open'],
      lines: async (tx) =>
        (await ruleFaults(tx, null)).map(({ district, dedupeKey, summary }) => ({
          district,
          id: dedupeKey,
          label: summary.zh,
          label_en: summary.en,
          act_id: null,
          open: true,
        })),
    },
  ],
})
control({
  id: '2.1-review',
  clause: '2.1',
  kind: 'obligation',
  title: {
    zh: '制度定期评估，由负责维护的岗位办理',
    en: 'Every rule is reviewed in time by the post that keeps it',
  },
  acts: ['rule.review'],
  refusals: ['rule_keeper', 'rule_not_in_force'],
  findings: ['rule_review_overdue'],
  obligations: ['rule.review'],
})
control({
  id: '2.1-read',
  clause: '2.1',
  kind: 'obligation',
  title: {
    zh: '适用岗位人人学习制度并通过测试，修订后重新学习',
    en: 'Everybody a rule concerns reads it and passes its questions, and again when it is amended',
  },
  acts: ['rule.read'],
  refusals: ['rule_read_already', 'rule_not_in_force', 'rule_answers'],
  findings: ['rule_unread'],
  obligations: ['rule.read'],
})
