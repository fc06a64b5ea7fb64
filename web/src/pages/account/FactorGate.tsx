import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import { forgetEverything, sessionKey } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useTexts } from '../../i18n/language.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import './account.css'
import { accountTexts } from './texts.ts'

const nothing: never[] = []

/** The second half of a sign-in: until a device confirms it the session opens nothing. Asked at once, and again on demand. */
export function FactorGate() {
  const t = useTexts(accountTexts)
  const queries = useQueryClient()
  const confirm = useAct<Record<string, never>, unknown>('factor.confirm', {
    confirmed: true,
    refresh: nothing,
  })
  const signOut = useAct<Record<string, never>, unknown>('session.signOut', { refresh: nothing })
  const ask = async () => {
    const outcome = await confirm.perform({})
    if (outcome.ok) await queries.invalidateQueries({ queryKey: sessionKey })
  }
  const leave = async () => {
    await signOut.perform({})
    forgetEverything(queries)
  }
  const asked = useRef(false)
  useEffect(() => {
    // Once by itself; whoever goes back from it decides when to try again.
    if (asked.current) return
    asked.current = true
    void ask()
  })
  return (
    <main className="mb-gate">
      <h1>{t.gateTitle}</h1>
      <p>{t.gateHint}</p>
      {confirm.refusal && <RefusalAlert refusal={confirm.refusal} />}
      <Button type="primary" size="large" loading={confirm.pending} onClick={() => void ask()}>
        {t.gateConfirm}
      </Button>
      <Button type="text" onClick={() => void leave()}>
        {t.gateLeave}
      </Button>
    </main>
  )
}
