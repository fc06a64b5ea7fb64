import { Alert } from 'antd'
import { usePick, useTexts } from '../i18n/language.tsx'
import { ClauseTag } from './ClauseTag.tsx'
import { uiTexts } from './texts.ts'
import type { ShownRefusal } from './types.ts'

interface RefusalAlertProps {
  refusal: ShownRefusal
  /** One more sentence below the reason: until when, what next. */
  note?: string
  onClose?: () => void
}

/** Why the server did not do it: the sentence, its clause, and the fields that no form field on screen can carry. */
export function RefusalAlert({ refusal, note, onClose }: RefusalAlertProps) {
  const t = useTexts(uiTexts)
  const pick = usePick()
  return (
    <Alert
      className="mb-refusal"
      type={refusal.code === 'network_cut' ? 'warning' : 'error'}
      showIcon
      role="alert"
      title={
        <span>
          {pick(refusal.message)} {refusal.clause && <ClauseTag clause={refusal.clause} />}
        </span>
      }
      description={
        note || refusal.fields?.length ? (
          <>
            {note && <div>{note}</div>}
            {refusal.fields && refusal.fields.length > 0 && (
              <ul>
                {refusal.fields.map((field) => (
                  <li key={field.path}>{pick(field.message)}</li>
                ))}
              </ul>
            )}
          </>
        ) : undefined
      }
      {...(onClose ? { closable: { 'aria-label': t.close, onClose } } : {})}
    />
  )
}
