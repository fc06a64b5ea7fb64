import { FilePdfOutlined } from '@ant-design/icons'
import { Button, Popover, Tooltip } from 'antd'
import { useAct } from '../../api/useAct.ts'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { registerTexts } from './texts.ts'
import type { Purpose } from './types.ts'
import { bytesOf } from './view.ts'

interface PaperButtonProps {
  look: { unitCode: string; purpose: Purpose; forCase?: string }
  /** Null for now. */
  asOf: string | null
}

// A look changes nothing, so no list needs asking again.
const nothing: never[] = []

/** Makes the register page as PDF and saves it; printing is a look of its own, for the same purpose. */
export function PaperButton({ look, asOf }: PaperButtonProps) {
  const t = useTexts(registerTexts)
  const print = useAct<object, { pdfBase64: string }>('register.print', { refresh: nothing })
  const make = async () => {
    const outcome = await print.perform({ ...look, ...(asOf ? { asOf } : {}) })
    if (outcome.ok) savePdf(fill(t.paperName, { code: look.unitCode }), bytesOf(outcome.result.pdfBase64))
  }
  return (
    <Popover
      open={print.refusal !== null}
      placement="bottomRight"
      content={print.refusal && <RefusalAlert refusal={print.refusal} onClose={print.clear} />}
    >
      <Tooltip title={t.paperHint}>
        <Button icon={<FilePdfOutlined aria-hidden />} loading={print.pending} onClick={() => void make()}>
          {t.paper}
        </Button>
      </Tooltip>
    </Popover>
  )
}

function savePdf(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
