import { Link, useRouter } from '@tanstack/react-router'
import { Input, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asTable, useList } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import type { Text } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { casePageTexts } from './caseTexts.ts'
import { caseTexts } from './texts.ts'

interface CaseRow {
  caseId: string
  number: string | null
  business: Text
  unitCode: string
  location: string
  state: keyof typeof casePageTexts.zh.stateNames
  stageName: Text | null
  appliedAt: string
}

/** Every case of the office, closed ones included, by number or unit code. */
export function CasesPage() {
  const t = useTexts(caseTexts)
  const words = useTexts(casePageTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const router = useRouter()
  const [q, setQ] = useState('')
  const list = useList<CaseRow>('cases', { q }, 'before')
  const stateOf = (row: CaseRow) =>
    row.stageName && row.state !== 'suspended' ? pick(row.stageName) : words.stateNames[row.state]
  const columns: TableColumnsType<CaseRow> = [
    {
      title: t.caseNumber,
      key: 'number',
      width: 150,
      render: (_, row) => (
        <Link to="/cases/$caseId" params={{ caseId: row.caseId }}>
          {row.number ?? t.notNumbered}
        </Link>
      ),
    },
    { title: t.business, key: 'business', width: 170, render: (_, row) => pick(row.business) },
    { title: t.location, key: 'location', width: 190, render: (_, row) => row.location },
    { title: t.unitCode, key: 'unit', render: (_, row) => <span className="mb-code">{row.unitCode}</span> },
    {
      title: t.stage,
      key: 'stage',
      render: (_, row) => <span className="mb-stage-tag">{stateOf(row)}</span>,
    },
    { title: t.appliedAt, key: 'applied', render: (_, row) => dateTime(row.appliedAt) },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.cases}</h1>
        <p>{t.casesHint}</p>
      </div>
      <DataTable<CaseRow>
        title={t.cases}
        columns={columns}
        {...asTable(list)}
        rowKey={(row) => row.caseId}
        onOpen={(row) => void router.navigate({ to: '/cases/$caseId', params: { caseId: row.caseId } })}
        emptyLabel={t.emptyFiltered}
        csv={[
          { title: t.caseNumber, value: (row) => row.number },
          { title: t.business, value: (row) => pick(row.business) },
          { title: t.location, value: (row) => row.location },
          { title: t.unitCode, value: (row) => row.unitCode },
          { title: t.stage, value: stateOf },
          { title: t.appliedAt, value: (row) => dateTime(row.appliedAt) },
        ]}
        tools={
          <Input.Search
            className="mb-filter-wide"
            allowClear
            maxLength={60}
            placeholder={t.casesSearch}
            aria-label={t.casesSearch}
            onSearch={(text) => setQ(text.trim())}
          />
        }
      />
    </>
  )
}
