import type { Done, Due, Every, Lapse, Obligation, Span, Subject } from './obligation.ts'

const zone = 'Asia/Shanghai'
const dayMs = 86_400_000
const ever = Number.MAX_SAFE_INTEGER

/** Days as numbers: the engine counts many, and a number is a thousandth of the price of a date. */
export const dayNumber = (day: Temporal.PlainDate): number =>
  Math.floor(Date.UTC(day.year, day.month - 1, day.day) / dayMs)
const epoch = new Temporal.PlainDate(1970, 1, 1)
/** Few days are spoken of again and again; a date made once serves them all. */
const dates = new Map<number, Temporal.PlainDate>()
export function dayOfNumber(n: number): Temporal.PlainDate {
  const had = dates.get(n)
  if (had) return had
  const made = epoch.add({ days: n })
  dates.set(n, made)
  return made
}

/** Eight hours ahead, without summer time since 1991: from then on a day is arithmetic. */
const aheadMs = 8 * 3_600_000
const plainSince = Date.UTC(1992, 0, 1)
/** The day a moment lies in. */
export function dayOfMs(ms: number): number {
  if (ms >= plainSince) return Math.floor((ms + aheadMs) / dayMs)
  return dayNumber(Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate())
}
/** The moment a day begins. */
const startOfDay = (day: number): number =>
  day * dayMs >= plainSince + dayMs
    ? day * dayMs - aheadMs
    : dayOfNumber(day).toZonedDateTime(zone).epochMilliseconds

const instants = new Map<number, Temporal.Instant>()
/** Many duties fall due at the same moment. */
function instantOf(ms: number): Temporal.Instant {
  const had = instants.get(ms)
  if (had) return had
  if (instants.size > 100_000) instants.clear()
  const made = Temporal.Instant.fromEpochMilliseconds(ms)
  instants.set(ms, made)
  return made
}

/** Working days of some years, counted once, so that every question after that is a subtraction. */
export class WorkDays {
  readonly first: number
  readonly last: number
  /** Working days before day `first + i`. */
  readonly #before: Int32Array

  /** From a day (counted) to another (not counted). */
  constructor(
    from: Temporal.PlainDate,
    to: Temporal.PlainDate,
    isWorkingDay: (day: Temporal.PlainDate) => boolean,
  ) {
    this.first = dayNumber(from)
    this.last = dayNumber(to)
    const days = this.last - this.first
    this.#before = new Int32Array(days + 1)
    for (let i = 0; i < days; i++)
      this.#before[i + 1] = this.#before[i]! + (isWorkingDay(dayOfNumber(this.first + i)) ? 1 : 0)
  }

  /** Working days from a day (counted) to another (not counted). */
  between(from: number, to: number): number {
    return to <= from ? 0 : this.#before[this.#index(to)]! - this.#before[this.#index(from)]!
  }

  /** The `n`th working day from a day on, the day itself counted; the last day known when there is none before it. */
  nth(day: number, n: number): number {
    let last = day - 1
    for (let left = n; left > 0 && last < this.last; ) if (this.between(++last, last + 1) > 0) left--
    return last
  }

  /** The last working day of some days; their last day when there is none. */
  lastOf(from: number, to: number): number {
    for (let one = to - 1; one >= from; one--) if (this.between(one, one + 1) > 0) return one
    return to - 1
  }

  #index(day: number): number {
    return Math.min(Math.max(day - this.first, 0), this.last - this.first)
  }
}

/** Half-open runs of day numbers, in order and apart. */
type Run = readonly [from: number, to: number]

const dayAt = (at: Temporal.Instant): number => dayOfMs(at.epochMilliseconds)
/** The first day that begins at a moment or later. */
const dayFrom = (at: Temporal.Instant): number => {
  const day = dayAt(at)
  return startOfDay(day) === at.epochMilliseconds ? day : day + 1
}
/** A day counts when somebody stood at any time of it. */
const touched = (spans: readonly Span[]): Run[] =>
  united(spans.map((one) => [dayAt(one.from), one.to ? dayFrom(one.to) : ever] as const))
/** A day is away when all of it is. */
const whole = (spans: readonly Span[]): Run[] =>
  united(spans.map((one) => [dayFrom(one.from), one.to ? dayAt(one.to) : ever] as const))

function united(runs: readonly Run[]): Run[] {
  const made: [number, number][] = []
  for (const [from, to] of [...runs].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (to <= from) continue
    const last = made.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else made.push([from, to])
  }
  return made
}
const holding = (runs: readonly Run[], day: number): Run | undefined =>
  runs.find(([from, to]) => from <= day && day < to)

