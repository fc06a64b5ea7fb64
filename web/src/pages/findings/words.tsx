import { useTexts } from '../../i18n/language.tsx'
import { findingTexts } from './texts.ts'
import type { Card, FindingLine, FindingState } from './types.ts'

const colours: Record<FindingState, string> = {
  open: 'red',
  noticed: 'amber',
  planned: 'amber',
  fixed: 'amber',
  verified: 'amber',
  closed: 'green',
}

export function StateTag({ state }: { state: FindingState }) {
  const t = useTexts(findingTexts)
  return <span className={`mb-status mb-status-${colours[state]}`}>{t.states[state]}</span>
}

/** Amber and red cards, and the letter, as they were shown. */
export function Cards({ cards }: { cards: readonly Card[] }) {
  const t = useTexts(findingTexts)
  return cards.map((card) => (
    <span key={card} className={`mb-status mb-status-${card === 'amber' ? 'amber' : 'red'} mb-finding-card`}>
      {t.cards[card]}
    </span>
  ))
}

/** The day a step is owed by, and that it has passed. */
export function DueDay({ of }: { of: Pick<FindingLine, 'dueOn' | 'late'> }) {
  const t = useTexts(findingTexts)
  if (of.dueOn === null) return <>—</>
  return (
    <>
      {of.dueOn} {of.late && <span className="mb-status mb-status-red">{t.late}</span>}
    </>
  )
}
