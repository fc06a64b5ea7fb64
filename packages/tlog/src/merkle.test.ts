import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { equal, fromHex, toBase64, toHex, utf8 } from './bytes.ts'
import {
  checkConsistency,
  checkInclusion,
  checkSize,
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  nodeHash,
  splitPoint,
  treeRoot,
} from './merkle.ts'
import type { Sha256 } from './sha256.ts'

/** The runtime's own SHA-256: the same answers, sooner. */
const native: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')

/** Answers of `keeping`: making and checking all proofs asks for the same nodes again and again. */
const kept = new Map<string, Uint8Array>()
const keyOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** As `native`, keeping its answers. */
const keeping: Sha256 = (bytes) => {
  const known = kept.get(keyOf(bytes)) ?? native(bytes)
  kept.set(keyOf(bytes), known)
  return known
}

/** As `native`, with the answers already kept; the nodes of spoilt proofs are not worth keeping. */
const quick: Sha256 = (bytes) => kept.get(keyOf(bytes)) ?? native(bytes)

/** RFC 6962's own test leaves. */
const rfcLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => leafHash(fromHex(hex)))

const largest = 130
const leaves = Array.from({ length: largest }, (_, i) => leafHash(utf8(`leaf ${i}`), keeping))
const roots = Array.from({ length: largest + 1 }, (_, n) => treeRoot(leaves.slice(0, n), keeping))

const everyInclusion = sizes().flatMap((size) =>
  Array.from({ length: size }, (_, index) => ({
    index,
    size,
    proof: inclusionProof(leaves.slice(0, size), index, keeping),
  })),
)

const everyConsistency = sizes().flatMap((n) =>
  Array.from({ length: n }, (_, i) => ({
    m: i + 1,
    n,
    proof: consistencyProof(leaves.slice(0, n), i + 1, keeping),
  })),
)

