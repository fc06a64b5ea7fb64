import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Keepers, openStore, range, type Store, serial } from '../../test/store.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { abandonCount, explain, recount, startCount, submitCount } from './count.ts'
import { offer } from './handover.ts'
import { voidBlanks } from './void.ts'

type Who = keyof Keepers
// Tests that leave nothing behind share a store.
let shared: Store
beforeAll(async () => {
  shared = await openStore()
})
afterAll(() => shared[Symbol.asyncDispose]())

/** The store holds 1 to 10 and 31 to 100; the head has begun to count it. */
async function counting(of: 'store' | Who = 'store', who: Who = 'head') {
  const store = await openStore()
  const place = of === 'store' ? of : store.keepers[of].id
  const { countId } = await store.done(store.keepers[who], startCount, {
    kind: 'certificate',
    edition: 'D',
    of: place,
  })
  const give = (numbers: object) => ({
    kind: 'certificate',
    ...numbers,
    from: 'store',
    to: store.keepers.otherPrinter.id,
  })
  return Object.assign(store, { countId, give })
}
const right = [range(1, 10), range(31, 100)]

test.each([
  ['printer', 'printer', 'count_own'],
  ['printer', 'otherPrinter', 'done'],
  ['store', 'keeper', 'done'],
  ['store', 'clerk', 'no_duty'],
] as const)('what lies with %s is counted by %s: %s', async (of, who, outcome) => {
  const place = of === 'store' ? of : shared.keepers[of].id
  const begun = await shared.as(shared.keepers[who], startCount, {
    kind: 'certificate',
    edition: 'D',
    of: place,
  })
  expect(begun.ok ? 'done' : begun.refusal.code).toBe(outcome)
  if (begun.ok) await shared.done(shared.keepers[who], abandonCount, begun.result)
})

test('while a place is counted nothing moves into it or out of it; elsewhere work goes on', async () => {
  await using store = await counting()
  expect(await store.says(store.keepers.keeper, offer, store.give(range(1)))).toBe('serial_stands_still')
  expect(
    await store.says(store.keepers.printer, offer, { ...store.give(range(11)), from: 'me', to: 'store' }),
  ).toBe('serial_stands_still')
  expect(await store.says(store.keepers.printer, offer, { ...store.give(range(11)), from: 'me' })).toBe(
    'done',
  )
  expect(
    await store.says(store.keepers.leader, startCount, { kind: 'certificate', edition: 'D', of: 'store' }),
  ).toBe('count_twice')
  expect(await store.says(store.keepers.leader, abandonCount, { countId: store.countId })).toBe(
    'count_not_yours',
  )
  await store.done(store.keepers.head, abandonCount, { countId: store.countId })
  expect(await store.says(store.keepers.keeper, offer, store.give(range(1)))).toBe('done')
})

test('the counter is told neither before nor after how many the book expects', async () => {
  await using store = await counting()
  const { head } = store.keepers
  const answer = await store.as(head, submitCount, { countId: store.countId, ranges: [range(1, 10)] })
  expect(answer).toMatchObject({ ok: true, result: { state: 'recounting' } })
  expect(Object.keys(answer.ok ? answer.result : {})).toEqual(['state'])
  const row = await store.kernel.read(head.token, ({ tx }) => tx.maybe`select expected from custody.count`)
  expect(row).toEqual({ expected: null })
})

// Whoever has the app's password, in a session of the counter: each way to the figure, and how many rows it gives.
const ways: [string, string][] = [
  [
    'the holdings',
    `select 1 from kernel.custody_holding where kind = 'certificate' and edition = 'D' and place = 'store'`,
  ],
  [
    'the lines',
    `select 1 from kernel.custody_line where kind = 'certificate' and edition = 'D' and 'store' in (from_place, to_place)`,
  ],
  ['what lies where now', `select 1 from kernel.custody_now('certificate', 'D') where place = 'store'`],
  [
    'what lay where then',
    `select 1 from kernel.custody_balance('certificate', 'D', kernel.now()) where place = 'store'`,
  ],
  ['one number', `select 1 where kernel.where_is('certificate', 'D', 33600000001) is not null`],
  ['a place as ranges', `select 1 where custody.held_at('certificate', 'D', 'store') <> '{}'`],
]
test('while a place is counted the database tells the app’s role nothing of it by any way, and afterwards all', async () => {
  await using store = await counting()
  const { head } = store.keepers
  const prompt = await store.prompt('mingbu_app')
  const rowsOf = async (sql: string, who = head, type = 'custody.abandonCount') => {
    await prompt.query('begin')
    try {
      const district = type === 'audit.pack' ? 'haishu' : null
      const open = `select kernel.open_act($1, $2, $3, gen_random_uuid(), sha256('x')) as opened`
      const { rows } = await prompt.query<{ opened: { status: string } }>(open, [who.token, type, district])
      expect(rows[0]!.opened.status).toBe('ok')
      return (await prompt.query(sql)).rows.length > 0 ? 'told' : 'nothing'
    } finally {
      await prompt.query('rollback')
    }
  }
  const all = async () => {
    const said: Record<string, string> = {}
    for (const [name, sql] of ways) said[name] = await rowsOf(sql)
    return said
  }
  const each = (said: string) => Object.fromEntries(ways.map(([name]) => [name, said]))
  expect(await all()).toEqual(each('nothing'))
  // What lies elsewhere is read as always.
  const elsewhere = `select 1 from kernel.custody_holding where kind = 'certificate' and edition = 'D' and place like 'person:%'`
  expect(await rowsOf(elsewhere)).toBe('told')
  // A pack for outsiders is whole whatever is counted meanwhile.
  const inspector = await store.person('inspector', ['inspection'])
  expect(await rowsOf(ways[1]![1], inspector, 'audit.pack')).toBe('told')
  expect(await rowsOf(ways[1]![1], inspector)).toBe('nothing')
  await expect(rowsOf(`select * from custody.judge('${store.countId}', '{}')`)).rejects.toMatchObject({
    constraint: 'count_step',
  })
  await store.done(head, abandonCount, { countId: store.countId })
  expect(await all()).toEqual(each('told'))
  await prompt.end()
})

