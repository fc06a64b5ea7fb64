import { Type } from 'typebox'
import { act, type Guard } from '../kernel/act.ts'
import { endOfferOf, lookUp, moveRefusal, moveSerials, offerSerials } from '../kernel/ledger.ts'
import { invalid } from '../kernel/perform.ts'
import type { Tx } from '../platform/db/tx.ts'
import { custodyOfferDuties } from './duties.ts'
import { refuseKeeping } from './rules.ts'
import { BlankKind, numberRange, rangeProblems, readRange } from './serials.ts'
import { type Offer, offerSubject } from './subjects.ts'

/** Whether a person of this office is there and holds a duty that handles blanks. */
const mayHold = async (tx: Tx, district: string, personId: string): Promise<boolean> => {
  const found = await tx.maybe<{ duties: string[] }>`
    select kernel.duties_of(p.id) as duties from kernel.person p
    where p.id = ${personId}::uuid and p.district = ${district} and (p.active_to is null or p.active_to > kernel.now())`
  return found?.duties.some((duty) => custodyOfferDuties.includes(duty)) ?? false
}

/**
 * 交出: the first of two signatures. The keeper offers from the store, or whoever holds blanks offers them on or back;
 * nothing moves, and the giver still answers for them, until the other hand signs.
 */
export const offer = act({
  type: 'custody.offer',
  title: { zh: '交出空白证书', en: 'Hand blanks over' },
  clauses: ['4.4'],
  duties: custodyOfferDuties,
  input: Type.Object(
    {
      kind: BlankKind,
      ...numberRange,
      from: Type.Union([Type.Literal('store'), Type.Literal('me')], { title: '交出方|From' }),
      to: Type.Union([Type.Literal('store'), Type.String({ format: 'uuid' })], { title: '接收方|To' }),
      note: Type.Optional(Type.String({ title: '备注|Note', minLength: 1, maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ offerId: Type.String(), count: Type.Integer() }),
  created: (result) => ({ kind: 'handover', id: result.offerId }),
  problems: (input) => {
    const fields = rangeProblems(input)
    if (input.from === 'store' && input.to === 'store')
      fields.push({
        path: 'to',
        message: { zh: '交出方和接收方都是库存', en: 'Both sides are the store' },
      })
    return fields.length > 0 ? invalid(fields) : null
  },
  async handle({ tx, district, actor }, input) {
    if (input.from === 'store' && !actor.duties.includes('certificate_keeping'))
      return refuseKeeping('not_keeper')
    if (input.to === actor.personId)
      return refuseKeeping(
        'own_hand',
        {},
        { fields: [{ path: 'to', message: refuseKeeping('own_hand').message }] },
      )
    if (input.to !== 'store' && !(await mayHold(tx, district, input.to)))
      return refuseKeeping(
        'taker_unfit',
        {},
        { fields: [{ path: 'to', message: refuseKeeping('taker_unfit').message }] },
      )
    const { edition, serials } = readRange(input)
    const move = {
      serials,
      movement: input.to === 'store' ? ('return' as const) : ('issue' as const),
      from: input.from === 'store' ? 'store' : `person:${actor.personId}`,
      to: input.to === 'store' ? 'store' : `person:${input.to}`,
    }
    const refused = moveRefusal(move, await lookUp(tx, input.kind, edition, serials))
    if (refused) return refused
    const offerId = await offerSerials(tx, { district, kind: input.kind, edition, ...move }, input.note)
    return { offerId, count: serials.to - serials.from }
  },
})

const OfferId = Type.String({ title: '交接单|Hand-over', format: 'uuid' })
const stillOffered: Guard<Offer, unknown> = (one) =>
  one.state === 'offered' ? null : refuseKeeping('hand_over_ended')
const otherHand: Guard<Offer, unknown> = (one, { actor }) => {
  if (one.personId === actor.personId) return refuseKeeping('own_hand')
  if (one.toPlace === 'store')
    return actor.duties.includes('certificate_keeping') ? null : refuseKeeping('not_keeper')
  return one.toPlace === `person:${actor.personId}` ? null : refuseKeeping('not_for_you')
}

/** 签收: the second signature, and the movement. */
export const take = act({
  type: 'custody.take',
  title: { zh: '签收空白证书', en: 'Sign for blanks' },
  clauses: ['4.4'],
  duties: custodyOfferDuties,
  input: Type.Object({ offerId: OfferId }, { additionalProperties: false }),
  result: Type.Object({ count: Type.Integer() }),
  subject: offerSubject,
  subjectId: (input) => input.offerId,
  guards: [stillOffered, otherHand],
  async handle({ tx, district, actor, at }, _input, one) {
    const refused = await moveSerials(tx, {
      district,
      kind: one.kind,
      edition: one.edition,
      serials: { from: one.from, to: one.to },
      movement: one.movement,
      from: one.fromPlace,
      to: one.toPlace,
      offerId: one.id,
    })
    if (refused) return refused
    await endOfferOf({ tx, district, actor, at }, one.id, 'taken')
    return { count: one.to - one.from }
  },
})

/** The giver takes an offer back, or the other hand declines it. Nothing has moved. */
export const endOffer = act({
  type: 'custody.endOffer',
  title: { zh: '撤回或拒收交接', en: 'Withdraw or decline a hand-over' },
  clauses: ['4.4'],
  duties: custodyOfferDuties,
  input: Type.Object({ offerId: OfferId }, { additionalProperties: false }),
  result: Type.Object({ state: Type.String() }),
  subject: offerSubject,
  subjectId: (input) => input.offerId,
  guards: [
    stillOffered,
    (one, circumstances) =>
      one.personId === circumstances.actor.personId ? null : otherHand(one, circumstances),
  ],
  async handle({ tx, district, actor, at }, _input, one) {
    const state = one.personId === actor.personId ? 'withdrawn' : 'declined'
    await endOfferOf({ tx, district, actor, at }, one.id, state)
    return { state }
  },
})
