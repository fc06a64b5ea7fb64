import { Link } from '@tanstack/react-router'
import { Button, Form, Input, Modal, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { FormModal } from './FormModal.tsx'
import './people.css'
import { peopleTexts } from './texts.ts'
import type { PostHeld, ProposalRow } from './types.ts'

interface Desk {
  tickets: {
    person_id: string
    name: string
    district: string
    purpose: 'enrol' | 'reset'
    made_at: string
    expires_at: string
  }[]
  leavers: (Text & {
    id: string
    name: string
    at: string
    state: keyof typeof peopleTexts.zh.states
    posts: PostHeld[]
  })[]
  absent: (Text & {
    id: string
    personId: string
    name: string
    kind: keyof typeof peopleTexts.zh.absenceKinds
    from: string
    to: string
  })[]
  kept: (Text & { id: string; at: string; actId: string })[]
}

/** The administrators' desk: what waits for a second person, tickets handed over, who leaves, who is on leave. */
export function ConsolePage() {
  const t = useTexts(peopleTexts)
  const [ticket, setTicket] = useState<{ text: string; who: string } | null>(null)
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.console}</h1>
        <p>{t.consoleHint}</p>
      </div>
      <Proposals onTicket={setTicket} />
      <Proposals decided onTicket={setTicket} />
      <DeskTables />
      {ticket && (
        <Modal
          open
          title={t.ticketTitle}
          closable={false}
          footer={
            <Button type="primary" onClick={() => setTicket(null)}>
              {t.ticketDone}
            </Button>
          }
        >
          <p>{fill(t.ticketHint, { who: ticket.who })}</p>
          <div className="mb-ticket">{ticket.text}</div>
        </Modal>
      )}
    </>
  )
}

interface ProposalsProps {
  decided?: boolean
  onTicket: (ticket: { text: string; who: string }) => void
}

function Proposals({ decided = false, onTicket }: ProposalsProps) {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const asked = useApi<{ items: ProposalRow[] }>('proposals', { state: decided ? 'decided' : 'open' })
  const [closing, setClosing] = useState<Closing | null>(null)
  const title = decided ? t.decidedProposals : t.openProposals
  const subject = (row: ProposalRow) => row.person?.name ?? String(row.body.name ?? row.body.nameZh ?? '')
  const columns: TableColumnsType<ProposalRow> = [
    { title: t.kind, key: 'kind', width: 110, render: (_, row) => t.proposalKinds[row.kind] },
    { title: t.office, key: 'office', width: 110, render: (_, row) => pick(row.district) },
    {
      title: t.subject,
      key: 'subject',
      width: 120,
      render: (_, row) =>
        row.person ? (
          <Link to="/people/$personId" params={{ personId: row.person.id }}>
            {row.person.name}
          </Link>
        ) : (
          subject(row)
        ),
    },
    { title: t.content, key: 'content', width: 330, render: (_, row) => <Content row={row} /> },
    {
      title: t.proposedBy,
      key: 'by',
      width: 130,
      render: (_, row) => (
        <>
          {row.proposedBy}
          <div className="mb-soft">{dateTime(row.proposedAt)}</div>
        </>
      ),
    },
    {
      title: decided ? t.decidedBy : t.actions,
      key: 'decide',
      width: 190,
      render: (_, row) =>
        decided ? (
          <>
            {row.decidedBy} {t.proposalStates[row.state]}
            <div className="mb-soft">{row.decidedAt && dateTime(row.decidedAt)}</div>
            {row.reason && <div className="mb-wrap">{row.reason}</div>}
          </>
        ) : (
          <Decide
            row={row}
            who={subject(row)}
            onTicket={onTicket}
            onClose={(by) => setClosing({ row, by })}
          />
        ),
    },
  ]
  return (
    <div className="mb-person-section">
      <DataTable<ProposalRow>
        title={title}
        columns={columns}
        rows={asked.data?.items ?? []}
        rowKey={(row) => row.id}
        loading={asked.isPending}
        error={asRefused(asked.error)?.refusal ?? null}
        onRetry={() => void asked.refetch()}
        emptyLabel={t.noProposals}
        tools={<h2 className="mb-looks-heading">{title}</h2>}
      />
      {closing && (
        <FormModal<{ reason: string }>
          title={`${t[closing.by]}${t.colon}${t.proposalKinds[closing.row.kind]} · ${subject(closing.row)}`}
          type={closingActs[closing.by]}
          done={t.done}
          onClose={() => setClosing(null)}
          input={({ reason }) => ({
            district: closing.row.district.id,
            proposalId: closing.row.id,
            reason,
          })}
        >
          <Form.Item name="reason" label={t.reason} rules={[{ required: true, message: t.required }]}>
            <Input.TextArea rows={2} maxLength={500} />
          </Form.Item>
        </FormModal>
      )}
    </div>
  )
}

/** The two ways in which a proposal comes to nothing, each with its reason. */
const closingActs = { decline: 'people.declineProposal', withdraw: 'people.withdrawProposal' } as const
interface Closing {
  row: ProposalRow
  by: keyof typeof closingActs
}

interface DecideProps {
  row: ProposalRow
  who: string
  onTicket: ProposalsProps['onTicket']
  onClose: (by: Closing['by']) => void
}

