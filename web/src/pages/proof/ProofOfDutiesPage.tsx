import { focusManager } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Input, Progress, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { dutyTable } from '../../../../server/src/people/duties.ts'
import { asRefused, useApi } from '../../api/queries.ts'
import type { Availability } from '../../api/types.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import '../access/access.css'
import { Conflicts } from '../access/MatrixPage.tsx'
import { ProofLink } from '../access/words.tsx'
import './proof.css'
import { proofTexts } from './texts.ts'

interface Step {
  person: string
  move: Text
}
interface Rule {
  name: Text
  clause: string
  killed: boolean
  wrong?: Text
  path: Step[]
}
interface Proof {
  ms: number
  states: number
  transitions: number
  dutySets: number
  rules: number
  mutantsKilled: number
  ok: boolean
  violations: { model: string; wrong: Text; path: Step[] }[]
  unreachable: string[]
  models: { model: string; states: number; transitions: number }[]
  mutants: Rule[]
}
interface Last {
  at: string
  actId: string
  askedBy: string | null
  current: boolean
  proof: Proof
}
interface Seen {
  running: { done: number; total: number } | null
  fault: string | null
  start: Availability[string]
  last: Last | null
}

const everyMs = 1_000
const path = 'duties/proof'

/** What the last proof of the duty table said: figures, each rule with what opens without it, and the matrix of duties. */
export function ProofOfDutiesPage() {
  const t = useTexts(proofTexts)
  const [watching, setWatching] = useState(false)
  const seen = useApi<Seen>(path, {}, { refetchInterval: watching ? everyMs : false })
  const start = useAct<Record<string, never>, unknown>('duties.prove', { refresh: [[path]] })
  const underWay = (seen.data?.running ?? null) !== null
  // Not while the window is locked: it would only be refused.
  const watch = underWay && focusManager.isFocused()
  if (watch !== watching) setWatching(watch)
  const refused = asRefused(seen.error)
  if (refused && !seen.data)
    return <ErrorState refusal={refused.refusal} onRetry={() => void seen.refetch()} fullPage />
  if (!seen.data) return <LoadingState label={t.title} fullPage />
  const { running, last, fault } = seen.data
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.hint}</p>
      </div>
      <section className="mb-panel mb-proof-start" aria-live="polite">
        {start.refusal && <RefusalAlert refusal={start.refusal} onClose={start.clear} />}
        <ActButton
          type="primary"
          availability={seen.data.start}
          pending={start.pending || underWay}
          onClick={() => void start.perform({})}
        >
          {underWay ? t.proving : t.start}
        </ActButton>
        {running && <HowFar {...running} />}
        {!running && fault && <Alert type="error" showIcon title={fill(t.failed, { why: fault })} />}
      </section>
      {last ? <Said last={last} /> : !underWay && <EmptyState label={`${t.never}。${t.neverHint}`} />}
      <Conflicts pairs={dutyTable.conflicts} />
    </>
  )
}

function HowFar({ done, total }: { done: number; total: number }) {
  const t = useTexts(proofTexts)
  return (
    <div className="mb-proof-progress">
      <Progress
        aria-label={t.proving}
        percent={total ? Math.floor((done / total) * 100) : 0}
        status="active"
      />
      <span>{total ? fill(t.progress, { done, total }) : t.preparing}</span>
    </div>
  )
}

