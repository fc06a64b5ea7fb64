import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Archive, openArchive } from '../../../test/archive.ts'
import { openStore, type Store } from '../../../test/store.ts'
import { pagesOf } from '../../../test/town.ts'
import type { Someone } from '../../../test/world.ts'
import { archive as archiveCase, attach } from '../../cases/acts.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { bindFile } from './binding.ts'
import { foundFile, reportLoss } from './incidents.ts'
import { askLoan, decideLoan, giveBack, handOut, receiveBack, signForLoan, withdrawLoan } from './loans.ts'
import { askAppraisal } from './retention.ts'
import { addBoxes, inspectRoom, openRoom, setPeriods } from './rooms.ts'
import { answerScan, measureScans, recheckFile } from './scans.ts'
import {
  abandonBox,
  closeStocktake,
  explainFile,
  recountBox,
  startBox,
  startStocktake,
  submitBox,
} from './stocktake.ts'
import { endFileOffer, offerFile, shelve, takeFile } from './transfer.ts'
import { findOverdueArchives } from './watch.ts'

let store: Store
let archive: Archive
let who: Record<'archivist' | 'second' | 'head' | 'leader' | 'clerk' | 'reviewer' | 'enquirer', Someone>
/** A file that lies in box A-01-01; its pages. */
let file: string
let other: string
/** One that is kept for ten years. */
let short: string
const ofShortTerm = `insert into archives.term values ('case:T01', 'short', 10)`
let pages: number

const findings = async (kind: string): Promise<number> =>
  (
    await store.superuser<{ n: number }>('select count(*)::int as n from kernel.finding where kind = $1', [
      kind,
    ])
  )[0]!.n
const person = (one: Someone) => `person:${one.id}`

beforeAll(async () => {
  store = await openStore([{}, {}, {}])
  archive = await openArchive(store)
  const { head, leader, clerk } = store.keepers
  who = {
    archivist: archive.archivist,
    second: archive.second,
    head,
    leader,
    clerk,
    reviewer: store.staff.reviewer,
    enquirer: await store.person('enquirer', ['enquiry']),
  }
})
afterAll(() => store[Symbol.asyncDispose]())

test('a case is filed only with the pages that are listed, and then nothing is added', async () => {
  const caseId = await store.bringTo('archive', store.homes[0]!)
  const listed = await pagesOf(store, caseId)
  for (const counted of [listed - 1, listed + 1]) {
    const answer = await store.as(who.archivist, archiveCase, { caseId, pages: counted, opinion: '归档' })
    expect(answer).toMatchObject({
      ok: false,
      refusal: { code: 'pages_differ', fields: [{ path: 'pages' }] },
    })
  }
  const answer = await store.as(who.archivist, archiveCase, { caseId, pages: listed, opinion: '归档' })
  expect(answer).toMatchObject({ ok: true, result: { state: 'archived', number: 'HAISHU-2026-T01-000001' } })
  file = 'HAISHU-2026-T01-000001'
  pages = await archive.pages(file)
  expect(pages).toBe(listed)
  expect(await archive.place(file)).toBe(person(who.archivist))
  const items = await store.superuser<{ first_page: number; pages: number }>(
    'select first_page, pages from archives.item order by item',
  )
  expect(items.at(-1)!.first_page + items.at(-1)!.pages - 1).toBe(listed)
  const scan = await store.upload(who.clerk)
  const more = { caseId, code: 'application', form: '1', pages: 1, file: scan }
  expect(await store.says(who.clerk, attach, more)).not.toBe('done')
})

