import type { FastifyInstance } from 'fastify'
import { isRefusal } from '../kernel/act.ts'
import type { Kernel } from '../kernel/perform.ts'
import { refuseKernel } from '../kernel/refusal.ts'
import { answer, sendFile, tokenOf } from '../platform/http.ts'
import { bookDuties } from './duties.ts'

/**
 * Pictures and minutes that stand in the books: the stamp on a void blank for those who see the books, what a destruction
 * left behind for everybody of the office (any colleague may be a witness) and for the bureau that approved it.
 */
export function custodyFileRoutes(app: FastifyInstance, kernel: Kernel): void {
  app.get<{ Params: { file: string } }>(
    '/api/custody/files/:file',
    {
      config: { policy: { kind: 'signed_in', why: 'pictures and minutes in the books of one’s own office' } },
    },
    async (request, reply) => {
      const { file } = request.params
      if (!/^[0-9a-f]{64}$/.test(file)) return answer(reply, refuseKernel('not_found'))
      const found = await kernel.read(tokenOf(request), ({ tx, actor }) => {
        const seesBooks = actor.duties.some((duty) => bookDuties.includes(duty))
        return tx.maybe<{ media: string }>`
          select u.media from cases.upload u where u.file = ${file} and (
            (${seesBooks} and exists (select from custody.void v where v.district = u.district and v.photo = u.file))
            or (${seesBooks} and exists (select from custody.seal s where s.district = u.district and s.image = u.file))
            or exists (select from custody.destruction d where d.district = u.district and d.minutes = u.file)
            or exists (select from custody.destruction_photo p where p.district = u.district and p.file = u.file)) limit 1`
      })
      if (isRefusal(found)) return answer(reply, found)
      if (!found || !kernel.deps.files.has(file)) return answer(reply, refuseKernel('not_found'))
      return sendFile(reply, kernel.deps.files, file, found.media)
    },
  )
}
