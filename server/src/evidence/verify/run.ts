import type pg from 'pg'
import type { Text } from '../../kernel/refusal.ts'
import type { Vault } from '../../platform/vault.ts'
import { officeById } from '../../values/districts.ts'
import type { Officers } from './officers.ts'

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
  /** The message in Chinese. */
  zh: string
}

/** A problem as it is reported: what it says in both languages. */
export type Reported = Omit<Problem, 'message' | 'zh'> & Text

/** What an office is called in Chinese; what is none, as it stands. */
export const zhOffice = (district: string): string => officeById(district)?.name.zh ?? district

/** What the parts of one verification share. */
export interface Run {
  /** In one read-only snapshot, as the auditor. */
  client: Pick<pg.PoolClient, 'query'>
  vault: Vault
  /** Hashes of the last image committed of each row, by log and field; `Images` names them. */
  images: Images
  /** Factors with which acts of high value are confirmed. */
  officers: Officers
  report(problem: Reported): void
}

/** How many rows are read at a time. */
export const pageSize = 2000

/** The last image that the logs commit to of every row, as hashes. */
export class Images {
  readonly #images = new Map<string, { hash: Uint8Array; seq: number; district: string }>()
  readonly #anyLog: ReadonlySet<string>

  /** @param anyLog Tables whose rows acts of several offices change: of each row the newest image of all logs counts. */
  constructor(anyLog: ReadonlySet<string> = new Set()) {
    this.#anyLog = anyLog
  }

  /** @param seq Place of the act among all acts of the house. */
  set(district: string, field: string, hash: Uint8Array, seq: number): void {
    const name = `${this.#isOfAnyLog(field) ? '' : district}\n${field}`
    const known = this.#images.get(name)
    if (!known || known.seq <= seq) this.#images.set(name, { hash, seq, district })
  }

  /** Takes out the image of a row of `district`: what the city allots to a district stands in the city's log. */
  take(district: string, field: string): Uint8Array | undefined {
    const own = `${this.#isOfAnyLog(field) ? '' : district}\n${field}`
    const name = this.#images.has(own) ? own : `city\n${field}`
    const image = this.#images.get(name)
    this.#images.delete(name)
    return image?.hash
  }

  /** Rows whose images nobody has taken. */
  *left(): Generator<{ district: string; table: string; key: string }> {
    for (const [name, { district }] of this.#images) {
      const [, table = '', key = ''] = /\nrow:(.*?):(.*)$/s.exec(name) ?? []
      yield { district, table, key }
    }
  }

  #isOfAnyLog(field: string): boolean {
    return this.#anyLog.has(field.slice('row:'.length, field.indexOf(':', 'row:'.length)))
  }
}
