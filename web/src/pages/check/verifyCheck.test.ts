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
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type Proof, type ProofStep, verifyProof } from '../../proof/verifyProof.ts'
import { type Checked, canVerifySignatures, shownFacts, strayOf } from './verifyCheck.ts'

const origin = 'mingbu.example/haishu'
const number = '浙(2026)宁波市海曙不动产权第0000001号'
const unit = '330203001001GB00044F00010003'
const snapshot = 'ab'.repeat(32)
let certificate: Checked
let receipt: Checked

// A log of seven acts: the fifth issued a certificate, with five fields of which the third is open to the public.
async function checked(kind: Checked['kind'], field: string, value: object): Promise<Checked> {
  const fields: [string, string][] = [
    ['actor', 'clerk'],
    ['in.caseId', '"c"'],
    [field, JSON.stringify(value)],
    ['result', '{}'],
    ['subject', 's'],
  ]
  const salts = fields.map((_, i) => new Uint8Array(32).fill(i + 1))
  const commitments = fields.map(([name, text], i) => commitment(name, salts[i]!, utf8(text)))
  const leaf = encodeLeaf({
    act: '01a207c9-39c4-7271-a0d0-8d24814048c7',
    at: '2026-11-23T01:02:03.000004Z',
    district: 'haishu',
    fields: toHex(fieldsRoot(commitments)),
    n: fields.length,
    outcome: 'done',
    type: kind === 'certificate' ? 'case.issue' : 'case.accept',
  })
  const hashes = Array.from({ length: 7 }, (_, i) => leafHash(i === 4 ? leaf : utf8(`other ${i}`)))
  const signer = await signerFromSeed(origin, new Uint8Array(32).fill(9))
  return {
    kind,
    status: { code: 'valid', zh: '有效', en: 'Valid' },
    number,
    unitCode: unit,
    location: '演1号',
    district: { id: 'haishu', zh: '海曙区', en: 'Haishu District' },
    snapshotHash: kind === 'certificate' ? snapshot : null,
    certificateState: kind === 'certificate' ? 'issued' : null,
    logged: true,
    proof: {
      leafBase64: toBase64(leaf),
      index: 4,
      size: 7,
      origin,
      hashes: inclusionProof(hashes, 4).map(toBase64),
      checkpoint: await signNote(formatCheckpoint({ origin, size: 7, root: treeRoot(hashes) }), [signer]),
      policy: `log ${formatVkey(signer.verifier)}\nquorum none\n`,
      n: fields.length,
      fields: [
        {
          name: field,
          no: 2,
          path: fieldPath(commitments, 2).map(toBase64),
          valueBase64: toBase64(utf8(fields[2]![1])),
          saltBase64: toBase64(salts[2]!),
        },
      ],
    },
  }
}

beforeAll(async () => {
  certificate = await checked('certificate', 'public:certificate:1', {
    number,
    unit,
    state: 'issued',
    snapshot,
  })
  receipt = await checked('receipt', 'public:case:1', { number, unit, accepted: '2026-11-23T01:02:03Z' })
})

/** The steps that fail for what a page shows. */
async function failing(one: Checked): Promise<ProofStep[]> {
  const { steps } = await verifyProof(one.proof!, shownFacts(one))
  return steps.filter(({ ok }) => !ok).map(({ step }) => step)
}
const withProof = (change: (proof: Proof) => Partial<Proof>): Checked => ({
  ...certificate,
  proof: { ...certificate.proof!, ...change(certificate.proof!) },
})
const withField = (change: (field: Proof['fields'][number]) => Partial<Proof['fields'][number]>): Checked =>
  withProof(({ fields: [field] }) => ({ fields: [{ ...field!, ...change(field!) }] }))
const flip = (base64: string, at: number): string => {
  const bytes = fromBase64(base64)
  bytes[at]! ^= 1
  return toBase64(bytes)
}
const everyByte = (base64: string): number[] => [...fromBase64(base64).keys()]

test('a certificate and a receipt verify in every step', async () => {
  expect(await failing(certificate)).toEqual([])
  expect(await failing(receipt)).toEqual([])
})

