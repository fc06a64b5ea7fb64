import { obligation } from '../../kernel/obligation.ts'
import type { Text } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { officeZone } from '../../values/calendar.ts'
import { meetingLeads, usualMeetingDays } from './rules.ts'

const instant = (text: string) => Temporal.Instant.from(text)
const startOf = (day: string) => Temporal.PlainDate.from(day).toZonedDateTime(officeZone).toInstant()
const officeText = (tx: Tx, district: string) => tx.one<Text>`
  select name_zh as zh, name_en as en from kernel.district where id = ${district}`

/** 定期研判: by each office once a quarter, or as often as it set; done when the minutes of a meeting a leader attended are confirmed. */
export const meetingObligation = obligation({
  kind: 'meeting.review',
  clause: '1.1',
  title: { zh: '召开风险防控研判会', en: 'Hold a review meeting' },
  every: { days: usualMeetingDays },
  due: 'end',
  graceDays: 5,
  remindDays: 14,
  leastShare: 0,
  substitutes: false,
  owedBy: meetingLeads,
  overdue: {
    kind: 'review_meeting_overdue',
    severity: 'high',
    subject: (id) => `office:${id}`,
    say: (name, { from }) => ({
      zh: `${name.zh}自 ${from} 起未召开研判会，已超过期限`,
      en: `${name.en} has held no review meeting since ${from}`,
    }),
  },
  escalateDays: 10,
  inDemo: true,
  exemptible: false,
  async subjects(tx, district) {
    // An office owes it from the day on which the duty was first met there; one in which nobody works owes nothing.
    const staffed = await tx.maybe`
      select 1 from kernel.person p where p.district = ${district} and (p.active_to is null or p.active_to > kernel.now()) limit 1`
    if (!staffed) return []
    const { since } = await tx.one<{ since: string }>`
      select coalesce((select s.since from supervision.duty_start s where s.district = ${district} and s.kind = 'meeting.review'), kernel.day_of(kernel.now()))::text as since`
    const paces = await tx.rows<{ days: number; at: string }>`
      select days::int, at from supervision.meeting_pace where district = ${district} order by at, id`
    return [
      {
        id: district,
        name: await officeText(tx, district),
        spans: [{ from: startOf(since), to: null }],
        paces: [
          { days: usualMeetingDays, since: null },
          ...paces.map(({ days, at }) => ({ days, since: instant(at) })),
        ],
      },
    ]
  },
  done: async (tx, district) =>
    (
      await tx.rows<{ id: string; at: string }>`
        select act_id as id, at from supervision.meeting_confirmation where district = ${district} and good and supervision.meeting_led(district, meeting_id)`
    ).map((one) => ({ id: one.id, at: instant(one.at), of: district, district })),
  async namesOf(tx, ids) {
    const rows = await tx.rows<Text & { id: string }>`
      select id, name_zh as zh, name_en as en from kernel.district where id = any (${ids}::text[])`
    return new Map(rows.map(({ id, zh, en }) => [id, { zh, en }]))
  },
})

interface Owned {
  id: string
  owner: string
  name: string
  what: string
  at: string
  due_on: string
}
const decisionName = ({ name, what }: Pick<Owned, 'name' | 'what'>): Text => ({
  zh: `${name}：${what.slice(0, 60)}`,
  en: `${name}: ${what.slice(0, 60)}`,
})

/** 议定事项: by its owner, once, by the day the meeting set; done when somebody else has closed it. */
export const decisionObligation = obligation({
  kind: 'meeting.decision',
  clause: '1.1',
  title: { zh: '落实研判会议定事项', en: 'Carry out what a meeting decided' },
  every: { days: 30, once: true },
  due: 'end',
  graceDays: 0,
  remindDays: 7,
  leastShare: 0,
  substitutes: false,
  overdue: {
    kind: 'decision_overdue',
    severity: 'medium',
    subject: (id) => `person:${id.split(':')[0]}`,
    say: (name, { to }) => ({
      zh: `研判会议定事项逾期未销项（期限 ${to.subtract({ days: 1 })}）：${name.zh}`,
      en: `A decision of a review meeting was due on ${to.subtract({ days: 1 })} and is not closed: ${name.en}`,
    }),
  },
  escalateDays: 20,
  inDemo: true,
  exemptible: false,
  async subjects(tx, district) {
    const rows = await tx.rows<Owned>`
      select d.owner_id || ':' || d.meeting_id || ':' || d.minutes_no || ':' || d.no as id, d.owner_id as owner, p.name, d.what, d.at, d.due_on::text
      from supervision.meeting_decision d
        join supervision.meeting_confirmation c on c.district = d.district and c.meeting_id = d.meeting_id and c.minutes_no = d.minutes_no and c.good
        join kernel.person p on p.id = d.owner_id
      where d.district = ${district} order by d.meeting_id, d.no`
    return rows.map((one) => {
      const from = instant(one.at)
      const begun = from.toZonedDateTimeISO(officeZone).toPlainDate()
      return {
        id: one.id,
        name: decisionName(one),
        person: one.owner,
        spans: [{ from, to: null }],
        paces: [{ days: begun.until(Temporal.PlainDate.from(one.due_on)).total('days') + 1, since: null }],
      }
    })
  },
  done: async (tx, district) =>
    (
      await tx.rows<{ id: string; at: string; of: string }>`
        select act_id as id, at, reported_by || ':' || meeting_id || ':' || minutes_no || ':' || decision_no as of
        from supervision.decision_check where district = ${district} and good`
    ).map((one) => ({ ...one, at: instant(one.at), district })),
  async namesOf(tx, ids) {
    const rows = await tx.rows<Owned>`
      select s as id, p.name, d.what from unnest(${ids}::text[]) s
        join supervision.meeting_decision d on d.meeting_id = split_part(s, ':', 2)::uuid and d.minutes_no = split_part(s, ':', 3)::smallint and d.no = split_part(s, ':', 4)::smallint
        join kernel.person p on p.id = d.owner_id`
    return new Map(rows.map((one) => [one.id, decisionName(one)]))
  },
})
