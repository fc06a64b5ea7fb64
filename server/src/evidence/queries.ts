import { fieldPath } from '@mingbu/tlog'
import { Type } from 'typebox'
import { findAct } from '../kernel/act.ts'
import { sha256 } from '../kernel/evidence-fields.ts'
import { query } from '../kernel/query.ts'
import { refuseKernel } from '../kernel/refusal.ts'
import { inclusionProof, provenLeaf } from './proofs.ts'

const Anything = Type.Object({}, { additionalProperties: true })

/**
 * The proof of one act: its leaf, its place in the published tree, and the commitment of each of its fields. The leaf is
 * public and so is its proof; the fields of an act of another office are not told.
 */
export const actProof = query({
  path: 'acts/:id/proof',
  title: { zh: '行为证明', en: 'The proof of an act' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({
    id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
  }),
  result: Anything,
  async run({ tx }, { id }) {
    const row = await tx.maybe<{
      district: string
      entry: Buffer
      idx: number | null
      type: string
      at: string
      outcome: string
      fields: number
    }>`select * from evidence.leaf_of(${id}::uuid)`
    if (!row) return refuseKernel('not_found')
    const fields = await tx.rows<{ no: number; field: string; commitment: Buffer; erased: boolean }>`
      select no, field, commitment, value is null as erased from kernel.act_value where district = ${row.district} and act_id = ${id}::uuid order by no`
    const commitments = fields.map((field) => field.commitment)
    return {
      actId: id,
      type: row.type,
      title: findAct(row.type)?.title ?? { zh: row.type, en: row.type },
      at: row.at,
      outcome: row.outcome,
      district: row.district,
      leafBase64: row.entry.toString('base64'),
      proof: row.idx === null ? null : await inclusionProof(tx, row.district, row.idx),
      n: row.fields,
      fields: fields.map((field) => ({
        no: field.no,
        name: field.field,
        erased: field.erased,
        commitmentBase64: field.commitment.toString('base64'),
        path: fieldPath(commitments, field.no, sha256).map((hash) => Buffer.from(hash).toString('base64')),
      })),
    }
  },
})

/** One leaf of a log and the proof that it lies under the newest published checkpoint. The log is public, and so is this. */
export const publicLeaf = query({
  path: 'public/leaves/:district/:index',
  title: { zh: '日志条目与证明', en: 'A leaf and its proof' },
  access: 'public',
  params: Type.Object({
    district: Type.String({ maxLength: 20 }),
    index: Type.String({ pattern: '^\\d{1,15}$' }),
  }),
  result: Anything,
  async run(tx, { district, index }) {
    const found = await provenLeaf(tx, district, index)
    if (!found) return refuseKernel('not_found')
    return { leafBase64: found.entry.toString('base64'), proof: found.proof }
  },
})

/** The newest published checkpoint of every log with the policy it satisfies, for anyone to keep; `nextPolicy` binds from the next one on. */
export const checkpoints = query({
  path: 'public/checkpoints',
  title: { zh: '各登记机构最新检查点', en: 'Newest checkpoint of every office' },
  access: 'public',
  params: Type.Object({}),
  result: Type.Object({ items: Type.Array(Anything), sharedOperator: Type.Boolean() }),
  async run(tx, _params, deps) {
    const items = await tx.rows<Record<string, unknown>>`
      select l.district as id, d.name_zh as zh, d.name_en as en, l.origin, l.vkey, c.size, c.note, c.at as "signedAt",
        (select text from evidence.policy y where y.log = l.district order by (y.version = c.policy) desc nulls last, version desc limit 1) as policy,
        (select text from evidence.policy y where y.log = l.district and y.version > c.policy order by version desc limit 1) as "nextPolicy"
      from evidence.log l join kernel.district d on d.id = l.district
        left join lateral (select size, note, at, policy from evidence.published k where k.district = l.district order by size desc limit 1) c on true
      order by d.sort`
    return { items, sharedOperator: deps.demo }
  },
})
