import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { workOff } from '../../../test/rectify.ts'
import { stands } from '../../../test/supervised.ts'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { act, isRefusal } from '../../kernel/act.ts'
import { openFindings } from '../../kernel/finding.ts'
import { obligation } from '../../kernel/obligation.ts'
import type { Query } from '../../kernel/query.ts'
import { findings as findingList } from '../rectification/queries.ts'
import { askExemption, decideExemption, recomputeDuties } from './acts.ts'
import { dayKind, dutyCalendar, dutyForecast, myDutyCalendar } from './calendar.ts'
import { type Changes, someOf } from './engine.ts'
import { dayDue, dueList, myDuties } from './queries.ts'

const instant = (text: string) => Temporal.Instant.from(text)

/** Counting a store: what satisfies the duty of these tests. */
const take = act({
  type: 'probe.take',
  title: { zh: '盘点', en: 'Take stock' },
  clauses: ['4.6'],
  actors: ['service'],
  duties: [],
  districtOf: () => 'yuyao',
  input: Type.Object({ store: Type.String() }),
  result: Type.Object({ store: Type.String() }),
  created: ({ store }) => ({ kind: 'store', id: store }),
  handle: async (_, { store }) => ({ store }),
})
const report = act({
  type: 'probe.report',
  title: { zh: '自查', en: 'Report' },
  clauses: ['7.5'],
  duties: [],
  input: Type.Object({}),
  result: Type.Object({}),
  created: () => ({ kind: 'report', id: 'own' }),
  handle: async () => ({}),
})
/** Two stores of Yuyao, counted every month by who keeps them. */
obligation({
  kind: 'probe.stock',
  clause: '4.6',
  title: { zh: '每月盘点', en: 'Monthly stock-taking' },
  every: 'month',
  due: 'close',
  graceDays: 2,
  remindDays: 5,
  leastShare: 0,
  substitutes: false,
  owedBy: ['centre_lead'],
  overdue: {
    kind: 'probe_overdue',
    severity: 'high',
    subject: (id) => `store:${id}`,
    say: (name, { from }) => ({ zh: `${name.zh} ${from}`, en: `${name.en} ${from}` }),
  },
  escalateDays: 5,
  inDemo: true,
  exemptible: true,
  subjects: async (_, district) =>
    district === 'yuyao'
      ? ['one', 'two'].map((id) => ({
          id,
          name: { zh: `库 ${id}`, en: `store ${id}` },
          spans: [{ from: instant('2025-06-01T00:00:00Z'), to: null }],
        }))
      : [],
  done: async (tx, district) =>
    (
      await tx.rows<{ id: string; at: string; of: string }>`
        select id, at, subject_id as of from kernel.act where district = ${district} and type = 'probe.take' and outcome = 'done'`
    ).map((one) => ({ ...one, at: instant(one.at), district })),
})
/** One look that finds many things wrong at once. */
const lookOver = act({
  type: 'probe.lookOver',
  title: { zh: '巡查', en: 'Look over' },
  clauses: ['7.5'],
  actors: ['service'],
  duties: [],
  districtOf: () => 'jiangbei',
  input: Type.Object({ seed: Type.Integer(), many: Type.Integer() }),
  result: Type.Object({ opened: Type.Integer() }),
  created: () => ({ kind: 'look', id: 'over' }),
  async handle({ tx, district }, { seed: state, many }) {
    const next = chance(state)
    const faults = Array.from({ length: many }, (_, i) => ({
      kind: 'probe_unseen',
      clause: '7.5' as const,
      severity: 'low' as const,
      subject: `thing:${i}`,
      dedupeKey: `probe_unseen:${i}:${Math.floor(next() * 1e9)}`,
      summary: { zh: `物 ${i}`, en: `thing ${i}` },
    }))
    const ids = await openFindings(tx, district, 'service:detector', [...faults, ...faults.slice(0, 10)])
    return { opened: ids.filter((id) => id !== null).length }
  },
})
/** What everybody at the acceptance window owes each month; who covers for somebody does it for them. */
obligation({
  kind: 'probe.report',
  clause: '7.5',
  title: { zh: '每月自查', en: 'Monthly self-check' },
  every: 'month',
  due: 'close',
  graceDays: 0,
  remindDays: 5,
  leastShare: 0,
  substitutes: true,
  overdue: {
    kind: 'probe_report_overdue',
    severity: 'low',
    subject: (id) => `person:${id}`,
    say: (name) => name,
  },
  escalateDays: null,
  inDemo: true,
  exemptible: false,
  subjects: async (tx, district) =>
    (
      await tx.rows<{ id: string; name: string; since: string }>`
        select p.id, p.name, lower(g.during) as since from kernel.duty_grant g join kernel.person p on p.id = g.person_id
        where g.district = ${district} and g.duty = 'acceptance' and g.temporary is null order by p.id`
    ).map(({ id, name, since }) => ({
      id,
      name: { zh: name, en: name },
      spans: [{ from: instant(since), to: null }],
    })),
  done: async (tx, district) =>
    (
      await tx.rows<{ id: string; at: string; of: string }>`
        select id, at, person_id::text as of from kernel.act where district = ${district} and type = 'probe.report' and outcome = 'done' and person_id is not null`
    ).map((one) => ({ ...one, at: instant(one.at), district })),
})

