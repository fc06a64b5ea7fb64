import { Button, Form, Input, InputNumber, Select } from 'antd'
import { useTexts } from '../../i18n/language.tsx'
import { FormModal } from '../people/FormModal.tsx'
import '../people/people.css'
import './inspections.css'
import { inspectionTexts } from './texts.ts'
import type { ChecklistLine } from './types.ts'
import { useKindOptions } from './words.tsx'

interface Written {
  code: string
  title: string
  kinds: string[]
  threshold: number
  items: {
    clause: string
    wording: string
    weight: number
    scoring: 'yes_no' | 'points'
    most: number
    pass: number
  }[]
}
const blank = { weight: 1, scoring: 'points' as const, most: 10, pass: 6 }

/** A list, or its next version, which begins as the one before it. */
export function ChecklistForm({ after, onClose }: { after: ChecklistLine | null; onClose: () => void }) {
  const t = useTexts(inspectionTexts)
  const kinds = useKindOptions()
  const rule = [{ required: true, message: t.required }]
  const initial: Partial<Written> = after
    ? {
        code: after.code,
        title: after.title,
        kinds: after.kinds,
        threshold: after.threshold,
        items: after.items.map(({ no: _, ...item }) => item),
      }
    : { threshold: 20, items: [blank as Written['items'][number]] }
  return (
    <FormModal<Written>
      title={after ? t.newVersion : t.write}
      type="checklist.write"
      input={({ items, ...values }) => ({
        ...values,
        after: after?.version ?? 0,
        items: items.map((item) => (item.scoring === 'yes_no' ? { ...item, most: 1, pass: 1 } : item)),
      })}
      initial={initial}
      done={t.done}
      confirmed={false}
      onClose={onClose}
    >
      <div className="mb-inspection-pair">
        <Form.Item name="code" label={t.code} rules={rule}>
          <Input maxLength={40} disabled={after !== null} />
        </Form.Item>
        <Form.Item name="title" label={t.listTitle} rules={rule}>
          <Input maxLength={100} />
        </Form.Item>
      </div>
      <Form.Item name="kinds" label={t.kinds} rules={rule}>
        <Select mode="multiple" options={kinds} />
      </Form.Item>
      <Form.Item name="threshold" label={t.threshold} extra={t.thresholdHint} rules={rule}>
        <InputNumber min={0} max={100} precision={0} />
      </Form.Item>
      <Form.List name="items">
        {(fields, { add, remove }) => (
          <>
            {fields.map((field) => (
              <div key={field.key} className="mb-checklist-item">
                <Form.Item name={[field.name, 'clause']} label={t.clause} rules={rule}>
                  <Input maxLength={3} />
                </Form.Item>
                <Form.Item name={[field.name, 'wording']} label={t.item} rules={rule}>
                  <Input maxLength={300} />
                </Form.Item>
                <div className="mb-checklist-numbers">
                  <Form.Item name={[field.name, 'scoring']} label={t.scoring}>
                    <Select
                      options={(['yes_no', 'points'] as const).map((value) => ({
                        value,
                        label: t.scorings[value],
                      }))}
                    />
                  </Form.Item>
                  {(['weight', 'most', 'pass'] as const).map((name) => (
                    <Form.Item
                      key={name}
                      name={[field.name, name]}
                      label={name === 'most' ? t.mostPoints : t[name]}
                      rules={rule}
                    >
                      <InputNumber min={1} max={100} precision={0} />
                    </Form.Item>
                  ))}
                </div>
                {fields.length > 1 && (
                  <Button size="small" onClick={() => remove(field.name)}>
                    {t.removeItem}
                  </Button>
                )}
              </div>
            ))}
            <Button onClick={() => add(blank)}>{t.addItem}</Button>
          </>
        )}
      </Form.List>
    </FormModal>
  )
}
