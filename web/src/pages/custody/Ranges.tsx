import { Form, Input } from 'antd'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { readRanges, sizeOf } from './ranges.ts'
import { custodyTexts } from './texts.ts'

/** First and last number; the last is the first when it is left empty. */
export function RangeFields() {
  const t = useTexts(custodyTexts)
  const form = Form.useFormInstance()
  return (
    <>
      <Form.Item
        name="first"
        label={t.first}
        rules={[{ required: true, message: fill(t.needed, { field: t.first }) }]}
      >
        <Input className="mb-code" maxLength={20} autoComplete="off" />
      </Form.Item>
      <Form.Item name="last" label={t.last}>
        <Input
          className="mb-code"
          maxLength={20}
          autoComplete="off"
          onFocus={() => {
            if (!form.getFieldValue('last')) form.setFieldValue('last', form.getFieldValue('first'))
          }}
        />
      </Form.Item>
    </>
  )
}

/** First and last as an act takes them. */
export const rangeInput = ({ first, last }: { first: string; last?: string }) => ({
  first: first.replace(/\s+/g, '').toUpperCase(),
  last: (last || first).replace(/\s+/g, '').toUpperCase(),
})

/** Many numbers, line by line, as a scanner types them. The form's value is the text; `readRanges` makes ranges of it. */
export function RangeList({ name, label, hint }: { name: string; label: string; hint?: string }) {
  const t = useTexts(custodyTexts)
  const pick = usePick()
  const text = (Form.useWatch(name, Form.useFormInstance()) as string | undefined) ?? ''
  const { ranges, problems } = readRanges(text)
  return (
    <Form.Item
      name={name}
      label={label}
      initialValue=""
      extra={
        problems.length === 0 && ranges.length > 0
          ? fill(t.rangesRead, { count: sizeOf(ranges) })
          : [t.rangesHint, hint].filter(Boolean).join(' ')
      }
      rules={[
        {
          validator: async (_, value: string) => {
            const [first] = readRanges(value ?? '').problems
            if (first)
              throw new Error(fill(t.lineProblem, { line: first.line, problem: pick(first.message) }))
          },
        },
      ]}
    >
      <Input.TextArea className="mb-code" rows={4} autoComplete="off" spellCheck={false} />
    </Form.Item>
  )
}
