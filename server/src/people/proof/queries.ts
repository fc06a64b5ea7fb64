import { Type } from 'typebox'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { proofDuties } from '../duties.ts'
import { endProof, KeptProof, startProof, tableHash } from './acts.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

/** 职责分离证明: what the last proof said, read from the act that recorded it, and how far one under way has come. */
export const dutyProof = query({
  path: 'duties/proof',
  title: { zh: '职责分离证明', en: 'Proof of the separation of duties' },
  access: 'signed_in',
  duties: proofDuties,
  params: Type.Object({}),
  result: Type.Object({
    running: Nullable(Type.Object({ runId: Type.String(), done: Type.Integer(), total: Type.Integer() })),
    fault: Nullable(Type.String()),
    start: Type.Unknown(),
    last: Nullable(
      Type.Object({
        at: Type.String(),
        actId: Type.String(),
        askedBy: Nullable(Type.String()),
        current: Type.Boolean({ description: 'It was of the table this server runs by now.' }),
        proof: KeptProof,
      }),
    ),
  }),
  async run({ tx, actor, at, district, deps }) {
    const row = await tx.maybe<{ at: string; act_id: string; asked_by: string | null; value: Buffer }>`
      select a.at, a.id as act_id, p.name as asked_by, v.value from kernel.act a
        join kernel.act_value v on v.district = a.district and v.act_id = a.id and v.field = 'in.proof'
        left join kernel.act q on q.district = a.district and q.id = a.subject_id::uuid
        left join kernel.person p on p.id = q.person_id
      where a.district = ${district} and a.type = ${endProof.type} and a.outcome = 'done' order by a.at desc, a.seq desc limit 1`
    const proof = row && JSON.parse(row.value.toString())
    return {
      running: deps.proofs.running,
      fault: deps.proofs.fault,
      start: availability([startProof], null, actor, at)[startProof.type],
      last: row && {
        at: row.at,
        actId: row.act_id,
        askedBy: row.asked_by,
        current: proof.table === tableHash(),
        proof,
      },
    }
  },
})
