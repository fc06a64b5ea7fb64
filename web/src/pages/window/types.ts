import type { Availability } from '../../api/types.ts'
import type { Text } from '../../i18n/texts.ts'

export interface TurnLine {
  district: string
  id: string
  person: string
  duty: string
  windowNo: number
  began: string
  endedAt: string | null
  minutes: number | null
  signed: number
  raised: number
  why: 'open' | 'short' | 'unsigned' | 'unstated' | null
}
export interface DueLine {
  district: string
  kind: string
  from: string
  dueAt: string
  title: Text
  state: 'done' | 'done_late' | 'pending' | 'soon' | 'overdue' | 'lapsed'
}
export interface CaseLine {
  caseId: string
  number: string | null
  location: string
  handledBy: string
  signedAt: string | null
  open: boolean
}
export interface OpenTurn {
  district: string
  id: string
  duty: string
  windowNo: number
  began: string
  ended: boolean
  minutes: number
  raised: number
  availability: Availability
  cases: CaseLine[]
  problems: { id: string; clause: string; summary: Text }[]
}
export interface Clause {
  id: string
  title: Text
}
export interface Mine {
  hours: { amFrom: string; amTo: string; pmFrom: string; pmTo: string; halfMinutes: number }
  offices: string[]
  dues: DueLine[]
  turn: OpenTurn | null
  turns: TurnLine[]
  clauses: Clause[]
}
export interface RotaLine {
  district: string
  id: string
  personId: string
  person: string
  duty: string
  windowNo: number
  day: string
  half: 'am' | 'pm'
  need: string | null
  begun: boolean
  clash: 'away' | 'day_off' | null
  availability: Availability
}
interface SwapTurn {
  day: string
  half: 'am' | 'pm'
  windowNo: number
}
export interface SwapLine {
  district: string
  id: string
  state: 'asked' | 'accepted'
  reason: string
  askedByName: string
  askedOfName: string
  mine: SwapTurn
  theirs: SwapTurn
  availability: Availability
}
export interface Rota {
  district: string
  from: string
  turns: RotaLine[]
  swaps: SwapLine[]
  leaders: { id: string; name: string }[]
  mayPlan: boolean
  me: string
}
export interface CoverageLine {
  district: string
  personId: string
  person: string
  quota: 'bureau' | 'head' | 'middle'
  owed: number
  done: number
  overdue: number
  dueAt: string | null
  missing: Text[]
}
export interface Coverage {
  month: string
  lines: CoverageLine[]
  turns: TurnLine[]
}
