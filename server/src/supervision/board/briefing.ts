import {
  AlignmentType,
  Document,
  HeadingLevel,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isRefusal } from '../../kernel/act.ts'
import { clauseParts } from '../../kernel/clauses.ts'
import type { ControlStatus } from '../../kernel/control.ts'
import { InputCheck } from '../../kernel/input.ts'
import { invalid, type Kernel, type ReadCtx } from '../../kernel/perform.ts'
import { type Refusal, refuseKernel } from '../../kernel/refusal.ts'
import type { BriefingFacts, BriefingLine } from '../../papers/facts.ts'
import { briefing, briefingFigures } from '../../papers/papers.ts'
import { answer, tokenOf } from '../../platform/http.ts'
import { Workbook } from '../../platform/spreadsheet.ts'
import { officeName } from '../../values/districts.ts'
import { type BoardScope, isPersonal } from './facts.ts'
import { type Board, type BoardAsked, boardParams, compare, readBoard, scopeOf } from './queries.ts'
import { boardDuties } from './rules.ts'

const check = new InputCheck(boardParams)
const statusWords: Record<ControlStatus, string> = {
  grey: '尚无数据',
  green: '正常',
  amber: '有临期',
  red: '有逾期或问题',
}
const figureWords = ['管住', '拦下', '临期', '逾期', '发现', '未结']
const heads = ['条款', '内容', '状态', ...figureWords]
const media = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}

/** 风险防控简报: the board that is on the screen, as a workbook, on paper, or for a word processor; stamped with when and from which logs. */
export function briefingRoutes(app: FastifyInstance, kernel: Kernel): void {
  const policy = { kind: 'signed_in' as const, why: 'the controls board, for who sees it on the screen' }
  const make = {
    xlsx: asWorkbook,
    pdf: async (facts: BriefingFacts) =>
      (await briefing(facts, { createdAt: Temporal.Instant.from(facts.printedAt) })).pdf,
    docx: asWord,
  }
  for (const ending of ['xlsx', 'pdf', 'docx'] as const)
    app.get(`/api/controls/briefing.${ending}`, { config: { policy } }, async (request, reply) => {
      const facts = await read(kernel, request)
      if (isRefusal(facts)) return answer(reply, facts)
      return send(reply, ending).send(await make[ending](facts))
    })
}

const send = (reply: FastifyReply, ending: keyof typeof media) =>
  reply
    .type(media[ending])
    .header('cache-control', 'private, no-store')
    .header('content-disposition', `attachment; filename="mingbu-briefing.${ending}"`)

function read(kernel: Kernel, request: FastifyRequest): Promise<BriefingFacts | Refusal> {
  const asked = request.query as BoardAsked
  const problems = check.problems(asked)
  return kernel.read(tokenOf(request), async (ctx) => {
    if (!ctx.actor.duties.some((duty) => boardDuties.includes(duty))) return refuseKernel('not_found')
    if (problems.length > 0) return invalid(problems)
    const scope = scopeOf(asked, ctx)
    if ('code' in scope) return scope
    const compared = scope.district === null && !isPersonal(scope) ? await compare(ctx, scope) : null
    return { ...(await factsFrom(ctx, await readBoard(ctx, scope))), compared: compared && inWords(compared) }
  })
}

/** The comparison as it is printed: status, and the figure that makes it so. */
function inWords({ districts, clauses }: Awaited<ReturnType<typeof compare>>): BriefingFacts['compared'] {
  const said = ({ status, counts }: (typeof clauses)[number]['cells'][number]) => {
    if (status === null) return '—'
    const n = { red: counts.overdue + counts.open, amber: counts.due, green: counts.governed, grey: '' }[
      status
    ]
    return `${{ red: '红', amber: '黄', green: '绿', grey: '无' }[status]} ${n}`.trim()
  }
  return {
    offices: districts.map((one) => one.name.zh),
    rows: clauses.map((one) => [one.id, ...one.cells.map(said)]),
  }
}

async function factsFrom(
  { tx, actor, district, deps }: ReadCtx,
  board: Board,
): Promise<Omit<BriefingFacts, 'compared'>> {
  const { name } = await tx.one<{
    name: string
  }>`select name from kernel.person where id = ${actor.personId}::uuid`
  const { scope, clauses } = board
  const line = (
    clause: string,
    title: string,
    one: { status: ControlStatus | null; counts: Board['clauses'][number]['counts'] },
  ): BriefingLine => ({
    clause,
    title,
    status: one.status === null ? '没有措施' : statusWords[one.status],
    ...one.counts,
  })
  const standing = (status: ControlStatus | null) => clauses.filter((one) => one.status === status).length
  return {
    demo: deps.demo,
    office: officeName(district),
    checkUrl: null,
    about: await aboutOf(tx, scope),
    period: `${scope.from ?? '开始'} 至 ${scope.to ?? '今'}`,
    printedAt: board.at,
    printedBy: name,
    logs: board.logs.map((one) => `${officeName(one.district)} ${one.size} 条 根哈希 ${one.root}`),
    summary: `共 ${clauses.length} 条：有逾期或问题 ${standing('red')}，有临期 ${standing('amber')}，正常 ${standing('green')}，尚无数据 ${standing('grey')}，没有措施 ${standing(null)}。`,
    clauses: clauses.map((one) => line(one.id, one.title.zh, one)),
    troubled: clauses.flatMap((one) =>
      one.controls
        .filter((control) => control.status === 'red')
        .map((control) => line(one.id, control.title.zh, control)),
    ),
  }
}

