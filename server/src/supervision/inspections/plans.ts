import { type Static, Type } from 'typebox'
import { act, type Ctx } from '../../kernel/act.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { officeDate } from '../../values/calendar.ts'
import { dayField, words } from '../rectification/acts.ts'
import { atField } from '../rectification/subject.ts'
import {
  byWhom,
  decideRefusal,
  inspectDuties,
  inspectionKinds,
  inspectorConflict,
  refuseInspection,
} from './rules.ts'
import { inspectionSubject, inspectorFacts } from './subject.ts'
import { inspectionDecisionTable, inspectionTable, lotTable, memberTable, sheetTable } from './tables.ts'

const officeField = (title: string) => Type.String({ title, pattern: '^[a-z]{2,20}$' })
export const personField = (title: string) => Type.String({ title, format: 'uuid' })
/** Office that inspects, and inspection, as every step names them. */
export const ofInspection = {
  district: officeField('检查机构|Inspecting office'),
  inspectionId: Type.String({ title: '检查|Inspection', format: 'uuid' }),
}
/** What every step has in common: it lies with the office that inspects, and the bureau may act for any. */
export const onInspection = {
  citywide: true,
  districtOf: (input: { district: string }) => input.district,
  subject: inspectionSubject,
  subjectId: (input: { inspectionId: string }) => input.inspectionId,
} as const

const planInput = Type.Object(
  {
    district: officeField('检查机构|Inspecting office'),
    kind: Type.Union(
      inspectionKinds.map((kind) => Type.Literal(kind)),
      { title: '检查方式|Kind' },
    ),
    inspected: officeField('被查机构|Office inspected'),
    checklistId: Type.String({ title: '检查表|Checklist', format: 'uuid' }),
    visitFrom: dayField('检查起日|Visit from'),
    visitTo: dayField('检查止日|Visit to'),
    periodFrom: dayField('被查期间起|Time inspected from'),
    periodTo: dayField('被查期间止|Time inspected to'),
    team: Type.Array(personField('检查组成员|Member'), { title: '检查组|Team', minItems: 1, maxItems: 8 }),
    readers: Type.Array(personField('评分人|Reader'), { title: '评分人|Readers', minItems: 1, maxItems: 8 }),
    draw: Type.Integer({ title: '抽取案卷数|Cases to draw', minimum: 0, maximum: 50 }),
  },
  { additionalProperties: false },
)
type PlanInput = Static<typeof planInput>

/**
 * 制定检查计划. One type of act for every kind, so that the public log does not tell a covert visit from any other.
 * A case review says how many files it draws (`draws.ts`); any other visit has one sheet.
 */
export const planInspection = act({
  type: 'inspection.plan',
  title: { zh: '制定检查计划', en: 'Plan an inspection' },
  clauses: ['1.2', '7.1', '7.2'],
  duties: inspectDuties,
  citywide: true,
  districtOf: (input) => input.district,
  input: planInput,
  result: Type.Object({ inspectionId: Type.String() }),
  created: (result) => ({ kind: 'inspection', id: result.inspectionId }),
  constraints: { sheet_drawn: () => atField('draw', refuseInspection('nothing_drawn')) },
  async handle({ tx, district, at }, input) {
    const known = await tx.maybe`select 1 from kernel.district where id = ${input.inspected}`
    if (!known || !byWhom(input.kind, district, input.inspected))
      return atField('inspected', refuseInspection('plan_by_whom'))
    const days = daysProblem(input, officeDate(at))
    if (days) return atField(days, refuseInspection('plan_days'))
    if (input.kind === 'case_review' ? input.draw < 1 : input.draw !== 0)
      return atField('draw', refuseInspection('draw_count'))
    const list = await listProblem(tx, input)
    if (list) return list
    const period = daysRange(input.periodFrom, input.periodTo)
    const team = await teamProblem(tx, district, input, period)
    if (team) return team
    const [made] = await tx.put<{ id: string }>(inspectionTable, {
      district,
      kind: input.kind,
      inspected: input.inspected,
      checklist_id: input.checklistId,
      visit: daysRange(input.visitFrom, input.visitTo),
      period,
    })
    const inspection_id = made!.id
    await tx.put(
      memberTable,
      input.team.map((person_id) => ({
        district,
        inspection_id,
        person_id,
        reader: input.readers.includes(person_id),
      })),
    )
    if (input.draw > 0) await tx.put(lotTable, { district, inspection_id, size: input.draw })
    else
      await tx.put(sheetTable, { district, inspection_id, inspected: input.inspected, no: 1, case_id: null })
    return { inspectionId: inspection_id }
  },
})

