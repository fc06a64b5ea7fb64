import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { Input, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { asTable, useList, useSession } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import type { Text } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import './evidence.css'
import { evidenceTexts } from './texts.ts'
import { useActTitles } from './useActTitles.ts'

/** One line of `GET /api/acts`. */
interface ActRow {
  actId: string
  type: string
  title: Text
  at: string
  person: string
  outcome: 'done' | 'refused'
  refusal: string | null
  clause: string | null
  subject: { kind: string; id: string } | null
  leaf: number | null
}

/** What the address may filter by, so that any page can link to the acts about a thing. */
export interface EvidenceSearch {
  subject?: string
  person?: string
  type?: string
  outcome?: 'done' | 'refused'
  /** Another office than one's own; only people of the city bureau see anything there. */
  district?: string
}

/** Every act of the office, newest first, refused ones included: by thing, person, kind or outcome. */
export function EvidencePage() {
  const t = useTexts(evidenceTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const router = useRouter()
  const search = useSearch({ from: '/inside/evidence' })
  const home = useSession().data?.district.id
  const list = useList<ActRow>('acts', { ...search }, 'before')
  const narrow = (part: Partial<EvidenceSearch>) => {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...part }).filter(([, value]) => value),
    ) as EvidenceSearch
    void router.navigate({ to: '/evidence', search: next, replace: true })
  }
  const subjects = t.subjects as Record<string, string>
  const about = (row: ActRow) =>
    row.subject ? `${subjects[row.subject.kind] ?? row.subject.kind} ${row.subject.id}` : ''
  const who = (row: ActRow) =>
    row.person === 'anonymous' ? t.anonymous : row.person.replace(/^service:/, `${t.service} `)
  const columns: TableColumnsType<ActRow> = [
    { title: t.at, key: 'at', width: 150, render: (_, row) => dateTime(row.at) },
    { title: t.act, key: 'act', render: (_, row) => pick(row.title) },
    { title: t.person, key: 'person', render: (_, row) => who(row) },
    {
      title: t.outcome,
      key: 'outcome',
      render: (_, row) =>
        row.outcome === 'done' ? (
          t.done
        ) : (
          <>
            <span className="mb-refused-tag">{t.refused}</span>{' '}
            {row.clause && <ClauseTag clause={row.clause} />}
          </>
        ),
    },
    {
      title: t.subject,
      key: 'subject',
      render: (_, row) =>
        row.subject && (
          <Link
            to="/evidence"
            search={{ subject: row.subject.id, ...(search.district ? { district: search.district } : {}) }}
          >
            {subjects[row.subject.kind] ?? row.subject.kind}{' '}
            <span className="mb-code">
              {row.subject.id.length > 28 ? `${row.subject.id.slice(0, 13)}…` : row.subject.id}
            </span>
          </Link>
        ),
    },
    {
      title: t.leaf,
      key: 'leaf',
      width: 110,
      render: (_, row) => (
        <Link to="/evidence/$actId" params={{ actId: row.actId }}>
          {row.leaf ?? t.pending}
        </Link>
      ),
    },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      <DataTable<ActRow>
        title={t.title}
        columns={columns}
        {...asTable(list)}
        rowKey={(row) => row.actId}
        onOpen={(row) => void router.navigate({ to: '/evidence/$actId', params: { actId: row.actId } })}
        emptyLabel={home === 'city' ? t.emptyInOffice : t.empty}
        csv={[
          { title: t.at, value: (row) => dateTime(row.at) },
          { title: t.act, value: (row) => pick(row.title) },
          { title: t.person, value: who },
          { title: t.outcome, value: (row) => (row.outcome === 'done' ? t.done : t.refused) },
          { title: t.clause, value: (row) => row.clause },
          { title: t.subject, value: about },
          { title: t.leaf, value: (row) => (row.leaf === null ? null : String(row.leaf)) },
        ]}
        tools={
          <>
            {home === 'city' && (
              <Select<string>
                aria-label={t.filterOffice}
                className="mb-filter"
                value={search.district ?? home}
                onChange={(district) => narrow({ district: district === home ? '' : district })}
                options={registrationOffices.map(({ id, name }) => ({ value: id, label: pick(name) }))}
              />
            )}
            <Filter
              name="subject"
              label={t.searchSubject}
              value={search.subject}
              onSearch={(subject) => narrow({ subject })}
            />
            <Filter
              name="person"
              label={t.searchPerson}
              value={search.person}
              onSearch={(person) => narrow({ person })}
            />
            <ActFilter value={search.type} onChange={(type) => narrow({ type })} />
            <Select<string>
              aria-label={t.filterOutcome}
              className="mb-filter"
              value={search.outcome ?? ''}
              onChange={(outcome) => narrow({ outcome: outcome as 'done' })}
              options={[
                { value: '', label: t.anyOutcome },
                { value: 'done', label: t.done },
                { value: 'refused', label: t.refused },
              ]}
            />
          </>
        }
      />
    </>
  )
}

interface FilterProps {
  name: string
  label: string
  value: string | undefined
  onSearch: (text: string) => void
}

function Filter({ name, label, value, onSearch }: FilterProps) {
  return (
    <Input.Search
      key={`${name}-${value}`}
      className="mb-filter"
      allowClear
      maxLength={100}
      placeholder={label}
      aria-label={label}
      defaultValue={value ?? ''}
      onSearch={(text) => onSearch(text.trim())}
    />
  )
}

interface ActFilterProps {
  value: string | undefined
  onChange: (type: string | undefined) => void
}

/** Which kind of act, chosen by its title; the titles are fetched when first needed. */
function ActFilter({ value, onChange }: ActFilterProps) {
  const t = useTexts(evidenceTexts)
  const pick = usePick()
  const [opened, setOpened] = useState(false)
  const titles = useActTitles(opened || value !== undefined)
  return (
    <Select<string>
      aria-label={t.filterAct}
      placeholder={t.filterAct}
      className="mb-filter mb-filter-act"
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      loading={opened && titles.size === 0}
      value={value ?? null}
      onOpenChange={(open) => open && setOpened(true)}
      onChange={(type) => onChange(type)}
      options={[...titles].map(([type, title]) => ({ value: type, label: `${pick(title)} · ${type}` }))}
    />
  )
}
