import { control, type OfficeCounts } from '../../kernel/control.ts'

control({
  id: '7.5-reminders',
  clause: '7.5',
  kind: 'report',
  title: {
    zh: '每个工作日提醒每个人：逾期、临期和待办多少项，提醒有记录',
    en: 'Each working day everybody is told what is overdue, due soon and waiting; that they were told is on record',
  },
  acts: ['reminder.digest', 'reminder.delivered'],
  // Whose last message nobody took was not reached; the next one that is taken heals it.
  count: (tx) => tx.rows<OfficeCounts>`
    select district, count(*)::int as overdue from (
      select distinct on (district, told) district, taken from supervision.digest_delivery order by district, told, day desc) d
    where not d.taken group by district`,
})
