import { App, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { CancelHandover } from './SealForms.tsx'
import type { ClosingRow, HandoverRow } from './SealsPage.tsx'
import { sealTexts } from './sealTexts.ts'
import { ActProof } from './words.tsx'

/** Seals that pass from keeper to keeper: approved, given, taken. */
export function Handovers({ rows }: { rows: HandoverRow[] }) {
  const t = useTexts(sealTexts)
  const { dateTime } = useFormats()
  const { message } = App.useApp()
  const give = useAct<object, unknown>('custody.giveSeal')
  const take = useAct<object, unknown>('custody.takeSeal')
  const [off, setOff] = useState<HandoverRow | null>(null)
  const run = (act: typeof give, handoverId: string, said: string) =>
    void act.perform({ handoverId }).then((outcome) => outcome.ok && message.success(said))
  const columns: TableColumnsType<HandoverRow> = [
    { title: t.no, key: 'no', width: 60, align: 'right', render: (_, one) => one.sealNo },
    { title: t.seal, key: 'seal', width: 260, render: (_, one) => <div className="mb-wrap">{one.name}</div> },
    { title: t.from, key: 'from', width: 110, render: (_, one) => one.from },
    { title: t.to, key: 'to', width: 110, render: (_, one) => one.to },
    {
      title: t.approvedBy,
      key: 'approved',
      width: 200,
      render: (_, one) => (
        <div className="mb-wrap">
          {one.approvedBy} <ActProof actId={one.actId}>{dateTime(one.at)}</ActProof>
          <div className="mb-soft">{one.reason}</div>
        </div>
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 150,
      render: (_, one) => (
        <>
          <span
            className={`mb-status mb-status-${one.state === 'taken' ? 'green' : one.state === 'cancelled' ? 'grey' : 'amber'}`}
          >
            {t.states[one.state]}
          </span>
          <div className="mb-soft">{one.takenAt && dateTime(one.takenAt)}</div>
          {one.endedAt && (
            <div className="mb-soft mb-wrap">
              {dateTime(one.endedAt)} {one.endReason}
            </div>
          )}
        </>
      ),
    },
    {
      title: t.actions,
      key: 'acts',
      width: 160,
      render: (_, one) =>
        (one.state === 'approved' || one.state === 'given') && (
          <div className="mb-custody-acts">
            {one.state === 'approved' ? (
              <ActButton
                size="small"
                availability={one.availability['custody.giveSeal']}
                pending={give.pending}
                onClick={() => run(give, one.id, t.given)}
              >
                {t.give}
              </ActButton>
            ) : (
              <ActButton
                size="small"
                type="primary"
                availability={one.availability['custody.takeSeal']}
                pending={take.pending}
                onClick={() => run(take, one.id, t.taken)}
              >
                {t.take}
              </ActButton>
            )}
            <ActButton
              size="small"
              availability={one.availability['custody.cancelSealHandover']}
              onClick={() => setOff(one)}
            >
              {t.cancel}
            </ActButton>
          </div>
        ),
    },
  ]
  const refusal = give.refusal ?? take.refusal
  return (
    <>
      {refusal && (
        <RefusalAlert
          refusal={refusal}
          onClose={() => {
            give.clear()
            take.clear()
          }}
        />
      )}
      <DataTable<HandoverRow>
        title={t.handovers}
        columns={columns}
        rows={rows}
        rowKey={(one) => one.id}
        emptyLabel={t.noHandovers}
        tools={<h2 className="mb-looks-heading">{t.handovers}</h2>}
        csv={[
          { title: t.no, value: (one) => one.sealNo },
          { title: t.name, value: (one) => one.name },
          { title: t.from, value: (one) => one.from },
          { title: t.to, value: (one) => one.to },
          { title: t.approvedBy, value: (one) => one.approvedBy },
          { title: t.reason, value: (one) => one.reason },
          { title: t.at, value: (one) => dateTime(one.at) },
          { title: t.state, value: (one) => t.states[one.state] },
        ]}
      />
      {off && <CancelHandover handover={off} onClose={() => setOff(null)} />}
    </>
  )
}

/** The last days, each with who looked and what was not in. */
export function Closings({ rows }: { rows: ClosingRow[] }) {
  const t = useTexts(sealTexts)
  const { dateTime, number } = useFormats()
  const columns: TableColumnsType<ClosingRow> = [
    { title: t.day, key: 'day', width: 120, render: (_, one) => one.day },
    { title: t.inside, key: 'in', width: 100, align: 'right', render: (_, one) => number(one.inside) },
    {
      title: t.notIn,
      key: 'out',
      width: 100,
      align: 'right',
      render: (_, one) => (
        <span className={`mb-status mb-status-${one.outside > 0 ? 'red' : 'green'}`}>
          {number(one.outside)}
        </span>
      ),
    },
    {
      title: t.by,
      key: 'by',
      width: 260,
      render: (_, one) => (
        <>
          {one.person} <ActProof actId={one.actId}>{dateTime(one.at)}</ActProof>
        </>
      ),
    },
    { title: t.note, key: 'note', width: 300, render: (_, one) => <div className="mb-wrap">{one.note}</div> },
  ]
  return (
    <DataTable<ClosingRow>
      title={t.closings}
      columns={columns}
      rows={rows}
      rowKey={(one) => one.day}
      emptyLabel={t.noClosings}
      tools={<h2 className="mb-looks-heading">{t.closings}</h2>}
      csv={[
        { title: t.day, value: (one) => one.day },
        { title: t.inside, value: (one) => one.inside },
        { title: t.notIn, value: (one) => one.outside },
        { title: t.by, value: (one) => one.person },
        { title: t.at, value: (one) => dateTime(one.at) },
        { title: t.note, value: (one) => one.note },
      ]}
    />
  )
}
