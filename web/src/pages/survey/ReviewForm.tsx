import { Form, Input, Modal, Radio } from 'antd'
import { type SurveyCheck, surveyChecks } from '../../../../server/src/cadastre/survey/rules.ts'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { Measured } from './Rounds.tsx'
import { surveyTexts } from './texts.ts'
import type { SurveyLine } from './types.ts'

interface Wish {
  found?: Partial<Record<SurveyCheck, string>>
  outcome: 'accepted' | 'returned' | 'refused'
  opinion: string
}

/** Goes through the one list; what is wrong is written beside its point, and told once. */
export function ReviewSurvey({ line, onClose }: { line: SurveyLine; onClose: () => void }) {
  const t = useTexts(surveyTexts)
  const pick = usePick()
  const [form] = Form.useForm<Wish>()
  const review = useAct<object, unknown>('survey.review')
  const send = ({ found, outcome, opinion }: Wish) => {
    const problems = Object.entries(found ?? {}).flatMap(([item, words]) =>
      words?.trim() ? [{ item, words: words.trim() }] : [],
    )
    void review
      .perform({ surveyId: line.id, outcome, problems, opinion: opinion.trim() })
      .then((outcome) => outcome.ok && onClose())
  }
  const outcomes =
    line.round > 1 ? (['accepted', 'refused'] as const) : (['accepted', 'returned', 'refused'] as const)
  return (
    <Modal
      open
      title={fill(t.reviewTitle, { unit: line.unitCode })}
      okText={t.decide}
      okButtonProps={{ loading: review.pending }}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={860}
      destroyOnHidden
    >
      <Measured line={line} />
      <EntryForm<Wish> form={form} refusal={review.refusal} onRefusalClose={review.clear} onSubmit={send}>
        <fieldset className="mb-survey-checks">
          <legend>{t.checklist}</legend>
          <p className="mb-soft">{t.checklistHint}</p>
          {Object.entries(surveyChecks).map(([item, name]) => (
            <Form.Item key={item} name={['found', item]} label={pick(name)}>
              <Input maxLength={300} placeholder={t.problem} />
            </Form.Item>
          ))}
        </fieldset>
        <Form.Item
          name="outcome"
          label={t.outcome}
          rules={[{ required: true, message: fill(t.missing, { field: t.outcome }) }]}
        >
          <Radio.Group options={outcomes.map((value) => ({ value, label: t.outcomes[value] }))} />
        </Form.Item>
        <Form.Item
          name="opinion"
          label={t.opinion}
          rules={[
            { required: true, whitespace: true, min: 2, message: fill(t.missing, { field: t.opinion }) },
          ]}
        >
          <Input.TextArea rows={2} maxLength={500} showCount />
        </Form.Item>
      </EntryForm>
    </Modal>
  )
}
