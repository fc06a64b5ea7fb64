import { Type } from 'typebox'
import { act, type Ctx, type Subject } from '../../kernel/act.ts'
import { dutyName } from '../../kernel/duty.ts'
import { constraintMeans, invalid } from '../../kernel/perform.ts'
import type { Refusal, Text } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { deciderDuties, dutyTable, type Purpose, purposes, purposesOf } from '../duties.ts'
import { dutyGrantTable, keepImages, type Written } from '../tables.ts'
import {
  type AccessRequest,
  approvalRefusal,
  approvedAs,
  conflictRefusal,
  type DeciderRole,
  deciderRole,
  decisionRefusal,
  endRefusal,
  type Grant,
  leaderDuties,
  refuseAccess,
  say,
} from './rules.ts'
import { accessDecisionTable, accessRequestTable } from './tables.ts'

declare module '../../kernel/act.ts' {
  interface Deps {
    /** Kinds of business there are, so that rights can be limited to some. */
    businesses: readonly { code: string; name: Text }[]
  }
}

constraintMeans('access_one_open', () => refuseAccess('access_asked'))
constraintMeans('access_own_office', () => refuseAccess('access_subject_elsewhere'))
constraintMeans('access_term', () => refuseAccess('access_too_long', { days: 366 }))
constraintMeans('access_asked_by_leader', () => refuseAccess('access_asked_by_leader'))
constraintMeans('access_conflict', () => refuseAccess('access_conflict', { held: '—', duty: '—' }))
constraintMeans('access_decided_once', () => refuseAccess('access_decided'))
constraintMeans('access_decided_by_another', () => refuseAccess('access_own'))
constraintMeans('access_decider', () => refuseAccess('access_not_decider'))
constraintMeans('access_still_open', () => refuseAccess('access_closed'))
constraintMeans('grant_to_another', () => refuseAccess('access_own'))

/** Every business, in a request that is not limited to some. */
export const everyBusiness = '*'

const District = Type.String({ title: '登记机构|Office', maxLength: 20 })
const RequestId = Type.String({ title: '申请|Request', format: 'uuid' })
const Note = Type.String({ title: '意见|Opinion', minLength: 2, maxLength: 500, pattern: '\\S\\s*\\S' })

/** The last moment of a day in Ningbo, as the first one that is no longer of it. */
export const endOfDay = (day: Temporal.PlainDate): Temporal.Instant =>
  day.add({ days: 1 }).toZonedDateTime('Asia/Shanghai').toInstant()

function dayOf(text: string): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return null
  }
}

/** A refusal that stands beside one field. */
const beside = (path: string, refusal: Refusal): Refusal => ({
  ...refusal,
  fields: [{ path, message: refusal.message }],
})

/**
 * 权限申请: asks for a duty by need (6.7): why, for which business and purpose, until when. For oneself; a leader may
 * ask for a subordinate. Nothing is granted by asking.
 */
