import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { openFindings } from '../../kernel/finding.ts'
import type { Kernel } from '../../kernel/perform.ts'
import { Tx } from '../../platform/db/tx.ts'
import { Watch } from '../../platform/watch.ts'
import type { WorkingCalendar } from '../../values/calendar.ts'
import { overdueTurns, untold, windowFaults } from './faults.ts'
import { endTable } from './tables.ts'

/** 坐班巡查: ends what closing time has ended, and opens a finding of each fault that has none. */
export const watchWindows = act({
  type: 'window.watch',
  title: { zh: '坐班巡查', en: 'Look over window duty' },
  clauses: ['3.1', '3.2', '3.3', '3.4'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({ district: Type.String({ maxLength: 20 }) }, { additionalProperties: false }),
  result: Type.Object({ district: Type.String(), ended: Type.Integer(), findings: Type.Integer() }),
  created: (result) => ({ kind: 'office', id: result.district }),
  async handle({ tx, district, at, deps }) {
    await tx.one`select pg_advisory_xact_lock(hashtextextended(${`window watch ${district}`}, 0))`
    const over = await overdueTurns(tx, district)
    if (over.length > 0)
      await tx.put(
        endTable,
        over.map(({ id }) => ({ district, turn_id: id })),
      )
    const faults = await untold(tx, district, await windowFaults(tx, district, at, deps.calendar))
    const opened = await openFindings(tx, district, 'service:detector', faults)
    return { district, ended: over.length, findings: opened.filter((id) => id !== null).length }
  },
})

export interface WindowWatchOptions {
  /** Reads as the auditor. */
  pool: pg.Pool
  kernel: Kernel
  /** Token of the service that acts for the watch. */
  token: Uint8Array
  calendar: WorkingCalendar
}

/** Looks at the turns of every office, and has `window.watch` performed where something is to be written: nothing new, no act. */
export class WindowWatch extends Watch<string[]> {
  readonly #options: WindowWatchOptions

  constructor(options: WindowWatchOptions) {
    super()
    this.#options = options
  }

  /** Looks once. Returns the offices in which it acted. */
  async runOnce(): Promise<string[]> {
    const { kernel, token } = this.#options
    const acted: string[] = []
    for (const district of await this.#offices()) {
      const outcome = await kernel.perform(watchWindows, {
        token,
        requestId: randomUUID(),
        input: { district },
      })
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
      const offices = await tx.rows<{ id: string }>`
        select distinct district as id from supervision.window_turn union select district from supervision.window_rota order by 1`
      const found: string[] = []
      for (const { id } of offices) {
        const faults = await windowFaults(tx, id, Temporal.Instant.from(now), calendar)
        if ((await overdueTurns(tx, id)).length > 0 || (await untold(tx, id, faults)).length > 0)
          found.push(id)
      }
      return found
    } finally {
      client.release()
    }
  }
}
