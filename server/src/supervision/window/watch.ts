import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { openFindings } from '../../kernel/finding.ts'
import type { Tx } from '../../platform/db/tx.ts'
import type { WorkingCalendar } from '../../values/calendar.ts'
import { OfficeWatch, type OfficeWatchOptions } from '../office-watch.ts'
import { overdueTurns, untold, windowFaults } from './faults.ts'
import { endTable } from './tables.ts'

/** 坐班巡查: ends what closing time has ended, and opens a finding of each fault that has none. */
export const watchWindows = act({
  type: 'window.watch',
  title: { zh: '坐班巡查', en: 'Look over window duty' },
  clauses: ['3.1', '3.2', '3.3', '3.4'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({ district: Type.String({ maxLength: 20 }) }, { additionalProperties: false }),
  result: Type.Object({ district: Type.String(), ended: Type.Integer(), findings: Type.Integer() }),
  created: (result) => ({ kind: 'office', id: result.district }),
  async handle({ tx, district, at, deps }) {
    await tx.one`select pg_advisory_xact_lock(hashtextextended(${`window watch ${district}`}, 0))`
    const over = await overdueTurns(tx, district)
    if (over.length > 0)
      await tx.put(
        endTable,
        over.map(({ id }) => ({ district, turn_id: id })),
      )
    const faults = await untold(tx, district, await windowFaults(tx, district, at, deps.calendar))
    const opened = await openFindings(tx, district, 'service:detector', faults)
    return { district, ended: over.length, findings: opened.filter((id) => id !== null).length }
  },
})

export interface WindowWatchOptions extends OfficeWatchOptions {
  calendar: WorkingCalendar
}

/** Looks at the turns of every office. */
export class WindowWatch extends OfficeWatch {
  readonly #calendar: WorkingCalendar

  constructor(options: WindowWatchOptions) {
    super(options, watchWindows)
    this.#calendar = options.calendar
  }

  protected override async offices(tx: Tx, at: Temporal.Instant): Promise<string[]> {
    const offices = await tx.rows<{ id: string }>`
      select distinct district as id from supervision.window_turn union select district from supervision.window_rota order by 1`
    const found: string[] = []
    for (const { id } of offices) {
      const faults = await windowFaults(tx, id, at, this.#calendar)
      if ((await overdueTurns(tx, id)).length > 0 || (await untold(tx, id, faults)).length > 0) found.push(id)
    }
    return found
  }
}
