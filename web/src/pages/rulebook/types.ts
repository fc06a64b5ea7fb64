import type { Availability } from '../../api/types.ts'
import type { Text } from '../../i18n/texts.ts'

export type RuleKind =
  | 'system'
  | 'staff'
  | 'seals'
  | 'quality'
  | 'certificates'
  | 'archives'
  | 'business'
  | 'other'
export type RuleAction = 'create' | 'amend' | 'repeal'
export interface Question {
  question: string
  options: string[]
}

/** One line of `GET /api/rules`: a rule as it stands on the day that was asked. */
export interface RuleLine {
  district: string
  documentId: string
  no: number
  action: RuleAction
  fromOn: string
  untilOn: string | null
  kind: RuleKind
  code: string
  title: string
  state: 'in_force' | 'repealed' | 'coming'
  next: { no: number; action: RuleAction; fromOn: string } | null
  repealedOn: string | null
  reviewDays: number
  reviewedAt: string | null
  concerns: boolean
  read: boolean
}

interface Proposed {
  district: string
  id: string
  documentId: string
  action: RuleAction
  effectiveOn: string
  kind: RuleKind
  code: string
  title: string
  reason: string
  proposer: string
  at: string
  actId: string
  availability: Availability
}
export type ProposalLine = Proposed

export interface PostChoice extends Text {
  id: string
  own: boolean
}
export interface RuleList {
  items: RuleLine[]
  proposals: ProposalLine[]
  posts: PostChoice[]
  on: string
}

/** What a version, or a proposal, says. */
export interface Said {
  title: string
  code: string
  kind: RuleKind
  body: string | null
  file: string | null
  reviewDays: number | null
  readDays: number | null
  keeperZh: string | null
  keeperEn: string | null
  posts: Text[]
  quiz: Question[] | null
  reason: string
}
export interface VersionDetail extends Said {
  keeperPost: string
  postIds: string[]
  no: number
  action: RuleAction
  fromOn: string
  untilOn: string | null
  proposalId: string
  proposer: string
  approver: string
  approvedAt: string
  actId: string
  word: string
}
export interface Try {
  no: number
  try: number
  answered: number
  questions: number
  passed: boolean
  at: string
  actId: string
}

/** `GET /api/rules/:id`. */
export interface RuleDetail {
  district: string
  documentId: string
  currentNo: number | null
  repealed: boolean
  readNo: number | null
  today: string
  versions: VersionDetail[]
  reviews: { id: string; no: number; note: string; at: string; actId: string; person: string }[]
  tries: Try[]
  /** Whether this person sees who has not read it. */
  sees: boolean
  availability: Availability
}

/** `GET /api/rules/proposals/:id`. */
export interface ProposalDetail extends Proposed, Said {
  approved: boolean | null
  word: string | null
  decider: string | null
  decidedAt: string | null
  decidedActId: string | null
}

/** One line of `GET /api/rules/:id/readers`. */
export interface Reader {
  personId: string
  name: string
  district: string
  since: string
  dueOn: string
  readAt: string | null
  actId: string | null
  tries: number
}
