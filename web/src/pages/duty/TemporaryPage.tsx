import { Alert, Button, DatePicker, Form, Input, Select, Space, type TableColumnsType } from 'antd'
import type { Dayjs } from 'dayjs'
import { type ReactNode, useState } from 'react'
import { dutyTable } from '../../../../server/src/people/duties.ts'
import { asTable, useList, useSession } from '../../api/queries.ts'
import type { Availability, Page } from '../../api/types.ts'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useFormats, useTexts } from '../../i18n/language.tsx'
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
  kind: 'window' | 'cover'
  duty: string
  personId: string
  person: string
  covered: string | null
  reason: string
  startsAt: string
  until: string
  state: 'asked' | 'granted' | 'refused'
  askedByName: string
  decidedByName: string | null
  grantId: string | null
  live: boolean
  actId: string
  availability: Availability
}
interface Colleague {
  id: string
  name: string
  duties: string[]
}
type Duties = Page<Line> & { colleagues: Colleague[] }

/** Duties for a time: leaders at the window, and cover for colleagues on leave. */
export function TemporaryPage() {
  const t = useTexts(dutyTexts)
  const list = useList<Line, Duties>('temporary/duties', {}, 'before')
  const duties = useSession().data?.duties ?? []
  const leads = dutyTable.window.leaders.some((duty) => duties.includes(duty))
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.temporary}</h1>
        <p>{t.temporaryHint}</p>
      </div>
      <DutiesTable list={list} />
      {leads && <WindowForm />}
      {leads && list.first && <CoverForm colleagues={list.first.colleagues} />}
    </>
  )
}

function DutiesTable({ list }: { list: ReturnType<typeof useList<Line, Duties>> }) {
  const t = useTexts(dutyTexts)
  const words = useWords()
  const { dateTime } = useFormats()
  const me = useSession().data?.person.id
  const [ending, setEnding] = useState<Line | null>(null)
  const window = useAct<object, unknown>('window.confirm', { confirmed: true })
  const cover = useAct<object, unknown>('cover.approve', { confirmed: true })
  const refuse = useAct<object, unknown>('temporary.refuse')
  const end = useAct<object, unknown>('access.end', { confirmed: true })
  const failed = [window, cover, refuse].find((one) => one.refusal)
  const stateOf = (one: Line) =>
    one.state === 'granted' ? (one.live ? t.live : t.over) : t.temporaryStates[one.state]
  const aboutOf = (one: Line) => `${one.person} · ${words.duty(one.duty)}`
  const input = (one: Line) => ({ district: one.district, temporaryId: one.id })
  const columns: TableColumnsType<Line> = [
    {
      title: t.person,
      key: 'person',
      width: 180,
      render: (_, one) => (
        <>
          <b>{one.person}</b>
          <div className="mb-soft">{words.office(one.district)}</div>
        </>
      ),
    },
    {
      title: t.duty,
      key: 'duty',
      width: 250,
      render: (_, one) => (
        <div className="mb-wrap">
          <b>{words.duty(one.duty)}</b>
          <div className="mb-soft">
            {t.kinds[one.kind]} {one.covered && fill(t.coversFor, { who: one.covered })} · {one.reason}
          </div>
        </div>
      ),
    },
    {
      title: t.time,
      key: 'time',
      width: 200,
      render: (_, one) => (
        <>
          <div>{dateTime(one.startsAt)}</div>
          <div>{dateTime(one.until)}</div>
        </>
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 220,
      render: (_, one) => (
        <div className="mb-wrap">
          <span
            className={`mb-status mb-status-${one.live ? 'green' : one.state === 'asked' ? 'amber' : 'grey'}`}
          >
            {stateOf(one)}
          </span>
          <div className="mb-soft">
            <ProofLink actId={one.actId}>{fill(t.asked, { who: one.askedByName })}</ProofLink>
            {one.decidedByName && <div>{fill(t.confirmedBy, { who: one.decidedByName })}</div>}
          </div>
        </div>
      ),
    },
    {
      title: t.acts,
      key: 'acts',
      width: 210,
      render: (_, one) =>
        one.state === 'asked' ? (
          <Space>
            <ActButton
              type="primary"
              size="small"
              availability={one.availability[one.kind === 'window' ? 'window.confirm' : 'cover.approve']}
              pending={window.pending || cover.pending}
              onClick={() => void (one.kind === 'window' ? window : cover).perform(input(one), aboutOf(one))}
            >
              {t.confirm}
            </ActButton>
            <ActButton
              size="small"
              availability={one.availability['temporary.refuse']}
              pending={refuse.pending}
              onClick={() => void refuse.perform(input(one))}
            >
              {t.refuse}
            </ActButton>
          </Space>
        ) : one.live && one.personId === me ? (
          <Button size="small" onClick={() => setEnding(one)}>
            {t.end}
          </Button>
        ) : null,
    },
  ]
  return (
    <>
      {failed?.refusal && <RefusalAlert refusal={failed.refusal} onClose={failed.clear} />}
      <DataTable<Line>
        title={t.temporary}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.id}
        emptyLabel={t.noTemporary}
        csv={[
          { title: t.person, value: (one) => one.person },
          { title: t.kind, value: (one) => t.kinds[one.kind] },
          { title: t.duty, value: (one) => words.duty(one.duty) },
          { title: t.covered, value: (one) => one.covered ?? '' },
          { title: t.from, value: (one) => dateTime(one.startsAt) },
          { title: t.lastDay, value: (one) => dateTime(one.until) },
          { title: t.state, value: stateOf },
        ]}
      />
      {ending && (
        <WordModal
          title={fill(t.endTitle, { duty: words.duty(ending.duty) })}
          label={t.reason}
          action={t.end}
          pending={end.pending}
          refusal={end.refusal}
          onRefusalClose={end.clear}
          onClose={() => setEnding(null)}
          onWord={(reason) =>
            void end
              .perform({ district: ending.district, grantId: ending.grantId, reason }, aboutOf(ending))
              .then((outcome) => outcome.ok && setEnding(null))
          }
        />
      )}
    </>
  )
}

