import { Type } from 'typebox'
import { query } from '../kernel/query.ts'
import { abandonCount, explain, recount, startCount, submitCount } from './count.ts'
import { countDelivery, receive } from './deliveries.ts'
import { askDestruction, decideDestruction, witness } from './destruction.ts'
import { bookDuties } from './duties.ts'
import { endOffer, offer, take } from './handover.ts'
import { printedRange } from './serials.ts'
import { voidBlanks } from './void.ts'

const Rows = Type.Array(Type.Object({}, { additionalProperties: true }))

/** Acts of the desk, so that each button knows its title and who may press it. */
export const deskActs = [
  receive,
  countDelivery,
  offer,
  take,
  endOffer,
  voidBlanks,
  askDestruction,
  decideDestruction,
  witness,
  startCount,
  submitCount,
  recount,
  abandonCount,
  explain,
]

interface Lot {
  kind: string
  edition: string
  from: number
  to: number
}
const shown = <T extends Lot>(rows: T[]) =>
  rows.map((row) => ({ ...row, range: printedRange(row.edition, row), count: row.to - row.from }))

/**
 * 保管台: what of the office's blanks lies where, what waits for a signature, a count, an approval or a witness. Whoever
 * has a count open is not told what lies in the place they count, and nobody is told what a count expects.
 */
