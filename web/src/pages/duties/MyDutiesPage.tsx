import { getRouteApi, useRouter } from '@tanstack/react-router'
import { Button, DatePicker, Form, Input, Select, Space, type TableColumnsType } from 'antd'
import type { Dayjs } from 'dayjs'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import '../access/access.css'
import { DutyCalendar, ViewSwitch } from './DutyCalendar.tsx'
import { lastIn, useDutyColumns, useExemptionColumns } from './lines.tsx'
import { dutiesTexts } from './texts.ts'
import type { DutyLine, ExemptionLine, MyDuties, MyDutiesSearch } from './types.ts'

const route = getRouteApi('/inside/my-duties')

/** 我的职责: what one owes, what one did, what is to come, and how to be released. */
export function MyDutiesPage() {
  const t = useTexts(dutiesTexts)
  const pick = usePick()
  const router = useRouter()
  const { on, view, month } = route.useSearch()
  const tell = (search: MyDutiesSearch) => void router.navigate({ to: '/my-duties', search, replace: true })
  const found = useApi<MyDuties>('duties/mine', { on }, { enabled: view !== 'calendar' })
  const columns = useDutyColumns({ office: false })
  const exemptionColumns = useExemptionColumns()
  const refused = asRefused(found.error)
  const csv = [
    { title: t.duty, value: (line: DutyLine) => pick(line.title) },
    { title: t.who, value: (line: DutyLine) => pick(line.name) },
    { title: t.period, value: (line: DutyLine) => line.from },
    { title: t.due, value: (line: DutyLine) => line.dueAt },
    { title: t.state, value: (line: DutyLine) => t.states[line.state] },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.mine}</h1>
        <p>{t.mineHint}</p>
      </div>
      <Space wrap className="mb-screen-only mb-calendar-tools">
        <ViewSwitch view={view} onView={(value) => tell(value ? { view: value } : {})} />
        {on && view !== 'calendar' && <Button onClick={() => tell({})}>{fill(t.onlyOn, { day: on })}</Button>}
      </Space>
      {view === 'calendar' && (
        <DutyCalendar
          path="duties/mine/calendar"
          params={{}}
          month={month}
          onMonth={(value) => tell({ view, month: value })}
          office={false}
          targetOf={(entry) => ({ to: '/my-duties', search: { on: entry.day } })}
        />
      )}
      {view !== 'calendar' && found.isPending && <LoadingState label={t.mine} />}
      {refused && <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />}
      {view !== 'calendar' && found.data && (
        <>
          <DataTable<DutyLine>
            title={t.open}
            tools={<h2 className="mb-access-heading">{t.open}</h2>}
            columns={columns}
            rows={found.data.open}
            rowKey={(line) => line.id}
            emptyLabel={t.nothingOpen}
            csv={csv}
          />
          <Ahead ahead={found.data.ahead} />
          <DataTable<DutyLine>
            title={t.past}
            tools={<h2 className="mb-access-heading">{t.past}</h2>}
            columns={columns}
            rows={found.data.past}
            rowKey={(line) => line.id}
            emptyLabel={t.nothingPast}
            csv={csv}
          />
          {found.data.exemptions.length > 0 && (
            <DataTable<ExemptionLine>
              title={t.exemptions}
              tools={<h2 className="mb-access-heading">{t.exemptions}</h2>}
              columns={exemptionColumns}
              rows={found.data.exemptions}
              rowKey={(one) => one.id}
              emptyLabel={t.noExemptions}
            />
          )}
          {found.data.rules.some((one) => one.exemptible) && <AskForm rules={found.data.rules} />}
        </>
      )}
    </>
  )
}

type Coming = MyDuties['ahead'][number]

function Ahead({ ahead }: { ahead: MyDuties['ahead'] }) {
  const t = useTexts(dutiesTexts)
  const pick = usePick()
  const { date } = useFormats()
  const columns: TableColumnsType<Coming> = [
    { title: t.duty, key: 'duty', width: 300, render: (_, one) => <b>{pick(one.title)}</b> },
    { title: t.who, key: 'who', width: 220, render: (_, one) => pick(one.subject) },
    { title: t.from, key: 'from', width: 160, render: (_, one) => one.from },
    { title: t.due, key: 'due', width: 160, render: (_, one) => date(lastIn(one.dueAt)) },
  ]
  return (
    <DataTable<Coming>
      title={t.ahead}
      tools={<h2 className="mb-access-heading">{t.ahead}</h2>}
      columns={columns}
      rows={ahead}
      rowKey={(one) => `${one.kind} ${one.subject.zh} ${one.from}`}
      emptyLabel={t.nothingAhead}
    />
  )
}

interface Wish {
  what: string
  days: [Dayjs, Dayjs]
  reason: string
}

function AskForm({ rules }: { rules: MyDuties['rules'] }) {
  const t = useTexts(dutiesTexts)
  const pick = usePick()
  const [form] = Form.useForm<Wish>()
  const [sent, setSent] = useState(false)
  const ask = useAct<object, unknown>('duty.askExemption')
  const options = rules
    .filter((one) => one.exemptible)
    .flatMap((one) =>
      one.subjects.map((subject) => ({
        value: `${one.kind} ${subject.id}`,
        label: `${pick(one.title)} · ${pick(subject.name)}`,
      })),
    )
  const needed = (field: string) => [{ required: true, message: fill(t.missing, { field }) }]
  const send = ({ what, days: [from, to], reason }: Wish) => {
    const [kind = '', subject = ''] = what.split(' ')
    void ask
      .perform({
        kind,
        subject,
        from: from.format('YYYY-MM-DD'),
        to: to.format('YYYY-MM-DD'),
        reason: reason.trim(),
      })
      .then((outcome) => {
        if (!outcome.ok) return
        setSent(true)
        form.resetFields()
      })
  }
  return (
    <section className="mb-panel mb-access-form" aria-labelledby="ask-exemption">
      <h2 id="ask-exemption">{t.ask}</h2>
      <p className="mb-soft">{t.askHint}</p>
      {sent && (
        <p role="status" className="mb-soft">
          {t.submitted}
        </p>
      )}
      <EntryForm<Wish>
        form={form}
        className="mb-access-fields"
        refusal={ask.refusal}
        onRefusalClose={ask.clear}
        onSubmit={send}
      >
        <Form.Item name="what" label={t.duty} rules={needed(t.duty)}>
          <Select options={options} />
        </Form.Item>
        <Form.Item name="days" label={t.period} rules={needed(t.period)}>
          <DatePicker.RangePicker />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t.reason}
          className="mb-access-wide"
          rules={[
            { required: true, whitespace: true, min: 2, message: fill(t.missing, { field: t.reason }) },
          ]}
        >
          <Input.TextArea rows={2} maxLength={500} showCount />
        </Form.Item>
        <div className="mb-access-wide">
          <Button type="primary" htmlType="submit" loading={ask.pending}>
            {t.submit}
          </Button>
        </div>
      </EntryForm>
    </section>
  )
}
