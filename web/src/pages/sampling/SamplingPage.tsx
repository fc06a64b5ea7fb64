import { getRouteApi, Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { ProofLink, useWords } from '../access/words.tsx'
import { SampleTable } from './SampleTable.tsx'
import { type SamplingStep, StepForm } from './SamplingForms.tsx'
import './sampling.css'
import { StageTag, stageOf } from './stage.tsx'
import { samplingTexts } from './texts.ts'
import type { SamplingDetail } from './types.ts'

const route = getRouteApi('/inside/samplings/$id')

/** One sampling: plan, frame, value, sample, what was found of each, and what may be done now. */
export function SamplingPage() {
  const { id } = route.useParams()
  const found = useApi<SamplingDetail>(`samplings/${id}`)
  const t = useTexts(samplingTexts)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  if (!found.data) return <LoadingState label={t.title} />
  return <Shown sampling={found.data} />
}

function Shown({ sampling }: { sampling: SamplingDetail }) {
  const t = useTexts(samplingTexts)
  const words = useWords()
  const { dateTime } = useFormats()
  const { message } = App.useApp()
  const [asking, setAsking] = useState<SamplingStep | null>(null)
  const [chosen, setChosen] = useState<string[]>([])
  const check = useAct<object, { faulty: number }>('sampling.check')
  const { items, values, availability } = sampling
  const drawn = items.length > 0
  const stage = stageOf({
    how: sampling.how,
    drawn,
    entered: values.some((one) => one.agrees === null),
    checked: sampling.checked,
    unanswered: sampling.unanswered,
  })
  const run = async () => {
    const outcome = await check.perform({ district: sampling.district, samplingId: sampling.id })
    if (outcome.ok) void message.success(fill(t.checkDone, { faulty: outcome.result.faulty }))
  }
  const button = (step: SamplingStep, label: string, primary: boolean) => (
    <ActButton
      type={primary ? 'primary' : 'default'}
      availability={availability[`sampling.${step}`]}
      onClick={() =>
        step === 'assign' && chosen.length === 0 ? void message.info(t.chooseFirst) : setAsking(step)
      }
    >
      {label}
    </ActButton>
  )
  return (
    <>
      <div className="mb-page-head">
        <h1>
          {words.office(sampling.district)} · {t.sources[sampling.source]} {sampling.fromDay} –{' '}
          {sampling.toDay}
        </h1>
        <p>
          <Link to="/samplings">{t.back}</Link>
        </p>
      </div>
      <Facts
        items={[
          [t.state, <StageTag key="stage" stage={stage} />],
          [
            t.planner,
            <ProofLink key="planner" actId={sampling.actId}>
              {sampling.planner} {dateTime(sampling.at)}
            </ProofLink>,
          ],
          [t.strataBy, t.strata[sampling.strataBy]],
          [t.candidates, sampling.candidates],
          [t.size, sampling.size],
          [t.valueName, `${t.valueKinds[sampling.valueKind]}: ${sampling.valueName}`],
          [t.valueRule, sampling.valueRule],
          [t.valueOn, sampling.valueOn],
          [
            t.committedOn,
            sampling.committedOn
              ? fill(t.committedText, { on: sampling.committedOn, size: sampling.committedSize! })
              : t.notYet,
          ],
          [
            t.hash,
            <code key="hash" className="mb-wrap">
              {sampling.hash}
            </code>,
          ],
          [
            t.ended,
            sampling.endedAt && (
              <ProofLink key="end" actId={sampling.endActId!}>
                {sampling.endedBy} {dateTime(sampling.endedAt)}
              </ProofLink>
            ),
          ],
          [t.closeWord, sampling.endWord],
        ]}
      />
      {check.refusal && <RefusalAlert refusal={check.refusal} onClose={check.clear} />}
      <div className="mb-sampling-acts">
        {sampling.how === null && !drawn && (
          <>
            {button('seed', t.enter, stage === 'waiting')}
            {button('confirm', t.confirm, stage === 'value')}
            {button('lapse', t.lapse, false)}
          </>
        )}
        {sampling.how === null && drawn && (
          <>
            {!sampling.checked && (
              <ActButton
                type="primary"
                availability={availability['sampling.check']}
                pending={check.pending}
                onClick={() => void run()}
              >
                {t.check}
              </ActButton>
            )}
            {button('assign', t.assign, stage === 'people')}
            {button('close', t.close, stage === 'done')}
          </>
        )}
        {drawn && (
          <>
            <Button href={`/api/samplings/${sampling.id}/sample.json`}>{t.exportFile}</Button>
            <Button href="/api/public/redraw.html">{t.redrawPage}</Button>
          </>
        )}
      </div>
      {drawn && <p className="mb-soft">{t.exportHint}</p>}
      <section className="mb-panel mb-sampling-part">
        <h2>
          {t.why} <ClauseTag clause="7.3" />
        </h2>
        <ol className="mb-sampling-why">
          {fill(t.whySteps, { valueOn: sampling.valueOn, valueName: sampling.valueName })
            .split('\n')
            .map((text) => (
              <li key={text}>{text}</li>
            ))}
        </ol>
        <p className="mb-soft">
          {sampling.strata.map((one) => `${one.stratum}: ${one.take} / ${one.candidates}`).join(' · ')}
        </p>
      </section>
      <Values sampling={sampling} />
      {drawn && <SampleTable sampling={sampling} chosen={chosen} onChoose={setChosen} />}
      {asking && (
        <StepForm
          step={asking}
          sampling={sampling}
          candidates={chosen}
          onClose={() => {
            setAsking(null)
            setChosen([])
          }}
        />
      )}
    </>
  )
}

function Values({ sampling }: { sampling: SamplingDetail }) {
  const t = useTexts(samplingTexts)
  const { dateTime } = useFormats()
  return (
    <section className="mb-panel mb-sampling-part">
      <h2>{t.values}</h2>
      {sampling.values.length === 0 && <p className="mb-soft">{t.noValue}</p>}
      {sampling.values.map((one) => (
        <div key={one.no} className="mb-sampling-value">
          <p>
            {fill(t.valueNo, { no: one.no })}: <strong>{one.value ?? t.hidden}</strong>{' '}
            {one.agrees !== null && (
              <span className={`mb-status mb-status-${one.agrees ? 'green' : 'red'}`}>
                {one.agrees ? t.agrees : t.differs}
              </span>
            )}
          </p>
          <p className="mb-soft">
            <ProofLink actId={one.actId}>{fill(t.enteredBy, { by: one.by, at: dateTime(one.at) })}</ProofLink>{' '}
            · {one.source}
          </p>
          {one.confirmedActId && (
            <p className="mb-soft">
              <ProofLink actId={one.confirmedActId}>
                {fill(t.confirmedBy, { by: one.confirmedBy!, at: dateTime(one.confirmedAt!) })}
              </ProofLink>{' '}
              · {one.word}
            </p>
          )}
          {one.seed && (
            <p className="mb-soft">
              {t.seed} <code className="mb-wrap">{one.seed}</code>
            </p>
          )}
        </div>
      ))}
    </section>
  )
}
