import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Kernel } from '../../kernel/perform.ts'
import { Tx } from '../../platform/db/tx.ts'
import { Watch } from '../../platform/watch.ts'
import { recomputeDuties } from './acts.ts'
import { compare, computeOffice, faultsOf, type Judging, storedRows } from './engine.ts'

export interface DutyWatchOptions {
  /** Reads as the auditor. */
  pool: pg.Pool
  kernel: Kernel
  /** Token of the service that acts for the watch. */
  token: Uint8Array
  judging: Judging
}

/** Acts of one office in one look; the next look goes on. */
const mostActs = 100

/** Computes the periodic duties of every office, and performs `duty.recompute` where they stand otherwise than written: nothing new, no act. */
export class DutyWatch extends Watch<string[]> {
  readonly #options: DutyWatchOptions

  constructor(options: DutyWatchOptions) {
    super()
    this.#options = options
  }

  /** Looks once. Returns the offices in which it acted. */
  async runOnce(): Promise<string[]> {
    const { pool, kernel, token } = this.#options
    const { rows } = await pool.query<{ id: string }>('select id from kernel.district order by sort')
    const acted: string[] = []
    for (const { id: district } of rows) {
      // An office that owes very much is computed in several acts.
      for (let times = 0; times < mostActs && (await this.#somethingNew(district)); times++) {
        const outcome = await kernel.perform(recomputeDuties, {
          token,
          requestId: randomUUID(),
          input: { district },
        })
        if (times === 0) acted.push(district)
        if (!outcome.ok || Object.values(outcome.result as object).every((n) => n === 0)) break
      }
    }
    return acted
  }

  async #somethingNew(district: string): Promise<boolean> {
    const { pool, judging } = this.#options
    const client = await pool.connect()
    try {
      const tx = new Tx(client)
      const { now } = await tx.one<{ now: string }>`select kernel.now() as now`
      const at = Temporal.Instant.from(now)
      const computed = await computeOffice(tx, district, at, judging)
      // An office without anybody and anything owes nothing, and nothing is written of it.
      const met = computed.filter((one) => one.startedOn !== null || one.subjects.length > 0)
      const changes = compare(met, await storedRows(tx, district))
      if (changes.starts.length + changes.added.length + changes.changed.length > 0) return true
      const faults = faultsOf(met, district, at, judging)
      if (faults.length === 0) return false
      const known = await tx.rows<{ key: string }>`
        select distinct dedupe_key as key from kernel.finding
        where district = ${district} and dedupe_key = any (${faults.map((one) => one.dedupeKey)}::text[])`
      return known.length < new Set(faults.map((one) => one.dedupeKey)).size
    } finally {
      client.release()
    }
  }
}
