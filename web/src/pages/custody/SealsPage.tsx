import { Link } from '@tanstack/react-router'
import { App, Form, Input, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import type { Availability } from '../../api/types.ts'
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
import { ApproveHandover, DestroySeal, RegisterSeal, RetireSeal } from './SealForms.tsx'
import { Closings, Handovers } from './SealLists.tsx'
import { sealTexts } from './sealTexts.ts'
import { ActProof, FileLink } from './words.tsx'

export interface SealRow {
  no: number
  kind: keyof typeof sealTexts.zh.kinds
  name: string
  number: string
  keeperId: string
  keeper: string
  position: string
  image: string
  state: 'active' | 'retired' | 'destroyed'
  /** Used by the system, in no hand. */
  electronic: boolean
  /** Since when its keeper has it locked. */
  lockedAt: string | null
  /** Out while whoever has it is not at work. */
  unattended: boolean
  replaces: number | null
  replacedBy: number | null
  destructionAsked: boolean
  sealPlace: string | null
  with: string | null
  since: string | null
  usesToday: number
  actId: string
  availability: Availability
}
export interface HandoverRow {
  id: string
  sealNo: number
  name: string
  from: string
  to: string
  reason: string
  state: 'approved' | 'given' | 'taken' | 'cancelled'
  approvedBy: string
  at: string
  takenAt: string | null
  endedAt: string | null
  endReason: string | null
  actId: string
  availability: Availability
}
export interface ClosingRow {
  day: string
  inside: number
  outside: number
  note: string | null
  person: string
  at: string
  actId: string
}
export interface SealBoard {
  seals: SealRow[]
  handovers: HandoverRow[]
  closings: ClosingRow[]
  people: { id: string; name: string }[]
  availability: Availability
}

/** The seals of the office: in the safe, or out with whom since when; how they pass on, and the days that were closed. */
export function SealsPage() {
  const t = useTexts(sealTexts)
  const asked = useApi<SealBoard>('custody/seals')
  const refused = asRefused(asked.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void asked.refetch()} fullPage />
  if (!asked.data) return <LoadingState label={t.loading} fullPage />
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.seals}</h1>
        <p>{t.hint}</p>
      </div>
      <Board board={asked.data} />
      <div className="mb-person-section">
        <Handovers rows={asked.data.handovers} />
      </div>
      <div className="mb-person-section">
        <Closings rows={asked.data.closings} />
      </div>
    </>
  )
}

