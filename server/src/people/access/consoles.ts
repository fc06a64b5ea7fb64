import { Type } from 'typebox'
import { query } from '../../kernel/query.ts'
import { adminDuties } from './rules.ts'
import { titleOf } from './titles.ts'
import { faultKinds } from './watch.ts'

const Items = Type.Array(Type.Unknown())
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

/** 安全管理员工作台: what waits, what ends soon, who tried to go beyond their scope, and the rules in force. */
export const securityConsole = query({
  path: 'access/security',
  title: { zh: '安全管理员工作台', en: 'Security administrator’s console' },
  access: 'signed_in',
  duties: ['admin_security'],
  params: Type.Object({}),
  result: Type.Object({
    open: Type.Integer(),
    overScope: Items,
    ending: Items,
    findings: Items,
    settings: Items,
    conflicts: Items,
  }),
  async run({ tx, deps }) {
    const { open } = await tx.one<{ open: number }>`
      select count(*)::int as open from people.access_request where state = 'open'`
    const overScope = await tx.rows`
      select o.person_id as "personId", p.name as person, o.district, count(*)::int as month,
        count(*) filter (where o.at >= kernel.now() - interval '1 day')::int as day,
        max(o.at) as "lastAt", (array_agg(o.act_id order by o.at desc))[1] as "lastActId", (array_agg(o.refusal order by o.at desc))[1] as "lastRefusal"
      from people.over_scope(kernel.now() - interval '30 days', kernel.now() + interval '1 second') o join kernel.person p on p.id = o.person_id
      group by o.person_id, p.name, o.district order by count(*) desc, p.name limit 200`
    const ending = await tx.rows`
      select g.id as "grantId", g.district, g.person_id as "personId", p.name as person, g.duty, upper(g.during) as until
      from kernel.duty_grant g join kernel.person p on p.id = g.person_id
      where g.during @> kernel.now() and upper(g.during) < kernel.now() + interval '30 days' order by upper(g.during), g.id limit 200`
    const findings = await tx.rows`
      select id, district, kind, severity, state, subject, summary_zh as zh, summary_en as en, opened_at as at, act_id as "actId" from kernel.finding
      where kind = any (${[...Object.keys(faultKinds), 'access_review_overdue', 'access_unconfirmed']}::text[]) and state <> 'closed'
      order by opened_at desc limit 100`
    const settings = await tx.rows`select name, value, source from people.access_setting order by name`
    return { open, overScope, ending, findings, settings, conflicts: [...deps.duties.conflicts] }
  },
})

/** 审计管理员工作台: what administrators did and tried, and every attempt at one's own account or rights. */
export const auditConsole = query({
  path: 'access/audit',
  title: { zh: '审计管理员工作台', en: 'Audit administrator’s console' },
  access: 'signed_in',
  duties: ['admin_audit'],
  params: Type.Object({
    show: Type.Optional(Type.Union(['all', 'refused', 'own'].map((one) => Type.Literal(one)))),
    before: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })),
  }),
  result: Type.Object({ items: Items, next: Nullable(Type.String()), counts: Type.Unknown() }),
  async run({ tx }, { show = 'all', before }) {
    const own = ['access_own', 'access_own_asking', 'access_own_admin', 'own_account', 'same_person_people']
    const rows = await tx.rows<{ seq: number; type: string }>`
      select a.seq, a.id as "actId", a.district, a.type, a.at, a.person_id as "personId", p.name as person, kernel.duties_of(a.person_id) as duties,
        a.outcome, a.refusal, a.answer -> 'refusal' -> 'message' as message, a.clause, a.subject_kind as "subjectKind", a.subject_id as "subjectId", l.idx as leaf
      from kernel.act a join kernel.person p on p.id = a.person_id
        left join evidence.leaf l on l.district = a.district and l.act_id = a.id
      where (${before ?? null}::bigint is null or a.seq < ${before ?? null}::bigint)
        and (exists (select from kernel.duty_grant g where g.person_id = a.person_id and g.duty = any (${[...adminDuties]}::text[]))
          or a.refusal = any (${own}::text[]))
        and (${show} = 'all' or (${show} = 'refused' and a.outcome = 'refused') or (${show} = 'own' and a.refusal = any (${own}::text[])))
      order by a.seq desc limit 51`
    const counts = await tx.one`
      select count(*)::int as acts, count(*) filter (where a.outcome = 'refused')::int as refused, count(*) filter (where a.refusal = any (${own}::text[]))::int as own
      from kernel.act a where a.at >= kernel.now() - interval '30 days'
        and (exists (select from kernel.duty_grant g where g.person_id = a.person_id and g.duty = any (${[...adminDuties]}::text[])) or a.refusal = any (${own}::text[]))`
    const shown = rows.slice(0, 50)
    return {
      items: shown.map(({ seq: _, ...row }) => ({ ...row, title: titleOf(row.type) })),
      next: rows.length > 50 ? String(shown.at(-1)!.seq) : null,
      counts,
    }
  },
})
