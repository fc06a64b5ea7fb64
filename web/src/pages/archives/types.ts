import type { ScanFlag } from '../../../../server/src/custody/archives/rules.ts'
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
  offered: boolean
  lent: boolean
}
export interface OfferedRow {
  number: string
  pages: number
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
  pages: number
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
  }
  items: { item: number; title: string; content: string; firstPage: number; pages: number }[]
  scans: ScanRow[]
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
export interface ArchiveMap {
  rooms: RoomRow[]
  boxes: (BoxRow & { files: number })[]
  inspections: InspectionRow[]
  availability: Availability
}
