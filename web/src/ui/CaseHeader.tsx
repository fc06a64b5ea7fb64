import type { ReactNode } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { type DueLevel, DueTag } from './DueTag.tsx'
import { uiTexts } from './texts.ts'

interface CaseHeaderProps {
  /** Not yet given before acceptance. */
  caseNumber: string | null
  business: string
  unitCode: string
  location: string
  stage: string
  due: { at: string | null; level: DueLevel }
  /** Parties in a few words: `张某 → 李某`. */
  parties?: string
  actions?: ReactNode
}

/** What this case is, always in sight while everything below it scrolls. */
export function CaseHeader({
  caseNumber,
  business,
  unitCode,
  location,
  stage,
  due,
  parties,
  actions,
}: CaseHeaderProps) {
  const t = useTexts(uiTexts)
  return (
    <header className="mb-case-header">
      <div className="mb-case-what">
        <h1>{business}</h1>
        <span className="mb-case-number">
          <span className="mb-visually-hidden">{t.caseNumber}</span>
          {caseNumber ?? '—'}
        </span>
        <span className="mb-stage-tag">{stage}</span>
        <DueTag level={due.level} dueAt={due.at} />
        <span className="mb-header-space" />
        <div className="mb-case-actions">{actions}</div>
      </div>
      <dl className="mb-case-facts">
        <div>
          <dt>{t.location}</dt>
          <dd>{location}</dd>
        </div>
        <div>
          <dt>{t.unitCode}</dt>
          <dd className="mb-code">{unitCode}</dd>
        </div>
        {parties && (
          <div>
            <dd>{parties}</dd>
          </div>
        )}
      </dl>
    </header>
  )
}
