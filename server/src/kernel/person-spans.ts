import type { Subject } from './obligation.ts'

/** A time somebody owes a duty, as functions of the database tell it. */
export interface PersonSpan {
  person_id: string
  name: string
  since: string
  until: string | null
}

/** Persons with all their times, as the engine of periodic duties takes them. */
export function personSubjects(rows: readonly PersonSpan[]): Subject[] {
  return [...Map.groupBy(rows, (row) => row.person_id)].map(([id, times]) => ({
    id,
    name: { zh: times[0]!.name, en: times[0]!.name },
    spans: times.map(({ since, until }) => ({
      from: Temporal.Instant.from(since),
      to: until ? Temporal.Instant.from(until) : null,
    })),
  }))
}
