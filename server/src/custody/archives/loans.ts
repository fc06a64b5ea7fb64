import { Type } from 'typebox'
import { act, type Ctx, type Guard } from '../../kernel/act.ts'
import { endOfferOf, moveSerials, offerSerials } from '../../kernel/ledger.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import { isCalendarRefusal, officeDate } from '../../values/calendar.ts'
import { archiveDuties, archiveLeadDuties, borrowDuties } from './duties.ts'
import { incidentOf } from './incidents.ts'
import { refuseArchive } from './rules.ts'
import {
  type ArchiveFile,
  archiveFileSubject,
  FileNumber,
  type Loan,
  loanIn,
  loanSubject,
  oneFile,
  ownLoan,
} from './subjects.ts'
import { loanTable } from './tables.ts'

constraintMeans('loan_three_persons', () => refuseArchive('loan_three_persons'))
constraintMeans('loan_out_approved', () => refuseArchive('loan_needs_approval'))
constraintMeans('loan_insiders', () => refuseArchive('loan_insiders'))
constraintMeans('loan_step', () => refuseArchive('loan_step'))
constraintMeans('loan_one_hand', () => refuseArchive('loan_lent'))
constraintMeans('loan_stopped', () => refuseArchive('file_stopped'))
constraintMeans('loan_compared', () => refuseArchive('loan_note'))

/** Working days a file may be out of the room, unless the office set another number (4.2). */
export const usualLoanDays = 5

const LoanId = Type.String({ title: '借阅|Loan', format: 'uuid' })
const input = Type.Object({ loanId: LoanId }, { additionalProperties: false })
const State = Type.Object({ state: Type.String() })
const Pages = Type.Integer({ title: '清点页数|Pages counted', minimum: 0, maximum: 9999 })
const missing: Guard<{ place: string; stopped: boolean }, unknown> = ({ place, stopped }) =>
  place === 'missing'
    ? refuseArchive('file_missing')
    : place === 'counted'
      ? refuseArchive('file_counted')
      : stopped
        ? refuseArchive('file_stopped')
        : null

