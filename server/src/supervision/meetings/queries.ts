import { Type } from 'typebox'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import {
  attend,
  checkDecision,
  confirmMinutes,
  convene,
  reportDecision,
  setPace,
  writeMinutes,
} from './acts.ts'
import { postRisks } from './risk.ts'
import { type Decision, meetingReaders, usualMeetingDays } from './rules.ts'
import { meetingSubject } from './subject.ts'

const Items = Type.Array(Type.Unknown())
const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const Office = Type.String({ maxLength: 20 })

const readsAll = (duties: readonly string[]): boolean => meetingReaders.some((one) => duties.includes(one))

/** 研判会: meetings of the office, how often it meets, and what of their decisions is open. */
export const meetings = query({
  path: 'meetings',
  title: { zh: '研判会', en: 'Review meetings' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ office: Type.Optional(Office) }),
  result: Type.Object({ items: Items, open: Items, days: Type.Integer(), availability: Type.Unknown() }),
  async run({ tx, actor, district, at }, { office = district }) {
    const items = await tx.rows`
      select m.id, m.district, m.year, m.no, m.held_on::text as "heldOn", m.place, m.topic, m.open_findings as "openFindings", p.name as convener, m.act_id as "actId",
        (select count(*)::int from supervision.meeting_attendance a where a.district = m.district and a.meeting_id = m.id) as attended,
        (select c.good from supervision.meeting_confirmation c where c.district = m.district and c.meeting_id = m.id order by c.minutes_no desc limit 1) as confirmed,
        exists (select from supervision.meeting_minutes w where w.district = m.district and w.meeting_id = m.id) as written
      from supervision.meeting m join kernel.person p on p.id = m.person_id where m.district = ${office} order by m.held_on desc, m.no desc limit 200`
    const all = readsAll(actor.duties)
    const open = await tx.rows`
      select d.meeting_id as "meetingId", d.minutes_no as "minutesNo", d.no, d.what, p.name as owner, d.due_on::text as "dueOn", d.due_on < kernel.day_of(kernel.now()) as late,
        m.year, m.no as "meetingNo"
      from supervision.meeting_decision d join supervision.meeting m on m.district = d.district and m.id = d.meeting_id
        join supervision.meeting_confirmation c on c.district = d.district and c.meeting_id = d.meeting_id and c.minutes_no = d.minutes_no and c.good
        join kernel.person p on p.id = d.owner_id
      where d.district = ${office} and (${all} or d.owner_id = ${actor.personId}::uuid)
        and not exists (select from supervision.decision_check k where k.district = d.district and k.meeting_id = d.meeting_id and k.minutes_no = d.minutes_no and k.decision_no = d.no and k.good)
      order by d.due_on, d.meeting_id, d.no limit 500`
    const pace = await tx.maybe<{ days: number }>`
      select days::int from supervision.meeting_pace where district = ${office} order by at desc, id desc limit 1`
    return {
      items,
      open,
      days: pace?.days ?? usualMeetingDays,
      availability: availability([convene, setPace], null, actor, at),
    }
  },
})

interface DecisionRow extends Decision {
  what: string
  ownerName: string
  dueOn: string
}
const decisionsOf = (tx: Tx, district: string, meeting: string) => tx.rows<DecisionRow>`
  select d.district, d.meeting_id as "meetingId", d.minutes_no as "minutesNo", d.no, d.what, d.owner_id as owner, p.name as "ownerName", d.due_on::text as "dueOn",
    d.due_on < kernel.day_of(kernel.now()) as late, d.finding_id as "findingId", f.summary_zh as "findingZh", f.summary_en as "findingEn",
    coalesce(c.good, false) as confirmed, coalesce(r.no, 0)::int as reports, r.done, r.files, r.at as "reportedAt", r.act_id as "reportActId",
    k.good, k.word, q.name as "checkedBy", k.at as "checkedAt", k.act_id as "checkActId"
  from supervision.meeting_decision d join kernel.person p on p.id = d.owner_id
    left join kernel.finding f on f.district = d.district and f.id = d.finding_id
    left join supervision.meeting_confirmation c on c.district = d.district and c.meeting_id = d.meeting_id and c.minutes_no = d.minutes_no
    left join lateral (select * from supervision.decision_report x where x.district = d.district and x.meeting_id = d.meeting_id and x.minutes_no = d.minutes_no
      and x.decision_no = d.no order by x.no desc limit 1) r on true
    left join supervision.decision_check k on k.district = d.district and k.meeting_id = d.meeting_id and k.minutes_no = d.minutes_no and k.decision_no = d.no and k.no = r.no
    left join kernel.person q on q.id = k.person_id
  where d.district = ${district} and d.meeting_id = ${meeting}::uuid order by d.minutes_no, d.no`

