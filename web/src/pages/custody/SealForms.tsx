import { Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { FormModal } from '../people/FormModal.tsx'
import { OneFile } from './Pictures.tsx'
import type { HandoverRow, SealBoard, SealRow } from './SealsPage.tsx'
import { sealTexts } from './sealTexts.ts'

const useNeeded = () => {
  const t = useTexts(sealTexts)
  return (field: string) => [{ required: true, whitespace: true, message: fill(t.needed, { field }) }]
}
const choices = (people: SealBoard['people']) => people.map((one) => ({ value: one.id, label: one.name }))

interface NewSeal {
  no: number
  kind: string
  name: string
  number: string
  keeperId: string
  position: string
  image: string
  electronic?: boolean
  replaces?: number
}

/** A seal enters the register, with its impression and its one keeper. */
export function RegisterSeal({
  people,
  seals,
  onClose,
}: Pick<SealBoard, 'people' | 'seals'> & { onClose: () => void }) {
  const t = useTexts(sealTexts)
  const needed = useNeeded()
  const out = seals.filter((one) => one.state !== 'active' && one.replacedBy === null)
  return (
    <FormModal<NewSeal>
      title={t.register}
      type="custody.registerSeal"
      done={t.registered}
      initial={{ kind: 'registration' }}
      input={(values) => values}
      onClose={onClose}
    >
      <Form.Item
        name="no"
        label={t.no}
        rules={[{ required: true, message: fill(t.needed, { field: t.no }) }]}
      >
        <InputNumber min={1} max={9999} precision={0} />
      </Form.Item>
      <Form.Item name="kind" label={t.kind} rules={needed(t.kind)}>
        <Select options={Object.entries(t.kinds).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item name="name" label={t.name} rules={needed(t.name)}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="number" label={t.number} rules={needed(t.number)}>
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="keeperId" label={t.keeper} rules={needed(t.keeper)}>
        <Select showSearch={{ optionFilterProp: 'label' }} options={choices(people)} />
      </Form.Item>
      <Form.Item name="position" label={t.position} rules={needed(t.position)}>
        <Input maxLength={100} />
      </Form.Item>
      {out.length > 0 && (
        <Form.Item name="replaces" label={t.replaces}>
          <Select
            allowClear
            options={out.map((one) => ({ value: one.no, label: `${one.no} ${one.name}` }))}
          />
        </Form.Item>
      )}
      <Form.Item name="electronic" valuePropName="checked" extra={t.electronicHint}>
        <Checkbox>{t.electronic}</Checkbox>
      </Form.Item>
      <Form.Item name="image" label={t.image} rules={needed(t.image)}>
        <OneFile label={t.image} />
      </Form.Item>
    </FormModal>
  )
}

/** A leader approves, before anything moves, that a seal passes to another. */
export function ApproveHandover({
  seal,
  people,
  onClose,
}: {
  seal: SealRow
  people: SealBoard['people']
  onClose: () => void
}) {
  const t = useTexts(sealTexts)
  const needed = useNeeded()
  return (
    <FormModal<{ to: string; reason: string }>
      title={`${t.approveHandover} · ${seal.no} ${seal.name}`}
      hint={t.handoverHint}
      type="custody.approveSealHandover"
      done={t.approved}
      input={(values) => ({ no: seal.no, ...values })}
      onClose={onClose}
    >
      <Form.Item name="to" label={t.to} rules={needed(t.to)}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={choices(people.filter((one) => one.id !== seal.keeperId))}
        />
      </Form.Item>
      <Form.Item name="reason" label={t.reason} rules={needed(t.reason)}>
        <Input.TextArea rows={2} maxLength={500} showCount />
      </Form.Item>
    </FormModal>
  )
}

/** What was approved is called off, with a reason. */
export function CancelHandover({ handover, onClose }: { handover: HandoverRow; onClose: () => void }) {
  const t = useTexts(sealTexts)
  const needed = useNeeded()
  return (
    <FormModal<{ reason: string }>
      title={`${t.cancel} · ${handover.sealNo} ${handover.name}`}
      type="custody.cancelSealHandover"
      confirmed={false}
      done={t.cancelled}
      input={(values) => ({ handoverId: handover.id, ...values })}
      onClose={onClose}
    >
      <Form.Item name="reason" label={t.reason} rules={needed(t.reason)}>
        <Input.TextArea rows={2} maxLength={500} showCount />
      </Form.Item>
    </FormModal>
  )
}

/** A seal out of use is listed to be destroyed. */
export function DestroySeal({ seal, onClose }: { seal: SealRow; onClose: () => void }) {
  const t = useTexts(sealTexts)
  const needed = useNeeded()
  return (
    <FormModal<{ note: string }>
      title={`${t.askDestruction} · ${seal.no} ${seal.name}`}
      hint={t.destructionHint}
      type="custody.askSealDestruction"
      confirmed={false}
      done={t.destructionAsked}
      input={(values) => ({ no: seal.no, ...values })}
      onClose={onClose}
    >
      <Form.Item name="note" label={t.reason} rules={needed(t.reason)}>
        <Input.TextArea rows={2} maxLength={500} showCount />
      </Form.Item>
    </FormModal>
  )
}

/** A worn or replaced seal leaves use. */
export function RetireSeal({ seal, onClose }: { seal: SealRow; onClose: () => void }) {
  const t = useTexts(sealTexts)
  const needed = useNeeded()
  return (
    <FormModal<{ reason: string }>
      title={`${t.retire} · ${seal.no} ${seal.name}`}
      type="custody.retireSeal"
      done={t.retireDone}
      input={(values) => ({ no: seal.no, ...values })}
      onClose={onClose}
    >
      <Form.Item name="reason" label={t.reason} rules={needed(t.reason)}>
        <Input.TextArea rows={2} maxLength={500} showCount />
      </Form.Item>
    </FormModal>
  )
}
