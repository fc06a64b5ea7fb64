import { App, Checkbox, Form, Input, InputNumber, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { ActBy } from '../custody/words.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { archiveTexts } from './texts.ts'
import type { LoanRow } from './types.ts'
import { FileNo } from './words.tsx'

type Asking = { act: 'decide' | 'handOut' | 'receive'; loan: LoanRow; approve?: boolean }

/** Loans with what may be done with each: approved by another, handed out, signed for, given back, counted again. */
export function Loans({ rows, title }: { rows: LoanRow[]; title: string }) {
  const t = useTexts(archiveTexts)
  const { message } = App.useApp()
  const [asking, setAsking] = useState<Asking | null>(null)
  const sign = useAct<object, { dueOn: string }>('archives.signForLoan')
  const giveBack = useAct<object, unknown>('archives.giveBack')
  const withdraw = useAct<object, unknown>('archives.withdrawLoan')
  const acts = [sign, giveBack, withdraw]
  const stateOf = (one: LoanRow) =>
    one.state === 'asked' && one.outside ? t.askedOutState : t.loanStates[one.state]
  const run = (act: typeof giveBack, one: LoanRow, said: string) =>
    void act.perform({ loanId: one.id }).then((outcome) => outcome.ok && message.success(said))
  const signFor = (one: LoanRow) =>
    void sign
      .perform({ loanId: one.id })
      .then((outcome) => outcome.ok && message.success(fill(t.signed, { due: outcome.result.dueOn })))
  const button = (one: LoanRow, type: string, label: string, onClick: () => void, primary = false) => (
    <ActButton
      key={label}
      size="small"
      {...(primary ? { type: 'primary' as const } : {})}
      availability={one.availability[type]}
      pending={acts.some(({ pending }) => pending)}
      onClick={onClick}
    >
      {label}
    </ActButton>
  )
  /** The steps that can be next from where a loan stands; whoever may not take one sees why. */
  const next = (one: LoanRow) => {
    const decide = (approve: boolean) => () => setAsking({ act: 'decide', loan: one, approve })
    const away = button(one, 'archives.withdrawLoan', t.withdraw, () => run(withdraw, one, t.withdrawn))
    const out = button(
      one,
      'archives.handOut',
      t.handOut,
      () => setAsking({ act: 'handOut', loan: one }),
      true,
    )
    switch (one.state) {
      case 'asked':
        return one.outside
          ? [
              button(one, 'archives.decideLoan', t.approve, decide(true), true),
              button(one, 'archives.decideLoan', t.reject, decide(false)),
              out,
              away,
            ]
          : [out, away]
      case 'approved':
        return [out, away]
      case 'handed':
        return [button(one, 'archives.signForLoan', t.sign, () => signFor(one), true), away]
      case 'out':
        return [button(one, 'archives.giveBack', t.giveBack, () => run(giveBack, one, t.gaveBack), true)]
      case 'returning':
        return [
          button(
            one,
            'archives.receiveBack',
            t.receive,
            () => setAsking({ act: 'receive', loan: one }),
            true,
          ),
        ]
      default:
        return []
    }
  }
  const columns: TableColumnsType<LoanRow> = [
    { title: t.number, key: 'file', width: 190, render: (_, one) => <FileNo number={one.file} /> },
    {
      title: t.borrower,
      key: 'borrower',
      width: 140,
      render: (_, one) => <ActBy who={one.borrower} actId={one.actId} at={one.at} />,
    },
    {
      title: t.purpose,
      key: 'purpose',
      width: 150,
      render: (_, one) => (
        <div className="mb-wrap">
          {one.purpose}
          <div className="mb-soft">{one.outside ? t.outOfRoom : t.inRoom}</div>
        </div>
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 125,
      render: (_, one) => (
        <>
          {stateOf(one)}
          {one.overdue && <div className="mb-status mb-status-red">{t.overdue}</div>}
        </>
      ),
    },
    { title: t.due, key: 'due', width: 95, render: (_, one) => one.dueOn ?? '—' },
    {
      title: t.pages,
      key: 'pages',
      width: 75,
      align: 'right',
      render: (_, one) =>
        one.pagesBack === null ? (one.pagesOut ?? one.pages) : `${one.pagesOut} → ${one.pagesBack}`,
    },
    {
      title: t.actions,
      key: 'acts',
      width: 230,
      render: (_, one) => <div className="mb-custody-acts">{next(one)}</div>,
    },
  ]
  const refused = acts.find((act) => act.refusal)
  const close = () => setAsking(null)
  return (
    <>
      {refused?.refusal && <RefusalAlert refusal={refused.refusal} onClose={refused.clear} />}
      <DataTable<LoanRow>
        title={title}
        columns={columns}
        rows={rows}
        rowKey={(one) => one.id}
        emptyLabel={t.loansEmpty}
        tools={<h2 className="mb-looks-heading">{title}</h2>}
        csv={[
          { title: t.number, value: (one) => one.file },
          { title: t.borrower, value: (one) => one.borrower },
          { title: t.purpose, value: (one) => one.purpose },
          { title: t.outside, value: (one) => (one.outside ? t.outOfRoom : t.inRoom) },
          { title: t.state, value: stateOf },
          { title: t.due, value: (one) => one.dueOn },
          { title: t.pages, value: (one) => one.pagesOut },
          { title: t.counted, value: (one) => one.pagesBack },
        ]}
      />
      {asking?.act === 'decide' && <Decide loan={asking.loan} approve={asking.approve!} onClose={close} />}
      {asking?.act === 'handOut' && <HandOut loan={asking.loan} onClose={close} />}
      {asking?.act === 'receive' && <Receive loan={asking.loan} onClose={close} />}
    </>
  )
}

interface Step {
  loan: LoanRow
  onClose: () => void
}

function Decide({ loan, approve, onClose }: Step & { approve: boolean }) {
  const t = useTexts(archiveTexts)
  return (
    <FormModal<{ note?: string }>
      title={`${approve ? t.approve : t.reject} · ${loan.file}`}
      hint={`${loan.borrower}：${loan.purpose}`}
      type="archives.decideLoan"
      confirmed={false}
      done={t.decided}
      input={({ note }) => ({ loanId: loan.id, approve, ...(note ? { note } : {}) })}
      onClose={onClose}
    >
      <Form.Item name="note" label={t.opinion}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}

/** Pages counted by hand; nothing is filled in, so that they are. */
export function Counted() {
  const t = useTexts(archiveTexts)
  return (
    <Form.Item
      name="pages"
      label={t.counted}
      rules={[{ required: true, message: fill(t.needed, { field: t.counted }) }]}
    >
      <InputNumber min={0} max={9999} precision={0} />
    </Form.Item>
  )
}

function HandOut({ loan, onClose }: Step) {
  const t = useTexts(archiveTexts)
  return (
    <FormModal<{ pages: number; condition?: string }>
      title={`${t.handOut} · ${loan.file}`}
      hint={t.handOutHint}
      type="archives.handOut"
      confirmed={false}
      done={t.handedOut}
      input={({ pages, condition }) => ({ loanId: loan.id, pages, ...(condition ? { condition } : {}) })}
      onClose={onClose}
    >
      <Counted />
      <Form.Item name="condition" label={t.condition}>
        <Input maxLength={200} />
      </Form.Item>
    </FormModal>
  )
}

function Receive({ loan, onClose }: Step) {
  const t = useTexts(archiveTexts)
  const { number } = useFormats()
  return (
    <FormModal<{ pages: number; damaged?: boolean; note?: string }>
      title={`${t.receive} · ${loan.file}`}
      hint={t.receiveHint}
      type="archives.receiveBack"
      confirmed={false}
      done={({ findings }) => {
        const count = (findings as string[]).length
        return count === 0 ? t.received : fill(t.receivedFault, { count: number(count) })
      }}
      input={({ pages, damaged = false, note }) => ({
        loanId: loan.id,
        pages,
        damaged,
        ...(note ? { note } : {}),
      })}
      onClose={onClose}
    >
      <Counted />
      <Form.Item name="damaged" valuePropName="checked">
        <Checkbox>{t.damaged}</Checkbox>
      </Form.Item>
      <Form.Item name="note" label={t.note}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}
