import { Link } from '@tanstack/react-router'
import { Button, Dropdown, Segmented, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { useActTitles } from '../evidence/useActTitles.ts'
import './controls.css'
import { controlTexts } from './texts.ts'

/** One line of `GET /api/controls`. */
interface ControlRow {
  id: string
  clause: string
  kind: keyof typeof controlTexts.zh.kinds
  title: Text
  status: keyof typeof controlTexts.zh.statuses
  counts: Record<'governed' | 'refused' | 'due' | 'overdue' | 'found' | 'open', number>
  /** Act types it governs. */
  acts: string[]
}

const statuses = ['red', 'amber', 'green', 'grey'] as const
const figures = ['governed', 'refused', 'due', 'overdue', 'found', 'open'] as const

/** The notice clause by clause: what carries each clause, and how it stands. */
export function ControlsPage() {
  const t = useTexts(controlTexts)
  const pick = usePick()
  const found = useApi<{ items: ControlRow[] }>('controls')
  const [status, setStatus] = useState<ControlRow['status'] | 'all'>('all')
  const clauses = t.clauses as Record<string, string>
  const all = found.data?.items ?? []
  const rows = all.filter((row) => status === 'all' || row.status === status)
  const columns: TableColumnsType<ControlRow> = [
    {
      title: t.clause,
      key: 'clause',
      width: 172,
      render: (_, row) => (
        <>
          <ClauseTag clause={row.clause} />
          <small className="mb-clause-title">{clauses[row.clause]}</small>
        </>
      ),
    },
    {
      title: t.status,
      key: 'status',
      width: 116,
      render: (_, row) => (
        <span className={`mb-status mb-status-${row.status}`}>{t.statuses[row.status]}</span>
      ),
    },
    { title: t.control, key: 'control', width: 226, render: (_, row) => pick(row.title) },
    { title: t.kind, key: 'kind', width: 98, render: (_, row) => t.kinds[row.kind] },
    ...figures.map((figure) => ({
      title: t[figure],
      key: figure,
      width: figure === 'governed' ? 84 : 68,
      align: 'right' as const,
      render: (_: unknown, row: ControlRow) => <Figure row={row} figure={figure} />,
    })),
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      <DataTable<ControlRow>
        title={t.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        loading={found.isPending}
        error={asRefused(found.error)?.refusal ?? null}
        onRetry={() => void found.refetch()}
        emptyLabel={t.empty}
        tools={
          <Segmented<ControlRow['status'] | 'all'>
            aria-label={t.filterStatus}
            value={status}
            onChange={setStatus}
            options={[
              { value: 'all', label: `${t.all} ${all.length}` },
              ...statuses.map((one) => ({
                value: one,
                label: `${t.statuses[one]} ${all.filter((row) => row.status === one).length}`,
              })),
            ]}
          />
        }
        csv={[
          { title: t.clause, value: (row) => `${row.clause} ${clauses[row.clause] ?? ''}`.trim() },
          { title: t.status, value: (row) => t.statuses[row.status] },
          { title: t.control, value: (row) => pick(row.title) },
          { title: t.kind, value: (row) => t.kinds[row.kind] },
          ...figures.map((figure) => ({
            title: t[figure],
            value: (row: ControlRow) => String(row.counts[figure]),
          })),
        ]}
      />
    </>
  )
}

interface FigureProps {
  row: ControlRow
  figure: (typeof figures)[number]
}

/** A figure that acts stand behind leads to them, one kind at a time; the others are plain. */
function Figure({ row, figure }: FigureProps) {
  const t = useTexts(controlTexts)
  const { number } = useFormats()
  const count = number(row.counts[figure])
  const [only] = row.acts
  if (row.counts[figure] === 0 || !only || (figure !== 'governed' && figure !== 'refused')) return count
  const outcome = figure === 'refused' ? { outcome: 'refused' as const } : {}
  if (row.acts.length === 1)
    return (
      <Link to="/evidence" search={{ type: only, ...outcome }}>
        {count}
      </Link>
    )
  return (
    <ActMenu
      acts={row.acts}
      label={fill(t.actsOf, { figure: t[figure], count })}
      count={count}
      outcome={outcome}
    />
  )
}

interface ActMenuProps {
  acts: string[]
  label: string
  count: string
  outcome: { outcome?: 'refused' }
}

function ActMenu({ acts, label, count, outcome }: ActMenuProps) {
  const pick = usePick()
  const [opened, setOpened] = useState(false)
  const titles = useActTitles(opened)
  return (
    <Dropdown
      trigger={['click']}
      onOpenChange={(open) => open && setOpened(true)}
      menu={{
        items: acts.map((type) => {
          const title = titles.get(type)
          return {
            key: type,
            label: (
              <Link to="/evidence" search={{ type, ...outcome }}>
                {title ? pick(title) : type}
              </Link>
            ),
          }
        }),
      }}
    >
      <Button type="link" size="small" className="mb-figure" aria-label={label} aria-haspopup="menu">
        {count}
      </Button>
    </Dropdown>
  )
}
