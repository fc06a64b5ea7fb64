import type { Text } from '../../kernel/refusal.ts'

/** One thing that waits for somebody, or several of a kind that whoever is there may do. */
export interface Waiting {
  kind: 'duty' | 'plan' | 'fix' | 'notice' | 'reassign' | 'check' | 'close' | 'extension' | 'offer'
  /** What it is about; a kind that stands for many has none. */
  about: Text | null
  /** How many it stands for. */
  count: number
  /** ISO instant or day. */
  dueAt: string | null
  state: 'overdue' | 'soon' | 'waiting'
  /** The page on which it is done. */
  path: string
}

/** How much of each state. Pure. */
export function countsOf(lines: readonly Waiting[]): Record<Waiting['state'], number> {
  const counts = { overdue: 0, soon: 0, waiting: 0 }
  for (const { state, count } of lines) counts[state] += count
  return counts
}
