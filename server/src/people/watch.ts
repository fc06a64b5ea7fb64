import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Kernel } from '../kernel/perform.ts'
import { Watch } from '../platform/watch.ts'
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
export class PeopleWatch extends Watch<number> {
  readonly #options: Options

  constructor(options: Options) {
    super()
    this.#options = options
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
