import { EyeOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useTexts } from '../i18n/language.tsx'
import { uiTexts } from './texts.ts'

interface MaskedTextProps {
  /** As the server masked it: `330203********123X`. */
  masked: string
  /** The full value once it was asked for and the look recorded. */
  full?: string
  /** Asks for the full value; absent where this person may not. */
  onReveal?: () => void
  pending?: boolean
}

/** Personal data, hidden until someone entitled asks to see it; asking is an act of its own. */
export function MaskedText({ masked, full, onReveal, pending = false }: MaskedTextProps) {
  const t = useTexts(uiTexts)
  return (
    <span className="mb-masked">
      <span title={full === undefined ? t.masked : undefined}>{full ?? masked}</span>
      {full === undefined && onReveal && (
        <Tooltip title={t.reveal}>
          <Button
            type="text"
            size="small"
            icon={<EyeOutlined aria-hidden />}
            aria-label={t.reveal}
            loading={pending}
            onClick={onReveal}
          />
        </Tooltip>
      )}
    </span>
  )
}
