import { Link } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { controlTexts } from './texts.ts'
import type { BoardSearch, Compared } from './types.ts'

type Row = Compared['clauses'][number]

/** Every clause in every office: its status, and what is overdue or open there. */
export function CompareTable({ search }: { search: BoardSearch }) {
  const t = useTexts(controlTexts)
  const pick = usePick()
  const { dateTime, number } = useFormats()
  const period = Object.fromEntries(
    Object.entries({ from: search.from, to: search.to }).filter(([, value]) => value),
  )
  const found = useApi<Compared>('controls/compare', period)
  const districts = found.data?.districts ?? []
  const word = (cell: Row['cells'][number]) => {
    const { overdue, open, due, governed } = cell.counts
    if (cell.status === null) return '—'
    return number(cell.status === 'red' ? overdue + open : cell.status === 'amber' ? due : governed)
  }
  const columns: TableColumnsType<Row> = [
    {
      title: t.clause,
      key: 'clause',
      width: 210,
      render: (_, row) => (
        <span className="mb-clause-line">
          <span className="mb-clause">{row.id}</span> {pick(row.title)}
        </span>
      ),
    },
    ...districts.map(({ id, name }, i) => ({
      title: pick(name),
      key: id,
      width: 82,
      align: 'center' as const,
      render: (_: unknown, row: Row) => {
        const cell = row.cells[i]!
        const label = `${pick(name)} ${row.id} ${cell.status === null ? t.none : t.statuses[cell.status]}`
        return (
          <Link
            to="/controls"
            search={{ ...period, district: id, clause: row.id }}
            className={`mb-status mb-status-${cell.status ?? 'none'} mb-compare-cell`}
            title={label}
          >
            <span className="mb-visually-hidden">{label} </span>
            {word(cell)}
          </Link>
        )
      },
    })),
  ]
  return (
    <DataTable<Row>
      title={t.views.compare}
      columns={columns}
      rows={found.data?.clauses ?? []}
      rowKey={(row) => row.id}
      loading={found.isPending}
      error={asRefused(found.error)?.refusal ?? null}
      onRetry={() => void found.refetch()}
      tools={
        <span className="mb-soft">{found.data && fill(t.compareHint, { at: dateTime(found.data.at) })}</span>
      }
      csv={[
        { title: t.clause, value: (row) => `${row.id} ${pick(row.title)}` },
        ...districts.map(({ name }, i) => ({
          title: pick(name),
          value: (row: Row) =>
            row.cells[i]!.status === null
              ? t.none
              : `${t.statuses[row.cells[i]!.status!]} ${word(row.cells[i]!)}`,
        })),
      ]}
    />
  )
}
