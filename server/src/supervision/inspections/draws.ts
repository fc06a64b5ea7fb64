import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { ofInspection, onInspection } from './plans.ts'
import { drawRefusal, inspectDuties, refuseInspection } from './rules.ts'
import { drawTable, sheetTable } from './tables.ts'

/**
 * 抽取案卷 of a case review (7.2). Which cases follows from the first checkpoint published over the approval, which nobody knew when
 * the plan was made and approved; who presses the button changes nothing (decision 0088).
 */
export const drawReview = act({
  ...onInspection,
  type: 'inspection.draw',
  title: { zh: '抽取案卷', en: 'Draw the case files' },
  clauses: ['7.2'],
  duties: inspectDuties,
  input: Type.Object(ofInspection, { additionalProperties: false }),
  result: Type.Object({ drawn: Type.Integer() }),
  guards: [drawRefusal],
  async handle({ tx }, _, { district, id: inspection_id, inspected }) {
    const seed = await tx.maybe<{ checkpoint_size: string; root: string; seed: string }>`
      select * from supervision.review_seed(${district}, ${inspection_id}::uuid)`
    if (!seed) return refuseInspection('review_not_committed')
    await tx.put(drawTable, { district, inspection_id, ...seed })
    const drawn = await tx.rows<{ no: number; case_id: string }>`
      select no, case_id from supervision.draw_cases(${district}, ${inspection_id}::uuid)`
    await tx.put(
      sheetTable,
      drawn.map((one) => ({ district, inspection_id, inspected, ...one })),
    )
    return { drawn: drawn.length }
  },
})
