import { Type } from 'typebox'
import { act, type Subject } from '../../kernel/act.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { words } from '../rectification/acts.ts'
import { atField } from '../rectification/subject.ts'
import { checklistDuties, inspectionKinds, refuseInspection } from './rules.ts'
import { checklistDecisionTable, checklistItemTable, checklistTable, paceTable } from './tables.ts'

const Kinds = inspectionKinds.map((kind) => Type.Literal(kind))
const Item = Type.Object(
  {
    clause: Type.String({ title: '条款|Clause', pattern: '^[1-8]\\.[1-9]$' }),
    wording: words('检查内容|What is looked at', 300),
    weight: Type.Integer({ title: '权重|Weight', minimum: 1, maximum: 100 }),
    scoring: Type.Union([Type.Literal('yes_no'), Type.Literal('points')], { title: '评分方式|Scoring' }),
    most: Type.Integer({ title: '满分|Most points', minimum: 1, maximum: 100 }),
    pass: Type.Integer({ title: '合格分|Pass mark', minimum: 1, maximum: 100 }),
  },
  { additionalProperties: false },
)

/** 编写检查表: a new list, or the next version of one; what was written before stays as it was. */
export const writeChecklist = act({
  type: 'checklist.write',
  title: { zh: '编写检查表', en: 'Write a checklist' },
  clauses: ['1.2', '7.1', '7.2'],
  duties: checklistDuties,
  input: Type.Object(
    {
      code: Type.String({ title: '编号|Code', pattern: '^[a-z][a-z0-9_]{1,39}$' }),
      title: words('名称|Title', 100),
      kinds: Type.Array(Type.Union(Kinds), {
        title: '适用的检查|Kinds',
        minItems: 1,
        maxItems: 6,
        uniqueItems: true,
      }),
      threshold: Type.Integer({ title: '分歧界限（%）|Threshold (%)', minimum: 0, maximum: 100 }),
      /** Version this one follows: 0 for a new list. */
      after: Type.Integer({ title: '上一版|Version before', minimum: 0, maximum: 9999 }),
      items: Type.Array(Item, { title: '检查项目|Items', minItems: 1, maxItems: 60 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ checklistId: Type.String(), version: Type.Integer() }),
  created: (result) => ({ kind: 'checklist', id: result.checklistId }),
  async handle({ tx, district }, { items, after, title, ...list }) {
    if (district !== 'city') return refuseInspection('checklist_city')
    const wrong = items.findIndex(
      (item) => item.pass > item.most || (item.scoring === 'yes_no' && item.most !== 1),
    )
    if (wrong >= 0) return atField(`items.${wrong}.pass`, refuseInspection('item_points_wrong'))
    await tx.one`select pg_advisory_xact_lock(hashtextextended(${`checklist ${list.code}`}, 0))`
    const { last } = await tx.one<{ last: number }>`
      select coalesce(max(version), 0)::int as last from supervision.checklist where district = ${district} and code = ${list.code}`
    if (last !== after) return atField('code', refuseInspection('checklist_changed'))
    const [row] = await tx.put<{ id: string }>(checklistTable, {
      district,
      ...list,
      title: title.trim(),
      version: last + 1,
    })
    await tx.put(
      checklistItemTable,
      items.map((item, i) => ({
        district,
        checklist_id: row!.id,
        no: i + 1,
        ...item,
        wording: item.wording.trim(),
      })),
    )
    return { checklistId: row!.id, version: last + 1 }
  },
})

interface Checklist {
  district: string
  id: string
  writtenBy: string
  decided: boolean
}
const checklistSubject: Subject<Checklist> = {
  kind: 'checklist',
  async load(tx, id, lock) {
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`checklist ${id}`}, 0))`
    return tx.maybe<Checklist>`
      select c.district, c.id, c.person_id as "writtenBy", d.checklist_id is not null as decided
      from supervision.checklist c left join supervision.checklist_decision d on d.district = c.district and d.checklist_id = c.id
      where c.id = ${id}::uuid and c.district = kernel.act_district()`
  },
}

/** Says what keeps somebody from deciding on a version. Pure. */
export function checklistRefusal(
  { writtenBy, decided }: Pick<Checklist, 'writtenBy' | 'decided'>,
  personId: string | null,
): Refusal | null {
  if (decided) return refuseInspection('checklist_decided')
  return personId === writtenBy ? refuseInspection('checklist_own') : null
}

/** 批准检查表: by somebody other than who wrote it; from then on this version is the one that plans use. */
export const decideChecklist = act({
  type: 'checklist.decide',
  title: { zh: '批准检查表', en: 'Decide on a checklist' },
  clauses: ['1.2', '7.1', '7.2'],
  duties: checklistDuties,
  input: Type.Object(
    {
      checklistId: Type.String({ title: '检查表|Checklist', format: 'uuid' }),
      approved: Type.Boolean({ title: '批准|Approve' }),
      word: words('意见|Word', 500),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ approved: Type.Boolean() }),
  subject: checklistSubject,
  subjectId: (input) => input.checklistId,
  guards: [(list, { actor }) => checklistRefusal(list, actor.personId)],
  async handle({ tx }, { approved, word }, { district, id, writtenBy }) {
    await tx.put(checklistDecisionTable, {
      district,
      checklist_id: id,
      written_by: writtenBy,
      approved,
      word: word.trim(),
    })
    return { approved }
  },
})

/** 设定检查频次: how often the checks of 1.2 fall due, by a leader of the bureau; periods that have begun keep theirs. */
export const setInspectionPace = act({
  type: 'inspection.setPace',
  title: { zh: '设定检查频次', en: 'Set how often checks fall due' },
  clauses: ['1.2'],
  duties: ['district_lead'],
  input: Type.Object(
    {
      kind: Type.Union([Type.Literal('self'), Type.Literal('mutual'), Type.Literal('spot')], {
        title: '检查|Kind',
      }),
      days: Type.Integer({ title: '间隔天数|Days between', minimum: 7, maximum: 366 }),
      reason: words('理由|Reason', 500),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ days: Type.Integer() }),
  created: () => ({ kind: 'inspection_pace', id: 'city' }),
  async handle({ tx, district }, { kind, days, reason }) {
    if (district !== 'city') return refuseInspection('checklist_city')
    await tx.put(paceTable, { district, kind, days, reason: reason.trim() })
    return { days }
  },
})
