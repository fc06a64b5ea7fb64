import { Alert } from 'antd'
import { useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import './session.css'
import { sessionTexts } from './texts.ts'

/** 修改密码, of one's own account, at any time. */
export function PasswordPage() {
  const t = useTexts(sessionTexts)
  const [done, setDone] = useState(0)
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.passwordPage}</h1>
        <p>{t.passwordPageHint}</p>
      </div>
      <div className="mb-narrow">
        {done > 0 && <Alert type="success" showIcon role="status" title={t.changed} />}
        <PasswordForm key={done} onDone={() => setDone(done + 1)} />
      </div>
    </>
  )
}
