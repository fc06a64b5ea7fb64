import { Type } from 'typebox'
import type { ReadCtx } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import type { Text } from '../../kernel/refusal.ts'
import type { WorkingCalendar } from '../../values/calendar.ts'
import { type Computed, computeOffice, today } from './engine.ts'
import { type DutyLine, dayDue, mine, namesOf, shown } from './queries.ts'
import { dueListDuties } from './rules.ts'

/** How far ahead what is to come is told. */
export const forecastDays = 92
const pageSize = 50

/** What a day of the calendar is: as the week says, a holiday, a make-up workday, or of a year not published yet. */
type DayKind = 'work' | 'rest' | 'holiday' | 'makeup' | 'unpublished'

/** 日历上一天: pure in the published calendar. */
export function dayKind(day: Temporal.PlainDate, calendar: WorkingCalendar): DayKind {
  const open = calendar.isWorkingDay(day)
  if (typeof open !== 'boolean') return 'unpublished'
  const weekday = day.dayOfWeek < 6
  if (open) return weekday ? 'work' : 'makeup'
  return weekday ? 'holiday' : 'rest'
}

/** Duties of one kind and state that are due on one day; of one alone, whose it is. */
interface Entry {
  day: string
  kind: string
  title: Text
  state: 'done' | 'done_late' | 'pending' | 'overdue' | 'lapsed' | 'forecast'
  count: number
  name: Text | null
}

interface Asked {
  month: Temporal.PlainYearMonth
  /** Null is every office. */
  office: string | null
  kind?: string | undefined
  /** Subjects and kinds that count; null is all. */
  only: { person?: string; subjects?: string[]; kinds?: string[] } | null
}

async function writtenDown({ tx, at }: ReadCtx, { month, office, kind, only }: Asked): Promise<Entry[]> {
  const [from, to] = [month.toPlainDate({ day: 1 }), month.add({ months: 1 }).toPlainDate({ day: 1 })]
  const rows = await tx.rows<DutyLine & { day: string; count: number; state: Entry['state'] }>`
    select x.day::text, x.kind, x.state, count(*)::int as count, min(x.id::text) as id, min(x.district) as district, min(x.subject) as subject, min(p.name) as name,
      min(x."from")::text as "from", max(x."to")::text as "to", min(x.due_at) as "dueAt", null as "doneBy", null as "doneAt", null as lapsed
    from (
      select o.*, kernel.day_of(o.due_at - interval '1 microsecond') as day, lower(o.period) as "from", upper(o.period) as "to",
        case when o.lapsed is not null then 'lapsed' when o.done_at <= o.due_at then 'done' when o.done_at is not null then 'done_late'
          when o.due_at < kernel.now() then 'overdue' else 'pending' end as state
      from kernel.obligation o
      where o.due_at > ${from.toString()}::date::timestamp at time zone 'Asia/Shanghai' and o.due_at <= ${to.toString()}::date::timestamp at time zone 'Asia/Shanghai'
        and (${office}::text is null or o.district = ${office}) and (${kind ?? null}::text is null or o.kind = ${kind ?? null})
        and o.lapsed is distinct from 'withdrawn'
        and (${only?.person ?? null}::text is null or split_part(o.subject, ':', 1) = ${only?.person ?? null})
        and (${only?.subjects ?? null}::text[] is null or o.subject = any (${only?.subjects ?? null}::text[]) or o.kind = any (${only?.kinds ?? null}::text[]))
    ) x left join kernel.person p on p.id::text = x.subject
    group by x.day, x.kind, x.state order by x.day, x.kind, x.state`
  const names = await namesOf(
    tx,
    rows.filter((row) => row.count === 1),
  )
  return rows.map((row) => {
    const { title, name } = shown(row, at, names)
    const { day, kind, state, count } = row
    return { day, kind, title, state, count, name: count === 1 ? name : null }
  })
}

/** What is to come: not begun yet, and so not written down. */
export const toCome = (computed: readonly Computed[], at: Temporal.Instant) =>
  computed.flatMap(({ duty, subjects, dues }) => {
    const names = new Map(subjects.map((one) => [one.id, one.name]))
    return dues
      .filter((due) => due.lapsed === null && Temporal.PlainDate.compare(due.from, today(at)) > 0)
      .map((due) => ({ duty, due, name: names.get(due.subject)! }))
  })

function forecast(computed: readonly Computed[], at: Temporal.Instant, month: string): Entry[] {
  const entries = new Map<string, Entry>()
  for (const { duty, due, name } of toCome(computed, at)) {
    const day = dayDue(due.dueAt)
    if (!day.startsWith(month)) continue
    const key = `${day} ${duty.kind}`
    const had = entries.get(key)
    if (had) Object.assign(had, { count: had.count + 1, name: null })
    else entries.set(key, { day, kind: duty.kind, title: duty.title, state: 'forecast', count: 1, name })
  }
  return [...entries.values()]
}

const Items = Type.Array(Type.Unknown())
const Month = Type.String({ title: '月份|Month', pattern: '^20\\d{2}-(0[1-9]|1[0-2])$' })
const result = Type.Object({
  month: Type.String(),
  today: Type.String(),
  /** The last day of which what is to come is told; null where it is not. */
  until: Type.Union([Type.String(), Type.Null()]),
  days: Items,
  entries: Items,
})

