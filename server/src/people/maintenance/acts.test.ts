import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import '../../app/capabilities.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import type { Outcome } from '../../kernel/perform.ts'
import { signIn } from '../acts.ts'
import {
  approveMaintenance,
  executeMaintenance,
  refuseMaintenance,
  reportMaintenance,
  requestMaintenance,
} from './acts.ts'
import { settings } from './rules.ts'

let world: TestWorld
const people: Record<string, Someone> = {}
const district = 'haishu'

beforeAll(async () => {
  world = await openTestWorld({ now: '2026-03-09T01:30:00Z' })
  for (const [name, duties, at] of [
    ['clerk', ['acceptance'], 'haishu'],
    ['locked', ['acceptance'], 'haishu'],
    ['head', ['centre_lead'], 'haishu'],
    ['stranger', ['centre_lead'], 'jiangbei'],
    ['security', ['admin_security'], 'city'],
    ['security2', ['admin_security'], 'city'],
    ['system', ['admin_system'], 'city'],
    ['system2', ['admin_system'], 'city'],
    ['audit', ['admin_audit'], 'city'],
  ] as const)
    people[name] = await world.person(name, [...duties], at)
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

const code = (outcome: Outcome<never>): string => (outcome.ok ? 'done' : outcome.refusal.code)
const setting = { kind: 'configuration', target: 'idle_minutes', value: 7 }
const asking = (more: object = {}) => ({
  district,
  ...setting,
  reason: '窗口人流大，缩短锁定时间',
  hours: 24,
  ...more,
})
async function ask(who = 'head', more: object = {}): Promise<string> {
  const outcome = await world.as(people[who]!, requestMaintenance, asking(more))
  if (!outcome.ok) throw new Error(`${outcome.refusal.code} ${JSON.stringify(outcome.refusal.fields)}`)
  return (outcome.result as { orderId: string }).orderId
}
const approve = (who: string, orderId: string) =>
  world.as(people[who]!, approveMaintenance, { district, orderId, word: '同意' })
const refuse = (who: string, orderId: string) =>
  world.as(people[who]!, refuseMaintenance, { district, orderId, word: '不必' })
const execute = (who: string, orderId: string) =>
  world.as(people[who]!, executeMaintenance, { district, orderId })
const report = (orderId: string) =>
  world.as(
    { id: '', username: 'installer', token: Buffer.from(world.secrets.services.installer!, 'hex') },
    reportMaintenance,
    { district, orderId, result: '0056_maintenance' },
  )
const settingNow = async (name: string) =>
  (await world.superuser<{ v: number }>('select people.setting_now($1) as v', [name]))[0]!.v

test('a setting changes when one asked, another approved and a third carried it out, and not before', async () => {
  expect(await settingNow('idle_minutes')).toBe(10)
  const order = await ask()
  expect(code(await approve('security', order))).toBe('done')
  expect(await settingNow('idle_minutes')).toBe(10)
  expect(await execute('system', order)).toMatchObject({
    ok: true,
    result: { state: 'done', result: 'idle_minutes: 10 -> 7' },
  })
  expect(await settingNow('idle_minutes')).toBe(7)
  expect(code(await execute('system2', order))).toBe('order_used')
})

test('settings of access are reached the same way', async () => {
  const order = await ask('system', { target: 'looks_per_day', value: 150 })
  await approve('security', order)
  expect(code(await execute('system2', order))).toBe('done')
  expect(await settingNow('looks_per_day')).toBe(150)
})

// Who takes which step of an order that `asker` asked for and, for carrying out, `security` approved.
test.each<[asker: string, step: 'approve' | 'execute', who: string, outcome: string]>([
  ['head', 'approve', 'security', 'done'],
  ['head', 'approve', 'head', 'same_person'],
  ['head', 'approve', 'system', 'no_duty'],
  ['head', 'approve', 'audit', 'no_duty'],
  ['head', 'approve', 'clerk', 'no_duty'],
  ['head', 'execute', 'system', 'done'],
  ['head', 'execute', 'security', 'no_duty'],
  ['head', 'execute', 'head', 'same_person'],
  ['head', 'execute', 'stranger', 'wrong_district'],
  ['system', 'execute', 'system', 'same_person'],
  ['system', 'execute', 'system2', 'done'],
])('asked for by %s, %sd by %s: %s', async (asker, step, who, outcome) => {
  const order = await ask(asker, { target: 'totp_acts_max', value: 15 })
  if (step === 'approve') return expect(code(await approve(who, order))).toBe(outcome)
  expect(code(await approve('security', order))).toBe('done')
  expect(code(await execute(who, order))).toBe(outcome)
})

test.each<[what: string, who: string, more: object, outcome: string]>([
  ['by a clerk', 'clerk', {}, 'no_duty'],
  ['by the security administrator, who approves', 'security', {}, 'no_duty'],
  ['of a setting nobody knows', 'head', { target: 'salt_pepper' }, 'order_no_setting'],
  ['of the demo mark', 'head', { target: 'demo' }, 'order_no_setting'],
  ['beyond the bounds', 'head', { value: 31 }, 'order_no_setting'],
  ['below the bounds', 'head', { value: 0 }, 'order_no_setting'],
  ['without a value', 'head', { value: undefined }, 'order_value'],
  ['of a reindexing with a value', 'head', { kind: 'reindex', target: 'all' }, 'order_value'],
  [
    'to unlock an account nobody has',
    'head',
    { kind: 'unlock', target: 'nobody.here', value: undefined },
    'order_no_account',
  ],
  [
    'to unlock one’s own account',
    'head',
    { kind: 'unlock', target: 'head', value: undefined },
    'order_own_account',
  ],
  ['for a month', 'head', { hours: 720 }, 'invalid_input'],
  ['without a reason', 'head', { reason: '   ' }, 'invalid_input'],
])('asked for %s: refused', async (_, who, more, outcome) => {
  expect(code(await world.as(people[who]!, requestMaintenance, asking(more)))).toBe(outcome)
})

test('an order ends by itself, approved or not', async () => {
  const asked = await ask('head', { hours: 1 })
  const approved = await ask('head', { hours: 1 })
  expect(code(await approve('security', approved))).toBe('done')
  await world.setClock('2026-03-09T02:35:00Z')
  expect(code(await approve('security', asked))).toBe('order_expired')
  expect(code(await execute('system', approved))).toBe('order_expired')
})

test('an order is decided once: what was refused is not carried out', async () => {
  const order = await ask()
  expect(code(await execute('system', order))).toBe('order_not_approved')
  expect(code(await refuse('security', order))).toBe('done')
  expect(code(await approve('security2', order))).toBe('order_decided')
  expect(code(await execute('system', order))).toBe('order_decided')
})

test('two who carry out at the same moment: one does', async () => {
  const order = await ask()
  await approve('security', order)
  const both = await Promise.all([execute('system', order), execute('system2', order)])
  expect(both.map(code).sort()).toEqual(['done', 'order_used'])
})

test('an account is unlocked by the act itself, and its owner takes no part in it', async () => {
  const locked = { username: 'locked', password: 'wrong wrong wrong' }
  for (let i = 0; i < 5; i++) await world.as(null, signIn, locked)
  expect(code(await world.as(null, signIn, locked))).toBe('account_locked')
  const order = await ask('head', { kind: 'unlock', target: 'locked', value: undefined })
  await approve('security', order)
  expect(code(await execute('system', order))).toBe('done')
  expect(code(await world.as(null, signIn, locked))).toBe('wrong_password')
  const own = await ask('head', { kind: 'unlock', target: 'system', value: undefined })
  await approve('security', own)
  expect(code(await execute('system', own))).toBe('order_own_account')
  expect(code(await execute('system2', own))).toBe('done')
})

test('a reindexing is released by the act and used up by the report of the command', async () => {
  const order = await ask('head', { kind: 'reindex', target: 'all', value: undefined })
  expect(code(await report(order))).toBe('order_not_approved')
  await approve('security', order)
  expect(await execute('system', order)).toMatchObject({ ok: true, result: { state: 'released' } })
  expect(code(await report(order))).toBe('done')
  expect(code(await report(order))).toBe('order_used')
})

// Whoever has the app's password and somebody's token, at the SQL prompt; the order is one the system administrator asked for.
const inAct = (who: string, type: string) =>
  `select kernel.open_act('\\x${people[who]!.token.toString('hex')}'::bytea, '${type}', 'haishu', gen_random_uuid(), sha256('x'))`
const becomes = (id: string, state: string) =>
  `update people.maintenance_order set state = '${state}', word = '同意' where id = '${id}'`
async function attempt(statements: readonly string[]): Promise<string> {
  const prompt = await world.prompt('mingbu_app')
  try {
    await prompt.query('begin')
    for (const before of statements.slice(0, -1)) await prompt.query(before)
    return await prompt.query(statements.at(-1)!).then(
      () => 'done',
      (error: { constraint?: string; code?: string }) => error.constraint ?? error.code ?? '',
    )
  } finally {
    await prompt.query('rollback')
    await prompt.end()
  }
}
const insert = (kind: string, target: string, value: string, until = `'2026-03-10'`) =>
  `insert into people.maintenance_order (district, kind, target, value, reason, expires_at) values ('haishu', '${kind}', '${target}', ${value}, '试一试能不能', ${until})`

test('the app at the SQL prompt: each step only in its own act, by another person, in time', async () => {
  const asked = await ask('system')
  const approved = await ask('system')
  await approve('security', approved)
  const own = await ask('head', { kind: 'unlock', target: 'system', value: undefined })
  await approve('security', own)
  const reindex = await ask('head', { kind: 'reindex', target: 'all', value: undefined })
  await approve('security', reindex)
  const table: [string, string[], string][] = [
    ['a setting, directly', [`update people.access_setting set value = 1`], '42501'],
    ['a kernel setting, directly', [`update kernel.setting set value = '1'`], '42501'],
    ['bounds', [`update people.setting_bound set high = 9999`], '42501'],
    ['asks in another act', [inAct('head', 'access.request'), insert('reindex', 'all', 'null')], 'MB080'],
    [
      'asks for an unknown setting',
      [inAct('head', 'maintenance.request'), insert('configuration', 'demo', '1')],
      'order_setting_bounds',
    ],
    [
      'asks beyond the bounds',
      [inAct('head', 'maintenance.request'), insert('configuration', 'idle_minutes', '999')],
      'order_setting_bounds',
    ],
    [
      'asks without a value',
      [inAct('head', 'maintenance.request'), insert('configuration', 'idle_minutes', 'null')],
      'order_value_of_configuration',
    ],
    [
      'asks for an account nobody has',
      [inAct('head', 'maintenance.request'), insert('unlock', 'nobody', 'null')],
      'order_account_known',
    ],
    [
      'asks for its own account',
      [inAct('head', 'maintenance.request'), insert('unlock', 'head', 'null')],
      'order_not_own_account',
    ],
    [
      'asks for a year',
      [inAct('head', 'maintenance.request'), insert('reindex', 'all', 'null', `'2027-01-01'`)],
      'order_expires',
    ],
    [
      'names another as who asked',
      [
        inAct('head', 'maintenance.request'),
        `insert into people.maintenance_order (district, kind, target, reason, expires_at, requested_by) values ('haishu', 'reindex', 'all', '试一试能不能', '2026-03-10', '${people.clerk!.id}')`,
      ],
      '42501',
    ],
    [
      'approves in the act of asking',
      [inAct('head', 'maintenance.request'), becomes(asked, 'approved')],
      'MB080',
    ],
    [
      'carries out what is not approved',
      [inAct('system2', 'maintenance.execute'), becomes(asked, 'done')],
      'MB080',
    ],
    [
      'carries out what it asked for',
      [inAct('system', 'maintenance.execute'), becomes(approved, 'done')],
      'order_executed_by_a_third',
    ],
    [
      'releases what is done at once',
      [inAct('system2', 'maintenance.execute'), becomes(approved, 'released')],
      'MB080',
    ],
    ['calls a reindexing done', [inAct('system2', 'maintenance.execute'), becomes(reindex, 'done')], 'MB080'],
    [
      'unlocks its own account',
      [inAct('system', 'maintenance.execute'), becomes(own, 'done')],
      'order_not_own_account',
    ],
    [
      'changes what was asked',
      [inAct('system2', 'maintenance.execute'), `update people.maintenance_order set value = 30`],
      '42501',
    ],
    [
      'names another as who approved',
      [
        inAct('security', 'maintenance.approve'),
        `update people.maintenance_order set decided_by = '${people.security2!.id}'`,
      ],
      '42501',
    ],
    ['approves, rightly', [inAct('security', 'maintenance.approve'), becomes(asked, 'approved')], 'done'],
    ['carries out, rightly', [inAct('system2', 'maintenance.execute'), becomes(approved, 'done')], 'done'],
  ]
  const found: [string, string][] = []
  for (const [what, statements] of table) found.push([what, await attempt(statements)])
  expect(found).toEqual(table.map(([what, , outcome]) => [what, outcome]))
})

test('even the superuser’s row cannot have one person approve what they asked for, or carry out after its time', async () => {
  const order = await ask('system')
  await approve('security', order)
  const alter = (set: string) =>
    world
      .superuser(
        `do $x$ begin alter table people.maintenance_order disable trigger guarded;
         update people.maintenance_order set ${set} where id = '${order}'; end $x$`,
      )
      .then(
        () => 'done',
        (error: { constraint?: string }) => error.constraint,
      )
  expect(await alter('decided_by = requested_by')).toBe('order_approved_by_another')
  expect(
    await alter(`state = 'released', executed_by = '${people.system2!.id}', executed_at = expires_at`),
  ).toBe('order_executed_in_time')
})

test('everything verifies', async () => {
  await world.sequencer.drain()
  expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({ problems: [] })
})

// Orders above have changed idle_minutes and totp_acts_max; the others are as they were to begin with.
test.each([
  [
    'turns a setting an order made',
    'idle_minutes',
    `update kernel.setting set value = '29' where name = 'idle_minutes'`,
  ],
  [
    'turns a setting no order touched',
    'looks_per_day',
    `update people.access_setting set value = 1000 where name = 'looks_per_day'`,
  ],
  [
    'makes a setting no number',
    'totp_acts_max',
    `update kernel.setting set value = 'all' where name = 'totp_acts_max'`,
  ],
  [
    'takes a setting away',
    'address_tries_max',
    `delete from kernel.setting where name = 'address_tries_max'`,
  ],
  [
    'widens the bounds of a setting',
    'max_term_days',
    `update people.setting_bound set high = 9999 where name = 'max_term_days'`,
  ],
  [
    'moves a setting elsewhere',
    'looks_per_day',
    `update people.setting_bound set store = 'kernel' where name = 'looks_per_day'`,
  ],
  [
    'takes a bound away',
    'review_grace_days',
    `delete from people.setting_bound where name = 'review_grace_days'`,
  ],
  [
    'adds a setting of their own',
    'backdoor',
    `insert into people.setting_bound values ('backdoor', 'kernel', 0, 1, '后门', 'Back door')`,
  ],
] as const)('whoever %s without an order is found out', async (_, name, sql) => {
  const admin = await world.admin()
  try {
    // Undone whatever comes of it: each is tried on its own.
    const [kept] = (
      await admin.query<{ k: object; a: object; b: object }>(
        `select (select jsonb_agg(s) from kernel.setting s) as k, (select jsonb_agg(s) from people.access_setting s) as a, (select jsonb_agg(s) from people.setting_bound s) as b`,
      )
    ).rows
    await admin.query(sql)
    const { ok, problems } = await verifyEverything(world.pools.auditor, world.deps.vault)
    expect({ ok, problems }).toMatchObject({
      ok: false,
      problems: [
        { code: 'projection_changed', table: 'people.setting_in_force', key: name, district: 'city' },
      ],
    })
    for (const [table, rows] of [
      ['kernel.setting', kept!.k],
      ['people.access_setting', kept!.a],
      ['people.setting_bound', kept!.b],
    ] as const) {
      await admin.query(`delete from ${table}`)
      await admin.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1)`, [
        JSON.stringify(rows),
      ])
    }
    expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({ problems: [] })
  } finally {
    await admin.end()
  }
})

test('what orders may change is what the code knows, with the same bounds', async () => {
  const rows = await world.superuser<{ name: string; low: number; high: number }>(
    'select name, low, high from people.setting_bound order by name',
  )
  expect(rows).toEqual(
    settings
      .map(([name, low, high]) => ({ name, low, high }))
      .toSorted((a, b) => a.name.localeCompare(b.name)),
  )
})
