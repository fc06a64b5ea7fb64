import { Alert, Input, Modal } from 'antd'
import { useState } from 'react'
import { getQuery, RefusedError } from '../../api/client.ts'
import type { Refusal } from '../../api/types.ts'
import { useAct } from '../../api/useAct.ts'
import { useTexts } from '../../i18n/language.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { hasPasskeys, makePasskey } from './passkeys.ts'
import { accountTexts } from './texts.ts'

export interface AddProps {
  act: 'factor.addFirst' | 'factor.add'
  onClose: () => void
  /** Once it is registered; closing unless told otherwise. */
  onAdded?: () => void
}

/** What `GET /api/factors/offer` answers. */
export interface Offer {
  passkey: Parameters<typeof makePasskey>[0]
  totp: { secret: string; uri: string; offer: string }
}

/** Makes a passkey on this machine and registers it; a further one is confirmed with one there is. */
export function AddPasskey({ act: type, onClose, onAdded = onClose }: AddProps) {
  const t = useTexts(accountTexts)
  const [label, setLabel] = useState(t.passkeyName)
  const [failed, setFailed] = useState(false)
  const [refused, setRefused] = useState<Refusal | null>(null)
  const act = useAct<object, unknown>(type, { confirmed: type === 'factor.add', about: label })
  const register = async () => {
    setFailed(false)
    setRefused(null)
    try {
      const offer = await getQuery<Offer>('factors/offer')
      const passkey = await makePasskey(offer.passkey)
      const outcome = await act.perform({ label: label.trim(), passkey })
      if (outcome.ok) onAdded()
    } catch (error) {
      if (error instanceof RefusedError) setRefused(error.refusal)
      else setFailed(true)
    }
  }
  const refusal = act.refusal ?? refused
  return (
    <Modal
      open
      title={t.addPasskey}
      okText={t.register}
      cancelText={t.cancel}
      okButtonProps={{ disabled: label.trim() === '' || !hasPasskeys(), loading: act.pending }}
      onOk={() => void register()}
      onCancel={onClose}
    >
      <div className="mb-confirm">
        <p>{hasPasskeys() ? t.touch : t.noPasskeys}</p>
        {refusal && <RefusalAlert refusal={refusal} />}
        {failed && <Alert type="warning" showIcon role="alert" title={t.passkeyFailed} />}
        <Input
          autoFocus
          aria-label={t.label}
          value={label}
          maxLength={60}
          onChange={(event) => setLabel(event.target.value)}
          onPressEnter={() => void register()}
        />
      </div>
    </Modal>
  )
}
