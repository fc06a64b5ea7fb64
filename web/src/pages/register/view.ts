import type { Entry as AnyEntry } from '../../../../server/src/register/state.ts'
import type { MapFeature } from '../../ui/UnitMap.tsx'
import type { CertificateView, RegisterView } from './types.ts'

/** An entry of whatever facts: what is told of it here does not depend on them. */
type Entry = AnyEntry<unknown>

/**
 * Where an entry stands on a day: `current` holds; `superseded` gave way to a later entry of the same right;
 * `ended` was cancelled by a later entry, and `ending` is that later entry; `expired` ran out by its own term;
 * `later` had not begun.
 */
export type Standing = 'current' | 'superseded' | 'ended' | 'ending' | 'expired' | 'later'

/** Says how `entry` stood at the instant `asOf` (ISO) among all entries of its unit, as known today. */
export function standing(entry: Entry, entries: readonly Entry[], asOf: string): Standing {
  const at = Date.parse(asOf)
  if (Date.parse(entry.legalFrom) > at) return 'later'
  const next = successor(entry, entries)
  if (next && Date.parse(next.legalFrom) <= at) return next.effect === 'end' ? 'ended' : 'superseded'
  if (entry.effect === 'end') return 'ending'
  return entry.legalTo !== null && Date.parse(entry.legalTo) <= at ? 'expired' : 'current'
}

/** The entry that came directly after `entry` on the same right, or null while it is the latest. */
export function successor(entry: Entry, entries: readonly Entry[]): Entry | null {
  return entries.find((other) => other.rightId === entry.rightId && other.no === entry.no + 1) ?? null
}

/**
 * Entries in the order they were recorded, oldest first. What was taken over in one batch carries one recording
 * time, and is ordered by legal time.
 */
export function recordingOrder<E extends Pick<Entry, 'recordedAt' | 'legalFrom'>>(
  entries: readonly E[],
): E[] {
  return entries.toSorted(
    (a, b) =>
      Date.parse(a.recordedAt) - Date.parse(b.recordedAt) ||
      Date.parse(a.legalFrom) - Date.parse(b.legalFrom),
  )
}

/**
 * The certificate or proof number an entry carries: of the certificate made for it, else the number taken over
 * from the old books; null where there is none.
 */
export function numberOf(entry: Entry, certificates: readonly CertificateView[]): string | null {
  const own = certificates.find((certificate) => certificate.entryId === entry.id)
  const body = entry.body as { certificateNumber?: unknown; proofNumber?: unknown }
  return own?.number ?? textOf(body.certificateNumber) ?? textOf(body.proofNumber)
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Names of those an entry names in one of `roles`, in the entry's order. */
export function namesOf(entry: Entry, ...roles: Entry['parties'][number]['role'][]): string[] {
  return entry.parties.filter((party) => roles.includes(party.role)).map((party) => party.name)
}

/**
 * The last day of a term that ends with the instant `legalTo`, which itself is outside: midnight after the last
 * day, in Shanghai. Returned as the ISO instant one second earlier, to be shown as a date.
 */
export function lastDay(legalTo: string): string {
  return new Date(Date.parse(legalTo) - 1000).toISOString()
}

/** What the map shows: the unit's parcel and building, other buildings and neighbouring parcels, each once. */
export function mapFeatures({ unit, around }: Pick<RegisterView, 'unit' | 'around'>): MapFeature[] {
  const shape = (geometry: string, properties: MapFeature['properties']): MapFeature => ({
    type: 'Feature',
    geometry: JSON.parse(geometry) as MapFeature['geometry'],
    properties,
  })
  const others = around.filter((one) => one.code !== unit.parcel.code && one.code !== unit.building?.code)
  return [
    ...others.map((one) => shape(one.geometry, { role: one.kind === 'parcel' ? 'neighbour' : 'building' })),
    // A building's name lies where the parcel's own label would; one of the two is enough.
    shape(unit.parcel.geometry, {
      role: 'parcel',
      ...(unit.building ? {} : { label: unit.parcel.code.slice(-7) }),
    }),
    ...(unit.building
      ? [shape(unit.building.geometry, { role: 'building', target: true, label: unit.building.name })]
      : []),
  ]
}

/** What is typed into the search box as the server wants it: a code in capitals without spaces, words trimmed. */
export function tidyQuery(text: string): string {
  const plain = text.normalize('NFKC').trim()
  return /^[\da-z\s]+$/i.test(plain) ? plain.replaceAll(/\s/g, '').toUpperCase() : plain
}

/** An identity number as it may stay on screen and paper: the first six and the last four characters, `330200********1234`. */
export function maskedId(idNumber: string): string {
  return `${idNumber.slice(0, 6)}${'*'.repeat(Math.max(0, idNumber.length - 10))}${idNumber.slice(-4)}`
}

/** The bytes that base64 text stands for. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
