import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { AnyAct } from '../kernel/act.ts'
import type { Kernel } from '../kernel/perform.ts'
import { Tx } from '../platform/db/tx.ts'
import { Watch } from '../platform/watch.ts'

export interface OfficeWatchOptions {
  /** Reads as the auditor. */
  pool: pg.Pool
  kernel: Kernel
  /** Token of the service that acts for the watch. */
  token: Uint8Array
}

/** Looks at every office, and has one act performed in each where something is to be written: nothing new, no act. */
export abstract class OfficeWatch extends Watch<string[]> {
  readonly #options: OfficeWatchOptions
  readonly #act: AnyAct

  /** `act` takes the office as `district`. */
  constructor(options: OfficeWatchOptions, act: AnyAct) {
    super()
    this.#options = options
    this.#act = act
  }

  /** Offices in which there is something to write, read as the auditor. */
  protected abstract offices(tx: Tx, at: Temporal.Instant): Promise<string[]>

  /** Looks once. Returns the offices in which it acted. */
  async runOnce(): Promise<string[]> {
    const { kernel, token } = this.#options
    const acted: string[] = []
    for (const district of await this.#look()) {
      const outcome = await kernel.perform(this.#act, { token, requestId: randomUUID(), input: { district } })
      if (outcome.ok) acted.push(district)
    }
    return acted
  }

  async #look(): Promise<string[]> {
    const client = await this.#options.pool.connect()
    try {
      const tx = new Tx(client)
      const { now } = await tx.one<{ now: string }>`select kernel.now() as now`
      return await this.offices(tx, Temporal.Instant.from(now))
    } finally {
      client.release()
    }
  }
}
