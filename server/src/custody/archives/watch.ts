import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import type { Kernel } from '../../kernel/perform.ts'

const District = Type.String({ title: '登记机构|Office', maxLength: 20 })
const Finding = Type.Object({ finding: Type.Union([Type.String(), Type.Null()]) })

/** Makes a finding of a loan that is not back after its last day; once a loan. */
export const watchLoan = act({
  type: 'archives.watchLoan',
  title: { zh: '借阅逾期', en: 'A loan is overdue' },
  clauses: ['4.2'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: District, loanId: Type.String({ title: '借阅|Loan', format: 'uuid' }) },
    { additionalProperties: false },
  ),
  result: Finding,
  async handle({ tx, district }, { loanId }) {
    const loan = await tx.maybe<{ file: string; borrower: string; due: string; outside: boolean }>`
      select f.number as file, p.name as borrower, b.due_on::text as due, b.outside from archives.loan b
        join archives.file f on f.district = b.district and f.no = b.file_no join kernel.person p on p.id = b.borrower_id
      where b.district = ${district} and b.id = ${loanId}::uuid and b.state in ('out', 'returning') and b.due_on < kernel.day_of(kernel.act_at())`
    if (!loan) return { finding: null }
    const finding = await openFinding(tx, district, 'service:detector', {
      kind: 'loan_overdue',
      clause: '4.2',
      severity: loan.outside ? 'high' : 'medium',
      subject: `archive:${loan.file}`,
      dedupeKey: `loan_overdue:${loanId}`,
      summary: {
        zh: `${loan.borrower}借阅的案卷 ${loan.file} 应于 ${loan.due} 归还，至今未还。`,
        en: `File ${loan.file}, lent to ${loan.borrower}, was due back on ${loan.due} and is not.`,
      },
    })
    return { finding }
  },
})

/** Opens a finding for each loan that is overdue and has none. Returns how many there were. */
export async function findOverdueArchives(pool: pg.Pool, kernel: Kernel, token: Uint8Array): Promise<number> {
  const loans = await pool.query<{ district: string; loanId: string }>(
    `select b.district, b.id as "loanId" from archives.loan b where b.state in ('out', 'returning') and b.due_on < kernel.day_of(kernel.now())
       and not exists (select from kernel.finding f where f.district = b.district and f.dedupe_key = 'loan_overdue:' || b.id) order by 1, 2`,
  )
  for (const input of loans.rows) await kernel.perform(watchLoan, { token, requestId: randomUUID(), input })
  return loans.rows.length
}
