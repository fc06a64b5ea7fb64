import { Type } from 'typebox'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import { officeDate } from '../../values/calendar.ts'
import { checkFix, closeFinding, giveNotice, makePlan, reassignFinding, reportFix } from './acts.ts'
import { checkEffect } from './effect.ts'
import { askExtension, decideExtension } from './extension.ts'
import { appealNaming, decideAppeal, decideNaming, type Naming } from './naming.ts'
import { findingReaders, readsFindings } from './rules.ts'
import { findingSubject } from './subject.ts'

const Items = Type.Array(Type.Unknown())
const Next = Type.Union([Type.String(), Type.Null()])
const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const pageSize = 50

/** 问题台账: findings, the newest first; whoever does not read all of them sees those they answer for or that are about them. */
export const findings = query({
  path: 'findings',
  title: { zh: '问题台账', en: 'Findings' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({
    show: Type.Optional(
      Type.Union([Type.Literal('open'), Type.Literal('late'), Type.Literal('closed'), Type.Literal('all')]),
    ),
    mine: Type.Optional(Type.Literal('1')),
    before: Type.Optional(Id),
  }),
  result: Type.Object({ items: Items, next: Next, counts: Type.Unknown(), all: Type.Boolean() }),
  async run({ tx, actor, district }, { show = 'open', mine, before }) {
    const all = readsFindings(actor.duties) && mine === undefined
    const me = actor.personId
    const rows = await tx.rows<{ id: string }>`
      select f.id, f.district, f.kind, f.clause, f.severity, f.subject, s.name as "subjectName", jsonb_build_object('zh', f.summary_zh, 'en', f.summary_en) as summary,
        f.state, f.opened_at as "openedAt", f.due_on::text as "dueOn", f.state in ('noticed', 'planned') and f.due_on < kernel.day_of(kernel.now()) as late, o.name as responsible,
        f.owner_id = ${me}::uuid as mine, array(select card from supervision.card c where c.district = f.district and c.finding_id = f.id order by c.at) as cards
      from kernel.finding f left join kernel.person o on o.id = f.owner_id left join kernel.person s on f.subject = 'person:' || s.id::text
      where (${district} = 'city' or f.district = ${district})
        and (${all} or f.owner_id = ${me}::uuid or f.subject = 'person:' || ${me}::text)
        and (${show} = 'all' or (${show} = 'closed' and f.state = 'closed') or (${show} <> 'closed' and f.state <> 'closed'))
        and (${show} <> 'late' or (f.state in ('noticed', 'planned') and f.due_on < kernel.day_of(kernel.now())))
        and (${before ?? null}::uuid is null or f.id < ${before ?? null}::uuid)
      order by f.id desc limit ${pageSize + 1}`
    const counts = await tx.rows<{ state: string; n: number; late: number }>`
      select f.state, count(*)::int as n, count(*) filter (where f.state in ('noticed', 'planned') and f.due_on < kernel.day_of(kernel.now()))::int as late
      from kernel.finding f where (${district} = 'city' or f.district = ${district}) and f.state <> 'closed'
        and (${all} or f.owner_id = ${me}::uuid or f.subject = 'person:' || ${me}::text) group by f.state`
    const items = rows.slice(0, pageSize)
    return {
      items,
      next: rows.length > pageSize ? items.at(-1)!.id : null,
      counts,
      all: readsFindings(actor.duties),
    }
  },
})

interface Detail {
  district: string
  id: string
  subject: string
  openedBy: string
  ownerId: string | null
  kind: string
}

/** One finding from its opening to its end, with what may be done now. */
export const finding = query({
  path: 'findings/:id',
  title: { zh: '问题', en: 'A finding' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ id: Id }),
  result: Type.Object({}, { additionalProperties: true }),
  async run({ tx, actor, at }, { id }) {
    const row = await tx.maybe<Detail>`
      select f.district, f.id, f.kind, f.clause, f.severity, f.subject, s.name as "subjectName", jsonb_build_object('zh', f.summary_zh, 'en', f.summary_en) as summary, f.state,
        f.opened_at as "openedAt", f.opened_by as "openedBy", p.name as "openedByName", f.due_on::text as "dueOn", f.owner_id as "ownerId", o.name as responsible,
        f.act_id as "actId", f.state in ('noticed', 'planned') and f.due_on < kernel.day_of(kernel.now()) as late
      from kernel.finding f left join kernel.person o on o.id = f.owner_id left join kernel.person s on f.subject = 'person:' || s.id::text
        left join kernel.person p on f.opened_by = 'person:' || p.id::text
      where f.id = ${id}::uuid`
    const me = `person:${actor.personId}`
    const mine = row && (row.ownerId === actor.personId || row.subject === me || row.openedBy === me)
    if (!row || !(mine || readsFindings(actor.duties))) return refuseKernel('not_found')
    const { district } = row
    const steps = await tx.rows`
      select s.no, s.state, s.note, s.at, s.act_id as "actId", p.name as person from kernel.finding_step s left join kernel.person p on p.id = s.person_id
      where s.district = ${district} and s.finding_id = ${id}::uuid order by s.no`
    const notice = await tx.maybe`
      select n.year, n.no, n.requirement, n.plan_due::text as "planDue", n.at, n.act_id as "actId", p.name as "by" from supervision.notice n join kernel.person p on p.id = n.person_id
      where n.district = ${district} and n.finding_id = ${id}::uuid`
    const plans = await tx.rows`
      select no, measures, deadline::text, at, act_id as "actId" from supervision.plan where district = ${district} and finding_id = ${id}::uuid order by no`
    const fixes = await tx.rows`
      select x.no, x.done, x.files, x.at, x.act_id as "actId", c.good, c.word, c.at as "checkedAt", c.act_id as "checkActId", p.name as "checkedBy"
      from supervision.fix x left join supervision.fix_check c on c.district = x.district and c.finding_id = x.finding_id and c.no = x.no
        left join kernel.person p on p.id = c.person_id
      where x.district = ${district} and x.finding_id = ${id}::uuid order by x.no`
    const extensions = await tx.rows<{
      id: string
      until: string
      askedBy: string
      approved: boolean | null
    }>`
      select e.id, e.until::text, e.reason, e.at, e.act_id as "actId", e.person_id as "askedBy", p.name as asker, d.approved, d.word, q.name as "decidedBy", d.act_id as "decidedActId"
      from supervision.extension e join kernel.person p on p.id = e.person_id
        left join supervision.extension_decision d on d.district = e.district and d.extension_id = e.id left join kernel.person q on q.id = d.person_id
      where e.district = ${district} and e.finding_id = ${id}::uuid order by e.id`
    const cards = await tx.rows`
      select card, reason, due_on::text as "dueOn", at, act_id as "actId" from supervision.card where district = ${district} and finding_id = ${id}::uuid order by at, card desc`
    const effect = await tx.maybe`
      select e.holds, e.word, e.at, e.act_id as "actId", p.name as "by" from supervision.effect e join kernel.person p on p.id = e.person_id
      where e.district = ${district} and e.finding_id = ${id}::uuid`
    const again = await tx.rows`
      select g.id, g.state, g.opened_at as "openedAt", jsonb_build_object('zh', g.summary_zh, 'en', g.summary_en) as summary from kernel.finding g
      where g.district = ${district} and g.kind = ${row.kind} and g.subject = ${row.subject} and g.id <> ${id}::uuid order by g.id desc limit 20`
    const decided = await tx.rows`
      select d.meeting_id as "meetingId", m.year, m.no, d.what, p.name as owner, d.due_on::text as "dueOn" from supervision.meeting_decision d
        join supervision.meeting_confirmation c on c.district = d.district and c.meeting_id = d.meeting_id and c.minutes_no = d.minutes_no and c.good
        join supervision.meeting m on m.district = d.district and m.id = d.meeting_id join kernel.person p on p.id = d.owner_id
      where d.district = ${district} and d.finding_id = ${id}::uuid order by m.held_on, d.no`
    const colleagues = await tx.rows`
      select p.id, p.name from kernel.person p where p.district = ${district} and (p.active_to is null or p.active_to > kernel.now()) order by p.name, p.id limit 1000`
    const subject = await findingSubject.load(tx, id, false)
    const offered = [
      giveNotice,
      reassignFinding,
      makePlan,
      reportFix,
      checkFix,
      closeFinding,
      askExtension,
      checkEffect,
    ]
    return {
      ...row,
      steps,
      notice,
      plans,
      fixes,
      cards,
      effect,
      again,
      decided,
      colleagues: readsFindings(actor.duties) ? colleagues : [],
      extensions: extensions.map((one) => ({
        ...one,
        availability:
          subject && one.approved === null
            ? availability(
                [decideExtension],
                {
                  district,
                  id: one.id,
                  findingId: id,
                  state: subject.state,
                  until: one.until,
                  dueOn: subject.dueOn ?? '',
                  askedBy: one.askedBy,
                  decided: false,
                },
                actor,
                at,
              )
            : {},
      })),
      availability: subject ? availability(offered, subject, actor, at) : {},
    }
  },
})

