import { Type } from 'typebox'
import { act, type Ctx, type Guard, type Subject } from '../kernel/act.ts'
import { openFinding } from '../kernel/finding.ts'
import { lookUp, moveSerials } from '../kernel/ledger.ts'
import { constraintMeans } from '../kernel/perform.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { sealHolderDuties, sealLeadDuties } from './duties.ts'
import { refuseKeeping } from './rules.ts'
import { isUploaded } from './subjects.ts'
import { sealClosingTable, sealTable } from './tables.ts'
import { Photo } from './void.ts'

constraintMeans('seal_pkey', () => refuseKeeping('seal_known'))
constraintMeans('seal_number_once', () => refuseKeeping('seal_known'))
constraintMeans('seal_one_each', () => refuseKeeping('seal_one_each'))
constraintMeans('seal_not_own', () => refuseKeeping('seal_not_own'))
constraintMeans('seal_own', () => refuseKeeping('seal_own'))
constraintMeans('seal_registered', () => refuseKeeping('seal_unregistered'))
constraintMeans('seal_unlocked', () => refuseKeeping('seal_locked'))
constraintMeans('seal_locked_by_keeper', () => refuseKeeping('seal_own'))
constraintMeans('seal_replaced_once', () => refuseKeeping('seal_still_used'))
constraintMeans('seal_replaces_unused', () => refuseKeeping('seal_still_used'))
constraintMeans('seal_replaces_other', () => refuseKeeping('seal_still_used'))
constraintMeans('seal_electronic_once', () => refuseKeeping('seal_electronic_once'))
constraintMeans('seal_placed_so', () => refuseKeeping('seal_no_hand'))
constraintMeans('seal_locked_hand', () => refuseKeeping('seal_no_hand'))
constraintMeans('seal_in_use', () => refuseKeeping('seal_retired'))
constraintMeans('seal_retired_so', () => refuseKeeping('seal_not_own'))
constraintMeans('seal_closing_pkey', () => refuseKeeping('seal_day_closed'))
constraintMeans('seal_closed_so', () => refuseKeeping('seal_closer'))

export const sealKinds = [
  'registration',
  'enquiry',
  'acceptance',
  'void',
  'seam',
  'correction',
  'archive',
  'other',
] as const

export interface Seal {
  district: string
  no: number
  name: string
  keeperId: string
  state: 'active' | 'retired' | 'destroyed'
  /** Where it is: `store` is the safe. */
  sealPlace: string | null
  dayClosed: boolean
  /** Used by the system, in no hand. */
  electronic: boolean
  /** Its keeper left the counter and locked it. */
  lockedAt: string | null
}

export const sealSubject: Subject<Seal> = {
  kind: 'seal',
  async load(tx, id, lock) {
    if (!/^\d{1,4}$/.test(id)) return null
    if (lock)
      await tx.maybe`select 1 from custody.seal where district = kernel.act_district() and no = ${Number(id)}::int for update`
    return tx.maybe<Seal>`
      select s.district, s.no, s.name, s.keeper_id as "keeperId", s.state, s.locked_at as "lockedAt", coalesce(s.electronic, false) as electronic, kernel.where_is('seal', '', s.no) as "sealPlace",
        exists (select from custody.seal_closing c where c.district = s.district and c.day = kernel.day_of(kernel.now())) as "dayClosed"
      from custody.seal s where s.district = kernel.act_district() and s.no = ${Number(id)}::int`
  },
}
export const SealNo = Type.Integer({ title: '印章编号|Seal', minimum: 1, maximum: 9999 })

/** Whether somebody of this office may keep a seal: there, and with a duty that uses one. */
export const mayKeepSeal = async ({ tx, district }: Ctx, personId: string): Promise<boolean> => {
  const found = await tx.maybe<{ duties: string[] }>`
    select kernel.duties_of(p.id) as duties from kernel.person p
    where p.id = ${personId}::uuid and p.district = ${district} and (p.active_to is null or p.active_to > kernel.now())`
  return found?.duties.some((duty) => sealHolderDuties.includes(duty)) ?? false
}
export const atField = (path: string, refusal: Refusal): Refusal => ({
  ...refusal,
  fields: [{ path, message: refusal.message }],
})

