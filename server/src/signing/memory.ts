import { DatabaseSync } from 'node:sqlite'

/** The largest tree of a log that somebody has put their name to. */
export interface Seen {
  size: number
  root: Uint8Array
  /** The note as it was given out; empty where only the tree is remembered. */
  note: string
}

/**
 * What a signer or a witness has put its name to, log by log, on its own disk and synced before a signature leaves
 * the house. It only ever moves forward, by compare-and-set: a slow older request never takes it back.
 */
export class TreeMemory {
  readonly #db: DatabaseSync

  /** @param path File of its own, made when missing; `:memory:` forgets. */
  constructor(path: string) {
    this.#db = new DatabaseSync(path, { timeout: 5_000 })
    this.#db.exec(`pragma journal_mode = wal; pragma synchronous = full;
      create table if not exists seen (origin text primary key, size integer not null, root blob not null, note text not null) strict`)
  }

  get(origin: string): Seen | null {
    const row = this.#db.prepare('select size, root, note from seen where origin = ?').get(origin)
    return row ? { size: Number(row.size), root: row.root as Uint8Array, note: String(row.note) } : null
  }

  /** Moves on from the tree that was judged against; false when somebody else moved first. */
  advance(origin: string, before: Seen | null, { size, root, note }: Seen): boolean {
    const done = before
      ? this.#db
          .prepare('update seen set size = ?, root = ?, note = ? where origin = ? and size = ? and root = ?')
          .run(size, root, note, origin, before.size, before.root)
      : this.#db.prepare('insert or ignore into seen values (?, ?, ?, ?)').run(origin, size, root, note)
    return Number(done.changes) === 1
  }

  /** Runs `work` as one step on disk: all of it is kept, or nothing. */
  together<T>(work: () => T): T {
    this.#db.exec('begin immediate')
    try {
      const result = work()
      this.#db.exec('commit')
      return result
    } catch (error) {
      this.#db.exec('rollback')
      throw error
    }
  }

  origins(): string[] {
    return this.#db
      .prepare('select origin from seen order by origin')
      .all()
      .map((row) => String(row.origin))
  }

  close(): void {
    this.#db.close()
  }
}
