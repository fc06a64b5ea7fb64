import type { ReactNode } from 'react'
import { useFormats, useTexts } from '../i18n/language.tsx'
import { fill } from '../i18n/texts.ts'
import { EmptyState } from './states.tsx'
import { uiTexts } from './texts.ts'

/** One act as told to people. */
export interface TimelineItem {
  id: string
  /** ISO instant of recording. */
  at: string
  title: string
  actor: string
  /** From where: counter, workstation, address. */
  from?: string
  outcome: 'done' | 'refused'
  detail?: ReactNode
  /** Link to the proof of this act. */
  proof?: ReactNode
}

/** Who did what, when, from where, each with its proof; refused attempts are part of the story. */
export function Timeline({ items }: { items: readonly TimelineItem[] }) {
  const t = useTexts(uiTexts)
  const { dateTime } = useFormats()
  if (items.length === 0) return <EmptyState />
  return (
    <ol className="mb-timeline" aria-label={t.timeline}>
      {items.map((item) => (
        <li key={item.id} className={`mb-timeline-${item.outcome}`}>
          <time dateTime={item.at}>{dateTime(item.at)}</time>
          <div>
            <b>{item.title}</b>
            {item.outcome === 'refused' && <span className="mb-refused-tag">{t.refusedAct}</span>}
            <span className="mb-timeline-who">
              {item.actor}
              {item.from && ` · ${fill(t.from, { from: item.from })}`}
            </span>
            {item.detail && <div className="mb-timeline-detail">{item.detail}</div>}
          </div>
          <span className="mb-timeline-proof">{item.proof}</span>
        </li>
      ))}
    </ol>
  )
}
