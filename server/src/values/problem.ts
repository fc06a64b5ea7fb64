import type { Text } from '../kernel/refusal.ts'

/** What is wrong with a value a person typed: a stable code and a sentence for that person. */
export interface Problem {
  code: string
  message: Text
}

export const problem = (code: string, zh: string, en: string): Problem => ({ code, message: { zh, en } })

/** Tells an answer that may be a problem apart from the value itself. */
export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'message' in value