function Said({ last }: { last: Last }) {
  const t = useTexts(proofTexts)
  const pick = usePick()
  const { number, dateTime } = useFormats()
  const { proof } = last
  return (
    <>
      {!last.current && <Alert type="warning" showIcon title={t.stale} />}
      <section className="mb-panel mb-access-part" aria-label={t.title}>
        <p className="mb-proof-verdict">
          <span className={`mb-status mb-status-${proof.ok ? 'green' : 'red'}`}>
            {proof.ok ? t.good : t.bad}
          </span>{' '}
          <span className="mb-soft">
            {fill(t.saidAt, {
              who: last.askedBy ?? '—',
              at: dateTime(last.at),
              seconds: number(Math.round(proof.ms / 1000)),
            })}
          </span>{' '}
          <ProofLink actId={last.actId}>{t.proof}</ProofLink>
        </p>
        <Facts
          items={[
            [t.states, number(proof.states)],
            [t.moves, number(proof.transitions)],
            [t.sets, number(proof.dutySets)],
            [t.rules, number(proof.rules)],
            [t.killed, number(proof.mutantsKilled)],
            [t.violations, number(proof.violations.length)],
          ]}
        />
        {proof.unreachable.map((model) => (
          <Alert key={model} type="error" showIcon title={fill(t.unreachable, { model })} />
        ))}
        {proof.violations.map(({ model, wrong, path }) => (
          <Alert
            key={model}
            type="error"
            showIcon
            title={`${t.broken}：${pick(wrong)}`}
            description={<Path steps={path} />}
          />
        ))}
        <Link to="/access/matrix">{t.matrix}</Link>
      </section>
      <Rules rules={proof.mutants} />
    </>
  )
}

/** Who does what, step after step. */
function Path({ steps }: { steps: readonly Step[] }) {
  const t = useTexts(proofTexts)
  const pick = usePick()
  const people = t.people as Record<string, string>
  return (
    <ol className="mb-proof-path">
      {steps.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps of one path never change places
        <li key={i}>
          {people[step.person] ?? step.person} {pick(step.move)}
        </li>
      ))}
    </ol>
  )
}

function Rules({ rules }: { rules: readonly Rule[] }) {
  const t = useTexts(proofTexts)
  const pick = usePick()
  const people = t.people as Record<string, string>
  const [clause, setClause] = useState<string | null>(null)
  const [words, setWords] = useState('')
  const wanted = words.trim().toLowerCase()
  const shown = rules.filter(
    (one) =>
      (clause === null || one.clause === clause) &&
      (wanted === '' || pick(one.name).toLowerCase().includes(wanted)),
  )
  const told = (steps: readonly Step[]) =>
    steps.map((step, i) => `${i + 1}. ${people[step.person] ?? step.person} ${pick(step.move)}`).join('; ')
  const columns: TableColumnsType<Rule> = [
    {
      title: t.rule,
      key: 'rule',
      width: 330,
      render: (_, one) => <div className="mb-wrap">{pick(one.name)}</div>,
    },
    { title: t.clause, key: 'clause', width: 150, render: (_, one) => <ClauseTag clause={one.clause} /> },
    {
      title: t.path,
      key: 'path',
      width: 480,
      render: (_, one) =>
        one.killed ? (
          <div className="mb-wrap">
            <Path steps={one.path} />
            {one.wrong && <div className="mb-soft">{fill(t.wrong, { what: pick(one.wrong) })}</div>}
          </div>
        ) : (
          <span className="mb-status mb-status-red">{t.survives}</span>
        ),
    },
  ]
  return (
    <div className="mb-access-part">
      <DataTable<Rule>
        title={t.table}
        columns={columns}
        rows={shown}
        rowKey={(one) => one.name.en}
        tools={
          <>
            <Select
              className="mb-access-filter"
              aria-label={t.clause}
              placeholder={t.anyClause}
              allowClear
              value={clause}
              onChange={(value) => setClause(value ?? null)}
              options={[...new Set(rules.map((one) => one.clause))]
                .sort()
                .map((value) => ({ value, label: value }))}
            />
            <Input
              className="mb-proof-find"
              aria-label={t.find}
              placeholder={t.find}
              allowClear
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          </>
        }
        csv={[
          { title: t.rule, value: (one) => pick(one.name) },
          { title: t.clause, value: (one) => one.clause },
          { title: t.path, value: (one) => told(one.path) },
        ]}
      />
    </div>
  )
}
