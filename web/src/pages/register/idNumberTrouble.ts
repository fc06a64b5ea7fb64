import { idNumberProblem } from '../../../../server/src/values/idNumber.ts'
import type { Text } from '../../i18n/texts.ts'

/**
 * What is wrong with an identity number, by the server's own rule; null when nothing is, and also in a browser
 * without `Temporal`, where the server alone answers.
 */
export function idNumberTrouble(value: string): Text | null {
  if (typeof Temporal === 'undefined') return null
  return idNumberProblem(value, Temporal.Now.plainDateISO('Asia/Shanghai'))?.message ?? null
}
