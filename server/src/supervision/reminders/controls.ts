import { control } from '../../kernel/control.ts'

control({
  id: '7.5-reminders',
  clause: '7.5',
  kind: 'report',
  title: {
    zh: '每个工作日提醒每个人：逾期、临期和待办多少项，提醒有记录',
    en: 'Each working day everybody is told what is overdue, due soon and waiting; that they were told is on record',
  },
  acts: ['reminder.digest', 'reminder.sending', 'reminder.delivered'],
  // Whose last message nobody took was not reached; the next one that is taken heals it.
  ledgers: [
    {
      name: { zh: '未送达的提醒', en: 'Reminder that nobody took' },
      page: '/reminders',
      figures: ['overdue'],
      lines: `
        select d.district, d.told::text as id, p.name || ' ' || d.day as label, d.act_id, true as overdue from (
          select distinct on (district, told) * from supervision.digest_delivery order by district, told, day desc) d
          left join kernel.person p on p.id = d.told
        where not d.taken`,
    },
  ],
})
