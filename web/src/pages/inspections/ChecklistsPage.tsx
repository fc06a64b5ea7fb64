import { Link } from '@tanstack/react-router'
import { Form, InputNumber, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { ProofLink } from '../access/words.tsx'
import { Judged, Words } from '../findings/FindingForms.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { ChecklistForm } from './ChecklistForm.tsx'
import './inspections.css'
import { inspectionTexts } from './texts.ts'
import type { ChecklistItem, ChecklistLine, ChecklistList } from './types.ts'
import { Mark, useKind, useKindOptions } from './words.tsx'

type Asking =
  | { what: 'write'; after: ChecklistLine | null }
  | { what: 'decide'; list: ChecklistLine }
  | { what: 'pace' }

/** 检查表与频次: every version of every list, with its items, and how often each inspection falls due. */
export function ChecklistsPage() {
  const t = useTexts(inspectionTexts)
  const kindName = useKind()
  const pick = usePick()
  const lists = useApi<ChecklistList>('checklists')
  const [asking, setAsking] = useState<Asking | null>(null)
  const close = () => setAsking(null)
  const state = (one: ChecklistLine) =>
    one.approved === null
      ? t.states.waits
      : !one.approved
        ? t.states.rejected
        : one.inForce
          ? t.inForce
          : t.replaced
  const columns: TableColumnsType<ChecklistItem> = [
    { title: t.clause, key: 'clause', width: 70, render: (_, one) => one.clause },
    {
      title: t.item,
      key: 'item',
      width: 420,
      render: (_, one) => <div className="mb-wrap">{one.wording}</div>,
    },
    { title: t.scoring, key: 'scoring', width: 110, render: (_, one) => t.scorings[one.scoring] },
    { title: t.weight, key: 'weight', width: 80, align: 'right', render: (_, one) => one.weight },
    { title: t.mostPoints, key: 'most', width: 80, align: 'right', render: (_, one) => one.most },
    { title: t.pass, key: 'pass', width: 100, align: 'right', render: (_, one) => one.pass },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.checklists}</h1>
        <p>
          <Link to="/inspections">{t.back}</Link>
        </p>
      </div>
      <div className="mb-inspection-acts">
        <ActButton
          type="primary"
          availability={lists.data?.availability['checklist.write']}
          onClick={() => setAsking({ what: 'write', after: null })}
        >
          {t.write}
        </ActButton>
        <ActButton
          availability={lists.data?.availability['inspection.setPace']}
          onClick={() => setAsking({ what: 'pace' })}
        >
          {t.setPace}
        </ActButton>
      </div>
      <section className="mb-panel">
        <h2 className="mb-inspection-head">{t.paces}</h2>
        <p className="mb-soft">{t.paceHint}</p>
        <ul>
          {lists.data?.paces.map(({ kind, every, set }) => (
            <li key={kind}>
              {kindName(kind)}：
              {every === 'year' ? t.everyYear : fill(t.everyDays, { n: set?.days ?? every.days })}{' '}
              <span className="mb-soft">{every === 'year' ? t.byNotice : (set?.reason ?? t.byDefault)}</span>
            </li>
          ))}
        </ul>
      </section>
      {(lists.data?.items ?? []).map((one) => (
        <section key={one.id}>
          <h2 className="mb-inspection-head">
            {one.title} · {fill(t.version, { n: one.version })}{' '}
            <Mark colour={one.inForce ? 'green' : 'grey'}>{state(one)}</Mark>
          </h2>
          <p className="mb-soft">
            {one.kinds.map(kindName).join(pick({ zh: '、', en: ', ' }))} · {t.threshold} {one.threshold} ·{' '}
            <ProofLink actId={one.actId}>
              {t.writer} {one.writer}
            </ProofLink>
            {one.decider && ` · ${t.decidedBy} ${one.decider}`}
          </p>
          <div className="mb-inspection-acts">
            {one.approved === null && (
              <ActButton
                availability={one.availability['checklist.decide']}
                onClick={() => setAsking({ what: 'decide', list: one })}
              >
                {t.approveList}
              </ActButton>
            )}
            {one.inForce && (
              <ActButton
                availability={lists.data?.availability['checklist.write']}
                onClick={() => setAsking({ what: 'write', after: one })}
              >
                {t.newVersion}
              </ActButton>
            )}
          </div>
          <DataTable<ChecklistItem>
            title={one.title}
            columns={columns}
            rows={one.items}
            rowKey={(item) => `${item.no}`}
          />
        </section>
      ))}
      {lists.isPending || lists.error || lists.data?.items.length === 0 ? (
        <DataTable<ChecklistLine>
          title={t.checklists}
          columns={[]}
          rows={[]}
          loading={lists.isPending}
          error={asRefused(lists.error)?.refusal ?? null}
          onRetry={() => void lists.refetch()}
          rowKey={(one) => one.id}
        />
      ) : null}
      {asking?.what === 'write' && <ChecklistForm after={asking.after} onClose={close} />}
      {asking?.what === 'decide' && (
        <Judged
          title={t.approveList}
          type="checklist.decide"
          of={{ checklistId: asking.list.id }}
          name="approved"
          yes={t.approved}
          no={t.rejected}
          done={t.done}
          confirmed={false}
          onClose={close}
        />
      )}
      {asking?.what === 'pace' && <PaceForm onClose={close} />}
    </>
  )
}

function PaceForm({ onClose }: { onClose: () => void }) {
  const t = useTexts(inspectionTexts)
  const kinds = useKindOptions()
  const rule = [{ required: true, message: t.required }]
  return (
    <FormModal<object>
      title={t.setPace}
      type="inspection.setPace"
      input={(values) => values}
      initial={{ kind: 'self', days: 92 }}
      done={t.done}
      confirmed={false}
      onClose={onClose}
    >
      <Form.Item name="kind" label={t.kind} rules={rule}>
        <Select options={kinds.filter(({ value }) => ['self', 'mutual', 'spot'].includes(value))} />
      </Form.Item>
      <Form.Item name="days" label={t.paceDays} rules={rule}>
        <InputNumber min={7} max={366} precision={0} />
      </Form.Item>
      <Words name="reason" label={t.paceReason} most={500} />
    </FormModal>
  )
}
