import { Form, Input, Modal } from 'antd'
import type { Refusal } from '../../api/types.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useTexts } from '../../i18n/language.tsx'
import { accessTexts } from './texts.ts'

interface WordModalProps {
  title: string
  hint?: string
  label: string
  action: string
  danger?: boolean
  pending: boolean
  refusal: Refusal | null
  onRefusalClose: () => void
  onWord: (word: string) => void
  onClose: () => void
}

/** Asks for the word that stands beside a decision. Ctrl+Enter submits. */
export function WordModal(props: WordModalProps) {
  const {
    title,
    hint,
    label,
    action,
    danger = false,
    pending,
    refusal,
    onRefusalClose,
    onWord,
    onClose,
  } = props
  const t = useTexts(accessTexts)
  const [form] = Form.useForm<{ word: string }>()
  return (
    <Modal
      open
      title={title}
      okText={action}
      cancelText={t.cancel}
      okButtonProps={{ danger, loading: pending }}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      {hint && <p className="mb-soft">{hint}</p>}
      <EntryForm<{ word: string }>
        form={form}
        refusal={refusal}
        onRefusalClose={onRefusalClose}
        onSubmit={({ word }) => onWord(word.trim())}
      >
        <Form.Item
          name="word"
          label={label}
          rules={[{ required: true, whitespace: true, min: 2, message: t.wordMissing }]}
        >
          <Input.TextArea autoFocus rows={3} maxLength={500} showCount />
        </Form.Item>
      </EntryForm>
    </Modal>
  )
}
