import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { ProofLink, useWords } from '../access/words.tsx'
import { Judged } from '../findings/FindingForms.tsx'
import './rulebook.css'
import { ruleTexts } from './texts.ts'
import type { ProposalDetail } from './types.ts'
import { Questions, RuleFacts, RuleText } from './words.tsx'

const route = getRouteApi('/inside/rules/proposals/$id')

/** A proposed rule, as whoever decides on it reads it. */
export function ProposalPage() {
  const { id } = route.useParams()
  const found = useApi<ProposalDetail>(`rules/proposals/${id}`)
  const t = useTexts(ruleTexts)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  if (!found.data) return <LoadingState label={t.proposal} />
  return <Proposal proposal={found.data} />
}

function Proposal({ proposal }: { proposal: ProposalDetail }) {
  const t = useTexts(ruleTexts)
  const words = useWords()
  const { dateTime } = useFormats()
  const [deciding, setDeciding] = useState(false)
  const { approved } = proposal
  return (
    <>
      <div className="mb-page-head">
        <h1>{`${t.actions[proposal.action]} · ${proposal.title}`}</h1>
        <p>
          <Link to="/rules">{t.back}</Link>
        </p>
      </div>
      <RuleFacts
        of={proposal}
        more={[
          [t.office, words.office(proposal.district)],
          [proposal.action === 'repeal' ? t.endsOn : t.effectiveOn, proposal.effectiveOn],
          [t.reason, proposal.reason],
          [
            t.proposer,
            <ProofLink key="by" actId={proposal.actId}>
              {`${proposal.proposer} ${dateTime(proposal.at)}`}
            </ProofLink>,
          ],
          [
            t.state,
            <span
              key="state"
              className={`mb-status mb-status-${approved === null ? 'amber' : approved ? 'green' : 'grey'}`}
            >
              {approved === null ? t.waits : approved ? t.approved : t.refused}
            </span>,
          ],
          [
            t.decide,
            proposal.decidedActId && (
              <ProofLink key="decided" actId={proposal.decidedActId}>
                {fill(t.decidedBy, { who: proposal.decider ?? '', word: proposal.word ?? '' })}
              </ProofLink>
            ),
          ],
        ]}
      />
      <div className="mb-rule-acts">
        {approved === null && (
          <ActButton
            type="primary"
            availability={proposal.availability['rule.decide']}
            onClick={() => setDeciding(true)}
          >
            {t.decide}
          </ActButton>
        )}
      </div>
      {proposal.action !== 'repeal' && (
        <section className="mb-panel mb-rule-part">
          <RuleText of={proposal} fileOf={proposal.id} />
        </section>
      )}
      {proposal.quiz && (
        <section className="mb-panel mb-rule-part">
          <h2>{t.quiz}</h2>
          <Questions of={proposal.quiz} />
        </section>
      )}
      {deciding && (
        <Judged
          title={t.decide}
          type="rule.decide"
          of={{ district: proposal.district, proposalId: proposal.id }}
          name="approved"
          yes={t.approve}
          no={t.refuse}
          done={t.decided}
          confirmed={false}
          onClose={() => setDeciding(false)}
        />
      )}
    </>
  )
}
