import { Type } from 'typebox'
import { voidTable } from '../custody/tables.ts'
import { act, type Ctx, type Guard, isRefusal } from '../kernel/act.ts'
import { moveSerials } from '../kernel/ledger.ts'
import { constraintMeans, invalid } from '../kernel/perform.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { dutyTable } from '../people/duties.ts'
import {
  certificateTable,
  entriesOf,
  entryPartyTable,
  entryTable,
  stateAt,
  unitFacts,
} from '../register/state.ts'
import { normaliseUnitCode } from '../values/unitCode.ts'
import { renewalOfCertificate } from './business.ts'
import { nextCertificateNumber } from './numbers.ts'
import { renderApprovalForm } from './papers.ts'
import { normaliseAgent, renewalProblems } from './party-input.ts'
import { publishCertificate } from './publish.ts'
import { type CaseState, type RenewalBody, refuseCase, renewersRefusal, separation } from './rules.ts'
import {
  AgentInput,
  agentRow,
  barredBySurvey,
  CaseId,
  doStage,
  giveNotice,
  handle,
  newCheckToken,
  standAgain,
  within,
} from './steps.ts'
import {
  casePartyTable,
  caseSubject,
  caseTable,
  handlerTable,
  lossNoticeTable,
  noticeTable,
  suspensionTable,
} from './subject.ts'

constraintMeans('loss_notice_once', () => refuseCase('loss_notice_given'))
constraintMeans('loss_notice_so', () => refuseCase('not_lost'))
constraintMeans('loss_notice_runs', () => refuseCase('loss_notice_running', { until: '—' }))
constraintMeans('loss_notice_long_enough', () => refuseCase('loss_notice_running', { until: '—' }))
constraintMeans('loss_notice_handler', () => refuseCase('not_your_group'))
constraintMeans('stage_after_notice', () => refuseCase('loss_notice_missing'))
constraintMeans('renewal_said_once', () => refuseCase('nothing_to_renew'))
constraintMeans('certificate_renewed_so', () => refuseCase('nothing_to_renew'))
constraintMeans('certificate_followed', () => refuseCase('nothing_to_renew'))
constraintMeans('renewal_same_right', () => refuseCase('right_changed'))
constraintMeans('old_certificate_void', () => refuseCase('old_taken_back'))

const zone = 'Asia/Shanghai'