function Decide({ row, who, onTicket, onClose }: DecideProps) {
  const t = useTexts(peopleTexts)
  const act = useAct<object, { ticket?: string }>(row.approve, { confirmed: true })
  const approve = async () => {
    const outcome = await act.perform(
      { district: row.district.id, proposalId: row.id },
      `${t.proposalKinds[row.kind]} · ${who}`,
    )
    if (outcome.ok && outcome.result.ticket) onTicket({ text: outcome.result.ticket, who })
  }
  return (
    <>
      {act.refusal && <RefusalAlert refusal={act.refusal} onClose={act.clear} />}
      <div className="mb-person-acts">
        <ActButton
          size="small"
          type="primary"
          availability={row.availability[row.approve]}
          pending={act.pending}
          onClick={() => void approve()}
        >
          {t.approve}
        </ActButton>
        {(['decline', 'withdraw'] as const).map((by) => (
          <ActButton
            key={by}
            size="small"
            availability={row.availability[closingActs[by]]}
            onClick={() => onClose(by)}
          >
            {t[by]}
          </ActButton>
        ))}
      </div>
    </>
  )
}

/** What is proposed, in the words of its kind. */
function Content({ row }: { row: ProposalRow }) {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const text = (key: string) => (typeof row.body[key] === 'string' ? String(row.body[key]) : '')
  const post = row.post ? pick(row.post) : text('post')
  switch (row.kind) {
    case 'enrol':
      return (
        <div className="mb-wrap">
          {text('idMasked')} · <span className="mb-code">{text('username')}</span> · {post} · {t.from}{' '}
          {text('from')}
        </div>
      )
    case 'assign':
      return (
        <div className="mb-wrap">
          {(t.modes as Record<string, string>)[text('mode')]} → {post}
          {text('from') && ` · ${t.from} ${text('from')}`}
          {text('until') && ` · ${t.until} ${text('until')}`} · {text('reason')}
        </div>
      )
    case 'post':
      if (row.body.close)
        return (
          <div className="mb-wrap">
            <b>{t.closePost}</b> · {text('reason')}
          </div>
        )
      return (
        <div className="mb-wrap">
          {t.risk} {(t.risks as Record<string, string>)[text('risk')]} · {text('measuresZh')}
        </div>
      )
    case 'name':
      return (
        <div className="mb-wrap">
          {text('was')} → {text('name')} · {text('reason')}
        </div>
      )
    case 'reset':
      return <div className="mb-wrap">{text('reason')}</div>
  }
}

function DeskTables() {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const desk = useApi<Desk>('admin/system').data
  if (!desk) return null
  const person = (id: string, name: string) => (
    <Link to="/people/$personId" params={{ personId: id }}>
      {name}
    </Link>
  )
  const heading = (words: string) => <h2 className="mb-looks-heading">{words}</h2>
  return (
    <>
      <div className="mb-person-section">
        <DataTable<Desk['tickets'][number]>
          title={t.tickets}
          rows={desk.tickets}
          rowKey={(row) => row.person_id}
          emptyLabel={t.noTickets}
          tools={heading(t.tickets)}
          columns={[
            { title: t.name, key: 'name', width: 160, render: (_, row) => person(row.person_id, row.name) },
            { title: t.purpose, key: 'purpose', width: 120, render: (_, row) => t.purposes[row.purpose] },
            { title: t.at, key: 'at', width: 170, render: (_, row) => dateTime(row.made_at) },
            { title: t.until, key: 'until', width: 170, render: (_, row) => dateTime(row.expires_at) },
          ]}
        />
      </div>
      <div className="mb-person-section">
        <DataTable<Desk['leavers'][number]>
          title={t.leavers}
          rows={desk.leavers}
          rowKey={(row) => row.id}
          emptyLabel={t.noLeavers}
          tools={heading(t.leavers)}
          columns={[
            { title: t.name, key: 'name', width: 160, render: (_, row) => person(row.id, row.name) },
            { title: t.office, key: 'office', width: 130, render: (_, row) => pick(row) },
            { title: t.state, key: 'state', width: 110, render: (_, row) => t.states[row.state] },
            { title: t.at, key: 'at', width: 170, render: (_, row) => dateTime(row.at) },
          ]}
        />
      </div>
      <div className="mb-person-section">
        <DataTable<Desk['absent'][number]>
          title={t.absent}
          rows={desk.absent}
          rowKey={(row) => row.id}
          emptyLabel={t.noAbsent}
          tools={heading(t.absent)}
          columns={[
            { title: t.name, key: 'name', width: 160, render: (_, row) => person(row.personId, row.name) },
            { title: t.office, key: 'office', width: 130, render: (_, row) => pick(row) },
            { title: t.absenceKind, key: 'kind', width: 140, render: (_, row) => t.absenceKinds[row.kind] },
            { title: t.from, key: 'from', width: 170, render: (_, row) => dateTime(row.from) },
            { title: t.to, key: 'to', width: 170, render: (_, row) => dateTime(row.to) },
          ]}
        />
      </div>
      <div className="mb-person-section">
        <DataTable<Desk['kept'][number]>
          title={t.kept}
          rows={desk.kept}
          rowKey={(row) => row.id}
          emptyLabel={t.noKept}
          tools={heading(t.kept)}
          columns={[
            { title: t.at, key: 'at', width: 170, render: (_, row) => dateTime(row.at) },
            {
              title: t.finding,
              key: 'finding',
              width: 430,
              render: (_, row) => <div className="mb-wrap">{pick(row)}</div>,
            },
            {
              title: t.proof,
              key: 'proof',
              width: 90,
              render: (_, row) => (
                <Link to="/evidence/$actId" params={{ actId: row.actId }}>
                  {t.proof}
                </Link>
              ),
            },
          ]}
        />
      </div>
    </>
  )
}
