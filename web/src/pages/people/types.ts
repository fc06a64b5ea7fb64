import type { Availability } from '../../api/types.ts'
import type { Text } from '../../i18n/texts.ts'

export interface PostHeld extends Text {
  id: string
  district: string
  kind: 'regular' | 'acting' | 'cover'
  risk: 'high' | 'medium' | 'low' | null
  unit: (Text & { id: string }) | null
}

export interface PersonRow {
  id: string
  name: string
  username: string | null
  district: string
  state: PersonState
  posts: PostHeld[]
  from: string
  to: string | null
}

export type PersonState = 'here' | 'absent' | 'leaving' | 'left' | 'coming'

export interface Holding extends Text {
  id: string
  kind: PostHeld['kind']
  from: string
  to: string | null
  post: string
  district: string
  risk: PostHeld['risk']
  duties: string[] | null
  unit_zh: string | null
  unit_en: string | null
  act_id: string | null
  now: boolean
}

export interface Grant extends Text {
  id: string
  duty: string
  from: string
  to: string | null
  act_id: string
  now: boolean
  of_post: boolean
}

export interface Absence {
  id: string
  kind: 'annual' | 'sick' | 'parental' | 'study' | 'other'
  from: string
  to: string
  note: string | null
  withdrawnAt: string | null
  act_id: string
  open: boolean
}

export interface AccountFacts {
  username: string
  changedAt: string
  closedAt: string | null
  lockedUntil: string | null
  resetAt: string | null
  ticketUntil: string | null
  /** Passkeys and codes to confirm with. */
  devices: number
  session: { workstation: string; startedAt: string } | null
}

export interface PersonView {
  id: string
  name: string
  district: Text & { id: string }
  state: PersonState
  from: string
  to: string | null
  own: boolean
  sees: boolean
  holdings: Holding[]
  grants: Grant[]
  absences: Absence[]
  account: AccountFacts | null
  availability: Availability
}

export interface PostRow extends Text {
  district: string
  id: string
  unit: string | null
  unit_zh: string | null
  unit_en: string | null
  duties: string[]
  risk: PostHeld['risk']
  measures_zh: string | null
  measures_en: string | null
  level: Level | null
  leader: string | null
  leader_zh: string | null
  leader_en: string | null
  holders: { id: string; name: string; kind: PostHeld['kind']; absent: boolean }[]
}

export type Level = 'bureau_head' | 'deputy' | 'section' | 'centre' | 'window'

export interface UnitRow extends Text {
  id: string
  kind: 'bureau' | 'section' | 'centre' | 'partner'
  parent: string | null
}

export interface ChainRow {
  district: Text & { id: string }
  levels: {
    level: Level
    vacant: boolean
    posts: Text[]
    holders: PostRow['holders']
    finding: string | null
  }[]
}

export interface ProposalRow {
  id: string
  district: Text & { id: string }
  kind: 'enrol' | 'reset' | 'assign' | 'post' | 'name'
  state: 'open' | 'approved' | 'declined' | 'withdrawn'
  person: { id: string; name: string } | null
  body: Record<string, unknown>
  /** The post it is about, with its office where that is another. */
  post: Text | null
  proposedBy: string
  proposedAt: string
  decidedBy: string | null
  decidedAt: string | null
  reason: string | null
  approve: string
  availability: Availability
}
