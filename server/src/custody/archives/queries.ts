import { Type } from 'typebox'
import { availability, type ReadCtx } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import { bindFile } from './binding.ts'
import { archiveReaders } from './duties.ts'
import { foundFile, reportLoss } from './incidents.ts'
import {
  askLoan,
  decideLoan,
  giveBack,
  handOut,
  receiveBack,
  signForLoan,
  usualLoanDays,
  withdrawLoan,
} from './loans.ts'
import { usualInspectionDays } from './periodic.ts'
import { askAppraisal } from './retention.ts'
import { addBoxes, inspectRoom, openRoom, setPeriods } from './rooms.ts'
import { shelfPlace } from './rules.ts'
import { answerScan, measureScans, recheckFile } from './scans.ts'
import { type ArchiveFile, archiveFileSubject, FileNumber, type Loan } from './subjects.ts'
import { endFileOffer, offerFile, shelve, takeFile } from './transfer.ts'

const Rows = Type.Array(Type.Unknown())
const Availability = Type.Record(Type.String(), Type.Unknown())
const loanActs = [decideLoan, handOut, signForLoan, withdrawLoan, giveBack, receiveBack]
const rowsMax = 200

/** Loans of the office with what may be done with each now: those under way, or all of one file. */
async function loansOf({ tx, district, actor, at }: ReadCtx, fileNo: number | null) {
  const rows = await tx.rows<Loan>`
    select b.district, b.id, b.file_no as "fileNo", f.number as file, f.pages, coalesce(kernel.where_is('file', '', f.no), 'counted') as place, archives.is_stopped(f.no) as stopped, b.outside, b.purpose,
      b.borrower_id as "borrowerId", p.name as borrower, b.state, b.decided_by as "decidedBy", d.name as decider, b.decision, b.handed_by as "handedBy",
      h.name as hander, b.pages_out as "pagesOut", b.offer_id as "offerId", b.back_offer_id as "backOfferId", o.from_place as home,
      b.due_on as "dueOn", coalesce(b.state in ('out', 'returning') and b.due_on < kernel.day_of(kernel.now()), false) as overdue, b.at, b.act_id as "actId",
      b.taken_at as "takenAt", b.received_at as "receivedAt", r.name as receiver, b.pages_back as "pagesBack", b.damaged, b.condition_back as "conditionBack",
      exists (select from archives.loan x where x.district = b.district and x.file_no = b.file_no and x.id <> b.id and x.state in ('handed', 'out', 'returning')) as lent
    from archives.loan b join archives.file f on f.district = b.district and f.no = b.file_no join kernel.person p on p.id = b.borrower_id
      left join kernel.custody_offer o on o.district = b.district and o.id = b.offer_id
      left join kernel.person d on d.id = b.decided_by left join kernel.person h on h.id = b.handed_by left join kernel.person r on r.id = b.received_by
    where b.district = ${district} and case when ${fileNo}::int8 is null then b.state in ('asked', 'approved', 'handed', 'out', 'returning')
      else b.file_no = ${fileNo}::int8 end
    order by b.id desc limit ${rowsMax}`
  return rows.map((one) => ({ ...one, availability: availability(loanActs, one, actor, at) }))
}

