import type { Availability } from '../../api/types.ts'

export type BlankKind = 'certificate' | 'proof'

interface Lot {
  kind: string
  edition: string
  range: string
  from: number
  to: number
  count: number
}
interface Held extends Lot {
  place: string
  person: string | null
  certificate: string | null
}
export interface OfferRow extends Lot {
  id: string
  movement: 'issue' | 'return'
  fromPlace: string
  toPlace: string
  giver: string
  personId: string
  taker: string | null
  at: string
  note: string | null
  actId: string
  availability: Availability
}
export interface DeskView {
  stock: Held[]
  totals: { kind: string; place: string; count: number | null }[]
  offers: OfferRow[]
  people: { id: string; name: string; keeps: boolean }[]
  levels: { kind: BlankKind; level: number }[]
  counting: { kind: string; edition: string; place: string }[]
  availability: Availability
}
export type HeldRow = Held
export interface DeliveryRow extends Lot {
  id: string
  batch: string
  source: string
  at: string
  person: string
  counter: string | null
  countedAt: string | null
  counted: number | null
  damaged: number
  note: string | null
  actId: string
  availability: Availability
}
export interface VoidRow extends Lot {
  id: string
  reason: string
  note: string | null
  at: string
  person: string
  photo: string | null
  caseId: string | null
  actId: string
  destruction: DestructionRow['state'] | null
}
export interface DestructionRow {
  district: string
  id: string
  kind: string
  note: string
  at: string
  state: 'asked' | 'approved' | 'rejected' | 'witnessed' | 'destroyed'
  person: string
  decider: string | null
  decidedAt: string | null
  decisionNo: string | null
  minutes: string | null
  photos: string[]
  witness1Name: string | null
  witnessed1At: string | null
  witness2Name: string | null
  witnessed2At: string | null
  actId: string
  ranges: string[]
  count: number
  availability: Availability
}
export interface CountRow {
  id: string
  kind: string
  edition: string
  place: string
  of: string | null
  at: string
  state: 'counting' | 'recounting' | 'agreed' | 'differs' | 'abandoned'
  person: string
  second: string | null
  expected: number | null
  counted: number | null
  actId: string
  availability: Availability
}
export interface DifferenceRow extends Lot {
  id: string
  side: 'missing' | 'surplus'
  place: string
  of: string | null
  at: string
  outcome: 'found' | 'lost' | 'explained' | null
  explanation: string | null
  explainedBy: string | null
  actId: string
  availability: Availability
}
export interface BookLine extends Lot {
  id: string
  movement: string
  fromPlace: string | null
  toPlace: string
  fromName: string | null
  toName: string | null
  document: string | null
  certificate?: string | null
  caseId: string | null
  at: string
  person: string | null
  actId: string
  actType: string | null
}
export interface Balance {
  place: string
  opening: number | null
  in: number
  out: number
  closing: number
}
export interface SerialKind {
  kind: string
  lines: BookLine[]
  place: { place: string; person: string | null } | null
  /** Something of its kind is counted: where it lies and what moved it may be kept back. */
  counting: boolean
  delivery: { batch: string; source: string; at: string; countedAt: string | null } | null
  void: { reason: string; note: string | null; photo: string | null; at: string } | null
  destruction: {
    state: DestructionRow['state']
    decisionNo: string | null
    minutes: string | null
    decider: string | null
    witness1Name: string | null
    witness2Name: string | null
  } | null
  differences: {
    side: DifferenceRow['side']
    at: string
    outcome: DifferenceRow['outcome']
    explanation: string | null
  }[]
}
