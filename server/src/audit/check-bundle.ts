import {
  actOfLeaf,
  decodeEntryBundle,
  decodeLeaf,
  fromHex,
  leafHash,
  perfectRoot,
  type Sha256,
  tileWidth,
  utf8,
} from '@mingbu/tlog'
import type { Text } from '../kernel/refusal.ts'
import { idLength } from './id-set.ts'
import { words } from './pack-reader.ts'

/** What the entries of one bundle say by themselves; what they say together is the caller's. */
export interface CheckedBundle {
  /** Leaf hashes, one after another. */
  hashes: Uint8Array
  /** Root of a whole tile; null of a part. */
  root: Uint8Array | null
  /** Ids of the acts, 16 bytes each, one after another; zeros for an entry that is no leaf. */
  acts: Uint8Array
  /** Entries that are not leaves of this log, in order. */
  wrong: { no: number; code: 'leaf_foreign' | 'leaf_wrong'; why: string | Text }[]
}

/** Entries that cannot be read at all. */
export interface UnreadableBundle {
  unreadable: Text
}

/** The bytes of a bundle of `width` entries of the log of `district`. */
export interface Bundle {
  bytes: Uint8Array
  width: number
  district: string
}

/** Checks bundles, here or on threads. @throws Error when it could not be checked, whatever the bundle holds. */
export type CheckBundle = (bundle: Bundle) => Promise<CheckedBundle | UnreadableBundle>

/** Reads every entry of a bundle and hashes it: all of a log's check that needs nothing but these bytes. */
export function checkBundle(
  { bytes, width, district }: Bundle,
  sha256: Sha256,
): CheckedBundle | UnreadableBundle {
  let entries: Uint8Array[]
  try {
    entries = decodeEntryBundle(bytes, width)
  } catch (error) {
    return { unreadable: words(error) }
  }
  const wrong: CheckedBundle['wrong'] = []
  const acts = new Uint8Array(idLength * width)
  const here = utf8(district)
  for (const [no, entry] of entries.entries()) {
    if (actOfLeaf(entry, here, acts, idLength * no)) continue
    try {
      const leaf = decodeLeaf(entry)
      if (leaf.district !== district) wrong.push({ no, code: 'leaf_foreign', why: leaf.district })
      acts.set(fromHex(leaf.act.replaceAll('-', '')), idLength * no)
    } catch (error) {
      wrong.push({ no, code: 'leaf_wrong', why: words(error) })
    }
  }
  const leaves = entries.map((entry) => leafHash(entry, sha256))
  const hashes = new Uint8Array(32 * width)
  for (const [no, leaf] of leaves.entries()) hashes.set(leaf, 32 * no)
  return { hashes, root: width === tileWidth ? perfectRoot(leaves, sha256) : null, acts, wrong }
}

/** The hashes of a checked bundle, one by one. @throws Error when they are not as many as there are entries. */
export function hashesOf({ hashes, root, acts }: CheckedBundle, width: number): Uint8Array[] {
  const whole = hashes.length === 32 * width && acts.length === idLength * width
  if (!whole || (width === tileWidth) !== (root?.length === 32)) throw new Error('a bundle was half checked')
  return Array.from({ length: width }, (_, i) => hashes.subarray(32 * i, 32 * i + 32))
}