/** 档案工作台: files in my hands, on their way to the room, waiting for a shelf; and every loan under way. */
export const archiveDesk = query({
  path: 'archives/desk',
  title: { zh: '档案工作台', en: 'Archive desk' },
  access: 'signed_in',
  duties: archiveReaders,
  params: Type.Object({}),
  result: Type.Object({
    mine: Rows,
    offered: Rows,
    unshelved: Rows,
    loans: Rows,
    missing: Rows,
    loanDays: Type.Integer(),
    inspectionDays: Type.Integer(),
    availability: Availability,
  }),
  async run(ctx) {
    const { tx, district, actor, at } = ctx
    const lying = (place: string) => tx.rows`
      select f.number, c.number as "caseNumber", f.case_id as "caseId", f.pages, f.at, p.name as "filedBy", f.act_id as "actId",
        exists (select from archives.recheck k where k.district = f.district and k.file_no = f.no) as checked,
        exists (select from archives.binding g where g.district = f.district and g.file_no = f.no) as bound, coalesce(f.term, 'permanent') as term,
        exists (select from kernel.custody_offer o where o.district = f.district and o.kind = 'file' and o.serials @> f.no and o.state = 'offered') as offered,
        exists (select from archives.loan b where b.district = f.district and b.file_no = f.no and b.state in ('out', 'returning')) as lent
      from kernel.custody_holding h join archives.file f on f.district = h.district and f.no >= lower(h.serials) and f.no < upper(h.serials)
        join cases.case c on c.district = f.district and c.id = f.case_id join kernel.person p on p.id = f.person_id
      where h.district = ${district} and h.kind = 'file' and h.place = ${place} order by f.no limit ${rowsMax}`
    const offered = await tx.rows<{ giverId: string }>`
      select f.number, f.pages, coalesce(f.term, 'permanent') as term, g.name as giver, o.giver_id as "giverId", o.at, o.act_id as "actId" from kernel.custody_offer o
        join archives.file f on f.district = o.district and f.no = lower(o.serials) join kernel.person g on g.id = o.giver_id
      where o.district = ${district} and o.kind = 'file' and o.state = 'offered' and o.to_place = 'store' order by o.id limit ${rowsMax}`
    const { loanDays, inspectionDays } = await tx.one<{ loanDays: number; inspectionDays: number }>`
      select coalesce((select days::int from archives.period where district = ${district} and name = 'loan'), ${usualLoanDays}) as "loanDays",
        coalesce((select days::int from archives.room_pace where district = ${district} order by at desc, id desc limit 1),
          (select days::int from archives.period where district = ${district} and name = 'inspection'), ${usualInspectionDays}) as "inspectionDays"`
    return {
      mine: await lying(`person:${actor.personId}`),
      offered: offered.map((one) => {
        const waiting = { offer: { id: '', giver: one.giverId } } as ArchiveFile
        return { ...one, availability: availability([takeFile, endFileOffer], waiting, actor, at) }
      }),
      unshelved: await lying('store'),
      missing: await lying('missing'),
      loans: await loansOf(ctx, null),
      loanDays,
      inspectionDays,
      availability: availability([setPeriods], null, actor, at),
    }
  },
})

