import { Type } from 'typebox'
import { rangeText } from '../kernel/ledger.ts'
import { availability } from '../kernel/perform.ts'
import { query } from '../kernel/query.ts'
import type { Tx } from '../platform/db/tx.ts'
import { abandonCount, explain, recount, startCount, submitCount } from './count.ts'
import { countDelivery, receive } from './deliveries.ts'
import { askDestruction, decideDestruction, witness } from './destruction.ts'
import { bookDuties } from './duties.ts'
import { endOffer, offer, take } from './handover.ts'
import { setReorderLevel } from './reorder.ts'
import { printedRange } from './serials.ts'
import type { Count, Delivery, Destruction, Difference, Offer } from './subjects.ts'
import { voidBlanks } from './void.ts'

const Rows = Type.Array(Type.Unknown())
const Availability = Type.Record(Type.String(), Type.Unknown())
const pageSize = 50
const before = { before: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$' })) }
const Page = Type.Object({
  items: Rows,
  next: Type.Union([Type.String(), Type.Null()]),
  availability: Availability,
})

interface Lot {
  edition: string
  from: number
  to: number
}
const shown = <T extends Lot>(rows: T[]) =>
  rows.map((row) => ({ ...row, range: printedRange(row.edition, row), count: row.to - row.from }))
/** A page of rows whose ids are by time, newest first. */
const paged = <T extends { id: string }>(rows: T[]) => ({
  items: rows.slice(0, pageSize),
  next: rows.length > pageSize ? rows[pageSize - 1]!.id : null,
})

/** Places of an office that are being counted: what lies there is told to nobody until the count is over. */
const countedPlaces = (tx: Tx, district: string) =>
  tx.rows<{ kind: string; edition: string; place: string }>`
    select kind, edition, place from custody.count where district = ${district} and state in ('counting', 'recounting')`

/** 保管台: what of the office's blanks lies where, what waits for a signature, and who may take it. */
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
    people: Rows,
    levels: Rows,
    counting: Rows,
    availability: Availability,
  }),
  async run({ tx, district, actor, at }) {
    const counting = await countedPlaces(tx, district)
    const lots = await tx.rows<Lot & { kind: string; place: string }>`
      select h.kind, h.edition, lower(h.serials) as "from", upper(h.serials) as "to", h.place, p.name as person, c.number as certificate
      from kernel.custody_holding h
        left join kernel.person p on h.place = 'person:' || p.id::text
        left join register.certificate c on c.district = h.district and h.place = 'certificate:' || c.id::text
      where h.district = ${district} and h.kind in ('certificate', 'proof') and h.place not in ('holder', 'destroyed')
      order by h.kind, h.edition, h.place, h.serials limit 500`
    const isCounted = (one: { kind: string; edition: string; place: string }) =>
      counting.some(
        ({ kind, edition, place }) => kind === one.kind && edition === one.edition && place === one.place,
      )
    const totals = await tx.rows<{ kind: string; place: string; count: number }>`
      select kind, split_part(place, ':', 1) as place, sum(upper(serials) - lower(serials))::int8 as count from kernel.custody_holding
      where district = ${district} and kind in ('certificate', 'proof') group by 1, 2 order by 1, 2`
    const offers = await tx.rows<Lot & Offer>`
      select o.district, o.id, o.kind, o.edition, lower(o.serials) as "from", upper(o.serials) as "to", o.movement, o.state,
        o.from_place as "fromPlace", o.to_place as "toPlace", g.name as giver, o.giver_id as "personId", t.name as taker, o.at, o.note, o.act_id as "actId"
      from kernel.custody_offer o join kernel.person g on g.id = o.giver_id left join kernel.person t on o.to_place = 'person:' || t.id::text
      where o.district = ${district} and o.state = 'offered' and o.kind in ('certificate', 'proof') order by o.at limit 200`
    const people = await tx.rows`
      select p.id, p.name, bool_or(g.duty = 'certificate_keeping') as keeps from kernel.duty_grant g join kernel.person p on p.id = g.person_id
      where g.district = ${district} and g.duty in ('printing', 'certificate_keeping') and g.during @> kernel.now()
        and (p.active_to is null or p.active_to > kernel.now()) group by p.id, p.name order by p.name`
    const levels = await tx.rows`
      select k.kind, coalesce(r.level, 1000)::int as level from (values ('certificate'), ('proof')) k (kind)
        left join custody.reorder_level r on r.district = ${district} and r.kind = k.kind`
    // Of a class of place of which any is counted nothing is summed; what is counted itself the database keeps back anyway.
    const summed = new Map<string, { kind: string; place: string; count: number | null }>(
      totals.map((one) => [`${one.kind} ${one.place}`, one]),
    )
    for (const { kind, place } of counting) {
      const of = place.replace(/:.*/, '')
      summed.set(`${kind} ${of}`, { kind, place: of, count: null })
    }
    return {
      stock: shown(lots.filter((one) => !isCounted(one))),
      totals: [...summed.values()],
      offers: shown(offers).map((one) => ({
        ...one,
        availability: availability([take, endOffer], one, actor, at),
      })),
      people,
      levels,
      counting,
      availability: availability([offer, setReorderLevel], null, actor, at),
    }
  },
})

