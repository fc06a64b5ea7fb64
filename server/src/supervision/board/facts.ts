import { declaredObligations } from '../../kernel/obligation.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { officeZone } from '../../values/calendar.ts'
import type { ActFacts, BoardFacts, DutyFacts, FindingFacts } from './board.ts'

/** Of whom and of when a board speaks. Days are of the office's calendar, both included. */
export interface BoardScope {
  /** One office; null for all that the reader may see. */
  district: string | null
  /** One person; null for everybody. */
  person: string | null
  /** Those who held a post, or a post in a section or centre, while they acted. Ids within `district`. */
  post: string | null
  unit: string | null
  from: string | null
  /** Null: until now. */
  to: string | null
}

/** Whether the scope is narrower than an office: then only acts, findings and duties of its persons are told. */
export const isPersonal = ({ person, post, unit }: BoardScope): boolean =>
  person !== null || post !== null || unit !== null

/** What is counted apart: by office where offices are compared, by month where a trend is shown. */
export interface Apart {
  offices: boolean
  /** The first month that is told apart (`2026-01`); what lies before it is one sum. Null: all is one sum. */
  since: string | null
}

/** Counts acts, findings and duties for a board, in three statements. Cost: months × act types, not acts. */
export async function countFacts(
  tx: Tx,
  scope: BoardScope,
  apart: Apart,
): Promise<Omit<BoardFacts, 'figures'>> {
  return {
    acts: isPersonal(scope) ? await personActs(tx, scope, apart) : await officeActs(tx, scope, apart),
    findings: await findings(tx, scope, apart),
    duties: await duties(tx, scope),
  }
}

/** Whole months are summed already; what a period has of the months at its ends is summed by day. */
async function officeActs(
  tx: Tx,
  { district, from, to }: BoardScope,
  { offices, since }: Apart,
): Promise<ActFacts[]> {
  const { head, months, tail } = stretchesOf({ from, to })
  const rows = await tx.rows<Omit<ActFacts, 'month'> & { month: string | null }>`
    select district, type, refusal, month, n from supervision.acts_counted(${district}, ${offices}, (${since}::text || '-01')::date,
      ${months.from}::date, ${months.before}::date, ${head.from}::date, ${head.before}::date, ${tail.from}::date, ${tail.before}::date)
    union all
    select case when ${offices} then district else '' end, type, refusal,
      case when day >= (${since}::text || '-01')::date then date_trunc('month', day)::date end, count(*)::float8
    from supervision.untallied()
    where (${from}::date is null or day >= ${from}::date) and (${to}::date is null or day <= ${to}::date)
      and (${district}::text is null or district = ${district})
    group by 1, 2, 3, 4`
  return rows.map((row) => ({ ...row, month: row.month?.slice(0, 7) ?? '' }))
}

/** Days from one, before another; null holds no day at all. */
interface Stretch {
  from: string | null
  before: string | null
}

/** A period as whole months and the days before and behind them, each day in one of the three. Pure. */
export function stretchesOf({ from, to }: Pick<BoardScope, 'from' | 'to'>): {
  head: Stretch
  months: Stretch
  tail: Stretch
} {
  const none = { from: null, before: null }
  const begin = from === null ? null : Temporal.PlainDate.from(from)
  const end = to === null ? null : Temporal.PlainDate.from(to).add({ days: 1 })
  // The first day of a whole month, and the day after the last one.
  const first = begin && (begin.day === 1 ? begin : begin.add({ months: 1 }).with({ day: 1 }))
  const last = end?.with({ day: 1 })
  if (first && last && Temporal.PlainDate.compare(first, last) >= 0)
    return { head: { from, before: end!.toString() }, months: none, tail: none }
  return {
    head: begin ? { from, before: first!.toString() } : none,
    months: { from: first?.toString() ?? '-infinity', before: last?.toString() ?? 'infinity' },
    tail: end ? { from: last!.toString(), before: end.toString() } : none,
  }
}

