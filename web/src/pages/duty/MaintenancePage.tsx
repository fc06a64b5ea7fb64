import { Alert, Button, Form, Input, InputNumber, Select, Space, type TableColumnsType } from 'antd'
import { useState } from 'react'
import {
  kindNames,
  type MaintenanceKind,
  maintenanceDuties,
  maintenanceKinds,
} from '../../../../server/src/people/maintenance/rules.ts'
import { asTable, useList, useSession } from '../../api/queries.ts'
import type { Availability, Page } from '../../api/types.ts'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import '../access/access.css'
import { WordModal } from '../access/WordModal.tsx'
import { ProofLink, useWords } from '../access/words.tsx'
import { dutyTexts } from './texts.ts'

interface Line {
  district: string
  id: string
  kind: MaintenanceKind
  target: string
  value: number | null
  state: 'asked' | 'approved' | 'refused' | 'released' | 'done'
  reason: string
  word: string | null
  result: string | null
  requestedByName: string
  decidedByName: string | null
  executedByName: string | null
  requestedAt: string
  expiresAt: string
  actId: string
  availability: Availability
}
interface Setting {
  name: string
  low: number
  high: number
  value: number
  zh: string
  en: string
}
type Orders = Page<Line> & { settings: Setting[] }

/** Maintenance orders: asked for, approved and carried out by three persons. */
export function MaintenancePage() {
  const t = useTexts(dutyTexts)
  const list = useList<Line, Orders>('maintenance/orders', {}, 'before')
  const duties = useSession().data?.duties ?? []
  const mayAsk = maintenanceDuties('request').some((duty) => duties.includes(duty))
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.maintenance}</h1>
        <p>{t.maintenanceHint}</p>
      </div>
      <OrdersTable list={list} />
      {mayAsk && list.first && <AskForm settings={list.first.settings} />}
    </>
  )
}

function OrdersTable({ list }: { list: ReturnType<typeof useList<Line, Orders>> }) {
  const t = useTexts(dutyTexts)
  const pick = usePick()
  const words = useWords()
  const { dateTime } = useFormats()
  const [deciding, setDeciding] = useState<{ line: Line; approve: boolean } | null>(null)
  const execute = useAct<object, unknown>('maintenance.execute', { confirmed: true })
  const settings = list.first?.settings ?? []
  const targetOf = ({ kind, target, value }: Line) => {
    const setting = settings.find((one) => kind === 'configuration' && one.name === target)
    return setting ? `${pick(setting)} → ${value}` : target
  }
  const stateOf = (one: Line) =>
    (one.state === 'asked' || one.state === 'approved') && Date.parse(one.expiresAt) < Date.now()
      ? t.expired
      : t.states[one.state]
  const columns: TableColumnsType<Line> = [
    {
      title: t.kind,
      key: 'kind',
      width: 130,
      render: (_, one) => (
        <>
          <b>{pick(kindNames[one.kind])}</b>
          <div className="mb-soft">{words.office(one.district)}</div>
        </>
      ),
    },
    {
      title: t.target,
      key: 'target',
      width: 260,
      render: (_, one) => (
        <div className="mb-wrap">
          <b>{targetOf(one)}</b>
          <div className="mb-soft">{one.reason}</div>
        </div>
      ),
    },
    {
      title: t.people,
      key: 'people',
      width: 250,
      render: (_, one) => (
        <div className="mb-wrap">
          <ProofLink actId={one.actId}>{fill(t.asked, { who: one.requestedByName })}</ProofLink>
          {one.decidedByName && (
            <div>{fill(t.decided, { who: one.decidedByName, word: one.word ?? '' })}</div>
          )}
          {one.executedByName && <div>{fill(t.executed, { who: one.executedByName })}</div>}
        </div>
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 210,
      render: (_, one) => (
        <div className="mb-wrap">
          <span className={`mb-status mb-status-${one.state === 'done' ? 'green' : 'amber'}`}>
            {stateOf(one)}
          </span>
          <div className="mb-soft">{one.result ?? `${t.expires} ${dateTime(one.expiresAt)}`}</div>
          {one.state === 'released' && <code>{one.id}</code>}
        </div>
      ),
    },
    {
      title: t.acts,
      key: 'acts',
      width: 230,
      render: (_, one) =>
        one.state === 'asked' ? (
          <Space>
            <ActButton
              type="primary"
              size="small"
              availability={one.availability['maintenance.approve']}
              onClick={() => setDeciding({ line: one, approve: true })}
            >
              {t.approve}
            </ActButton>
            <ActButton
              size="small"
              availability={one.availability['maintenance.refuse']}
              onClick={() => setDeciding({ line: one, approve: false })}
            >
              {t.refuse}
            </ActButton>
          </Space>
        ) : one.state === 'approved' ? (
          <ActButton
            type="primary"
            size="small"
            availability={one.availability['maintenance.execute']}
            pending={execute.pending}
            onClick={() =>
              void execute.perform(
                { district: one.district, orderId: one.id },
                `${pick(kindNames[one.kind])} · ${targetOf(one)}`,
              )
            }
          >
            {t.execute}
          </ActButton>
        ) : null,
    },
  ]
  return (
    <>
      {execute.refusal && <RefusalAlert refusal={execute.refusal} onClose={execute.clear} />}
      <DataTable<Line>
        title={t.orders}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.id}
        emptyLabel={t.noOrders}
        csv={[
          { title: t.number, value: (one) => one.id },
          { title: t.kind, value: (one) => pick(kindNames[one.kind]) },
          { title: t.target, value: targetOf },
          { title: t.reason, value: (one) => one.reason },
          {
            title: t.people,
            value: (one) => [one.requestedByName, one.decidedByName, one.executedByName].join('、'),
          },
          { title: t.state, value: stateOf },
          { title: t.result, value: (one) => one.result ?? '' },
        ]}
      />
      {deciding && (
        <Decide {...deciding} target={targetOf(deciding.line)} onClose={() => setDeciding(null)} />
      )}
    </>
  )
}