test('pictures are measured, warnings answered, and somebody else checks before the room takes a file', async () => {
  expect(await store.says(who.second, offerFile, { file })).toBe('file_not_with_you')
  expect(await store.says(who.archivist, offerFile, { file })).toBe('file_unchecked')
  expect(await store.says(who.archivist, bindFile, { file, pages, cover: 'soft' })).toBe('file_unchecked')
  expect(await store.says(who.second, recheckFile, { file, pages })).toBe('scans_unmeasured')
  expect(await store.says(who.clerk, measureScans, { file })).toBe('no_duty')
  await store.done(who.archivist, measureScans, { file })
  expect(await store.says(who.archivist, measureScans, { file })).toBe('scans_measured')
  // The uploads of a town are not pictures: each is warned of.
  const [scan] = await store.superuser<{ flags: string[] }>('select flags from archives.scan limit 1')
  expect(scan).toEqual({ flags: ['unreadable'] })
  expect(await store.says(who.second, recheckFile, { file, pages })).toBe('scan_unanswered')
  const rows = await store.superuser<{ no: number }>('select material_no as no from archives.scan order by 1')
  for (const { no } of rows)
    expect(await store.says(who.archivist, answerScan, { file, materialNo: no, answer: '原件核对过' })).toBe(
      'done',
    )
  expect(await store.says(who.archivist, answerScan, { file, materialNo: 1, answer: '再答一次' })).toBe(
    'scan_answered',
  )
  expect(await store.says(who.archivist, recheckFile, { file, pages })).toBe('own_file')
  expect(await store.says(who.second, recheckFile, { file, pages: pages - 1 })).toBe('pages_differ')
  expect(await store.says(who.second, recheckFile, { file, pages })).toBe('done')
  expect(await store.says(who.second, recheckFile, { file, pages })).toBe('file_checked')
})

test('a checked file is bound, whole, by who holds it; unbound it goes nowhere', async () => {
  const bind = { file, pages, cover: 'soft' }
  expect(await store.says(who.archivist, offerFile, { file })).toBe('file_unbound')
  expect(await store.says(who.clerk, bindFile, bind)).toBe('no_duty')
  expect(await store.says(who.second, bindFile, bind)).toBe('file_not_with_you')
  expect(await store.says(who.archivist, bindFile, { ...bind, pages: pages + 1 })).toBe('pages_differ')
  expect(await store.says(who.archivist, bindFile, { ...bind, cover: 'paper' })).toBe('invalid_input')
  expect(await store.says(who.archivist, bindFile, bind)).toBe('done')
  expect(await store.says(who.archivist, bindFile, bind)).toBe('file_bound')
})

test('a file is kept as long as the table says: for ever, and then nobody asks to have it appraised', async () => {
  const [row] = await store.superuser<{ term: string }>('select term from archives.file where number = $1', [
    file,
  ])
  expect(row).toEqual({ term: 'permanent' })
  expect(await store.says(who.archivist, askAppraisal, { file })).toBe('file_permanent')
  expect(await store.says(who.clerk, askAppraisal, { file })).toBe('no_duty')
  // A kind of business whose files are kept for ten years, and one of its files.
  await store.superuser(ofShortTerm)
  short = await archive.fileOf(2)
  expect(await store.says(who.archivist, askAppraisal, { file: short })).toBe('term_running')
  await store.superuser(`delete from archives.term where kind = 'case:T01'`)
})

test('a file goes to the room by two hands, and into a box that there is', async () => {
  expect(await store.says(who.second, takeFile, { file })).toBe('file_not_offered')
  expect(await store.says(who.archivist, shelve, { file, room: 'A', rack: '01', box: '01' })).toBe(
    'file_not_in_room',
  )
  await store.done(who.archivist, offerFile, { file })
  expect(await store.says(who.archivist, offerFile, { file })).toBe('already_offered')
  expect(await store.says(who.archivist, takeFile, { file })).toBe('file_own_hand')
  await store.done(who.second, endFileOffer, { file })
  await store.done(who.archivist, offerFile, { file })
  await store.done(who.second, takeFile, { file })
  expect(await archive.place(file)).toBe('store')
  expect(await store.says(who.clerk, askLoan, { file, outside: false, purpose: '核对' })).toBe(
    'file_not_shelved',
  )
  expect(await store.says(who.second, shelve, { file, room: 'A', rack: '01', box: '77' })).toBe('box_unknown')
  await store.done(who.second, shelve, { file, room: 'A', rack: '01', box: '01' })
  await store.done(who.second, shelve, { file, room: 'A', rack: '01', box: '02' })
  await store.done(who.second, shelve, { file, room: 'A', rack: '01', box: '01' })
  expect(await archive.place(file)).toBe('shelf:A/01/01')
})

