import { type Refusal, refuser } from '../../kernel/refusal.ts'

/** Who calls review meetings and says whether a decision was carried out. */
export const meetingLeads: readonly string[] = ['centre_lead', 'district_lead']
/** Who reads every meeting of the office; beside them, who was there and who owns a decision of it. */
export const meetingReaders: readonly string[] = ['centre_lead', 'district_lead', 'inspection', 'admin_audit']
/** Days between two meetings, unless the office meets more often: once a quarter. */
export const usualMeetingDays = 92

export const refuseMeetings = refuser({
  meeting_day: {
    status: 422,
    clause: '1.1',
    zh: '会议日期须是今天以后 60 天以内（含今天）的工作日。',
    en: 'A meeting is held on a working day, today or within sixty days.',
  },
  not_meeting_day: {
    clause: '1.1',
    zh: '只能在会议当天签到；纪要确认后不再签到。',
    en: 'One signs in on the day of the meeting, and before its minutes are confirmed.',
  },
  attended_already: { clause: '1.1', zh: '您已签到。', en: 'You have signed in already.' },
  not_attended: {
    status: 403,
    clause: '1.1',
    zh: '纪要由参会人员撰写，由另一名参会人员确认；您没有签到。',
    en: 'Minutes are written by somebody who was there and confirmed by another who was; you did not sign in.',
  },
  minutes_wait: {
    clause: '1.1',
    zh: '已有一份纪要等待确认。',
    en: 'Minutes are waiting to be confirmed.',
  },
  minutes_confirmed: { clause: '1.1', zh: '纪要已经确认。', en: 'The minutes are confirmed.' },
  minutes_none: { clause: '1.1', zh: '没有等待确认的纪要。', en: 'No minutes are waiting.' },
  minutes_own: {
    status: 403,
    clause: '1.1',
    zh: '纪要须由撰写人以外的参会人员确认。',
    en: 'Minutes are confirmed by another than who wrote them.',
  },
  meeting_unled: {
    clause: '1.1',
    zh: '没有负责人签到参加的会议不算研判会，纪要只能退回，须重新召集。',
    en: 'A meeting no leader signed in at is no review meeting: its minutes can only be sent back, and another is called.',
  },
  decision_file_own: {
    status: 422,
    clause: '1.1',
    zh: '佐证材料须由报送人本人在纪要确认以后为此上传，不得借用他人上传的文件或者案卷材料。',
    en: 'Evidence is uploaded by who reports, for this decision and since the minutes were confirmed: no file of another, no paper of a case.',
  },
  decision_owner_unknown: {
    status: 422,
    clause: '1.1',
    zh: '责任人须是本机构在岗人员。',
    en: 'The owner must be at work in this office.',
  },
  decision_finding: {
    status: 422,
    clause: '1.1',
    zh: '只能关联本次会议议程中的问题。',
    en: 'A decision is about a finding of this meeting’s agenda.',
  },
  decision_not_yours: {
    status: 403,
    clause: '1.1',
    zh: '落实情况由该事项的责任人报送。',
    en: 'Its owner reports what was done.',
  },
  decision_unconfirmed: {
    clause: '1.1',
    zh: '纪要确认以后才能报送落实情况。',
    en: 'A decision is reported on once the minutes are confirmed.',
  },
  decision_closed: { clause: '1.1', zh: '该事项已经销项。', en: 'This decision is closed.' },
  decision_waits: {
    clause: '1.1',
    zh: '已报送落实情况，等待核实。',
    en: 'What was done has been reported and waits to be checked.',
  },
  decision_unreported: {
    clause: '1.1',
    zh: '责任人还没有报送落实情况。',
    en: 'Its owner has not reported yet.',
  },
  decision_own: {
    status: 403,
    clause: '1.1',
    zh: '议定事项须由责任人以外的负责人核实销项。',
    en: 'A decision is closed by a leader other than its owner.',
  },
})

/** A meeting as its rules see it. */
export interface Meeting {
  district: string
  id: string
  heldOn: string
  today: string
  attendees: readonly string[]
  /** How many minutes were written, by whom the last ones, and what became of them. */
  minutesNo: number
  writtenBy: string | null
  confirmed: boolean | null
  /** Whether a leader has signed in. */
  led: boolean
}

/** Why this person may not sign in now; null means they may. Pure. */
export function attendRefusal(meeting: Meeting, personId: string | null): Refusal | null {
  if (meeting.attendees.some((one) => one === personId)) return refuseMeetings('attended_already')
  return meeting.heldOn !== meeting.today || meeting.confirmed === true
    ? refuseMeetings('not_meeting_day')
    : null
}

/** Why this person may not write the minutes now; null means they may. Pure. */
export function minutesRefusal(meeting: Meeting, personId: string | null): Refusal | null {
  if (meeting.confirmed === true) return refuseMeetings('minutes_confirmed')
  if (meeting.minutesNo > 0 && meeting.confirmed === null) return refuseMeetings('minutes_wait')
  return meeting.attendees.some((one) => one === personId) ? null : refuseMeetings('not_attended')
}

/** Why this person may not confirm the minutes now; null means they may. Pure. */
export function confirmRefusal(meeting: Meeting, personId: string | null): Refusal | null {
  if (meeting.confirmed === true) return refuseMeetings('minutes_confirmed')
  if (meeting.minutesNo === 0 || meeting.confirmed === false) return refuseMeetings('minutes_none')
  if (meeting.writtenBy === personId) return refuseMeetings('minutes_own')
  return meeting.attendees.some((one) => one === personId) ? null : refuseMeetings('not_attended')
}

/** A decision as its rules see it. */
export interface Decision {
  district: string
  meetingId: string
  minutesNo: number
  no: number
  owner: string
  confirmed: boolean
  reports: number
  /** Whether the last report was found good; null while it waits, or where there is none. */
  good: boolean | null
}

/** Why this person may not report on a decision now; null means they may. Pure. */
export function reportRefusal(decision: Decision, personId: string | null): Refusal | null {
  if (!decision.confirmed) return refuseMeetings('decision_unconfirmed')
  if (decision.good === true) return refuseMeetings('decision_closed')
  if (decision.reports > 0 && decision.good === null) return refuseMeetings('decision_waits')
  return decision.owner === personId ? null : refuseMeetings('decision_not_yours')
}

/** Why this person may not close a decision now; null means they may. Pure. */
export function checkRefusal(decision: Decision, personId: string | null): Refusal | null {
  if (decision.good === true) return refuseMeetings('decision_closed')
  if (decision.reports === 0 || decision.good === false) return refuseMeetings('decision_unreported')
  return decision.owner === personId ? refuseMeetings('decision_own') : null
}

export type Grade = 'high' | 'medium' | 'low'
const grades: readonly Grade[] = ['low', 'medium', 'high']

/** What a year’s findings about the holders of a post say of its risk (岗位风险提示). Pure. */
export function riskHint({
  critical,
  high,
  medium,
  low,
}: Record<'critical' | 'high' | 'medium' | 'low', number>): Grade {
  if (critical > 0 || high > 1) return 'high'
  return high + medium > 0 || low > 2 ? 'medium' : 'low'
}

/** Whether grade and findings disagree: graded lower than they say, or high where a year brought nothing. Pure. */
export function gradeDiffers(grade: Grade | null, hint: Grade, found: number): 'higher' | 'calm' | null {
  if (grade === null) return null
  if (grades.indexOf(hint) > grades.indexOf(grade)) return 'higher'
  return grade === 'high' && found === 0 ? 'calm' : null
}
