import { concat, equal } from './bytes.ts'
import { sha256 as pure, type Sha256 } from './sha256.ts'

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

// Hashing is synchronous, so one place each to put things together is enough; a tree has as many nodes as leaves.
const prefixed = new Uint8Array(1024)
const pair = new Uint8Array(65)
pair[0] = 1

/** Leaf hash: SHA-256(0x00 ‖ entry) (RFC 6962, 2.1). */
export function leafHash(entry: Uint8Array, sha256: Sha256 = pure): Uint8Array {
  if (entry.length >= prefixed.length) return sha256(concat(leafPrefix, entry))
  prefixed.set(entry, 1)
  return sha256(prefixed.subarray(0, entry.length + 1))
}

/** Node hash: SHA-256(0x01 ‖ left ‖ right) (RFC 6962, 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256 = pure): Uint8Array {
  if (left.length !== 32 || right.length !== 32) return sha256(concat(nodePrefix, left, right))
  pair.set(left, 1)
  pair.set(right, 33)
  return sha256(pair)
}

/** Root of the empty tree: SHA-256 of nothing. */
export const emptyRoot = (sha256: Sha256 = pure): Uint8Array => sha256(new Uint8Array())

/** A tree size or index: a whole number from 0 to 2^53 - 1. @throws RangeError for anything else. */
export function checkSize(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a tree size: ${value}`)
  return value
}

/** Largest power of two strictly below `n`, for n of at least 2. */
export function splitPoint(n: number): number {
  let k = 2 ** Math.floor(Math.log2(n))
  while (k >= n) k /= 2
  while (k * 2 < n) k *= 2
  return k
}

const half = (n: number): number => Math.floor(n / 2)
const isOdd = (n: number): boolean => n % 2 === 1

/**
 * Root over leaf hashes, in order. Linear; servers keep their trees incrementally instead. Row by row from the leaves,
 * where a last one without a neighbour moves up as it is: RFC 6962 splits at the largest power of two below, which
 * makes the same tree.
 */
export function treeRoot(leaves: readonly Uint8Array[], sha256: Sha256 = pure): Uint8Array {
  if (leaves.length === 0) return emptyRoot(sha256)
  const row = [...leaves]
  for (let width = row.length; width > 1; width = Math.ceil(width / 2)) {
    for (let i = 0; 2 * i < width; i++)
      row[i] = 2 * i + 1 < width ? nodeHash(row[2 * i]!, row[2 * i + 1]!, sha256) : row[2 * i]!
  }
  return row[0]!
}

/** Inclusion proof of leaf `index` over leaf hashes, the leaf's sibling first. */
export function inclusionProof(
  leaves: readonly Uint8Array[],
  index: number,
  sha256: Sha256 = pure,
): Uint8Array[] {
  if (checkSize(index) >= leaves.length)
    throw new RangeError(`index ${index} is outside a tree of ${leaves.length}`)
  if (leaves.length === 1) return []
  const k = splitPoint(leaves.length)
  return index < k
    ? [...inclusionProof(leaves.slice(0, k), index, sha256), treeRoot(leaves.slice(k), sha256)]
    : [...inclusionProof(leaves.slice(k), index - k, sha256), treeRoot(leaves.slice(0, k), sha256)]
}

/** Consistency proof from the first `m` leaves to all of them. Empty when `m` is 0 or all. */
export function consistencyProof(
  leaves: readonly Uint8Array[],
  m: number,
  sha256: Sha256 = pure,
): Uint8Array[] {
  if (checkSize(m) > leaves.length) throw new RangeError(`${m} is more than ${leaves.length} leaves`)
  return m === 0 || m === leaves.length ? [] : subproof(leaves, m, true, sha256)
}

function subproof(leaves: readonly Uint8Array[], m: number, whole: boolean, sha256: Sha256): Uint8Array[] {
  if (m === leaves.length) return whole ? [] : [treeRoot(leaves, sha256)]
  const k = splitPoint(leaves.length)
  return m <= k
    ? [...subproof(leaves.slice(0, k), m, whole, sha256), treeRoot(leaves.slice(k), sha256)]
    : [...subproof(leaves.slice(k), m - k, false, sha256), treeRoot(leaves.slice(0, k), sha256)]
}

/** What an inclusion proof claims. */
export interface Inclusion {
  leaf: Uint8Array
  index: number
  size: number
  proof: readonly Uint8Array[]
  root: Uint8Array
}

/** True when `leaf` stands at `index` in the tree of `size` leaves whose root is `root`. Never throws for wrong proofs. */
export function checkInclusion(
  { leaf, index, size, proof, root }: Inclusion,
  sha256: Sha256 = pure,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  if ([leaf, root, ...proof].some((hash) => hash.length !== 32)) return false
  let fn = index
  let sn = size - 1
  let r = leaf
  for (const p of proof) {
    if (sn === 0) return false
    if (isOdd(fn) || fn === sn) {
      r = nodeHash(p, r, sha256)
      while (!isOdd(fn) && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else r = nodeHash(r, p, sha256)
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 && equal(r, root)
}

/** What a consistency proof claims: the tree of `n` leaves begins with the tree of `m`. */
export interface Consistency {
  m: number
  n: number
  rootM: Uint8Array
  rootN: Uint8Array
  proof: readonly Uint8Array[]
}

/** True when the proof shows it. Equal sizes need equal roots and no proof; from 0 anything is consistent, with no proof. */
export function checkConsistency({ m, n, rootM, rootN, proof }: Consistency, sha256: Sha256 = pure): boolean {
  if (!Number.isSafeInteger(m) || !Number.isSafeInteger(n) || m < 0 || m > n) return false
  if ([rootM, rootN, ...proof].some((hash) => hash.length !== 32)) return false
  if (m === n) return proof.length === 0 && equal(rootM, rootN)
  if (m === 0) return proof.length === 0 && equal(rootM, emptyRoot(sha256))
  if (proof.length === 0) return false
  const path = Number.isInteger(Math.log2(m)) && 2 ** Math.log2(m) === m ? [rootM, ...proof] : [...proof]
  let fn = m - 1
  let sn = n - 1
  while (isOdd(fn)) {
    fn = half(fn)
    sn = half(sn)
  }
  let fr = path[0]!
  let sr = path[0]!
  for (const c of path.slice(1)) {
    if (sn === 0) return false
    if (isOdd(fn) || fn === sn) {
      fr = nodeHash(c, fr, sha256)
      sr = nodeHash(c, sr, sha256)
      while (!isOdd(fn) && fn > 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else sr = nodeHash(sr, c, sha256)
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 && equal(fr, rootM) && equal(sr, rootN)
}