test('out of the room only with approval by another and two signatures; a page missing on return is a finding', async () => {
  const { loanId } = await store.done(who.clerk, askLoan, { file, outside: true, purpose: '核对原件' })
  expect(await store.says(who.second, handOut, { loanId, pages })).toBe('loan_needs_approval')
  expect(await store.says(who.clerk, decideLoan, { loanId, approve: true })).toBe('no_duty')
  await store.done(who.leader, decideLoan, { loanId, approve: true, note: '同意' })
  expect(await store.says(who.head, decideLoan, { loanId, approve: false })).toBe('loan_step')
  expect(await store.says(who.clerk, signForLoan, { loanId })).toBe('loan_step')
  expect(await store.says(who.second, handOut, { loanId, pages: pages - 1 })).toBe('loan_note')
  await store.done(who.second, handOut, { loanId, pages })
  expect(await archive.place(file)).toBe('shelf:A/01/01')
  expect(await store.says(who.reviewer, signForLoan, { loanId })).toBe('loan_not_yours')
  // Five working days from Monday the ninth of March.
  expect(await store.done(who.clerk, signForLoan, { loanId })).toEqual({ state: 'out', dueOn: '2026-03-16' })
  expect(await archive.place(file)).toBe(person(who.clerk))
  expect(await store.says(who.reviewer, askLoan, { file, outside: false, purpose: '核对' })).toBe('done')
  expect(await store.says(who.reviewer, giveBack, { loanId })).toBe('loan_not_yours')
  expect(await store.says(who.second, receiveBack, { loanId, pages, damaged: false })).toBe('loan_step')
  await store.done(who.clerk, giveBack, { loanId })
  expect(await store.says(who.second, receiveBack, { loanId, pages: pages - 1, damaged: false })).toBe(
    'loan_note',
  )
  expect(await findings('file_pages_missing')).toBe(0)
  const returned = { loanId, pages: pages - 1, damaged: true, note: '缺第 3 页，封面破损' }
  await store.done(who.second, receiveBack, returned)
  expect(await archive.place(file)).toBe('shelf:A/01/01')
  expect(await findings('file_pages_missing')).toBe(1)
  expect(await findings('file_damaged')).toBe(1)
})

test('outsiders never borrow: a bank, a court and an administrator are refused', async () => {
  for (const duty of ['bank', 'court', 'admin_system']) {
    const outsider = await store.person(`outsider_${duty}`, [duty])
    expect(await store.says(outsider, askLoan, { file, outside: false, purpose: '查阅' })).toBe('no_duty')
  }
})

test('whoever borrows neither approves nor hands out, and a leader who borrows asks another', async () => {
  const { loanId } = await store.done(who.head, askLoan, { file, outside: true, purpose: '核对' })
  expect(await store.says(who.head, decideLoan, { loanId, approve: true })).toBe('loan_three_persons')
  await store.done(who.leader, decideLoan, { loanId, approve: false, note: '不必带出' })
  expect(await store.says(who.second, handOut, { loanId, pages })).toBe('loan_step')
  const own = await store.done(who.second, askLoan, { file, outside: false, purpose: '整理' })
  expect(await store.says(who.second, handOut, { loanId: own.loanId, pages })).toBe('loan_three_persons')
  expect(await store.says(who.leader, decideLoan, { loanId: own.loanId, approve: true })).toBe('loan_in_room')
  expect(await store.says(who.archivist, withdrawLoan, { loanId: own.loanId })).toBe('loan_not_yours')
  await store.done(who.second, withdrawLoan, { loanId: own.loanId })
})

