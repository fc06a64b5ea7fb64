import {
  canonicalJson,
  commitmentWith,
  cosign,
  encodeLeaf,
  fieldPath,
  fieldsRootWith,
  formatCheckpoint,
  formatPolicy,
  formatProofFile,
  inclusionProof,
  leafHash,
  noteType,
  signerFromSeed,
  signNote,
  toHex,
  treeRoot,
  utf8,
} from '@mingbu/tlog'
import { sha256 } from '../src/kernel/evidence-fields.ts'
import {
  allot,
  type Candidate,
  countStrata,
  draw,
  frameHash,
  inOrder,
  seedOf,
} from '../src/supervision/sampling/draw.ts'
import { type SampleFile, sampleFormat } from '../src/supervision/sampling/redraw.ts'

const seconds = (at: string) => Date.parse(at) / 1000
const act = '01a20814-963e-7000-8000-000000000001'
const sampling = '01a20814-963e-7000-8000-000000000002'
const id = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

/** A sample file as the product writes one, of an office and a log that exist only here: always the same for the same days. */
export async function madeSampleFile({
  witnessedAt = '2026-03-09T02:00:00Z',
  valueOn = '2026-03-12',
}: {
  witnessedAt?: string
  valueOn?: string
} = {}): Promise<SampleFile> {
  const frame = Array.from(
    { length: 30 },
    (_, n): Candidate => ({ id: id(n + 1), stratum: n < 22 ? 'T01' : 'Z01' }),
  ).sort(inOrder)
  const strata = allot(countStrata(frame), 6)
  const rows: [string, object][] = [
    ['actor', { actor: 'person:x' }],
    [
      `row:supervision.sampling:${sampling}`,
      {
        id: sampling,
        at: '2026-03-09T01:30:00+00:00',
        district: 'haishu',
        source: 'cases',
        strata_by: 'kind',
        from_day: '2026-01-01',
        to_day: '2026-03-09',
        size: 6,
        value_kind: 'lottery',
        value_name: '双色球第2026028期开奖号码',
        value_rule: '红球由小到大，后接蓝球，空格分隔',
        value_on: valueOn,
      },
    ],
    [
      `row:supervision.sampling_frame:${sampling}`,
      { district: 'haishu', sampling_id: sampling, candidates: 30, hash: frameHash(frame, sha256), strata },
    ],
  ]
  const fields = rows.map(([name, row], no) => {
    const [salt, value] = [Buffer.alloc(32, no + 3), canonicalJson(row)]
    return { name, salt, value, commitment: commitmentWith(sha256, name, salt, utf8(value)) }
  })
  const commitments = fields.map((one) => one.commitment)
  const entry = encodeLeaf({
    act,
    at: '2026-03-09T01:30:00.000000Z',
    district: 'haishu',
    fields: toHex(fieldsRootWith(sha256, commitments)),
    n: fields.length,
    outcome: 'done',
    type: 'sampling.plan',
  })
  const leaves = [utf8('before'), entry, utf8('after')].map((one) => leafHash(one, sha256))
  const log = await signerFromSeed('test.example/haishu', Buffer.alloc(32, 1))
  const witness = await signerFromSeed('test.example/witness', Buffer.alloc(32, 2), noteType.cosignatureV1)
  const text = formatCheckpoint({
    origin: 'test.example/haishu',
    size: 3,
    root: treeRoot(leaves, sha256),
    extensions: [],
  })
  const checkpoint = (await signNote(text, [log])) + (await cosign(witness, text, seconds(witnessedAt)))
  const value = '03 08 17 22 25 31 09'
  const seed = seedOf(leafHash(entry, sha256), value, sha256)
  return {
    format: sampleFormat,
    district: 'haishu',
    sampling,
    plan: {
      entry: Buffer.from(entry).toString('base64'),
      fields: [1, 2].map((no) => ({
        name: fields[no]!.name,
        no,
        salt: fields[no]!.salt.toString('hex'),
        value: fields[no]!.value,
        path: fieldPath(commitments, no, sha256).map((hash) => Buffer.from(hash).toString('base64')),
      })),
      proof: formatProofFile({ index: 1, proof: inclusionProof(leaves, 1, sha256), checkpoint }),
      policy: formatPolicy({
        logs: [{ verifier: log.verifier }],
        witnesses: [{ name: 'w', verifier: witness.verifier }],
        groups: [],
        quorum: 'w',
      }),
    },
    frame: {
      T01: frame.filter((one) => one.stratum === 'T01').map((one) => one.id),
      Z01: frame.filter((one) => one.stratum === 'Z01').map((one) => one.id),
    },
    value,
    seed,
    sample: draw(frame, strata, seed, sha256),
  }
}
