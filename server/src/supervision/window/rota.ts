import { Type } from 'typebox'
import { act, type Subject } from '../../kernel/act.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import { dutyTable } from '../../people/duties.ts'
import { type Half, halves, refuseWindow, rotaDuties, rotaRefusal } from './rules.ts'
import { rotaTable, swapTable } from './tables.ts'

constraintMeans('window_rota_leader', () => refuseWindow('rota_leader'))
constraintMeans('window_rota_post', () => refuseWindow('rota_post'))
constraintMeans('window_rota_need', () => refuseWindow('rota_need'))
constraintMeans('window_rota_working_day', () => refuseWindow('rota_working_day'))
constraintMeans('window_rota_ahead', () => refuseWindow('rota_ahead'))
constraintMeans('window_rota_away', () => refuseWindow('rota_away'))
constraintMeans('window_rota_person_once', () => refuseWindow('rota_person_once'))
constraintMeans('window_rota_one_at_a_window', () => refuseWindow('rota_one_at_a_window'))
constraintMeans('window_swap_once', () => refuseWindow('swap_waiting'))
constraintMeans('window_swap_of_two', () => refuseWindow('swap_own'))
constraintMeans('window_swap_by_a_third', () => refuseWindow('swap_third'))

const District = Type.String({ title: '登记机构|Office', maxLength: 20 })
const Reason = Type.String({ title: '理由|Reason', minLength: 2, maxLength: 500, pattern: '\\S\\s*\\S' })
export const Need = Type.String({ title: '需要|Need', minLength: 2, maxLength: 200, pattern: '\\S\\s*\\S' })
export const WindowNo = Type.Integer({ title: '窗口号|Window', minimum: 1, maximum: 99 })
const RotaId = (title: string) => Type.String({ title, format: 'uuid' })
const State = Type.Object({ state: Type.String() })

/** A planned turn as its acts see it. */
export interface Planned {
  district: string
  id: string
  personId: string
  duty: string
  windowNo: number
  day: string
  half: Half
  state: 'planned' | 'cancelled'
  /** Somebody has signed in to it. */
  begun: boolean
}
export const rotaSubject: Subject<Planned> = {
  kind: 'window_rota',
  async load(tx, id, lock) {
    if (lock)
      await tx.maybe`select 1 from supervision.window_rota r where r.district = kernel.act_district() and r.id = ${id}::uuid for no key update`
    return tx.maybe<Planned>`
      select r.district, r.id, r.person_id as "personId", r.duty, r.window_no as "windowNo", r.day::text, r.half, r.state,
        exists (select from supervision.window_turn w where w.district = r.district and w.rota_id = r.id) as begun
      from supervision.window_rota r where r.id = ${id}::uuid and (r.district = kernel.act_district() or (${!lock} and kernel.may_read_all()))`
  },
}

/** 排班: a leader, a window, a post and a half-day; normally acceptance, review or printing as needed (3.2). */
export const planTurn = act({
  type: 'window.plan',
  title: { zh: '窗口坐班排班', en: 'Plan a turn at the window' },
  clauses: ['3.1', '3.2'],
  duties: rotaDuties,
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      personId: Type.String({ title: '坐班领导|Leader', format: 'uuid' }),
      duty: Type.String({ title: '岗位|Post', minLength: 1, maxLength: 40 }),
      windowNo: WindowNo,
      day: Type.String({ title: '日期|Day', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      half: Type.Union(
        halves.map((one) => Type.Literal(one)),
        { title: '半天|Half-day' },
      ),
      need: Type.Optional(Need),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ rotaId: Type.String() }),
  created: (result) => ({ kind: 'window_rota', id: result.rotaId }),
  problems: ({ day }) => {
    try {
      Temporal.PlainDate.from(day, { overflow: 'reject' })
      return null
    } catch {
      const refusal = refuseWindow('rota_working_day')
      return { ...refusal, fields: [{ path: 'day', message: refusal.message }] }
    }
  },
  async handle({ tx, deps, district }, { personId, duty, windowNo, day, half, need }) {
    const working = deps.calendar.isWorkingDay(Temporal.PlainDate.from(day))
    if (typeof working !== 'boolean') return working
    const facts = await tx.one<{
      leader: boolean
      wrong: string | null
      taken: boolean
    }>`
      select people.window_leader(${personId}::uuid, ${district}, kernel.now()) as leader,
        supervision.rota_problem(${district}, ${personId}::uuid, ${duty}, ${day}::date, ${half}, null) as wrong,
        exists (select from supervision.window_rota r where r.district = ${district} and r.day = ${day}::date and r.half = ${half} and r.duty = ${duty}
          and r.window_no = ${windowNo} and r.state = 'planned') as taken`
    const refused = rotaRefusal({
      leader: facts.leader,
      post: dutyTable.window.posts.includes(duty),
      need: duty === 'acceptance' || need !== undefined,
      working,
      over: facts.wrong === 'window_rota_ahead',
      away: facts.wrong === 'window_rota_away',
      elsewhere: facts.wrong === 'window_rota_person_once',
      taken: facts.taken,
    })
    if (refused) return refused
    const [row] = await tx.put<{ id: string }>(rotaTable, {
      district,
      person_id: personId,
      duty,
      window_no: windowNo,
      day,
      half,
      need: need?.trim() ?? null,
    })
    return { rotaId: row!.id }
  },
})