describe('hashes', () => {
  test('leaf "hello world" (evidence 8, G)', () => {
    expect(toBase64(leafHash(utf8('hello world')))).toBe('TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=')
  })

  test('the empty tree is SHA-256 of nothing', () => {
    expect(toHex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  test('a leaf holding two hashes is not their node: the prefixes differ', () => {
    const pair = new Uint8Array(64)
    expect(equal(leafHash(pair), nodeHash(pair.slice(0, 32), pair.slice(32)))).toBe(false)
  })
})

describe('roots', () => {
  test.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('RFC 6962 test leaves, first %i', (n, root) => {
    expect(toHex(treeRoot(rfcLeaves.slice(0, n)))).toBe(root)
  })

  test.each([
    [1, 'G7l9zCFjXUfiZj79/QoXRobZjdcBNS3SzQbotD/T0wU='],
    [2, '/F9riP+FVPdbsvnm85wxsZNtRLaSdu33sSBalVuXYeM='],
    [3, '1Pksj7uJcg6ztVZ3x9fvrd/rENEaGoSguo8aIzN/qpU='],
    [7, 'WmH8K1T5z6cXdPJDIUPdQMbLKxGUf69lp9PaXLZRmcg='],
    [8, 'xcLIIO00L92ozolra5z1uMAKIcxLIHFMxuXTwFw1JAs='],
    [64, '8mHiNpLZeP2sP9lJ21SVlApDeuZxuabd6aphGNADZS8='],
    [100, 'E/iJFcVg3JEaHaD7IJ2EoglxBR8pTr60KPs/wpOvJ0M='],
    [130, 'KzxxsQm67lv0FwsVRdDWx+FEmbWOlaE7guYq5SA0Pd4='],
  ])('"leaf 0" to "leaf n - 1", n = %i (evidence 8)', (n, root) => {
    expect(toBase64(treeRoot(leaves.slice(0, n)))).toBe(root)
  })
})

describe('proofs with known answers', () => {
  const inclusion58 = [
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ]

  test('inclusion of leaf 5 in 8', () => {
    expect(inclusionProof(rfcLeaves, 5).map(toHex)).toEqual(inclusion58)
  })

  test('consistency of 6 with 8', () => {
    expect(consistencyProof(rfcLeaves, 6).map(toHex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      ...inclusion58.slice(1),
    ])
  })

  test('consistency of 3 with 7', () => {
    expect(consistencyProof(rfcLeaves.slice(0, 7), 3).map(toHex)).toEqual([
      '0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7',
      '07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      '837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e',
    ])
  })
})

describe('inclusion proofs of every leaf in every tree up to 130', () => {
  test('each verifies with its own leaf, index, size and root, and is no longer than the tree is high', () => {
    let passed = 0
    for (const { index, size, proof } of everyInclusion) {
      expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)))
      if (includes(index, size, proof)) passed++
    }
    expect(passed).toBe((largest * (largest + 1)) / 2)
  })

  test('none verifies with any hash changed, nor, up to 66 leaves, with any missing, added or moved', () => {
    const passed: string[] = []
    for (const { index, size, proof } of everyInclusion) {
      for (const [how, wrong] of spoilt(proof, size)) {
        if (includes(index, size, wrong)) passed.push(`${index} in ${size}, ${how}`)
      }
    }
    expect(passed).toEqual([])
  })

  test('none verifies for another leaf, a neighbouring index or a changed root', () => {
    const passed: string[] = []
    for (const { index, size, proof } of everyInclusion) {
      const claim = { leaf: leaves[index]!, index, size, proof, root: roots[size]! }
      const wrong = [
        ['leaf', { ...claim, leaf: flipped(claim.leaf) }],
        ['index - 1', { ...claim, index: index - 1 }],
        ['index + 1', { ...claim, index: index + 1 }],
        ['root', { ...claim, root: flipped(claim.root) }],
        ['root of size - 1', { ...claim, root: roots[size - 1]! }],
        ['size - 1 and its root', { ...claim, size: size - 1, root: roots[size - 1]! }],
        ['size + 1 and its root', { ...claim, size: size + 1, root: roots[size + 1] ?? flipped(claim.root) }],
      ] as const
      for (const [how, one] of wrong)
        if (checkInclusion(one, quick)) passed.push(`${index} in ${size}, ${how}`)
    }
    expect(passed).toEqual([])
  })

  // A root says nothing of its tree's size (the signed checkpoint does): hashes alone tell a tree of 3 from one of 4
  // only where the leaf's way to the root differs. So a wrong size fails exactly there, and no more may pass.
  test('a size off by one under the same root verifies only where the way to the root is the same', () => {
    const surprises: string[] = []
    let refused = 0
    for (const { index, size, proof } of everyInclusion) {
      for (const other of [size - 1, size + 1]) {
        const sameWay = index < other && way(index, size) === way(index, other)
        const passes = checkInclusion(
          { leaf: leaves[index]!, index, size: other, proof, root: roots[size]! },
          native,
        )
        if (passes !== sameWay) surprises.push(`${index} in ${size}, told as ${other}`)
        if (!passes) refused++
      }
    }
    expect(surprises).toEqual([])
    expect(refused).toBeGreaterThan(largest)
  })
})

