import { type Tx, table } from '../platform/db/tx.ts'
import { constraintMeans } from './perform.ts'
import { type Refusal, refuser } from './refusal.ts'

export const custodyLineTable = table('kernel.custody_line', ['id'])
export const custodyHoldingTable = table('kernel.custody_holding', ['id'])
export const serialRangeTable = table('kernel.serial_range', ['id'])

/** What may be kept under serial numbers: certificate and proof blanks (4.4), seals (5.1), files (4.1). */
export type CustodyKind = 'certificate' | 'proof' | 'seal' | 'file'
export type Movement =
  | 'receive'
  | 'issue'
  | 'return'
  | 'use'
  | 'void'
  | 'destroy'
  | 'lose'
  | 'take_out'
  | 'put_back'

/** Serials from `from` up to but not including `to`: half-open, as the database holds them. */
export interface Serials {
  from: number
  to: number
}

/**
 * Where serials are: `store`, `person:<id>`, `case:<id>`, `holder`, `void`, `destroyed`, `missing`. The last three
 * and `holder` are ends: nothing comes back from them; what is void may still be destroyed.
 */
export type Place = string

const ends: readonly Place[] = ['holder', 'void', 'destroyed', 'missing']

export const refuseCustody = refuser({
  serial_not_there: {
    clause: '4.4',
    zh: '序列号 {serials} 不在“{place}”，不能办理。',
    en: 'Serial {serials} is not at “{place}”.',
  },
  other_side_today: {
    status: 403,
    clause: '4.6',
    zh: '同一人同一天不能既经手证书又经手印章，须由另一人办理。',
    en: 'On one day nobody handles or holds both certificates and seals; another person must do this.',
  },
  serial_twice: {
    clause: '4.4',
    zh: '序列号已登记在别处，同一序列号不能有两个去处。',
    en: 'A serial is already recorded elsewhere; no serial is in two places.',
  },
  serial_at_end: {
    clause: '4.4',
    zh: '序列号已在“{place}”，不能再流转。',
    en: 'The serial has ended at “{place}” and moves no more.',
  },
  serial_range_wrong: {
    status: 422,
    clause: '4.4',
    zh: '起讫号码不正确：止号不能小于起号。',
    en: 'The range is not valid: the last number is before the first.',
  },
})
constraintMeans('custody_one_place', () => refuseCustody('serial_twice'))
constraintMeans('keeper_one_side_a_day', () => refuseCustody('other_side_today'))
constraintMeans('duty_sides_one_day', () => refuseCustody('other_side_today'))
constraintMeans('serial_range_once', () => refuseCustody('serial_twice'))

/** A movement of serials, as one line of the ledger. */
export interface CustodyMove {
  district: string
  kind: CustodyKind
  edition?: string
  serials: Serials
  movement: Movement
  /** Null only for `receive`. */
  from: Place | null
  to: Place
  caseId?: string
  document?: string
}

/**
 * Writes one line into the custody ledger and moves the serials in the holdings. Every serial of the range must lie
 * at `from`; holdings are split where part of one moves. Refuses what is not there, or has come to its end.
 */
export async function moveSerials(tx: Tx, move: CustodyMove): Promise<Refusal | null> {
  const { district, kind, serials, from, to } = move
  const edition = move.edition ?? ''
  if (!(Number.isSafeInteger(serials.from) && Number.isSafeInteger(serials.to) && serials.from < serials.to))
    return refuseCustody('serial_range_wrong')
  if (from !== null && ends.includes(from) && !(from === 'void' && to === 'destroyed'))
    return refuseCustody('serial_at_end', { place: from })
  const range = `[${serials.from},${serials.to})`
  await tx.put(custodyLineTable, {
    district,
    kind,
    edition,
    serials: range,
    movement: move.movement,
    to_place: to,
    case_id: move.caseId,
    document: move.document,
    ...(from === null ? {} : { from_place: from }),
  })
  if (from === null) {
    await tx.put(custodyHoldingTable, { district, kind, edition, serials: range, place: to })
    return null
  }
  const held = async () => {
    const holdings = await tx.rows<Holding>`
      select id, lower(serials) as lo, upper(serials) as hi from kernel.custody_holding
      where district = ${district} and kind = ${kind} and edition = ${edition} and place = ${from} and serials && ${range}::int8range order by serials for update`
    return holdings.map((holding) => ({
      holding,
      lo: Math.max(holding.lo, serials.from),
      hi: Math.min(holding.hi, serials.to),
    }))
  }
  const isWhole = (found: Awaited<ReturnType<typeof held>>) =>
    found.reduce((count, { lo, hi }) => count + hi - lo, 0) === serials.to - serials.from
  let parts = await held()
  // Who waited for a lock saw the holding shrink but not the part split off from it; a second look sees both.
  if (!isWhole(parts)) parts = await held()
  if (!isWhole(parts)) {
    return refuseCustody('serial_not_there', {
      serials: serials.to - serials.from === 1 ? String(serials.from) : `${serials.from}–${serials.to - 1}`,
      place: from.replace(/:.*/, ''),
    })
  }
  if (from === to) return null
  for (const { holding, lo, hi } of parts)
    await moveHolding(tx, { district, kind, edition }, holding, { lo, hi }, from, to)
  return null
}

interface Holding {
  id: string
  lo: number
  hi: number
}

/** Moves the part from `lo` up to `hi` of one holding; what is left of it on either side stays where it is. */
async function moveHolding(
  tx: Tx,
  what: { district: string; kind: CustodyKind; edition: string },
  holding: Holding,
  { lo, hi }: Omit<Holding, 'id'>,
  from: Place,
  to: Place,
): Promise<void> {
  const key = { district: what.district, id: holding.id }
  if (holding.lo === lo && holding.hi === hi) {
    await tx.change(custodyHoldingTable, key, { place: to })
    return
  }
  const before = holding.lo < lo ? `[${holding.lo},${lo})` : null
  const after = hi < holding.hi ? `[${hi},${holding.hi})` : null
  await tx.change(custodyHoldingTable, key, { serials: before ?? after })
  if (before && after) await tx.put(custodyHoldingTable, { ...what, serials: after, place: from })
  await tx.put(custodyHoldingTable, { ...what, serials: `[${lo},${hi})`, place: to })
}

/** The place of one serial, or null when the district never had it. */
export async function whereIs(
  tx: Tx,
  district: string,
  kind: CustodyKind,
  serial: number,
  edition = '',
): Promise<Place | null> {
  const row = await tx.maybe<{ place: string }>`
    select place from kernel.custody_holding
    where district = ${district} and kind = ${kind} and edition = ${edition} and serials @> ${serial}::bigint`
  return row?.place ?? null
}
