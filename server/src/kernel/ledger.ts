import { projection } from '../platform/db/projection.ts'
import { type Tx, table } from '../platform/db/tx.ts'
import type { Ctx } from './act.ts'
import { constraintMeans } from './perform.ts'
import { type Refusal, refuser, type Text } from './refusal.ts'

export const custodyLineTable = table('kernel.custody_line', ['id'])
export const custodyOfferTable = table('kernel.custody_offer', ['id'])
export const custodyStopTable = table('kernel.custody_stop', ['id'])
export const serialRangeTable = table('kernel.serial_range', ['id'])

// Where each serial is follows from its last line; runs that touch at one place are one row.
projection('kernel.custody_holding', {
  key: ['kind', 'edition', 'serials'],
  rebuilt: `select s.district, s.kind, s.edition, unnest(range_agg(int8range(s.lo, s.hi))) as serials, s.place
    from (
      select p.district, p.kind, p.edition, p.lo, p.hi,
        (select l.to_place from kernel.custody_line l
          where l.district = p.district and l.kind = p.kind and l.edition = p.edition and l.serials @> p.lo
          order by l.no desc limit 1) as place
      from (
        select e.district, e.kind, e.edition, e.at as lo, lead(e.at) over (partition by e.district, e.kind, e.edition order by e.at) as hi
        from (
          select district, kind, edition, lower(serials) as at from kernel.custody_line
          union select district, kind, edition, upper(serials) from kernel.custody_line) e) p
      where p.hi is not null) s
    where s.place is not null
    group by s.district, s.kind, s.edition, s.place`,
})

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
  | 'shelve'
  | 'lend'

/** Serials from `from` up to but not including `to`: half-open, as the database holds them. */
export interface Serials {
  from: number
  to: number
}

/**
 * Where serials are: `system` (an electronic seal), `store`, `person:<id>`, `certificate:<id>`, `holder`, `void`, `destroyed`, `missing`, and for files
 * `shelf:<room/rack/box>`. Which movement leads from where to where is the table of rules of the custody capability.
 */
export type Place = string

export const placeNames: Record<string, Text> = {
  store: { zh: '库存', en: 'the store' },
  person: { zh: '领用人', en: 'a person' },
  certificate: { zh: '已缮证书', en: 'a printed certificate' },
  holder: { zh: '权利人', en: 'the holder' },
  void: { zh: '作废待销', en: 'void, waiting for destruction' },
  destroyed: { zh: '已销毁', en: 'destroyed' },
  missing: { zh: '缺失', en: 'missing' },
  shelf: { zh: '库房架位', en: 'the shelf' },
  system: { zh: '电子印章系统', en: 'the sealing system' },
}

/** The part of a place before its colon; empty for what comes in. */
export const placeClass = (place: Place | null): string => place?.replace(/:.*/, '') ?? ''
const nameOf = (place: Place | null): Text =>
  placeNames[placeClass(place)] ?? { zh: placeClass(place), en: placeClass(place) }

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
  serial_range_enormous: {
    status: 422,
    clause: '4.4',
    zh: '一次最多办理 1000 万个号码，请核对起讫号码。',
    en: 'At most ten million numbers are moved at once; check the first and last number.',
  },
  serial_not_allotted: {
    clause: '4.4',
    zh: '这些号码没有分配给本登记机构。',
    en: 'These numbers are not allotted to this office.',
  },
  serial_stands_still: {
    clause: '4.6',
    zh: '正在盘点，或有未查清的盘点差异，暂停流转。',
    en: 'A stock-take is under way, or a difference is not yet explained: nothing moves until then.',
  },
  no_such_movement: {
    status: 403,
    clause: '4.4',
    zh: '台账不允许这样流转。',
    en: 'The ledger knows no such movement.',
  },
  wrong_hand: {
    status: 403,
    clause: '4.4',
    zh: '交接须由一方交出、另一方签收，保管物只能由持有人移交。',
    en: 'What changes hands is given by one and signed for by another, and only who holds it gives it.',
  },
  already_offered: {
    clause: '4.4',
    zh: '其中有号码已在待签收的交接单上。',
    en: 'Some of these numbers already wait for a signature on another hand-over.',
  },
})
constraintMeans('custody_one_place', () => refuseCustody('serial_twice'))
constraintMeans('keeper_one_side_a_day', () => refuseCustody('other_side_today'))
constraintMeans('duty_sides_one_day', () => refuseCustody('other_side_today'))
constraintMeans('serial_range_once', () => refuseCustody('serial_twice'))
constraintMeans('custody_not_there', () => refuseCustody('serial_not_there', { serials: '—', place: '—' }))
constraintMeans('custody_not_allotted', () => refuseCustody('serial_not_allotted'))
constraintMeans('custody_stands_still', () => refuseCustody('serial_stands_still'))
constraintMeans('custody_no_such_movement', () => refuseCustody('no_such_movement'))
constraintMeans('custody_wrong_hand', () => refuseCustody('wrong_hand'))
constraintMeans('offer_two_hands', () => refuseCustody('wrong_hand'))
constraintMeans('custody_offer_taken_once', () => refuseCustody('wrong_hand'))
constraintMeans('offer_once', () => refuseCustody('already_offered'))
constraintMeans('stop_lifted_by_another', () => refuseCustody('wrong_hand'))

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
  /** The first hand's offer that this line takes. */
  offerId?: string
}

