import { Segmented, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { formatUnitCode } from '../../../../server/src/values/unitCode.ts'
import { asTable, useList } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import type { Text } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import './access.css'
import { accessTexts } from './texts.ts'
import { ProofLink, useWords } from './words.tsx'

interface Line {
  at: string
  title: Text
  outcome: string
  leaf: number | null
}
interface MyAct extends Line {
  actId: string
  message: Text | null
}
interface OnMe extends Line {
  id: string
  district: string
  person: string
  unitCode: string | null
  purpose: string | null
}

/** Everything I did, and what others did with what concerns me. */
export function TracePage() {
  const t = useTexts(accessTexts)
  const [side, setSide] = useState<'me' | 'on'>('me')
  const tools = (
    <Segmented
      value={side}
      onChange={setSide}
      options={[
        { value: 'me', label: t.byMe },
        { value: 'on', label: t.onMe },
      ]}
    />
  )
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.trace}</h1>
        <p>{t.traceHint}</p>
      </div>
      {side === 'me' && <ByMe tools={tools} />}
      {side === 'on' && <OnMe tools={tools} />}
    </>
  )
}

function useCells() {
  const t = useTexts(accessTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  return {
    at: (line: Line, actId: string) => <ProofLink actId={actId}>{dateTime(line.at)}</ProofLink>,
    outcome: (line: Line) => (
      <span className={`mb-status mb-status-${line.outcome === 'done' ? 'green' : 'red'}`}>
        {line.outcome === 'done' ? t.done : t.notDone}
      </span>
    ),
    leaf: (line: Line) => (line.leaf === null ? t.pending : `#${line.leaf}`),
    title: (line: Line) => pick(line.title),
  }
}

function ByMe({ tools }: { tools: React.ReactNode }) {
  const t = useTexts(accessTexts)
  const pick = usePick()
  const cells = useCells()
  const { dateTime } = useFormats()
  const list = useList<MyAct>('access/by-me', {}, 'before')
  const columns: TableColumnsType<MyAct> = [
    { title: t.at, key: 'at', width: 170, render: (_, one) => cells.at(one, one.actId) },
    { title: t.act, key: 'act', width: 220, render: (_, one) => cells.title(one) },
    { title: t.outcome, key: 'outcome', width: 110, render: (_, one) => cells.outcome(one) },
    {
      title: t.because,
      key: 'because',
      width: 420,
      render: (_, one) => one.message && <div className="mb-wrap">{pick(one.message)}</div>,
    },
    { title: t.leaf, key: 'leaf', width: 120, render: (_, one) => cells.leaf(one) },
  ]
  return (
    <DataTable<MyAct>
      title={t.byMe}
      columns={columns}
      {...asTable(list)}
      rowKey={(one) => one.actId}
      emptyLabel={t.nothingByMe}
      tools={tools}
      csv={[
        { title: t.at, value: (one) => dateTime(one.at) },
        { title: t.act, value: (one) => pick(one.title) },
        { title: t.outcome, value: (one) => (one.outcome === 'done' ? t.done : t.notDone) },
        { title: t.because, value: (one) => (one.message ? pick(one.message) : null) },
        { title: t.leaf, value: (one) => one.leaf },
      ]}
    />
  )
}

function OnMe({ tools }: { tools: React.ReactNode }) {
  const t = useTexts(accessTexts)
  const words = useWords()
  const pick = usePick()
  const cells = useCells()
  const { dateTime } = useFormats()
  const list = useList<OnMe>('access/looks-at-me', {}, 'before')
  const columns: TableColumnsType<OnMe> = [
    { title: t.at, key: 'at', width: 170, render: (_, one) => cells.at(one, one.id) },
    {
      title: t.subject,
      key: 'person',
      width: 170,
      render: (_, one) => (
        <>
          {one.person}
          <div className="mb-soft">{words.office(one.district)}</div>
        </>
      ),
    },
    { title: t.act, key: 'act', width: 200, render: (_, one) => cells.title(one) },
    { title: t.outcome, key: 'outcome', width: 110, render: (_, one) => cells.outcome(one) },
    {
      title: t.purpose,
      key: 'purpose',
      width: 150,
      render: (_, one) => (one.purpose ? words.purposes([one.purpose]) : ''),
    },
    {
      title: t.unit,
      key: 'unit',
      width: 290,
      render: (_, one) => one.unitCode && <span className="mb-code">{formatUnitCode(one.unitCode)}</span>,
    },
    { title: t.leaf, key: 'leaf', width: 110, render: (_, one) => cells.leaf(one) },
  ]
  return (
    <>
      <p className="mb-soft">{t.onMeHint}</p>
      <DataTable<OnMe>
        title={t.onMe}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.id}
        emptyLabel={t.nobodyOnMe}
        tools={tools}
        csv={[
          { title: t.at, value: (one) => dateTime(one.at) },
          { title: t.subject, value: (one) => one.person },
          { title: t.act, value: (one) => pick(one.title) },
          { title: t.purpose, value: (one) => (one.purpose ? words.purposes([one.purpose]) : null) },
          { title: t.unit, value: (one) => one.unitCode },
          { title: t.leaf, value: (one) => one.leaf },
        ]}
      />
    </>
  )
}
