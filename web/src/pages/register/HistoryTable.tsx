import { Link } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { useMemo } from 'react'
import type { Entry } from '../../../../server/src/register/state.ts'
import { codeName, DJLX } from '../../../../server/src/values/dictionaries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import type { CsvColumn } from '../../ui/csv.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { LongText } from '../../ui/LongText.tsx'
import { registerTexts } from './texts.ts'
import type { RegisterView } from './types.ts'
import { lastDay, numberOf, recordingOrder, type Standing, standing } from './view.ts'

interface Line {
  no: number
  entry: Entry
  standing: Standing
  caseNumber: string | null
  number: string | null
}

/** Every entry ever made on the unit, numbered in the order it was made, latest first. */
export function HistoryTable({ view }: { view: RegisterView }) {
  const t = useTexts(registerTexts)
  const pick = usePick()
  const { dateTime, date } = useFormats()
  const lines = useMemo(() => linesOf(view), [view])
  const names = (entry: Entry) => entry.parties.map((party) => party.name).join('、')
  const registration = (entry: Entry) => pick(codeName(DJLX, entry.registration))
  const ends = (entry: Entry) => (entry.legalTo ? fill(t.until2, { date: date(lastDay(entry.legalTo)) }) : '')

  const columns: TableColumnsType<Line> = [
    { title: t.no, key: 'no', width: 48, align: 'right', render: (_, line) => line.no },
    {
      title: t.standing,
      key: 'standing',
      width: 92,
      render: (_, line) => (
        <span className={`mb-standing mb-standing-${line.standing}`}>{t.standings[line.standing]}</span>
      ),
    },
    {
      title: t.entryKind,
      key: 'kind',
      width: 110,
      render: (_, { entry }) => (
        <>
          {t.kinds[entry.kind]}
          <div className="mb-soft">{registration(entry)}</div>
        </>
      ),
    },
    {
      title: t.parties,
      key: 'parties',
      width: 240,
      render: (_, { entry, number }) => (
        <>
          <LongText text={names(entry)} shown={80} />
          {number && <div className="mb-soft mb-wrap">{number}</div>}
        </>
      ),
    },
    {
      title: t.legalTime,
      key: 'legal',
      width: 140,
      render: (_, { entry }) => (
        <>
          {dateTime(entry.legalFrom)}
          {entry.legalTo && <div className="mb-soft">{ends(entry)}</div>}
        </>
      ),
    },
    {
      title: t.recordedHow,
      key: 'recorded',
      width: 145,
      render: (_, { entry }) => (
        <>
          {dateTime(entry.recordedAt)}
          <div className="mb-soft">{entry.recordedBy ?? t.takenOver}</div>
        </>
      ),
    },
    {
      title: t.byCase,
      key: 'case',
      width: 150,
      render: (_, { entry, caseNumber }) =>
        entry.caseId ? (
          <Link to="/cases/$caseId" params={{ caseId: entry.caseId }}>
            {caseNumber ?? t.byCase}
          </Link>
        ) : (
          '—'
        ),
    },
  ]
  const csv: CsvColumn<Line>[] = [
    { title: t.no, value: (line) => line.no },
    { title: t.standing, value: (line) => t.standings[line.standing] },
    { title: t.entryKind, value: ({ entry }) => t.kinds[entry.kind] },
    { title: t.registration, value: ({ entry }) => registration(entry) },
    { title: t.parties, value: ({ entry }) => names(entry) },
    { title: t.certificate, value: (line) => line.number },
    { title: t.legalTime, value: ({ entry }) => dateTime(entry.legalFrom) },
    { title: t.until, value: ({ entry }) => (entry.legalTo ? date(lastDay(entry.legalTo)) : null) },
    { title: t.recordedTime, value: ({ entry }) => dateTime(entry.recordedAt) },
    { title: t.recordedBy, value: ({ entry }) => entry.recordedBy ?? t.takenOver },
    { title: t.byCase, value: (line) => line.caseNumber },
  ]
  return (
    <div>
      <h2 className="mb-register-heading mb-paper-heading">{t.history}</h2>
      <DataTable<Line>
        title={t.history}
        columns={columns}
        rows={lines}
        rowKey={(line) => line.entry.id}
        rowClassName={(line) => (line.standing === 'current' ? '' : 'mb-entry-past')}
        csv={csv}
        tools={
          <>
            <h2 className="mb-register-heading">{t.history}</h2>
            <span className="mb-soft">{t.historyHint}</span>
          </>
        }
      />
    </div>
  )
}

function linesOf({ entries, asOf, certificates, cases }: RegisterView): Line[] {
  return recordingOrder(entries)
    .map((entry, index) => ({
      no: index + 1,
      entry,
      standing: standing(entry, entries, asOf),
      caseNumber: cases.find((one) => one.caseId === entry.caseId)?.number ?? null,
      number: numberOf(entry, certificates),
    }))
    .reverse()
}
