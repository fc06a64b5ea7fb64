import { Checkbox, Space, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import '../access/access.css'
import { ProofLink, useWords } from '../access/words.tsx'
import { ruleTexts } from './texts.ts'
import type { Reader } from './types.ts'

/** 学习情况: everybody the version in force concerns, who has not read it first. */
export function Readers({ documentId }: { documentId: string }) {
  const t = useTexts(ruleTexts)
  const words = useWords()
  const { dateTime } = useFormats()
  const [unread, setUnread] = useState(false)
  const asked = useApi<{ items: Reader[]; no: number }>(`rules/${documentId}/readers`)
  const all = asked.data?.items ?? []
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
  const columns: TableColumnsType<Reader> = [
    { title: t.person, key: 'person', width: 160, render: (_, one) => one.name },
    { title: t.theirOffice, key: 'office', width: 140, render: (_, one) => words.office(one.district) },
    {
      title: t.dueOn,
      key: 'due',
      width: 170,
      render: (_, one) => (
        <>
          {one.dueOn}{' '}
          {!one.readAt && one.dueOn < today && <span className="mb-status mb-status-red">{t.late}</span>}
        </>
      ),
    },
    {
      title: t.readAt,
      key: 'read',
      width: 200,
      render: (_, one) =>
        one.readAt && one.actId ? (
          <ProofLink actId={one.actId}>{dateTime(one.readAt)}</ProofLink>
        ) : (
          <span className="mb-status mb-status-amber">{t.unread}</span>
        ),
    },
    { title: t.tries, key: 'tries', width: 110, align: 'right', render: (_, one) => one.tries },
  ]
  return (
    <DataTable<Reader>
      title={t.readers}
      columns={columns}
      rows={unread ? all.filter((one) => !one.readAt) : all}
      rowKey={(one) => `${one.district} ${one.personId}`}
      loading={asked.isPending}
      error={asRefused(asked.error)?.refusal ?? null}
      onRetry={() => void asked.refetch()}
      emptyLabel={t.noReaders}
      tools={
        <Space wrap>
          <h2 className="mb-access-heading">{t.readers}</h2>
          <span className="mb-soft">
            {fill(t.readCount, { all: all.length, done: all.filter((one) => one.readAt).length })}
          </span>
          <Checkbox checked={unread} onChange={(event) => setUnread(event.target.checked)}>
            {t.onlyUnread}
          </Checkbox>
        </Space>
      }
      csv={[
        { title: t.person, value: (one) => one.name },
        { title: t.theirOffice, value: (one) => words.office(one.district) },
        { title: t.dueOn, value: (one) => one.dueOn },
        { title: t.readAt, value: (one) => (one.readAt ? dateTime(one.readAt) : t.unread) },
        { title: t.tries, value: (one) => one.tries },
      ]}
    />
  )
}