test('a reading in the room is signed for without approval; a hand-out nobody signs is taken back; one hand at a time', async () => {
  const first = await store.done(who.enquirer, askLoan, { file, outside: false, purpose: '查询复印' })
  const other = await store.done(who.clerk, askLoan, { file, outside: false, purpose: '核对' })
  await store.done(who.archivist, handOut, { loanId: first.loanId, pages: pages - 1, condition: '缺第 3 页' })
  expect(await store.says(who.second, handOut, { loanId: other.loanId, pages })).toBe('loan_lent')
  expect(await store.says(who.second, shelve, { file, room: 'A', rack: '01', box: '02' })).toBe('loan_lent')
  await store.done(who.archivist, withdrawLoan, { loanId: first.loanId })
  await store.done(who.archivist, handOut, { loanId: other.loanId, pages: pages - 1, condition: '缺第 3 页' })
  expect(await store.done(who.clerk, signForLoan, { loanId: other.loanId })).toMatchObject({
    dueOn: '2026-03-09',
  })
  await store.done(who.clerk, giveBack, { loanId: other.loanId })
  const count = { loanId: other.loanId, pages: pages - 1, damaged: false }
  const own = await findings('file_pages_missing')
  await store.done(who.archivist, receiveBack, count)
  expect(await findings('file_pages_missing')).toBe(own)
})

test('a file that is lost is a finding at once, its loan ends, and found again it comes back to the room', async () => {
  const { loanId } = await store.done(who.clerk, askLoan, { file, outside: false, purpose: '核对' })
  await store.done(who.archivist, handOut, { loanId, pages, condition: '完好' })
  expect(await store.says(who.archivist, reportLoss, { file, note: '不见了' })).toBe('loan_step')
  await store.done(who.clerk, signForLoan, { loanId })
  expect(await store.says(who.clerk, reportLoss, { file, note: '不见了' })).toBe('no_duty')
  await store.done(who.clerk, giveBack, { loanId })
  await store.done(who.archivist, reportLoss, { file, note: '归还途中不见了' })
  expect(await archive.place(file)).toBe('missing')
  expect(await findings('file_lost')).toBe(1)
  expect(await store.says(who.clerk, askLoan, { file, outside: false, purpose: '核对' })).toBe('file_missing')
  expect(await store.says(who.archivist, reportLoss, { file, note: '不见了' })).toBe('file_missing')
  expect(await store.says(who.archivist, receiveBack, { loanId, pages, damaged: false })).toBe('loan_step')
  await store.done(who.archivist, foundFile, { file, note: '在复印室' })
  expect(await store.says(who.archivist, foundFile, { file, note: '在复印室' })).toBe('file_not_missing')
  await store.done(who.second, shelve, { file, room: 'A', rack: '01', box: '01' })
  expect(await archive.place(file)).toBe('shelf:A/01/01')
})

test.each([
  [
    'all well',
    { fire: true, theft: true, damp: true, temperatureTenths: 200, humidityTenths: 500 },
    'done',
    0,
  ],
  [
    'at both limits',
    { fire: true, theft: true, damp: true, temperatureTenths: 240, humidityTenths: 450 },
    'done',
    0,
  ],
  [
    'too damp, said',
    { fire: true, theft: true, damp: false, temperatureTenths: 200, humidityTenths: 700, note: '漏水' },
    'done',
    1,
  ],
  [
    'too warm, said',
    { fire: true, theft: true, damp: true, temperatureTenths: 241, humidityTenths: 500, note: '空调停' },
    'done',
    1,
  ],
  [
    'too warm, not said',
    { fire: true, theft: true, damp: true, temperatureTenths: 300, humidityTenths: 500 },
    'inspection_note',
    0,
  ],
  [
    'a door open, not said',
    { fire: true, theft: false, damp: true, temperatureTenths: 200, humidityTenths: 500 },
    'inspection_note',
    0,
  ],
  [
    'a reading nobody can have',
    { fire: true, theft: true, damp: true, temperatureTenths: 200, humidityTenths: 1001 },
    'invalid_input',
    0,
  ],
] as const)('an inspection with %s', async (_, input, code, opened) => {
  const before = await findings('store_room_unsound')
  expect(await store.says(who.archivist, inspectRoom, { room: 'A', ...input })).toBe(code)
  expect((await findings('store_room_unsound')) - before).toBe(opened)
})

