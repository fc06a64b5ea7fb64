import type { Availability } from '../../api/types.ts'

export type PlanPart = 'informatisation' | 'pilot'
interface Colleague {
  id: string
  name: string
}

/** One line of `GET /api/plan`. */
export interface PlanLine {
  id: string
  district: string
  part: PlanPart
  clause: string
  title: string
  owner: string
  mine: boolean
  dueOn: string
  changes: number
  percent: number
  reportedAt: string | null
  waits: boolean
  ended: boolean
  late: boolean
}
export interface PlanList {
  items: PlanLine[]
  colleagues: Colleague[]
  availability: Availability
}

/** `GET /api/plan/:id`. */
export interface PlanDetail {
  id: string
  district: string
  part: PlanPart
  clause: string
  title: string
  deliverable: string
  reviewDays: number
  /** Person who owns it now. */
  owner: string
  dueOn: string
  finished: boolean
  good: boolean | null
  ended: boolean
  at: string
  actId: string
  setBy: string
  terms: {
    no: number
    dueOn: string
    owner: string
    reason: string
    at: string
    actId: string
    setBy: string
  }[]
  progress: {
    no: number
    note: string
    percent: number
    finished: boolean
    files: string[]
    at: string
    actId: string
    person: string
    good: boolean | null
    word: string | null
    decider: string | null
    decidedActId: string | null
  }[]
  colleagues: Colleague[]
  availability: Availability
}
