import type { FastifyInstance } from 'fastify'
import { isRefusal } from '../kernel/act.ts'
import type { Kernel } from '../kernel/perform.ts'
import { refuser } from '../kernel/refusal.ts'
import { answer, tokenOf } from '../platform/http.ts'

const refuse = refuser({
  not_found: {
    status: 404,
    clause: '6.7',
    zh: '没有找到，或不是您制作的审计包。',
    en: 'Not found, or not a pack that you made.',
  },
})

/** Hands an audit pack to the person who made it and to nobody else: whoever wants one makes one, and that is an act. */
export function packRoutes(app: FastifyInstance, kernel: Kernel): void {
  app.get<{ Params: { act: string } }>(
    '/api/audit/packs/:act',
    { config: { policy: { kind: 'signed_in', why: 'to the one who made the pack by an act' } } },
    async (request, reply) => {
      const { act } = request.params
      if (!/^[0-9a-f-]{36}$/.test(act)) return answer(reply, refuse('not_found'))
      const found = await kernel.read(
        tokenOf(request),
        ({ tx, actor }) =>
          tx.maybe<{ file: string; district: string }>`
        select answer -> 'result' ->> 'file' as file, district from kernel.act
        where id = ${act}::uuid and type = 'audit.pack' and outcome = 'done' and person_id = ${actor.personId}::uuid`,
      )
      if (isRefusal(found)) return answer(reply, found)
      if (!found || !kernel.deps.files.has(found.file)) return answer(reply, refuse('not_found'))
      return reply
        .type('application/zip')
        .header('cache-control', 'private, no-store')
        .header('content-disposition', `attachment; filename="mingbu-audit-${found.district}-${act}.zip"`)
        .send(kernel.deps.files.read(found.file))
    },
  )
}
