import { CheckCircleFilled } from '@ant-design/icons'
import { Input } from 'antd'
import { useId } from 'react'
import { usePick, useTexts } from '../i18n/language.tsx'
import type { Text } from '../i18n/texts.ts'
import { formTexts } from './texts.ts'

interface IdNumberInputProps {
  id?: string
  value?: string
  onChange?: (value: string) => void
  /** Says what is wrong with the number, null when nothing is: the same rule the server applies. */
  check: (value: string) => Text | null
  maxLength?: number
  disabled?: boolean
  'aria-label'?: string
}

/** An identity, licence or unit number, checked while it is typed: full-width and spaced input is put right first. */
export function IdNumberInput({ value = '', onChange, check, maxLength = 18, ...rest }: IdNumberInputProps) {
  const t = useTexts(formTexts)
  const pick = usePick()
  const messageId = useId()
  const problem = value === '' ? null : check(value)
  const complete = value.length >= maxLength
  return (
    <>
      <Input
        {...rest}
        className="mb-code"
        autoComplete="off"
        spellCheck={false}
        value={value}
        // Room for the spaces of a pasted number; they are taken out at once.
        maxLength={maxLength + 12}
        aria-describedby={messageId}
        status={complete && problem ? 'error' : ''}
        suffix={
          value !== '' && !problem ? (
            <CheckCircleFilled className="mb-good" aria-hidden />
          ) : (
            <span className="mb-soft">{`${value.length}/${maxLength}`}</span>
          )
        }
        onChange={(event) => onChange?.(tidyNumber(event.target.value).slice(0, maxLength))}
      />
      <span id={messageId} className={problem ? 'mb-field-problem' : 'mb-visually-hidden'} aria-live="polite">
        {problem ? (complete ? pick(problem) : '') : value !== '' && t.idGood}
      </span>
    </>
  )
}

/** Half-width, upper case, without spaces and dashes of any kind. */
export function tidyNumber(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .toUpperCase()
}