test('rooms and boxes are registered once, periods within bounds', async () => {
  expect(await store.says(who.archivist, openRoom, { code: 'B', name: '二号' })).toBe('no_duty')
  expect(await store.says(who.head, openRoom, { code: 'A', name: '又一个' })).toBe('room_known')
  const boxes = { room: 'A', rack: '01', first: 2, last: 3 }
  expect(await store.says(who.archivist, addBoxes, boxes)).toBe('box_known')
  expect(await store.says(who.archivist, addBoxes, { ...boxes, first: 9 })).toBe('invalid_input')
  expect(await store.says(who.archivist, addBoxes, { ...boxes, room: 'Z' })).toBe('not_found')
  expect(await store.says(who.head, setPeriods, { loanDays: 31, inspectionDays: 31 })).toBe('invalid_input')
  expect(await store.says(who.head, setPeriods, { loanDays: 2, inspectionDays: 31 })).toBe('done')
  expect(await store.says(who.head, setPeriods, { loanDays: 5, inspectionDays: 31 })).toBe('done')
})

test('a box is counted blind; what differs twice is a finding, and the file is not lent until somebody else has explained it', async () => {
  const second = await archive.fileOf(1)
  other = second
  await archive.toShelf(second)
  const { stocktakeId } = await store.done(who.archivist, startStocktake, { room: 'A' })
  expect(await store.says(who.head, startStocktake, { room: 'A' })).toBe('stocktake_open')
  expect(await store.says(who.clerk, startBox, { stocktakeId, rack: '01', box: '01' })).toBe('no_duty')
  expect(await store.says(who.archivist, startBox, { stocktakeId, rack: '01', box: '77' })).toBe(
    'box_unknown',
  )
  const { countId } = await store.done(who.archivist, startBox, { stocktakeId, rack: '01', box: '01' })
  expect(await store.says(who.head, startBox, { stocktakeId, rack: '01', box: '01' })).toBe('box_counted')

  // It stands still, and the app itself is told nothing of what lies there.
  expect(await store.says(who.second, shelve, { file, room: 'A', rack: '01', box: '02' })).toBe(
    'file_counted',
  )
  expect(await store.says(who.archivist, reportLoss, { file, note: '不见了' })).toBe('file_counted')
  const seen = await store.kernel.read(
    who.archivist.token,
    ({ tx }) => tx.rows`select 1 from kernel.custody_holding where kind = 'file' and place = 'shelf:A/01/01'`,
  )
  expect(seen).toEqual([])

  // One of the two files is not in the box.
  const count = { countId, files: [second] }
  expect(await store.says(who.head, submitBox, count)).toBe('box_other_counter')
  expect(await store.says(who.archivist, submitBox, { ...count, files: [second, second] })).toBe(
    'invalid_input',
  )
  const unknown = { ...count, files: ['HAISHU-2026-T01-009999'] }
  expect(await store.as(who.archivist, submitBox, unknown)).toMatchObject({
    refusal: { code: 'invalid_input', fields: [{ path: 'files.0' }] },
  })
  expect(await store.says(who.archivist, recountBox, count)).toBe('box_step')
  expect(await store.done(who.archivist, submitBox, count)).toEqual({ state: 'recounting' })
  expect(await store.says(who.archivist, recountBox, count)).toBe('box_other_counter')
  expect(await store.says(who.archivist, closeStocktake, { stocktakeId })).toBe('stocktake_boxes_left')
  expect(await store.done(who.second, recountBox, count)).toEqual({
    state: 'differs',
    missing: 1,
    surplus: 0,
  })
  expect(await findings('file_difference')).toBe(1)

  const { loanId } = await store.done(who.clerk, askLoan, { file: second, outside: false, purpose: '核对' })
  const lendSecond = { loanId, pages: await archive.pages(second) }
  await store.done(who.archivist, handOut, lendSecond)
  await store.done(who.archivist, withdrawLoan, { loanId })
  expect(await store.says(who.clerk, askLoan, { file, outside: false, purpose: '核对' })).toBe('file_stopped')

  const [row] = await store.superuser<{ id: string }>('select id from archives.file_difference')
  const told = { differenceId: row!.id, explanation: '在二号盒中' }
  expect(await store.says(who.second, explainFile, { ...told, outcome: 'found' })).toBe('no_duty')
  expect(await store.says(who.head, explainFile, { ...told, outcome: 'explained' })).toBe(
    'file_difference_outcome',
  )
  await store.done(who.head, explainFile, { ...told, outcome: 'found' })
  expect(await store.says(who.leader, explainFile, { ...told, outcome: 'found' })).toBe(
    'file_difference_closed',
  )
  expect(await store.says(who.clerk, askLoan, { file, outside: false, purpose: '核对' })).toBe('done')
})

