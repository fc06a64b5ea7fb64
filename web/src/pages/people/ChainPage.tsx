import { Link } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import './people.css'
import { peopleTexts } from './texts.ts'
import type { ChainRow, Level } from './types.ts'

const levels: readonly Level[] = ['bureau_head', 'deputy', 'section', 'centre', 'window']

/** The chain of responsibility (责任链, 1.1): one line for each office, one column for each level, what is vacant in red. */
export function ChainPage() {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const asked = useApi<{ items: ChainRow[] }>('chain')
  const at = (row: ChainRow, level: Level) => row.levels.find((one) => one.level === level)
  const columns: TableColumnsType<ChainRow> = [
    {
      title: t.office,
      key: 'office',
      width: 120,
      fixed: 'left',
      render: (_, row) => <b>{pick(row.district)}</b>,
    },
    ...levels.map((level) => ({
      title: t.levels[level],
      key: level,
      width: 180,
      render: (_: unknown, row: ChainRow) => {
        const found = at(row, level)
        if (!found) return <span className="mb-soft">—</span>
        if (found.vacant)
          return (
            <>
              <span className="mb-status mb-status-red">{t.vacant}</span>{' '}
              {found.finding && (
                <Link to="/evidence/$actId" params={{ actId: found.finding }}>
                  {t.finding}
                </Link>
              )}
            </>
          )
        return found.holders.map((one) => (
          <div className="mb-person-line" key={`${one.id} ${one.kind}`}>
            <Link to="/people/$personId" params={{ personId: one.id }}>
              {one.name}
            </Link>
            {one.kind !== 'regular' && ` ${t.kinds[one.kind]}`}
            {one.absent && <span className="mb-soft"> {t.onLeave}</span>}
          </div>
        ))
      },
    })),
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.chain}</h1>
        <p>{t.chainHint}</p>
      </div>
      <DataTable<ChainRow>
        title={t.chain}
        columns={columns}
        rows={asked.data?.items ?? []}
        rowKey={(row) => row.district.id}
        loading={asked.isPending}
        error={asRefused(asked.error)?.refusal ?? null}
        onRetry={() => void asked.refetch()}
        csv={[
          { title: t.office, value: (row) => pick(row.district) },
          ...levels.map((level) => ({
            title: t.levels[level],
            value: (row: ChainRow) => {
              const found = at(row, level)
              if (!found) return null
              return found.vacant ? t.vacant : found.holders.map((one) => one.name).join(t.comma)
            },
          })),
        ]}
      />
    </>
  )
}
