import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { ProofLink, useWords } from '../access/words.tsx'
import { Judged, Words } from '../findings/FindingForms.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { CompareTable } from './CompareTable.tsx'
import './inspections.css'
import { inspectionTexts } from './texts.ts'
import type { ComparedLine, InspectionChange, InspectionDetail } from './types.ts'
import { InspectionStateTag, stateOf, useKind } from './words.tsx'

const route = getRouteApi('/inside/inspections/$id')
type Asking = 'decide' | 'cancel' | 'change' | 'draw' | 'replace' | 'send' | ComparedLine

/** One inspection: plan and team, both readings side by side once they are in, what was decided and sent. */
export function InspectionPage() {
  const { id } = route.useParams()
  const t = useTexts(inspectionTexts)
  const found = useApi<InspectionDetail>(`inspections/${id}`)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  if (!found.data) return <LoadingState label={t.title} />
  return <Inspection inspection={found.data} />
}

function Inspection({ inspection }: { inspection: InspectionDetail }) {
  const t = useTexts(inspectionTexts)
  const words = useWords()
  const kindName = useKind()
  const [asking, setAsking] = useState<Asking | null>(null)
  const state = stateOf({
    approved: inspection.approved,
    reported: inspection.reported,
    cancelled: inspection.cancelled === true,
    readings: inspection.team.filter(({ handedIn }) => handedIn).length,
  })
  const may = inspection.availability
  const waiting = inspection.changed?.find(({ approved }) => approved === null)
  return (
    <>
      <div className="mb-page-head">
        <h1>
          {words.office(inspection.inspected)} · {kindName(inspection.kind)}
        </h1>
        <p>
          <Link to="/inspections">{t.back}</Link>
        </p>
      </div>
      <Plan inspection={inspection} state={<InspectionStateTag state={state} />} />
      <div className="mb-inspection-acts">
        {state === 'waits' && (
          <ActButton
            type="primary"
            availability={may['inspection.decide']}
            onClick={() => setAsking('decide')}
          >
            {t.approve}
          </ActButton>
        )}
        {inspection.kind === 'case_review' && state === 'approved' && inspection.sheets.length === 0 && (
          <ActButton type="primary" availability={may['inspection.draw']} onClick={() => setAsking('draw')}>
            {t.drawNow}
          </ActButton>
        )}
        {inspection.me && state !== 'cancelled' && (
          <Link className="ant-btn" to="/inspections/$id/form" params={{ id: inspection.id }}>
            {t.openForm}
          </Link>
        )}
        {['waits', 'approved', 'reading'].includes(state) && (
          <ActButton availability={may['inspection.replaceMember']} onClick={() => setAsking('replace')}>
            {t.replace}
          </ActButton>
        )}
        {state === 'approved' && (
          <ActButton danger availability={may['inspection.cancel']} onClick={() => setAsking('cancel')}>
            {t.callOff}
          </ActButton>
        )}
        {waiting && (
          <ActButton
            type="primary"
            availability={may['inspection.decideChange']}
            onClick={() => setAsking('change')}
          >
            {t.decideChange}
          </ActButton>
        )}
        {state === 'deciding' && (
          <ActButton type="primary" availability={may['inspection.send']} onClick={() => setAsking('send')}>
            {t.send}
          </ActButton>
        )}
        {inspection.reported && (
          <Button href={`/api/inspections/${inspection.id}/report.pdf`}>{t.reportPdf}</Button>
        )}
      </div>
      <h2 className="mb-inspection-head">{t.compare}</h2>
      {inspection.lines.length === 0 ? (
        <p className="mb-soft">{t.noScores}</p>
      ) : (
        <CompareTable inspection={inspection} onRule={setAsking} />
      )}
      {asking !== null && <Asked inspection={inspection} asking={asking} onClose={() => setAsking(null)} />}
    </>
  )
}

function Plan({ inspection, state }: { inspection: InspectionDetail; state: React.ReactNode }) {
  const t = useTexts(inspectionTexts)
  const words = useWords()
  const { dateTime } = useFormats()
  const { report } = inspection
  const member = (one: InspectionDetail['team'][number]) =>
    `${one.name}${one.reader ? `（${one.handedIn ? t.handedIn : t.readers}）` : ''}`
  return (
    <Facts
      items={[
        [t.state, <span key="state">{state}</span>],
        [t.total, inspection.total ?? '—'],
        [t.inspecting, words.office(inspection.district)],
        ...(inspection.received
          ? []
          : ([
              [t.days, `${inspection.visitFrom} – ${inspection.visitTo}`],
              [t.period, `${inspection.periodFrom} – ${inspection.periodTo}`],
              [t.checklist, `${inspection.checklist} · ${fill(t.version, { n: inspection.version ?? 0 })}`],
              [t.team, inspection.team.map(member).join('、')],
              ...(inspection.draw ? [[t.draw, <Drawn key="draw" draw={inspection.draw} />]] : []),
              ...(inspection.changed ?? []).map((one) => [
                one.what === 'cancel' ? t.callOff : t.replace,
                <Change key={one.no} change={one} />,
              ]),
              [
                t.planner,
                <ProofLink key="plan" actId={inspection.actId!}>
                  {inspection.planner} {dateTime(inspection.plannedAt!)}
                </ProofLink>,
              ],
              [
                t.decidedBy,
                inspection.decidedActId ? (
                  <ProofLink key="decided" actId={inspection.decidedActId}>
                    {inspection.decider}：{inspection.word}
                  </ProofLink>
                ) : (
                  '—'
                ),
              ],
            ] as [string, React.ReactNode][])),
        [
          t.reportPdf,
          report ? (
            <ProofLink key="report" actId={report.actId}>
              {report.by} {dateTime(report.at)}：{report.word}
            </ProofLink>
          ) : null,
        ],
      ]}
    />
  )
}

