import type { Availability, Refusal } from '../../api/types.ts'
import type { Text } from '../../i18n/texts.ts'

/** A right somebody holds, and why. */
export interface GrantLine {
  grantId: string
  district: string
  personId: string
  person: string
  posts: Text[]
  duty: string
  since: string
  until: string | null
  businesses: string[] | null
  purposes: string[] | null
  actId: string
  actTitle: Text
  madeAt: string
  request: { id: string; reason: string; by: string; at: string; actId: string } | null
  approvers: { role: string; person: string; at: string; actId: string }[]
  review: { quarter: string; keep: boolean; word: string; by: string } | null
}

export type Ending = { enabled: true } | { enabled: false; refusal: Refusal }

export interface RequestLine {
  district: string
  id: string
  subjectId: string
  subject: string
  posts: Text[]
  requestedBy: string
  requestedByName: string
  requestedAt: string
  closedAt: string | null
  duty: string
  businesses: string[]
  purposes: string[]
  reason: string
  until: string
  state: 'open' | 'granted' | 'refused' | 'withdrawn'
  held: string[]
  actId: string
  grantId: string | null
  decisions: {
    no: number
    role: 'leader' | 'security'
    approved: boolean
    stands: boolean
    person: string
    note: string
    at: string
    actId: string
  }[]
  availability: Availability
}

/** What `GET /api/access/mine` answers. */
export interface Mine {
  grants: (GrantLine & { ending: Ending })[]
  requests: RequestLine[]
  duties: { id: string; name: Text; held: boolean; conflict: string | null; purposes: string[] }[]
  businesses: { code: string; name: Text }[]
  maxTermDays: number
  colleagues: { id: string; name: string; duties: string[] }[]
}

/** One right in the charge of a leader. */
export interface ChargeLine {
  grantId: string
  district: string
  personId: string
  person: string
  duty: string
  since: string
  until: string | null
  madeAt: string
  requestId: string | null
  businesses: string[] | null
  purposes: string[] | null
  actId: string
  due: boolean
  review: { keep: boolean; word: string; at: string; by: string } | null
}

export interface Charge {
  quarter: string
  dueAt: string
  items: ChargeLine[]
  due: number
  left: number
  closedAt: string | null
  overdue: { from: string; dueAt: string }[]
}
