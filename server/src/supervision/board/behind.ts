import { Type } from 'typebox'
import { actLines, type ListedAct } from '../../evidence/lines.ts'
import { findAct } from '../../kernel/act.ts'
import { clauses } from '../../kernel/clauses.ts'
import { type Control, declaredControls, type Ledger, type LedgerFigure } from '../../kernel/control.ts'
import { declaredObligations } from '../../kernel/obligation.ts'
import { invalid, type ReadCtx } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { refuseKernel, type Text } from '../../kernel/refusal.ts'
import { type DutyLine, namesOf, shown } from '../duties/queries.ts'
import { type BoardScope, isPersonal, periodOf } from './facts.ts'
import { boardParams, scopeOf } from './queries.ts'
import { boardDuties } from './rules.ts'

const figures = ['governed', 'refused', 'due', 'overdue', 'found', 'open'] as const
type Figure = (typeof figures)[number]

/** One act, finding, duty or line of a ledger that a figure counts. */
interface Behind {
  key: string
  district: string
  what: Text
  /** What it is about: a thing of the log, or words. */
  subject: { kind: string; id: string | null; number: string | null } | null
  about: Text | null
  /** Page on which it is looked at. */
  page: string | null
  /** When it was done, found or put there; of a duty, when it is due. */
  at: string | null
  person: string | null
  personId: string | null
  /** Why it was refused, and by which clause; of a line of a ledger, the act that put it there. */
  note: Text | null
  clause: string | null
  /** The act that put it there. */
  actId: string | null
}

const pageSize = 50

/** Where lines of one figure come from. */
interface Source {
  /** What a key of it looks like. */
  key: RegExp
  /** `after` is the key of the last line shown. */
  read(ctx: ReadCtx, after: string | null, most: number): Promise<Behind[]>
}

const blank = { subject: null, about: null, at: null, person: null, personId: null, note: null, clause: null }
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Figures of ledgers stand for offices now. */
const fromLedger = (ledger: Ledger, figure: LedgerFigure, { district }: BoardScope): Source => ({
  key: /^[a-z_]+\/.+$/,
  async read({ tx, deps }, after, most) {
    const lines = await deps.figures.lines(ledger, figure, { district, after, most })
    const acts = await tx.rows<{
      id: string
      type: string
      at: string
      person: string | null
      personId: string | null
    }>`
      select a.id, a.type, a.at, p.name as person, a.person_id as "personId" from kernel.act a left join kernel.person p on p.id = a.person_id
      where (a.district, a.id) in (select * from unnest(${lines.map((one) => one.district)}::text[], ${lines.map((one) => one.act_id)}::uuid[]))`
    const by = new Map(acts.map((one) => [one.id, one]))
    return lines.map((one) => {
      const act = one.act_id === null ? undefined : by.get(one.act_id)
      return {
        ...blank,
        key: `${one.district}/${one.id}`,
        district: one.district,
        what: ledger.name,
        about: { zh: one.label, en: one.label_en ?? one.label },
        page: ledger.page.replace(':id', one.id),
        at: act?.at ?? null,
        person: act?.person ?? null,
        personId: act?.personId ?? null,
        note: act ? (findAct(act.type)?.title ?? null) : null,
        actId: one.act_id,
      }
    })
  },
})

/** The acts that controls count as governed, or as refused by them. */
const fromActs = (controls: readonly Control[], refused: boolean, scope: BoardScope): Source => ({
  key: /^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z~\d{1,15}$/,
  async read({ tx }, after, most) {
    const [at, seq] = after?.split('~') ?? []
    const asked = JSON.stringify({
      ...actsAsked(controls, refused),
      ...(scope.district ? { district: scope.district } : {}),
      ...(scope.person ? { person: scope.person } : {}),
      ...(scope.post || scope.unit ? { held: { post: scope.post, unit: scope.unit } } : {}),
      ...periodOf(scope),
      ...(at ? { at, seq: Number(seq) } : {}),
    })
    const rows = await tx.rows<ListedAct>`select * from supervision.acts_behind(${asked}::jsonb, ${most})`
    const lines = await actLines(tx, rows)
    return lines.map((one, i) => ({
      key: `${one.at}~${rows[i]!.seq}`,
      district: one.district,
      what: one.title,
      subject: one.subject,
      about: null,
      page: `/evidence/${one.actId}`,
      at: one.at,
      person: one.person,
      personId: one.personId,
      note: one.message,
      clause: one.message && one.clause,
      actId: one.actId,
    }))
  },
})

