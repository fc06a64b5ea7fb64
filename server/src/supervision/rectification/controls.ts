import { control } from '../../kernel/control.ts'

control({
  id: '7.4-notice',
  clause: '7.4',
  kind: 'ledger',
  title: {
    zh: '问题书面通报，指定整改责任人和期限',
    en: 'A finding goes out in writing, to a responsible person and with a day',
  },
  acts: ['finding.notice', 'finding.reassign'],
  refusals: ['responsible_self', 'reassign_own', 'responsible_unknown', 'finding_about_you', 'day_wrong'],
  // Due is what was found and nobody has been told yet; overdue, what lies so for a week.
  ledgers: [
    {
      name: { zh: '未通报的问题', en: 'Finding of which nobody has been told' },
      page: '/findings/:id',
      figures: ['due', 'overdue'],
      lines: `
        select district, id::text, summary_zh as label, summary_en as label_en, act_id, opened_at >= kernel.now() - interval '7 days' as due,
          opened_at < kernel.now() - interval '7 days' as overdue
        from kernel.finding where state = 'open'`,
    },
  ],
})
control({
  id: '7.4-fix',
  clause: '7.4',
  kind: 'guard',
  title: {
    zh: '按“通报、措施、整改、核实、销号”办理，由发现人和整改人以外的人核实',
    en: 'Notice, plan, fix, check, closing, in that order; checked by neither finder nor fixer',
  },
  acts: ['finding.plan', 'finding.fix', 'finding.check', 'finding.close'],
  refusals: [
    'finding_closed',
    'finding_order',
    'not_responsible',
    'verify_own',
    'close_own',
    'finding_about_you',
    'evidence_unknown',
  ],
})
control({
  id: '7.4-deadline',
  clause: '7.4',
  kind: 'obligation',
  title: {
    zh: '整改期限：逾期亮黄牌、红牌，直至督办函；延期须另一人批准',
    en: 'Deadlines: amber card, red card, supervision letter; more time only as another approves',
  },
  acts: ['finding.askExtension', 'finding.decideExtension', 'finding.escalate'],
  refusals: [
    'extension_own',
    'extension_not_later',
    'extension_waits',
    'extension_over',
    'extension_decided',
  ],
  ledgers: [
    {
      name: { zh: '整改中的问题', en: 'Finding that is being put right' },
      page: '/findings/:id',
      figures: ['due', 'overdue'],
      lines: `
        select district, id::text, summary_zh as label, summary_en as label_en, act_id, due_on < kernel.day_of(kernel.now()) as overdue,
          due_on between kernel.day_of(kernel.now()) and kernel.day_of(kernel.now()) + 3 as due
        from kernel.finding where state in ('noticed', 'planned') and due_on is not null`,
    },
  ],
})
control({
  id: '7.4-naming',
  clause: '7.4',
  kind: 'report',
  title: {
    zh: '屡改屡犯点名通报：提议、决定、申诉分别由不同的人办理',
    en: 'Repeat offenders are named: proposed, decided and appealed by different persons',
  },
  acts: ['naming.propose', 'naming.decide', 'naming.appeal', 'naming.decideAppeal'],
  refusals: ['naming_rests', 'naming_own', 'appeal_not_yours', 'appeal_late', 'appeal_fourth'],
  ledgers: [
    {
      name: { zh: '待决定的点名通报', en: 'Naming that waits for its decision' },
      page: '/namings',
      figures: ['due'],
      lines: `
        select n.district, n.id::text, coalesce(p.name, n.subject) as label, n.act_id, true as due
        from supervision.naming n left join kernel.person p on n.subject = 'person:' || p.id
        where not exists (select from supervision.naming_decision d where d.district = n.district and d.naming_id = n.id)`,
    },
  ],
})
control({
  id: '7.4-effect',
  clause: '7.4',
  kind: 'obligation',
  title: { zh: '销号 90 天后回头看', en: 'A second look ninety days after closing' },
  acts: ['finding.checkEffect'],
  refusals: ['effect_early', 'effect_done', 'effect_own'],
  findings: ['effect_unchecked'],
  obligations: ['finding.effect'],
})
