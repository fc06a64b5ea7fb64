import { Type } from 'typebox'
import { availability } from '../kernel/perform.ts'
import { query } from '../kernel/query.ts'
import { refuseKernel } from '../kernel/refusal.ts'
import { leave, startLeave } from './departure.ts'
import { proposeName, requestReset } from './enrolment.ts'
import { endPost, proposeAssignment } from './posts.ts'
import { levelsOf } from './rules.ts'
import { personSubject } from './subjects.ts'

const pageSize = 50
const TextPair = Type.Object({ zh: Type.String(), en: Type.String() })
const Optional = (maxLength: number) => Type.Optional(Type.String({ maxLength }))
const Nullable = Type.Union([Type.String(), Type.Null()])

const PostHeld = Type.Object({
  id: Type.String(),
  district: Type.String(),
  zh: Type.String(),
  en: Type.String(),
  kind: Type.String(),
  risk: Nullable,
  unit: Type.Union([Type.Object({ id: Type.String(), zh: Type.String(), en: Type.String() }), Type.Null()]),
})

interface RosterRow {
  id: string
  name: string
  username: string | null
  district: string
  state: string
  posts: unknown[]
  active_from: string
  active_to: string | null
}

/** Colleagues by name, page after page: those of one's own office; for the city bureau, of every office. */
export const people = query({
  path: 'people',
  title: { zh: '人员名册', en: 'People' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({
    q: Optional(60),
    district: Optional(20),
    unit: Optional(40),
    post: Optional(40),
    state: Optional(10),
    after: Optional(120),
  }),
  result: Type.Object({
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        username: Nullable,
        district: Type.String(),
        state: Type.String(),
        posts: Type.Array(PostHeld),
        from: Type.String(),
        to: Nullable,
      }),
    ),
    next: Nullable,
  }),
  async run({ tx }, { q, district, unit, post, state, after }) {
    // The key of a page is `id name`: an id has no space, a name may.
    const [, afterId = null, afterName = null] = /^([0-9a-f-]{36}) (.+)$/s.exec(after ?? '') ?? []
    const rows = await tx.rows<RosterRow>`
      select * from people.roster(${q?.trim() || null}, ${district || null}, ${unit || null}, ${post || null}, ${state || null},
        ${afterName}, ${afterId}::uuid, ${pageSize + 1})`
    const shown = rows.slice(0, pageSize)
    const last = shown.at(-1)
    return {
      items: shown.map((row) => ({
        id: row.id,
        name: row.name,
        username: row.username,
        district: row.district,
        state: row.state,
        posts: row.posts as never,
        from: row.active_from,
        to: row.active_to,
      })),
      next: rows.length > pageSize ? `${last!.id} ${last!.name}` : null,
    }
  },
})

/** Acts on a person that their page offers, in the order of its buttons. */
const personActs = [proposeAssignment, startLeave, requestReset, proposeName, endPost, leave] as const

/** Duties that may read a colleague's absences, grants and account besides posts; everybody may read their own. */
export const supervising: readonly string[] = [
  'centre_lead',
  'district_lead',
  'inspection',
  'admin_system',
  'admin_security',
  'admin_audit',
]

/** One colleague: posts with their duties, and for those who supervise, or for oneself, grants, absences and the account. */
export const person = query({
  path: 'people/:id',
  title: { zh: '人员', en: 'A person' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ id: Type.String({ pattern: '^[0-9a-f-]{36}$' }) }),
  result: Type.Unknown(),
  async run({ tx, actor, at }, { id }) {
    const found = await tx.maybe<{
      id: string
      name: string
      district: string
      zh: string
      en: string
      state: string
      active_from: string
      active_to: string | null
    }>`
      select p.id, p.name, p.district, d.name_zh as zh, d.name_en as en, people.state_of(p) as state, p.active_from, p.active_to
      from kernel.person p join kernel.district d on d.id = p.district
      where p.id = ${id}::uuid and (kernel.may_read_all() or p.district = kernel.act_district())`
    if (!found) return refuseKernel('not_found')
    const own = actor.personId === id
    const sees = own || actor.duties.some((duty) => supervising.includes(duty))
    const holdings = await tx.rows`
      select h.id, h.kind, lower(h.during) as "from", upper(h.during) as "to", o.id as post, o.district, o.name_zh as zh, o.name_en as en, o.risk, o.duties,
        u.name_zh as unit_zh, u.name_en as unit_en, h.act_id, h.during @> kernel.now() as now
      from people.holding h join people.post o on o.district = h.district and o.id = h.post
        left join people.unit u on u.district = o.district and u.id = o.unit
      where h.person_id = ${id}::uuid order by lower(h.during) desc, o.id limit 200`
    const rest = sees ? await more(tx, id) : { grants: [], absences: [], account: null, proposals: [] }
    const facts = await personSubject.load(tx, id, false)
    // Outside the reader's own office the acts are those of the city's administrators, for whom the office is the person's.
    const subject = facts ?? {
      id,
      name: found.name,
      district: found.district,
      gone: found.state === 'left',
      active_to: found.active_to,
    }
    return {
      id,
      name: found.name,
      district: { id: found.district, zh: found.zh, en: found.en },
      state: found.state,
      from: found.active_from,
      to: found.active_to,
      own,
      sees,
      holdings,
      ...rest,
      acts: personActs.map((one) => ({ type: one.type, title: one.title })),
      availability: availability(personActs as never, subject, actor, at),
    }
  },
})