describe('every byte of every part counts, and the step that fails is the one it belongs to', () => {
  test.each<[string, ProofStep, () => Checked[]]>([
    [
      'a hash of the inclusion path',
      'tree',
      () =>
        certificate.proof!.hashes.flatMap((hash, i) =>
          everyByte(hash).map((at) =>
            withProof(({ hashes }) => ({ hashes: hashes.with(i, flip(hash, at)) })),
          ),
        ),
    ],
    [
      'a hash of the field’s path',
      'field',
      () =>
        certificate.proof!.fields[0]!.path.flatMap((hash, i) =>
          everyByte(hash).map((at) => withField(({ path }) => ({ path: path.with(i, flip(hash, at)) }))),
        ),
    ],
    [
      'the salt',
      'field',
      () =>
        everyByte(certificate.proof!.fields[0]!.saltBase64).map((at) =>
          withField(({ saltBase64 }) => ({ saltBase64: flip(saltBase64, at) })),
        ),
    ],
    [
      'the opened value',
      'field',
      () =>
        everyByte(certificate.proof!.fields[0]!.valueBase64).map((at) =>
          withField(({ valueBase64 }) => ({ valueBase64: flip(valueBase64, at) })),
        ),
    ],
    [
      'the leaf',
      'tree',
      () =>
        everyByte(certificate.proof!.leafBase64).map((at) =>
          withProof(({ leafBase64 }) => ({ leafBase64: flip(leafBase64, at) })),
        ),
    ],
    [
      'the signature',
      'signature',
      () => {
        const [, id] = /^— \S+ (\S+)$/m.exec(certificate.proof!.checkpoint)!
        return everyByte(id!).map((at) =>
          withProof(({ checkpoint }) => ({ checkpoint: checkpoint.replace(id!, flip(id!, at)) })),
        )
      },
    ],
    [
      'the root under the signature',
      'signature',
      () => {
        const root = certificate.proof!.checkpoint.split('\n')[2]!
        return everyByte(root).map((at) =>
          withProof(({ checkpoint }) => ({ checkpoint: checkpoint.replace(root, flip(root, at)) })),
        )
      },
    ],
    ['the index', 'tree', () => [0, 3, 5, 7].map((index) => withProof(() => ({ index })))],
    ['the size', 'tree', () => [4, 6, 8].map((size) => withProof(() => ({ size })))],
    ['the number of fields', 'field', () => [3, 4, 6].map((n) => withProof(() => ({ n })))],
    ['the place of the field', 'field', () => [0, 1, 3, 4].map((no) => withField(() => ({ no })))],
  ])('%s', async (_name, step, make) => {
    const broken = make()
    const failed = await Promise.all(broken.map(failing))
    expect(broken.length).toBeGreaterThan(2)
    expect(failed.filter((steps) => !steps.includes(step))).toEqual([])
  })
})

test.each([
  ['number', { number: '浙(2026)宁波市海曙不动产权第0000002号' }],
  ['unit', { unitCode: '330203001001GB00044F00010004' }],
  ['state', { certificateState: 'superseded' }],
  ['snapshot', { snapshotHash: 'cd'.repeat(32) }],
])('a certificate page that shows another %s fails in that step alone', async (_name, change) => {
  expect(await failing({ ...certificate, ...change })).toEqual(['facts'])
})

test('the right words under a field that was not made for the public prove nothing', async () => {
  const typed = await checked('certificate', 'in.note', { number, unit, state: 'issued', snapshot })
  expect(await failing(typed)).toEqual(['facts'])
  const ofACase = await checked('certificate', 'public:case:1', { number, unit, state: 'issued', snapshot })
  expect(await failing(ofACase)).toEqual(['facts'])
})

const leafSaying = (change: object): Checked['proof'] => {
  const leaf = JSON.parse(new TextDecoder().decode(fromBase64(certificate.proof!.leafBase64)))
  return { ...certificate.proof!, leafBase64: toBase64(encodeLeaf({ ...leaf, ...change })) }
}

test('an act of another office, or one that was refused, is not the proof of this paper', () => {
  expect(strayOf(certificate)).toBeNull()
  expect(strayOf({ ...certificate, district: { ...certificate.district, id: 'jiangbei' } })).toBe('office')
  expect(strayOf({ ...certificate, proof: leafSaying({ outcome: 'refused' }) })).toBe('refused')
  expect(strayOf({ ...certificate, proof: null })).toBeNull()
  expect(strayOf(withProof(() => ({ leafBase64: '!' })))).toBeNull()
})

test('a browser without Ed25519, or a page that may not use WebCrypto, is known before anything is called false', async () => {
  expect(await canVerifySignatures()).toBe(true)
  vi.stubGlobal('crypto', {})
  expect(await canVerifySignatures()).toBe(false)
  vi.unstubAllGlobals()
  const old = { importKey: () => Promise.reject(new DOMException('Ed25519', 'NotSupportedError')) }
  expect(await canVerifySignatures(old)).toBe(false)
})
