import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { businesses } from '../../cases/business.ts'
import { act, isRefusal } from '../../kernel/act.ts'
import type { Kernel } from '../../kernel/perform.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { answer, sendFile, tokenOf } from '../../platform/http.ts'
import { common, ofSampling } from './acts.ts'
import { checkerDuties, refuseSampling } from './rules.ts'

/** Whether somebody is the one to whom a sampled case was given last. */
const isChecker = async (tx: Tx, samplingId: string, candidate: string, personId: string | null) =>
  (
    await tx.maybe<{ mine: boolean }>`
      select checker = ${personId}::uuid as mine from supervision.sample_assignment
      where sampling_id = ${samplingId}::uuid and candidate = ${candidate}::uuid order by no desc limit 1`
  )?.mine === true

/**
 * 查看抽中案件: the application, its parties, the stages and the scans, for the checker to whom it was given and nobody else of the
 * bureau. It holds personal data, so each look is an act (6.7).
 */
export const lookAtSampled = act({
  ...common,
  type: 'sampling.look',
  title: { zh: '查看抽中案件', en: 'Look at a sampled case' },
  clauses: ['7.3', '6.7'],
  duties: checkerDuties,
  input: Type.Object(
    { ...ofSampling, candidate: Type.String({ title: '样本|Sampled', format: 'uuid' }) },
    { additionalProperties: false },
  ),
  result: Type.Object({}, { additionalProperties: true }),
  read: true,
  seen: (result) => ({ candidate: (result as { candidate: string }).candidate }),
  async handle({ tx, actor }, { candidate }, { district, id }) {
    if (!(await isChecker(tx, id, candidate, actor.personId))) return refuseSampling('checker_only')
    const entry = await tx.maybe<{ caseId: string | null }>`
      select e.case_id as "caseId", e.kind, e.effect, e.unit_code as "unitCode", e.body, e.recorded_at as "recordedAt",
        array(select r.name from register.entry_party p join register.party r on r.district = p.district and r.id = p.party_id
          where p.district = e.district and p.entry_id = e.id order by p.no) as parties
      from register.entry e where e.district = ${district} and e.id = ${candidate}::uuid`
    const caseId = entry ? entry.caseId : candidate
    const of = await tx.maybe<{ business: string }>`
      select c.id, c.number, c.business, c.unit_code as "unitCode", u.location, c.state, c.body, c.applied_at as "appliedAt", c.accepted_at as "acceptedAt", c.closed_at as "closedAt",
        c.promised_due as "promisedDue", c.legal_due as "legalDue",
        coalesce((select jsonb_agg(jsonb_build_object('side', p.side, 'name', r.name, 'agentName', p.agent_name, 'checked', coalesce((select k.passed from cases.identity_check k
            where k.district = p.district and k.case_id = p.case_id and k.party_no = p.no order by k.id desc limit 1), false)) order by p.no)
          from cases.party p join register.party r on r.district = p.district and r.id = p.party_id where p.district = c.district and p.case_id = c.id), '[]') as parties,
        coalesce((select jsonb_agg(jsonb_build_object('stage', s.stage, 'person', w.name, 'at', s.at, 'opinion', s.opinion) order by s.no)
          from cases.stage s join kernel.person w on w.id = s.person_id where s.district = c.district and s.case_id = c.id and s.round = c.round), '[]') as stages,
        coalesce((select jsonb_agg(jsonb_build_object('no', m.no, 'code', m.code, 'name', m.name, 'pages', m.pages, 'file', m.file) order by m.no)
          from cases.material m where m.district = c.district and m.case_id = c.id), '[]') as materials
      from cases.case c join cadastre.unit u on u.district = c.district and u.code = c.unit_code
      where c.district = ${district} and c.id = ${caseId}::uuid`
    const business = businesses.find((one) => one.code === of?.business)
    return {
      candidate,
      entry,
      case: of && {
        ...of,
        title: business?.name ?? null,
        names: Object.fromEntries((business?.materials ?? []).map((one) => [one.code, one.name])),
      },
    }
  },
})

/** A scan of a sampled case, for its checker, who has looked at it by an act before. */
export function sampledFileRoutes(app: FastifyInstance, kernel: Kernel): void {
  app.get<{ Params: { id: string; candidate: string; file: string } }>(
    '/api/samplings/:id/items/:candidate/files/:file',
    {
      config: { policy: { kind: 'signed_in', why: 'scans of a sampled case, for its checker after a look' } },
    },
    async (request, reply) => {
      const { id, candidate, file } = request.params
      const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
      const named = isId(id) && isId(candidate) && /^[0-9a-f]{64}$/.test(file)
      const found = await kernel.read(tokenOf(request), async ({ tx, actor }) => {
        if (!named || !(await isChecker(tx, id, candidate, actor.personId))) return null
        return tx.maybe<{ media: string }>`
          select m.media from supervision.sample_item i
            left join register.entry e on e.district = i.district and e.id = i.candidate
            join cases.material m on m.district = i.district and m.case_id = coalesce(e.case_id, i.candidate) and m.file = ${file}
          where i.sampling_id = ${id}::uuid and i.candidate = ${candidate}::uuid
            and exists (select from kernel.act a join kernel.act_value v on v.district = a.district and v.act_id = a.id and v.field = 'in.candidate' and not v.sealed
              where a.district = i.district and a.subject_kind = 'sampling' and a.subject_id = ${id} and a.type = 'sampling.look'
                and a.outcome = 'done' and a.person_id = ${actor.personId}::uuid and convert_from(v.value, 'UTF8') = ${JSON.stringify(candidate)})
          limit 1`
      })
      if (isRefusal(found)) return answer(reply, found)
      if (!found || !kernel.deps.files.has(file)) return answer(reply, refuseKernel('not_found'))
      return sendFile(reply, kernel.deps.files, file, found.media)
    },
  )
}
