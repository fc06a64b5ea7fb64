import { App, Button, Form, Radio } from 'antd'
import { useState } from 'react'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ProofLink } from '../access/words.tsx'
import { ruleTexts } from './texts.ts'
import type { RuleDetail, VersionDetail } from './types.ts'

interface Judged {
  passed: boolean
  try: number
  wrong: number[]
}

/** 学习测试: the questions of a version; the server says which answers were wrong, and never which are right. */
export function Quiz({ rule, version }: { rule: RuleDetail; version: VersionDetail }) {
  const t = useTexts(ruleTexts)
  const { dateTime } = useFormats()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ answers: number[] }>()
  const [last, setLast] = useState<Judged | null>(null)
  const act = useAct<object, Judged>('rule.read')
  const passed = rule.tries.find((one) => one.no === version.no && one.passed)
  if (passed)
    return (
      <section className="mb-panel mb-rule-part">
        <h2>{t.quiz}</h2>
        <p className="mb-rule-line">
          <span className="mb-status mb-status-green">{t.haveRead}</span>{' '}
          <ProofLink actId={passed.actId}>
            {fill(t.quizDone, { at: dateTime(passed.at), no: passed.no, n: passed.try })}
          </ProofLink>
        </p>
      </section>
    )
  const send = async ({ answers }: { answers: number[] }) => {
    const outcome = await act.perform({
      district: rule.district,
      documentId: rule.documentId,
      no: version.no,
      answers,
    })
    if (!outcome.ok) return
    setLast(outcome.result)
    if (outcome.result.passed) void message.success(t.passed)
    else
      form.setFieldsValue({
        answers: answers.map((one, i) => (outcome.result.wrong.includes(i) ? null : one)) as number[],
      })
  }
  const questions = version.quiz ?? []
  return (
    <section className="mb-panel mb-rule-part">
      <h2>{t.quiz}</h2>
      <p className="mb-soft">{t.quizHint}</p>
      {last && !last.passed && (
        <p role="alert" className="mb-rule-notice">
          {fill(t.wrong, { list: last.wrong.map((i) => i + 1).join(t.comma), n: last.try })}
        </p>
      )}
      <EntryForm<{ answers: number[] }>
        form={form}
        refusal={act.refusal}
        onRefusalClose={act.clear}
        onSubmit={(values) => void send(values)}
      >
        {questions.map((one, i) => (
          <Form.Item
            key={one.question}
            name={['answers', i]}
            label={`${i + 1}. ${one.question}`}
            rules={[{ required: true, message: t.choose }]}
          >
            <Radio.Group
              className="mb-rule-options"
              options={one.options.map((label, value) => ({ label, value }))}
            />
          </Form.Item>
        ))}
        <Button type="primary" htmlType="submit" loading={act.pending}>
          {t.submitQuiz}
        </Button>
      </EntryForm>
    </section>
  )
}