/** What the engine is told beside the duty and its subject. */
export interface Circumstances {
  /** From this day on the duty is owed; the period that runs on it is the first. */
  since: Temporal.PlainDate
  at: Temporal.Instant
  days: WorkDays
  /** Close of business. */
  close: Temporal.PlainTime
  /** Days ahead to tell of; without it, what has begun. */
  ahead?: number
}

type Terms = Pick<Obligation, 'every' | 'due' | 'graceDays' | 'leastShare' | 'substitutes'>
interface Act {
  id: string
  district: string
  at: Temporal.Instant
  ms: number
  day: number
}

/**
 * Every duty of one subject, oldest first: pure in declaration, history and calendar, so that a rebuild gives the same.
 * An act in time counts for one period only, the earliest it is in time for; one that comes late ends every older one.
 */
export function duesOf(
  terms: Terms,
  subject: Subject,
  done: readonly Done[],
  circumstances: Circumstances,
): Due[] {
  const now = circumstances.at.epochMilliseconds
  const acts = done
    .filter((one) => isOf(terms, subject, one))
    .map(({ id, at, district }): Act => {
      const ms = at.epochMilliseconds
      return { id, at, district, ms, day: dayOfMs(ms) }
    })
    .filter((one) => one.ms <= now)
    .sort((a, b) => a.ms - b.ms || (a.id < b.id ? -1 : 1))
  const given = { terms, subject, acts, stands: touched(subject.spans), away: whole(subject.away ?? []) }
  return typeof terms.every === 'object'
    ? terms.every.once
      ? single(given, terms.every.days, circumstances)
      : rolling(given, terms.every.days, circumstances)
    : periodic(given, terms.every, circumstances)
}

function isOf(terms: Terms, subject: Subject, { of, at }: Done): boolean {
  if (of === subject.id) return true
  if (!terms.substitutes || !subject.covers) return false
  const ms = at.epochMilliseconds
  return subject.covers.some(
    ({ by, from, to }) =>
      by === of && from.epochMilliseconds <= ms && (to === null || ms < to.epochMilliseconds),
  )
}

interface Given {
  terms: Terms
  subject: Subject
  acts: readonly Act[]
  stands: readonly Run[]
  away: readonly Run[]
}

/** A period and the moment after which it is overdue. */
interface Period {
  from: number
  to: number
  startMs: number
  dueMs: number
}

function periodic(
  given: Given,
  every: Exclude<Every, object>,
  { since, at, days, close, ahead = 0 }: Circumstances,
): Due[] {
  const { terms, acts, stands, away } = given
  const last = dayAt(at) + ahead
  const dues: Due[] = []
  /** The first act no period has taken, and the last one that was. */
  let free = 0
  let taken: Act | undefined
  for (const [from, to] of periodsOf(every, since, last)) {
    const working = days.between(from, to)
    const inside = within(stands, from, to)
    const stood = inside.reduce((sum, [a, b]) => sum + days.between(a, b), 0)
    if (stood === 0 || stood < terms.leastShare * working) continue
    const present = stood - overlap(inside, away, days)
    const end = terms.due === 'close' ? days.lastOf(from, to) : to - 1
    const due = fallsDue(given, days, end, close, terms.due === 'close')
    const period = { from, to, startMs: startOfDay(from), dueMs: due.ms }
    if (due.never || present <= 0 || present < terms.leastShare * working) {
      dues.push(dueOf(given, period, null, 'leave'))
      continue
    }
    while (free < acts.length && acts[free]!.ms < period.startMs) free++
    const inTime = free < acts.length && acts[free]!.ms <= due.ms ? acts[free++] : undefined
    taken = inTime ?? taken
    const late = taken && taken.ms > due.ms ? taken : acts[free]
    dues.push(settled(given, period, inTime, late))
  }
  return dues
}

/** So many days after it was last done, or after the subject began to stand. */
function rolling(given: Given, every: number, { since, at, days, close, ahead = 0 }: Circumstances): Due[] {
  const { acts, stands } = given
  const pace = paceOf(given.subject, every)
  const today = dayAt(at) + ahead
  const first = dayNumber(since)
  const dues: Due[] = []
  for (const [standsFrom, standsTo] of stands) {
    const before = acts.findLast((one) => one.day <= first && one.day >= standsFrom)
    let from = before?.day ?? standsFrom
    while (from <= today && from < standsTo) {
      const to = from + pace(from)
      const due = fallsDue(given, days, to - 1, close, false)
      const next = acts.find((one) => one.day > from)
      const period = { from, to, startMs: startOfDay(from), dueMs: due.ms }
      const made = due.never
        ? dueOf(given, period, null, 'leave')
        : settled(given, period, next && next.ms <= due.ms ? next : undefined, next)
      dues.push(made)
      if (next && made.lapsed !== 'exempt') from = next.day
      else if (made.lapsed === 'exempt') from = to
      else break
    }
  }
  return dues
}

