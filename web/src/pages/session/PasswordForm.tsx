import { Button, Form, Input, type InputRef } from 'antd'
import { useEffect, useRef } from 'react'
import { useAct } from '../../api/useAct.ts'
import { showFieldProblems } from '../../forms/fieldProblems.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { CapsHint } from './CapsHint.tsx'
import { sessionTexts } from './texts.ts'

interface Values {
  username: string
  ticket: string
  old: string
  password: string
  again: string
}

interface PasswordFormProps {
  /** With a one-time ticket instead of the present password. */
  withTicket?: boolean
  /** Who has set which password, so that a first sign-in need not ask again. */
  onDone: (set: { username: string; password: string }) => void
}

/** Sets a new password: for the present one, or for a ticket that was handed over in person. */
export function PasswordForm({ withTicket = false, onDone }: PasswordFormProps) {
  const t = useTexts(sessionTexts)
  const pick = usePick()
  const [form] = Form.useForm<Values>()
  const act = useAct<object, unknown>(withTicket ? 'account.activate' : 'account.changePassword', {
    refresh: nothing,
  })
  const first = useRef<InputRef>(null)
  useEffect(() => first.current?.focus(), [])
  useEffect(() => {
    if (act.refusal?.fields) showFieldProblems(form, act.refusal.fields, pick)
  }, [act.refusal, form, pick])
  const submit = async ({ username = '', ticket, old, password }: Values) => {
    const outcome = await act.perform(
      withTicket ? { username: username.trim(), ticket: ticket.trim(), password } : { old, password },
    )
    if (outcome.ok) onDone({ username: username.trim(), password })
  }
  return (
    <>
      {act.refusal && <RefusalAlert refusal={{ ...act.refusal, fields: [] }} onClose={act.clear} />}
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(values) => void submit(values)}
      >
        {withTicket ? (
          <>
            <Form.Item
              name="username"
              label={t.username}
              rules={[{ required: true, whitespace: true, message: t.usernameMissing }]}
            >
              <Input
                ref={first}
                autoComplete="username"
                autoCapitalize="off"
                spellCheck={false}
                maxLength={40}
              />
            </Form.Item>
            <Form.Item
              name="ticket"
              label={t.ticket}
              extra={t.ticketHint}
              rules={[{ required: true, whitespace: true, message: t.ticketMissing }]}
            >
              <Input autoComplete="one-time-code" spellCheck={false} maxLength={60} />
            </Form.Item>
          </>
        ) : (
          <Form.Item
            name="old"
            label={t.oldPassword}
            rules={[{ required: true, message: t.passwordMissing }]}
          >
            <Input.Password ref={first} autoComplete="current-password" maxLength={200} />
          </Form.Item>
        )}
        <Form.Item
          name="password"
          label={t.newPassword}
          extra={t.rules}
          rules={[{ required: true, message: t.passwordMissing }]}
        >
          <Input.Password autoComplete="new-password" maxLength={200} />
        </Form.Item>
        <Form.Item
          name="again"
          label={t.again}
          dependencies={['password']}
          rules={[
            ({ getFieldValue }) => ({
              validator: async (_, value) => {
                if (value !== getFieldValue('password')) throw new Error(t.notTheSame)
              },
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" maxLength={200} />
        </Form.Item>
        <CapsHint />
        <Button type="primary" htmlType="submit" size="large" block loading={act.pending}>
          {withTicket ? t.activate : t.changePassword}
        </Button>
      </Form>
    </>
  )
}

const nothing: never[] = []
