import { declaredObligations } from '../../kernel/obligation.ts'
import type { Tx } from '../../platform/db/tx.ts'
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

/** Counts acts, findings and duties for a board, in three statements. Cost: days × act types, not acts. */
export async function countFacts(tx: Tx, scope: BoardScope): Promise<Omit<BoardFacts, 'figures'>> {
  return {
    acts: isPersonal(scope) ? await personActs(tx, scope) : await officeActs(tx, scope),
    findings: await findings(tx, scope),
    duties: await duties(tx, scope),
  }
}

function officeActs(tx: Tx, { district, from, to }: BoardScope): Promise<ActFacts[]> {
  return tx.rows<ActFacts>`
    select district, type, refusal, to_char(day, 'YYYY-MM') as month, sum(n)::float8 as n
    from (
      select district, type, refusal, day, n from supervision.act_tally
      union all
      select district, type, refusal, day, 1 from supervision.untallied()
    ) x
    where (${district}::text is null or district = ${district}) and (${from}::date is null or day >= ${from}::date) and (${to}::date is null or day <= ${to}::date)
    group by 1, 2, 3, 4`
}

/** A person's acts, or those of whoever held the post on the day. */
function personActs(tx: Tx, { district, person, post, unit, from, to }: BoardScope): Promise<ActFacts[]> {
  return tx.rows<ActFacts>`
    with held as materialized (
      select h.person_id, kernel.days_of(h.during) as days from people.holding h join people.post p on p.district = h.district and p.id = h.post
      where (${post}::text is not null or ${unit}::text is not null) and h.district = ${district}
        and (${post}::text is null or h.post = ${post}) and (${unit}::text is null or p.unit = ${unit})
    ), who as materialized (select distinct person_id from held union select ${person}::uuid where ${person}::uuid is not null)
    select district, type, refusal, to_char(day, 'YYYY-MM') as month, sum(n)::float8 as n
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

function findings(tx: Tx, { district, person, post, unit, from, to }: BoardScope): Promise<FindingFacts[]> {
  return tx.rows<FindingFacts>`
    select f.district, f.kind, to_char(kernel.day_of(f.opened_at), 'YYYY-MM') as month,
      count(*) filter (where ${from}::date is null or kernel.day_of(f.opened_at) >= ${from}::date)::int as found,
      count(*) filter (where f.state <> 'closed' or (${to}::date is not null and kernel.day_of(c.at) > ${to}::date))::int as open
    from kernel.finding f
      left join kernel.finding_step c on c.district = f.district and c.finding_id = f.id and c.state = 'closed'
    where (${district}::text is null or f.district = ${district}) and (${to}::date is null or kernel.day_of(f.opened_at) <= ${to}::date)
      and (${person}::text is null or f.subject = 'person:' || ${person}::text)
      and ((${post}::text is null and ${unit}::text is null) or exists (
        select from people.holding h join people.post p on p.district = h.district and p.id = h.post
        where h.district = ${district} and (${post}::text is null or h.post = ${post}) and (${unit}::text is null or p.unit = ${unit})
          and h.during @> f.opened_at and f.subject = 'person:' || h.person_id))
    group by 1, 2, 3`
}

/** As the period ends: what is reminded of, and what is overdue. */
function duties(tx: Tx, { district, person, post, unit, to }: BoardScope): Promise<DutyFacts[]> {
  const known = declaredObligations()
  return tx.rows<DutyFacts>`
    select o.district, o.kind, count(*) filter (where o.due_at >= e.at and o.due_at < e.at + make_interval(days => k.remind))::int as due,
      count(*) filter (where o.due_at < e.at)::int as overdue
    from kernel.obligation o
      cross join (select case when ${to}::date is null then kernel.now() else ((${to}::date + 1)::timestamp at time zone 'Asia/Shanghai') end as at) e
      join unnest(${known.map((one) => one.kind)}::text[], ${known.map((one) => one.remindDays)}::int[]) as k(kind, remind) on k.kind = o.kind
    where (${district}::text is null or o.district = ${district}) and o.lapsed is null and (o.done_at is null or o.done_at >= e.at)
      and (${person}::text is null or o.subject = ${person})
      and ((${post}::text is null and ${unit}::text is null) or exists (
        select from people.holding h join people.post p on p.district = h.district and p.id = h.post
        where h.district = ${district} and (${post}::text is null or h.post = ${post}) and (${unit}::text is null or p.unit = ${unit})
          and h.during @> o.due_at and o.subject = h.person_id::text))
    group by 1, 2`
}
