import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Kernel } from '../../kernel/perform.ts'
import { Tx } from '../../platform/db/tx.ts'
import { Watch } from '../../platform/watch.ts'
import type { WorkingCalendar } from '../../values/calendar.ts'
import { dueCards, escalate } from './cards.ts'

export interface RectificationWatchOptions {
  /** Reads as the auditor. */
  pool: pg.Pool
  kernel: Kernel
  /** Token of the service that acts for the watch. */
  token: Uint8Array
  calendar: WorkingCalendar
}

/** Looks for findings whose day has passed, and has their cards shown. Nothing due, no act. */
export class RectificationWatch extends Watch<string[]> {
  readonly #options: RectificationWatchOptions

  constructor(options: RectificationWatchOptions) {
    super()
    this.#options = options
  }

  /** Looks once. Returns the offices in which it acted. */
  async runOnce(): Promise<string[]> {
    const { kernel, token } = this.#options
    const acted: string[] = []
    for (const district of await this.#offices()) {
      const outcome = await kernel.perform(escalate, { token, requestId: randomUUID(), input: { district } })
      if (outcome.ok) acted.push(district)
    }
    return acted
  }

  async #offices(): Promise<string[]> {
    const { pool, calendar } = this.#options
    const client = await pool.connect()
    try {
      const tx = new Tx(client)
      const { now } = await tx.one<{ now: string }>`select kernel.now() as now`
      const offices = await tx.rows<{ id: string }>`select id from kernel.district order by sort`
      const late: string[] = []
      for (const { id } of offices)
        if ((await dueCards(tx, id, Temporal.Instant.from(now), calendar)).length > 0) late.push(id)
      return late
    } finally {
      client.release()
    }
  }
}
