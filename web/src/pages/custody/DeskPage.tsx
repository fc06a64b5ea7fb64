import { useRouter } from '@tanstack/react-router'
import { App, Form, Input, InputNumber, type InputRef, Select, type TableColumnsType } from 'antd'
import { useRef, useState } from 'react'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { FormModal } from '../people/FormModal.tsx'
import './custody.css'
import '../people/people.css'
import { RangeFields, rangeInput } from './Ranges.tsx'
import { custodyTexts } from './texts.ts'
import type { DeskView, HeldRow, OfferRow } from './types.ts'
import { Numbers, useCustodyWords } from './words.tsx'

/** The keeper's desk: what lies where, what I hold, what waits for a signature. */
export function DeskPage() {
  const t = useTexts(custodyTexts)
  const asked = useApi<DeskView>('custody/desk')
  const session = useSession().data
  const [giving, setGiving] = useState(false)
  const refused = asRefused(asked.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void asked.refetch()} fullPage />
  const view = asked.data
  if (!view || !session) return <LoadingState label={t.loading} fullPage />
  const me = `person:${session.person.id}`
  const keeps = session.duties.includes('certificate_keeping')
  const waitsForMe = (one: OfferRow) =>
    one.personId !== session.person.id && (one.toPlace === me || (one.toPlace === 'store' && keeps))
  const mine = view.stock.filter((one) => one.place === me)
  return (
    <>
      <div className="mb-page-head">
        <div className="mb-custody-head">
          <div>
            <h1>{t.desk}</h1>
            <p>{t.deskHint}</p>
          </div>
          <ScanBox />
        </div>
      </div>
      <Totals view={view} />
      <div className="mb-person-section">
        <Offers
          title={t.forMe}
          rows={view.offers.filter(waitsForMe)}
          empty={t.forMeEmpty}
          me={session.person.id}
        />
      </div>
      <div className="mb-person-section">
        <Stock
          title={t.mine}
          rows={mine}
          empty={t.mineEmpty}
          action={
            <ActButton
              type="primary"
              availability={view.availability['custody.offer'] as never}
              onClick={() => setGiving(true)}
            >
              {t.give}
            </ActButton>
          }
        />
      </div>
      <div className="mb-person-section">
        <Offers
          title={t.fromMe}
          rows={view.offers.filter((one) => !waitsForMe(one))}
          empty={t.fromMeEmpty}
          me={session.person.id}
        />
      </div>
      <div className="mb-person-section">
        <Stock title={t.stock} rows={view.stock.filter((one) => one.place !== me)} empty={t.stockEmpty} />
      </div>
      {giving && (
        <Give view={view} keeps={keeps} mine={mine} me={session.person.id} onClose={() => setGiving(false)} />
      )}
    </>
  )
}

/** Scan-first: a number scanned here leads to its whole life. */
export function ScanBox() {
  const t = useTexts(custodyTexts)
  const router = useRouter()
  const box = useRef<InputRef>(null)
  const go = (text: string) => {
    const number = text.replace(/\s+/g, '').toUpperCase()
    if (number) void router.navigate({ to: '/custody/serials/$number', params: { number } })
  }
  return (
    <Input.Search
      ref={box}
      className="mb-custody-scan mb-screen-only"
      aria-label={t.scan}
      placeholder={t.scan}
      enterButton={t.lookUp}
      maxLength={20}
      autoFocus
      onSearch={go}
    />
  )
}

