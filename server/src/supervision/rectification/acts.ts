import { Type } from 'typebox'
import { act, type Ctx } from '../../kernel/act.ts'
import { findingStepTable, findingTable } from '../../kernel/finding.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { officeDate } from '../../values/calendar.ts'
import { type Finding, rectifyDuties, refuseRectification, stepRefusal } from './rules.ts'
import { atField, deadlineProblem, findingSubject, unknownFile } from './subject.ts'
import { fixCheckTable, fixTable, noticeTable, planTable, reassignmentTable } from './tables.ts'

/** Office and finding, as every step names them. */
export const ofFinding = {
  district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
  findingId: Type.String({ title: '问题|Finding', format: 'uuid' }),
}
export const words = (title: string, most: number) =>
  Type.String({ title, minLength: 2, maxLength: most, pattern: '\\S\\s*\\S' })
export const dayField = (title: string) => Type.String({ title, pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/** Writes the step in the life of the finding and moves it on. */
async function move(
  tx: Ctx['tx'],
  finding: Finding,
  state: Finding['state'],
  note: string,
  set: object = {},
) {
  await tx.change(findingTable, { district: finding.district, id: finding.id }, { state, ...set })
  await tx.put(findingStepTable, {
    district: finding.district,
    finding_id: finding.id,
    no: finding.steps + 1,
    state,
    note,
  })
}

const common = {
  clauses: ['7.4'],
  citywide: true,
  districtOf: (input: { district: string }) => input.district,
  subject: findingSubject,
  subjectId: (input: { findingId: string }) => input.findingId,
  result: Type.Object({ state: Type.String() }),
} as const

/** 整改通知: the written notice that makes somebody responsible, and the day by which their plan is owed (7.4). */
export const giveNotice = act({
  ...common,
  type: 'finding.notice',
  title: { zh: '发整改通知', en: 'Give notice of a finding' },
  duties: rectifyDuties,
  input: Type.Object(
    {
      ...ofFinding,
      responsibleId: Type.String({ title: '整改责任人|Responsible person', format: 'uuid' }),
      requirement: words('整改要求|What is to be put right', 1000),
      planDue: dayField('报送整改措施的期限|Plan due'),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ state: Type.String(), number: Type.String() }),
  guards: [(finding, { actor }) => stepRefusal(finding, 'notice', actor.personId)],
  async handle({ tx, actor, at, deps }, input, finding) {
    const unfit = await responsibleProblem(tx, finding, input.responsibleId, actor.personId)
    if (unfit) return unfit
    const problem = deadlineProblem('planDue', input.planDue, at, deps.calendar)
    if (problem) return problem
    const { year } = officeDate(at)
    await tx.one`select pg_advisory_xact_lock(hashtextextended(${`notice ${finding.district} ${year}`}, 0))`
    const { no } = await tx.one<{ no: number }>`
      select coalesce(max(no), 0) + 1 as no from supervision.notice where district = ${finding.district} and year = ${year}`
    await tx.put(noticeTable, {
      district: finding.district,
      finding_id: finding.id,
      year,
      no,
      responsible: input.responsibleId,
      requirement: input.requirement.trim(),
      plan_due: input.planDue,
    })
    await move(tx, finding, 'noticed', input.requirement.trim(), {
      owner_id: input.responsibleId,
      due_on: input.planDue,
    })
    return { state: 'noticed', number: `${year}-${no}` }
  },
  constraints: {
    notice_once: () => refuseRectification('finding_order'),
    notice_to_another: () => refuseRectification('responsible_self'),
  },
})

/** 改派: another answers for it from now on, by the same day; what the first planned stays in the record. */
export const reassignFinding = act({
  ...common,
  type: 'finding.reassign',
  title: { zh: '改派整改责任人', en: 'Make another responsible' },
  duties: rectifyDuties,
  input: Type.Object(
    {
      ...ofFinding,
      responsibleId: Type.String({ title: '整改责任人|Responsible person', format: 'uuid' }),
      reason: words('理由|Reason', 500),
    },
    { additionalProperties: false },
  ),
  guards: [(finding, { actor }) => stepRefusal(finding, 'reassign', actor.personId)],
  async handle({ tx, actor }, input, finding) {
    if (input.responsibleId === finding.responsible)
      return atField('responsibleId', refuseRectification('reassign_same'))
    const unfit = await responsibleProblem(tx, finding, input.responsibleId, actor.personId)
    if (unfit) return unfit
    const { no } = await tx.one<{ no: number }>`
      select count(*)::int + 1 as no from supervision.reassignment where district = ${finding.district} and finding_id = ${finding.id}`
    await tx.put(reassignmentTable, {
      district: finding.district,
      finding_id: finding.id,
      no,
      was: finding.responsible,
      responsible: input.responsibleId,
      reason: input.reason.trim(),
    })
    await move(tx, finding, finding.state, input.reason.trim(), { owner_id: input.responsibleId })
    return { state: finding.state }
  },
  constraints: { reassigned_to_another: () => refuseRectification('reassign_own') },
})

/** Why somebody cannot answer for a finding: whoever says so themselves, and who is not at work in its office. */
async function responsibleProblem(
  tx: Ctx['tx'],
  { district }: Finding,
  responsible: string,
  personId: string | null,
): Promise<Refusal | null> {
  if (responsible === personId) return atField('responsibleId', refuseRectification('responsible_self'))
  const fit = await tx.maybe`
    select 1 from kernel.person p where p.id = ${responsible}::uuid and p.district = ${district} and (p.active_to is null or p.active_to > kernel.now())`
  return fit ? null : atField('responsibleId', refuseRectification('responsible_unknown'))
}

/** 整改措施: what the responsible person will do, and by when; a fix that was sent back gets a new plan. */
export const makePlan = act({
  ...common,
  type: 'finding.plan',
  title: { zh: '报整改措施', en: 'Plan the fix' },
  duties: [],
  input: Type.Object(
    { ...ofFinding, measures: words('整改措施|Measures', 2000), deadline: dayField('完成期限|Deadline') },
    { additionalProperties: false },
  ),
  guards: [(finding, { actor }) => stepRefusal(finding, 'plan', actor.personId)],
  async handle({ tx, at, deps }, input, finding) {
    const problem = deadlineProblem('deadline', input.deadline, at, deps.calendar)
    if (problem) return problem
    // Time that was granted once is not taken by planning again: more of it is asked for.
    if (finding.state === 'planned' && finding.plans > finding.fixes)
      return atField('deadline', refuseRectification('finding_order'))
    await tx.put(planTable, {
      district: finding.district,
      finding_id: finding.id,
      no: finding.plans + 1,
      measures: input.measures.trim(),
      deadline: input.deadline,
    })
    await move(tx, finding, 'planned', input.measures.trim(), { due_on: input.deadline })
    return { state: 'planned' }
  },
})

/** 整改情况: what was done, with at least one document or picture that shows it. */
export const reportFix = act({
  ...common,
  type: 'finding.fix',
  title: { zh: '报整改情况', en: 'Report the fix' },
  duties: [],
  input: Type.Object(
    {
      ...ofFinding,
      done: words('整改情况|What was done', 2000),
      files: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' }), {
        title: '佐证材料|Evidence',
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
      }),
    },
    { additionalProperties: false },
  ),
  guards: [(finding, { actor }) => stepRefusal(finding, 'fix', actor.personId)],
  async handle({ tx, actor }, input, finding) {
    // After a fix that did not hold comes a plan, then the next fix.
    if (finding.plans <= finding.fixes) return refuseRectification('finding_order')
    const unknown = await unknownFile(tx, input.files)
    if (unknown >= 0) return atField(`files.${unknown}`, refuseRectification('evidence_unknown'))
    await tx.put(fixTable, {
      district: finding.district,
      finding_id: finding.id,
      no: finding.fixes + 1,
      done: input.done.trim(),
      files: input.files,
    })
    await move(tx, finding, 'fixed', input.done.trim(), { fixed_by: actor.personId })
    return { state: 'fixed' }
  },
})

