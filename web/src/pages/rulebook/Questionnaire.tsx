import { Button, Form, Input, Select } from 'antd'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ruleTexts } from './texts.ts'

/** A question as it is typed: options one a line, and which of them is right. */
export interface QuestionInput {
  question: string
  options: string
  answer: number
}

/** Questions of a rule, one to ten, each with its options and its answer. */
export function Questionnaire() {
  const t = useTexts(ruleTexts)
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  return (
    <Form.List name="questions">
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }) => (
            <section key={key} className="mb-rule-question">
              <h2>{fill(t.questionNo, { n: name + 1 })}</h2>
              <Form.Item name={[name, 'question']} label={t.question} rules={needed(t.question)}>
                <Input maxLength={300} />
              </Form.Item>
              <Form.Item
                name={[name, 'options']}
                label={t.options}
                extra={t.optionsHint}
                rules={[
                  ...needed(t.options),
                  {
                    validator: (_, text: string | undefined) =>
                      countOf(text) >= 2 && countOf(text) <= 6
                        ? Promise.resolve()
                        : Promise.reject(new Error(t.optionsHint)),
                  },
                ]}
              >
                <Input.TextArea rows={3} maxLength={1200} />
              </Form.Item>
              <Form.Item name={[name, 'answer']} label={t.answer} rules={needed(t.answer)}>
                <Select
                  options={[0, 1, 2, 3, 4, 5].map((value) => ({
                    value,
                    label: fill(t.optionNo, { n: value + 1 }),
                  }))}
                />
              </Form.Item>
              {fields.length > 1 && (
                <p>
                  <Button size="small" onClick={() => remove(name)}>
                    {fill(t.removeQuestion, { n: name + 1 })}
                  </Button>
                </p>
              )}
            </section>
          ))}
          {fields.length < 10 && (
            <p>
              <Button onClick={() => add({})}>{t.addQuestion}</Button>
            </p>
          )}
        </>
      )}
    </Form.List>
  )
}

const countOf = (text = ''): number => text.split('\n').filter((one) => one.trim() !== '').length