/** Which acts the controls count, each once however many of them count it. */
function actsAsked(controls: readonly Control[], refused: boolean): Record<string, unknown> {
  const codes = controls.flatMap(({ acts = [], refusals = [] }) =>
    acts.flatMap((type) => refusals.map((code) => `${type} ${code}`)),
  )
  return {
    refused,
    every: controls.some((one) => one.everyAct),
    types: [...new Set(controls.flatMap((one) => one.acts ?? []))],
    bars: [...new Set(controls.flatMap((one) => one.bars ?? []))],
    whole: controls.flatMap((one) => (one.refusals === undefined ? (one.acts ?? []) : [])),
    codes: [...new Set(codes)],
  }
}

/** Findings of the kinds a control watches, opened in the period, or open when it ends. */
const fromFindings = (controls: readonly Control[], open: boolean, scope: BoardScope): Source => ({
  key: uuid,
  async read({ tx }, after, most) {
    const kinds = [...new Set(controls.flatMap((one) => one.findings ?? []))]
    const { district, person, post, unit } = scope
    const { from, until } = periodOf(scope)
    const rows = await tx.rows<{
      id: string
      district: string
      zh: string
      en: string
      at: string
      person: string | null
      clause: string
      actId: string
    }>`
      select f.id, f.district, f.summary_zh as zh, f.summary_en as en, f.opened_at as at, o.name as person, f.clause, f.act_id as "actId"
      from kernel.finding f left join kernel.person o on o.id = f.owner_id
      where f.kind = any (${kinds}::text[]) and (${district}::text is null or f.district = ${district})
        and (${until ?? null}::timestamptz is null or f.opened_at < ${until ?? null}::timestamptz)
        and (case when ${open} then f.state <> 'closed' or (${until ?? null}::timestamptz is not null and (
            select s.at from kernel.finding_step s where s.district = f.district and s.finding_id = f.id and s.state = 'closed') >= ${until ?? null}::timestamptz)
          else ${from ?? null}::timestamptz is null or f.opened_at >= ${from ?? null}::timestamptz end)
        and (${person}::text is null or f.subject = 'person:' || ${person}::text)
        and ((${post}::text is null and ${unit}::text is null) or exists (
          select from people.holding h join people.post p on p.district = h.district and p.id = h.post
          where h.district = ${district} and (${post}::text is null or h.post = ${post}) and (${unit}::text is null or p.unit = ${unit})
            and h.during @> f.opened_at and f.subject = 'person:' || h.person_id))
        and (${after}::uuid is null or f.id < ${after}::uuid)
      order by f.id desc limit ${most}`
    return rows.map(({ id, zh, en, ...one }) => ({
      ...blank,
      ...one,
      key: id,
      what: { zh, en },
      page: `/findings/${id}`,
    }))
  },
})

/** Duties a control carries that are due soon, or overdue, as the period ends. */
const fromDuties = (controls: readonly Control[], overdue: boolean, scope: BoardScope): Source => ({
  key: /^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z\/[0-9a-f-]{36}$/,
  async read({ tx, at }, after, most) {
    const kinds = new Set(controls.flatMap((one) => one.obligations ?? []))
    const known = declaredObligations().filter((one) => kinds.has(one.kind))
    const { district, person, post, unit } = scope
    const { until = null } = periodOf(scope)
    const [afterAt = null, afterId = null] = after?.split('/') ?? []
    const rows = await tx.rows<DutyLine>`
      select o.id, o.district, o.kind, o.subject, s.name, lower(o.period)::text as "from", upper(o.period)::text as "to", o.due_at as "dueAt",
        o.done_by as "doneBy", o.done_at as "doneAt", o.lapsed
      from kernel.obligation o left join kernel.person s on s.id::text = o.subject
        cross join (select coalesce(${until}::timestamptz, kernel.now()) as at offset 0) e
        join unnest(${known.map((one) => one.kind)}::text[], ${known.map((one) => one.remindDays)}::int[]) as k(kind, remind) on k.kind = o.kind
      where (case when ${overdue} then o.due_at < e.at else o.due_at >= e.at and o.due_at < e.at + make_interval(days => k.remind) end)
        and (${district}::text is null or o.district = ${district}) and o.lapsed is null and (o.done_at is null or o.done_at >= e.at)
        and (${person}::text is null or split_part(o.subject, ':', 1) = ${person})
        and ((${post}::text is null and ${unit}::text is null) or exists (
          select from people.holding h join people.post p on p.district = h.district and p.id = h.post
          where h.district = ${district} and (${post}::text is null or h.post = ${post}) and (${unit}::text is null or p.unit = ${unit})
            and h.during @> o.due_at and split_part(o.subject, ':', 1) = h.person_id::text))
        and (${afterAt}::timestamptz is null or (o.due_at, o.id) > (${afterAt}::timestamptz, ${afterId}::uuid))
      order by o.due_at, o.id limit ${most}`
    const names = await namesOf(tx, rows)
    return rows.map((row) => {
      const { title, name, clause } = shown(row, at, names)
      return {
        ...blank,
        key: `${row.dueAt}/${row.id}`,
        district: row.district,
        what: title,
        about: name,
        page: `/duties?kind=${row.kind}&show=${overdue ? 'overdue' : 'open'}`,
        at: row.dueAt,
        clause,
        actId: row.doneBy,
      }
    })
  },
})

