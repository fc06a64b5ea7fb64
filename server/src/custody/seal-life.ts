import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { whereIs } from '../kernel/ledger.ts'
import { constraintMeans } from '../kernel/perform.ts'
import { sealHolderDuties, sealLeadDuties } from './duties.ts'
import { refuseKeeping } from './rules.ts'
import { inUse, ofTheHand, type Seal, SealNo, sealKinds, sealSubject, unlocked } from './seals.ts'
import { destructionItemTable, destructionTable, sealTable } from './tables.ts'

constraintMeans('seal_destroyed_by_others', () => refuseKeeping('seal_kept_by_you'))

const input = Type.Object({ no: SealNo }, { additionalProperties: false })
const own = (seal: Seal, { actor }: { actor: { personId: string | null } }) =>
  seal.keeperId === actor.personId ? null : refuseKeeping('seal_own')

/** 离柜锁章: whoever keeps a seal leaves the counter. Until they unlock it themselves it seals nothing, wherever it is. */
export const lockSeal = act({
  type: 'custody.lockSeal',
  title: { zh: '离柜锁章', en: 'Lock: left the counter' },
  clauses: ['5.3'],
  duties: sealHolderDuties,
  input,
  result: Type.Object({ no: Type.Integer() }),
  subject: sealSubject,
  subjectId: ({ no }) => String(no),
  guards: [inUse, own, ofTheHand, unlocked],
  async handle({ tx, district, at }, { no }) {
    await tx.change(sealTable, { district, no }, { locked_at: at.toString() })
    return { no }
  },
})

/** 回柜解锁: the same person is back, and confirms that it is they. */
export const unlockSeal = act({
  type: 'custody.unlockSeal',
  title: { zh: '回柜解锁', en: 'Unlock: back at the counter' },
  clauses: ['5.3'],
  duties: sealHolderDuties,
  highValue: true,
  input,
  result: Type.Object({ no: Type.Integer() }),
  subject: sealSubject,
  subjectId: ({ no }) => String(no),
  guards: [inUse, own, (seal) => (seal.lockedAt ? null : refuseKeeping('seal_not_locked'))],
  async handle({ tx, district }, { no }) {
    await tx.change(sealTable, { district, no }, { locked_at: null })
    return { no }
  },
})

/** 外借、外带: whoever asks for it is refused and the asking stays in the log (5.3). There is no state in which it is granted. */
export const takeSealOutside = act({
  type: 'custody.takeSealOutside',
  title: { zh: '外借、带出印章', en: 'Lend a seal or take it outside' },
  clauses: ['5.3'],
  duties: [...sealHolderDuties, ...sealLeadDuties],
  input: Type.Object(
    { no: SealNo, reason: Type.String({ title: '用途|What for', minLength: 1, maxLength: 500 }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ no: Type.Integer() }),
  subject: sealSubject,
  subjectId: ({ no }) => String(no),
  guards: [() => refuseKeeping('seal_never_outside')],
  handle: async () => refuseKeeping('seal_never_outside'),
})

/** 申请销毁印章: a seal out of use is listed; the superior bureau approves and two others witness, as with blanks. */
export const askSealDestruction = act({
  type: 'custody.askSealDestruction',
  title: { zh: '申请销毁印章', en: 'Ask that a seal be destroyed' },
  clauses: ['5.1'],
  duties: sealLeadDuties,
  input: Type.Object(
    { no: SealNo, note: Type.String({ title: '申请说明|Reasons', minLength: 1, maxLength: 500 }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ destructionId: Type.String() }),
  subject: sealSubject,
  subjectId: ({ no }) => String(no),
  guards: [
    (seal) => (seal.state === 'retired' ? null : refuseKeeping('seal_not_retired')),
    (seal, { actor }) => (seal.keeperId === actor.personId ? refuseKeeping('seal_kept_by_you') : null),
  ],
  async handle({ tx, district }, { no, note }) {
    const listed = await tx.maybe`
      select 1 from custody.destruction_item where district = ${district} and kind = 'seal' and serials @> ${no}::int8 and open`
    if (listed) return refuseKeeping('seal_not_retired')
    const [row] = await tx.put<{ id: string }>(destructionTable, { district, kind: 'seal', note })
    await tx.put(destructionItemTable, {
      district,
      destruction_id: row!.id,
      no: 1,
      kind: 'seal',
      edition: '',
      serials: `[${no},${no + 1})`,
    })
    return { destructionId: row!.id }
  },
})

/**
 * 接管印章: the seals that came with the register when an installation began enter it under their keepers, where the book has
 * them. Only the service that takes the holdings over performs it; a seal it leaves out is used only once somebody registers it.
 */
export const takeOverSeals = act({
  type: 'custody.takeOverSeals',
  title: { zh: '接管印章', en: 'Take seals over' },
  clauses: ['5.1'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      seals: Type.Array(
        Type.Object(
          {
            no: SealNo,
            kind: Type.Union(sealKinds.map((kind) => Type.Literal(kind))),
            name: Type.String({ minLength: 1, maxLength: 100 }),
            number: Type.String({ minLength: 1, maxLength: 40 }),
            keeperId: Type.String({ format: 'uuid' }),
            position: Type.String({ minLength: 1, maxLength: 100 }),
            image: Type.String({ pattern: '^[0-9a-f]{64}$' }),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 100 },
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ seals: Type.Integer() }),
  created: () => ({ kind: 'takeover', id: 'seals' }),
  async handle({ tx, district }, { seals }) {
    for (const { no, kind, name, number, keeperId, position, image } of seals) {
      if ((await whereIs(tx, 'seal', no)) === null) return refuseKeeping('seal_unregistered')
      await tx.put(sealTable, { district, no, kind, name, number, keeper_id: keeperId, position, image })
    }
    return { seals: seals.length }
  },
})