/** How many lie at each class of place; a place that is counted keeps its figure to itself. */
function Totals({ view }: { view: DeskView }) {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const { number } = useFormats()
  const [setting, setSetting] = useState<DeskView['levels'][number] | null>(null)
  return (
    <>
      {view.levels.map((level) => {
        const totals = view.totals.filter((one) => one.kind === level.kind)
        const inStore = totals.find((one) => one.place === 'store')
        // A store that is counted keeps its figure to itself, and whether it runs low.
        const low = inStore?.count !== null && (inStore?.count ?? 0) < level.level
        return (
          <section key={level.kind} className="mb-custody-stock" aria-label={words.kind(level.kind)}>
            <h2>
              {words.kind(level.kind)}{' '}
              {low && (
                <span className="mb-status mb-status-amber">
                  {fill(t.low, { level: number(level.level) })}
                </span>
              )}{' '}
              <ActButton
                size="small"
                className="mb-screen-only"
                availability={view.availability['custody.setReorderLevel'] as never}
                onClick={() => setSetting(level)}
              >
                {t.setLevel}
              </ActButton>
            </h2>
            {totals.length === 0 ? (
              <p className="mb-soft">{t.stockEmpty}</p>
            ) : (
              <dl className="mb-custody-totals">
                {totals.map((one) => (
                  <div key={one.place}>
                    <dt>{words.place(one.place)}</dt>
                    <dd>
                      {one.count === null ? (
                        <span className="mb-status mb-status-amber">{t.beingCounted}</span>
                      ) : (
                        number(one.count)
                      )}
                    </dd>
                  </div>
                ))}
              </dl>
            )}
          </section>
        )
      })}
      {setting && (
        <FormModal<{ level: number }>
          title={`${t.setLevel} · ${words.kind(setting.kind)}`}
          type="custody.setReorderLevel"
          confirmed={false}
          done={t.levelSet}
          initial={{ level: setting.level }}
          input={({ level }) => ({ kind: setting.kind, level })}
          onClose={() => setSetting(null)}
        >
          <Form.Item
            name="level"
            label={t.level}
            rules={[{ required: true, message: fill(t.needed, { field: t.level }) }]}
          >
            <InputNumber min={0} max={10_000_000} precision={0} />
          </Form.Item>
        </FormModal>
      )}
    </>
  )
}

function Stock({
  title,
  rows,
  empty,
  action,
}: {
  title: string
  rows: HeldRow[]
  empty: string
  action?: React.ReactNode
}) {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const { number } = useFormats()
  const columns: TableColumnsType<HeldRow> = [
    { title: t.kind, key: 'kind', width: 170, render: (_, one) => words.kind(one.kind) },
    {
      title: t.place,
      key: 'place',
      width: 300,
      render: (_, one) => words.place(one.place, one.person, one.certificate),
    },
    { title: t.numbers, key: 'numbers', width: 260, render: (_, one) => <Numbers range={one.range} /> },
    { title: t.count, key: 'count', width: 110, align: 'right', render: (_, one) => number(one.count) },
  ]
  return (
    <DataTable<HeldRow>
      title={title}
      columns={columns}
      rows={rows}
      rowKey={(one) => `${one.kind} ${one.range}`}
      emptyLabel={empty}
      tools={
        <>
          <h2 className="mb-looks-heading">{title}</h2>
          {action}
        </>
      }
      csv={[
        { title: t.kind, value: (one) => words.kind(one.kind) },
        { title: t.place, value: (one) => words.place(one.place, one.person, one.certificate) },
        { title: t.numbers, value: (one) => one.range },
        { title: t.count, value: (one) => one.count },
      ]}
    />
  )
}

