import { control } from '../kernel/control.ts'
import { alarmKinds } from './alarms.ts'

control({
  id: '6.4-leaf',
  clause: '6.4',
  kind: 'ledger',
  title: { zh: '每一行为留一条不可更改的记录', en: 'Every act leaves one leaf that cannot be changed' },
  everyAct: true,
  ledgers: [
    {
      name: { zh: '一分钟后仍未入日志的行为', en: 'Act that is not in the log after a minute' },
      page: '/evidence/:id',
      figures: ['overdue'],
      lines: `
        select a.district, a.id::text, a.type as label, a.id as act_id, true as overdue from kernel.act a
        where a.at < kernel.now() - interval '60 seconds' and a.seq > coalesce((select max(seq) from evidence.leaf), 0) - 10000
          and not exists (select from evidence.leaf l where l.district = a.district and l.act_id = a.id)`,
    },
  ],
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
  ledgers: [
    {
      name: { zh: '经见证的检查点', en: 'Checkpoint with its witnesses' },
      page: '/checkpoints',
      figures: ['governed'],
      lines: `select district, size::text as id, size::text as label, null::uuid as act_id, true as governed from evidence.published`,
    },
  ],
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