let world: TestWorld
let seed: Someone
beforeAll(async () => {
  world = await openTestWorld({ now: '2026-01-12T01:30:00Z' })
  seed = { id: '', username: 'seed', token: Buffer.from(world.secrets.services.seed!, 'hex') }
}, 120_000)
afterAll(() => world[Symbol.asyncDispose]())

const said = (outcome: { ok: true } | { ok: false; refusal: { code: string } }): string =>
  outcome.ok ? 'done' : outcome.refusal.code
const rows = (kind = 'probe.stock') =>
  world.superuser<{ line: string }>(
    `select concat_ws(' ', district, kind, subject, period, due_at, done_by, done_at, lapsed) as line from kernel.obligation where kind = $1 order by period, subject`,
    [kind],
  )
const kept = async (kind = 'probe.stock') =>
  (
    await world.superuser<{ line: string }>(
      `select concat_ws(' ', coalesce(p.name, subject), to_char(lower(period), 'YYYY-MM'), case when done_at <= due_at then 'done' when done_at is not null then 'late' else coalesce(lapsed, 'open') end) as line
       from kernel.obligation o left join kernel.person p on p.id::text = o.subject where kind = $1 order by lower(period), 1`,
      [kind],
    )
  ).map((one) => one.line)
const findings = async () =>
  (
    await world.superuser<{ line: string }>(
      `select concat_ws(' ', kind, subject, split_part(dedupe_key, ':', -1)) as line from kernel.finding where kind in ('probe_overdue', 'duty_escalated') order by id`,
    )
  ).map((one) => one.line)
const read = async (who: Someone, query: unknown, params: Record<string, unknown> = {}) => {
  const seen = await world.kernel.read(who.token, (ctx) => (query as Query).run(ctx, params))
  if (isRefusal(seen)) throw new Error(seen.code)
  return seen as Record<string, Record<string, unknown>[]>
}

test('what is owed is written down once, done when it is done, and a finding when it is not; left lying it goes up', async () => {
  const onBoard = () => stands(world, '7.5-periodic-duties', 'yuyao')
  expect(await world.dutyWatch.runOnce()).toEqual(['yuyao'])
  expect(await world.dutyWatch.runOnce()).toEqual([])
  expect(await kept()).toEqual(['one 2026-01 open', 'two 2026-01 open'])
  expect(said(await world.as(seed, take, { store: 'one' }))).toBe('done')
  expect(await world.dutyWatch.runOnce()).toEqual(['yuyao'])
  expect(await kept()).toEqual(['one 2026-01 done', 'two 2026-01 open'])
  // 30 January is the last working day of the month; two of grace make it 3 February, 17:00.
  await world.setClock('2026-02-03T08:59:00Z')
  await world.dutyWatch.runOnce()
  expect(await findings()).toEqual([])
  expect(await onBoard()).toMatchObject({ status: 'green', found: 0 })
  await world.setClock('2026-02-03T09:01:00Z')
  await world.dutyWatch.runOnce()
  expect(await findings()).toEqual(['probe_overdue store:two 2026-01-01'])
  await world.setClock('2026-02-10T01:00:00Z')
  await world.dutyWatch.runOnce()
  expect(await findings()).toEqual([
    'probe_overdue store:two 2026-01-01',
    'duty_escalated office:yuyao 2026-01-01',
  ])
  expect(await world.dutyWatch.runOnce()).toEqual([])
  expect(await onBoard()).toMatchObject({ status: 'red', found: 1, open: 1 })
  await world.as(seed, take, { store: 'two' })
  await world.dutyWatch.runOnce()
  expect((await kept()).slice(0, 2)).toEqual(['one 2026-01 done', 'two 2026-01 late'])
  // Done late is done; what went up is put right by three persons.
  const [wentUp] = await world.superuser<{ id: string }>(
    `select id from kernel.finding where kind = 'duty_escalated'`,
  )
  const lead = await world.person('lead', ['centre_lead'], 'yuyao')
  const responsible = await world.person('keeper', [], 'yuyao')
  const checker = await world.person('inspector', ['inspection'], 'yuyao')
  await workOff(world, wentUp!.id, { lead, responsible, checker }, { to: 'closed', district: 'yuyao' })
  expect(await onBoard()).toMatchObject({ status: 'green', found: 1, open: 0 })
})

