import { control, type OfficeCounts } from '../kernel/control.ts'
import { alarmKinds } from './alarms.ts'

control({
  id: '6.4-leaf',
  clause: '6.4',
  kind: 'ledger',
  title: { zh: '每一行为留一条不可更改的记录', en: 'Every act leaves one leaf that cannot be changed' },
  count: (tx) => tx.rows<OfficeCounts>`
    select h.district, h.size as governed, (
      select count(*) from kernel.act a where a.district = h.district and a.at < kernel.now() - interval '60 seconds'
        and not exists (select from evidence.leaf l where l.district = a.district and l.act_id = a.id)
        and a.seq > coalesce((select max(seq) from evidence.leaf), 0) - 10000)::int as overdue
    from evidence.head h`,
})

control({
  id: '6.4-witnesses',
  clause: '6.4',
  kind: 'detector',
  title: {
    zh: '相邻登记机构与市局互相见证日志，滞后与不符即告警',
    en: 'Neighbouring offices and the city witness each log; lag and contradiction raise an alarm',
  },
  findings: Object.keys(alarmKinds).map((kind) => `log_${kind}`),
  count: (tx) =>
    tx.rows<OfficeCounts>`select district, count(*)::int as governed from evidence.published group by district`,
})

control({
  id: '6.4-verification',
  clause: '6.4',
  kind: 'detector',
  title: {
    zh: '市局随时可全面核验：日志、行为与每一张表逐一比对',
    en: 'The city bureau verifies all of it at any time: logs, acts and every table, one against the other',
  },
  acts: ['evidence.verify', 'evidence.verified'],
  findings: ['verify_problem'],
})
