import { Link, useRouter } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { asTable, useList } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import type { Text } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import type { CsvColumn } from '../../ui/csv.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { LongText } from '../../ui/LongText.tsx'
import { registerTexts } from '../register/texts.ts'
import './evidence.css'
import { LeafCell } from './ProofFiles.tsx'
import { Actor, useActor } from './ThingLink.tsx'
import { evidenceTexts } from './texts.ts'
import type { LifeLine } from './types.ts'

/** One line of `GET /api/units/:code/looks`. */
interface LookLine extends LifeLine {
  posts: Text[]
  purpose: string | null
  basis: string | null
  case: { id: string; number: string | null } | null
}

/** Every look at a unit's register page, and every question about a person that brought it to light: who, why, from where. */
export function LooksTable({ unitCode }: { unitCode: string }) {
  const t = useTexts(evidenceTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const router = useRouter()
  const list = useList<LookLine>(`units/${unitCode}/looks`, {}, 'before')
  const who = useActor()
  const words = useTexts(registerTexts)
  const posts = (line: LookLine) => line.posts.map(pick).join('、')
  const purposes = words.purposes as Record<string, string>
  const why = (line: LookLine) => (line.purpose ? (purposes[line.purpose] ?? line.purpose) : '')
  const columns: TableColumnsType<LookLine> = [
    { title: t.at, key: 'at', width: 145, render: (_, line) => dateTime(line.at) },
    {
      title: t.person,
      key: 'person',
      width: 140,
      render: (_, line) => (
        <>
          <Actor line={line} />
          <div className="mb-soft">{posts(line)}</div>
        </>
      ),
    },
    { title: t.act, key: 'act', width: 135, render: (_, line) => pick(line.title) },
    {
      title: t.why,
      key: 'why',
      width: 210,
      render: (_, line) => (
        <div className="mb-wrap">
          {why(line) || '—'}
          {line.case && (
            <>
              {' '}
              <Link to="/cases/$caseId" params={{ caseId: line.case.id }}>
                {line.case.number ?? t.openCase}
              </Link>
            </>
          )}
          {line.basis && (
            <div className="mb-soft">
              <LongText text={line.basis} shown={60} />
            </div>
          )}
        </div>
      ),
    },
    {
      title: t.outcome,
      key: 'outcome',
      width: 145,
      render: (_, line) =>
        line.outcome === 'done' ? (
          t.seen
        ) : (
          <>
            <span className="mb-refused-tag">{t.refused}</span>{' '}
            {line.clause && <ClauseTag clause={line.clause} />}
          </>
        ),
    },
    {
      title: t.fromWhere,
      key: 'from',
      width: 125,
      render: (_, line) => <span className="mb-wrap">{line.from ?? '—'}</span>,
    },
    {
      title: t.leaf,
      key: 'leaf',
      width: 75,
      render: (_, line) => <LeafCell line={line} />,
    },
  ]
  const csv: CsvColumn<LookLine>[] = [
    { title: t.at, value: (line) => dateTime(line.at) },
    { title: t.person, value: who },
    { title: t.posts, value: posts },
    { title: t.act, value: (line) => pick(line.title) },
    { title: t.why, value: why },
    { title: t.basis, value: (line) => line.basis },
    { title: t.forCase, value: (line) => line.case?.number ?? null },
    { title: t.outcome, value: (line) => (line.outcome === 'done' ? t.seen : t.refused) },
    { title: t.fromWhere, value: (line) => line.from },
    { title: t.id, value: (line) => line.actId },
    { title: t.leaf, value: (line) => (line.leaf === null ? null : String(line.leaf)) },
  ]
  return (
    <div className="mb-looks">
      <h2 className="mb-looks-heading mb-print-only">{t.whoLooked}</h2>
      <DataTable<LookLine>
        title={t.whoLooked}
        columns={columns}
        {...asTable(list)}
        rowKey={(line) => line.actId}
        onOpen={(line) => void router.navigate({ to: '/evidence/$actId', params: { actId: line.actId } })}
        emptyLabel={t.nobodyLooked}
        csv={csv}
        tools={
          <>
            <h2 className="mb-looks-heading">{t.whoLooked}</h2>
            <span className="mb-soft">{t.whoLookedHint}</span>
          </>
        }
      />
    </div>
  )
}
