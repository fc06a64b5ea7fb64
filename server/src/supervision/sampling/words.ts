import type { Text } from '../../kernel/refusal.ts'
import type { Aspect } from './rules.ts'

/** What is checked, as findings and papers name it. */
export const aspectNames: Record<Aspect, Text> = {
  forms: { zh: '表格填写', en: 'forms' },
  materials: { zh: '收取资料', en: 'materials' },
  process: { zh: '办理流程', en: 'process' },
  in_time: { zh: '办理时限', en: 'time limits' },
}
