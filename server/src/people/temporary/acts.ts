import { Type } from 'typebox'
import { act, type Ctx, type Subject } from '../../kernel/act.ts'
import { type Side, sideOf, sideRefusal, temporaryRefusal } from '../../kernel/duty.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { type Tx, table } from '../../platform/db/tx.ts'
import { deciderDuties, dutyTable } from '../duties.ts'
import { keepImages, type Written } from '../tables.ts'
import { refuseTemporary, type TemporaryDuty, temporaryDecision, windowPartText } from './rules.ts'

export const temporaryDutyTable = table('people.temporary_duty', ['id'])

const fromTable = (constraint: string, code: Parameters<typeof windowPartText>[0]) =>
  constraintMeans(constraint, () => windowPartText(code))
fromTable('temporary_window_leader', 'window_leader')
fromTable('temporary_window_post', 'window_post')
fromTable('temporary_window_one_day', 'window_one_day')
fromTable('temporary_cover_own', 'cover_own')
fromTable('temporary_cover_bounded', 'cover_bounded')
fromTable('temporary_confirmed_by_another', 'confirm_own')
constraintMeans('temporary_cover_away', () => refuseTemporary('cover_not_away'))
constraintMeans('temporary_own_office', () => refuseTemporary('temporary_elsewhere'))
constraintMeans('temporary_covers', () => refuseTemporary('cover_oneself'))
constraintMeans('temporary_ends', () => refuseTemporary('temporary_ends_first'))
constraintMeans('temporary_still_ahead', () => refuseTemporary('temporary_over'))

const zone = 'Asia/Shanghai'
const District = Type.String({ title: '登记机构|Office', maxLength: 20 })
const Duty = Type.String({ title: '职责|Duty', minLength: 1, maxLength: 40 })
const Reason = Type.String({ title: '事由|Reason', minLength: 2, maxLength: 500, pattern: '\\S\\s*\\S' })
const Person = (title: string) => Type.String({ title, format: 'uuid' })
const Asked = Type.Object({ temporaryId: Type.String() })
const asSubject = (result: { temporaryId: string }) => ({ kind: 'temporary', id: result.temporaryId })

const beside = (path: string, refusal: Refusal): Refusal => ({
  ...refusal,
  fields: [{ path, message: refusal.message }],
})

/** Duties somebody of the office holds as their own, and the sides of 4.6 they are on today; null for nobody who works here. */
async function standingOf(tx: Tx, personId: string): Promise<{ holds: string[]; sides: Side[] } | null> {
  return tx.maybe`
    select (select coalesce(array_agg(distinct g.duty), '{}') from kernel.duty_grant g
        where g.person_id = p.id and g.during @> kernel.now() and g.temporary is null) as holds,
      (select coalesce(array_agg(distinct s.side), '{}') from (
        select x.side from kernel.duty_grant_side x where x.person_id = p.id and x.days @> kernel.day_of(kernel.now())
        union select k.side from kernel.keeper_day k where k.person_id = p.id and k.day = kernel.day_of(kernel.now())) s) as sides
    from kernel.person p where p.id = ${personId}::uuid and p.district = kernel.act_district()
      and p.active_from <= kernel.now() and (p.active_to is null or p.active_to > kernel.now())`
}

/**
 * 窗口值班: a leader, by duty or by a post that owes it, asks to stand at a post of the window for the rest of today (3.1); those
 * of the city in any office. It begins when somebody else confirms.
 */
