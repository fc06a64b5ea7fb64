import { FileExcelOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button, Segmented, Select, type TableColumnsType, Tooltip } from 'antd'
import { useState } from 'react'
import { dutyTable, proofDuties } from '../../../../server/src/people/duties.ts'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { asTable, useList, useSession } from '../../api/queries.ts'
import type { Page } from '../../api/types.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import type { Text } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import './access.css'
import { bytesOf } from '../register/view.ts'
import { accessTexts } from './texts.ts'
import type { GrantLine } from './types.ts'
import { lastDay, Scope, Until, useWords, Why } from './words.tsx'

interface Matrix extends Page<GrantLine> {
  posts: (Text & { id: string })[]
  conflicts: [string, string][]
}
interface Filter {
  by: 'person' | 'duty'
  district?: string | undefined
  duty?: string | undefined
  post?: string | undefined
}
// An export changes nothing, so no list needs asking again.
const nothing: never[] = []

/** Who holds what and why, by person and by duty; what nobody may hold together. */
export function MatrixPage() {
  const t = useTexts(accessTexts)
  const words = useWords()
  const pick = usePick()
  const { date } = useFormats()
  const home = useSession().data?.district.id
  const [filter, setFilter] = useState<Filter>({ by: 'person' })
  const list = useList<GrantLine, Matrix>('access/matrix', { ...filter })
  const columns: TableColumnsType<GrantLine> = [
    {
      title: t.subject,
      key: 'person',
      width: 210,
      render: (_, one) => (
        <>
          <b>{one.person}</b>
          <div className="mb-soft mb-wrap">
            {words.office(one.district)} · {one.posts.map(pick).join(t.comma)}
          </div>
        </>
      ),
    },
    { title: t.duty, key: 'duty', width: 170, render: (_, one) => words.duty(one.duty) },
    { title: t.scope, key: 'scope', width: 170, render: (_, one) => <Scope of={one} /> },
    { title: t.since, key: 'since', width: 110, render: (_, one) => date(one.since) },
    { title: t.until, key: 'until', width: 110, render: (_, one) => <Until at={one.until} /> },
    { title: t.why, key: 'why', width: 360, render: (_, one) => <Why grant={one} /> },
  ]
  if (filter.by === 'duty') columns.unshift(...columns.splice(1, 1))
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.matrix}</h1>
        <p>{t.matrixHint}</p>
      </div>
      <DataTable<GrantLine>
        title={t.matrix}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.grantId}
        emptyLabel={t.noRights}
        tools={
          <Filters
            filter={filter}
            posts={list.first?.posts ?? []}
            city={home === 'city'}
            onChange={setFilter}
          />
        }
        proof={<ExportButton filter={filter} />}
        csv={[
          { title: t.office, value: (one) => words.office(one.district) },
          { title: t.subject, value: (one) => one.person },
          { title: t.duty, value: (one) => words.duty(one.duty) },
          { title: t.business, value: (one) => words.businesses(one.businesses) },
          { title: t.purpose, value: (one) => words.purposes(one.purposes) },
          { title: t.since, value: (one) => date(one.since) },
          { title: t.until, value: (one) => (one.until ? date(lastDay(one.until)) : null) },
          { title: t.reason, value: (one) => one.request?.reason ?? null },
          { title: t.decisions, value: (one) => one.approvers.map((by) => by.person).join(t.comma) },
        ]}
      />
      <Conflicts pairs={list.first?.conflicts ?? []} linked />
    </>
  )
}

function Filters({
  filter,
  posts,
  city,
  onChange,
}: {
  filter: Filter
  posts: Matrix['posts']
  city: boolean
  onChange: (filter: Filter) => void
}) {
  const t = useTexts(accessTexts)
  const pick = usePick()
  return (
    <>
      <Segmented<Filter['by']>
        value={filter.by}
        onChange={(by) => onChange({ ...filter, by })}
        options={[
          { value: 'person', label: t.byPerson },
          { value: 'duty', label: t.byDuty },
        ]}
      />
      {city && (
        <Select
          className="mb-access-filter"
          aria-label={t.filterOffice}
          placeholder={t.anyOffice}
          allowClear
          value={filter.district ?? null}
          onChange={(district) => onChange({ ...filter, district: district ?? undefined, post: undefined })}
          options={registrationOffices.map((one) => ({ value: one.id, label: pick(one.name) }))}
        />
      )}
      <Select
        className="mb-access-filter"
        aria-label={t.filterDuty}
        placeholder={t.anyDuty}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={filter.duty ?? null}
        onChange={(duty) => onChange({ ...filter, duty: duty ?? undefined })}
        options={dutyTable.duties.map((one) => ({ value: one.id, label: pick(one.name) }))}
      />
      <Select
        className="mb-access-filter"
        aria-label={t.filterPost}
        placeholder={t.anyPost}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={filter.post ?? null}
        onChange={(post) => onChange({ ...filter, post: post ?? undefined })}
        options={posts.map((one) => ({ value: one.id, label: pick(one) }))}
      />
    </>
  )
}

/** The whole list as a workbook; what leaves the screen is an act. */
function ExportButton({ filter }: { filter: Filter }) {
  const t = useTexts(accessTexts)
  const making = useAct<object, { file: string; base64: string }>('access.exportMatrix', { refresh: nothing })
  const save = async () => {
    const outcome = await making.perform(
      Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)),
    )
    if (!outcome.ok) return
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    const url = URL.createObjectURL(new Blob([bytesOf(outcome.result.base64)], { type }))
    const link = document.createElement('a')
    link.href = url
    link.download = outcome.result.file
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <>
      {making.refusal && <RefusalAlert refusal={making.refusal} onClose={making.clear} />}
      <Tooltip title={t.exportHint}>
        <Button icon={<FileExcelOutlined aria-hidden />} loading={making.pending} onClick={() => void save()}>
          {t.exportXlsx}
        </Button>
      </Tooltip>
    </>
  )
}

/** Duties nobody holds together: for each, the ones it excludes. */
export function Conflicts({
  pairs,
  linked = false,
}: {
  pairs: readonly (readonly [string, string])[]
  /** Leads to the proof of the separation of duties, for those who may read it. */
  linked?: boolean
}) {
  const t = useTexts(accessTexts)
  const words = useWords()
  const by = new Map<string, string[]>()
  for (const [a, b] of pairs) {
    by.set(a, [...(by.get(a) ?? []), b])
    by.set(b, [...(by.get(b) ?? []), a])
  }
  const duties = useSession().data?.duties ?? []
  const mayReadProof = linked && proofDuties.some((duty) => duties.includes(duty))
  if (by.size === 0) return null
  return (
    <section className="mb-panel mb-access-part" aria-labelledby="conflicts-title">
      <h2 id="conflicts-title">{t.impossible}</h2>
      <p className="mb-soft mb-access-facts">
        {mayReadProof && (
          <>
            <Link to="/duty/proof">{t.dutyProof}</Link>{' '}
          </>
        )}
        {t.impossibleHint} <ClauseTag clause="6.2" /> <ClauseTag clause="4.6" />
      </p>
      <dl className="mb-access-conflicts">
        {[...by].map(([duty, others]) => (
          <div key={duty}>
            <dt>{words.duty(duty)}</dt>
            <dd>{others.map(words.duty).join(t.comma)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
