import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { keepImages, type Tx, type Written } from '../../platform/db/tx.ts'
import { officeDate, type WorkingCalendar } from '../../values/calendar.ts'
import { dayField, words } from '../rectification/acts.ts'
import { atField, deadlineProblem } from '../rectification/subject.ts'
import {
  attendRefusal,
  checkRefusal,
  confirmRefusal,
  meetingLeads,
  minutesRefusal,
  refuseMeetings,
  reportRefusal,
} from './rules.ts'
import { decisionKey, decisionSubject, meetingSubject } from './subject.ts'
import {
  attendanceTable,
  checkTable,
  confirmationTable,
  decisionTable,
  minutesTable,
  paceTable,
  reportTable,
} from './tables.ts'

const office = Type.String({ title: '登记机构|Office', maxLength: 20 })
const ofMeeting = { district: office, meetingId: Type.String({ title: '会议|Meeting', format: 'uuid' }) }
const number = (title: string) => Type.Integer({ title, minimum: 1, maximum: 1000 })
const ofDecision = { ...ofMeeting, minutesNo: number('纪要|Minutes'), no: number('事项|Decision') }
const common = {
  clauses: ['1.1'],
  citywide: true,
  districtOf: (input: { district: string }) => input.district,
} as const
const aboutMeeting = {
  ...common,
  subject: meetingSubject,
  subjectId: (input: { meetingId: string }) => input.meetingId,
  result: Type.Object({ meetingId: Type.String() }),
} as const

/** 研判会周期: how often the office meets, once a quarter or more often. */
export const setPace = act({
  ...common,
  type: 'meeting.setPace',
  title: { zh: '设置研判会周期', en: 'Set how often the office meets' },
  duties: ['district_lead'],
  input: Type.Object(
    {
      district: office,
      days: Type.Integer({ title: '周期（天）|Days between meetings', minimum: 7, maximum: 92 }),
      reason: words('理由|Reason', 500),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ days: Type.Integer() }),
  created: () => ({ kind: 'meetings', id: 'pace' }),
  async handle({ tx, district }, { days, reason }) {
    await tx.put(paceTable, { district, days, reason: reason.trim() })
    return { days }
  },
})

/** 召集研判会: the agenda is made of the findings that are open, by the database; nobody chooses what is spoken of. */
export const convene = act({
  ...common,
  type: 'meeting.convene',
  title: { zh: '召集研判会', en: 'Call a review meeting' },
  duties: meetingLeads,
  input: Type.Object(
    {
      district: office,
      heldOn: dayField('会议日期|Day'),
      place: words('地点|Place', 100),
      topic: words('议题|Topic', 200),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ meetingId: Type.String(), no: Type.Integer(), items: Type.Integer() }),
  created: (result) => ({ kind: 'meeting', id: result.meetingId }),
  async handle({ tx, at, deps }, { heldOn, place, topic }) {
    const problem = dayProblem(heldOn, at, deps.calendar)
    if (problem) return problem
    const { made } = await tx.one<{ made: { id: string; no: number; images: Written[] } }>`
      select supervision.convene(${heldOn}::date, ${place.trim()}, ${topic.trim()}) as made`
    keepImages(tx, made.images)
    return { meetingId: made.id, no: made.no, items: made.images.length - 1 }
  },
  constraints: { meeting_not_backdated: () => refuseMeetings('meeting_day') },
})

function dayProblem(text: string, at: Temporal.Instant, calendar: WorkingCalendar): Refusal | null {
  const today = officeDate(at)
  try {
    const day = Temporal.PlainDate.from(text, { overflow: 'reject' })
    const ahead = today.until(day).total('days')
    if (ahead >= 0 && ahead <= 60 && calendar.isWorkingDay(day) === true) return null
  } catch {
    // No day at all is refused as one on which no meeting can be.
  }
  return atField('heldOn', refuseMeetings('meeting_day'))
}