export const beginWindow = act({
  type: 'window.begin',
  title: { zh: '申请窗口值班', en: 'Ask for window duty' },
  clauses: ['3.1', '3.2'],
  duties: [],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      duty: Duty,
      until: Type.String({ title: '结束时间|Until', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
      reason: Reason,
    },
    { additionalProperties: false },
  ),
  result: Asked,
  created: asSubject,
  async handle({ tx, actor, at, district }, { duty, until, reason }) {
    const today = at.toZonedDateTimeISO(zone)
    const ends = today.toPlainDate().toZonedDateTime({ timeZone: zone, plainTime: until }).toInstant()
    if (Temporal.Instant.compare(ends, at) <= 0)
      return beside('until', refuseTemporary('temporary_ends_first'))
    // Who comes from the city bureau has no standing in the office; the database keeps sides apart for all.
    const { holds, sides } = (await standingOf(tx, actor.personId!)) ?? { holds: [], sides: [] }
    const { leads } = await tx.one<{ leads: boolean }>`
      select people.window_leader(${actor.personId}::uuid, ${district}, kernel.now()) as leads`
    const wrong =
      temporaryRefusal(dutyTable, {
        kind: 'window',
        leads,
        duty,
        person: actor.personId!,
        holds,
        askedBy: actor.personId!,
        confirmedBy: null,
        oneDay: true,
        days: 1,
        owned: true,
      }) ?? sideRefusal(dutyTable, sides, sideOf(dutyTable, duty))
    if (wrong) return beside('duty', wrong)
    return put(tx, {
      district,
      kind: 'window',
      duty,
      person_id: actor.personId!,
      reason: reason.trim(),
      starts_at: at.toString(),
      until: ends.toString(),
    })
  },
})

/** 申请代岗: a leader asks that somebody hold a colleague's duty while that one is away. */
export const askCover = act({
  type: 'cover.ask',
  title: { zh: '申请代岗', en: 'Ask for cover' },
  clauses: ['6.2', '6.7'],
  duties: ['centre_lead', 'district_lead'],
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      duty: Duty,
      coveredId: Person('被代岗人|Who is away'),
      personId: Person('代岗人|Who covers'),
      from: Type.String({ title: '起始日期|First day', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      until: Type.String({ title: '截止日期|Last day', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      reason: Reason,
    },
    { additionalProperties: false },
  ),
  result: Asked,
  created: asSubject,
  async handle({ tx, actor, at, district }, input) {
    const from = dayOf(input.from)
    const last = dayOf(input.until)
    if (!from || !last) return beside(from ? 'until' : 'from', refuseTemporary('temporary_ends_first'))
    const today = at.toZonedDateTimeISO(zone).toPlainDate()
    const starts = Temporal.PlainDate.compare(from, today) <= 0 ? at : from.toZonedDateTime(zone).toInstant()
    const ends = last.add({ days: 1 }).toZonedDateTime(zone).toInstant()
    if (Temporal.Instant.compare(ends, starts) <= 0)
      return beside('until', refuseTemporary('temporary_ends_first'))
    if (input.personId === input.coveredId) return beside('personId', refuseTemporary('cover_oneself'))
    const standing = await standingOf(tx, input.personId)
    if (!standing) return beside('personId', refuseTemporary('temporary_elsewhere'))
    const { owned, away } = await tx.one<{ owned: boolean; away: boolean }>`
      select (people.covered_grant(${input.coveredId}::uuid, ${input.duty}, tstzrange(${starts.toString()}::timestamptz, ${ends.toString()}::timestamptz))).id is not null
        and exists (select from kernel.duty_grant g where g.person_id = ${input.coveredId}::uuid and g.duty = ${input.duty} and g.district = ${district}) as owned,
        people.away_for(${input.coveredId}::uuid, tstzrange(${starts.toString()}::timestamptz, ${ends.toString()}::timestamptz)) as away`
    const wrong =
      temporaryRefusal(dutyTable, {
        kind: 'cover',
        duty: input.duty,
        person: input.personId,
        holds: standing.holds,
        askedBy: actor.personId!,
        confirmedBy: null,
        oneDay: false,
        days: from.until(last, { largestUnit: 'day' }).days + 1,
        owned,
      }) ??
      (Temporal.PlainDate.compare(from, today) <= 0
        ? sideRefusal(dutyTable, standing.sides, sideOf(dutyTable, input.duty))
        : null)
    if (wrong) return beside(wrong.code === 'cover_bounded' ? 'until' : 'duty', wrong)
    if (!away) return beside('coveredId', refuseTemporary('cover_not_away'))
    return put(tx, {
      district,
      kind: 'cover',
      duty: input.duty,
      person_id: input.personId,
      covered_id: input.coveredId,
      reason: input.reason.trim(),
      starts_at: starts.toString(),
      until: ends.toString(),
    })
  },
})

function dayOf(text: string): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return null
  }
}

