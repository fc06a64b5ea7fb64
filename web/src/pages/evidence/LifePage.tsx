import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { Checkbox, Select, type TableColumnsType } from 'antd'
import type { ReactNode } from 'react'
import { placeLabel } from '../../../../server/src/custody/archives/rules.ts'
import { lookDuties, lookerDuties } from '../../../../server/src/people/duties.ts'
import { officeById } from '../../../../server/src/values/districts.ts'
import { formatUnitCode } from '../../../../server/src/values/unitCode.ts'
import { asRefused, asTable, useApi, useList, useSession } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import type { CsvColumn } from '../../ui/csv.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import { registerTexts } from '../register/texts.ts'
import './evidence.css'
import { LooksTable } from './LooksTable.tsx'
import { LeafCell } from './ProofFiles.tsx'
import { Actor, ThingLink, useActor, useThingName } from './ThingLink.tsx'
import { evidenceTexts } from './texts.ts'
import { type LifeLine, type ThingFacts, type ThingKind, thingKinds } from './types.ts'

const route = getRouteApi('/inside/life/$kind/$id')

/** How a life is told. */
export interface LifeSearch {
  order?: 'newest'
  looks?: 'without'
}

/** Everything that ever happened to one thing: who did it, when, from where, with what outcome, and the proof of each. */
export function LifePage() {
  const { kind, id } = route.useParams()
  const t = useTexts(evidenceTexts)
  if (!(thingKinds as readonly string[]).includes(kind)) return <EmptyState label={t.noSuchThing} />
  return <Life key={`${kind} ${id}`} kind={kind as ThingKind} id={id} />
}

function Life({ kind, id }: { kind: ThingKind; id: string }) {
  const t = useTexts(evidenceTexts)
  const thingName = useThingName()
  const found = useApi<ThingFacts>(`things/${kind}/${encodeURIComponent(id)}`)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} fullPage />
  if (!found.data) return <LoadingState label={t.loadingLife} fullPage />
  const title = fill(kind === 'person' ? t.lifeOfPerson : t.lifeOf, {
    kind: thingName(kind),
    name: nameOf(kind, id, found.data),
  })
  return (
    <>
      <div className="mb-page-head">
        <h1>{title}</h1>
        <p>{t.lifeHint}</p>
      </div>
      <ThingPanel kind={kind} id={id} facts={found.data} />
      <Acts kind={kind} id={id} title={title} />
      {kind === 'unit' && <Lookers code={id} />}
    </>
  )
}

/** What people call the thing. */
function nameOf(kind: ThingKind, id: string, facts: ThingFacts): string {
  if (kind === 'unit') return formatUnitCode(id)
  if (kind === 'case') return facts.number ?? id.slice(0, 8)
  if (kind === 'person') return facts.name ?? id
  return kind === 'file' ? `${id.slice(0, 16)}…` : id
}

function ThingPanel({ kind, id, facts }: { kind: ThingKind; id: string; facts: ThingFacts }) {
  const t = useTexts(evidenceTexts)
  const pick = usePick()
  const { fileSize, number } = useFormats()
  const words = useTexts(registerTexts)
  const duties = useSession().data?.duties ?? []
  const items: [string, ReactNode][] = [
    [t.office, pick(officeById(facts.district)?.name ?? { zh: facts.district, en: facts.district })],
    [t.location, facts.location],
    [
      t.state,
      facts.state &&
        (kind === 'certificate'
          ? word(words.certificateStates, facts.state)
          : word(words.caseStates, facts.state)),
    ],
    [
      t.keptBy,
      facts.keeper ??
        (facts.place &&
          (facts.place.startsWith('shelf:') ? placeLabel(facts.place) : word(t.places, facts.place))),
    ],
    [t.media, facts.media],
    [t.fileBytes, facts.bytes && fileSize(facts.bytes)],
    [t.hash, kind === 'file' && <span className="mb-code mb-wrap">{id}</span>],
    [t.username, facts.username && <span className="mb-code">{facts.username}</span>],
    [t.posts, facts.posts?.map(pick).join('、')],
    [t.account, facts.left && t.left],
    [t.files, facts.files !== undefined && number(facts.files)],
  ]
  return (
    <section className="mb-panel mb-thing" aria-label={t.facts}>
      <Facts items={items.filter(([, value]) => value !== false)} />
      <p className="mb-thing-links">
        {kind !== 'unit' && facts.unit && (
          <ThingLink kind="unit" id={facts.unit} number={formatUnitCode(facts.unit)} />
        )}
        {kind !== 'case' &&
          facts.cases?.map((one) => (
            <ThingLink key={one.id} kind="case" id={one.id} number={one.number ?? one.id.slice(0, 8)} />
          ))}
        {kind !== 'certificate' &&
          facts.certificates?.map((one) => (
            <ThingLink key={one.number} kind="certificate" id={one.number ?? ''} number={one.number ?? ''} />
          ))}
        {kind !== 'serial' &&
          serialsOf(facts).map((serial) => <ThingLink key={serial} kind="serial" id={String(serial)} />)}
        {kind === 'certificate' && facts.file && <ThingLink kind="file" id={facts.file} />}
        {kind === 'archive' && (
          <Link to="/archives/files/$number" params={{ number: id }}>
            {t.openFile}
          </Link>
        )}
        {kind === 'case' && (
          <Link to="/cases/$caseId" params={{ caseId: id }}>
            {t.openCase}
          </Link>
        )}
        {facts.unit && duties.some((duty) => lookDuties.includes(duty)) && (
          <Link to="/register/$unitCode" params={{ unitCode: facts.unit }}>
            {t.openRegister}
          </Link>
        )}
      </p>
    </section>
  )
}