test('somebody is released by another only, before it is overdue; asking is for who owes it or leads', async () => {
  const head = await world.person('head', ['centre_lead'], 'yuyao')
  const leader = await world.person('leader', ['district_lead'], 'yuyao')
  const clerk = await world.person('clerk', ['acceptance'], 'yuyao')
  const far = await world.person('far', ['district_lead'], 'haishu')
  const ask = (who: Someone, more: object = {}) =>
    world.as(who, askExemption, {
      kind: 'probe.stock',
      subject: 'one',
      from: '2026-02-01',
      to: '2026-02-28',
      reason: '库房迁移，暂时封存',
      ...more,
    })
  for (const [who, more, answer, field] of [
    [head, { kind: 'probe.none' }, 'duty_unknown', 'kind'],
    [head, { kind: 'probe.report' }, 'duty_not_exemptible', 'kind'],
    [head, { subject: 'three' }, 'duty_not_owed', 'subject'],
    [clerk, {}, 'duty_not_owed', 'subject'],
    [far, {}, 'duty_not_owed', 'subject'],
    [head, { from: '2026-02-30' }, 'duty_period', 'from'],
    [head, { from: '2024-02-01' }, 'duty_period', 'from'],
    [head, { to: '2026-01-31' }, 'duty_period', 'to'],
    [head, { to: '2027-03-01' }, 'duty_period', 'to'],
    [head, { reason: '  ' }, 'invalid_input', 'reason'],
  ] as const) {
    const outcome = await ask(who, more)
    expect([more, said(outcome)]).toEqual([more, answer])
    if (!outcome.ok) expect(outcome.refusal.fields?.map((one) => one.path)).toEqual([field])
  }
  const asked = await ask(head)
  const { exemptionId } = (asked as unknown as { result: { exemptionId: string } }).result
  const decide = (who: Someone, approved = true) =>
    world.as(who, decideExemption, { district: 'yuyao', exemptionId, approved, word: '情况属实' })
  expect(said(await decide(head))).toBe('exemption_own')
  expect(said(await decide(clerk))).toBe('no_duty')
  expect(said(await decide(far))).toBe('wrong_district')
  expect(await world.dutyWatch.runOnce()).toContain('yuyao')
  expect((await kept()).slice(-2)).toEqual(['one 2026-02 open', 'two 2026-02 done'])
  const both = await Promise.all([decide(leader), decide(leader)])
  expect(both.map(said).sort()).toEqual(['done', 'exemption_decided'])
  await world.dutyWatch.runOnce()
  expect((await kept()).slice(-2)).toEqual(['one 2026-02 exempt', 'two 2026-02 done'])

  // The pages of the one who owes it, of who leads, and of another office.
  const own = await read(head, myDuties)
  expect(own.open!.map((one) => `${one.kind} ${one.state}`)).toContain('account.password pending')
  expect(own.past!.map((one) => `${one.subject} ${one.state}`)).toContain('one lapsed')
  expect(own.ahead!.map((one) => `${one.kind} ${one.from}`)).toContain('probe.stock 2026-03-01')
  expect(own.exemptions).toMatchObject([{ approved: true, decidedBy: 'leader', askedBy: 'head' }])
  expect((await read(clerk, myDuties)).open!.map((one) => one.kind)).not.toContain('probe.stock')
  const listed = await read(leader, dueList, { kind: 'probe.stock', show: 'all' })
  expect(listed.items!.map((one) => `${one.subject} ${one.from} ${one.state}`).sort()).toEqual([
    'one 2026-01-01 done',
    'one 2026-02-01 lapsed',
    'two 2026-01-01 done_late',
    'two 2026-02-01 done',
  ])
  // Of one person or one office: what is asked is kept to, and another office shows nothing.
  const inspector = await world.person('looker', ['inspection'], 'city')
  const seen = async (who: Someone, params: object) => {
    const { items, people } = await read(who, dueList, { kind: 'account.password', ...params })
    return [
      items!.map((one) => `${one.district} ${(one.name as { zh: string }).zh}`).sort(),
      people!.map((one) => one.name),
    ]
  }
  const everybody = ['clerk', 'head', 'inspector', 'keeper', 'lead', 'leader']
  expect(await seen(leader, {})).toEqual([everybody.map((one) => `yuyao ${one}`), everybody])
  expect(await seen(leader, { person: clerk.id })).toEqual([['yuyao clerk'], everybody])
  expect(await seen(leader, { person: far.id })).toEqual([[], everybody])
  expect(await seen(leader, { district: 'haishu' })).toEqual([[], []])
  expect(await seen(inspector, { district: 'yuyao' })).toEqual([
    everybody.map((one) => `yuyao ${one}`),
    everybody,
  ])
  expect(await seen(inspector, { person: far.id })).toEqual([['haishu far'], ['far']])
  // The calendar, and what is to come: one's own, the office's for who may see it, the bureau's of one office at a time.
  type Month = {
    until: string | null
    days: { day: string; is: string }[]
    entries: { day: string; kind: string; state: string; count: number; name: unknown }[]
  }
  const month = async (who: Someone, query: unknown, params: object) => {
    const seen = (await read(who, query, { month: '2026-02', ...params })) as unknown as Month
    return seen.entries
      .filter((one) => one.kind === 'probe.stock')
      .map((one) => `${one.day} ${one.state} ${one.count}`)
  }
  const february = ['2026-03-03 done 1', '2026-03-03 lapsed 1']
  for (const [who, query, params, entries] of [
    [head, myDutyCalendar, { month: '2026-03' }, february],
    [clerk, myDutyCalendar, { month: '2026-03' }, []],
    [leader, dutyCalendar, { month: '2026-03' }, february],
    [leader, dutyCalendar, { month: '2026-02' }, ['2026-02-03 done 1', '2026-02-03 done_late 1']],
    [leader, dutyCalendar, { month: '2026-05' }, ['2026-05-07 forecast 2']],
    [leader, dutyCalendar, { month: '2026-05', kind: 'probe.report' }, []],
    [leader, dutyCalendar, { month: '2026-03', person: clerk.id }, []],
    [leader, dutyCalendar, { month: '2026-03', district: 'haishu' }, []],
    [far, dutyCalendar, { month: '2026-05' }, []],
    [inspector, dutyCalendar, { month: '2026-03' }, february],
    [inspector, dutyCalendar, { month: '2026-05' }, []],
    [inspector, dutyCalendar, { month: '2026-05', district: 'yuyao' }, ['2026-05-07 forecast 2']],
  ] as const)
    expect([who.username, params, await month(who, query, params)]).toEqual([who.username, params, entries])
  // Due as the quarter ends is due on its last day.
  expect([dayDue(instant('2026-03-31T16:00:00Z')), dayDue(instant('2026-03-31T09:00:00Z'))]).toEqual([
    '2026-03-31',
    '2026-03-31',
  ])
  const { days } = (await read(leader, dutyCalendar, { month: '2026-02' })) as unknown as Month
  const kindsOfDays = Map.groupBy(days, (one) => one.is)
  expect(days).toHaveLength(28)
  // As published for the Spring Festival of 2026: the 15th to the 23rd off, Saturdays the 14th and the 28th worked.
  expect(kindsOfDays.get('makeup')!.map((one) => one.day)).toEqual(['2026-02-14', '2026-02-28'])
  expect(kindsOfDays.get('holiday')!.map((one) => one.day.slice(8))).toEqual([
    '16',
    '17',
    '18',
    '19',
    '20',
    '23',
  ])
  expect(dayKind(Temporal.PlainDate.from('2031-02-03'), world.deps.calendar)).toBe('unpublished')
  const ahead = async (who: Someone, params: object) =>
    (await read(who, dutyForecast, { kind: 'probe.stock', ...params })).items!.map(
      (one) => `${one.subject} ${one.from} ${one.state}`,
    )
  const coming = [
    'one 2026-03-01 forecast',
    'two 2026-03-01 forecast',
    'one 2026-04-01 forecast',
    'two 2026-04-01 forecast',
  ]
  expect((await ahead(leader, {})).slice(0, 4)).toEqual(coming)
  expect(await ahead(leader, { on: '2026-05-07' })).toEqual(coming.slice(2))
  expect(await ahead(inspector, {})).toEqual([])
  expect((await ahead(inspector, { district: 'yuyao' })).slice(0, 4)).toEqual(coming)
  expect(await ahead(leader, { district: 'haishu' })).toEqual([])
  expect(
    (await read(leader, dueList, { show: 'all', on: '2026-02-03', kind: 'probe.stock' })).items,
  ).toHaveLength(2)
  expect((await read(head, myDuties, { on: '2026-03-03' })).past!.map((one) => one.subject).sort()).toEqual([
    'one',
    'two',
  ])
  expect(
    (await read(far, dueList, { show: 'all' })).items!.filter((one) => one.district === 'yuyao'),
  ).toEqual([])
})

