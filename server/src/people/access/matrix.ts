import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { dutyName } from '../../kernel/duty.ts'
import { query } from '../../kernel/query.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { type Cell, Workbook } from '../../platform/spreadsheet.ts'
import { matrixDuties } from '../duties.ts'
import { GrantLine, grantLines } from './grants.ts'

const Filter = {
  district: Type.Optional(Type.String({ title: '登记机构|Office', maxLength: 20 })),
  duty: Type.Optional(Type.String({ title: '职责|Duty', maxLength: 40 })),
  post: Type.Optional(Type.String({ title: '岗位|Post', maxLength: 40 })),
}
const By = Type.Optional(Type.Union([Type.Literal('person'), Type.Literal('duty')]))

/** 权限矩阵: who holds what and why, by person or by duty; of one's office, for the bureau of all. */
export const accessMatrix = query({
  path: 'access/matrix',
  title: { zh: '权限矩阵', en: 'Matrix of rights' },
  access: 'signed_in',
  duties: matrixDuties,
  params: Type.Object({ ...Filter, by: By, after: Type.Optional(Type.String({ maxLength: 90 })) }),
  result: Type.Object({
    items: Type.Array(GrantLine),
    next: Type.Union([Type.String(), Type.Null()]),
    posts: Type.Array(Type.Unknown()),
    conflicts: Type.Array(Type.Array(Type.String())),
  }),
  async run({ tx, deps }, { district, duty, post, by, after }) {
    const page = await grantLines(tx, { district, duty, post, by, after, limit: 100 })
    const posts = after
      ? []
      : await tx.rows`
        select id, min(name_zh) as zh, min(name_en) as en from people.post
        where (${district ?? null}::text is null or district = ${district ?? null}) group by id order by id limit 200`
    return { ...page, posts, conflicts: after ? [] : deps.duties.conflicts.map((pair) => [...pair]) }
  },
})

/** 导出权限矩阵: the same list whole, as a workbook. What leaves the screen is an act. */
export const exportMatrix = act({
  type: 'access.exportMatrix',
  title: { zh: '导出权限矩阵', en: 'Export the matrix of rights' },
  clauses: ['6.7', '6.4'],
  duties: matrixDuties,
  input: Type.Object({ ...Filter, by: By }, { additionalProperties: false }),
  result: Type.Object({ file: Type.String(), rows: Type.Integer(), base64: Type.String() }),
  created: () => ({ kind: 'access_matrix', id: 'own' }),
  read: true,
  seen: ({ rows }) => ({ rows }),
  async handle({ tx, at }, input) {
    const { bytes, rows } = await workbookOf(tx, input)
    const day = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate()
    return { file: `权限矩阵-${day}.xlsx`, rows, base64: bytes.toString('base64') }
  },
})

const columns: readonly { title: string; width: number; cell: (line: GrantLine) => Cell }[] = [
  { title: '登记机构 Office', width: 14, cell: (line) => line.district },
  { title: '人员 Person', width: 14, cell: (line) => line.person },
  { title: '岗位 Post', width: 30, cell: (line) => line.posts.map((post) => post.zh).join('、') },
  { title: '职责 Duty', width: 18, cell: (line) => dutyName(line.duty).zh },
  { title: '职责代码 Duty id', width: 20, cell: (line) => line.duty },
  { title: '起 Since', width: 24, cell: (line) => Temporal.Instant.from(line.since) },
  { title: '止 Until', width: 24, cell: (line) => (line.until ? Temporal.Instant.from(line.until) : null) },
  { title: '业务 Businesses', width: 20, cell: (line) => line.businesses?.join('、') ?? null },
  { title: '用途 Purposes', width: 20, cell: (line) => line.purposes?.join('、') ?? null },
  { title: '理由 Reason', width: 40, cell: (line) => line.request?.reason ?? null },
  { title: '申请人 Asked by', width: 14, cell: (line) => line.request?.by ?? null },
  {
    title: '审批人 Approved by',
    width: 24,
    cell: (line) => line.approvers.map((one) => one.person).join('、') || null,
  },
  { title: '授予方式 Granted by', width: 20, cell: (line) => line.actTitle.zh },
  {
    title: '最近复核 Last review',
    width: 24,
    cell: (line) => (line.review ? `${line.review.quarter} ${line.review.by}` : null),
  },
  { title: '行为编号 Act id', width: 40, cell: (line) => line.actId },
]

async function workbookOf(
  tx: Tx,
  wanted: { district?: string; duty?: string; post?: string; by?: 'person' | 'duty' },
) {
  const chunks: Uint8Array[] = []
  const book = new Workbook((chunk) => chunks.push(chunk))
  book.sheet('权限矩阵', columns)
  let rows = 0
  for (let after: string | undefined; ; ) {
    const page = await grantLines(tx, { ...wanted, after, limit: 1000 })
    for (const line of page.items) book.row(columns.map((column) => column.cell(line)))
    rows += page.items.length
    if (page.next === null) break
    after = page.next
  }
  book.close()
  return { bytes: Buffer.concat(chunks), rows }
}
