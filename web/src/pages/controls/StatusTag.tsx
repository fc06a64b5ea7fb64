import { useTexts } from '../../i18n/language.tsx'
import { controlTexts } from './texts.ts'
import type { Status } from './types.ts'

/** How a clause or a control stands; a clause that nothing carries says so. */
export function StatusTag({ status }: { status: Status | null }) {
  const t = useTexts(controlTexts)
  if (status === null)
    return (
      <span className="mb-status mb-status-none" title={t.noneHint}>
        {t.none}
      </span>
    )
  return <span className={`mb-status mb-status-${status}`}>{t.statuses[status]}</span>
}
