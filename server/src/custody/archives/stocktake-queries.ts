import { Type } from 'typebox'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { archiveReaders } from './duties.ts'
import {
  abandonBox,
  closeStocktake,
  explainFile,
  recountBox,
  startBox,
  startStocktake,
  submitBox,
} from './stocktake.ts'
import type { BoxCount, FileDifference, Stocktake } from './subjects.ts'

const Rows = Type.Array(Type.Unknown())

/** 库房清点: rooms with their stock-takes, boxes and how far each is, and what differed. What the book expects is not in it. */
export const archiveStocktakes = query({
  path: 'archives/stocktakes',
  title: { zh: '库房清点', en: 'Stock-takes of the archive' },
  access: 'signed_in',
  duties: archiveReaders,
  params: Type.Object({}),
  result: Type.Object({ rooms: Rows, boxes: Rows, differences: Rows, stocktakes: Rows }),
  async run({ tx, district, actor, at }) {
    const stocktakes = await tx.rows<Stocktake>`
      select k.district, k.id, k.room, k.closed_at is not null as closed, k.at, k.act_id as "actId", p.name as by, k.closed_at as "closedAt", q.name as "closedBy",
        k.closed_in as "closedIn", b.boxes, b.left,
        (select count(*)::int from archives.file_difference d join archives.box_count c on c.district = d.district and c.id = d.count_id
          where c.district = k.district and c.stocktake_id = k.id) as differences
      from archives.stocktake k join kernel.person p on p.id = k.person_id left join kernel.person q on q.id = k.closed_by, lateral (
        select count(*)::int as boxes, count(*) filter (where not exists (select from archives.box_count c where c.district = k.district
          and c.stocktake_id = k.id and c.rack = b.rack and c.box = b.box and c.state in ('agreed', 'differs')))::int as left
        from archives.box b where b.district = k.district and b.room = k.room) b
      where k.district = ${district} order by k.at desc limit 100`
    const rooms = await tx.rows<{ code: string; name: string }>`
      select r.code, r.name, (select max(k.closed_at) from archives.stocktake k where k.district = r.district and k.room = r.code) as "lastAt"
      from archives.room r where r.district = ${district} order by r.code`
    const boxes = await tx.rows<BoxCount & { countId: string | null }>`
      select k.id as "stocktakeId", b.room, b.rack, b.box, c.id as "countId", c.state, c.person_id as "personId", p.name as counter, s.name as second,
        'shelf:' || b.room || '/' || b.rack || '/' || b.box as place, c.act_id as "actId"
      from archives.stocktake k join archives.box b on b.district = k.district and b.room = k.room
        left join archives.box_count c on c.district = k.district and c.stocktake_id = k.id and c.rack = b.rack and c.box = b.box and c.state <> 'abandoned'
        left join kernel.person p on p.id = c.person_id left join kernel.person s on s.id = c.second_by
      where k.district = ${district} and k.closed_at is null order by b.room, b.rack, b.box limit 5000`
    const differences = await tx.rows<FileDifference>`
      select d.id, f.number as file, d.place, d.side, d.at, d.act_id as "actId", d.outcome, d.explanation, e.name as "explainedBy", d.explained_at as "explainedAt",
        array[c.person_id::text, c.second_by::text] as counters, d.place as now
      from archives.file_difference d join archives.file f on f.district = d.district and f.no = d.file_no
        join archives.box_count c on c.district = d.district and c.id = d.count_id left join kernel.person e on e.id = d.explained_by
      where d.district = ${district} order by d.outcome is not null, d.at desc limit 200`
    return {
      rooms: rooms.map((room) => {
        const open = stocktakes.find((one) => one.room === room.code && !one.closed)
        return {
          ...room,
          open: open ?? null,
          availability: open
            ? availability([closeStocktake, startBox], open, actor, at)
            : availability([startStocktake], { ...room, district }, actor, at),
        }
      }),
      boxes: boxes.map((one) =>
        one.countId
          ? { ...one, availability: availability([submitBox, abandonBox, recountBox], one, actor, at) }
          : one,
      ),
      differences: differences.map((one) => ({
        ...one,
        availability: availability([explainFile], one, actor, at),
      })),
      stocktakes: stocktakes.filter((one) => one.closed),
    }
  },
})
