import { Type } from 'typebox'
import { clauseParts } from '../../kernel/clauses.ts'
import { invalid, type ReadCtx } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { type Refusal, refuseKernel, type Text } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { officeDate } from '../../values/calendar.ts'
import { type BoardFacts, boardOf, type ClauseRow, factsOf } from './board.ts'
import { type Apart, type BoardScope, countFacts, isPersonal } from './facts.ts'
import { boardDuties } from './rules.ts'

const Items = Type.Array(Type.Unknown())
const day = Type.String({ format: 'date', title: '日期|Date' })
const name = Type.String({ maxLength: 40, pattern: '^[a-z][a-z0-9_]*$' })

/** What a board can be asked for. */
export const boardParams = Type.Object({
  district: Type.Optional(name),
  unit: Type.Optional(name),
  post: Type.Optional(name),
  person: Type.Optional(Type.String({ format: 'uuid' })),
  from: Type.Optional(day),
  to: Type.Optional(day),
})
export interface BoardAsked {
  district?: string
  unit?: string
  post?: string
  person?: string
  from?: string
  to?: string
}

/** A board and what it rests on. */
export interface Board {
  at: string
  scope: BoardScope
  months: string[]
  /** The newest signed checkpoint of every log it was counted from. */
  logs: { district: string; size: number; root: string }[]
  clauses: ClauseRow[]
}

/** Every office, from the beginning until now. */
export const wholeCity: BoardScope = {
  district: null,
  person: null,
  post: null,
  unit: null,
  from: null,
  to: null,
}

/** What was asked as a scope, in the reader's bounds; a refusal when it makes no sense. Until today and later is until now. */
export function scopeOf(
  asked: BoardAsked,
  { district, at }: Pick<ReadCtx, 'district' | 'at'>,
): BoardScope | Refusal {
  const own = district === 'city' ? null : district
  if (own !== null && asked.district !== undefined && asked.district !== own) return refuseKernel('not_found')
  const within = asked.district ?? own
  if (within === null && (asked.post !== undefined || asked.unit !== undefined))
    return invalid([
      {
        path: 'district',
        message: {
          zh: '按岗位或科室查看须先选登记机构。',
          en: 'Posts and sections are of an office: choose it first.',
        },
      },
    ])
  if (asked.from !== undefined && asked.to !== undefined && asked.from > asked.to)
    return invalid([
      { path: 'to', message: { zh: '止日不得早于起日。', en: 'The last day is not before the first.' } },
    ])
  if (asked.from !== undefined && asked.from > officeDate(at).toString())
    return invalid([
      { path: 'from', message: { zh: '起日尚未到来。', en: 'The first day is still to come.' } },
    ])
  return {
    district: within,
    person: asked.person ?? null,
    post: asked.post ?? null,
    unit: asked.unit ?? null,
    from: asked.from ?? null,
    to: asked.to === undefined || asked.to >= officeDate(at).toString() ? null : asked.to,
  }
}

/** The last twelve months of a scope, oldest first. */
export function monthsOf({ from, to }: Pick<BoardScope, 'from' | 'to'>, at: Temporal.Instant): string[] {
  const last = (to ? Temporal.PlainDate.from(to) : officeDate(at)).toPlainYearMonth()
  const first = from ? Temporal.PlainDate.from(from).toPlainYearMonth() : last.subtract({ months: 11 })
  const months = Array.from({ length: 12 }, (_, i) => last.subtract({ months: 11 - i }))
  return months.filter((one) => Temporal.PlainYearMonth.compare(one, first) >= 0).map((one) => one.toString())
}

/** Figures of ledgers speak of offices now, and of nothing else. */
async function everything(
  { tx, deps }: Pick<ReadCtx, 'tx' | 'deps'>,
  scope: BoardScope,
  apart: Apart,
): Promise<BoardFacts> {
  const now = scope.to === null && !isPersonal(scope)
  // Ledgers are read over a connection of their own, and so at the same time.
  const [figures, counted] = await Promise.all([
    now ? deps.figures.all() : new Map(),
    countFacts(tx, scope, apart),
  ])
  const facts = { ...counted, figures }
  return scope.district === null ? facts : { ...facts, figures: factsOf(facts, scope.district).figures }
}

