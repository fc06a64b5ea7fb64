import { Link } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import type { Text } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
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

const figures = ['governed', 'refused', 'due', 'overdue', 'found', 'open'] as const

/** The notice clause by clause: what carries each clause, and how it stands. */
export function ControlsPage() {
  const t = useTexts(controlTexts)
  const pick = usePick()
  const { number } = useFormats()
  const found = useApi<{ items: ControlRow[] }>('controls')
  const columns: TableColumnsType<ControlRow> = [
    { title: t.clause, key: 'clause', width: 130, render: (_, row) => <ClauseTag clause={row.clause} /> },
    {
      title: t.status,
      key: 'status',
      width: 130,
      render: (_, row) => (
        <span className={`mb-status mb-status-${row.status}`}>{t.statuses[row.status]}</span>
      ),
    },
    { title: t.control, key: 'control', render: (_, row) => pick(row.title) },
    { title: t.kind, key: 'kind', render: (_, row) => t.kinds[row.kind] },
    ...figures.map((figure) => ({
      title: t[figure],
      key: figure,
      align: 'right' as const,
      render: (_: unknown, row: ControlRow) => figureOf(row, figure, number(row.counts[figure])),
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
        rows={found.data?.items ?? []}
        rowKey={(row) => row.id}
        loading={found.isPending}
        error={asRefused(found.error)?.refusal ?? null}
        onRetry={() => void found.refetch()}
        emptyLabel={t.empty}
        csv={[
          { title: t.clause, value: (row) => row.clause },
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

/** A figure that acts stand behind leads to them; the others are plain. */
function figureOf(row: ControlRow, figure: (typeof figures)[number], words: string) {
  const [type] = row.acts
  if (row.counts[figure] === 0 || !type || (figure !== 'governed' && figure !== 'refused')) return words
  const search = {
    ...(row.acts.length === 1 ? { type } : {}),
    ...(figure === 'refused' ? { outcome: 'refused' as const } : {}),
  }
  return (
    <Link to="/evidence" search={search}>
      {words}
    </Link>
  )
}
