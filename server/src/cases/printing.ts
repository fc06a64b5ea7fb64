import { Type } from 'typebox'
import { voidTable } from '../custody/tables.ts'
import { act, type Ctx, type Guard, isRefusal } from '../kernel/act.ts'
import { refuseDuty, sideOf, sideRefusal } from '../kernel/duty.ts'
import { moveSerials } from '../kernel/ledger.ts'
import { constraintMeans } from '../kernel/perform.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { dutyTable } from '../people/duties.ts'
import { certificateTable } from '../register/state.ts'
import { printedSerial, splitSerial } from '../values/blankSerial.ts'
import { certificateSnapshot, renderCertificate } from './papers.ts'
import { bytea, publishCertificate } from './publish.ts'
import { type CaseState, refuseCase } from './rules.ts'
import { caseSubject, handlerTable } from './subject.ts'

/** A refusal about one field that is said at the field as well. */
const at = (path: string, refusal: Refusal): Refusal => ({
  ...refusal,
  fields: [{ path, message: refusal.message }],
})
const elsewhere = (refusal: Refusal) => ['serial_not_there', 'serial_at_end'].includes(refusal.code)

/**
 * Binds the scanned blank to the case's certificate and makes the paper that goes on it. The act stands before the
 * printer runs: when the power fails meanwhile the same file is printed again on the same blank, or the blank is spoiled.
 */
export async function printOn(
  ctx: Ctx,
  state: CaseState,
  blankSerial: string,
): Promise<{ certificateNumber: string; file: string } | Refusal> {
  const { tx, district } = ctx
  const certificate = state.certificate!
  const { edition, number: serial } = splitSerial(blankSerial)
  const moved = await moveSerials(tx, {
    district,
    kind: 'certificate',
    edition,
    serials: { from: serial, to: serial + 1 },
    movement: 'use',
    from: `person:${ctx.actor.personId}`,
    to: `certificate:${certificate.id}`,
    caseId: state.id,
    document: certificate.number,
  })
  if (moved)
    return at('blankSerial', elsewhere(moved) ? refuseCase('blank_not_held', { serial: blankSerial }) : moved)
  const snapshot = await certificateSnapshot(ctx, state, certificate, blankSerial)
  const file = await ctx.deps.files.keep((await renderCertificate(ctx, snapshot)).pdf)
  await tx.change(
    certificateTable,
    { district, id: certificate.id },
    {
      state: 'printed',
      blank_serial: serial,
      snapshot: snapshot.data,
      snapshot_hash: bytea(snapshot.hash),
      file,
    },
  )
  publishCertificate(
    ctx,
    state,
    { ...certificate, snapshotHash: Buffer.from(snapshot.hash).toString('hex') },
    'printed',
  )
  return { certificateNumber: certificate.number, file }
}

/** Seals the case's printed certificate with a seal in the actor's own keeping, and writes the use into the seal's book. */
export async function sealWith(ctx: Ctx, state: CaseState, sealNo: number): Promise<Refusal | null> {
  const { tx, district } = ctx
  const mine = `person:${ctx.actor.personId}`
  const certificate = state.certificate!
  const used = await moveSerials(tx, {
    district,
    kind: 'seal',
    serials: { from: sealNo, to: sealNo + 1 },
    movement: 'use',
    from: mine,
    to: mine,
    caseId: state.id,
    document: certificate.number,
  })
  if (used) return at('sealNo', elsewhere(used) ? refuseCase('seal_not_held', { seal: sealNo }) : used)
  await tx.change(
    certificateTable,
    { district, id: certificate.id },
    { state: 'sealed', seal_no: String(sealNo) },
  )
  publishCertificate(ctx, state, certificate, 'sealed')
  return null
}

constraintMeans('seal_on_printed', () => refuseCase('not_printed'))

/** Refuses an issue of what does not bear the seal: a spoiled certificate is printed and sealed again first. */
export const mustBeSealed: Guard<CaseState, unknown> = (state) =>
  state.certificate?.state === 'sealed' ? null : refuseCase('not_sealed')

/** Refuses what somebody of another group of the case, or on the other side of 4.6 today, would do, and what comes in the wrong state of its certificate. */
const again =
  (group: string, ...states: string[]): Guard<CaseState, unknown> =>
  (state, { actor }) => {
    if (state.standing.away) return refuseDuty('away')
    const handled = state.process.handlers[actor.personId ?? '']
    if (handled !== undefined && handled !== group) return refuseCase('not_your_group')
    const { today } = state.standing
    const otherSide = sideRefusal(dutyTable, today ? [today] : [], sideOf(dutyTable, group))
    if (otherSide) return otherSide
    return state.certificate && states.includes(state.certificate.state) && state.process.done.includes(group)
      ? null
      : refuseCase('nothing_to_redo')
  }

