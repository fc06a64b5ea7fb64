import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { accessTexts } from './texts.ts'
import type { RequestLine } from './types.ts'
import { ProofLink, Until } from './words.tsx'

const tones = { open: 'amber', granted: 'green', refused: 'red', withdrawn: 'grey' } as const

/** How a request stands. */
export function RequestState({ request }: { request: RequestLine }) {
  const t = useTexts(accessTexts)
  return <span className={`mb-status mb-status-${tones[request.state]}`}>{t.states[request.state]}</span>
}

/** Why it was asked, until when, and what each side said or has still to say. */
export function RequestFacts({ request }: { request: RequestLine }) {
  const t = useTexts(accessTexts)
  const { dateTime } = useFormats()
  const said = (role: 'leader' | 'security') =>
    request.decisions.some((one) => one.role === role && (one.stands || request.state !== 'open'))
  return (
    <div className="mb-wrap mb-access-facts">
      <div>
        <ProofLink actId={request.actId}>{request.requestedByName}</ProofLink>
        {t.colon}
        {request.reason}{' '}
        <span className="mb-soft">
          ({t.until} <Until at={request.until} />)
        </span>
      </div>
      {request.decisions.map((one) => (
        <div key={one.no}>
          <ProofLink actId={one.actId}>
            {one.approved ? t.approve : t.refuse} · {one.person}
          </ProofLink>{' '}
          {one.note} <span className="mb-soft">{dateTime(one.at)}</span>
          {request.state === 'open' && !one.stands && <span className="mb-soft">{t.noLonger}</span>}
        </div>
      ))}
      {request.state === 'open' &&
        (['leader', 'security'] as const)
          .filter((role) => !said(role))
          .map((role) => (
            <div key={role} className="mb-soft">
              {fill(t.waits, { role: t.roles[role] })}
            </div>
          ))}
    </div>
  )
}
