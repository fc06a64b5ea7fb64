import { Type } from 'typebox'
import { act, type Guard, type Subject } from '../kernel/act.ts'
import { endOfferOf, lookUp, moveRefusal, moveSerials, offerSerials } from '../kernel/ledger.ts'
import { constraintMeans } from '../kernel/perform.ts'
import { sealHolderDuties, sealLeadDuties } from './duties.ts'
import { refuseKeeping } from './rules.ts'
import { atField, mayKeepSeal, ofTheHand, type Seal, SealNo, sealSubject } from './seals.ts'
import { sealHandoverTable, sealTable } from './tables.ts'

constraintMeans('seal_three_persons', () => refuseKeeping('seal_three_persons'))
constraintMeans('seal_handed_so', () => refuseKeeping('seal_not_approved'))
constraintMeans('seal_handed_once', () => refuseKeeping('seal_approved_already'))

export interface SealHandover {
  district: string
  id: string
  sealNo: number
  fromId: string
  toId: string
  state: 'approved' | 'given' | 'taken' | 'cancelled'
  offerId: string | null
}
export const sealHandoverSubject: Subject<SealHandover> = {
  kind: 'seal_handover',
  async load(tx, id, lock) {
    if (!/^[0-9a-f-]{36}$/.test(id)) return null
    if (lock)
      await tx.maybe`select 1 from custody.seal_handover where id = ${id}::uuid and district = kernel.act_district() for update`
    return tx.maybe<SealHandover>`
      select district, id, seal_no as "sealNo", from_id as "fromId", to_id as "toId", state, offer_id as "offerId"
      from custody.seal_handover where id = ${id}::uuid and district = kernel.act_district()`
  },
}