test('a box given up is counted again; a surplus is explained, a lost file is missing; a counter explains nothing', async () => {
  const [open] = await store.superuser<{ id: string }>(
    'select id from archives.stocktake where closed_at is null',
  )
  const stocktakeId = open!.id
  const first = await store.done(who.head, startBox, { stocktakeId, rack: '01', box: '02' })
  await store.done(who.head, abandonBox, { countId: first.countId })
  const { countId } = await store.done(who.head, startBox, { stocktakeId, rack: '01', box: '02' })
  const surplus = { countId, files: [file] }
  await store.done(who.head, submitBox, surplus)
  expect(await store.done(who.second, recountBox, surplus)).toEqual({
    state: 'differs',
    missing: 0,
    surplus: 1,
  })
  const [row] = await store.superuser<{ id: string }>(
    'select id from archives.file_difference where outcome is null',
  )
  const told = { differenceId: row!.id, explanation: '误放，已放回一号盒' }
  expect(await store.says(who.head, explainFile, { ...told, outcome: 'explained' })).toBe(
    'file_difference_own',
  )
  expect(await store.says(who.leader, explainFile, { ...told, outcome: 'lost' })).toBe(
    'file_difference_outcome',
  )
  await store.done(who.leader, explainFile, { ...told, outcome: 'explained' })
  expect(await store.done(who.archivist, closeStocktake, { stocktakeId })).toEqual({
    boxes: 2,
    differences: 2,
  })
  expect(await store.says(who.archivist, closeStocktake, { stocktakeId })).toBe('stocktake_closed')
  expect(await store.says(who.archivist, startBox, { stocktakeId, rack: '01', box: '01' })).toBe(
    'stocktake_closed',
  )

  const again = await store.done(who.head, startStocktake, { room: 'A' })
  const empty = await store.done(who.archivist, startBox, {
    stocktakeId: again.stocktakeId,
    rack: '01',
    box: '02',
  })
  expect(await store.done(who.archivist, submitBox, { countId: empty.countId, files: [] })).toEqual({
    state: 'agreed',
  })
  const box = await store.done(who.archivist, startBox, {
    stocktakeId: again.stocktakeId,
    rack: '01',
    box: '01',
  })
  const short = { countId: box.countId, files: [file] }
  await store.done(who.archivist, submitBox, short)
  await store.done(who.second, recountBox, short)
  const [lost] = await store.superuser<{ id: string }>(
    'select id from archives.file_difference where outcome is null',
  )
  await store.done(who.leader, explainFile, {
    differenceId: lost!.id,
    outcome: 'lost',
    explanation: '遍寻不着',
  })
  expect(await archive.place(other)).toBe('missing')
  await store.done(who.archivist, foundFile, { file: other, note: '在复印室' })
  await store.done(who.second, shelve, { file: other, room: 'A', rack: '01', box: '01' })
  expect(await store.done(who.head, closeStocktake, { stocktakeId: again.stocktakeId })).toMatchObject({
    boxes: 2,
  })
})

