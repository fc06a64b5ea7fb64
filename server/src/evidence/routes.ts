import { encodeEntryBundle, formatProofFile, parseTilePath, partialWidth } from '@mingbu/tlog'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Kernel } from '../kernel/perform.ts'
import { refuser } from '../kernel/refusal.ts'
import { answer } from '../platform/http.ts'
import type { RoutePolicy } from '../platform/route-policy.ts'
import { ownSignatureOnly } from './policy.ts'
import { provenLeaf, readHashes } from './proofs.ts'

const refuse = refuser({
  no_tile: { status: 404, clause: '6.4', zh: '没有这个日志分片。', en: 'There is no such tile.' },
  not_published: {
    status: 404,
    clause: '6.4',
    zh: '公布的检查点里没有这一条；刚办的行为请过一两秒再试。',
    en: 'No published checkpoint covers such a leaf; of what was done just now, try again in a second or two.',
  },
})

/**
 * Every district's log under the paths of the C2SP tlog-tiles standard: `/log/<district>/checkpoint`, `/tile/…`,
 * `/tile/entries/…`; beside them `/policy`, who must have signed a checkpoint (C2SP tlog-policy), and of every leaf
 * `/proof/<index>` as C2SP tlog-proof and `/entry/<index>`, its bytes. Leaves hold nothing personal, so anyone may
 * read all of it.
 */
export function logRoutes(app: FastifyInstance, kernel: Kernel): void {
  app.get<{ Params: { district: string } }>('/log/:district/checkpoint', forAll, async (request, reply) => {
    const found = await kernel.readPublic(
      (tx) =>
        tx.maybe<{
          note: string
        }>`select note from evidence.published where district = ${request.params.district} order by size desc limit 1`,
    )
    if (!found) return answer(reply, refuse('no_tile'))
    return reply.type('text/plain; charset=utf-8').header('cache-control', 'max-age=1').send(found.note)
  })

  app.get<{ Params: { district: string } }>('/log/:district/policy', forAll, async (request, reply) => {
    const found = await kernel.readPublic(
      (tx) => tx.maybe<{ text: string | null; vkey: string }>`
        select l.vkey, (select text from evidence.policy y where y.log = l.district order by (y.version = (select policy from evidence.published p
            where p.district = l.district order by p.size desc limit 1)) desc nulls last, version desc limit 1) as text
        from evidence.log l where l.district = ${request.params.district}`,
    )
    if (!found) return answer(reply, refuse('no_tile'))
    return reply
      .type('text/plain; charset=utf-8')
      .header('cache-control', 'max-age=60')
      .send(found.text ?? ownSignatureOnly(found.vkey))
  })

  app.get<{ Params: OneLeaf }>('/log/:district/proof/:index', forAll, async (request, reply) => {
    const { district, index } = request.params
    const found = await kernel.readPublic((tx) => provenLeaf(tx, district, index))
    if (!found) return answer(reply, refuse('not_published'))
    const { checkpoint, hashes } = found.proof
    const proof = hashes.map((hash) => Buffer.from(hash, 'base64'))
    return reply
      .type('text/plain; charset=utf-8')
      .header('cache-control', 'max-age=60')
      .header('content-disposition', `attachment; filename="${district}-${index}.tlog-proof"`)
      .send(formatProofFile({ index: found.proof.index, proof, checkpoint }))
  })

  app.get<{ Params: OneLeaf }>('/log/:district/entry/:index', forAll, async (request, reply) => {
    const { district, index } = request.params
    const found = await kernel.readPublic((tx) => provenLeaf(tx, district, index))
    if (!found) return answer(reply, refuse('not_published'))
    reply.header('content-disposition', `attachment; filename="${district}-${index}.entry"`)
    return sendTile(reply, found.entry)
  })

  app.get<{ Params: { district: string; '*': string } }>(
    '/log/:district/tile/*',
    forAll,
    async (request, reply) => {
      const tile = parseTilePath(`tile/${request.params['*']}`)
      if (!tile) return answer(reply, refuse('no_tile'))
      return kernel.readPublic(async (tx) => {
        const { district } = request.params
        const checkpoint = await tx.maybe<{
          size: number
        }>`select size from evidence.checkpoint where district = ${district} order by size desc limit 1`
        const level = tile.level === 'entries' ? 0 : tile.level
        if (!checkpoint || !isServed(level, tile.index, tile.width, checkpoint.size))
          return answer(reply, refuse('no_tile'))
        if (tile.level !== 'entries')
          return sendTile(
            reply,
            Buffer.concat(await readHashes(tx, district, level, tile.index * 256, tile.width)),
          )
        const rows = await tx.rows<{
          entry: Buffer
        }>`select * from evidence.entries(${district}, ${tile.index * 256}, ${tile.width})`
        return sendTile(reply, Buffer.from(encodeEntryBundle(rows.map((row) => row.entry))))
      })
    },
  )
}

const forAll: { config: { policy: RoutePolicy } } = {
  config: { policy: { kind: 'public', why: 'the log of hashes, which holds nothing personal' } },
}

interface OneLeaf {
  district: string
  index: string
}

/** A full tile once it is full; a partial one of any width that a published checkpoint has had. */
function isServed(level: number, index: number, width: number, size: number): boolean {
  const full = Math.floor(size / 256 ** (level + 1))
  if (index < full) return width >= 1 && width <= 256
  return index === full && width >= 1 && width <= partialWidth(level, size)
}

function sendTile(reply: FastifyReply, bytes: Buffer): FastifyReply {
  return reply
    .type('application/octet-stream')
    .header('cache-control', 'public, max-age=31536000, immutable')
    .send(bytes)
}
