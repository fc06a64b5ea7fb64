import type { FastifyInstance } from 'fastify'
import { isRefusal } from '../../kernel/act.ts'
import type { Kernel } from '../../kernel/perform.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import { answer, sendFile, tokenOf } from '../../platform/http.ts'

/** 制度文件: the file of a version or of a proposal, for whoever may read it. */
export function ruleRoutes(app: FastifyInstance, kernel: Kernel): void {
  const policy = { kind: 'signed_in' as const, why: 'files of rules, which everybody they concern reads' }
  app.get<{ Params: { id: string } }>(
    '/api/rules/proposals/:id/file',
    { config: { policy } },
    async (request, reply) => {
      const { id } = request.params
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
        return answer(reply, refuseKernel('not_found'))
      const found = await kernel.read(
        tokenOf(request),
        ({ tx }) =>
          tx.maybe<{ file: string; media: string }>`
          select p.file, supervision.rule_file_media(p.file) as media from supervision.rule_proposal p where p.id = ${id}::uuid and p.file is not null`,
      )
      if (isRefusal(found)) return answer(reply, found)
      if (!found?.media || !kernel.deps.files.has(found.file)) return answer(reply, refuseKernel('not_found'))
      return sendFile(reply, kernel.deps.files, found.file, found.media)
    },
  )
}
