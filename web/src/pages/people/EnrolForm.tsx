import { DatePicker, Form, Input, Select } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { useApi } from '../../api/queries.ts'
import { IdNumberInput } from '../../forms/IdNumberInput.tsx'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { idNumberTrouble } from '../register/idNumberTrouble.ts'
import { FormModal } from './FormModal.tsx'
import { peopleTexts } from './texts.ts'
import type { PostRow } from './types.ts'

interface Values {
  district: string
  name: string
  idNumber: string
  username: string
  post: string
  from: Dayjs
}

/** Proposes a colleague; the security administrator decides. */
export function EnrolForm({ district: first, onClose }: { district: string; onClose: () => void }) {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const [district, setDistrict] = useState(first)
  const posts = useApi<{ items: PostRow[] }>('posts', { district }).data?.items ?? []
  const required = [{ required: true, message: t.required }]
  return (
    <FormModal<Values>
      title={t.proposeEnrol}
      hint={t.consoleHint}
      type="people.proposeEnrolment"
      done={t.proposed}
      onClose={onClose}
      initial={{ district: first, from: dayjs() }}
      input={(values) => ({ ...values, from: values.from.format('YYYY-MM-DD') })}
    >
      <Form.Item name="district" label={t.office} rules={required}>
        <Select<string>
          onChange={setDistrict}
          showSearch={{ optionFilterProp: 'label' }}
          options={registrationOffices.map((one) => ({ value: one.id, label: pick(one.name) }))}
        />
      </Form.Item>
      <Form.Item name="name" label={t.name} rules={required}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item name="idNumber" label={t.idNumber} rules={required}>
        <IdNumberInput check={idNumberTrouble} />
      </Form.Item>
      <Form.Item name="username" label={t.username} rules={required}>
        <Input maxLength={40} autoComplete="off" className="mb-code" />
      </Form.Item>
      <Form.Item name="post" label={t.post} rules={required}>
        <Select<string>
          showSearch={{ optionFilterProp: 'label' }}
          options={posts.map((one) => ({ value: one.id, label: pick(one) }))}
        />
      </Form.Item>
      <Form.Item name="from" label={t.employedFrom} rules={required}>
        <DatePicker />
      </Form.Item>
    </FormModal>
  )
}
