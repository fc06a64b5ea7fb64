import { Link, useRouter } from '@tanstack/react-router'
import { Form, Input, InputNumber, Select, Space, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { Words } from '../findings/FindingForms.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { planTexts } from './texts.ts'
import type { PlanLine, PlanList, PlanPart } from './types.ts'

/** 计划与试点任务: what was planned, whose it is, by when, and how far it is. */
export function PlanPage() {
  const t = useTexts(planTexts)
  const pick = usePick()
  const router = useRouter()
  const { date } = useFormats()
  const session = useSession().data
  const city = session?.district.id === 'city'
  const [chosen, setChosen] = useState<string>()
  const [part, setPart] = useState<PlanPart | ''>('')
  const [adding, setAdding] = useState(false)
  const office = chosen ?? session?.district.id
  const asked = useApi<PlanList>('plan', { office }, { enabled: office !== undefined })
  const state = (one: PlanLine) => (one.ended ? t.ended : one.waits ? t.waits : one.late ? t.late : t.running)
  const columns: TableColumnsType<PlanLine> = [
    {
      title: t.item,
      key: 'item',
      width: 360,
      render: (_, one) => (
        <div className="mb-wrap">
          <Link to="/plan/$id" params={{ id: one.id }}>
            {one.title}
          </Link>
          <div className="mb-soft">
            <span className="mb-clause">{one.clause}</span> {t.parts[one.part]}
          </div>
        </div>
      ),
    },
    { title: t.owner, key: 'owner', width: 130, render: (_, one) => one.owner },
    {
      title: t.due,
      key: 'due',
      width: 170,
      render: (_, one) => (
        <div className="mb-wrap">
          {one.dueOn}
          {one.changes > 0 && <div className="mb-soft">{fill(t.moved, { n: one.changes })}</div>}
        </div>
      ),
    },
    {
      title: t.percent,
      key: 'percent',
      width: 90,
      align: 'right',
      render: (_, one) => fill(t.percentOf, { n: one.percent }),
    },
    {
      title: t.lastReport,
      key: 'report',
      width: 140,
      render: (_, one) => (one.reportedAt ? date(one.reportedAt) : '—'),
    },
    {
      title: t.state,
      key: 'state',
      width: 140,
      render: (_, one) => (
        <span
          className={`mb-status mb-status-${one.ended ? 'green' : one.late && !one.waits ? 'red' : 'amber'}`}
        >
          {state(one)}
        </span>
      ),
    },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      <DataTable<PlanLine>
        title={t.title}
        columns={columns}
        rows={(asked.data?.items ?? []).filter((one) => part === '' || one.part === part)}
        rowKey={(one) => one.id}
        onOpen={(one) => void router.navigate({ to: '/plan/$id', params: { id: one.id } })}
        loading={asked.isPending}
        error={asRefused(asked.error)?.refusal ?? null}
        onRetry={() => void asked.refetch()}
        emptyLabel={t.empty}
        tools={
          <Space wrap>
            {city && (
              <Select<string>
                className="mb-filter"
                aria-label={t.office}
                value={office ?? null}
                onChange={setChosen}
                options={registrationOffices.map((one) => ({ value: one.id, label: pick(one.name) }))}
              />
            )}
            <Select<PlanPart | ''>
              className="mb-filter"
              aria-label={t.part}
              value={part}
              onChange={setPart}
              options={[
                { value: '', label: `${t.part} · ${t.all}` },
                ...Object.entries(t.parts).map(([value, label]) => ({ value: value as PlanPart, label })),
              ]}
            />
            <ActButton
              type="primary"
              availability={asked.data?.availability['plan.add']}
              onClick={() => setAdding(true)}
            >
              {t.add}
            </ActButton>
          </Space>
        }
        csv={[
          { title: t.item, value: (one) => one.title },
          { title: t.part, value: (one) => t.parts[one.part] },
          { title: t.owner, value: (one) => one.owner },
          { title: t.due, value: (one) => one.dueOn },
          { title: t.percent, value: (one) => one.percent },
          { title: t.state, value: state },
        ]}
      />
      {adding && (
        <FormModal<object>
          title={t.add}
          hint={t.addHint}
          type="plan.add"
          confirmed={false}
          done={t.saved}
          initial={{ part: 'informatisation', reviewDays: 92 }}
          input={(values) => ({ district: office, ...values })}
          onClose={() => setAdding(false)}
        >
          <Form.Item name="part" label={t.part}>
            <Select options={Object.entries(t.parts).map(([value, label]) => ({ value, label }))} />
          </Form.Item>
          <Form.Item
            name="title"
            label={t.name}
            rules={[{ required: true, whitespace: true, min: 2, message: fill(t.needed, { field: t.name }) }]}
          >
            <Input maxLength={200} />
          </Form.Item>
          <Words name="deliverable" label={t.deliverable} most={2000} />
          <OwnerAndDay colleagues={asked.data?.colleagues ?? []} />
          <Form.Item
            name="reviewDays"
            label={t.reviewDays}
            rules={[{ required: true, message: fill(t.needed, { field: t.reviewDays }) }]}
          >
            <InputNumber min={7} max={184} precision={0} />
          </Form.Item>
        </FormModal>
      )}
    </>
  )
}

export function OwnerAndDay({ colleagues }: { colleagues: PlanList['colleagues'] }) {
  const t = useTexts(planTexts)
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  return (
    <>
      <Form.Item name="ownerId" label={t.owner} rules={needed(t.owner)}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={colleagues.map((one) => ({ value: one.id, label: one.name }))}
        />
      </Form.Item>
      <Form.Item name="dueOn" label={t.due} rules={needed(t.due)}>
        <Input type="date" />
      </Form.Item>
    </>
  )
}
