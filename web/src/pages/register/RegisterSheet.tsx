import { useMemo } from 'react'
import { officeById } from '../../../../server/src/values/districts.ts'
import { useSession } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { UnitMap } from '../../ui/UnitMap.tsx'
import { UnitSurveys } from '../survey/UnitSurveys.tsx'
import { BurdensPanel } from './BurdensPanel.tsx'
import { CasesPanel, CertificatesPanel } from './CertificatesAndCases.tsx'
import { HistoryTable } from './HistoryTable.tsx'
import { OwnershipPanel } from './OwnershipPanel.tsx'
import { registerTexts } from './texts.ts'
import type { RegisterView } from './types.ts'
import { UnitFactsPanel } from './UnitFactsPanel.tsx'
import { mapFeatures } from './view.ts'

/** Everything the register says of a unit on the day looked at. */
export function RegisterSheet({ view }: { view: RegisterView }) {
  const features = useMemo(() => mapFeatures(view), [view])
  const office = officeById(useSession().data?.district.id ?? '')
  return (
    <div className="mb-register">
      <StandingLine view={view} />
      <div className="mb-register-columns">
        <div className="mb-register-facts">
          <UnitFactsPanel unit={view.unit} />
          <OwnershipPanel view={view} />
        </div>
        <div className="mb-register-map">
          <UnitMap features={features} meridian={office?.centralMeridian ?? 123} height={420} />
        </div>
      </div>
      <BurdensPanel view={view} />
      <HistoryTable view={view} />
      <UnitSurveys unit={view.unit.code} />
      <div className="mb-register-pair">
        <CertificatesPanel certificates={view.certificates} />
        <CasesPanel cases={view.cases} />
      </div>
    </div>
  )
}

/** What stands in the way of disposal, in one line above all else; a waiting seizure is named but does not block. */
function StandingLine({ view: { state } }: { view: RegisterView }) {
  const t = useTexts(registerTexts)
  const waiting = state.seizures.filter((seizure) => seizure.body.waiting).length
  const marks = [
    { word: t.seizures, count: state.seizures.length - waiting, className: 'mb-mark-stop' },
    { word: t.waiting, count: waiting, className: 'mb-mark-mind' },
    { word: t.mortgages, count: state.mortgages.length, className: 'mb-mark-mind' },
    { word: t.objections, count: state.objections.length, className: 'mb-mark-mind' },
    { word: t.prenotices, count: state.prenotices.length, className: 'mb-mark-mind' },
    { word: t.restrictions, count: state.restrictions.length, className: 'mb-mark-stop' },
  ].filter((mark) => mark.count > 0)
  return (
    <ul className="mb-marks" aria-label={t.standingNow}>
      {marks.length === 0 ? (
        <li className="mb-mark-free">{t.noBurdens}</li>
      ) : (
        marks.map((mark) => (
          <li key={mark.word} className={mark.className}>
            {mark.word} {mark.count}
          </li>
        ))
      )}
    </ul>
  )
}