/** Whoever does something again belongs to that stage's group of the case from then on, like whoever did it first. */
async function joinGroup(ctx: Ctx, state: CaseState, group: string): Promise<void> {
  if (state.process.handlers[ctx.actor.personId!] === undefined)
    await ctx.tx.put(handlerTable, { district: state.district, case_id: state.id, duty_group: group })
}

const CaseId = Type.String({ title: '案件|Case', format: 'uuid' })
const Photo = Type.String({ title: '加盖作废章照片|Picture of the stamp', pattern: '^[0-9a-f]{64}$' })

/**
 * 缮证作废: the printed blank is spoiled (misprint, soiled, the printer broke off). It is stamped void and listed; the
 * certificate waits for another blank. Nothing spoiled is given out: issue wants a seal, and the seal wants a print.
 */
export const spoil = act({
  type: 'case.spoil',
  title: { zh: '缮证作废', en: 'Spoil a printed certificate' },
  clauses: ['4.5'],
  duties: ['printing'],
  highValue: true,
  input: Type.Object(
    {
      caseId: CaseId,
      reason: Type.Union(
        ['misprint', 'soiled', 'torn', 'format', 'power_cut'].map((one) => Type.Literal(one)),
        { title: '作废原因|Reason' },
      ),
      photo: Photo,
      note: Type.Optional(Type.String({ title: '说明|Note', minLength: 1, maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ certificateNumber: Type.String(), blankSerial: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [again('printing', 'printed', 'sealed')],
  async handle(ctx, input, state) {
    const { tx, district } = ctx
    const known =
      await tx.maybe`select 1 from cases.upload where district = ${district} and file = ${input.photo}`
    if (!known) return at('photo', refuseCase('not_this_file'))
    await joinGroup(ctx, state, 'printing')
    const certificate = state.certificate!
    const place = `certificate:${certificate.id}`
    const { edition } = await tx.one<{ edition: string }>`
      select edition from kernel.custody_holding where district = ${district} and kind = 'certificate' and place = ${place}`
    const serial = certificate.blankSerial!
    await tx.put(voidTable, {
      district,
      kind: 'certificate',
      edition,
      serials: `[${serial},${serial + 1})`,
      reason: input.reason,
      note: input.note,
      photo: input.photo,
      certificate_id: certificate.id,
      case_id: state.id,
    })
    const moved = await moveSerials(tx, {
      district,
      kind: 'certificate',
      edition,
      serials: { from: serial, to: serial + 1 },
      movement: 'void',
      from: place,
      to: 'void',
      caseId: state.id,
      document: certificate.number,
    })
    if (moved) return moved
    await tx.change(
      certificateTable,
      { district, id: certificate.id },
      {
        state: 'recorded',
        blank_serial: null,
        seal_no: null,
        file: null,
        snapshot: null,
        snapshot_hash: null,
      },
    )
    publishCertificate(ctx, state, { ...certificate, snapshotHash: null }, 'recorded')
    return { certificateNumber: certificate.number, blankSerial: printedSerial(edition, serial) }
  },
})

/** 重新缮证: the same certificate on another blank, after the first was spoiled. */
export const reprint = act({
  type: 'case.reprint',
  title: { zh: '重新缮证', en: 'Print the certificate again' },
  clauses: ['4.4', '4.5'],
  duties: ['printing'],
  input: Type.Object(
    {
      caseId: CaseId,
      blankSerial: Type.String({ title: '空白证书印刷序列号|Blank serial', pattern: '^D?\\d{11}$' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ certificateNumber: Type.String(), file: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [again('printing', 'recorded')],
  async handle(ctx, input, state) {
    await joinGroup(ctx, state, 'printing')
    return printOn(ctx, state, input.blankSerial)
  },
})

/** 补盖印章: seals the reprinted certificate when its first print bore the seal already. */
export const reseal = act({
  type: 'case.reseal',
  title: { zh: '重新用印', en: 'Seal the certificate again' },
  clauses: ['4.6', '5.1', '5.3'],
  duties: ['sealing'],
  highValue: true,
  input: Type.Object(
    { caseId: CaseId, sealNo: Type.Integer({ title: '印章编号|Seal number', minimum: 1 }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ sealed: Type.Boolean() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    (state) => (state.certificate?.state === 'recorded' ? refuseCase('not_printed') : null),
    again('sealing', 'printed'),
  ],
  async handle(ctx, input, state) {
    await joinGroup(ctx, state, 'sealing')
    const refused = await sealWith(ctx, state, input.sealNo)
    return isRefusal(refused) ? refused : { sealed: true }
  },
})
