import { useRouter } from '@tanstack/react-router'
import { Alert, Button, Form, Input, Radio } from 'antd'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { PartyAgent } from './ApplyParties.tsx'
import { type AgentValue, agentInput } from './applyInput.ts'
import { applyTexts } from './applyTexts.ts'

interface RenewalValues {
  why: 'lost' | 'damaged'
  statement: string
  applicants: { partyId: string; hasAgent: boolean; agent?: AgentValue }[]
}

/** The application for another certificate (补证、换证): why, what happened, and every holder, present or represented. */
export function RenewalForm({
  unitCode,
  holders,
}: {
  unitCode: string
  holders: readonly { partyId: string; name: string; shareNum: number | null; shareDen: number | null }[]
}) {
  const t = useTexts(applyTexts)
  const router = useRouter()
  const act = useAct<object, { caseId: string }>('case.applyRenewal')
  const [form] = Form.useForm<RenewalValues>()
  const why = Form.useWatch('why', form) ?? 'lost'
  const applicants = Form.useWatch('applicants', form) ?? []
  const submit = async (values: RenewalValues) => {
    const outcome = await act.perform({
      unitCode,
      why: values.why,
      statement: values.statement,
      applicants: values.applicants.map((one) => ({ partyId: one.partyId, ...agentInput(one) })),
    })
    if (outcome.ok) void router.navigate({ to: '/cases/$caseId', params: { caseId: outcome.result.caseId } })
  }
  return (
    <EntryForm<RenewalValues>
      form={form}
      initialValues={{
        why: 'lost',
        applicants: holders.map(({ partyId }) => ({ partyId, hasAgent: false })),
      }}
      onSubmit={(values) => void submit(values)}
      refusal={act.refusal}
      onRefusalClose={act.clear}
    >
      <section className="mb-panel">
        <h2>{t.renewal}</h2>
        <Form.Item name="why" label={t.renewalWhy}>
          <Radio.Group
            options={[
              { value: 'lost', label: t.lost },
              { value: 'damaged', label: t.damaged },
            ]}
          />
        </Form.Item>
        <Alert
          type="info"
          showIcon
          title={why === 'lost' ? t.lostHint : t.damagedHint}
          className="mb-form-note"
        />
        <Form.Item
          name="statement"
          label={t.whatHappened}
          rules={[
            {
              required: true,
              whitespace: true,
              min: 2,
              message: fill(t.required, { field: t.whatHappened }),
            },
          ]}
        >
          <Input.TextArea rows={2} maxLength={500} showCount />
        </Form.Item>
      </section>
      <section className="mb-panel">
        <h2>{t.holders}</h2>
        <p className="mb-soft">{t.holdersHint}</p>
        <ul className="mb-party-list">
          {holders.map((holder, i) => (
            <li key={holder.partyId}>
              <Form.Item name={['applicants', i, 'partyId']} hidden>
                <Input />
              </Form.Item>
              <b>{holder.name}</b>
              {holder.shareNum && holder.shareDen ? ` ${holder.shareNum}/${holder.shareDen}` : ''}
              <PartyAgent path={['applicants', i]} has={applicants[i]?.hasAgent === true} />
            </li>
          ))}
        </ul>
        <Button type="primary" htmlType="submit" loading={act.pending}>
          {t.submit}
        </Button>
      </section>
    </EntryForm>
  )
}
