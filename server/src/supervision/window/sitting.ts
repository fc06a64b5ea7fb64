import { Type } from 'typebox'
import { act, type Ctx, type Guard, type Subject } from '../../kernel/act.ts'
import { clauses } from '../../kernel/clauses.ts'
import { dutyName } from '../../kernel/duty.ts'
import { openFinding } from '../../kernel/finding.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import { officeDate } from '../../values/calendar.ts'
import { Need, WindowNo } from './rota.ts'
import { notCounted, refuseWindow } from './rules.ts'
import { endTable, raisedTable, statementTable, turnTable } from './tables.ts'

constraintMeans('window_turn_held', () => refuseWindow('turn_held'))
constraintMeans('window_turn_open_hours', () => refuseWindow('turn_open_hours'))
constraintMeans('window_turn_as_planned', () => refuseWindow('turn_as_planned', { post: '—', no: '—' }))
constraintMeans('window_turn_one_open', () => refuseWindow('turn_one_open'))
constraintMeans('window_turn_once', () => refuseWindow('turn_once'))
constraintMeans('window_turn_of_rota', () => refuseWindow('turn_once'))
constraintMeans('window_turn_need', () => refuseWindow('rota_need'))
constraintMeans('window_end_oneself', () => refuseWindow('turn_not_yours'))
constraintMeans('window_end_once', () => refuseWindow('turn_stated'))
constraintMeans('window_statement_once', () => refuseWindow('turn_stated'))
constraintMeans('window_statement_either', () => refuseWindow('turn_either'))
constraintMeans('window_statement_note', () => refuseWindow('turn_note'))

const District = Type.String({ title: '登记机构|Office', maxLength: 20 })
const TurnId = Type.String({ title: '坐班|Turn', format: 'uuid' })

interface Facts {
  temporaryId: string | null
  duty: string | null
  open: boolean
  rotaId: string | null
  plannedDuty: string | null
  plannedNo: number | null
  plannedNeed: string | null
  closed: boolean
  again: boolean
}

/** 签到: at the window whose post one holds at this moment, as it was planned where it was. The time is the database's. */
export const signInAtWindow = act({
  type: 'window.signIn',
  title: { zh: '坐班签到', en: 'Sign in at the window' },
  clauses: ['3.1', '3.2', '3.3'],
  duties: [],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: District, windowNo: WindowNo, need: Type.Optional(Need) },
    { additionalProperties: false },
  ),
  result: Type.Object({ turnId: Type.String() }),
  created: (result) => ({ kind: 'window_turn', id: result.turnId }),
  async handle({ tx, actor, at, deps, district }, { windowNo, need }) {
    const facts = await tx.one<Facts>`
      select g.temporary_id as "temporaryId", g.duty, r.id as "rotaId", r.duty as "plannedDuty", r.window_no as "plannedNo", r.need as "plannedNeed",
        exists (select from supervision.window_turn w where w.person_id = ${actor.personId}::uuid
          and not exists (select from supervision.window_end e where e.district = w.district and e.turn_id = w.id)) as open,
        exists (select from supervision.window_turn w where w.district = ${district} and w.temporary_id = g.temporary_id) as again,
        kernel.now() >= supervision.window_closing(kernel.day_of(kernel.now())) as closed
      from (select 1) one
        left join lateral (select x.temporary_id, x.duty from kernel.duty_grant x where x.district = ${district} and x.person_id = ${actor.personId}::uuid
          and x.temporary = 'window' and x.during @> kernel.now() order by x.id desc limit 1) g on true
        left join lateral (select x.* from supervision.window_rota x where x.district = ${district} and x.person_id = ${actor.personId}::uuid
          and x.day = kernel.day_of(kernel.now()) and x.state = 'planned'
          and kernel.now() >= lower(supervision.window_half(x.day, x.half)) - interval '1 hour' and kernel.now() < upper(supervision.window_half(x.day, x.half))
          and not exists (select from supervision.window_turn w where w.district = x.district and w.rota_id = x.id) limit 1) r on true`
    if (!facts.temporaryId || !facts.duty) return refuseWindow('turn_held')
    if (deps.calendar.isWorkingDay(officeDate(at)) !== true || facts.closed)
      return refuseWindow('turn_open_hours')
    if (facts.open) return refuseWindow('turn_one_open')
    if (facts.again) return refuseWindow('turn_once')
    if (facts.rotaId && (facts.plannedDuty !== facts.duty || facts.plannedNo !== windowNo))
      return refuseWindow('turn_as_planned', { post: dutyName(facts.plannedDuty!), no: facts.plannedNo! })
    const why = facts.plannedNeed ?? need?.trim() ?? null
    if (facts.duty !== 'acceptance' && !why) {
      const refusal = refuseWindow('rota_need')
      return { ...refusal, fields: [{ path: 'need', message: refusal.message }] }
    }
    const [row] = await tx.put<{ id: string }>(turnTable, {
      district,
      temporary_id: facts.temporaryId,
      rota_id: facts.rotaId,
      duty: facts.duty,
      window_no: windowNo,
      need: why,
    })
    return { turnId: row!.id }
  },
})

