import { PrinterOutlined } from '@ant-design/icons'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import { create } from 'qrcode'
import { useMemo } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
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
  const asked = useApi<ArchiveMap>('archives/map')
  const of = asked.data?.rooms.find((one) => one.code === room)
  const boxes = asked.data?.boxes.filter((one) => one.room === room)
  return (
    <Sheet
      asked={asked}
      labels={boxes?.map((one) => ({ text: `${one.room}-${one.rack}-${one.box}`, below: of?.name ?? '' }))}
    />
  )
}

function FileLabels({ box }: { box: string }) {
  const path = box.split('-').map(encodeURIComponent).join('/')
  const asked = useApi<{ files: { number: string; caseNumber: string }[] }>(`archives/boxes/${path}`)
  return (
    <Sheet
      asked={asked}
      labels={asked.data?.files.map((one) => ({ text: one.number, below: `${one.caseNumber} · ${box}` }))}
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
            <Code text={one.text} />
            <div>
              <b className="mb-code">{one.text}</b>
              {one.below}
            </div>
          </div>
        ))}
      </div>
    </>
  )
}

/** The text as a QR code, dark fields as one path. */
function Code({ text }: { text: string }) {
  const { size, path } = useMemo(() => {
    const { modules } = create(text, { errorCorrectionLevel: 'M' })
    let path = ''
    for (let row = 0; row < modules.size; row++)
      for (let column = 0; column < modules.size; column++)
        if (modules.get(row, column)) path += `M${column} ${row}h1v1h-1z`
    return { size: modules.size, path }
  }, [text])
  return (
    <svg viewBox={`-2 -2 ${size + 4} ${size + 4}`} role="img" aria-label={text} shapeRendering="crispEdges">
      <path d={path} />
    </svg>
  )
}
