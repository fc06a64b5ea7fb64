import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Archive, measured, openArchive } from '../../../test/archive.ts'
import { openStore, type Store } from '../../../test/store.ts'
import { pagesOf } from '../../../test/town.ts'
import type { Someone } from '../../../test/world.ts'
import { archive as archiveCase } from '../../cases/acts.ts'
import { bindFile } from './binding.ts'
import { askLoan, decideLoan, giveBack, handOut, signForLoan } from './loans.ts'
import { addBoxes } from './rooms.ts'
import { recheckFile } from './scans.ts'
import { recountBox, startBox, startStocktake, submitBox } from './stocktake.ts'
import { takeOver } from './take-over.ts'
import { offerFile, shelve } from './transfer.ts'

// Whoever has the app's password, at the SQL prompt, with the session of one colleague: the guards of 4.1 and 4.2 below the code.
let store: Store
let archive: Archive
let prompt: pg.Client
let who: Record<'archivist' | 'second' | 'head' | 'leader' | 'keeper' | 'clerk' | 'reviewer', Someone>
/** Files by where they stand: 1 on the shelf, 2 with the archivist and unchecked, 3 lent and on its way back, 4 checked, 5 bound and offered,
 * 6 not in its box at a stock-take, and now in one that is being counted. */
let ids: Record<
  | 'asked'
  | 'room'
  | 'approved'
  | 'returning'
  | 'backOffer'
  | 'openCase'
  | 'unboundOffer'
  | 'boundOffer'
  | 'stocktake'
  | 'count'
  | 'differed',
  string
>

beforeAll(async () => {
  store = await openStore([{}, {}, {}, {}, {}, {}, {}, {}])
  archive = await openArchive(store)
  const { head, leader, keeper, clerk } = store.keepers
  who = {
    archivist: archive.archivist,
    second: archive.second,
    head,
    leader,
    keeper,
    clerk,
    reviewer: store.staff.reviewer,
  }
  const shelved = await archive.fileOf(0)
  await archive.toShelf(shelved)
  await archive.fileOf(1)
  const lent = await archive.fileOf(2)
  await archive.toShelf(lent)
  const loan = async (file: string, outside: boolean) =>
    (await store.done(clerk, askLoan, { file, outside, purpose: '核对原件' })).loanId as unknown as string
  const returning = await loan(lent, true)
  await store.done(head, decideLoan, { loanId: returning, approve: true })
  await store.done(who.second, handOut, { loanId: returning, pages: await archive.pages(lent) })
  await store.done(clerk, signForLoan, { loanId: returning })
  await store.done(clerk, giveBack, { loanId: returning })
  for (const home of [4, 5]) {
    const file = await archive.fileOf(home)
    await measured(store, archive, file)
    await store.done(who.second, recheckFile, { file, pages: await archive.pages(file) })
    if (home === 4) continue
    await store.done(who.archivist, bindFile, { file, pages: await archive.pages(file), cover: 'soft' })
    await store.done(who.archivist, offerFile, { file })
  }
  const differs = await archive.fileOf(7)
  await archive.toShelf(differs)
  await store.done(who.second, addBoxes, { room: 'A', rack: '01', first: 3, last: 3 })
  const put = (box: string) => store.done(who.second, shelve, { file: differs, room: 'A', rack: '01', box })
  await put('02')
  const differed = await loan(differs, false)
  const { stocktakeId } = await store.done(who.archivist, startStocktake, { room: 'A' })
  const box = { stocktakeId, rack: '01' }
  const first = await store.done(who.archivist, startBox, { ...box, box: '02' })
  await store.done(who.archivist, submitBox, { countId: first.countId, files: [] })
  await store.done(head, recountBox, { countId: first.countId, files: [] })
  await put('03')
  const { countId } = await store.done(who.archivist, startBox, { ...box, box: '03' })
  // No act offers an unbound file, so this offer is made behind the product's back.
  const admin = await store.admin()
  await admin.query('set session_replication_role = replica')
  await admin.query(
    `insert into kernel.custody_offer (district, kind, serials, movement, from_place, to_place, giver_id, at, act_id)
     select district, kind, '[4,5)', movement, from_place, to_place, giver_id, at, act_id from kernel.custody_offer where kind = 'file' and serials = '[5,6)'`,
  )
  await admin.end()
  const offerOf = async (no: number) =>
    (
      await store.superuser<{ id: string }>(
        `select id from kernel.custody_offer where kind = 'file' and state = 'offered' and serials @> $1::int8`,
        [no],
      )
    )[0]!.id
  const approved = await loan(shelved, true)
  await store.done(head, decideLoan, { loanId: approved, approve: true })
  const [back] = await store.superuser<{ id: string }>(
    'select back_offer_id as id from archives.loan where id = $1',
    [returning],
  )
  ids = {
    asked: await loan(shelved, true),
    room: await loan(shelved, false),
    approved,
    returning,
    backOffer: back!.id,
    stocktake: String(stocktakeId),
    count: String(countId),
    differed,
    unboundOffer: await offerOf(4),
    boundOffer: await offerOf(5),
    openCase: await store.bringTo('archive', store.homes[3]!),
  }
  prompt = await store.prompt('mingbu_app')
})
afterAll(async () => {
  await prompt.end()
  await store[Symbol.asyncDispose]()
})

