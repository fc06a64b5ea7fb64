import type { FastifyInstance } from 'fastify'
import { isRefusal } from '../../kernel/act.ts'
import type { Kernel } from '../../kernel/perform.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import { meetingMinutes } from '../../papers/papers.ts'
import { answer, sendFile, tokenOf } from '../../platform/http.ts'
import { officeDate } from '../../values/calendar.ts'
import { officeName } from '../../values/districts.ts'
import { meetingDetail } from './queries.ts'
import { meetingReaders } from './rules.ts'

const isId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)

/** 会议纪要 as PDF/A, and the evidence that decisions were carried out: for who supervises, who was there, and whose decision it is. */
export function meetingRoutes(app: FastifyInstance, kernel: Kernel): void {
  const policy = { kind: 'signed_in' as const, why: 'papers of a meeting, for who reads the meeting' }
  app.get<{ Params: { id: string } }>(
    '/api/meetings/:id/minutes.pdf',
    { config: { policy } },
    async (request, reply) => {
      const { id } = request.params
      if (!isId(id)) return answer(reply, refuseKernel('not_found'))
      const found = await kernel.read(tokenOf(request), async ({ tx, actor }) => {
        const detail = await meetingDetail(tx, id)
        const sees =
          detail &&
          (meetingReaders.some((one) => actor.duties.includes(one)) ||
            detail.attendance.some((one) => one.personId === actor.personId))
        return sees ? detail : refuseKernel('not_found')
      })
      if (isRefusal(found)) return answer(reply, found)
      const minutes = found.minutes.at(-1)
      if (!minutes) return answer(reply, refuseKernel('not_found'))
      const office = officeName(found.district)
      const { pdf } = await meetingMinutes(
        {
          demo: kernel.deps.demo,
          office,
          checkUrl: null,
          number: `${office}研判〔${found.year}〕${found.no} 号`,
          topic: found.topic,
          heldOn: found.heldOn,
          place: found.place,
          convener: found.convener,
          attendees: found.attendance.map((one) => one.name),
          agenda: found.agenda.map((one) => ({ no: one.no, what: one.zh, late: one.late })),
          openFindings: found.openFindings,
          body: minutes.body,
          decisions: found.decisions
            .filter((one) => one.minutesNo === minutes.no)
            .map((one) => ({ no: one.no, what: one.what, owner: one.ownerName, dueOn: one.dueOn })),
          writer: minutes.writer,
          confirmer: minutes.good ? minutes.confirmer : null,
          confirmedOn: minutes.good
            ? officeDate(Temporal.Instant.from(minutes.confirmedAt!)).toString()
            : null,
        },
        { createdAt: Temporal.Instant.from(minutes.confirmedAt ?? minutes.at) },
      )
      return reply.type('application/pdf').header('cache-control', 'private, no-store').send(pdf)
    },
  )
  app.get<{ Params: { id: string; file: string } }>(
    '/api/meetings/:id/files/:file',
    { config: { policy } },
    async (request, reply) => {
      const { id, file } = request.params
      if (!isId(id) || !/^[0-9a-f]{64}$/.test(file)) return answer(reply, refuseKernel('not_found'))
      const found = await kernel.read(tokenOf(request), ({ tx, actor }) => {
        const all = meetingReaders.some((one) => actor.duties.includes(one))
        return tx.maybe<{ media: string }>`
          select u.media from supervision.decision_report r cross join lateral (select supervision.evidence_media(r.district, r.person_id, ${file}) as media) u
          where u.media is not null and r.meeting_id = ${id}::uuid and ${file} = any (r.files) and (${all} or r.person_id = ${actor.personId}::uuid
            or exists (select from supervision.meeting_attendance a where a.district = r.district and a.meeting_id = r.meeting_id and a.person_id = ${actor.personId}::uuid)) limit 1`
      })
      if (isRefusal(found)) return answer(reply, found)
      if (!found || !kernel.deps.files.has(file)) return answer(reply, refuseKernel('not_found'))
      return sendFile(reply, kernel.deps.files, file, found.media)
    },
  )
}
