import { FileSearchOutlined } from '@ant-design/icons'
import { focusManager } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Progress, type TableColumnsType } from 'antd'
import { useEffect } from 'react'
import { officeById } from '../../../../server/src/values/districts.ts'
import { asTable, useList } from '../../api/queries.ts'
import type { Page } from '../../api/types.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import type { CsvColumn } from '../../ui/csv.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { age } from './age.ts'
import './evidence.css'
import { ThingLink } from './ThingLink.tsx'
import { evidenceTexts } from './texts.ts'

interface Problem {
  code: string
  district: string
  index?: number
  message: string
  /** In Chinese; runs of earlier releases have none. */
  zh?: string
  act: string | null
  thing: { kind: string; id: string } | null
}

/** One line of `GET /api/verifications`. */
interface Run {
  runId: string
  at: string
  person: string
  actId: string
  state: 'running' | 'good' | 'bad' | 'interrupted'
  endedAt: string | null
  resultActId: string | null
  acts: number | null
  leaves: number | null
  rows: number | null
  problems: Problem[]
}

interface Running {
  runId: string
  checked: number
  total: number
}

interface Runs extends Page<Run> {
  running: Running | null
}

const everyMs = 1_000
const tones = { running: 'grey', good: 'green', bad: 'red', interrupted: 'amber' } as const
const refresh = [['verifications']]

/** Having everything verified: start it, see how far it has come, and what every earlier one found. */
export function VerificationsPage() {
  const t = useTexts(evidenceTexts)
  const list = useList<Run, Runs>('verifications', {}, 'before')
  const start = useAct<Record<string, never>, { runId: string }>('evidence.verify', { refresh })
  const running = list.first?.running ?? null
  const { reload } = list
  const underWay = running !== null
  useEffect(() => {
    if (!underWay) return
    // Not while the window is locked: it would only be refused.
    const timer = setInterval(() => focusManager.isFocused() && reload(), everyMs)
    return () => clearInterval(timer)
  }, [underWay, reload])
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.verifications}</h1>
        <p>{t.verificationsHint}</p>
      </div>
      <section className="mb-panel mb-verify" aria-live="polite">
        {start.refusal && <RefusalAlert refusal={start.refusal} onClose={start.clear} />}
        <Button
          type="primary"
          icon={<FileSearchOutlined aria-hidden />}
          loading={start.pending}
          disabled={underWay}
          onClick={() => void start.perform({})}
        >
          {underWay ? t.verifying : t.startVerification}
        </Button>
        {running && <HowFar running={running} />}
      </section>
      <History list={list} />
      {list.rows
        .filter((run) => run.problems.length > 0)
        .map((run) => (
          <Problems key={run.runId} run={run} />
        ))}
    </>
  )
}

function HowFar({ running: { checked, total } }: { running: Running }) {
  const t = useTexts(evidenceTexts)
  const { number } = useFormats()
  const counted = fill(t.progress, { checked: number(checked), total: number(total) })
  const words = total === 0 ? t.preparing : checked >= total ? t.comparing : counted
  return (
    <div className="mb-verify-progress">
      <Progress
        aria-label={t.verifying}
        percent={total === 0 ? 0 : Math.floor((Math.min(checked, total) / total) * 100)}
        status="active"
      />
      <span>{words}</span>
    </div>
  )
}

