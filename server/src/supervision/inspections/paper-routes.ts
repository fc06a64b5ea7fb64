import type { FastifyInstance } from 'fastify'
import { isRefusal } from '../../kernel/act.ts'
import type { Kernel, ReadCtx } from '../../kernel/perform.ts'
import { type Refusal, refuseKernel } from '../../kernel/refusal.ts'
import { inspectionReport } from '../../papers/papers.ts'
import { answer, sendFile, tokenOf } from '../../platform/http.ts'
import { Workbook } from '../../platform/spreadsheet.ts'
import { officeDate } from '../../values/calendar.ts'
import { officeName } from '../../values/districts.ts'
import type { RankLine } from './lists.ts'
import { isFault, type ReportLine } from './reports.ts'
import { type InspectionKind, inspectionKinds, inspectionReaders, kindNames } from './rules.ts'

const isId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
const readsAll = ({ actor }: ReadCtx) => actor.duties.some((duty) => inspectionReaders.includes(duty))

/** 检查通报, 排名 as a workbook, and photos, for who reads inspections of the office, or is on the team. */
export function inspectionRoutes(app: FastifyInstance, kernel: Kernel): void {
  const policy = {
    kind: 'signed_in' as const,
    why: 'papers of an inspection, for who may see the inspection',
  }
  app.get<{ Params: { id: string } }>(
    '/api/inspections/:id/report.pdf',
    { config: { policy } },
    async (request, reply) => {
      const facts = await kernel.read(tokenOf(request), (ctx) => reportFacts(ctx, request.params.id))
      if (isRefusal(facts)) return answer(reply, facts)
      const { pdf } = await inspectionReport(facts, { createdAt: Temporal.Instant.from(facts.at) })
      return reply.type('application/pdf').header('cache-control', 'private, no-store').send(pdf)
    },
  )
  app.get<{ Params: { id: string; file: string } }>(
    '/api/inspections/:id/files/:file',
    { config: { policy } },
    async (request, reply) => {
      const { id, file } = request.params
      if (!isId(id) || !/^[0-9a-f]{64}$/.test(file)) return answer(reply, refuseKernel('not_found'))
      const media = await kernel.read(tokenOf(request), async (ctx) => {
        const team = await ctx.tx.maybe`
          select 1 from supervision.inspection_member where inspection_id = ${id}::uuid and person_id = ${ctx.actor.personId}::uuid`
        const row = await ctx.tx.one<{ media: string | null }>`
          select supervision.inspection_photo(${id}::uuid, ${file}) as media`
        return (team || readsAll(ctx)) && row.media !== null ? row.media : refuseKernel('not_found')
      })
      if (isRefusal(media)) return answer(reply, media)
      if (!kernel.deps.files.has(file)) return answer(reply, refuseKernel('not_found'))
      return sendFile(reply, kernel.deps.files, file, media)
    },
  )
  app.get<{ Querystring: { kind?: string; year?: string } }>(
    '/api/inspections/ranking.xlsx',
    { config: { policy } },
    async (request, reply) => {
      const kind = inspectionKinds.find((one) => one === request.query.kind)
      const year = /^20\d{2}$/.test(request.query.year ?? '') ? Number(request.query.year) : null
      const lines = await kernel.read(tokenOf(request), async (ctx) => {
        if (!readsAll(ctx) || !kind || year === null) return refuseKernel('not_found')
        return ctx.tx.rows<RankLine>`
          select office, inspections, score::text, place from supervision.inspection_ranking(${kind}, ${year})`
      })
      if (isRefusal(lines)) return answer(reply, lines)
      return reply
        .type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
        .header('cache-control', 'private, no-store')
        .header('content-disposition', `attachment; filename="mingbu-ranking-${kind}-${year}.xlsx"`)
        .send(asWorkbook(kind!, year!, lines))
    },
  )
}

function asWorkbook(kind: InspectionKind, year: number, lines: readonly RankLine[]): Buffer {
  const chunks: Uint8Array[] = []
  const book = new Workbook((chunk) => chunks.push(chunk))
  book.sheet(`${year} ${kindNames[kind].zh}`, [
    { title: '名次', width: 8 },
    { title: '登记机构', width: 36 },
    { title: '平均分', width: 12 },
    { title: '检查次数', width: 12 },
  ])
  for (const { place, office, score, inspections } of lines)
    book.row([place, officeName(office), Number(score), inspections])
  book.close()
  return Buffer.concat(chunks)
}

async function reportFacts(ctx: ReadCtx, id: string) {
  const { tx, deps } = ctx
  if (!isId(id) || !readsAll(ctx)) return refuseKernel('not_found') as Refusal
  const row = await tx.maybe<{
    to: string
    inspecting: string
    kind: InspectionKind
    year: number
    total: string
    word: string
    by: string
    at: string
    visit: string | null
    checklist: string | null
  }>`
    select r.district as "to", r.inspecting, r.kind, r.year, r.total::text, r.word, r.at, p.name as "by",
      case when i.id is not null then lower(i.visit)::text || ' 至 ' || (upper(i.visit) - 1)::text end as visit, c.title || ' 第' || c.version || '版' as checklist
    from supervision.inspection_report r join kernel.person p on p.id = r.person_id
      left join supervision.inspection i on i.district = r.inspecting and i.id = r.inspection_id
      left join supervision.checklist c on c.district = i.list_owner and c.id = i.checklist_id
    where r.inspection_id = ${id}::uuid`
  if (!row) return refuseKernel('not_found') as Refusal
  const lines = await tx.rows<ReportLine>`
    select * from supervision.inspection_lines(${row.inspecting}, ${id}::uuid)`
  const cases = await tx.rows<{ no: number; number: string }>`
    select no, number from supervision.sheet_cases(${row.inspecting}, ${id}::uuid)`
  return {
    demo: deps.demo,
    office: officeName(row.inspecting),
    checkUrl: null,
    number: `${officeName(row.inspecting)}检查〔${row.year}〕${id.slice(-6).toUpperCase()}`,
    to: officeName(row.to),
    kind: kindNames[row.kind].zh,
    checklist: row.checklist ?? '',
    visit: row.visit ?? '',
    total: row.total,
    word: row.word,
    by: row.by,
    at: row.at,
    date: officeDate(Temporal.Instant.from(row.at)).toString(),
    lines: lines.map((line) => ({
      sheet: cases.find(({ no }) => no === line.sheet)?.number ?? `${line.sheet}`,
      clause: line.clause,
      wording: line.wording,
      points: line.points === null ? '不适用' : `${Number(line.points)}/${line.most}`,
      note: [...line.notes, line.reason ?? ''].filter(Boolean).join('；'),
      fault: isFault(line),
    })),
  }
}
