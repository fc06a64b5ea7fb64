import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Archive, measured, openArchive } from '../../../test/archive.ts'
import { openStore, type Store } from '../../../test/store.ts'
import { pagesOf } from '../../../test/town.ts'
import type { Someone } from '../../../test/world.ts'
import { archive as archiveCase, attach } from '../../cases/acts.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { foundFile, reportLoss } from './incidents.ts'
import { askLoan, decideLoan, giveBack, handOut, receiveBack, signForLoan, withdrawLoan } from './loans.ts'
import { addBoxes, inspectRoom, openRoom, setPeriods } from './rooms.ts'
import { answerScan, measureScans, recheckFile } from './scans.ts'
import { endFileOffer, offerFile, shelve, takeFile } from './transfer.ts'
import { findOverdueArchives } from './watch.ts'

let store: Store
let archive: Archive
let who: Record<'archivist' | 'second' | 'head' | 'leader' | 'clerk' | 'reviewer' | 'enquirer', Someone>
/** A file that lies in box A-01-01; its pages. */
let file: string
let other: string
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

test('what is overdue is found once: a loan after its last day, a room after its period; on time nothing is', async () => {
  other = await archive.fileOf(1)
  await measured(store, archive, other)
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
  await store.setClock('2026-04-10T01:00:00Z')
  expect(await look()).toBe(1)
  expect(await look()).toBe(0)
  expect(await findings('store_room_overdue')).toBe(1)
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
