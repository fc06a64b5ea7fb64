import { Form, Input, Segmented, Select } from 'antd'
import { useApi, useSession } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { controlTexts } from './texts.ts'
import type { BoardSearch, Scopes } from './types.ts'

interface ScopeBarProps {
  search: BoardSearch
  onChange: (search: BoardSearch) => void
}

/** Of whom and of when the board speaks. */
export function ScopeBar({ search, onChange }: ScopeBarProps) {
  const t = useTexts(controlTexts)
  const pick = usePick()
  const session = useSession().data
  const city = session?.district.id === 'city'
  const within = search.district ?? (city ? undefined : session?.district.id)
  const { data: scopes } = useApi<Scopes>('controls/scopes', within ? { district: within } : {})
  const posts = (scopes?.posts ?? []).filter((one) => !search.unit || one.unit === search.unit)
  const tell = (part: BoardSearch) =>
    onChange(Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value)))
  const compare = search.view === 'compare'
  return (
    <Form layout="inline" className="mb-controls-scope mb-screen-only">
      {city && (
        <Segmented<'clauses' | 'compare'>
          aria-label={t.view}
          value={search.view ?? 'clauses'}
          onChange={(view) => onChange(view === 'compare' ? { view } : {})}
          options={(['clauses', 'compare'] as const).map((value) => ({ value, label: t.views[value] }))}
        />
      )}
      {city && !compare && (
        <Select
          aria-label={t.office}
          value={search.district ?? ''}
          onChange={(district) => tell({ district, unit: '', post: '', person: '' })}
          popupMatchSelectWidth={false}
          options={[
            { value: '', label: t.wholeCity },
            ...(scopes?.districts ?? []).map((one) => ({ value: one.id, label: pick(one.name) })),
          ]}
        />
      )}
      {within && !compare && (
        <>
          <Select
            aria-label={t.unit}
            value={search.unit ?? ''}
            onChange={(unit) => tell({ unit, post: '' })}
            popupMatchSelectWidth={false}
            options={[
              { value: '', label: t.anyUnit },
              ...(scopes?.units ?? []).map((one) => ({ value: one.id, label: pick(one.name) })),
            ]}
          />
          <Select
            aria-label={t.post}
            value={search.post ?? ''}
            onChange={(post) => tell({ post })}
            popupMatchSelectWidth={false}
            options={[
              { value: '', label: t.anyPost },
              ...posts.map((one) => ({ value: one.id, label: pick(one.name) })),
            ]}
          />
          <Select
            aria-label={t.person}
            value={search.person ?? ''}
            onChange={(person) => tell({ person })}
            showSearch={{ optionFilterProp: 'label' }}
            popupMatchSelectWidth={false}
            className="mb-controls-person"
            options={[
              { value: '', label: t.anyPerson },
              ...(scopes?.persons ?? []).map((one) => ({ value: one.id, label: one.name })),
            ]}
          />
        </>
      )}
      <Form.Item label={t.from} htmlFor="board-from">
        <Input
          id="board-from"
          type="date"
          value={search.from ?? ''}
          onChange={(event) => tell({ from: event.target.value })}
        />
      </Form.Item>
      <Form.Item label={t.to} htmlFor="board-to">
        <Input
          id="board-to"
          type="date"
          value={search.to ?? ''}
          onChange={(event) => tell({ to: event.target.value })}
        />
      </Form.Item>
    </Form>
  )
}