/** 印章登记: a seal with its impression, its one keeper, and the place it is used and locked at; entered by who does not keep it. */
export const registerSeal = act({
  type: 'custody.registerSeal',
  title: { zh: '登记印章', en: 'Register a seal' },
  clauses: ['5.1', '5.2', '5.3'],
  duties: sealLeadDuties,
  highValue: true,
  input: Type.Object(
    {
      no: SealNo,
      kind: Type.Union(
        sealKinds.map((kind) => Type.Literal(kind)),
        { title: '种类|Kind' },
      ),
      name: Type.String({ title: '印文|Legend', minLength: 1, maxLength: 100 }),
      number: Type.String({ title: '印章编码|Code of the seal', minLength: 1, maxLength: 40 }),
      keeperId: Type.String({ title: '保管人|Keeper', format: 'uuid' }),
      position: Type.String({ title: '固定位置|Fixed place', minLength: 1, maxLength: 100 }),
      image: Photo('印模|Impression'),
      electronic: Type.Optional(Type.Boolean({ title: '电子印章|Electronic' })),
      replaces: Type.Optional(
        Type.Integer({ title: '替换的印章|Seal it replaces', minimum: 1, maximum: 9999 }),
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ no: Type.Integer() }),
  created: (result) => ({ kind: 'seal', id: String(result.no) }),
  async handle(ctx, input) {
    const { tx, district, actor } = ctx
    if (input.keeperId === actor.personId) return atField('keeperId', refuseKeeping('seal_not_own'))
    if (!(await mayKeepSeal(ctx, input.keeperId)))
      return atField('keeperId', refuseKeeping('seal_taker_unfit'))
    if (!(await isUploaded(tx, district, input.image)))
      return atField('image', refuseKeeping('photo_unknown'))
    const { no, kind, name, number, position, image, replaces, electronic } = input
    if (replaces !== undefined) {
      const old =
        await tx.maybe`select 1 from custody.seal where district = ${district} and no = ${replaces}::int and state <> 'active'`
      if (!old) return atField('replaces', refuseKeeping('seal_still_used'))
    }
    const serials = { from: no, to: no + 1 }
    const found = await lookUp(tx, 'seal', '', serials)
    await tx.put(sealTable, {
      district,
      no,
      kind,
      name,
      number,
      keeper_id: input.keeperId,
      position,
      image,
      replaces,
      electronic: electronic || undefined,
    })
    // A seal that an installation took over lies where it lay; a new one comes into the safe, or into the system.
    if (found.held > 0) return electronic ? atField('no', refuseKeeping('seal_known')) : { no }
    const refused = await moveSerials(tx, {
      district,
      kind: 'seal',
      serials,
      movement: 'receive',
      from: null,
      to: electronic ? 'system' : 'store',
      document: number,
    })
    return refused ?? { no }
  },
})

export const inUse: Guard<Seal, unknown> = (seal) =>
  seal.state === 'active' ? null : refuseKeeping('seal_retired')
/** Refuses what a seal is not for while its keeper has left the counter. */
/** Refuses of an electronic seal what is done with hands. */
export const ofTheHand: Guard<Seal, unknown> = (seal) =>
  seal.electronic ? refuseKeeping('seal_no_hand') : null
export const unlocked: Guard<Seal, unknown> = (seal) => (seal.lockedAt ? refuseKeeping('seal_locked') : null)
const input = Type.Object({ no: SealNo }, { additionalProperties: false })
const Moved = Type.Object({ no: Type.Integer() })
const one = (no: number) => ({ from: no, to: no + 1 })

/** 取章: its keeper takes a seal out of the safe; not after the day was closed. */
export const takeOutSeal = act({
  type: 'custody.takeOutSeal',
  title: { zh: '取出印章', en: 'Take a seal out' },
  clauses: ['5.1'],
  duties: sealHolderDuties,
  input,
  result: Moved,
  subject: sealSubject,
  subjectId: ({ no }) => String(no),
  guards: [
    inUse,
    (seal, { actor }) => (seal.keeperId === actor.personId ? null : refuseKeeping('seal_own')),
    ofTheHand,
    (seal) => (seal.sealPlace === 'store' ? null : refuseKeeping('seal_not_in')),
    unlocked,
    (seal) => (seal.dayClosed ? refuseKeeping('seal_day_closed') : null),
  ],
  async handle({ tx, district, actor }, { no }) {
    const refused = await moveSerials(tx, {
      district,
      kind: 'seal',
      serials: one(no),
      movement: 'take_out',
      from: 'store',
      to: `person:${actor.personId}`,
    })
    return refused ?? { no }
  },
})

/** 还章: who has a seal locks it into the safe. */
export const putBackSeal = act({
  type: 'custody.putBackSeal',
  title: { zh: '归还印章', en: 'Put a seal back' },
  clauses: ['5.1'],
  duties: sealHolderDuties,
  input,
  result: Moved,
  subject: sealSubject,
  subjectId: ({ no }) => String(no),
  guards: [
    (seal, { actor }) =>
      seal.sealPlace === `person:${actor.personId}` ? null : refuseKeeping('seal_not_with_you'),
  ],
  async handle({ tx, district, actor }, { no }) {
    const refused = await moveSerials(tx, {
      district,
      kind: 'seal',
      serials: one(no),
      movement: 'put_back',
      from: `person:${actor.personId}`,
      to: 'store',
    })
    return refused ?? { no }
  },
})

/** 停用: a worn or replaced seal is taken out of use, from the safe and by somebody who does not keep it. */
export const retireSeal = act({
  type: 'custody.retireSeal',
  title: { zh: '停用印章', en: 'Retire a seal' },
  clauses: ['5.1'],
  duties: sealLeadDuties,
  highValue: true,
  input: Type.Object(
    { no: SealNo, reason: Type.String({ title: '停用原因|Reason', minLength: 1, maxLength: 500 }) },
    { additionalProperties: false },
  ),
  result: Moved,
  subject: sealSubject,
  subjectId: ({ no }) => String(no),
  guards: [
    inUse,
    (seal, { actor }) => (seal.keeperId === actor.personId ? refuseKeeping('seal_not_own') : null),
    (seal) => (['store', 'system'].includes(seal.sealPlace ?? '') ? null : refuseKeeping('seal_not_in')),
  ],
  async handle({ tx, district }, { no, reason }, seal) {
    const refused = await moveSerials(tx, {
      district,
      kind: 'seal',
      serials: one(no),
      movement: 'void',
      from: seal.sealPlace!,
      to: 'void',
      document: reason,
    })
    if (refused) return refused
    await tx.change(sealTable, { district, no }, { state: 'retired' })
    return { no }
  },
})

export interface SealOut {
  no: number
  name: string
  person: string | null
  personId: string | null
}
/** Seals of an office that are not in its safe. */
export const sealsOut = (ctx: Pick<Ctx, 'tx' | 'district'>) =>
  ctx.tx.rows<SealOut>`
    select s.no, s.name, p.name as person, p.id as "personId" from custody.seal s
      join kernel.custody_holding h on h.district = s.district and h.kind = 'seal' and h.edition = '' and h.serials @> s.no::int8
      left join kernel.person p on h.place = 'person:' || p.id::text
    where s.district = ${ctx.district} and s.state = 'active' and h.place not in ('store', 'system') order by s.no`

/** Opens a finding for each seal that is out when it should be in; one a seal and day. */
export async function findSealsOut({ tx, district }: Ctx, by: string, day: string, out: readonly SealOut[]) {
  let opened = 0
  for (const seal of out) {
    const made = await openFinding(tx, district, by, {
      kind: 'seal_out_at_closing',
      clause: '5.1',
      severity: 'critical',
      subject: `seal:${seal.no}`,
      dedupeKey: `seal_out:${seal.no}:${day}`,
      summary: {
        zh: `${day} 下班时 ${seal.no} 号印章“${seal.name}”未入柜，在${seal.person ?? '他人'}手中。`,
        en: `On ${day} at closing seal ${seal.no} (${seal.name}) was not in the safe; ${seal.person ?? 'somebody'} has it.`,
      },
    })
    if (made) opened++
  }
  return opened
}

const officeDay: Subject<{ closed: boolean; keeps: string[] }> = {
  kind: 'seals',
  load: (tx) => tx.one<{ closed: boolean; keeps: string[] }>`
    select exists (select from custody.seal_closing c where c.district = kernel.act_district() and c.day = kernel.day_of(kernel.now())) as closed,
      (select coalesce(array_agg(s.keeper_id), '{}') from custody.seal s where s.district = kernel.act_district() and s.state = 'active') as keeps`,
}

/** 下班收章: somebody who keeps no seal sees that each is in the safe. What is not is a finding at once. */
export const closeSeals = act({
  type: 'custody.closeSeals',
  title: { zh: '下班收章', en: 'Close the day of the seals' },
  clauses: ['5.1'],
  duties: sealLeadDuties,
  input: Type.Object(
    { note: Type.Optional(Type.String({ title: '说明|Note', minLength: 1, maxLength: 500 })) },
    { additionalProperties: false },
  ),
  result: Type.Object({ inside: Type.Integer(), outside: Type.Integer(), findings: Type.Integer() }),
  subject: officeDay,
  subjectId: () => 'day',
  guards: [
    (day, { actor }) => (day.keeps.includes(actor.personId!) ? refuseKeeping('seal_closer') : null),
    (day) => (day.closed ? refuseKeeping('seal_day_closed') : null),
  ],
  async handle(ctx, { note }) {
    const { tx, district, actor } = ctx
    // Whoever takes one out or puts one back at this moment is waited for.
    await lookUp(tx, 'seal', '', { from: 0, to: 1 })
    const out = await sealsOut(ctx)
    const { all, day } = await tx.one<{ all: number; day: string }>`
      select count(*)::int as all, kernel.day_of(kernel.act_at())::text as day from custody.seal where district = ${district} and state = 'active' and electronic is null`
    await tx.put(sealClosingTable, { district, inside: all - out.length, outside: out.length, note })
    const findings = await findSealsOut(ctx, `person:${actor.personId}`, day, out)
    return { inside: all - out.length, outside: out.length, findings }
  },
})
