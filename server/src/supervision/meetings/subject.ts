import type { Subject } from '../../kernel/act.ts'
import type { Decision, Meeting } from './rules.ts'

/** A meeting with what its steps look at; who only looks may be of the bureau. */
export const meetingSubject: Subject<Meeting> = {
  kind: 'meeting',
  async load(tx, id, lock) {
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`meeting ${id}`}, 0))`
    return tx.maybe<Meeting>`
      select m.district, m.id, m.held_on::text as "heldOn", kernel.day_of(kernel.now())::text as today,
        array(select a.person_id::text from supervision.meeting_attendance a where a.district = m.district and a.meeting_id = m.id) as attendees,
        coalesce(w.no, 0) as "minutesNo", w.person_id as "writtenBy", c.good as confirmed,
        supervision.meeting_led(m.district, m.id) as led
      from supervision.meeting m
        left join lateral (select * from supervision.meeting_minutes x where x.district = m.district and x.meeting_id = m.id order by x.no desc limit 1) w on true
        left join supervision.meeting_confirmation c on c.district = m.district and c.meeting_id = m.id and c.minutes_no = w.no
      where m.id = ${id}::uuid and (m.district = kernel.act_district() or (${!lock} and kernel.may_read_all()))`
  },
}

/** Meeting, minutes and number of a decision, in one word. */
export const decisionKey = (one: Pick<Decision, 'meetingId' | 'minutesNo' | 'no'>): string =>
  `${one.meetingId}:${one.minutesNo}:${one.no}`

export const decisionSubject: Subject<Decision> = {
  kind: 'decision',
  async load(tx, key, lock) {
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`decision ${key}`}, 0))`
    const [id = '', minutesNo = '0', no = '0'] = key.split(':')
    return tx.maybe<Decision>`
      select d.district, d.meeting_id as "meetingId", d.minutes_no as "minutesNo", d.no, d.owner_id as owner, coalesce(c.good, false) as confirmed,
        coalesce(r.no, 0) as reports, k.good
      from supervision.meeting_decision d
        left join supervision.meeting_confirmation c on c.district = d.district and c.meeting_id = d.meeting_id and c.minutes_no = d.minutes_no
        left join lateral (select max(x.no) as no from supervision.decision_report x
          where x.district = d.district and x.meeting_id = d.meeting_id and x.minutes_no = d.minutes_no and x.decision_no = d.no) r on true
        left join supervision.decision_check k on k.district = d.district and k.meeting_id = d.meeting_id and k.minutes_no = d.minutes_no and k.decision_no = d.no and k.no = r.no
      where d.meeting_id = ${id}::uuid and d.minutes_no = ${Number(minutesNo)} and d.no = ${Number(no)}
        and (d.district = kernel.act_district() or (${!lock} and kernel.may_read_all()))`
  },
}
