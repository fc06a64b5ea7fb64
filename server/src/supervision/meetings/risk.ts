import type { Tx } from '../../platform/db/tx.ts'
import { type Grade, gradeDiffers, riskHint } from './rules.ts'

/** A post with its grade, and what a year says of those who held it. */
export interface PostRisk {
  district: string
  id: string
  zh: string
  en: string
  level: string | null
  risk: Grade | null
  measuresZh: string | null
  measuresEn: string | null
  duties: string[]
  holders: string[]
  critical: number
  high: number
  medium: number
  low: number
  open: number
  refused: number
  hint: Grade
  differs: 'higher' | 'calm' | null
}

/**
 * Posts of an office, or of every office, beside what controls and findings of a year say of their holders: findings about
 * a person while they held the post, and acts that were refused them.
 */
export async function postRisks(tx: Tx, district: string | null): Promise<PostRisk[]> {
  const rows = await tx.rows<Omit<PostRisk, 'hint' | 'differs'>>`
    select o.district, o.id, o.name_zh as zh, o.name_en as en, o.level, o.risk, o.measures_zh as "measuresZh", o.measures_en as "measuresEn", coalesce(o.duties, '{}') as duties,
      array(select p.name from people.holding h join kernel.person p on p.id = h.person_id where h.district = o.district and h.post = o.id and h.during @> kernel.now() order by p.name) as holders,
      coalesce(f.critical, 0) as critical, coalesce(f.high, 0) as high, coalesce(f.medium, 0) as medium, coalesce(f.low, 0) as low, coalesce(f.open, 0) as open, coalesce(r.n, 0) as refused
    from people.post o
      left join (
        select h.district, h.post, count(*) filter (where f.severity = 'critical')::int as critical, count(*) filter (where f.severity = 'high')::int as high,
          count(*) filter (where f.severity = 'medium')::int as medium, count(*) filter (where f.severity = 'low')::int as low, count(*) filter (where f.state <> 'closed')::int as open
        from kernel.finding f join people.holding h on h.district = f.district and f.subject = 'person:' || h.person_id and h.during @> f.opened_at
        where f.opened_at > kernel.now() - interval '1 year' group by 1, 2) f on f.district = o.district and f.post = o.id
      left join (
        select h.district, h.post, sum(t.n)::int as n from supervision.person_tally t join people.holding h on h.district = t.district and h.person_id = t.person_id and kernel.days_of(h.during) @> t.day
        where t.refusal <> '' and t.day > kernel.day_of(kernel.now()) - 365 group by 1, 2) r on r.district = o.district and r.post = o.id
    where o.closed_at is null and (${district}::text is null or o.district = ${district}) order by o.district, array_position(array['high', 'medium', 'low'], o.risk), o.id`
  return rows.map((one) => {
    const hint = riskHint(one)
    return {
      ...one,
      hint,
      differs: gradeDiffers(one.risk, hint, one.critical + one.high + one.medium + one.low),
    }
  })
}
