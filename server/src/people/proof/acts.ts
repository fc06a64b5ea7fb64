import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { refuser } from '../../kernel/refusal.ts'
import { dutyTable, proofDuties } from '../duties.ts'

export const refuseProof = refuser({
  proof_running: {
    status: 409,
    clause: '6.2',
    zh: '证明正在进行，请等它结束。',
    en: 'A proof is under way; please wait until it has ended.',
  },
})

/** Which duty table a proof was of: the SHA-256 of its data. */
export const tableHash = (): string => createHash('sha256').update(JSON.stringify(dutyTable)).digest('hex')

/** 职责分离证明: has the duty table this server runs by walked, beside everything else; what came of it is an act of its own. */
export const startProof = act({
  type: 'duties.prove',
  title: { zh: '发起职责分离证明', en: 'Start a proof of the separation of duties' },
  clauses: ['6.2'],
  duties: proofDuties,
  input: Type.Object({}, { additionalProperties: false }),
  result: Type.Object({ runId: Type.String() }),
  created: (result) => ({ kind: 'proof', id: result.runId }),
  async handle({ district, actId, deps }) {
    if (deps.proofs.running) return refuseProof('proof_running')
    deps.proofs.begin(actId, district)
    return { runId: actId }
  },
})

const Words = Type.Object({ zh: Type.String(), en: Type.String() }, { additionalProperties: false })
const Path = Type.Array(
  Type.Object({ person: Type.String(), move: Words }, { additionalProperties: false }),
  { maxItems: 100 },
)
const Count = Type.Integer({ minimum: 0 })

/** What is kept of a proof: figures, what was walked, each rule with the path that opens without it. */
export const KeptProof = Type.Object(
  {
    table: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    ms: Count,
    states: Count,
    transitions: Count,
    dutySets: Count,
    rules: Count,
    mutantsKilled: Count,
    ok: Type.Boolean(),
    violations: Type.Array(
      Type.Object({ model: Type.String(), wrong: Words, path: Path }, { additionalProperties: false }),
    ),
    unreachable: Type.Array(Type.String()),
    models: Type.Array(
      Type.Object(
        { model: Type.String(), states: Count, transitions: Count },
        { additionalProperties: false },
      ),
    ),
    mutants: Type.Array(
      Type.Object(
        {
          name: Words,
          clause: Type.String({ maxLength: 10 }),
          killed: Type.Boolean(),
          wrong: Type.Optional(Words),
          path: Path,
        },
        { additionalProperties: false },
      ),
      { maxItems: 2000 },
    ),
  },
  { additionalProperties: false },
)

/** What a proof has shown. The figures are the act: they stand in its leaf, and there is no second copy to go astray. */
export const endProof = act({
  type: 'duties.proved',
  title: { zh: '记录职责分离证明', en: 'Record a proof of the separation of duties' },
  clauses: ['6.2'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ maxLength: 20 }),
      runId: Type.String({ format: 'uuid' }),
      proof: KeptProof,
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ runId: Type.String(), ok: Type.Boolean() }),
  created: (result) => ({ kind: 'proof', id: result.runId }),
  handle: async (_ctx, { runId, proof }) => ({ runId, ok: proof.ok }),
})
