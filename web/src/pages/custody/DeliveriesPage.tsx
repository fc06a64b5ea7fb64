import { Form, Input, InputNumber, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asTable, useList } from '../../api/queries.ts'
import type { Availability, Page } from '../../api/types.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { FormModal } from '../people/FormModal.tsx'
import './custody.css'
import { RangeFields, RangeList, rangeInput } from './Ranges.tsx'
import { readRanges } from './ranges.ts'
import { custodyTexts } from './texts.ts'
import type { DeliveryRow } from './types.ts'
import { ActBy, Numbers, useCustodyWords } from './words.tsx'

/** Deliveries: entered by one from the papers, counted by another from the boxes. */
export function DeliveriesPage() {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const { number, dateTime } = useFormats()
  const list = useList<DeliveryRow, Page<DeliveryRow> & { availability: Availability }>(
    'custody/deliveries',
    {},
    'before',
  )
  const [receiving, setReceiving] = useState(false)
  const [counting, setCounting] = useState<DeliveryRow | null>(null)
  const stateOf = (one: DeliveryRow) =>
    one.counted === null
      ? t.waitsCount
      : [
          fill(t.countedBy, { who: one.counter ?? '', count: number(one.counted) }),
          one.damaged > 0 ? fill(t.damagedCount, { count: number(one.damaged) }) : '',
          one.counted < one.count ? fill(t.missingCount, { count: number(one.count - one.counted) }) : '',
        ]
          .filter(Boolean)
          .join(' · ')
  const columns: TableColumnsType<DeliveryRow> = [
    { title: t.kind, key: 'kind', width: 150, render: (_, one) => words.kind(one.kind) },
    { title: t.numbers, key: 'numbers', width: 240, render: (_, one) => <Numbers range={one.range} /> },
    { title: t.count, key: 'count', width: 90, align: 'right', render: (_, one) => number(one.count) },
    {
      title: t.supplier,
      key: 'source',
      width: 200,
      render: (_, one) => (
        <div className="mb-wrap">
          {one.source}
          <div className="mb-soft">
            {t.batch} {one.batch}
          </div>
        </div>
      ),
    },
    {
      title: t.by,
      key: 'by',
      width: 150,
      render: (_, one) => <ActBy who={one.person} actId={one.actId} at={one.at} />,
    },
    {
      title: t.state,
      key: 'state',
      width: 220,
      render: (_, one) => (
        <div className="mb-wrap">
          <span className={`mb-status mb-status-${one.counted === null ? 'amber' : 'green'}`}>
            {stateOf(one)}
          </span>
          {one.note && <div className="mb-soft">{one.note}</div>}
        </div>
      ),
    },
    {
      title: t.actions,
      key: 'acts',
      width: 110,
      render: (_, one) =>
        one.counted === null && (
          <ActButton
            size="small"
            type="primary"
            availability={one.availability['custody.countDelivery']}
            onClick={() => setCounting(one)}
          >
            {t.countDelivery}
          </ActButton>
        ),
    },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.deliveries}</h1>
        <p>{t.deliveriesHint}</p>
      </div>
      <DataTable<DeliveryRow>
        title={t.deliveries}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.id}
        emptyLabel={t.deliveriesEmpty}
        tools={
          <ActButton
            type="primary"
            availability={list.first?.availability['custody.receive']}
            onClick={() => setReceiving(true)}
          >
            {t.receive}
          </ActButton>
        }
        csv={[
          { title: t.kind, value: (one) => words.kind(one.kind) },
          { title: t.numbers, value: (one) => one.range },
          { title: t.count, value: (one) => one.count },
          { title: t.supplier, value: (one) => one.source },
          { title: t.batch, value: (one) => one.batch },
          { title: t.by, value: (one) => one.person },
          { title: t.at, value: (one) => dateTime(one.at) },
          { title: t.state, value: stateOf },
          { title: t.note, value: (one) => one.note },
        ]}
      />
      {receiving && <Receive onClose={() => setReceiving(false)} />}
      {counting && <CountDelivery delivery={counting} onClose={() => setCounting(null)} />}
    </>
  )
}

function Receive({ onClose }: { onClose: () => void }) {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  return (
    <FormModal<{ kind: string; first: string; last?: string; batch: string; source: string }>
      title={t.receive}
      type="custody.receive"
      confirmed={false}
      done={t.received}
      initial={{ kind: 'certificate' }}
      input={({ kind, batch, source, ...range }) => ({ kind, batch, source, ...rangeInput(range) })}
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
      <RangeFields />
      <Form.Item name="batch" label={t.batch} rules={needed(t.batch)}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="source" label={t.supplier} rules={needed(t.supplier)}>
        <Input maxLength={100} />
      </Form.Item>
    </FormModal>
  )
}

function CountDelivery({ delivery, onClose }: { delivery: DeliveryRow; onClose: () => void }) {
  const t = useTexts(custodyTexts)
  return (
    <FormModal<{ counted: number; damaged: string; missing: string; note?: string }>
      title={t.countDelivery}
      hint={fill(t.countDeliveryHint, { range: delivery.range })}
      type="custody.countDelivery"
      confirmed={false}
      done={t.delivered}
      input={({ counted, damaged, missing, note }) => ({
        deliveryId: delivery.id,
        counted,
        damaged: readRanges(damaged).ranges,
        missing: readRanges(missing).ranges,
        ...(note ? { note } : {}),
      })}
      onClose={onClose}
    >
      <Form.Item
        name="counted"
        label={t.counted}
        rules={[{ required: true, message: fill(t.needed, { field: t.counted }) }]}
      >
        <InputNumber min={0} max={10_000_000} precision={0} />
      </Form.Item>
      <RangeList name="damaged" label={t.damaged} />
      <RangeList name="missing" label={t.missing} />
      <Form.Item name="note" label={t.note}>
        <Input maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}
