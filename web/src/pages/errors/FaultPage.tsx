import type { ErrorComponentProps } from '@tanstack/react-router'
import { Button, Result } from 'antd'
import { RefusedError } from '../../api/client.ts'
import { useTexts } from '../../i18n/language.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { errorTexts } from './texts.ts'

/** What stands in place of a page that threw: a refusal in its own words, a bug with what is known of it. */
export function FaultPage({ error, reset }: ErrorComponentProps) {
  const t = useTexts(errorTexts)
  if (error instanceof RefusedError) return <ErrorState refusal={error.refusal} onRetry={reset} fullPage />
  return (
    <main className="mb-lone">
      <Result
        status="error"
        title={t.faultTitle}
        subTitle={t.faultBody}
        extra={
          <Button type="primary" onClick={() => location.reload()}>
            {t.reload}
          </Button>
        }
      >
        <details>
          <summary>{t.details}</summary>
          <code>{error instanceof Error ? `${error.name}: ${error.message}` : String(error)}</code>
        </details>
      </Result>
    </main>
  )
}
