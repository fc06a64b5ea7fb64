import { Link, useRouter } from '@tanstack/react-router'
import { Input, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { asTable, useApi, useList, useSession } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { EnrolForm } from './EnrolForm.tsx'
import './people.css'
import { peopleTexts } from './texts.ts'
import type { PersonRow, PostRow, UnitRow } from './types.ts'
import { useMayPropose } from './useMayPropose.ts'

/** Duties that see who has no device to confirm with, and so can do nothing yet. */
const caringForAccounts = [
  'centre_lead',
  'district_lead',
  'inspection',
  'admin_system',
  'admin_security',
  'admin_audit',
]

/** Everybody of the office with their posts, by name; the city bureau sees every office. */
export function PeoplePage() {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const { date } = useFormats()
  const router = useRouter()
  const session = useSession().data
  const isCity = session?.district.id === 'city'
  const [q, setQ] = useState('')
  const [district, setDistrict] = useState<string>()
  const [unit, setUnit] = useState<string>()
  const [post, setPost] = useState<string>()
  const [state, setState] = useState('present')
  const [enrolling, setEnrolling] = useState(false)
  const propose = useMayPropose()
  const list = useList<PersonRow>('people', { q, district, unit, post, state: state === 'all' ? '' : state })
  const office = district ?? (isCity ? undefined : session?.district.id)
  const organisation = useApi<{ units: UnitRow[]; items: PostRow[] }>(
    'posts',
    { district: office },
    { enabled: office !== undefined },
  ).data
  const officeName = (id: string) => {
    const known = registrationOffices.find((one) => one.id === id)
    return known ? pick(known.name) : id
  }
  const postsOf = (row: PersonRow) =>
    row.posts.map((one) => (one.kind === 'regular' ? pick(one) : `${pick(one)} (${t.kinds[one.kind]})`))
  const unitsOf = (row: PersonRow) => [
    ...new Set(row.posts.flatMap((one) => (one.unit ? [pick(one.unit)] : []))),
  ]
  const columns: TableColumnsType<PersonRow> = [
    {
      title: t.name,
      key: 'name',
      width: 100,
      render: (_, row) => (
        <Link to="/people/$personId" params={{ personId: row.id }}>
          {row.name}
        </Link>
      ),
    },
    {
      title: t.username,
      key: 'username',
      width: 180,
      render: (_, row) => <span className="mb-code">{row.username}</span>,
    },
    { title: t.office, key: 'office', width: 110, render: (_, row) => officeName(row.district) },
    { title: t.unit, key: 'unit', width: 210, render: (_, row) => unitsOf(row).join(t.comma) },
    { title: t.post, key: 'post', width: 200, render: (_, row) => postsOf(row).join(t.comma) },
    {
      title: t.state,
      key: 'state',
      width: 100,
      render: (_, row) => (
        <span
          className={`mb-status mb-status-${row.state === 'here' ? 'green' : row.state === 'left' ? 'grey' : 'amber'}`}
        >
          {t.states[row.state]}
        </span>
      ),
    },
    { title: t.employed, key: 'from', width: 120, render: (_, row) => date(row.from) },
  ]
  const choice = (
    value: string | undefined,
    set: (value: string | undefined) => void,
    label: string,
    options: { value: string; label: string }[],
  ) => (
    <Select
      className="mb-filter"
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      placeholder={label}
      aria-label={label}
      value={value ?? null}
      onChange={(next: string | null) => set(next ?? undefined)}
      options={options}
    />
  )
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.people}</h1>
        <p>{t.peopleHint}</p>
      </div>
      <DataTable<PersonRow>
        title={t.people}
        columns={columns}
        {...asTable(list)}
        rowKey={(row) => row.id}
        onOpen={(row) => void router.navigate({ to: '/people/$personId', params: { personId: row.id } })}
        emptyLabel={t.emptyPeople}
        csv={[
          { title: t.name, value: (row) => row.name },
          { title: t.username, value: (row) => row.username },
          { title: t.office, value: (row) => officeName(row.district) },
          { title: t.unit, value: (row) => unitsOf(row).join(t.comma) },
          { title: t.post, value: (row) => postsOf(row).join(t.comma) },
          { title: t.state, value: (row) => t.states[row.state] },
          { title: t.employed, value: (row) => date(row.from) },
        ]}
        tools={
          <>
            <Input.Search
              className="mb-filter"
              allowClear
              maxLength={60}
              placeholder={t.search}
              aria-label={t.search}
              onSearch={(text) => setQ(text.trim())}
            />
            {isCity &&
              choice(
                district,
                (next) => {
                  setDistrict(next)
                  setUnit(undefined)
                  setPost(undefined)
                },
                t.office,
                registrationOffices.map((one) => ({ value: one.id, label: pick(one.name) })),
              )}
            {organisation &&
              choice(
                unit,
                setUnit,
                t.unit,
                organisation.units.map((one) => ({ value: one.id, label: pick(one) })),
              )}
            {organisation &&
              choice(
                post,
                setPost,
                t.post,
                organisation.items.map((one) => ({ value: one.id, label: pick(one) })),
              )}
            <Select
              className="mb-filter"
              aria-label={t.state}
              value={state}
              onChange={setState}
              options={[
                { value: 'all', label: t.all },
                ...Object.entries(t.states).map(([value, label]) => ({ value, label })),
                ...(session?.duties.some((duty) => caringForAccounts.includes(duty))
                  ? [{ value: 'no_device', label: t.noDevice }]
                  : []),
              ]}
            />
            <ActButton type="primary" availability={propose} onClick={() => setEnrolling(true)}>
              {t.proposeEnrol}
            </ActButton>
          </>
        }
      />
      {enrolling && <EnrolForm district={office ?? 'city'} onClose={() => setEnrolling(false)} />}
    </>
  )
}
