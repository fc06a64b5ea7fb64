import { InputNumber, Space } from 'antd'
import { useTexts } from '../i18n/language.tsx'
import { formTexts } from './texts.ts'

/** A share as typed: whole numbers, `num` of `den`; not reduced, so what was typed stays. */
export interface ShareValue {
  num: number | null
  den: number | null
}

interface ShareInputProps {
  id?: string
  value?: ShareValue | null
  onChange?: (share: ShareValue) => void
  disabled?: boolean
}

const denMax = 1_000_000

/** A share of a right as numerator and denominator; the percentage beside it is only for the eye. */
export function ShareInput({ id, value, onChange, disabled = false }: ShareInputProps) {
  const t = useTexts(formTexts)
  const share = value ?? { num: null, den: null }
  const field = { min: 1, precision: 0, controls: false, disabled, className: 'mb-share-part' } as const
  return (
    <Space size={6}>
      <InputNumber
        {...field}
        {...(id ? { id } : {})}
        max={share.den ?? denMax}
        value={share.num}
        aria-label={t.numerator}
        onChange={(num) => onChange?.({ ...share, num })}
      />
      <span aria-hidden>/</span>
      <InputNumber
        {...field}
        max={denMax}
        value={share.den}
        aria-label={t.denominator}
        onChange={(den) => onChange?.({ ...share, den })}
      />
      <span className="mb-soft" aria-live="polite">
        {shareInWords(share, t.whole)}
      </span>
    </Space>
  )
}

/** `whole`, a percentage with at most two decimals (`≈` when it is not exact), or nothing while it is incomplete. */
export function shareInWords({ num, den }: ShareValue, whole: string): string {
  if (num === null || den === null || num < 1 || den < 1 || num > den) return ''
  if (num === den) return whole
  const hundredths = (num * 10_000) / den
  return `${Number.isInteger(hundredths) ? '=' : '≈'} ${(Math.round(hundredths) / 100).toString()}%`
}

/** True when the shares are complete and add up to exactly one. */
export function sharesMakeWhole(shares: readonly ShareValue[]): boolean {
  let num = 0n
  let den = 1n
  for (const share of shares) {
    if (!share.num || !share.den) return false
    num = num * BigInt(share.den) + BigInt(share.num) * den
    den *= BigInt(share.den)
  }
  return num === den
}
