import { type Static, Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { words } from '../rectification/acts.ts'
import { atField, unknownFile } from '../rectification/subject.ts'
import { ofInspection, onInspection } from './plans.ts'
import { inspectDuties, readingRefusal, refuseInspection, rulingRefusal } from './rules.ts'
import { readingTable, rulingTable, scoreTable } from './tables.ts'

const sheet = Type.Integer({ title: '评分表|Sheet', minimum: 1, maximum: 50 })
const item = Type.Integer({ title: '项目|Item', minimum: 1, maximum: 60 })
/** Null where the item does not apply. */
const points = Type.Union([Type.Integer({ minimum: 0, maximum: 100 }), Type.Null()], {
  title: '得分|Points',
})
const Score = Type.Object(
  {
    sheet,
    item,
    points,
    note: Type.Optional(words('问题或说明|Note', 1000)),
    photos: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' }), {
      title: '照片|Photos',
      maxItems: 10,
      uniqueItems: true,
    }),
  },
  { additionalProperties: false },
)

interface ItemRule {
  no: number
  most: number
  pass: number
}

/** The first thing wrong with a score, beside its field. Pure. */
export function scoreProblem(
  score: Static<typeof Score>,
  rule: ItemRule | undefined,
  path: string,
): Refusal | null {
  if (!rule || (score.points ?? 0) > rule.most)
    return atField(`${path}.points`, refuseInspection('score_wrong', { most: rule?.most ?? 0 }))
  return (score.points === null || score.points < rule.pass) && !score.note?.trim()
    ? atField(`${path}.note`, refuseInspection('fault_needs_note'))
    : null
}

/** 评分: part by part, so that nothing is lost on the way; until it is handed in, a later score of an item counts. */
export const saveScores = act({
  ...onInspection,
  type: 'inspection.score',
  title: { zh: '评分', en: 'Score' },
  clauses: ['7.1', '7.2'],
  duties: [],
  input: Type.Object(
    { ...ofInspection, scores: Type.Array(Score, { title: '评分|Scores', minItems: 1, maxItems: 60 }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ saved: Type.Integer(), left: Type.Integer() }),
  guards: [(one, { actor }) => readingRefusal(one, actor.personId, 'score')],
  async handle({ tx, actor }, { scores }, one) {
    const rules = await tx.rows<ItemRule>`
      select no, most, pass from supervision.checklist_item where checklist_id = ${one.checklistId}`
    const sheets = await tx.rows<{ no: number }>`
      select no from supervision.inspection_sheet where district = ${one.district} and inspection_id = ${one.id}`
    const had = await tx.rows<{ sheet: number; item: number; no: number }>`
      select sheet, item, max(no)::int as no from supervision.inspection_score
      where district = ${one.district} and inspection_id = ${one.id} and person_id = ${actor.personId} group by sheet, item`
    const seen = new Set<string>()
    for (const [i, score] of scores.entries()) {
      const key = `${score.sheet} ${score.item}`
      if (!sheets.some(({ no }) => no === score.sheet) || seen.has(key))
        return atField(`scores.${i}.sheet`, refuseInspection('score_wrong', { most: 0 }))
      seen.add(key)
      const problem = scoreProblem(
        score,
        rules.find(({ no }) => no === score.item),
        `scores.${i}`,
      )
      if (problem) return problem
      const unknown = await unknownFile(tx, score.photos)
      if (unknown >= 0) return atField(`scores.${i}.photos.${unknown}`, refuseInspection('photo_unknown'))
    }
    const rows = scores.map(({ note, ...score }) => ({
      district: one.district,
      inspection_id: one.id,
      ...score,
      no: (had.find((row) => row.sheet === score.sheet && row.item === score.item)?.no ?? 0) + 1,
      note: note?.trim() ?? null,
    }))
    await tx.put(scoreTable, rows)
    return { saved: rows.length, left: one.left - rows.filter(({ no }) => no === 1).length }
  },
})

/** 提交评分: whole and for good. When both are in, each sees the other's. */
export const submitReading = act({
  ...onInspection,
  type: 'inspection.submit',
  title: { zh: '提交评分', en: 'Hand in a reading' },
  clauses: ['7.1', '7.2'],
  duties: [],
  input: Type.Object(ofInspection, { additionalProperties: false }),
  result: Type.Object({ submitted: Type.Boolean() }),
  guards: [(one, { actor }) => readingRefusal(one, actor.personId, 'submit')],
  async handle({ tx }, _, one) {
    await tx.put(readingTable, { district: one.district, inspection_id: one.id })
    return { submitted: true }
  },
})

/** 裁定分歧: what two readings tell too differently is decided by a third person, with a reason. */
export const ruleDifference = act({
  ...onInspection,
  type: 'inspection.rule',
  title: { zh: '裁定评分分歧', en: 'Decide a difference' },
  clauses: ['7.1', '7.2'],
  duties: inspectDuties,
  input: Type.Object(
    { ...ofInspection, sheet, item, points, reason: words('裁定理由|Reason', 1000) },
    { additionalProperties: false },
  ),
  result: Type.Object({ undecided: Type.Integer() }),
  guards: [(one, { actor }) => rulingRefusal(one, actor.personId)],
  async handle({ tx }, input, one) {
    const line = await tx.maybe<{ most: number; open: boolean }>`
      select most, differs and not ruled as open from supervision.inspection_lines(${one.district}, ${one.id}::uuid)
      where sheet = ${input.sheet} and item = ${input.item}`
    if (!line?.open) return atField('item', refuseInspection('ruling_not_needed'))
    if ((input.points ?? 0) > line.most)
      return atField('points', refuseInspection('score_wrong', { most: line.most }))
    await tx.put(rulingTable, {
      district: one.district,
      inspection_id: one.id,
      sheet: input.sheet,
      item: input.item,
      points: input.points,
      reason: input.reason.trim(),
    })
    return { undecided: one.undecided! - 1 }
  },
})
