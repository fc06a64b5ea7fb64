/** Working days and office hours of the city's past. */
import type { Random } from './prng.ts'

/** Office hours drawn from: 09:00:00 to 16:29:59, Ningbo time. */
const OPENS_S = 9 * 3600
const CLOSES_S = 16.5 * 3600
const FIRST_DAY = '2016-01-01'

export interface Calendar {
  /** A moment in office hours of a working day from `from` to `to`, later than `after` if that is given. */
  momentBetween(random: Random, from: string, to: string, after?: string): string
  /** A moment in office hours of `day`. */
  momentOn(random: Random, day: string): string
  /** The last working day at least `days` calendar days before the city's day (0: that day or the last before it). */
  workingDayBack(days: number): string
  minutesLater(moment: string, minutes: number): string
}

/** The working days from 2016 to `asOf`. Years the holiday calendar does not know count Monday to Friday. */
export function openCalendar(asOf: string, isWorkingDay: (day: Temporal.PlainDate) => boolean): Calendar {
  const today = Temporal.PlainDate.from(asOf)
  const days: string[] = []
  for (
    let day = Temporal.PlainDate.from(FIRST_DAY);
    Temporal.PlainDate.compare(day, today) <= 0;
    day = day.add({ days: 1 })
  ) {
    if (isWorkingDay(day)) days.push(day.toString())
  }
  const momentOn = (random: Random, day: string) => moment(day, random.between(OPENS_S, CLOSES_S - 1))
  return {
    momentOn,
    momentBetween(random, from, to, after) {
      const first = firstAtOrAfter(days, from)
      const last = firstAtOrAfter(days, `${to}~`) - 1
      if (last < first) throw new RangeError(`no working day from ${from} to ${to}`)
      const drawn = momentOn(random, days[random.between(first, last)]!)
      return after && drawn <= after ? this.minutesLater(after, 20) : drawn
    },
    workingDayBack(back) {
      const day = today.subtract({ days: back }).toString()
      return days[firstAtOrAfter(days, `${day}~`) - 1]!
    },
    minutesLater: (at, minutes) =>
      moment(
        at.slice(0, 10),
        Number(at.slice(11, 13)) * 3600 +
          Number(at.slice(14, 16)) * 60 +
          Number(at.slice(17, 19)) +
          minutes * 60,
      ),
  }
}

function moment(day: string, seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${day}T${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}+08:00`
}

/** Index of the first entry not before `wanted` in a sorted list; `day~` sorts just after `day`. */
function firstAtOrAfter(sorted: readonly string[], wanted: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const mid = (low + high) >>> 1
    if (sorted[mid]! < wanted) low = mid + 1
    else high = mid
  }
  return low
}
