import { control } from '../../kernel/control.ts'

control({
  id: '7.5-periodic-duties',
  clause: '7.5',
  kind: 'obligation',
  title: {
    zh: '定期职责按日历到期，逾期即成问题，久拖上报',
    en: 'Periodic duties fall due by the calendar; an overdue one is a finding, one left lying goes up',
  },
  acts: ['duty.recompute', 'duty.askExemption', 'duty.decideExemption'],
  refusals: ['exemption_own', 'exemption_decided', 'duty_not_exemptible'],
  findings: ['duty_escalated'],
})
