import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import '../custody/custody.css'
import { ActBy } from '../custody/words.tsx'
import '../people/people.css'
import './archives.css'
import type { Term } from '../../../../server/src/custody/archives/rules.ts'
import { InspectRoom } from './InspectRoom.tsx'
import { AddBoxes, OpenRoom } from './RoomForms.tsx'
import { Terms } from './Terms.tsx'
import { archiveTexts } from './texts.ts'
import type { ArchiveMap, BoxRow, InspectionRow, RoomRow } from './types.ts'
import { ArchiveScan, FileNo } from './words.tsx'

const route = getRouteApi('/inside/archives/map')
const labelOf = ({ room, rack, box }: BoxRow) => `${room}-${rack}-${box}`

/** Rooms, their racks and boxes with how many files lie in each; a box opens to its files. */
export function MapPage() {
  const t = useTexts(archiveTexts)
  const { box, rack } = route.useSearch()
  const [open, setOpen] = useState<{ act: 'room' } | { act: 'boxes' | 'inspect'; room: RoomRow } | null>(null)
  const asked = useApi<ArchiveMap>('archives/map')
  const refused = asRefused(asked.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void asked.refetch()} fullPage />
  const map = asked.data
  if (!map) return <LoadingState label={t.loading} fullPage />
  const close = () => setOpen(null)
  return (
    <>
      <div className="mb-page-head">
        <div className="mb-custody-head">
          <div>
            <h1>{t.map}</h1>
            <p>{t.mapHint}</p>
          </div>
          <ArchiveScan />
        </div>
      </div>
      {map.rooms.length === 0 && <EmptyState label={t.noRooms} />}
      {map.rooms.map((room) => (
        <Room
          key={room.code}
          room={room}
          map={map}
          chosen={box ?? null}
          rack={rack ?? null}
          onAdd={() => setOpen({ act: 'boxes', room })}
          onInspect={() => setOpen({ act: 'inspect', room })}
        />
      ))}
      <div className="mb-archive-actions mb-screen-only">
        <ActButton
          availability={map.availability['archives.openRoom']}
          onClick={() => setOpen({ act: 'room' })}
        >
          {t.openRoom}
        </ActButton>
      </div>
      {box && (
        <div className="mb-person-section">
          <BoxFiles key={box} label={box} />
        </div>
      )}
      <div className="mb-person-section">
        <Inspections rows={map.inspections} />
      </div>
      <div className="mb-person-section">
        <Terms rows={map.terms} />
      </div>
      {open?.act === 'room' && <OpenRoom onClose={close} />}
      {open?.act === 'boxes' && <AddBoxes room={open.room} onClose={close} />}
      {open?.act === 'inspect' && <InspectRoom room={open.room} onClose={close} />}
    </>
  )
}

function Room({
  room,
  map,
  chosen,
  rack: chosenRack,
  onAdd,
  onInspect,
}: {
  room: RoomRow
  map: ArchiveMap
  chosen: string | null
  rack: string | null
  onAdd: () => void
  onInspect: () => void
}) {
  const t = useTexts(archiveTexts)
  const { date, number } = useFormats()
  const router = useRouter()
  const boxes = map.boxes.filter((one) => one.room === room.code)
  const racks = [...new Set(boxes.map(({ rack }) => rack))]
  const choose = (box: string) =>
    void router.navigate({ to: '/archives/map', search: { box }, replace: true })
  return (
    <section className="mb-custody-stock" aria-label={room.name}>
      <h2>
        {room.code} {room.name}{' '}
        <span className={`mb-status mb-status-${room.overdue ? 'red' : 'green'}`}>
          {room.overdue ? t.inspectionOverdue : fill(t.lastInspected, { at: date(room.since) })}
        </span>
      </h2>
      <div className="mb-archive-actions mb-screen-only">
        <ActButton size="small" availability={map.availability['archives.inspectRoom']} onClick={onInspect}>
          {t.inspect}
        </ActButton>
        <ActButton size="small" availability={map.availability['archives.addBoxes']} onClick={onAdd}>
          {t.addBoxes}
        </ActButton>
        {boxes.length > 0 && (
          <Link className="mb-custody-link" to="/archives/labels" search={{ room: room.code }}>
            {t.labels}
          </Link>
        )}
      </div>
      {racks.length === 0 && <p className="mb-soft">{t.noBoxes}</p>}
      <div className="mb-archive-racks">
        {racks.map((rack) => (
          <div
            key={rack}
            className={`mb-archive-rack ${chosenRack === `${room.code}-${rack}` ? 'mb-chosen' : ''}`}
            ref={(row) => {
              if (chosenRack === `${room.code}-${rack}`) row?.scrollIntoView({ block: 'nearest' })
            }}
          >
            <b>{fill(t.rackOf, { rack })}</b>
            {boxes
              .filter((one) => one.rack === rack)
              .map((one) => (
                <button
                  key={one.box}
                  type="button"
                  aria-pressed={chosen === labelOf(one)}
                  className={`mb-archive-box ${one.files > 0 ? 'mb-filled' : ''} ${chosen === labelOf(one) ? 'mb-chosen' : ''}`}
                  onClick={() => choose(labelOf(one))}
                >
                  <span className="mb-code">{labelOf(one)}</span>
                  <small>
                    {one.counted ? t.beingCounted : fill(t.filesIn, { count: number(one.files) })}
                  </small>
                </button>
              ))}
          </div>
        ))}
      </div>
    </section>
  )
}

