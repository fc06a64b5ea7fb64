import { Link } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import type { Text } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import './access.css'
import { Conflicts } from './MatrixPage.tsx'
import { accessTexts } from './texts.ts'
import { ProofLink, Until, useWords } from './words.tsx'

interface OverScope {
  personId: string
  person: string
  district: string
  month: number
  day: number
  lastAt: string
  lastActId: string
  lastRefusal: string
}
interface EndingLine {
  grantId: string
  district: string
  personId: string
  person: string
  duty: string
  until: string
}
interface FindingLine extends Text {
  id: string
  district: string
  severity: 'critical' | 'high' | 'medium' | 'low'
  at: string
  actId: string
}
interface Setting {
  name: string
  value: number
  source: string
}
interface Console {
  open: number
  overScope: OverScope[]
  ending: EndingLine[]
  findings: FindingLine[]
  settings: Setting[]
  conflicts: [string, string][]
}

const tones = { critical: 'red', high: 'red', medium: 'amber', low: 'grey' } as const

/** What the security administrator watches: requests that wait, attempts beyond scope, rights that end, the rules. */
export function SecurityPage() {
  const t = useTexts(accessTexts)
  const found = useApi<Console>('access/security')
  const refused = asRefused(found.error)
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.security}</h1>
        <p>{t.securityHint}</p>
      </div>
      {found.isPending && <LoadingState label={t.security} />}
      {refused && <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />}
      {found.data && (
        <>
          <p className="mb-form-note">
            <Link to="/access/requests">
              {t.waiting}
              {t.colon}
              <b>{found.data.open}</b>
            </Link>
          </p>
          <OverScopeTable rows={found.data.overScope} />
          <Findings rows={found.data.findings} />
          <EndingTable rows={found.data.ending} />
          <Settings rows={found.data.settings} />
          <Conflicts pairs={found.data.conflicts} />
        </>
      )}
    </>
  )
}

function OverScopeTable({ rows }: { rows: OverScope[] }) {
  const t = useTexts(accessTexts)
  const words = useWords()
  const { dateTime, number } = useFormats()
  const columns: TableColumnsType<OverScope> = [
    {
      title: t.subject,
      key: 'person',
      width: 200,
      render: (_, one) => (
        <Link to="/life/$kind/$id" params={{ kind: 'person', id: one.personId }}>
          {one.person}
        </Link>
      ),
    },
    { title: t.office, key: 'office', width: 160, render: (_, one) => words.office(one.district) },
    { title: t.lastDay, key: 'day', width: 110, align: 'right', render: (_, one) => number(one.day) },
    { title: t.lastMonth, key: 'month', width: 110, align: 'right', render: (_, one) => number(one.month) },
    {
      title: t.lastTry,
      key: 'last',
      width: 200,
      render: (_, one) => <ProofLink actId={one.lastActId}>{dateTime(one.lastAt)}</ProofLink>,
    },
  ]
  return (
    <DataTable<OverScope>
      title={t.overScope}
      columns={columns}
      rows={rows}
      rowKey={(one) => `${one.personId} ${one.district}`}
      emptyLabel={t.noOverScope}
      tools={
        <>
          <h2 className="mb-access-heading">{t.overScope}</h2>
          <span className="mb-soft">{t.overScopeHint}</span>
        </>
      }
      csv={[
        { title: t.subject, value: (one) => one.person },
        { title: t.office, value: (one) => words.office(one.district) },
        { title: t.lastDay, value: (one) => one.day },
        { title: t.lastMonth, value: (one) => one.month },
        { title: t.lastTry, value: (one) => dateTime(one.lastAt) },
      ]}
    />
  )
}

function Findings({ rows }: { rows: FindingLine[] }) {
  const t = useTexts(accessTexts)
  const words = useWords()
  const pick = usePick()
  const { dateTime } = useFormats()
  const columns: TableColumnsType<FindingLine> = [
    {
      title: t.foundAt,
      key: 'at',
      width: 160,
      render: (_, one) => <ProofLink actId={one.actId}>{dateTime(one.at)}</ProofLink>,
    },
    {
      title: t.severity,
      key: 'severity',
      width: 100,
      render: (_, one) => (
        <span className={`mb-status mb-status-${tones[one.severity]}`}>{t.severities[one.severity]}</span>
      ),
    },
    { title: t.office, key: 'office', width: 160, render: (_, one) => words.office(one.district) },
    { title: t.finding, key: 'finding', render: (_, one) => <div className="mb-wrap">{pick(one)}</div> },
  ]
  return (
    <div className="mb-access-part">
      <DataTable<FindingLine>
        title={t.findings}
        columns={columns}
        rows={rows}
        rowKey={(one) => one.id}
        emptyLabel={t.noFindings}
        tools={<h2 className="mb-access-heading">{t.findings}</h2>}
      />
    </div>
  )
}

function EndingTable({ rows }: { rows: EndingLine[] }) {
  const t = useTexts(accessTexts)
  const words = useWords()
  const columns: TableColumnsType<EndingLine> = [
    { title: t.until, key: 'until', width: 130, render: (_, one) => <Until at={one.until} /> },
    { title: t.subject, key: 'person', width: 200, render: (_, one) => one.person },
    { title: t.office, key: 'office', width: 160, render: (_, one) => words.office(one.district) },
    { title: t.duty, key: 'duty', render: (_, one) => words.duty(one.duty) },
  ]
  return (
    <div className="mb-access-part">
      <DataTable<EndingLine>
        title={t.endingSoon}
        columns={columns}
        rows={rows}
        rowKey={(one) => one.grantId}
        emptyLabel={t.nothingEnds}
        tools={<h2 className="mb-access-heading">{t.endingSoon}</h2>}
      />
    </div>
  )
}

function Settings({ rows }: { rows: Setting[] }) {
  const t = useTexts(accessTexts)
  const { number } = useFormats()
  const names = t.settingNames as Record<string, string>
  const columns: TableColumnsType<Setting> = [
    { title: t.setting, key: 'name', width: 320, render: (_, one) => names[one.name] ?? one.name },
    { title: t.value, key: 'value', width: 100, align: 'right', render: (_, one) => number(one.value) },
    { title: t.source, key: 'source', render: (_, one) => <div className="mb-wrap">{one.source}</div> },
  ]
  return (
    <div className="mb-access-part">
      <DataTable<Setting>
        title={t.settings}
        columns={columns}
        rows={rows}
        rowKey={(one) => one.name}
        tools={<h2 className="mb-access-heading">{t.settings}</h2>}
      />
    </div>
  )
}
