import { App, Button, Form, Input, Select } from 'antd'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import '../people/people.css'
import { Part } from './Part.tsx'
import { meetingTexts } from './texts.ts'
import type { MeetingDetail } from './types.ts'

interface Values {
  body: string
  decisions?: { what: string; ownerId: string; dueOn: string; findingId?: string }[]
}

/** 撰写纪要: what was said, and what was decided: each with an owner and a day. */
export function MinutesForm({ meeting, onDone }: { meeting: MeetingDetail; onDone: () => void }) {
  const t = useTexts(meetingTexts)
  const pick = usePick()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const act = useAct<object, unknown>('meeting.minutes')
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  const send = async ({ body, decisions = [] }: Values) => {
    const outcome = await act.perform({
      district: meeting.district,
      meetingId: meeting.id,
      body,
      decisions,
    })
    if (!outcome.ok) return
    void message.success(t.saved)
    onDone()
  }
  return (
    <Part title={t.writeMinutes}>
      <p className="mb-soft mb-modal-hint">{t.minutesHint}</p>
      <EntryForm<Values>
        form={form}
        refusal={act.refusal}
        onRefusalClose={act.clear}
        onSubmit={(values) => void send(values)}
        initialValues={{ body: meeting.minutes.at(-1)?.body ?? '' }}
      >
        <Form.Item
          name="body"
          className="mb-meeting-body"
          label={t.body}
          rules={[{ required: true, whitespace: true, min: 2, message: fill(t.needed, { field: t.body }) }]}
        >
          <Input.TextArea maxLength={20_000} showCount />
        </Form.Item>
        <Form.List name="decisions">
          {(fields, { add, remove }) => (
            <>
              {fields.map(({ key, name }) => (
                <section key={key} className="mb-meeting-decision">
                  <h3>{fill(t.decisionNo, { n: name + 1 })}</h3>
                  <div className="mb-access-fields">
                    <Form.Item
                      name={[name, 'what']}
                      label={t.what}
                      className="mb-access-wide"
                      rules={needed(t.what)}
                    >
                      <Input maxLength={1000} />
                    </Form.Item>
                    <Form.Item name={[name, 'ownerId']} label={t.owner} rules={needed(t.owner)}>
                      <Select
                        showSearch={{ optionFilterProp: 'label' }}
                        options={meeting.colleagues.map((one) => ({ value: one.id, label: one.name }))}
                      />
                    </Form.Item>
                    <Form.Item name={[name, 'dueOn']} label={t.due} rules={needed(t.due)}>
                      <Input type="date" />
                    </Form.Item>
                    <Form.Item name={[name, 'findingId']} label={t.about}>
                      <Select
                        allowClear
                        showSearch={{ optionFilterProp: 'label' }}
                        options={meeting.agenda.map((one) => ({
                          value: one.findingId,
                          label: `${one.no}. ${pick(one)}`,
                        }))}
                      />
                    </Form.Item>
                  </div>
                  <Button size="small" onClick={() => remove(name)}>
                    {fill(t.removeDecision, { n: name + 1 })}
                  </Button>
                </section>
              ))}
              <p className="mb-meeting-add">
                <Button onClick={() => add({})}>{t.addDecision}</Button>
              </p>
            </>
          )}
        </Form.List>
        <Button type="primary" htmlType="submit" loading={act.pending}>
          {t.save}
        </Button>
      </EntryForm>
    </Part>
  )
}
