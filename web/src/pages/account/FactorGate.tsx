import { SafetyOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import { useAct } from '../../api/useAct.ts'
import { useTexts } from '../../i18n/language.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { Cover } from '../session/Cover.tsx'
import { useWays } from '../session/useWays.ts'
import './account.css'
import { accountTexts } from './texts.ts'

const nothing: never[] = []

/** The second half of a sign-in: until a device confirms it the session opens nothing. Asked at once, and again on demand. */
export function FactorGate() {
  const t = useTexts(accountTexts)
  const ways = useWays()
  const confirm = useAct<Record<string, never>, unknown>('factor.confirm', {
    confirmed: true,
    refresh: nothing,
  })
  const ask = async () => {
    const outcome = await confirm.perform({})
    if (outcome.ok) await ways.on()
    else again.current?.focus()
  }
  const asked = useRef(false)
  const again = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // Once by itself; whoever goes back from it decides when to try again.
    if (asked.current) return
    asked.current = true
    void ask()
  })
  return (
    <Cover icon={<SafetyOutlined />} title={t.gateTitle}>
      <div className="mb-confirm">
        <p>{t.gateHint}</p>
        {confirm.refusal && <RefusalAlert refusal={confirm.refusal} />}
        <Button ref={again} type="primary" size="large" autoFocus onClick={() => void ask()}>
          {t.gateConfirm}
        </Button>
        <Button type="text" loading={ways.leaving} onClick={() => void ways.out()}>
          {t.gateLeave}
        </Button>
      </div>
    </Cover>
  )
}
