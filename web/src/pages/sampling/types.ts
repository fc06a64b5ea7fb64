import type { Answers, Aspect } from '../../../../server/src/supervision/sampling/rules.ts'
import type { ShownAvailability } from '../../ui/types.ts'

export interface SamplingLine {
  id: string
  district: string
  source: 'cases' | 'entries'
  strataBy: 'kind' | 'month'
  fromDay: string
  toDay: string
  size: number
  valueName: string
  valueOn: string
  at: string
  planner: string
  candidates: number
  sampled: number
  answered: number
  faulty: number
  drawnAt: string | null
  how: 'closed' | 'lapsed' | null
  endedAt: string | null
}

export interface OfficeLine {
  id: string
  lastAt: string | null
  days: number
  dueAt: string | null
}

export interface SamplingList {
  items: SamplingLine[]
  offices: OfficeLine[]
  availability: Record<string, ShownAvailability>
}

export interface SampledItem {
  candidate: string
  stratum: string
  rank: number
  number: string | null
  caseId: string | null
  business: string | null
  unitCode: string | null
  entryKind: string | null
  acceptedAt: string | null
  closedAt: string | null
  automatic: Answers | null
  faults: { aspect: Aspect; zh: string; en: string }[]
  checkActId: string | null
  checkerId: string | null
  checker: string | null
  answer: (Answers & { note: string | null; reason: string | null; at: string; actId: string }) | null
  findings: { id: string; state: string }[]
}

export interface ValueLine {
  no: number
  /** Null while it waits to be typed again by somebody else. */
  value: string | null
  source: string
  at: string
  actId: string
  by: string
  agrees: boolean | null
  word: string | null
  seed: string | null
  confirmedAt: string | null
  confirmedActId: string | null
  confirmedBy: string | null
}

export interface SamplingDetail {
  id: string
  district: string
  source: 'cases' | 'entries'
  strataBy: 'kind' | 'month'
  fromDay: string
  toDay: string
  size: number
  valueKind: 'lottery' | 'exchange' | 'other'
  valueName: string
  valueRule: string
  valueOn: string
  at: string
  actId: string
  planner: string
  candidates: number
  hash: string
  strata: { stratum: string; candidates: number; take: number }[]
  how: 'closed' | 'lapsed' | null
  endWord: string | null
  endedAt: string | null
  endActId: string | null
  endedBy: string | null
  leafHash: string | null
  committedSize: number | null
  committedOn: string | null
  committed: boolean
  today: string
  checked: boolean
  unanswered: number
  values: ValueLine[]
  items: SampledItem[]
  checkers: { id: string; name: string }[]
  me: string
  availability: Record<string, ShownAvailability>
}

export type SamplingStage = 'waiting' | 'value' | 'check' | 'people' | 'done' | 'closed' | 'lapsed'