/** 签到: each for themselves, on the day. */
export const attend = act({
  ...aboutMeeting,
  type: 'meeting.attend',
  title: { zh: '会议签到', en: 'Sign in at a meeting' },
  duties: [],
  input: Type.Object(ofMeeting, { additionalProperties: false }),
  guards: [(meeting, { actor }) => attendRefusal(meeting, actor.personId)],
  async handle({ tx }, _, { district, id }) {
    await tx.put(attendanceTable, { district, meeting_id: id })
    return { meetingId: id }
  },
  constraints: {
    attended_once: () => refuseMeetings('attended_already'),
    attended_on_the_day: () => refuseMeetings('not_meeting_day'),
  },
})

/** 撰写纪要: by somebody who was there, with what was decided: each with an owner and a day. */
export const writeMinutes = act({
  ...aboutMeeting,
  type: 'meeting.minutes',
  title: { zh: '撰写会议纪要', en: 'Write the minutes' },
  duties: [],
  input: Type.Object(
    {
      ...ofMeeting,
      body: words('纪要|Minutes', 20_000),
      decisions: Type.Array(
        Type.Object(
          {
            what: words('议定事项|Decision', 1000),
            ownerId: Type.String({ title: '责任人|Owner', format: 'uuid' }),
            dueOn: dayField('完成期限|Due'),
            findingId: Type.Optional(Type.String({ title: '关联问题|Finding', format: 'uuid' })),
          },
          { additionalProperties: false },
        ),
        { title: '议定事项|Decisions', maxItems: 50 },
      ),
    },
    { additionalProperties: false },
  ),
  guards: [(meeting, { actor }) => minutesRefusal(meeting, actor.personId)],
  async handle({ tx, at, deps }, { body, decisions }, { district, id, minutesNo }) {
    for (const [i, one] of decisions.entries()) {
      const problem = deadlineProblem(`decisions.${i}.dueOn`, one.dueOn, at, deps.calendar)
      if (problem) return problem
    }
    const unknown = await unknownOwner(tx, district, decisions)
    if (unknown >= 0) return atField(`decisions.${unknown}.ownerId`, refuseMeetings('decision_owner_unknown'))
    const strange = await strangeFinding(tx, district, id, decisions)
    if (strange >= 0) return atField(`decisions.${strange}.findingId`, refuseMeetings('decision_finding'))
    const no = minutesNo + 1
    await tx.put(minutesTable, { district, meeting_id: id, no, body: body.trim() })
    for (const [i, { what, ownerId, dueOn, findingId }] of decisions.entries())
      await tx.put(decisionTable, {
        district,
        meeting_id: id,
        minutes_no: no,
        no: i + 1,
        what: what.trim(),
        owner_id: ownerId,
        due_on: dueOn,
        ...(findingId === undefined ? {} : { finding_id: findingId }),
      })
    return { meetingId: id }
  },
  constraints: {
    minutes_by_attender: () => refuseMeetings('not_attended'),
    minutes_follow: () => refuseMeetings('minutes_wait'),
    minutes_once: () => refuseMeetings('minutes_wait'),
    decision_due_later: () => refuseMeetings('meeting_day'),
    decision_of_minutes: () => refuseMeetings('minutes_wait'),
    decision_owner_here: () => refuseMeetings('decision_owner_unknown'),
    decision_of_agenda: () => refuseMeetings('decision_finding'),
  },
})

async function unknownOwner(tx: Tx, district: string, all: readonly { ownerId: string }[]): Promise<number> {
  const rows = await tx.rows<{ id: string }>`
    select p.id from kernel.person p where p.id = any (${all.map((one) => one.ownerId)}::uuid[]) and p.district = ${district}
      and (p.active_to is null or p.active_to > kernel.now())`
  const known = new Set(rows.map((one) => one.id))
  return all.findIndex((one) => !known.has(one.ownerId))
}
async function strangeFinding(
  tx: Tx,
  district: string,
  meeting: string,
  all: readonly { findingId?: string }[],
): Promise<number> {
  const rows = await tx.rows<{ id: string }>`
    select i.finding_id as id from supervision.meeting_item i where i.district = ${district} and i.meeting_id = ${meeting}::uuid`
  const known = new Set(rows.map((one) => one.id))
  return all.findIndex((one) => one.findingId !== undefined && !known.has(one.findingId))
}

