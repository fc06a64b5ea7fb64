import { Input } from 'antd'
import { useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { formatYuan, parseYuan } from './money.ts'
import { formTexts } from './texts.ts'

interface MoneyInputProps {
  id?: string
  /** Integer fen. */
  value?: number | null
  onChange?: (fen: number | null) => void
  disabled?: boolean
  'aria-label'?: string
}

/** An amount typed in yuan, held in integer fen. What could not be an amount cannot be typed; nothing is rounded. */
export function MoneyInput({ value = null, onChange, ...rest }: MoneyInputProps) {
  const t = useTexts(formTexts)
  const [draft, setDraft] = useState<string | null>(null)
  const shown = draft ?? (value === null ? '' : formatYuan(value))
  return (
    <Input
      {...rest}
      className="mb-money"
      inputMode="decimal"
      autoComplete="off"
      suffix={t.yuan}
      value={shown}
      onChange={(event) => {
        const fen = parseYuan(event.target.value)
        if (fen === undefined) return
        setDraft(event.target.value)
        onChange?.(fen)
      }}
      onBlur={() => setDraft(null)}
    />
  )
}
