import { control, type Ledger } from '../../kernel/control.ts'
import type { PlanPart } from './rules.ts'

/** Governed are the items of a part; due is what waits to be accepted. */
const items = (part: PlanPart): Ledger => ({
  name: { zh: '计划任务', en: 'Plan item' },
  page: '/plan/:id',
  figures: ['governed', 'due'],
  lines: `
    select i.district, i.id::text, i.title as label, i.act_id, true as governed, p.finished and a.good is null as due
    from supervision.plan_item i
      left join lateral (select * from supervision.plan_progress x where x.district = i.district and x.item_id = i.id order by x.no desc limit 1) p on true
      left join supervision.plan_acceptance a on a.district = i.district and a.item_id = i.id and a.progress_no = p.no
    where i.part = '${part}'`,
})

control({
  id: '6.1-plan',
  clause: '6.1',
  kind: 'obligation',
  title: {
    zh: '信息化计划任务：责任到人、限期完成、定期报进展，由另一人验收',
    en: 'The informatisation plan: items with owner and day, reported on in time, accepted by another',
  },
  // The acts of both parts; what a part has is counted from its items.
  acts: ['plan.add', 'plan.setTerm', 'plan.report', 'plan.accept'],
  refusals: [
    'plan_accept_own',
    'plan_own_term',
    'plan_not_owner',
    'plan_evidence',
    'plan_file_own',
    'plan_accepted',
  ],
  findings: ['informatisation_overdue', 'informatisation_unreviewed'],
  obligations: ['informatisation.due', 'informatisation.review'],
  ledgers: [items('informatisation')],
})
control({
  id: '2.3-pilots',
  clause: '2.3',
  kind: 'obligation',
  title: {
    zh: '试点任务：成果、责任人、期限逐项跟踪，由另一人验收',
    en: 'Pilots: each deliverable with owner and day, reported on in time, accepted by another',
  },
  findings: ['pilot_overdue', 'pilot_unreviewed'],
  obligations: ['pilot.due', 'pilot.review'],
  ledgers: [items('pilot')],
})
