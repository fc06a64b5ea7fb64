import { Type } from 'typebox'
import { act, type Guard } from '../kernel/act.ts'
import { lookUp, moveSerials, rangeOf } from '../kernel/ledger.ts'
import { constraintMeans } from '../kernel/perform.ts'
import { refuseKeeping } from './rules.ts'
import { BlankKind, countOf, readMultirange, type without } from './serials.ts'
import { type Destruction, destructionSubject, isUploaded } from './subjects.ts'
import { destructionItemTable, destructionPhotoTable, destructionTable, sealTable } from './tables.ts'
import { Photo } from './void.ts'

constraintMeans('destruction_four_persons', () => refuseKeeping('four_persons'))
constraintMeans('destruction_in_order', () => refuseKeeping('destruction_order'))
constraintMeans('destruction_step', () => refuseKeeping('destruction_order'))
constraintMeans('destruction_superior', () => refuseKeeping('superior_only'))
constraintMeans('destruction_listed_once', () => refuseKeeping('nothing_void'))
constraintMeans('destroyed_as_approved', () => refuseKeeping('destruction_order'))

type Ranges = Parameters<typeof without>[0]

/** 销毁申请: everything void of a kind that no other request names, as one list to be destroyed together. */
export const askDestruction = act({
  type: 'custody.askDestruction',
  title: { zh: '申请集中销毁', en: 'Ask for a destruction' },
  clauses: ['4.5'],
  duties: ['certificate_keeping'],
  input: Type.Object(
    {
      kind: BlankKind,
      note: Type.String({ title: '申请说明|Reasons', minLength: 1, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ destructionId: Type.String(), count: Type.Integer() }),
  created: (result) => ({ kind: 'destruction', id: result.destructionId }),
  async handle({ tx, district }, input) {
    // What becomes void at this moment is waited for, so that the list is whole.
    for (const edition of ['', 'D']) await lookUp(tx, input.kind, edition, { from: 0, to: 1 })
    const lists = await tx.rows<{ edition: string; ranges: string }>`
      select e.edition, (custody.held_at(${input.kind}, e.edition, 'void') - coalesce((select range_agg(i.serials) from custody.destruction_item i
        where i.district = ${district} and i.kind = ${input.kind} and i.edition = e.edition and i.open), '{}'))::text as ranges
      from (select distinct edition from custody.void v where v.district = ${district} and v.kind = ${input.kind}) e order by e.edition`
    const items = lists.flatMap(({ edition, ranges }) =>
      readMultirange(ranges).map((serials) => ({ edition, serials })),
    )
    if (items.length === 0) return refuseKeeping('nothing_void')
    const [row] = await tx.put<{ id: string }>(destructionTable, {
      district,
      kind: input.kind,
      note: input.note,
    })
    await tx.put(
      destructionItemTable,
      items.map(({ edition, serials }, i) => ({
        district,
        destruction_id: row!.id,
        no: i + 1,
        kind: input.kind,
        edition,
        serials: rangeOf(serials),
      })),
    )
    return { destructionId: row!.id, count: countOf(items.map(({ serials }): Ranges[number] => serials)) }
  },
})

const DestructionId = Type.String({ title: '销毁单|Destruction', format: 'uuid' })
const inState =
  (...states: Destruction['state'][]): Guard<Destruction, unknown> =>
  (one) =>
    states.includes(one.state) ? null : refuseKeeping('destruction_order')
const anotherPerson: Guard<Destruction, unknown> = (one, { actor }) =>
  [one.personId, one.decidedBy, one.witness1].includes(actor.personId) ? refuseKeeping('four_persons') : null
const notItsKeeper: Guard<Destruction, unknown> = (one, { actor }) =>
  one.keepers.includes(actor.personId!) ? refuseKeeping('seal_kept_by_you') : null

/** 上级批准: the city bureau approves a district's list under the number of its document, or rejects it. */
export const decideDestruction = act({
  type: 'custody.decideDestruction',
  title: { zh: '批复销毁申请', en: 'Decide on a destruction' },
  clauses: ['4.5', '5.1'],
  duties: ['district_lead'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      destructionId: DestructionId,
      approve: Type.Boolean({ title: '同意销毁|Approved' }),
      decisionNo: Type.String({ title: '批复文号|Number of the decision', minLength: 1, maxLength: 60 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ state: Type.String() }),
  subject: destructionSubject,
  subjectId: (input) => input.destructionId,
  guards: [
    (_one, { actor }) => (actor.homeDistrict === 'city' ? null : refuseKeeping('superior_only')),
    inState('asked'),
    anotherPerson,
    notItsKeeper,
  ],
  async handle({ tx, district, actor, at }, input, one) {
    const state = input.approve ? 'approved' : 'rejected'
    await tx.change(
      destructionTable,
      { district, id: one.id },
      {
        state,
        decided_by: actor.personId,
        decided_at: at.toString(),
        decision_no: input.decisionNo,
      },
    )
    if (!input.approve)
      for (const { no } of await tx.rows<{ no: number }>`
        select no from custody.destruction_item where district = ${district} and destruction_id = ${one.id}::uuid order by no`)
        await tx.change(destructionItemTable, { district, destruction_id: one.id, no }, { open: false })
    return { state }
  },
})

/**
 * 监销: two witnesses, neither of whom asked or approved. The first brings minutes and photographs; with the second
 * signature every number of the list is destroyed, or none.
 */
export const witness = act({
  type: 'custody.witness',
  title: { zh: '监销签字', en: 'Witness a destruction' },
  clauses: ['4.5', '5.1'],
  duties: [],
  highValue: true,
  input: Type.Object(
    {
      destructionId: DestructionId,
      minutes: Type.Optional(Photo('销毁记录|Minutes')),
      photos: Type.Optional(
        Type.Array(Photo('现场照片|Photograph'), { title: '现场照片|Photographs', maxItems: 20 }),
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ state: Type.String() }),
  subject: destructionSubject,
  subjectId: (input) => input.destructionId,
  guards: [
    inState('approved', 'witnessed'),
    anotherPerson,
    notItsKeeper,
    (one, { input }) =>
      input && one.state === 'approved' && (!input.minutes || !input.photos?.length)
        ? refuseKeeping(
            'minutes_missing',
            {},
            {
              fields: (['minutes', 'photos'] as const)
                .filter((name) => !input[name]?.length)
                .map((path) => ({ path, message: refuseKeeping('minutes_missing').message })),
            },
          )
        : null,
  ],
  async handle({ tx, district, actor, at }, input, one) {
    const key = { district, id: one.id }
    for (const [name, files] of Object.entries({
      minutes: input.minutes ? [input.minutes] : [],
      photos: input.photos ?? [],
    }))
      for (const file of files)
        if (!(await isUploaded(tx, district, file)))
          return refuseKeeping(
            'photo_unknown',
            {},
            { fields: [{ path: name, message: refuseKeeping('photo_unknown').message }] },
          )
    const before = await tx.one<{
      n: number
    }>`select count(*)::int as n from custody.destruction_photo where district = ${district} and destruction_id = ${one.id}::uuid`
    await tx.put(
      destructionPhotoTable,
      (input.photos ?? []).map((file, i) => ({
        district,
        destruction_id: one.id,
        no: before.n + i + 1,
        file,
      })),
    )
    if (one.state === 'approved') {
      await tx.change(destructionTable, key, {
        state: 'witnessed',
        minutes: input.minutes,
        witness_1: actor.personId,
        witnessed_1: at.toString(),
      })
      return { state: 'witnessed' }
    }
    await tx.change(destructionTable, key, {
      state: 'destroyed',
      witness_2: actor.personId,
      witnessed_2: at.toString(),
    })
    const items = await tx.rows<{ no: number; edition: string; from: number; to: number }>`
      select no, edition, lower(serials) as "from", upper(serials) as "to" from custody.destruction_item
      where district = ${district} and destruction_id = ${one.id}::uuid order by no`
    for (const { no, edition, from, to } of items) {
      const refused = await moveSerials(tx, {
        district,
        kind: one.kind,
        edition,
        serials: { from, to },
        movement: 'destroy',
        from: 'void',
        to: 'destroyed',
        document: one.id,
      })
      if (refused) return refused
      if (one.kind === 'seal') await tx.change(sealTable, { district, no: from }, { state: 'destroyed' })
      await tx.change(destructionItemTable, { district, destruction_id: one.id, no }, { open: false })
    }
    return { state: 'destroyed' }
  },
})
