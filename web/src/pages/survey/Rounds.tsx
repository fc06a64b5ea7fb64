import { surveyChecks, surveyKinds } from '../../../../server/src/cadastre/survey/rules.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { LongText } from '../../ui/LongText.tsx'
import { ProofLink } from '../access/words.tsx'
import { surveyTexts } from './texts.ts'
import type { SurveyLine, SurveyRound } from './types.ts'

/** What was measured, round by round, the newest first. */
export function Measured({ line }: { line: SurveyLine }) {
  return (
    <div className="mb-wrap">
      {line.rounds.toReversed().map((round) => (
        <Result key={round.round} line={line} round={round} />
      ))}
    </div>
  )
}

function Result({ line, round }: { line: SurveyLine; round: SurveyRound }) {
  const t = useTexts(surveyTexts)
  const pick = usePick()
  const { area, date } = useFormats()
  return (
    <div className="mb-survey-round">
      {line.rounds.length > 1 && <div className="mb-soft">{fill(t.round, { round: round.round })}</div>}
      <b>{fill(t.measured, { kind: pick(surveyKinds[round.kind]), area: area(round.area) })}</b>
      {round.innerArea && round.sharedArea && (
        <div>{fill(t.parts, { inner: area(round.innerArea), shared: area(round.sharedArea) })}</div>
      )}
      <div className="mb-soft">{fill(t.by, { body: round.surveyedBy, day: date(round.surveyedOn) })}</div>
      <a href={`/api/surveys/${line.id}/files/${round.file}`} target="_blank" rel="noreferrer">
        {t.report}
      </a>
      {round.note && <LongText text={round.note} shown={80} />}
    </div>
  )
}

/** Who submitted each round, who reviewed it, and what was found. */
export function Handled({ line }: { line: SurveyLine }) {
  const t = useTexts(surveyTexts)
  const pick = usePick()
  return (
    <div className="mb-wrap">
      {line.rounds.toReversed().map(({ round, by, actId, review }) => (
        <div key={round} className="mb-survey-round">
          <ProofLink actId={actId}>{fill(t.submittedBy, { who: by })}</ProofLink>
          {review && (
            <div>
              <ProofLink actId={review.actId}>
                {fill(t.reviewedBy, { who: review.by, opinion: review.opinion })}
              </ProofLink>
            </div>
          )}
          {review && review.problems.length > 0 && (
            <ul className="mb-survey-problems" aria-label={t.problems}>
              {review.problems.map(({ item, words }) => (
                <li key={item}>
                  <b>{pick(surveyChecks[item])}</b> <LongText text={words} shown={80} />
                </li>
              ))}
            </ul>
          )}
        </div>
      ))}
    </div>
  )
}

const colours = { submitted: 'amber', returned: 'amber', accepted: 'green', refused: 'grey' } as const

export function SurveyState({ line }: { line: SurveyLine }) {
  const t = useTexts(surveyTexts)
  return <span className={`mb-status mb-status-${colours[line.state]}`}>{t.states[line.state]}</span>
}
