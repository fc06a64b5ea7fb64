import { Type } from 'typebox'
import type { Actor, AnyAct } from '../../kernel/act.ts'
import { grantConflict } from '../../kernel/duty.ts'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { deciderDuties, purposesOf } from '../duties.ts'
import { approveAccess, refuseRequest, withdrawRequest } from './acts.ts'
import { grantLines } from './grants.ts'
import { chargeOf, quarterBegin, quarterName } from './review.ts'
import { type AccessRequest, endRefusal, leaderDuties } from './rules.ts'
import { titleOf } from './titles.ts'

const Items = Type.Array(Type.Unknown())
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])
const Key = Type.String({ pattern: '^[0-9a-f-]{36}$' })
const zone = 'Asia/Shanghai'

/** My rights and why; what may be asked for, and what not and why not (6.7). */
export const myRights = query({
  path: 'access/mine',
  title: { zh: '我的权限', en: 'My rights' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({}),
  result: Type.Object({
    grants: Items,
    requests: Items,
    duties: Items,
    businesses: Items,
    maxTermDays: Type.Integer(),
    colleagues: Items,
  }),
  async run({ tx, actor, deps, district }) {
    const { items } = await grantLines(tx, { personId: actor.personId, limit: 200 })
    const { days } = await tx.one<{ days: number }>`select people.setting('max_term_days') as days`
    const leads = actor.duties.some((duty) => leaderDuties.includes(duty))
    const colleagues = leads
      ? await tx.rows<{ id: string; name: string; duties: string[] }>`
          select p.id, p.name, kernel.duties_of(p.id) as duties from kernel.person p
          where p.district = ${district} and p.id <> ${actor.personId}::uuid and (p.active_to is null or p.active_to > kernel.now())
          order by p.name, p.id limit 500`
      : []
    return {
      grants: items.map((one) => ({
        ...one,
        ending: refusalOr(endRefusal({ ...one, id: one.grantId, from: one.since, live: true }, actor)),
      })),
      requests: await requestLines(tx, actor, { personId: actor.personId, limit: 100 }),
      duties: deps.duties.duties.map((duty) => ({
        id: duty.id,
        name: duty.name,
        held: actor.duties.includes(duty.id),
        conflict: grantConflict(deps.duties, actor.duties, duty.id),
        purposes: purposesOf(duty.id),
      })),
      businesses: deps.businesses.map(({ code, name }) => ({ code, name })),
      maxTermDays: days,
      colleagues,
    }
  },
})

const refusalOr = (refusal: ReturnType<typeof endRefusal>) =>
  refusal ? { enabled: false, refusal } : { enabled: true }

interface RequestRow extends AccessRequest {
  subject: string
  requestedByName: string
  requestedAt: string
  closedAt: string | null
  actId: string
  grantId: string | null
  posts: { zh: string; en: string }[]
  opinions: { role: string; person: string; approved: boolean; note: string; at: string; actId: string }[]
}

/** Requests with everything that decides on them, newest first; each says what this person may do with it now, and if not, why. */
async function requestLines(
  tx: Tx,
  actor: Actor,
  wanted: { personId?: string | null; state?: 'open' | 'closed'; before?: string | undefined; limit: number },
) {
  const rows = await tx.rows<RequestRow>`
    select r.district, r.id, r.subject_id as "subjectId", s.name as subject, people.posts_of(r.subject_id) as posts, r.requested_by as "requestedBy",
      q.name as "requestedByName", r.requested_at as "requestedAt", r.closed_at as "closedAt", r.duty, r.businesses, r.purposes, r.reason, r.until, r.state,
      r.act_id as "actId", kernel.duties_of(r.subject_id) as held, people.post_leaders(r.subject_id) as leaders,
      (select g.id from kernel.duty_grant g where g.district = r.district and g.request_id = r.id) as "grantId",
      (s.district = r.district and (s.active_to is null or s.active_to > kernel.now())) as "subjectHere",
      (select coalesce(jsonb_agg(jsonb_build_object('no', d.no, 'role', d.role, 'approved', d.approved, 'personId', d.person_id,
          'stands', people.may_decide(d.person_id, d.role, d.district, d.subject_id), 'person', n.name, 'note', d.note, 'at', d.at, 'actId', d.act_id) order by d.no), '[]')
        from people.access_decision d join kernel.person n on n.id = d.person_id where d.district = r.district and d.request_id = r.id) as decisions
    from people.access_request r join kernel.person s on s.id = r.subject_id join kernel.person q on q.id = r.requested_by
    where (${wanted.personId ?? null}::uuid is null or r.subject_id = ${wanted.personId ?? null}::uuid or r.requested_by = ${wanted.personId ?? null}::uuid)
      and (${wanted.state ?? null}::text is null or (r.state = 'open') = (${wanted.state ?? null} = 'open'))
      and (${wanted.before ?? null}::uuid is null or r.id < ${wanted.before ?? null}::uuid)
    order by r.id desc limit ${wanted.limit}`
  const { at } = await tx.one<{ at: string }>`select kernel.now() as at`
  return rows.map((row) => ({
    ...row,
    availability: availability(requestActs, row, actor, Temporal.Instant.from(at)),
  }))
}

const requestActs: readonly AnyAct[] = [approveAccess, refuseRequest, withdrawRequest]

/** Requests to decide on, and those decided: of one's office for its leaders, of all offices for the security administrator. */
export const accessRequests = query({
  path: 'access/requests',
  title: { zh: '权限申请', en: 'Requests for rights' },
  access: 'signed_in',
  duties: [...deciderDuties, 'admin_audit'],
  params: Type.Object({
    state: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('closed')])),
    before: Type.Optional(Key),
  }),
  result: Type.Object({ items: Items, next: Nullable(Type.String()) }),
  async run({ tx, actor }, { state = 'open', before }) {
    const items = await requestLines(tx, actor, { state, before, limit: 50 })
    return { items, next: items.length === 50 ? items.at(-1)!.id : null }
  },
})

