import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { concat, equal, toBase64, utf8 } from './bytes.ts'
import {
  checkConsistency,
  checkInclusion,
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
  treeRoot,
} from './merkle.ts'
import type { Sha256 } from './sha256.ts'
import {
  consistencyProofFrom,
  decodeEntryBundle,
  decodeTile,
  encodeEntryBundle,
  inclusionProofFrom,
  partialWidth,
  type ReadHashes,
  tilePath,
  tilesOf,
  tileWidth,
} from './tiles.ts'

/** The runtime's own SHA-256: the same answers, sooner. */
const native: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')

/** Answers of `keeping`: all proofs ask for the same nodes again and again. */
const kept = new Map<string, Uint8Array>()
const keyOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
const keeping: Sha256 = (bytes) => {
  const known = kept.get(keyOf(bytes)) ?? native(bytes)
  kept.set(keyOf(bytes), known)
  return known
}

/** As `native`, with the answers already kept; the nodes of spoilt proofs are not worth keeping. */
const quick: Sha256 = (bytes) => kept.get(keyOf(bytes)) ?? native(bytes)

/** What a log serves: bytes by path. */
type Files = Map<string, Uint8Array>

/** Every hash tile and entry bundle of a log. */
function serve(entries: readonly Uint8Array[], sha256: Sha256 = native): Files {
  const files: Files = new Map()
  let hashes = entries.map((entry) => leafHash(entry, sha256))
  for (const { level, index, width } of tilesOf(entries.length)) {
    const from = index * tileWidth
    if (level > 0 && index === 0) hashes = parents(hashes, sha256)
    files.set(tilePath({ level, index, width }), concat(...hashes.slice(from, from + width)))
    if (level > 0) continue
    files.set(
      tilePath({ level: 'entries', index, width }),
      encodeEntryBundle(entries.slice(from, from + width)),
    )
  }
  return files
}

/** The hashes one level up: the roots of the full tiles. */
const parents = (hashes: readonly Uint8Array[], sha256: Sha256): Uint8Array[] =>
  Array.from({ length: Math.floor(hashes.length / tileWidth) }, (_, i) =>
    treeRoot(hashes.slice(i * tileWidth, (i + 1) * tileWidth), sha256),
  )

/**
 * Reads hashes from tile files, as a client of a log of `size` does: one tile for each range, told to `told`.
 * A range that would need two tiles is our bug, and throws.
 */
function readerOf(
  files: Files,
  size: number,
  told?: (path: string, from: number, to: number) => void,
): ReadHashes {
  return (level, start, count) => {
    const index = Math.floor(start / tileWidth)
    const from = start - index * tileWidth
    if (from + count > tileWidth)
      throw new Error(`hashes ${start} to ${start + count} of level ${level} span two tiles`)
    const full = index < Math.floor(size / tileWidth ** (level + 1))
    const width = full ? tileWidth : partialWidth(level, size)
    const path = tilePath({ level, index, width })
    const tile = files.get(path)
    if (!tile) throw new Error(`no ${path}`)
    told?.(path, from * 32, (from + count) * 32)
    return decodeTile(tile.subarray(from * 32, (from + count) * 32), count)
  }
}

const entriesOf = (word: string, size: number): Uint8Array[] =>
  Array.from({ length: size }, (_, i) => utf8(`${word} ${i}`))
const rootOfEntries = (entries: readonly Uint8Array[]): Uint8Array =>
  treeRoot(
    entries.map((entry) => leafHash(entry, native)),
    native,
  )

/** The bytes with the bits of `mask` changed at one place. */
function changedAt(bytes: Uint8Array, at: number, mask = 1): Uint8Array {
  const other = Uint8Array.from(bytes)
  other[at]! ^= mask
  return other
}

const same = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
  a.length === b.length && a.every((one, i) => equal(one, b[i]!))

