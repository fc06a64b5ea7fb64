import { Link } from '@tanstack/react-router'
import { type TableColumnsType, Tag } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import type { CsvColumn } from '../../ui/csv.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { LongText } from '../../ui/LongText.tsx'
import './session.css'
import { sessionTexts } from './texts.ts'

/** One line of `GET /api/account/sessions`. */
interface OwnSession {
  id: string
  workstation: string
  device: string | null
  startedAt: string
  endedAt: string | null
  endReason: string | null
  endedBy: string | null
  note: string | null
  present: boolean
}

/** 我的会话与设备: where I was signed in, and how each session ended. */
export function MySessionsPage() {
  const t = useTexts(sessionTexts)
  const { dateTime } = useFormats()
  const list = useApi<{ sessions: OwnSession[] }>('account/sessions')
  const refused = asRefused(list.error)
  const how = (row: OwnSession): string => {
    if (row.present) return t.now
    const said = t[`how_${row.endReason}` as 'how_left'] as string | undefined
    return [fill(said ?? row.endReason ?? '', { by: row.endedBy ?? '—' }), row.note]
      .filter(Boolean)
      .join('：')
  }
  const where = (row: OwnSession) => (row.workstation === 'unknown' ? '—' : row.workstation)
  const columns: TableColumnsType<OwnSession> = [
    { title: t.since, render: (_, row) => dateTime(row.startedAt), width: 170 },
    { title: t.until, render: (_, row) => (row.endedAt ? dateTime(row.endedAt) : '—'), width: 170 },
    { title: t.where, render: (_, row) => <LongText text={where(row)} /> },
    { title: t.device, render: (_, row) => row.device ?? '—', width: 120 },
    {
      title: t.how,
      render: (_, row) => (row.present ? <Tag>{t.now}</Tag> : <LongText text={how(row)} />),
    },
  ]
  const csv: CsvColumn<OwnSession>[] = [
    { title: t.since, value: (row) => dateTime(row.startedAt) },
    { title: t.until, value: (row) => (row.endedAt ? dateTime(row.endedAt) : '') },
    { title: t.where, value: where },
    { title: t.device, value: (row) => row.device ?? '' },
    { title: t.how, value: how },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.mySessions}</h1>
        <p>
          {t.mySessionsHint} <Link to="/account/password">{t.passwordPage}</Link>
        </p>
      </div>
      <DataTable
        title={t.mySessions}
        columns={columns}
        rows={list.data?.sessions ?? []}
        rowKey={(row) => row.id}
        loading={list.isPending}
        error={refused?.refusal ?? null}
        onRetry={() => void list.refetch()}
        csv={csv}
      />
    </>
  )
}
