import type { FastifyInstance } from 'fastify'
import { isRefusal } from '../../kernel/act.ts'
import type { Kernel } from '../../kernel/perform.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import { answer, sendFile, tokenOf } from '../../platform/http.ts'

/** 成果材料 of an item of the plan, for whoever is of its office. */
export function planRoutes(app: FastifyInstance, kernel: Kernel): void {
  const policy = { kind: 'signed_in' as const, why: 'deliverables of a plan, for who reads the plan' }
  app.get<{ Params: { id: string; file: string } }>(
    '/api/plan/:id/files/:file',
    { config: { policy } },
    async (request, reply) => {
      const { id, file } = request.params
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) || !/^[0-9a-f]{64}$/.test(file))
        return answer(reply, refuseKernel('not_found'))
      const found = await kernel.read(
        tokenOf(request),
        ({ tx }) =>
          tx.maybe<{ media: string }>`
          select u.media from supervision.plan_progress p cross join lateral (select supervision.evidence_media(p.district, p.person_id, ${file}) as media) u
          where u.media is not null and p.item_id = ${id}::uuid and ${file} = any (p.files) limit 1`,
      )
      if (isRefusal(found)) return answer(reply, found)
      if (!found || !kernel.deps.files.has(file)) return answer(reply, refuseKernel('not_found'))
      return sendFile(reply, kernel.deps.files, file, found.media)
    },
  )
}
