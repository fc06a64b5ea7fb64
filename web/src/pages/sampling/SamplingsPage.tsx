import { Link, useRouter } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { useWords } from '../access/words.tsx'
import { PaceForm, PlanForm } from './SamplingForms.tsx'
import './sampling.css'
import { StageTag, stageOf } from './stage.tsx'
import { samplingTexts } from './texts.ts'
import type { OfficeLine, SamplingLine, SamplingList } from './types.ts'

/** 随机抽查: samplings of every office, and how often each is sampled. */
export function SamplingsPage() {
  const t = useTexts(samplingTexts)
  const words = useWords()
  const router = useRouter()
  const { date } = useFormats()
  const list = useApi<SamplingList>('samplings')
  const [asking, setAsking] = useState<'plan' | 'pace' | null>(null)
  const refused = asRefused(list.error)
  const stage = (one: SamplingLine) =>
    stageOf({ how: one.how, drawn: one.drawnAt !== null, unanswered: one.sampled - one.answered })
  const columns: TableColumnsType<SamplingLine> = [
    {
      title: t.office,
      key: 'office',
      width: 130,
      render: (_, one) => (
        <Link to="/samplings/$id" params={{ id: one.id }}>
          {words.office(one.district)}
        </Link>
      ),
    },
    {
      title: t.source,
      key: 'source',
      width: 230,
      render: (_, one) => (
        <div className="mb-wrap">
          {t.sources[one.source]} <span className="mb-soft">{t.strata[one.strataBy]}</span>
          <div className="mb-soft">
            {one.fromDay} – {one.toDay}
          </div>
        </div>
      ),
    },
    { title: t.candidates, key: 'candidates', width: 90, align: 'right', render: (_, one) => one.candidates },
    { title: t.size, key: 'size', width: 90, align: 'right', render: (_, one) => one.sampled || one.size },
    {
      title: t.valueName,
      key: 'value',
      width: 260,
      render: (_, one) => (
        <div className="mb-wrap">
          {one.valueName}
          <div className="mb-soft">{one.valueOn}</div>
        </div>
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 190,
      render: (_, one) => (
        <>
          <StageTag stage={stage(one)} />{' '}
          {one.sampled > 0 && (
            <div className="mb-soft">
              {fill(t.progress, { answered: one.answered, sampled: one.sampled })}
              {one.faulty > 0 && ` · ${fill(t.faulty, { n: one.faulty })}`}
            </div>
          )}
        </>
      ),
    },
    { title: t.planner, key: 'planner', width: 110, render: (_, one) => one.planner },
  ]
  const offices: TableColumnsType<OfficeLine> = [
    { title: t.office, key: 'office', width: 160, render: (_, one) => words.office(one.id) },
    {
      title: t.lastAt,
      key: 'last',
      width: 140,
      render: (_, one) => (one.lastAt ? date(one.lastAt) : <span className="mb-soft">{t.never}</span>),
    },
    { title: t.days, key: 'days', width: 110, align: 'right', render: (_, one) => one.days },
    { title: t.dueAt, key: 'due', width: 140, render: (_, one) => (one.dueAt ? date(one.dueAt) : '—') },
  ]
  const common = {
    loading: list.isPending,
    error: refused?.refusal ?? null,
    onRetry: () => void list.refetch(),
  }
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      <DataTable<SamplingLine>
        title={t.title}
        columns={columns}
        rows={list.data?.items ?? []}
        {...common}
        rowKey={(one) => one.id}
        onOpen={(one) => void router.navigate({ to: '/samplings/$id', params: { id: one.id } })}
        emptyLabel={t.empty}
        tools={
          <ActButton
            type="primary"
            availability={list.data?.availability['sampling.plan']}
            onClick={() => setAsking('plan')}
          >
            {t.plan}
          </ActButton>
        }
        csv={[
          { title: t.office, value: (one) => words.office(one.district) },
          { title: t.source, value: (one) => t.sources[one.source] },
          { title: t.period, value: (one) => `${one.fromDay} – ${one.toDay}` },
          { title: t.candidates, value: (one) => one.candidates },
          { title: t.size, value: (one) => one.size },
          { title: t.valueName, value: (one) => one.valueName },
          { title: t.valueOn, value: (one) => one.valueOn },
          { title: t.state, value: (one) => t.stages[stage(one)] },
        ]}
      />
      <h2 className="mb-sampling-head">{t.offices}</h2>
      <DataTable<OfficeLine>
        title={t.offices}
        columns={offices}
        rows={list.data?.offices ?? []}
        {...common}
        rowKey={(one) => one.id}
        tools={
          <ActButton
            availability={list.data?.availability['sampling.setPace']}
            onClick={() => setAsking('pace')}
          >
            {t.setPace}
          </ActButton>
        }
      />
      {asking === 'plan' && <PlanForm onClose={() => setAsking(null)} />}
      {asking === 'pace' && <PaceForm onClose={() => setAsking(null)} />}
    </>
  )
}
