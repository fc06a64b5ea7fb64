import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { sessionTexts } from './texts.ts'

/** Where the sign-in page leaves word of the session it has ended, for the first page behind it. */
export const supersededKey = ['superseded'] as const

interface Superseded {
  workstation: string
  startedAt: string
}

/** Days before the end of the quarter from which the password is spoken of. */
const remindDays = 10

/** What a signed-in person is told above every page: the session this sign-in has ended, and a password soon too old. */
export function SessionNotes({ days }: { days: number | null }) {
  const t = useTexts(sessionTexts)
  const { dateTime } = useFormats()
  const queries = useQueryClient()
  const { data: ended } = useQuery<Superseded | null>({
    queryKey: supersededKey,
    queryFn: () => null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <>
      {ended && (
        <Alert
          className="mb-session-note mb-screen-only"
          type="warning"
          showIcon
          role="alert"
          title={fill(t.supersededNotice, {
            workstation: ended.workstation === 'unknown' ? '—' : ended.workstation,
            at: dateTime(ended.startedAt),
          })}
          closable={{ onClose: () => queries.setQueryData(supersededKey, null) }}
        />
      )}
      {days !== null && days <= remindDays && (
        <Alert
          className="mb-session-note mb-screen-only"
          type="warning"
          showIcon
          title={
            <>
              {fill(t.remind, { days: String(days) })} <Link to="/account/password">{t.remindLink}</Link>
            </>
          }
        />
      )}
    </>
  )
}
