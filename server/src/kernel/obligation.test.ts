import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../test/world.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { act } from './act.ts'
import { type Due, type Obligation, obligationState, recomputeObligation } from './obligation.ts'
import { refuser } from './refusal.ts'

const refuse = refuser({ store_locked: { zh: '库房已锁。', en: 'The store is locked.' } })
const instant = (text: string) => Temporal.Instant.from(text)
const day = (text: string) => Temporal.PlainDate.from(text)

/** March 2026, with five days of grace: the month begins in Shanghai, eight hours before it does in UTC. */
const march: Due = {
  district: 'haishu',
  subject: 'store 1',
  from: day('2026-03-01'),
  to: day('2026-04-01'),
  dueAt: instant('2026-04-05T16:00:00Z'),
}
const counted = (at: string, id = 'a', type = 'stock.take') => ({ id, type, at: instant(at) })

// What was done, when one looks, how the duty stands and which act did it. From the clause: by the end of the grace.
test.each([
  ['nothing, in the middle of the month', [], '2026-03-15T00:00:00Z', 'pending', null],
  ['nothing, at the very end of the grace', [], '2026-04-05T16:00:00Z', 'pending', null],
  ['nothing, a nanosecond later', [], '2026-04-05T16:00:00.000000001Z', 'overdue', null],
  ['a count in the month', [counted('2026-03-10T00:00:00Z')], '2026-03-15T00:00:00Z', 'done', 'a'],
  [
    'a count at the first instant of the month in Shanghai',
    [counted('2026-02-28T16:00:00Z')],
    '2026-03-15T00:00:00Z',
    'done',
    'a',
  ],
  [
    'a count a second before the month',
    [counted('2026-02-28T15:59:59Z')],
    '2026-03-15T00:00:00Z',
    'pending',
    null,
  ],
  ['a count in the grace', [counted('2026-04-03T00:00:00Z')], '2026-05-01T00:00:00Z', 'done', 'a'],
  [
    'a count at the last instant of the grace',
    [counted('2026-04-05T16:00:00Z')],
    '2026-05-01T00:00:00Z',
    'done',
    'a',
  ],
  ['a count after the grace', [counted('2026-04-06T00:00:00Z')], '2026-05-01T00:00:00Z', 'done_late', 'a'],
  ['a count that is yet to come', [counted('2026-03-20T00:00:00Z')], '2026-03-15T00:00:00Z', 'pending', null],
  [
    'another act in the month',
    [counted('2026-03-10T00:00:00Z', 'a', 'stock.peek')],
    '2026-03-15T00:00:00Z',
    'pending',
    null,
  ],
  [
    'two counts, the later one named first',
    [counted('2026-03-20T00:00:00Z', 'b'), counted('2026-03-10T00:00:00Z', 'a')],
    '2026-05-01T00:00:00Z',
    'done',
    'a',
  ],
  [
    'a count too early and one too late',
    [counted('2026-02-01T00:00:00Z', 'a'), counted('2026-04-30T00:00:00Z', 'b')],
    '2026-05-01T00:00:00Z',
    'done_late',
    'b',
  ],
  [
    'two counts at one instant',
    [counted('2026-03-10T00:00:00Z', 'b'), counted('2026-03-10T00:00:00Z', 'a')],
    '2026-05-01T00:00:00Z',
    'done',
    'a',
  ],
] as const)('%s: seen at %3$s it is %4$s', (_, acts, at, state, doneBy) => {
  const answer = obligationState(march, acts, ['stock.take'], instant(at))
  expect([answer.state, answer.doneBy?.id ?? null]).toEqual([state, doneBy])
})

/** Counting the store: the act that satisfies the duty, when it is not refused. */
const take = act({
  type: 'probe.take',
  title: { zh: '盘点', en: 'Take stock' },
  clauses: ['4.6'],
  actors: ['service'],
  duties: [],
  districtOf: () => 'haishu',
  input: Type.Object({ store: Type.String(), locked: Type.Optional(Type.Boolean()) }),
  result: Type.Object({ store: Type.String() }),
  created: ({ store }) => ({ kind: 'store', id: store }),
  handle: async (_, { store, locked }) => (locked ? refuse('store_locked') : { store }),
})

