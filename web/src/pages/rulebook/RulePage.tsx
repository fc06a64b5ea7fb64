import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { ProofLink, useWords } from '../access/words.tsx'
import { Words } from '../findings/FindingForms.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { Quiz } from './Quiz.tsx'
import { Readers } from './Readers.tsx'
import './rulebook.css'
import { ruleTexts } from './texts.ts'
import type { RuleDetail, VersionDetail } from './types.ts'
import { RuleFacts, RuleText } from './words.tsx'

const route = getRouteApi('/inside/rules/$id')

/** A rule to be read: its text, its questions, where it came from, and who has not read it. */
export function RulePage() {
  const { id } = route.useParams()
  const found = useApi<RuleDetail>(`rules/${id}`)
  const t = useTexts(ruleTexts)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  if (!found.data) return <LoadingState label={t.rule} />
  return <Rule rule={found.data} />
}

/** The version that is read when none was chosen: the one in force, else the one to come, else the last one. */
function usual(rule: RuleDetail): VersionDetail {
  const said = rule.versions.filter((one) => one.action !== 'repeal')
  return said.find((one) => one.no === rule.currentNo) ?? said[0]!
}

function Rule({ rule }: { rule: RuleDetail }) {
  const t = useTexts(ruleTexts)
  const words = useWords()
  const router = useRouter()
  const [chosen, setChosen] = useState<number | null>(null)
  const [reviewing, setReviewing] = useState(false)
  const shown = rule.versions.find((one) => one.no === chosen) ?? usual(rule)
  const current = shown.no === rule.currentNo
  const propose = (action: 'amend' | 'repeal') =>
    void router.navigate({ to: '/rules/propose', search: { action, of: rule.documentId } })
  return (
    <>
      <div className="mb-page-head">
        <h1>{shown.title}</h1>
        <p>
          <Link to="/rules">{t.back}</Link>
        </p>
      </div>
      <RuleFacts
        of={shown}
        more={[
          [t.office, words.office(rule.district)],
          [t.version, fill(t.versionNo, { no: shown.no })],
          [t.from, shown.fromOn + (shown.untilOn ? ` ${fill(t.until, { day: shown.untilOn })}` : '')],
        ]}
      />
      <Notice rule={rule} shown={shown} />
      <div className="mb-rule-acts">
        <ActButton availability={rule.availability['rule.review']} onClick={() => setReviewing(true)}>
          {t.review}
        </ActButton>
        {!rule.versions.some((one) => one.action === 'repeal') && (
          <>
            <Button onClick={() => propose('amend')}>{t.amend}</Button>
            <Button onClick={() => propose('repeal')}>{t.repeal}</Button>
          </>
        )}
      </div>
      <section className="mb-panel mb-rule-part">
        <RuleText of={shown} fileOf={shown.proposalId} />
      </section>
      {current && !(rule.repealed && rule.readNo === null) && (
        <Quiz rule={rule} version={shown} key={`${rule.documentId} ${shown.no}`} />
      )}
      <Versions rule={rule} shown={shown} onChoose={setChosen} />
      <Part title={t.reviews}>
        {rule.reviews.length === 0 && <p className="mb-soft">{t.noReviews}</p>}
        {rule.reviews.map((one) => (
          <Said key={one.id} by={one.person} {...one}>
            {fill(t.versionNo, { no: one.no })} {one.note}
          </Said>
        ))}
      </Part>
      {rule.sees && rule.currentNo !== null && <Readers documentId={rule.documentId} />}
      {reviewing && (
        <FormModal<{ note: string }>
          title={t.review}
          hint={t.reviewHint}
          type="rule.review"
          confirmed={false}
          done={t.done}
          input={({ note }) => ({ documentId: rule.documentId, note })}
          onClose={() => setReviewing(false)}
        >
          <Words name="note" label={t.reviewNote} most={1000} />
        </FormModal>
      )}
    </>
  )
}

function Notice({ rule, shown }: { rule: RuleDetail; shown: VersionDetail }) {
  const t = useTexts(ruleTexts)
  const end = rule.versions.find((one) => one.action === 'repeal')
  const text =
    rule.repealed && end
      ? fill(t.repealedNotice, { day: end.fromOn })
      : shown.fromOn > rule.today
        ? fill(t.comingNotice, { day: shown.fromOn })
        : rule.currentNo !== null && shown.no !== rule.currentNo
          ? fill(t.oldNotice, { no: shown.no, current: rule.currentNo })
          : null
  return text && <p className="mb-rule-notice">{text}</p>
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mb-panel mb-rule-part">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

function Said({ by, at, actId, children }: { by: string; at: string; actId: string; children: ReactNode }) {
  const { dateTime } = useFormats()
  return (
    <p className="mb-rule-line">
      <ProofLink actId={actId}>{`${by} ${dateTime(at)}`}</ProofLink> {children}
    </p>
  )
}

function Versions({
  rule,
  shown,
  onChoose,
}: {
  rule: RuleDetail
  shown: VersionDetail
  onChoose: (no: number) => void
}) {
  const t = useTexts(ruleTexts)
  const { dateTime } = useFormats()
  return (
    <Part title={t.versions}>
      {rule.versions.toReversed().map((one) => (
        <div key={one.no} className="mb-rule-line">
          <b>
            {one.action === 'repeal'
              ? fill(t.repealedOn, { day: one.fromOn })
              : `${fill(t.versionNo, { no: one.no })} · ${fill(t.since, { day: one.fromOn })}`}
          </b>{' '}
          {one.action !== 'repeal' && one.no !== shown.no && (
            <Button size="small" onClick={() => onChoose(one.no)}>
              {t.open}
            </Button>
          )}
          <div className="mb-soft">
            <ProofLink actId={one.actId}>
              {`${fill(t.approvedBy, { proposer: one.proposer, approver: one.approver })} ${dateTime(one.approvedAt)}`}
            </ProofLink>{' '}
            {fill(t.reasonIs, { reason: one.reason })}
          </div>
        </div>
      ))}
    </Part>
  )
}
