import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Kernel } from '../../kernel/perform.ts'
import { Watch } from '../../platform/watch.ts'
import { officeDate, type WorkingCalendar } from '../../values/calendar.ts'
import { beginSending, digestFrom, recordDelivery, tellEverybody } from './digest.ts'
import { type Answer, type Fate, type Message, messageText, type Outgoing } from './outgoing.ts'

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
  /** Somebody began to send it. */
  begun: boolean
}
const idOf = ({ district, day, told }: Unsent) => `${district}/${day}/${told}`

/** Messages begun with one act: as many as a crash may leave without anybody knowing what became of them. */
const begunAtOnce = 25

/** On working days, once the office is open, tells everybody how much waits for them, and sends it out where that is set up. */
export class DigestWatch extends Watch<number> {
  readonly #options: DigestWatchOptions
  /** The day on which everybody was told: one look a day is enough. */
  #told: string | null = null
  /** What became of messages as far as this process was there, until it is on record. */
  readonly #fates = new Map<string, Fate>()
  /** Why not all went out at the last look that had something to send; null when they did. */
  broken: string | null = null

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
    const { pool, outgoing } = this.#options
    if (!outgoing) return 0
    const { rows } = await pool.query<Unsent>(
      `select g.district, g.day::text, g.told, a.username, g.overdue, g.soon, g.waiting, s.told is not null as begun from supervision.digest g
         join kernel.person p on p.id = g.told and (p.active_to is null or p.active_to > kernel.now())
         join kernel.account a on a.person_id = g.told and a.closed_at is null
         left join supervision.digest_sending s on s.district = g.district and s.day = g.day and s.told = g.told
       where g.day > $1::date - 7 and not exists
         (select from supervision.digest_delivery d where d.district = g.district and d.day = g.day and d.told = g.told)
       order by g.day, g.district, g.told limit 2000`,
      [today],
    )
    const fresh = rows.filter((one) => one.day === today && this.#maySend(one))
    if (fresh.length > 0) await this.#sendAll(outgoing, fresh)
    const became = (fate: Fate) => fresh.filter((one) => this.#fateOf(one) === fate)
    const sent = became('taken').length
    await this.#record([...rows.filter((one) => one.day !== today), ...became('taken'), ...became('barred')])
    return sent
  }

  #fateOf(one: Unsent): Fate | undefined {
    return this.#fates.get(idOf(one))
  }

  /** Of what was begun only what surely was not taken, as far as this process was there. */
  #maySend(one: Unsent): boolean {
    const fate = this.#fateOf(one)
    return fate === 'refused' || (fate === undefined && !one.begun)
  }

  async #sendAll(outgoing: Outgoing, fresh: readonly Unsent[]): Promise<void> {
    this.broken = await outgoing.ready()
    if (this.broken !== null) return
    for (let i = 0; i < fresh.length; i += begunAtOnce) {
      const some = fresh.slice(i, i + begunAtOnce)
      const ours = outgoing.once ? await this.#begin(some) : some
      for (let j = 0; j < ours.length; j += outgoing.atOnce) {
        const answers = await Promise.all(
          ours.slice(j, j + outgoing.atOnce).map((one) => this.#sendOne(outgoing, one)),
        )
        this.broken = answers.find(({ why }) => why !== null)?.why ?? this.broken
        if (answers.some(({ over }) => over)) return
      }
    }
  }

  /** Says of messages that they are being sent, before any is. Returns those that are ours to send. */
  async #begin(ones: readonly Unsent[]): Promise<Unsent[]> {
    const { kernel, token } = this.#options
    const ours = ones.filter((one) => one.begun)
    const fresh = ones.filter((one) => !one.begun)
    for (const [district, some] of Map.groupBy(fresh, (one) => one.district)) {
      const input = { district, day: some[0]!.day, told: some.map(({ told }) => told) }
      const outcome = await kernel.perform(beginSending, { token, requestId: randomUUID(), input })
      if (outcome.ok) ours.push(...some)
    }
    // Begun and not handed over yet: nowhere, as long as this process is there to know it.
    for (const one of ours) this.#fates.set(idOf(one), 'refused')
    return ours
  }

  async #sendOne(outgoing: Outgoing, one: Unsent): Promise<Answer> {
    this.#fates.set(idOf(one), 'unknown')
    const answer = await outgoing.send(this.#messageOf(one))
    this.#fates.set(idOf(one), answer.fate)
    return answer
  }

  #messageOf(one: Unsent): Message {
    const { username, district, day, overdue, soon, waiting } = one
    const counts = { overdue, soon, waiting }
    return {
      id: idOf(one),
      to: username,
      office: district,
      day,
      ...counts,
      text: messageText(counts),
      url: `${this.#options.origin}/reminders`,
    }
  }

  async #record(settled: readonly Unsent[]): Promise<void> {
    const { kernel, token } = this.#options
    for (const [place, ones] of Map.groupBy(settled, (one) => `${one.district} ${one.day}`)) {
      const [district, day] = place.split(' ') as [string, string]
      const of = (was: boolean) =>
        ones.filter((one) => (this.#fateOf(one) === 'taken') === was).map(({ told }) => told)
      const input = { district, day, taken: of(true), missed: of(false) }
      const outcome = await kernel.perform(recordDelivery, { token, requestId: randomUUID(), input })
      if (outcome.ok) for (const one of ones) this.#fates.delete(idOf(one))
    }
  }
}