/** Opens an act of one person, runs statements to the last deferred check, and says `done` or SQLSTATE with the constraint. Nothing stays. */
async function attempt(as: keyof typeof who, type: string, statements: readonly string[]): Promise<string> {
  await prompt.query('begin')
  try {
    const { rows } = await prompt.query<{ opened: { status: string } }>(
      `select kernel.open_act($1, $2, null, gen_random_uuid(), sha256('x')) as opened`,
      [who[as].token, type],
    )
    if (rows[0]!.opened.status !== 'ok') return rows[0]!.opened.status
    for (const statement of statements) await prompt.query(statement)
    return 'done'
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    return error.constraint ? `${error.code} ${error.constraint}` : error.code!
  } finally {
    await prompt.query('rollback')
  }
}
const hand = (as: keyof typeof who) => `person:${who[as].id}`
const line = (movement: string, no: number, from: string | null, to: string, offer?: string) =>
  `insert into kernel.custody_line (district, kind, serials, movement, from_place, to_place${offer ? ', offer_id' : ''})
   values ('haishu', 'file', '[${no},${no + 1})', '${movement}', ${from === null ? 'null' : `'${from}'`}, '${to}'${offer ? `, '${offer}'` : ''})`
const offer = (movement: string, no: number, from: string, to: string) =>
  `insert into kernel.custody_offer (district, kind, edition, serials, movement, from_place, to_place) values ('haishu', 'file', '', '[${no},${no + 1})', '${movement}', '${from}', '${to}')`
const loan = (id: string, set: string) => `update archives.loan set ${set} where id = '${id}'`
const handedBy = (as: keyof typeof who) =>
  `state = 'handed', handed_by = '${who[as].id}', handed_at = kernel.act_at(), pages_out = 1,
   offer_id = (select id from kernel.custody_offer where kind = 'file' and movement = 'lend' and state = 'offered')`
const file = (caseId: string, pages: string, scans = `archives.scan_set('${caseId}')`) =>
  `insert into archives.file (district, no, case_id, number, items, pages, scan_set, term)
   values ('haishu', 99, '${caseId}', 'HAISHU-2026-T01-000099', 1, ${pages}, ${scans}, 'permanent')`
const listed = (caseId: string) => `archives.pages_listed('${caseId}')`
const shelf = 'shelf:A/01/01'
const stop = (reason: string, columns: string, values: string) =>
  `insert into kernel.custody_stop (district, kind, edition, ${columns}, reason) values ('haishu', 'file', '', ${values}, '${reason}')`
const lifted = (which: string) =>
  `update kernel.custody_stop set lifted_by = kernel.act_person(), lifted_at = kernel.act_at() where kind = 'file' and lifted_at is null and ${which}`
const count = (set: string) => `update archives.box_count set ${set} where id = '${ids.count}'`
const explained = (by: keyof typeof who, outcome: string) =>
  `update archives.file_difference set outcome = '${outcome}', explanation = '查清', explained_by = '${who[by].id}', explained_at = kernel.act_at()`
const scan = (columns: string, values: string) =>
  `insert into archives.scan (district, file_no, material_no, width, height, brightness, ink, flags, ${columns})
   select 'haishu', 2, m.no, 9, 9, 9, 9, '{}', ${values} from cases.material m join archives.file f on f.district = m.district and f.case_id = m.case_id where f.no = 2 and m.no = 1`