const daysRange = (from: string, to: string) => `[${from},${Temporal.PlainDate.from(to).add({ days: 1 })})`

/** The field of the first day that does not fit, or null. Pure. */
export function daysProblem(
  input: Pick<PlanInput, 'visitFrom' | 'visitTo' | 'periodFrom' | 'periodTo'>,
  today: Temporal.PlainDate,
): string | null {
  const days: Temporal.PlainDate[] = []
  for (const name of ['visitFrom', 'visitTo', 'periodFrom', 'periodTo'] as const)
    try {
      days.push(Temporal.PlainDate.from(input[name], { overflow: 'reject' }))
    } catch {
      return name
    }
  const [visitFrom, visitTo, periodFrom, periodTo] = days as [
    Temporal.PlainDate,
    Temporal.PlainDate,
    Temporal.PlainDate,
    Temporal.PlainDate,
  ]
  const after = Temporal.PlainDate.compare
  if (after(visitFrom, today) < 0 || today.until(visitFrom).total('days') > 400) return 'visitFrom'
  if (after(visitTo, visitFrom) < 0 || visitFrom.until(visitTo).total('days') >= 60) return 'visitTo'
  if (after(periodTo, visitTo) > 0) return 'periodTo'
  if (after(periodFrom, periodTo) > 0 || periodFrom.until(periodTo).total('days') >= 800) return 'periodFrom'
  return null
}

/** Why a checklist cannot be used: unknown, not approved, replaced by a newer version, or meant for other kinds. */
async function listProblem(tx: Ctx['tx'], { checklistId, kind }: PlanInput): Promise<Refusal | null> {
  const fit = await tx.maybe`
    select 1 from supervision.checklist c join supervision.checklist_decision d on d.district = c.district and d.checklist_id = c.id and d.approved
    where c.district = 'city' and c.id = ${checklistId}::uuid and ${kind} = any (c.kinds) and not exists (
      select from supervision.checklist n join supervision.checklist_decision e on e.district = n.district and e.checklist_id = n.id and e.approved
      where n.district = c.district and n.code = c.code and n.version > c.version)`
  return fit ? null : atField('checklistId', refuseInspection('checklist_not_in_force'))
}

async function teamProblem(
  tx: Ctx['tx'],
  district: string,
  { team, readers, kind, inspected }: PlanInput,
  period: string,
): Promise<Refusal | null> {
  const twice = (people: readonly string[]) => new Set(people).size < people.length
  if (team.length < 2 || twice(team)) return atField('team', refuseInspection('team_of_two'))
  if (readers.length !== 2 || twice(readers) || !readers.every((one) => team.includes(one)))
    return atField('readers', refuseInspection('team_of_two'))
  const facts = await inspectorFacts(tx, team, { district, inspected, period })
  for (const [i, member] of team.entries()) {
    const conflict = inspectorConflict(
      { district, kind, inspected },
      facts.find((one) => one.personId === member),
    )
    if (conflict) return atField(`team.${i}`, conflict)
  }
  return null
}

/** 批准检查计划: by somebody who neither made it nor is on its team; the team is looked at once more. */
export const decideInspection = act({
  ...onInspection,
  type: 'inspection.decide',
  title: { zh: '批准检查计划', en: 'Decide on a plan' },
  clauses: ['1.2', '7.1', '7.2'],
  duties: inspectDuties,
  input: Type.Object(
    { ...ofInspection, approved: Type.Boolean({ title: '批准|Approve' }), word: words('意见|Word', 500) },
    { additionalProperties: false },
  ),
  result: Type.Object({ approved: Type.Boolean() }),
  guards: [(one, { actor }) => decideRefusal(one, actor.personId)],
  async handle({ tx }, { approved, word }, one) {
    await tx.put(inspectionDecisionTable, {
      district: one.district,
      inspection_id: one.id,
      planned_by: one.plannedBy,
      approved,
      word: word.trim(),
    })
    return { approved }
  },
})
