import type { FastifyInstance } from 'fastify'
import { isRefusal } from '../../kernel/act.ts'
import type { Kernel } from '../../kernel/perform.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import { answer, sendFile, tokenOf } from '../../platform/http.ts'
import { surveyReaders } from './rules.ts'

/** The report of a survey, for those of the office who handle surveys or the cases that rest on them. */
export function surveyFileRoute(app: FastifyInstance, kernel: Kernel): void {
  app.get<{ Params: { id: string; file: string } }>(
    '/api/surveys/:id/files/:file',
    { config: { policy: { kind: 'signed_in', why: 'reports of surveys of one’s own office, by duty' } } },
    async (request, reply) => {
      const { id, file } = request.params
      const missing = () => answer(reply, refuseKernel('not_found'))
      if (!/^[0-9a-f]{64}$/.test(file) || !/^[0-9a-f-]{36}$/.test(id)) return missing()
      const found = await kernel.read(tokenOf(request), async ({ tx, actor, district }) =>
        surveyReaders.some((duty) => actor.duties.includes(duty))
          ? tx.maybe<{ media: string }>`
              select media from cadastre.survey_result where district = ${district} and survey_id = ${id}::uuid and file = ${file} limit 1`
          : null,
      )
      if (isRefusal(found)) return answer(reply, found)
      if (!found || !kernel.deps.files.has(file)) return missing()
      return sendFile(reply, kernel.deps.files, file, found.media)
    },
  )
}