async function put(tx: Tx, row: Record<string, string>): Promise<{ temporaryId: string }> {
  const [made] = await tx.put<{ id: string }>(temporaryDutyTable, row)
  return { temporaryId: made!.id }
}

async function load(tx: Tx, id: string, lock: boolean): Promise<TemporaryDuty | null> {
  if (lock)
    await tx.maybe`select 1 from people.temporary_duty d where d.district = kernel.act_district() and d.id = ${id}::uuid for no key update`
  return tx.maybe<TemporaryDuty>`
    select d.district, d.id, d.kind, d.duty, d.person_id as "personId", d.covered_id as "coveredId", d.asked_by as "askedBy", d.state, d.until
    from people.temporary_duty d where d.district = kernel.act_district() and d.id = ${id}::uuid`
}

export const temporarySubject: Subject<TemporaryDuty> = { kind: 'temporary', load }

const Deciding = Type.Object(
  { district: District, temporaryId: Type.String({ title: '申请|Request', format: 'uuid' }) },
  { additionalProperties: false },
)
const Granted = Type.Object({ grantId: Type.String() })

async function grant(ctx: Ctx, { district, id }: TemporaryDuty): Promise<{ grantId: string }> {
  const { granted } = await ctx.tx.one<{ granted: { id: string } & Written }>`
    select people.grant_temporary(${id}::uuid) as granted`
  keepImages(ctx.tx, [granted])
  await ctx.tx.change(temporaryDutyTable, { district, id }, { state: 'granted' })
  return { grantId: granted.id }
}

/** 确认窗口值班: by another leader or the security administrator; the duty is held from this moment until its end today. */
export const confirmWindow = act({
  type: 'window.confirm',
  title: { zh: '确认窗口值班', en: 'Confirm window duty' },
  clauses: ['3.1', '6.2'],
  duties: deciderDuties,
  citywide: true,
  districtOf: (input) => input.district,
  grants: 'temporary',
  highValue: true,
  input: Deciding,
  result: Granted,
  subject: temporarySubject,
  subjectId: (input) => input.temporaryId,
  guards: [(duty, { actor, at }) => temporaryDecision(duty, 'window', actor.personId, at)],
  handle: (ctx, _input, duty) => grant(ctx, duty),
})

/** 同意代岗: by the security administrator. What is granted is what the absent one holds, as far as theirs reaches. */
export const approveCover = act({
  type: 'cover.approve',
  title: { zh: '同意代岗', en: 'Approve cover' },
  clauses: ['6.2', '6.7'],
  duties: ['admin_security'],
  citywide: true,
  districtOf: (input) => input.district,
  grants: 'temporary',
  highValue: true,
  input: Deciding,
  result: Granted,
  subject: temporarySubject,
  subjectId: (input) => input.temporaryId,
  guards: [(duty, { actor, at }) => temporaryDecision(duty, 'cover', actor.personId, at)],
  handle: (ctx, _input, duty) => grant(ctx, duty),
})

/** 不同意: neither the window nor the cover begins. */
export const refuseTemporaryDuty = act({
  type: 'temporary.refuse',
  title: { zh: '不同意值班或代岗', en: 'Refuse window duty or cover' },
  clauses: ['6.7'],
  duties: deciderDuties,
  citywide: true,
  districtOf: (input) => input.district,
  input: Deciding,
  result: Type.Object({ state: Type.String() }),
  subject: temporarySubject,
  subjectId: (input) => input.temporaryId,
  guards: [(duty, { actor, at }) => temporaryDecision(duty, duty.kind, actor.personId, at)],
  async handle({ tx }, _input, { district, id }) {
    await tx.change(temporaryDutyTable, { district, id }, { state: 'refused' })
    return { state: 'refused' }
  },
})