function History({ list }: { list: ReturnType<typeof useList<Run, Runs>> }) {
  const t = useTexts(evidenceTexts)
  const { dateTime, number } = useFormats()
  const result = (run: Run) => fill(t.runStates[run.state], { count: number(run.problems.length) })
  const took = (run: Run) =>
    run.endedAt ? age(Math.round((Date.parse(run.endedAt) - Date.parse(run.at)) / 1000), t.ages) : ''
  const columns: TableColumnsType<Run> = [
    {
      title: t.startedAt,
      key: 'at',
      width: 150,
      render: (_, run) => (
        <Link to="/evidence/$actId" params={{ actId: run.actId }}>
          {dateTime(run.at)}
        </Link>
      ),
    },
    { title: t.startedBy, key: 'person', width: 120, render: (_, run) => run.person },
    {
      title: t.result,
      key: 'result',
      width: 160,
      render: (_, run) => <span className={`mb-status mb-status-${tones[run.state]}`}>{result(run)}</span>,
    },
    {
      title: t.leaves,
      key: 'leaves',
      align: 'right',
      width: 100,
      render: (_, run) => run.leaves !== null && number(run.leaves),
    },
    {
      title: t.actsChecked,
      key: 'acts',
      align: 'right',
      width: 100,
      render: (_, run) => run.acts !== null && number(run.acts),
    },
    {
      title: t.comparedRows,
      key: 'rows',
      align: 'right',
      width: 110,
      render: (_, run) => run.rows !== null && number(run.rows),
    },
    { title: t.took, key: 'took', width: 90, render: (_, run) => took(run) },
    {
      title: t.resultProof,
      key: 'proof',
      width: 110,
      render: (_, run) =>
        run.resultActId && (
          <Link to="/evidence/$actId" params={{ actId: run.resultActId }}>
            {t.proof}
          </Link>
        ),
    },
  ]
  const csv: CsvColumn<Run>[] = [
    { title: t.startedAt, value: (run) => dateTime(run.at) },
    { title: t.startedBy, value: (run) => run.person },
    { title: t.result, value: result },
    { title: t.leaves, value: (run) => run.leaves },
    { title: t.actsChecked, value: (run) => run.acts },
    { title: t.comparedRows, value: (run) => run.rows },
    { title: t.took, value: took },
    { title: t.resultProof, value: (run) => run.resultActId },
  ]
  return (
    <DataTable<Run>
      title={t.verifications}
      columns={columns}
      {...asTable(list)}
      rowKey={(run) => run.runId}
      emptyLabel={t.noRuns}
      csv={csv}
    />
  )
}

/** What one verification found, each with what leads to it. */
function Problems({ run }: { run: Run }) {
  const t = useTexts(evidenceTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const kinds = t.problemKinds as Record<string, string>
  const rows = run.problems.map((problem, no) => ({ ...problem, no }))
  type Row = (typeof rows)[number]
  const detail = ({ zh, message }: Row) => pick({ zh: zh ?? message, en: message })
  const columns: TableColumnsType<Row> = [
    {
      title: t.office,
      key: 'office',
      width: 110,
      render: (_, row) => pick(officeById(row.district)?.name ?? { zh: row.district, en: row.district }),
    },
    {
      title: t.problemCode,
      key: 'code',
      width: 170,
      render: (_, row) => <div className="mb-wrap">{kinds[row.code] ?? row.code}</div>,
    },
    { title: t.leaf, key: 'leaf', width: 80, render: (_, row) => row.index ?? '—' },
    {
      title: t.detail,
      key: 'detail',
      width: 430,
      render: (_, row) => <div className="mb-wrap">{detail(row)}</div>,
    },
    {
      title: t.subject,
      key: 'subject',
      width: 190,
      render: (_, row) => (
        <>
          {row.thing && (
            <div className="mb-wrap">
              <ThingLink {...row.thing} />
            </div>
          )}
          {row.act && (
            <div>
              <Link to="/evidence/$actId" params={{ actId: row.act }}>
                {t.seeAct}
              </Link>
            </div>
          )}
        </>
      ),
    },
  ]
  const title = fill(t.problemsOf, { at: dateTime(run.at) })
  return (
    <div className="mb-looks">
      <DataTable<Row>
        title={title}
        columns={columns}
        rows={rows}
        rowKey={(row) => String(row.no)}
        csv={[
          { title: t.office, value: (row) => row.district },
          { title: t.problemCode, value: (row) => row.code },
          { title: t.leaf, value: (row) => row.index ?? null },
          { title: t.detail, value: detail },
          { title: t.id, value: (row) => row.act },
        ]}
        tools={<h2 className="mb-looks-heading">{title}</h2>}
      />
    </div>
  )
}