function Decide({
  line,
  approve,
  target,
  onClose,
}: {
  line: Line
  approve: boolean
  target: string
  onClose: () => void
}) {
  const t = useTexts(dutyTexts)
  const pick = usePick()
  const approving = useAct<object, unknown>('maintenance.approve', { confirmed: true })
  const refusing = useAct<object, unknown>('maintenance.refuse')
  const act = approve ? approving : refusing
  return (
    <WordModal
      title={fill(t.decideTitle, { kind: pick(kindNames[line.kind]), target })}
      hint={line.reason}
      label={t.word}
      action={approve ? t.approve : t.refuse}
      danger={!approve}
      pending={act.pending}
      refusal={act.refusal}
      onRefusalClose={act.clear}
      onClose={onClose}
      onWord={(word) =>
        void act
          .perform(
            { district: line.district, orderId: line.id, word },
            `${pick(kindNames[line.kind])} · ${target}`,
          )
          .then((outcome) => outcome.ok && onClose())
      }
    />
  )
}

interface Wish {
  kind: MaintenanceKind
  target: string
  value?: number
  hours: number
  reason: string
}

function AskForm({ settings }: { settings: Setting[] }) {
  const t = useTexts(dutyTexts)
  const pick = usePick()
  const session = useSession().data
  const [form] = Form.useForm<Wish>()
  const [sent, setSent] = useState(false)
  const kind = Form.useWatch('kind', form)
  const target = Form.useWatch('target', form)
  const ask = useAct<object, unknown>('maintenance.request')
  const setting = settings.find((one) => kind === 'configuration' && one.name === target)
  const label = {
    configuration: t.setting,
    migration: t.migration,
    restore: t.backup,
    unlock: t.account,
    reindex: t.indexes,
  }[kind ?? 'configuration']
  const needed = (field: string) => [{ required: true, message: fill(t.missing, { field }) }]
  const send = async ({ value, ...wish }: Wish) => {
    setSent(false)
    const outcome = await ask.perform({
      district: session!.district.id,
      ...wish,
      ...(wish.kind === 'configuration' ? { value } : {}),
    })
    if (!outcome.ok) return
    form.resetFields()
    setSent(true)
  }
  return (
    <section className="mb-panel mb-access-form" aria-labelledby="ask-title">
      <h2 id="ask-title">{t.askMaintenance}</h2>
      {sent && <Alert type="success" showIcon title={t.submitted} className="mb-form-note" />}
      <EntryForm<Wish>
        form={form}
        className="mb-access-fields"
        initialValues={{ kind: 'configuration', hours: 24 }}
        onSubmit={(wish) => void send(wish)}
        refusal={ask.refusal}
        onRefusalClose={ask.clear}
        onValuesChange={(changed: Partial<Wish>) => {
          setSent(false)
          if (changed.kind) form.setFieldValue('target', changed.kind === 'reindex' ? 'all' : undefined)
        }}
      >
        <Form.Item name="kind" label={t.kind} rules={needed(t.kind)}>
          <Select options={maintenanceKinds.map((one) => ({ value: one, label: pick(kindNames[one]) }))} />
        </Form.Item>
        <Form.Item name="target" label={label} rules={needed(label)}>
          {kind === 'configuration' || kind === undefined ? (
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              options={settings.map((one) => ({ value: one.name, label: pick(one) }))}
            />
          ) : kind === 'reindex' ? (
            <Select options={[{ value: 'all', label: t.all }]} />
          ) : (
            <Input maxLength={100} />
          )}
        </Form.Item>
        {kind === 'configuration' && (
          <Form.Item
            name="value"
            label={t.value}
            rules={needed(t.value)}
            extra={setting && fill(t.nowIs, { value: setting.value, low: setting.low, high: setting.high })}
          >
            <InputNumber
              precision={0}
              {...(setting ? { min: setting.low, max: setting.high } : { min: 0 })}
            />
          </Form.Item>
        )}
        <Form.Item name="hours" label={t.hours} rules={needed(t.hours)}>
          <InputNumber min={1} max={168} precision={0} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t.reason}
          className="mb-access-wide"
          rules={[...needed(t.reason), { pattern: /(\S\s*){5}/, message: t.reasonShort }]}
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
