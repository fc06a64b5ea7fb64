import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import { useState } from 'react'
import type { Session } from '../../api/types.ts'
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

const seenKey = 'mingbu.notes'

/**
 * What a signed-in person is told above every page: the session this sign-in has ended; since the last one, tries that
 * failed, devices new to the account, passkeys that came or went and a changed password; and a password soon too old.
 */
export function SessionNotes({ session }: { session: Session }) {
  const days = session.passwordDays
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
      <AccountNote session={session} />
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

/** Stays until it is closed, once in each session: also over other pages and after loading anew. */
function AccountNote({ session }: { session: Session }) {
  const t = useTexts(sessionTexts)
  const { dateTime } = useFormats()
  const [seen, setSeen] = useState(() => sessionStorage.getItem(seenKey))
  const { notes } = session
  if (!notes || seen === session.session.id) return null
  const places = notes.newElsewhere
    .map((one) =>
      fill(t.place, {
        workstation: one.workstation === 'unknown' ? '—' : one.workstation,
        at: dateTime(one.at),
      }),
    )
    .join('、')
  const lines: [words: string, shown: boolean][] = [
    [fill(t.failedNotice, { n: notes.failed }), notes.failed > 0],
    [fill(t.newElsewhereNotice, { places }), notes.newElsewhere.length > 0],
    ...notes.devices.map(({ label, at, what }): [string, boolean] => [
      fill(what === 'added' ? t.deviceAddedNotice : t.deviceEndedNotice, { label, at: dateTime(at) }),
      true,
    ]),
    [
      fill(t.passwordNotice, { at: notes.passwordAt ? dateTime(notes.passwordAt) : '' }),
      notes.passwordAt !== null,
    ],
    [t.newHereNotice, notes.newHere],
  ]
  const said = lines.filter(([, shown]) => shown)
  if (said.length === 0) return null
  const close = () => {
    sessionStorage.setItem(seenKey, session.session.id)
    setSeen(session.session.id)
  }
  return (
    <Alert
      className="mb-session-note mb-screen-only"
      type={
        notes.failed > 0 || notes.newElsewhere.length > 0 || notes.devices.length > 0 || notes.passwordAt
          ? 'warning'
          : 'info'
      }
      showIcon
      role="status"
      title={
        <>
          {said.map(([words]) => (
            <div key={words}>{words}</div>
          ))}
          <Link to="/account/sessions">{t.mySessions}</Link>
          {notes.devices.length > 0 && (
            <>
              {' · '}
              <Link to="/account/devices">{t.myDevices}</Link>
            </>
          )}
        </>
      }
      closable={{ onClose: close }}
    />
  )
}