test('leave moves what falls due in it, and what a stand-in does counts', async () => {
  const away = await world.person('away', ['acceptance'], 'cixi')
  const covered = await world.person('covered', ['acceptance'], 'cixi')
  const plain = await world.person('plain', ['acceptance'], 'cixi')
  await world.dutyWatch.runOnce()
  await world.setClock('2026-03-12T02:00:00Z')
  const stand = await world.person('standin', [], 'cixi')
  const client = await world.admin()
  await client.query('set session_replication_role = replica')
  await client.query(
    `insert into people.absence (district, person_id, during, kind, act_id)
     select 'cixi', $1, '[2026-02-28 16:00Z,2026-04-08 16:00Z)', 'annual', act_id from kernel.duty_grant limit 1`,
    [away.id],
  )
  await client.query(
    `insert into people.temporary_duty (district, kind, duty, person_id, covered_id, reason, starts_at, until, state, asked_by, asked_at, decided_by, decided_at, act_id)
     select 'cixi', 'cover', 'acceptance', $1, $2, '代岗', '2026-03-10Z', '2026-03-20Z', 'granted', $3, '2026-03-09Z', $4, '2026-03-09Z', act_id from kernel.duty_grant limit 1`,
    [stand.id, covered.id, plain.id, away.id],
  )
  await client.end()
  expect(said(await world.as(stand, report, {}))).toBe('done')
  await world.setClock('2026-04-01T02:00:00Z')
  await world.dutyWatch.runOnce()
  const march = (await kept('probe.report')).filter((one) => /^(away|covered|plain) 2026-03/.test(one))
  expect(march).toEqual(['away 2026-03 leave', 'covered 2026-03 done', 'plain 2026-03 open'])
  const april = await world.superuser<{ due_at: string }>(
    `select due_at from kernel.obligation where kind = 'probe.report' and subject = $1 and lower(period) = '2026-03-01'`,
    [away.id],
  )
  expect(april[0]!.due_at).toBe('2026-04-09T09:00:00Z')
})

