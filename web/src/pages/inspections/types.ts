import type { InspectionKind } from '../../../../server/src/supervision/inspections/rules.ts'
import type { Page } from '../../api/types.ts'
import type { ShownAvailability } from '../../ui/types.ts'

type Availability = Record<string, ShownAvailability>

/** One line of `GET /api/inspections`. */
export interface InspectionLine {
  id: string
  district: string
  kind: InspectionKind
  inspected: string
  visitFrom: string | null
  visitTo: string | null
  approved: boolean | null
  planner: string | null
  team: string[]
  readings: number
  total: string | null
  reportedAt: string | null
  cancelled: boolean
}
export interface InspectionList extends Page<InspectionLine> {
  announced: { id: string; district: string; kind: InspectionKind; visitFrom: string; visitTo: string }[]
  availability: Availability
}

/** One line of `GET /api/inspections/mine`. */
export interface MyVisit {
  id: string
  district: string
  kind: InspectionKind
  inspected: string
  visitFrom: string
  visitTo: string
  approved: boolean | null
  reader: boolean
  begun: boolean
  handedIn: boolean
  items: number
  scored: number
}

export interface ChecklistItem {
  no: number
  clause: string
  wording: string
  weight: number
  scoring: 'yes_no' | 'points'
  most: number
  pass: number
}
export interface MyScore {
  sheet: number
  item: number
  points: number | null
  note: string | null
  photos: string[]
}
export interface ComparedLine {
  sheet: number
  item: number
  clause: string
  wording: string
  weight: number
  most: number
  pass: number
  first: number | null
  second: number | null
  differs: boolean
  ruled: boolean
  points: string | null
  reason: string | null
  notes: string[]
  photos: string[]
  fault: boolean
  findingId?: string
}

/** What was asked to change about a plan, and what was decided. */
export interface InspectionChange {
  no: number
  what: 'cancel' | 'replace'
  reason: string
  at: string
  actId: string
  by: string
  leaves: string | null
  joins: string | null
  approved: boolean | null
  word: string | null
  decider: string | null
  decidedActId: string | null
}

/** `GET /api/inspections/:id`; of a report received only some of it is there. */
export interface InspectionDetail {
  id: string
  district: string
  kind: InspectionKind
  inspected: string
  received?: boolean
  visitFrom?: string
  visitTo?: string
  periodFrom?: string
  periodTo?: string
  planner?: string
  plannedAt?: string
  actId?: string
  checklist?: string
  version?: number
  threshold?: number
  approved: boolean | null
  decider?: string | null
  word?: string | null
  decidedActId?: string | null
  reported: boolean
  me: boolean
  team: { personId: string; name: string; reader: boolean; handedIn: boolean }[]
  items: ChecklistItem[]
  sheets: { no: number; number: string | null; business: string | null }[]
  /** Of a case review: how many files, and what they follow from once they are drawn. */
  draw?: {
    size: number
    secret: string
    checkpoint: number | null
    root: string | null
    actId: string | null
  } | null
  cancelled?: boolean
  changed?: InspectionChange[]
  mine: MyScore[]
  left?: number
  total: string | null
  lines: ComparedLine[]
  report: { total: string; word: string; at: string; actId: string; by: string } | null
  availability: Availability
}

/** One line of `GET /api/checklists`. */
export interface ChecklistLine {
  id: string
  code: string
  version: number
  title: string
  kinds: InspectionKind[]
  threshold: number
  writer: string
  at: string
  actId: string
  approved: boolean | null
  decider: string | null
  inForce: boolean
  items: ChecklistItem[]
  availability: Availability
}
export interface ChecklistList {
  items: ChecklistLine[]
  paces: {
    kind: InspectionKind
    every: 'year' | { days: number }
    set: { days: number; reason: string } | null
  }[]
  availability: Availability
}
export interface RankLine {
  office: string
  inspections: number
  score: string
  place: number
}
