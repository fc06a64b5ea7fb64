import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { Checkbox, Segmented, Space, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asTable, useList, useSession } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { useWords } from '../access/words.tsx'
import './findings.css'
import { findingTexts } from './texts.ts'
import {
  type FindingLine,
  type FindingList,
  type FindingShow,
  type FindingsSearch,
  findingShows,
} from './types.ts'
import { Cards, DueDay, StateTag } from './words.tsx'

const route = getRouteApi('/inside/findings')

/** 问题台账: what was found, who answers for it, by when, and how far it is. */
export function FindingsPage() {
  const t = useTexts(findingTexts)
  const pick = usePick()
  const words = useWords()
  const router = useRouter()
  const { date } = useFormats()
  const search = route.useSearch()
  const { show = 'open' } = search
  const tell = (part: FindingsSearch) =>
    void router.navigate({ to: '/findings', search: { ...search, ...part }, replace: true })
  const [mine, setMine] = useState(false)
  const list = useList<FindingLine, FindingList>(
    'findings',
    { show, ...(mine ? { mine: '1' } : {}) },
    'before',
  )
  const city = useSession().data?.district.id === 'city'
  const columns: TableColumnsType<FindingLine> = [
    {
      title: t.problem,
      key: 'problem',
      width: 360,
      render: (_, one) => (
        <div className="mb-wrap">
          <Link to="/findings/$id" params={{ id: one.id }}>
            {pick(one.summary)}
          </Link>
          <div className="mb-soft">
            <span className="mb-clause">{one.clause}</span> {t.severities[one.severity]}{' '}
            {one.subjectName ?? ''}
          </div>
        </div>
      ),
    },
    ...(city
      ? [
          {
            title: t.office,
            key: 'office',
            width: 110,
            render: (_: unknown, one: FindingLine) => words.office(one.district),
          },
        ]
      : []),
    {
      title: t.state,
      key: 'state',
      width: 180,
      render: (_, one) => (
        <>
          <StateTag state={one.state} /> <Cards cards={one.cards} />
        </>
      ),
    },
    { title: t.responsible, key: 'responsible', width: 120, render: (_, one) => one.responsible ?? t.nobody },
    { title: t.due, key: 'due', width: 150, render: (_, one) => <DueDay of={one} /> },
    { title: t.found, key: 'found', width: 110, render: (_, one) => date(one.openedAt) },
  ]
  const late = list.first?.counts.reduce((sum, one) => sum + one.late, 0) ?? 0
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{list.first && !list.first.all ? t.mineHint : t.subtitle}</p>
      </div>
      {list.first && list.first.counts.length > 0 && (
        <p className="mb-soft">
          {list.first.counts
            .map((one) => fill(t.counts, { state: t.states[one.state], n: one.n }))
            .join(' · ')}
          {late > 0 && ` · ${fill(t.lateCount, { n: late })}`}
        </p>
      )}
      <DataTable<FindingLine>
        title={t.title}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.id}
        onOpen={(one) => void router.navigate({ to: '/findings/$id', params: { id: one.id } })}
        emptyLabel={t.empty}
        tools={
          <Space wrap>
            <Segmented<FindingShow>
              aria-label={t.show}
              value={show}
              onChange={(next) => tell({ show: next })}
              options={findingShows.map((value) => ({
                value,
                label: t.shows[value],
              }))}
            />
            {list.first?.all && (
              <Checkbox checked={mine} onChange={(event) => setMine(event.target.checked)}>
                {t.onlyMine}
              </Checkbox>
            )}
          </Space>
        }
        csv={[
          { title: t.clause, value: (one) => one.clause },
          { title: t.problem, value: (one) => pick(one.summary) },
          { title: t.office, value: (one) => words.office(one.district) },
          { title: t.state, value: (one) => t.states[one.state] },
          { title: t.responsible, value: (one) => one.responsible },
          { title: t.due, value: (one) => one.dueOn },
          { title: t.found, value: (one) => date(one.openedAt) },
        ]}
      />
    </>
  )
}
