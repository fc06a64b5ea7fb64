import { findAct } from '../kernel/act.ts'
import type { Archive } from '../platform/archive.ts'
import type { Tx } from '../platform/db/tx.ts'
import { type Cell, type Column, Workbook } from '../platform/spreadsheet.ts'
import { momentsOf, type Period } from './period.ts'

/** An office whose books go into a pack. */
export interface Office {
  id: string
  zh: string
}

const pageSize = 2000

/** One sheet of a book: its columns, and its rows in the order they were made (ids are by time), a page at a time. */
interface Sheet<Row> {
  /** Behind the office's name; empty for the book's own sheet. */
  suffix: string
  columns: readonly (Column & { cell: (row: Row) => Cell })[]
  /** Up to `pageSize` rows that come after a row, or the first. */
  page: (tx: Tx, office: Office, period: Moments, after: Row | null) => Promise<Row[]>
}
/** A ledger as a workbook; each office has its sheets. */
interface Book {
  file: string
  // biome-ignore lint/suspicious/noExplicitAny: each sheet has rows of its own shape, checked where it is made
  sheets: readonly Sheet<any>[]
}
/** Half-open, as PostgreSQL reads them: a missing end is infinity. */
interface Moments {
  from: string
  to: string
}

const sheet = <Row>(made: Sheet<Row>): Sheet<Row> => made
const instant = (text: string | null): Temporal.Instant | null =>
  text === null ? null : Temporal.Instant.from(text)

const acts = sheet<{
  seq: number
  id: string
  type: string
  at: string
  outcome: string
  refusal: string | null
  clause: string | null
  actor: string
  person: string | null
  kind: string | null
  subject: string | null
  leaf: number | null
}>({
  suffix: '',
  columns: [
    { title: '日志序号 Leaf', width: 12, cell: (row) => row.leaf },
    { title: '时间 Time', width: 24, cell: (row) => instant(row.at) },
    { title: '行为 Act', width: 24, cell: (row) => findAct(row.type)?.title.zh ?? row.type },
    { title: '类型 Type', width: 24, cell: (row) => row.type },
    {
      title: '结果 Outcome',
      width: 14,
      cell: (row) => (row.outcome === 'done' ? '完成 done' : '拒绝 refused'),
    },
    { title: '拒绝代码 Refusal', width: 20, cell: (row) => row.refusal },
    { title: '条款 Clause', width: 10, cell: (row) => row.clause },
    { title: '人员 Person', width: 14, cell: (row) => row.person },
    { title: '行为人 Actor', width: 44, cell: (row) => row.actor },
    { title: '对象类别 Subject kind', width: 20, cell: (row) => row.kind },
    { title: '对象 Subject', width: 40, cell: (row) => row.subject },
    { title: '行为编号 Act id', width: 40, cell: (row) => row.id },
  ],
  page: (tx, office, { from, to }, after) => tx.rows`
    select a.seq, a.id, a.type, a.at, a.outcome, a.refusal, a.clause, a.actor, p.name as person, a.subject_kind as kind,
      a.subject_id as subject, l.idx as leaf
    from kernel.act a left join kernel.person p on p.id = a.person_id
      left join evidence.leaf l on l.district = a.district and l.act_id = a.id
    where a.district = ${office.id} and a.seq > ${after?.seq ?? 0} and a.at >= ${from}::timestamptz and a.at < ${to}::timestamptz
    order by a.seq limit ${pageSize}`,
})