/** 取消排班: with a reason that stays; a turn to which somebody signed in is history. */
export const cancelTurn = act({
  type: 'window.cancelTurn',
  title: { zh: '取消排班', en: 'Cancel a planned turn' },
  clauses: ['3.1'],
  duties: rotaDuties,
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: District, rotaId: RotaId('排班|Turn'), reason: Reason },
    { additionalProperties: false },
  ),
  result: State,
  subject: rotaSubject,
  subjectId: (input) => input.rotaId,
  guards: [(turn) => (turn.state === 'planned' && !turn.begun ? null : refuseWindow('rota_over'))],
  async handle({ tx }, { reason }, { district, id }) {
    await tx.change(rotaTable, { district, id }, { state: 'cancelled', reason: reason.trim() })
    return { state: 'cancelled' }
  },
})

/** 申请调班: who has one turn asks who has another to change with them. */
export const askSwap = act({
  type: 'window.askSwap',
  title: { zh: '申请调班', en: 'Ask for a swap' },
  clauses: ['3.1'],
  duties: [],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      rotaId: RotaId('本人的班|Turn of one’s own'),
      otherId: RotaId('对方的班|The other’s turn'),
      reason: Reason,
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ swapId: Type.String() }),
  subject: rotaSubject,
  subjectId: (input) => input.rotaId,
  guards: [
    (turn, { actor }) => (turn.personId === actor.personId ? null : refuseWindow('swap_own')),
    (turn) => (turn.state === 'planned' && !turn.begun ? null : refuseWindow('rota_over')),
  ],
  async handle({ tx, district }, { otherId, reason }, turn) {
    const other = await rotaSubject.load(tx, otherId, true)
    const at = (code: 'swap_own' | 'rota_over' | 'swap_same_time') => {
      const refusal = refuseWindow(code)
      return { ...refusal, fields: [{ path: 'otherId', message: refusal.message }] }
    }
    if (!other || other.personId === turn.personId) return at('swap_own')
    if (other.state !== 'planned' || other.begun) return at('rota_over')
    if (other.day === turn.day && other.half === turn.half) return at('swap_same_time')
    const waiting = await tx.maybe`
      select 1 from supervision.window_swap s where s.district = ${district} and s.rota_id = ${turn.id}::uuid and s.state in ('asked', 'accepted')`
    if (waiting) return refuseWindow('swap_waiting')
    const [row] = await tx.put<{ id: string }>(swapTable, {
      district,
      rota_id: turn.id,
      other_id: otherId,
      asked_of: other.personId,
      reason: reason.trim(),
    })
    return { swapId: row!.id }
  },
})

/** A swap as its acts see it. */
export interface Swap {
  district: string
  id: string
  rotaId: string
  otherId: string
  askedBy: string
  askedOf: string
  state: 'asked' | 'accepted' | 'declined' | 'confirmed' | 'refused'
}
export const swapSubject: Subject<Swap> = {
  kind: 'window_swap',
  async load(tx, id, lock) {
    if (lock)
      await tx.maybe`select 1 from supervision.window_swap s where s.district = kernel.act_district() and s.id = ${id}::uuid for no key update`
    return tx.maybe<Swap>`
      select s.district, s.id, s.rota_id as "rotaId", s.other_id as "otherId", s.asked_by as "askedBy", s.asked_of as "askedOf", s.state
      from supervision.window_swap s where s.id = ${id}::uuid and (s.district = kernel.act_district() or (${!lock} and kernel.may_read_all()))`
  },
}
const OfSwap = { district: District, swapId: RotaId('调班|Swap') }

/** 答复调班: by the other person. Who asked may take it back by declining. */
export const answerSwap = act({
  type: 'window.answerSwap',
  title: { zh: '答复调班', en: 'Answer a swap' },
  clauses: ['3.1'],
  duties: [],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { ...OfSwap, agrees: Type.Boolean({ title: '同意|Agrees' }) },
    { additionalProperties: false },
  ),
  result: State,
  subject: swapSubject,
  subjectId: (input) => input.swapId,
  guards: [
    (swap) => (swap.state === 'asked' ? null : refuseWindow('swap_order')),
    (swap, { actor, input }) =>
      actor.personId === swap.askedOf || (actor.personId === swap.askedBy && input?.agrees === false)
        ? null
        : refuseWindow('swap_answer'),
  ],
  async handle({ tx }, { agrees }, { district, id }) {
    const state = agrees ? 'accepted' : 'declined'
    await tx.change(swapTable, { district, id }, { state })
    return { state }
  },
})

/** 确认调班: by a leader who is neither of the two; the turns pass in the same act. */
export const decideSwap = act({
  type: 'window.decideSwap',
  title: { zh: '确认调班', en: 'Confirm a swap' },
  clauses: ['3.1'],
  duties: [...rotaDuties, 'admin_security'],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { ...OfSwap, confirmed: Type.Boolean({ title: '确认|Confirmed' }) },
    { additionalProperties: false },
  ),
  result: State,
  subject: swapSubject,
  subjectId: (input) => input.swapId,
  guards: [
    (swap) => (swap.state === 'accepted' ? null : refuseWindow('swap_order')),
    (swap, { actor }) =>
      actor.personId === swap.askedBy || actor.personId === swap.askedOf ? refuseWindow('swap_third') : null,
  ],
  async handle({ tx }, { confirmed }, { district, id, rotaId, otherId, askedBy, askedOf }) {
    const state = confirmed ? 'confirmed' : 'refused'
    await tx.change(swapTable, { district, id }, { state })
    if (!confirmed) return { state }
    const turns = [await rotaSubject.load(tx, rotaId, true), await rotaSubject.load(tx, otherId, true)]
    if (
      turns[0]?.personId !== askedBy ||
      turns[1]?.personId !== askedOf ||
      turns.some((one) => one!.begun || one!.state !== 'planned')
    )
      return refuseWindow('rota_over')
    await tx.change(rotaTable, { district, id: rotaId }, { person_id: askedOf })
    await tx.change(rotaTable, { district, id: otherId }, { person_id: askedBy })
    return { state }
  },
})