async function calendarOf(ctx: ReadCtx, asked: Asked, computed: readonly Computed[] | null) {
  const { month } = asked
  const days = Array.from({ length: month.daysInMonth }, (_, i) => month.toPlainDate({ day: i + 1 }))
  const written = await writtenDown(ctx, asked)
  const coming = computed ? forecast(computed, ctx.at, month.toString()) : []
  return {
    month: month.toString(),
    today: today(ctx.at).toString(),
    until: computed && today(ctx.at).add({ days: forecastDays }).toString(),
    days: days.map((day) => ({ day: day.toString(), is: dayKind(day, ctx.deps.calendar) })),
    entries: [...written, ...coming].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)),
  }
}

/** 我的职责日历: a month of one's own duties. */
export const myDutyCalendar = query({
  path: 'duties/mine/calendar',
  title: { zh: '我的职责日历', en: 'My duties by month' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ month: Type.Optional(Month) }),
  result,
  async run(ctx, params) {
    const { tx, actor, district, at, deps } = ctx
    const computed = await computeOffice(tx, district, at, deps, {
      ahead: forecastDays,
      only: (duty, one) => mine(duty, one, actor),
    })
    const subjects = computed.flatMap((one) => (one.duty.owedBy ? [] : one.subjects.map(({ id }) => id)))
    const kinds = computed.filter(({ duty }) => duty.owedBy?.some((one) => actor.duties.includes(one)))
    const only = {
      subjects: [...subjects, ...(actor.personId ? [actor.personId] : [])],
      kinds: kinds.map(({ duty }) => duty.kind),
    }
    return calendarOf(ctx, { month: monthOf(params.month, at), office: district, only }, computed)
  },
})

const monthOf = (text: string | undefined, at: Temporal.Instant) =>
  text ? Temporal.PlainYearMonth.from(text) : today(at).toPlainYearMonth()

const which = {
  kind: Type.Optional(Type.String({ title: '职责|Duty', maxLength: 60 })),
  district: Type.Optional(Type.String({ title: '登记机构|Office', maxLength: 20 })),
  person: Type.Optional(Type.String({ title: '人员|Person', format: 'uuid' })),
}

/** Every duty of an office with what is to come: of no office but one's own, and for the bureau of the one that is chosen. */
const comingOf = ({ tx, at, deps }: ReadCtx, office: string, kind?: string, person?: string) =>
  computeOffice(tx, office, at, deps, {
    ahead: forecastDays,
    ...(kind ? { kinds: [kind] } : {}),
    only: (_, one) => person === undefined || one.id.split(':')[0] === person,
  })

/** 定期职责日历: a month of the office's duties. Of the whole city without what is to come: that is told of one office at a time. */
export const dutyCalendar = query({
  path: 'duties/calendar',
  title: { zh: '定期职责日历', en: 'Periodic duties by month' },
  access: 'signed_in',
  duties: dueListDuties,
  params: Type.Object({ month: Type.Optional(Month), ...which }),
  result,
  async run(ctx, { month, kind, district, person }) {
    const office = ctx.district === 'city' ? (district ?? null) : ctx.district
    const other = district !== undefined && district !== office
    const asked: Asked = {
      month: monthOf(month, ctx.at),
      office,
      kind,
      only: other ? { subjects: [], kinds: [] } : person ? { person } : null,
    }
    const computed = office && !other ? await comingOf(ctx, office, kind, person) : null
    return calendarOf(ctx, asked, computed)
  },
})

/** 定期职责预测: what falls in the next three months in an office, page after page. */
export const dutyForecast = query({
  path: 'duties/forecast',
  title: { zh: '定期职责预测', en: 'Periodic duties to come' },
  access: 'signed_in',
  duties: dueListDuties,
  params: Type.Object({
    ...which,
    on: Type.Optional(Type.String({ format: 'date' })),
    after: Type.Optional(Type.String({ maxLength: 300 })),
  }),
  result: Type.Object({ items: Items, next: Type.Union([Type.String(), Type.Null()]) }),
  async run(ctx, { kind, district, person, on, after = '' }) {
    const office = ctx.district === 'city' ? (district ?? null) : ctx.district
    if (office === null || (district !== undefined && district !== office)) return { items: [], next: null }
    const all = toCome(await comingOf(ctx, office, kind, person), ctx.at)
      .filter(({ due }) => on === undefined || dayDue(due.dueAt) === on)
      .map((one) => ({ ...one, id: `${one.due.dueAt}/${one.duty.kind}/${one.due.subject}/${one.due.from}` }))
      .filter(({ id }) => id > after)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    const items = all.slice(0, pageSize).map(({ id, duty, due, name }) => ({
      id,
      district: office,
      kind: duty.kind,
      subject: due.subject,
      name,
      title: duty.title,
      clause: duty.clause,
      from: due.from.toString(),
      to: due.to.toString(),
      dueAt: due.dueAt.toString(),
      state: 'forecast',
      lapsed: null,
      doneBy: null,
      doneAt: null,
    }))
    return { items, next: all.length > pageSize ? items.at(-1)!.id : null }
  },
})