/** 屡查屡犯: how often the same came again within a year, by person, by office and by rule. */
export const recurrence = query({
  path: 'findings/recurrence',
  title: { zh: '重复发生', en: 'What came again' },
  access: 'signed_in',
  duties: findingReaders,
  params: Type.Object({
    by: Type.Optional(Type.Union([Type.Literal('person'), Type.Literal('office'), Type.Literal('rule')])),
  }),
  result: Type.Object({ items: Items }),
  async run({ tx, district }, { by = 'person' }) {
    const items = await tx.rows`
      select case ${by} when 'person' then coalesce(w.id::text, f.subject) when 'office' then f.district else f.kind end as "of",
        case when ${by} = 'person' then f.district end as district, max(w.name) as name, count(*)::int as found, count(*) filter (where f.state <> 'closed')::int as open,
        count(distinct f.kind)::int as kinds, max(f.opened_at) as last,
        count(*) filter (where exists (select from supervision.card c where c.district = f.district and c.finding_id = f.id and c.card = 'red'))::int as red,
        count(*) filter (where exists (select from kernel.finding g where g.district = f.district and g.kind = f.kind and g.subject = f.subject and g.id < f.id
          and g.opened_at > f.opened_at - interval '1 year'))::int as again,
        (array_agg(f.id order by f.id desc))[1:50] as findings,
        (array_agg(f.id order by f.id desc) filter (where exists (select from supervision.card c where c.district = f.district and c.finding_id = f.id and c.card = 'red')
          or exists (select from kernel.finding g where g.district = f.district and g.kind = f.kind and g.subject = f.subject and g.id <> f.id
            and g.opened_at > kernel.now() - interval '1 year')))[1:50] as bearing
      from kernel.finding f
        left join kernel.person w on w.id = coalesce(f.owner_id, case when f.subject like 'person:%' then substring(f.subject from 8)::uuid end)
      where (${district} = 'city' or f.district = ${district}) and f.opened_at > kernel.now() - interval '1 year' and (${by} <> 'person' or w.id is not null)
      group by 1, 2 having count(*) > 1 order by again desc, found desc, 1 limit 200`
    return { items }
  },
})