describe('consistency proofs of every pair of trees up to 130', () => {
  test('each verifies with its own sizes and roots', () => {
    let passed = 0
    for (const { m, n, proof } of everyConsistency) if (consistent(m, n, proof)) passed++
    expect(passed).toBe((largest * (largest + 1)) / 2)
  })

  test('none verifies with any hash changed, nor, up to 66 leaves, with any missing, added or moved', () => {
    const passed: string[] = []
    for (const { m, n, proof } of everyConsistency) {
      for (const [how, wrong] of spoilt(proof, n))
        if (consistent(m, n, wrong)) passed.push(`${m} to ${n}, ${how}`)
    }
    expect(passed).toEqual([])
  })

  test('none verifies for a changed root, swapped roots or sizes, or a size off by one with its own root', () => {
    const passed: string[] = []
    for (const { m, n, proof } of everyConsistency) {
      const claim = { m, n, rootM: roots[m]!, rootN: roots[n]!, proof }
      const wrong = [
        ['old root', { ...claim, rootM: flipped(claim.rootM) }],
        ['new root', { ...claim, rootN: flipped(claim.rootN) }],
        ...(m === n
          ? []
          : ([
              ['swapped roots', { ...claim, rootM: claim.rootN, rootN: claim.rootM }],
              ['swapped sizes', { ...claim, m: n, n: m }],
              ['all swapped', { m: n, n: m, rootM: claim.rootN, rootN: claim.rootM, proof }],
              ['m - 1 and its root', { ...claim, m: m - 1, rootM: roots[m - 1]! }],
              ['m + 1 and its root', { ...claim, m: m + 1, rootM: roots[m + 1]! }],
              ['n - 1 and its root', { ...claim, n: n - 1, rootN: roots[n - 1]! }],
            ] as const)),
        ...(n < largest
          ? ([['n + 1 and its root', { ...claim, n: n + 1, rootN: roots[n + 1]! }]] as const)
          : []),
      ] as const
      for (const [how, one] of wrong) if (checkConsistency(one, quick)) passed.push(`${m} to ${n}, ${how}`)
    }
    expect(passed).toEqual([])
  })

  test('a size off by one under the same roots verifies only where the proof has the same shape', () => {
    const surprises: string[] = []
    for (const { m, n, proof } of everyConsistency) {
      if (m === n) continue
      for (const [a, b] of [
        [m - 1, n],
        [m + 1, n],
        [m, n - 1],
        [m, n + 1],
        [m - 1, n - 1],
        [m + 1, n + 1],
      ] as const) {
        const sameShape = a > 0 && a < b && shape(a, b) === shape(m, n)
        const passes = checkConsistency({ m: a, n: b, rootM: roots[m]!, rootN: roots[n]!, proof }, quick)
        if (passes !== sameShape) surprises.push(`${m} to ${n}, told as ${a} to ${b}`)
      }
    }
    expect(surprises).toEqual([])
  })

  test('from the empty tree there is no proof, and only the empty root is the empty tree', () => {
    for (let n = 0; n <= largest; n++) {
      expect(consistencyProof(leaves.slice(0, n), 0, quick)).toEqual([])
      const claim = { m: 0, n, rootM: roots[0]!, rootN: roots[n]!, proof: [] }
      expect(checkConsistency(claim, quick)).toBe(true)
      expect(checkConsistency({ ...claim, rootM: flipped(roots[0]!) }, quick)).toBe(false)
      expect(checkConsistency({ ...claim, proof: [roots[1]!] }, quick)).toBe(false)
    }
  })
})

describe('malformed claims are false, not exceptions', () => {
  const inclusion = {
    leaf: leaves[2]!,
    index: 2,
    size: 5,
    proof: inclusionProof(leaves.slice(0, 5), 2),
    root: roots[5]!,
  }
  const consistency = {
    m: 3,
    n: 5,
    rootM: roots[3]!,
    rootN: roots[5]!,
    proof: consistencyProof(leaves.slice(0, 5), 3),
  }
  const odd = [-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]

  test('the claims they are made from are true', () => {
    expect(checkInclusion(inclusion)).toBe(true)
    expect(checkConsistency(consistency)).toBe(true)
  })

  test.each(odd)('%d as an index or a size', (value) => {
    expect(checkInclusion({ ...inclusion, index: value })).toBe(false)
    expect(checkInclusion({ ...inclusion, size: value })).toBe(false)
    expect(checkConsistency({ ...consistency, m: value })).toBe(false)
    expect(checkConsistency({ ...consistency, n: value })).toBe(false)
  })

  test.each([0, 31, 33])('a hash of %i bytes anywhere', (length) => {
    const short = new Uint8Array(length)
    expect(checkInclusion({ ...inclusion, leaf: short })).toBe(false)
    expect(checkInclusion({ ...inclusion, root: short })).toBe(false)
    expect(checkInclusion({ ...inclusion, proof: [short, ...inclusion.proof.slice(1)] })).toBe(false)
    expect(checkConsistency({ ...consistency, rootM: short })).toBe(false)
    expect(checkConsistency({ ...consistency, rootN: short })).toBe(false)
    expect(checkConsistency({ ...consistency, proof: [short, ...consistency.proof.slice(1)] })).toBe(false)
  })

  test('an index at or beyond the size, and nothing in the empty tree', () => {
    expect(checkInclusion({ ...inclusion, index: 5 })).toBe(false)
    expect(checkInclusion({ ...inclusion, index: 0, size: 0, proof: [], root: emptyRoot() })).toBe(false)
  })
})