/** A person's acts, or those of whoever held the post on the day. */
function personActs(
  tx: Tx,
  { district, person, post, unit, from, to }: BoardScope,
  { offices, since }: Apart,
): Promise<ActFacts[]> {
  return tx.rows<ActFacts>`
    with held as materialized (
      select h.person_id, kernel.days_of(h.during) as days from people.holding h join people.post p on p.district = h.district and p.id = h.post
      where (${post}::text is not null or ${unit}::text is not null) and h.district = ${district}
        and (${post}::text is null or h.post = ${post}) and (${unit}::text is null or p.unit = ${unit})
    ), who as materialized (select distinct person_id from held union select ${person}::uuid where ${person}::uuid is not null)
    select case when ${offices} then district else '' end as district, type, refusal,
      case when day >= (${since}::text || '-01')::date then to_char(day, 'YYYY-MM') else '' end as month, sum(n)::float8 as n
    from (
      select district, person_id, type, refusal, day, n from supervision.person_tally where person_id in (select person_id from who)
      union all
      select district, person_id, type, refusal, day, 1 from supervision.untallied()
    ) x
    where (${district}::text is null or district = ${district}) and (${from}::date is null or day >= ${from}::date) and (${to}::date is null or day <= ${to}::date)
      and (${person}::uuid is null or person_id = ${person}::uuid)
      and ((${post}::text is null and ${unit}::text is null) or exists (select from held where held.person_id = x.person_id and held.days @> x.day))
    group by 1, 2, 3, 4`
}

/** Days become moments here, once, so that twenty thousand findings need no function each. */
function findings(
  tx: Tx,
  { district, person, post, unit, from, to }: BoardScope,
  { offices, since }: Apart,
): Promise<FindingFacts[]> {
  const { from: begin = null, until: end = null } = periodOf({ from, to })
  const months = since && startOf(Temporal.PlainYearMonth.from(since).toPlainDate({ day: 1 }))
  return tx.rows<FindingFacts>`
    select case when ${offices} then f.district else '' end as district, f.kind,
      case when f.opened_at >= ${months}::timestamptz then to_char(f.opened_at at time zone 'Asia/Shanghai', 'YYYY-MM') else '' end as month,
      count(*) filter (where ${begin}::timestamptz is null or f.opened_at >= ${begin}::timestamptz)::int as found,
      count(*) filter (where f.state <> 'closed' or (${end}::timestamptz is not null and (
        select s.at from kernel.finding_step s where s.district = f.district and s.finding_id = f.id and s.state = 'closed') >= ${end}::timestamptz))::int as open
    from kernel.finding f
    where (${district}::text is null or f.district = ${district}) and (${end}::timestamptz is null or f.opened_at < ${end}::timestamptz)
      and (${person}::text is null or f.subject = 'person:' || ${person}::text)
      and ((${post}::text is null and ${unit}::text is null) or exists (
        select from people.holding h join people.post p on p.district = h.district and p.id = h.post
        where h.district = ${district} and (${post}::text is null or h.post = ${post}) and (${unit}::text is null or p.unit = ${unit})
          and h.during @> f.opened_at and f.subject = 'person:' || h.person_id))
    group by 1, 2, 3`
}

/** A period as its first moment and the first behind it; what is absent has no bound. */
export const periodOf = ({
  from,
  to,
}: Pick<BoardScope, 'from' | 'to'>): { from?: string; until?: string } => ({
  ...(from ? { from: startOf(Temporal.PlainDate.from(from)) } : {}),
  ...(to ? { until: startOf(Temporal.PlainDate.from(to).add({ days: 1 })) } : {}),
})

const startOf = (day: Temporal.PlainDate): string => day.toZonedDateTime(officeZone).toInstant().toString()

/** As the period ends: what is reminded of, and what is overdue. */
function duties(tx: Tx, { district, person, post, unit, to }: BoardScope): Promise<DutyFacts[]> {
  const known = declaredObligations()
  return tx.rows<DutyFacts>`
    select o.district, o.kind, count(*) filter (where o.due_at >= e.at and o.due_at < e.at + make_interval(days => k.remind))::int as due,
      count(*) filter (where o.due_at < e.at)::int as overdue
    from kernel.obligation o
      cross join (select case when ${to}::date is null then kernel.now() else ((${to}::date + 1)::timestamp at time zone 'Asia/Shanghai') end as at offset 0) e
      join unnest(${known.map((one) => one.kind)}::text[], ${known.map((one) => one.remindDays)}::int[]) as k(kind, remind) on k.kind = o.kind
    where (${district}::text is null or o.district = ${district}) and o.lapsed is null and (o.done_at is null or o.done_at >= e.at)
      and (${person}::text is null or split_part(o.subject, ':', 1) = ${person})
      and ((${post}::text is null and ${unit}::text is null) or exists (
        select from people.holding h join people.post p on p.district = h.district and p.id = h.post
        where h.district = ${district} and (${post}::text is null or h.post = ${post}) and (${unit}::text is null or p.unit = ${unit})
          and h.during @> o.due_at and split_part(o.subject, ':', 1) = h.person_id::text))
    group by 1, 2`
}