test('blanks that may lie where a count is under way are not voided, whether they lie there or not', async () => {
  await using store = await counting()
  const photo = await store.upload(store.staff.clerk)
  const input = (number: number) => ({ kind: 'certificate', ...range(number), reason: 'soiled', photo })
  expect(await store.says(store.keepers.keeper, voidBlanks, input(1))).toBe('serial_stands_still')
  expect(await store.says(store.keepers.keeper, voidBlanks, input(500))).toBe('serial_stands_still')
  expect(await store.says(store.keepers.printer, voidBlanks, input(11))).toBe('done')
})

test.each([
  ['all of it', right, 'agreed'],
  ['all of it in other pieces', [range(31, 50), range(1, 10), range(51, 100)], 'agreed'],
  ['one too few', [range(1, 9), range(31, 100)], 'recounting'],
  ['one too many', [range(1, 11), range(31, 100)], 'recounting'],
  ['nothing', [], 'recounting'],
  ['the same number twice', [...right, range(5)], 'invalid_input'],
  ['a reversed range', [{ first: serial(9), last: serial(1) }], 'invalid_input'],
  ['another edition', [{ first: '33600000001', last: '33600000001' }], 'invalid_input'],
])('a first count that saw %s', async (_, ranges, outcome) => {
  const { head, leader } = shared.keepers
  const { countId } = await shared.done(head, startCount, { kind: 'certificate', edition: 'D', of: 'store' })
  const answer = await shared.as(head, submitCount, { countId, ranges })
  const said = answer.ok ? (answer.result as { state: string }).state : answer.refusal.code
  expect(said).toBe(outcome)
  if (said === 'recounting') await shared.done(leader, recount, { countId, ranges: right })
  if (!answer.ok) await shared.done(head, abandonCount, { countId })
})

