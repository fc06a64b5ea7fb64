/** Days of a ledger, both counted in; null is open to that side. */
export interface Period {
  since: string | null
  until: string | null
}

/** The moments of a period in Shanghai, half-open. @throws RangeError when a day is none, or the last is before the first. */
export function momentsOf({ since, until }: Period): {
  from: Temporal.Instant | null
  to: Temporal.Instant | null
} {
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime('Asia/Shanghai').toInstant()
  const first = since === null ? null : Temporal.PlainDate.from(since, { overflow: 'reject' })
  const last = until === null ? null : Temporal.PlainDate.from(until, { overflow: 'reject' })
  if (first && last && Temporal.PlainDate.compare(first, last) > 0)
    throw new RangeError(`${until} is before ${since}`)
  return { from: first && startOf(first), to: last && startOf(last.add({ days: 1 })) }
}
