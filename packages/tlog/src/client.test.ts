import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { equal, toBase64, utf8 } from './bytes.ts'
import { formatCheckpoint } from './checkpoint.ts'
import { LogClient, LogError, readCheckpoint } from './client.ts'
import { GrowingTree, perfectRoot } from './growing-tree.ts'
import { checkConsistency, checkInclusion, leafHash, treeRoot } from './merkle.ts'
import { formatVkey, signerFromSeed, signNote } from './note.ts'
import { parsePolicy } from './policy.ts'
import type { Sha256 } from './sha256.ts'
import { encodeEntryBundle, parseTilePath, tilePath, tilesOf, tileWidth } from './tiles.ts'

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')
const big = 70_000

/** The files of a log of `entry 0` … as it would serve them, and its leaf hashes. */
function logOf(size: number) {
  const entries = Array.from({ length: size }, (_, i) => utf8(`entry ${i}`))
  const leaves = entries.map((entry) => leafHash(entry, sha256))
  const files = new Map<string, Uint8Array>()
  const tree = new GrowingTree(sha256)
  const put = ({ level, index, hashes }: { level: number; index: number; hashes: Uint8Array[] }) =>
    files.set(tilePath({ level, index, width: hashes.length }), Buffer.concat(hashes))
  for (const leaf of leaves) tree.add(leaf).forEach(put)
  tree.partial().forEach(put)
  for (let from = 0; from < size; from += tileWidth) {
    const some = entries.slice(from, from + tileWidth)
    files.set(
      tilePath({ level: 'entries', index: from / tileWidth, width: some.length }),
      encodeEntryBundle(some),
    )
  }
  return { entries, leaves, files, root: tree.root() }
}
const large = logOf(big)
const clientOf = (files: ReadonlyMap<string, Uint8Array>, size: number, root: Uint8Array) =>
  new LogClient(async (path) => files.get(path) ?? null, { size, root }, sha256)
const ofLarge = (files: ReadonlyMap<string, Uint8Array> = large.files) => clientOf(files, big, large.root)

test('the root of the known log comes out', () => {
  expect(toBase64(large.root)).toBe('o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao=')
  expect([...tilesOf(big)].every((tile) => large.files.has(tilePath(tile)))).toBe(true)
})

test.each([0, 1, 255, 256, 25_599, 25_600, 65_535, 65_536, 69_887, 69_888, 69_999])(
  'leaf %i of 70,000 is proven from tiles that were held to the root',
  async (index) => {
    const client = ofLarge()
    const leaf = await client.leaf(index)
    expect(equal(leaf, large.leaves[index]!)).toBe(true)
    const claim = { leaf, index, size: big, proof: await client.inclusion(index), root: large.root }
    expect(checkInclusion(claim, sha256)).toBe(true)
  },
)

test.each([0, 1, 255, 256, 257, 42_000, 65_536, 69_999, 70_000])(
  'the log is shown to begin with its first %i leaves',
  async (m) => {
    const proof = await ofLarge().consistency(m)
    const rootM = treeRoot(large.leaves.slice(0, m), sha256)
    expect(checkConsistency({ m, n: big, rootM, rootN: large.root, proof }, sha256)).toBe(true)
  },
)

test('entries come one by one, from any place to any other', async () => {
  const ranges = [
    [0, 0],
    [0, 3],
    [255, 258],
    [25_600, 25_601],
    [69_990, 70_000],
  ] as const
  for (const [start, end] of ranges) {
    const read = await Array.fromAsync(ofLarge().entries(start, end))
    expect(read.map((entry) => Buffer.from(entry).toString())).toEqual(
      Array.from({ length: end - start }, (_, i) => `entry ${start + i}`),
    )
  }
})

test('outside the log there is nothing', async () => {
  for (const index of [-1, 70_000, 0.5, Number.NaN])
    await expect(ofLarge().leaf(index)).rejects.toThrow(RangeError)
  await expect(ofLarge().inclusion(70_000)).rejects.toThrow(RangeError)
  await expect(Array.fromAsync(ofLarge().entries(5, 70_001))).rejects.toThrow(RangeError)
})

test('a whole log verifies, and tells how far it is', async () => {
  const seen: number[] = []
  await ofLarge().verifyAll((leaves) => seen.push(leaves))
  expect(seen.at(-1)).toBe(big)
})

test.each([...Array(20).keys(), 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537])(
  'a log of %i leaves verifies, and every leaf at its ends is proven',
  async (size) => {
    const { files, root, leaves } = logOf(size)
    await clientOf(files, size, root).verifyAll()
    for (const index of new Set([0, 1, size >> 1, size - 2, size - 1])) {
      if (index < 0 || index >= size) continue
      const proof = await clientOf(files, size, root).inclusion(index)
      expect(checkInclusion({ leaf: leaves[index]!, index, size, proof, root }, sha256)).toBe(true)
    }
  },
)

