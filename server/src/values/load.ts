import { readFileSync } from 'node:fs'
import { type CalendarData, type CalendarOptions, WorkingCalendar } from './calendar.ts'

/** The published calendar kept in `server/data/reference`, 2004 to 2026. A demo may pass `allowUnpublished`. */
export function officialCalendar(options?: CalendarOptions): WorkingCalendar {
  const file = new URL('../../data/reference/calendar.json', import.meta.url)
  return new WorkingCalendar(JSON.parse(readFileSync(file, 'utf8')) as CalendarData, options)
}
