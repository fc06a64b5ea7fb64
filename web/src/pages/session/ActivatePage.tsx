import { Link } from '@tanstack/react-router'
import { Button, Result } from 'antd'
import { useState } from 'react'
import { useAct } from '../../api/useAct.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Cover } from './Cover.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { sessionTexts } from './texts.ts'

const nothing: never[] = []

/**
 * 激活账号: the first password, or a new one after a reset, for a ticket handed over in person. Signed in with it, one is asked
 * for the first device by the frame.
 */
export function ActivatePage() {
  const t = useTexts(sessionTexts)
  const [set, setSet] = useState(false)
  const signIn = useAct<{ username: string; password: string }, unknown>('session.signIn', {
    refresh: nothing,
  })
  const enter = async (given: { username: string; password: string }) => {
    const outcome = await signIn.perform(given)
    if (outcome.ok) window.location.assign('/')
    else setSet(true)
  }
  return (
    <Cover title={t.activateTitle}>
      {set ? (
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
          <PasswordForm withTicket onDone={(given) => void enter(given)} />
          <Link to="/sign-in">{t.backToSignIn}</Link>
        </>
      )}
    </Cover>
  )
}
