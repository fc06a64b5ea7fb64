import { isCalendarRefusal, officeDate, type WorkingCalendar } from './calendar.ts'

/** How pressing a due date is: `red` past, `amber` due today or by the next working day, else `green`. */
export type DeadlineLevel = 'green' | 'amber' | 'red'

/**
 * The colour of a deadline at a moment; `due` itself is still in time. Where the calendar of the coming days is not
 * published it says `amber`, so that somebody looks.
 */
export function deadlineLevel(
  due: Temporal.Instant,
  at: Temporal.Instant,
  calendar: WorkingCalendar,
): DeadlineLevel {
  if (Temporal.Instant.compare(at, due) > 0) return 'red'
  const next = calendar.addWorkingDays(officeDate(at), 1)
  if (isCalendarRefusal(next)) return 'amber'
  return Temporal.PlainDate.compare(officeDate(due), next.date) <= 0 ? 'amber' : 'green'
}
