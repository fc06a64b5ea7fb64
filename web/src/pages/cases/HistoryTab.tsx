import { Link } from '@tanstack/react-router'
import { Checkbox } from 'antd'
import { useState } from 'react'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { Timeline } from '../../ui/Timeline.tsx'
import { ProofFileLink } from '../evidence/ProofFiles.tsx'
import { casePageTexts } from './caseTexts.ts'

interface Step {
  actId: string
  type: string
  title: Text
  at: string
  person: string
  outcome: 'done' | 'refused'
  message: Text | null
  clause: string | null
  leaf: number | null
  from: string | null
}

/** A look that was granted; what was refused always belongs to the story. */
const isLook = (step: Step): boolean => step.type === 'case.open' && step.outcome === 'done'

/** Who did what, when and from where, refused attempts included, each with the place of its proof in the log. */
export function HistoryTab({ caseId }: { caseId: string }) {
  const t = useTexts(casePageTexts)
  const pick = usePick()
  const [withLooks, setWithLooks] = useState(false)
  const steps = useApi<{ items: Step[] }>(`cases/${caseId}/timeline`)
  const office = useSession().data?.district.id
  const refused = asRefused(steps.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void steps.refetch()} />
  if (!steps.data) return <LoadingState label={t.tabs.history} />
  const { items } = steps.data
  const looks = items.filter(isLook)
  return (
    <section className="mb-panel">
      {looks.length > 0 && (
        <Checkbox
          className="mb-timeline-filter"
          checked={withLooks}
          onChange={(event) => setWithLooks(event.target.checked)}
        >
          {fill(t.withLooks, { count: looks.length })}
        </Checkbox>
      )}
      <Timeline
        items={items
          .filter((step) => withLooks || !isLook(step))
          .map((step) => ({
            id: step.actId,
            at: step.at,
            title: pick(step.title),
            actor: step.person,
            outcome: step.outcome,
            ...(step.from ? { from: step.from } : {}),
            ...(step.message
              ? {
                  detail: (
                    <>
                      {pick(step.message)} {step.clause && <ClauseTag clause={step.clause} />}
                    </>
                  ),
                }
              : {}),
            proof: (
              <>
                <Link to="/evidence/$actId" params={{ actId: step.actId }}>
                  {step.leaf === null ? t.pendingLeaf : fill(t.leaf, { n: step.leaf })}
                </Link>
                {step.leaf !== null && office && <ProofFileLink district={office} index={step.leaf} />}
              </>
            ),
          }))}
      />
    </section>
  )
}