const findings = sheet<{
  id: string
  at: string
  kind: string
  clause: string
  severity: string
  state: string
  subject: string
  zh: string
  en: string
  openedBy: string
  owner: string | null
  dueOn: string | null
  fixedBy: string | null
  verifiedBy: string | null
  actId: string
}>({
  suffix: '',
  columns: [
    { title: '发现时间 Opened', width: 24, cell: (row) => instant(row.at) },
    { title: '条款 Clause', width: 10, cell: (row) => row.clause },
    { title: '等级 Severity', width: 12, cell: (row) => row.severity },
    { title: '状态 State', width: 12, cell: (row) => row.state },
    { title: '类别 Kind', width: 24, cell: (row) => row.kind },
    { title: '对象 Subject', width: 40, cell: (row) => row.subject },
    { title: '问题', width: 60, cell: (row) => row.zh },
    { title: 'Finding', width: 60, cell: (row) => row.en },
    { title: '发现人 Opened by', width: 44, cell: (row) => row.openedBy },
    { title: '责任人 Owner', width: 14, cell: (row) => row.owner },
    { title: '期限 Due', width: 14, cell: (row) => row.dueOn },
    { title: '整改人 Fixed by', width: 14, cell: (row) => row.fixedBy },
    { title: '核实人 Verified by', width: 14, cell: (row) => row.verifiedBy },
    { title: '编号 Id', width: 40, cell: (row) => row.id },
    { title: '行为编号 Act id', width: 40, cell: (row) => row.actId },
  ],
  page: (tx, office, { from, to }, after) => tx.rows`
    select f.id, f.opened_at as at, f.kind, f.clause, f.severity, f.state, f.subject, f.summary_zh as zh, f.summary_en as en,
      f.opened_by as "openedBy", o.name as owner, f.due_on as "dueOn", x.name as "fixedBy", v.name as "verifiedBy", f.act_id as "actId"
    from kernel.finding f left join kernel.person o on o.id = f.owner_id
      left join kernel.person x on x.id = f.fixed_by left join kernel.person v on v.id = f.verified_by
    where f.district = ${office.id} and f.opened_at >= ${from}::timestamptz and f.opened_at < ${to}::timestamptz
      and f.id > ${after?.id ?? lowestId}::uuid
    order by f.id limit ${pageSize}`,
})

const findingSteps = sheet<{
  id: string
  no: number
  state: string
  person: string | null
  note: string
  at: string
  actId: string
}>({
  suffix: '整改',
  columns: [
    { title: '问题编号 Finding', width: 40, cell: (row) => row.id },
    { title: '序号 No.', width: 8, cell: (row) => row.no },
    { title: '状态 State', width: 12, cell: (row) => row.state },
    { title: '时间 Time', width: 24, cell: (row) => instant(row.at) },
    { title: '人员 Person', width: 14, cell: (row) => row.person },
    { title: '说明 Note', width: 60, cell: (row) => row.note },
    { title: '行为编号 Act id', width: 40, cell: (row) => row.actId },
  ],
  page: (tx, office, { from, to }, after) => tx.rows`
    select s.finding_id as id, s.no, s.state, p.name as person, s.note, s.at, s.act_id as "actId"
    from kernel.finding_step s join kernel.finding f on f.district = s.district and f.id = s.finding_id
      left join kernel.person p on p.id = s.person_id
    where s.district = ${office.id} and f.opened_at >= ${from}::timestamptz and f.opened_at < ${to}::timestamptz
      and (s.finding_id, s.no) > (${after?.id ?? lowestId}::uuid, ${after?.no ?? 0}::smallint)
    order by s.finding_id, s.no limit ${pageSize}`,
})

const custody = sheet<{
  id: string
  at: string
  kind: string
  edition: string
  first: number
  last: number
  movement: string
  fromPlace: string | null
  toPlace: string
  caseId: string | null
  document: string | null
  person: string | null
  actId: string
}>({
  suffix: '',
  columns: [
    { title: '时间 Time', width: 24, cell: (row) => instant(row.at) },
    { title: '类别 Kind', width: 12, cell: (row) => row.kind },
    { title: '版次 Edition', width: 10, cell: (row) => row.edition },
    { title: '起号 First', width: 16, cell: (row) => row.first },
    { title: '止号 Last', width: 16, cell: (row) => row.last },
    { title: '数量 Count', width: 10, cell: (row) => row.last - row.first + 1 },
    { title: '流转 Movement', width: 14, cell: (row) => row.movement },
    { title: '自 From', width: 44, cell: (row) => row.fromPlace },
    { title: '至 To', width: 44, cell: (row) => row.toPlace },
    { title: '案件 Case', width: 40, cell: (row) => row.caseId },
    { title: '文书 Document', width: 24, cell: (row) => row.document },
    { title: '人员 Person', width: 14, cell: (row) => row.person },
    { title: '行为编号 Act id', width: 40, cell: (row) => row.actId },
  ],
  page: (tx, office, { from, to }, after) => tx.rows`
    select c.id, c.at, c.kind, c.edition, lower(c.serials) as first, upper(c.serials) - 1 as last, c.movement, c.from_place as "fromPlace",
      c.to_place as "toPlace", c.case_id as "caseId", c.document, p.name as person, c.act_id as "actId"
    from kernel.custody_line c left join kernel.person p on p.id = c.person_id
    where c.district = ${office.id} and c.at >= ${from}::timestamptz and c.at < ${to}::timestamptz
      and c.id > ${after?.id ?? lowestId}::uuid
    order by c.id limit ${pageSize}`,
})

