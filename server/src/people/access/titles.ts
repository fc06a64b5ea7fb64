import { findAct } from '../../kernel/act.ts'
import type { Text } from '../../kernel/refusal.ts'

/** What a type of act is called. */
export const titleOf = (type: string): Text => findAct(type)?.title ?? { zh: type, en: type }
