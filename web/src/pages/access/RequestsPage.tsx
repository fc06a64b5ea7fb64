import { Segmented, Space, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asTable, useList } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import './access.css'
import { RequestFacts, RequestState } from './RequestFacts.tsx'
import { accessTexts } from './texts.ts'
import type { RequestLine } from './types.ts'
import { WordModal } from './WordModal.tsx'
import { lastDay, Scope, useWords } from './words.tsx'

type Deciding = { request: RequestLine; approve: boolean }

/** Requests for rights that wait for a leader or the security administrator, and those decided. */
export function RequestsPage() {
  const t = useTexts(accessTexts)
  const [state, setState] = useState<'open' | 'closed'>('open')
  const [deciding, setDeciding] = useState<Deciding | null>(null)
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.requests}</h1>
        <p>{t.requestsHint}</p>
      </div>
      <Requests state={state} onState={setState} onDecide={setDeciding} />
      {deciding && <Decide {...deciding} onClose={() => setDeciding(null)} />}
    </>
  )
}

function Requests({
  state,
  onState,
  onDecide,
}: {
  state: 'open' | 'closed'
  onState: (state: 'open' | 'closed') => void
  onDecide: (deciding: Deciding) => void
}) {
  const t = useTexts(accessTexts)
  const words = useWords()
  const pick = usePick()
  const { dateTime, date } = useFormats()
  const list = useList<RequestLine>('access/requests', { state }, 'before')
  const columns: TableColumnsType<RequestLine> = [
    {
      title: t.subject,
      key: 'subject',
      width: 190,
      render: (_, one) => (
        <>
          <b>{one.subject}</b>
          <div className="mb-soft mb-wrap">
            {words.office(one.district)} · {one.posts.map(pick).join(t.comma)}
          </div>
        </>
      ),
    },
    {
      title: t.duty,
      key: 'duty',
      width: 200,
      render: (_, one) => (
        <>
          <b>{words.duty(one.duty)}</b>
          <div className="mb-soft mb-wrap">
            {fill(t.nowHolds, { duties: one.held.map(words.duty).join(t.comma) || t.nothing })}
          </div>
        </>
      ),
    },
    { title: t.scope, key: 'scope', width: 170, render: (_, one) => <Scope of={one} /> },
    { title: t.decisions, key: 'facts', width: 380, render: (_, one) => <RequestFacts request={one} /> },
    {
      title: t.state,
      key: 'state',
      width: 190,
      render: (_, one) =>
        one.state === 'open' ? (
          <Space>
            <ActButton
              type="primary"
              size="small"
              availability={one.availability['access.approve']}
              onClick={() => onDecide({ request: one, approve: true })}
            >
              {t.approve}
            </ActButton>
            <ActButton
              size="small"
              availability={one.availability['access.refuse']}
              onClick={() => onDecide({ request: one, approve: false })}
            >
              {t.refuse}
            </ActButton>
          </Space>
        ) : (
          <RequestState request={one} />
        ),
    },
  ]
  return (
    <DataTable<RequestLine>
      title={t.requests}
      columns={columns}
      {...asTable(list)}
      rowKey={(one) => one.id}
      emptyLabel={state === 'open' ? t.noOpen : t.noRequests}
      tools={
        <Segmented
          aria-label={t.state}
          value={state}
          onChange={onState}
          options={[
            { value: 'open', label: t.open },
            { value: 'closed', label: t.closed },
          ]}
        />
      }
      csv={[
        { title: t.requested, value: (one) => dateTime(one.requestedAt) },
        { title: t.office, value: (one) => words.office(one.district) },
        { title: t.subject, value: (one) => one.subject },
        { title: t.duty, value: (one) => words.duty(one.duty) },
        { title: t.reason, value: (one) => one.reason },
        { title: t.until, value: (one) => date(lastDay(one.until)) },
        {
          title: t.decisions,
          value: (one) =>
            one.decisions
              .map((said) => `${said.approved ? t.approve : t.refuse} ${said.person} ${said.note}`)
              .join('；'),
        },
        { title: t.state, value: (one) => t.states[one.state] },
      ]}
    />
  )
}

function Decide({ request, approve, onClose }: Deciding & { onClose: () => void }) {
  const t = useTexts(accessTexts)
  const words = useWords()
  const approving = useAct<object, unknown>('access.approve', { confirmed: true })
  const refusing = useAct<object, unknown>('access.refuse')
  const act = approve ? approving : refusing
  return (
    <WordModal
      title={fill(approve ? t.approveTitle : t.refuseTitle, {
        person: request.subject,
        duty: words.duty(request.duty),
      })}
      hint={request.reason}
      label={t.opinion}
      action={approve ? t.approve : t.refuse}
      danger={!approve}
      pending={act.pending}
      refusal={act.refusal}
      onRefusalClose={act.clear}
      onClose={onClose}
      onWord={(note) =>
        void act
          .perform(
            { district: request.district, requestId: request.id, note },
            `${request.subject} · ${words.duty(request.duty)}`,
          )
          .then((outcome) => outcome.ok && onClose())
      }
    />
  )
}