export const requestAccess = act({
  type: 'access.request',
  title: { zh: '申请权限', en: 'Ask for a right' },
  clauses: ['6.7'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      personId: Type.Optional(Type.String({ title: '为谁申请|For whom', format: 'uuid' })),
      duty: Type.String({ title: '职责|Duty', minLength: 1, maxLength: 40 }),
      businesses: Type.Array(Type.String({ maxLength: 20 }), {
        title: '业务范围|Businesses',
        minItems: 1,
        maxItems: 50,
        uniqueItems: true,
      }),
      purposes: Type.Array(
        Type.Union(
          purposes.map((one) => Type.Literal(one)),
          { title: '用途|Purpose' },
        ),
        { title: '用途|Purposes', minItems: 1, maxItems: 6, uniqueItems: true },
      ),
      reason: Type.String({ title: '理由|Reason', minLength: 5, maxLength: 500, pattern: '(\\S\\s*){5}' }),
      until: Type.String({ title: '截止日期|End date', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ requestId: Type.String() }),
  created: (result) => ({ kind: 'access', id: result.requestId }),
  problems(input, at) {
    const day = dayOf(input.until)
    if (!day) return invalid([{ path: 'until', message: { zh: '日期不存在', en: 'There is no such date' } }])
    const today = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate()
    return Temporal.PlainDate.compare(day, today) <= 0
      ? beside('until', refuseAccess('access_until_past'))
      : null
  },
  async handle(ctx, input) {
    const { tx, actor, district, at } = ctx
    const day = dayOf(input.until)!
    const wrong = await wrongScope(ctx, input, day)
    if (wrong) return wrong
    const subjectId = input.personId ?? actor.personId!
    if (subjectId !== actor.personId && !actor.duties.some((duty) => leaderDuties.includes(duty)))
      return beside('personId', refuseAccess('access_asked_by_leader'))
    const subject = await tx.maybe<{ held: string[]; longer: boolean }>`
      select kernel.duties_of(p.id) as held, exists (
        select from kernel.duty_grant g where g.person_id = p.id and g.duty = ${input.duty} and g.during @> kernel.now()
          and (upper(g.during) is null or upper(g.during) >= ${endOfDay(day).toString()}::timestamptz)) as longer
      from kernel.person p where p.id = ${subjectId}::uuid and p.district = ${district}
        and p.active_from <= ${at.toString()}::timestamptz and (p.active_to is null or p.active_to > ${at.toString()}::timestamptz)`
    if (!subject) return beside('personId', refuseAccess('access_subject_elsewhere'))
    if (subject.longer) return beside('duty', refuseAccess('access_held'))
    const conflict = conflictRefusal(ctx.deps.duties, subject.held, input.duty)
    if (conflict) return beside('duty', conflict)
    const [row] = await tx.put<{ id: string }>(accessRequestTable, {
      district,
      subject_id: subjectId,
      duty: input.duty,
      businesses: input.businesses,
      purposes: input.purposes,
      reason: input.reason.trim(),
      until: endOfDay(day).toString(),
    })
    return { requestId: row!.id }
  },
})

/** What is wrong with the duty, business, purpose or term asked for; null when nothing is. */
async function wrongScope(
  { tx, deps, at }: Ctx,
  input: { duty: string; businesses: string[]; purposes: Purpose[] },
  day: Temporal.PlainDate,
): Promise<Refusal | null> {
  if (!deps.duties.duties.some((duty) => duty.id === input.duty))
    return beside('duty', refuseAccess('access_unknown_duty'))
  const unknown = input.businesses.find(
    (code) => code !== everyBusiness && !deps.businesses.some((one) => one.code === code),
  )
  if (unknown !== undefined)
    return beside('businesses', refuseAccess('access_unknown_business', { code: unknown }))
  if (input.purposes.some((one) => !purposesOf(input.duty).includes(one)))
    return beside('purposes', say('access_wrong_purpose', { duty: dutyName(input.duty) }))
  const { days } = await tx.one<{ days: number }>`select people.setting('max_term_days') as days`
  const last = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate().add({ days })
  return Temporal.PlainDate.compare(day, last) > 0
    ? beside('until', refuseAccess('access_too_long', { days }))
    : null
}

/** Reads a request with what decides on it. With `lock`, two who decide at once come one after the other. */
async function loadRequest(tx: Tx, id: string, lock: boolean): Promise<AccessRequest | null> {
  if (lock)
    await tx.maybe`select 1 from people.access_request r where r.district = kernel.act_district() and r.id = ${id}::uuid for no key update`
  return tx.maybe<AccessRequest>`
    select r.district, r.id, r.subject_id as "subjectId", r.requested_by as "requestedBy", r.duty, r.businesses, r.purposes, r.reason, r.until, r.state,
      (select coalesce(jsonb_agg(jsonb_build_object('no', d.no, 'role', d.role, 'approved', d.approved, 'personId', d.person_id,
          'stands', people.may_decide(d.person_id, d.role, d.district, d.subject_id)) order by d.no), '[]')
        from people.access_decision d where d.district = r.district and d.request_id = r.id) as decisions,
      kernel.duties_of(r.subject_id) as held, people.post_leaders(r.subject_id) as leaders,
      exists (select from kernel.person p where p.id = r.subject_id and p.district = r.district
        and p.active_from <= kernel.now() and (p.active_to is null or p.active_to > kernel.now())) as "subjectHere"
    from people.access_request r where r.district = kernel.act_district() and r.id = ${id}::uuid`
}

export const accessSubject: Subject<AccessRequest> = { kind: 'access', load: loadRequest }

const Deciding = Type.Object(
  { district: District, requestId: RequestId, note: Note },
  { additionalProperties: false },
)

async function decide(ctx: Ctx, request: AccessRequest, approved: boolean, note: string) {
  const role = deciderRole(ctx.actor, request)!
  await ctx.tx.put(accessDecisionTable, {
    district: request.district,
    request_id: request.id,
    no: request.decisions.length + 1,
    subject_id: request.subjectId,
    requested_by: request.requestedBy,
    role,
    approved,
    note: note.trim(),
  })
  return role
}

const closeRequest = (ctx: Ctx, request: AccessRequest, state: AccessRequest['state']) =>
  ctx.tx.change(
    accessRequestTable,
    { district: request.district, id: request.id },
    { state, closed_at: ctx.at.toString() },
  )

/**
 * 同意权限申请: the leader of the post and the security administrator, in either order, three different persons with who
 * asked. The second approval writes the grant, exactly as asked for and no longer.
 */
export const approveAccess = act({
  type: 'access.approve',
  title: { zh: '同意权限申请', en: 'Approve a request for a right' },
  clauses: ['6.7', '6.2'],
  duties: deciderDuties,
  citywide: true,
  districtOf: (input) => input.district,
  grants: 'request',
  highValue: true,
  input: Deciding,
  result: Type.Object({
    state: Type.String(),
    waitsFor: Type.Union([Type.Literal('leader'), Type.Literal('security'), Type.Null()]),
    grantId: Type.Union([Type.String(), Type.Null()]),
  }),
  subject: accessSubject,
  subjectId: (input) => input.requestId,
  guards: [(request, { actor, at }) => approvalRefusal(dutyTable, request, actor, at)],
  async handle(ctx, input, request) {
    const role = await decide(ctx, request, true, input.note)
    const other: DeciderRole = role === 'leader' ? 'security' : 'leader'
    if (!approvedAs(request, other)) return { state: 'open', waitsFor: other, grantId: null }
    const { granted } = await ctx.tx.one<{ granted: { id: string } & Written }>`
      select people.grant_request(${request.id}::uuid) as granted`
    keepImages(ctx.tx, [granted])
    await closeRequest(ctx, request, 'granted')
    return { state: 'granted', waitsFor: null, grantId: granted.id }
  },
  constraints: {
    duty_conflict_static: () => refuseAccess('access_conflict', { held: '—', duty: '—' }),
  },
})

/** 不同意权限申请: either of the two refuses, with the reason; the request is closed. */
export const refuseRequest = act({
  type: 'access.refuse',
  title: { zh: '不同意权限申请', en: 'Refuse a request for a right' },
  clauses: ['6.7'],
  duties: deciderDuties,
  citywide: true,
  districtOf: (input) => input.district,
  input: Deciding,
  result: Type.Object({ state: Type.String() }),
  subject: accessSubject,
  subjectId: (input) => input.requestId,
  guards: [(request, { actor }) => decisionRefusal(request, actor)],
  async handle(ctx, input, request) {
    await decide(ctx, request, false, input.note)
    await closeRequest(ctx, request, 'refused')
    return { state: 'refused' }
  },
})

/** 撤回权限申请: by who asked or whose right it would be, while nothing is decided for good. */
export const withdrawRequest = act({
  type: 'access.withdraw',
  title: { zh: '撤回权限申请', en: 'Withdraw a request for a right' },
  clauses: ['6.7'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({ district: District, requestId: RequestId }, { additionalProperties: false }),
  result: Type.Object({ state: Type.String() }),
  subject: accessSubject,
  subjectId: (input) => input.requestId,
  guards: [
    ({ subjectId, requestedBy }, { actor }) =>
      actor.personId === subjectId || actor.personId === requestedBy
        ? null
        : refuseAccess('access_not_yours'),
    ({ state }) => (state === 'open' ? null : refuseAccess('access_closed')),
  ],
  async handle(ctx, _input, request) {
    await closeRequest(ctx, request, 'withdrawn')
    return { state: 'withdrawn' }
  },
})

async function loadGrant(tx: Tx, id: string, lock: boolean): Promise<Grant | null> {
  if (lock)
    await tx.maybe`select 1 from kernel.duty_grant g where g.district = kernel.act_district() and g.id = ${id}::uuid for no key update`
  return tx.maybe<Grant>`
    select g.district, g.id, g.person_id as "personId", g.duty, lower(g.during) as "from", upper(g.during) as until, g.during @> kernel.now() as live
    from kernel.duty_grant g where g.district = kernel.act_district() and g.id = ${id}::uuid`
}

export const grantSubject: Subject<Grant> = { kind: 'grant', load: loadGrant }

/** Ends a grant now. Only inside an act declared to end grants. */
export const endGrant = (ctx: Pick<Ctx, 'tx' | 'at'>, grant: Pick<Grant, 'district' | 'id' | 'from'>) =>
  ctx.tx.change(
    dutyGrantTable,
    { district: grant.district, id: grant.id },
    { during: `[${grant.from},${ctx.at.toString()})` },
  )

/** 提前终止权限: by the holder, a leader of the office or the security administrator; an administrator never their own. */
export const endAccess = act({
  type: 'access.end',
  title: { zh: '提前终止权限', en: 'End a right early' },
  clauses: ['6.7'],
  duties: [],
  citywide: true,
  districtOf: (input) => input.district,
  grants: 'end',
  highValue: true,
  input: Type.Object(
    {
      district: District,
      grantId: Type.String({ title: '权限|Right', format: 'uuid' }),
      reason: Type.String({ title: '理由|Reason', minLength: 2, maxLength: 500, pattern: '\\S\\s*\\S' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ personId: Type.String(), duty: Type.String() }),
  subject: grantSubject,
  subjectId: (input) => input.grantId,
  guards: [(grant, { actor }) => endRefusal(grant, actor)],
  async handle(ctx, _input, grant) {
    await endGrant(ctx, grant)
    return { personId: grant.personId, duty: grant.duty }
  },
})
