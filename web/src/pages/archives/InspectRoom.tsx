import { Checkbox, Form, Input, InputNumber } from 'antd'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { FormModal } from '../people/FormModal.tsx'
import { archiveTexts } from './texts.ts'
import type { RoomRow } from './types.ts'

interface Seen {
  fire?: boolean
  theft?: boolean
  damp?: boolean
  temperature: number
  humidity: number
  note?: string
}

/** An inspection: three ticks, two readings; what is not as it should be is said in words. */
export function InspectRoom({ room, onClose }: { room: RoomRow; onClose: () => void }) {
  const t = useTexts(archiveTexts)
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  return (
    <FormModal<Seen>
      title={`${t.inspect} · ${room.name}`}
      hint={t.inspectHint}
      type="archives.inspectRoom"
      confirmed={false}
      done={({ sound }) => (sound ? t.inspected : t.inspectedFault)}
      input={({ fire = false, theft = false, damp = false, temperature, humidity, note }) => ({
        room: room.code,
        fire,
        theft,
        damp,
        temperatureTenths: Math.round(temperature * 10),
        humidityTenths: Math.round(humidity * 10),
        ...(note ? { note } : {}),
      })}
      onClose={onClose}
    >
      {(['fire', 'theft', 'damp'] as const).map((name) => (
        <Form.Item key={name} name={name} valuePropName="checked" style={{ marginBottom: 4 }}>
          <Checkbox>
            {t[name]} {t.fits}
          </Checkbox>
        </Form.Item>
      ))}
      <Form.Item name="temperature" label={t.temperature} rules={needed(t.temperature)}>
        <InputNumber min={-30} max={60} precision={1} step={0.1} />
      </Form.Item>
      <Form.Item name="humidity" label={t.humidity} rules={needed(t.humidity)}>
        <InputNumber min={0} max={100} precision={1} step={0.1} />
      </Form.Item>
      <Form.Item name="note" label={t.note}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}
