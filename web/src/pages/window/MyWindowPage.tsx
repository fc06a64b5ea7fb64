import { Link } from '@tanstack/react-router'
import { Button, Form, Input, InputNumber, Select } from 'antd'
import { useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import '../access/access.css'
import { useWords } from '../access/words.tsx'
import { OpenTurnPanel } from './OpenTurnPanel.tsx'
import { TurnsTable } from './TurnsTable.tsx'
import { windowTexts } from './texts.ts'
import type { Mine } from './types.ts'

const colour = {
  done: 'green',
  done_late: 'amber',
  pending: 'grey',
  soon: 'amber',
  overdue: 'red',
  lapsed: 'grey',
} as const

/** 我的坐班: what one owes, signing in and out, cases to sign, problems, and the turns before. */
export function MyWindowPage() {
  const t = useTexts(windowTexts)
  const pick = usePick()
  const { date } = useFormats()
  const { data, isPending } = useApi<Mine>('window/mine')
  const span = (from = '', to = '') => `${from.slice(0, 5)}–${to.slice(0, 5)}`
  const hours = data?.hours
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.mine}</h1>
        {hours && (
          <p>
            {fill(t.mineHint, {
              am: span(hours.amFrom, hours.amTo),
              pm: span(hours.pmFrom, hours.pmTo),
              half: hours.halfMinutes,
            })}
          </p>
        )}
      </div>
      {data?.turn && <OpenTurnPanel turn={data.turn} clauses={data.clauses} />}
      {data && !data.turn && data.offices.length > 0 && <SignInForm offices={data.offices} />}
      <section className="mb-panel mb-access-form" aria-labelledby="window-dues">
        <h2 id="window-dues">{t.dues}</h2>
        {data?.dues.length === 0 && <p className="mb-soft">{t.noDues}</p>}
        <ul>
          {data?.dues.map((one) => (
            <li key={`${one.kind} ${one.from}`}>
              {pick(one.title)} · {t.due} {date(one.dueAt)}{' '}
              <span className={`mb-status mb-status-${colour[one.state]}`}>{t.states[one.state]}</span>
            </li>
          ))}
        </ul>
      </section>
      <div className="mb-below">
        <TurnsTable rows={data?.turns ?? []} loading={isPending} />
      </div>
    </>
  )
}

interface Arrival {
  district: string
  windowNo: number
  need?: string
}

function SignInForm({ offices }: { offices: readonly string[] }) {
  const t = useTexts(windowTexts)
  const words = useWords()
  const act = useAct<object, unknown>('window.signIn')
  const needed = (field: string) => [{ required: true, message: fill(t.required, { field }) }]
  const send = ({ need, ...rest }: Arrival) => void act.perform(need ? { ...rest, need } : rest)
  return (
    <section className="mb-panel mb-access-form" aria-labelledby="window-sign-in">
      <h2 id="window-sign-in">{t.signIn}</h2>
      <p className="mb-soft">
        {t.signInHint} <Link to="/duty/temporary">{t.toTemporary}</Link>
      </p>
      <EntryForm<Arrival>
        className="mb-access-fields"
        initialValues={{ district: offices[0]!, windowNo: 1 }}
        onSubmit={send}
        refusal={act.refusal}
        onRefusalClose={act.clear}
      >
        <Form.Item name="district" label={t.office} rules={needed(t.office)}>
          <Select options={offices.map((one) => ({ value: one, label: words.office(one) }))} />
        </Form.Item>
        <Form.Item name="windowNo" label={t.windowNo} rules={needed(t.windowNo)}>
          <InputNumber min={1} max={99} precision={0} />
        </Form.Item>
        <Form.Item name="need" label={t.need}>
          <Input maxLength={200} />
        </Form.Item>
        <div className="mb-access-wide">
          <Button type="primary" htmlType="submit" loading={act.pending}>
            {t.signIn}
          </Button>
        </div>
      </EntryForm>
    </section>
  )
}
