import { fieldPath } from '@mingbu/tlog'
import { Type } from 'typebox'
import { findAct } from '../kernel/act.ts'
import { controlBoard } from '../kernel/control.ts'
import { sha256 } from '../kernel/evidence-fields.ts'
import { query } from '../kernel/query.ts'
import { refuseKernel } from '../kernel/refusal.ts'
import { evidenceDuties } from '../people/duties.ts'
import { inclusionProof } from './proofs.ts'

const Anything = Type.Object({}, { additionalProperties: true })

/** Acts of one's own office, newest first: by subject, person, type or outcome. No field values, only what was done. */
export const actSearch = query({
  path: 'acts',
  title: { zh: '行为记录', en: 'Acts' },
  access: 'signed_in',
  duties: evidenceDuties,
  params: Type.Object({
    subject: Type.Optional(Type.String({ maxLength: 100 })),
    person: Type.Optional(Type.String({ maxLength: 60 })),
    type: Type.Optional(Type.String({ maxLength: 60 })),
    outcome: Type.Optional(Type.Union([Type.Literal('done'), Type.Literal('refused')])),
    district: Type.Optional(Type.String({ maxLength: 20 })),
    before: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })),
  }),
  result: Type.Object({ items: Type.Array(Anything), next: Type.Union([Type.String(), Type.Null()]) }),
  async run({ tx, district }, { subject, person, type, outcome, district: other, before }) {
    const rows = await tx.rows<{
      id: string
      seq: number
      type: string
      at: string
      person: string | null
      actor: string
      outcome: string
      refusal: string | null
      clause: string | null
      subject_kind: string | null
      subject_id: string | null
      idx: number | null
    }>`
      select a.id, a.seq, a.type, a.at, p.name as person, a.actor, a.outcome, a.refusal, a.clause, a.subject_kind, a.subject_id, l.idx
      from kernel.act a left join kernel.person p on p.id = a.person_id left join evidence.leaf l on l.district = a.district and l.act_id = a.id
      where a.district = ${other ?? district} and a.seq < ${Number(before ?? Number.MAX_SAFE_INTEGER)}
        and (${subject ?? null}::text is null or a.subject_id = ${subject ?? null}) and (${person ?? null}::text is null or p.name = ${person ?? null})
        and (${type ?? null}::text is null or a.type = ${type ?? null}) and (${outcome ?? null}::text is null or a.outcome = ${outcome ?? null})
      order by a.seq desc limit 50`
    const items = rows.map((row) => ({
      actId: row.id,
      type: row.type,
      title: findAct(row.type)?.title ?? { zh: row.type, en: row.type },
      at: row.at,
      person: row.person ?? row.actor,
      outcome: row.outcome,
      refusal: row.refusal,
      clause: row.clause,
      subject: row.subject_kind ? { kind: row.subject_kind, id: row.subject_id } : null,
      leaf: row.idx,
    }))
    return { items, next: rows.length === 50 ? String(rows.at(-1)!.seq) : null }
  },
})

/** The proof of one act: its leaf, its place in the signed tree, and the commitment of each of its fields. */
export const actProof = query({
  path: 'acts/:id/proof',
  title: { zh: '行为证明', en: 'The proof of an act' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ id: Type.String({ pattern: '^[0-9a-f-]{36}$' }) }),
  result: Anything,
  async run({ tx }, { id }) {
    const row = await tx.maybe<{
      district: string
      entry: Buffer
      idx: number | null
      type: string
      at: string
      outcome: string
    }>`
      select a.district, a.entry, l.idx, a.type, a.at, a.outcome from kernel.act a left join evidence.leaf l on l.district = a.district and l.act_id = a.id where a.id = ${id}::uuid`
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
      n: fields.length,
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

/** The newest published checkpoint of every log with the policy it satisfies, for anyone to keep. */
export const checkpoints = query({
  path: 'public/checkpoints',
  title: { zh: '各登记机构最新检查点', en: 'Newest checkpoint of every office' },
  access: 'public',
  params: Type.Object({}),
  result: Type.Object({ items: Type.Array(Anything) }),
  async run(tx) {
    const items = await tx.rows<Record<string, unknown>>`
      select l.district as id, d.name_zh as zh, d.name_en as en, l.origin, l.vkey, c.size, c.note, c.at as "signedAt",
        (select text from evidence.policy y where y.log = l.district order by version desc limit 1) as policy
      from evidence.log l join kernel.district d on d.id = l.district
        left join lateral (select size, note, at from evidence.published k where k.district = l.district order by size desc limit 1) c on true
      order by d.sort`
    return { items }
  },
})

/** The controls board: every declared control with live counts over what the reader may see. */
export const controls = query({
  path: 'controls',
  title: { zh: '防控措施', en: 'Controls' },
  access: 'signed_in',
  duties: ['centre_lead', 'district_lead', 'inspection', 'admin_audit'],
  params: Type.Object({}),
  result: Type.Object({ items: Type.Array(Anything) }),
  async run({ tx, at }) {
    return { items: await controlBoard(tx, at) }
  },
})
