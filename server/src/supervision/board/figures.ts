import type pg from 'pg'
import {
  type Control,
  declaredControls,
  type Ledger,
  type LedgerFigure,
  type OfficeCounts,
} from '../../kernel/control.ts'
import { Tx } from '../../platform/db/tx.ts'
import { countLines, type Listed, listLines } from './ledger.ts'

interface Kept {
  rows: readonly OfficeCounts[]
  /** Milliseconds it took, and when it was done. */
  took: number
  at: number
}

/** A dear figure may take one hundredth of the time: one that took 50 ms is counted again after five seconds at the soonest. */
const share = 100
/** A figure that takes longer is dear: it is told as it was, while it is counted again. */
const patienceMs = 40

/**
 * What stands in ledgers and lists now, counted as the auditor for every office at once and shared by all who look. Cheap
 * figures are counted for every look, dear ones no more often than they cost.
 */
export class Figures {
  readonly #pool: pg.Pool
  readonly #kept = new Map<string, Kept>()
  readonly #counting = new Map<string, Promise<Kept>>()

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  /** Rows of every control that has figures, by its id. */
  async all(): Promise<Map<string, readonly OfficeCounts[]>> {
    const told = new Map<string, readonly OfficeCounts[]>()
    for (const one of declaredControls()) {
      if (!one.ledgers) continue
      const kept = this.#kept.get(one.id)
      if (kept && kept.took > patienceMs) {
        told.set(one.id, kept.rows)
        // Whoever looks next hears of a failure.
        if (performance.now() - kept.at > kept.took * share)
          void this.#count(one).catch(() => this.#kept.delete(one.id))
      } else told.set(one.id, (await this.#count(one)).rows)
    }
    return told
  }

  /** Counted once, however many look. */
  #count(one: Control): Promise<Kept> {
    const under = this.#counting.get(one.id)
    if (under) return under
    const counting = this.#countNow(one).finally(() => this.#counting.delete(one.id))
    this.#counting.set(one.id, counting)
    return counting
  }

  async #countNow(one: Control): Promise<Kept> {
    const start = performance.now()
    const rows = await this.#read(async (tx) => {
      const all: OfficeCounts[] = []
      for (const ledger of one.ledgers!) all.push(...(await countLines(tx, ledger)))
      return all
    })
    const kept = { rows, took: performance.now() - start, at: performance.now() }
    this.#kept.set(one.id, kept)
    return kept
  }

  /** The lines that a figure counts, of one office or of all, by key. */
  lines(
    ledger: Ledger,
    figure: LedgerFigure,
    of: { district: string | null; after: string | null; most: number },
  ): Promise<Listed[]> {
    return this.#read((tx) => listLines(tx, ledger, figure, of))
  }

  async #read<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect()
    try {
      return await body(new Tx(client))
    } finally {
      client.release()
    }
  }
}