test.each<[string, keyof typeof who, string, () => string[], string]>([
  // 4.1: filing.
  [
    'file a case with a page less',
    'archivist',
    'case.archive',
    () => [file(ids.openCase, `${listed(ids.openCase)} - 1`)],
    '23514 file_as_listed',
  ],
  [
    'file a case with other scans',
    'archivist',
    'case.archive',
    () => [file(ids.openCase, listed(ids.openCase), `repeat('0', 64)`)],
    '23514 file_as_listed',
  ],
  [
    'make a file in another act',
    'archivist',
    'archives.offerFile',
    () => [file(ids.openCase, listed(ids.openCase))],
    '23514 file_as_listed',
  ],
  [
    'make up the file of a case that is not archived',
    'archivist',
    'archives.takeOver',
    () => [file(ids.openCase, listed(ids.openCase))],
    '23514 file_as_listed',
  ],
  [
    'make a file whose contents do not add up',
    'archivist',
    'case.archive',
    () => [file(ids.openCase, listed(ids.openCase)), 'set constraints archives.whole immediate'],
    '23514 file_as_listed',
  ],
  [
    'say a case is filed without its file',
    'archivist',
    'case.archive',
    () => [
      `insert into cases.case_handler (district, case_id, duty_group) values ('haishu', '${ids.openCase}', 'archiving')`,
      `insert into cases.stage (district, case_id, round, no, stage, duty_group, second_review, opinion) values ('haishu', '${ids.openCase}', 1, 8, 'archive', 'archiving', false, '归档')`,
    ],
    '23514 file_as_listed',
  ],
  [
    'add a material to a case that is filed',
    'clerk',
    'case.attach',
    () => [
      `insert into cases.material (district, case_id, no, code, name, form, pages, file, media, bytes)
       select 'haishu', case_id, 99, 'x', 'x', '1', 1, repeat('a', 64), 'image/png', 1 from archives.file where no = 1`,
    ],
    '23514 file_as_listed',
  ],
  [
    'change the pages of a file',
    'archivist',
    'archives.offerFile',
    () => ['update archives.file set pages = 1'],
    '42501',
  ],
  [
    'check one’s own file',
    'archivist',
    'archives.recheckFile',
    () => [
      `insert into archives.recheck (district, file_no, pages) select 'haishu', no, pages from archives.file where no = 2`,
    ],
    '23514 file_checked_by_another',
  ],
  [
    'check a file that was not measured',
    'second',
    'archives.recheckFile',
    () => [
      `insert into archives.recheck (district, file_no, pages) select 'haishu', no, pages from archives.file where no = 2`,
    ],
    '23514 file_checked_whole',
  ],
  [
    'check a file with other pages',
    'head',
    'archives.recheckFile',
    () => [
      `insert into archives.recheck (district, file_no, pages) select 'haishu', no, pages + 1 from archives.file where no = 2`,
    ],
    '23514 file_checked_whole',
  ],
  [
    'answer a warning again',
    'archivist',
    'archives.answerScan',
    () => [
      `update archives.scan set answer = '改口', answered_by = '${who.archivist.id}', answered_at = kernel.act_at() where file_no = 1`,
    ],
    '23514 scan_answered_once',
  ],
  [
    'change what was measured',
    'archivist',
    'archives.answerScan',
    () => [`update archives.scan set flags = '{}'`],
    '42501',
  ],
  // 4.1: binding, and how long a file is kept.
  [
    'bind a file that nobody checked',
    'archivist',
    'archives.bindFile',
    () => [
      `insert into archives.binding (district, file_no, pages, cover) select 'haishu', no, pages, 'soft' from archives.file where no = 2`,
    ],
    '23514 binding_as_checked',
  ],
  [
    'bind a checked file with a page less',
    'archivist',
    'archives.bindFile',
    () => [
      `insert into archives.binding (district, file_no, pages, cover) select 'haishu', no, pages - 1, 'soft' from archives.file where no = 4`,
    ],
    '23514 binding_as_checked',
  ],
  [
    'bind a file that lies with somebody else',
    'second',
    'archives.bindFile',
    () => [
      `insert into archives.binding (district, file_no, pages, cover) select 'haishu', no, pages, 'soft' from archives.file where no = 4`,
    ],
    '23514 binding_as_checked',
  ],
  [
    'bind a file in another act',
    'archivist',
    'archives.offerFile',
    () => [
      `insert into archives.binding (district, file_no, pages, cover) select 'haishu', no, pages, 'soft' from archives.file where no = 4`,
    ],
    '23514 binding_as_checked',
  ],
  [
    'take a file into the room unbound',
    'second',
    'archives.takeFile',
    () => [line('return', 4, hand('archivist'), 'store', ids.unboundOffer)],
    '23514 file_moves_so',
  ],
  [
    'give a file another term',
    'archivist',
    'case.archive',
    () => [
      `insert into archives.file (district, no, case_id, number, items, pages, scan_set, term)
       values ('haishu', 99, '${ids.openCase}', 'HAISHU-2026-T01-000099', 1, ${listed(ids.openCase)}, archives.scan_set('${ids.openCase}'), 'short')`,
    ],
    '23514 file_term',
  ],
  [
    'shorten the term of a kind',
    'head',
    'archives.setPeriods',
    () => [`update archives.term set term = 'short', years = 10`],
    '42501',
  ],
  [
    'destroy a file',
    'archivist',
    'custody.witness',
    () => [line('destroy', 1, shelf, 'destroyed')],
    '23514 file_kept',
  ],
  [
    'list a file for destruction',
    'keeper',
    'custody.askDestruction',
    () => [`insert into custody.destruction (district, kind, note) values ('haishu', 'file', '清理')`],
    '23514 destruction_no_files',
  ],
  [
    'put a file on a list of destructions',
    'keeper',
    'custody.askDestruction',
    () => [
      `insert into custody.destruction_item (district, destruction_id, no, kind, edition, serials) values ('haishu', gen_random_uuid(), 1, 'file', '', '[1,2)')`,
    ],
    '23514 destruction_lists_no_files',
  ],
  // 4.1: the file in the book.
  [
    'hand over what nobody checked',
    'second',
    'archives.takeFile',
    () => [line('return', 2, hand('archivist'), 'store')],
    '23514 custody_wrong_hand',
  ],
  [
    'put a file into a box there is not',
    'second',
    'archives.shelve',
    () => [line('shelve', 1, shelf, 'shelf:A/01/77')],
    '23514 file_moves_so',
  ],
  [
    'put a file in one’s hands on the shelf',
    'archivist',
    'archives.shelve',
    () => [line('shelve', 2, hand('archivist'), shelf)],
    '23514 custody_no_such_movement',
  ],
  [
    'bring two files with one line',
    'archivist',
    'case.archive',
    () => [
      `insert into kernel.custody_line (district, kind, serials, movement, from_place, to_place) values ('haishu', 'file', '[50,52)', 'receive', null, '${hand('archivist')}')`,
    ],
    '23514 file_moves_so',
  ],
  [
    'bring a file that no case has',
    'archivist',
    'case.archive',
    () => [line('receive', 50, null, hand('archivist'))],
    '23514 file_moves_so',
  ],
  [
    'lose a file without telling',
    'archivist',
    'archives.reportLoss',
    () => [line('lose', 1, shelf, 'missing')],
    '23514 file_moves_so',
  ],
  [
    'tell of a loss without a finding',
    'archivist',
    'archives.reportLoss',
    () => [
      `insert into archives.incident (district, file_no, kind, note) values ('haishu', 1, 'loss', '不见了')`,
    ],
    '23514 incident_is_finding',
  ],
  // 4.1: stock-takes.
  [
    'count a box outside of a stock-take',
    'archivist',
    'archives.startBox',
    () => [
      stop('counting', `place, serials`, `'shelf:A/01/02', null`),
      `insert into archives.box_count (district, stocktake_id, room, rack, box, stop_id) select 'haishu', gen_random_uuid(), 'A', '01', '02', id from kernel.custody_stop where place = 'shelf:A/01/02'`,
    ],
    '23514 box_step',
  ],
  [
    'count a box that does not stand still',
    'archivist',
    'archives.startBox',
    () => [
      `insert into archives.box_count (district, stocktake_id, room, rack, box, stop_id) select 'haishu', '${ids.stocktake}', 'A', '01', '02', stop_id from archives.box_count`,
    ],
    '23514 box_step',
  ],
  [
    'read what lies in a box that is counted',
    'head',
    'archives.inspectRoom',
    () => [
      `do $$ begin if exists (select from kernel.custody_holding where place = 'shelf:A/01/03') or kernel.where_is('file', '', 6) is not null then raise exception 'seen'; end if; raise exception 'blind' using errcode = '42501'; end $$`,
    ],
    '42501',
  ],
  [
    'ask what differs before counting',
    'second',
    'archives.recountBox',
    () => [`select archives.judge_box('${ids.count}', '{}')`],
    '23514 box_step',
  ],
  [
    'say a count agrees',
    'archivist',
    'archives.submitBox',
    () => [count(`state = 'agreed', first = '{}', first_at = kernel.act_at(), expected = '{}'`)],
    '23514 box_step',
  ],
  [
    'hand in another’s count',
    'head',
    'archives.submitBox',
    () => [count(`state = 'recounting', first = '{}', first_at = kernel.act_at()`)],
    '23514 box_step',
  ],
  [
    'skip the count',
    'archivist',
    'archives.submitBox',
    () => [count(`state = 'differs', first = '{}', first_at = kernel.act_at(), expected = '{}'`)],
    '23514 box_step',
  ],
  [
    'let the box move again without a count',
    'archivist',
    'archives.startBox',
    () => [lifted(`place = 'shelf:A/01/03'`)],
    '23514 custody_wrong_hand',
  ],
  [
    'lend a file that differed',
    'second',
    'archives.handOut',
    () => [offer('lend', 6, 'shelf:A/01/02', hand('clerk')), loan(ids.differed, handedBy('second'))],
    '23514 loan_stopped',
  ],
  [
    'lift the stop of a file without a word',
    'head',
    'archives.decideLoan',
    () => [lifted('serials @> 6::int8')],
    '23514 custody_wrong_hand',
  ],
  [
    'explain what one counted',
    'head',
    'archives.explainFile',
    () => [explained('head', 'found')],
    '23514 file_difference_by_another',
  ],
  [
    'explain in another’s name',
    'leader',
    'archives.explainFile',
    () => [explained('reviewer', 'found')],
    '23514 file_difference_by_another',
  ],
  [
    'explain a missing file away',
    'leader',
    'archives.explainFile',
    () => [explained('leader', 'explained')],
    '23514 file_difference_outcome',
  ],
  [
    'make up a difference',
    'head',
    'archives.recountBox',
    () => [
      `insert into archives.file_difference (district, count_id, file_no, place, side, stop_id, finding_id) select district, count_id, 1, place, side, stop_id, finding_id from archives.file_difference`,
    ],
    '23514 box_step',
  ],
  [
    'end a stock-take with boxes left',
    'head',
    'archives.closeStocktake',
    () => [
      `update archives.stocktake set closed_by = '${who.head.id}', closed_at = kernel.act_at(), closed_in = kernel.act_id() where closed_at is null`,
    ],
    '23514 stocktake_every_box',
  ],
  ['forget a count', 'head', 'archives.closeStocktake', () => ['delete from archives.box_count'], '42501'],
  [
    'set the pace of inspections in another act',
    'archivist',
    'archives.inspectRoom',
    () => [`insert into archives.room_pace (district, days) values ('haishu', 92)`],
    '23514 pace_by_leader',
  ],
  // 4.1: pages of scans.
  [
    'hide that a scan has other pages',
    'archivist',
    'archives.measureScans',
    () => [scan(`seen`, `m.pages + 1`)],
    '23514 scan_pages_told',
  ],
  [
    'say a scan was read that was not',
    'archivist',
    'archives.measureScans',
    () => [scan(`fault, seen`, `'encrypted', 1`)],
    '23514 scan_pages_told',
  ],
  [
    'add a page to a scan later',
    'archivist',
    'archives.measureScans',
    () => [
      `insert into archives.scan_page (district, file_no, material_no, page, width, height, brightness, ink, skew, likeness, flags) values ('haishu', 1, 1, 1, 1, 1, 1, 1, 1, repeat('0', 64), '{}')`,
    ],
    '23514 scan_pages_told',
  ],
  // 4.2: loans.
  [
    'approve one’s own loan',
    'clerk',
    'archives.askLoan',
    () => [
      loan(ids.asked, `state = 'approved', decided_by = '${who.clerk.id}', decided_at = kernel.act_at()`),
    ],
    '23514 loan_step',
  ],
  [
    'approve in another’s name',
    'head',
    'archives.decideLoan',
    () => [
      loan(ids.asked, `state = 'approved', decided_by = '${who.reviewer.id}', decided_at = kernel.act_at()`),
    ],
    '23514 loan_step',
  ],
  [
    'approve without a leader’s duty',
    'second',
    'archives.handOut',
    () => [
      loan(ids.asked, `state = 'approved', decided_by = '${who.second.id}', decided_at = kernel.act_at()`),
    ],
    '23514 loan_step',
  ],
  [
    'hand out what nobody approved',
    'second',
    'archives.handOut',
    () => [offer('lend', 1, shelf, hand('clerk')), loan(ids.asked, handedBy('second'))],
    '23514 loan_step',
  ],
  [
    'make a loan out of the room one in it',
    'clerk',
    'archives.askLoan',
    () => [loan(ids.asked, 'outside = false')],
    '42501',
  ],
  [
    'ask in another’s name',
    'clerk',
    'archives.askLoan',
    () => [
      `insert into archives.loan (district, file_no, outside, purpose, borrower_id) values ('haishu', 1, true, '核对', '${who.reviewer.id}')`,
    ],
    '42501',
  ],
  [
    'ask in another act',
    'second',
    'archives.handOut',
    () => [
      `insert into archives.loan (district, file_no, outside, purpose) values ('haishu', 1, true, '核对')`,
    ],
    '23514 loan_insiders',
  ],
  [
    'take a file from the shelf oneself',
    'clerk',
    'archives.signForLoan',
    () => [line('lend', 1, shelf, hand('clerk'))],
    '23514 custody_wrong_hand',
  ],
  [
    'offer a file in another act',
    'second',
    'archives.shelve',
    () => [offer('lend', 1, shelf, hand('clerk'))],
    '23514 custody_wrong_hand',
  ],
  [
    'lend blanks',
    'second',
    'archives.handOut',
    () => [
      `insert into kernel.custody_offer (district, kind, edition, serials, movement, from_place, to_place) values ('haishu', 'proof', '', '[1,2)', 'lend', 'store', '${hand('clerk')}')`,
    ],
    '23514 custody_wrong_hand',
  ],
  [
    'take back in one’s own name what one borrowed',
    'clerk',
    'archives.giveBack',
    () => [line('return', 3, hand('clerk'), shelf, ids.backOffer)],
    '23514 custody_no_such_movement',
  ],
  [
    'call a loan returned that never came',
    'second',
    'archives.receiveBack',
    () => [
      loan(
        ids.returning,
        `state = 'returned', received_by = '${who.second.id}', received_at = kernel.act_at(), pages_back = 1, damaged = false`,
      ),
    ],
    '23514 loan_step',
  ],
  [
    'take a file back a page short and say nothing',
    'second',
    'archives.receiveBack',
    () => [
      line('return', 3, hand('clerk'), shelf, ids.backOffer),
      `update kernel.custody_offer set state = 'taken', ended_by = '${who.second.id}', ended_at = kernel.act_at() where id = '${ids.backOffer}'`,
      loan(
        ids.returning,
        `state = 'returned', received_by = '${who.second.id}', received_at = kernel.act_at(), pages_back = 1, damaged = false`,
      ),
      'set constraints archives.compared immediate',
    ],
    '23514 loan_compared',
  ],
  [
    'change what was counted when it went out',
    'second',
    'archives.receiveBack',
    () => [loan(ids.returning, 'pages_out = 1')],
    '23514 loan_step',
  ],
  ['delete a loan', 'head', 'archives.decideLoan', () => ['delete from archives.loan'], '42501'],
  [
    'delete an inspection',
    'head',
    'archives.inspectRoom',
    () => ['delete from archives.inspection'],
    '42501',
  ],
  [
    'say nothing of a damp room',
    'head',
    'archives.inspectRoom',
    () => [
      `insert into archives.inspection (district, room, fire, theft, damp, temperature, humidity) values ('haishu', 'A', true, true, true, 20, 80)`,
    ],
    '23514 inspection_told',
  ],
  [
    'lend for ever',
    'head',
    'archives.setPeriods',
    () => [`insert into archives.period (district, name, days) values ('haishu', 'loan', 90)`],
    '23514 period_bounded',
  ],
  [
    'write into another office',
    'head',
    'archives.openRoom',
    () => [`insert into archives.room (district, code, name) values ('jiangbei', 'B', '二号')`],
    '42501',
  ],
])('an attacker cannot %s', async (_, as, type, statements, answer) => {
  expect(await attempt(as, type, statements())).toBe(answer)
})

