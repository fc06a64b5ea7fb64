import { DatePicker, Form, Input, Modal, Select } from 'antd'
import type { Dayjs } from 'dayjs'
import dayjs from 'dayjs'
import { useState } from 'react'
import { surveyKinds } from '../../../../server/src/cadastre/survey/rules.ts'
import type { Availability } from '../../api/types.ts'
import { type StoredFile, uploadFile } from '../../api/upload.ts'
import { type ActHandle, useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { FileDrop } from '../../forms/FileDrop.tsx'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { surveyTexts } from './texts.ts'
import type { SurveyLine } from './types.ts'

const reportBytesMax = 50 * 1024 * 1024

interface Wish {
  unitCode?: string
  kind: string
  surveyedBy: string
  surveyedOn: Dayjs
  area: string
  innerArea?: string
  sharedArea?: string
  note?: string
}

/** Hands in what was measured of a unit. */
export function SubmitSurvey({ availability }: { availability: Availability[string] }) {
  const t = useTexts(surveyTexts)
  const [sent, setSent] = useState(0)
  const submit = useAct<object, unknown>('survey.submit')
  return (
    <section className="mb-panel mb-access-form" aria-labelledby="survey-submit">
      <h2 id="survey-submit">{t.submitTitle}</h2>
      {sent > 0 && (
        <p role="status" className="mb-soft">
          {t.submitted}
        </p>
      )}
      <ResultForm
        key={sent}
        act={submit}
        withUnit
        availability={availability}
        onSend={(input) => void submit.perform(input).then((outcome) => outcome.ok && setSent(sent + 1))}
      />
    </section>
  )
}

/** The corrected result of a survey that was sent back. */
export function ResubmitSurvey({ line, onClose }: { line: SurveyLine; onClose: () => void }) {
  const t = useTexts(surveyTexts)
  const resubmit = useAct<object, unknown>('survey.resubmit')
  const last = line.rounds.at(-1)!
  return (
    <Modal
      open
      title={fill(t.resubmitTitle, { unit: line.unitCode })}
      footer={null}
      onCancel={onClose}
      width={760}
      destroyOnHidden
    >
      <ResultForm
        act={resubmit}
        availability={line.availability['survey.resubmit']}
        initial={{
          kind: last.kind,
          surveyedBy: last.surveyedBy,
          surveyedOn: dayjs(last.surveyedOn),
          area: last.area,
          ...(last.innerArea && last.sharedArea
            ? { innerArea: last.innerArea, sharedArea: last.sharedArea }
            : {}),
        }}
        onSend={(input) =>
          void resubmit.perform({ surveyId: line.id, ...input }).then((outcome) => outcome.ok && onClose())
        }
      />
    </Modal>
  )
}

interface ResultFormProps {
  act: ActHandle<object, unknown>
  availability: Availability[string] | undefined
  withUnit?: boolean
  initial?: Partial<Wish>
  onSend: (input: object) => void
}

function ResultForm({ act, availability, withUnit = false, initial, onSend }: ResultFormProps) {
  const t = useTexts(surveyTexts)
  const pick = usePick()
  const [form] = Form.useForm<Wish>()
  const [report, setReport] = useState<{ file: string; name: string } | null>(null)
  const [asked, setAsked] = useState(false)
  const needed = (field: string) => [
    { required: true, whitespace: true, message: fill(t.missing, { field }) },
  ]
  const areaRule = { pattern: /^\d+(\.\d{1,2})?$/, message: t.areaFormat }
  const send = ({ surveyedOn, unitCode, innerArea, sharedArea, note, ...wish }: Wish) => {
    setAsked(true)
    if (!report) return
    onSend({
      ...wish,
      ...(unitCode ? { unitCode: unitCode.replaceAll(' ', '') } : {}),
      surveyedOn: surveyedOn.format('YYYY-MM-DD'),
      ...(innerArea ? { innerArea } : {}),
      ...(sharedArea ? { sharedArea } : {}),
      ...(note?.trim() ? { note: note.trim() } : {}),
      file: report.file,
    })
  }
  return (
    <EntryForm<Wish>
      form={form}
      className="mb-access-fields"
      initialValues={{ kind: 'change', ...initial } as Wish}
      onSubmit={send}
      refusal={act.refusal}
      onRefusalClose={act.clear}
    >
      {withUnit && (
        <Form.Item name="unitCode" label={t.unitCode} rules={needed(t.unitCode)}>
          <Input maxLength={40} className="mb-code" />
        </Form.Item>
      )}
      <Form.Item name="kind" label={t.kind} rules={[{ required: true }]}>
        <Select
          options={Object.entries(surveyKinds).map(([value, name]) => ({ value, label: pick(name) }))}
        />
      </Form.Item>
      <Form.Item name="surveyedBy" label={t.surveyedBy} rules={needed(t.surveyedBy)}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item
        name="surveyedOn"
        label={t.surveyedOn}
        rules={[{ required: true, message: fill(t.missing, { field: t.surveyedOn }) }]}
      >
        <DatePicker maxDate={dayjs()} />
      </Form.Item>
      <Form.Item name="area" label={t.area} rules={[...needed(t.area), areaRule]}>
        <Input inputMode="decimal" maxLength={20} />
      </Form.Item>
      <Form.Item name="innerArea" label={t.inner} rules={[areaRule]}>
        <Input inputMode="decimal" maxLength={20} />
      </Form.Item>
      <Form.Item name="sharedArea" label={t.shared} rules={[areaRule]}>
        <Input inputMode="decimal" maxLength={20} />
      </Form.Item>
      <Form.Item name="note" label={t.note} className="mb-access-wide">
        <Input.TextArea rows={2} maxLength={500} showCount />
      </Form.Item>
      <div className="mb-access-wide mb-survey-report">
        <FileDrop<StoredFile>
          label={t.report}
          accept={['pdf', 'jpeg', 'png', 'tiff']}
          bytesMax={reportBytesMax}
          multiple={false}
          upload={uploadFile}
          onStored={({ file }, { name }) => setReport({ file, name })}
        />
        {asked && !report && (
          <p role="alert" className="mb-field-problem">
            {t.reportMissing}
          </p>
        )}
        <ActButton
          type="primary"
          htmlType={availability?.enabled ? 'submit' : 'button'}
          availability={availability}
          pending={act.pending}
          onClick={() => {}}
        >
          {t.submit}
        </ActButton>
      </div>
    </EntryForm>
  )
}
