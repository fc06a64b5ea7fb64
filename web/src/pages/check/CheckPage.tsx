import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  ExclamationCircleFilled,
} from '@ant-design/icons'
import { Link, useParams } from '@tanstack/react-router'
import { Alert } from 'antd'
import { type ReactNode, useMemo } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { LanguageSwitch } from '../../app/LanguageSwitch.tsx'
import { Seal } from '../../app/Seal.tsx'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { proofTexts } from '../../proof/texts.ts'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { OwnLooks } from './OwnLooks.tsx'
import { checkTexts } from './texts.ts'
import { VerifiedHere } from './VerifiedHere.tsx'
import { type Checked, shownFacts, strayOf } from './verifyCheck.ts'

/** The page behind a printed QR code, for anybody: valid or not, in one word, and the proof verified here. */
export function CheckPage() {
  const { token } = useParams({ from: '/check/$token' })
  const t = useTexts(checkTexts)
  const found = useApi<Checked>(`public/check/${encodeURIComponent(token)}`)
  const refused = asRefused(found.error)
  return (
    <PublicFrame title={t.title}>
      {found.isPending && <LoadingState label={t.loading} />}
      {refused && <Unknown refusal={refused.refusal} onRetry={() => void found.refetch()} />}
      {found.data && (
        <Found checked={found.data} at={found.dataUpdatedAt} onRetry={() => void found.refetch()} />
      )}
    </PublicFrame>
  )
}

/** Frame of the pages anybody may open: one column, the brand, the language. */
export function PublicFrame({ title, children }: { title: string; children: ReactNode }) {
  const t = useTexts(checkTexts)
  return (
    <main className="mb-public">
      <header>
        <Seal />
        <b>{t.product}</b>
        <h1>{title}</h1>
        <span className="mb-header-space" />
        <LanguageSwitch />
      </header>
      {children}
    </main>
  )
}

function Unknown({
  refusal,
  onRetry,
}: {
  refusal: Parameters<typeof ErrorState>[0]['refusal']
  onRetry: () => void
}) {
  const t = useTexts(checkTexts)
  const noSuch = refusal.code === 'no_such_token' || refusal.code === 'invalid_input'
  if (!noSuch) return <ErrorState refusal={refusal} onRetry={onRetry} />
  return (
    <section className="mb-verdict mb-verdict-bad" role="alert">
      <CloseCircleFilled aria-hidden />
      <strong>{t.unknown}</strong>
      <p>{t.forged}</p>
    </section>
  )
}

const verdicts: Record<string, { tone: string; icon: ReactNode }> = {
  valid: { tone: 'good', icon: <CheckCircleFilled aria-hidden /> },
  valid_seized: { tone: 'warn', icon: <ExclamationCircleFilled aria-hidden /> },
  superseded: { tone: 'bad', icon: <CloseCircleFilled aria-hidden /> },
  cancelled: { tone: 'bad', icon: <CloseCircleFilled aria-hidden /> },
  lost: { tone: 'bad', icon: <CloseCircleFilled aria-hidden /> },
  exchanged: { tone: 'bad', icon: <CloseCircleFilled aria-hidden /> },
  declared_lost: { tone: 'bad', icon: <ExclamationCircleFilled aria-hidden /> },
  archived: { tone: 'good', icon: <CheckCircleFilled aria-hidden /> },
}
const underWay = { tone: 'wait', icon: <ClockCircleFilled aria-hidden /> }

function Found({ checked, at, onRetry }: { checked: Checked; at: number; onRetry: () => void }) {
  const t = useTexts(checkTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const { tone, icon } = verdicts[checked.status.code] ?? underWay
  const p = useTexts(proofTexts)
  const shown = useMemo(() => shownFacts(checked), [checked])
  const stray = strayOf(checked)
  return (
    <>
      <section className={`mb-verdict mb-verdict-${tone}`} role="status">
        {icon}
        <span>{t[checked.kind]}</span>
        <strong data-testid="validity">{pick(checked.status)}</strong>
        <small>{fill(t.asOf, { at: dateTime(new Date(at).toISOString()) })}</small>
      </section>
      <dl className="mb-public-facts">
        <dt>{t.number[checked.kind]}</dt>
        <dd>{checked.number}</dd>
        <dt>{t.unit}</dt>
        <dd className="mb-code">{checked.unitCode}</dd>
        <dt>{t.location}</dt>
        <dd>{checked.location}</dd>
        <dt>{t.office}</dt>
        <dd>{pick(checked.district)}</dd>
      </dl>
      {stray ? (
        <Alert
          type="error"
          showIcon
          title={<b data-testid="proof-result">{p.failed}</b>}
          description={t.stray[stray]}
        />
      ) : !checked.logged ? (
        <Alert type="info" showIcon title={t.unlogged} />
      ) : (
        <VerifiedHere
          proof={checked.proof}
          shown={shown}
          onRetry={onRetry}
          fileName={`mingbu-${checked.number}`}
        />
      )}
      {checked.kind === 'certificate' && <OwnLooks />}
      <p className="mb-soft">{t.scope}</p>
      <p className="mb-soft">
        {t.privacy} <Link to="/checkpoints">{t.keys}</Link> · <Link to="/notices">{t.notices}</Link>
      </p>
    </>
  )
}
