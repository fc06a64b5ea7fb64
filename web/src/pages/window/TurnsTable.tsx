import type { TableColumnsType } from 'antd'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { useWords } from '../access/words.tsx'
import { windowTexts } from './texts.ts'
import type { TurnLine } from './types.ts'

/** 坐班记录: turns with what each counts for, and why where it does not. */
export function TurnsTable({ rows, loading }: { rows: readonly TurnLine[]; loading: boolean }) {
  const t = useTexts(windowTexts)
  const words = useWords()
  const { dateTime } = useFormats()
  const said = (one: TurnLine) => (one.why ? t.why[one.why] : t.counted)
  const columns: TableColumnsType<TurnLine> = [
    { title: t.began, key: 'began', width: 170, render: (_, one) => dateTime(one.began) },
    { title: t.person, key: 'person', width: 120, render: (_, one) => <b>{one.person}</b> },
    {
      title: t.post,
      key: 'post',
      width: 200,
      render: (_, one) => (
        <>
          {words.duty(one.duty)} {one.windowNo}
          <div className="mb-soft">{words.office(one.district)}</div>
        </>
      ),
    },
    { title: t.minutes, key: 'minutes', width: 120, align: 'right', render: (_, one) => one.minutes ?? '—' },
    { title: t.signed, dataIndex: 'signed', key: 'signed', width: 110, align: 'right' },
    { title: t.raised, dataIndex: 'raised', key: 'raised', width: 90, align: 'right' },
    {
      title: t.counts,
      key: 'counts',
      width: 160,
      render: (_, one) => (
        <span
          className={`mb-status mb-status-${one.why === null ? 'green' : one.why === 'open' ? 'grey' : 'amber'}`}
        >
          {said(one)}
        </span>
      ),
    },
  ]
  return (
    <DataTable<TurnLine>
      title={t.turns}
      columns={columns}
      rows={rows}
      loading={loading}
      rowKey={(one) => one.id}
      emptyLabel={t.noTurns}
      csv={[
        { title: t.began, value: (one) => dateTime(one.began) },
        { title: t.person, value: (one) => one.person },
        { title: t.office, value: (one) => words.office(one.district) },
        { title: t.post, value: (one) => words.duty(one.duty) },
        { title: t.windowNo, value: (one) => String(one.windowNo) },
        { title: t.minutes, value: (one) => String(one.minutes ?? '') },
        { title: t.signed, value: (one) => String(one.signed) },
        { title: t.raised, value: (one) => String(one.raised) },
        { title: t.counts, value: said },
      ]}
    />
  )
}
