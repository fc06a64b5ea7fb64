import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Kernel } from '../kernel/perform.ts'
import { Watch } from '../platform/watch.ts'
import type { WorkingCalendar } from '../values/calendar.ts'
import { type AccountFaultKind, raiseFault } from './session-acts.ts'

/** How far back each round looks: what a stopped server missed is found when it is up again. */
const lookBackHours = 48
/** Work is done between these hours on working days. */
export const officeHours = { from: 7, to: 20 }

/** The parts of a day in which no office is open, each from its first moment to the first that is no longer of it. */
export function offHours(
  calendar: WorkingCalendar,
  day: Temporal.PlainDate,
): [from: Temporal.Instant, to: Temporal.Instant][] {
  const at = (hour: number) =>
    day.toZonedDateTime({ timeZone: 'Asia/Shanghai', plainTime: { hour } }).toInstant()
  const midnight = day.add({ days: 1 }).toZonedDateTime('Asia/Shanghai').toInstant()
  if (calendar.isWorkingDay(day) !== true) return [[at(0), midnight]]
  return [
    [at(0), at(officeHours.from)],
    [at(officeHours.to), midnight],
  ]
}

export interface AccountWatchOptions {
  /** Reads as the auditor. */
  pool: pg.Pool
  kernel: Kernel
  /** Token of the service that acts for the watch. */
  token: Uint8Array
  calendar: WorkingCalendar
  /** A demo is tried out at any hour: it has no office hours. */
  anyHour: () => boolean
}

interface Fault {
  kind: AccountFaultKind
  district: string
  /** A person's id; of faults of an address, the address. */
  subject: string
  key: string
  detail: string
}

/** Looks over accounts, sessions and devices for what tells that one is shared or used as it should not be, and opens findings. */
export class AccountWatch extends Watch<Fault[]> {
  readonly #options: AccountWatchOptions

  constructor(options: AccountWatchOptions) {
    super()
    this.#options = options
  }

  /** Looks once and opens a finding for each fault that has none yet. Returns the faults. */
  async runOnce(): Promise<Fault[]> {
    const { kernel, token } = this.#options
    const faults = await this.#look()
    for (const { kind, district, subject, key, detail } of faults)
      await kernel.perform(raiseFault, {
        token,
        requestId: randomUUID(),
        input: {
          kind,
          district,
          ...(kind === 'address_many_names' ? { address: subject } : { personId: subject }),
          key,
          detail: detail.slice(0, 200),
        },
      })
    return faults
  }

  async #look(): Promise<Fault[]> {
    const { pool } = this.#options
    const { rows } = await pool.query<Fault>(
      `select f.* from (select kernel.now() - make_interval(hours => $1) as since) s,
         lateral (select kind, district, subject::text, key, detail from people.account_faults(s.since)
           union all select kind, district, subject::text, key, detail from people.factor_faults(s.since)
           union all select 'address_many_names', 'city', address, key, address || ', ' || names from people.address_faults(s.since)) f`,
      [lookBackHours],
    )
    return this.#options.anyHour() ? rows : [...rows, ...(await this.#outOfHours())]
  }

  /** Of each office and day one fault for each person who worked before, after or outside working days. */
  async #outOfHours(): Promise<Fault[]> {
    const { pool, calendar } = this.#options
    const { rows: clock } = await pool.query<{ now: string }>('select kernel.now() as now')
    const now = Temporal.Instant.from(clock[0]!.now).toZonedDateTimeISO('Asia/Shanghai')
    const faults: Fault[] = []
    for (const day of [now.subtract({ days: 1 }), now]) {
      const date = day.toPlainDate()
      for (const [from, to] of offHours(calendar, date)) {
        const { rows } = await pool.query<{ district: string; subject: string; acts: number }>(
          `select * from people.acted_between($1, $2) a where not exists (
             select from kernel.finding f where f.district = a.district and f.dedupe_key = 'out_of_hours:' || a.subject || ':' || $3)`,
          [from.toString(), to.toString(), date.toString()],
        )
        for (const { district, subject, acts } of rows)
          faults.push({
            kind: 'out_of_hours',
            district,
            subject,
            key: `out_of_hours:${subject}:${date}`,
            detail: `${date}, ${acts}`,
          })
      }
    }
    return faults
  }
}
