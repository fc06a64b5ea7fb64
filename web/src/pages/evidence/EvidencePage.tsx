import { useRouter, useSearch } from '@tanstack/react-router'
import { DatePicker, Input, Select, type TableColumnsType } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { officeById, registrationOffices } from '../../../../server/src/values/districts.ts'
import { asTable, useList, useSession } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import './evidence.css'
import { LeafCell } from './ProofFiles.tsx'
import { Actor, ThingLink, useActor, useThingName } from './ThingLink.tsx'
import { evidenceTexts } from './texts.ts'
import type { ActLine, FoundActs } from './types.ts'
import { useActTitles } from './useActTitles.ts'

/** What the address may filter by, so that a search can be kept, sent and linked to. */
export interface EvidenceSearch {
  /** A case, unit or certificate number, a printed serial, a file's hash, a user name. */
  thing?: string
  /** Name or user name. */
  person?: string
  type?: string
  outcome?: 'done' | 'refused'
  /** First and last minute, `2026-03-09T08:00`, by the office's clock. */
  from?: string
  to?: string
  /** Another office than one's own; only people of the city bureau see anything there. */
  district?: string
}

/** Every act of the office, newest first, refused ones included: by thing, person, kind, outcome and time. */
export function EvidencePage() {
  const t = useTexts(evidenceTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const router = useRouter()
  const search = useSearch({ from: '/inside/evidence' })
  const home = useSession().data?.district.id
  const list = useList<ActLine, FoundActs>('acts', { ...search }, 'before')
  const who = useActor()
  const thingName = useThingName()
  const office = (line: ActLine) =>
    pick(officeById(line.district)?.name ?? { zh: line.district, en: line.district })
  const narrow = (part: Partial<EvidenceSearch>) => {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...part }).filter(([, value]) => value),
    ) as EvidenceSearch
    void router.navigate({ to: '/evidence', search: next, replace: true })
  }
  const columns: TableColumnsType<ActLine> = [
    { title: t.at, key: 'at', width: 150, render: (_, line) => dateTime(line.at) },
    { title: t.act, key: 'act', width: 190, render: (_, line) => pick(line.title) },
    { title: t.person, key: 'person', width: 120, render: (_, line) => <Actor line={line} /> },
    ...(home === 'city' && search.thing
      ? [{ title: t.office, key: 'office', render: (_: unknown, line: ActLine) => office(line) }]
      : []),
    {
      title: t.outcome,
      key: 'outcome',
      width: 190,
      render: (_, line) =>
        line.outcome === 'done' ? (
          t.done
        ) : (
          <>
            <span className="mb-refused-tag">{t.refused}</span>{' '}
            {line.clause && <ClauseTag clause={line.clause} />}
          </>
        ),
    },
    {
      title: t.subject,
      key: 'subject',
      render: (_, line) => <span className="mb-wrap">{line.subject && <ThingLink {...line.subject} />}</span>,
    },
    {
      title: t.leaf,
      key: 'leaf',
      width: 90,
      render: (_, line) => <LeafCell line={line} />,
    },
  ]
  const unknown = list.first?.unknown
  const empty = unknown
    ? fill(t.unknown[unknown], { typed: (unknown === 'thing' ? search.thing : search.person) ?? '' })
    : home === 'city' && !search.thing
      ? t.emptyInOffice
      : t.empty
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      <DataTable<ActLine>
        title={t.title}
        columns={columns}
        {...asTable(list)}
        rowKey={(line) => line.actId}
        onOpen={(line) => void router.navigate({ to: '/evidence/$actId', params: { actId: line.actId } })}
        emptyLabel={empty}
        csv={[
          { title: t.at, value: (line) => dateTime(line.at) },
          { title: t.act, value: (line) => pick(line.title) },
          { title: t.person, value: who },
          { title: t.office, value: office },
          { title: t.outcome, value: (line) => (line.outcome === 'done' ? t.done : t.refused) },
          { title: t.clause, value: (line) => line.clause },
          {
            title: t.subject,
            value: (line) =>
              line.subject
                ? `${thingName(line.subject.kind)} ${line.subject.number ?? line.subject.id}`
                : null,
          },
          { title: t.id, value: (line) => line.actId },
          { title: t.leaf, value: (line) => (line.leaf === null ? null : String(line.leaf)) },
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
              name="thing"
              label={t.searchThing}
              hint={t.searchThingHint}
              wide
              value={search.thing}
              onSearch={(thing) => narrow({ thing })}
            />
            <Filter
              name="person"
              label={t.searchPerson}
              value={search.person}
              onSearch={(person) => narrow({ person })}
            />
            <ActFilter value={search.type} onChange={(type) => narrow({ type: type ?? '' })} />
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
            <TimeFilter from={search.from} to={search.to} onChange={narrow} />
            {list.first?.things.map((thing) => (
              <span key={`${thing.kind} ${thing.id}`} className="mb-life-link">
                {t.wholeLife}
                <ThingLink {...thing} number={search.thing ?? null} />
              </span>
            ))}
          </>
        }
      />
    </>
  )
}

interface FilterProps {
  name: string
  label: string
  /** What may be typed, in the field itself; the label, unless given. */
  hint?: string
  wide?: boolean
  value: string | undefined
  onSearch: (text: string) => void
}

function Filter({ name, label, hint = label, wide = false, value, onSearch }: FilterProps) {
  return (
    <Input.Search
      key={`${name}-${value}`}
      className={`mb-filter ${wide ? 'mb-filter-thing' : ''}`}
      allowClear
      maxLength={100}
      placeholder={hint}
      aria-label={label}
      defaultValue={value ?? ''}
      onSearch={(text) => onSearch(text.trim())}
    />
  )
}

const minute = 'YYYY-MM-DDTHH:mm'

interface TimeFilterProps {
  from: string | undefined
  to: string | undefined
  onChange: (part: { from: string; to: string }) => void
}

/** From which minute to which; either may be left open. */
function TimeFilter({ from, to, onChange }: TimeFilterProps) {
  const t = useTexts(evidenceTexts)
  const day = (text: string | undefined, end: boolean) => {
    if (!text) return null
    const read = dayjs(text)
    return text.length > 10 ? read : end ? read.endOf('day') : read
  }
  return (
    <DatePicker.RangePicker
      className="mb-filter-time"
      aria-label={t.filterTime}
      allowEmpty={[true, true]}
      placeholder={[t.from, t.to]}
      format="YYYY-MM-DD HH:mm"
      showTime={{ format: 'HH:mm', defaultOpenValue: [dayjs('2026-01-01T00:00'), dayjs('2026-01-01T23:59')] }}
      value={[day(from, false), day(to, true)]}
      onChange={(times) =>
        onChange({ from: times?.[0]?.format(minute) ?? '', to: times?.[1]?.format(minute) ?? '' })
      }
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
