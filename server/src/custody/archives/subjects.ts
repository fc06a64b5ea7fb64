import { Type } from 'typebox'
import type { Guard, Subject } from '../../kernel/act.ts'
import type { Place } from '../../kernel/ledger.ts'
import { refuseArchive, type Term } from './rules.ts'

/** A file with everything its guards look at. */
export interface ArchiveFile {
  district: string
  no: number
  number: string
  caseId: string
  pages: number
  filedBy: string
  place: Place
  checked: boolean
  bound: boolean
  /** It differed at a stock-take, and nobody has explained that yet. */
  stopped: boolean
  term: Term
  /** Null when it is kept for ever. */
  keptUntil: string | null
  /** Pictures of the case that were not measured yet, and warnings without an answer. */
  unmeasured: number
  unanswered: number
  answeredBy: string[]
  /** A hand-over to the room that waits for the second signature. */
  offer: { id: string; giver: string } | null
  /** A loan under way: handed, out or on its way back. */
  loan: { id: string; borrower: string; state: string; backOffer: string | null } | null
}

export const FileNumber = Type.String({
  title: '档号|File number',
  pattern: '^[A-Z0-9]{2,20}-\\d{4}-[A-Z0-9]{1,10}-\\d{6,10}$',
})
/** A file whose box is counted is told to nobody, and nothing is done with it meanwhile. */
export const notCounted: Guard<{ place: Place }, unknown> = ({ place }) =>
  place === 'counted' ? refuseArchive('file_counted') : null
export const inRoom = (place: Place): boolean => place === 'store' || place.startsWith('shelf:')
export const oneFile = (no: number) => ({ from: no, to: no + 1 })

export const archiveFileSubject: Subject<ArchiveFile> = {
  kind: 'archive',
  async load(tx, number, lock) {
    // Nothing of a file's row changes; who moves one waits for others who move files of this office.
    if (lock) await tx.one`select kernel.look_up('file', '', '[0,1)', true)`
    return tx.maybe<ArchiveFile>`
      select f.district, f.no, f.number, f.case_id as "caseId", f.pages, f.person_id as "filedBy", coalesce(kernel.where_is('file', '', f.no), 'counted') as place,
        exists (select from archives.recheck c where c.district = f.district and c.file_no = f.no) as checked,
        exists (select from archives.binding g where g.district = f.district and g.file_no = f.no) as bound, archives.is_stopped(f.no) as stopped,
        coalesce(f.term, archives.term_of(f.case_id)) as term,
        f.at + make_interval(years => (select t.years::int from archives.term t where t.kind = 'case:' || split_part(f.number, '-', 3) and t.term = f.term)) as "keptUntil",
        (select count(*)::int from cases.material m where m.district = f.district and m.case_id = f.case_id
          and not exists (select from archives.scan s where s.district = f.district and s.file_no = f.no and s.material_no = m.no)) as unmeasured,
        (select count(*)::int from archives.scan s where s.district = f.district and s.file_no = f.no and s.flags <> '{}' and s.answer is null) as unanswered,
        (select coalesce(array_agg(distinct s.answered_by::text) filter (where s.answered_by is not null), '{}') from archives.scan s
          where s.district = f.district and s.file_no = f.no) as "answeredBy",
        (select jsonb_build_object('id', o.id, 'giver', o.giver_id) from kernel.custody_offer o where o.district = f.district and o.kind = 'file'
          and o.serials = int8range(f.no, f.no + 1) and o.state = 'offered' and o.movement = 'return' and o.to_place = 'store') as offer,
        (select jsonb_build_object('id', b.id, 'borrower', b.borrower_id, 'state', b.state, 'backOffer', b.back_offer_id) from archives.loan b
          where b.district = f.district and b.file_no = f.no and b.state in ('handed', 'out', 'returning')) as loan
      from archives.file f where f.district = kernel.act_district() and f.number = ${number}`
  },
}

/** A loan with everything its guards look at. */
export interface Loan {
  district: string
  id: string
  fileNo: number
  file: string
  pages: number
  place: Place
  stopped: boolean
  outside: boolean
  borrowerId: string
  state:
    | 'asked'
    | 'approved'
    | 'rejected'
    | 'withdrawn'
    | 'handed'
    | 'out'
    | 'returning'
    | 'returned'
    | 'lost'
  decidedBy: string | null
  handedBy: string | null
  pagesOut: number | null
  offerId: string | null
  backOfferId: string | null
  /** Where the file lay before it was handed out. */
  home: Place | null
  lent: boolean
}