const useNeeded = () => {
  const t = useTexts(dutyTexts)
  return (field: string) => [{ required: true, message: fill(t.missing, { field }) }]
}

function Asking({
  id,
  title,
  sent,
  children,
}: {
  id: string
  title: string
  sent: boolean
  children: ReactNode
}) {
  const t = useTexts(dutyTexts)
  return (
    <section className="mb-panel mb-access-form" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {sent && <Alert type="success" showIcon title={t.sent} className="mb-form-note" />}
      {children}
    </section>
  )
}

interface Window {
  duty: string
  until: string
  reason: string
}

function WindowForm() {
  const t = useTexts(dutyTexts)
  const words = useWords()
  const needed = useNeeded()
  const session = useSession().data
  const [form] = Form.useForm<Window>()
  const [sent, setSent] = useState(false)
  const ask = useAct<object, unknown>('window.begin')
  const send = async (wish: Window) => {
    const outcome = await ask.perform({ district: session!.district.id, ...wish })
    setSent(outcome.ok)
    if (outcome.ok) form.resetFields()
  }
  return (
    <Asking id="window-title" title={t.askWindow} sent={sent}>
      <EntryForm<Window>
        form={form}
        className="mb-access-fields"
        initialValues={{ duty: 'acceptance', until: '17:00' }}
        onSubmit={(wish) => void send(wish)}
        refusal={ask.refusal}
        onRefusalClose={ask.clear}
        onValuesChange={() => setSent(false)}
      >
        <Form.Item name="duty" label={t.post} rules={needed(t.post)}>
          <Select options={dutyTable.window.posts.map((one) => ({ value: one, label: words.duty(one) }))} />
        </Form.Item>
        <Form.Item
          name="until"
          label={t.until}
          rules={[...needed(t.until), { pattern: /^([01]\d|2[0-3]):[0-5]\d$/, message: t.timeFormat }]}
        >
          <Input maxLength={5} inputMode="numeric" />
        </Form.Item>
        <Form.Item name="reason" label={t.reason} rules={needed(t.reason)}>
          <Input maxLength={500} />
        </Form.Item>
        <div className="mb-access-wide">
          <Button type="primary" htmlType="submit" loading={ask.pending}>
            {t.submit}
          </Button>
        </div>
      </EntryForm>
    </Asking>
  )
}

interface Cover {
  coveredId: string
  duty: string
  personId: string
  from: Dayjs
  until: Dayjs
  reason: string
}

function CoverForm({ colleagues }: { colleagues: Colleague[] }) {
  const t = useTexts(dutyTexts)
  const words = useWords()
  const needed = useNeeded()
  const session = useSession().data
  const [form] = Form.useForm<Cover>()
  const [sent, setSent] = useState(false)
  const ask = useAct<object, unknown>('cover.ask')
  const people = colleagues.map((one) => ({ value: one.id, label: one.name }))
  const send = async ({ from, until, ...wish }: Cover) => {
    const outcome = await ask.perform({
      district: session!.district.id,
      ...wish,
      from: from.format('YYYY-MM-DD'),
      until: until.format('YYYY-MM-DD'),
    })
    setSent(outcome.ok)
    if (outcome.ok) form.resetFields()
  }
  const person = <Select showSearch={{ optionFilterProp: 'label' }} options={people} />
  return (
    <Asking id="cover-title" title={t.askCover} sent={sent}>
      <EntryForm<Cover>
        form={form}
        className="mb-access-fields"
        onSubmit={(wish) => void send(wish)}
        refusal={ask.refusal}
        onRefusalClose={ask.clear}
        onValuesChange={() => setSent(false)}
      >
        <Form.Item name="coveredId" label={t.covered} rules={needed(t.covered)}>
          {person}
        </Form.Item>
        <Form.Item name="duty" label={t.duty} rules={needed(t.duty)}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={dutyTable.duties.map((one) => ({ value: one.id, label: words.duty(one.id) }))}
          />
        </Form.Item>
        <Form.Item name="personId" label={t.coverer} rules={needed(t.coverer)}>
          {person}
        </Form.Item>
        <Form.Item name="from" label={t.from} rules={needed(t.from)}>
          <DatePicker />
        </Form.Item>
        <Form.Item name="until" label={t.lastDay} rules={needed(t.lastDay)}>
          <DatePicker />
        </Form.Item>
        <Form.Item name="reason" label={t.reason} rules={needed(t.reason)}>
          <Input maxLength={500} />
        </Form.Item>
        <div className="mb-access-wide">
          <Button type="primary" htmlType="submit" loading={ask.pending}>
            {t.submit}
          </Button>
        </div>
      </EntryForm>
    </Asking>
  )
}
