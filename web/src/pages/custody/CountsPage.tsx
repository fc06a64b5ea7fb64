import { App, Form, Input, Radio, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asTable, useList } from '../../api/queries.ts'
import type { Availability, Page } from '../../api/types.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { FormModal } from '../people/FormModal.tsx'
import './custody.css'
import '../people/people.css'
import { RangeList } from './Ranges.tsx'
import { readRanges } from './ranges.ts'
import { custodyTexts } from './texts.ts'
import type { CountRow, DifferenceRow } from './types.ts'
import { ActBy, ActProof, Numbers, useCustodyWords } from './words.tsx'

interface Counts extends Page<CountRow> {
  availability: Availability
  differences: DifferenceRow[]
  places: { id: string; name: string }[]
}
const colours: Record<CountRow['state'], string> = {
  counting: 'amber',
  recounting: 'amber',
  agreed: 'green',
  differs: 'red',
  abandoned: 'grey',
}

/** Stock-takes: blind, counted again by another when they differ, and explained by a third. */
export function CountsPage() {
  const t = useTexts(custodyTexts)
  const list = useList<CountRow, Counts>('custody/counts', {}, 'before')
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.counts}</h1>
        <p>{t.countsHint}</p>
      </div>
      <CountsTable list={list} />
      <div className="mb-person-section">
        <Differences rows={list.first?.differences ?? []} loading={list.loading} />
      </div>
    </>
  )
}

function usePlaceWords() {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  return (one: { kind: string; edition: string; place: string; of: string | null }) =>
    `${words.kind(one.kind)} · ${one.edition === 'D' ? t.editions.new : t.editions.old} · ${one.place === 'store' ? t.store : (one.of ?? '')}`
}

function CountsTable({ list }: { list: ReturnType<typeof useList<CountRow, Counts>> }) {
  const t = useTexts(custodyTexts)
  const placeOf = usePlaceWords()
  const { number, dateTime } = useFormats()
  const { message } = App.useApp()
  const [starting, setStarting] = useState(false)
  const [counting, setCounting] = useState<CountRow | null>(null)
  const abandon = useAct<object, unknown>('custody.abandonCount')
  const figures = (one: CountRow) =>
    one.expected === null
      ? ''
      : fill(t.bookFigure, { expected: number(one.expected), counted: number(one.counted ?? 0) })
  const columns: TableColumnsType<CountRow> = [
    {
      title: t.countHere,
      key: 'place',
      width: 300,
      render: (_, one) => <div className="mb-wrap">{placeOf(one)}</div>,
    },
    {
      title: t.counters,
      key: 'by',
      width: 190,
      render: (_, one) => (
        <ActBy who={[one.person, one.second].filter(Boolean).join('、')} actId={one.actId} at={one.at} />
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 220,
      render: (_, one) => (
        <>
          <span className={`mb-status mb-status-${colours[one.state]}`}>{t.countStates[one.state]}</span>
          <div className="mb-soft">{figures(one)}</div>
        </>
      ),
    },
    {
      title: t.actions,
      key: 'acts',
      width: 280,
      render: (_, one) =>
        one.state === 'counting' ? (
          <div className="mb-custody-acts">
            <ActButton
              size="small"
              type="primary"
              availability={one.availability['custody.submitCount']}
              onClick={() => setCounting(one)}
            >
              {t.submitCount}
            </ActButton>
            <ActButton
              size="small"
              availability={one.availability['custody.abandonCount']}
              pending={abandon.pending}
              onClick={() =>
                void abandon
                  .perform({ countId: one.id })
                  .then((outcome) => outcome.ok && message.success(t.abandoned))
              }
            >
              {t.abandon}
            </ActButton>
          </div>
        ) : (
          one.state === 'recounting' && (
            <ActButton
              size="small"
              type="primary"
              availability={one.availability['custody.recount']}
              onClick={() => setCounting(one)}
            >
              {t.recount}
            </ActButton>
          )
        ),
    },
  ]
  return (
    <>
      {abandon.refusal && <RefusalAlert refusal={abandon.refusal} onClose={abandon.clear} />}
      <DataTable<CountRow>
        title={t.counts}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.id}
        emptyLabel={t.countsEmpty}
        tools={
          <ActButton
            type="primary"
            availability={list.first?.availability['custody.startCount']}
            onClick={() => setStarting(true)}
          >
            {t.startCount}
          </ActButton>
        }
        csv={[
          { title: t.countHere, value: placeOf },
          { title: t.counters, value: (one) => [one.person, one.second].filter(Boolean).join('、') },
          { title: t.at, value: (one) => dateTime(one.at) },
          { title: t.state, value: (one) => t.countStates[one.state] },
          { title: t.lines, value: figures },
        ]}
      />
      {starting && <Start places={list.first?.places ?? []} onClose={() => setStarting(false)} />}
      {counting && <Count count={counting} title={placeOf(counting)} onClose={() => setCounting(null)} />}
    </>
  )
}

