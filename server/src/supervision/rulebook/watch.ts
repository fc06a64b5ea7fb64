import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { OfficeWatch, type OfficeWatchOptions } from '../office-watch.ts'
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

/** Looks at the rule book of every office. */
export class RuleWatch extends OfficeWatch {
  constructor(options: OfficeWatchOptions) {
    super(options, watchRules)
  }

  protected override async offices(tx: Tx): Promise<string[]> {
    return [...new Set((await ruleFaults(tx, null)).map((one) => one.district))]
  }
}
