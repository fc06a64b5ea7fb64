import { Modal } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { FieldNames } from './Propose.tsx'
import { erasureTexts } from './texts.ts'
import type { Erasable, Erasure } from './types.ts'

interface EraseDialogProps {
  erasure: Erasure
  onEnd: () => void
}

/** Asks once more, with everything that would go by name, and erases: what is gone does not come back. */
export function EraseDialog({ erasure, onEnd }: EraseDialogProps) {
  const t = useTexts(erasureTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const found = useApi<Erasable>(`erasures/acts/${erasure.ofAct}`)
  const refused = asRefused(found.error)
  const act = useAct<{ district: string; erasureId: string }, { fields: string[] }>('evidence.erase', {
    confirmed: true,
  })
  const { title, at, proposedBy: who, reason } = erasure
  const confirm = async () => {
    const about = `${pick(title)} · ${dateTime(at)}`
    const outcome = await act.perform({ district: erasure.district, erasureId: erasure.id }, about)
    if (outcome.ok) onEnd()
  }
  return (
    <Modal
      open
      title={t.eraseTitle}
      okText={t.confirm}
      cancelText={t.cancel}
      okButtonProps={{ danger: true, disabled: !found.data, loading: act.pending }}
      onOk={() => void confirm()}
      onCancel={onEnd}
    >
      {act.refusal && <RefusalAlert refusal={act.refusal} onClose={act.clear} />}
      {refused && <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />}
      {found.isPending && <LoadingState label={t.eraseLoading} />}
      {found.data && (
        <>
          <p>{fill(t.eraseAsk, { act: pick(title), at: dateTime(at), count: found.data.goes.length })}</p>
          <p className="mb-long">{fill(t.eraseReason, { who, reason })}</p>
          <FieldNames goes={found.data.goes} stays={found.data.stays} />
        </>
      )}
    </Modal>
  )
}
