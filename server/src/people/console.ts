import { Type } from 'typebox'
import { availability } from '../kernel/perform.ts'
import { query } from '../kernel/query.ts'
import {
  approveEnrolment,
  approveName,
  approveReset,
  declineProposal,
  withdrawProposal,
} from './enrolment.ts'
import { approvePost, assignPost } from './posts.ts'
import type { Proposal } from './subjects.ts'

const deciding = {
  enrol: approveEnrolment,
  reset: approveReset,
  assign: assignPost,
  post: approvePost,
  name: approveName,
} as const

interface ProposalRow extends Proposal {
  office_zh: string
  office_en: string
  person: string | null
  proposed_at: string
  proposer: string
  decider: string | null
  decided_at: string | null
  reason: string | null
  post_zh: string | null
  post_en: string | null
}

/** Everything that waits for a second person, and what was decided of late (6.7): for administrators and leaders. */
export const proposals = query({
  path: 'proposals',
  title: { zh: '提请与批准', en: 'Proposals' },
  access: 'signed_in',
  duties: ['admin_system', 'admin_security', 'admin_audit', 'centre_lead', 'district_lead'],
  params: Type.Object({ state: Type.Optional(Type.String({ maxLength: 10 })) }),
  result: Type.Object({ items: Type.Array(Type.Unknown()) }),
  async run({ tx, actor, at }, { state }) {
    const isAdmin = actor.duties.some((duty) => duty.startsWith('admin_'))
    const rows = await tx.rows<ProposalRow>`
      select q.district, d.name_zh as office_zh, d.name_en as office_en, q.id, q.kind, q.state, q.person_id, p.name as person, q.body, q.proposed_by, q.proposed_at, b.name as proposer,
        c.name as decider, q.decided_at, q.reason,
        case when o.district <> q.district then h.name_zh || ' · ' else '' end || o.name_zh as post_zh,
        case when o.district <> q.district then h.name_en || ' · ' else '' end || o.name_en as post_en
      from people.proposal q join kernel.district d on d.id = q.district join kernel.person b on b.id = q.proposed_by
        left join kernel.person p on p.id = q.person_id left join kernel.person c on c.id = q.decided_by
        left join people.post o on o.district = coalesce(q.body ->> 'district', q.district) and o.id = q.body ->> 'post'
        left join kernel.district h on h.id = o.district
      where (${isAdmin} or q.kind = 'post') and case when ${state === 'decided'} then q.state <> 'open' else q.state = 'open' end
      order by case when q.state = 'open' then q.proposed_at end, q.decided_at desc limit 200`
    return {
      items: rows.map((row) => ({
        id: row.id,
        district: { id: row.district, zh: row.office_zh, en: row.office_en },
        kind: row.kind,
        state: row.state,
        person: row.person_id ? { id: row.person_id, name: row.person } : null,
        body: row.body,
        post: row.post_zh === null ? null : { zh: row.post_zh, en: row.post_en },
        proposedBy: row.proposer,
        proposedAt: row.proposed_at,
        decidedBy: row.decider,
        decidedAt: row.decided_at,
        reason: row.reason,
        approve: deciding[row.kind as keyof typeof deciding].type,
        availability: availability(
          [deciding[row.kind as keyof typeof deciding], declineProposal, withdrawProposal] as never,
          row,
          actor,
          at,
        ),
      })),
    }
  },
})

/** What the system administrator has to look after: tickets handed over, who leaves when, who is on leave. */
export const systemConsole = query({
  path: 'admin/system',
  title: { zh: '系统管理员工作台', en: 'System administrator’s desk' },
  access: 'signed_in',
  duties: ['admin_system', 'admin_security', 'admin_audit'],
  params: Type.Object({}),
  result: Type.Object({
    tickets: Type.Array(Type.Unknown()),
    leavers: Type.Array(Type.Unknown()),
    absent: Type.Array(Type.Unknown()),
    kept: Type.Array(Type.Unknown()),
  }),
  async run({ tx }) {
    const tickets = await tx.rows`select * from people.open_tickets()`
    const leavers = await tx.rows`
      select p.id, p.name, p.district, d.name_zh as zh, d.name_en as en, p.active_to as "at", people.state_of(p) as state, people.holdings_of(p.id) as posts
      from kernel.person p join kernel.district d on d.id = p.district
      where p.active_to > kernel.now() - interval '30 days' order by p.active_to desc limit 100`
    const absent = await tx.rows`
      select b.id, p.id as "personId", p.name, p.district, d.name_zh as zh, d.name_en as en, b.kind, lower(b.during) as "from", upper(b.during) as "to"
      from people.absence b join kernel.person p on p.id = b.person_id join kernel.district d on d.id = p.district
      where b.withdrawn_at is null and upper(b.during) > kernel.now() order by lower(b.during) limit 200`
    const kept = await tx.rows`
      select f.id, f.district, f.summary_zh as zh, f.summary_en as en, f.opened_at as at, f.act_id as "actId", f.state
      from kernel.finding f where f.kind = 'leaver_custody' and f.state <> 'closed' order by f.opened_at desc limit 100`
    return { tickets, leavers, absent, kept }
  },
})