/** 核实整改结果: by somebody else; one that does not hold goes back for a new plan. */
export const checkFix = act({
  ...common,
  type: 'finding.check',
  title: { zh: '核实整改结果', en: 'Check the fix' },
  duties: rectifyDuties,
  input: Type.Object(
    {
      ...ofFinding,
      good: Type.Boolean({ title: '已整改到位|It holds' }),
      word: words('核实意见|Word', 1000),
    },
    { additionalProperties: false },
  ),
  guards: [(finding, { actor }) => stepRefusal(finding, 'check', actor.personId)],
  async handle({ tx, actor }, input, finding) {
    await tx.put(fixCheckTable, {
      district: finding.district,
      finding_id: finding.id,
      no: finding.fixes,
      good: input.good,
      word: input.word.trim(),
      fixed_by: finding.fixedBy,
      opened_by: finding.openedBy,
      subject: finding.subject,
    })
    const state = input.good ? 'verified' : 'planned'
    await move(tx, finding, state, input.word.trim(), input.good ? { verified_by: actor.personId } : {})
    return { state }
  },
  constraints: {
    fix_checked_by_another: () => refuseRectification('verify_own'),
    fix_checked_once: () => refuseRectification('finding_order'),
    finding_verified_by_another: () => refuseRectification('verify_own'),
  },
})

/** 销号: only what was checked by another is closed, and never by who fixed it. */
export const closeFinding = act({
  ...common,
  type: 'finding.close',
  title: { zh: '问题销号', en: 'Close a finding' },
  duties: rectifyDuties,
  input: Type.Object({ ...ofFinding, word: words('销号意见|Word', 1000) }, { additionalProperties: false }),
  guards: [(finding, { actor }) => stepRefusal(finding, 'close', actor.personId)],
  async handle({ tx }, input, finding) {
    await move(tx, finding, 'closed', input.word.trim())
    return { state: 'closed' }
  },
  constraints: { finding_verified_before_closed: () => refuseRectification('finding_order') },
})
