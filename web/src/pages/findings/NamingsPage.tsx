import { Link } from '@tanstack/react-router'
import { Button, Segmented, Space, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { ProofLink, useWords } from '../access/words.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { Judged, Words } from './FindingForms.tsx'
import './findings.css'
import { findingTexts } from './texts.ts'
import type { NamingLine, RecurrenceLine } from './types.ts'

/** 点名通报: what came again within a year, and who is named for it. */
export function NamingsPage() {
  const t = useTexts(findingTexts)
  const found = useApi<{ items: NamingLine[]; all: boolean }>('namings')
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.namings}</h1>
        <p>{t.namingsHint}</p>
      </div>
      <NamingTable
        rows={found.data?.items ?? []}
        loading={found.isPending}
        refusal={asRefused(found.error)?.refusal ?? null}
      />
      {found.data?.all && <Recurrence />}
    </>
  )
}

const stateOf = (one: NamingLine) => {
  if (one.approved === null) return 'proposed'
  if (!one.approved) return 'refused'
  if (one.grounds === null) return 'named'
  if (one.stands === null) return 'appealed'
  return one.stands ? 'stands' : 'lifted'
}

interface NamingTableProps {
  rows: NamingLine[]
  loading: boolean
  refusal: Parameters<typeof DataTable>[0]['error']
}

