import { Form, type FormInstance, type FormProps } from 'antd'
import { type ReactNode, useEffect, useState } from 'react'
import type { Refusal } from '../api/types.ts'
import { usePick, useTexts } from '../i18n/language.tsx'
import { RefusalAlert } from '../ui/RefusalAlert.tsx'
import { showFieldProblems } from './fieldProblems.ts'
import { entryKeys } from './keys.ts'
import { formTexts } from './texts.ts'

interface EntryFormProps<V extends object> extends Omit<FormProps<V>, 'onFinish' | 'children' | 'form'> {
  form?: FormInstance<V>
  /** Only called when the fields' own rules hold. */
  onSubmit: (values: V) => void
  /** The latest refusal of the act this form sends; its fields are shown where they belong. */
  refusal: Refusal | null
  onRefusalClose?: () => void
  children: ReactNode
}

/** A form for entering register data: keyboard first, refusals beside their fields, nothing lost on failure. */
export function EntryForm<V extends object>({
  form: given,
  onSubmit,
  refusal,
  onRefusalClose,
  children,
  ...rest
}: EntryFormProps<V>) {
  const [form] = Form.useForm<V>(given)
  const t = useTexts(formTexts)
  const pick = usePick()
  const [homeless, setHomeless] = useState<NonNullable<Refusal['fields']>>([])
  useEffect(() => {
    setHomeless(refusal?.fields ? showFieldProblems(form, refusal.fields, pick) : [])
  }, [refusal, form, pick])
  return (
    <>
      {refusal && (
        <RefusalAlert
          refusal={{ ...refusal, fields: homeless }}
          {...(onRefusalClose ? { onClose: onRefusalClose } : {})}
        />
      )}
      <Form<V>
        layout="vertical"
        scrollToFirstError={{ block: 'center', focus: true }}
        {...rest}
        form={form}
        onFinish={onSubmit}
        onKeyDown={(event) => entryKeys(event, () => form.submit())}
      >
        {children}
        <p className="mb-keys-hint mb-screen-only">{t.keysHint}</p>
      </Form>
    </>
  )
}
