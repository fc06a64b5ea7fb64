import { Type } from 'typebox'
import { act, type Ctx } from '../../kernel/act.ts'
import { type NewFinding, openFinding } from '../../kernel/finding.ts'
import { endOfferOf, moveSerials } from '../../kernel/ledger.ts'
import type { Text } from '../../kernel/refusal.ts'
import { archiveDuties, archiveLeadDuties } from './duties.ts'
import { refuseArchive } from './rules.ts'
import { archiveFileSubject, FileNumber, type Loan, notCounted, oneFile } from './subjects.ts'
import { incidentTable, loanTable } from './tables.ts'

type Fault = 'pages_missing' | 'damage' | 'loss'
const faults: Record<Fault, { kind: string; severity: NewFinding['severity']; what: Text }> = {
  pages_missing: {
    kind: 'file_pages_missing',
    severity: 'critical',
    what: { zh: '归还时页数不符', en: 'came back with other pages than it went out with' },
  },
  damage: { kind: 'file_damaged', severity: 'high', what: { zh: '归还时有损坏', en: 'came back damaged' } },
  loss: { kind: 'file_lost', severity: 'critical', what: { zh: '报告缺失', en: 'is reported missing' } },
}

/** Writes down what happened to a file and opens the finding of it. Returns the finding's id. */
export async function incidentOf(
  { tx, district, actor, actId }: Ctx,
  {
    kind,
    file,
    loan,
    note,
  }: {
    kind: Fault
    file: Pick<Loan, 'fileNo' | 'file'>
    loan: Pick<Loan, 'id' | 'pagesOut'> | null
    note: string
  },
): Promise<string> {
  const { what, severity } = faults[kind]
  const finding = await openFinding(tx, district, `person:${actor.personId}`, {
    kind: faults[kind].kind,
    clause: '4.2',
    severity,
    subject: `archive:${file.file}`,
    dedupeKey: `${faults[kind].kind}:${file.file}:${actId}`,
    summary: {
      zh: `案卷 ${file.file} ${what.zh}：${note}`,
      en: `File ${file.file} ${what.en}: ${note}`,
    },
  })
  await tx.put(incidentTable, {
    district,
    file_no: file.fileNo,
    kind,
    note,
    finding_id: finding,
    ...(loan ? { loan_id: loan.id } : {}),
  })
  return finding!
}

const input = Type.Object(
  { file: FileNumber, note: Type.String({ title: '情况|What happened', minLength: 2, maxLength: 500 }) },
  { additionalProperties: false },
)

/** 报失: a file cannot be found. It is told at once and is a finding; an offer or loan of it ends. */
export const reportLoss = act({
  type: 'archives.reportLoss',
  title: { zh: '报告案卷缺失', en: 'Report a file missing' },
  clauses: ['4.2'],
  duties: [...archiveDuties, ...archiveLeadDuties],
  highValue: true,
  input,
  result: Type.Object({ finding: Type.String() }),
  subject: archiveFileSubject,
  subjectId: ({ file }) => file,
  guards: [
    (file) => (file.place === 'missing' ? refuseArchive('file_missing') : null),
    notCounted,
    (file) => (file.loan?.state === 'handed' ? refuseArchive('loan_step') : null),
  ],
  async handle(ctx, { note }, file) {
    const { tx, district, actor, at } = ctx
    const finding = await incidentOf(ctx, {
      kind: 'loss',
      file: { fileNo: file.no, file: file.number },
      loan: file.loan && { id: file.loan.id, pagesOut: null },
      note,
    })
    const open = await tx.rows<{ id: string; giver: string }>`
      select id, giver_id as giver from kernel.custody_offer where district = ${district} and kind = 'file'
        and serials = int8range(${file.no}::int8, ${file.no}::int8 + 1) and state = 'offered' for update`
    for (const { id, giver } of open)
      await endOfferOf({ tx, district, actor, at }, id, giver === actor.personId ? 'withdrawn' : 'declined')
    if (file.loan) await tx.change(loanTable, { district, id: file.loan.id }, { state: 'lost' })
    const refused = await moveSerials(tx, {
      district,
      kind: 'file',
      serials: oneFile(file.no),
      movement: 'lose',
      from: file.place,
      to: 'missing',
      document: file.number,
    })
    return refused ?? { finding }
  },
})

/** 找到: a missing file comes back to the room; its finding is still closed by the way of findings. */
export const foundFile = act({
  type: 'archives.foundFile',
  title: { zh: '登记案卷找到', en: 'A missing file was found' },
  clauses: ['4.2'],
  duties: archiveDuties,
  input,
  result: Type.Object({ place: Type.String() }),
  subject: archiveFileSubject,
  subjectId: ({ file }) => file,
  guards: [(file) => (file.place === 'missing' ? null : refuseArchive('file_not_missing'))],
  async handle({ tx, district }, { note }, file) {
    await tx.put(incidentTable, { district, file_no: file.no, kind: 'found', note })
    const refused = await moveSerials(tx, {
      district,
      kind: 'file',
      serials: oneFile(file.no),
      movement: 'return',
      from: 'missing',
      to: 'store',
      document: file.number,
    })
    return refused ?? { place: 'store' }
  },
})
