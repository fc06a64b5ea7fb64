import { Form, Input, Modal, type TableColumnsType, Tag } from 'antd'
import { useMemo, useState } from 'react'
import { endSessionDuties } from '../../../../server/src/people/duties.ts'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import type { CsvColumn } from '../../ui/csv.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { LongText } from '../../ui/LongText.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { useOfficeName } from '../evidence/PolicyWords.tsx'
import { useActTitles } from '../evidence/useActTitles.ts'
import './session.css'
import { sessionTexts } from './texts.ts'

/** One line of `GET /api/sessions`. */
interface LiveSession {
  id: string
  personId: string
  name: string
  district: string
  workstation: string
  device: string | null
  startedAt: string
  bar: 'session_locked' | 'factor_needed' | 'device_needed' | 'password_expired' | null
  lastAt: string | null
  lastType: string | null
  own: boolean
}

const everyMs = 5_000

/** 在线会话: who is signed in now, where, since when, what they did last; and the act that ends it. */
export function SessionBoardPage() {
  const t = useTexts(sessionTexts)
  const { dateTime } = useFormats()
  const titles = useActTitles(true)
  const pick = usePick()
  const officeName = useOfficeName()
  const me = useSession()
  const board = useApi<{ items: LiveSession[] }>('sessions', {}, { refetchInterval: everyMs })
  const [wanted, setWanted] = useState('')
  const [ending, setEnding] = useState<LiveSession | null>(null)
  const where = (row: LiveSession) => (row.workstation === 'unknown' ? '—' : row.workstation)
  const rows = useMemo(() => {
    const words = wanted.trim().toLowerCase()
    return (board.data?.items ?? []).filter((row) =>
      [row.name, row.workstation, row.device ?? '', row.district].some((text) =>
        text.toLowerCase().includes(words),
      ),
    )
  }, [board.data, wanted])
  const mayEnd = me.data?.duties.some((duty) => endSessionDuties.includes(duty)) ?? false
  const no = (zh: string, en: string) => ({
    enabled: false as const,
    refusal: { code: 'no', clause: '6.3', message: { zh, en } },
  })
  const availability = (row: LiveSession) =>
    row.own
      ? no(sessionTexts.zh.ownSession, sessionTexts.en.ownSession)
      : mayEnd
        ? { enabled: true as const }
        : no(sessionTexts.zh.mayNotEnd, sessionTexts.en.mayNotEnd)
  const last = (row: LiveSession) => {
    if (row.lastAt === null || row.lastType === null) return '—'
    const title = titles.get(row.lastType)
    return `${title ? pick(title) : row.lastType} · ${dateTime(row.lastAt)}`
  }
  const state = (row: LiveSession) => (row.bar ? t[row.bar] : t.live)
  const columns: TableColumnsType<LiveSession> = [
    { title: t.person, render: (_, row) => <LongText text={row.name} /> },
    { title: t.office, render: (_, row) => officeName(row.district) },
    { title: t.where, render: (_, row) => <LongText text={where(row)} /> },
    { title: t.device, render: (_, row) => row.device ?? '—', width: 110 },
    { title: t.since, render: (_, row) => dateTime(row.startedAt), width: 165 },
    { title: t.last, render: (_, row) => <LongText text={last(row)} /> },
    {
      title: t.state,
      render: (_, row) => <Tag>{state(row)}</Tag>,
      width: 150,
    },
    {
      title: '',
      width: 110,
      render: (_, row) => (
        <ActButton size="small" danger availability={availability(row)} onClick={() => setEnding(row)}>
          {t.end}
        </ActButton>
      ),
    },
  ]
  const csv: CsvColumn<LiveSession>[] = [
    { title: t.person, value: (row) => row.name },
    { title: t.office, value: (row) => officeName(row.district) },
    { title: t.where, value: where },
    { title: t.device, value: (row) => row.device ?? '' },
    { title: t.since, value: (row) => dateTime(row.startedAt) },
    { title: t.last, value: last },
    { title: t.state, value: state },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.board}</h1>
        <p>{t.boardHint}</p>
      </div>
      <DataTable
        title={t.board}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        loading={board.isPending}
        error={asRefused(board.error)?.refusal ?? null}
        onRetry={() => void board.refetch()}
        emptyLabel={t.boardEmpty}
        csv={csv}
        tools={
          <Input
            className="mb-filter-wide"
            allowClear
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
            placeholder={t.boardFind}
            aria-label={t.boardFind}
          />
        }
      />
      {ending && <EndDialog of={ending} onClose={() => setEnding(null)} />}
    </>
  )
}

function EndDialog({ of, onClose }: { of: LiveSession; onClose: () => void }) {
  const t = useTexts(sessionTexts)
  const [form] = Form.useForm<{ reason: string }>()
  const act = useAct<{ sessionId: string; reason: string }, unknown>('session.end', {
    confirmed: true,
    about: of.name,
  })
  const submit = async ({ reason }: { reason: string }) => {
    const outcome = await act.perform({ sessionId: of.id, reason: reason.trim() })
    if (outcome.ok) onClose()
  }
  return (
    <Modal
      open
      title={fill(t.endTitle, { name: of.name })}
      okText={t.end}
      cancelText={t.cancel}
      okButtonProps={{ danger: true, loading: act.pending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p>{t.endBody}</p>
      {act.refusal && <RefusalAlert refusal={act.refusal} onClose={act.clear} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
        <Form.Item
          name="reason"
          label={t.endReason}
          rules={[{ required: true, whitespace: true, min: 2, message: t.endMissing }]}
        >
          <Input.TextArea autoFocus maxLength={500} rows={3} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
