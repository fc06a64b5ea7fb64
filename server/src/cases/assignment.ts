import { Type } from 'typebox'
import { act, type Ctx, type Guard } from '../kernel/act.ts'
import { decide, type Mover, nextStage, refuseDuty, type Side } from '../kernel/duty.ts'
import { type Limits, outOfReach } from '../kernel/limits.ts'
import { constraintMeans } from '../kernel/perform.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { declareWork } from '../kernel/work.ts'
import { dutyTable, workDuties, workLeads } from '../people/duties.ts'
import { type Tx, table } from '../platform/db/tx.ts'
import { type CaseState, moverOf, refuseCase } from './rules.ts'
import { caseSubject } from './subject.ts'

const assignmentTable = table('cases.assignment', ['case_id'])

constraintMeans('assignment_one_group', () => refuseCase('cannot_take', { why: '6.2' }))
constraintMeans('assignment_next_stage', () => refuseCase('work_moved_on'))
constraintMeans('assignment_given_by_another', () => refuseCase('give_oneself'))
constraintMeans('assignment_taken_oneself', () => refuseCase('work_moved_on'))
constraintMeans('stage_by_assignee', () => refuseDuty('taken_by_another'))

/** How a person stands today: which side of 4.6 they are on, and whether they are away. */
interface Standing {
  today: Side | null
  away: boolean
}

const CaseId = Type.String({ title: '案件|Case', format: 'uuid' })
const Result = Type.Object({
  caseId: Type.String(),
  assignee: Type.Union([Type.String(), Type.Null()]),
})

/** Duties of a person that reach to the business of this case (6.7). */
const reaching = (duties: readonly string[], limits: Limits, state: CaseState): string[] =>
  duties.filter((duty) => !outOfReach(limits, duty, state.business.code, 'case'))

/** Says whether a person with these duties could do the next stage of the case, whoever has taken it by now; null when they could. */
function barred(state: CaseState, mover: Mover): Refusal | null {
  return decide(dutyTable, { ...state.process, assignee: null }, mover, {
    kind: 'stage',
    stage: nextStage(dutyTable, state.process)?.id ?? '',
  })
}

const mayTake: Guard<CaseState, unknown> = (state, { actor }) =>
  barred(state, { ...moverOf(state, actor), duties: reaching(actor.duties, state.limits, state) }) ??
  (state.process.assignee === null
    ? null
    : state.process.assignee === actor.personId
      ? refuseCase('taken_already')
      : refuseDuty('taken_by_another'))

/** Writes who has the next stage now; the row of a case is made once and then changed. */
async function assign(
  { tx }: Pick<Ctx, 'tx'>,
  state: CaseState,
  set: { person_id: string | null; how: 'taken' | 'given' | 'pool'; reason: string | null },
): Promise<void> {
  const stands = { stage: state.nextStage, round: state.round, ...set }
  const known =
    await tx.maybe`select 1 from cases.assignment where district = ${state.district} and case_id = ${state.id}::uuid`
  if (known) await tx.change(assignmentTable, { district: state.district, case_id: state.id }, stands)
  else
    await tx.put(assignmentTable, {
      district: state.district,
      case_id: state.id,
      ...stands,
      reason: set.reason ?? undefined,
    })
}

/** 领办: takes the next stage of a case out of the pool. */
export const take = act({
  type: 'case.take',
  title: { zh: '领办', en: 'Take on' },
  clauses: ['6.2'],
  duties: workDuties,
  input: Type.Object({ caseId: CaseId }, { additionalProperties: false }),
  result: Result,
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [mayTake],
  move: 'take',
  async handle(ctx, _input, state) {
    await assign(ctx, state, { person_id: ctx.actor.personId, how: 'taken', reason: null })
    return { caseId: state.id, assignee: ctx.actor.personId }
  },
})