/** A turn at the window as its acts see it. */
export interface Turn {
  district: string
  id: string
  personId: string
  person: string
  ended: boolean
  stated: boolean
  raised: number
  signed: number
}
export const turnSubject: Subject<Turn> = {
  kind: 'window_turn',
  async load(tx, id, lock) {
    // The table takes no update from the app: what may happen once is said by keys, and this keeps two acts apart.
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`turn of ${id}`}, 0))`
    return tx.maybe<Turn>`
      select w.district, w.id, w.person_id as "personId", p.name as person,
        exists (select from supervision.window_end e where e.district = w.district and e.turn_id = w.id) as ended,
        exists (select from supervision.window_statement s where s.district = w.district and s.turn_id = w.id) as stated,
        (select count(*)::int from supervision.window_raised x where x.district = w.district and x.turn_id = w.id) as raised,
        (select count(*)::int from cases.window_signature x where x.district = w.district and x.turn_id = w.id) as signed
      from supervision.window_turn w join kernel.person p on p.id = w.person_id
      where w.id = ${id}::uuid and (w.district = kernel.act_district() or (${!lock} and kernel.may_read_all()))`
  },
}
const own: Guard<Turn, unknown> = (turn, { actor }) =>
  turn.personId === actor.personId ? null : refuseWindow('turn_not_yours')
const unstated: Guard<Turn, unknown> = (turn) => (turn.stated ? refuseWindow('turn_stated') : null)

/** 报告问题: what is seen at the window becomes a finding at once, and goes the way of all findings (3.4, 7.4). */
export const raiseAtWindow = act({
  type: 'window.raise',
  title: { zh: '坐班发现问题', en: 'Raise a problem seen at the window' },
  clauses: ['3.4'],
  duties: [],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      turnId: TurnId,
      clause: Type.Union(
        clauses.map((one) => Type.Literal(one.id)),
        { title: '涉及条款|Clause' },
      ),
      severity: Type.Union(
        ['high', 'medium', 'low'].map((one) => Type.Literal(one)),
        { title: '严重程度|Severity' },
      ),
      what: Type.String({ title: '问题|Problem', minLength: 4, maxLength: 400, pattern: '\\S\\s*\\S' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ findingId: Type.String() }),
  subject: turnSubject,
  subjectId: (input) => input.turnId,
  guards: [own, unstated],
  async handle({ tx, actor, district }, { clause, severity, what }, turn) {
    const findingId = await openFinding(tx, district, `person:${actor.personId}`, {
      kind: 'window_problem',
      clause,
      severity: severity as 'high',
      subject: `office:${district}`,
      dedupeKey: `window_problem:${turn.id}:${turn.raised + 1}`,
      summary: { zh: `窗口坐班发现：${what.trim()}`, en: `Seen at the window: ${what.trim()}` },
    })
    await tx.put(raisedTable, { district, turn_id: turn.id, finding_id: findingId! })
    return { findingId: findingId! }
  },
})

const Checked = (title: string) => Type.Boolean({ title })

/**
 * 签退: ends the turn, with the self-check and either the problems raised or the word that none were seen. Whoever forgot signs out
 * later: counted is the time up to closing, and that it was forgotten stays a finding.
 */
export const signOutOfWindow = act({
  type: 'window.signOut',
  title: { zh: '坐班签退', en: 'Sign out of the window' },
  clauses: ['3.1', '3.3', '3.4'],
  duties: [],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      turnId: TurnId,
      dress: Checked('着装符合要求|Dress as required'),
      hours: Checked('遵守窗口作息时间|Hours kept'),
      procedure: Checked('按操作规范办理|Procedure followed'),
      note: Type.Optional(
        Type.String({
          title: '不符合的情况|What did not hold',
          minLength: 2,
          maxLength: 500,
          pattern: '\\S\\s*\\S',
        }),
      ),
      noneSeen: Type.Boolean({ title: '未发现问题|No problem seen' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({
    minutes: Type.Integer(),
    signed: Type.Integer(),
    counts: Type.Boolean(),
    why: Type.Union([Type.String(), Type.Null()]),
  }),
  subject: turnSubject,
  subjectId: (input) => input.turnId,
  guards: [
    own,
    unstated,
    (turn, { input }) => (input && input.noneSeen === turn.raised > 0 ? refuseWindow('turn_either') : null),
  ],
  problems: ({ dress, hours, procedure, note }) => {
    if ((dress && hours && procedure) || note?.trim()) return null
    const refusal = refuseWindow('turn_note')
    return { ...refusal, fields: [{ path: 'note', message: refusal.message }] }
  },
  async handle(ctx, input, turn) {
    const { tx, district } = ctx
    if (!turn.ended) await tx.put(endTable, { district, turn_id: turn.id })
    const { dress, hours, procedure } = input
    await tx.put(statementTable, {
      district,
      turn_id: turn.id,
      dress,
      hours,
      procedure,
      note: input.note?.trim() ?? null,
      none_seen: input.noneSeen,
    })
    if (!(dress && hours && procedure)) await findBreach(ctx, turn, input.note!.trim())
    const { minutes, half } = await tx.one<{ minutes: number; half: number }>`
      select e.minutes, (supervision.window_hours_of(kernel.day_of(w.at))).half_minutes as half
      from supervision.window_turn w join supervision.window_end e on e.district = w.district and e.turn_id = w.id
      where w.district = ${district} and w.id = ${turn.id}::uuid`
    const why = notCounted({ endedAt: 'now', minutes, halfMinutes: half, signed: turn.signed, stated: true })
    return { minutes, signed: turn.signed, counts: why === null, why }
  },
})

/** A point of the self-check that does not hold is a finding, told by the one it is about. */
const findBreach = ({ tx, actor, district }: Ctx, turn: Turn, note: string) =>
  openFinding(tx, district, `person:${actor.personId}`, {
    kind: 'window_selfcheck',
    clause: '3.3',
    severity: 'low',
    subject: `person:${turn.personId}`,
    dedupeKey: `window_selfcheck:${turn.id}`,
    summary: {
      zh: `${turn.person}坐班自查有不符合：${note}`.slice(0, 500),
      en: `${turn.person}’s self-check at the window names a breach: ${note}`.slice(0, 500),
    },
  })