/** 入库单: deliveries of the office, newest first. */
export const deliveries = query({
  path: 'custody/deliveries',
  title: { zh: '证书入库', en: 'Deliveries of blanks' },
  access: 'signed_in',
  duties: bookDuties,
  params: Type.Object(before),
  result: Page,
  async run({ tx, district, actor, at }, { before: key = null }) {
    const rows = await tx.rows<Delivery & { id: string }>`
      select d.district, d.id, d.kind, d.edition, lower(d.serials) as "from", upper(d.serials) as "to", d.batch, d.source, d.at, p.name as person,
        d.person_id as "personId", d.counted_by as "countedBy", c.name as counter, d.counted_at as "countedAt", d.counted, d.note, d.act_id as "actId",
        (select coalesce(sum(upper(v.serials) - lower(v.serials)), 0)::int8 from custody.void v where v.district = d.district and v.kind = d.kind
          and v.edition = d.edition and v.reason = 'damaged_on_delivery' and d.serials @> v.serials) as damaged
      from custody.delivery d join kernel.person p on p.id = d.person_id left join kernel.person c on c.id = d.counted_by
      where d.district = ${district} and (${key}::uuid is null or d.id < ${key}::uuid) order by d.id desc limit ${pageSize + 1}`
    const { items, next } = paged(rows)
    return {
      items: shown(items).map((one) => ({
        ...one,
        availability: availability([countDelivery], one, actor, at),
      })),
      next,
      availability: availability([receive], null, actor, at),
    }
  },
})

/** 作废登记: the list of voids, newest first. */
export const voids = query({
  path: 'custody/voids',
  title: { zh: '作废登记', en: 'List of voids' },
  access: 'signed_in',
  duties: bookDuties,
  params: Type.Object(before),
  result: Page,
  async run({ tx, district, actor, at }, { before: key = null }) {
    const rows = await tx.rows<Lot & { id: string }>`
      select v.id, v.kind, v.edition, lower(v.serials) as "from", upper(v.serials) as "to", v.reason, v.note, v.at, p.name as person, v.photo, v.case_id as "caseId",
        v.act_id as "actId", (select d.state from custody.destruction_item i join custody.destruction d on d.district = i.district and d.id = i.destruction_id
          where i.district = v.district and i.kind = v.kind and i.edition = v.edition and i.serials && v.serials and d.state <> 'rejected' limit 1) as destruction
      from custody.void v join kernel.person p on p.id = v.person_id
      where v.district = ${district} and (${key}::uuid is null or v.id < ${key}::uuid) order by v.id desc limit ${pageSize + 1}`
    const { items, next } = paged(rows)
    return {
      items: shown(items),
      next,
      availability: availability([voidBlanks, askDestruction], null, actor, at),
    }
  },
})

/**
 * 销毁清单: what is to be destroyed, with its numbers and how far it has come. Of one's own office to everybody there,
 * because any colleague may be asked to witness; of all offices to the bureau that approves.
 */
