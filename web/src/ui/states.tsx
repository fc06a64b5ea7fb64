import { Button, Empty, Result, Spin } from 'antd'
import { usePick, useTexts } from '../i18n/language.tsx'
import { ClauseTag } from './ClauseTag.tsx'
import { uiTexts } from './texts.ts'
import type { ShownRefusal } from './types.ts'

/** Something is on its way. */
export function LoadingState({ label, fullPage = false }: { label: string; fullPage?: boolean }) {
  return (
    <div className={fullPage ? 'mb-state mb-state-page' : 'mb-state'} role="status" aria-live="polite">
      <Spin />
      <span>{label}</span>
    </div>
  )
}

/** There is nothing to list. */
export function EmptyState({ label }: { label?: string }) {
  const t = useTexts(uiTexts)
  return <Empty className="mb-empty" image={Empty.PRESENTED_IMAGE_SIMPLE} description={label ?? t.empty} />
}

interface ErrorStateProps {
  refusal: ShownRefusal
  onRetry?: () => void
  fullPage?: boolean
}

/** What stands where content would be when it could not be fetched; a cut network is told apart from a refusal. */
export function ErrorState({ refusal, onRetry, fullPage = false }: ErrorStateProps) {
  const t = useTexts(uiTexts)
  const pick = usePick()
  const offline = refusal.code === 'network_cut'
  return (
    <div className={fullPage ? 'mb-state-page' : undefined} role="alert">
      <Result
        status={offline ? 'warning' : 'info'}
        title={offline ? t.offlineTitle : t.errorTitle}
        subTitle={
          <>
            {refusal.fields?.length
              ? // There is no form here with notes beside its fields: they are said themselves.
                refusal.fields.map((field) => (
                  <div key={field.path}>
                    <span className="mb-code">{field.path}</span> {pick(field.message)}
                  </div>
                ))
              : pick(refusal.message)}{' '}
            {refusal.clause && <ClauseTag clause={refusal.clause} />}
          </>
        }
        extra={onRetry && <Button onClick={onRetry}>{t.retry}</Button>}
      />
    </div>
  )
}