/** In words: office, section, post, person. */
async function aboutOf(tx: ReadCtx['tx'], { district, unit, post, person }: BoardScope): Promise<string> {
  const named = await tx.one<{ unit: string | null; post: string | null; person: string | null }>`
    select (select name_zh from people.unit where district = ${district} and id = ${unit}) as unit,
      (select name_zh from people.post where district = ${district} and id = ${post}) as post,
      (select name from kernel.person where id = ${person}::uuid) as person`
  const words = [district === null ? '全市' : officeName(district), named.unit, named.post, named.person]
  return words.filter((one) => one !== null).join(' ')
}

const cellsOf = (line: BriefingLine) => [
  line.clause,
  line.title,
  line.status,
  ...briefingFigures.map((one) => line[one]),
]

function asWorkbook(facts: BriefingFacts): Buffer {
  const chunks: Uint8Array[] = []
  const book = new Workbook((chunk) => chunks.push(chunk))
  book.sheet('说明', [
    { title: '风险防控简报', width: 24 },
    { title: '', width: 90 },
  ])
  for (const [name, said] of aboutRows(facts)) book.row([name, said])
  const columns = heads.map((title, i) => ({ title, width: [8, 44, 16][i] ?? 10 }))
  book.sheet('条款', columns)
  for (const one of facts.clauses) book.row(cellsOf(one))
  book.sheet('逾期和未结', columns)
  for (const one of facts.troubled) book.row(cellsOf(one))
  if (facts.compared) {
    const { offices, rows } = facts.compared
    book.sheet('各登记机构对比', [
      { title: '条款', width: 8 },
      ...offices.map((title) => ({ title, width: 14 })),
    ])
    for (const row of rows) book.row([...row])
  }
  book.close()
  return Buffer.concat(chunks)
}

const aboutRows = (facts: BriefingFacts): [string, string][] => [
  ['登记机构', facts.office],
  ['范围', facts.about],
  ['期间', facts.period],
  [
    '统计时间',
    Temporal.Instant.from(facts.printedAt)
      .toZonedDateTimeISO('Asia/Shanghai')
      .toString({ smallestUnit: 'second', timeZoneName: 'never' }),
  ],
  ['打印', facts.printedBy],
  ['概况', facts.summary],
  ...facts.logs.map((one): [string, string] => ['日志', one]),
]

/** For a word processor: the same tables, to be written on. */
async function asWord(facts: BriefingFacts): Promise<Buffer> {
  const text = (words: string, bold = false) => new TextRun({ text: words, bold, font: 'SimSun', size: 20 })
  const cell = (words: string | number, bold = false) =>
    new TableCell({
      children: [
        new Paragraph({
          children: [text(String(words), bold)],
          alignment: typeof words === 'number' ? AlignmentType.RIGHT : AlignmentType.LEFT,
        }),
      ],
      margins: { left: 80, right: 80 },
    })
  const tableOf = (titles: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
    new Table({
      width: { size: 100, type: WidthType.PERCENTAGE },
      rows: [
        new TableRow({ tableHeader: true, children: titles.map((one) => cell(one, true)) }),
        ...rows.map((row) => new TableRow({ children: row.map((words) => cell(words)), cantSplit: true })),
      ],
    })
  const table = (lines: readonly BriefingLine[]) => tableOf(heads, lines.map(cellsOf))
  const heading = (words: string) =>
    new Paragraph({
      children: [new TextRun({ text: words, bold: true, font: 'SimSun', size: 26 })],
      heading: HeadingLevel.HEADING_2,
      spacing: { before: 240, after: 120 },
    })
  const byPart = Map.groupBy(facts.clauses, (one) => one.clause.split('.')[0]!)
  const made = new Document({
    title: '风险防控简报',
    creator: facts.office,
    sections: [
      {
        children: [
          new Paragraph({
            children: [new TextRun({ text: '风险防控简报', bold: true, font: 'SimSun', size: 36 })],
            heading: HeadingLevel.HEADING_1,
            alignment: AlignmentType.CENTER,
          }),
          ...(facts.demo
            ? [new Paragraph({ children: [text('演示 样本 DEMO', true)], alignment: AlignmentType.CENTER })]
            : []),
          ...aboutRows(facts).map(
            ([name, said]) => new Paragraph({ children: [text(`${name}：`, true), text(said)] }),
          ),
          ...[...byPart].flatMap(([part, lines]) => [heading(clauseParts[part]!.zh), table(lines)]),
          heading('有逾期或未结问题的措施'),
          ...(facts.troubled.length > 0
            ? [table(facts.troubled)]
            : [new Paragraph({ children: [text('无')] })]),
          ...(facts.compared
            ? [heading('各登记机构对比'), tableOf(['条款', ...facts.compared.offices], facts.compared.rows)]
            : []),
        ],
      },
    ],
  })
  return Packer.toBuffer(made)
}
