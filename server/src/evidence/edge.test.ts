import { createHash } from 'node:crypto'
import {
  checkInclusion,
  formatVkey,
  inclusionProofFrom,
  leafHash,
  tileWidth as packageTileWidth,
  signerFromSeed,
  treeRoot,
} from '@mingbu/tlog'
import { expect, test } from 'vitest'
import { sha256 } from '../kernel/evidence-fields.ts'
import { type Edge, emptyEdge, grow, rootOf, type TileRoot, tileWidth } from './edge.ts'
import { publicKeyOfVkey } from './keys.ts'

const leavesOf = (word: string, n: number): Uint8Array[] =>
  Array.from({ length: n }, (_, i) => leafHash(Buffer.from(`${word} ${i}`), sha256))
const grown = (leaves: readonly Uint8Array[]): { edge: Edge; nodes: TileRoot[] } => {
  const edge = emptyEdge()
  const nodes: TileRoot[] = []
  for (const leaf of leaves) grow(edge, leaf, nodes)
  return { edge, nodes }
}
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

// Known answers, checked with another implementation of the same standard.
test.each([
  ['leaf', 1, 'G7l9zCFjXUfiZj79/QoXRobZjdcBNS3SzQbotD/T0wU='],
  ['leaf', 2, '/F9riP+FVPdbsvnm85wxsZNtRLaSdu33sSBalVuXYeM='],
  ['leaf', 3, '1Pksj7uJcg6ztVZ3x9fvrd/rENEaGoSguo8aIzN/qpU='],
  ['leaf', 7, 'WmH8K1T5z6cXdPJDIUPdQMbLKxGUf69lp9PaXLZRmcg='],
  ['leaf', 8, 'xcLIIO00L92ozolra5z1uMAKIcxLIHFMxuXTwFw1JAs='],
  ['leaf', 64, '8mHiNpLZeP2sP9lJ21SVlApDeuZxuabd6aphGNADZS8='],
  ['leaf', 100, 'E/iJFcVg3JEaHaD7IJ2EoglxBR8pTr60KPs/wpOvJ0M='],
  ['entry', 70_000, 'o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao='],
])('the edge of “%s 0” to %i leaves has the known root', (word, n, root) => {
  expect(base64(rootOf(grown(leavesOf(word, n)).edge))).toBe(root)
})

test('the empty edge has the root of nothing', () => {
  expect(Buffer.from(rootOf(emptyEdge())).toString('hex')).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  )
})

test('at every size to 1,100 the edge agrees with the whole tree, and holds less than a tile of each level', () => {
  const leaves = leavesOf('x', 1_100)
  const edge = emptyEdge()
  const nodes: TileRoot[] = []
  for (const [i, leaf] of leaves.entries()) {
    grow(edge, leaf, nodes)
    expect(edge.size).toBe(i + 1)
    for (const level of edge.levels) expect(level.length).toBeLessThan(tileWidth)
    if (i < 40 || i % 37 === 0 || (i + 1) % 256 < 2)
      expect(base64(rootOf(edge)), `size ${i + 1}`).toBe(base64(treeRoot(leaves.slice(0, i + 1), sha256)))
  }
  expect(nodes.map(({ level, idx }) => `${level}/${idx}`)).toEqual(['1/0', '1/1', '1/2', '1/3'])
  for (const { idx, hash } of nodes)
    expect(base64(hash)).toBe(base64(treeRoot(leaves.slice(idx * 256, idx * 256 + 256), sha256)))
  expect(tileWidth).toBe(packageTileWidth)
})

test('past 65,536 leaves the second level fills, and proofs from the stored hashes verify across it', async () => {
  const leaves = leavesOf('entry', 66_000)
  const { edge, nodes } = grown(leaves)
  const stored = new Map(nodes.map((node) => [`${node.level}/${node.idx}`, node.hash]))
  expect([...stored.keys()].filter((key) => key.startsWith('2/'))).toEqual(['2/0'])
  expect([...stored.keys()].filter((key) => key.startsWith('1/'))).toHaveLength(257)
  const root = rootOf(edge)
  const read = (level: number, start: number, count: number) =>
    level === 0
      ? leaves.slice(start, start + count)
      : Array.from({ length: count }, (_, i) => stored.get(`${level}/${start + i}`)!).filter(Boolean)
  for (const index of [0, 255, 256, 65_535, 65_536, 65_999]) {
    const proof = await inclusionProofFrom(read, index, 66_000, sha256)
    expect(
      checkInclusion({ leaf: leaves[index]!, index, size: 66_000, proof, root }, sha256),
      `leaf ${index}`,
    ).toBe(true)
    const other = createHash('sha256').update('other').digest()
    expect(
      checkInclusion({ leaf: other, index, size: 66_000, proof, root }, sha256),
      `not leaf ${index}`,
    ).toBe(false)
  }
})

test('a verifier key of the log package is read as a key of the runtime', async () => {
  const { verifier } = await signerFromSeed('mingbu.example/haishu', Buffer.alloc(32, 3))
  const read = publicKeyOfVkey(formatVkey(verifier))
  expect(read.name).toBe('mingbu.example/haishu')
  expect(base64(read.id)).toBe(base64(verifier.id))
  const raw = read.key.export({ format: 'der', type: 'spki' }).subarray(-32)
  expect(base64(raw)).toBe(base64(verifier.publicKey))
})

test.each([
  ['nothing', ''],
  ['no key', 'name+00000000'],
  [
    'a key of another type',
    `n+00000000+${Buffer.concat([Buffer.from([2]), Buffer.alloc(32)]).toString('base64')}`,
  ],
  ['a short key', 'n+00000000+AQID'],
])('a verifier key that is %s is our bug and thrown', (_, vkey) => {
  expect(() => publicKeyOfVkey(vkey)).toThrow('not an Ed25519 vkey')
})
