import { type Refusal, type RefusalCatalog, refuser } from '../kernel/refusal.ts'

/** The part of `data/reference/calendar.json` that is read: a day off, a make-up workday, by ISO date. */
export interface CalendarData {
  years: Record<string, { off: readonly { date: string }[]; work: readonly { date: string }[] }>
}

export interface CalendarOptions {
  /** Count Monday to Friday in years not published, and mark the result `provisional`. For demos only. */
  allowUnpublished?: boolean | (() => boolean)
}

/** A day found by counting. `provisional` when a year not published was counted by ordinary weeks. */
export interface CountedDay {
  date: Temporal.PlainDate
  provisional: boolean
}

/** How many days were counted. `provisional` as in `CountedDay`. */
export interface CountedDays {
  days: number
  provisional: boolean
}

/** The two moments a case is due: by law, and as promised to the public. Each is a close of business. */
export interface DueDates {
  legal: Temporal.Instant
  promised: Temporal.Instant
}

export interface TimeLimits {
  /** Working days the law allows; 0 means at once. */
  legalDays: number
  /** Working days promised to the public; 0 means at once. */
  promisedDays: number
}

export const calendarRefusals = {
  calendar_missing: {
    status: 409,
    clause: 'CC 203',
    zh: '{year} 年的节假日安排尚未导入，不能计算期限。请管理员先导入国务院办公厅的放假通知。',
    en: 'The holidays of {year} have not been entered, so the time limit cannot be counted. An administrator must first enter the State Council notice.',
  },
} as const satisfies RefusalCatalog

const refuse = refuser(calendarRefusals)

export const officeZone = 'Asia/Shanghai'
/** Where there are business hours a period ends when they do (CC 203). */
export const closeOfBusiness = Temporal.PlainTime.from('17:00')

export const isCalendarRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'code' in value

/**
 * Working days as the State Council published them, make-up days included. Counting that meets a year not
 * published is refused with `calendar_missing` rather than guessed, unless `allowUnpublished` is set.
 */
export class WorkingCalendar {
  readonly #years: ReadonlySet<string>
  readonly #off: ReadonlySet<string>
  readonly #work: ReadonlySet<string>
  readonly #allowUnpublished: () => boolean

  constructor(data: CalendarData, { allowUnpublished = false }: CalendarOptions = {}) {
    const years = Object.values(data.years)
    this.#years = new Set(Object.keys(data.years))
    this.#off = new Set(years.flatMap(({ off }) => off.map(({ date }) => date)))
    this.#work = new Set(years.flatMap(({ work }) => work.map(({ date }) => date)))
    this.#allowUnpublished =
      typeof allowUnpublished === 'function' ? allowUnpublished : () => allowUnpublished
  }

  /** Days that are not what their day of the week says, by ISO date: off ones, and make-up workdays. */
  exceptions(): { day: string; working: boolean }[] {
    return [
      ...[...this.#off].map((day) => ({ day, working: false })),
      ...[...this.#work].map((day) => ({ day, working: true })),
    ]
  }

  isPublished(year: number): boolean {
    return this.#years.has(String(year))
  }

  /** Whether offices are open that day, or `calendar_missing`. A refusal is truthy: compare with `=== true`. */
  isWorkingDay(date: Temporal.PlainDate): boolean | Refusal {
    if (!this.isPublished(date.year) && !this.#allowUnpublished())
      return refuse('calendar_missing', { year: date.year })
    const day = date.toString()
    return this.#work.has(day) || (date.dayOfWeek <= 5 && !this.#off.has(day))
  }

  /**
   * The `n`-th working day after `date`, which is itself not counted (CC 201). With 0 it is `date`, or the next
   * working day when that is a day off (CC 203).
   * @throws RangeError when `n` is negative or not whole.
   */
  addWorkingDays(date: Temporal.PlainDate, n: number): CountedDay | Refusal {
    if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`cannot add ${n} working days`)
    let day = n === 0 ? date.subtract({ days: 1 }) : date
    let provisional = false
    for (let left = Math.max(n, 1); left > 0; ) {
      day = day.add({ days: 1 })
      const working = this.isWorkingDay(day)
      if (isCalendarRefusal(working)) return working
      if (working) left--
      if (!this.isPublished(day.year)) provisional = true
    }
    return { date: day, provisional }
  }

  /**
   * The last day of a period of `n` calendar days: the day it begins is not counted (CC 201), and one that ends
   * on a day off runs to the next working day (CC 203).
   */
  addCalendarDays(date: Temporal.PlainDate, n: number): CountedDay | Refusal {
    return this.addWorkingDays(date.add({ days: n }), 0)
  }

  /** Working days after `from` up to and including `to`; 0 when they are the same day or `to` is earlier. */
  workingDaysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): CountedDays | Refusal {
    let days = 0
    let provisional = false
    for (let day = from; Temporal.PlainDate.compare(day, to) < 0; ) {
      day = day.add({ days: 1 })
      const working = this.isWorkingDay(day)
      if (isCalendarRefusal(working)) return working
      if (working) days++
      if (!this.isPublished(day.year)) provisional = true
    }
    return { days, provisional }
  }

  /**
   * When a case accepted at `at` is due by law and by promise: 17:00 in Ningbo on the n-th working day, the day of
   * acceptance not counted. A limit of 0 days runs out the same day, or the next working day once offices closed.
   */
  dueDates(
    at: Temporal.Instant,
    { legalDays, promisedDays }: TimeLimits,
  ): (DueDates & { provisional: boolean }) | Refusal {
    const accepted = at.toZonedDateTimeISO(officeZone)
    const closed = Temporal.PlainTime.compare(accepted.toPlainTime(), closeOfBusiness) > 0
    const lastDay = (n: number) =>
      this.addWorkingDays(accepted.toPlainDate().add({ days: n === 0 && closed ? 1 : 0 }), n)
    return closing(lastDay(legalDays), lastDay(promisedDays))
  }

  /**
   * Both due dates moved on by the working days a case stood still: those after the day of `from`, up to and
   * including the day of `to`. Taken up again the same day, nothing moves.
   */
  extend(
    { legal, promised }: DueDates,
    stood: { from: Temporal.Instant; to: Temporal.Instant },
  ): (DueDates & { provisional: boolean }) | Refusal {
    const stoodStill = this.workingDaysBetween(officeDate(stood.from), officeDate(stood.to))
    if (isCalendarRefusal(stoodStill)) return stoodStill
    const { days, provisional } = stoodStill
    if (days === 0) return { legal, promised, provisional }
    const moved = closing(
      this.addWorkingDays(officeDate(legal), days),
      this.addWorkingDays(officeDate(promised), days),
    )
    return isCalendarRefusal(moved) ? moved : { ...moved, provisional: moved.provisional || provisional }
  }
}

/** The day it is in Ningbo at that moment. */
export const officeDate = (at: Temporal.Instant): Temporal.PlainDate =>
  at.toZonedDateTimeISO(officeZone).toPlainDate()

const closingTime = (date: Temporal.PlainDate) =>
  date.toZonedDateTime({ timeZone: officeZone, plainTime: closeOfBusiness }).toInstant()

function closing(legal: CountedDay | Refusal, promised: CountedDay | Refusal) {
  if (isCalendarRefusal(legal)) return legal
  if (isCalendarRefusal(promised)) return promised
  return {
    legal: closingTime(legal.date),
    promised: closingTime(promised.date),
    provisional: legal.provisional || promised.provisional,
  }
}