/** 确认纪要: by another who was there. Only then do its decisions bind. */
export const confirmMinutes = act({
  ...aboutMeeting,
  type: 'meeting.confirm',
  title: { zh: '确认会议纪要', en: 'Confirm the minutes' },
  duties: [],
  input: Type.Object(
    { ...ofMeeting, good: Type.Boolean({ title: '属实|They are right' }), word: words('意见|Word', 500) },
    { additionalProperties: false },
  ),
  guards: [(meeting, { actor }) => confirmRefusal(meeting, actor.personId)],
  async handle({ tx }, { good, word }, { district, id, minutesNo, writtenBy, led }) {
    if (good && !led) return atField('good', refuseMeetings('meeting_unled'))
    await tx.put(confirmationTable, {
      district,
      meeting_id: id,
      minutes_no: minutesNo,
      good,
      word: word.trim(),
      written_by: writtenBy,
    })
    return { meetingId: id }
  },
  constraints: {
    minutes_confirmed_once: () => refuseMeetings('minutes_confirmed'),
    confirmed_by_attender: () => refuseMeetings('not_attended'),
    confirmed_by_another: () => refuseMeetings('minutes_own'),
    meeting_led: () => refuseMeetings('meeting_unled'),
  },
})

const aboutDecision = {
  ...common,
  subject: decisionSubject,
  subjectId: (input: { meetingId: string; minutesNo: number; no: number }) => decisionKey(input),
} as const

/** 报送落实情况: by the owner of a decision, with evidence. */
export const reportDecision = act({
  ...aboutDecision,
  type: 'meeting.report',
  title: { zh: '报送议定事项落实情况', en: 'Report on a decision' },
  duties: [],
  input: Type.Object(
    {
      ...ofDecision,
      done: words('落实情况|What was done', 2000),
      files: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' }), {
        title: '佐证材料|Evidence',
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
      }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ report: Type.Integer() }),
  guards: [(decision, { actor }) => reportRefusal(decision, actor.personId)],
  async handle({ tx }, { done, files }, decision) {
    const { unfit } = await tx.one<{ unfit: number }>`
      select supervision.unfit_for_decision(${decision.district}, ${decision.meetingId}::uuid, ${decision.minutesNo}::smallint, ${files}::text[]) as unfit`
    if (unfit >= 0) return atField(`files.${unfit}`, refuseMeetings('decision_file_own'))
    const report = decision.reports + 1
    await tx.put(reportTable, {
      district: decision.district,
      meeting_id: decision.meetingId,
      minutes_no: decision.minutesNo,
      decision_no: decision.no,
      no: report,
      confirmed: true,
      done: done.trim(),
      files,
    })
    return { report }
  },
  constraints: {
    reported_once: () => refuseMeetings('decision_waits'),
    reported_by_owner: () => refuseMeetings('decision_not_yours'),
    reported_of_confirmed: () => refuseMeetings('decision_unconfirmed'),
    decision_file_own: () => refuseMeetings('decision_file_own'),
  },
})

/** 核实销项: by a leader who does not own the decision; what does not hold is reported on again. */
export const checkDecision = act({
  ...aboutDecision,
  type: 'meeting.check',
  title: { zh: '核实议定事项', en: 'Check a decision' },
  duties: meetingLeads,
  input: Type.Object(
    { ...ofDecision, good: Type.Boolean({ title: '已落实|It is done' }), word: words('意见|Word', 500) },
    { additionalProperties: false },
  ),
  result: Type.Object({ good: Type.Boolean() }),
  guards: [(decision, { actor }) => checkRefusal(decision, actor.personId)],
  async handle({ tx }, { good, word }, decision) {
    await tx.put(checkTable, {
      district: decision.district,
      meeting_id: decision.meetingId,
      minutes_no: decision.minutesNo,
      decision_no: decision.no,
      no: decision.reports,
      good,
      word: word.trim(),
      reported_by: decision.owner,
    })
    return { good }
  },
  constraints: {
    decision_checked_once: () => refuseMeetings('decision_closed'),
    decision_closed_once: () => refuseMeetings('decision_closed'),
    decision_checked_by_another: () => refuseMeetings('decision_own'),
  },
})