describe('every tree up to 130, through its tile', () => {
  const largest = 130
  const entries = entriesOf('leaf', largest)
  const leaves = entries.map((entry) => leafHash(entry, keeping))

  const roots = Array.from({ length: largest + 1 }, (_, n) => treeRoot(leaves.slice(0, n), keeping))
  const reader = (size: number) => readerOf(serve(entries.slice(0, size), keeping), size)

  // A proof that verifies is the proof: another would be a collision. So these are those made of whole leaves.
  test('each inclusion proof verifies', async () => {
    const failed: string[] = []
    for (let size = 1; size <= largest; size++) {
      const read = reader(size)
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProofFrom(read, index, size, keeping)
        const claim = { leaf: leaves[index]!, index, size, proof, root: roots[size]! }
        if (!checkInclusion(claim, keeping)) failed.push(`leaf ${index} in ${size}`)
      }
    }
    expect(failed).toEqual([])
  })

  test('each consistency proof verifies', async () => {
    const failed: string[] = []
    for (let n = 1; n <= largest; n++) {
      const read = reader(n)
      for (let m = 0; m <= n; m++) {
        const proof = await consistencyProofFrom(read, m, n, keeping)
        const claim = { m, n, rootM: roots[m]!, rootN: roots[n]!, proof }
        if (!checkConsistency(claim, keeping)) failed.push(`${m} to ${n}`)
      }
    }
    expect(failed).toEqual([])
  })
})

describe('trees of more than one tile', () => {
  const sizes = [255, 256, 257, 511, 512, 513, 768, 1_000]
  const entries = entriesOf('leaf', 1_000)
  const leaves = entries.map((entry) => leafHash(entry, keeping))

  test.each(sizes)(
    'size %i: inclusion at the edges of its tiles, and consistency from every smaller one',
    async (size) => {
      const root = treeRoot(leaves.slice(0, size), keeping)
      const read = readerOf(serve(entries.slice(0, size), keeping), size)
      for (const index of [0, 1, 127, 128, 254, 255, 256, 257, 511, 512, 767, 768, size - 1]) {
        if (index >= size) continue
        const proof = await inclusionProofFrom(read, index, size, keeping)
        expect(same(proof, inclusionProof(leaves.slice(0, size), index, keeping)), `leaf ${index}`).toBe(true)
        expect(checkInclusion({ leaf: leaves[index]!, index, size, proof, root }), `leaf ${index}`).toBe(true)
      }
      for (const m of [1, 2, 3, 100, ...sizes]) {
        if (m > size) continue
        const proof = await consistencyProofFrom(read, m, size, keeping)
        expect(same(proof, consistencyProof(leaves.slice(0, size), m, keeping)), `from ${m}`).toBe(true)
        const rootM = treeRoot(leaves.slice(0, m), keeping)
        expect(checkConsistency({ m, n: size, rootM, rootN: root, proof }), `from ${m}`).toBe(true)
      }
    },
  )
})

