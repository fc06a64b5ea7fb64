import { App, Button, Form, Modal } from 'antd'
import type { ReactNode } from 'react'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useTexts } from '../../i18n/language.tsx'
import { peopleTexts } from './texts.ts'

interface FormModalProps<V extends object> {
  title: string
  hint?: string
  /** The act, and its input made of what was typed. */
  type: string
  input: (values: V) => object
  initial?: Partial<V>
  done: string
  onClose: () => void
  children: ReactNode
}

/** One act about a person or a post as a form in a window of its own. Nothing typed is lost when it is refused. */
export function FormModal<V extends object>(props: FormModalProps<V>) {
  const { title, hint, type, input, initial, done, onClose, children } = props
  const t = useTexts(peopleTexts)
  const { message } = App.useApp()
  const [form] = Form.useForm<V>()
  const act = useAct<object, unknown>(type, { confirmed: true })
  const submit = async (values: V) => {
    const outcome = await act.perform(input(values))
    if (!outcome.ok) return
    void message.success(done)
    onClose()
  }
  return (
    <Modal open title={title} footer={null} onCancel={onClose} width={560} destroyOnHidden>
      {hint && <p className="mb-soft">{hint}</p>}
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
