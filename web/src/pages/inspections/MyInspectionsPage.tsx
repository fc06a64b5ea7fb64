import { Link } from '@tanstack/react-router'
import { Progress } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import { useWords } from '../access/words.tsx'
import './inspections.css'
import { inspectionTexts } from './texts.ts'
import type { MyVisit } from './types.ts'
import { Mark, useKind } from './words.tsx'

/** 我的检查任务: visits one is on, as cards, so that they fit a telephone. */
export function MyInspectionsPage() {
  const t = useTexts(inspectionTexts)
  const words = useWords()
  const kindName = useKind()
  const list = useApi<{ items: MyVisit[] }>('inspections/mine')
  const refused = asRefused(list.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void list.refetch()} />
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.mineTitle}</h1>
        <p>{t.mineSubtitle}</p>
      </div>
      {!list.data && <LoadingState label={t.mineTitle} />}
      {list.data?.items.length === 0 && <EmptyState label={t.mineEmpty} />}
      <ul className="mb-visits">
        {list.data?.items.map((one) => (
          <li key={one.id} className="mb-panel">
            <h2>
              {words.office(one.inspected)} · {kindName(one.kind)}
            </h2>
            <p className="mb-soft">
              {one.visitFrom} – {one.visitTo}
            </p>
            {one.reader && (
              <Progress
                aria-label={fill(t.mineProgress, { n: one.scored, all: one.items })}
                percent={Math.round((one.scored / Math.max(one.items, 1)) * 100)}
                format={() => fill(t.mineProgress, { n: one.scored, all: one.items })}
                percentPosition={{ align: 'start', type: 'outer' }}
              />
            )}
            <Doing one={one} />
          </li>
        ))}
      </ul>
    </>
  )
}

function Doing({ one }: { one: MyVisit }) {
  const t = useTexts(inspectionTexts)
  if (!one.reader) return <Mark colour="grey">{t.accompany}</Mark>
  if (one.handedIn) return <Mark colour="green">{t.handedIn}</Mark>
  if (one.approved === null) return <Mark colour="amber">{t.states.waits}</Mark>
  if (!one.begun) return <Mark colour="grey">{t.notBegun}</Mark>
  return (
    <Link className="ant-btn" to="/inspections/$id/form" params={{ id: one.id }}>
      {t.openForm}
    </Link>
  )
}