/** What the database found about a range before it is moved; nothing of what lies where a count is under way. */
export interface Found {
  /** First pieces of the range that lie somewhere, with their place. */
  pieces: { from: number; to: number; place: Place }[]
  /** Every place any of the range lies at. */
  places: Place[]
  /** How many serials of the range lie anywhere. */
  held: number
  stops: { reason: 'counting' | 'difference'; place: Place | null }[]
}

const ends: readonly string[] = ['holder', 'destroyed']
const stopped: readonly Movement[] = ['issue', 'use', 'take_out', 'lend']
export const mostAtOnce = 10_000_000

/** Says what is wrong with a range of serials as such; null when nothing is. Pure. */
export function rangeRefusal({ from, to }: Serials): Refusal | null {
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from < to))
    return refuseCustody('serial_range_wrong')
  return to - from > mostAtOnce ? refuseCustody('serial_range_enormous') : null
}

/** Says why these serials cannot make this movement, from where they were found; null when they can. Pure. */
export function moveRefusal(move: Pick<CustodyMove, 'serials' | 'movement' | 'from' | 'to'>, found: Found) {
  const { serials, from, to, movement } = move
  if (from === null) return found.held > 0 ? refuseCustody('serial_twice') : null
  // What lies where a count is under way is not told, so that is asked first.
  if (found.stops.some(({ reason, place }) => reason === 'counting' && (place === from || place === to)))
    return refuseCustody('serial_stands_still')
  const elsewhere = found.places.filter((place) => place !== from)
  const ended = found.places.find((place) => ends.includes(placeClass(place)))
  if (ended && elsewhere.length > 0) return placed('serial_at_end', ended, {})
  if (elsewhere.length > 0 || found.held < serials.to - serials.from) {
    const first = found.pieces.find((piece) => piece.place !== from) ?? serials
    return placed('serial_not_there', from, { serials: rangeText(found.held > 0 ? first : serials) })
  }
  const stands = found.stops.some(({ reason }) => reason === 'difference' && stopped.includes(movement))
  return stands ? refuseCustody('serial_stands_still') : null
}

/** A refusal that names a place in both languages. */
function placed(
  code: 'serial_at_end' | 'serial_not_there',
  place: Place,
  values: Record<string, string>,
): Refusal {
  const say = (lang: 'zh' | 'en') => refuseCustody(code, { ...values, place: nameOf(place)[lang] })
  return { ...say('zh'), message: { zh: say('zh').message.zh, en: say('en').message.en } }
}

/** `7` or `7–12`: first and last number, as a ledger writes them. */
export const rangeText = ({ from, to }: Serials): string =>
  to - from === 1 ? String(from) : `${from}–${to - 1}`

export const rangeOf = ({ from, to }: Serials): string => `[${from},${to})`

/** Where the serials of a range lie, under the lock that moving them needs. */
export async function lookUp(
  tx: Tx,
  kind: CustodyKind,
  edition: string,
  serials: Serials,
  toMove = true,
): Promise<Found> {
  const { found } = await tx.one<{ found: Found }>`
    select kernel.look_up(${kind}, ${edition}, ${rangeOf(serials)}::int8range, ${toMove}) as found`
  return found
}

/**
 * Writes one line into the custody ledger; the database moves the serials with it. Every serial of the range must lie
 * at `from`. Refuses what is not there, has come to its end, or stands still; the database says all of it again.
 */
export async function moveSerials(tx: Tx, move: CustodyMove): Promise<Refusal | null> {
  const { district, kind, edition = '', serials, from, to } = move
  const wrong =
    rangeRefusal(serials) ?? moveRefusal(move, await lookUp(tx, kind, edition, serials, from !== to))
  if (wrong) return wrong
  await tx.put(custodyLineTable, {
    district,
    kind,
    edition,
    serials: rangeOf(serials),
    movement: move.movement,
    to_place: to,
    case_id: move.caseId,
    document: move.document,
    offer_id: move.offerId,
    ...(from === null ? {} : { from_place: from }),
  })
  return null
}

/** Writes what one hand offers another: the first of two signatures. Nothing moves until `moveSerials` takes it. Returns its id. */
export async function offerSerials(
  tx: Tx,
  move: Pick<CustodyMove, 'district' | 'kind' | 'edition' | 'serials' | 'movement' | 'to'> & { from: Place },
  note?: string,
): Promise<string> {
  const { district, kind, edition = '', serials, movement, from, to } = move
  const [offer] = await tx.put<{ id: string }>(custodyOfferTable, {
    district,
    kind,
    edition,
    serials: rangeOf(serials),
    movement,
    from_place: from,
    to_place: to,
    note,
  })
  return offer!.id
}

/** Ends an offer in the name of who acts: signed for, taken back by the giver, or declined. */
export const endOfferOf = (
  { tx, district, actor, at }: Pick<Ctx, 'tx' | 'district' | 'actor' | 'at'>,
  id: string,
  state: 'taken' | 'withdrawn' | 'declined',
) =>
  tx.change(custodyOfferTable, { district, id }, { state, ended_by: actor.personId, ended_at: at.toString() })

/** The place of one serial in the office of the act, or null when it never had it. */
export async function whereIs(
  tx: Tx,
  kind: CustodyKind,
  serial: number,
  edition = '',
): Promise<Place | null> {
  const { place } = await tx.one<{
    place: Place | null
  }>`select kernel.where_is(${kind}, ${edition}, ${serial}::bigint) as place`
  return place
}

/** How many serials lay at each place at a moment, from the lines alone. */
export const balanceAt = (tx: Tx, kind: CustodyKind, edition: string, at: string) =>
  tx.rows<{ place: Place; count: number }>`
    select place, count from kernel.custody_balance(${kind}, ${edition}, ${at}::timestamptz) order by place`