/** Everything of one meeting that its page and its paper tell. */
export async function meetingDetail(tx: Tx, id: string) {
  const head = await tx.maybe<{
    district: string
    year: number
    no: number
    heldOn: string
    place: string
    topic: string
    openFindings: number
    convener: string
    actId: string
  }>`
    select m.district, m.year, m.no, m.held_on::text as "heldOn", m.place, m.topic, m.open_findings as "openFindings", p.name as convener, m.at, m.act_id as "actId"
    from supervision.meeting m join kernel.person p on p.id = m.person_id where m.id = ${id}::uuid`
  if (!head) return null
  const { district } = head
  const agenda = await tx.rows<{ no: number; findingId: string; zh: string; en: string; late: boolean }>`
    select i.no, i.finding_id as "findingId", i.state as then, i.late, f.summary_zh as zh, f.summary_en as en, f.clause, f.severity, f.state, o.name as responsible
    from supervision.meeting_item i join kernel.finding f on f.district = i.district and f.id = i.finding_id left join kernel.person o on o.id = f.owner_id
    where i.district = ${district} and i.meeting_id = ${id}::uuid order by i.no`
  const attendance = await tx.rows<{ personId: string; name: string; at: string }>`
    select a.person_id as "personId", p.name, a.at, a.act_id as "actId" from supervision.meeting_attendance a join kernel.person p on p.id = a.person_id
    where a.district = ${district} and a.meeting_id = ${id}::uuid order by a.at, p.name`
  const minutes = await tx.rows<{
    no: number
    body: string
    writer: string
    at: string
    good: boolean | null
    confirmer: string | null
    confirmedAt: string | null
  }>`
    select w.no, w.body, p.name as writer, w.at, w.act_id as "actId", c.good, c.word, q.name as confirmer, c.at as "confirmedAt", c.act_id as "confirmActId"
    from supervision.meeting_minutes w join kernel.person p on p.id = w.person_id
      left join supervision.meeting_confirmation c on c.district = w.district and c.meeting_id = w.meeting_id and c.minutes_no = w.no left join kernel.person q on q.id = c.person_id
    where w.district = ${district} and w.meeting_id = ${id}::uuid order by w.no`
  return { ...head, id, agenda, attendance, minutes, decisions: await decisionsOf(tx, district, id) }
}

/** One meeting: agenda, attendance, minutes and decisions, for who supervises, who was there, and who owns a decision. */
export const meeting = query({
  path: 'meetings/:id',
  title: { zh: '研判会', en: 'A review meeting' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ id: Id }),
  result: Type.Object({}, { additionalProperties: true }),
  async run({ tx, actor, at }, { id }) {
    const subject = await meetingSubject.load(tx, id, false)
    const found = subject && (await meetingDetail(tx, id))
    if (!found) return refuseKernel('not_found')
    const me = actor.personId
    const there = found.attendance.some((one) => one.personId === me)
    const own = found.decisions.filter((one) => one.owner === me && one.confirmed)
    const sees = readsAll(actor.duties) || there
    const shown = sees ? found.decisions : own
    const colleagues =
      there && subject.confirmed !== true
        ? await tx.rows`
            select p.id, p.name from kernel.person p where p.district = ${found.district} and (p.active_to is null or p.active_to > kernel.now()) order by p.name, p.id limit 1000`
        : []
    return {
      ...found,
      ...(sees ? {} : { agenda: [], minutes: [] }),
      sees,
      today: subject.today,
      led: subject.led,
      colleagues,
      decisions: shown.map((one) => ({
        ...one,
        availability: availability([reportDecision, checkDecision], one, actor, at),
      })),
      availability: availability([attend, writeMinutes, confirmMinutes], subject, actor, at),
    }
  },
})

/** 责任清单: who stands at each level of an office, and every post with its duties, grade and measures beside what a year says of it. */
export const responsibility = query({
  path: 'responsibility',
  title: { zh: '责任与风险清单', en: 'Responsibility and risk' },
  access: 'signed_in',
  duties: meetingReaders,
  params: Type.Object({ office: Type.Optional(Office) }),
  result: Type.Object({ posts: Items, lastMeeting: Type.Unknown() }),
  async run({ tx, district }, { office = district }) {
    const lastMeeting = await tx.maybe`
      select m.id, m.year, m.no, m.held_on::text as "heldOn",
        (select count(*)::int from supervision.meeting_decision d join supervision.meeting_confirmation c on c.district = d.district and c.meeting_id = d.meeting_id and c.minutes_no = d.minutes_no and c.good
          where d.district = m.district and not exists (select from supervision.decision_check k where k.district = d.district and k.meeting_id = d.meeting_id and k.minutes_no = d.minutes_no
            and k.decision_no = d.no and k.good)) as open
      from supervision.meeting m where m.district = ${office} and exists (select from supervision.meeting_confirmation c where c.district = m.district and c.meeting_id = m.id and c.good)
      order by m.held_on desc, m.no desc limit 1`
    return { posts: await postRisks(tx, office), lastMeeting }
  },
})
