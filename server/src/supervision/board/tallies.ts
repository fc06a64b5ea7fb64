import { projection } from '../../platform/db/projection.ts'

/** What the log's first leaves give, counted anew: those that `supervision.tallied` says are counted. */
const counted = (columns: string) => `
  select ${columns}, count(*) as n
  from supervision.tallied t join evidence.leaf l on l.district = t.district and l.idx < t.size
    join kernel.act a on a.district = l.district and a.id = l.act_id`

projection('supervision.act_tally', {
  key: ['day', 'type', 'refusal'],
  rebuilt: `${counted(`l.district, kernel.day_of(a.at) as day, a.type, coalesce(a.refusal, '') as refusal`)} group by 1, 2, 3, 4`,
})
projection('supervision.month_tally', {
  key: ['month', 'type', 'refusal'],
  rebuilt: `${counted(`l.district, date_trunc('month', kernel.day_of(a.at))::date as month, a.type, coalesce(a.refusal, '') as refusal`)} group by 1, 2, 3, 4`,
})
projection('supervision.person_tally', {
  key: ['person_id', 'day', 'type', 'refusal'],
  rebuilt: `${counted(`l.district, a.person_id, kernel.day_of(a.at) as day, a.type, coalesce(a.refusal, '') as refusal`)}
    where a.person_id is not null group by 1, 2, 3, 4, 5`,
})
// How far an office is counted is known by nothing but the counting; it is never past the end of the log.
projection('supervision.tallied', {
  key: ['district'],
  rebuilt: `select t.district, t.size from supervision.tallied t join evidence.head h on h.district = t.district and t.size <= h.size`,
})
