import { Link } from '@tanstack/react-router'
import { Alert, type TableColumnsType } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import type { Refusal } from '../../api/types.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import type { CsvColumn } from '../../ui/csv.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { age } from './age.ts'
import './evidence.css'
import { PolicyWords, useOfficeName } from './PolicyWords.tsx'
import { evidenceTexts } from './texts.ts'

interface Sized {
  size: number
  at: string
}

interface Witness {
  name: string
  cosigned: Sized | null
  lag: number
  fault: Text | null
}

interface Finding {
  kind: string
  severity: string
  state: string
  summary: Text
  openedAt: string
  actId: string
}

/** One log of `GET /api/witnesses`. */
interface LogStatus {
  id: string
  name: Text
  origin: string
  size: number
  signed: Sized | null
  published: Sized | null
  waitingSeconds: number | null
  policy: string
  quorum: boolean
  witnesses: Witness[]
  contradicted: Text | null
  findings: Finding[]
}

const everyMs = 5_000
/** Publication usually takes a second or two; up to this it is no news. */
const patienceSeconds = 10

/** How every log stands with its witnesses: what was signed, what was published, who has cosigned how far, what is wrong. */
export function WitnessesPage() {
  const t = useTexts(evidenceTexts)
  const status = useApi<{ items: LogStatus[]; sharedOperator: boolean; at: string }>(
    'witnesses',
    {},
    { refetchInterval: everyMs },
  )
  const refused = asRefused(status.error)
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.witnesses}</h1>
        <p>{t.witnessesHint}</p>
      </div>
      {status.data?.sharedOperator && (
        <Alert className="mb-shared" type="info" showIcon title={t.sharedOperator} />
      )}
      <Logs
        logs={status.data?.items ?? []}
        at={status.data?.at ?? ''}
        loading={status.isPending}
        error={refused?.refusal ?? null}
        onRetry={() => void status.refetch()}
      />
      {status.data && <Alarms logs={status.data.items} />}
    </>
  )
}

interface LogsProps {
  logs: LogStatus[]
  /** Now, by the installation's clock. */
  at: string
  loading: boolean
  error: Refusal | null
  onRetry: () => void
}

function Logs({ logs, at, loading, error, onRetry }: LogsProps) {
  const t = useTexts(evidenceTexts)
  const pick = usePick()
  const { number, dateTime } = useFormats()
  const office = useOfficeName()
  const standing = useStanding()
  const seconds = (since: string) => Math.max(0, Math.round((Date.parse(at) - Date.parse(since)) / 1000))
  const reached = (one: Sized | null) =>
    one && (
      <>
        {number(one.size)}
        <div className="mb-soft">{dateTime(one.at)}</div>
      </>
    )
  const columns: TableColumnsType<LogStatus> = [
    {
      title: t.office,
      key: 'office',
      width: 120,
      render: (_, log) => <b>{pick(log.name)}</b>,
    },
    { title: t.leaves, key: 'size', width: 80, align: 'right', render: (_, log) => number(log.size) },
    {
      title: t.signedCheckpoint,
      key: 'signed',
      width: 130,
      render: (_, log) => reached(log.signed) ?? t.none,
    },
    {
      title: t.publishedCheckpoint,
      key: 'published',
      width: 150,
      render: (_, log) =>
        log.published ? (
          <>
            {reached(log.published)}
            <div className="mb-soft">{fill(t.ago, { age: age(seconds(log.published.at), t.ages) })}</div>
          </>
        ) : (
          t.none
        ),
    },
    {
      title: t.standing,
      key: 'standing',
      width: 150,
      render: (_, log) => {
        const { tone, words } = standing(log)
        return (
          <>
            <span className={`mb-status mb-status-${tone}`}>{words}</span>
            {log.contradicted && <div className="mb-field-problem mb-wrap">{pick(log.contradicted)}</div>}
          </>
        )
      },
    },
    {
      title: t.witnessed,
      key: 'witnesses',
      width: 380,
      render: (_, log) => (
        <details className="mb-witnesses">
          <summary>
            {log.witnesses.map((one) => (
              <span
                key={one.name}
                className={one.lag > 0 || !one.cosigned ? 'mb-field-problem' : 'mb-good-text'}
              >
                {office(one.name)}
              </span>
            ))}
          </summary>
          <ul>
            {log.witnesses.map((one) => (
              <li key={one.name}>
                <b>{office(one.name)}</b>{' '}
                {one.cosigned ? `${number(one.cosigned.size)} · ${dateTime(one.cosigned.at)}` : t.never}
                {one.lag > 0 && one.cosigned && ` · ${fill(t.behind, { count: number(one.lag) })}`}
                {one.fault && (
                  <div className="mb-field-problem">{fill(t.unreachable, { why: pick(one.fault) })}</div>
                )}
              </li>
            ))}
          </ul>
          <PolicyWords text={log.policy} />
        </details>
      ),
    },
  ]
  const csv: CsvColumn<LogStatus>[] = [
    { title: t.office, value: (log) => pick(log.name) },
    { title: t.origin, value: (log) => log.origin },
    { title: t.leaves, value: (log) => log.size },
    { title: t.signedCheckpoint, value: (log) => log.signed?.size ?? null },
    { title: t.publishedCheckpoint, value: (log) => log.published?.size ?? null },
    { title: t.at, value: (log) => log.published && dateTime(log.published.at) },
    { title: t.standing, value: (log) => standing(log).words },
    {
      title: t.witnessed,
      value: (log) =>
        log.witnesses.map((one) => `${office(one.name)} ${one.cosigned?.size ?? t.never}`).join('; '),
    },
  ]
  return (
    <DataTable<LogStatus>
      title={t.witnesses}
      columns={columns}
      rows={logs}
      rowKey={(log) => log.id}
      loading={loading}
      error={error}
      onRetry={onRetry}
      emptyLabel={t.noLogs}
      csv={csv}
    />
  )
}

