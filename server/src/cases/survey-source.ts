import { Type } from 'typebox'
import { refuseSurvey } from '../cadastre/survey/rules.ts'
import { act } from '../kernel/act.ts'
import { decide, type Move } from '../kernel/duty.ts'
import { constraintMeans } from '../kernel/perform.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { dutyTable } from '../people/duties.ts'
import { table } from '../platform/db/tx.ts'
import { newHandlerGroup, refuseCase, separation } from './rules.ts'
import { caseSubject, handlerTable } from './subject.ts'

const sourceTable = table('cases.survey_source', ['case_id', 'survey_id'])

const atSurvey = (refusal: Refusal): Refusal => ({
  ...refusal,
  fields: [{ path: 'surveyId', message: refusal.message }],
})
constraintMeans('survey_source_once', () => atSurvey(refuseCase('survey_cited')))
constraintMeans('survey_source_unit', () => atSurvey(refuseCase('survey_of_another_unit')))
constraintMeans('survey_source_accepted', () => atSurvey(refuseSurvey('survey_not_accepted')))
constraintMeans('survey_source_area', () => atSurvey(refuseSurvey('survey_area_differs')))
constraintMeans(
  'survey_source_before_acceptance',
  () =>
    decide(
      dutyTable,
      { closed: false, secondReview: false, done: ['acceptance'], handlers: {} },
      { person: 'one', duties: ['acceptance'] },
      { kind: 'stage', stage: 'acceptance' },
    )!,
)

const takingIn: Move = { kind: 'within', stage: 'acceptance' }

/**
 * 引用权籍调查成果: an accepted survey of the unit becomes a source of the case, before its acceptance. It changes nothing in the
 * register: one that shows another area waits for the registration of that change.
 */
export const citeSurvey = act({
  type: 'case.citeSurvey',
  title: { zh: '引用权籍调查成果', en: 'Cite a survey' },
  clauses: ['2.2', '6.2'],
  duties: ['acceptance'],
  input: Type.Object(
    {
      caseId: Type.String({ title: '案件|Case', format: 'uuid' }),
      surveyId: Type.String({ title: '权籍调查成果|Survey', format: 'uuid' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ surveyId: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [separation(dutyTable, takingIn)],
  move: 'within acceptance',
  async handle({ tx, actor, district }, { caseId, surveyId }, state) {
    const survey = await tx.maybe<{ state: string; cited: boolean; same: boolean; handlers: string[] }>`
      select s.state, r.area = u.area as same,
        exists (select from cases.survey_source q where q.district = s.district and q.case_id = ${caseId}::uuid and q.survey_id = s.id) as cited,
        (select jsonb_agg(h.person_id) from cadastre.survey_handler h where h.district = s.district and h.survey_id = s.id) as handlers
      from cadastre.survey s join cadastre.unit u on u.district = s.district and u.code = s.unit_code
        join cadastre.survey_result r on r.district = s.district and r.survey_id = s.id and r.round = s.round
      where s.district = ${district} and s.id = ${surveyId}::uuid and s.unit_code = ${state.unitCode}`
    if (!survey) return atSurvey(refuseCase('survey_of_another_unit'))
    if (survey.cited) return atSurvey(refuseCase('survey_cited'))
    if (survey.state !== 'accepted') return atSurvey(refuseSurvey('survey_not_accepted'))
    if (!survey.same) return atSurvey(refuseSurvey('survey_area_differs'))
    // Who has taken in this case handled the survey: they, or the one who cites it now (6.2).
    const accepting = Object.entries(state.process.handlers).flatMap(([person, group]) =>
      group === 'acceptance' ? [person] : [],
    )
    const barred = [...accepting, actor.personId!].find((one) => survey.handlers.includes(one))
    if (barred)
      return decide(
        dutyTable,
        { ...state.process, surveyed: { [barred]: ['survey_submission'] } },
        { person: barred, duties: ['acceptance'] },
        takingIn,
      )!
    const group = newHandlerGroup(dutyTable, state, actor.personId!, takingIn)
    if (group) await tx.put(handlerTable, { district, case_id: caseId, duty_group: group })
    await tx.put(sourceTable, { district, case_id: caseId, survey_id: surveyId, unit_code: state.unitCode })
    return { surveyId }
  },
})