// A tile reader was once believed when several hashes it wanted lay in one tile: this rewrite, consistent in the entry
// and in its own tile, passed it. Nothing above the tile was changed.
describe('entry 25,600 and hash 0 of tile/0/100 rewritten together', () => {
  const forged = utf8('entry forged')
  const files = new Map(large.files)
  const tile = Buffer.from(files.get('tile/0/100')!)
  tile.set(leafHash(forged, sha256), 0)
  files.set('tile/0/100', tile)
  const entries = [forged, ...large.entries.slice(25_601, 25_856)]
  files.set('tile/entries/100', encodeEntryBundle(entries))

  test('is met by every proof that touches the tile, alone and many at once', async () => {
    for (const index of [25_600, 25_601, 25_727, 25_728, 25_855])
      await expect(ofLarge(files).inclusion(index)).rejects.toThrow(/^tile\/0\/100: it does not hash to/)
    const client = ofLarge(files)
    const many = await Promise.allSettled(
      [25_600, 25_700, 25_855, 25_600].map((index) => client.inclusion(index)),
    )
    expect(many.map(({ status }) => status)).toEqual(Array(4).fill('rejected'))
    await expect(Array.fromAsync(ofLarge(files).entries(25_600, 25_601))).rejects.toThrow(LogError)
    await expect(ofLarge(files).consistency(25_700)).rejects.toThrow(LogError)
  })
  test('leaves other proofs as they were', async () => {
    const proof = await ofLarge(files).inclusion(0)
    expect(
      checkInclusion({ leaf: large.leaves[0]!, index: 0, size: big, proof, root: large.root }, sha256),
    ).toBe(true)
  })
  test('is named by the check of everything', async () => {
    await expect(ofLarge(files).verifyAll()).rejects.toThrow(/^tile\/1\/000: /)
  })
  test('with all tiles above rewritten as well it is the root that does not agree', async () => {
    const leaves = large.leaves.with(25_600, leafHash(forged, sha256))
    const again = new Map(files)
    const above = Buffer.from(again.get('tile/1/000')!)
    above.set(perfectRoot(leaves.slice(25_600, 25_856), sha256), 100 * 32)
    again.set('tile/1/000', above)
    const hashes = Array.from({ length: 256 }, (_, i) => above.subarray(i * 32, i * 32 + 32))
    again.set('tile/2/000.p/1', Buffer.from(perfectRoot(hashes, sha256)))
    await expect(ofLarge(again).inclusion(0)).rejects.toThrow('do not make its root')
    await expect(ofLarge(again).verifyAll()).rejects.toThrow('its root is not that of the entries')
  })
})

// A small log in which every byte of every file is spoilt in turn.
describe('of a log of 300 leaves', () => {
  const size = 300
  const small = logOf(size)
  test('every byte of every file counts', async () => {
    let spoilt = 0
    for (const [path, bytes] of small.files) {
      const step = parseTilePath(path)!.level === 'entries' ? 7 : 61
      for (let at = 0; at < bytes.length; at += step) {
        const changed = Uint8Array.from(bytes)
        changed[at]! ^= 1
        const files = new Map(small.files).set(path, changed)
        await expect(clientOf(files, size, small.root).verifyAll(), `${path} byte ${at}`).rejects.toThrow(
          LogError,
        )
        spoilt++
      }
    }
    expect(spoilt).toBeGreaterThan(500)
  })
  test.each([...small.files.keys()])('%s missing, cut short or too long is named', async (path) => {
    const bytes = small.files.get(path)!
    for (const other of [null, bytes.slice(0, -1), Buffer.concat([bytes, Buffer.alloc(1)])]) {
      const files = new Map(small.files)
      if (other === null) files.delete(path)
      else files.set(path, other)
      const caught = await clientOf(files, size, small.root)
        .verifyAll()
        .catch((error: unknown) => error)
      expect(caught).toBeInstanceOf(LogError)
      expect((caught as LogError).path).toBe(path)
    }
  })
  test('a partial tile that has gone is read from the full one', async () => {
    const later = logOf(600)
    const earlier = clientOf(later.files, size, small.root)
    await expect(earlier.leaf(299)).rejects.toThrow(LogError)
    const files = new Map(later.files).set('tile/1/000.p/1', small.files.get('tile/1/000.p/1')!)
    const client = clientOf(files, size, small.root)
    expect(equal(await client.leaf(299), small.leaves[299]!)).toBe(true)
    await client.verifyAll()
  })
})

describe('the checkpoint', () => {
  const origin = 'haishu.example/log'
  const fetchOf = (note: string | null) => async (path: string) =>
    path === 'checkpoint' && note !== null ? utf8(note) : null
  const made = async () => {
    const signer = await signerFromSeed(origin, new Uint8Array(32).fill(1))
    const note = await signNote(formatCheckpoint({ origin, size: big, root: large.root }), [signer])
    return { note, policy: parsePolicy(`log ${formatVkey(signer.verifier)}\nquorum none\n`) }
  }
  test('opens under the policy', async () => {
    const { note, policy } = await made()
    expect(await readCheckpoint(fetchOf(note), policy, { origin })).toMatchObject({
      quorum: true,
      checkpoint: { size: big },
    })
  })
  test.each([
    ['missing', () => null],
    ['of another size', (note: string) => note.replace('70000', '70001')],
    ['no note', () => 'hello'],
  ])('%s is refused', async (_name, change) => {
    const { note, policy } = await made()
    await expect(readCheckpoint(fetchOf(change(note)), policy)).rejects.toThrow(LogError)
  })
  test('that is not UTF-8 is refused', async () => {
    const { policy } = await made()
    await expect(readCheckpoint(async () => Uint8Array.of(0xff), policy)).rejects.toThrow(LogError)
  })
})
