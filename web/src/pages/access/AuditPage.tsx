import { Link } from '@tanstack/react-router'
import { Segmented, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asTable, useList } from '../../api/queries.ts'
import type { Page } from '../../api/types.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import './access.css'
import { accessTexts } from './texts.ts'
import { ProofLink, useWords } from './words.tsx'

interface AuditLine {
  actId: string
  district: string
  title: Text
  at: string
  personId: string
  person: string
  duties: string[]
  outcome: 'done' | 'refused'
  message: Text | null
  clause: string | null
}
interface Audit extends Page<AuditLine> {
  counts: { acts: number; refused: number; own: number }
}
type Show = 'all' | 'refused' | 'own'

/** What administrators did and tried, and every attempt at one's own account or rights. */
export function AuditPage() {
  const t = useTexts(accessTexts)
  const words = useWords()
  const pick = usePick()
  const { dateTime } = useFormats()
  const [show, setShow] = useState<Show>('all')
  const list = useList<AuditLine, Audit>('access/audit', { show }, 'before')
  const columns: TableColumnsType<AuditLine> = [
    {
      title: t.at,
      key: 'at',
      width: 160,
      render: (_, one) => <ProofLink actId={one.actId}>{dateTime(one.at)}</ProofLink>,
    },
    {
      title: t.subject,
      key: 'person',
      width: 210,
      render: (_, one) => (
        <>
          <Link to="/life/$kind/$id" params={{ kind: 'person', id: one.personId }}>
            {one.person}
          </Link>
          <div className="mb-soft mb-wrap">{one.duties.map(words.duty).join(t.comma)}</div>
        </>
      ),
    },
    { title: t.office, key: 'office', width: 140, render: (_, one) => words.office(one.district) },
    { title: t.act, key: 'act', width: 200, render: (_, one) => pick(one.title) },
    {
      title: t.outcome,
      key: 'outcome',
      width: 100,
      render: (_, one) => (
        <span className={`mb-status mb-status-${one.outcome === 'done' ? 'green' : 'red'}`}>
          {one.outcome === 'done' ? t.done : t.notDone}
        </span>
      ),
    },
    {
      title: t.because,
      key: 'because',
      width: 360,
      render: (_, one) =>
        one.message && (
          <div className="mb-wrap">
            {pick(one.message)} {one.clause && <ClauseTag clause={one.clause} />}
          </div>
        ),
    },
  ]
  const counts = list.first?.counts
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.audit}</h1>
        <p>{t.auditHint}</p>
      </div>
      <DataTable<AuditLine>
        title={t.audit}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.actId}
        emptyLabel={t.noActs}
        tools={
          <>
            <Segmented<Show>
              value={show}
              onChange={setShow}
              options={[
                { value: 'all', label: t.all },
                { value: 'refused', label: t.refusedOnly },
                { value: 'own', label: t.ownOnly },
              ]}
            />
            {counts && <span className="mb-soft">{fill(t.auditCounts, counts)}</span>}
          </>
        }
        proof={<Link to="/evidence">{t.moreEvidence}</Link>}
        csv={[
          { title: t.at, value: (one) => dateTime(one.at) },
          { title: t.subject, value: (one) => one.person },
          { title: t.office, value: (one) => words.office(one.district) },
          { title: t.act, value: (one) => pick(one.title) },
          { title: t.outcome, value: (one) => (one.outcome === 'done' ? t.done : t.notDone) },
          { title: t.because, value: (one) => (one.message ? pick(one.message) : null) },
        ]}
      />
    </>
  )
}
