import type { Run } from './run.ts'

/** How far an act may lie before one that stands earlier in the log: as long as its transaction may take. */
const spreadMaxMs = 600_000

/** Numbers of the acts by which the clock of a demo was moved, in order. */
export async function clockMoves(client: Run['client']): Promise<number[]> {
  const { rows } = await client.query<{ seq: number }>(
    `select seq from kernel.act where type = 'evidence.moveClock' and outcome = 'done' order by seq`,
  )
  return rows.map(({ seq }) => seq)
}

/** Watches the times along a log: they go back only where the log says that the clock was moved. */
export class Times {
  readonly #moves: readonly number[]
  #nextMove = 0
  #latest = ''

  constructor(moves: readonly number[]) {
    this.#moves = moves
  }

  /** By how many seconds the next act lies too early; null when it does not. @param at ISO in UTC with microseconds. */
  back({ at, seq }: { at: string; seq: number }): number | null {
    while ((this.#moves[this.#nextMove] ?? Infinity) < seq) {
      this.#nextMove++
      this.#latest = ''
    }
    if (at >= this.#latest) {
      this.#latest = at
      return null
    }
    const ms = Date.parse(this.#latest) - Date.parse(at)
    return ms > spreadMaxMs ? Math.round(ms / 1000) : null
  }
}
