import { equal, fromUtf8, utf8 } from './bytes.ts'
import { canonicalJson } from './canonical.ts'
import { faulty } from './faults.ts'

/** Leaf format v1: what the log says of an act for ever. No name, number, address or parcel text. */
export interface LeafV1 {
  /** Public id of the act (UUID). */
  act: string
  /** Time of the act, RFC 3339 in UTC with microseconds: `2026-11-23T01:02:03.000004Z`. */
  at: string
  district: string
  /** Hex root over the ordered field commitments. */
  fields: string
  /** How many fields there are. */
  n: number
  outcome: 'done' | 'refused'
  /** `capability.verb`. */
  type: string
}

const shapes: Record<keyof LeafV1, (value: unknown) => boolean> = {
  act: (value) =>
    typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value),
  at: (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/.test(value),
  district: (value) => typeof value === 'string' && /^[a-z]{2,20}$/.test(value),
  fields: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  n: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0,
  outcome: (value) => value === 'done' || value === 'refused',
  type: (value) => typeof value === 'string' && /^[a-z]+\.[a-zA-Z]+$/.test(value),
}

/** The exact bytes of a leaf. @throws TypeError when a field has not its form. */
export function encodeLeaf(leaf: LeafV1): Uint8Array {
  for (const [name, fits] of Object.entries(shapes)) {
    if (!fits(leaf[name as keyof LeafV1])) throw faulty(TypeError, 'leaf_field', { name })
  }
  const { act, at, district, fields, n, outcome, type } = leaf
  return utf8(canonicalJson({ act, at, district, fields, n, outcome, type, v: 1 }))
}

/** The one encoding as a pattern: what it matches needs no parsing, and nothing else is a leaf. */
const encoded =
  /^\{"act":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})","at":"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z)","district":"([a-z]{2,20})","fields":"([0-9a-f]{64})","n":([1-9]\d{0,14}),"outcome":"(done|refused)","type":"([a-z]+\.[a-zA-Z]+)","v":1\}$/

/** Reads a leaf. @throws TypeError unless the bytes are exactly those `encodeLeaf` makes: one leaf, one encoding. */
export function decodeLeaf(bytes: Uint8Array): LeafV1 {
  const match = encoded.exec(textOf(bytes))
  if (!match) return decodeSlowly(bytes)
  const [, act = '', at = '', district = '', fields = '', n, outcome, type = ''] = match
  return { act, at, district, fields, n: Number(n), outcome: outcome as LeafV1['outcome'], type }
}

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes)
  } catch {
    throw faulty(TypeError, 'leaf_not_json')
  }
}

/** For bytes that are not in the common form: a leaf all the same, or the reason why it is none. */
function decodeSlowly(bytes: Uint8Array): LeafV1 {
  let leaf: LeafV1 & { v: unknown }
  try {
    leaf = JSON.parse(fromUtf8(bytes)) as LeafV1 & { v: unknown }
  } catch {
    throw faulty(TypeError, 'leaf_not_json')
  }
  if (typeof leaf !== 'object' || leaf === null || leaf.v !== 1) throw faulty(TypeError, 'leaf_version')
  if (!equal(encodeLeaf(leaf), bytes)) throw faulty(TypeError, 'leaf_encoding')
  const { v: _version, ...known } = leaf
  return known
}
