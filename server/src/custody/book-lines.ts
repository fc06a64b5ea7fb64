import { Type } from 'typebox'
import { invalid } from '../kernel/perform.ts'
import type { Refusal } from '../kernel/refusal.ts'
import type { Tx } from '../platform/db/tx.ts'
import { printedRange } from './serials.ts'

export const BookKind = Type.Union(
  (['certificate', 'proof', 'seal', 'file'] as const).map((kind) => Type.Literal(kind)),
  { title: '种类|Kind' },
)
const Day = (title: string) => Type.String({ title, pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
/** Of which book, from which day to which: what a view of it and its copies take. */
export const bookParams = { kind: BookKind, from: Day('起|From'), until: Day('止|Until') }

/** A book of an office from day to day. */
export interface BookPeriod {
  district: string
  kind: string
  /** ISO days, both included. */
  from: string
  until: string
}

/** A line as the database has it. */
export interface Line {
  id: string
  no: number
  kind: string
  edition: string
  from: number
  to: number
  movement: string
  fromPlace: string | null
  toPlace: string
  fromName: string | null
  toName: string | null
  document: string | null
  caseId: string | null
  at: string
  person: string | null
  actId: string
  actType: string
}
/** A line as people read it: a seal and a file by its number, blanks as they are printed. */
export const said = <T extends Pick<Line, 'kind' | 'edition' | 'from' | 'to'>>(line: T) => ({
  ...line,
  range: line.kind === 'seal' || line.kind === 'file' ? String(line.from) : printedRange(line.edition, line),
  count: line.to - line.from,
})

/** What lay at a class of place before the first day and after the last, and what came and went between. */
export interface Balance {
  place: string
  opening: number | null
  in: number
  out: number
  closing: number
}

/** What is wrong with a period, day by day; null when nothing is. Pure. */
export function periodProblem({ from, until }: Pick<BookPeriod, 'from' | 'until'>): Refusal | null {
  const read = (path: string, text: string) => {
    try {
      Temporal.PlainDate.from(text, { overflow: 'reject' })
      return []
    } catch {
      return [{ path, message: { zh: '没有这一天', en: 'There is no such day' } }]
    }
  }
  const wrong = [...read('from', from), ...read('until', until)]
  if (wrong.length === 0 && until < from)
    wrong.push({ path: 'until', message: { zh: '止早于起', en: 'It ends before it begins' } })
  return wrong.length > 0 ? invalid(wrong) : null
}

/** Lines of a book in the order they were booked, up to `limit` after the one with that number. */
export async function bookLines(
  tx: Tx,
  { district, kind, from, until }: BookPeriod,
  after: number | null,
  limit: number,
): Promise<Line[]> {
  // A month of ten years and all of one year go by different indexes: planned for the period at hand, not for any.
  await tx.rows`set local plan_cache_mode = force_custom_plan`
  return tx.rows<Line>`
  select l.id, l.no, l.kind, l.edition, lower(l.serials) as "from", upper(l.serials) as "to", l.movement,
    l.from_place as "fromPlace", l.to_place as "toPlace", f.name as "fromName", t.name as "toName", l.document, l.case_id as "caseId", l.at,
    p.name as person, l.act_id as "actId", a.type as "actType"
  from (
      select * from kernel.custody_line
      where district = ${district} and kind = ${kind}
        and at >= ${from}::date::timestamp at time zone 'Asia/Shanghai' and at < (${until}::date + 1)::timestamp at time zone 'Asia/Shanghai'
        and no > ${after ?? 0}::int8
      order by no limit ${limit}) l
    left join kernel.person p on p.id = l.person_id
    left join kernel.person f on f.id = case when l.from_place like 'person:%' then substr(l.from_place, 8)::uuid end
    left join kernel.person t on t.id = case when l.to_place like 'person:%' then substr(l.to_place, 8)::uuid end
    left join kernel.act a on a.district = l.district and a.id = l.act_id
  order by l.no`
}

/** How many lines a period has: counted when a copy of all of them is made, never for a view. */
export async function countLines(tx: Tx, { district, kind, from, until }: BookPeriod): Promise<number> {
  const { lines } = await tx.one<{ lines: number }>`
    select count(*)::int8 as lines from kernel.custody_line l where l.district = ${district} and l.kind = ${kind}
      and l.at >= ${from}::date::timestamp at time zone 'Asia/Shanghai' and l.at < (${until}::date + 1)::timestamp at time zone 'Asia/Shanghai'`
  return lines
}

/** Whether anything of the kind is being counted: then no figure is told to anybody. */
export async function isCounting(tx: Tx, { district, kind }: BookPeriod): Promise<boolean> {
  const { counting } = await tx.one<{ counting: boolean }>`
    select exists (select from kernel.custody_stop where district = ${district} and kind = ${kind} and reason = 'counting' and lifted_at is null) as counting`
  return counting
}

/** Opening and closing balances by class of place. Every line takes from one and gives to another; what comes in is taken from none. */
export const bookBalances = (tx: Tx, { district, kind, from, until }: BookPeriod) => tx.rows<Balance>`
  select b.place, sum(b.n) filter (where b.early)::int8 as opening, coalesce(sum(b.n) filter (where not b.early and b.n > 0), 0)::int8 as "in",
    coalesce(-sum(b.n) filter (where not b.early and b.n < 0), 0)::int8 as "out", sum(b.n)::int8 as closing
  from (
    select split_part(s.place, ':', 1) as place, s.sign * (upper(l.serials) - lower(l.serials)) as n,
      l.at < ${from}::date::timestamp at time zone 'Asia/Shanghai' as early
    from kernel.custody_line l, lateral (values (l.to_place, 1), (l.from_place, -1)) s (place, sign)
    where l.district = ${district} and l.kind = ${kind} and s.place is not null and l.from_place is distinct from l.to_place
      and l.at < (${until}::date + 1)::timestamp at time zone 'Asia/Shanghai') b
  group by b.place order by b.place`
