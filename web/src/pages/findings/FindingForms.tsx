import { Form, Input, Radio, Select } from 'antd'
import { type StoredFile, uploadFile } from '../../api/upload.ts'
import { FileDrop } from '../../forms/FileDrop.tsx'
import { useTexts } from '../../i18n/language.tsx'
import { FormModal } from '../people/FormModal.tsx'
import '../people/people.css'
import { findingTexts } from './texts.ts'
import type { FindingDetail } from './types.ts'

export type FindingAct =
  | 'notice'
  | 'reassign'
  | 'plan'
  | 'fix'
  | 'check'
  | 'close'
  | 'askExtension'
  | 'checkEffect'

interface FormProps {
  finding: FindingDetail
  act: FindingAct
  onClose: () => void
}

/** The form of one step of a finding, in a window of its own. */
export function FindingForm({ finding, act, onClose }: FormProps) {
  const t = useTexts(findingTexts)
  const of = { district: finding.district, findingId: finding.id }
  const common = { done: t.saidDone, confirmed: false, onClose }
  switch (act) {
    case 'notice':
      return (
        <FormModal<{ responsibleId: string; requirement: string; planDue: string }>
          {...common}
          title={t.giveNotice}
          type="finding.notice"
          input={(values) => ({ ...of, ...values })}
        >
          <Responsible of={finding.colleagues} />
          <Words name="requirement" label={t.requirement} most={1000} />
          <Day name="planDue" label={t.planDue} />
        </FormModal>
      )
    case 'reassign':
      return (
        <FormModal<{ responsibleId: string; reason: string }>
          {...common}
          title={t.reassign}
          type="finding.reassign"
          input={(values) => ({ ...of, ...values })}
        >
          <Responsible of={finding.colleagues.filter((one) => one.id !== finding.ownerId)} />
          <Words name="reason" label={t.reason} most={500} />
        </FormModal>
      )
    case 'plan':
      return (
        <FormModal<{ measures: string; deadline: string }>
          {...common}
          title={t.makePlan}
          type="finding.plan"
          input={(values) => ({ ...of, ...values })}
        >
          <Words name="measures" label={t.measures} most={2000} />
          <Day name="deadline" label={t.deadline} />
        </FormModal>
      )
    case 'fix':
      return (
        <FormModal<{ done: string; files: string[] }>
          {...common}
          title={t.reportFix}
          type="finding.fix"
          input={(values) => ({ ...of, ...values })}
        >
          <Words name="done" label={t.done} most={2000} />
          <Form.Item name="files" label={t.files} rules={[{ required: true, message: t.pickFiles }]}>
            <Evidence />
          </Form.Item>
        </FormModal>
      )
    case 'check':
      return (
        <Judged
          {...common}
          title={t.checkFix}
          type="finding.check"
          of={of}
          name="good"
          yes={t.good}
          no={t.notGood}
        />
      )
    case 'checkEffect':
      return (
        <Judged
          {...common}
          title={t.checkEffect}
          type="finding.checkEffect"
          of={of}
          name="holds"
          yes={t.holds}
          no={t.notHolds}
        />
      )
    case 'close':
      return (
        <FormModal<{ word: string }>
          {...common}
          title={t.close}
          type="finding.close"
          input={(values) => ({ ...of, ...values })}
        >
          <Words name="word" label={t.word} most={1000} />
        </FormModal>
      )
    case 'askExtension':
      return (
        <FormModal<{ until: string; reason: string }>
          {...common}
          title={t.askExtension}
          type="finding.askExtension"
          input={(values) => ({ ...of, ...values })}
        >
          <Day name="until" label={t.until} />
          <Words name="reason" label={t.reason} most={500} />
        </FormModal>
      )
  }
}

function Responsible({ of }: { of: FindingDetail['colleagues'] }) {
  const t = useTexts(findingTexts)
  return (
    <Form.Item name="responsibleId" label={t.responsible} rules={[{ required: true, message: t.pickPerson }]}>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        options={of.map((one) => ({ value: one.id, label: one.name }))}
      />
    </Form.Item>
  )
}

interface JudgedProps {
  title: string
  /** What is judged, where the page behind the window hides it. */
  hint?: string
  type: string
  of: object
  name: string
  yes: string
  no: string
  done: string
  confirmed: boolean
  onClose: () => void
}

/** Yes or no, with a word beside it. */
export function Judged({ of, name, yes, no, ...rest }: JudgedProps) {
  const t = useTexts(findingTexts)
  return (
    <FormModal<Record<string, unknown>>
      {...rest}
      input={(values) => ({ ...of, ...values })}
      initial={{ [name]: true }}
    >
      <Form.Item name={name} label={rest.title}>
        <Radio.Group
          options={[
            { value: true, label: yes },
            { value: false, label: no },
          ]}
        />
      </Form.Item>
      <Words name="word" label={t.word} most={500} />
    </FormModal>
  )
}

export function Words({ name, label, most }: { name: string; label: string; most: number }) {
  const t = useTexts(findingTexts)
  return (
    <Form.Item
      name={name}
      label={label}
      rules={[{ required: true, whitespace: true, min: 2, message: t.min2 }]}
    >
      <Input.TextArea rows={3} maxLength={most} showCount />
    </Form.Item>
  )
}

export function Day({ name, label }: { name: string; label: string }) {
  const t = useTexts(findingTexts)
  return (
    <Form.Item name={name} label={label} extra={t.dayHint} rules={[{ required: true, message: t.pickDay }]}>
      <Input type="date" />
    </Form.Item>
  )
}

/** Documents and pictures as a form value: their content hashes. */
export function Evidence({
  value = [],
  onChange,
}: {
  value?: string[]
  onChange?: (files: string[]) => void
}) {
  const t = useTexts(findingTexts)
  return (
    <FileDrop<StoredFile>
      label={t.files}
      accept={['pdf', 'png', 'jpeg']}
      bytesMax={50 * 1024 * 1024}
      upload={uploadFile}
      onStored={({ file }) => onChange?.([...new Set([...value, file])])}
    />
  )
}