describe('no byte a proof reads from a tile can change', () => {
  /** Spoils every byte of every tile in turn; tells which were read, and which spoilt ones still gave a good proof. */
  async function spoilt(size: number, prove: (read: ReadHashes) => Promise<boolean>) {
    const files = serve(entriesOf('leaf', size), keeping)
    const used = new Set<string>()
    const mark = (path: string, from: number, to: number) => {
      for (let at = from; at < to; at++) used.add(`${path} byte ${at}`)
    }
    expect(await prove(readerOf(files, size, mark))).toBe(true)
    const passed = new Set<string>()
    for (const [path, bytes] of files) {
      if (path.startsWith('tile/entries/')) continue
      for (let at = 0; at < bytes.length; at++) {
        const wrong = new Map(files).set(path, changedAt(bytes, at, 1 << (at & 7)))
        if (await prove(readerOf(wrong, size))) passed.add(`${path} byte ${at}`)
      }
    }
    return { used, passed, all: [...files].filter(([path]) => !path.startsWith('tile/entries/')) }
  }

  const treeOf = (size: number) => {
    const leaves = entriesOf('leaf', size).map((entry) => leafHash(entry, keeping))
    return { leaves, root: treeRoot(leaves, keeping) }
  }

  test.each([
    [13, 0],
    [13, 7],
    [13, 12],
    [40, 21],
    [260, 259],
  ])('inclusion in a tree of %i, leaf %i', async (size, index) => {
    const { leaves, root } = treeOf(size)
    const { used, passed, all } = await spoilt(size, async (read) => {
      const proof = await inclusionProofFrom(read, index, size, quick)
      return checkInclusion({ leaf: leaves[index]!, index, size, proof, root }, quick)
    })
    expect([...passed].filter((byte) => used.has(byte))).toEqual([])
    expect(passed.size + used.size).toBe(all.reduce((sum, [, bytes]) => sum + bytes.length, 0))
  })

  test.each([
    [13, 5],
    [40, 32],
    [40, 39],
  ])('consistency of a tree of %i with its first %i', async (n, m) => {
    const { leaves, root } = treeOf(n)
    const rootM = treeRoot(leaves.slice(0, m), keeping)
    const { used, passed } = await spoilt(n, async (read) => {
      const proof = await consistencyProofFrom(read, m, n, quick)
      return checkConsistency({ m, n, rootM, rootN: root, proof }, quick)
    })
    expect([...passed].filter((byte) => used.has(byte))).toEqual([])
    expect(used.size).toBeGreaterThan(0)
  })

  test('a reader that answers too few hashes, or none, is refused', async () => {
    const { leaves } = treeOf(13)
    const short: ReadHashes = (_, start, count) => leaves.slice(start, start + count - 1)
    await expect(inclusionProofFrom(short, 3, 13)).rejects.toThrow(RangeError)
    await expect(consistencyProofFrom(short, 3, 13)).rejects.toThrow(RangeError)
    await expect(inclusionProofFrom(() => [], 3, 13)).rejects.toThrow(RangeError)
  })

  test('a proof outside the tree is refused before anything is read', async () => {
    const never: ReadHashes = () => expect.fail('it was read')
    await expect(inclusionProofFrom(never, 13, 13)).rejects.toThrow(RangeError)
    await expect(inclusionProofFrom(never, 0, 0)).rejects.toThrow(RangeError)
    await expect(inclusionProofFrom(never, -1, 13)).rejects.toThrow(RangeError)
    await expect(consistencyProofFrom(never, 14, 13)).rejects.toThrow(RangeError)
    await expect(consistencyProofFrom(never, 0.5, 13)).rejects.toThrow(RangeError)
    expect(await consistencyProofFrom(never, 0, 13)).toEqual([])
    expect(await consistencyProofFrom(never, 13, 13)).toEqual([])
    expect(await inclusionProofFrom(never, 0, 1)).toEqual([])
  })
})

