import type { Deps } from '../../kernel/act.ts'
import { dayNumber, dayOfMs, dayOfNumber, duesOf, WorkDays } from '../../kernel/dues.ts'
import type { NewFinding } from '../../kernel/finding.ts'
import {
  type Done,
  type Due,
  declaredObligations,
  dueState,
  type Exemption,
  type Obligation,
  type Subject,
} from '../../kernel/obligation.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { closeOfBusiness, officeZone, type WorkingCalendar } from '../../values/calendar.ts'

/** What the engine is told of the house. */
export type Judging = Pick<Deps, 'calendar' | 'demo'>

/** How the duties of one kind stand in an office, as declaration, history and calendar say. */
export interface Computed {
  duty: Obligation
  /** Null when the office meets the duty now for the first time. */
  startedOn: Temporal.PlainDate | null
  since: Temporal.PlainDate
  subjects: Subject[]
  dues: Due[]
}

interface Facts {
  starts: Map<string, Temporal.PlainDate>
  /** First day of what was written down before the engine was there. */
  earlier: Map<string, Temporal.PlainDate>
  away: Map<string, Span[]>
  covers: Map<string, (Span & { by: string })[]>
  exempt: Map<string, Exemption[]>
}
type Span = Subject['spans'][number]

const instant = (text: string) => Temporal.Instant.from(text)
const date = (text: string) => Temporal.PlainDate.from(text)
export const today = (at: Temporal.Instant) => at.toZonedDateTimeISO(officeZone).toPlainDate()

/** Duties this house has: a demo is without those that need a closing time. */
export const dutiesOf = ({ demo }: Pick<Judging, 'demo'>): Obligation[] =>
  declaredObligations().filter((one) => one.inDemo || !demo)

/** Every duty of an office. Cost: two statements for each kind and five besides; the rest is arithmetic. */
export async function computeOffice(
  tx: Tx,
  district: string,
  at: Temporal.Instant,
  judging: Judging,
  options: {
    ahead?: number
    kinds?: readonly string[]
    only?: (duty: Obligation, subject: Subject) => boolean
  } = {},
): Promise<Computed[]> {
  const facts = await factsOf(tx, district)
  const made: Computed[] = []
  for (const duty of dutiesOf(judging)) {
    if (options.kinds && !options.kinds.includes(duty.kind)) continue
    const startedOn = facts.starts.get(duty.kind) ?? null
    const since = startedOn ?? facts.earlier.get(duty.kind) ?? today(at)
    const subjects = (await duty.subjects(tx, district))
      .filter((one) => options.only?.(duty, one) ?? true)
      .map((one) => ({
        ...one,
        away: facts.away.get(one.person ?? one.id) ?? [],
        covers: facts.covers.get(one.person ?? one.id) ?? [],
        exempt: facts.exempt.get(`${duty.kind} ${one.id}`) ?? [],
      }))
    const done = subjects.length > 0 ? await duty.done(tx, district) : []
    made.push({
      duty,
      startedOn,
      since,
      subjects,
      dues: dues(duty, subjects, done, since, at, judging, options.ahead),
    })
  }
  return made
}

/** The dues of many subjects: each is asked only about what was done for it. */
export function dues(
  duty: Obligation,
  subjects: readonly Subject[],
  done: readonly Done[],
  since: Temporal.PlainDate,
  at: Temporal.Instant,
  { calendar }: Pick<Judging, 'calendar'>,
  ahead = 0,
): Due[] {
  const byOwner = Map.groupBy(done, (one) => one.of)
  const days = workDays(calendar, earliest(subjects, done, since), today(at).add({ days: 1100 + ahead }))
  return subjects.flatMap((subject) => {
    const names = new Set([
      subject.id,
      ...(duty.substitutes ? (subject.covers ?? []).map((one) => one.by) : []),
    ])
    const own = [...names].flatMap((name) => byOwner.get(name) ?? [])
    return duesOf(duty, subject, own, { since, at, days, close: closeOfBusiness, ahead })
  })
}

