import { Form, Input, Select } from 'antd'
import type { StoredFile } from '../../api/upload.ts'
import { uploadFile } from '../../api/upload.ts'
import { FileDrop } from '../../forms/FileDrop.tsx'
import { useTexts } from '../../i18n/language.tsx'
import { deskTexts } from './caseTexts.ts'
import { scanBytesMax } from './MaterialsTab.tsx'
import type { CaseView } from './types.ts'

/** Acts that do a stage again after a blank was spoiled, and the states of the certificate they belong to. */
const redo: Record<string, { states: readonly string[]; stage: string }> = {
  'case.spoil': { states: ['printed', 'sealed'], stage: 'printing' },
  'case.reprint': { states: ['recorded'], stage: 'printing' },
  'case.reseal': { states: ['printed'], stage: 'sealing' },
}

/**
 * Whether an act has its place on the desk now: what does a stage again only once that stage was done, a notice only of a loss
 * and only once.
 */
export function isTimely(view: CaseView, type: string): boolean {
  const { lossNotice } = view
  if (type === 'case.publishLoss') return view.body.renewal?.why === 'lost' && lossNotice === null
  if (type === 'case.endLossNotice') return lossNotice !== null && !lossNotice.ended
  const again = redo[type]
  if (!again) return true
  const done = view.stages.find((stage) => stage.id === again.stage)?.done
  return Boolean(done && view.certificate && again.states.includes(view.certificate.state))
}

/** The picture of the stamp as a form value: its content hash. */
export function StampPhoto({ value, onChange }: { value?: string; onChange?: (file: string) => void }) {
  const t = useTexts(deskTexts)
  return (
    <>
      <FileDrop<StoredFile>
        label={t.stampPhoto}
        accept={['png', 'jpeg']}
        bytesMax={scanBytesMax}
        multiple={false}
        upload={uploadFile}
        onStored={({ file }) => onChange?.(file)}
      />
      {value && <span className="mb-good-text">{t.stampPhotoTaken}</span>}
    </>
  )
}

/** Why the printed blank is void, with the picture of the stamp on it. */
export function SpoilFields() {
  const t = useTexts(deskTexts)
  const reasons = Object.entries(t.spoilReasons).map(([value, label]) => ({ value, label }))
  return (
    <>
      <Form.Item name="reason" label={t.spoilReason} rules={[{ required: true, message: t.spoilReason }]}>
        <Select options={reasons} />
      </Form.Item>
      <Form.Item name="photo" label={t.stampPhoto} rules={[{ required: true, message: t.stampPhoto }]}>
        <StampPhoto />
      </Form.Item>
      <Form.Item name="note" label={t.spoilNote}>
        <Input maxLength={500} />
      </Form.Item>
    </>
  )
}
