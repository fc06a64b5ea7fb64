import { DatePicker, Form, Input, Select } from 'antd'
import type { Dayjs } from 'dayjs'
import { useState } from 'react'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { useApi } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { FormModal } from './FormModal.tsx'
import { peopleTexts } from './texts.ts'
import type { Holding, PersonView, PostRow } from './types.ts'

interface FormProps {
  person: PersonView
  onClose: () => void
}
type Values = Record<string, unknown>

const dayOf = (value: unknown): string | undefined =>
  (value as Dayjs | null | undefined)?.format('YYYY-MM-DD')
const about = ({ id, district }: PersonView) => ({ district: district.id, personId: id })
/** What was left empty is not said at all. */
const said = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''))

function useRequired() {
  const t = useTexts(peopleTexts)
  return [{ required: true, message: t.required }]
}

const options = (words: Record<string, string>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }))

function Reason() {
  const t = useTexts(peopleTexts)
  return (
    <Form.Item name="reason" label={t.reason} rules={useRequired()}>
      <Input.TextArea rows={2} maxLength={500} />
    </Form.Item>
  )
}

/** Moves somebody to a post, adds one, or has them stand in for a time. */
export function AssignForm({ person, onClose }: FormProps) {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const required = useRequired()
  const [mode, setMode] = useState('transfer')
  const [office, setOffice] = useState(person.district.id)
  const target = mode === 'transfer' ? office : person.district.id
  const posts = useApi<{ items: PostRow[] }>('posts', { district: target }).data?.items ?? []
  return (
    <FormModal<Values>
      title={`${t.assign}${t.colon}${person.name}`}
      {...(mode === 'transfer' ? { hint: t.transferHint } : {})}
      type="people.proposeAssignment"
      done={t.proposed}
      onClose={onClose}
      initial={{ mode: 'transfer', toDistrict: person.district.id }}
      input={({ from, until, toDistrict, ...values }) =>
        said({
          ...about(person),
          ...values,
          toDistrict: mode === 'transfer' ? toDistrict : undefined,
          from: dayOf(from),
          until: dayOf(until),
        })
      }
    >
      <Form.Item name="mode" label={t.mode} rules={required}>
        <Select<string> options={options(t.modes)} onChange={setMode} />
      </Form.Item>
      {mode === 'transfer' && (
        <Form.Item name="toDistrict" label={t.office} rules={required}>
          <Select<string>
            onChange={setOffice}
            showSearch={{ optionFilterProp: 'label' }}
            options={registrationOffices.map((one) => ({ value: one.id, label: pick(one.name) }))}
          />
        </Form.Item>
      )}
      <Form.Item name="post" label={t.post} rules={required}>
        <Select<string>
          showSearch={{ optionFilterProp: 'label' }}
          options={posts.map((one) => ({ value: one.id, label: pick(one) }))}
        />
      </Form.Item>
      <Form.Item name="from" label={t.from} {...(mode === 'transfer' ? { extra: t.transferFrom } : {})}>
        <DatePicker />
      </Form.Item>
      <Form.Item name="until" label={t.until} rules={mode === 'acting' || mode === 'cover' ? required : []}>
        <DatePicker />
      </Form.Item>
      <Reason />
    </FormModal>
  )
}

export function AwayForm({ person, onClose }: FormProps) {
  const t = useTexts(peopleTexts)
  const required = useRequired()
  return (
    <FormModal<Values>
      title={`${t.leave}${t.colon}${person.name}`}
      hint={t.leaveHint}
      type="people.startLeave"
      done={t.done}
      onClose={onClose}
      initial={{ kind: 'annual' }}
      input={({ during, ...values }) => {
        const [from, until] = during as [Dayjs, Dayjs]
        return said({ ...about(person), ...values, from: dayOf(from), until: dayOf(until) })
      }}
    >
      <Form.Item name="kind" label={t.absenceKind} rules={required}>
        <Select<string> options={options(t.absenceKinds)} />
      </Form.Item>
      <Form.Item name="during" label={`${t.from} – ${t.to}`} rules={required}>
        <DatePicker.RangePicker placeholder={[t.from, t.to]} />
      </Form.Item>
      <Form.Item name="note" label={t.note}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}

export function LeavingForm({ person, onClose }: FormProps) {
  const t = useTexts(peopleTexts)
  return (
    <FormModal<Values>
      title={`${t.leaving}${t.colon}${person.name}`}
      hint={t.leavingHint}
      type="people.leave"
      done={t.done}
      onClose={onClose}
      input={({ lastDay, ...values }) => said({ ...about(person), ...values, lastDay: dayOf(lastDay) })}
    >
      <Form.Item name="reason" label={t.reason} rules={useRequired()}>
        <Select<string> options={options(t.leavingReasons)} />
      </Form.Item>
      <Form.Item name="lastDay" label={t.lastDay}>
        <DatePicker />
      </Form.Item>
      <Form.Item name="note" label={t.note}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}

export function ResetForm({ person, onClose }: FormProps) {
  const t = useTexts(peopleTexts)
  return (
    <FormModal<Values>
      title={`${t.reset}${t.colon}${person.name}`}
      hint={t.resetHint}
      type="account.requestReset"
      done={t.proposed}
      onClose={onClose}
      input={(values) => ({ ...about(person), ...values })}
    >
      <Reason />
    </FormModal>
  )
}

export function RenameForm({ person, onClose }: FormProps) {
  const t = useTexts(peopleTexts)
  return (
    <FormModal<Values>
      title={`${t.rename}${t.colon}${person.name}`}
      type="people.proposeName"
      done={t.proposed}
      onClose={onClose}
      initial={{ name: person.name }}
      input={(values) => ({ ...about(person), ...values })}
    >
      <Form.Item name="name" label={t.newName} rules={useRequired()}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Reason />
    </FormModal>
  )
}

/** Ends one of the posts somebody holds. */
export function EndPostForm({ person, holding, onClose }: FormProps & { holding: Holding }) {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  return (
    <FormModal<Values>
      title={`${t.endPost}${t.colon}${person.name} · ${pick(holding)}`}
      hint={t.endPostHint}
      type="people.endPost"
      done={t.done}
      onClose={onClose}
      input={(values) => ({ ...about(person), holdingId: holding.id, ...values })}
    >
      <Reason />
    </FormModal>
  )
}
