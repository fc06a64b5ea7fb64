import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { equal, utf8 } from './bytes.ts'
import { GrowingTree, perfectRoot } from './growing-tree.ts'
import { checkConsistency, checkInclusion, leafHash, nodeHash } from './merkle.ts'
import type { Sha256 } from './sha256.ts'
import {
  consistencyProofFrom,
  inclusionProofFrom,
  partialWidth,
  type ReadHashes,
  tilesOf,
  tileWidth,
} from './tiles.ts'

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')
const most = 2000
const leaves = Array.from({ length: most }, (_, i) => leafHash(utf8(`leaf ${i}`), sha256))
const full = Array.from({ length: Math.floor(most / tileWidth) }, (_, i) =>
  perfectRoot(leaves.slice(i * tileWidth, (i + 1) * tileWidth), sha256),
)
const read: ReadHashes = (level, start, count) => (level === 0 ? leaves : full).slice(start, start + count)

// The definition of RFC 6962 word for word, each range computed once.
const known = new Map<string, Uint8Array>()
function rangeRoot(start: number, end: number): Uint8Array {
  if (end - start === 1) return leaves[start]!
  const name = `${start} ${end}`
  const before = known.get(name)
  if (before) return before
  let k = 1
  while (k * 2 < end - start) k *= 2
  const made = nodeHash(rangeRoot(start, start + k), rangeRoot(start + k, end), sha256)
  known.set(name, made)
  return made
}

/** The same draws every time. */
function draws(size: number, count: number): number[] {
  let state = size * 2_654_435_761
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state % size
  })
}
const everyUpTo = 130

describe(`every size to ${most}`, () => {
  test('a tree that grows leaf by leaf has at each size the root of the definition, and the tiles of that size', () => {
    const tree = new GrowingTree(sha256)
    for (let size = 0; size <= most; size++) {
      if (size > 0) {
        tree.add(leaves[size - 1]!)
        expect(equal(tree.root(), rangeRoot(0, size)), `size ${size}`).toBe(true)
      }
      expect(tree.size).toBe(size)
      const widths = tree.partial().map(({ level, hashes }) => [level, hashes.length])
      expect(widths).toEqual(
        [0, 1].map((level) => [level, partialWidth(level, size)]).filter(([, width]) => width! > 0),
      )
      expect([...tilesOf(size)].reduce((sum, { level, width }) => sum + (level === 0 ? width : 0), 0)).toBe(
        size,
      )
    }
  })

  test(`inclusion: every leaf to ${everyUpTo}, then both ends and four drawn ones; none at a neighbour’s place`, async () => {
    for (let size = 1; size <= most; size++) {
      const root = rangeRoot(0, size)
      const indexes = size <= everyUpTo ? leaves.slice(0, size).keys() : [0, size - 1, ...draws(size, 4)]
      for (const index of indexes) {
        const proof = await inclusionProofFrom(read, index, size, sha256)
        const claim = { leaf: leaves[index]!, index, size, proof, root }
        const told = `leaf ${index} of ${size}`
        expect(checkInclusion(claim, sha256), told).toBe(true)
        expect(proof.length, told).toBeLessThanOrEqual(Math.ceil(Math.log2(size)))
        if (size === 1) continue
        const beside = index === 0 ? 1 : index - 1
        expect(checkInclusion({ ...claim, index: beside }, sha256), told).toBe(false)
        expect(checkInclusion({ ...claim, leaf: leaves[beside]! }, sha256), told).toBe(false)
        expect(checkInclusion({ ...claim, root: rangeRoot(0, size - 1) }, sha256), told).toBe(false)
      }
    }
  }, 120_000)

  test(`consistency: from every size to ${everyUpTo}, then both ends and four drawn ones; never to another root`, async () => {
    for (let n = 1; n <= most; n++) {
      const rootN = rangeRoot(0, n)
      const sizes =
        n <= everyUpTo
          ? [...leaves.slice(0, n).keys(), n]
          : [1, n - 1, n, ...draws(n, 4).map((one) => one + 1)]
      for (const m of sizes) {
        if (m === 0) continue
        const proof = await consistencyProofFrom(read, m, n, sha256)
        const claim = { m, n, rootM: rangeRoot(0, m), rootN, proof }
        const told = `${m} to ${n}`
        expect(checkConsistency(claim, sha256), told).toBe(true)
        expect(checkConsistency({ ...claim, rootN: leaves[0]! }, sha256), told).toBe(m === n && n === 1)
        if (m > 1)
          expect(checkConsistency({ ...claim, rootM: rangeRoot(0, m - 1) }, sha256), told).toBe(false)
        if (m < n) expect(checkConsistency({ ...claim, proof: proof.slice(1) }, sha256), told).toBe(false)
      }
    }
  }, 120_000)
})
