import type { SurveyKind, SurveyProblem, SurveyStatus } from '../../../../server/src/cadastre/survey/rules.ts'
import type { Availability, Page } from '../../api/types.ts'
import type { DueLevel } from '../../ui/DueTag.tsx'

export interface SurveyRound {
  round: number
  kind: SurveyKind
  surveyedBy: string
  surveyedOn: string
  area: string
  innerArea: string | null
  sharedArea: string | null
  file: string
  note: string | null
  by: string
  at: string
  actId: string
  review: {
    outcome: 'accepted' | 'returned' | 'refused'
    problems: SurveyProblem[]
    opinion: string
    by: string
    at: string
    actId: string
  } | null
}

export interface SurveyLine {
  id: string
  unitCode: string
  location: string
  registeredArea: string
  state: SurveyStatus
  round: number
  dueAt: string
  dueLevel: DueLevel | null
  caseId: string | null
  caseNumber: string | null
  /** Its area is the registered one. */
  sameArea: boolean
  /** Cases that name it as their source. */
  cited: {
    caseId: string
    number: string | null
    by: string
    at: string
    actId: string
    recordedAt: string | null
    recordActId: string | null
  }[]
  rounds: SurveyRound[]
  availability: Availability
}

/** A page of surveys, with whether the one who looks may submit another. */
export type SurveyPage = Page<SurveyLine> & {
  submit: Availability[string]
  term: { workingDays: number; isOwnDefault: boolean }
}
