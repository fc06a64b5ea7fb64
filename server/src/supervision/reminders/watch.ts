import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Kernel } from '../../kernel/perform.ts'
import { Watch } from '../../platform/watch.ts'
import { officeDate, type WorkingCalendar } from '../../values/calendar.ts'
import { digestFrom, recordDelivery, tellEverybody } from './digest.ts'
import { messageText, type Outgoing } from './outgoing.ts'

export interface DigestWatchOptions {
  /** Reads as the auditor. */
  pool: pg.Pool
  kernel: Kernel
  /** Token of the service that acts for the watch. */
  token: Uint8Array
  calendar: WorkingCalendar
  /** Address of the product, as people use it. */
  origin: string
  /** Where messages go; null keeps them in the house. */
  outgoing: Outgoing | null
}

interface Unsent {
  district: string
  day: string
  told: string
  username: string
  overdue: number
  soon: number
  waiting: number
}

/** Messages that are sent at the same time. */
const atOnce = 8

/** On working days, once the office is open, tells everybody how much waits for them, and sends it out where that is set up. */
export class DigestWatch extends Watch<number> {
  readonly #options: DigestWatchOptions
  /** The day on which everybody was told: one look a day is enough. */
  #told: string | null = null

  constructor(options: DigestWatchOptions) {
    super()
    this.#options = options
  }

  /** Looks once. Returns how many messages were taken. */
  async runOnce(): Promise<number> {
    const { pool, calendar } = this.#options
    const { rows: clock } = await pool.query<{ now: string }>('select kernel.now() as now')
    const at = Temporal.Instant.from(clock[0]!.now)
    const day = officeDate(at)
    const time = at.toZonedDateTimeISO('Asia/Shanghai').toPlainTime()
    const open = calendar.isWorkingDay(day) === true && Temporal.PlainTime.compare(time, digestFrom) >= 0
    if (open && this.#told !== day.toString()) {
      await this.#tell(day.toString())
      this.#told = day.toString()
    }
    return this.#send(day.toString())
  }

  async #tell(day: string): Promise<void> {
    const { pool, kernel, token } = this.#options
    const { rows } = await pool.query<{ id: string }>(
      'select d.id from kernel.district d where not exists (select from supervision.digest g where g.district = d.id and g.day = $1::date) order by d.sort',
      [day],
    )
    for (const { id: district } of rows)
      await kernel.perform(tellEverybody, { token, requestId: randomUUID(), input: { district } })
  }

  /** Sends what was not taken yet. What is still here on another day was not taken, and that is written down. */
  async #send(today: string): Promise<number> {
    const { pool, outgoing, origin } = this.#options
    if (!outgoing) return 0
    const { rows } = await pool.query<Unsent>(
      `select g.district, g.day::text, g.told, a.username, g.overdue, g.soon, g.waiting from supervision.digest g
         join kernel.account a on a.person_id = g.told and a.closed_at is null
       where g.day > $1::date - 7 and not exists
         (select from supervision.digest_delivery d where d.district = g.district and d.day = g.day and d.told = g.told)
       order by g.day, g.district, g.told limit 2000`,
      [today],
    )
    const taken = new Set<Unsent>()
    const fresh = rows.filter((one) => one.day === today)
    for (let i = 0; i < fresh.length; i += atOnce)
      await Promise.all(
        fresh.slice(i, i + atOnce).map(async (one) => {
          const { district, day, told, username, overdue, soon, waiting } = one
          const counts = { overdue, soon, waiting }
          await outgoing({
            id: `${district}/${day}/${told}`,
            to: username,
            office: district,
            day,
            ...counts,
            text: messageText(counts),
            url: `${origin}/reminders`,
          }).then(
            () => taken.add(one),
            // Tried again at the next look, until the day is over.
            () => undefined,
          )
        }),
      )
    await this.#record(
      rows.filter((one) => taken.has(one) || one.day !== today),
      taken,
    )
    return taken.size
  }

  async #record(settled: readonly Unsent[], taken: ReadonlySet<Unsent>): Promise<void> {
    const { kernel, token } = this.#options
    for (const [place, ones] of Map.groupBy(settled, (one) => `${one.district} ${one.day}`)) {
      const [district, day] = place.split(' ') as [string, string]
      const of = (was: boolean) => ones.filter((one) => taken.has(one) === was).map(({ told }) => told)
      const input = { district, day, taken: of(true), missed: of(false) }
      await kernel.perform(recordDelivery, { token, requestId: randomUUID(), input })
    }
  }
}