type Tone = 'green' | 'amber' | 'red'

/** How a log stands, in a word and a colour. */
function useStanding(): (log: LogStatus) => { tone: Tone; words: string } {
  const t = useTexts(evidenceTexts)
  return (log) => {
    if (log.contradicted) return { tone: 'red', words: t.standings.stopped }
    if (log.waitingSeconds !== null && log.waitingSeconds > patienceSeconds)
      return { tone: 'amber', words: fill(t.standings.waiting, { age: age(log.waitingSeconds, t.ages) }) }
    if (!log.quorum && log.waitingSeconds === null && log.signed !== null)
      return { tone: 'amber', words: t.standings.short }
    return { tone: 'green', words: t.standings.good }
  }
}

/** Everything open that was found about the logs. */
function Alarms({ logs }: { logs: readonly LogStatus[] }) {
  const t = useTexts(evidenceTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const severities = t.severities as Record<string, string>
  const states = t.findingStates as Record<string, string>
  const rows = logs.flatMap((log) => log.findings.map((finding) => ({ ...finding, office: log.name })))
  type Row = (typeof rows)[number]
  const columns: TableColumnsType<Row> = [
    { title: t.openedAt, key: 'at', width: 150, render: (_, row) => dateTime(row.openedAt) },
    { title: t.office, key: 'office', width: 110, render: (_, row) => pick(row.office) },
    {
      title: t.severity,
      key: 'severity',
      width: 100,
      render: (_, row) => severities[row.severity] ?? row.severity,
    },
    {
      title: t.problem,
      key: 'problem',
      width: 430,
      render: (_, row) => <div className="mb-wrap">{pick(row.summary)}</div>,
    },
    { title: t.findingState, key: 'state', width: 110, render: (_, row) => states[row.state] ?? row.state },
    {
      title: t.proof,
      key: 'proof',
      width: 80,
      render: (_, row) => (
        <Link to="/evidence/$actId" params={{ actId: row.actId }}>
          {t.proof}
        </Link>
      ),
    },
  ]
  return (
    <div className="mb-looks">
      <DataTable<Row>
        title={t.alarms}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.actId}
        emptyLabel={t.noAlarms}
        tools={<h2 className="mb-looks-heading">{t.alarms}</h2>}
      />
    </div>
  )
}