interface NamingRow extends Naming {
  decidedWord: string | null
}

/** 通报名单: who is on it, who was proposed, and what became of appeals; a naming that did not stand stays in the record. */
export const namings = query({
  path: 'namings',
  title: { zh: '通报名单', en: 'Naming list' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({}),
  result: Type.Object({ items: Items, all: Type.Boolean() }),
  async run({ tx, actor, district, at }) {
    const all = readsFindings(actor.duties)
    const rows = await tx.rows<NamingRow>`
      select n.district, n.id, n.subject, s.name as "subjectName", n.findings, n.reason, n.at, n.act_id as "actId", n.person_id as "proposedBy", p.name as proposer,
        d.person_id as "decidedBy", q.name as decider, d.approved, d.word as "decidedWord", d.at as "decidedAt", d.act_id as "decidedActId",
        a.person_id as "appealedBy", a.grounds, a.at as "appealedAt", a.act_id as "appealActId", e.stands, e.word as "appealWord", r.name as "appealDecider", e.act_id as "appealDecidedActId"
      from supervision.naming n join kernel.person p on p.id = n.person_id left join kernel.person s on n.subject = 'person:' || s.id::text
        left join supervision.naming_decision d on d.district = n.district and d.naming_id = n.id left join kernel.person q on q.id = d.person_id
        left join supervision.appeal a on a.district = n.district and a.naming_id = n.id
        left join supervision.appeal_decision e on e.district = n.district and e.naming_id = n.id left join kernel.person r on r.id = e.person_id
      where (${district} = 'city' or n.district = ${district})
        and (${all} or n.subject = 'person:' || ${actor.personId}::text or (d.approved and e.stands is distinct from false))
      order by n.id desc limit 200`
    return {
      all,
      items: rows.map((one) => ({
        ...one,
        today: officeDate(at).toString(),
        availability: availability([decideNaming, appealNaming, decideAppeal], one, actor, at),
      })),
    }
  },
})