/** What was asked, by whom and why, and what another said to it. */
function Change({ change }: { change: InspectionChange }) {
  const t = useTexts(inspectionTexts)
  const who = change.what === 'replace' ? `${change.leaves} → ${change.joins}；` : ''
  return (
    <div className="mb-inspection-change">
      <div>
        <ProofLink actId={change.actId}>
          {who}
          {change.by}：{change.reason}
        </ProofLink>
      </div>
      <div>
        {change.decidedActId ? (
          <ProofLink actId={change.decidedActId}>
            {change.decider}：{change.approved ? t.approved : t.rejected}，{change.word}
          </ProofLink>
        ) : (
          t.states.waits
        )}
      </div>
    </div>
  )
}

/** How many files a review draws, and what they follow from, for whoever draws them again. */
function Drawn({ draw }: { draw: NonNullable<InspectionDetail['draw']> }) {
  const t = useTexts(inspectionTexts)
  if (!draw.actId) return `${draw.size}（${t.notDrawn}）`
  return (
    <>
      <div>{draw.size}</div>
      <div>
        <ProofLink actId={draw.actId}>{fill(t.drawnBy, { n: draw.checkpoint ?? 0 })}</ProofLink>
      </div>
      <small className="mb-soft" style={{ overflowWrap: 'anywhere' }}>
        {t.root} {draw.root}
        <br />
        {t.secret} {draw.secret}
      </small>
    </>
  )
}

function Asked({
  inspection,
  asking,
  onClose,
}: {
  inspection: InspectionDetail
  asking: Asking
  onClose: () => void
}) {
  const t = useTexts(inspectionTexts)
  const of = { district: inspection.district, inspectionId: inspection.id }
  const people = useApi<{ items: { id: string; name: string }[] }>(
    'inspectors',
    { office: inspection.district },
    { enabled: asking === 'replace' },
  )
  const common = { done: t.done, confirmed: false, onClose }
  const rule = [{ required: true, message: t.required }]
  if (asking === 'decide')
    return (
      <Judged
        {...common}
        title={t.approve}
        type="inspection.decide"
        of={of}
        name="approved"
        yes={t.approved}
        no={t.rejected}
      />
    )
  if (asking === 'change')
    return (
      <Judged
        {...common}
        title={t.decideChange}
        hint={inspection.changed?.find(({ approved }) => approved === null)?.reason ?? ''}
        type="inspection.decideChange"
        of={of}
        name="approved"
        yes={t.approved}
        no={t.rejected}
      />
    )
  if (asking === 'cancel')
    return (
      <FormModal<object>
        {...common}
        done={t.askedFor}
        title={t.callOff}
        hint={t.callOffHint}
        type="inspection.cancel"
        input={(values) => ({ ...of, ...values })}
      >
        <Words name="reason" label={t.why} most={500} />
      </FormModal>
    )
  if (asking === 'draw')
    return (
      <FormModal<object>
        {...common}
        title={t.drawNow}
        hint={t.drawNowHint}
        type="inspection.draw"
        input={() => of}
      >
        {null}
      </FormModal>
    )
  if (asking === 'replace')
    return (
      <FormModal<object>
        {...common}
        done={t.askedFor}
        title={t.replace}
        type="inspection.replaceMember"
        input={(values) => ({ ...of, ...values })}
      >
        <Form.Item name="out" label={t.out} rules={rule}>
          <Select options={inspection.team.map((one) => ({ value: one.personId, label: one.name }))} />
        </Form.Item>
        <Form.Item name="in" label={t.in} rules={rule}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={(people.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
          />
        </Form.Item>
        <Words name="reason" label={t.why} most={500} />
      </FormModal>
    )
  if (asking === 'send')
    return (
      <FormModal<object>
        {...common}
        title={t.send}
        hint={t.sendHint}
        type="inspection.send"
        input={(values) => ({ inspected: inspection.inspected, inspectionId: inspection.id, ...values })}
      >
        <Words name="word" label={t.sendWord} most={2000} />
      </FormModal>
    )
  return (
    <FormModal<{ points?: number | null; reason: string }>
      {...common}
      title={`${t.rule}：${asking.wording}`}
      type="inspection.rule"
      input={({ points, ...values }) => ({
        ...of,
        sheet: asking.sheet,
        item: asking.item,
        points: points ?? null,
        ...values,
      })}
    >
      <Form.Item
        name="points"
        label={t.points}
        extra={`${fill(t.most, { most: asking.most, pass: asking.pass })}；${t.notApplicable}：—`}
      >
        <InputNumber min={0} max={asking.most} precision={0} />
      </Form.Item>
      <Form.Item name="reason" label={t.reason} rules={[{ ...rule[0], min: 2, whitespace: true }]}>
        <Input.TextArea rows={3} maxLength={1000} />
      </Form.Item>
    </FormModal>
  )
}
