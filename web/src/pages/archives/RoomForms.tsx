import { Form, Input, InputNumber } from 'antd'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { FormModal } from '../people/FormModal.tsx'
import { archiveTexts } from './texts.ts'
import type { RoomRow } from './types.ts'

export function OpenRoom({ onClose }: { onClose: () => void }) {
  const t = useTexts(archiveTexts)
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  return (
    <FormModal<{ code: string; name: string }>
      title={t.openRoom}
      type="archives.openRoom"
      confirmed={false}
      done={t.roomOpened}
      input={({ code, name }) => ({ code: code.toUpperCase(), name })}
      onClose={onClose}
    >
      <Form.Item name="code" label={t.roomCode} rules={needed(t.roomCode)}>
        <Input maxLength={6} />
      </Form.Item>
      <Form.Item name="name" label={t.roomName} rules={needed(t.roomName)}>
        <Input maxLength={60} />
      </Form.Item>
    </FormModal>
  )
}

export function AddBoxes({ room, onClose }: { room: RoomRow; onClose: () => void }) {
  const t = useTexts(archiveTexts)
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  return (
    <FormModal<{ rack: string; first: number; last: number }>
      title={`${t.addBoxes} · ${room.name}`}
      type="archives.addBoxes"
      confirmed={false}
      done={({ boxes }) => fill(t.boxesAdded, { boxes: String(boxes) })}
      input={({ rack, first, last }) => ({ room: room.code, rack: rack.toUpperCase(), first, last })}
      onClose={onClose}
    >
      <Form.Item name="rack" label={t.rack} rules={needed(t.rack)}>
        <Input maxLength={4} />
      </Form.Item>
      <Form.Item name="first" label={t.firstBox} rules={needed(t.firstBox)}>
        <InputNumber min={1} max={9999} precision={0} />
      </Form.Item>
      <Form.Item name="last" label={t.lastBox} rules={needed(t.lastBox)}>
        <InputNumber min={1} max={9999} precision={0} />
      </Form.Item>
    </FormModal>
  )
}
