import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillArchive } from '../../../test/archive.ts'
import { openRoutes, type TestRoutes } from '../../../test/http.ts'
import { openStore, type Store } from '../../../test/store.ts'
import type { Someone } from '../../../test/world.ts'

let store: Store
let routes: TestRoutes
let people: Record<'archivist' | 'elsewhere' | 'system' | 'bank', Someone>
const number = 'HAISHU-2026-T01-000001'

// As `fillArchive` leaves it: file 1 went out, came back a page short and damaged, was lost, found, and lies in the room.
beforeAll(async () => {
  store = await openStore()
  await fillArchive(store)
  people = {
    archivist: store.staff.archivist,
    elsewhere: await store.person('elsewhere', ['archiving'], 'jiangbei'),
    system: await store.person('system', ['admin_system']),
    bank: await store.person('banker', ['bank']),
  }
  routes = await openRoutes(store.kernel)
}, 120_000)
afterAll(async () => {
  await routes[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

const get = async (who: Someone, path: string) =>
  (await routes.get(who, path)).json as Record<string, unknown> & {
    refusal?: { code: string; fields?: unknown[] }
  }

test('the desk: what lies where, and no loan when none is under way', async () => {
  expect(await get(people.archivist, 'archives/desk')).toMatchObject({
    mine: [],
    offered: [],
    unshelved: [{ number, checked: true, offered: false, lent: false }],
    loans: [],
    missing: [],
    loanDays: 5,
    inspectionDays: 31,
  })
})

test('a file: contents that add up, pictures with their answers, the loan, and each step of its life in order', async () => {
  const view = await get(people.archivist, `archives/files/${number}`)
  const { file, items, life, loans, scans } = view as unknown as {
    file: { place: string; pages: number; scansSame: boolean }
    items: { pages: number }[]
    life: { step: string; actId: string | null }[]
    loans: { state: string; pagesOut: number; pagesBack: number; damaged: boolean }[]
    scans: { flags: string[]; answer: string }[]
  }
  expect(file).toMatchObject({ place: 'store', scansSame: true })
  expect(items.reduce((sum, one) => sum + one.pages, 0)).toBe(file.pages)
  expect(scans.every((one) => one.flags.length === 0 || one.answer)).toBe(true)
  expect(loans).toMatchObject([
    { state: 'returned', pagesOut: file.pages, pagesBack: file.pages - 1, damaged: true },
  ])
  expect(life.map((one) => one.step).filter((step) => step !== 'approved')).toEqual([
    'receive',
    'recheck',
    'bound',
    'return',
    'shelve',
    'asked_out',
    'lend',
    ...['return', 'pages_missing', 'damage'].map(() => expect.any(String)),
    ...['lose', 'loss'].map(() => expect.any(String)),
    ...['return', 'found'].map(() => expect.any(String)),
  ])
  expect(life.filter((one) => one.step === 'approved')).toHaveLength(1)
})

test('the map: rooms, boxes with what they hold, inspections; a box with its files', async () => {
  expect(await get(people.archivist, 'archives/map')).toMatchObject({
    rooms: [{ code: 'A', name: '一号库房', days: 31, overdue: false }],
    terms: expect.arrayContaining([{ kind: 'case', term: 'permanent', years: null }]),
    boxes: [
      { room: 'A', rack: '01', box: '01', files: 0 },
      { room: 'A', rack: '01', box: '02', files: 0 },
    ],
    inspections: [{ room: 'A', damp: false, temperature: '25.1', humidity: '70.2' }],
  })
  expect(await get(people.archivist, 'archives/boxes/A/01/01')).toMatchObject({ files: [] })
})

test('stock-takes: the rooms, and what each box needs next; a count that is over, with its difference explained', async () => {
  expect(await get(people.archivist, 'archives/stocktakes')).toMatchObject({
    rooms: [
      {
        code: 'A',
        open: null,
        lastAt: expect.any(String),
        availability: { 'archives.startStocktake': { enabled: true } },
      },
    ],
    boxes: [],
    differences: [{ file: number, side: 'surplus', outcome: 'explained' }],
    stocktakes: [{ room: 'A', boxes: 2, differences: 1 }],
  })
  expect(await get(people.archivist, 'archives/without-file')).toEqual({ cases: [] })
})

test('the life of a number knows a file: what it is, and every act on it in order, with refused ones; no other office sees it', async () => {
  expect(await get(people.archivist, `things/archive/${number}`)).toMatchObject({
    district: 'haishu',
    number,
    place: 'store',
    term: 'permanent',
    cases: [{ state: 'archived' }],
  })
  const { items } = (await get(people.archivist, `things/archive/${number}/acts`)) as unknown as {
    items: { type: string; outcome: string }[]
  }
  expect(items.map(({ type }) => type)).toEqual([
    'case.archive',
    'archives.measureScans',
    ...items.filter(({ type }) => type === 'archives.answerScan').map(({ type }) => type),
    'archives.recheckFile',
    'archives.bindFile',
    'archives.offerFile',
    'archives.takeFile',
    'archives.shelve',
    'archives.askLoan',
    'archives.decideLoan',
    'archives.handOut',
    'archives.signForLoan',
    'archives.giveBack',
    'archives.receiveBack',
    'archives.reportLoss',
    'archives.foundFile',
    'archives.recountBox',
    'archives.explainFile',
  ])
  expect((await get(people.elsewhere, `things/archive/${number}`)).refusal?.code).toBe('not_found')
  expect(await get(people.elsewhere, `things/archive/${number}/acts`)).toMatchObject({ items: [] })
})

test.each([
  ['elsewhere', `archives/files/${number}`, 'not_found'],
  ['elsewhere', 'archives/boxes/A/01/01', 'not_found'],
  ['archivist', 'archives/files/HAISHU-2026-T01-000099', 'not_found'],
  ['archivist', 'archives/files/1', 'invalid_input'],
  ['archivist', 'archives/boxes/A/01/77', 'not_found'],
  ['archivist', 'archives/boxes/a/01/1', 'invalid_input'],
  ['system', 'archives/desk', 'no_duty'],
  ['bank', `archives/files/${number}`, 'no_duty'],
  ['bank', 'archives/map', 'no_duty'],
  ['bank', 'archives/stocktakes', 'no_duty'],
  ['system', 'archives/without-file', 'no_duty'],
] as const)('%s asks for %s: %s', async (who, path, code) => {
  expect((await get(people[who], path)).refusal?.code).toBe(code)
})