// With the app's password, inside an act that was opened honestly.
test.each([
  ['a decision on one’s own request', 'duty.decideExemption', 'own', 'exemption_by_another'],
  ['a decision as if another had asked', 'duty.decideExemption', 'other', 'exemption_of_request'],
  ['a decision in another act', 'duty.askExemption', 'right', 'MB091'],
  ['a decision by another', 'duty.decideExemption', 'right', 'done'],
] as const)('at the SQL prompt, %s', async (_, type, how, outcome) => {
  await world.superuser(`update kernel.act_type set duties = '{}' where type like 'duty.%'`)
  const asker = await world.person(
    `asker${how}${outcome.toLowerCase().slice(0, 5)}`,
    ['centre_lead'],
    'yuyao',
  )
  const decider = await world.person(
    `dec${how}${outcome.toLowerCase().slice(0, 5)}`,
    ['district_lead'],
    'yuyao',
  )
  const asked = await world.as(asker, askExemption, {
    kind: 'probe.stock',
    subject: 'one',
    from: '2026-05-01',
    to: '2026-05-31',
    reason: '盘点人员培训',
  })
  const { exemptionId } = (asked as unknown as { result: { exemptionId: string } }).result
  const client = await world.prompt('mingbu_app')
  try {
    await client.query('begin')
    await client.query(`select kernel.open_act($1, $2, null, gen_random_uuid(), sha256('x'))`, [
      (how === 'own' ? asker : decider).token,
      type,
    ])
    const answer = await client
      .query(
        `insert into supervision.exemption_decision (district, exemption_id, subject, asked_by, approved, word) values ('yuyao', $1, 'one', $2, true, 'ok ok')`,
        [exemptionId, how === 'other' ? decider.id : asker.id],
      )
      .then(
        () => 'done',
        (error: { constraint?: string; code?: string }) => error.constraint ?? error.code ?? '?',
      )
    // Named as another's, it fails on either of the two: on being one's own, or on not being what was asked.
    expect(how === 'other' && answer === 'exemption_by_another' ? outcome : answer).toBe(outcome)
  } finally {
    await client.query('rollback')
    await client.end()
  }
})