/** 案卷: one file from its making to its end: contents, pictures, place, loans, and every step with its act. */
export const archiveFile = query({
  path: 'archives/files/:number',
  title: { zh: '案卷', en: 'A file' },
  access: 'signed_in',
  duties: archiveReaders,
  params: Type.Object({ number: FileNumber }),
  result: Type.Object({
    file: Type.Unknown(),
    items: Rows,
    scans: Rows,
    scanPages: Rows,
    unmeasured: Rows,
    loans: Rows,
    boxes: Rows,
    life: Rows,
    availability: Availability,
  }),
  async run(ctx, { number }) {
    const { tx, district, actor, at } = ctx
    const state = await archiveFileSubject.load(tx, number, false)
    if (!state) return refuseKernel('not_found')
    const file = await tx.one`
      select f.number, f.no, f.pages, f.items, coalesce(f.term, 'permanent') as term, f.scan_set as "scanSet", f.at, f.act_id as "actId", p.name as "filedBy", c.number as "caseNumber", f.case_id as "caseId",
        c.unit_code as "unitCode", u.location, coalesce(h.place, 'counted') as place, w.name as holder, archives.scan_set(f.case_id) = f.scan_set as "scansSame", k.name as "checkedBy", r.at as "checkedAt",
        g.cover, g.pages as "pagesBound", n.name as "boundBy", g.at as "boundAt", g.act_id as "boundIn"
      from archives.file f join kernel.person p on p.id = f.person_id join cases.case c on c.district = f.district and c.id = f.case_id
        join cadastre.unit u on u.district = c.district and u.code = c.unit_code
        left join kernel.custody_holding h on h.district = f.district and h.kind = 'file' and h.serials @> f.no
        left join kernel.person w on h.place = 'person:' || w.id::text
        left join archives.recheck r on r.district = f.district and r.file_no = f.no left join kernel.person k on k.id = r.person_id
        left join archives.binding g on g.district = f.district and g.file_no = f.no left join kernel.person n on n.id = g.person_id
      where f.district = ${district} and f.no = ${state.no}`
    const items = await tx.rows`
      select item, title, content, first_page as "firstPage", pages from archives.item where district = ${district} and file_no = ${state.no} order by item`
    const scans = await tx.rows`
      select s.material_no as no, m.name, m.pages, m.file, s.width, s.height, s.brightness, s.ink, s.skew, s.flags, s.seen, s.fault, s.answer, p.name as "answeredBy", s.answered_at as "answeredAt"
      from archives.scan s join cases.material m on m.district = s.district and m.case_id = ${state.caseId}::uuid and m.no = s.material_no
        left join kernel.person p on p.id = s.answered_by
      where s.district = ${district} and s.file_no = ${state.no} order by s.material_no`
    const pages = await tx.rows`
      select material_no as no, page, width, height, brightness, ink, skew, flags from archives.scan_page
      where district = ${district} and file_no = ${state.no} order by material_no, page limit 3000`
    const unmeasured = await tx.rows`
      select m.no, m.name, m.pages, m.file, m.media from cases.material m where m.district = ${district} and m.case_id = ${state.caseId}::uuid
        and not exists (select from archives.scan s where s.district = m.district and s.file_no = ${state.no} and s.material_no = m.no) order by m.no`
    const boxes =
      await tx.rows`select room, rack, box from archives.box where district = ${district} order by room, rack, box limit 5000`
    const life = await tx.rows`
      select l.at, l.movement as step, l.from_place as "fromPlace", l.to_place as "toPlace", f.name as "fromName", t.name as "toName", p.name as person, null as note, l.act_id as "actId"
      from kernel.custody_line l left join kernel.person p on p.id = l.person_id
        left join kernel.person f on l.from_place = 'person:' || f.id::text left join kernel.person t on l.to_place = 'person:' || t.id::text
      where l.district = ${district} and l.kind = 'file' and l.serials @> ${state.no}::int8
      union all select r.at, 'recheck', null, null, null, null, p.name, null, r.act_id from archives.recheck r join kernel.person p on p.id = r.person_id
      where r.district = ${district} and r.file_no = ${state.no}
      union all select g.at, 'bound', null, null, null, null, p.name, null, g.act_id from archives.binding g join kernel.person p on p.id = g.person_id
      where g.district = ${district} and g.file_no = ${state.no}
      union all select b.at, case when b.outside then 'asked_out' else 'asked_in' end, null, null, null, null, p.name, b.purpose, b.act_id from archives.loan b join kernel.person p on p.id = b.borrower_id
      where b.district = ${district} and b.file_no = ${state.no}
      union all select b.decided_at, case when b.state = 'rejected' then 'rejected' else 'approved' end, null, null, null, null, p.name, b.decision, null from archives.loan b join kernel.person p on p.id = b.decided_by
      where b.district = ${district} and b.file_no = ${state.no}
      union all select i.at, i.kind, null, null, null, null, p.name, i.note, i.act_id from archives.incident i join kernel.person p on p.id = i.person_id
      where i.district = ${district} and i.file_no = ${state.no}
      order by 1 limit 500`
    return {
      file,
      items,
      scans,
      scanPages: pages,
      unmeasured,
      boxes,
      loans: await loansOf(ctx, state.no),
      life,
      availability: availability(
        [
          measureScans,
          answerScan,
          recheckFile,
          bindFile,
          offerFile,
          takeFile,
          endFileOffer,
          shelve,
          askLoan,
          reportLoss,
          foundFile,
          askAppraisal,
        ],
        state,
        actor,
        at,
      ),
    }
  },
})