/** 放回: gives one's own work back to the pool. */
export const release = act({
  type: 'case.release',
  title: { zh: '放回待领', en: 'Give back to the pool' },
  clauses: ['6.2'],
  duties: workDuties,
  input: Type.Object({ caseId: CaseId }, { additionalProperties: false }),
  result: Result,
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    (state, { actor }) => (state.process.assignee === actor.personId ? null : refuseCase('not_taken')),
  ],
  move: 'release',
  async handle(ctx, _input, state) {
    await assign(ctx, state, { person_id: null, how: 'pool', reason: null })
    return { caseId: state.id, assignee: null }
  },
})

/** 改派: a leader gives the next stage to somebody who may do it, or back to the pool, and says why. */
export const reassign = act({
  type: 'case.reassign',
  title: { zh: '改派', en: 'Reassign' },
  clauses: ['6.2', '6.3'],
  duties: workLeads,
  input: Type.Object(
    {
      caseId: CaseId,
      personId: Type.Optional(Type.String({ title: '改派给|Give to', format: 'uuid' })),
      reason: Type.String({ title: '改派理由|Reason', minLength: 2, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  result: Result,
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    (state) => (state.process.closed ? barred(state, { person: '', duties: [] }) : null),
    (_state, { actor, input }) =>
      input?.personId === actor.personId && input ? refuseCase('give_oneself') : null,
  ],
  move: 'reassign',
  async handle(ctx, { personId, reason }, state) {
    if (personId !== undefined) {
      const wrong = await cannotTake(ctx.tx, state, personId)
      if (wrong) return wrong
    }
    await assign(ctx, state, { person_id: personId ?? null, how: personId ? 'given' : 'pool', reason })
    return { caseId: state.id, assignee: personId ?? null }
  },
})

/** Why somebody cannot be given the next stage: not here, away, or barred by the same rules as when they try it. */
async function cannotTake(tx: Tx, state: CaseState, personId: string): Promise<Refusal | null> {
  const at = { fields: [{ path: 'personId', message: refuseCase('nobody_here').message }] }
  const who = await tx.maybe<{ duties: string[]; limits: Limits; standing: Standing }>`
    select kernel.duties_of(p.id) as duties, kernel.limits_of(p.id) as limits, cases.standing_of(p.id) as standing
    from kernel.person p where p.id = ${personId}::uuid and p.district = ${state.district}`
  if (!who || who.standing.away) return refuseCase('nobody_here', {}, at)
  const duties = reaching(who.duties, who.limits, state)
  const bar = barred(state, { person: personId, duties, ...who.standing })
  if (!bar) return null
  const say = (lang: 'zh' | 'en') => refuseCase('cannot_take', { why: bar.clause ?? '' }).message[lang]
  return {
    ...refuseCase('cannot_take', { why: bar.clause ?? '' }),
    fields: [{ path: 'personId', message: { zh: say('zh'), en: say('en') } }],
  }
}

declareWork('case', async (tx, personId, reason) => {
  const mine = await tx.rows<{ district: string; case_id: string }>`
    select district, case_id from cases.assignment where district = kernel.act_district() and person_id = ${personId}::uuid order by case_id for update`
  for (const { district, case_id } of mine)
    await tx.change(assignmentTable, { district, case_id }, { person_id: null, how: 'pool', reason })
  return mine.length
})

/** Persons of the office a case's next stage could be given to now, for the leader who reassigns. */
export async function mayBeGiven(tx: Tx, state: CaseState): Promise<{ id: string; name: string }[]> {
  const staff = await tx.rows<{
    id: string
    name: string
    duties: string[]
    limits: Limits
    standing: Standing
  }>`
    select p.id, p.name, kernel.duties_of(p.id) as duties, kernel.limits_of(p.id) as limits, cases.standing_of(p.id) as standing from kernel.person p
    where p.district = ${state.district} and not cases.is_away(p.id) order by p.name, p.id limit 500`
  return staff
    .filter(
      ({ id, duties, limits, standing }) =>
        barred(state, { person: id, duties: reaching(duties, limits, state), ...standing }) === null,
    )
    .map(({ id, name }) => ({ id, name }))
}