/** Rights in one's charge, and how the quarter's review of them stands. */
export const accessCharge = query({
  path: 'access/charge',
  title: { zh: '权限复核', en: 'Review of rights' },
  access: 'signed_in',
  duties: leaderDuties,
  params: Type.Object({}),
  result: Type.Object({
    quarter: Type.String(),
    dueAt: Type.String(),
    items: Items,
    due: Type.Integer(),
    left: Type.Integer(),
    closedAt: Nullable(Type.String()),
    overdue: Items,
  }),
  async run({ tx, actor, at, district }) {
    const items = await chargeOf(tx, actor.personId!, at)
    const begin = quarterBegin(at.toZonedDateTimeISO(zone).toPlainDate())
    const from = begin.toZonedDateTime(zone).toInstant().toString()
    const closed = await tx.maybe<{ at: string }>`
      select at from kernel.act where district = ${district} and type = 'access.closeReview' and outcome = 'done'
        and person_id = ${actor.personId}::uuid and at >= ${from}::timestamptz order by at desc limit 1`
    const overdue = await tx.rows<{ from: string; dueAt: string }>`
      select lower(period)::text as "from", due_at as "dueAt" from kernel.obligation
      where district = ${district} and kind = 'access.review' and subject = ${actor.personId} and done_by is null and lapsed is null and due_at < kernel.now()`
    return {
      quarter: quarterName(at),
      dueAt: begin.add({ months: 3 }).toZonedDateTime(zone).toInstant().toString(),
      items: items.map((one) => ({
        grantId: one.grant_id,
        district: one.district,
        personId: one.holder_id,
        person: one.holder,
        duty: one.duty,
        since: one.since,
        until: one.until,
        madeAt: one.made_at,
        requestId: one.request_id,
        businesses: one.businesses,
        purposes: one.purposes,
        actId: one.act_id,
        due: one.due,
        review:
          one.keep === null
            ? null
            : { keep: one.keep, word: one.word, at: one.reviewed_at, by: one.reviewed_by },
      })),
      due: items.filter((one) => one.due).length,
      left: items.filter((one) => one.due && one.keep === null).length,
      closedAt: closed?.at ?? null,
      overdue,
    }
  },
})

const TraceKey = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,15}Z~\\d{1,15}$' })

/** 我的痕迹: who looked at what the register says of me, and what others did to my account and rights, newest first. */
export const looksAtMe = query({
  path: 'access/looks-at-me',
  title: { zh: '谁看过我', en: 'Who looked at me' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ before: Type.Optional(TraceKey) }),
  result: Type.Object({ items: Items, next: Nullable(Type.String()) }),
  async run({ tx }, { before }) {
    const [at = null, seq] = before?.split('~') ?? []
    const rows = await tx.rows<{ id: string; at: string; seq: number; type: string }>`
      select l.district, l.id, l.seq, l.at, l.type, l.person, l.outcome, l.unit_code as "unitCode", l.purpose, l.leaf, l.signed
      from people.looks_at_me(${at}::timestamptz, ${seq === undefined ? null : Number(seq)}::bigint, 51) l`
    const shown = rows.slice(0, 50)
    const last = shown.at(-1)
    return {
      items: shown.map(({ seq: _, ...row }) => ({ ...row, title: titleOf(row.type) })),
      next: rows.length > 50 ? `${last!.at}~${last!.seq}` : null,
    }
  },
})

/** What I did and tried, newest first. Cost: one range per office of the newest acts of one person. */
export const actsByMe = query({
  path: 'access/by-me',
  title: { zh: '我办理的', en: 'Done by me' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ before: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })) }),
  result: Type.Object({ items: Items, next: Nullable(Type.String()) }),
  async run({ tx, actor }, { before }) {
    const rows = await tx.rows<{ seq: number; type: string }>`
      select a.seq, a.id as "actId", a.district, a.type, a.at, a.outcome, a.message, l.idx as leaf
      from kernel.district d cross join lateral (
          select x.seq, x.id, x.district, x.type, x.at, x.outcome, x.answer -> 'refusal' -> 'message' as message from kernel.act x
          where x.district = d.id and x.person_id = ${actor.personId}::uuid and (${before ?? null}::bigint is null or x.seq < ${before ?? null}::bigint)
          order by x.seq desc limit 51) a
        left join evidence.leaf l on l.district = a.district and l.act_id = a.id
      order by a.seq desc limit 51`
    const shown = rows.slice(0, 50)
    return {
      items: shown.map(({ seq: _, ...row }) => ({ ...row, title: titleOf(row.type) })),
      next: rows.length > 50 ? String(shown.at(-1)!.seq) : null,
    }
  },
})
