import { Type } from 'typebox'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { deciderDuties } from '../duties.ts'
import { approveCover, confirmWindow, refuseTemporaryDuty } from './acts.ts'
import type { TemporaryDuty } from './rules.ts'

interface Line extends TemporaryDuty {
  reason: string
  startsAt: string
  askedAt: string
  person: string
  covered: string | null
  askedByName: string
  decidedByName: string | null
  grantId: string | null
  live: boolean
  actId: string
}

/** 窗口值班与代岗: of one's office, newest first; for the security administrator of all. */
export const temporaryDuties = query({
  path: 'temporary/duties',
  title: { zh: '窗口值班与代岗', en: 'Window duty and cover' },
  access: 'signed_in',
  duties: [...deciderDuties, 'inspection', 'admin_audit'],
  params: Type.Object({ before: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$' })) }),
  result: Type.Object({
    items: Type.Array(Type.Unknown()),
    next: Type.Union([Type.String(), Type.Null()]),
    colleagues: Type.Array(Type.Unknown()),
  }),
  async run({ tx, actor, at, district }, { before }) {
    const rows = await tx.rows<Line>`
      select d.district, d.id, d.kind, d.duty, d.person_id as "personId", d.covered_id as "coveredId", d.asked_by as "askedBy", d.state, d.until,
        d.reason, d.starts_at as "startsAt", d.asked_at as "askedAt", p.name as person, c.name as covered, q.name as "askedByName",
        n.name as "decidedByName", g.id as "grantId", coalesce(g.during @> kernel.now(), false) as live, d.act_id as "actId"
      from people.temporary_duty d join kernel.person p on p.id = d.person_id left join kernel.person c on c.id = d.covered_id
        join kernel.person q on q.id = d.asked_by left join kernel.person n on n.id = d.decided_by
        left join kernel.duty_grant g on g.district = d.district and g.temporary_id = d.id
      where (${before ?? null}::uuid is null or d.id < ${before ?? null}::uuid) order by d.id desc limit 51`
    const colleagues = before
      ? []
      : await tx.rows`
          select p.id, p.name, kernel.duties_of(p.id) as duties from kernel.person p
          where p.district = ${district} and (p.active_to is null or p.active_to > kernel.now()) order by p.name, p.id limit 500`
    const shown = rows.slice(0, 50)
    const acts = [confirmWindow, approveCover, refuseTemporaryDuty]
    return {
      items: shown.map((row) => ({ ...row, availability: availability(acts, row, actor, at) })),
      next: rows.length > 50 ? shown.at(-1)!.id : null,
      colleagues,
    }
  },
})
