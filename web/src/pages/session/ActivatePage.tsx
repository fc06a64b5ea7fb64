import { Link } from '@tanstack/react-router'
import { Button, Result } from 'antd'
import { useState } from 'react'
import { LanguageSwitch } from '../../app/LanguageSwitch.tsx'
import { Seal } from '../../app/Seal.tsx'
import { useTexts } from '../../i18n/language.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import './session.css'
import { sessionTexts } from './texts.ts'

/** 激活账号: the first password, or a new one after a reset, for a ticket handed over in person. */
export function ActivatePage() {
  const t = useTexts(sessionTexts)
  const [done, setDone] = useState(false)
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
        {done ? (
          <Result
            status="success"
            title={t.activated}
            extra={
              <Button type="primary" autoFocus href="/sign-in">
                {t.signInAgain}
              </Button>
            }
          />
        ) : (
          <>
            <p>{t.activateBody}</p>
            <PasswordForm withTicket onDone={() => setDone(true)} />
            <Link to="/sign-in">{t.backToSignIn}</Link>
          </>
        )}
      </section>
    </main>
  )
}
