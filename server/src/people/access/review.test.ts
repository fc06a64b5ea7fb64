import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { isRefusal } from '../../kernel/act.ts'
import type { Outcome } from '../../kernel/perform.ts'
import { approveAccess, requestAccess } from './acts.ts'
import { accessCharge } from './queries.ts'
import { closeReview, reviewAccess } from './review.ts'

const district = 'haishu'
const code = (outcome: Outcome<never>): string => (outcome.ok ? 'done' : outcome.refusal.code)
let world: TestWorld
const people: Record<string, Someone> = {}
const make = async (name: string, duties: string[], at = district) => {
  people[name] = await world.person(name, duties, at)
}
interface Charge {
  quarter: string
  due: number
  left: number
  items: { grantId: string; person: string; duty: string; due: boolean; district: string }[]
  overdue: unknown[]
}
async function charge(who: Someone): Promise<Charge> {
  const answer = await world.kernel.read(who.token, (ctx) => accessCharge.run(ctx as never, {}, world.deps))
  if (isRefusal(answer)) throw new Error(answer.code)
  return answer as Charge
}
const review = (who: Someone, items: { grantId: string; keep: boolean }[], at = district) =>
  world.as(who, reviewAccess, { district: at, items: items.map((one) => ({ ...one, word: '岗位需要' })) })
const obligations = () =>
  world.superuser<{ name: string; period: string; done: boolean; late: boolean }>(
    `select p.name, lower(o.period)::text as period, o.done_by is not null as done, coalesce(o.done_at > o.due_at, false) as late
     from kernel.obligation o join kernel.person p on p.id::text = o.subject where o.kind = 'access.review' order by 2, 1`,
  )

/** The clock goes to another quarter, and everybody signs in anew under another name: sessions do not last that long. */
async function inQuarter(instant: string, ...names: [name: string, duties: string[], at?: string][]) {
  await world.setClock(instant)
  for (const [name, duties, at] of names) await make(name, duties, at)
}

