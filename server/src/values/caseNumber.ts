/** A case number taken apart. */
export interface CaseNumber {
  area: string
  date: Temporal.PlainDate
  sequence: number
}

/**
 * 受理编号 of this house: six digits of area, eight of date, at least five of the day's sequence. No national
 * format exists. Given once at acceptance and never reused.
 * @throws RangeError when the area is not six digits or the sequence not a positive whole number.
 */
export function formatCaseNumber(area6: string, date: Temporal.PlainDate, sequence: number): string {
  if (!/^\d{6}$/.test(area6) || !Number.isSafeInteger(sequence) || sequence < 1)
    throw new RangeError('six digits of area and a positive sequence expected')
  return area6 + date.toString().replaceAll('-', '') + String(sequence).padStart(5, '0')
}

/** The parts of a case number, spaces allowed; null when it is none. */
export function parseCaseNumber(value: string): CaseNumber | null {
  const [, area, day, sequence] = /^(\d{6})(\d{8})(\d{5,})$/.exec(value.replace(/\s+/g, '')) ?? []
  if (!area) return null
  try {
    return { area, date: Temporal.PlainDate.from(day!), sequence: Number(sequence) }
  } catch {
    return null
  }
}
