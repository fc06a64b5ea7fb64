import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Kernel } from '../kernel/perform.ts'
import { reportVacancy } from './chain.ts'
import { settle } from './departure.ts'

interface Options {
  /** Reads as the auditor. */
  pool: pg.Pool
  kernel: Kernel
  /** Token of the service that acts for the watch. */
  token: Uint8Array
}

/** Does what falls due about people without anybody pressing anything: settles leavers and absences, finds vacant levels. */
export class PeopleWatch {
  readonly #options: Options
  #timer: NodeJS.Timeout | null = null
  #running: Promise<unknown> = Promise.resolve()
  #stopped = false

  constructor(options: Options) {
    this.#options = options
  }

  start(everyMs: number): void {
    const tick = async () => {
      // A database that is away is asked again in the next round.
      await this.runOnce().catch(() => {})
      if (!this.#stopped)
        this.#timer = setTimeout(() => {
          this.#running = tick()
        }, everyMs)
    }
    this.#running = tick()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#running
  }

  /** Looks once, and acts only where something is due. Returns how many acts that were. */
  async runOnce(): Promise<number> {
    const { pool, kernel, token } = this.#options
    const due = await pool.query<{ district: string; person_id: string }>('select * from people.unsettled()')
    for (const { district, person_id } of due.rows)
      await kernel.perform(settle, {
        token,
        requestId: randomUUID(),
        input: { district, personId: person_id },
      })
    const vacant = await pool.query<{ district: string; level: 'window' }>(
      `select v.district, v.level from people.vacancies() v
       where not exists (select from kernel.finding f where f.district = v.district and f.dedupe_key = 'chain_vacant:' || v.level and f.state <> 'closed')`,
    )
    for (const input of vacant.rows)
      await kernel.perform(reportVacancy, { token, requestId: randomUUID(), input })
    return due.rows.length + vacant.rows.length
  }
}