interface BoxFile {
  number: string
  caseNumber: string
  pages: number
  term: Term
  location: string
  at: string
}
/** 盒内目录: the files of one box, for the list on its lid. */
function BoxFiles({ label }: { label: string }) {
  const t = useTexts(archiveTexts)
  const { number, date } = useFormats()
  const asked = useApi<{ files: BoxFile[]; counted: boolean }>(
    `archives/boxes/${label.split('-').map(encodeURIComponent).join('/')}`,
  )
  const title = fill(t.boxFiles, { box: label })
  const columns: TableColumnsType<BoxFile> = [
    { title: t.number, key: 'number', width: 230, render: (_, one) => <FileNo number={one.number} /> },
    { title: t.case, key: 'case', width: 190, render: (_, one) => one.caseNumber },
    {
      title: t.location,
      key: 'location',
      width: 300,
      render: (_, one) => <div className="mb-wrap">{one.location}</div>,
    },
    { title: t.pages, key: 'pages', width: 80, align: 'right', render: (_, one) => number(one.pages) },
    { title: t.term, key: 'term', width: 100, render: (_, one) => t.terms[one.term] },
    { title: t.filed, key: 'filed', width: 120, render: (_, one) => date(one.at) },
  ]
  return (
    <DataTable<BoxFile>
      title={title}
      columns={columns}
      rows={asked.data?.files ?? []}
      rowKey={(one) => one.number}
      loading={asked.isLoading}
      error={asRefused(asked.error)?.refusal ?? null}
      onRetry={() => void asked.refetch()}
      emptyLabel={asked.data?.counted ? t.beingCounted : t.boxEmpty}
      tools={<h2 className="mb-looks-heading">{title}</h2>}
      proof={
        <Link className="mb-custody-link" to="/archives/labels" search={{ box: label }}>
          {t.fileLabels}
        </Link>
      }
      csv={[
        { title: t.number, value: (one) => one.number },
        { title: t.case, value: (one) => one.caseNumber },
        { title: t.location, value: (one) => one.location },
        { title: t.pages, value: (one) => one.pages },
        { title: t.term, value: (one) => t.terms[one.term] },
      ]}
    />
  )
}

function Inspections({ rows }: { rows: InspectionRow[] }) {
  const t = useTexts(archiveTexts)
  const { dateTime } = useFormats()
  const said = (sound: boolean) => (sound ? t.sound : t.unsound)
  const mark = (sound: boolean) => (
    <span className={`mb-status mb-status-${sound ? 'green' : 'red'}`}>{said(sound)}</span>
  )
  const columns: TableColumnsType<InspectionRow> = [
    {
      title: t.by,
      key: 'by',
      width: 160,
      render: (_, one) => <ActBy who={one.person} actId={one.actId} at={one.at} />,
    },
    { title: t.room, key: 'room', width: 80, render: (_, one) => one.room },
    { title: t.fire, key: 'fire', width: 80, render: (_, one) => mark(one.fire) },
    { title: t.theft, key: 'theft', width: 80, render: (_, one) => mark(one.theft) },
    { title: t.damp, key: 'damp', width: 80, render: (_, one) => mark(one.damp) },
    {
      title: t.temperature,
      key: 'temperature',
      width: 110,
      align: 'right',
      render: (_, one) => one.temperature,
    },
    { title: t.humidity, key: 'humidity', width: 100, align: 'right', render: (_, one) => one.humidity },
    { title: t.note, key: 'note', width: 280, render: (_, one) => <div className="mb-wrap">{one.note}</div> },
  ]
  return (
    <DataTable<InspectionRow>
      title={t.inspections}
      columns={columns}
      rows={rows}
      rowKey={(one) => one.actId}
      emptyLabel={t.inspectionsEmpty}
      tools={<h2 className="mb-looks-heading">{t.inspections}</h2>}
      csv={[
        { title: t.at, value: (one) => dateTime(one.at) },
        { title: t.by, value: (one) => one.person },
        { title: t.room, value: (one) => one.room },
        { title: t.fire, value: (one) => said(one.fire) },
        { title: t.theft, value: (one) => said(one.theft) },
        { title: t.damp, value: (one) => said(one.damp) },
        { title: t.temperature, value: (one) => one.temperature },
        { title: t.humidity, value: (one) => one.humidity },
        { title: t.note, value: (one) => one.note },
      ]}
    />
  )
}