test.each<[string, keyof typeof who, string, () => string[]]>([
  [
    'who did not count explains a difference',
    'leader',
    'archives.explainFile',
    () => [explained('leader', 'found'), lifted('serials @> 6::int8')],
  ],
  [
    'who counts gives up',
    'archivist',
    'archives.abandonBox',
    () => [count(`state = 'abandoned'`), lifted(`place = 'shelf:A/01/03'`)],
  ],
  ['a scan says what it is', 'archivist', 'archives.measureScans', () => [scan(`seen`, 'm.pages')]],
  [
    'who holds a checked file binds it',
    'archivist',
    'archives.bindFile',
    () => [
      `insert into archives.binding (district, file_no, pages, cover) select 'haishu', no, pages, 'soft' from archives.file where no = 4`,
    ],
  ],
  [
    'a bound file is taken into the room',
    'second',
    'archives.takeFile',
    () => [line('return', 5, hand('archivist'), 'store', ids.boundOffer)],
  ],
  [
    'a leader approves',
    'head',
    'archives.decideLoan',
    () => [
      loan(ids.asked, `state = 'approved', decided_by = '${who.head.id}', decided_at = kernel.act_at()`),
    ],
  ],
  [
    'the keeper hands out as approved',
    'second',
    'archives.handOut',
    () => [offer('lend', 1, shelf, hand('clerk')), loan(ids.approved, handedBy('second'))],
  ],
  [
    'the keeper hands out for reading in the room',
    'second',
    'archives.handOut',
    () => [offer('lend', 1, shelf, hand('clerk')), loan(ids.room, handedBy('second'))],
  ],
  [
    'a file is moved to another box',
    'second',
    'archives.shelve',
    () => [line('shelve', 1, shelf, 'shelf:A/01/02')],
  ],
  [
    'a file comes back whole',
    'second',
    'archives.receiveBack',
    () => [
      line('return', 3, hand('clerk'), shelf, ids.backOffer),
      `update kernel.custody_offer set state = 'taken', ended_by = '${who.second.id}', ended_at = kernel.act_at() where id = '${ids.backOffer}'`,
      loan(
        ids.returning,
        `state = 'returned', received_by = '${who.second.id}', received_at = kernel.act_at(), pages_back = pages_out, damaged = false`,
      ),
      'set constraints archives.compared immediate',
    ],
  ],
])('%s', async (_, as, type, statements) => {
  expect(await attempt(as, type, statements())).toBe('done')
})

