import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import './access.css'
import { RequestFacts, RequestState } from './RequestFacts.tsx'
import { RequestForm } from './RequestForm.tsx'
import { accessTexts } from './texts.ts'
import type { Mine, RequestLine } from './types.ts'
import { WordModal } from './WordModal.tsx'
import { lastDay, Scope, Until, useWords, Why } from './words.tsx'

type Held = Mine['grants'][number]

/** My rights and why; asking for others; what I asked for and how it stands. */
export function RightsPage() {
  const t = useTexts(accessTexts)
  const found = useApi<Mine>('access/mine')
  const refused = asRefused(found.error)
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.mine}</h1>
        <p>{t.mineHint}</p>
      </div>
      {found.isPending && <LoadingState label={t.mine} />}
      {refused && <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />}
      {found.data && (
        <>
          <HeldRights grants={found.data.grants} />
          <MyRequests requests={found.data.requests} />
          <RequestForm mine={found.data} />
          <Impossible mine={found.data} />
        </>
      )}
    </>
  )
}

function HeldRights({ grants }: { grants: Held[] }) {
  const t = useTexts(accessTexts)
  const words = useWords()
  const { date } = useFormats()
  const [ending, setEnding] = useState<Held | null>(null)
  const end = useAct<object, unknown>('access.end', { confirmed: true })
  const columns: TableColumnsType<Held> = [
    { title: t.duty, key: 'duty', width: 170, render: (_, one) => <b>{words.duty(one.duty)}</b> },
    { title: t.scope, key: 'scope', width: 200, render: (_, one) => <Scope of={one} /> },
    { title: t.since, key: 'since', width: 110, render: (_, one) => date(one.since) },
    { title: t.until, key: 'until', width: 110, render: (_, one) => <Until at={one.until} /> },
    { title: t.why, key: 'why', width: 380, render: (_, one) => <Why grant={one} /> },
    {
      title: '',
      key: 'end',
      width: 100,
      render: (_, one) => (
        <ActButton availability={one.ending} size="small" onClick={() => setEnding(one)}>
          {t.end}
        </ActButton>
      ),
    },
  ]
  return (
    <>
      <DataTable<Held>
        title={t.held}
        columns={columns}
        rows={grants}
        rowKey={(one) => one.grantId}
        emptyLabel={t.noGrants}
        tools={<h2 className="mb-access-heading">{t.held}</h2>}
        csv={[
          { title: t.duty, value: (one) => words.duty(one.duty) },
          { title: t.since, value: (one) => date(one.since) },
          { title: t.until, value: (one) => (one.until ? date(lastDay(one.until)) : null) },
          { title: t.why, value: (one) => one.request?.reason ?? null },
        ]}
      />
      {ending && (
        <WordModal
          title={fill(t.endTitle, { duty: words.duty(ending.duty) })}
          hint={t.endHint}
          label={t.reason}
          action={t.end}
          danger
          pending={end.pending}
          refusal={end.refusal}
          onRefusalClose={end.clear}
          onClose={() => setEnding(null)}
          onWord={(reason) =>
            void end
              .perform(
                { district: ending.district, grantId: ending.grantId, reason },
                words.duty(ending.duty),
              )
              .then((outcome) => outcome.ok && setEnding(null))
          }
        />
      )}
    </>
  )
}

function MyRequests({ requests }: { requests: RequestLine[] }) {
  const t = useTexts(accessTexts)
  const words = useWords()
  const { dateTime } = useFormats()
  const withdraw = useAct<object, unknown>('access.withdraw')
  const columns: TableColumnsType<RequestLine> = [
    { title: t.requested, key: 'at', width: 150, render: (_, one) => dateTime(one.requestedAt) },
    {
      title: t.duty,
      key: 'duty',
      width: 190,
      render: (_, one) => (
        <>
          <b>{words.duty(one.duty)}</b>
          <div className="mb-soft">{one.subject}</div>
        </>
      ),
    },
    { title: t.scope, key: 'scope', width: 190, render: (_, one) => <Scope of={one} /> },
    { title: t.decisions, key: 'decisions', width: 420, render: (_, one) => <RequestFacts request={one} /> },
    { title: t.state, key: 'state', width: 110, render: (_, one) => <RequestState request={one} /> },
    {
      title: '',
      key: 'withdraw',
      width: 100,
      render: (_, one) =>
        one.state === 'open' && (
          <ActButton
            availability={one.availability['access.withdraw']}
            size="small"
            pending={withdraw.pending}
            onClick={() => void withdraw.perform({ district: one.district, requestId: one.id })}
          >
            {t.withdraw}
          </ActButton>
        ),
    },
  ]
  return (
    <div className="mb-access-part">
      {withdraw.refusal && <RefusalAlert refusal={withdraw.refusal} onClose={withdraw.clear} />}
      <DataTable<RequestLine>
        title={t.myRequests}
        columns={columns}
        rows={requests}
        rowKey={(one) => one.id}
        emptyLabel={t.noRequests}
        tools={<h2 className="mb-access-heading">{t.myRequests}</h2>}
      />
    </div>
  )
}

/** What this person cannot ask for, and why. */
function Impossible({ mine }: { mine: Mine }) {
  const t = useTexts(accessTexts)
  const words = useWords()
  const barred = mine.duties.filter((one) => one.conflict !== null && !one.held)
  if (barred.length === 0) return null
  return (
    <section className="mb-panel mb-access-part" aria-labelledby="cannot-title">
      <h2 id="cannot-title">{t.cannot}</h2>
      <p className="mb-soft">
        {t.cannotHint} <ClauseTag clause="6.2" />
      </p>
      <ul className="mb-access-barred">
        {barred.map((one) => (
          <li key={one.id}>
            <b>{words.duty(one.id)}</b>{' '}
            <span className="mb-soft">{fill(t.conflicts, { duty: words.duty(one.conflict!) })}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
