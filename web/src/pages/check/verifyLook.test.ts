import {
  encodeLeaf,
  formatCheckpoint,
  formatVkey,
  inclusionProof,
  leafHash,
  signerFromSeed,
  signNote,
  toBase64,
  treeRoot,
  utf8,
} from '@mingbu/tlog'
import { beforeAll, expect, test } from 'vitest'
import { type FetchedLeaf, lookVerifies } from './verifyLook.ts'

const look = {
  actId: '01a207c9-39c4-7271-a0d0-8d24814048c7',
  type: 'register.view',
  at: '2026-11-23T01:02:03.5Z',
  district: 'haishu',
  leaf: 3,
}
let fetched: FetchedLeaf

beforeAll(async () => {
  const leaf = (outcome: 'done' | 'refused') =>
    encodeLeaf({
      act: look.actId,
      at: '2026-11-23T01:02:03.500000Z',
      district: 'haishu',
      fields: 'ab'.repeat(32),
      n: 6,
      outcome,
      type: look.type,
    })
  const entries = [utf8('0'), utf8('1'), leaf('refused'), leaf('done'), utf8('4')]
  const hashes = entries.map((entry) => leafHash(entry))
  const origin = 'mingbu.example/haishu'
  const signer = await signerFromSeed(origin, new Uint8Array(32).fill(7))
  fetched = {
    leafBase64: toBase64(entries[3]!),
    proof: {
      index: 3,
      size: 5,
      origin,
      hashes: inclusionProof(hashes, 3).map(toBase64),
      checkpoint: await signNote(formatCheckpoint({ origin, size: 5, root: treeRoot(hashes) }), [signer]),
      policy: `log ${formatVkey(signer.verifier)}\nquorum none\n`,
    },
  }
  refused = { ...fetched, leafBase64: toBase64(entries[2]!) }
})
let refused: FetchedLeaf

test('a look that stands in the log verifies', async () => {
  expect(await lookVerifies(look, fetched)).toBe(true)
})

test.each<[string, () => [typeof look, FetchedLeaf]]>([
  ['another act', () => [{ ...look, actId: look.actId.replace('7', '8') }, fetched]],
  ['another time', () => [{ ...look, at: '2026-11-23T01:02:04Z' }, fetched]],
  ['another kind of act', () => [{ ...look, type: 'register.print' }, fetched]],
  ['another office', () => [{ ...look, district: 'yuyao' }, fetched]],
  ['another place in the log', () => [{ ...look, leaf: 2 }, fetched]],
  ['a leaf of an act that was refused', () => [look, refused]],
  ['a leaf that is none', () => [look, { ...fetched, leafBase64: toBase64(utf8('{}')) }]],
  [
    'a proof one hash short',
    () => [look, { ...fetched, proof: { ...fetched.proof, hashes: fetched.proof.hashes.slice(1) } }],
  ],
  [
    'a checkpoint of another size',
    () => [
      look,
      {
        ...fetched,
        proof: { ...fetched.proof, checkpoint: fetched.proof.checkpoint.replace('\n5\n', '\n6\n') },
      },
    ],
  ],
])('with %s it does not', async (_, given) => {
  expect(await lookVerifies(...given())).toBe(false)
})
