import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Archive, openArchive } from '../../../test/archive.ts'
import { openStore, type Store } from '../../../test/store.ts'
import type { Someone } from '../../../test/world.ts'
import { askLoan, decideLoan, giveBack, handOut, signForLoan } from './loans.ts'

// Whoever has the app's password, at the SQL prompt, with the session of one colleague: the guards of 4.1 and 4.2 below the code.
let store: Store
let archive: Archive
let prompt: pg.Client
let who: Record<'archivist' | 'second' | 'head' | 'clerk' | 'reviewer', Someone>
/** Files by where they stand: 1 on the shelf, 2 with the archivist and unchecked, 3 lent and on its way back. */
let ids: Record<'asked' | 'room' | 'approved' | 'returning' | 'backOffer' | 'openCase', string>

beforeAll(async () => {
  store = await openStore([{}, {}, {}, {}])
  archive = await openArchive(store)
  const { head, clerk } = store.keepers
  who = { archivist: archive.archivist, second: archive.second, head, clerk, reviewer: store.staff.reviewer }
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
  `insert into archives.file (district, no, case_id, number, items, pages, scan_set)
   values ('haishu', 99, '${caseId}', 'HAISHU-2026-T01-000099', 1, ${pages}, ${scans})`
const listed = (caseId: string) => `archives.pages_listed('${caseId}')`
const shelf = 'shelf:A/01/01'

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
