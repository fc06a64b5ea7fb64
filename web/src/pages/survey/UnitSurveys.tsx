import { Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import { refuseSurvey, surveyReaders } from '../../../../server/src/cadastre/survey/rules.ts'
import { useApi, useSession } from '../../api/queries.ts'
import type { Availability } from '../../api/types.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { ProofLink } from '../access/words.tsx'
import { Handled, Measured, SurveyState } from './Rounds.tsx'
import './survey.css'
import { surveyTexts } from './texts.ts'
import type { SurveyLine, SurveyPage } from './types.ts'

/** A case that may name a survey as its source. */
interface CitingCase {
  caseId: string
  availability: Availability
}

/** The surveys of a unit with their history and proofs, for those who may see them; on a case, those it may cite. */
export function UnitSurveys({ unit, citing }: { unit: string; citing?: CitingCase }) {
  const t = useTexts(surveyTexts)
  const duties = useSession().data?.duties ?? []
  const may = surveyReaders.some((duty) => duties.includes(duty))
  const { data } = useApi<SurveyPage>('surveys', { unit }, { enabled: may })
  const cite = useAct<{ caseId: string; surveyId: string }, unknown>('case.citeSurvey')
  if (!may || !data) return null
  return (
    <section className="mb-panel" aria-labelledby="unit-surveys">
      <h2 id="unit-surveys">{t.onCase}</h2>
      {data.items.length === 0 && <p className="mb-soft">{t.none}</p>}
      {data.items.some((line) => line.state === 'submitted' || line.state === 'returned') && (
        <Alert type="warning" showIcon title={t.pending} />
      )}
      {cite.refusal && <RefusalAlert refusal={cite.refusal} onClose={cite.clear} />}
      {data.items.map((line) => (
        <div key={line.id} className="mb-survey-line">
          <div className="mb-survey-standing">
            <SurveyState line={line} />
            {citing && !line.cited.some((one) => one.caseId === citing.caseId) && (
              <ActButton
                size="small"
                availability={mayCite(line, citing)}
                pending={cite.pending}
                onClick={() => void cite.perform({ caseId: citing.caseId, surveyId: line.id })}
              >
                {t.cite}
              </ActButton>
            )}
          </div>
          <div>
            <Measured line={line} />
            {line.state === 'accepted' && !line.sameArea && <p className="mb-soft">{t.areaDiffers}</p>}
          </div>
          <div>
            <Handled line={line} />
            <Cited line={line} here={citing?.caseId ?? null} />
          </div>
        </div>
      ))}
    </section>
  )
}

/** Whether the case may cite this survey, and if not, why. */
function mayCite(line: SurveyLine, { availability }: CitingCase): Availability[string] | undefined {
  const act = availability['case.citeSurvey']
  if (!act?.enabled) return act
  if (line.state !== 'accepted') return { enabled: false, refusal: refuseSurvey('survey_not_accepted') }
  return line.sameArea ? act : { enabled: false, refusal: refuseSurvey('survey_area_differs') }
}

/** The cases that name the survey as their source, and when each was recorded. */
export function Cited({ line, here }: { line: SurveyLine; here: string | null }) {
  const t = useTexts(surveyTexts)
  const { date } = useFormats()
  return line.cited.map((one) => (
    <div key={one.caseId} className="mb-survey-cited">
      <ProofLink actId={one.actId}>
        {fill(one.caseId === here ? t.citedHere : t.citedBy, { who: one.by, day: date(one.at) })}
      </ProofLink>{' '}
      {one.caseId !== here && (
        <Link to="/cases/$caseId" params={{ caseId: one.caseId }}>
          {one.number ?? t.notAccepted}
        </Link>
      )}
      {one.recordedAt && one.recordActId && (
        <div>
          <ProofLink actId={one.recordActId}>{fill(t.recorded, { day: date(one.recordedAt) })}</ProofLink>
        </div>
      )}
    </div>
  ))
}