/** 补证、换证申请: all holders ask for another certificate; the clerk at the window enters what happened to the one they had. */
export const applyRenewal = act({
  type: 'case.applyRenewal',
  title: { zh: '录入补证、换证申请', en: 'Enter an application for another certificate' },
  clauses: ['4.5', '6.1', '6.5'],
  duties: ['acceptance'],
  input: Type.Object(
    {
      unitCode: Type.String({ title: '不动产单元号|Unit code', minLength: 1, maxLength: 40 }),
      why: Type.Union([Type.Literal('lost'), Type.Literal('damaged')], { title: '申请事由|Why' }),
      statement: Type.String({ title: '情况说明|What happened', minLength: 2, maxLength: 500 }),
      applicants: Type.Array(
        Type.Object(
          {
            partyId: Type.String({ format: 'uuid', title: '权利人|Holder' }),
            agent: Type.Optional(AgentInput),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 50, title: '申请人|Applicants', sensitive: true },
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ caseId: Type.String(), nextStage: Type.String() }),
  created: (result) => ({ kind: 'case', id: result.caseId }),
  problems: (input, at) => {
    const fields = renewalProblems(input, at)
    return fields.length > 0 ? invalid(fields) : null
  },
  move: 'within acceptance',
  async handle(ctx, typed) {
    const { tx, district } = ctx
    const unitCode = normaliseUnitCode(typed.unitCode)
    if (!(await unitFacts(tx, district, unitCode, true))) {
      const unknown = refuseCase('unit_unknown', { unit: unitCode })
      return { ...unknown, fields: [{ path: 'unitCode', message: unknown.message }] }
    }
    const barred = await barredBySurvey(ctx, unitCode)
    if (barred) return barred
    const { ownership } = stateAt(unitCode, await entriesOf(tx, district, unitCode), ctx.at)
    if (!ownership) return refuseCase('no_ownership')
    const applicants = typed.applicants.map(normaliseAgent)
    const wrong = renewersRefusal(
      ownership,
      applicants.map(({ partyId }) => ({
        partyId,
        name: ownership.parties.find((party) => party.partyId === partyId)?.name ?? partyId,
      })),
    )
    if (wrong) return wrong
    const certificate = await tx.maybe<{ id: string; number: string }>`
      select id, number from register.certificate where district = ${district} and right_id = ${ownership.rightId}::uuid and state = 'issued'`
    if (!certificate) return refuseCase('nothing_to_renew')
    const body: RenewalBody = {
      renewal: {
        why: typed.why,
        certificateId: certificate.id,
        certificateNumber: certificate.number,
        statement: typed.statement,
      },
    }
    const [row] = await tx.put<{ id: string }>(caseTable, {
      district,
      business: renewalOfCertificate.code,
      unit_code: unitCode,
      right_id: ownership.rightId,
      state: 'applied',
      next_stage: 'acceptance',
      body,
      check_token: newCheckToken(),
    })
    await tx.put(
      casePartyTable,
      applicants.map(({ partyId, agent }, i) => ({
        district,
        case_id: row!.id,
        no: i + 1,
        side: 'holder',
        party_id: partyId,
        share_num: null,
        share_den: null,
        ...agentRow(ctx, agent),
      })),
    )
    await tx.put(handlerTable, { district, case_id: row!.id, duty_group: 'acceptance' })
    return { caseId: row!.id, nextStage: 'acceptance' }
  },
})

const ofALoss: Guard<CaseState, unknown> = ({ body }) =>
  body.renewal?.why === 'lost' ? null : refuseCase('not_lost')

/**
 * 刊发遗失公告: the public is told that the certificate is lost, by another person than took the case in. The case stands still until
 * the notice has run out; that time does not count (Rules 17, 22).
 */
export const publishLoss = act({
  type: 'case.publishLoss',
  title: { zh: '刊发遗失公告', en: 'Announce the loss' },
  clauses: ['4.5', '6.2'],
  duties: ['first_review'],
  input: Type.Object({ caseId: CaseId }, { additionalProperties: false }),
  result: Type.Object({ number: Type.String(), until: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    ofALoss,
    (state) => (state.lossNotice ? refuseCase('loss_notice_given') : null),
    (state) => (state.state === 'suspended' ? refuseCase('suspended') : null),
    (state, circumstances) => separation(dutyTable, within('first_review'))(state, circumstances),
  ],
  async handle(ctx, _input, state) {
    const { tx, district } = ctx
    const { days, basis } = renewalOfCertificate.notice!
    const { certificateId, certificateNumber } = state.body.renewal!
    const last = ctx.deps.calendar.addWorkingDays(ctx.at.toZonedDateTimeISO(zone).toPlainDate(), days)
    if (isRefusal(last)) return last
    const until = last.date.toString()
    const number = `遗失公告${state.number}`
    const holders = state.parties.map((party) => party.name).join('、')
    await handle(ctx, state, within('first_review'))
    await tx.put(lossNoticeTable, {
      district,
      case_id: state.id,
      number,
      certificate_id: certificateId,
      certificate_number: certificateNumber,
      declared_by: holders,
      days,
      basis,
      until_day: until,
    })
    await tx.put(noticeTable, {
      district,
      case_id: state.id,
      kind: 'loss_notice',
      body: { number, until, certificate: certificateNumber },
    })
    await tx.put(suspensionTable, { district, case_id: state.id, reason: 'public_notice' })
    await tx.change(
      caseTable,
      { district, id: state.id },
      { state: 'suspended', suspended_at: ctx.at.toString() },
    )
    return { number, until }
  },
})

/** 公告期满: the day after its last the case goes on; whoever came forward with the certificate meanwhile is a ground to refuse. */
export const endLossNotice = act({
  type: 'case.endLossNotice',
  title: { zh: '公告期满', en: 'The notice has run out' },
  clauses: ['4.5'],
  duties: ['first_review'],
  input: Type.Object({ caseId: CaseId }, { additionalProperties: false }),
  result: Type.Object({ caseId: Type.String(), state: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    ofALoss,
    (state, { at }) => noticeRuns(state, at),
    (state, circumstances) => separation(dutyTable, within('first_review'))(state, circumstances),
  ],
  async handle(ctx, _input, state) {
    await handle(ctx, state, within('first_review'))
    await ctx.tx.change(
      lossNoticeTable,
      { district: state.district, case_id: state.id },
      { ended_at: ctx.at.toString() },
    )
    const standing = await standAgain(ctx, state)
    return isRefusal(standing) ? standing : { caseId: state.id, state: standing }
  },
})

/** Why the notice of a case cannot end at a moment; null from the day after its last. Pure. */
function noticeRuns({ lossNotice }: Pick<CaseState, 'lossNotice'>, at: Temporal.Instant): Refusal | null {
  if (!lossNotice) return refuseCase('loss_notice_missing')
  if (lossNotice.ended) return refuseCase('loss_notice_given')
  const today = at.toZonedDateTimeISO(zone).toPlainDate()
  return Temporal.PlainDate.compare(today, lossNotice.until) > 0
    ? null
    : refuseCase('loss_notice_running', { until: lossNotice.until })
}

/** Where the blank of a certificate in its holder's hands stands in the book: its edition, or null where no book ever had it. */
async function issuedBlank(
  { tx, district }: Ctx,
  certificate: { id: string },
): Promise<{ edition: string; serial: number } | null> {
  return tx.maybe<{ edition: string; serial: number }>`
    select h.edition, c.blank_serial as serial from register.certificate c
      join kernel.custody_holding h on h.district = c.district and h.kind = 'certificate' and h.place = 'holder' and h.serials @> c.blank_serial
      left join kernel.custody_line l on l.district = c.district and l.case_id = c.case_id and l.kind = 'certificate' and l.movement = 'use'
        and l.document = c.number and l.serials @> c.blank_serial
    where c.district = ${district} and c.id = ${certificate.id}::uuid and (l.edition is null or l.edition = h.edition)
    order by l.no desc nulls last limit 1`
}

/** 登簿 of a renewal: the register says that another certificate takes the old one's place; of the right nothing changes. */
export async function recordRenewal(
  ctx: Ctx,
  state: CaseState,
  renewal: RenewalBody['renewal'],
  opinion: string,
) {
  const { tx, district } = ctx
  const ownership = state.rights.ownership!
  const old = await tx.maybe<{ id: string; number: string; snapshotHash: string | null }>`
    select id, number, encode(snapshot_hash, 'hex') as "snapshotHash" from register.certificate
    where district = ${district} and id = ${renewal.certificateId}::uuid and state = 'issued'`
  if (!old) return refuseCase('nothing_to_renew')
  const done = await doStage(ctx, state, 'recording', opinion)
  const [entry] = await tx.put<{ id: string }>(entryTable, {
    district,
    unit_code: state.unitCode,
    right_id: ownership.rightId,
    no: ownership.no + 1,
    supersedes: ownership.id,
    kind: 'ownership',
    effect: 'change',
    registration: state.business.registration,
    right_type: ownership.rightType,
    legal_from: ownership.legalFrom,
    legal_to: ownership.legalTo,
    case_id: state.id,
    body: {
      ...ownership.body,
      renewal: { why: renewal.why, certificate: old.number, notice: state.lossNotice?.number ?? null },
    },
  })
  await tx.put(
    entryPartyTable,
    ownership.parties.map((party, i) => ({
      district,
      entry_id: entry!.id,
      no: i + 1,
      party_id: party.partyId,
      role: party.role,
      share_num: party.shareNum,
      share_den: party.shareDen,
    })),
  )
  const holding = {
    sharing: ownership.body.sharing,
    certificateNumber: null,
    holders: ownership.parties
      .filter((party) => party.role === 'holder')
      .map(({ name, shareNum, shareDen }) => ({
        name,
        share: shareNum && shareDen ? { num: shareNum, den: shareDen } : null,
      })),
  }
  await giveNotice(ctx, state, 'approval_form', {}, await renderApprovalForm(ctx, state, holding))
  await tx.change(certificateTable, { district, id: old.id }, { state: 'cancelled', ended: renewal.why })
  publishCertificate(ctx, state, old, 'cancelled')
  const lost = renewal.why === 'lost' ? await issuedBlank(ctx, old) : null
  if (lost) {
    const moved = await moveSerials(tx, {
      district,
      kind: 'certificate',
      edition: lost.edition,
      serials: { from: lost.serial, to: lost.serial + 1 },
      movement: 'lose',
      from: 'holder',
      to: 'missing',
      caseId: state.id,
      document: state.lossNotice!.number,
    })
    if (moved) return moved
  }
  const certificateNumber = await nextCertificateNumber(ctx)
  const [made] = await tx.put<{ id: string }>(certificateTable, {
    district,
    number: certificateNumber,
    unit_code: state.unitCode,
    right_id: state.rightId,
    entry_id: entry!.id,
    case_id: state.id,
    state: 'recorded',
    check_token: newCheckToken(),
  })
  publishCertificate(ctx, state, { id: made!.id, number: certificateNumber, snapshotHash: null }, 'recorded')
  return { ...done, entryId: entry!.id, certificateNumber }
}

/** What issue asks of the old certificate: for an exchange it is taken back and stamped void, a lost one was declared void. */
export const oldOneRightly: Guard<CaseState, unknown> = ({ body }, { input }) => {
  const said = input as { oldCertificate: string; voidPhoto?: string } | null
  if (!said || !body.renewal) return null
  if (body.renewal.why === 'lost')
    return said.oldCertificate === 'declared_void'
      ? null
      : atField('oldCertificate', refuseCase('old_declared_void'))
  if (said.oldCertificate !== 'taken_back') return atField('oldCertificate', refuseCase('old_taken_back'))
  return said.voidPhoto ? null : atField('voidPhoto', refuseCase('old_taken_back'))
}
const atField = (path: string, refusal: Refusal): Refusal => ({
  ...refusal,
  fields: [{ path, message: refusal.message }],
})

/** The damaged certificate, taken back at the window, goes among what is void; of other cases nothing is taken here. */
export async function takeOldBack(ctx: Ctx, state: CaseState, photo?: string): Promise<Refusal | null> {
  const { tx, district } = ctx
  const { renewal } = state.body
  if (renewal?.why !== 'damaged') return null
  const known = await tx.maybe`select 1 from cases.upload where district = ${district} and file = ${photo!}`
  if (!known) return atField('voidPhoto', refuseCase('not_this_file'))
  const old = await tx.one<{ id: string; number: string; serial: number | null }>`
    select id, number, blank_serial as serial from register.certificate where district = ${district} and id = ${renewal.certificateId}::uuid`
  if (old.serial === null) return null
  const blank = await issuedBlank(ctx, old)
  const serials = { from: old.serial, to: old.serial + 1 }
  await tx.put(voidTable, {
    district,
    kind: 'certificate',
    edition: blank?.edition ?? '',
    serials: `[${serials.from},${serials.to})`,
    reason: 'taken_back',
    photo,
    certificate_id: old.id,
    case_id: state.id,
  })
  if (!blank) return null
  return moveSerials(tx, {
    district,
    kind: 'certificate',
    edition: blank.edition,
    serials,
    movement: 'void',
    from: 'holder',
    to: 'void',
    caseId: state.id,
    document: old.number,
  })
}
