import { PrinterOutlined } from '@ant-design/icons'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import type { Term } from '../../../../server/src/custody/archives/rules.ts'
import { asRefused, useApi } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { BarCode, QrCode } from '../../ui/Codes.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import './archives.css'
import { archiveTexts } from './texts.ts'
import type { ArchiveMap } from './types.ts'

const route = getRouteApi('/inside/archives/labels')

/** A sheet of labels to print and stick: for the boxes of a room, or for the files of a box. What a scanner reads is what is written. */
export function LabelsPage() {
  const { room, box } = route.useSearch()
  return box ? <FileLabels box={box} /> : <BoxLabels room={room ?? ''} />
}

function BoxLabels({ room }: { room: string }) {
  const t = useTexts(archiveTexts)
  const asked = useApi<ArchiveMap>('archives/map')
  const of = asked.data?.rooms.find((one) => one.code === room)
  const boxes = asked.data?.boxes.filter((one) => one.room === room)
  return (
    <Sheet
      asked={asked}
      labels={
        boxes && [
          ...[...new Set(boxes.map(({ rack }) => rack))].map((rack) => ({
            text: `${room}-${rack}`,
            below: `${of?.name ?? ''} · ${fill(t.rackOf, { rack })}`,
          })),
          ...boxes.map((one) => ({ text: `${one.room}-${one.rack}-${one.box}`, below: of?.name ?? '' })),
        ]
      }
    />
  )
}

function FileLabels({ box }: { box: string }) {
  const t = useTexts(archiveTexts)
  const path = box.split('-').map(encodeURIComponent).join('/')
  const asked = useApi<{ files: { number: string; caseNumber: string; term: Term }[] }>(
    `archives/boxes/${path}`,
  )
  return (
    <Sheet
      asked={asked}
      labels={asked.data?.files.map((one) => ({
        text: one.number,
        below: `${t.terms[one.term]} · ${box} · ${one.caseNumber}`,
      }))}
    />
  )
}

function Sheet({
  asked,
  labels,
}: {
  asked: { error: unknown; refetch: () => unknown }
  labels: { text: string; below: string }[] | undefined
}) {
  const t = useTexts(archiveTexts)
  const refused = asRefused(asked.error as Error | null)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void asked.refetch()} fullPage />
  if (!labels) return <LoadingState label={t.loading} fullPage />
  return (
    <>
      <div className="mb-page-head mb-screen-only">
        <h1>{t.labels}</h1>
        <p>{t.labelsHint}</p>
        <Button type="primary" icon={<PrinterOutlined aria-hidden />} onClick={() => print()}>
          {t.print}
        </Button>
      </div>
      {labels.length === 0 && <EmptyState label={t.noBoxes} />}
      <div className="mb-archive-labels">
        {labels.map((one) => (
          <div key={one.text} className="mb-archive-label">
            <QrCode text={one.text} />
            <div>
              <b className="mb-code">{one.text}</b>
              {one.below}
            </div>
            <BarCode text={one.text} />
          </div>
        ))}
      </div>
    </>
  )
}
