import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import { type Ctx, isRefusal } from '../kernel/act.ts'
import { decide, type Move, type Mover, nextStage, type Process } from '../kernel/duty.ts'
import { moveSerials } from '../kernel/ledger.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { dutyTable } from '../people/duties.ts'
import type { Typeset } from '../platform/documents/typeset.ts'
import { sealOn } from './papers.ts'
import { bytea } from './publish.ts'
import { type CaseState, newHandlerGroup } from './rules.ts'
import { caseTable, handlerTable, noticeTable, stageTable, suspensionTable } from './subject.ts'

export const CaseId = Type.String({ title: '案件|Case', format: 'uuid' })
export const Opinion = Type.String({ title: '意见|Opinion', minLength: 1, maxLength: 1000 })
export const AgentInput = Type.Object(
  {
    name: Type.String({ title: '代理人姓名|Agent’s name', minLength: 1, maxLength: 60 }),
    idNumber: Type.String({ title: '代理人身份证号|Agent’s identity number', minLength: 1, maxLength: 30 }),
    basis: Type.Union([Type.Literal('notarised'), Type.Literal('signed_before_staff')], {
      title: '委托方式|Basis of the mandate',
    }),
  },
  { additionalProperties: false },
)
export const Done = Type.Object({
  caseId: Type.String(),
  state: Type.String(),
  nextStage: Type.Union([Type.String(), Type.Null()]),
})

export const stageMove = (stage: string): Move => ({ kind: 'stage', stage })
export const within = (stage: string): Move => ({ kind: 'within', stage })

/** Writes down that the actor handled the case in the group of this move, unless they already had. */
export async function handle(ctx: Ctx, state: CaseState, move: Move): Promise<void> {
  const group = newHandlerGroup(dutyTable, state, ctx.actor.personId!, move)
  if (group)
    await ctx.tx.put(handlerTable, { district: state.district, case_id: state.id, duty_group: group })
}

/** Does a stage: the handler, the stage row and the case's next stage. */
export async function doStage(
  ctx: Ctx,
  state: CaseState,
  stageId: string,
  opinion: string,
  set: Record<string, unknown> = {},
) {
  const no = dutyTable.stages.findIndex((stage) => stage.id === stageId) + 1
  const stage = dutyTable.stages[no - 1]!
  await handle(ctx, state, stageMove(stageId))
  const secondReview = (set.second_review as boolean | undefined) ?? state.secondReview
  if (Object.keys(set).length > 0)
    await ctx.tx.change(caseTable, { district: state.district, id: state.id }, set)
  await ctx.tx.put(stageTable, {
    district: state.district,
    case_id: state.id,
    round: state.round,
    no,
    stage: stageId,
    duty_group: stage.group,
    second_review: secondReview,
    opinion,
  })
  const next = nextStage(dutyTable, {
    ...state.process,
    secondReview,
    done: [...state.process.done, stageId],
  })
  const caseState = next === null ? 'archived' : 'in_progress'
  await ctx.tx.change(
    caseTable,
    { district: state.district, id: state.id },
    { next_stage: next?.id ?? null, state: caseState, ...(next ? {} : { closed_at: ctx.at.toString() }) },
  )
  return { caseId: state.id, state: caseState, nextStage: next?.id ?? null }
}

/** Ends a case before its end: withdrawn, refused or not accepted. */
export async function close(ctx: Ctx, state: CaseState, outcome: 'withdrawn' | 'refused' | 'not_accepted') {
  await ctx.tx.change(
    caseTable,
    { district: state.district, id: state.id },
    { state: outcome, next_stage: null, closed_at: ctx.at.toString() },
  )
  return { caseId: state.id, state: outcome, nextStage: null }
}

/** The clock runs on after it stood still; the time it stood does not count. Returns the state the case is in again. */
export async function standAgain(ctx: Ctx, state: CaseState): Promise<string | Refusal> {
  const open = await ctx.tx.one<{
    from_at: string
  }>`select from_at from cases.suspension where district = ${state.district} and case_id = ${state.id}::uuid and to_at is null`
  await ctx.tx.change(
    suspensionTable,
    { district: state.district, case_id: state.id, from_at: open.from_at },
    { to_at: ctx.at.toString() },
  )
  const set: Record<string, unknown> = {
    state: state.acceptedAt ? 'in_progress' : 'applied',
    suspended_at: null,
  }
  if (state.legalDue && state.promisedDue) {
    const stood = { from: Temporal.Instant.from(open.from_at), to: ctx.at }
    const due = ctx.deps.calendar.extend(
      { legal: Temporal.Instant.from(state.legalDue), promised: Temporal.Instant.from(state.promisedDue) },
      stood,
    )
    if (isRefusal(due)) return due
    set.legal_due = due.legal.toString()
    set.promised_due = due.promised.toString()
  }
  await ctx.tx.change(caseTable, { district: state.district, id: state.id }, set)
  return String(set.state)
}

/**
 * Gives the applicants a paper, or the case one for its file. A paper that bears the office's electronic seal has its use in
 * the seal's book, by the very file (5.1, 5.2).
 */
export async function giveNotice(
  ctx: Ctx,
  state: CaseState,
  kind: string,
  body: object,
  { pdf, pages }: Typeset,
): Promise<string> {
  const file = await ctx.deps.files.keep(pdf)
  const seal = sealOn(state, kind)
  await ctx.tx.put(noticeTable, {
    district: state.district,
    case_id: state.id,
    kind,
    body: { pages, ...body },
    file,
    seal_no: seal?.no,
  })
  if (seal) {
    const refused = await moveSerials(ctx.tx, {
      district: state.district,
      kind: 'seal',
      serials: { from: seal.no, to: seal.no + 1 },
      movement: 'use',
      from: 'system',
      to: 'system',
      caseId: state.id,
      document: file,
    })
    if (refused) throw new Error(`the electronic seal ${seal.no} was not used: ${refused.code}`)
  }
  return file
}

/** 128 random bits that stand in a printed QR code. */
export const newCheckToken = (): string => randomBytes(16).toString('base64url')

/** What, if anything, keeps whoever acts from taking in a case on this unit: a survey it would rest on went through their hands (6.2). */
export async function barredBySurvey(
  { tx, actor, district }: Ctx,
  unitCode: string,
): Promise<Refusal | null> {
  const { surveyed } = await tx.one<{ surveyed: Record<string, string[]> }>`
    select cases.surveyed_on(${district}, ${unitCode}, null) as surveyed`
  return takingIn({ surveyed }, { person: actor.personId!, duties: actor.duties })
}
export const takingIn = (process: Pick<Process, 'surveyed'>, mover: Mover): Refusal | null =>
  decide(dutyTable, { closed: false, secondReview: false, done: [], handlers: {}, ...process }, mover, {
    kind: 'within',
    stage: 'acceptance',
  })

/** The agent of a party as its row keeps them: the number encrypted. */
export const agentRow = (
  { deps }: Pick<Ctx, 'deps'>,
  agent: { name: string; idNumber: string; basis: string } | undefined,
) => ({
  agent_name: agent?.name ?? null,
  agent_id_sealed: agent ? bytea(deps.vault.seal(agent.idNumber)) : null,
  agent_basis: agent?.basis ?? null,
})
