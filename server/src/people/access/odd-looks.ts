import type { Tx } from '../../platform/db/tx.ts'
import type { Vault } from '../../platform/vault.ts'
import type { WorkingCalendar } from '../../values/calendar.ts'
import { birthDate, normaliseIdNumber, upgradeIdNumber } from '../../values/idNumber.ts'
import { offHours } from '../account-watch.ts'

/** What a day's looks are judged with. */
export interface Judging {
  calendar: WorkingCalendar
  vault: Vault
  /** A demo is tried out at any hour: it has no office hours. */
  demo: boolean
}

/** A fault as `people.look_faults` tells it. */
export interface LookFault {
  kind: 'access_off_hours' | 'access_number_series'
  person_id: string
  person: string
  unit_code: null
  n: number
  limit_: number
}

/** How many numbers in a series may lie between two that are asked for: of one sex they are two apart. */
const step = 2

/**
 * How many of the numbers follow one another, at the most: same area and birthday with serials in sequence, or same
 * area and serial with birthdays in sequence. Somebody who tries numbers does one or the other. Pure.
 */
export function longestSeries(numbers: readonly string[]): number {
  const whole = numbers.map((one) => {
    const id = normaliseIdNumber(one)
    return id.length === 15 ? String(upgradeIdNumber(id)) : id
  })
  const bySerial = new Map<string, Set<number>>()
  const byBirthday = new Map<string, Set<number>>()
  const put = (into: Map<string, Set<number>>, key: string, place: number) =>
    into.set(key, (into.get(key) ?? new Set()).add(place))
  for (const id of whole) {
    const born = birthDate(id)
    if (!born) continue
    put(bySerial, id.slice(0, 14), Number(id.slice(14, 17)))
    put(byBirthday, id.slice(0, 6) + id.slice(14, 17), epochDay(born))
  }
  return Math.max(0, ...[...bySerial.values(), ...byBirthday.values()].map(longestRun))
}

const epochDay = (day: Temporal.PlainDate): number =>
  Temporal.PlainDate.from('1970-01-01').until(day, { largestUnit: 'day' }).days

function longestRun(places: Set<number>): number {
  const sorted = [...places].sort((a, b) => a - b)
  let longest = 1
  let run = 1
  for (let i = 1; i < sorted.length; i++) {
    run = sorted[i]! - sorted[i - 1]! <= step ? run + 1 : 1
    longest = Math.max(longest, run)
  }
  return longest
}

/** What hours and numbers tell of an office's looks of a day; the rest is told by `people.look_faults`. */
export async function oddLooks(
  tx: Tx,
  district: string,
  day: Temporal.PlainDate,
  judging: Judging,
): Promise<LookFault[]> {
  return [
    ...(judging.demo ? [] : await byHour(tx, district, day, judging.calendar)),
    ...(await byNumber(tx, district, day, judging.vault)),
  ]
}

async function byHour(
  tx: Tx,
  district: string,
  day: Temporal.PlainDate,
  calendar: WorkingCalendar,
): Promise<LookFault[]> {
  const spans = offHours(calendar, day)
  return tx.rows<LookFault>`
    select 'access_off_hours' as kind, w.person_id, p.name as person, null as unit_code, w.n, people.setting('looks_off_hours') as limit_
    from people.looks_within(${district}, ${spans.map(([from]) => from.toString())}::timestamptz[], ${spans.map(([, to]) => to.toString())}::timestamptz[]) w
      join kernel.person p on p.id = w.person_id
    where w.n > people.setting('looks_off_hours')`
}

async function byNumber(
  tx: Tx,
  district: string,
  day: Temporal.PlainDate,
  vault: Vault,
): Promise<LookFault[]> {
  const [from, to] = [day, day.add({ days: 1 })].map((one) =>
    one.toZonedDateTime('Asia/Shanghai').toInstant().toString(),
  )
  const asked = await tx.rows<{ person_id: string; person: string; numbers: string[]; limit_: number }>`
    select a.person_id, p.name as person, array_agg(encode(v.value, 'hex')) as numbers, people.setting('id_numbers_in_series') as limit_
    from kernel.act a join kernel.act_value v on v.district = a.district and v.act_id = a.id and v.field = 'in.idNumber' and v.sealed and v.value is not null
      join kernel.person p on p.id = a.person_id
    where a.district = ${district} and a.type = 'register.holdings' and a.outcome = 'done' and a.at >= ${from!}::timestamptz and a.at < ${to!}::timestamptz
    group by a.person_id, p.name having count(*) > people.setting('id_numbers_in_series')`
  return asked.flatMap(({ numbers, ...of }) => {
    const n = longestSeries(
      numbers.map((one) => JSON.parse(vault.open(Buffer.from(one, 'hex')).toString()) as string),
    )
    return n > of.limit_ ? [{ kind: 'access_number_series' as const, ...of, unit_code: null, n }] : []
  })
}
