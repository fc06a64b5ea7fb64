import type { FastifyInstance, FastifyReply } from 'fastify'
import { isRefusal } from '../../kernel/act.ts'
import type { Kernel } from '../../kernel/perform.ts'
import { type Refusal, refuseKernel } from '../../kernel/refusal.ts'
import { rectificationPaper } from '../../papers/papers.ts'
import { answer, sendFile, tokenOf } from '../../platform/http.ts'
import { officeDate } from '../../values/calendar.ts'
import { officeName } from '../../values/districts.ts'
import { readsFindings } from './rules.ts'

interface Notice {
  district: string
  year: number
  no: number
  to: string
  by: string
  clause: string
  summary: string
  requirement: string
  foundAt: string
  planDue: string
  at: string
  letterAt: string | null
  letterDueOn: string | null
}

/** 整改通知书, 督办函 and 佐证材料 of a finding, for who reads it: leaders and inspectors, who answers for it, and whom it is about. */
export function rectificationRoutes(app: FastifyInstance, kernel: Kernel): void {
  const policy = { kind: 'signed_in' as const, why: 'papers of a finding, for who reads the finding' }
  for (const paper of ['notice', 'letter'] as const)
    app.get<{ Params: { id: string } }>(
      `/api/findings/:id/${paper}.pdf`,
      { config: { policy } },
      async (request, reply) => {
        const found = await kernel.read(tokenOf(request), (ctx) => read(ctx, request.params.id))
        if (isRefusal(found)) return answer(reply, found)
        if (paper === 'letter' && found.letterAt === null) return answer(reply, refuseKernel('not_found'))
        return print(reply, kernel.deps.demo, found, paper === 'letter')
      },
    )
  app.get<{ Params: { id: string; file: string } }>(
    '/api/findings/:id/files/:file',
    { config: { policy } },
    async (request, reply) => {
      const { id, file } = request.params
      if (!isId(id) || !/^[0-9a-f]{64}$/.test(file)) return answer(reply, refuseKernel('not_found'))
      const found = await kernel.read(tokenOf(request), ({ tx, actor }) => {
        const all = readsFindings(actor.duties)
        return tx.maybe<{ media: string }>`
          select u.media from supervision.fix x join kernel.finding f on f.district = x.district and f.id = x.finding_id
            cross join lateral (select media from cases.upload u where u.file = ${file} limit 1) u
          where x.finding_id = ${id}::uuid and ${file} = any (x.files)
            and (${all} or f.owner_id = ${actor.personId}::uuid or f.subject = 'person:' || ${actor.personId}::text) limit 1`
      })
      if (isRefusal(found)) return answer(reply, found)
      if (!found || !kernel.deps.files.has(file)) return answer(reply, refuseKernel('not_found'))
      return sendFile(reply, kernel.deps.files, file, found.media)
    },
  )
}

const isId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)

type Read = Parameters<Parameters<Kernel['read']>[1]>[0]
async function read({ tx, actor }: Read, id: string): Promise<Notice | Refusal> {
  if (!isId(id)) return refuseKernel('not_found')
  const all = readsFindings(actor.duties)
  const row = await tx.maybe<Notice>`
    select f.district, n.year, n.no, o.name as "to", p.name as "by", f.clause, f.summary_zh as summary, n.requirement, f.opened_at as "foundAt",
      n.plan_due::text as "planDue", n.at, c.at as "letterAt", c.due_on::text as "letterDueOn"
    from kernel.finding f join supervision.notice n on n.district = f.district and n.finding_id = f.id
      join kernel.person o on o.id = n.responsible join kernel.person p on p.id = n.person_id
      left join supervision.card c on c.district = f.district and c.finding_id = f.id and c.card = 'letter'
    where f.id = ${id}::uuid and (${all} or f.owner_id = ${actor.personId}::uuid or f.subject = 'person:' || ${actor.personId}::text)`
  return row ?? refuseKernel('not_found')
}

async function print(reply: FastifyReply, demo: boolean, found: Notice, letter: boolean) {
  const office = officeName(found.district)
  const at = Temporal.Instant.from(letter ? found.letterAt! : found.at)
  const day = (text: string) => officeDate(Temporal.Instant.from(text)).toString()
  const { pdf } = await rectificationPaper(
    {
      demo,
      office,
      checkUrl: null,
      number: `${office}${letter ? '督办' : '整改'}〔${found.year}〕${found.no} 号`,
      to: found.to,
      clause: found.clause,
      summary: found.summary,
      requirement: found.requirement,
      foundOn: day(found.foundAt),
      planDue: found.planDue,
      date: officeDate(at).toString(),
      by: found.by,
      letter: letter ? { dueOn: found.letterDueOn! } : null,
    },
    { createdAt: at },
  )
  return reply.type('application/pdf').header('cache-control', 'private, no-store').send(pdf)
}