describe('70,000 entries', () => {
  const size = 70_000
  const entries = entriesOf('entry', size)
  const leaves = entries.map((entry) => leafHash(entry, native))
  const rootOfFirst = (m: number): Uint8Array => treeRoot(leaves.slice(0, m), native)
  const root = rootOfFirst(size)
  const files = serve(entries)
  const rewrittenIndex = 25_600
  const shared = 'tile/0/100'

  /** One entry is rewritten together with its hash in its level-0 tile, and nothing above. */
  const rewritten = new Map(files)
  const otherEntry = utf8('entry 25600, by another hand')
  const bundle = decodeEntryBundle(files.get('tile/entries/100')!, tileWidth)
  rewritten.set('tile/entries/100', encodeEntryBundle(bundle.with(0, otherEntry)))
  const tile = decodeTile(files.get(shared)!, tileWidth)
  rewritten.set(shared, concat(...tile.with(0, leafHash(otherEntry, native))))

  const includes = async (from: Files, index: number, entry = entries[index]!): Promise<boolean> => {
    const proof = await inclusionProofFrom(readerOf(from, size), index, size, keeping)
    return checkInclusion({ leaf: leafHash(entry, native), index, size, proof, root }, quick)
  }

  test('the root is o5IPun8j… (evidence 8, G)', () => {
    expect(toBase64(root)).toBe('o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao=')
  })

  test('inclusion takes 17 hashes, and 42,000 to 70,000 takes 14 (evidence 6)', async () => {
    const read = readerOf(files, size)
    const inclusion = await inclusionProofFrom(read, 12_345, size, native)
    expect(inclusion).toHaveLength(17)
    expect(checkInclusion({ leaf: leaves[12_345]!, index: 12_345, size, proof: inclusion, root })).toBe(true)
    const consistency = await consistencyProofFrom(read, 42_000, size, native)
    expect(consistency).toHaveLength(14)
    const rootM = rootOfFirst(42_000)
    expect(checkConsistency({ m: 42_000, n: size, rootM, rootN: root, proof: consistency })).toBe(true)
  })

  test.each([1, 257, 65_535, 65_536, 65_792, 69_889, 69_999])(
    'leaf %i and the first so many leaves are proved by fewer than 60 reads, each within one tile',
    async (m) => {
      let reads = 0
      const read = readerOf(files, size, () => reads++)
      const inclusion = await inclusionProofFrom(read, m, size, native)
      expect(checkInclusion({ leaf: leaves[m]!, index: m, size, proof: inclusion, root }, native)).toBe(true)
      const rootM = rootOfFirst(m)
      const consistency = await consistencyProofFrom(read, m, size, native)
      expect(checkConsistency({ m, n: size, rootM, rootN: root, proof: consistency }, native)).toBe(true)
      expect(reads).toBeLessThan(60)
    },
  )

  // CVE-2026-56865: a reader of golang.org/x/mod below 0.40.0 let this very rewrite pass, because it skipped tiles
  // that several subtree hashes shared. Proofs here are checked from the leaf to the signed root, so no tile is skipped.
  describe('entry 25,600 and hash 0 of tile/0/100 rewritten together (the shared-tile trap)', () => {
    test('the rewritten entry has no proof, whichever tiles are served', async () => {
      expect(await includes(rewritten, rewrittenIndex, otherEntry)).toBe(false)
      expect(await includes(files, rewrittenIndex, otherEntry)).toBe(false)
    })

    test('the true entry keeps its proof', async () => {
      expect(await includes(files, rewrittenIndex)).toBe(true)
      expect(await includes(rewritten, rewrittenIndex)).toBe(true)
    })

    test('no other leaf of the tile has a proof from it, and leaves of other tiles have theirs', async () => {
      const passed: number[] = []
      for (let index = rewrittenIndex + 1; index < rewrittenIndex + tileWidth; index++) {
        if (await includes(rewritten, index)) passed.push(index)
      }
      expect(passed).toEqual([])
      for (const index of [0, 25_599, 25_856, 65_536, 69_999])
        expect(await includes(rewritten, index), `${index}`).toBe(true)
    })

    test('no tree that ends inside the tile is consistent through it', async () => {
      for (const m of [25_601, 25_602, 25_664, 25_855]) {
        const rootM = rootOfFirst(m)
        for (const [from, expected] of [
          [files, true],
          [rewritten, false],
        ] as const) {
          const proof = await consistencyProofFrom(readerOf(from, size), m, size, native)
          expect(checkConsistency({ m, n: size, rootM, rootN: root, proof }, native), `from ${m}`).toBe(
            expected,
          )
        }
      }
    })

    test('the tile does not hash to the hash above it; every other full tile does', () => {
      const wrong: string[] = []
      for (const { level, index, width } of tilesOf(size)) {
        if (width < tileWidth) continue
        const above = readerOf(rewritten, size)(level + 1, index, 1) as Uint8Array[]
        const path = tilePath({ level, index, width })
        if (!equal(treeRoot(decodeTile(rewritten.get(path)!, width), native), above[0]!)) wrong.push(path)
      }
      expect(wrong).toEqual([shared])
    })

    test('an auditor who recomputes the root from all entries gets another', () => {
      const served = [...tilesOf(size)]
        .filter(({ level }) => level === 0)
        .flatMap(({ index, width }) =>
          decodeEntryBundle(rewritten.get(tilePath({ level: 'entries', index, width }))!, width),
        )
      expect(served).toHaveLength(size)
      expect(equal(rootOfEntries(served), root)).toBe(false)
    })

    test('carried up to a new root, it is not consistent with the old one from sizes that hold the entry', async () => {
      const carried = new Map(rewritten)
      for (const [below, above, no] of [
        [shared, 'tile/1/000', 100],
        ['tile/1/000', 'tile/2/000.p/1', 0],
      ] as const) {
        const hashes = decodeTile(carried.get(above)!, above === 'tile/1/000' ? tileWidth : 1)
        carried.set(
          above,
          concat(...hashes.with(no, treeRoot(decodeTile(carried.get(below)!, tileWidth), native))),
        )
      }
      const otherRoot = treeRoot(leaves.with(rewrittenIndex, leafHash(otherEntry, native)), native)
      const proofOfOther = await inclusionProofFrom(readerOf(carried, size), 0, size, native)
      const first = { leaf: leaves[0]!, index: 0, size, proof: proofOfOther }
      expect(checkInclusion({ ...first, root: otherRoot }, native)).toBe(true)
      expect(checkInclusion({ ...first, root }, native)).toBe(false)
      for (const m of [25_601, 42_000]) {
        const rootM = rootOfFirst(m)
        const proof = await consistencyProofFrom(readerOf(carried, size), m, size, native)
        expect(checkConsistency({ m, n: size, rootM, rootN: otherRoot, proof }, native), `from ${m}`).toBe(
          false,
        )
      }
      expect(checkConsistency({ m: size, n: size, rootM: root, rootN: otherRoot, proof: [] })).toBe(false)
    })
  })

  test('no hash that leaf 25,601 reads, in any of its tiles, can change', async () => {
    const index = rewrittenIndex + 1
    const ranges: [string, number, number][] = []
    await inclusionProofFrom(
      readerOf(files, size, (...range) => ranges.push(range)),
      index,
      size,
      native,
    )
    const passed: string[] = []
    for (const [path, from, to] of ranges) {
      for (let at = from; at < to; at += 32) {
        const wrong = new Map(files).set(path, changedAt(files.get(path)!, at + ((at / 32) % 32)))
        if (await includes(wrong, index)) passed.push(`${path} hash ${at / 32}`)
      }
    }
    expect(passed).toEqual([])
    expect(new Set(ranges.map(([path]) => path)).size).toBeGreaterThan(3)
  })
})

