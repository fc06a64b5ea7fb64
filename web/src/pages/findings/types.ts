import type { Page } from '../../api/types.ts'
import type { Text } from '../../i18n/texts.ts'
import type { ShownAvailability } from '../../ui/types.ts'

export type FindingState = 'open' | 'noticed' | 'planned' | 'fixed' | 'verified' | 'closed'
export type Card = 'amber' | 'red' | 'letter'
type Availability = Record<string, ShownAvailability>

export const findingShows = ['open', 'late', 'closed', 'all'] as const
export type FindingShow = (typeof findingShows)[number]

/** Which findings, as it stands in the address of the page. */
export interface FindingsSearch {
  show?: FindingShow
}

/** One line of `GET /api/findings`. */
export interface FindingLine {
  id: string
  district: string
  kind: string
  clause: string
  severity: 'critical' | 'high' | 'medium' | 'low'
  subject: string
  subjectName: string | null
  summary: Text
  state: FindingState
  openedAt: string
  dueOn: string | null
  late: boolean
  responsible: string | null
  mine: boolean
  cards: Card[]
}

export interface FindingList extends Page<FindingLine> {
  counts: { state: FindingState; n: number; late: number }[]
  /** Whether this person reads every finding of the office. */
  all: boolean
}

interface Said {
  at: string
  actId: string
}

/** `GET /api/findings/:id`. */
export interface FindingDetail extends Omit<FindingLine, 'mine' | 'cards'> {
  openedBy: string
  openedByName: string | null
  ownerId: string | null
  actId: string
  steps: (Said & { no: number; state: FindingState; note: string; person: string | null })[]
  notice: (Said & { year: number; no: number; requirement: string; planDue: string; by: string }) | null
  plans: (Said & { no: number; measures: string; deadline: string })[]
  fixes: (Said & {
    no: number
    done: string
    files: string[]
    good: boolean | null
    word: string | null
    checkedBy: string | null
    checkActId: string | null
  })[]
  extensions: (Said & {
    id: string
    until: string
    reason: string
    asker: string
    approved: boolean | null
    word: string | null
    decidedBy: string | null
    decidedActId: string | null
    availability: Availability
  })[]
  cards: (Said & { card: Card; reason: 'overdue' | 'returned'; dueOn: string })[]
  effect: (Said & { holds: boolean; word: string; by: string }) | null
  decided: { meetingId: string; year: number; no: number; what: string; owner: string; dueOn: string }[]
  again: { id: string; state: FindingState; openedAt: string; summary: Text }[]
  colleagues: { id: string; name: string }[]
  availability: Availability
}

/** One line of `GET /api/findings/recurrence`. */
export interface RecurrenceLine {
  of: string
  district: string | null
  name: string | null
  found: number
  open: number
  kinds: number
  last: string
  red: number
  again: number
  findings: string[]
  /** Those a naming can rest on; null when there is none. */
  bearing: string[] | null
}

/** One line of `GET /api/namings`. */
export interface NamingLine {
  id: string
  district: string
  subject: string
  subjectName: string | null
  findings: string[]
  reason: string
  at: string
  actId: string
  proposer: string
  approved: boolean | null
  decider: string | null
  decidedWord: string | null
  decidedActId: string | null
  grounds: string | null
  appealActId: string | null
  stands: boolean | null
  appealWord: string | null
  appealDecider: string | null
  appealDecidedActId: string | null
  availability: Availability
}
