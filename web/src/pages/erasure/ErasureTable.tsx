import { Link } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import { officeById } from '../../../../server/src/values/districts.ts'
import { asTable, type useList } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import type { CsvColumn } from '../../ui/csv.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { LongText } from '../../ui/LongText.tsx'
import { EraseDialog } from './EraseDialog.tsx'
import { erasureTexts } from './texts.ts'
import type { Erasure, Erasures } from './types.ts'

interface ErasureTableProps {
  list: ReturnType<typeof useList<Erasure, Erasures>>
}

/** Every erasure proposed and done, newest first; whoever may do one does it here. */
export function ErasureTable({ list }: ErasureTableProps) {
  const t = useTexts(erasureTexts)
  const pick = usePick()
  const { date, dateTime } = useFormats()
  const [chosen, setChosen] = useState<Erasure | null>(null)
  const office = (row: Erasure) =>
    pick(officeById(row.district)?.name ?? { zh: row.district, en: row.district })
  const kept = (row: Erasure) => (row.keptUntil === null ? t.keptForEver : date(row.keptUntil))
  const doneBy = (row: Erasure) =>
    row.erasedAt ? fill(t.doneBy, { who: row.erasedBy ?? '', at: dateTime(row.erasedAt) }) : t.waiting
  const columns: TableColumnsType<Erasure> = [
    {
      title: t.kind,
      key: 'act',
      width: 170,
      render: (_, row) => (
        <>
          <Link to="/evidence/$actId" params={{ actId: row.ofAct }}>
            {pick(row.title)}
          </Link>
          <div className="mb-soft">{dateTime(row.at)}</div>
        </>
      ),
    },
    { title: t.office, key: 'office', width: 110, render: (_, row) => office(row) },
    { title: t.keptUntil, key: 'kept', width: 110, render: (_, row) => kept(row) },
    {
      title: t.reason,
      key: 'reason',
      width: 230,
      render: (_, row) => (
        <div className="mb-wrap">
          <LongText text={row.reason} shown={80} />
        </div>
      ),
    },
    {
      title: t.proposedBy,
      key: 'proposer',
      width: 150,
      render: (_, row) => (
        <>
          {row.proposedBy}
          <div className="mb-soft">{dateTime(row.proposedAt)}</div>
        </>
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 190,
      render: (_, row) => (
        <div className="mb-wrap">
          <span className={`mb-status mb-status-${row.erasedAt ? 'green' : 'amber'}`}>
            {row.erasedAt ? t.done : t.waiting}
          </span>
          {row.erasedAt && <div className="mb-soft">{doneBy(row)}</div>}
        </div>
      ),
    },
    {
      title: t.proof,
      key: 'proof',
      width: 130,
      render: (_, row) => (
        <ul className="mb-link-list">
          <li>
            <Link to="/evidence/$actId" params={{ actId: row.proposalAct }}>
              {t.proofOfProposal}
            </Link>
          </li>
          {row.eraseAct && (
            <li>
              <Link to="/evidence/$actId" params={{ actId: row.eraseAct }}>
                {t.proofOfErasure}
              </Link>
            </li>
          )}
        </ul>
      ),
    },
    {
      title: <span className="mb-visually-hidden">{t.erase}</span>,
      key: 'erase',
      width: 90,
      className: 'mb-screen-only',
      render: (_, row) =>
        row.erasedAt === null && (
          <ActButton size="small" danger availability={row.erase} onClick={() => setChosen(row)}>
            {t.erase}
          </ActButton>
        ),
    },
  ]
  const csv: CsvColumn<Erasure>[] = [
    { title: t.kind, value: (row) => pick(row.title) },
    { title: t.actId, value: (row) => row.ofAct },
    { title: t.at, value: (row) => dateTime(row.at) },
    { title: t.office, value: office },
    { title: t.keptUntil, value: kept },
    { title: t.reason, value: (row) => row.reason },
    { title: t.proposedBy, value: (row) => row.proposedBy },
    { title: t.proposedAt, value: (row) => dateTime(row.proposedAt) },
    { title: t.state, value: doneBy },
  ]
  return (
    <>
      <DataTable<Erasure>
        title={t.list}
        columns={columns}
        {...asTable(list)}
        rowKey={(row) => row.id}
        emptyLabel={t.empty}
        csv={csv}
        tools={<h2 className="mb-erasure-heading">{t.list}</h2>}
      />
      {chosen && <EraseDialog key={chosen.id} erasure={chosen} onEnd={() => setChosen(null)} />}
    </>
  )
}