/** A small seeded generator. */
function chance(state: number): () => number {
  let now = state
  return () => {
    now = (now * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return now / 4_294_967_296
  }
}

test('thrown away and computed again after a random history, every row is as it was', async () => {
  const next = chance(20_261_126)
  let clock = instant('2026-04-02T01:00:00Z')
  for (let i = 0; i < 30; i++) {
    clock = clock.add({ hours: 6 + Math.floor(next() * 400) })
    await world.setClock(clock.toString())
    if (next() < 0.6) await world.as(seed, take, { store: next() < 0.5 ? 'one' : 'two' })
    if (next() < 0.7) await world.as(seed, recomputeDuties, { district: 'yuyao' })
    if (next() < 0.1) await world.dutyWatch.runOnce()
  }
  await world.dutyWatch.runOnce()
  const before = await rows()
  expect(before.length).toBeGreaterThan(16)
  const twice = await world.superuser(
    `select dedupe_key from kernel.finding where dedupe_key ~ '^(probe_|duty_)' group by 1 having count(*) > 1`,
  )
  expect(twice).toEqual([])
  await world.sequencer.drain()
  const held = await verifyEverything(world.pools.auditor, world.deps.vault)
  // What the third test wrote past the product is named, and nothing else.
  expect(
    held.problems.filter((one) => one.table?.includes('obligation') || one.table?.includes('supervision')),
  ).toEqual([])
  await world.superuser(`set session_replication_role = replica; delete from kernel.obligation`)
  await world.dutyWatch.runOnce()
  expect(await rows()).toEqual(before)
}, 120_000)

test.each([
  ['all there is room for', 100, [1, 3, 2]],
  ['as many as there is room for, the added first', 3, [1, 2, 0]],
  ['of the changed half as many, each has two images', 6, [1, 3, 1]],
  ['one at least, so that it goes on', 0, [1, 1, 0]],
])('an act of computing writes %s', (_, images, expected) => {
  const all = {
    starts: [{ kind: 'a', since: '2026-01-01' }],
    added: [1, 2, 3].map((no) => ({ kind: `added ${no}` })),
    changed: [1, 2].map((no) => ({ id: `changed ${no}`, due: null })),
  } as unknown as Changes
  const some = someOf(all, images)
  expect([some.starts.length, some.added.length, some.changed.length]).toEqual(expected)
  expect(some === all).toBe(images === 100)
  expect(some.added).toEqual(all.added.slice(0, some.added.length))
})

test('ten thousand found in one look are ten thousand findings of one act, each once, and are read page by page', async () => {
  const look = (state: number, many: number) => world.as(seed, lookOver, { seed: state, many })
  expect(await look(1, 10_000)).toMatchObject({ ok: true, result: { opened: 10_000 } })
  // What is open already is not opened again, and what is new beside it is.
  expect(await look(1, 10_000)).toMatchObject({ ok: true, result: { opened: 0 } })
  expect(await look(2, 3)).toMatchObject({ ok: true, result: { opened: 3 } })
  expect(
    await world.superuser(
      `select count(*)::int as n from kernel.finding where kind = 'probe_unseen' group by act_id order by 1`,
    ),
  ).toEqual([{ n: 3 }, { n: 10_000 }])
  const inspector = await world.person('looks', ['inspection'], 'jiangbei')
  const seen: string[] = []
  let before: string | undefined
  for (let page = 0; page < 3; page++) {
    const listed = await read(inspector, findingList, before ? { before } : {})
    seen.push(...listed.items!.map((one) => String(one.id)))
    before = String(listed.next)
  }
  expect(seen.length).toBeGreaterThan(100)
  expect(seen).toEqual([...new Set(seen)].sort().toReversed())
  await world.sequencer.drain()
  const held = await verifyEverything(world.pools.auditor, world.deps.vault)
  expect(held.problems.filter((one) => one.table === 'kernel.finding')).toEqual([])
}, 60_000)
