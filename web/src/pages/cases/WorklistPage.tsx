import { SearchOutlined } from '@ant-design/icons'
import { Link, useRouter } from '@tanstack/react-router'
import { Input, Segmented, Select, type TableColumnsType } from 'antd'
import { useMemo, useState } from 'react'
import { dutyTable } from '../../../../server/src/people/duties.ts'
import { asTable, useList } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import type { CsvColumn } from '../../ui/csv.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { type DueLevel, DueTag } from '../../ui/DueTag.tsx'
import { caseTexts } from './texts.ts'

/** One line of `GET /api/worklist`. */
export interface WorklistRow {
  caseId: string
  /** Null before acceptance. */
  number: string | null
  business: Text
  unitCode: string
  location: string
  state: 'applied' | 'in_progress' | 'suspended'
  stage: string
  stageName: Text
  appliedAt: string
  dueAt: string | null
  dueLevel: DueLevel | null
  mine: boolean
  /** Who has taken the next step; null while it waits in the pool. */
  assignee: { id: string; name: string } | null
}

type Scope = 'mine' | 'taken' | 'pool' | 'all'

/** The first screen of everybody who handles cases: what waits for me, the most urgent told by its time limit. */
export function WorklistPage() {
  const t = useTexts(caseTexts)
  const pick = usePick()
  const formats = useFormats()
  const router = useRouter()
  const [scope, setScope] = useState<Scope>('mine')
  const [stage, setStage] = useState<string>('')
  const [due, setDue] = useState<DueLevel | ''>('')
  const [words, setWords] = useState('')
  const list = useList<WorklistRow>('worklist', { scope, stage })
  const rows = useMemo(() => list.rows.filter((row) => matches(row, due, words)), [list.rows, due, words])

  const columns: TableColumnsType<WorklistRow> = [
    {
      title: t.caseNumber,
      key: 'number',
      width: 150,
      render: (_, row) => <Link to={caseAddress(row)}>{row.number ?? t.notNumbered}</Link>,
    },
    { title: t.business, key: 'business', width: 170, render: (_, row) => pick(row.business) },
    { title: t.location, key: 'location', width: 190, render: (_, row) => row.location },
    { title: t.unitCode, key: 'unit', render: (_, row) => <span className="mb-code">{row.unitCode}</span> },
    {
      title: t.stage,
      key: 'stage',
      render: (_, row) => (
        <>
          <span className="mb-stage-tag">{pick(row.stageName)}</span>
          {row.state === 'suspended' && <small className="mb-second-line">{t.suspended}</small>}
          {row.assignee && (
            <small className="mb-second-line">{fill(t.takenBy, { person: row.assignee.name })}</small>
          )}
        </>
      ),
    },
    {
      title: t.due,
      key: 'due',
      render: (_, row) => <DueTag level={row.dueLevel ?? 'green'} dueAt={row.dueLevel ? row.dueAt : null} />,
    },
    { title: t.appliedAt, key: 'applied', render: (_, row) => formats.dateTime(row.appliedAt) },
  ]
  const csv: CsvColumn<WorklistRow>[] = [
    { title: t.caseNumber, value: (row) => row.number },
    { title: t.business, value: (row) => pick(row.business) },
    { title: t.location, value: (row) => row.location },
    { title: t.unitCode, value: (row) => row.unitCode },
    { title: t.stage, value: (row) => pick(row.stageName) },
    { title: t.due, value: (row) => (row.dueAt ? formats.date(row.dueAt) : null) },
    { title: t.appliedAt, value: (row) => formats.dateTime(row.appliedAt) },
  ]

  return (
    <>
      <div className="mb-page-head">
        <h1>{t.worklist}</h1>
        <p>{t.subtitle}</p>
      </div>
      <DataTable<WorklistRow>
        title={t.worklist}
        columns={columns}
        {...asTable(list)}
        rows={rows}
        rowKey={(row) => row.caseId}
        onOpen={(row) => router.history.push(caseAddress(row))}
        emptyLabel={due || words || stage ? t.emptyFiltered : t.empty}
        csv={csv}
        tools={
          <>
            <Segmented<Scope>
              aria-label={t.scope}
              value={scope}
              onChange={setScope}
              options={[
                { value: 'mine', label: t.mine },
                { value: 'taken', label: t.taken },
                { value: 'pool', label: t.pool },
                { value: 'all', label: t.everyone },
              ]}
            />
            <Select<string>
              aria-label={t.filterStage}
              value={stage}
              onChange={setStage}
              popupMatchSelectWidth={false}
              className="mb-filter"
              options={[
                { value: '', label: t.anyStage },
                ...dutyTable.stages.map((one) => ({ value: one.id, label: pick(one.name) })),
              ]}
            />
            <Select<DueLevel | ''>
              aria-label={t.filterDue}
              value={due}
              onChange={setDue}
              className="mb-filter"
              options={[
                { value: '', label: t.anyDue },
                ...(['red', 'amber', 'green'] as const).map((level) => ({ value: level, label: t[level] })),
              ]}
            />
            <Input
              allowClear
              prefix={<SearchOutlined aria-hidden />}
              className="mb-search"
              placeholder={t.search}
              aria-label={t.search}
              value={words}
              maxLength={60}
              onChange={(event) => setWords(event.target.value)}
            />
          </>
        }
      />
    </>
  )
}

function caseAddress(row: WorklistRow): string {
  return `/cases/${row.caseId}`
}

/** True when a listed case fits the filters that work on what is listed; spaces in a unit code do not matter. */
export function matches(row: WorklistRow, due: DueLevel | '', words: string): boolean {
  if (due && row.dueLevel !== due) return false
  const wanted = words.replaceAll(/\s/g, '').toLowerCase()
  return [row.number ?? '', row.unitCode, row.location, row.business.zh, row.business.en].some((text) =>
    text.replaceAll(/\s/g, '').toLowerCase().includes(wanted),
  )
}