async function more(tx: Parameters<typeof personSubject.load>[0], id: string) {
  const grants = await tx.rows`
    select g.id, g.duty, u.name_zh as zh, u.name_en as en, g.district, lower(g.during) as "from", upper(g.during) as "to", g.act_id, g.during @> kernel.now() as now,
      exists (select from people.holding h join people.post o on o.district = h.district and o.id = h.post
        where h.person_id = g.person_id and h.during @> kernel.now() and g.duty = any (o.duties)) as of_post
    from kernel.duty_grant g join kernel.duty u on u.id = g.duty where g.person_id = ${id}::uuid order by lower(g.during) desc, g.duty limit 200`
  const absences = await tx.rows`
    select id, kind, lower(during) as "from", upper(during) as "to", note, withdrawn_at as "withdrawnAt", act_id, district,
      withdrawn_at is null and upper(during) > kernel.now() as open
    from people.absence where person_id = ${id}::uuid order by lower(during) desc limit 200`
  const { account } = await tx.one<{ account: unknown }>`select people.account_of(${id}::uuid) as account`
  const proposals = await tx.rows`
    select q.id, q.kind, q.state, q.proposed_at as "proposedAt", b.name as "proposedBy" from people.proposal q
      join kernel.person b on b.id = q.proposed_by
    where q.person_id = ${id}::uuid order by q.proposed_at desc limit 50`
  return { grants, absences, account, proposals }
}

/** Units and posts of an office, with what each post may do, its risk and measures, and who holds it today (7.5). */
export const posts = query({
  path: 'posts',
  title: { zh: '岗位登记', en: 'Posts' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ district: Optional(20), risk: Optional(10) }),
  result: Type.Object({ units: Type.Array(Type.Unknown()), items: Type.Array(Type.Unknown()) }),
  async run({ tx, district: own }, { district, risk }) {
    const office = district || own
    const units = await tx.rows`
      select u.id, u.kind, u.parent, u.name_zh as zh, u.name_en as en from people.unit u
      where u.district = ${office} order by u.parent is not null, u.act_id, u.id`
    const items = await tx.rows`
      select o.district, o.id, o.name_zh as zh, o.name_en as en, o.unit, u.name_zh as unit_zh, u.name_en as unit_en, coalesce(o.duties, '{}') as duties, o.risk,
        o.measures_zh, o.measures_en, o.level, o.leader, l.name_zh as leader_zh, l.name_en as leader_en,
        coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'kind', h.kind, 'absent', people.is_absent(p.id)) order by p.name)
          from people.holding h join kernel.person p on p.id = h.person_id
          where h.district = o.district and h.post = o.id and h.during @> kernel.now() and (p.active_to is null or p.active_to > kernel.now())), '[]') as holders
      from people.post o left join people.unit u on u.district = o.district and u.id = o.unit
        left join people.post l on l.district = o.district and l.id = o.leader
      where o.district = ${office} and o.closed_at is null and (${risk || null}::text is null or o.risk = ${risk || null})
      order by o.unit, array_position(array['high', 'medium', 'low'], o.risk), o.id`
    return { units, items }
  },
})

/** The chain of responsibility of each office, level by level: who stands there, who stands in, and what is vacant (1.1). */
export const chain = query({
  path: 'chain',
  title: { zh: '责任链', en: 'Chain of responsibility' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({}),
  result: Type.Object({
    items: Type.Array(
      Type.Object({
        district: Type.Object({ id: Type.String(), zh: Type.String(), en: Type.String() }),
        levels: Type.Array(
          Type.Object({
            level: Type.String(),
            vacant: Type.Boolean(),
            posts: Type.Array(TextPair),
            holders: Type.Array(
              Type.Object({
                id: Type.String(),
                name: Type.String(),
                kind: Type.String(),
                absent: Type.Boolean(),
              }),
            ),
            finding: Nullable,
          }),
        ),
      }),
    ),
  }),
  async run({ tx }) {
    const offices = await tx.rows<{ id: string; zh: string; en: string }>`
      select d.id, d.name_zh as zh, d.name_en as en from kernel.district d
      where (kernel.may_read_all() or d.id = kernel.act_district()) and exists (select from people.post o where o.district = d.id and o.level is not null)
      order by d.is_city desc, d.sort`
    const held = await tx.rows<{
      district: string
      level: string
      posts: { zh: string; en: string }[]
      holders: { id: string; name: string; kind: string; absent: boolean }[] | null
      finding: string | null
    }>`
      select o.district, o.level, jsonb_agg(distinct jsonb_build_object('zh', o.name_zh, 'en', o.name_en)) as posts,
        jsonb_agg(distinct jsonb_build_object('id', p.id, 'name', p.name, 'kind', h.kind, 'absent', people.is_absent(p.id))) filter (where p.id is not null) as holders
      from people.post o
        left join people.holding h on h.district = o.district and h.post = o.id and h.during @> kernel.now()
        left join kernel.person p on p.id = h.person_id and p.active_from <= kernel.now() and (p.active_to is null or p.active_to > kernel.now())
      where o.level is not null and o.closed_at is null group by o.district, o.level`
    const found = await tx.rows<{ district: string; level: string; act_id: string }>`
      select district, substring(dedupe_key from 14) as level, act_id from kernel.finding where kind = 'chain_vacant' and state <> 'closed'`
    return {
      items: offices.map((district) => ({
        district,
        levels: levelsOf(district.id).map((level) => {
          const row = held.find((one) => one.district === district.id && one.level === level)
          const holders = row?.holders ?? []
          return {
            level,
            vacant: holders.length === 0,
            posts: row?.posts ?? [],
            holders,
            finding: found.find((one) => one.district === district.id && one.level === level)?.act_id ?? null,
          }
        }),
      })),
    }
  },
})
