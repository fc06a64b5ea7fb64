import { Button, type ButtonProps, Tooltip } from 'antd'
import { type ReactNode, useId } from 'react'
import { usePick } from '../i18n/language.tsx'
import { ClauseTag } from './ClauseTag.tsx'
import type { ShownAvailability } from './types.ts'

interface ActButtonProps extends Omit<ButtonProps, 'onClick' | 'disabled' | 'loading'> {
  /** As the server sent it for this act on this object; absent while it is not known, and then nothing can be clicked. */
  availability: ShownAvailability | undefined
  onClick: () => void
  pending?: boolean
  children: ReactNode
}

/**
 * The button of an act. When the act is not possible it stays in the tab order, does nothing, and says why with
 * the clause: in a tooltip for the eye, as its description for a screen reader. The server still decides.
 */
export function ActButton({
  availability,
  onClick,
  pending = false,
  className = '',
  children,
  ...rest
}: ActButtonProps) {
  const pick = usePick()
  const reasonId = useId()
  const refusal = availability && !availability.enabled ? availability.refusal : null
  const disabled = !availability?.enabled
  const button = (
    <Button
      {...rest}
      className={`${className} ${disabled ? 'mb-act-disabled' : ''}`.trim()}
      aria-disabled={disabled || undefined}
      aria-describedby={refusal ? reasonId : undefined}
      loading={pending}
      onClick={disabled || pending ? undefined : onClick}
    >
      {children}
    </Button>
  )
  if (!refusal) return button
  return (
    <>
      <Tooltip
        title={
          <>
            {pick(refusal.message)} {refusal.clause && <ClauseTag clause={refusal.clause} />}
          </>
        }
      >
        {button}
      </Tooltip>
      <span id={reasonId} className="mb-visually-hidden">
        {pick(refusal.message)} {refusal.clause && <ClauseTag clause={refusal.clause} />}
      </span>
    </>
  )
}