/** The number of days that was in force on a day. */
function paceOf(subject: Subject, every: number): (day: number) => number {
  const paces = (subject.paces ?? []).map((one) => ({
    days: one.days,
    from: one.since ? dayAt(one.since) : 0,
  }))
  return (day) => paces.findLast((one) => one.from <= day)?.days ?? every
}

/** Owed once, so many days after the subject began to stand. Whoever has done it and stands again owes it no more. */
function single(given: Given, every: number, { at, days, close, ahead = 0 }: Circumstances): Due[] {
  const pace = paceOf(given.subject, every)
  const today = dayAt(at) + ahead
  return given.stands
    .filter(([from]) => from <= today)
    .map(([from]) => {
      const to = from + pace(from)
      const due = fallsDue(given, days, to - 1, close, false)
      const period = { from, to, startMs: startOfDay(from), dueMs: due.ms }
      const act = given.acts[0]
      return due.never && !act
        ? dueOf(given, period, null, 'leave')
        : settled(given, period, act && act.ms <= due.ms ? act : undefined, act)
    })
}

/** When a period that ends on a day falls due: after the grace, and on the first working day back when that lies in leave. */
function fallsDue(
  { terms, away }: Given,
  days: WorkDays,
  end: number,
  close: Temporal.PlainTime,
  atClose: boolean,
): { ms: number; never: boolean } {
  let day = terms.graceDays === 0 ? end : days.nth(end + 1, terms.graceDays)
  let leave = holding(away, day)
  while (leave && leave[1] < days.last) {
    day = days.nth(leave[1], 1)
    leave = holding(away, day)
  }
  const closeMs = (close.hour * 60 + close.minute) * 60_000
  const ms = atClose || day !== end ? startOfDay(day) + closeMs : startOfDay(day + 1)
  return { ms, never: leave !== undefined }
}

/** Whether a period was done, and by which act, or why it is not owed. */
function settled(given: Given, period: Period, inTime: Act | undefined, late: Act | undefined): Due {
  if (inTime) return dueOf(given, period, inTime, null)
  const { subject, stands } = given
  const exempt = subject.exempt?.some(
    ({ from, to, approvedAt }) =>
      dayNumber(from) <= period.from &&
      period.from < dayNumber(to) &&
      approvedAt.epochMilliseconds <= period.dueMs,
  )
  if (exempt) return dueOf(given, period, null, 'exempt')
  // Whoever has left before it fell due cannot do it any more.
  const lastDay = dayOfMs(period.dueMs - 1)
  if (!holding(stands, lastDay)) return dueOf(given, period, null, 'left')
  return dueOf(given, period, late ?? null, null)
}

const dueOf = (
  { subject }: Given,
  { from, to, dueMs }: Period,
  act: Act | null,
  lapsed: Lapse | null,
): Due => ({
  subject: subject.id,
  from: dayOfNumber(from),
  to: dayOfNumber(to),
  dueAt: instantOf(dueMs),
  doneBy: act?.id ?? null,
  doneIn: act?.district ?? null,
  doneAt: act?.at ?? null,
  lapsed,
})

const within = (runs: readonly Run[], from: number, to: number): Run[] =>
  runs.flatMap(([a, b]) => (a < to && b > from ? [[Math.max(a, from), Math.min(b, to)] as const] : []))

/** Working days of some runs that lie in others. */
function overlap(inside: readonly Run[], away: readonly Run[], days: WorkDays): number {
  let sum = 0
  for (const [from, to] of inside) for (const [a, b] of within(away, from, to)) sum += days.between(a, b)
  return sum
}

const months = { month: 1, quarter: 3, half_year: 6, year: 12 } as const

/** First day of the period a day lies in. */
export function beginOf(every: Exclude<Every, object>, day: Temporal.PlainDate): Temporal.PlainDate {
  if (every === 'day') return day
  const n = months[every]
  return day.with({ month: Math.floor((day.month - 1) / n) * n + 1, day: 1 })
}
const nextOf = (every: Exclude<Every, object>, begin: Temporal.PlainDate): Temporal.PlainDate =>
  every === 'day' ? begin.add({ days: 1 }) : begin.add({ months: months[every] })

/** The periods from the one a day lies in to the one another lies in. The same ones are asked for subject after subject. */
function periodsOf(every: Exclude<Every, object>, since: Temporal.PlainDate, last: number): readonly Run[] {
  const key = `${every} ${dayNumber(since)} ${last}`
  if (asked.key !== key) {
    const periods: Run[] = []
    for (let begin = beginOf(every, since); dayNumber(begin) <= last; begin = nextOf(every, begin))
      periods.push([dayNumber(begin), dayNumber(nextOf(every, begin))])
    asked = { key, periods }
  }
  return asked.periods
}
let asked: { key: string; periods: readonly Run[] } = { key: '', periods: [] }
