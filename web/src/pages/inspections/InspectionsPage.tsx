import { Link, useRouter } from '@tanstack/react-router'
import { Segmented, Select, Space, type TableColumnsType } from 'antd'
import { useState } from 'react'
import type { InspectionKind } from '../../../../server/src/supervision/inspections/rules.ts'
import { asTable, useList } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { useWords } from '../access/words.tsx'
import './inspections.css'
import { PlanForm } from './PlanForm.tsx'
import { inspectionTexts } from './texts.ts'
import type { InspectionLine, InspectionList } from './types.ts'
import { InspectionStateTag, stateOf, useKind, useKindOptions } from './words.tsx'

const shows = ['all', 'open', 'reported'] as const

/** 检查: plans of one's own office (the bureau's: of every office), and reports that came to it. */
export function InspectionsPage() {
  const t = useTexts(inspectionTexts)
  const words = useWords()
  const kindName = useKind()
  const kinds = useKindOptions()
  const router = useRouter()
  const [show, setShow] = useState<(typeof shows)[number]>('all')
  const [kind, setKind] = useState<InspectionKind | undefined>()
  const [planning, setPlanning] = useState(false)
  const list = useList<InspectionLine, InspectionList>('inspections', { show, kind }, 'before')
  const state = (one: InspectionLine) => stateOf({ ...one, reported: one.reportedAt !== null })
  const days = (one: InspectionLine) => (one.visitFrom ? `${one.visitFrom} – ${one.visitTo}` : '—')
  const columns: TableColumnsType<InspectionLine> = [
    {
      title: t.inspected,
      key: 'inspected',
      width: 150,
      render: (_, one) => (
        <Link to="/inspections/$id" params={{ id: one.id }}>
          {words.office(one.inspected)}
        </Link>
      ),
    },
    { title: t.kind, key: 'kind', width: 150, render: (_, one) => kindName(one.kind) },
    { title: t.inspecting, key: 'inspecting', width: 150, render: (_, one) => words.office(one.district) },
    { title: t.days, key: 'days', width: 220, render: (_, one) => days(one) },
    {
      title: t.state,
      key: 'state',
      width: 150,
      render: (_, one) => <InspectionStateTag state={state(one)} />,
    },
    { title: t.total, key: 'total', width: 90, align: 'right', render: (_, one) => one.total ?? '—' },
    {
      title: t.team,
      key: 'team',
      width: 200,
      render: (_, one) => <div className="mb-wrap">{one.team.join('、') || '—'}</div>,
    },
  ]
  const announced = list.first?.announced ?? []
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      {announced.length > 0 && (
        <section className="mb-panel">
          <h2 className="mb-inspection-head">{t.announced}</h2>
          <p className="mb-soft">{t.announcedHint}</p>
          <ul>
            {announced.map((one) => (
              <li key={one.id}>
                {kindName(one.kind)} · {words.office(one.district)} · {one.visitFrom} – {one.visitTo}
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="mb-inspection-acts">
        <ActButton
          type="primary"
          availability={list.first?.availability['inspection.plan']}
          onClick={() => setPlanning(true)}
        >
          {t.plan}
        </ActButton>
        <Link to="/inspections/checklists">{t.checklists}</Link>
        <Link to="/inspections/ranking">{t.ranking}</Link>
      </div>
      <DataTable<InspectionLine>
        title={t.title}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.id}
        onOpen={(one) => void router.navigate({ to: '/inspections/$id', params: { id: one.id } })}
        emptyLabel={t.empty}
        tools={
          <Space wrap>
            <Segmented
              aria-label={t.show}
              value={show}
              onChange={setShow}
              options={shows.map((value) => ({ value, label: t.shows[value] }))}
            />
            <Select
              aria-label={t.kind}
              allowClear
              placeholder={t.allKinds}
              value={kind}
              onChange={setKind}
              options={kinds}
              style={{ width: 190 }}
            />
          </Space>
        }
        csv={[
          { title: t.inspected, value: (one) => words.office(one.inspected) },
          { title: t.kind, value: (one) => kindName(one.kind) },
          { title: t.inspecting, value: (one) => words.office(one.district) },
          { title: t.days, value: days },
          { title: t.state, value: (one) => t.states[state(one)] },
          { title: t.total, value: (one) => one.total },
          { title: t.team, value: (one) => one.team.join('、') },
        ]}
      />
      {planning && <PlanForm onClose={() => setPlanning(false)} />}
    </>
  )
}