const word = (words: Record<string, string>, code: string): string => words[code] ?? code

const serialsOf = ({ serial, certificates }: ThingFacts): number[] =>
  [...new Set([serial, ...(certificates ?? []).map((one) => one.serial)])].filter(
    (one) => typeof one === 'number',
  )

function Acts({ kind, id, title }: { kind: ThingKind; id: string; title: string }) {
  const t = useTexts(evidenceTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const router = useRouter()
  const search = route.useSearch()
  const list = useList<LifeLine>(`things/${kind}/${encodeURIComponent(id)}/acts`, { ...search })
  const who = useActor()
  const thingName = useThingName()
  const tell = (part: { order?: 'newest' | undefined; looks?: 'without' | undefined }) => {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...part }).filter(([, value]) => value),
    ) as LifeSearch
    void router.navigate({ to: '/life/$kind/$id', params: { kind, id }, search: next, replace: true })
  }
  const numberOf = (line: LifeLine) => line.subject?.number ?? line.subject?.id ?? ''
  const columns: TableColumnsType<LifeLine> = [
    { title: t.at, key: 'at', width: 150, render: (_, line) => dateTime(line.at) },
    { title: t.act, key: 'act', width: 120, render: (_, line) => <b>{pick(line.title)}</b> },
    { title: t.person, key: 'person', width: 110, render: (_, line) => <Actor line={line} /> },
    {
      title: t.fromWhere,
      key: 'from',
      width: 140,
      render: (_, line) => <span className="mb-wrap">{line.from ?? '—'}</span>,
    },
    {
      title: t.outcome,
      key: 'outcome',
      width: 200,
      render: (_, line) =>
        line.outcome === 'done' ? (
          t.done
        ) : (
          <div className="mb-wrap">
            <span className="mb-refused-tag">{t.refused}</span> {line.message && pick(line.message)}{' '}
            {line.clause && <ClauseTag clause={line.clause} />}
          </div>
        ),
    },
    {
      title: t.subject,
      key: 'subject',
      width: 175,
      render: (_, line) => (line.subject && line.subject.id !== id ? <ThingLink {...line.subject} /> : '—'),
    },
    {
      title: t.leaf,
      key: 'leaf',
      width: 80,
      render: (_, line) => <LeafCell line={line} />,
    },
  ]
  const csv: CsvColumn<LifeLine>[] = [
    { title: t.at, value: (line) => dateTime(line.at) },
    { title: t.act, value: (line) => pick(line.title) },
    { title: t.person, value: who },
    { title: t.fromWhere, value: (line) => line.from },
    { title: t.outcome, value: (line) => (line.outcome === 'done' ? t.done : t.refused) },
    { title: t.reason, value: (line) => line.message && pick(line.message) },
    { title: t.clause, value: (line) => line.clause },
    {
      title: t.subject,
      value: (line) => (line.subject ? `${thingName(line.subject.kind)} ${numberOf(line)}` : null),
    },
    { title: t.id, value: (line) => line.actId },
    { title: t.leaf, value: (line) => (line.leaf === null ? null : String(line.leaf)) },
  ]
  return (
    <DataTable<LifeLine>
      title={title}
      columns={columns}
      {...asTable(list)}
      rowKey={(line) => line.actId}
      onOpen={(line) => void router.navigate({ to: '/evidence/$actId', params: { actId: line.actId } })}
      rowClassName={(line) => (line.outcome === 'refused' ? 'mb-line-refused' : '')}
      emptyLabel={t.empty}
      csv={csv}
      tools={
        <>
          <Select<string>
            aria-label={t.order}
            className="mb-filter"
            value={search.order ?? 'oldest'}
            onChange={(order) => tell({ order: order === 'newest' ? 'newest' : undefined })}
            options={[
              { value: 'oldest', label: t.oldestFirst },
              { value: 'newest', label: t.newestFirst },
            ]}
          />
          <Checkbox
            checked={search.looks !== 'without'}
            onChange={(event) => tell({ looks: event.target.checked ? undefined : 'without' })}
          >
            {t.withLooks}
          </Checkbox>
        </>
      }
    />
  )
}

/** Who looked at a unit's page, for those who watch over looking. */
function Lookers({ code }: { code: string }) {
  const duties = useSession().data?.duties ?? []
  return duties.some((duty) => lookerDuties.includes(duty)) ? <LooksTable unitCode={code} /> : null
}
