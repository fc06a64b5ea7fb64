import type pg from 'pg'
import { Watch } from '../../platform/watch.ts'

/** Leaves counted in one transaction: a few hundred milliseconds. */
const batch = 20_000

/** Counts what came into the logs for the board. The board counts what this has not reached by itself. */
export class TallyWatch extends Watch<number> {
  readonly #pool: pg.Pool

  /** @param pool Of the sequencer. */
  constructor(pool: pg.Pool) {
    super()
    this.#pool = pool
  }

  /** Counts until nothing is left. Returns how many leaves it counted. */
  async runOnce(): Promise<number> {
    let all = 0
    for (;;) {
      const { rows } = await this.#pool.query<{ n: number }>('select supervision.tally($1)::float8 as n', [
        batch,
      ])
      const { n } = rows[0]!
      all += n
      if (n === 0) return all
    }
  }
}