test('a difference is recounted by another, opens a finding, stops its numbers, and is closed by somebody else', async () => {
  await using store = await counting()
  const { head, keeper, leader } = store.keepers
  const ranges = [range(1, 9), range(31, 98)]
  await store.done(head, submitCount, { countId: store.countId, ranges })
  expect(await store.says(keeper, offer, store.give(range(1)))).toBe('serial_stands_still')
  expect(await store.says(head, recount, { countId: store.countId, ranges })).toBe('count_not_yours')
  expect(
    await store.done(keeper, recount, { countId: store.countId, ranges: [...ranges, range(200)] }),
  ).toEqual({
    state: 'differs',
    missing: 3,
    surplus: 1,
  })
  // Other numbers move again, these do not.
  expect(await store.says(keeper, offer, store.give(range(1)))).toBe('done')
  expect(await store.says(keeper, offer, store.give(range(98, 99)))).toBe('serial_stands_still')
  const found = await store.superuser<{ id: string; side: string; summary: string; severity: string }>(
    `select d.id, d.side, f.summary_zh as summary, f.severity from custody.difference d join kernel.finding f on f.id = d.finding_id order by lower(d.serials)`,
  )
  expect(
    found.map(({ side, summary }) => [side, summary.includes(serial(99)), summary.includes(serial(200))]),
  ).toEqual([
    ['missing', false, false],
    ['missing', true, false],
    ['surplus', false, true],
  ])
  const [ten, last, strange] = [found[0]!, found[1]!, found[2]!]
  const close = (differenceId: string, outcome: string) => ({ differenceId, outcome, explanation: '经查' })
  expect(await store.says(head, explain, close(last.id, 'lost'))).toBe('difference_own')
  expect(await store.says(keeper, explain, close(last.id, 'lost'))).toBe('no_duty')
  expect(await store.says(leader, explain, close(last.id, 'explained'))).toBe('difference_outcome')
  await store.done(leader, explain, close(last.id, 'lost'))
  expect(await store.says(leader, explain, close(last.id, 'lost'))).toBe('difference_closed')
  await store.done(leader, explain, close(ten.id, 'found'))
  await store.done(leader, explain, close(strange.id, 'explained'))
  expect(await Promise.all([10, 98, 99, 100].map(store.place))).toEqual([
    'store',
    'store',
    'missing',
    'missing',
  ])
  expect(await store.says(keeper, offer, store.give(range(10)))).toBe('done')
  // What turns up later becomes void, with its own line.
  const photo = await store.upload(store.staff.clerk)
  await store.done(keeper, voidBlanks, { kind: 'certificate', ...range(99), reason: 'found_again', photo })
  expect(await store.place(99)).toBe('void')
  await store.sequencer.drain()
  expect(await verifyEverything(store.pools.auditor, store.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
})

test('a second count that agrees with the book ends it without a difference', async () => {
  await using store = await counting()
  await store.done(store.keepers.head, submitCount, { countId: store.countId, ranges: [] })
  expect(
    await store.done(store.keepers.leader, recount, { countId: store.countId, ranges: right }),
  ).toMatchObject({
    state: 'agreed',
  })
  expect(await store.superuser('select 1 from kernel.finding')).toEqual([])
  expect(await store.says(store.keepers.keeper, offer, store.give(range(1)))).toBe('done')
})

test('whoever begins to count while blanks are given out sees them on one side or the other, never in between', async () => {
  await using store = await openStore()
  const { keeper, head } = store.keepers
  for (let number = 31; number < 36; number++) {
    const input = { kind: 'certificate', ...range(number), from: 'store', to: store.keepers.otherPrinter.id }
    const [given, begun] = await Promise.all([
      store.says(keeper, offer, input),
      store.as(head, startCount, { kind: 'certificate', edition: 'D', of: 'store' }),
    ])
    expect(['done', 'serial_stands_still']).toContain(given)
    if (!begun.ok) throw new Error(begun.refusal.code)
    const { countId } = begun.result as { countId: string }
    await store.done(head, abandonCount, { countId })
  }
})

// The clock is set ahead by so many days after the store was filled.
test.each([
  [24, 0],
  [31, 0],
  [33, 1],
])('a store not counted for %d days has %d findings, and none once it is counted', async (days, findings) => {
  await using store = await openStore()
  const { head } = store.keepers
  const watch = () => store.dutyWatch.runOnce()
  const found = () =>
    store.superuser<{ subject: string }>(
      `select subject from kernel.finding where kind = 'stocktake_overdue'`,
    )
  const goOn = (by: number) =>
    store.superuser('update kernel.clock set ahead = ahead + make_interval(days => $1::int)', [by])
  await goOn(days)
  await watch()
  expect(await found()).toEqual(findings ? [{ subject: 'store:certificateD' }] : [])
  // For the same last stock-take there is one finding, however often the watch looks.
  expect(await watch()).toEqual([])
  await goOn(-days)
  const { countId } = await store.done(head, startCount, { kind: 'certificate', edition: 'D', of: 'store' })
  await store.done(head, submitCount, { countId, ranges: right })
  await goOn(31)
  await watch()
  expect(await found()).toHaveLength(findings)
})

test('a count ends one month of a store and begins the next', async () => {
  await using store = await openStore()
  const { head } = store.keepers
  // The store was filled twenty-five days ago, is counted today, and looked at in twenty days.
  await store.superuser(
    `set session_replication_role = replica; update kernel.custody_line set at = at - interval '25 days'`,
  )
  const { countId } = await store.done(head, startCount, { kind: 'certificate', edition: 'D', of: 'store' })
  await store.done(head, submitCount, { countId, ranges: right })
  const goOn = (by: number) =>
    store.superuser('update kernel.clock set ahead = ahead + make_interval(days => $1::int)', [by])
  const stands = async () => {
    await store.dutyWatch.runOnce()
    return store.superuser<{ done: boolean; overdue: boolean }>(
      `select done_by is not null as done, done_by is null and due_at < kernel.now() as overdue from kernel.obligation
       where kind = 'custody.stocktake' and subject = 'certificate:D' order by lower(period)`,
    )
  }
  await goOn(20)
  expect(await stands()).toEqual([{ done: false, overdue: false }])
  await goOn(13)
  expect(await stands()).toEqual([{ done: false, overdue: true }])
})
