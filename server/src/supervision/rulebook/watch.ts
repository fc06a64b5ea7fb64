import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import type { Kernel } from '../../kernel/perform.ts'
import { Tx } from '../../platform/db/tx.ts'
import { Watch } from '../../platform/watch.ts'
import { ruleFaults } from './faults.ts'

/** 制度巡查: opens a finding of each fault of an office's rule book that has no open one. */
export const watchRules = act({
  type: 'rule.watch',
  title: { zh: '制度巡查', en: 'Look over the rule book' },
  clauses: ['2.1'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({ district: Type.String({ maxLength: 20 }) }, { additionalProperties: false }),
  result: Type.Object({ district: Type.String(), findings: Type.Integer() }),
  created: (result) => ({ kind: 'office', id: result.district }),
  async handle({ tx, district }) {
    let findings = 0
    for (const { district: _, ...fault } of await ruleFaults(tx, district))
      if (await openFinding(tx, district, 'service:detector', fault)) findings++
    return { district, findings }
  },
})

export interface RuleWatchOptions {
  /** Reads as the auditor. */
  pool: pg.Pool
  kernel: Kernel
  /** Token of the service that acts for the watch. */
  token: Uint8Array
}

/** Looks at the rule book of every office, and has `rule.watch` performed where something is found: nothing new, no act. */
export class RuleWatch extends Watch<string[]> {
  readonly #options: RuleWatchOptions

  constructor(options: RuleWatchOptions) {
    super()
    this.#options = options
  }

  /** Looks once. Returns the offices in which it acted. */
  async runOnce(): Promise<string[]> {
    const { kernel, token } = this.#options
    const acted: string[] = []
    for (const district of await this.#offices()) {
      const outcome = await kernel.perform(watchRules, {
        token,
        requestId: randomUUID(),
        input: { district },
      })
      if (outcome.ok) acted.push(district)
    }
    return acted
  }

  async #offices(): Promise<string[]> {
    const client = await this.#options.pool.connect()
    try {
      return [...new Set((await ruleFaults(new Tx(client), null)).map((one) => one.district))]
    } finally {
      client.release()
    }
  }
}
