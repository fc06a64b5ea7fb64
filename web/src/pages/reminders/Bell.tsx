import { BellOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useApi } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { reminderTexts } from './texts.ts'
import type { Reminders } from './types.ts'

/** How much waits, in the head of every page. Asked as pages are opened, never by the clock: a page left open stays idle. */
export function Bell() {
  const t = useTexts(reminderTexts)
  const { data } = useApi<Reminders>('reminders')
  const counts = data?.counts ?? { overdue: 0, soon: 0, waiting: 0 }
  const all = counts.overdue + counts.soon + counts.waiting
  // What is read out holds what is seen.
  const shown = all > 99 ? '99+' : String(all)
  const label = fill(t.bell, { ...counts, all: shown })
  return (
    <Link to="/reminders" className="mb-header-button mb-bell" aria-label={label} title={label}>
      <BellOutlined aria-hidden />
      {all > 0 && (
        <span className={counts.overdue > 0 ? 'mb-bell-count mb-bell-overdue' : 'mb-bell-count'}>
          {shown}
        </span>
      )}
    </Link>
  )
}
