import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { isRefusal } from '../kernel/act.ts'
import { InputCheck } from '../kernel/input.ts'
import { placeClass, placeNames } from '../kernel/ledger.ts'
import { invalid, type Kernel, type ReadCtx } from '../kernel/perform.ts'
import { type Refusal, refuseKernel, refuser } from '../kernel/refusal.ts'
import { bookLinesMax, custodyBook } from '../papers/papers.ts'
import { answer, tokenOf } from '../platform/http.ts'
import { type Cell, type Column, Workbook } from '../platform/spreadsheet.ts'
import { printedSerial } from '../values/blankSerial.ts'
import { officeName } from '../values/districts.ts'
import { placeLabel } from './archives/rules.ts'
import {
  type Balance,
  type BookPeriod,
  bookBalances,
  bookLines,
  bookParams,
  countLines,
  isCounting,
  type Line,
  periodProblem,
} from './book-lines.ts'
import { bookDuties } from './duties.ts'

const refuse = refuser({
  book_too_long: {
    status: 422,
    clause: '4.4',
    zh: '这段时间共 {lines} 行。超过 {most} 行不制作 PDF，请导出 Excel，或缩短期间。',
    en: 'The period has {lines} lines. More than {most} are not put on paper: export Excel, or take a shorter period.',
  },
})

const check = new InputCheck(Type.Object(bookParams))
const pageSize = 500
const kinds: Record<string, string> = {
  certificate: '不动产权证书',
  proof: '不动产登记证明',
  seal: '印章',
  file: '案卷',
}
const movements: Record<string, string> = {
  receive: '入库',
  issue: '领用',
  return: '交回',
  use: '使用',
  void: '作废',
  destroy: '销毁',
  lose: '缺失',
  take_out: '取出',
  put_back: '归还',
  shelve: '上架',
  lend: '借出',
}
/** Blanks are delivered and issued; a file is made up here. */
const movementOf = (line: Line) => {
  if (line.kind === 'file' && line.movement === 'receive') return '立卷'
  return line.toPlace === 'holder' ? '发放' : (movements[line.movement] ?? line.movement)
}
const placeOf = (place: string | null, name: string | null, kind = '') => {
  if (place === null) return kind === 'file' ? '—' : '来货'
  if (/^shelf:/.test(place)) return placeLabel(place)
  return name ?? placeNames[placeClass(place)]?.zh ?? place
}
const printed = (line: Line, no: number) =>
  line.kind === 'seal' || line.kind === 'file' ? String(no) : printedSerial(line.edition, no)

const columns: readonly (Column & { cell: (line: Line, no: number) => Cell })[] = [
  { title: '序号 No.', width: 10, cell: (_, no) => no },
  { title: '时间 Time', width: 22, cell: (line) => Temporal.Instant.from(line.at) },
  { title: '摘要 Movement', width: 12, cell: movementOf },
  { title: '起号 First', width: 18, cell: (line) => printed(line, line.from) },
  { title: '止号 Last', width: 18, cell: (line) => printed(line, line.to - 1) },
  { title: '数量 Count', width: 12, cell: (line) => line.to - line.from },
  { title: '自 From', width: 16, cell: (line) => placeOf(line.fromPlace, line.fromName, line.kind) },
  { title: '至 To', width: 16, cell: (line) => placeOf(line.toPlace, line.toName) },
  { title: '文书 Document', width: 40, cell: (line) => line.document },
  { title: '经手人 Person', width: 14, cell: (line) => line.person },
  { title: '案件 Case', width: 40, cell: (line) => line.caseId },
  { title: '行为编号 Act id', width: 40, cell: (line) => line.actId },
]

/** What a copy of a book begins with: how long it is, and its balances unless something is being counted. */
interface Start {
  period: BookPeriod
  count: number
  balances: Balance[] | null
  lines: Line[]
}

/**
 * 台账导出: a book as a workbook of any length or, when it is short enough, on paper. Each page of lines is a look of its
 * own, so that no connection waits for a slow reader, and a session that ends stops the copy.
 */
export function bookExportRoutes(app: FastifyInstance, kernel: Kernel): void {
  const policy = {
    kind: 'signed_in' as const,
    why: 'the book of one’s own office, for who sees it on the screen',
  }
  app.get('/api/custody/book.xlsx', { config: { policy } }, async (request, reply) => {
    const start = await begin(kernel, request, pageSize)
    if (isRefusal(start)) return answer(reply, start)
    return send(
      reply,
      start.period,
      'xlsx',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    )
      .header('x-mingbu-lines', String(start.count))
      .send(Readable.from(workbook(start, (after) => lookOn(kernel, request, start.period, after))))
  })
  app.get('/api/custody/book.pdf', { config: { policy } }, async (request, reply) => {
    const start = await begin(kernel, request, bookLinesMax)
    if (isRefusal(start)) return answer(reply, start)
    if (start.count > bookLinesMax)
      return answer(
        reply,
        refuse('book_too_long', { lines: String(start.count), most: String(bookLinesMax) }),
      )
    return send(reply, start.period, 'pdf', 'application/pdf').send(await onPaper(kernel, start))
  })
}

