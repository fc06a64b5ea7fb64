import { Link } from '@tanstack/react-router'
import { Form, Input, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asTable, useList } from '../../api/queries.ts'
import type { Availability, Page } from '../../api/types.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { FormModal } from '../people/FormModal.tsx'
import './custody.css'
import { OneFile } from './Pictures.tsx'
import { RangeFields, rangeInput } from './Ranges.tsx'
import { custodyTexts } from './texts.ts'
import type { VoidRow } from './types.ts'
import { ActBy, FileLink, Numbers, useCustodyWords } from './words.tsx'

/** The list of voids: stamped, pictured, with a reason; and the way to have them destroyed. */
export function VoidsPage() {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const { number, dateTime } = useFormats()
  const list = useList<VoidRow, Page<VoidRow> & { availability: Availability }>('custody/voids', {}, 'before')
  const [open, setOpen] = useState<'void' | 'ask' | null>(null)
  const availability = list.first?.availability
  const stateOf = (one: VoidRow) => (one.destruction ? t.destructionStates[one.destruction] : t.places.void)
  const columns: TableColumnsType<VoidRow> = [
    { title: t.kind, key: 'kind', width: 150, render: (_, one) => words.kind(one.kind) },
    { title: t.numbers, key: 'numbers', width: 240, render: (_, one) => <Numbers range={one.range} /> },
    { title: t.count, key: 'count', width: 80, align: 'right', render: (_, one) => number(one.count) },
    {
      title: t.reason,
      key: 'reason',
      width: 200,
      render: (_, one) => (
        <div className="mb-wrap">
          {words.reason(one.reason)}
          {one.note && <div className="mb-soft">{one.note}</div>}
        </div>
      ),
    },
    {
      title: t.photo,
      key: 'photo',
      width: 110,
      render: (_, one) =>
        one.photo ? <FileLink file={one.photo}>{fill(t.seePhoto, { n: '' }).trim()}</FileLink> : '—',
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
      width: 150,
      render: (_, one) => (
        <span className={`mb-status mb-status-${one.destruction === 'destroyed' ? 'green' : 'amber'}`}>
          {stateOf(one)}
        </span>
      ),
    },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.voidList}</h1>
        <p>{t.voidsHint}</p>
      </div>
      <DataTable<VoidRow>
        title={t.voidList}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.id}
        emptyLabel={t.voidsEmpty}
        tools={
          <>
            <ActButton
              type="primary"
              availability={availability?.['custody.void']}
              onClick={() => setOpen('void')}
            >
              {t.voidBlanks}
            </ActButton>
            <ActButton availability={availability?.['custody.askDestruction']} onClick={() => setOpen('ask')}>
              {t.askDestruction}
            </ActButton>
          </>
        }
        proof={
          <Link className="mb-custody-link" to="/custody/destructions">
            {t.destructions}
          </Link>
        }
        csv={[
          { title: t.kind, value: (one) => words.kind(one.kind) },
          { title: t.numbers, value: (one) => one.range },
          { title: t.count, value: (one) => one.count },
          { title: t.reason, value: (one) => words.reason(one.reason) },
          { title: t.note, value: (one) => one.note },
          { title: t.by, value: (one) => one.person },
          { title: t.at, value: (one) => dateTime(one.at) },
          { title: t.state, value: stateOf },
        ]}
      />
      {open === 'void' && <VoidForm onClose={() => setOpen(null)} />}
      {open === 'ask' && <AskForm onClose={() => setOpen(null)} />}
    </>
  )
}

function useKinds() {
  const words = useCustodyWords()
  return (['certificate', 'proof'] as const).map((kind) => ({ value: kind, label: words.kind(kind) }))
}

function VoidForm({ onClose }: { onClose: () => void }) {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const kinds = useKinds()
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  // Damage found on delivery is entered where the delivery is counted, a certificate taken back where the new one is handed out.
  const reasons = Object.keys(t.reasons).filter(
    (reason) => !['damaged_on_delivery', 'taken_back'].includes(reason),
  )
  return (
    <FormModal<{ kind: string; first: string; last?: string; reason: string; photo: string; note?: string }>
      title={t.voidBlanks}
      type="custody.void"
      done={t.voided}
      initial={{ kind: 'certificate' }}
      input={({ kind, reason, photo, note, ...range }) => ({
        kind,
        ...rangeInput(range),
        reason,
        photo,
        ...(note ? { note } : {}),
      })}
      onClose={onClose}
    >
      <Form.Item name="kind" label={t.kind} rules={needed(t.kind)}>
        <Select options={kinds} />
      </Form.Item>
      <RangeFields />
      <Form.Item name="reason" label={t.reason} rules={needed(t.reason)}>
        <Select options={reasons.map((value) => ({ value, label: words.reason(value) }))} />
      </Form.Item>
      <Form.Item name="photo" label={t.stampPhoto} rules={needed(t.stampPhoto)}>
        <OneFile label={t.stampPhoto} />
      </Form.Item>
      <Form.Item name="note" label={t.note}>
        <Input maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}

function AskForm({ onClose }: { onClose: () => void }) {
  const t = useTexts(custodyTexts)
  const kinds = useKinds()
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  return (
    <FormModal<{ kind: string; note: string }>
      title={t.askDestruction}
      hint={t.askHint}
      type="custody.askDestruction"
      confirmed={false}
      done={t.asked}
      initial={{ kind: 'certificate' }}
      input={(values) => values}
      onClose={onClose}
    >
      <Form.Item name="kind" label={t.kind} rules={needed(t.kind)}>
        <Select options={kinds} />
      </Form.Item>
      <Form.Item name="note" label={t.request} rules={needed(t.request)}>
        <Input.TextArea rows={2} maxLength={500} showCount />
      </Form.Item>
    </FormModal>
  )
}
