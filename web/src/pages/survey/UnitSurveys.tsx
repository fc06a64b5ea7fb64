import { Alert } from 'antd'
import { surveyReaders } from '../../../../server/src/cadastre/survey/rules.ts'
import { useApi, useSession } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Handled, Measured, SurveyState } from './Rounds.tsx'
import './survey.css'
import { surveyTexts } from './texts.ts'
import type { SurveyPage } from './types.ts'

/** The surveys a case on this unit rests on, for those who may see them. */
export function UnitSurveys({ unit }: { unit: string }) {
  const t = useTexts(surveyTexts)
  const duties = useSession().data?.duties ?? []
  const may = surveyReaders.some((duty) => duties.includes(duty))
  const { data } = useApi<SurveyPage>('surveys', { unit }, { enabled: may })
  if (!may || !data) return null
  return (
    <section className="mb-panel" aria-labelledby="unit-surveys">
      <h2 id="unit-surveys">{t.onCase}</h2>
      {data.items.length === 0 && <p className="mb-soft">{t.none}</p>}
      {data.items.some((line) => line.state === 'submitted' || line.state === 'returned') && (
        <Alert type="warning" showIcon title={t.pending} />
      )}
      {data.items.map((line) => (
        <div key={line.id} className="mb-survey-line">
          <SurveyState line={line} />
          <Measured line={line} />
          <Handled line={line} />
        </div>
      ))}
    </section>
  )
}