/** The first day anything of this is about. */
function earliest(subjects: readonly Subject[], done: readonly Done[], since: Temporal.PlainDate) {
  let first = dayNumber(since)
  for (const { spans } of subjects)
    for (const { from } of spans) first = Math.min(first, dayOfMs(from.epochMilliseconds))
  for (const { at } of done) first = Math.min(first, dayOfMs(at.epochMilliseconds))
  return dayOfNumber(first)
}

const known = new WeakMap<WorkingCalendar, WorkDays>()

/**
 * Working days as published, whole years that hold two days; a year that is not published is counted by ordinary weeks until it
 * is, and computed again then. Counted once for a calendar, which never changes while the server runs.
 */
export function workDays(
  calendar: WorkingCalendar,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): WorkDays {
  const had = known.get(calendar)
  if (had && had.first <= dayNumber(from) && dayNumber(to) <= had.last) return had
  const made = new WorkDays(
    from.subtract({ years: 2 }).with({ month: 1, day: 1 }),
    to.add({ years: 2 }).with({ month: 1, day: 1 }),
    (day) => {
      const open = calendar.isWorkingDay(day)
      return typeof open === 'boolean' ? open : day.dayOfWeek < 6
    },
  )
  known.set(calendar, made)
  return made
}

async function factsOf(tx: Tx, district: string): Promise<Facts> {
  const starts = await tx.rows<{ kind: string; since: string }>`
    select kind, since::text from supervision.duty_start where district = ${district}`
  const earlier = await tx.rows<{ kind: string; since: string }>`
    select kind, min(lower(period))::text as since from kernel.obligation where district = ${district} group by kind`
  const away = await tx.rows<{ id: string; from: string; to: string | null }>`
    select person_id as id, lower(during) as "from", upper(during) as "to" from people.absence
    where district = ${district} and withdrawn_at is null order by during`
  const covers = await tx.rows<{ id: string; by: string; from: string; to: string }>`
    select covered_id as id, person_id as by, starts_at as "from", until as "to" from people.temporary_duty
    where district = ${district} and kind = 'cover' and state = 'granted' order by starts_at, id`
  const exempt = await tx.rows<{ kind: string; subject: string; from: string; to: string; at: string }>`
    select e.kind, e.subject, lower(e.period)::text as "from", upper(e.period)::text as "to", d.at
    from supervision.exemption e join supervision.exemption_decision d on d.district = e.district and d.exemption_id = e.id
    where e.district = ${district} and d.approved order by e.id`
  const span = (one: { from: string; to: string | null }) => ({
    from: instant(one.from),
    to: one.to ? instant(one.to) : null,
  })
  return {
    starts: new Map(starts.map((one) => [one.kind, date(one.since)])),
    earlier: new Map(earlier.map((one) => [one.kind, date(one.since)])),
    away: grouped(away, (one) => one.id, span),
    covers: grouped(
      covers,
      (one) => one.id,
      (one) => ({ ...span(one), by: one.by }),
    ),
    exempt: grouped(
      exempt,
      (one) => `${one.kind} ${one.subject}`,
      (one) => ({ from: date(one.from), to: date(one.to), approvedAt: instant(one.at) }),
    ),
  }
}

function grouped<R, T>(rows: readonly R[], key: (row: R) => string, of: (row: R) => T): Map<string, T[]> {
  const map = new Map<string, T[]>()
  for (const row of rows) map.set(key(row), [...(map.get(key(row)) ?? []), of(row)])
  return map
}

/** A row of kernel.obligation as far as the engine moves it. */
export interface Row {
  id: string
  kind: string
  subject: string
  from: string
  to: string
  dueAt: string
  doneBy: string | null
  lapsed: string | null
}

export const storedRows = (tx: Tx, district: string): Promise<Row[]> => tx.rows<Row>`
  select id, kind, subject, lower(period)::text as "from", upper(period)::text as "to", due_at as "dueAt", done_by as "doneBy", lapsed
  from kernel.obligation where district = ${district}`

/** What has to be written so that the stored duties are those computed. */
export interface Changes {
  starts: { kind: string; since: string }[]
  added: { kind: string; due: Due }[]
  changed: { id: string; due: Pick<Due, 'dueAt' | 'doneBy' | 'doneIn' | 'doneAt' | 'lapsed'> | null }[]
}