function send(
  reply: FastifyReply,
  { district, kind, from, until }: BookPeriod,
  ending: string,
  media: string,
) {
  return reply
    .type(media)
    .header('cache-control', 'private, no-store')
    .header(
      'content-disposition',
      `attachment; filename="mingbu-${district}-${kind}-${from}-${until}.${ending}"`,
    )
}

const mayLook = (ctx: ReadCtx) => ctx.actor.duties.some((duty) => bookDuties.includes(duty))

async function begin(
  kernel: Kernel,
  request: FastifyRequest,
  limit: number,
): Promise<(Start & { by: string; at: string; checkpoint: string | null }) | Refusal> {
  const params = request.query as Pick<BookPeriod, 'kind' | 'from' | 'until'>
  const problems = check.problems(params)
  return kernel.read(tokenOf(request), async (ctx) => {
    if (!mayLook(ctx)) return refuseKernel('not_found')
    const wrong = problems.length > 0 ? invalid(problems) : periodProblem(params)
    if (wrong) return wrong
    const { tx, district, actor, at } = ctx
    const period = { district, kind: params.kind, from: params.from, until: params.until }
    const balances = (await isCounting(tx, period)) ? null : await bookBalances(tx, period)
    const { name } = await tx.one<{
      name: string
    }>`select name from kernel.person where id = ${actor.personId}::uuid`
    const log = await tx.maybe<{ size: number; root: string }>`
      select size, encode(root, 'base64') as root from evidence.checkpoint where district = ${district} order by size desc limit 1`
    return {
      period,
      balances,
      count: await countLines(tx, period),
      lines: await bookLines(tx, period, null, limit),
      by: name,
      at: at.toString(),
      checkpoint: log && `${log.size} 条，根哈希 ${log.root}`,
    }
  })
}

/** The next lines. @throws Error when the session has ended meanwhile: the copy stops in the middle and is no whole file. */
async function lookOn(
  kernel: Kernel,
  request: FastifyRequest,
  period: BookPeriod,
  after: number,
): Promise<Line[]> {
  const lines = await kernel.read(tokenOf(request), async (ctx) =>
    mayLook(ctx) && ctx.district === period.district
      ? bookLines(ctx.tx, period, after, pageSize)
      : refuseKernel('not_found'),
  )
  if (isRefusal(lines)) throw new Error(`the copy of a book ends in the middle: ${lines.code}`)
  return lines
}

async function* workbook(
  { period, balances, lines: first }: Start,
  next: (after: number) => Promise<Line[]>,
): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = []
  const made = new Workbook((chunk) => chunks.push(chunk))
  made.sheet(
    '结存',
    ['处所 Place', '期初 Opening', '收入 In', '发出 Out', '期末 Closing'].map((title) => ({
      title,
      width: 16,
    })),
  )
  for (const one of balances ?? [])
    made.row([placeOf(one.place, null), one.opening ?? 0, one.in, one.out, one.closing])
  if (balances === null) made.row(['盘点期间不显示结存 Not told during a stock-take'])
  made.sheet(`${kinds[period.kind]} ${period.from}—${period.until}`, columns)
  let no = 0
  for (let lines = first; lines.length > 0; ) {
    for (const line of lines) {
      no++
      made.row(columns.map((column) => column.cell(line, no)))
    }
    yield* chunks.splice(0)
    const last = lines.length < pageSize ? null : lines.at(-1)!.no
    // Emptied, or what was read through a long copy is kept until the server next collects all of its memory.
    lines.length = 0
    if (last !== null) lines = await next(last)
  }
  made.close()
  yield* chunks.splice(0)
}

async function onPaper(
  kernel: Kernel,
  {
    period,
    balances,
    lines,
    by,
    at,
    checkpoint,
  }: Start & { by: string; at: string; checkpoint: string | null },
): Promise<Buffer> {
  const { pdf } = await custodyBook(
    {
      demo: kernel.deps.demo,
      office: officeName(period.district),
      checkUrl: null,
      kind: kinds[period.kind]!,
      from: period.from,
      until: period.until,
      printedAt: at,
      printedBy: by,
      checkpoint,
      balances:
        balances?.map((one) => ({ ...one, place: placeOf(one.place, null), opening: one.opening ?? 0 })) ??
        null,
      lines: lines.map((line) => ({
        at: line.at,
        movement: movementOf(line),
        first: printed(line, line.from),
        last: printed(line, line.to - 1),
        count: line.to - line.from,
        from: placeOf(line.fromPlace, line.fromName, line.kind),
        to: placeOf(line.toPlace, line.toName),
        document: line.document,
        person: line.person,
      })),
    },
    { createdAt: Temporal.Instant.from(at) },
  )
  return pdf
}
