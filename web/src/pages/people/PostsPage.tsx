import { Link } from '@tanstack/react-router'
import { Form, Input, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { dutyTable } from '../../../../server/src/people/duties.ts'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import type { ShownAvailability } from '../../ui/types.ts'
import { FormModal } from './FormModal.tsx'
import './people.css'
import { PostForm } from './PostForm.tsx'
import { peopleTexts } from './texts.ts'
import type { PostRow, UnitRow } from './types.ts'
import { Units } from './Units.tsx'
import { useMayPropose } from './useMayPropose.ts'

const tones = { high: 'red', medium: 'amber', low: 'green' } as const

/** The server says it again; here it is known from the list. */
const stillHeld: ShownAvailability = {
  enabled: false,
  refusal: {
    code: 'post_still_held',
    clause: '7.5',
    message: { zh: peopleTexts.zh.postStillHeld, en: peopleTexts.en.postStillHeld },
  },
}

interface ClosePostProps {
  post: PostRow
  district: string
  onClose: () => void
}

/** Proposes that a post nobody holds be closed. */
function ClosePost({ post, district, onClose }: ClosePostProps) {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  return (
    <FormModal<{ reason: string }>
      title={`${t.closePost}${t.colon}${pick(post)}`}
      hint={t.closePostHint}
      type="people.proposeClosing"
      done={t.proposed}
      onClose={onClose}
      input={({ reason }) => ({ district, post: post.id, reason })}
    >
      <Form.Item name="reason" label={t.reason} rules={[{ required: true, message: t.required }]}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}

/** The register of posts (岗位登记, 7.5): duties, risk grade, measures, leader, and who holds each today. */
export function PostsPage() {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const session = useSession().data
  const isCity = session?.district.id === 'city'
  const [chosen, setChosen] = useState<string>()
  const [risk, setRisk] = useState<string>('')
  const [editing, setEditing] = useState<PostRow | 'new' | null>(null)
  const [closing, setClosing] = useState<PostRow | null>(null)
  const propose = useMayPropose()
  const district = chosen ?? session?.district.id
  const asked = useApi<{ units: UnitRow[]; items: PostRow[] }>(
    'posts',
    { district, risk },
    { enabled: district !== undefined },
  )
  const dutyName = (id: string) => {
    const known = dutyTable.duties.find((duty) => duty.id === id)
    return known ? pick(known.name) : id
  }
  const words = (zh: string | null, en: string | null) => (zh ? pick({ zh, en: en ?? zh }) : '')
  const duties = (row: PostRow) => row.duties.map(dutyName).join(t.comma)
  const leader = (row: PostRow) => words(row.leader_zh, row.leader_en) || t.cityLeads
  const holders = (row: PostRow) =>
    row.holders
      .map((one) => `${one.name}${one.kind === 'regular' ? '' : ` (${t.kinds[one.kind]})`}`)
      .join(t.comma)
  const columns: TableColumnsType<PostRow> = [
    { title: t.post, key: 'post', width: 140, fixed: 'left', render: (_, row) => <b>{pick(row)}</b> },
    { title: t.unit, key: 'unit', width: 130, render: (_, row) => words(row.unit_zh, row.unit_en) },
    {
      title: t.risk,
      key: 'risk',
      width: 90,
      render: (_, row) =>
        row.risk && <span className={`mb-status mb-status-${tones[row.risk]}`}>{t.risks[row.risk]}</span>,
    },
    { title: t.duties, key: 'duties', width: 120, render: (_, row) => duties(row) || t.none },
    {
      title: t.measures,
      key: 'measures',
      width: 220,
      render: (_, row) => <div className="mb-wrap">{words(row.measures_zh, row.measures_en)}</div>,
    },
    { title: t.leader, key: 'leader', width: 120, render: (_, row) => leader(row) },
    {
      title: t.holders,
      key: 'holders',
      width: 120,
      render: (_, row) =>
        row.holders.length === 0 ? (
          <span className="mb-field-problem">{t.vacant}</span>
        ) : (
          row.holders.map((one) => (
            <div className="mb-person-line" key={one.id}>
              <Link to="/people/$personId" params={{ personId: one.id }}>
                {one.name}
              </Link>
              {one.kind !== 'regular' && ` ${t.kinds[one.kind]}`}
              {one.absent && <span className="mb-soft"> {t.onLeave}</span>}
            </div>
          ))
        ),
    },
    {
      title: t.change,
      key: 'change',
      width: 80,
      className: 'mb-screen-only',
      render: (_, row) => (
        <div className="mb-post-acts">
          <ActButton size="small" availability={propose} onClick={() => setEditing(row)}>
            {t.change}
          </ActButton>
          <ActButton
            size="small"
            availability={row.holders.length > 0 && propose?.enabled ? stillHeld : propose}
            onClick={() => setClosing(row)}
          >
            {t.closePost}
          </ActButton>
        </div>
      ),
    },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.posts}</h1>
        <p>{t.postsHint}</p>
      </div>
      <DataTable<PostRow>
        title={t.posts}
        columns={columns}
        rows={asked.data?.items ?? []}
        rowKey={(row) => row.id}
        emptyLabel={t.noPosts}
        loading={asked.isPending}
        error={asRefused(asked.error)?.refusal ?? null}
        onRetry={() => void asked.refetch()}
        csv={[
          { title: t.post, value: (row) => pick(row) },
          { title: t.unit, value: (row) => words(row.unit_zh, row.unit_en) },
          { title: t.risk, value: (row) => row.risk && t.risks[row.risk] },
          { title: t.duties, value: duties },
          { title: t.measures, value: (row) => words(row.measures_zh, row.measures_en) },
          { title: t.leader, value: leader },
          { title: t.holders, value: holders },
        ]}
        tools={
          <>
            {isCity && (
              <Select<string>
                className="mb-filter"
                aria-label={t.office}
                value={district ?? null}
                onChange={setChosen}
                options={registrationOffices.map((one) => ({ value: one.id, label: pick(one.name) }))}
              />
            )}
            <Select<string>
              className="mb-filter"
              aria-label={t.risk}
              value={risk}
              onChange={setRisk}
              options={[
                { value: '', label: `${t.risk}${t.colon}${t.all}` },
                ...Object.entries(t.risks).map(([value, label]) => ({ value, label })),
              ]}
            />
            <ActButton availability={propose} onClick={() => setEditing('new')}>
              {t.proposePost}
            </ActButton>
          </>
        }
      />
      {district && asked.data && <Units district={district} units={asked.data.units} />}
      {closing && district && (
        <ClosePost post={closing} district={district} onClose={() => setClosing(null)} />
      )}
      {editing && district && asked.data && (
        <PostForm
          post={editing === 'new' ? null : editing}
          district={district}
          organisation={asked.data}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  )
}