export const destructions = query({
  path: 'custody/destructions',
  title: { zh: '销毁清单', en: 'Lists to be destroyed' },
  access: 'signed_in',
  duties: [],
  params: Type.Object(before),
  result: Page,
  async run({ tx, actor, at }, { before: key = null }) {
    const rows = await tx.rows<Destruction & { items: Lot[] }>`
      select d.district, d.id, d.kind, d.note, d.at, d.state, p.name as person, d.person_id as "personId", b.name as decider, d.decided_by as "decidedBy",
        d.decided_at as "decidedAt", d.decision_no as "decisionNo", d.minutes, d.witness_1 as witness1, w.name as "witness1Name", d.witnessed_1 as "witnessed1At",
        z.name as "witness2Name", d.witnessed_2 as "witnessed2At", d.act_id as "actId",
        (select jsonb_agg(jsonb_build_object('edition', i.edition, 'from', lower(i.serials), 'to', upper(i.serials)) order by i.no)
          from custody.destruction_item i where i.district = d.district and i.destruction_id = d.id) as items,
        (select coalesce(jsonb_agg(s.keeper_id), '[]') from custody.destruction_item i join custody.seal s on s.district = i.district and i.serials @> s.no::int8
          where i.district = d.district and i.destruction_id = d.id and i.kind = 'seal') as keepers,
        (select coalesce(jsonb_agg(f.file order by f.no), '[]') from custody.destruction_photo f where f.district = d.district and f.destruction_id = d.id) as photos
      from custody.destruction d join kernel.person p on p.id = d.person_id left join kernel.person b on b.id = d.decided_by
        left join kernel.person w on w.id = d.witness_1 left join kernel.person z on z.id = d.witness_2
      where ${key}::uuid is null or d.id < ${key}::uuid order by d.id desc limit ${pageSize + 1}`
    const { items, next } = paged(rows)
    return {
      items: items.map(({ items: lots, ...one }) => ({
        ...one,
        ranges: lots.map((lot) => (one.kind === 'seal' ? rangeText(lot) : printedRange(lot.edition, lot))),
        count: lots.reduce((sum, { from, to }) => sum + to - from, 0),
        availability: availability([decideDestruction, witness], one, actor, at),
      })),
      next,
      availability: {},
    }
  },
})

/** 盘点: stock-takes, newest first, and differences that are not explained. What is expected stands only in those that are over. */
export const counts = query({
  path: 'custody/counts',
  title: { zh: '盘点', en: 'Stock-takes' },
  access: 'signed_in',
  duties: bookDuties,
  params: Type.Object(before),
  result: Type.Intersect([Page, Type.Object({ differences: Rows, places: Rows })]),
  async run({ tx, district, actor, at }, { before: key = null }) {
    const rows = await tx.rows<Count>`
      select c.district, c.id, c.kind, c.edition, c.place, w.name as "of", c.at, c.state, p.name as person, c.person_id as "personId", s.name as second,
        c.first_at as "firstAt", c.second_at as "secondAt", c.act_id as "actId",
        case when c.state in ('agreed', 'differs') then (select coalesce(sum(upper(r) - lower(r)), 0)::int8 from unnest(c.expected) r) end as expected,
        case when c.state in ('agreed', 'differs') then (select coalesce(sum(upper(r) - lower(r)), 0)::int8 from unnest(coalesce(c.second, c.first)) r) end as counted
      from custody.count c join kernel.person p on p.id = c.person_id left join kernel.person s on s.id = c.second_by
        left join kernel.person w on c.place = 'person:' || w.id::text
      where c.district = ${district} and (${key}::uuid is null or c.id < ${key}::uuid) order by c.id desc limit ${pageSize + 1}`
    const differences = key
      ? []
      : await tx.rows<Difference>`
          select d.district, d.id, d.kind, d.edition, lower(d.serials) as "from", upper(d.serials) as "to", d.side, d.place, w.name as "of", d.at, d.outcome,
            d.explanation, e.name as "explainedBy", d.explained_at as "explainedAt", d.act_id as "actId", array[c.person_id, c.second_by] as counters
          from custody.difference d join custody.count c on c.district = d.district and c.id = d.count_id left join kernel.person e on e.id = d.explained_by
            left join kernel.person w on d.place = 'person:' || w.id::text
          where d.district = ${district} order by d.outcome is not null, d.id desc limit 100`
    // Whoever may hold something can be counted, whether or not they do: the list tells nothing.
    const places = key
      ? []
      : await tx.rows`
          select distinct p.id, p.name from kernel.duty_grant g join kernel.person p on p.id = g.person_id
          where g.district = ${district} and g.duty in ('printing', 'certificate_keeping') and g.during @> kernel.now() order by p.name`
    const { items, next } = paged(rows)
    return {
      items: items.map((one) => ({
        ...one,
        availability: availability([submitCount, abandonCount, recount], one, actor, at),
      })),
      next,
      differences: shown(differences).map((one) => ({
        ...one,
        availability: availability([explain], one, actor, at),
      })),
      places,
      availability: availability([startCount], null, actor, at),
    }
  },
})
