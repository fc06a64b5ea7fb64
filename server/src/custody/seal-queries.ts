import { Type } from 'typebox'
import { availability } from '../kernel/perform.ts'
import { query } from '../kernel/query.ts'
import { bookDuties, sealHolderDuties } from './duties.ts'
import {
  approveSealHandover,
  cancelSealHandover,
  giveSeal,
  type SealHandover,
  takeSeal,
} from './seal-handover.ts'
import { askSealDestruction, lockSeal, takeSealOutside, unlockSeal } from './seal-life.ts'
import { closeSeals, putBackSeal, registerSeal, retireSeal, type Seal, takeOutSeal } from './seals.ts'

const Rows = Type.Array(Type.Unknown())

/** 印章看板: each seal of the office, in the safe or out, with whom and since when; hand-overs, and the days that were closed. */
export const seals = query({
  path: 'custody/seals',
  title: { zh: '印章看板', en: 'Seals' },
  access: 'signed_in',
  duties: [...new Set([...bookDuties, ...sealHolderDuties])],
  params: Type.Object({}),
  result: Type.Object({
    seals: Rows,
    handovers: Rows,
    closings: Rows,
    people: Rows,
    availability: Type.Record(Type.String(), Type.Unknown()),
  }),
  async run({ tx, district, actor, at }) {
    const rows = await tx.rows<Seal>`
      select s.district, s.no, s.kind, s.name, s.number, s.keeper_id as "keeperId", k.name as keeper, s.position, s.image, s.state, s.locked_at as "lockedAt", coalesce(s.electronic, false) as electronic, s.replaces,
        (select n.no from custody.seal n where n.district = s.district and n.replaces = s.no) as "replacedBy",
        exists (select from custody.destruction_item i where i.district = s.district and i.kind = 'seal' and i.serials @> s.no::int8 and i.open) as "destructionAsked",
        s.no in (select u.no from custody.seals_unattended() u) as unattended, s.act_id as "actId",
        h.place as "sealPlace", w.name as "with",
        (select l.at from kernel.custody_line l where l.district = s.district and l.kind = 'seal' and l.edition = '' and l.serials @> s.no::int8
          and l.from_place is distinct from l.to_place order by l.no desc limit 1) as since,
        (select count(*)::int from kernel.custody_line l where l.district = s.district and l.kind = 'seal' and l.edition = '' and l.serials @> s.no::int8
          and l.movement = 'use' and kernel.day_of(l.at) = kernel.day_of(kernel.now())) as "usesToday",
        exists (select from custody.seal_closing c where c.district = s.district and c.day = kernel.day_of(kernel.now())) as "dayClosed"
      from custody.seal s join kernel.person k on k.id = s.keeper_id
        left join kernel.custody_holding h on h.district = s.district and h.kind = 'seal' and h.edition = '' and h.serials @> s.no::int8
        left join kernel.person w on h.place = 'person:' || w.id::text
      where s.district = ${district} order by s.state, s.no limit 200`
    const handovers = await tx.rows<SealHandover>`
      select o.district, o.id, o.seal_no as "sealNo", s.name, o.from_id as "fromId", f.name as "from", o.to_id as "toId", t.name as "to", o.reason, o.state,
        o.offer_id as "offerId", b.name as "approvedBy", o.at, o.taken_at as "takenAt", o.ended_at as "endedAt", o.end_reason as "endReason", o.act_id as "actId"
      from custody.seal_handover o join custody.seal s on s.district = o.district and s.no = o.seal_no join kernel.person f on f.id = o.from_id
        join kernel.person t on t.id = o.to_id join kernel.person b on b.id = o.approved_by
      where o.district = ${district} order by o.id desc limit 50`
    const closings = await tx.rows`
      select c.day, c.inside, c.outside, c.note, p.name as person, c.at, c.act_id as "actId" from custody.seal_closing c join kernel.person p on p.id = c.person_id
      where c.district = ${district} order by c.day desc limit 31`
    const people = await tx.rows`
      select distinct p.id, p.name from kernel.duty_grant g join kernel.person p on p.id = g.person_id
      where g.district = ${district} and g.duty = any(${sealHolderDuties}) and g.during @> kernel.now()
        and (p.active_to is null or p.active_to > kernel.now()) order by p.name`
    const day = {
      closed: rows.some((one) => one.dayClosed),
      keeps: rows.filter((one) => one.state === 'active').map((one) => one.keeperId),
    }
    return {
      seals: rows.map((one) => ({
        ...one,
        availability: availability(
          [
            takeOutSeal,
            putBackSeal,
            lockSeal,
            unlockSeal,
            approveSealHandover,
            retireSeal,
            askSealDestruction,
            takeSealOutside,
          ],
          one,
          actor,
          at,
        ),
      })),
      handovers: handovers.map((one) => ({
        ...one,
        availability: availability([giveSeal, takeSeal, cancelSealHandover], one, actor, at),
      })),
      closings,
      people,
      availability: {
        ...availability([registerSeal], null, actor, at),
        ...availability([closeSeals], day, actor, at),
      },
    }
  },
})