describe('sizes', () => {
  test.each([-1, 0.5, 2 ** 53, Number.NaN])('%d is not a size', (value) => {
    expect(() => checkSize(value)).toThrow(RangeError)
  })

  test('making a proof outside the tree is refused', () => {
    expect(() => inclusionProof(leaves.slice(0, 3), 3)).toThrow(RangeError)
    expect(() => inclusionProof([], 0)).toThrow(RangeError)
    expect(() => consistencyProof(leaves.slice(0, 3), 4)).toThrow(RangeError)
  })

  test('the split is the largest power of two strictly below, around every power to 2^52', () => {
    for (let exponent = 1; exponent <= 52; exponent++) {
      const power = 2 ** exponent
      expect(splitPoint(power), `2^${exponent}`).toBe(power / 2)
      expect(splitPoint(power + 1), `2^${exponent} + 1`).toBe(power)
      if (exponent > 1) expect(splitPoint(power - 1), `2^${exponent} - 1`).toBe(power / 2)
    }
    expect(splitPoint(2 ** 53 - 1)).toBe(2 ** 52)
  })
})

/** Every size from 1 to the largest. */
function sizes(): number[] {
  return Array.from({ length: largest }, (_, i) => i + 1)
}

function includes(index: number, size: number, proof: readonly Uint8Array[]): boolean {
  return checkInclusion({ leaf: leaves[index]!, index, size, proof, root: roots[size]! }, quick)
}

function consistent(m: number, n: number, proof: readonly Uint8Array[]): boolean {
  return checkConsistency({ m, n, rootM: roots[m]!, rootN: roots[n]!, proof }, quick)
}

/** The hash with one bit changed. */
function flipped(hash: Uint8Array, at = 0): Uint8Array {
  const other = Uint8Array.from(hash)
  other[at % 32]! ^= 1 << (at & 7)
  return other
}

/** How a proof is spoilt, and the spoilt proof. */
type Spoilt = [string, readonly Uint8Array[]]

/** Every hash is changed in every proof; what moves hashes is tried past the tree of 64, where no new shape comes. */
const spoilt = (proof: readonly Uint8Array[], size: number): Spoilt[] =>
  size <= 66 ? [...changed(proof), ...moved(proof)] : changed(proof)

/** The proof with each of its hashes changed in turn. */
const changed = (proof: readonly Uint8Array[]): Spoilt[] =>
  proof.map((one, i) => [`hash ${i} changed`, proof.with(i, flipped(one, i * 5))])

/** Every other way of spoiling a proof: hashes missing, added, doubled and moved. */
function moved(proof: readonly Uint8Array[]): Spoilt[] {
  const spoilt: Spoilt[] = [
    ['a hash added at the end', [...proof, roots[1]!]],
    ['a hash added in front', [roots[1]!, ...proof]],
  ]
  if (proof.length > 0) {
    spoilt.push(['empty', []], ['the last hash twice', [...proof, proof.at(-1)!]])
    spoilt.push(['the first hash twice', [proof[0]!, ...proof]])
  }
  for (let i = 0; i < proof.length; i++) {
    spoilt.push([`hash ${i} missing`, proof.toSpliced(i, 1)])
    if (i > 0)
      spoilt.push([`hashes ${i - 1} and ${i} swapped`, proof.with(i, proof[i - 1]!).with(i - 1, proof[i]!)])
  }
  if (proof.length > 2) spoilt.push(['in reverse', proof.toReversed()])
  return spoilt
}

/** On which side each sibling stands from the leaf up, straight from RFC 6962's definition. */
function way(index: number, size: number): string {
  if (size === 1) return ''
  const k = splitPoint(size)
  return index < k ? `${way(index, k)}R` : `${way(index - k, size - k)}L`
}

/** What a consistency proof begins with and on which side each further hash stands, straight from the definition. */
function shape(m: number, n: number, whole = true): string {
  if (m === n) return whole ? 'old root ' : 'hash '
  const k = splitPoint(n)
  return m <= k ? `${shape(m, k, whole)}R` : `${shape(m - k, n - k, false)}L`
}