function Board({ board }: { board: SealBoard }) {
  const t = useTexts(sealTexts)
  const { dateTime, number } = useFormats()
  const { message } = App.useApp()
  const [open, setOpen] = useState<
    { act: 'register' | 'close' } | { act: 'approve' | 'retire' | 'destroy'; seal: SealRow } | null
  >(null)
  const takeOut = useAct<object, unknown>('custody.takeOutSeal')
  const putBack = useAct<object, unknown>('custody.putBackSeal')
  const lock = useAct<object, unknown>('custody.lockSeal')
  const unlock = useAct<object, unknown>('custody.unlockSeal', { confirmed: true, about: t.unlock })
  const run = (act: typeof takeOut, no: number, said: string) =>
    void act.perform({ no }).then((outcome) => outcome.ok && message.success(said))
  const whereOf = (one: SealRow) =>
    one.state !== 'active'
      ? one.destructionAsked
        ? t.toBeDestroyed
        : t[one.state]
      : one.electronic
        ? t.inSystem
        : one.sealPlace === 'store'
          ? t.inSafe
          : one.with
            ? fill(t.outWith, { who: one.with })
            : t.missing
  const colourOf = (one: SealRow) =>
    one.state !== 'active'
      ? 'grey'
      : one.unattended
        ? 'red'
        : one.electronic || one.sealPlace === 'store'
          ? 'green'
          : 'amber'
  const columns: TableColumnsType<SealRow> = [
    { title: t.no, key: 'no', width: 60, align: 'right', render: (_, one) => one.no },
    {
      title: t.seal,
      key: 'seal',
      width: 250,
      render: (_, one) => (
        <div className="mb-wrap">
          <b>{t.kinds[one.kind]}</b>
          <div>{one.name}</div>
          <div>
            <ActProof actId={one.actId}>{one.number}</ActProof>
            {'　'}
            <FileLink file={one.image}>{t.image}</FileLink>
          </div>
        </div>
      ),
    },
    {
      title: t.keeper,
      key: 'keeper',
      width: 150,
      render: (_, one) => (
        <div className="mb-wrap">
          {one.keeper}
          <div className="mb-soft">{one.position}</div>
        </div>
      ),
    },
    {
      title: t.where,
      key: 'where',
      width: 170,
      render: (_, one) => (
        <>
          <span className={`mb-status mb-status-${colourOf(one)}`}>{whereOf(one)}</span>
          {one.since && <div className="mb-soft">{fill(t.since, { at: dateTime(one.since) })}</div>}
          {one.state === 'active' && one.lockedAt && (
            <span className="mb-status mb-status-amber">
              {fill(t.lockedSince, { at: dateTime(one.lockedAt) })}
            </span>
          )}
          {one.unattended && <span className="mb-status mb-status-red">{t.unattended}</span>}
          {one.replaces !== null && <div className="mb-soft">{fill(t.replacesNo, { no: one.replaces })}</div>}
          {one.replacedBy !== null && (
            <div className="mb-soft">{fill(t.replacedByNo, { no: one.replacedBy })}</div>
          )}
        </>
      ),
    },
    { title: t.uses, key: 'uses', width: 90, align: 'right', render: (_, one) => number(one.usesToday) },
    {
      title: t.actions,
      key: 'acts',
      width: 250,
      render: (_, one) =>
        one.state === 'retired' ? (
          !one.destructionAsked && (
            <ActButton
              size="small"
              availability={one.availability['custody.askSealDestruction']}
              onClick={() => setOpen({ act: 'destroy', seal: one })}
            >
              {t.askDestruction}
            </ActButton>
          )
        ) : one.state === 'active' ? (
          <div className="mb-custody-acts">
            {one.sealPlace === 'store' || one.electronic ? (
              <ActButton
                size="small"
                type="primary"
                availability={one.availability['custody.takeOutSeal']}
                pending={takeOut.pending}
                onClick={() => run(takeOut, one.no, t.tookOut)}
              >
                {t.takeOut}
              </ActButton>
            ) : (
              <ActButton
                size="small"
                type="primary"
                availability={one.availability['custody.putBackSeal']}
                pending={putBack.pending}
                onClick={() => run(putBack, one.no, t.putItBack)}
              >
                {t.putBack}
              </ActButton>
            )}
            <ActButton
              size="small"
              availability={one.availability['custody.approveSealHandover']}
              onClick={() => setOpen({ act: 'approve', seal: one })}
            >
              {t.approveHandover}
            </ActButton>
            <ActButton
              size="small"
              availability={one.availability['custody.retireSeal']}
              onClick={() => setOpen({ act: 'retire', seal: one })}
            >
              {t.retire}
            </ActButton>
            {one.lockedAt ? (
              <ActButton
                size="small"
                type="primary"
                availability={one.availability['custody.unlockSeal']}
                pending={unlock.pending}
                onClick={() => run(unlock, one.no, t.unlocked)}
              >
                {t.unlock}
              </ActButton>
            ) : (
              <ActButton
                size="small"
                availability={one.availability['custody.lockSeal']}
                pending={lock.pending}
                onClick={() => run(lock, one.no, t.locked)}
              >
                {t.lock}
              </ActButton>
            )}
            <ActButton
              size="small"
              availability={one.availability['custody.takeSealOutside']}
              onClick={() => undefined}
            >
              {t.outside}
            </ActButton>
          </div>
        ) : null,
    },
  ]
  const refusal = takeOut.refusal ?? putBack.refusal ?? lock.refusal ?? unlock.refusal
  const close = () => setOpen(null)
  return (
    <>
      {refusal && (
        <RefusalAlert
          refusal={refusal}
          onClose={() => {
            takeOut.clear()
            putBack.clear()
            lock.clear()
            unlock.clear()
          }}
        />
      )}
      <DataTable<SealRow>
        title={t.seals}
        columns={columns}
        rows={board.seals}
        rowKey={(one) => String(one.no)}
        emptyLabel={t.empty}
        tools={
          <>
            <ActButton
              type="primary"
              availability={board.availability['custody.closeSeals']}
              onClick={() => setOpen({ act: 'close' })}
            >
              {t.close}
            </ActButton>
            <ActButton
              availability={board.availability['custody.registerSeal']}
              onClick={() => setOpen({ act: 'register' })}
            >
              {t.register}
            </ActButton>
          </>
        }
        proof={
          <Link className="mb-custody-link" to="/custody/book" search={{ kind: 'seal' }}>
            {t.book}
          </Link>
        }
        csv={[
          { title: t.no, value: (one) => one.no },
          { title: t.kind, value: (one) => t.kinds[one.kind] },
          { title: t.name, value: (one) => one.name },
          { title: t.number, value: (one) => one.number },
          { title: t.keeper, value: (one) => one.keeper },
          { title: t.position, value: (one) => one.position },
          { title: t.where, value: whereOf },
          { title: t.uses, value: (one) => one.usesToday },
        ]}
      />
      {open?.act === 'register' && <RegisterSeal people={board.people} seals={board.seals} onClose={close} />}
      {open?.act === 'close' && <CloseDay onClose={close} />}
      {open?.act === 'approve' && <ApproveHandover seal={open.seal} people={board.people} onClose={close} />}
      {open?.act === 'destroy' && <DestroySeal seal={open.seal} onClose={close} />}
      {open?.act === 'retire' && <RetireSeal seal={open.seal} onClose={close} />}
    </>
  )
}

function CloseDay({ onClose }: { onClose: () => void }) {
  const t = useTexts(sealTexts)
  return (
    <FormModal<{ note?: string }>
      title={t.close}
      hint={t.closeHint}
      type="custody.closeSeals"
      confirmed={false}
      done={({ outside }) => (outside === 0 ? t.closedAll : fill(t.closedSome, { outside: String(outside) }))}
      input={({ note }) => (note ? { note } : {})}
      onClose={onClose}
    >
      <Form.Item name="note" label={t.note}>
        <Input maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}
