import { Link, useRouter } from '@tanstack/react-router'
import { Form, Input, InputNumber, Select, Space, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import '../access/access.css'
import { Words } from '../findings/FindingForms.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { meetingTexts } from './texts.ts'
import type { MeetingLine, MeetingList, OpenDecision } from './types.ts'

/** 研判会: meetings of an office, how often it meets, and what of their decisions is still open. */
export function MeetingsPage() {
  const t = useTexts(meetingTexts)
  const pick = usePick()
  const router = useRouter()
  const session = useSession().data
  const city = session?.district.id === 'city'
  const [chosen, setChosen] = useState<string>()
  const office = chosen ?? session?.district.id
  const [asking, setAsking] = useState<'convene' | 'pace' | null>(null)
  const asked = useApi<MeetingList>('meetings', { office }, { enabled: office !== undefined })
  const columns: TableColumnsType<MeetingLine> = [
    {
      title: t.meeting,
      key: 'meeting',
      width: 320,
      render: (_, one) => (
        <div className="mb-wrap">
          <Link to="/meetings/$id" params={{ id: one.id }}>
            {one.topic}
          </Link>
          <div className="mb-soft">{fill(t.numberOf, one as never)}</div>
        </div>
      ),
    },
    { title: t.heldOn, key: 'heldOn', width: 130, render: (_, one) => one.heldOn },
    {
      title: t.place,
      key: 'place',
      width: 160,
      render: (_, one) => <div className="mb-wrap">{one.place}</div>,
    },
    { title: t.convener, key: 'convener', width: 120, render: (_, one) => one.convener },
    { title: t.openFindings, key: 'open', width: 120, align: 'right', render: (_, one) => one.openFindings },
    {
      title: t.attended,
      key: 'attended',
      width: 110,
      align: 'right',
      render: (_, one) => fill(t.people, { n: one.attended }),
    },
    { title: t.state, key: 'state', width: 190, render: (_, one) => <MeetingState of={one} /> },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      <DataTable<MeetingLine>
        title={t.title}
        columns={columns}
        rows={asked.data?.items ?? []}
        rowKey={(one) => one.id}
        onOpen={(one) => void router.navigate({ to: '/meetings/$id', params: { id: one.id } })}
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
            <ActButton
              type="primary"
              availability={asked.data?.availability['meeting.convene']}
              onClick={() => setAsking('convene')}
            >
              {t.convene}
            </ActButton>
            <ActButton
              availability={asked.data?.availability['meeting.setPace']}
              onClick={() => setAsking('pace')}
            >
              {t.setPace}
            </ActButton>
            {asked.data && <span className="mb-soft">{fill(t.every, { days: asked.data.days })}</span>}
          </Space>
        }
        csv={[
          { title: t.meeting, value: (one) => one.topic },
          { title: t.heldOn, value: (one) => one.heldOn },
          { title: t.place, value: (one) => one.place },
          { title: t.convener, value: (one) => one.convener },
          { title: t.openFindings, value: (one) => one.openFindings },
          { title: t.attended, value: (one) => one.attended },
        ]}
      />
      {asked.data && <Open rows={asked.data.open} />}
      {asking === 'convene' && (
        <FormModal<{ heldOn: string; place: string; topic: string }>
          title={t.convene}
          hint={t.conveneHint}
          type="meeting.convene"
          confirmed={false}
          done={t.saved}
          input={(values) => ({ district: office, ...values })}
          onClose={() => setAsking(null)}
        >
          <Form.Item
            name="heldOn"
            label={t.heldOn}
            extra={t.heldHint}
            rules={[{ required: true, message: fill(t.needed, { field: t.heldOn }) }]}
          >
            <Input type="date" />
          </Form.Item>
          <Line name="place" label={t.place} most={100} />
          <Line name="topic" label={t.topic} most={200} />
        </FormModal>
      )}
      {asking === 'pace' && (
        <FormModal<{ days: number; reason: string }>
          title={t.setPace}
          hint={t.paceHint}
          type="meeting.setPace"
          confirmed={false}
          done={t.saved}
          initial={{ days: asked.data?.days ?? 92 }}
          input={(values) => ({ district: office, ...values })}
          onClose={() => setAsking(null)}
        >
          <Form.Item
            name="days"
            label={t.days}
            rules={[{ required: true, message: fill(t.needed, { field: t.days }) }]}
          >
            <InputNumber min={7} max={92} precision={0} />
          </Form.Item>
          <Words name="reason" label={t.reason} most={500} />
        </FormModal>
      )}
    </>
  )
}

function Line({ name, label, most }: { name: string; label: string; most: number }) {
  const t = useTexts(meetingTexts)
  return (
    <Form.Item
      name={name}
      label={label}
      rules={[{ required: true, whitespace: true, min: 2, message: fill(t.needed, { field: label }) }]}
    >
      <Input maxLength={most} />
    </Form.Item>
  )
}

export function MeetingState({ of }: { of: Pick<MeetingLine, 'written' | 'confirmed'> }) {
  const t = useTexts(meetingTexts)
  const [colour, word] = !of.written
    ? ['grey', t.stateNone]
    : of.confirmed === null
      ? ['amber', t.stateWait]
      : of.confirmed
        ? ['green', t.stateDone]
        : ['amber', t.stateAgain]
  return <span className={`mb-status mb-status-${colour}`}>{word}</span>
}

function Open({ rows }: { rows: OpenDecision[] }) {
  const t = useTexts(meetingTexts)
  const columns: TableColumnsType<OpenDecision> = [
    {
      title: t.what,
      key: 'what',
      width: 420,
      render: (_, one) => (
        <div className="mb-wrap">
          <Link to="/meetings/$id" params={{ id: one.meetingId }}>
            {one.what}
          </Link>
        </div>
      ),
    },
    {
      title: t.meeting,
      key: 'meeting',
      width: 170,
      render: (_, one) => fill(t.numberOf, { year: one.year, no: one.meetingNo }),
    },
    { title: t.owner, key: 'owner', width: 140, render: (_, one) => one.owner },
    {
      title: t.due,
      key: 'due',
      width: 190,
      render: (_, one) => (
        <>
          {one.dueOn} {one.late && <span className="mb-status mb-status-red">{t.late}</span>}
        </>
      ),
    },
  ]
  return (
    <DataTable<OpenDecision>
      title={t.openDecisions}
      tools={<h2 className="mb-access-heading">{t.openDecisions}</h2>}
      columns={columns}
      rows={rows}
      rowKey={(one) => `${one.meetingId} ${one.minutesNo} ${one.no}`}
      emptyLabel={t.noOpen}
      csv={[
        { title: t.what, value: (one) => one.what },
        { title: t.owner, value: (one) => one.owner },
        { title: t.due, value: (one) => one.dueOn },
      ]}
    />
  )
}
