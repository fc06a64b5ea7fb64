export type { Waiting } from '../../../../server/src/supervision/reminders/rules.ts'

import type { Waiting } from '../../../../server/src/supervision/reminders/rules.ts'

/** What the page of reminders and the bell in the head are told. */
export interface Reminders {
  items: Waiting[]
  counts: Record<Waiting['state'], number>
  told: {
    day: string
    overdue: number
    soon: number
    waiting: number
    actId: string
    /** Null while nothing is known: not sent, or not yet. */
    taken: boolean | null
  }[]
}