/** 档案地图: rooms, their racks and boxes with how many files lie in each, and how each room was found at its last inspections. */
export const archiveMap = query({
  path: 'archives/map',
  title: { zh: '档案地图', en: 'Archive map' },
  access: 'signed_in',
  duties: archiveReaders,
  params: Type.Object({}),
  result: Type.Object({
    rooms: Rows,
    boxes: Rows,
    inspections: Rows,
    terms: Rows,
    availability: Availability,
  }),
  async run({ tx, district, actor, at }) {
    const rooms = await tx.rows`
      select a.code, a.name, a.since, a.days::int, a.since <= kernel.now() - make_interval(days => a.days) as overdue
      from archives.room_age a where a.district = ${district} order by a.code`
    const boxes = await tx.rows`
      select b.room, b.rack, b.box, coalesce(h.files, 0)::int as files,
        kernel.is_counted(b.district, 'file', '', 'shelf:' || b.room || '/' || b.rack || '/' || b.box) as counted
      from archives.box b
        left join (select place, sum(upper(serials) - lower(serials)) as files from kernel.custody_holding where district = ${district} and kind = 'file' group by place) h
          on h.place = 'shelf:' || b.room || '/' || b.rack || '/' || b.box
      where b.district = ${district} order by b.room, b.rack, b.box limit 5000`
    const inspections = await tx.rows`
      select i.room, i.fire, i.theft, i.damp, i.temperature::text, i.humidity::text, i.note, p.name as person, i.at, i.act_id as "actId"
      from archives.inspection i join kernel.person p on p.id = i.person_id where i.district = ${district} order by i.at desc limit 100`
    const terms = await tx.rows`
      select kind, term, years::int from archives.term order by years desc nulls first, kind <> 'register', kind`
    return {
      rooms,
      boxes,
      inspections,
      terms,
      availability: availability([openRoom, addBoxes, inspectRoom], null, actor, at),
    }
  },
})

/** 盒内案卷: the files that lie in one box, for the list on its lid. */
export const archiveBox = query({
  path: 'archives/boxes/:room/:rack/:box',
  title: { zh: '盒内案卷', en: 'Files in a box' },
  access: 'signed_in',
  duties: archiveReaders,
  params: Type.Object({
    room: Type.String({ pattern: '^[A-Z0-9]{1,6}$' }),
    rack: Type.String({ pattern: '^[A-Z0-9]{1,4}$' }),
    box: Type.String({ pattern: '^[A-Z0-9]{1,4}$' }),
  }),
  result: Type.Object({
    files: Rows,
    counted: Type.Boolean({ description: 'It is being counted, so nothing is told of it.' }),
  }),
  async run({ tx, district }, { room, rack, box }) {
    const known = await tx.maybe<{ counted: boolean }>`
      select kernel.is_counted(district, 'file', '', ${shelfPlace(room, rack, box)}) as counted from archives.box where district = ${district} and room = ${room} and rack = ${rack} and box = ${box}`
    if (!known) return refuseKernel('not_found')
    const files = await tx.rows`
      select f.number, c.number as "caseNumber", f.pages, coalesce(f.term, 'permanent') as term, u.location, f.at from kernel.custody_holding h
        join archives.file f on f.district = h.district and f.no >= lower(h.serials) and f.no < upper(h.serials)
        join cases.case c on c.district = f.district and c.id = f.case_id join cadastre.unit u on u.district = c.district and u.code = c.unit_code
      where h.district = ${district} and h.kind = 'file' and h.place = ${shelfPlace(room, rack, box)} order by f.no limit 1000`
    return { files, counted: known.counted }
  },
})