function Offers({ title, rows, empty, me }: { title: string; rows: OfferRow[]; empty: string; me: string }) {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const { number, dateTime } = useFormats()
  const { message } = App.useApp()
  const take = useAct<object, unknown>('custody.take')
  const end = useAct<object, unknown>('custody.endOffer')
  const run = (act: typeof take, offerId: string, said: string) =>
    void act.perform({ offerId }).then((outcome) => outcome.ok && message.success(said))
  const to = (one: OfferRow) => (one.toPlace === 'store' ? t.store : (one.taker ?? ''))
  const from = (one: OfferRow) => (one.fromPlace === 'store' ? `${t.store}（${one.giver}）` : one.giver)
  const columns: TableColumnsType<OfferRow> = [
    { title: t.kind, key: 'kind', width: 150, render: (_, one) => words.kind(one.kind) },
    { title: t.numbers, key: 'numbers', width: 250, render: (_, one) => <Numbers range={one.range} /> },
    { title: t.count, key: 'count', width: 80, align: 'right', render: (_, one) => number(one.count) },
    { title: t.from, key: 'from', width: 150, render: (_, one) => from(one) },
    { title: t.to, key: 'to', width: 120, render: (_, one) => to(one) },
    { title: t.at, key: 'at', width: 150, render: (_, one) => dateTime(one.at) },
    { title: t.note, key: 'note', width: 160, render: (_, one) => <div className="mb-wrap">{one.note}</div> },
    {
      title: t.actions,
      key: 'acts',
      width: 170,
      render: (_, one) => (
        <div className="mb-custody-acts">
          {one.personId !== me && (
            <ActButton
              type="primary"
              size="small"
              availability={one.availability['custody.take']}
              pending={take.pending}
              onClick={() => run(take, one.id, t.taken)}
            >
              {t.take}
            </ActButton>
          )}
          <ActButton
            size="small"
            availability={one.availability['custody.endOffer']}
            pending={end.pending}
            onClick={() => run(end, one.id, t.ended)}
          >
            {one.personId === me ? t.withdraw : t.decline}
          </ActButton>
        </div>
      ),
    },
  ]
  const refusal = take.refusal ?? end.refusal
  return (
    <>
      {refusal && (
        <RefusalAlert
          refusal={refusal}
          onClose={() => {
            take.clear()
            end.clear()
          }}
        />
      )}
      <DataTable<OfferRow>
        title={title}
        columns={columns}
        rows={rows}
        rowKey={(one) => one.id}
        emptyLabel={empty}
        tools={<h2 className="mb-looks-heading">{title}</h2>}
        csv={[
          { title: t.kind, value: (one) => words.kind(one.kind) },
          { title: t.numbers, value: (one) => one.range },
          { title: t.count, value: (one) => one.count },
          { title: t.from, value: from },
          { title: t.to, value: to },
          { title: t.at, value: (one) => dateTime(one.at) },
          { title: t.note, value: (one) => one.note },
        ]}
      />
    </>
  )
}

interface Wish {
  kind: string
  first: string
  last?: string
  from: 'store' | 'me'
  to: string
  note?: string
}

function Give({
  view,
  keeps,
  mine,
  me,
  onClose,
}: {
  view: DeskView
  keeps: boolean
  mine: HeldRow[]
  me: string
  onClose: () => void
}) {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  const people = view.people.filter((one) => one.id !== me)
  return (
    <FormModal<Wish>
      title={t.giveTitle}
      hint={t.giveHint}
      type="custody.offer"
      confirmed={false}
      done={t.given}
      initial={{ kind: mine[0]?.kind ?? 'certificate', from: keeps ? 'store' : 'me' }}
      input={({ kind, from, to, note, ...range }) => ({
        kind,
        ...rangeInput(range),
        from,
        to,
        ...(note ? { note } : {}),
      })}
      onClose={onClose}
    >
      <Form.Item name="kind" label={t.kind} rules={needed(t.kind)}>
        <Select options={view.levels.map(({ kind }) => ({ value: kind, label: words.kind(kind) }))} />
      </Form.Item>
      <Form.Item name="from" label={t.source} rules={needed(t.source)}>
        <Select
          options={[
            ...(keeps ? [{ value: 'store', label: t.storeSource }] : []),
            { value: 'me', label: t.mineSource },
          ]}
        />
      </Form.Item>
      <RangeFields />
      <Form.Item name="to" label={t.person} rules={needed(t.person)}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={[
            { value: 'store', label: t.backToStore },
            ...people.map((one) => ({ value: one.id, label: one.name })),
          ]}
        />
      </Form.Item>
      <Form.Item name="note" label={t.note}>
        <Input maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}
