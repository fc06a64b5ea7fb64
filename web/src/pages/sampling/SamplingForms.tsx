import { Form, Input, InputNumber, Radio, Select } from 'antd'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { FormModal } from '../people/FormModal.tsx'
import '../people/people.css'
import { samplingTexts } from './texts.ts'
import type { SampledItem, SamplingDetail } from './types.ts'

interface Closing {
  onClose: () => void
}

function useRule() {
  const t = useTexts(samplingTexts)
  return [{ required: true, message: t.required }]
}

function Office() {
  const t = useTexts(samplingTexts)
  const pick = usePick()
  return (
    <Form.Item name="district" label={t.office} rules={useRule()}>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        options={registrationOffices
          .filter(({ id }) => id !== 'city')
          .map(({ id, name }) => ({ value: id, label: pick(name) }))}
      />
    </Form.Item>
  )
}

function Words({ name, label, most, extra }: { name: string; label: string; most: number; extra?: string }) {
  const t = useTexts(samplingTexts)
  return (
    <Form.Item
      name={name}
      label={label}
      extra={extra}
      rules={[{ required: true, whitespace: true, min: 2, message: t.required }]}
    >
      <Input.TextArea rows={2} maxLength={most} />
    </Form.Item>
  )
}

/** The plan: everything that will decide, but the one value nobody knows yet. */
export function PlanForm({ onClose }: Closing) {
  const t = useTexts(samplingTexts)
  const rule = useRule()
  const day = (name: string, label: string, extra?: string) => (
    <Form.Item name={name} label={label} extra={extra} rules={rule}>
      <Input type="date" />
    </Form.Item>
  )
  return (
    <FormModal<Record<string, unknown>>
      title={t.plan}
      hint={t.planHint}
      type="sampling.plan"
      input={(values) => values}
      initial={{ source: 'cases', strataBy: 'kind', size: 20, valueKind: 'lottery' }}
      done={(result) => fill(t.planned, { n: Number(result.candidates) })}
      confirmed={false}
      onClose={onClose}
    >
      <Office />
      <Form.Item name="source" label={t.source}>
        <Radio.Group
          options={[
            { value: 'cases', label: t.sources.cases },
            { value: 'entries', label: t.sources.entries },
          ]}
        />
      </Form.Item>
      <div className="mb-sampling-pair">
        {day('fromDay', t.fromDay)}
        {day('toDay', t.toDay)}
      </div>
      <Form.Item name="strataBy" label={t.strataBy}>
        <Radio.Group
          options={[
            { value: 'kind', label: t.strata.kind },
            { value: 'month', label: t.strata.month },
          ]}
        />
      </Form.Item>
      <Form.Item name="size" label={t.size} extra={t.sizeHint} rules={rule}>
        <InputNumber min={1} max={1000} precision={0} />
      </Form.Item>
      <Form.Item name="valueKind" label={t.valueKind}>
        <Select
          options={(['lottery', 'exchange', 'other'] as const).map((value) => ({
            value,
            label: t.valueKinds[value],
          }))}
        />
      </Form.Item>
      <Words name="valueName" label={t.valueName} most={200} extra={t.valueNameHint} />
      <Words name="valueRule" label={t.valueRule} most={500} extra={t.valueRuleHint} />
      {day('valueOn', t.valueOn, t.valueOnHint)}
    </FormModal>
  )
}

export function PaceForm({ onClose }: Closing) {
  const t = useTexts(samplingTexts)
  return (
    <FormModal<Record<string, unknown>>
      title={t.setPace}
      type="sampling.setPace"
      input={(values) => values}
      initial={{ days: 92 }}
      done={t.paceDone}
      confirmed={false}
      onClose={onClose}
    >
      <Office />
      <Form.Item name="days" label={t.days} rules={useRule()}>
        <InputNumber min={30} max={366} precision={0} />
      </Form.Item>
      <Words name="reason" label={t.reason} most={500} />
    </FormModal>
  )
}

export type SamplingStep = 'seed' | 'confirm' | 'assign' | 'close' | 'lapse'

