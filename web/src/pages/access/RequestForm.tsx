import { SendOutlined } from '@ant-design/icons'
import { Alert, Button, Checkbox, DatePicker, Form, Input, Select } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import { useSession } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { accessTexts } from './texts.ts'
import type { Mine } from './types.ts'
import { useWords } from './words.tsx'

interface Wish {
  personId?: string
  duty: string
  businesses: string[]
  purposes: string[]
  until: Dayjs
  reason: string
}

/** Asks for a duty: what it is, for which business and purpose, until when and why. What cannot be had says why. */
export function RequestForm({ mine }: { mine: Mine }) {
  const t = useTexts(accessTexts)
  const pick = usePick()
  const words = useWords()
  const { date } = useFormats()
  const session = useSession().data
  const [form] = Form.useForm<Wish>()
  const [sent, setSent] = useState(false)
  const duty = Form.useWatch('duty', form)
  const forWhom = Form.useWatch('personId', form)
  const ask = useAct<object, { requestId: string }>('access.request')
  const served = mine.duties.find((one) => one.id === duty)?.purposes ?? []
  const purposeNames = t.purposes as Record<string, string>
  const send = async ({ until, personId, ...wish }: Wish) => {
    setSent(false)
    const outcome = await ask.perform({
      district: session!.district.id,
      ...wish,
      ...(personId && personId !== session!.person.id ? { personId } : {}),
      reason: wish.reason.trim(),
      until: until.format('YYYY-MM-DD'),
    })
    if (outcome.ok) {
      form.resetFields()
      setSent(true)
    }
  }
  const forMe = !forWhom || forWhom === session?.person.id
  const today = dayjs(date(new Date().toISOString()))
  return (
    <section className="mb-panel mb-access-form" aria-labelledby="ask-title">
      <h2 id="ask-title">{t.ask}</h2>
      <p className="mb-soft">
        {t.askWhy} <ClauseTag clause="6.7" />
      </p>
      {sent && <Alert type="success" showIcon title={t.submitted} />}
      <EntryForm<Wish>
        form={form}
        className="mb-access-fields"
        initialValues={{ businesses: ['*'] }}
        onSubmit={(wish) => void send(wish)}
        refusal={ask.refusal}
        onRefusalClose={ask.clear}
        onValuesChange={(changed: Partial<Wish>) => {
          if (changed.duty)
            form.setFieldValue('purposes', mine.duties.find((one) => one.id === changed.duty)?.purposes ?? [])
        }}
      >
        {mine.colleagues.length > 0 && (
          <Form.Item name="personId" label={t.forWhom}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              placeholder={t.myself}
              allowClear
              options={[
                { value: session?.person.id ?? '', label: t.myself },
                ...mine.colleagues.map((one) => ({ value: one.id, label: one.name })),
              ]}
            />
          </Form.Item>
        )}
        <Form.Item name="duty" label={t.duty} rules={[{ required: true, message: t.dutyMissing }]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={mine.duties.map((one) => ({
              value: one.id,
              label:
                forMe && one.conflict
                  ? `${pick(one.name)}（${fill(t.conflicts, { duty: words.duty(one.conflict) })}）`
                  : forMe && one.held
                    ? `${pick(one.name)}（${t.alreadyHeld}）`
                    : pick(one.name),
              disabled: forMe && one.conflict !== null,
            }))}
          />
        </Form.Item>
        <Form.Item
          name="businesses"
          label={t.business}
          rules={[{ required: true, message: t.businessMissing }]}
        >
          <Select
            mode="multiple"
            options={[
              { value: '*', label: t.allBusinesses },
              ...mine.businesses.map((one) => ({ value: one.code, label: `${one.code} ${pick(one.name)}` })),
            ]}
          />
        </Form.Item>
        <Form.Item
          name="until"
          label={t.until}
          extra={fill(t.untilHint, { days: mine.maxTermDays })}
          rules={[{ required: true, message: t.untilMissing }]}
        >
          <DatePicker minDate={today.add(1, 'day')} maxDate={today.add(mine.maxTermDays, 'day')} />
        </Form.Item>
        {/* A group of boxes is not itself something to fill in: what is required is said of the line, not of the group. */}
        <Form.Item label={t.purpose} required className="mb-access-wide">
          <Form.Item name="purposes" noStyle rules={[{ type: 'array', min: 1, message: t.purposeMissing }]}>
            <Checkbox.Group
              options={served.map((one) => ({ value: one, label: purposeNames[one] ?? one }))}
            />
          </Form.Item>
          {served.length === 0 && <span className="mb-soft">{t.purposeAfterDuty}</span>}
        </Form.Item>
        <Form.Item
          name="reason"
          label={t.reason}
          className="mb-access-wide"
          rules={[{ required: true, whitespace: true, min: 5, message: t.reasonMissing }]}
        >
          <Input.TextArea rows={2} maxLength={500} showCount />
        </Form.Item>
        <div className="mb-access-wide">
          <Button type="primary" htmlType="submit" icon={<SendOutlined aria-hidden />} loading={ask.pending}>
            {t.submit}
          </Button>
        </div>
      </EntryForm>
    </section>
  )
}
