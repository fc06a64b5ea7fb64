import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { dutyTable } from '../../../../server/src/people/duties.ts'
import { asRefused, useApi } from '../../api/queries.ts'
import { useLook } from '../../api/useLook.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import type { Text } from '../../i18n/texts.ts'
import { Facts } from '../../ui/Facts.tsx'
import { MaterialsViewer } from '../../ui/MaterialsViewer.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { Timeline } from '../../ui/Timeline.tsx'
import { AnswerForm } from './SamplingForms.tsx'
import './sampling.css'
import { samplingTexts } from './texts.ts'
import type { SamplingDetail } from './types.ts'

interface Sampled {
  candidate: string
  entry: {
    kind: string
    unitCode: string
    recordedAt: string
    parties: string[]
    body: Record<string, unknown>
  } | null
  case: {
    number: string | null
    title: Text | null
    unitCode: string
    location: string
    appliedAt: string
    acceptedAt: string | null
    closedAt: string | null
    promisedDue: string | null
    legalDue: string | null
    body: { priceFen?: number; contractNumber?: string; remark?: string }
    parties: { side: string; name: string; agentName: string | null; checked: boolean }[]
    stages: { stage: string; person: string; at: string; opinion: string }[]
    materials: { no: number; code: string; name: string; pages: number; file: string }[]
    names: Record<string, Text>
  } | null
}

const route = getRouteApi('/inside/samplings/$id/items/$candidate')

/** One sampled case as its checker looks at it: application, parties, stages and scans. Every look is recorded. */
export function SampledPage() {
  const { id, candidate } = route.useParams()
  const t = useTexts(samplingTexts)
  const found = useApi<SamplingDetail>(`samplings/${id}`)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  if (!found.data) return <LoadingState label={t.title} />
  return <Shown sampling={found.data} candidate={candidate} />
}

function Shown({ sampling, candidate }: { sampling: SamplingDetail; candidate: string }) {
  const t = useTexts(samplingTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const [answering, setAnswering] = useState(false)
  const look = useLook<Sampled>('sampling.look', {
    district: sampling.district,
    samplingId: sampling.id,
    candidate,
  })
  if (look.refusal) return <ErrorState refusal={look.refusal} />
  if (!look.data) return <LoadingState label={t.case} />
  const { entry, case: of } = look.data
  const item = sampling.items.find((one) => one.candidate === candidate)
  const when = (at: string | null | undefined) => (at ? dateTime(at) : null)
  return (
    <>
      <div className="mb-page-head">
        <h1>{of?.number ?? of?.unitCode ?? entry?.unitCode ?? candidate}</h1>
        <p>
          <Link to="/samplings/$id" params={{ id: sampling.id }}>
            {t.back}
          </Link>
        </p>
      </div>
      {item && !item.answer && sampling.how === null && (
        <div className="mb-sampling-acts">
          <Button type="primary" onClick={() => setAnswering(true)}>
            {t.answer}
          </Button>
        </div>
      )}
      {entry && (
        <Facts
          items={[
            [t.entry, entry.kind],
            [t.unit, entry.unitCode],
            [t.recordedAt, when(entry.recordedAt)],
            [t.parties, entry.parties.join(', ')],
            ...Object.entries(entry.body)
              .filter(([, value]) => typeof value !== 'object')
              .map(([name, value]): [string, string] => [name, String(value)]),
          ]}
        />
      )}
      {of && (
        <>
          <Facts
            items={[
              [t.business, of.title && pick(of.title)],
              [t.unit, of.unitCode],
              [t.location, of.location],
              [
                t.parties,
                of.parties.map((one) => (
                  <div key={`${one.side} ${one.name}`}>
                    {t.sides[one.side as keyof typeof t.sides]} {one.name}
                    {one.agentName && ` (${one.agentName})`}{' '}
                    <span className="mb-soft">{one.checked ? t.identityGood : t.identityNone}</span>
                  </div>
                )),
              ],
              [t.price, of.body.priceFen === undefined ? null : (of.body.priceFen / 100).toFixed(2)],
              [t.contract, of.body.contractNumber],
              [t.appliedAt, when(of.appliedAt)],
              [t.acceptedAt, when(of.acceptedAt)],
              [t.promisedDue, when(of.promisedDue)],
              [t.legalDue, when(of.legalDue)],
              [t.closedAt, when(of.closedAt)],
            ]}
          />
          <section className="mb-panel mb-sampling-part">
            <h2>{t.materials}</h2>
            <MaterialsViewer
              materials={of.materials.map((one) => ({
                id: String(one.no),
                name: of.names[one.code] ? pick(of.names[one.code]!) : one.name,
                pages: one.pages,
                source: `/api/samplings/${sampling.id}/items/${candidate}/files/${one.file}`,
              }))}
            />
          </section>
          <section className="mb-panel mb-sampling-part">
            <h2>{t.process}</h2>
            <Timeline
              items={of.stages.map((one) => ({
                id: one.stage,
                at: one.at,
                title: pick(
                  dutyTable.stages.find(({ id }) => id === one.stage)?.name ?? {
                    zh: one.stage,
                    en: one.stage,
                  },
                ),
                actor: one.person,
                outcome: 'done' as const,
                detail: one.opinion,
              }))}
            />
          </section>
        </>
      )}
      {answering && item && (
        <AnswerForm sampling={sampling} item={item} onClose={() => setAnswering(false)} />
      )}
    </>
  )
}
