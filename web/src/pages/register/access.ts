import type { Refusal } from '../../api/types.ts'
import type { Text } from '../../i18n/texts.ts'

/** Duties that may list a person's holdings; the same list as `register.holdings`, kept equal by a test. */
export const holdingsDuties = ['enquiry', 'centre_lead', 'inspection'] as const

/** Why a person with `held` may not do what needs one of `needed`; null when nothing stands in the way. */
export function dutyRefusal(
  held: readonly string[],
  needed: readonly string[],
  message: Text,
): Refusal | null {
  return needed.some((duty) => held.includes(duty)) ? null : { code: 'no_duty', clause: '6.7', message }
}