const logsOf = (tx: Tx, district: string | null) => tx.rows<Board['logs'][number]>`
  select distinct on (c.district) c.district, c.size, encode(c.root, 'base64') as root from evidence.checkpoint c
  where ${district}::text is null or c.district = ${district} order by c.district, c.size desc`

/** The board of a scope. */
export async function readBoard(ctx: Pick<ReadCtx, 'tx' | 'at' | 'deps'>, scope: BoardScope): Promise<Board> {
  const months = monthsOf(scope, ctx.at)
  return {
    at: ctx.at.toString(),
    scope,
    months,
    logs: await logsOf(ctx.tx, scope.district),
    clauses: boardOf(await everything(ctx, scope, { offices: false, since: months[0] ?? null }), months),
  }
}

/** 防控措施: the notice clause by clause, for an office, a section, a post or a person, over a period. */
export const controls = query({
  path: 'controls',
  title: { zh: '防控措施', en: 'Controls' },
  access: 'signed_in',
  duties: boardDuties,
  params: boardParams,
  result: Type.Object({
    at: Type.String(),
    scope: Type.Unknown(),
    months: Type.Array(Type.String()),
    logs: Items,
    parts: Type.Unknown(),
    clauses: Items,
  }),
  async run(ctx, asked) {
    const scope = scopeOf(asked, ctx)
    if ('code' in scope) return scope
    return { ...(await readBoard(ctx, scope)), parts: clauseParts }
  },
})

/** Every clause in each office the scope reaches. */
export async function compare(ctx: Pick<ReadCtx, 'tx' | 'deps'>, scope: BoardScope) {
  const facts = await everything(ctx, scope, { offices: true, since: null })
  const districts = await ctx.tx.rows<{ id: string; name: Text }>`
    select id, jsonb_build_object('zh', name_zh, 'en', name_en) as name from kernel.district where ${scope.district}::text is null or id = ${scope.district} order by sort`
  const boards = districts.map(({ id }) => boardOf(factsOf(facts, id), []))
  return {
    districts,
    clauses: boards[0]!.map((clause, i) => ({
      id: clause.id,
      title: clause.title,
      cells: boards.map((board) => ({ status: board[i]!.status, counts: board[i]!.counts })),
    })),
  }
}

/** 各登记机构对比: every clause in every office beside one another. */
export const compared = query({
  path: 'controls/compare',
  title: { zh: '各登记机构对比', en: 'Offices compared' },
  access: 'signed_in',
  duties: boardDuties,
  params: Type.Object({ from: Type.Optional(day), to: Type.Optional(day) }),
  result: Type.Object({ at: Type.String(), districts: Items, clauses: Items }),
  async run(ctx, asked) {
    const scope = scopeOf(asked, ctx)
    if ('code' in scope) return scope
    return { at: ctx.at.toString(), ...(await compare(ctx, scope)) }
  },
})

/** Whom a board can be asked about: offices, and sections, posts and persons of one. */
export const boardScopes = query({
  path: 'controls/scopes',
  title: { zh: '查看范围', en: 'Whom a board is about' },
  access: 'signed_in',
  duties: boardDuties,
  params: Type.Object({ district: Type.Optional(name) }),
  result: Type.Object({ districts: Items, units: Items, posts: Items, persons: Items }),
  async run(ctx, asked) {
    const scope = scopeOf(asked, ctx)
    if ('code' in scope) return scope
    const { tx, district } = ctx
    const within = scope.district
    const districts = await tx.rows`
      select id, jsonb_build_object('zh', name_zh, 'en', name_en) as name from kernel.district where ${district} = 'city' or id = ${district} order by sort`
    const units = await tx.rows`
      select id, jsonb_build_object('zh', name_zh, 'en', name_en) as name from people.unit where district = ${within} order by id`
    const posts = await tx.rows`
      select id, unit, jsonb_build_object('zh', name_zh, 'en', name_en) as name from people.post where district = ${within} and closed_at is null order by id`
    const persons = await tx.rows`
      select p.id, p.name from kernel.person p where p.district = ${within} order by p.name, p.id limit 2000`
    return { districts, units, posts, persons }
  },
})
