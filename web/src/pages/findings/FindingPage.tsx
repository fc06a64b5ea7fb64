import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Space } from 'antd'
import { type ReactNode, useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { Timeline } from '../../ui/Timeline.tsx'
import { ProofLink, useWords } from '../access/words.tsx'
import { type FindingAct, FindingForm, Judged } from './FindingForms.tsx'
import './findings.css'
import { findingTexts } from './texts.ts'
import type { FindingDetail } from './types.ts'
import { Cards, DueDay, StateTag } from './words.tsx'

const route = getRouteApi('/inside/findings/$id')

/** One finding from its opening to its end: what was asked, planned, done, checked, and what may be done now. */
export function FindingPage() {
  const { id } = route.useParams()
  const found = useApi<FindingDetail>(`findings/${id}`)
  const t = useTexts(findingTexts)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  if (!found.data) return <LoadingState label={t.problem} />
  return <Finding finding={found.data} />
}

/** The step that can be next in each state, and what else may be asked. */
const offered: Record<FindingDetail['state'], readonly FindingAct[]> = {
  open: ['notice'],
  noticed: ['plan', 'askExtension', 'reassign'],
  planned: ['fix', 'plan', 'askExtension', 'reassign'],
  fixed: ['check'],
  verified: ['close'],
  closed: ['checkEffect'],
}

function Finding({ finding }: { finding: FindingDetail }) {
  const t = useTexts(findingTexts)
  const pick = usePick()
  const words = useWords()
  const { dateTime } = useFormats()
  const [asking, setAsking] = useState<FindingAct | null>(null)
  const labels: Record<FindingAct, string> = {
    notice: t.giveNotice,
    reassign: t.reassign,
    plan: t.makePlan,
    fix: t.reportFix,
    check: t.checkFix,
    close: t.close,
    askExtension: t.askExtension,
    checkEffect: t.checkEffect,
  }
  // A plan is made once, and again only for a fix that was sent back.
  const replans = finding.state !== 'planned' || finding.plans.length <= finding.fixes.length
  const acts = offered[finding.state].filter(
    (act) => (act !== 'plan' || replans) && (act !== 'fix' || finding.plans.length > finding.fixes.length),
  )
  return (
    <>
      <div className="mb-page-head">
        <h1>{pick(finding.summary)}</h1>
        <p>
          <Link to="/findings">{t.back}</Link>
        </p>
      </div>
      <Facts
        items={[
          [t.state, <StateTag key="state" state={finding.state} />],
          [t.clause, finding.clause],
          [t.severity, t.severities[finding.severity]],
          [t.office, words.office(finding.district)],
          [t.about, finding.subjectName],
          [
            t.found,
            <ProofLink key="found" actId={finding.actId}>
              {dateTime(finding.openedAt)}
            </ProofLink>,
          ],
          [t.foundBy, finding.openedByName ?? t.byProgram],
          [t.responsible, finding.responsible ?? t.nobody],
          [t.due, <DueDay key="due" of={finding} />],
          [t.cardsTitle, finding.cards.length > 0 ? <CardList key="cards" finding={finding} /> : null],
        ]}
      />
      <div className="mb-finding-acts">
        {acts.map((act, i) => (
          <ActButton
            key={act}
            type={i === 0 ? 'primary' : 'default'}
            availability={finding.availability[`finding.${act}`]}
            onClick={() => setAsking(act)}
          >
            {labels[act]}
          </ActButton>
        ))}
        {finding.notice && <Button href={`/api/findings/${finding.id}/notice.pdf`}>{t.noticePdf}</Button>}
        {finding.cards.some(({ card }) => card === 'letter') && (
          <Button href={`/api/findings/${finding.id}/letter.pdf`}>{t.letterPdf}</Button>
        )}
      </div>
      <Parts finding={finding} />
      {asking && <FindingForm finding={finding} act={asking} onClose={() => setAsking(null)} />}
    </>
  )
}

function CardList({ finding }: { finding: FindingDetail }) {
  const t = useTexts(findingTexts)
  return (
    <>
      {finding.cards.map((one) => (
        <div key={one.card}>
          <Cards cards={[one.card]} />{' '}
          <ProofLink actId={one.actId}>{fill(t.cardReasons[one.reason], { due: one.dueOn })}</ProofLink>
        </div>
      ))}
    </>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mb-finding-part mb-panel">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

function Parts({ finding }: { finding: FindingDetail }) {
  const t = useTexts(findingTexts)
  const pick = usePick()
  const { dateTime, date } = useFormats()
  const { notice, effect } = finding
  return (
    <>
      {notice && (
        <Part title={`${t.notice} · ${fill(t.noticeNo, { year: notice.year, no: notice.no })}`}>
          <p>{notice.requirement}</p>
          <p className="mb-soft">
            <ProofLink actId={notice.actId}>
              {notice.by} {dateTime(notice.at)}
            </ProofLink>{' '}
            · {t.planDue} {notice.planDue}
          </p>
        </Part>
      )}
      {finding.plans.map((one) => (
        <Part key={`plan ${one.no}`} title={fill(t.planNo, { no: one.no })}>
          <p>{one.measures}</p>
          <p className="mb-soft">
            <ProofLink actId={one.actId}>{dateTime(one.at)}</ProofLink> · {t.deadline} {one.deadline}
          </p>
        </Part>
      ))}
      {finding.fixes.map((one) => (
        <Part key={`fix ${one.no}`} title={fill(t.fixNo, { no: one.no })}>
          <p>{one.done}</p>
          <p className="mb-finding-files">
            {one.files.map((file, i) => (
              <a
                key={file}
                href={`/api/findings/${finding.id}/files/${file}`}
                target="_blank"
                rel="noreferrer"
              >
                {fill(t.file, { no: i + 1 })}
              </a>
            ))}
          </p>
          <p className="mb-soft">
            <ProofLink actId={one.actId}>{dateTime(one.at)}</ProofLink>
          </p>
          {one.checkActId && (
            <p>
              <span className={`mb-status mb-status-${one.good ? 'green' : 'red'}`}>
                {one.good ? t.good : t.notGood}
              </span>{' '}
              <ProofLink actId={one.checkActId}>{one.checkedBy}</ProofLink> {one.word}
            </p>
          )}
        </Part>
      ))}
      {finding.extensions.length > 0 && <Extensions finding={finding} />}
      {effect && (
        <Part title={t.effect}>
          <p>
            <span className={`mb-status mb-status-${effect.holds ? 'green' : 'red'}`}>
              {effect.holds ? t.holds : t.notHolds}
            </span>{' '}
            <ProofLink actId={effect.actId}>{effect.by}</ProofLink> {effect.word}
          </p>
        </Part>
      )}
      {finding.decided.length > 0 && (
        <Part title={t.decided}>
          {finding.decided.map((one) => (
            <p key={`${one.meetingId} ${one.what}`}>
              <Link to="/meetings/$id" params={{ id: one.meetingId }}>
                {fill(t.meetingNo, { year: one.year, no: one.no })}
              </Link>{' '}
              {one.what} · {one.owner} · {t.due} {one.dueOn}
            </p>
          ))}
        </Part>
      )}
      {finding.again.length > 0 && (
        <Part title={t.again}>
          {finding.again.map((one) => (
            <p key={one.id}>
              <Link to="/findings/$id" params={{ id: one.id }}>
                {date(one.openedAt)} {pick(one.summary)}
              </Link>{' '}
              <StateTag state={one.state} />
            </p>
          ))}
        </Part>
      )}
      {finding.steps.length > 0 && (
        <Part title={t.story}>
          <Timeline
            items={finding.steps.map((one) => ({
              id: `${one.no}`,
              at: one.at,
              title: t.states[one.state],
              actor: one.person ?? t.byProgram,
              outcome: 'done' as const,
              detail: one.note,
              proof: <ProofLink actId={one.actId}>→</ProofLink>,
            }))}
          />
        </Part>
      )}
    </>
  )
}

function Extensions({ finding }: { finding: FindingDetail }) {
  const t = useTexts(findingTexts)
  const [deciding, setDeciding] = useState<string | null>(null)
  return (
    <Part title={t.extensions}>
      {finding.extensions.map((one) => (
        <p key={one.id}>
          <Space wrap>
            <ProofLink actId={one.actId}>
              {one.asker} {t.until} {one.until}
            </ProofLink>
            <span>{one.reason}</span>
            {one.approved === null ? (
              <ActButton
                size="small"
                availability={one.availability['finding.decideExtension']}
                onClick={() => setDeciding(one.id)}
              >
                {t.decide}
              </ActButton>
            ) : (
              <span className={`mb-status mb-status-${one.approved ? 'green' : 'grey'}`}>
                {one.approved ? t.approved : t.refused}
              </span>
            )}
            {one.decidedActId && (
              <ProofLink actId={one.decidedActId}>
                {one.decidedBy} {one.word}
              </ProofLink>
            )}
          </Space>
        </p>
      ))}
      {deciding && (
        <Judged
          title={t.decide}
          type="finding.decideExtension"
          of={{ district: finding.district, extensionId: deciding }}
          name="approved"
          yes={t.approve}
          no={t.refuse}
          done={t.saidDone}
          confirmed={false}
          onClose={() => setDeciding(null)}
        />
      )}
    </Part>
  )
}