test('a case archived before there were files gets one, counted by one and checked by another', async () => {
  const caseId = await store.bringTo('archive', store.homes[6]!)
  expect(await store.says(who.archivist, takeOver, { caseId, pages: 9 })).toBe('case_not_archived')
  const pages = await pagesOf(store, caseId)
  await store.done(who.archivist, archiveCase, { caseId, pages, opinion: '归档' })
  expect(await store.says(who.archivist, takeOver, { caseId, pages })).toBe('case_has_file')
  // As an earlier release left it: archived, and in no book.
  const admin = await store.admin()
  await admin.query('set session_replication_role = replica')
  const { rows } = await admin.query<{ no: string }>('select no from archives.file where case_id = $1', [
    caseId,
  ])
  for (const table of ['archives.item', 'archives.file'])
    await admin.query(`delete from ${table} where ${table.endsWith('item') ? 'file_no' : 'no'} = $1`, [
      rows[0]!.no,
    ])
  await admin.query(`delete from kernel.custody_line where kind = 'file' and serials @> $1::int8`, [
    rows[0]!.no,
  ])
  await admin.query(`delete from kernel.custody_holding where kind = 'file' and serials @> $1::int8`, [
    rows[0]!.no,
  ])
  await admin.end()
  expect(await store.says(who.clerk, takeOver, { caseId, pages })).toBe('no_duty')
  expect(await store.says(who.archivist, takeOver, { caseId, pages: pages - 1 })).toBe('pages_differ')
  const number = String((await store.done(who.archivist, takeOver, { caseId, pages })).number)
  expect(await archive.place(number)).toBe(hand('archivist'))
  expect(await store.says(who.archivist, recheckFile, { file: number, pages })).toBe('own_file')
  await archive.toShelf(number)
  expect(await archive.place(number)).toBe('shelf:A/01/01')
})