/** The form of one step of a sampling. */
export function StepForm({
  step,
  sampling,
  candidates,
  onClose,
}: Closing & { step: SamplingStep; sampling: SamplingDetail; candidates: string[] }) {
  const t = useTexts(samplingTexts)
  const rule = useRule()
  const of = { district: sampling.district, samplingId: sampling.id }
  const common = { confirmed: false, onClose }
  const value = (required: boolean) => (
    <Form.Item name="value" label={t.value} extra={sampling.valueRule} rules={required ? rule : []}>
      <Input maxLength={200} autoComplete="off" spellCheck={false} />
    </Form.Item>
  )
  switch (step) {
    case 'seed':
      return (
        <FormModal<Record<string, unknown>>
          {...common}
          title={t.enter}
          hint={sampling.valueName}
          type="sampling.seed"
          input={(values) => ({ ...of, ...values })}
          done={t.entered}
        >
          {value(true)}
          <Words name="source" label={t.valueSource} most={500} />
        </FormModal>
      )
    case 'confirm':
      return (
        <FormModal<Record<string, unknown>>
          {...common}
          title={t.confirm}
          hint={`${sampling.valueName}. ${t.confirmHint}`}
          type="sampling.confirm"
          input={({ agrees, value, word }) => ({
            ...of,
            agrees,
            word,
            ...(agrees && value ? { value } : {}),
          })}
          initial={{ agrees: true }}
          done={(result) => (result.agrees ? fill(t.drawn, { n: Number(result.sampled) }) : t.rejected)}
        >
          <Form.Item name="agrees" label={t.confirm}>
            <Radio.Group
              options={[
                { value: true, label: t.agrees },
                { value: false, label: t.differs },
              ]}
            />
          </Form.Item>
          {value(false)}
          <Words name="word" label={t.word} most={500} />
        </FormModal>
      )
    case 'assign':
      return (
        <FormModal<Record<string, unknown>>
          {...common}
          title={t.assign}
          hint={`${fill(t.chosen, { n: candidates.length })}. ${t.assignHint}`}
          type="sampling.assign"
          input={(values) => ({ ...of, candidates, ...values })}
          done={(result) => fill(t.assigned, { n: Number(result.assigned) })}
        >
          <Form.Item name="checkerId" label={t.checker} rules={rule}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              options={sampling.checkers.map((one) => ({ value: one.id, label: one.name }))}
            />
          </Form.Item>
        </FormModal>
      )
    case 'close':
    case 'lapse':
      return (
        <FormModal<Record<string, unknown>>
          {...common}
          title={step === 'close' ? t.close : t.lapse}
          {...(step === 'lapse' ? { hint: t.lapseHint } : {})}
          type={`sampling.${step}`}
          input={(values) => ({ ...of, ...values })}
          done={step === 'close' ? t.closedText : t.lapsedText}
        >
          <Words name="word" label={step === 'close' ? t.closeWord : t.lapseWord} most={1000} />
        </FormModal>
      )
  }
}

/** The four answers for one sampled case, beside what the automatic check found. */
export function AnswerForm({
  sampling,
  item,
  onClose,
}: Closing & { sampling: SamplingDetail; item: SampledItem }) {
  const t = useTexts(samplingTexts)
  const pick = usePick()
  const automatic = item.automatic!
  return (
    <FormModal<Record<string, unknown>>
      title={`${t.answer} · ${item.number ?? item.candidate.slice(0, 8)}`}
      type="sampling.answer"
      input={({ note, reason, ...answers }) => ({
        district: sampling.district,
        samplingId: sampling.id,
        candidate: item.candidate,
        ...answers,
        ...(note ? { note } : {}),
        ...(reason ? { reason } : {}),
      })}
      initial={{ ...automatic }}
      done={(result) =>
        Number(result.findings) > 0 ? fill(t.answeredFindings, { n: Number(result.findings) }) : t.answered
      }
      confirmed={false}
      onClose={onClose}
    >
      {(['forms', 'materials', 'process', 'in_time'] as const).map((aspect) => (
        <Form.Item
          key={aspect}
          name={aspect}
          label={t.aspects[aspect]}
          extra={fill(t.autoSays, {
            text:
              item.faults
                .filter((one) => one.aspect === aspect)
                .map(pick)
                .join('; ') || t.autoGood,
          })}
        >
          <Radio.Group
            options={[
              { value: true, label: t.ok },
              { value: false, label: t.bad },
            ]}
          />
        </Form.Item>
      ))}
      <Form.Item name="note" label={t.note}>
        <Input.TextArea rows={3} maxLength={1000} />
      </Form.Item>
      <Form.Item name="reason" label={t.why_differs}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormModal>
  )
}