describe('trees far beyond 32 bits', () => {
  const leaf = leafHash(utf8('any'), native)
  const special = leafHash(utf8('special'), native)
  const powers = new Map<number, Uint8Array>([[1, leaf]])

  /** Root of a tree whose leaves are all the same. */
  function uniform(size: number): Uint8Array {
    const known = powers.get(size)
    if (known) return known
    const k = halfPoint(size)
    const made = nodeHash(uniform(k), uniform(size - k), native)
    powers.set(size, made)
    return made
  }

  /** Root of such a tree with one special leaf. */
  function withSpecial(size: number, index: number): Uint8Array {
    if (size === 1) return special
    const k = halfPoint(size)
    return index < k
      ? nodeHash(withSpecial(k, index), uniform(size - k), native)
      : nodeHash(uniform(k), withSpecial(size - k, index - k), native)
  }

  /** The largest power of two strictly below, by doubling alone. */
  function halfPoint(size: number): number {
    let k = 1
    while (k * 2 < size) k *= 2
    return k
  }

  const read: ReadHashes = (level, start, count) => {
    if (!Number.isSafeInteger(start) || start < 0 || count > tileWidth)
      throw new Error(`${count} hashes from ${start}`)
    return Array(count).fill(uniform(tileWidth ** level))
  }

  const sizes = [
    2 ** 31 - 1,
    2 ** 31,
    2 ** 31 + 1,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 32 + 1,
    2 ** 40 + 12_345,
    2 ** 52,
    2 ** 53 - 1,
  ]

  test.each(sizes)('size %i: inclusion at both ends and around 2^31 and 2^32', async (size) => {
    for (const index of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, size - 2, size - 1]) {
      if (index >= size) continue
      const proof = await inclusionProofFrom(read, index, size, native)
      const claim = { leaf: special, index, size, proof, root: withSpecial(size, index) }
      expect(proof.length).toBeLessThanOrEqual(53)
      expect(checkInclusion(claim, native), `leaf ${index}`).toBe(true)
      expect(
        checkInclusion({ ...claim, index: index - 1 }, native),
        `leaf ${index} told as the one before`,
      ).toBe(false)
      expect(checkInclusion({ ...claim, index: index + 1 }, native), `leaf ${index} told as the next`).toBe(
        false,
      )
      expect(
        checkInclusion({ ...claim, root: uniform(size) }, native),
        `leaf ${index} under another root`,
      ).toBe(false)
    }
  })

  test.each(sizes)('size %i: consistency with each smaller size and each power of two', async (n) => {
    const powersOfTwo = Array.from({ length: 53 }, (_, exponent) => 2 ** exponent)
    for (const m of [...sizes, ...powersOfTwo, 3, 255, 257, n - 1]) {
      if (m > n) continue
      const proof = await consistencyProofFrom(read, m, n, native)
      const claim = { m, n, rootM: uniform(m), rootN: uniform(n), proof }
      expect(checkConsistency(claim, native), `from ${m}`).toBe(true)
      expect(checkConsistency({ ...claim, rootM: special }, native), `from ${m}, another old root`).toBe(
        false,
      )
      expect(checkConsistency({ ...claim, rootN: special }, native), `from ${m}, another new root`).toBe(
        false,
      )
    }
  })
})
