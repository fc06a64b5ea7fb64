import { getRouteApi, Link } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { asTable, useApi, useList, useSession } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { ProofLink, useWords } from '../access/words.tsx'
import { Actor, ThingLink, useActor, useThingName } from '../evidence/ThingLink.tsx'
import './controls.css'
import { controlTexts } from './texts.ts'
import type { Behind, BehindLine, BoardSearch, Scopes } from './types.ts'

const route = getRouteApi('/inside/controls/behind')

/** 数字背后的事项: every act, finding, duty and line of a ledger that one figure of the board counts. */
export function BehindPage() {
  const t = useTexts(controlTexts)
  const pick = usePick()
  const words = useWords()
  const { dateTime } = useFormats()
  const search = route.useSearch()
  const { of, figure, ...asked } = search
  const list = useList<BehindLine, Behind>('controls/behind', { ...search })
  const who = useActor()
  const thingName = useThingName()
  const scope = useScopeWords(asked)
  const city = useSession().data?.district.id === 'city'
  const subject = ({ subject: one, about }: BehindLine) =>
    one ? `${thingName(one.kind)} ${one.number ?? one.id ?? ''}` : about ? pick(about) : null
  const columns: TableColumnsType<BehindLine> = [
    {
      title: t.what,
      key: 'what',
      width: 240,
      render: (_, line) => <span className="mb-wrap">{pick(line.what)}</span>,
    },
    {
      title: t.about,
      key: 'about',
      width: 200,
      render: (_, line) => (
        <span className="mb-wrap">
          {line.subject ? (
            <ThingLink {...line.subject} id={line.subject.id ?? ''} />
          ) : (
            line.about && pick(line.about)
          )}
        </span>
      ),
    },
    ...(city
      ? [
          {
            title: t.office,
            key: 'office',
            width: 100,
            render: (_: unknown, line: BehindLine) => words.office(line.district),
          },
        ]
      : []),
    { title: t.when[figure], key: 'at', width: 150, render: (_, line) => line.at && dateTime(line.at) },
    {
      title: t.person,
      key: 'person',
      width: 110,
      render: (_, line) => line.person && <Actor line={{ person: line.person, personId: line.personId }} />,
    },
    {
      title: t.note,
      key: 'note',
      render: (_, line) => (
        <span className="mb-wrap">
          {line.note && pick(line.note)} {line.clause && <ClauseTag clause={line.clause} />}
        </span>
      ),
    },
    {
      title: t.looked,
      key: 'looked',
      width: 130,
      render: (_, line) => (
        <span className="mb-behind-links">
          {line.page && <Link to={line.page as '/'}>{t.see}</Link>}
          {line.actId && line.page !== `/evidence/${line.actId}` && (
            <ProofLink actId={line.actId}>{t.proof}</ProofLink>
          )}
        </span>
      ),
    },
  ]
  const title = list.first ? `${pick(list.first.title)} · ${t[figure]}` : t[figure]
  return (
    <>
      <div className="mb-page-head">
        <h1>{title}</h1>
        <p>
          {scope} ·{' '}
          <Link to="/controls" search={asked}>
            {t.backToBoard}
          </Link>
        </p>
      </div>
      <DataTable<BehindLine>
        title={title}
        columns={columns}
        {...asTable(list)}
        rowKey={(line) => line.key}
        emptyLabel={t.nothingBehind}
        tools={
          <span className="mb-soft">{list.first && fill(t.behindAt, { at: dateTime(list.first.at) })}</span>
        }
        csv={[
          { title: t.what, value: (line) => pick(line.what) },
          { title: t.about, value: subject },
          { title: t.office, value: (line) => words.office(line.district) },
          { title: t.when[figure], value: (line) => line.at && dateTime(line.at) },
          { title: t.person, value: (line) => line.person && who({ person: line.person }) },
          { title: t.note, value: (line) => line.note && pick(line.note) },
          { title: t.clause, value: (line) => line.clause },
          { title: t.proof, value: (line) => line.actId },
        ]}
      />
    </>
  )
}

/** The bounds of the figure in words: office, section, post, person, period. */
function useScopeWords({ district, unit, post, person, from, to }: BoardSearch): string {
  const t = useTexts(controlTexts)
  const pick = usePick()
  const words = useWords()
  const home = useSession().data?.district.id
  const within = district ?? (home === 'city' ? undefined : home)
  const { data: scopes } = useApi<Scopes>('controls/scopes', within ? { district: within } : {})
  const named = <T extends { id: string }>(all: readonly T[] | undefined, id: string | undefined) =>
    id === undefined ? undefined : all?.find((one) => one.id === id)
  const inUnit = named(scopes?.units, unit)
  const atPost = named(scopes?.posts, post)
  return [
    within ? words.office(within) : t.wholeCity,
    inUnit && pick(inUnit.name),
    atPost && pick(atPost.name),
    named(scopes?.persons, person)?.name,
    (from || to) && fill(t.fromTo, { from: from ?? t.beginning, to: to ?? t.today }),
  ]
    .filter(Boolean)
    .join(' · ')
}