/** 借阅登记: who, what for, in the room or out of it. Only staff borrow. */
export const askLoan = act({
  type: 'archives.askLoan',
  title: { zh: '登记借阅', en: 'Ask to borrow a file' },
  clauses: ['4.2'],
  duties: borrowDuties,
  input: Type.Object(
    {
      file: FileNumber,
      outside: Type.Boolean({ title: '带出库房|Out of the room' }),
      purpose: Type.String({ title: '用途|Purpose', minLength: 2, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ loanId: Type.String(), needsApproval: Type.Boolean() }),
  subject: archiveFileSubject,
  subjectId: ({ file }) => file,
  guards: [
    missing as Guard<ArchiveFile, unknown>,
    (file) => (file.place.startsWith('shelf:') || file.loan ? null : refuseArchive('file_not_shelved')),
  ],
  async handle({ tx, district }, { outside, purpose }, file) {
    const [loan] = await tx.put<{ id: string }>(loanTable, { district, file_no: file.no, outside, purpose })
    return { loanId: loan!.id, needsApproval: outside }
  },
})

/** 审批: another person lets a file leave the room, or does not. */
export const decideLoan = act({
  type: 'archives.decideLoan',
  title: { zh: '审批借出', en: 'Decide on a loan out of the room' },
  clauses: ['4.2'],
  duties: archiveLeadDuties,
  input: Type.Object(
    {
      loanId: LoanId,
      approve: Type.Boolean({ title: '同意|Approve' }),
      note: Type.Optional(Type.String({ title: '意见|Opinion', minLength: 1, maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  result: State,
  subject: loanSubject,
  subjectId: ({ loanId }) => loanId,
  guards: [
    loanIn('asked'),
    (loan) => (loan.outside ? null : refuseArchive('loan_in_room')),
    (loan, { actor }) => (loan.borrowerId === actor.personId ? refuseArchive('loan_three_persons') : null),
  ],
  async handle({ tx, district, actor, at }, { approve, note }, loan) {
    const state = approve ? 'approved' : 'rejected'
    await tx.change(
      loanTable,
      { district, id: loan.id },
      { state, decided_by: actor.personId, decided_at: at.toString(), ...(note ? { decision: note } : {}) },
    )
    return { state }
  },
})

/** 出库: the keeper counts the pages and hands the file out: the first of two signatures. Out of the room only as approved. */
export const handOut = act({
  type: 'archives.handOut',
  title: { zh: '交出案卷', en: 'Hand a file out' },
  clauses: ['4.2'],
  duties: archiveDuties,
  input: Type.Object(
    {
      loanId: LoanId,
      pages: Pages,
      condition: Type.Optional(Type.String({ title: '案卷状况|Condition', minLength: 1, maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  result: State,
  subject: loanSubject,
  subjectId: ({ loanId }) => loanId,
  guards: [
    (loan) => (loan.outside && loan.state === 'asked' ? refuseArchive('loan_needs_approval') : null),
    loanIn('asked', 'approved'),
    (loan, { actor }) =>
      [loan.borrowerId, loan.decidedBy].includes(actor.personId!)
        ? refuseArchive('loan_three_persons')
        : null,
    missing as Guard<Loan, unknown>,
    (loan) => (loan.lent ? refuseArchive('loan_lent') : null),
    (loan) => (loan.place.startsWith('shelf:') ? null : refuseArchive('file_not_shelved')),
    (loan, { input: given }) =>
      given && (given.pages < 1 || (given.pages !== loan.pages && !given.condition))
        ? atField('condition', refuseArchive('loan_note'))
        : null,
  ],
  async handle({ tx, district, actor, at }, { pages, condition }, loan) {
    const offerId = await offerSerials(tx, {
      district,
      kind: 'file',
      serials: oneFile(loan.fileNo),
      movement: 'lend',
      from: loan.place,
      to: `person:${loan.borrowerId}`,
    })
    await tx.change(
      loanTable,
      { district, id: loan.id },
      {
        state: 'handed',
        handed_by: actor.personId,
        handed_at: at.toString(),
        pages_out: pages,
        offer_id: offerId,
        ...(condition ? { condition_out: condition } : {}),
      },
    )
    return { state: 'handed' }
  },
})

/** The last day of a loan: of the same day in the room, else so many working days on. */
async function dueOn({ tx, district, at, deps }: Ctx, outside: boolean) {
  const today = officeDate(at)
  if (!outside) return today
  const { days } = await tx.one<{ days: number }>`
    select coalesce((select days::int from archives.period where district = ${district} and name = 'loan'), ${usualLoanDays}) as days`
  const counted = deps.calendar.addWorkingDays(today, days)
  return isCalendarRefusal(counted) ? counted : counted.date
}

/** 签收: the borrower signs; the file is in their hands until it is back. */
export const signForLoan = act({
  type: 'archives.signForLoan',
  title: { zh: '借阅签收', en: 'Sign for a file' },
  clauses: ['4.2'],
  duties: borrowDuties,
  input,
  result: Type.Object({ state: Type.String(), dueOn: Type.String() }),
  subject: loanSubject,
  subjectId: ({ loanId }) => loanId,
  guards: [loanIn('handed'), ownLoan],
  async handle(ctx, _input, loan) {
    const { tx, district, actor, at } = ctx
    const due = await dueOn(ctx, loan.outside)
    if (isCalendarRefusal(due)) return due
    const refused = await moveSerials(tx, {
      district,
      kind: 'file',
      serials: oneFile(loan.fileNo),
      movement: 'lend',
      from: loan.home!,
      to: `person:${actor.personId}`,
      document: loan.file,
      offerId: loan.offerId!,
    })
    if (refused) return refused
    await endOfferOf({ tx, district, actor, at }, loan.offerId!, 'taken')
    await tx.change(
      loanTable,
      { district, id: loan.id },
      { state: 'out', taken_at: at.toString(), due_on: due.toString() },
    )
    return { state: 'out', dueOn: due.toString() }
  },
})

/** Not borrowed after all: before it was handed out by the borrower, and then by either hand. */
export const withdrawLoan = act({
  type: 'archives.withdrawLoan',
  title: { zh: '撤销借阅', en: 'Withdraw a loan' },
  clauses: ['4.2'],
  duties: borrowDuties,
  input,
  result: State,
  subject: loanSubject,
  subjectId: ({ loanId }) => loanId,
  guards: [
    loanIn('asked', 'approved', 'handed'),
    (loan, { actor }) =>
      loan.borrowerId === actor.personId || (loan.state === 'handed' && loan.handedBy === actor.personId)
        ? null
        : refuseArchive('loan_not_yours'),
  ],
  async handle({ tx, district, actor, at }, _input, loan) {
    if (loan.state === 'handed')
      await endOfferOf(
        { tx, district, actor, at },
        loan.offerId!,
        loan.handedBy === actor.personId ? 'withdrawn' : 'declined',
      )
    await tx.change(loanTable, { district, id: loan.id }, { state: 'withdrawn' })
    return { state: 'withdrawn' }
  },
})

/** 归还: the borrower gives the file back to the box it came from. */
export const giveBack = act({
  type: 'archives.giveBack',
  title: { zh: '归还案卷', en: 'Give a file back' },
  clauses: ['4.2'],
  duties: borrowDuties,
  input,
  result: State,
  subject: loanSubject,
  subjectId: ({ loanId }) => loanId,
  guards: [loanIn('out'), ownLoan],
  async handle({ tx, district, actor }, _input, loan) {
    const offerId = await offerSerials(tx, {
      district,
      kind: 'file',
      serials: oneFile(loan.fileNo),
      movement: 'return',
      from: `person:${actor.personId}`,
      to: loan.home!,
    })
    await tx.change(loanTable, { district, id: loan.id }, { state: 'returning', back_offer_id: offerId })
    return { state: 'returning' }
  },
})

/** 验收: the keeper counts again and signs. What is missing or damaged is said, and is a finding at once. */
export const receiveBack = act({
  type: 'archives.receiveBack',
  title: { zh: '验收归还', en: 'Receive a file back' },
  clauses: ['4.2'],
  duties: archiveDuties,
  input: Type.Object(
    {
      loanId: LoanId,
      pages: Pages,
      damaged: Type.Boolean({ title: '有损坏|Damaged' }),
      note: Type.Optional(Type.String({ title: '情况|Note', minLength: 1, maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ state: Type.String(), findings: Type.Array(Type.String()) }),
  subject: loanSubject,
  subjectId: ({ loanId }) => loanId,
  guards: [
    loanIn('returning'),
    (loan, { actor }) => (loan.borrowerId === actor.personId ? refuseArchive('file_own_hand') : null),
    (loan, { input: given }) =>
      given && (given.pages !== loan.pagesOut || given.damaged) && !given.note
        ? atField('note', refuseArchive('loan_note'))
        : null,
  ],
  async handle(ctx, { pages, damaged, note }, loan) {
    const { tx, district, actor, at } = ctx
    const refused = await moveSerials(tx, {
      district,
      kind: 'file',
      serials: oneFile(loan.fileNo),
      movement: 'return',
      from: `person:${loan.borrowerId}`,
      to: loan.home!,
      document: loan.file,
      offerId: loan.backOfferId!,
    })
    if (refused) return refused
    const told = (kind: 'pages_missing' | 'damage') =>
      incidentOf(ctx, { kind, file: loan, loan, note: note! })
    const findings = [
      ...(pages === loan.pagesOut ? [] : [await told('pages_missing')]),
      ...(damaged ? [await told('damage')] : []),
    ]
    await endOfferOf({ tx, district, actor, at }, loan.backOfferId!, 'taken')
    await tx.change(
      loanTable,
      { district, id: loan.id },
      {
        state: 'returned',
        received_by: actor.personId,
        received_at: at.toString(),
        pages_back: pages,
        damaged,
        ...(note ? { condition_back: note } : {}),
      },
    )
    return { state: 'returned', findings }
  },
})

function atField(path: string, refusal: ReturnType<typeof refuseArchive>) {
  return { ...refusal, fields: [{ path, message: refusal.message }] }
}