test('a loan is overdue after its last day, and found once; on time it is not', async () => {
  const look = () =>
    findOverdueArchives(
      store.pools.auditor,
      store.kernel,
      Buffer.from(store.secrets.services.detector!, 'hex'),
    )
  const { loanId } = await store.done(who.clerk, askLoan, { file, outside: true, purpose: '法院调卷' })
  await store.done(who.head, decideLoan, { loanId, approve: true })
  await store.done(who.archivist, handOut, { loanId, pages: pages - 1, condition: '缺第 3 页' })
  await store.done(who.clerk, signForLoan, { loanId })
  expect(await look()).toBe(0)
  await store.setClock('2026-03-16T08:00:00Z')
  expect(await look()).toBe(0)
  await store.setClock('2026-03-17T01:00:00Z')
  expect(await look()).toBe(1)
  expect(await look()).toBe(0)
  expect(await findings('loan_overdue')).toBe(1)
})

test('a room nobody inspected in its time is overdue by the engine of duties; sooner where the office set fewer days', async () => {
  const overdue = async () => {
    await store.dutyWatch.runOnce()
    return findings('store_room_overdue')
  }
  await store.setClock('2026-04-08T01:00:00Z')
  expect(await overdue()).toBe(0)
  await store.setClock('2026-04-10T01:00:00Z')
  expect(await overdue()).toBe(1)
  expect(await overdue()).toBe(1)
  const sound = {
    room: 'A',
    fire: true,
    theft: true,
    damp: true,
    temperatureTenths: 200,
    humidityTenths: 500,
  }
  const [head, archivist] = [
    await store.person('head2', ['centre_lead']),
    await store.person('archivist3', ['archiving']),
  ]
  await store.done(head, setPeriods, { loanDays: 5, inspectionDays: 10 })
  await store.done(archivist, inspectRoom, sound)
  await store.setClock('2026-04-19T01:00:00Z')
  expect(await overdue()).toBe(1)
  await store.setClock('2026-04-21T01:00:00Z')
  expect(await overdue()).toBe(2)
})

test('a file of a kind with a shorter term is appraised when it is over, and not before', async () => {
  await store.superuser(ofShortTerm)
  await store.setClock('2036-05-12T02:00:00Z')
  const later = await store.person('later', ['archiving'])
  expect(await store.says(later, askAppraisal, { file: short })).toBe('done')
  expect(await findings('file_term_over')).toBe(1)
})

test('the log holds every row of the archive; a scan or a page count changed behind it is named', async () => {
  await store.sequencer.drain()
  expect((await verifyEverything(store.pools.auditor, store.deps.vault)).problems).toEqual([])
  const client = await store.admin()
  await client.query('begin')
  await client.query('set local session_replication_role = replica')
  await client.query(
    `update cases.material set file = repeat('a', 64) where case_id = (select case_id from archives.file where number = $1) and no = 1`,
    [other],
  )
  await client.query('update archives.file set pages = pages - 1 where number = $1', [other])
  await client.query('commit')
  await client.end()
  const { problems } = await verifyEverything(store.pools.auditor, store.deps.vault)
  expect(problems.map((one) => one.table).sort()).toEqual(['archives.file', 'cases.material'])
})
