import {
  commitment,
  cosign,
  encodeLeaf,
  fieldPath,
  fieldsRoot,
  formatCheckpoint,
  formatVkey,
  fromBase64,
  inclusionProof,
  leafHash,
  noteType,
  parseNote,
  signerFromSeed,
  signNote,
  toBase64,
  toHex,
  treeRoot,
  utf8,
} from '@mingbu/tlog'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Proof, verifyProof } from './verifyProof.ts'

const origin = 'mingbu.example/haishu'
const shown = {
  field: 'public:certificate:1',
  facts: { number: '浙(2026)宁波市海曙不动产权第0000001号', unit: 'U', state: 'issued', snapshot: null },
}
let proof: Proof
let strangerKey: string

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
  strangerKey = formatVkey((await signerFromSeed(origin, new Uint8Array(32).fill(8))).verifier)
  proof = {
    leafBase64: toBase64(leaf),
    index: 6,
    size: 11,
    origin,
    hashes: inclusionProof(hashes, 6).map(toBase64),
    checkpoint: await signNote(formatCheckpoint({ origin, size: 11, root: treeRoot(hashes) }), [signer]),
    policy: `log ${formatVkey(signer.verifier)}\nquorum none\n`,
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

test('a good proof verifies in every step and says which act it is of', async () => {
  const report = await verifyProof(proof, shown)
  expect(report).toMatchObject({
    ok: true,
    leaf: { act: '01a207c9-39c4-7271-a0d0-8d24814048c7', type: 'case.issue', outcome: 'done' },
  })
  expect(report.steps.map((one) => one.ok)).toEqual([true, true, true, true, true])
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
    () => ({ ...proof, policy: `log ${strangerKey}\nquorum none\n` }),
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
      steps: [{ step: 'facts', ok: false }, { ok: true }, { ok: true }, { ok: true }, { ok: true }],
    })
  },
)

describe('witnesses', () => {
  /** The proof under a policy of two of three witnesses, with the lines of those named; `spoilt` has a wrong one. */
  async function witnessed(names: readonly string[], spoilt?: string): Promise<Proof> {
    const seats = await Promise.all(
      ['a', 'b', 'c'].map((name, i) =>
        signerFromSeed(`w/${name}`, new Uint8Array(32).fill(20 + i), noteType.cosignatureV1),
      ),
    )
    const { text } = parseNote(proof.checkpoint)
    const lines = await Promise.all(
      seats
        .filter((_, i) => names.includes('abc'[i]!))
        .map((seat) =>
          cosign(seat, seat.verifier.name === `w/${spoilt}` ? `${text}x\n` : text, 1_700_000_000),
        ),
    )
    const policy = `${proof.policy.split('\n')[0]}
${seats.map(({ verifier }, i) => `witness ${'abc'[i]} ${formatVkey(verifier)}\n`).join('')}group two 2 a b c
quorum two
`
    return { ...proof, policy, checkpoint: proof.checkpoint + lines.join('') }
  }
  test.each([
    ['all three', ['a', 'b', 'c'], [true, true], 3],
    ['two of three', ['a', 'c'], [true, true], 2],
    ['one of three: the note still opens, the quorum is not there', ['b'], [true, false], 1],
    ['none', [], [true, false], 0],
  ])('cosigned by %s', async (_name, names, steps, count) => {
    const report = await verifyProof(await witnessed(names), shown)
    expect(report.steps.slice(3).map(({ ok }) => ok)).toEqual(steps)
    expect(report.ok).toBe(steps.every(Boolean))
    expect(report.witnesses).toHaveLength(count)
  })
  test('a cosignature over something else sinks the checkpoint', async () => {
    const report = await verifyProof(await witnessed(['a', 'b', 'c'], 'b'), shown)
    expect(report).toMatchObject({ ok: false, witnesses: [] })
  })
})
