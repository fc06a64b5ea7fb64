import { type Static, Type } from 'typebox'
import type { Tx } from '../../platform/db/tx.ts'
import { titleOf } from './titles.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])
const TextPair = Type.Object({ zh: Type.String(), en: Type.String() })

/** One right somebody holds, and why: what was asked, who approved, the act that wrote it. */
export const GrantLine = Type.Object({
  grantId: Type.String(),
  district: Type.String(),
  personId: Type.String(),
  person: Type.String(),
  posts: Type.Array(TextPair),
  duty: Type.String(),
  since: Type.String(),
  until: Nullable(Type.String()),
  businesses: Nullable(Type.Array(Type.String())),
  purposes: Nullable(Type.Array(Type.String())),
  actId: Type.String(),
  actTitle: TextPair,
  madeAt: Type.String(),
  request: Nullable(
    Type.Object({
      id: Type.String(),
      reason: Type.String(),
      by: Type.String(),
      at: Type.String(),
      actId: Type.String(),
    }),
  ),
  approvers: Type.Array(
    Type.Object({ role: Type.String(), person: Type.String(), at: Type.String(), actId: Type.String() }),
  ),
  review: Nullable(
    Type.Object({ quarter: Type.String(), keep: Type.Boolean(), word: Type.String(), by: Type.String() }),
  ),
})
export type GrantLine = Static<typeof GrantLine>

export interface Wanted {
  personId?: string | null
  district?: string | undefined
  duty?: string | undefined
  post?: string | undefined
  by?: 'person' | 'duty' | undefined
  after?: string | undefined
  limit: number
}

interface Row extends Omit<GrantLine, 'actTitle' | 'approvers'> {
  actType: string
  approvers: GrantLine['approvers'] | null
  key: string
}

/**
 * Rights held now, as far as the reader sees them, in the order of the key: by person or by duty. Cost: one range of the
 * grants per page; an office has hundreds.
 */
export async function grantLines(
  tx: Tx,
  wanted: Wanted,
): Promise<{ items: GrantLine[]; next: string | null }> {
  const rows = await tx.rows<Row>`
    select g.id as "grantId", g.district, g.person_id as "personId", p.name as person, people.posts_of(g.person_id) as posts, g.duty,
      lower(g.during) as since, upper(g.during) as until, g.businesses, g.purposes, g.act_id as "actId", a.type as "actType", a.at as "madeAt",
      case when r.id is not null then jsonb_build_object('id', r.id, 'reason', r.reason, 'by', q.name, 'at', r.requested_at, 'actId', r.act_id) end as request,
      (select jsonb_agg(jsonb_build_object('role', d.role, 'person', n.name, 'at', d.at, 'actId', d.act_id) order by d.no)
        from people.access_decision d join kernel.person n on n.id = d.person_id
        where d.district = r.district and d.request_id = r.id and d.approved) as approvers,
      (select jsonb_build_object('quarter', v.quarter, 'keep', v.keep, 'word', v.word, 'by', n.name)
        from people.access_review v join kernel.person n on n.id = v.person_id
        where v.district = g.district and v.grant_id = g.id order by v.quarter desc limit 1) as review,
      k.key
    from kernel.duty_grant g join kernel.person p on p.id = g.person_id
      left join kernel.act a on a.district = g.district and a.id = g.act_id
      left join people.access_request r on r.district = g.district and r.id = g.request_id
      left join kernel.person q on q.id = r.requested_by
      cross join lateral (select case when ${wanted.by ?? 'person'} = 'duty' then g.duty else g.person_id::text end || '~' || g.id as key) k
    where g.during @> kernel.now() and (p.active_to is null or p.active_to > kernel.now())
      and (${wanted.personId ?? null}::uuid is null or g.person_id = ${wanted.personId ?? null}::uuid)
      and (${wanted.district ?? null}::text is null or g.district = ${wanted.district ?? null})
      and (${wanted.duty ?? null}::text is null or g.duty = ${wanted.duty ?? null})
      and (${wanted.post ?? null}::text is null or exists (
        select from people.holding h where h.person_id = g.person_id and h.post = ${wanted.post ?? null} and h.during @> kernel.now()))
      and (${wanted.after ?? null}::text is null or k.key > ${wanted.after ?? null} collate "C")
    order by k.key collate "C" limit ${wanted.limit + 1}`
  const shown = rows.slice(0, wanted.limit)
  return {
    items: shown.map(({ key: _, actType, approvers, ...row }) => ({
      ...row,
      actTitle: titleOf(actType),
      approvers: approvers ?? [],
    })),
    next: rows.length > wanted.limit ? shown.at(-1)!.key : null,
  }
}
