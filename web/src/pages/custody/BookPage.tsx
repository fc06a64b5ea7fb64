import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { Alert, Button, Form, Input, Segmented, Table, type TableColumnsType } from 'antd'
import { asTable, useList } from '../../api/queries.ts'
import type { Page } from '../../api/types.ts'
import { useDownload } from '../../api/useDownload.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import './custody.css'
import '../people/people.css'
import { type BookSearch, bookKinds } from './book.ts'
import { custodyTexts } from './texts.ts'
import type { Balance, BookLine } from './types.ts'
import { ActProof, Numbers, useCustodyWords } from './words.tsx'

const route = getRouteApi('/inside/custody/book')
interface Book extends Page<BookLine> {
  balances: Balance[] | null
  counting: boolean
}

/** A book from day to day with its opening and closing balances: what the keepers print and sign. */
export function BookPage() {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const { dateTime, number, date } = useFormats()
  const router = useRouter()
  const search = route.useSearch()
  const today = date(new Date().toISOString())
  const asked = {
    kind: search.kind ?? 'certificate',
    from: search.from ?? `${today.slice(0, 8)}01`,
    until: search.until ?? today,
  }
  const tell = (part: BookSearch) =>
    void router.navigate({ to: '/custody/book', search: { ...search, ...part }, replace: true })
  const list = useList<BookLine, Book>('custody/book', asked)
  const title = `${t.book}（${words.kind(asked.kind)} ${asked.from}—${asked.until}）`
  /** Blanks are delivered; a file is made up here. */
  const from = (one: BookLine) =>
    one.kind === 'file' && one.fromPlace === null ? '—' : words.place(one.fromPlace, one.fromName)
  const columns: TableColumnsType<BookLine> = [
    {
      title: t.at,
      key: 'at',
      width: 150,
      render: (_, one) => <ActProof actId={one.actId}>{dateTime(one.at)}</ActProof>,
    },
    {
      title: t.movement,
      key: 'movement',
      width: 90,
      render: (_, one) => <b>{words.movement(one.movement, one.toPlace, one.kind)}</b>,
    },
    {
      title: t.numbers,
      key: 'numbers',
      width: 215,
      render: (_, one) =>
        one.kind === 'seal' || one.kind === 'file' ? (
          <span className="mb-code">{one.range}</span>
        ) : (
          <Numbers range={one.range} />
        ),
    },
    { title: t.count, key: 'count', width: 70, align: 'right', render: (_, one) => number(one.count) },
    { title: t.from, key: 'from', width: 105, render: (_, one) => from(one) },
    { title: t.to, key: 'to', width: 105, render: (_, one) => words.place(one.toPlace, one.toName) },
    {
      title: t.document,
      key: 'document',
      width: 190,
      render: (_, one) =>
        one.caseId ? (
          <Link className="mb-custody-link" to="/cases/$caseId" params={{ caseId: one.caseId }}>
            {one.document ?? t.case}
          </Link>
        ) : (
          <span className="mb-wrap">{one.movement === 'destroy' ? '' : one.document}</span>
        ),
    },
    { title: t.by, key: 'by', width: 80, render: (_, one) => one.person ?? '—' },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.book}</h1>
        <p>{t.bookHint}</p>
      </div>
      {list.first?.counting && <Alert type="warning" showIcon title={t.counting} />}
      <Copies asked={asked} title={title} />
      {list.first?.balances && <Balances rows={list.first.balances} />}
      <DataTable<BookLine>
        title={title}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.id}
        emptyLabel={t.bookEmpty}
        tools={
          <Form layout="inline" className="mb-custody-period">
            <Segmented
              aria-label={t.kind}
              value={asked.kind}
              onChange={(kind) => tell({ kind: kind as (typeof bookKinds)[number] })}
              options={bookKinds.map((kind) => ({ value: kind, label: words.kind(kind) }))}
            />
            <Form.Item label={t.start} htmlFor="book-from">
              <Input
                id="book-from"
                type="date"
                value={asked.from}
                onChange={(event) => event.target.value && tell({ from: event.target.value })}
              />
            </Form.Item>
            <Form.Item label={t.end} htmlFor="book-until">
              <Input
                id="book-until"
                type="date"
                value={asked.until}
                onChange={(event) => event.target.value && tell({ until: event.target.value })}
              />
            </Form.Item>
          </Form>
        }
        csv={[
          { title: t.at, value: (one) => dateTime(one.at) },
          { title: t.movement, value: (one) => words.movement(one.movement, one.toPlace, one.kind) },
          { title: t.numbers, value: (one) => one.range },
          { title: t.count, value: (one) => one.count },
          { title: t.from, value: (one) => from(one) },
          { title: t.to, value: (one) => words.place(one.toPlace, one.toName) },
          { title: t.document, value: (one) => one.document },
          { title: t.by, value: (one) => one.person },
          { title: t.proof, value: (one) => one.actId },
        ]}
      />
    </>
  )
}

/** The whole book, however long, as a workbook; one that is short enough on paper. */
function Copies({ asked, title }: { asked: Required<BookSearch>; title: string }) {
  const t = useTexts(custodyTexts)
  const { number } = useFormats()
  const { coming, refusal, clear, start } = useDownload()
  const take = (ending: 'xlsx' | 'pdf') =>
    void start(`/api/custody/book.${ending}?${new URLSearchParams(asked)}`, `${title}.${ending}`)
  return (
    <>
      {refusal && <RefusalAlert refusal={refusal} onClose={clear} />}
      <div className="mb-custody-copies mb-screen-only">
        <Button loading={coming !== null} onClick={() => take('xlsx')}>
          {t.wholeBook}
        </Button>
        <Button disabled={coming !== null} onClick={() => take('pdf')}>
          {t.bookOnPaper}
        </Button>
        <output className="mb-soft">
          {coming &&
            (coming.lines === null
              ? t.bookMaking
              : fill(t.bookComing, {
                  lines: number(coming.lines),
                  size: number(Math.ceil(coming.bytes / 1000)),
                }))}
        </output>
      </div>
    </>
  )
}

function Balances({ rows }: { rows: Balance[] }) {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const { number } = useFormats()
  const figure = (title: string, of: (one: Balance) => number) => ({
    title,
    key: title,
    width: 130,
    align: 'right' as const,
    render: (_: unknown, one: Balance) => number(of(one)),
  })
  return (
    <section className="mb-custody-stock" aria-label={t.balances}>
      <h2>{t.balances}</h2>
      <Table<Balance>
        size="small"
        pagination={false}
        rowKey={(one) => one.place}
        dataSource={rows}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: t.bookEmpty }}
        columns={[
          { title: t.place, key: 'place', width: 200, render: (_, one) => words.place(one.place) },
          figure(t.opening, (one) => one.opening ?? 0),
          figure(t.in, (one) => one.in),
          figure(t.out, (one) => one.out),
          figure(t.closing, (one) => one.closing),
        ]}
      />
    </section>
  )
}
