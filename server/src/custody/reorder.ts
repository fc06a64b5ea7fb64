import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { BlankKind } from './serials.ts'
import { reorderLevelTable } from './tables.ts'

/** 申领线: below how many blanks in the store of a kind the office is told to order. Without one it is a thousand. */
export const setReorderLevel = act({
  type: 'custody.setReorderLevel',
  title: { zh: '设定申领线', en: 'Set when to reorder' },
  clauses: ['4.4'],
  duties: ['centre_lead'],
  input: Type.Object(
    {
      kind: BlankKind,
      level: Type.Integer({ title: '库存下限|Lowest stock', minimum: 0, maximum: 10_000_000 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ level: Type.Integer() }),
  created: () => ({ kind: 'store', id: 'reorder' }),
  async handle({ tx, district }, input) {
    const known =
      await tx.maybe`select 1 from custody.reorder_level where district = ${district} and kind = ${input.kind} for update`
    if (known) await tx.change(reorderLevelTable, { district, kind: input.kind }, { level: input.level })
    else await tx.put(reorderLevelTable, { district, ...input })
    return { level: input.level }
  },
})