const certificates = sheet<{
  id: string
  at: string
  number: string
  kind: string
  unitCode: string
  state: string
  blank: number | null
  seal: string | null
  hash: string | null
  caseId: string | null
  actId: string
}>({
  suffix: '',
  columns: [
    { title: '证号 Number', width: 40, cell: (row) => row.number },
    { title: '类别 Kind', width: 12, cell: (row) => row.kind },
    { title: '状态 State', width: 12, cell: (row) => row.state },
    { title: '不动产单元号 Unit', width: 32, cell: (row) => row.unitCode },
    { title: '印制序列号 Blank', width: 18, cell: (row) => row.blank },
    { title: '印章 Seal', width: 14, cell: (row) => row.seal },
    { title: '内容摘要 SHA-256 of its content', width: 68, cell: (row) => row.hash },
    { title: '登簿时间 Recorded', width: 24, cell: (row) => instant(row.at) },
    { title: '案件 Case', width: 40, cell: (row) => row.caseId },
    { title: '行为编号 Act id', width: 40, cell: (row) => row.actId },
  ],
  page: (tx, office, { from, to }, after) => tx.rows`
    select c.id, a.at, c.number, c.kind, c.unit_code as "unitCode", c.state, c.blank_serial as blank, c.seal_no as seal,
      encode(c.snapshot_hash, 'hex') as hash, c.case_id as "caseId", c.act_id as "actId"
    from register.certificate c join kernel.act a on a.district = c.district and a.id = c.act_id
    where c.district = ${office.id} and a.at >= ${from}::timestamptz and a.at < ${to}::timestamptz and c.id > ${after?.id ?? lowestId}::uuid
    order by c.id limit ${pageSize}`,
})

const lowestId = '00000000-0000-0000-0000-000000000000'

const books: readonly Book[] = [
  { file: 'acts', sheets: [acts] },
  { file: 'findings', sheets: [findings, findingSteps] },
  { file: 'custody', sheets: [custody] },
  { file: 'certificates', sheets: [certificates] },
]

/**
 * Writes the ledgers of some offices over a period, one workbook for each and in it the sheets of each office: acts,
 * findings with their steps, movements of blanks, seals and files, certificates. Reads what `tx` may read.
 */
export async function writeLedgers(
  tx: Tx,
  archive: Archive,
  offices: readonly Office[],
  period: Period,
): Promise<void> {
  const { from, to } = momentsOf(period)
  const moments = { from: from?.toString() ?? '-infinity', to: to?.toString() ?? 'infinity' }
  for (const book of books) {
    const file = archive.open(`ledgers/${book.file}.xlsx`)
    const workbook = new Workbook((chunk) => file.write(chunk))
    for (const office of offices)
      for (const one of book.sheets) await writeSheet(tx, workbook, one, office, moments)
    workbook.close()
    file.end()
  }
}

async function writeSheet<Row>(
  tx: Tx,
  workbook: Workbook,
  { suffix, columns, page }: Sheet<Row>,
  office: Office,
  moments: Moments,
): Promise<void> {
  workbook.sheet(suffix === '' ? office.zh : `${office.zh} ${suffix}`, columns)
  for (let after: Row | null = null; ; ) {
    const rows: Row[] = await page(tx, office, moments, after)
    for (const row of rows) workbook.row(columns.map((column) => column.cell(row)))
    if (rows.length < pageSize) return
    after = rows.at(-1)!
  }
}
