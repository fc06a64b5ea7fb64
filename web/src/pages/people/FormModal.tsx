import { App, Button, Form, Modal } from 'antd'
import type { ReactNode } from 'react'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useTexts } from '../../i18n/language.tsx'
import './people.css'
import { peopleTexts } from './texts.ts'

interface FormModalProps<V extends object> {
  title: string
  hint?: string
  /** The act, and its input made of what was typed. */
  type: string
  input: (values: V) => object
  initial?: Partial<V>
  /** What is said when it is done; it may depend on what came of it. */
  done: string | ((result: Record<string, unknown>) => string)
  /** Whether the act is of high value, so that the exact command is confirmed. */
  confirmed?: boolean
  onClose: () => void
  children: ReactNode
}

/** One act about a person or a post as a form in a window of its own. Nothing typed is lost when it is refused. */
export function FormModal<V extends object>(props: FormModalProps<V>) {
  const { title, hint, type, input, initial, done, confirmed = true, onClose, children } = props
  const t = useTexts(peopleTexts)
  const { message } = App.useApp()
  const [form] = Form.useForm<V>()
  const act = useAct<object, Record<string, unknown>>(type, { confirmed, about: confirmed ? title : null })
  const submit = async (values: V) => {
    const outcome = await act.perform(input(values))
    if (!outcome.ok) return
    void message.success(typeof done === 'string' ? done : done(outcome.result))
    onClose()
  }
  return (
    <Modal open title={title} footer={null} onCancel={onClose} width={560} destroyOnHidden>
      {hint && <p className="mb-soft mb-modal-hint">{hint}</p>}
      <EntryForm<V>
        form={form}
        onSubmit={(values) => void submit(values)}
        refusal={act.refusal}
        onRefusalClose={act.clear}
        {...(initial ? { initialValues: initial as never } : {})}
      >
        {children}
        <div className="mb-modal-actions">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="primary" htmlType="submit" loading={act.pending}>
            {t.submit}
          </Button>
        </div>
      </EntryForm>
    </Modal>
  )
}