function Start({ places, onClose }: { places: Counts['places']; onClose: () => void }) {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  return (
    <FormModal<{ kind: string; edition: string; of: string }>
      title={t.startCount}
      hint={t.countsHint}
      type="custody.startCount"
      confirmed={false}
      done={t.started}
      initial={{ kind: 'certificate', edition: '', of: 'store' }}
      input={(values) => values}
      onClose={onClose}
    >
      <Form.Item name="kind" label={t.kind} rules={needed(t.kind)}>
        <Select
          options={(['certificate', 'proof'] as const).map((kind) => ({
            value: kind,
            label: words.kind(kind),
          }))}
        />
      </Form.Item>
      <Form.Item name="edition" label={t.edition}>
        <Radio.Group
          options={[
            { value: '', label: t.editions.old },
            { value: 'D', label: t.editions.new },
          ]}
        />
      </Form.Item>
      <Form.Item name="of" label={t.countHere} rules={needed(t.countHere)}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={[
            { value: 'store', label: t.store },
            ...places.map((one) => ({ value: one.id, label: one.name })),
          ]}
        />
      </Form.Item>
    </FormModal>
  )
}

/** What was seen, number by number; the book's figure is nowhere. */
function Count({ count, title, onClose }: { count: CountRow; title: string; onClose: () => void }) {
  const t = useTexts(custodyTexts)
  const first = count.state === 'counting'
  return (
    <FormModal<{ seen: string }>
      title={`${first ? t.submitCount : t.recount} · ${title}`}
      hint={t.blindHint}
      type={first ? 'custody.submitCount' : 'custody.recount'}
      confirmed={false}
      done={({ state, missing, surplus }) =>
        state === 'agreed'
          ? t.resultAgreed
          : state === 'recounting'
            ? t.resultRecount
            : fill(t.resultDiffers, { missing: String(missing), surplus: String(surplus) })
      }
      input={({ seen }) => ({ countId: count.id, ranges: readRanges(seen).ranges })}
      onClose={onClose}
    >
      <RangeList name="seen" label={t.seen} hint={t.nothingSeen} />
    </FormModal>
  )
}

function Differences({ rows, loading }: { rows: DifferenceRow[]; loading: boolean }) {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const { number, dateTime } = useFormats()
  const [explaining, setExplaining] = useState<DifferenceRow | null>(null)
  const stateOf = (one: DifferenceRow) => (one.outcome ? t.outcomes[one.outcome] : t.openDifference)
  const columns: TableColumnsType<DifferenceRow> = [
    { title: t.kind, key: 'kind', width: 150, render: (_, one) => words.kind(one.kind) },
    { title: t.difference, key: 'side', width: 90, render: (_, one) => t.sides[one.side] },
    { title: t.numbers, key: 'numbers', width: 240, render: (_, one) => <Numbers range={one.range} /> },
    { title: t.count, key: 'count', width: 80, align: 'right', render: (_, one) => number(one.count) },
    { title: t.countHere, key: 'place', width: 130, render: (_, one) => words.place(one.place, one.of) },
    {
      title: t.at,
      key: 'at',
      width: 150,
      render: (_, one) => <ActProof actId={one.actId}>{dateTime(one.at)}</ActProof>,
    },
    {
      title: t.state,
      key: 'state',
      width: 230,
      render: (_, one) => (
        <div className="mb-wrap">
          <span className={`mb-status mb-status-${one.outcome ? 'green' : 'red'}`}>{stateOf(one)}</span>
          {one.explanation && (
            <div className="mb-soft">
              {one.explainedBy}
              {'：'}
              {one.explanation}
            </div>
          )}
        </div>
      ),
    },
    {
      title: t.actions,
      key: 'acts',
      width: 100,
      render: (_, one) =>
        one.outcome === null && (
          <ActButton
            size="small"
            availability={one.availability['custody.explain']}
            onClick={() => setExplaining(one)}
          >
            {t.explain}
          </ActButton>
        ),
    },
  ]
  return (
    <>
      <DataTable<DifferenceRow>
        title={t.differences}
        columns={columns}
        rows={rows}
        loading={loading}
        rowKey={(one) => one.id}
        emptyLabel={t.differencesEmpty}
        tools={<h2 className="mb-looks-heading">{t.differences}</h2>}
        csv={[
          { title: t.kind, value: (one) => words.kind(one.kind) },
          { title: t.difference, value: (one) => t.sides[one.side] },
          { title: t.numbers, value: (one) => one.range },
          { title: t.count, value: (one) => one.count },
          { title: t.at, value: (one) => dateTime(one.at) },
          { title: t.state, value: stateOf },
          { title: t.explanation, value: (one) => one.explanation },
          { title: t.by, value: (one) => one.explainedBy },
        ]}
      />
      {explaining && <Explain row={explaining} onClose={() => setExplaining(null)} />}
    </>
  )
}

function Explain({ row, onClose }: { row: DifferenceRow; onClose: () => void }) {
  const t = useTexts(custodyTexts)
  const outcomes = row.side === 'surplus' ? (['explained'] as const) : (['found', 'lost'] as const)
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  return (
    <FormModal<{ outcome: string; explanation: string }>
      title={`${t.explain} · ${t.sides[row.side]} ${row.range}`}
      type="custody.explain"
      done={t.explained}
      initial={{ outcome: outcomes[0] }}
      input={(values) => ({ differenceId: row.id, ...values })}
      onClose={onClose}
    >
      <Form.Item name="outcome" label={t.outcome} rules={needed(t.outcome)}>
        <Radio.Group options={outcomes.map((value) => ({ value, label: t.outcomes[value] }))} />
      </Form.Item>
      <Form.Item name="explanation" label={t.explanation} rules={needed(t.explanation)}>
        <Input.TextArea rows={3} maxLength={1000} showCount />
      </Form.Item>
    </FormModal>
  )
}
