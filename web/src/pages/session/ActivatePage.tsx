import { Link } from '@tanstack/react-router'
import { Button, Result } from 'antd'
import { useState } from 'react'
import { useAct } from '../../api/useAct.ts'
import { LanguageSwitch } from '../../app/LanguageSwitch.tsx'
import { Seal } from '../../app/Seal.tsx'
import { useTexts } from '../../i18n/language.tsx'
import { FirstDevice } from '../account/FirstDevice.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import './session.css'
import { sessionTexts } from './texts.ts'

type Step = 'password' | 'device' | 'done'
const nothing: never[] = []

/** 激活账号: the first password, or a new one after a reset, for a ticket handed over in person; then the first device. */
export function ActivatePage() {
  const t = useTexts(sessionTexts)
  const [step, setStep] = useState<Step>('password')
  const signIn = useAct<{ username: string; password: string }, unknown>('session.signIn', {
    refresh: nothing,
  })
  const enter = async (set: { username: string; password: string }) => {
    const outcome = await signIn.perform(set)
    setStep(outcome.ok ? 'device' : 'done')
  }
  return (
    <main className="mb-cover">
      <div className="mb-cover-top">
        <span className="mb-cover-brand">
          <Seal size={28} /> {t.product}
        </span>
        <LanguageSwitch />
      </div>
      <section className="mb-cover-box" aria-labelledby="activate-title">
        <h1 id="activate-title">{t.activateTitle}</h1>
        {step === 'device' && <FirstDevice onDone={() => window.location.assign('/')} />}
        {step === 'done' && (
          <Result
            status="success"
            title={t.activated}
            extra={
              <Button type="primary" autoFocus href="/sign-in">
                {t.signInAgain}
              </Button>
            }
          />
        )}
        {step === 'password' && (
          <>
            <p>{t.activateBody}</p>
            <PasswordForm withTicket onDone={(set) => void enter(set)} />
            <Link to="/sign-in">{t.backToSignIn}</Link>
          </>
        )}
      </section>
    </main>
  )
}
