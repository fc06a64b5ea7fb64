import { fieldPath, formatProofFile, inclusionProofFrom } from '@mingbu/tlog'
import type { FastifyInstance } from 'fastify'
import { ownSignatureOnly } from '../../evidence/policy.ts'
import { readHashes } from '../../evidence/proofs.ts'
import { isRefusal } from '../../kernel/act.ts'
import { sha256 } from '../../kernel/evidence-fields.ts'
import type { Kernel, ReadCtx } from '../../kernel/perform.ts'
import { type Refusal, refuseKernel } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { answer, tokenOf } from '../../platform/http.ts'
import type { Drawn } from './draw.ts'
import { sampledFileRoutes } from './look.ts'
import { type PlanField, type SampleFile, sampleFormat } from './redraw.ts'
import { refuseSampling, samplingReaders } from './rules.ts'

interface Committed {
  district: string
  planAct: string
  entry: Buffer
  idx: number
  size: number
  note: string
  policy: string | null
  vkey: string
  value: string
  seed: string
}

/** A sampling that was drawn, as one file that anybody can draw again offline. */
export async function sampleFile({ tx, actor }: ReadCtx, id: string): Promise<SampleFile | Refusal> {
  if (!samplingReaders.some((duty) => actor.duties.includes(duty))) return refuseKernel('not_found')
  const known = await tx.maybe`select 1 from supervision.sampling where id = ${id}::uuid`
  if (!known) return refuseKernel('not_found')
  const found = await tx.maybe<Committed>`
    select s.district, s.act_id as "planAct", v.entry, c.idx, c.size, p.note, g.vkey, k.value, k.seed,
      (select y.text from evidence.policy y where y.log = s.district and y.version is not distinct from p.policy) as policy
    from supervision.sampling s
      join supervision.sampling_confirmation k on k.district = s.district and k.sampling_id = s.id and k.agrees
      join supervision.sampling_value e on e.district = k.district and e.sampling_id = k.sampling_id and e.no = k.no
      cross join lateral supervision.committed(s.district, s.id) c
      join evidence.published p on p.district = s.district and p.size = e.checkpoint_size
      join evidence.log g on g.district = s.district
      cross join lateral evidence.entries(s.district, c.idx, 1) v
    where s.id = ${id}::uuid`
  if (!found) return refuseSampling('sample_not_drawn')
  const { district, idx, size, note, policy, vkey } = found
  const proof = await inclusionProofFrom(
    (level, start, count) => readHashes(tx, district, level, start, count),
    idx,
    size,
    sha256,
  )
  const frame = await tx.rows<{ stratum: string; ids: string[] }>`
    select stratum, array_agg(candidate::text order by candidate) as ids from supervision.frame_item
    where district = ${district} and sampling_id = ${id}::uuid group by stratum order by stratum`
  const sample = await tx.rows<Drawn>`
    select candidate as id, stratum, rank from supervision.sample_item
    where district = ${district} and sampling_id = ${id}::uuid order by stratum, rank`
  return {
    format: sampleFormat,
    district,
    sampling: id,
    plan: {
      entry: found.entry.toString('base64'),
      fields: await planFields(tx, found, id),
      proof: formatProofFile({ index: idx, proof, checkpoint: note }),
      policy: policy ?? ownSignatureOnly(vkey),
    },
    frame: Object.fromEntries(frame.map(({ stratum, ids }) => [stratum, ids])),
    value: found.value,
    seed: found.seed,
    sample,
  }
}

/** The committed rows of plan and frame, opened. They name no person of a case and no case but by its id. */
async function planFields(tx: Tx, { district, planAct }: Committed, id: string): Promise<PlanField[]> {
  const fields = await tx.rows<{
    no: number
    field: string
    commitment: Buffer
    salt: Buffer
    value: Buffer
  }>`
    select no, field, commitment, salt, value from kernel.act_value where district = ${district} and act_id = ${planAct}::uuid order by no`
  const commitments = fields.map((one) => one.commitment)
  return [`row:supervision.sampling:${id}`, `row:supervision.sampling_frame:${id}`].map((name) => {
    const one = fields.find(({ field }) => field === name)!
    return {
      name,
      no: one.no,
      salt: one.salt.toString('hex'),
      value: one.value.toString('utf8'),
      path: fieldPath(commitments, one.no, sha256).map((hash) => Buffer.from(hash).toString('base64')),
    }
  })
}

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

/** The file of a sample for who reads samplings, and the page that draws it again for anybody. */
export function samplingRoutes(app: FastifyInstance, kernel: Kernel): void {
  sampledFileRoutes(app, kernel)
  app.get<{ Params: { id: string } }>(
    '/api/samplings/:id/sample.json',
    { config: { policy: { kind: 'signed_in', why: 'a drawn sample by ids, for who reads samplings' } } },
    async (request, reply) => {
      const { id } = request.params
      const file = await kernel.read(tokenOf(request), async (ctx) =>
        isId(id) ? sampleFile(ctx, id) : refuseKernel('not_found'),
      )
      if (isRefusal(file)) return answer(reply, file)
      return reply
        .type('application/json')
        .header('cache-control', 'private, no-store')
        .header('content-disposition', `attachment; filename="mingbu-sample-${file.district}-${id}.json"`)
        .send(`${JSON.stringify(file, null, 1)}\n`)
    },
  )
  app.get(
    '/api/public/redraw.html',
    {
      config: {
        policy: { kind: 'public', why: 'a program that checks files its reader has; it holds no data' },
      },
    },
    async (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('content-disposition', 'attachment; filename="redraw.html"')
        .send(Buffer.from(await kernel.deps.redrawPage())),
  )
}
