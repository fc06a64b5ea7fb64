import type { Cover, ScanFault, ScanFlag, Term } from '../../../../server/src/custody/archives/rules.ts'
import type { Availability } from '../../api/types.ts'
import type { archiveTexts } from './texts.ts'

export interface LyingRow {
  number: string
  caseNumber: string
  caseId: string
  pages: number
  at: string
  filedBy: string
  actId: string
  checked: boolean
  bound: boolean
  term: Term
  offered: boolean
  lent: boolean
}
export interface OfferedRow {
  number: string
  pages: number
  term: Term
  giver: string
  giverId: string
  at: string
  actId: string
  availability: Availability
}
export interface LoanRow {
  id: string
  file: string
  pages: number
  outside: boolean
  purpose: string
  borrowerId: string
  borrower: string
  state: keyof typeof archiveTexts.zh.loanStates
  decider: string | null
  hander: string | null
  receiver: string | null
  pagesOut: number | null
  pagesBack: number | null
  damaged: boolean | null
  conditionBack: string | null
  dueOn: string | null
  overdue: boolean
  at: string
  actId: string
  availability: Availability
}
export interface Desk {
  mine: LyingRow[]
  offered: OfferedRow[]
  unshelved: LyingRow[]
  missing: LyingRow[]
  loans: LoanRow[]
  loanDays: number
  inspectionDays: number
  availability: Availability
}
export interface ScanRow {
  no: number
  name: string
  /** Pages that are listed, and pages found in the scan. */
  pages: number
  seen: number | null
  fault: ScanFault | null
  file: string
  width: number | null
  height: number | null
  brightness: number | null
  ink: number | null
  skew: number | null
  flags: ScanFlag[]
  answer: string | null
  answeredBy: string | null
}
export interface ScanPageRow {
  no: number
  page: number
  width: number
  height: number
  brightness: number
  ink: number
  skew: number
  flags: ScanFlag[]
}
export interface LifeRow {
  at: string
  step: keyof typeof archiveTexts.zh.steps
  fromPlace: string | null
  toPlace: string | null
  fromName: string | null
  toName: string | null
  person: string | null
  note: string | null
  actId: string | null
}
export interface BoxRow {
  room: string
  rack: string
  box: string
}
export interface FileView {
  file: {
    number: string
    pages: number
    items: number
    scanSet: string
    scansSame: boolean
    at: string
    actId: string
    filedBy: string
    caseNumber: string
    caseId: string
    unitCode: string
    location: string
    place: string
    holder: string | null
    checkedBy: string | null
    checkedAt: string | null
    term: Term
    cover: Cover | null
    pagesBound: number | null
    boundBy: string | null
    boundAt: string | null
    boundIn: string | null
  }
  items: { item: number; title: string; content: string; firstPage: number; pages: number }[]
  scans: ScanRow[]
  scanPages: ScanPageRow[]
  unmeasured: { no: number; name: string; media: string }[]
  loans: LoanRow[]
  boxes: BoxRow[]
  life: LifeRow[]
  availability: Availability
}
export interface RoomRow {
  code: string
  name: string
  since: string
  days: number
  overdue: boolean
}
export interface InspectionRow {
  room: string
  fire: boolean
  theft: boolean
  damp: boolean
  temperature: string
  humidity: string
  note: string | null
  person: string
  at: string
  actId: string
}
export interface TermRow {
  kind: string
  term: Term
  years: number | null
}
export interface ArchiveMap {
  rooms: RoomRow[]
  boxes: (BoxRow & { files: number; counted: boolean })[]
  inspections: InspectionRow[]
  terms: TermRow[]
  availability: Availability
}

export type BoxState = 'counting' | 'recounting' | 'agreed' | 'differs' | 'abandoned'
export interface StocktakeRow {
  id: string
  room: string
  at: string
  actId: string
  by: string
  closedAt: string | null
  closedBy: string | null
  closedIn: string | null
  boxes: number
  left: number
  differences: number
}
export interface StocktakeRoom {
  code: string
  name: string
  lastAt: string | null
  open: StocktakeRow | null
  availability: Availability
}
export interface StocktakeBox extends BoxRow {
  stocktakeId: string
  countId: string | null
  state: BoxState | null
  counter: string | null
  second: string | null
  availability?: Availability
}
export interface FileDifferenceRow {
  id: string
  file: string
  place: string
  side: 'missing' | 'surplus'
  at: string
  actId: string
  outcome: 'found' | 'lost' | 'explained' | null
  explanation: string | null
  explainedBy: string | null
  availability: Availability
}
export interface Stocktakes {
  rooms: StocktakeRoom[]
  boxes: StocktakeBox[]
  differences: FileDifferenceRow[]
  stocktakes: StocktakeRow[]
}
