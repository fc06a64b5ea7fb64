import type { Availability } from '../../api/types.ts'
import type { Text } from '../../i18n/texts.ts'

/** One line of `GET /api/meetings`. */
export interface MeetingLine {
  id: string
  district: string
  year: number
  no: number
  heldOn: string
  place: string
  topic: string
  openFindings: number
  convener: string
  actId: string
  attended: number
  written: boolean
  /** Of the last minutes; null while they wait or there are none. */
  confirmed: boolean | null
}
export interface OpenDecision {
  meetingId: string
  minutesNo: number
  no: number
  what: string
  owner: string
  dueOn: string
  late: boolean
  year: number
  meetingNo: number
}
export interface MeetingList {
  items: MeetingLine[]
  open: OpenDecision[]
  days: number
  availability: Availability
}

export interface AgendaItem {
  no: number
  findingId: string
  then: string
  late: boolean
  zh: string
  en: string
  clause: string
  severity: 'critical' | 'high' | 'medium' | 'low'
  state: 'open' | 'noticed' | 'planned' | 'fixed' | 'verified' | 'closed'
  responsible: string | null
}
export interface DecisionDetail {
  meetingId: string
  minutesNo: number
  no: number
  what: string
  ownerName: string
  dueOn: string
  late: boolean
  findingId: string | null
  findingZh: string | null
  findingEn: string | null
  confirmed: boolean
  reports: number
  done: string | null
  files: string[] | null
  reportedAt: string | null
  reportActId: string | null
  good: boolean | null
  word: string | null
  checkedBy: string | null
  checkedAt: string | null
  checkActId: string | null
  availability: Availability
}

/** `GET /api/meetings/:id`. */
export interface MeetingDetail {
  id: string
  district: string
  year: number
  no: number
  heldOn: string
  place: string
  topic: string
  openFindings: number
  convener: string
  at: string
  actId: string
  today: string
  /** Whether a leader has signed in. */
  led: boolean
  /** Whether this person reads agenda and minutes. */
  sees: boolean
  agenda: AgendaItem[]
  attendance: { personId: string; name: string; at: string; actId: string }[]
  minutes: {
    no: number
    body: string
    writer: string
    at: string
    actId: string
    good: boolean | null
    word: string | null
    confirmer: string | null
    confirmedAt: string | null
    confirmActId: string | null
  }[]
  decisions: DecisionDetail[]
  colleagues: { id: string; name: string }[]
  availability: Availability
}

export type Grade = 'high' | 'medium' | 'low'
/** `GET /api/responsibility`. */
export interface Responsibility {
  posts: (Text & {
    id: string
    level: 'bureau_head' | 'deputy' | 'section' | 'centre' | 'window' | null
    risk: Grade | null
    measuresZh: string | null
    measuresEn: string | null
    duties: string[]
    holders: string[]
    critical: number
    high: number
    medium: number
    low: number
    open: number
    refused: number
    hint: Grade
    differs: 'higher' | 'calm' | null
  })[]
  lastMeeting: { id: string; year: number; no: number; heldOn: string; open: number } | null
}