beforeAll(async () => {
  world = await openTestWorld({ now: '2026-02-10T01:30:00Z' })
  await make('clerk', ['acceptance', 'issuing'])
  await make('recorder', ['recording'])
  await make('head', ['centre_lead'])
  await make('leader', ['district_lead'])
  await make('bureau', ['district_lead'], 'city')
  await make('security', ['admin_security'], 'city')
  const temp = await world.person('temp', [])
  const asked = await world.as(temp, requestAccess, {
    district,
    duty: 'enquiry',
    businesses: ['*'],
    purposes: ['enquiry'],
    reason: '查询窗口轮岗一年',
    until: '2027-01-31',
  })
  const { requestId } = (asked as { result: { requestId: string } }).result
  for (const by of ['head', 'security'])
    expect(code(await world.as(people[by]!, approveAccess, { district, requestId, note: '同意' }))).toBe(
      'done',
    )
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

test('each leader has others’ rights in charge, never their own; the head the staff, the leader the head, the bureau the leader', async () => {
  const of = async (name: string) =>
    (await charge(people[name]!)).items.map((one) => `${one.person} ${one.duty}`).sort()
  expect(await of('head')).toEqual([
    'clerk acceptance',
    'clerk issuing',
    'recorder recording',
    'temp enquiry',
  ])
  expect(await of('leader')).toEqual(['head centre_lead'])
  expect(await of('bureau')).toEqual(['leader district_lead', 'security admin_security'])
})

test('in the quarter in which rights were given nothing is due, and nothing is found', async () => {
  expect(await charge(people.head!)).toMatchObject({ quarter: '2026Q1', due: 0, left: 0 })
  expect(await world.accessWatch.runOnce()).toEqual([])
  await world.dutyWatch.runOnce()
  expect(await obligations()).toEqual([])
})

test('in the next quarter it is owed, kept or ended right by right, and done when none is left', async () => {
  await inQuarter('2026-04-07T01:30:00Z')
  expect((await world.dutyWatch.runOnce()).sort()).toEqual(['city', 'haishu'])
  expect((await obligations()).map(({ name, period, done }) => [name, period, done])).toEqual([
    ['bureau', '2026-04-01', false],
    ['head', '2026-04-01', false],
    ['leader', '2026-04-01', false],
  ])
  expect(await world.dutyWatch.runOnce()).toEqual([])
})

test('kept and ended, each with a word; the ended right is gone at once; what is left over keeps the quarter open', async () => {
  // Sessions of the last quarter are over: another head of the same centre does the review.
  await make('head2', ['centre_lead'])
  const { items, left } = await charge(people.head2!)
  expect(left).toBe(4)
  const grant = (what: string) => items.find((one) => `${one.person} ${one.duty}` === what)!.grantId
  expect(code(await world.as(people.head2!, closeReview, {}))).toBe('access_review_open')
  const some = await review(people.head2!, [
    { grantId: grant('clerk acceptance'), keep: true },
    { grantId: grant('clerk issuing'), keep: false },
  ])
  expect(some).toMatchObject({ ok: true, result: { kept: 1, ended: 1, left: 2 } })
  const held = (
    await world.superuser<{ d: string[] }>('select kernel.duties_of($1) as d', [people.clerk!.id])
  )[0]!.d
  expect(held).toEqual(['acceptance'])
  expect(code(await review(people.head2!, [{ grantId: grant('clerk acceptance'), keep: true }]))).toBe(
    'access_reviewed',
  )
  expect(code(await world.as(people.head2!, closeReview, {}))).toBe('access_review_open')
  expect(code(await review(people.head2!, [{ grantId: grant('recorder recording'), keep: true }]))).toBe(
    'done',
  )
})

test.each([
  ['somebody who leads nothing', 'no_duty', () => world.person('nobody', [])],
  [
    'the leader in charge, of what the head has in charge',
    'access_not_in_charge',
    () => world.person('lead2', ['district_lead']),
  ],
  ['a head of another office', 'wrong_district', () => world.person('far', ['centre_lead'], 'jiangbei')],
  [
    'the bureau’s leader, of staff',
    'access_not_in_charge',
    () => world.person('bureau2', ['district_lead'], 'city'),
  ],
  ['the security administrator', 'no_duty', () => world.person('sec2', ['admin_security'], 'city')],
] as const)('reviewed by %s: %s', async (_, refusal, who) => {
  const [grant] = await world.superuser<{ id: string }>(
    `select id from kernel.duty_grant where person_id = $1 and duty = 'acceptance'`,
    [people.clerk!.id],
  )
  expect(code(await review(await who(), [{ grantId: grant!.id, keep: true }]))).toBe(refusal)
})

test('not done in time it is overdue and a finding; done later it is done, late', async () => {
  await inQuarter('2026-07-01T01:30:00Z', ['head3', ['centre_lead']])
  await world.dutyWatch.runOnce()
  const found = await world.superuser<{ subject: string }>(
    `select p.name as subject from kernel.finding f join kernel.person p on f.subject = 'person:' || p.id where f.kind = 'access_review_overdue' order by 1`,
  )
  expect(found.map((one) => one.subject)).toEqual(expect.arrayContaining(['bureau', 'head', 'leader']))
  const before = found.length
  await world.dutyWatch.runOnce()
  const [again] = await world.superuser<{ n: number }>(
    `select count(*)::int as n from kernel.finding where kind = 'access_review_overdue'`,
  )
  expect(again!.n).toBe(before)
})

test('what was asked for and not confirmed ends by itself after the grace, not before; what came with the post stays', async () => {
  const live = async () =>
    (
      await world.superuser<{ g: string }>(
        `select p.name || ' ' || g.duty as g from kernel.duty_grant g join kernel.person p on p.id = g.person_id
       where g.during @> kernel.now() and p.name in ('temp', 'recorder') order by 1`,
      )
    ).map((one) => one.g)
  await world.setClock('2026-07-15T15:59:00Z')
  await world.accessWatch.runOnce()
  expect(await live()).toEqual(['recorder recording', 'temp enquiry'])
  await world.setClock('2026-07-15T16:00:30Z')
  await world.accessWatch.runOnce()
  expect(await live()).toEqual(['recorder recording'])
  const [finding] = await world.superuser<{ n: number }>(
    `select count(*)::int as n from kernel.finding where kind = 'access_unconfirmed'`,
  )
  expect(finding!.n).toBe(1)
  expect(await world.accessWatch.runOnce()).toEqual([])
})

// At the SQL prompt, with the app's password and the token of a head who is in charge.
test.each<[what: string, sql: (grant: string, holder: string) => string, outcome: string]>([
  ['a review of last quarter', (g, h) => reviewRow(g, h, '2026Q2'), 'MB073'],
  ['a review that names another holder', (g) => reviewRow(g, people.recorder!.id, '2026Q3'), '23503'],
  ['a review in its quarter', (g, h) => reviewRow(g, h, '2026Q3'), 'done'],
])('at the prompt: %s', async (_, sql, outcome) => {
  const head = await world.person(`prompt${outcome.toLowerCase()}`, ['centre_lead'])
  const [grant] = await world.superuser<{ id: string }>(
    `select id from kernel.duty_grant where person_id = $1 and duty = 'acceptance'`,
    [people.clerk!.id],
  )
  const prompt = await world.prompt('mingbu_app')
  try {
    await prompt.query('begin')
    await prompt.query(`select kernel.open_act($1, 'access.review', null, gen_random_uuid(), sha256('x'))`, [
      head.token,
    ])
    const met = await prompt.query(sql(grant!.id, people.clerk!.id)).then(
      () => 'done',
      (error: { code?: string }) => error.code,
    )
    expect(met).toBe(outcome)
  } finally {
    await prompt.query('rollback')
    await prompt.end()
  }
})
const reviewRow = (grant: string, holder: string, quarter: string) =>
  `insert into people.access_review (district, grant_id, quarter, holder_id, keep, word) values ('haishu', '${grant}', '${quarter}', '${holder}', true, '需要')`

test('after all of it the log agrees with every table', async () => {
  await world.sequencer.drain()
  expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
}, 60_000)
