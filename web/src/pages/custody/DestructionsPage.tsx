import { Form, Input, Radio, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asTable, useList, useSession } from '../../api/queries.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { FormModal } from '../people/FormModal.tsx'
import './custody.css'
import { ManyFiles, OneFile } from './Pictures.tsx'
import { custodyTexts } from './texts.ts'
import type { DestructionRow } from './types.ts'
import { FileLink, Numbers, useCustodyWords } from './words.tsx'

const colours: Record<DestructionRow['state'], string> = {
  asked: 'amber',
  approved: 'amber',
  witnessed: 'amber',
  destroyed: 'green',
  rejected: 'grey',
}

/** Lists to be destroyed: asked for, approved by the bureau, witnessed by two. Everybody sees them, because anybody may be a witness. */
export function DestructionsPage() {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const { number, dateTime } = useFormats()
  const isCity = useSession().data?.district.id === 'city'
  const list = useList<DestructionRow>('custody/destructions', {}, 'before')
  const [open, setOpen] = useState<{ act: 'decide' | 'witness'; row: DestructionRow } | null>(null)
  const steps = (one: DestructionRow): [said: string, at: string | null][] => [
    [fill(t.askedBy, { who: one.person }), one.at],
    ...(one.decider
      ? ([
          [
            fill(one.state === 'rejected' ? t.rejectedBy : t.approvedBy, {
              who: one.decider,
              no: one.decisionNo ?? '',
            }),
            one.decidedAt,
          ],
        ] as [string, string | null][])
      : []),
    ...(one.witness1Name
      ? ([[fill(t.witnessedBy, { who: one.witness1Name }), one.witnessed1At]] as [string, string | null][])
      : []),
    ...(one.witness2Name
      ? ([[fill(t.witnessedBy, { who: one.witness2Name }), one.witnessed2At]] as [string, string | null][])
      : []),
  ]
  const columns: TableColumnsType<DestructionRow> = [
    {
      title: t.kind,
      key: 'kind',
      width: 150,
      render: (_, one) => (
        <>
          <b>{words.kind(one.kind)}</b>
          {isCity && <div className="mb-soft">{words.office(one.district)}</div>}
          <div className="mb-wrap mb-soft">{one.note}</div>
        </>
      ),
    },
    {
      title: t.numbers,
      key: 'numbers',
      width: 250,
      render: (_, one) =>
        one.ranges.map((range) => (
          <div key={range}>
            {isCity || one.kind === 'seal' ? (
              <span className="mb-code">{range}</span>
            ) : (
              <Numbers range={range} />
            )}
          </div>
        )),
    },
    { title: t.count, key: 'count', width: 80, align: 'right', render: (_, one) => number(one.count) },
    {
      title: t.chain,
      key: 'chain',
      width: 300,
      render: (_, one) => (
        <div className="mb-wrap">
          {steps(one).map(([said, at]) => (
            <div key={said}>
              {said} <span className="mb-soft">{at && dateTime(at)}</span>
            </div>
          ))}
        </div>
      ),
    },
    {
      title: t.evidence,
      key: 'evidence',
      width: 120,
      render: (_, one) => (
        <>
          {one.minutes && (
            <div>
              <FileLink file={one.minutes}>{t.minutes}</FileLink>
            </div>
          )}
          {one.photos.map((file, i) => (
            <div key={file}>
              <FileLink file={file}>{fill(t.seePhoto, { n: i + 1 })}</FileLink>
            </div>
          ))}
        </>
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 130,
      render: (_, one) => (
        <span className={`mb-status mb-status-${colours[one.state]}`}>{t.destructionStates[one.state]}</span>
      ),
    },
    {
      title: t.actions,
      key: 'acts',
      width: 120,
      render: (_, one) => {
        if (one.state === 'asked')
          return (
            <ActButton
              size="small"
              {...(isCity ? { type: 'primary' as const } : {})}
              availability={one.availability['custody.decideDestruction']}
              onClick={() => setOpen({ act: 'decide', row: one })}
            >
              {t.decide}
            </ActButton>
          )
        if (one.state !== 'approved' && one.state !== 'witnessed') return null
        return (
          !isCity && (
            <ActButton
              size="small"
              type="primary"
              availability={one.availability['custody.witness']}
              onClick={() => setOpen({ act: 'witness', row: one })}
            >
              {t.witness}
            </ActButton>
          )
        )
      },
    },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.destructions}</h1>
        <p>{t.destructionsHint}</p>
      </div>
      <DataTable<DestructionRow>
        title={t.destructions}
        columns={columns}
        {...asTable(list)}
        rowKey={(one) => one.id}
        emptyLabel={t.destructionsEmpty}
        csv={[
          { title: t.office, value: (one) => words.office(one.district) },
          { title: t.kind, value: (one) => words.kind(one.kind) },
          { title: t.numbers, value: (one) => one.ranges.join('；') },
          { title: t.count, value: (one) => one.count },
          {
            title: t.chain,
            value: (one) =>
              steps(one)
                .map(([said]) => said)
                .join('；'),
          },
          { title: t.decisionNo, value: (one) => one.decisionNo },
          { title: t.state, value: (one) => t.destructionStates[one.state] },
        ]}
      />
      {open?.act === 'decide' && <Decide row={open.row} onClose={() => setOpen(null)} />}
      {open?.act === 'witness' && <Witness row={open.row} onClose={() => setOpen(null)} />}
    </>
  )
}

function Decide({ row, onClose }: { row: DestructionRow; onClose: () => void }) {
  const t = useTexts(custodyTexts)
  const words = useCustodyWords()
  const { number } = useFormats()
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  return (
    <FormModal<{ approve: boolean; decisionNo: string }>
      title={t.decide}
      hint={fill(t.decideHint, {
        office: words.office(row.district),
        kind: words.kind(row.kind),
        count: number(row.count),
      })}
      type="custody.decideDestruction"
      done={t.decided}
      input={(values) => ({ district: row.district, destructionId: row.id, ...values })}
      onClose={onClose}
    >
      <Form.Item name="approve" label={t.decision} rules={needed(t.decision)}>
        <Radio.Group
          options={[
            { value: true, label: t.approve },
            { value: false, label: t.reject },
          ]}
        />
      </Form.Item>
      <Form.Item name="decisionNo" label={t.decisionNo} rules={needed(t.decisionNo)}>
        <Input maxLength={60} />
      </Form.Item>
    </FormModal>
  )
}

function Witness({ row, onClose }: { row: DestructionRow; onClose: () => void }) {
  const t = useTexts(custodyTexts)
  const { number } = useFormats()
  const first = row.state === 'approved'
  const needed = (field: string) => [{ required: first, message: fill(t.needed, { field }) }]
  return (
    <FormModal<{ minutes?: string; photos?: string[] }>
      title={t.witness}
      hint={first ? t.witnessFirst : fill(t.witnessSecond, { count: number(row.count) })}
      type="custody.witness"
      done={t.witnessed}
      input={({ minutes, photos }) => ({
        destructionId: row.id,
        ...(minutes ? { minutes } : {}),
        ...(photos?.length ? { photos } : {}),
      })}
      onClose={onClose}
    >
      {first && (
        <Form.Item name="minutes" label={t.minutes} rules={needed(t.minutes)}>
          <OneFile label={t.minutes} accept={['pdf', 'png', 'jpeg']} />
        </Form.Item>
      )}
      <Form.Item name="photos" label={t.photos} rules={needed(t.photos)}>
        <ManyFiles label={t.photos} />
      </Form.Item>
    </FormModal>
  )
}