function NamingTable({ rows, loading, refusal }: NamingTableProps) {
  const t = useTexts(findingTexts)
  const words = useWords()
  const [asking, setAsking] = useState<{ act: 'decide' | 'appeal' | 'decideAppeal'; one: NamingLine } | null>(
    null,
  )
  const who = (one: NamingLine) => one.subjectName ?? words.office(one.subject.replace('office:', ''))
  const button = (one: NamingLine, act: 'decide' | 'appeal' | 'decideAppeal', label: string) => (
    <ActButton
      size="small"
      availability={one.availability[`naming.${act}`]}
      onClick={() => setAsking({ act, one })}
    >
      {label}
    </ActButton>
  )
  const columns: TableColumnsType<NamingLine> = [
    {
      title: t.named,
      key: 'named',
      width: 170,
      render: (_, one) => (
        <div className="mb-wrap">
          <b>{who(one)}</b>
          <div className="mb-soft">{words.office(one.district)}</div>
        </div>
      ),
    },
    {
      title: t.reason,
      key: 'reason',
      width: 330,
      render: (_, one) => (
        <div className="mb-wrap">
          {one.reason}
          <div className="mb-soft">
            <ProofLink actId={one.actId}>{one.proposer}</ProofLink>{' '}
            {fill(t.rests, { n: one.findings.length })}
          </div>
        </div>
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 300,
      render: (_, one) => {
        const state = stateOf(one)
        const colour = {
          proposed: 'amber',
          refused: 'grey',
          named: 'red',
          appealed: 'amber',
          stands: 'red',
          lifted: 'grey',
        }[state]
        return (
          <div className="mb-wrap">
            <span className={`mb-status mb-status-${colour}`}>{t.namingStates[state]}</span>
            {one.decidedActId && (
              <div className="mb-soft">
                <ProofLink actId={one.decidedActId}>{one.decider}</ProofLink> {one.decidedWord}
              </div>
            )}
            {one.appealActId && (
              <div className="mb-soft">
                <ProofLink actId={one.appealActId}>{t.appeal}</ProofLink> {one.grounds}
              </div>
            )}
            {one.appealDecidedActId && (
              <div className="mb-soft">
                <ProofLink actId={one.appealDecidedActId}>{one.appealDecider}</ProofLink> {one.appealWord}
              </div>
            )}
          </div>
        )
      },
    },
    {
      title: t.acts,
      key: 'acts',
      width: 130,
      render: (_, one) => {
        const state = stateOf(one)
        if (state === 'proposed') return button(one, 'decide', t.decide)
        if (state === 'named') return button(one, 'appeal', t.appeal)
        return state === 'appealed' ? button(one, 'decideAppeal', t.decideAppeal) : null
      },
    },
  ]
  const common = { done: t.saidDone, confirmed: false, onClose: () => setAsking(null) }
  const of = asking && { district: asking.one.district, namingId: asking.one.id }
  return (
    <>
      <DataTable<NamingLine>
        title={t.namings}
        columns={columns}
        rows={rows}
        loading={loading}
        error={refusal ?? null}
        rowKey={(one) => one.id}
        emptyLabel={t.noNamings}
        csv={[
          { title: t.named, value: who },
          { title: t.reason, value: (one) => one.reason },
          { title: t.state, value: (one) => t.namingStates[stateOf(one)] },
        ]}
      />
      {asking?.act === 'decide' && (
        <Judged
          {...common}
          title={t.decide}
          type="naming.decide"
          of={of!}
          name="approved"
          yes={t.approve}
          no={t.refuse}
        />
      )}
      {asking?.act === 'decideAppeal' && (
        <Judged
          {...common}
          title={t.decideAppeal}
          type="naming.decideAppeal"
          of={of!}
          name="stands"
          yes={t.keep}
          no={t.lift}
        />
      )}
      {asking?.act === 'appeal' && (
        <FormModal<{ grounds: string }>
          {...common}
          title={t.appeal}
          type="naming.appeal"
          input={(values) => ({ ...of, ...values })}
        >
          <Words name="grounds" label={t.grounds} most={1000} />
        </FormModal>
      )}
    </>
  )
}

type By = 'person' | 'office' | 'rule'

function Recurrence() {
  const t = useTexts(findingTexts)
  const words = useWords()
  const { date, number } = useFormats()
  const [by, setBy] = useState<By>('person')
  const [proposing, setProposing] = useState<RecurrenceLine | null>(null)
  const inspects = useSession().data?.duties.includes('inspection') ?? false
  const found = useApi<{ items: RecurrenceLine[] }>('findings/recurrence', { by })
  const name = (one: RecurrenceLine) => one.name ?? (by === 'office' ? words.office(one.of) : one.of)
  const figure = (title: string, key: 'found' | 'open' | 'again' | 'red') => ({
    title,
    key,
    width: 90,
    align: 'right' as const,
    render: (_: unknown, one: RecurrenceLine) => number(one[key]),
  })
  const columns: TableColumnsType<RecurrenceLine> = [
    {
      title: t.of,
      key: 'of',
      width: 260,
      render: (_, one) => (
        <span>
          {name(one)} {one.district && <span className="mb-soft">{words.office(one.district)}</span>}
        </span>
      ),
    },
    figure(t.foundCount, 'found'),
    figure(t.openCount, 'open'),
    figure(t.again3, 'again'),
    figure(t.red, 'red'),
    {
      title: t.last,
      key: 'last',
      width: 130,
      render: (_, one) => (
        <Link to="/findings/$id" params={{ id: one.findings[0]! }}>
          {date(one.last)}
        </Link>
      ),
    },
    {
      title: t.acts,
      key: 'acts',
      width: 140,
      render: (_, one) =>
        inspects && by !== 'rule' && one.bearing ? (
          <Button size="small" onClick={() => setProposing(one)}>
            {t.propose}
          </Button>
        ) : null,
    },
  ]
  return (
    <>
      <DataTable<RecurrenceLine>
        title={t.recurrence}
        columns={columns}
        rows={found.data?.items ?? []}
        loading={found.isPending}
        error={asRefused(found.error)?.refusal ?? null}
        rowKey={(one) => one.of + (one.district ?? '')}
        tools={
          <Space wrap>
            <h2 className="mb-access-heading">{t.recurrence}</h2>
            <Segmented<By>
              aria-label={t.recurrence}
              value={by}
              onChange={setBy}
              options={(['person', 'office', 'rule'] as const).map((value) => ({
                value,
                label: t.by3[value],
              }))}
            />
            <span className="mb-soft">{t.recurrenceHint}</span>
          </Space>
        }
      />
      {proposing && (
        <FormModal<{ reason: string }>
          title={`${t.propose}：${name(proposing)}`}
          hint={fill(t.rests, { n: proposing.bearing!.length })}
          type="naming.propose"
          input={(values) => ({
            ...values,
            district: proposing.district ?? proposing.of,
            subject: by === 'person' ? `person:${proposing.of}` : `office:${proposing.of}`,
            findings: proposing.bearing,
          })}
          done={t.saidDone}
          confirmed={false}
          onClose={() => setProposing(null)}
        >
          <Words name="reason" label={t.reason} most={1000} />
        </FormModal>
      )}
    </>
  )
}
