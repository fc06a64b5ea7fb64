import { Link } from '@tanstack/react-router'
import { Button, Checkbox, Form, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { useWords } from '../access/words.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { windowTexts } from './texts.ts'
import type { Clause, OpenTurn } from './types.ts'

/** The turn that runs, or that closing time ended and whose report is owed: cases to sign, problems, signing out. */
export function OpenTurnPanel({ turn, clauses }: { turn: OpenTurn; clauses: readonly Clause[] }) {
  const t = useTexts(windowTexts)
  const pick = usePick()
  const words = useWords()
  const { dateTime } = useFormats()
  const sign = useAct<object, unknown>('case.signAtWindow', { confirmed: true })
  const [open, setOpen] = useState<'raise' | 'out' | null>(null)
  const facts = {
    post: words.duty(turn.duty),
    no: turn.windowNo,
    time: dateTime(turn.began),
    minutes: turn.minutes,
  }
  return (
    <section className="mb-panel mb-access-form" aria-labelledby="window-turn">
      <h2 id="window-turn">{t.running}</h2>
      <p>{fill(turn.ended ? t.endedIs : t.runningIs, facts)}</p>
      {sign.refusal && <RefusalAlert refusal={sign.refusal} onClose={sign.clear} />}
      <h3>{t.cases}</h3>
      {turn.cases.length === 0 && <p className="mb-soft">{t.noCases}</p>}
      <ul>
        {turn.cases.map((one) => (
          <li key={one.caseId}>
            {one.number} {one.location} · {t.handledBy} {one.handledBy} ·{' '}
            {one.signedAt ? (
              <span className="mb-status mb-status-green">
                {t.signature} {dateTime(one.signedAt)}
              </span>
            ) : (
              one.open && (
                <Button
                  size="small"
                  type="primary"
                  loading={sign.pending}
                  onClick={() =>
                    void sign.perform(
                      { district: turn.district, caseId: one.caseId },
                      `${one.number} ${one.location}`,
                    )
                  }
                >
                  {t.sign}
                </Button>
              )
            )}
          </li>
        ))}
      </ul>
      <h3>{t.problems}</h3>
      {turn.problems.length === 0 && <p className="mb-soft">{t.noProblems}</p>}
      <ul>
        {turn.problems.map((one) => (
          <li key={one.id}>
            <span className="mb-clause">{one.clause}</span>{' '}
            <Link to="/findings/$id" params={{ id: one.id }}>
              {pick(one.summary)}
            </Link>
          </li>
        ))}
      </ul>
      <ActButton availability={turn.availability['window.raise']} onClick={() => setOpen('raise')}>
        {t.raise}
      </ActButton>{' '}
      <ActButton
        type="primary"
        availability={turn.availability['window.signOut']}
        onClick={() => setOpen('out')}
      >
        {t.signOut}
      </ActButton>
      {open === 'raise' && <RaiseModal turn={turn} clauses={clauses} onClose={() => setOpen(null)} />}
      {open === 'out' && <SignOutModal turn={turn} onClose={() => setOpen(null)} />}
    </section>
  )
}

interface Raised {
  clause: string
  severity: string
  what: string
}
interface Stated {
  dress: boolean
  hours: boolean
  procedure: boolean
  note?: string
  none?: boolean
}

const useNeeded = () => {
  const t = useTexts(windowTexts)
  return (field: string) => [{ required: true, message: fill(t.required, { field }) }]
}

function RaiseModal({
  turn,
  clauses,
  onClose,
}: {
  turn: OpenTurn
  clauses: readonly Clause[]
  onClose: () => void
}) {
  const t = useTexts(windowTexts)
  const pick = usePick()
  const needed = useNeeded()
  return (
    <FormModal<Raised>
      title={t.raise}
      type="window.raise"
      confirmed={false}
      input={(values) => ({ district: turn.district, turnId: turn.id, ...values })}
      initial={{ severity: 'medium' }}
      done={t.raise}
      onClose={onClose}
    >
      <Form.Item name="clause" label={t.clause} rules={needed(t.clause)}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={clauses.map((one) => ({ value: one.id, label: `${one.id} ${pick(one.title)}` }))}
        />
      </Form.Item>
      <Form.Item name="severity" label={t.severity} rules={needed(t.severity)}>
        <Select
          options={(['high', 'medium', 'low'] as const).map((one) => ({
            value: one,
            label: t.severities[one],
          }))}
        />
      </Form.Item>
      <Form.Item name="what" label={t.problem} rules={needed(t.problem)}>
        <Input.TextArea rows={3} maxLength={400} />
      </Form.Item>
    </FormModal>
  )
}

function SignOutModal({ turn, onClose }: { turn: OpenTurn; onClose: () => void }) {
  const t = useTexts(windowTexts)
  const needed = useNeeded()
  const answer = (
    <Radio.Group
      options={[
        { value: true, label: t.yes },
        { value: false, label: t.no },
      ]}
    />
  )
  return (
    <FormModal<Stated>
      title={t.signOutTitle}
      type="window.signOut"
      confirmed={false}
      input={({ none, note, ...checked }) => ({
        district: turn.district,
        turnId: turn.id,
        ...checked,
        ...(note ? { note } : {}),
        noneSeen: none === true,
      })}
      done={t.signOut}
      onClose={onClose}
    >
      {(['dress', 'hours', 'procedure'] as const).map((one) => (
        <Form.Item key={one} name={one} label={t[one]} rules={needed(t[one])}>
          {answer}
        </Form.Item>
      ))}
      <Form.Item name="note" label={t.note}>
        <Input maxLength={500} />
      </Form.Item>
      {turn.problems.length > 0 ? (
        <p>{fill(t.seenCount, { n: turn.problems.length })}</p>
      ) : (
        <Form.Item name="none" valuePropName="checked">
          <Checkbox>{t.noneSeen}</Checkbox>
        </Form.Item>
      )}
    </FormModal>
  )
}