/** Compares pure: what is stored and what is computed. A row that no longer falls is withdrawn, unless it was done. */
export function compare(computed: readonly Computed[], stored: readonly Row[]): Changes {
  const rows = new Map(stored.map((row) => [keyOf(row.kind, row.subject, row.from, row.to), row]))
  const changes: Changes = { starts: [], added: [], changed: [] }
  for (const { duty, startedOn, since, dues: all } of computed) {
    if (!startedOn) changes.starts.push({ kind: duty.kind, since: since.toString() })
    for (const due of all) {
      const key = keyOf(duty.kind, due.subject, textOf(due.from), textOf(due.to))
      const row = rows.get(key)
      rows.delete(key)
      if (!row) changes.added.push({ kind: duty.kind, due })
      else if (
        row.doneBy !== due.doneBy ||
        row.lapsed !== due.lapsed ||
        Date.parse(row.dueAt) !== due.dueAt.epochMilliseconds
      )
        changes.changed.push({ id: row.id, due })
    }
  }
  const kinds = new Set(computed.map((one) => one.duty.kind))
  for (const row of rows.values())
    if (kinds.has(row.kind) && row.doneBy === null && row.lapsed === null)
      changes.changed.push({ id: row.id, due: null })
  return changes
}

/** How many images of rows one act of computing writes at most; an act has room for 32,767. */
export const imagesOfAct = 12_000

/** As many of the changes as leave at most so many images of rows (a changed row has two), in their order; the same object when all do. Pure. */
export function someOf(all: Changes, images: number): Changes {
  const { starts, added, changed } = all
  if (starts.length + added.length + 2 * changed.length <= images) return all
  const room = Math.max(images - starts.length, 1)
  const first = added.slice(0, room)
  return { starts, added: first, changed: changed.slice(0, Math.floor((room - first.length) / 2)) }
}

const keyOf = (kind: string, subject: string, from: string, to: string) => `${kind} ${subject} ${from} ${to}`
const texts = new WeakMap<Temporal.PlainDate, string>()
/** A date as text, made once for each that the engine gives out. */
function textOf(day: Temporal.PlainDate): string {
  const had = texts.get(day)
  if (had) return had
  const made = day.toString()
  texts.set(day, made)
  return made
}

/** Faults the duties show at a moment: what is overdue, and what an office has let lie. */
export function faultsOf(
  computed: readonly Computed[],
  district: string,
  at: Temporal.Instant,
  { calendar }: Pick<Judging, 'calendar'>,
): NewFinding[] {
  const now = today(at)
  const days = workDays(calendar, now.subtract({ days: 800 }), now.add({ days: 2 }))
  return computed.flatMap(({ duty, subjects, dues: all }) => {
    const names = new Map(subjects.map((one) => [one.id, one.name]))
    return all
      .filter((due) => dueState(due, at) === 'overdue')
      .flatMap((due) => {
        const name = names.get(due.subject)!
        const summary = duty.overdue.say(name, due)
        const fault: NewFinding = {
          kind: duty.overdue.kind,
          clause: duty.clause,
          severity: duty.overdue.severity,
          subject: duty.overdue.subject(due.subject),
          dedupeKey: `${duty.overdue.kind}:${due.subject}:${due.from}`,
          summary,
        }
        const late = days.between(days.nth(dayNumberOf(due.dueAt), 1), dayNumberOf(at))
        if (duty.escalateDays === null || late < duty.escalateDays) return [fault]
        const escalated: NewFinding = {
          ...fault,
          kind: 'duty_escalated',
          severity: 'critical',
          subject: `office:${district}`,
          dedupeKey: `duty_escalated:${duty.kind}:${due.subject}:${due.from}`,
          summary: {
            zh: `逾期超过 ${duty.escalateDays} 个工作日仍未办：${summary.zh}`,
            en: `Left undone for more than ${duty.escalateDays} working days: ${summary.en}`,
          },
        }
        return [fault, escalated]
      })
  })
}
const dayNumberOf = (at: Temporal.Instant): number => dayOfMs(at.epochMilliseconds)
