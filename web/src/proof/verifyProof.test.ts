import {
  commitment,
  encodeLeaf,
  fieldPath,
  fieldsRoot,
  formatCheckpoint,
  formatVkey,
  fromBase64,
  inclusionProof,
  leafHash,
  signerFromSeed,
  signNote,
  toBase64,
  toHex,
  treeRoot,
  utf8,
} from '@mingbu/tlog'
import { beforeAll, expect, test } from 'vitest'
import { type Proof, verifyProof } from './verifyProof.ts'

const origin = 'mingbu.example/haishu'
const shown = {
  field: 'public:certificate:1',
  facts: { number: '浙(2026)宁波市海曙不动产权第0000001号', unit: 'U', state: 'issued', snapshot: null },
}
let proof: Proof

// A log of eleven acts, the seventh of which has three fields, one of them opened.
beforeAll(async () => {
  const values = [utf8('{"a":1}'), utf8(JSON.stringify(shown.facts)), utf8('x')]
  const names = ['in.a', shown.field, 'result']
  const salts = names.map((_, i) => new Uint8Array(32).fill(i + 1))
  const commitments = names.map((name, i) => commitment(name, salts[i]!, values[i]!))
  const leaf = encodeLeaf({
    act: '01a207c9-39c4-7271-a0d0-8d24814048c7',
    at: '2026-11-23T01:02:03.000004Z',
    district: 'haishu',
    fields: toHex(fieldsRoot(commitments)),
    n: 3,
    outcome: 'done',
    type: 'case.issue',
  })
  const hashes = Array.from({ length: 11 }, (_, i) => leafHash(i === 6 ? leaf : utf8(`other ${i}`)))
  const signer = await signerFromSeed(origin, new Uint8Array(32).fill(9))
  proof = {
    leafBase64: toBase64(leaf),
    index: 6,
    size: 11,
    origin,
    hashes: inclusionProof(hashes, 6).map(toBase64),
    checkpoint: await signNote(formatCheckpoint({ origin, size: 11, root: treeRoot(hashes) }), [signer]),
    vkey: formatVkey(signer.verifier),
    n: 3,
    closed: [0, 2].map((no) => ({
      no,
      path: fieldPath(commitments, no).map(toBase64),
      commitmentBase64: toBase64(commitments[no]!),
    })),
    fields: [
      {
        name: shown.field,
        no: 1,
        path: fieldPath(commitments, 1).map(toBase64),
        valueBase64: toBase64(values[1]!),
        saltBase64: toBase64(salts[1]!),
      },
    ],
  }
})

test('a good proof verifies in all four steps and says which act it is of', async () => {
  const report = await verifyProof(proof, shown)
  expect(report).toMatchObject({
    ok: true,
    leaf: { act: '01a207c9-39c4-7271-a0d0-8d24814048c7', type: 'case.issue', outcome: 'done' },
  })
  expect(report.steps.map((one) => one.ok)).toEqual([true, true, true, true])
})

const flip = (base64: string, at: number): string => {
  const bytes = fromBase64(base64)
  bytes[at]! ^= 1
  return toBase64(bytes)
}
const field = (change: (one: Proof['fields'][number]) => Partial<Proof['fields'][number]>) => (): Proof => ({
  ...proof,
  fields: [{ ...proof.fields[0]!, ...change(proof.fields[0]!) }],
})

test.each([
  ['another size', () => ({ ...proof, size: 10 }), 'tree'],
  ['a later index', () => ({ ...proof, index: 7 }), 'tree'],
  ['an earlier index', () => ({ ...proof, index: 5 }), 'tree'],
  ['a proof one hash short', () => ({ ...proof, hashes: proof.hashes.slice(1) }), 'tree'],
  ['a proof one hash long', () => ({ ...proof, hashes: [...proof.hashes, proof.hashes[0]!] }), 'tree'],
  ['another log', () => ({ ...proof, origin: 'mingbu.example/jiangbei' }), 'tree'],
  ['a field count of another act', () => ({ ...proof, n: 4 }), 'field'],
  ['another place among the fields', field(() => ({ no: 2 })), 'field'],
  ['another name of the field', field(() => ({ name: 'public:certificate:2' })), 'field'],
  [
    'a shortened salt',
    field((one) => ({ saltBase64: toBase64(fromBase64(one.saltBase64).slice(1)) })),
    'field',
  ],
  [
    'a key that signed nothing',
    () => ({ ...proof, vkey: proof.vkey.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) }),
    'signature',
  ],
  ['no checkpoint at all', () => ({ ...proof, checkpoint: '' }), 'signature'],
  [
    'a closed commitment of another act',
    () => ({
      ...proof,
      closed: [{ ...proof.closed![0]!, commitmentBase64: flip(proof.closed![0]!.commitmentBase64, 3) }],
    }),
    'field',
  ],
  [
    'a closed commitment at another place',
    () => ({ ...proof, closed: [{ ...proof.closed![0]!, no: 2 }] }),
    'field',
  ],
  ['a leaf that is no leaf', () => ({ ...proof, leafBase64: toBase64(utf8('{}')) }), 'field'],
] as [string, () => Proof, string][])('%s fails', async (_name, make, step) => {
  const report = await verifyProof(make(), shown)
  expect(report.ok).toBe(false)
  expect(report.steps.find((one) => one.step === step)?.ok).toBe(false)
})

test('every byte of leaf, value, salt, hashes and field path counts', async () => {
  const broken: Proof[] = []
  const bytes = (base64: string) => [...Array(fromBase64(base64).length).keys()]
  for (const at of bytes(proof.leafBase64)) broken.push({ ...proof, leafBase64: flip(proof.leafBase64, at) })
  proof.hashes.forEach((hash, i) => {
    for (const at of bytes(hash)) broken.push({ ...proof, hashes: proof.hashes.with(i, flip(hash, at)) })
  })
  const one = proof.fields[0]!
  for (const at of bytes(one.valueBase64))
    broken.push({ ...proof, fields: [{ ...one, valueBase64: flip(one.valueBase64, at) }] })
  for (const at of bytes(one.saltBase64))
    broken.push({ ...proof, fields: [{ ...one, saltBase64: flip(one.saltBase64, at) }] })
  one.path.forEach((hash, i) => {
    for (const at of bytes(hash))
      broken.push({ ...proof, fields: [{ ...one, path: one.path.with(i, flip(hash, at)) }] })
  })
  const accepted = []
  for (const [i, bad] of broken.entries()) if ((await verifyProof(bad, shown)).ok) accepted.push(i)
  expect(broken.length).toBeGreaterThan(500)
  expect(accepted).toEqual([])
})

test.each(Object.keys(shown.facts))(
  'a page that shows another %s than was committed does not verify',
  async (name) => {
    const report = await verifyProof(proof, { ...shown, facts: { ...shown.facts, [name]: 'other' } })
    expect(report).toMatchObject({
      ok: false,
      steps: [{ step: 'facts', ok: false }, { ok: true }, { ok: true }, { ok: true }],
    })
  },
)
