import type { Tx } from '../../platform/db/tx.ts'
import type { WorkingCalendar } from '../../values/calendar.ts'
import { OfficeWatch, type OfficeWatchOptions } from '../office-watch.ts'
import { dueCards, escalate } from './cards.ts'

export interface RectificationWatchOptions extends OfficeWatchOptions {
  calendar: WorkingCalendar
}

/** Looks for findings whose day has passed, and has their cards shown. */
export class RectificationWatch extends OfficeWatch {
  readonly #calendar: WorkingCalendar

  constructor(options: RectificationWatchOptions) {
    super(options, escalate)
    this.#calendar = options.calendar
  }

  protected override async offices(tx: Tx, at: Temporal.Instant): Promise<string[]> {
    const offices = await tx.rows<{ id: string }>`select id from kernel.district order by sort`
    const late: string[] = []
    for (const { id } of offices) if ((await dueCards(tx, id, at, this.#calendar)).length > 0) late.push(id)
    return late
  }
}
