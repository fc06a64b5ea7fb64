import { KeyOutlined, MobileOutlined, SafetyOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { useState } from 'react'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { Cover } from '../session/Cover.tsx'
import { PasswordForm } from '../session/PasswordForm.tsx'
import { useWays } from '../session/useWays.ts'
import { AddPasskey } from './AddPasskey.tsx'
import { AddTotp } from './AddTotp.tsx'
import './account.css'
import { hasPasskeys } from './passkeys.ts'
import { accountTexts } from './texts.ts'

/** 登记首个设备: whoever has none is let in by the password to register one, change the password or leave, and to nothing else. */
export function FirstDevice() {
  const t = useTexts(accountTexts)
  const pick = usePick()
  const ways = useWays()
  const session = useSession()
  const devices = useApi<{ awaitsFirst: boolean }>('factors')
  const [doing, setDoing] = useState<'passkey' | 'totp' | 'password' | null>(null)
  const { data } = devices
  const refused = asRefused(devices.error)
  const close = () => setDoing(null)
  const done = () => {
    setDoing(null)
    void ways.on()
  }
  return (
    <Cover icon={<SafetyOutlined />} title={t.firstTitle}>
      <div className="mb-confirm">
        {session.data && <b>{`${session.data.person.name} · ${pick(session.data.district)}`}</b>}
        {refused && <ErrorState refusal={refused.refusal} onRetry={() => void devices.refetch()} />}
        {!data && !refused && <LoadingState label={t.devices} />}
        {data && !data.awaitsFirst && <Alert type="warning" showIcon role="alert" title={t.notAwaited} />}
        {data?.awaitsFirst && (
          <>
            <p>{t.firstStep}</p>
            <Button
              type="primary"
              size="large"
              autoFocus
              icon={<KeyOutlined aria-hidden />}
              disabled={!hasPasskeys()}
              onClick={() => setDoing('passkey')}
            >
              {hasPasskeys() ? t.addPasskey : t.noPasskeys}
            </Button>
            <Button size="large" icon={<MobileOutlined aria-hidden />} onClick={() => setDoing('totp')}>
              {t.addTotp}
            </Button>
          </>
        )}
        {doing === 'password' && <PasswordForm onDone={close} />}
        <Button
          type="text"
          aria-expanded={doing === 'password'}
          onClick={() => setDoing(doing === 'password' ? null : 'password')}
        >
          {t.changePassword}
        </Button>
        <Button type="text" loading={ways.leaving} onClick={() => void ways.out()}>
          {t.gateLeave}
        </Button>
      </div>
      {doing === 'passkey' && <AddPasskey act="factor.addFirst" onClose={close} onAdded={done} />}
      {doing === 'totp' && <AddTotp act="factor.addFirst" onClose={close} onAdded={done} />}
    </Cover>
  )
}
