import { getRouteApi, Link } from '@tanstack/react-router'
import { Form, InputNumber, Radio } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { ProofLink, useWords } from '../access/words.tsx'
import { Evidence, Judged, Words } from '../findings/FindingForms.tsx'
import { Part } from '../meetings/Part.tsx'
import '../meetings/meetings.css'
import { FormModal } from '../people/FormModal.tsx'
import { OwnerAndDay } from './PlanPage.tsx'
import { planTexts } from './texts.ts'
import type { PlanDetail } from './types.ts'

const route = getRouteApi('/inside/plan/$id')

/** One item of the plan: what it delivers, whose it was and is, what was reported, and who accepted it. */
export function PlanItemPage() {
  const { id } = route.useParams()
  const found = useApi<PlanDetail>(`plan/${id}`)
  const t = useTexts(planTexts)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  if (!found.data) return <LoadingState label={t.item} />
  return <Item item={found.data} />
}

function Item({ item }: { item: PlanDetail }) {
  const t = useTexts(planTexts)
  const words = useWords()
  const { dateTime } = useFormats()
  const [asking, setAsking] = useState<'report' | 'accept' | 'setTerm' | null>(null)
  const of = { district: item.district, itemId: item.id }
  const labels = { report: t.report, accept: t.accept, setTerm: t.setTerm } as const
  const waits = item.finished && item.good === null
  return (
    <>
      <div className="mb-page-head">
        <h1>{item.title}</h1>
        <p>
          <Link to="/plan">{t.back}</Link>
        </p>
      </div>
      <Facts
        items={[
          [t.part, t.parts[item.part]],
          [t.clause, item.clause],
          [t.office, words.office(item.district)],
          [t.owner, item.terms[0]?.owner],
          [t.due, item.dueOn],
          [t.reviewDays, fill(t.every, { n: item.reviewDays })],
          [
            t.setBy,
            <ProofLink key="by" actId={item.actId}>
              {item.setBy}
            </ProofLink>,
          ],
          [
            t.state,
            <span key="state" className={`mb-status mb-status-${item.ended ? 'green' : 'amber'}`}>
              {item.ended ? t.ended : waits ? t.waits : t.running}
            </span>,
          ],
        ]}
      />
      <div className="mb-meeting-acts">
        {(['report', 'accept', 'setTerm'] as const).map((act) => (
          <ActButton key={act} availability={item.availability[`plan.${act}`]} onClick={() => setAsking(act)}>
            {labels[act]}
          </ActButton>
        ))}
      </div>
      <Part title={t.deliverable}>
        <div className="mb-meeting-text">{item.deliverable}</div>
      </Part>
      <Part title={t.progress}>
        {item.progress.length === 0 && <p className="mb-soft">{t.noProgress}</p>}
        {item.progress.map((one) => (
          <div key={one.no} className="mb-meeting-decision">
            <b>{fill(t.percentOf, { n: one.percent })}</b> {one.note}{' '}
            {one.finished && <span className="mb-status mb-status-amber">{t.finished}</span>}
            <p className="mb-meeting-line">
              <ProofLink actId={one.actId}>{`${one.person} ${dateTime(one.at)}`}</ProofLink>{' '}
              {one.files.map((file, i) => (
                <a
                  key={file}
                  className="mb-meeting-file"
                  href={`/api/plan/${item.id}/files/${file}`}
                  target="_blank"
                  rel="noreferrer"
                >
                  {fill(t.file, { no: i + 1 })}
                </a>
              ))}
            </p>
            {one.decidedActId && (
              <p className="mb-meeting-line">
                <span className={`mb-status mb-status-${one.good ? 'green' : 'red'}`}>
                  {one.good ? t.good : t.bad}
                </span>{' '}
                <ProofLink actId={one.decidedActId}>
                  {fill(t.word, { who: one.decider ?? '', word: one.word ?? '' })}
                </ProofLink>
              </p>
            )}
          </div>
        ))}
      </Part>
      <Part title={t.terms}>
        {item.terms.map((one) => (
          <p key={one.no} className="mb-meeting-line">
            {one.owner} · {one.dueOn} · {one.reason}{' '}
            <ProofLink actId={one.actId}>{`${one.setBy} ${dateTime(one.at)}`}</ProofLink>
          </p>
        ))}
      </Part>
      {asking === 'report' && (
        <FormModal<{ note: string; percent: number; finished: boolean; files?: string[] }>
          title={t.report}
          type="plan.report"
          confirmed={false}
          done={t.saved}
          initial={{ percent: item.progress[0]?.percent ?? 0, finished: false }}
          input={({ files = [], ...values }) => ({ ...of, ...values, files })}
          onClose={() => setAsking(null)}
        >
          <Words name="note" label={t.note} most={2000} />
          <HowFar />
        </FormModal>
      )}
      {asking === 'setTerm' && (
        <FormModal<{ ownerId: string; dueOn: string }>
          title={t.setTerm}
          type="plan.setTerm"
          confirmed={false}
          done={t.saved}
          initial={{
            dueOn: item.dueOn,
            ...(item.colleagues.some((one) => one.id === item.owner) ? { ownerId: item.owner } : {}),
          }}
          input={(values) => ({ ...of, ...values })}
          onClose={() => setAsking(null)}
        >
          <OwnerAndDay colleagues={item.colleagues} />
          <Words name="reason" label={t.reason} most={500} />
        </FormModal>
      )}
      {asking === 'accept' && (
        <Judged
          title={t.accept}
          hint={`${t.deliverable}: ${item.deliverable}\n${t.progress}: ${item.progress[0]?.note ?? ''}`}
          type="plan.accept"
          of={of}
          name="good"
          yes={t.good}
          no={t.bad}
          done={t.saved}
          confirmed={false}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  )
}

/** How far it is: what is finished is at a hundred percent and comes with evidence. */
function HowFar() {
  const t = useTexts(planTexts)
  const form = Form.useFormInstance()
  const finished = Form.useWatch('finished', form) === true
  return (
    <>
      <Form.Item name="finished" label={t.state}>
        <Radio.Group
          onChange={({ target }) => {
            if (target.value) form.setFieldValue('percent', 100)
          }}
          options={[
            { value: false, label: t.notYet },
            { value: true, label: t.finished },
          ]}
        />
      </Form.Item>
      <Form.Item
        name="percent"
        label={t.percent}
        rules={[{ required: true, message: fill(t.needed, { field: t.percent }) }]}
      >
        <InputNumber min={finished ? 100 : 0} max={100} precision={0} suffix="%" />
      </Form.Item>
      <Form.Item
        name="files"
        label={t.files}
        extra={t.filesHint}
        rules={[{ required: finished, message: t.filesNeeded }]}
      >
        <Evidence />
      </Form.Item>
    </>
  )
}