export const loanSubject: Subject<Loan> = {
  kind: 'loan',
  async load(tx, id, lock) {
    if (!/^[0-9a-f-]{36}$/.test(id)) return null
    if (lock) {
      await tx.one`select kernel.look_up('file', '', '[0,1)', true)`
      await tx.maybe`select 1 from archives.loan where district = kernel.act_district() and id = ${id}::uuid for update`
    }
    return tx.maybe<Loan>`
      select b.district, b.id, b.file_no as "fileNo", f.number as file, f.pages, coalesce(kernel.where_is('file', '', f.no), 'counted') as place, archives.is_stopped(f.no) as stopped, b.outside,
        b.borrower_id as "borrowerId", b.state, b.decided_by as "decidedBy", b.handed_by as "handedBy", b.pages_out as "pagesOut",
        b.offer_id as "offerId", b.back_offer_id as "backOfferId", o.from_place as home,
        exists (select from archives.loan x where x.district = b.district and x.file_no = b.file_no and x.id <> b.id and x.state in ('handed', 'out', 'returning')) as lent
      from archives.loan b join archives.file f on f.district = b.district and f.no = b.file_no
        left join kernel.custody_offer o on o.district = b.district and o.id = b.offer_id
      where b.district = kernel.act_district() and b.id = ${id}::uuid`
  },
}

/** Refuses a step of a loan that is not in one of these states. */
export const loanIn =
  (...states: readonly Loan['state'][]): Guard<Loan, unknown> =>
  (loan) =>
    states.includes(loan.state) ? null : refuseArchive('loan_step')
export const ownLoan: Guard<Loan, unknown> = (loan, { actor }) =>
  loan.borrowerId === actor.personId ? null : refuseArchive('loan_not_yours')

/** A stock-take of a room. */
export interface Stocktake {
  district: string
  id: string
  room: string
  closed: boolean
  boxes: number
  /** Boxes that were not counted to the end. */
  left: number
  differences: number
}
const isId = (id: string): boolean => /^[0-9a-f-]{36}$/.test(id)

export const stocktakeSubject: Subject<Stocktake> = {
  kind: 'file_stocktake',
  async load(tx, id, lock) {
    if (!isId(id)) return null
    if (lock)
      await tx.maybe`select 1 from archives.stocktake where district = kernel.act_district() and id = ${id}::uuid for update`
    return tx.maybe<Stocktake>`
      select k.district, k.id, k.room, k.closed_at is not null as closed, b.boxes, b.left,
        (select count(*)::int from archives.file_difference d join archives.box_count c on c.district = d.district and c.id = d.count_id
          where c.district = k.district and c.stocktake_id = k.id) as differences
      from archives.stocktake k, lateral (
        select count(*)::int as boxes, count(*) filter (where not exists (select from archives.box_count c where c.district = k.district
          and c.stocktake_id = k.id and c.rack = b.rack and c.box = b.box and c.state in ('agreed', 'differs')))::int as left
        from archives.box b where b.district = k.district and b.room = k.room) b
      where k.district = kernel.act_district() and k.id = ${id}::uuid`
  },
}

/** The count of one box; never what was counted before. */
export interface BoxCount {
  district: string
  id: string
  place: Place
  stopId: string
  personId: string
  state: 'counting' | 'recounting' | 'agreed' | 'differs' | 'abandoned'
}
export const boxCountSubject: Subject<BoxCount> = {
  kind: 'box_count',
  async load(tx, id, lock) {
    if (!isId(id)) return null
    if (lock)
      await tx.maybe`select 1 from archives.box_count where district = kernel.act_district() and id = ${id}::uuid for update`
    return tx.maybe<BoxCount>`
      select district, id, 'shelf:' || room || '/' || rack || '/' || box as place, stop_id as "stopId", person_id as "personId", state
      from archives.box_count where district = kernel.act_district() and id = ${id}::uuid`
  },
}

export interface FileDifference {
  district: string
  id: string
  fileNo: number
  file: string
  /** The box that was counted, and where the book has the file now. */
  place: Place
  now: Place
  side: 'missing' | 'surplus'
  stopId: string
  findingId: string
  outcome: string | null
  counters: string[]
}
export const fileDifferenceSubject: Subject<FileDifference> = {
  kind: 'file_difference',
  async load(tx, id, lock) {
    if (!isId(id)) return null
    if (lock) {
      await tx.one`select kernel.look_up('file', '', '[0,1)', true)`
      await tx.maybe`select 1 from archives.file_difference where district = kernel.act_district() and id = ${id}::uuid for update`
    }
    return tx.maybe<FileDifference>`
      select d.district, d.id, d.file_no as "fileNo", f.number as file, d.place, coalesce(kernel.where_is('file', '', d.file_no), 'counted') as now,
        d.side, d.stop_id as "stopId", d.finding_id as "findingId", d.outcome, array[c.person_id::text, c.second_by::text] as counters
      from archives.file_difference d join archives.file f on f.district = d.district and f.no = d.file_no
        join archives.box_count c on c.district = d.district and c.id = d.count_id
      where d.district = kernel.act_district() and d.id = ${id}::uuid`
  },
}
