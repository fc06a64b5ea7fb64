import { getRouteApi, useRouter } from '@tanstack/react-router'
import { Alert, Button, Segmented, Space, type TableColumnsType, Tag } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useDownload } from '../../api/useDownload.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { useWords } from '../access/words.tsx'
import { CompareTable } from './CompareTable.tsx'
import './controls.css'
import { Figure } from './Figure.tsx'
import { ScopeBar } from './ScopeBar.tsx'
import { StatusTag } from './StatusTag.tsx'
import { Trend } from './Trend.tsx'
import { controlTexts } from './texts.ts'
import {
  type Board,
  type BoardSearch,
  type ControlRow,
  type Counts,
  figures,
  type Status,
  type TrendPoint,
} from './types.ts'

const route = getRouteApi('/inside/controls')
const statuses = ['red', 'amber', 'green', 'grey', 'none'] as const
type Shown = (typeof statuses)[number] | 'all'

/** A line of the board: a clause, and below it, when opened, its controls. */
interface Line {
  /** Id of the clause or the control. */
  key: string
  clause: string | null
  title: Text
  kind: ControlRow['kind'] | null
  status: Status | null
  counts: Counts
  trend: TrendPoint[] | null
  children?: Line[]
}

/** The notice clause by clause: what carries each clause, and how it stands. */
export function ControlsPage() {
  const t = useTexts(controlTexts)
  const router = useRouter()
  const search = route.useSearch()
  const tell = (next: BoardSearch) => void router.navigate({ to: '/controls', search: next, replace: true })
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      <ScopeBar search={search} onChange={tell} />
      {search.view === 'compare' ? (
        <CompareTable search={search} />
      ) : (
        <ClauseBoard search={search} onAll={() => tell({ ...search, clause: undefined })} />
      )}
    </>
  )
}

function ClauseBoard({ search, onAll }: { search: BoardSearch; onAll: () => void }) {
  const t = useTexts(controlTexts)
  const pick = usePick()
  const { view: _, clause: only, ...asked } = search
  const found = useApi<Board>('controls', asked)
  const [shown, setShown] = useState<Shown>('all')
  const board = found.data
  const clauses = (board?.clauses ?? []).filter((one) => !only || one.id === only)
  const of = (status: Shown) => clauses.filter((one) => status === 'all' || (one.status ?? 'none') === status)
  const rows = of(shown).map(
    (one): Line => ({
      key: one.id,
      clause: one.id,
      title: one.title,
      kind: null,
      status: one.status,
      counts: one.counts,
      trend: one.trend,
      ...(one.controls.length > 0
        ? {
            children: one.controls.map((control) => ({
              ...control,
              key: control.id,
              clause: null,
              trend: null,
            })),
          }
        : {}),
    }),
  )
  const columns: TableColumnsType<Line> = [
    {
      title: `${t.clause} / ${t.control}`,
      key: 'title',
      width: 310,
      render: (_, line) =>
        line.clause ? (
          <span className="mb-clause-line">
            <span className="mb-clause">{line.clause}</span> <b>{pick(line.title)}</b>
          </span>
        ) : (
          <span className="mb-control-line">
            {pick(line.title)} {line.kind && <small className="mb-soft">{t.kinds[line.kind]}</small>}
          </span>
        ),
    },
    { title: t.status, key: 'status', width: 120, render: (_, line) => <StatusTag status={line.status} /> },
    ...figures.map((figure) => ({
      title: t[figure],
      key: figure,
      width: figure === 'governed' ? 84 : 68,
      align: 'right' as const,
      render: (_: unknown, line: Line) => (
        <Figure counts={line.counts} figure={figure} of={line.key} asked={asked} />
      ),
    })),
    {
      title: t.trend,
      key: 'trend',
      width: 118,
      render: (_, line) => line.trend && <Trend points={line.trend} clause={line.title} />,
    },
  ]
  const personal = board && (board.scope.person || board.scope.post || board.scope.unit || board.scope.to)
  return (
    <>
      {personal && <Alert type="info" showIcon title={t.personal} />}
      {board && <Stamp board={board} asked={asked} />}
      <DataTable<Line>
        title={t.title}
        columns={columns}
        rows={rows}
        rowKey={(line) => line.key}
        loading={found.isPending}
        error={asRefused(found.error)?.refusal ?? null}
        onRetry={() => void found.refetch()}
        emptyLabel={t.empty}
        opened={only}
        tools={
          <Space wrap>
            {only && (
              <Tag closable onClose={onAll}>
                {fill(t.onlyClause, { clause: only })}
              </Tag>
            )}
            <Segmented<Shown>
              aria-label={t.filterStatus}
              value={shown}
              onChange={setShown}
              options={[
                { value: 'all', label: `${t.all} ${clauses.length}` },
                ...statuses.map((one) => ({
                  value: one,
                  label: `${one === 'none' ? t.none : t.statuses[one]} ${of(one).length}`,
                })),
              ]}
            />
          </Space>
        }
      />
    </>
  )
}

/** When it was counted and from which logs, and the same as a file to take to a meeting. */
function Stamp({ board, asked }: { board: Board; asked: BoardSearch }) {
  const t = useTexts(controlTexts)
  const words = useWords()
  const { dateTime, number } = useFormats()
  const { coming, refusal, clear, start } = useDownload()
  const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value))
  const logs = board.logs
    .slice(0, 2)
    .map((one) => fill(t.stampLog, { office: words.office(one.district), size: number(one.size) }))
  if (board.logs.length > 2) logs.push(fill(t.stampMore, { count: board.logs.length }))
  return (
    <>
      {refusal && <RefusalAlert refusal={refusal} onClose={clear} />}
      <div className="mb-controls-stamp">
        <span className="mb-soft">{fill(t.stamp, { at: dateTime(board.at), logs: logs.join('、') })}</span>
        <span className="mb-screen-only mb-controls-files">
          {(['xlsx', 'pdf', 'docx'] as const).map((ending) => (
            <Button
              key={ending}
              size="small"
              disabled={coming !== null}
              onClick={() => void start(`/api/controls/briefing.${ending}?${query}`, `${t.title}.${ending}`)}
            >
              {{ xlsx: t.excel, pdf: t.pdf, docx: t.word }[ending]}
            </Button>
          ))}
          <output className="mb-soft">{coming && t.making}</output>
        </span>
      </div>
    </>
  )
}