/** 批准交接: a leader approves, before anything moves, that a keeper hands a seal to another. */
export const approveSealHandover = act({
  type: 'custody.approveSealHandover',
  title: { zh: '批准印章交接', en: 'Approve the hand-over of a seal' },
  clauses: ['5.2'],
  duties: sealLeadDuties,
  highValue: true,
  input: Type.Object(
    {
      no: SealNo,
      to: Type.String({ title: '接收人|To whom', format: 'uuid' }),
      reason: Type.String({ title: '交接原因|Reason', minLength: 1, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ handoverId: Type.String() }),
  subject: sealSubject,
  subjectId: ({ no }) => String(no),
  guards: [
    (seal) => (seal.state === 'active' ? null : refuseKeeping('seal_retired')),
    ofTheHand,
    (seal: Seal, { actor, input }) =>
      seal.keeperId === actor.personId || (input && [actor.personId, seal.keeperId].includes(input.to))
        ? refuseKeeping('seal_three_persons')
        : null,
  ],
  async handle(ctx, { no, to, reason }, seal) {
    if (!(await mayKeepSeal(ctx, to))) return atField('to', refuseKeeping('seal_taker_unfit'))
    const [row] = await ctx.tx.put<{ id: string }>(sealHandoverTable, {
      district: ctx.district,
      seal_no: no,
      from_id: seal.keeperId,
      to_id: to,
      reason,
    })
    return { handoverId: row!.id }
  },
})

const HandoverId = Type.String({ title: '交接批准|Approval', format: 'uuid' })
const inState =
  (state: SealHandover['state']): Guard<SealHandover, unknown> =>
  (one) =>
    one.state === state ? null : refuseKeeping('hand_over_ended')

/** 交章: the keeper, with the seal in hand, gives it as was approved. */
export const giveSeal = act({
  type: 'custody.giveSeal',
  title: { zh: '交出印章', en: 'Hand a seal over' },
  clauses: ['5.2'],
  duties: sealHolderDuties,
  input: Type.Object({ handoverId: HandoverId }, { additionalProperties: false }),
  result: Type.Object({ state: Type.String() }),
  subject: sealHandoverSubject,
  subjectId: (input) => input.handoverId,
  guards: [
    inState('approved'),
    (one, { actor }) => (one.fromId === actor.personId ? null : refuseKeeping('seal_own')),
  ],
  async handle({ tx, district, actor }, _input, one) {
    const serials = { from: one.sealNo, to: one.sealNo + 1 }
    const move = {
      serials,
      movement: 'issue' as const,
      from: `person:${actor.personId}`,
      to: `person:${one.toId}`,
    }
    const locked =
      await tx.maybe`select 1 from custody.seal where district = ${district} and no = ${one.sealNo} and locked_at is not null`
    if (locked) return refuseKeeping('seal_locked')
    const refused = moveRefusal(move, await lookUp(tx, 'seal', '', serials))
    if (refused) return refuseKeeping('seal_not_with_you')
    const offerId = await offerSerials(tx, { district, kind: 'seal', ...move })
    await tx.change(sealHandoverTable, { district, id: one.id }, { state: 'given', offer_id: offerId })
    return { state: 'given' }
  },
})

/** 接章: the second signature. The seal has a new keeper from this moment. */
export const takeSeal = act({
  type: 'custody.takeSeal',
  title: { zh: '接收印章', en: 'Take a seal over' },
  clauses: ['5.2'],
  duties: sealHolderDuties,
  input: Type.Object({ handoverId: HandoverId }, { additionalProperties: false }),
  result: Type.Object({ state: Type.String() }),
  subject: sealHandoverSubject,
  subjectId: (input) => input.handoverId,
  guards: [
    inState('given'),
    (one, { actor }) => (one.toId === actor.personId ? null : refuseKeeping('not_for_you')),
  ],
  async handle({ tx, district, actor, at }, _input, one) {
    const refused = await moveSerials(tx, {
      district,
      kind: 'seal',
      serials: { from: one.sealNo, to: one.sealNo + 1 },
      movement: 'issue',
      from: `person:${one.fromId}`,
      to: `person:${actor.personId}`,
      offerId: one.offerId!,
    })
    if (refused) return refused
    await endOfferOf({ tx, district, actor, at }, one.offerId!, 'taken')
    await tx.change(sealHandoverTable, { district, id: one.id }, { state: 'taken', taken_at: at.toString() })
    await tx.change(sealTable, { district, no: one.sealNo }, { keeper_id: actor.personId })
    return { state: 'taken' }
  },
})

/** 撤销交接: a leader calls off what was approved; once the seal was given, the giver takes that back or the other declines. */
export const cancelSealHandover = act({
  type: 'custody.cancelSealHandover',
  title: { zh: '撤销印章交接', en: 'Call off the hand-over of a seal' },
  clauses: ['5.2'],
  duties: [...sealLeadDuties, ...sealHolderDuties],
  input: Type.Object(
    {
      handoverId: HandoverId,
      reason: Type.String({ title: '撤销原因|Reason', minLength: 1, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ state: Type.String() }),
  subject: sealHandoverSubject,
  subjectId: (input) => input.handoverId,
  guards: [
    (one) => (['approved', 'given'].includes(one.state) ? null : refuseKeeping('hand_over_ended')),
    (one, { actor }) => {
      const may =
        one.state === 'approved'
          ? actor.duties.some((duty) => sealLeadDuties.includes(duty))
          : [one.fromId, one.toId].includes(actor.personId!)
      return may ? null : refuseKeeping('not_for_you')
    },
  ],
  async handle(ctx, { reason }, one) {
    const { tx, district, actor, at } = ctx
    if (one.offerId)
      await endOfferOf(ctx, one.offerId, one.fromId === actor.personId ? 'withdrawn' : 'declined')
    await tx.change(
      sealHandoverTable,
      { district, id: one.id },
      { state: 'cancelled', ended_by: actor.personId, ended_at: at.toString(), end_reason: reason },
    )
    return { state: 'cancelled' }
  },
})
