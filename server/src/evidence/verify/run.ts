import type pg from 'pg'
import type { Vault } from '../../platform/vault.ts'

/** One thing that does not verify. The first in the list is the first met, in the order log, acts, tables. */
export interface Problem {
  code: string
  district: string
  /** Index of the leaf, where one is concerned. */
  index?: number
  act?: string
  table?: string
  /** Key of the row as its image names it. */
  key?: string
  message: string
}

/** What the parts of one verification share. */
export interface Run {
  /** In one read-only snapshot, as the auditor. */
  client: Pick<pg.PoolClient, 'query'>
  vault: Vault
  /** Hashes of the last image committed of each row, by log and field; `Images` names them. */
  images: Images
  report(problem: Problem): void
}

/** How many rows are read at a time. */
export const pageSize = 2000

/** The last image that the logs commit to of every row, as hashes. */
export class Images {
  readonly #hashes = new Map<string, Uint8Array>()

  set(district: string, field: string, hash: Uint8Array): void {
    this.#hashes.set(`${district}\n${field}`, hash)
  }

  /** Takes out the image of a row of `district`: what the city allots to a district stands in the city's log. */
  take(district: string, field: string): Uint8Array | undefined {
    const own = `${district}\n${field}`
    const name = this.#hashes.has(own) ? own : `city\n${field}`
    const hash = this.#hashes.get(name)
    this.#hashes.delete(name)
    return hash
  }

  /** Rows whose images nobody has taken. */
  *left(): Generator<{ district: string; table: string; key: string }> {
    for (const name of this.#hashes.keys()) {
      const [, district = '', table = '', key = ''] = /^(.*?)\nrow:(.*?):(.*)$/s.exec(name) ?? []
      yield { district, table, key }
    }
  }
}
