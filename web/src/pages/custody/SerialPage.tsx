import { getRouteApi, Link } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import './custody.css'
import { ScanBox } from './DeskPage.tsx'
import { custodyTexts } from './texts.ts'
import type { BookLine, SerialKind } from './types.ts'
import { ActProof, FileLink, useCustodyWords } from './words.tsx'

const route = getRouteApi('/inside/custody/serials/$number')

/** One printed number from the delivery to its end: whose hands it went through, and what became of it. */
export function SerialPage() {
  const { number } = route.useParams()
  const t = useTexts(custodyTexts)
  const asked = useApi<{ number: string; kinds: SerialKind[] }>(
    `custody/serials/${encodeURIComponent(number)}`,
  )
  const refused = asRefused(asked.error)
  return (
    <>
      <div className="mb-page-head">
        <div className="mb-custody-head">
          <div>
            <h1>{fill(t.serial, { number: asked.data?.number ?? number })}</h1>
            <p>{t.serialHint}</p>
          </div>
          <ScanBox />
        </div>
      </div>
      {refused ? (
        <ErrorState refusal={refused.refusal} onRetry={() => void asked.refetch()} />
      ) : asked.data ? (
        asked.data.kinds.map((one) => <Life key={one.kind} of={one} />)
      ) : (
        <LoadingState label={t.loading} />
      )}
    </>
  )
}

function Life({ of }: { of: SerialKind }) {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const { dateTime } = useFormats()
  const last = of.lines.at(-1)
  const placed = of.place ? words.place(of.place.place, of.place.person, last?.certificate) : null
  const columns: TableColumnsType<BookLine> = [
    {
      title: t.at,
      key: 'at',
      width: 150,
      render: (_, one) => <ActProof actId={one.actId}>{dateTime(one.at)}</ActProof>,
    },
    {
      title: t.movement,
      key: 'movement',
      width: 110,
      render: (_, one) => <b>{words.movement(one.movement, one.toPlace)}</b>,
    },
    { title: t.from, key: 'from', width: 160, render: (_, one) => words.place(one.fromPlace, one.fromName) },
    {
      title: t.to,
      key: 'to',
      width: 300,
      render: (_, one) =>
        one.certificate ? (
          <Link
            className="mb-custody-link"
            to="/life/$kind/$id"
            params={{ kind: 'certificate', id: one.certificate }}
          >
            {fill(t.certificateOf, { number: one.certificate })}
          </Link>
        ) : (
          words.place(one.toPlace, one.toName)
        ),
    },
    {
      title: t.case,
      key: 'case',
      width: 90,
      render: (_, one) =>
        one.caseId && (
          <Link className="mb-custody-link" to="/cases/$caseId" params={{ caseId: one.caseId }}>
            {t.open}
          </Link>
        ),
    },
    { title: t.by, key: 'by', width: 120, render: (_, one) => one.person ?? '—' },
  ]
  return (
    <section aria-label={words.kind(of.kind)}>
      <div className="mb-panel">
        <Facts
          items={[
            [t.kind, words.kind(of.kind)],
            [t.now, placed ?? (of.counting ? t.beingCounted : t.notCounted)],
            [t.delivery, of.delivery && `${of.delivery.source} · ${of.delivery.batch}`],
            [
              t.void,
              of.void && (
                <>
                  {words.reason(of.void.reason)} {of.void.note}{' '}
                  {of.void.photo && <FileLink file={of.void.photo}>{t.stampPhoto}</FileLink>}
                </>
              ),
            ],
            [
              t.destruction,
              of.destruction && (
                <>
                  {t.destructionStates[of.destruction.state]} {of.destruction.decisionNo}{' '}
                  {[of.destruction.decider, of.destruction.witness1Name, of.destruction.witness2Name]
                    .filter(Boolean)
                    .join('、')}{' '}
                  {of.destruction.minutes && <FileLink file={of.destruction.minutes}>{t.minutes}</FileLink>}
                </>
              ),
            ],
            ...of.differences.map(
              (one, i) =>
                [
                  `${t.difference} ${i + 1}`,
                  `${t.sides[one.side]} · ${one.outcome ? t.outcomes[one.outcome] : t.openDifference} ${one.explanation ?? ''}`,
                ] as const,
            ),
          ]}
        />
      </div>
      <DataTable<BookLine>
        title={t.life}
        columns={columns}
        rows={of.lines}
        rowKey={(one) => one.id}
        emptyLabel={of.counting ? t.counting : t.notCounted}
        csv={[
          { title: t.at, value: (one) => dateTime(one.at) },
          { title: t.movement, value: (one) => words.movement(one.movement, one.toPlace) },
          { title: t.from, value: (one) => words.place(one.fromPlace, one.fromName) },
          { title: t.to, value: (one) => words.place(one.toPlace, one.toName, one.certificate) },
          { title: t.by, value: (one) => one.person },
          { title: t.proof, value: (one) => one.actId },
        ]}
      />
    </section>
  )
}
