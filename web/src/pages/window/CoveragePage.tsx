import { Button, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { useApi, useSession } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { useWords } from '../access/words.tsx'
import { QuotaModal } from './QuotaModal.tsx'
import { TurnsTable } from './TurnsTable.tsx'
import { windowTexts } from './texts.ts'
import type { Coverage, CoverageLine } from './types.ts'

/** The month shown and the eleven before it. */
function monthsBack(): string[] {
  const now = new Date()
  return Array.from({ length: 12 }, (_, i) => {
    const month = new Date(now.getFullYear(), now.getMonth() - i, 1)
    return `${month.getFullYear()}-${String(month.getMonth() + 1).padStart(2, '0')}`
  })
}

/** 坐班情况: who owes how many turns, how many counted, what is missing; by office and month, to print and to take along. */
export function CoveragePage() {
  const t = useTexts(windowTexts)
  const pick = usePick()
  const words = useWords()
  const { date } = useFormats()
  const session = useSession().data
  const city = session?.district.id === 'city'
  const mayRule = session?.duties.some((one) => one === 'district_lead' || one === 'admin_security')
  const [month, setMonth] = useState<string | undefined>()
  const [district, setDistrict] = useState('')
  const [setting, setSetting] = useState(false)
  const { data, isPending } = useApi<Coverage>('window/coverage', { month, district: district || undefined })
  const missing = (one: CoverageLine) => one.missing.map(pick).join('；')
  const columns: TableColumnsType<CoverageLine> = [
    {
      title: t.person,
      key: 'person',
      width: 170,
      render: (_, one) => (
        <>
          <b>{one.person}</b>
          <div className="mb-soft">{words.office(one.district)}</div>
        </>
      ),
    },
    { title: t.quota, key: 'quota', width: 190, render: (_, one) => t.quotas[one.quota] },
    { title: t.owed, dataIndex: 'owed', key: 'owed', width: 80, align: 'right' },
    { title: t.done, dataIndex: 'done', key: 'done', width: 90, align: 'right' },
    {
      title: t.overdue,
      key: 'overdue',
      width: 90,
      render: (_, one) => (
        <span
          className={`mb-status mb-status-${one.overdue > 0 ? 'red' : one.done < one.owed ? 'grey' : 'green'}`}
        >
          {one.overdue}
        </span>
      ),
    },
    { title: t.due, key: 'due', width: 120, render: (_, one) => (one.dueAt ? date(one.dueAt) : '—') },
    {
      title: t.missing,
      key: 'missing',
      width: 320,
      render: (_, one) => <div className="mb-wrap">{missing(one)}</div>,
    },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.coverage}</h1>
        <p>{t.coverageHint}</p>
      </div>
      <DataTable<CoverageLine>
        title={t.coverage}
        columns={columns}
        rows={data?.lines ?? []}
        loading={isPending}
        rowKey={(one) => `${one.district} ${one.personId} ${one.quota}`}
        emptyLabel={t.noLines}
        tools={
          <>
            <Select
              aria-label={t.month}
              value={month ?? data?.month}
              onChange={setMonth}
              options={monthsBack().map((one) => ({ value: one, label: one }))}
            />
            {city && (
              <Select
                aria-label={t.office}
                value={district}
                onChange={setDistrict}
                options={[
                  { value: '', label: t.all },
                  ...registrationOffices.map((one) => ({ value: one.id, label: pick(one.name) })),
                ]}
              />
            )}
            {mayRule && <Button onClick={() => setSetting(true)}>{t.setQuota}</Button>}
          </>
        }
        csv={[
          { title: t.person, value: (one) => one.person },
          { title: t.office, value: (one) => words.office(one.district) },
          { title: t.quota, value: (one) => t.quotas[one.quota] },
          { title: t.owed, value: (one) => String(one.owed) },
          { title: t.done, value: (one) => String(one.done) },
          { title: t.overdue, value: (one) => String(one.overdue) },
          { title: t.missing, value: missing },
        ]}
      />
      <TurnsTable rows={data?.turns ?? []} loading={isPending} />
      {setting && session && (
        <QuotaModal district={district || session.district.id} onClose={() => setSetting(false)} />
      )}
    </>
  )
}
