import { Link } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { ProofLink } from '../access/words.tsx'
import { reminderTexts } from './texts.ts'
import type { Reminders, Waiting } from './types.ts'

const colours = { overdue: 'red', soon: 'amber', waiting: 'grey' } as const

/** 待办提醒: what waits for me, and what I was told of it on which day. */
export function RemindersPage() {
  const t = useTexts(reminderTexts)
  const found = useApi<Reminders>('reminders')
  const refused = asRefused(found.error)
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.hint}</p>
      </div>
      {found.isPending && <LoadingState label={t.title} />}
      {refused && <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />}
      {found.data && (
        <>
          <WaitingTable items={found.data.items} />
          <ToldTable told={found.data.told} />
        </>
      )}
    </>
  )
}

function WaitingTable({ items }: { items: Waiting[] }) {
  const t = useTexts(reminderTexts)
  const pick = usePick()
  const { date } = useFormats()
  const named = (one: Waiting) => (one.about ? pick(one.about) : fill(t.many, { n: one.count }))
  const columns: TableColumnsType<Waiting> = [
    {
      title: t.state,
      key: 'state',
      width: 110,
      render: (_, one) => (
        <span className={`mb-status mb-status-${colours[one.state]}`}>{t.states[one.state]}</span>
      ),
    },
    {
      title: t.what,
      key: 'what',
      width: 520,
      render: (_, one) => (
        <div className="mb-wrap">
          <Link to={one.path as '/'}>{t.kinds[one.kind]}</Link>
          <div className="mb-soft">{named(one)}</div>
        </div>
      ),
    },
    { title: t.due, key: 'due', width: 160, render: (_, one) => (one.dueAt ? date(one.dueAt) : '—') },
  ]
  return (
    <DataTable<Waiting>
      title={t.title}
      columns={columns}
      rows={items}
      rowKey={(one) => `${one.kind} ${one.path} ${one.about?.zh ?? ''} ${one.dueAt ?? ''}`}
      emptyLabel={t.nothing}
      csv={[
        { title: t.state, value: (one) => t.states[one.state] },
        { title: t.what, value: (one) => `${t.kinds[one.kind]} ${named(one)}` },
        { title: t.due, value: (one) => one.dueAt },
      ]}
    />
  )
}

type Told = Reminders['told'][number]

function ToldTable({ told }: { told: Told[] }) {
  const t = useTexts(reminderTexts)
  const out = ({ taken }: Told) => (taken === null ? t.outs.inside : taken ? t.outs.taken : t.outs.missed)
  const columns: TableColumnsType<Told> = [
    {
      title: t.day,
      key: 'day',
      width: 160,
      render: (_, one) => (
        <ProofLink actId={one.actId}>
          <span title={t.record}>{one.day}</span>
        </ProofLink>
      ),
    },
    {
      title: t.what,
      key: 'counts',
      width: 400,
      render: (_, { overdue, soon, waiting }) => fill(t.counts, { overdue, soon, waiting }),
    },
    { title: t.out, key: 'out', width: 160, render: (_, one) => out(one) },
  ]
  return (
    <DataTable<Told>
      title={t.told}
      tools={<h2 className="mb-access-heading">{t.told}</h2>}
      columns={columns}
      rows={told}
      rowKey={(one) => one.day}
      emptyLabel={t.neverTold}
    />
  )
}