/** Everything a figure of some controls counts, one source after the other. */
function sourcesOf(controls: readonly Control[], figure: Figure, scope: BoardScope): Source[] {
  const now = scope.to === null && !isPersonal(scope)
  const ledgers =
    now && figure !== 'refused' && figure !== 'found'
      ? controls.flatMap(({ ledgers = [] }) =>
          ledgers.filter((one) => one.figures.includes(figure)).map((one) => fromLedger(one, figure, scope)),
        )
      : []
  switch (figure) {
    case 'governed':
    case 'refused':
      return [...ledgers, fromActs(controls, figure === 'refused', scope)]
    case 'due':
    case 'overdue':
      return [...ledgers, fromDuties(controls, figure === 'overdue', scope)]
    case 'found':
    case 'open':
      return [...ledgers, fromFindings(controls, figure === 'open', scope)]
  }
}

const words = Type.Object({ zh: Type.String(), en: Type.String() })

/** 数字背后的事项: every act, finding, duty and line that one figure of the board counts, in the same bounds. */
export const behindFigure = query({
  path: 'controls/behind',
  title: { zh: '数字背后的事项', en: 'What a figure counts' },
  access: 'signed_in',
  duties: boardDuties,
  params: Type.Object({
    ...boardParams.properties,
    /** A clause of the notice, or one control of it. */
    of: Type.String({ maxLength: 60, pattern: '^[0-9]\\.[0-9](-[a-z-]+)?$' }),
    figure: Type.Union(figures.map((one) => Type.Literal(one))),
    after: Type.Optional(Type.String({ maxLength: 200, pattern: '^\\d+ .*$' })),
  }),
  result: Type.Object({
    at: Type.String(),
    title: words,
    items: Type.Array(Type.Unknown()),
    next: Type.Union([Type.String(), Type.Null()]),
  }),
  async run(ctx, { of, figure, after, ...asked }) {
    const scope = scopeOf(asked, ctx)
    if ('code' in scope) return scope
    const controls = declaredControls().filter((one) => one.id === of || one.clause === of)
    const title = clauses.find((one) => one.id === of)?.title ?? controls[0]?.title
    if (!title) return refuseKernel('not_found')
    const sources = sourcesOf(controls, figure, scope)
    const items: Behind[] = []
    let place = Number(after?.slice(0, after.indexOf(' ')) ?? 0)
    let key = after ? after.slice(after.indexOf(' ') + 1) : null
    if (key !== null && !sources[place]?.key.test(key))
      return invalid([{ path: 'after', message: { zh: '没有这一页。', en: 'There is no such page.' } }])
    for (; place < sources.length; place++, key = null) {
      const found = await sources[place]!.read(ctx, key, pageSize + 1 - items.length)
      items.push(...found.map((one) => ({ ...one, key: `${place} ${one.key}` })))
      if (items.length > pageSize) break
    }
    const page = items.slice(0, pageSize)
    return {
      at: ctx.at.toString(),
      title,
      items: page,
      next: items.length > pageSize ? page.at(-1)!.key : null,
    }
  },
})
