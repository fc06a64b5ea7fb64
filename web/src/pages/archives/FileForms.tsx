import { Form, Input, InputNumber, Radio, Select } from 'antd'
import { covers } from '../../../../server/src/custody/archives/rules.ts'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { FormModal } from '../people/FormModal.tsx'
import { Counted } from './Loans.tsx'
import { archiveTexts } from './texts.ts'
import type { BoxRow } from './types.ts'

interface OfFile {
  file: string
  onClose: () => void
}
const useNeeded = () => {
  const t = useTexts(archiveTexts)
  return (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
}

export function Recheck({ file, onClose }: OfFile) {
  const t = useTexts(archiveTexts)
  return (
    <FormModal<{ pages: number }>
      title={t.recheck}
      hint={t.recheckHint}
      type="archives.recheckFile"
      confirmed={false}
      done={t.rechecked}
      input={({ pages }) => ({ file, pages })}
      onClose={onClose}
    >
      <Counted />
    </FormModal>
  )
}

export function Bind({ file, onClose }: OfFile) {
  const t = useTexts(archiveTexts)
  const needed = useNeeded()
  return (
    <FormModal<{ pages: number; cover: string }>
      title={t.bind}
      hint={t.bindHint}
      type="archives.bindFile"
      confirmed={false}
      done={t.bindDone}
      initial={{ cover: 'soft' }}
      input={({ pages, cover }) => ({ file, pages, cover })}
      onClose={onClose}
    >
      <Form.Item name="pages" label={t.pagesBound} rules={needed(t.pagesBound)}>
        <InputNumber min={1} max={9999} precision={0} autoFocus />
      </Form.Item>
      <Form.Item name="cover" label={t.cover}>
        <Radio.Group options={covers.map((value) => ({ value, label: t.covers[value] }))} />
      </Form.Item>
    </FormModal>
  )
}

/** Scan-first: the label on the box, typed or scanned, finds it in the list. */
export function Shelve({ file, boxes, onClose }: OfFile & { boxes: BoxRow[] }) {
  const t = useTexts(archiveTexts)
  const needed = useNeeded()
  return (
    <FormModal<{ box: string }>
      title={t.shelve}
      hint={t.boxHint}
      type="archives.shelve"
      confirmed={false}
      done={t.shelved}
      input={(values) => {
        const [room = '', rack = '', box = ''] = values.box.split('-')
        return { file, room, rack, box }
      }}
      onClose={onClose}
    >
      <Form.Item name="box" label={t.box} rules={needed(t.box)}>
        <Select
          showSearch
          autoFocus
          options={boxes.map(({ room, rack, box }) => ({ value: `${room}-${rack}-${box}` }))}
        />
      </Form.Item>
    </FormModal>
  )
}

export function AskLoan({ file, onClose }: OfFile) {
  const t = useTexts(archiveTexts)
  const needed = useNeeded()
  return (
    <FormModal<{ outside: boolean; purpose: string }>
      title={t.ask}
      hint={t.askHint}
      type="archives.askLoan"
      confirmed={false}
      done={({ needsApproval }) => (needsApproval ? t.askedOut : t.asked)}
      initial={{ outside: false }}
      input={({ outside, purpose }) => ({ file, outside, purpose })}
      onClose={onClose}
    >
      <Form.Item name="outside" label={t.outside}>
        <Radio.Group
          options={[
            { value: false, label: t.inRoom },
            { value: true, label: t.outOfRoom },
          ]}
        />
      </Form.Item>
      <Form.Item name="purpose" label={t.purpose} rules={needed(t.purpose)}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}

/** A file is missing, or was found: what happened, in words. */
export function Tell({ file, what, onClose }: OfFile & { what: 'lose' | 'found' }) {
  const t = useTexts(archiveTexts)
  const needed = useNeeded()
  return (
    <FormModal<{ note: string }>
      title={t[what]}
      hint={t.loseHint}
      type={what === 'lose' ? 'archives.reportLoss' : 'archives.foundFile'}
      confirmed={what === 'lose'}
      done={what === 'lose' ? t.lost : t.foundDone}
      input={({ note }) => ({ file, note })}
      onClose={onClose}
    >
      <Form.Item name="note" label={t.note} rules={needed(t.note)}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}
