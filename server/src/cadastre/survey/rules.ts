import type { Guard } from '../../kernel/act.ts'
import { decide, inFlow, type Move, type Process, type Side } from '../../kernel/duty.ts'
import { type Refusal, refuser, type Text } from '../../kernel/refusal.ts'
import { dutyTable } from '../../people/duties.ts'

/** Where a survey stands: under review, back for correction, or ended. */
export type SurveyStatus = 'submitted' | 'returned' | 'accepted' | 'refused'

/** What a survey is for. */
export const surveyKinds = {
  as_built: { zh: '竣工实测', en: 'As built' },
  change: { zh: '变更调查', en: 'Change' },
  recheck: { zh: '复核调查', en: 'Recheck' },
} as const satisfies Record<string, Text>
export type SurveyKind = keyof typeof surveyKinds

/** The one list every review goes through, in its order (2.2). */
export const surveyChecks = {
  source: { zh: '测绘单位资质与签章', en: 'Surveying body: licence and seal' },
  identity: { zh: '单元号、坐落、幢号、层号、户号', en: 'Unit code, location, building, floor and room' },
  boundary: { zh: '界址、四至与指界签字', en: 'Boundary, neighbours and their signatures' },
  areas: { zh: '建筑面积、专有面积、分摊面积', en: 'Gross, own and shared area' },
  sums: { zh: '幢内面积汇总与分摊系数', en: 'Sums of the building and its sharing factor' },
  drawing: { zh: '分户图、宗地图', en: 'Plan of the unit, plan of the parcel' },
  register: { zh: '与登记簿现状比对', en: 'Compared with the register as it is' },
} as const satisfies Record<string, Text>
export type SurveyCheck = keyof typeof surveyChecks

/** Who may see surveys: those who handle them, those whose cases rest on them, and who watches. */
export const surveyReaders: readonly string[] = [
  'survey_submission',
  'survey_review',
  'acceptance',
  'first_review',
  'second_review',
  'recording',
  'centre_lead',
  'district_lead',
  'inspection',
  'admin_audit',
]

/** How the actor stands today, apart from the duties held. */
export interface Standing {
  today: Side | null
  away: boolean
}

/** A unit about to be surveyed, or a survey of it, as guards see it. */
export interface SurveyState {
  district: string
  /** Null while nothing is submitted. */
  id: string | null
  unitCode: string
  status: SurveyStatus | null
  round: number
  /** Another survey of the unit is under way. */
  open: boolean
  process: Process
  standing: Standing
}

export const refuseSurvey = refuser({
  survey_not_accepted: {
    status: 409,
    clause: '2.2',
    zh: '只有审核通过的权籍调查成果才能引用。',
    en: 'Only a survey whose review accepted it can be cited.',
  },
  survey_area_differs: {
    status: 409,
    clause: '2.2',
    zh: '成果的建筑面积与登记簿不一致，须先办理变更登记，不能作为本件依据。',
    en: 'The survey shows another area than the register. A change has to be registered first; this case cannot rest on it.',
  },
  survey_open: {
    status: 409,
    clause: '2.2',
    zh: '该单元已有正在办理的权籍调查成果，办结后才能再提交。',
    en: 'A survey of this unit is already under way; another can be submitted once it has ended.',
  },
  survey_areas: {
    status: 422,
    clause: '2.2',
    zh: '专有面积与分摊面积之和须等于建筑面积，两项须同时填写。',
    en: 'Own and shared area add up to the gross area; both are given or neither.',
  },
  survey_ahead: {
    status: 422,
    clause: '2.2',
    zh: '调查日期不是有效日期，或晚于今天。',
    en: 'The day of the survey is no day, or lies ahead.',
  },
  survey_told_once: {
    status: 409,
    clause: '2.2',
    zh: '问题须一次性书面告知。本成果已退回补正过一次，现在只能通过或不予通过。',
    en: 'What is wrong is told once, in writing. This survey was sent back before; now it is accepted or refused.',
  },
  survey_problems: {
    status: 422,
    clause: '2.2',
    zh: '通过时不能有问题；退回或不予通过时须逐项写明全部问题，每项一次。',
    en: 'An accepted survey has no problems; one sent back or refused names every problem, each item once.',
  },
  survey_file: {
    status: 422,
    clause: '2.2',
    zh: '没有找到刚上传的成果报告，请重新上传。',
    en: 'The uploaded report was not found; please upload it again.',
  },
})

/**
 * Keeps submission, review and acceptance in three hands (6.2): the same `decide` the proof explores, over the stages of a
 * survey, with the persons who accepted open cases on the unit in sight.
 */
export function surveyApart(move: Move): Guard<SurveyState, unknown> {
  return ({ process, standing }, { actor }) =>
    decide(
      inFlow(dutyTable, 'survey'),
      process,
      { person: actor.personId ?? '', duties: actor.duties, ...standing },
      move,
    )
}

/** The stages done, as the flow of the duty table counts them. */
export function stagesDone(status: SurveyStatus | null): string[] {
  if (status === null || status === 'returned') return []
  return status === 'accepted' ? ['survey_submission', 'survey_review'] : ['survey_submission']
}

/** What a review does in the flow. */
export function moveOf(outcome: 'accepted' | 'returned' | 'refused'): Move {
  if (outcome === 'returned') return { kind: 'return', to: 'survey_submission' }
  return outcome === 'accepted'
    ? { kind: 'stage', stage: 'survey_review' }
    : { kind: 'within', stage: 'survey_review' }
}

/** One problem found: which point of the list, and what is wrong, in words. */
export interface SurveyProblem {
  item: SurveyCheck
  words: string
}

/** Says whether what was found fits the outcome; null when it does. */
export function problemsRefusal(
  outcome: 'accepted' | 'returned' | 'refused',
  problems: readonly { item: string; words: string }[],
): Refusal | null {
  const once = new Set(problems.map((one) => one.item)).size === problems.length
  if (once && (outcome === 'accepted') === (problems.length === 0)) return null
  const refusal = refuseSurvey('survey_problems')
  return { ...refusal, fields: [{ path: 'problems', message: refusal.message }] }
}
