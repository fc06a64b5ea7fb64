import { concat } from './bytes.ts'
import { faulty } from './faults.ts'
import { checkSize, nodeHash, splitPoint } from './merkle.ts'
import { sha256 as pure, type Sha256 } from './sha256.ts'

/** Hashes in a full tile (C2SP tlog-tiles: height 8). */
export const tileWidth = 256

/** A tile's address: its level (or `entries`), number, and how many hashes or entries it holds. */
export interface TileAddress {
  level: number | 'entries'
  index: number
  width: number
}

/** `tile/<level>/<number>[.p/<width>]`, the number in groups of three digits, all but the last led by `x`. @throws RangeError for an address no tile has. */
export function tilePath({ level, index, width }: TileAddress): string {
  checkSize(index)
  if (level !== 'entries' && !(Number.isInteger(level) && level >= 0 && level <= 63))
    throw new RangeError(`not a tile level: ${level}`)
  if (!Number.isInteger(width) || width < 1 || width > tileWidth)
    throw new RangeError(`a tile holds 1 to ${tileWidth} hashes`)
  let rest = Math.floor(index / 1000)
  let path = String(index % 1000).padStart(3, '0')
  for (; rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, '0')}/${path}`
  return `tile/${level}/${path}${width < tileWidth ? `.p/${width}` : ''}`
}

/** Reads a tile path; null for anything but the one way of writing it. */
export function parseTilePath(path: string): TileAddress | null {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path)
  if (!match) return null
  const level = match[1] === 'entries' ? 'entries' : Number(match[1])
  const index = Number(match[2]!.replace(/[x/]/g, ''))
  const width = match[3] === undefined ? tileWidth : Number(match[3])
  if (
    !Number.isSafeInteger(index) ||
    (level !== 'entries' && level > 63) ||
    (match[3] !== undefined && width >= tileWidth)
  )
    return null
  const address: TileAddress = { level, index, width }
  return tilePath(address) === path ? address : null
}

/** Width of the partial tile at a level of a tree of `size`; 0 when there is none. */
export const partialWidth = (level: number, size: number): number =>
  Math.floor(checkSize(size) / tileWidth ** level) % tileWidth

/**
 * Every hash tile of a tree of `size`, level by level: the full ones and the partial one at its end. A reader who
 * recomputes each from the entries has checked all that the log serves. The entry bundles are those of level 0.
 */
export function* tilesOf(size: number): Generator<TileAddress & { level: number }> {
  for (let level = 0, hashes = checkSize(size); hashes > 0; level++) {
    const full = Math.floor(hashes / tileWidth)
    for (let index = 0; index < full; index++) yield { level, index, width: tileWidth }
    if (hashes % tileWidth > 0) yield { level, index: full, width: hashes % tileWidth }
    hashes = full
  }
}

/** The hashes of a tile of `width`; their root is the hash above a full tile. @throws RangeError unless the bytes hold exactly those. */
export function decodeTile(bytes: Uint8Array, width: number): Uint8Array[] {
  if (bytes.length !== width * 32) throw faulty(RangeError, 'tile_length', { width, bytes: width * 32 })
  return Array.from({ length: width }, (_, i) => bytes.slice(i * 32, i * 32 + 32))
}

/** Entries of a bundle, each with its length as 16-bit big-endian. @throws RangeError for an empty or too long entry. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concat(
    ...entries.flatMap((entry) => {
      if (entry.length === 0 || entry.length > 65_535) throw faulty(RangeError, 'entry_length')
      return [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]
    }),
  )
}

/** Reads a bundle of exactly `count` entries, which are views of its bytes. @throws RangeError when the bytes end early or go on. */
export function decodeEntryBundle(bytes: Uint8Array, count: number): Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    const length = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
    if (length === 0 || at + 2 + length > bytes.length) throw faulty(RangeError, 'bundle_short', { index: i })
    entries.push(bytes.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  if (at !== bytes.length) throw faulty(RangeError, 'bundle_long')
  return entries
}

/**
 * Hashes of a tile level: level 0 are leaf hashes; hash `i` of level L + 1 is the root of full tile (L, i).
 * Answers `count` hashes from `start`.
 */
export type ReadHashes = (level: number, start: number, count: number) => Uint8Array[] | Promise<Uint8Array[]>

/** Root of the leaves from `start` up to `end`, where the range is a subtree of the RFC 6962 tree. */
async function rangeRoot(read: ReadHashes, start: number, end: number, sha256: Sha256): Promise<Uint8Array> {
  const width = end - start
  let level = 0
  let unit = 1
  while (unit * tileWidth <= width && width % (unit * tileWidth) === 0 && start % (unit * tileWidth) === 0) {
    level++
    unit *= tileWidth
  }
  if (width / unit <= tileWidth) {
    const hashes = await read(level, start / unit, width / unit)
    if (hashes.length !== width / unit)
      throw new RangeError(`the log has not all hashes of ${start} to ${end}`)
    return rootOf(hashes, sha256)
  }
  const k = splitPoint(width)
  return nodeHash(
    await rangeRoot(read, start, start + k, sha256),
    await rangeRoot(read, start + k, end, sha256),
    sha256,
  )
}

function rootOf(hashes: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  if (hashes.length === 1) return hashes[0]!
  const k = splitPoint(hashes.length)
  return nodeHash(rootOf(hashes.slice(0, k), sha256), rootOf(hashes.slice(k), sha256), sha256)
}

/** Inclusion proof of leaf `index` in the tree of `size`, from a log's tile hashes: a few small reads however large the log. */
export async function inclusionProofFrom(
  read: ReadHashes,
  index: number,
  size: number,
  sha256: Sha256 = pure,
): Promise<Uint8Array[]> {
  if (checkSize(index) >= checkSize(size)) throw new RangeError(`index ${index} is outside a tree of ${size}`)
  const proof: Uint8Array[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + splitPoint(end - start)
    proof.unshift(
      index < middle
        ? await rangeRoot(read, middle, end, sha256)
        : await rangeRoot(read, start, middle, sha256),
    )
    ;[start, end] = index < middle ? [start, middle] : [middle, end]
  }
  return proof
}

/** Consistency proof from the tree of `m` to the tree of `n`, from a log's tile hashes. */
export async function consistencyProofFrom(
  read: ReadHashes,
  m: number,
  n: number,
  sha256: Sha256 = pure,
): Promise<Uint8Array[]> {
  if (checkSize(m) > checkSize(n)) throw new RangeError(`${m} is more than ${n}`)
  if (m === 0 || m === n) return []
  const proof: Uint8Array[] = []
  let [start, end, whole] = [0, n, true]
  while (m !== end) {
    const middle = start + splitPoint(end - start)
    if (m <= middle) {
      proof.unshift(await rangeRoot(read, middle, end, sha256))
      end = middle
    } else {
      proof.unshift(await rangeRoot(read, start, middle, sha256))
      start = middle
      whole = false
    }
  }
  return whole ? proof : [await rangeRoot(read, start, end, sha256), ...proof]
}
