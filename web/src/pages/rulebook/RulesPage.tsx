import { Link, useRouter } from '@tanstack/react-router'
import { Button, Input, Select, Space, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import '../access/access.css'
import { ProofLink, useWords } from '../access/words.tsx'
import './rulebook.css'
import { ruleTexts } from './texts.ts'
import type { ProposalLine, RuleKind, RuleLine, RuleList } from './types.ts'
import { RuleState, reviewDue } from './words.tsx'

/** 制度汇编: which rules are in force, or were on a day; which of them one has still to read; what waits for its decision. */
export function RulesPage() {
  const t = useTexts(ruleTexts)
  const pick = usePick()
  const words = useWords()
  const router = useRouter()
  const city = useSession().data?.district.id === 'city'
  const [on, setOn] = useState('')
  const [kind, setKind] = useState<RuleKind | ''>('')
  const [office, setOffice] = useState('city')
  const asked = useApi<RuleList>('rules', { ...(on ? { on } : {}), ...(city ? { office } : {}) })
  const rows = (asked.data?.items ?? []).filter((one) => kind === '' || one.kind === kind)
  const reading = (one: RuleLine) => (one.read ? t.haveRead : one.concerns ? t.toRead : t.notConcerned)
  const columns: TableColumnsType<RuleLine> = [
    {
      title: t.rule,
      key: 'rule',
      width: 340,
      render: (_, one) => (
        <div className="mb-wrap">
          <Link to="/rules/$id" params={{ id: one.documentId }}>
            {one.title}
          </Link>
          <div className="mb-soft">{one.code}</div>
        </div>
      ),
    },
    { title: t.kind, key: 'kind', width: 110, render: (_, one) => t.kinds[one.kind] },
    { title: t.office, key: 'office', width: 110, render: (_, one) => words.office(one.district) },
    {
      title: t.state,
      key: 'state',
      width: 220,
      render: (_, one) => <RuleState of={one} />,
    },
    {
      title: t.reviewBy,
      key: 'review',
      width: 150,
      render: (_, one) => {
        const due = reviewDue(one)
        if (!due || one.state !== 'in_force') return '—'
        return (
          <>
            {due}{' '}
            {asked.data && due < asked.data.on && <span className="mb-status mb-status-red">{t.late}</span>}
          </>
        )
      },
    },
    {
      title: t.mine,
      key: 'mine',
      width: 130,
      render: (_, one) =>
        one.state === 'in_force' ? (
          <span className={`mb-status mb-status-${one.read ? 'green' : one.concerns ? 'amber' : 'grey'}`}>
            {reading(one)}
          </span>
        ) : (
          '—'
        ),
    },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      <DataTable<RuleLine>
        title={t.title}
        columns={columns}
        rows={rows}
        rowKey={(one) => one.documentId}
        onOpen={(one) => void router.navigate({ to: '/rules/$id', params: { id: one.documentId } })}
        loading={asked.isPending}
        error={asRefused(asked.error)?.refusal ?? null}
        onRetry={() => void asked.refetch()}
        emptyLabel={t.empty}
        tools={
          <Space wrap>
            <Input
              type="date"
              aria-label={t.on}
              title={t.on}
              className="mb-filter"
              value={on || (asked.data?.on ?? '')}
              onChange={(event) => setOn(event.target.value)}
            />
            <Select<RuleKind | ''>
              aria-label={t.kind}
              className="mb-filter"
              value={kind}
              onChange={setKind}
              options={[
                { value: '', label: `${t.kind} · ${t.all}` },
                ...Object.entries(t.kinds).map(([value, label]) => ({ value: value as RuleKind, label })),
              ]}
            />
            {city && (
              <Select<string>
                aria-label={t.office}
                className="mb-filter"
                value={office}
                onChange={setOffice}
                options={registrationOffices.map((one) => ({ value: one.id, label: pick(one.name) }))}
              />
            )}
            <Button onClick={() => void router.navigate({ to: '/rules/propose' })}>{t.propose}</Button>
          </Space>
        }
        csv={[
          { title: t.rule, value: (one) => one.title },
          { title: t.code, value: (one) => one.code },
          { title: t.kind, value: (one) => t.kinds[one.kind] },
          { title: t.office, value: (one) => words.office(one.district) },
          { title: t.state, value: (one) => t.states[one.state] },
          { title: t.version, value: (one) => one.no },
          { title: t.from, value: (one) => one.fromOn },
          { title: t.reviewBy, value: reviewDue },
          { title: t.mine, value: reading },
        ]}
      />
      {asked.data && <Waiting rows={asked.data.proposals} />}
    </>
  )
}

function Waiting({ rows }: { rows: ProposalLine[] }) {
  const t = useTexts(ruleTexts)
  const words = useWords()
  const router = useRouter()
  const { date } = useFormats()
  const columns: TableColumnsType<ProposalLine> = [
    {
      title: t.rule,
      key: 'rule',
      width: 340,
      render: (_, one) => (
        <div className="mb-wrap">
          <Link to="/rules/proposals/$id" params={{ id: one.id }}>
            {one.title}
          </Link>
          <div className="mb-soft">{one.reason}</div>
        </div>
      ),
    },
    { title: t.what, key: 'what', width: 110, render: (_, one) => t.actions[one.action] },
    { title: t.office, key: 'office', width: 110, render: (_, one) => words.office(one.district) },
    { title: t.from, key: 'from', width: 220, render: (_, one) => one.effectiveOn },
    {
      title: t.proposer,
      key: 'proposer',
      width: 280,
      render: (_, one) => (
        <ProofLink actId={one.actId}>{`${one.proposer} ${fill('{at}', { at: date(one.at) })}`}</ProofLink>
      ),
    },
  ]
  return (
    <DataTable<ProposalLine>
      title={t.waiting}
      tools={<h2 className="mb-access-heading">{t.waiting}</h2>}
      columns={columns}
      rows={rows}
      rowKey={(one) => one.id}
      onOpen={(one) => void router.navigate({ to: '/rules/proposals/$id', params: { id: one.id } })}
      emptyLabel={t.noneWaiting}
    />
  )
}