export const desk = query({
  path: 'custody/desk',
  title: { zh: '保管台', en: 'Keeper’s desk' },
  access: 'signed_in',
  duties: bookDuties,
  params: Type.Object({}),
  result: Type.Object({
    stock: Rows,
    totals: Rows,
    offers: Rows,
    deliveries: Rows,
    counts: Rows,
    differences: Rows,
    voids: Rows,
    destructions: Rows,
    people: Rows,
    acts: Rows,
  }),
  async run({ tx, district, actor }) {
    const hidden = await tx.rows<{ kind: string; edition: string; place: string }>`
      select kind, edition, place from custody.count
      where district = ${district} and state in ('counting', 'recounting')`
    const isHidden = (one: { kind: string; edition: string; place: string }) =>
      hidden.some(
        ({ kind, edition, place }) => kind === one.kind && edition === one.edition && place === one.place,
      )
    const lots = await tx.rows<Lot & { place: string; person: string | null; certificate: string | null }>`
      select h.kind, h.edition, lower(h.serials) as "from", upper(h.serials) as "to", h.place, p.name as person, c.number as certificate
      from kernel.custody_holding h
        left join kernel.person p on h.place = 'person:' || p.id::text
        left join register.certificate c on c.district = h.district and h.place = 'certificate:' || c.id::text
      where h.district = ${district} and h.kind in ('certificate', 'proof') and h.place not in ('holder', 'destroyed')
      order by h.kind, h.edition, h.place, h.serials limit 500`
    const totals = await tx.rows<{ kind: string; edition: string; place: string; count: number }>`
      select kind, edition, split_part(place, ':', 1) as place, sum(upper(serials) - lower(serials))::int8 as count from kernel.custody_holding
      where district = ${district} and kind in ('certificate', 'proof') group by 1, 2, 3 order by 1, 2, 3`
    const offers = await tx.rows<Lot>`
      select o.id, o.kind, o.edition, lower(o.serials) as "from", upper(o.serials) as "to", o.from_place as "fromPlace", o.to_place as "toPlace",
        g.name as giver, o.giver_id as "giverId", t.name as taker, o.at, o.note
      from kernel.custody_offer o join kernel.person g on g.id = o.giver_id left join kernel.person t on o.to_place = 'person:' || t.id::text
      where o.district = ${district} and o.state = 'offered' and o.kind in ('certificate', 'proof') order by o.at limit 200`
    const deliveries = await tx.rows<Lot>`
      select d.id, d.kind, d.edition, lower(d.serials) as "from", upper(d.serials) as "to", d.batch, d.source, d.at, p.name as person, d.person_id as "personId",
        c.name as "countedBy", d.counted
      from custody.delivery d join kernel.person p on p.id = d.person_id left join kernel.person c on c.id = d.counted_by
      where d.district = ${district} order by d.at desc limit 50`
    const counts = await tx.rows`
      select c.id, c.kind, c.edition, c.place, w.name as "of", c.at, c.state, p.name as person, c.person_id as "personId", s.name as second
      from custody.count c join kernel.person p on p.id = c.person_id left join kernel.person s on s.id = c.second_by
        left join kernel.person w on c.place = 'person:' || w.id::text
      where c.district = ${district} order by c.at desc limit 50`
    const differences = await tx.rows<Lot>`
      select d.id, d.kind, d.edition, lower(d.serials) as "from", upper(d.serials) as "to", d.side, d.place, d.at, d.outcome, d.explanation,
        e.name as "explainedBy", d.finding_id as "findingId"
      from custody.difference d left join kernel.person e on e.id = d.explained_by
      where d.district = ${district} order by d.outcome is not null, d.at desc limit 100`
    const voids = await tx.rows<Lot>`
      select v.id, v.kind, v.edition, lower(v.serials) as "from", upper(v.serials) as "to", v.reason, v.note, v.at, p.name as person, v.photo
      from custody.void v join kernel.person p on p.id = v.person_id where v.district = ${district} order by v.at desc limit 100`
    const destructions = await tx.rows`
      select d.id, d.kind, d.note, d.at, d.state, p.name as person, d.person_id as "personId", b.name as "decidedBy", d.decided_by as "decidedById", d.decision_no as "decisionNo",
        w.name as "witness1", d.witness_1 as "witness1Id", z.name as "witness2", i.count, i.ranges
      from custody.destruction d join kernel.person p on p.id = d.person_id left join kernel.person b on b.id = d.decided_by
        left join kernel.person w on w.id = d.witness_1 left join kernel.person z on z.id = d.witness_2,
        lateral (select sum(upper(serials) - lower(serials))::int8 as count, jsonb_agg(jsonb_build_object('edition', edition, 'from', lower(serials), 'to', upper(serials)) order by no) as ranges
          from custody.destruction_item i where i.district = d.district and i.destruction_id = d.id) i
      where d.district = ${district} order by d.at desc limit 50`
    const people = await tx.rows`
      select distinct p.id, p.name, g.duty = 'certificate_keeping' as keeps from kernel.duty_grant g join kernel.person p on p.id = g.person_id
      where g.district = ${district} and g.duty in ('printing', 'certificate_keeping') and g.during @> kernel.now()
        and (p.active_to is null or p.active_to > kernel.now()) order by p.name`
    return {
      stock: shown(lots.filter((one) => !isHidden(one))),
      totals: totals.map((one) =>
        hidden.some(
          ({ kind, edition, place }) =>
            kind === one.kind && edition === one.edition && place.replace(/:.*/, '') === one.place,
        )
          ? { ...one, count: null }
          : one,
      ),
      offers: shown(offers),
      deliveries: shown(deliveries),
      counts,
      differences: shown(differences),
      voids: shown(voids),
      destructions: destructions as Record<string, unknown>[],
      people: people as Record<string, unknown>[],
      acts: deskActs.map(({ type, title, duties, highValue }) => ({
        type,
        title,
        confirmed: highValue ?? false,
        allowed: duties.length === 0 || duties.some((duty) => actor.duties.includes(duty)),
      })),
    } as never
  },
})

/** What the superior bureau sees of all offices: lists that wait for its decision. */
export const destructionsToDecide = query({
  path: 'custody/destructions',
  title: { zh: '待批销毁', en: 'Destructions to decide on' },
  access: 'signed_in',
  duties: ['district_lead', 'inspection'],
  params: Type.Object({}),
  result: Type.Object({ destructions: Rows }),
  async run({ tx }) {
    const destructions = await tx.rows<Record<string, unknown>>`
      select d.id, d.district, o.name_zh as zh, o.name_en as en, d.kind, d.note, d.at, p.name as person,
        (select sum(upper(serials) - lower(serials))::int8 from custody.destruction_item i where i.district = d.district and i.destruction_id = d.id) as count
      from custody.destruction d join kernel.district o on o.id = d.district join kernel.person p on p.id = d.person_id
      where d.state = 'asked' order by d.at limit 200`
    return { destructions }
  },
})