/** Days of grace after the month; a holiday moves it. */
let grace = 5
const monthly: Obligation = {
  kind: 'probe.stock',
  clause: '4.6',
  title: { zh: '每月盘点', en: 'Monthly stock-taking' },
  satisfiedBy: ['probe.take'],
  async dues(_, from, to) {
    const dues: Due[] = []
    for (
      let month = from.with({ day: 1 });
      Temporal.PlainDate.compare(month, to) < 0;
      month = month.add({ months: 1 })
    ) {
      const next = month.add({ months: 1 })
      for (const subject of ['store 1', 'store 2']) {
        dues.push({
          district: 'haishu',
          subject,
          from: month,
          to: next,
          dueAt: next.add({ days: grace }).toZonedDateTime('Asia/Shanghai').toInstant(),
        })
      }
    }
    return dues
  },
}
const recompute = act({
  type: 'probe.recompute',
  title: { zh: '重算', en: 'Recompute' },
  clauses: ['4.6'],
  actors: ['service'],
  duties: [],
  districtOf: () => 'haishu',
  input: Type.Object({}),
  result: Type.Object({ added: Type.Integer(), changed: Type.Integer() }),
  handle: ({ tx, at }) => recomputeObligation(tx, monthly, day('2026-01-01'), day('2026-04-01'), at),
})

async function setting() {
  grace = 5
  const world = await openTestWorld({ now: '2026-01-10T00:00:00Z' })
  const clerk: Someone = { id: '', username: 'seed', token: Buffer.from(world.secrets.services.seed!, 'hex') }
  const done = async (which: typeof take | typeof recompute, input: object = {}) => {
    const answer = await world.as(clerk, which, input)
    return answer.ok ? (answer.result as { added: number; changed: number }) : answer.refusal.code
  }
  return { world, done }
}
const rows = (world: TestWorld) =>
  world.superuser<{ subject: string; month: string; done: boolean; done_at: string | null; due_at: string }>(
    `select subject, lower(period)::text as month, done_by is not null as done, done_at, due_at from kernel.obligation order by period, subject`,
  )

test('what is stored follows the acts, twice is the same as once, and a refused act satisfies nothing', async () => {
  const { world, done } = await setting()
  await using _ = world
  expect(await done(recompute)).toEqual({ added: 6, changed: 0 })
  expect(await done(recompute)).toEqual({ added: 0, changed: 0 })
  expect(await done(take, { store: 'store 2', locked: true })).toBe('store_locked')
  expect(await done(recompute)).toEqual({ added: 0, changed: 0 })
  expect(await done(take, { store: 'store 1' })).toEqual({ store: 'store 1' })
  expect(await done(recompute)).toEqual({ added: 0, changed: 1 })
  await world.setClock('2026-02-20T00:00:00Z')
  expect(await done(take, { store: 'store 2' })).toEqual({ store: 'store 2' })
  expect(await done(take, { store: 'store 3' })).toEqual({ store: 'store 3' })
  // In February store 2 is counted: in time for February, late for January.
  expect(await done(recompute)).toEqual({ added: 0, changed: 2 })
  expect((await rows(world)).map(({ subject, month, done: is }) => `${subject} ${month} ${is}`)).toEqual([
    'store 1 2026-01-01 true',
    'store 2 2026-01-01 true',
    'store 1 2026-02-01 false',
    'store 2 2026-02-01 true',
    'store 1 2026-03-01 false',
    'store 2 2026-03-01 false',
  ])
  await world.sequencer.drain()
  expect((await verifyEverything(world.pools.auditor, world.deps.vault)).problems).toEqual([])
})

test('thrown away and computed again from the acts, every row is as it was', async () => {
  const { world, done } = await setting()
  await using _ = world
  await done(recompute)
  for (const [now, store] of [
    ['2026-01-20', 'store 1'],
    ['2026-02-03', 'store 2'],
    ['2026-02-25', 'store 2'],
    ['2026-03-31', 'store 1'],
  ] as const) {
    await world.setClock(`${now}T00:00:00Z`)
    await done(take, { store })
    await done(recompute)
  }
  const before = await rows(world)
  expect(before.filter((row) => row.done)).toHaveLength(5)
  await world.superuser(`set session_replication_role = replica; delete from kernel.obligation`)
  expect(await done(recompute)).toEqual({ added: 6, changed: 0 })
  expect(await rows(world)).toEqual(before)
})

test('when the calendar moves a deadline, the stored one moves with it', async () => {
  const { world, done } = await setting()
  await using _ = world
  await done(take, { store: 'store 1' })
  await done(recompute)
  grace = 8
  expect(await done(recompute)).toEqual({ added: 0, changed: 6 })
  expect(await done(recompute)).toEqual({ added: 0, changed: 0 })
  const [january] = await rows(world)
  expect(january).toMatchObject({ subject: 'store 1', done: true, due_at: '2026-02-08T16:00:00Z' })
})
