import { KeyOutlined, MobileOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { LoadingState } from '../../ui/states.tsx'
import { AddPasskey } from './AddPasskey.tsx'
import { AddTotp } from './AddTotp.tsx'
import './account.css'
import { hasPasskeys } from './passkeys.ts'
import { accountTexts } from './texts.ts'

interface Devices {
  items: { endedAt: string | null }[]
  awaitsFirst: boolean
}

/** 登记首个设备, the last step of an activation: whoever was there in person adds what confirms weighty acts from now on. */
export function FirstDevice({ onDone }: { onDone: () => void }) {
  const t = useTexts(accountTexts)
  const queries = useQueryClient()
  const devices = useApi<Devices>('factors')
  const [adding, setAdding] = useState<'passkey' | 'totp' | null>(null)
  const { data, error } = devices
  // Nothing to add: there is a device already, which the frame then asks for, or the day for a first one is over.
  const over = asRefused(error) !== null || (data !== undefined && !data.awaitsFirst)
  useEffect(() => {
    if (over) onDone()
  }, [over, onDone])
  const close = () => {
    setAdding(null)
    void queries.invalidateQueries({ queryKey: ['factors'] })
  }
  if (!data || over) return <LoadingState label={t.devices} />
  return (
    <div className="mb-confirm">
      <p>{t.firstStep}</p>
      <Button
        type="primary"
        size="large"
        autoFocus
        icon={<KeyOutlined aria-hidden />}
        disabled={!hasPasskeys()}
        onClick={() => setAdding('passkey')}
      >
        {hasPasskeys() ? t.addPasskey : t.noPasskeys}
      </Button>
      <Button size="large" icon={<MobileOutlined aria-hidden />} onClick={() => setAdding('totp')}>
        {t.addTotp}
      </Button>
      <Button type="text" onClick={onDone}>
        {t.later}
      </Button>
      {adding === 'passkey' && <AddPasskey act="factor.addFirst" onClose={close} />}
      {adding === 'totp' && <AddTotp act="factor.addFirst" onClose={close} />}
    </div>
  )
}
