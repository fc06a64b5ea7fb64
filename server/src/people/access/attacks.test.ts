import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import '../../app/capabilities.ts'
import { declaredActs } from '../../kernel/act.ts'
import { grantConflict } from '../../kernel/duty.ts'
import { dutyTable } from '../duties.ts'
import { approveAccess, requestAccess } from './acts.ts'
import { adminDuties } from './rules.ts'

let world: TestWorld
const people: Record<string, Someone> = {}
let request = ''
let grantOfClerk = ''

beforeAll(async () => {
  world = await openTestWorld({ now: '2026-03-09T01:30:00Z' })
  for (const [name, duties, at] of [
    ['clerk', ['acceptance'], 'haishu'],
    ['free', [], 'haishu'],
    ['head', ['centre_lead'], 'haishu'],
    ['security', ['admin_security'], 'city'],
    ['system', ['admin_system'], 'city'],
  ] as const)
    people[name] = await world.person(name, [...duties], at)
  const asked = await world.as(people.free!, requestAccess, {
    district: 'haishu',
    duty: 'enquiry',
    businesses: ['*'],
    purposes: ['enquiry'],
    reason: '查询窗口轮岗三个月',
    until: '2026-06-30',
  })
  request = (asked as { result: { requestId: string } }).result.requestId
  const approved = await world.as(people.head!, approveAccess, {
    district: 'haishu',
    requestId: request,
    note: '同意',
  })
  expect(approved.ok).toBe(true)
  const [grant] = await world.superuser<{ id: string }>(
    'select id from kernel.duty_grant where person_id = $1',
    [people.clerk!.id],
  )
  grantOfClerk = grant!.id
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

const grantTo = (who: string, duty = 'enquiry') =>
  `insert into kernel.duty_grant (district, person_id, duty, during) values ('haishu', '${people[who]!.id}', '${duty}', '[2026-03-01,)')`
const decision = (by: string, role: string, approved = true) =>
  `insert into people.access_decision (district, request_id, no, subject_id, requested_by, role, approved, note)
   values ('haishu', '${request}', 7, '${people.free!.id}', '${people[by]!.id}', '${role}', ${approved}, '同意')`
const asking = (who: string, duty: string, until = '2026-05-01', district = 'haishu') =>
  `insert into people.access_request (district, subject_id, duty, businesses, purposes, reason, until)
   values ('${district}', '${people[who]!.id}', '${duty}', '{*}', '{case}', '随便写写的理由', '${until}')`
const inAct = (who: string | null, type: string, district: string | null = null) =>
  `select kernel.open_act(${who ? `'\\x${people[who]!.token.toString('hex')}'::bytea` : 'null'}, '${type}', ${district ? `'${district}'` : 'null'}, gen_random_uuid(), sha256('x'))`

/** Runs statements as the app in one transaction that never commits; says what became of the last. */
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

// Whoever has the app's password and somebody's token, at the SQL prompt.
test.each<[what: string, statements: () => string[], outcome: string]>([
  ['grant a duty without an act', () => [grantTo('free')], 'MB070'],
  [
    'grant a duty in an act that grants nothing',
    () => [inAct('clerk', 'access.request'), grantTo('free')],
    'MB070',
  ],
  ['grant a duty in an act that only ends', () => [inAct('head', 'access.review'), grantTo('free')], 'MB070'],
  [
    'grant a duty of one’s choice inside an approval',
    () => [inAct('head', 'access.approve'), grantTo('free', 'recording')],
    'MB070',
  ],
  [
    'name a request for a grant of one’s choice',
    () => [
      inAct('head', 'access.approve'),
      `insert into kernel.duty_grant (district, person_id, duty, during, request_id) values ('haishu', '${people.free!.id}', 'recording', '[2026-03-01,)', '${request}')`,
    ],
    '42501',
  ],
  [
    'end somebody’s duty in another act',
    () => [
      inAct('clerk', 'access.request'),
      `update kernel.duty_grant set during = '[2020-01-01,2021-01-01)' where id = '${grantOfClerk}'`,
    ],
    'MB070',
  ],
  [
    'prolong a duty in an act that ends',
    () => [
      inAct('head', 'access.end'),
      `update kernel.duty_grant set during = '[2019-01-01,)' where id = '${grantOfClerk}'`,
    ],
    'MB071',
  ],
  [
    'take the grant after one approval',
    () => [inAct('security', 'access.approve', 'haishu'), `select people.grant_request('${request}')`],
    'access_two_approvals',
  ],
  [
    'take the grant outside an approval',
    () => [inAct('head', 'access.refuse'), `select people.grant_request('${request}')`],
    'MB072',
  ],
  [
    'call a request granted',
    () => [
      inAct('head', 'access.approve'),
      `update people.access_request set state = 'granted', closed_at = kernel.act_at()`,
    ],
    'MB073',
  ],
  [
    'call a request refused',
    () => [
      inAct('head', 'access.refuse'),
      `update people.access_request set state = 'refused', closed_at = kernel.act_at()`,
    ],
    'MB073',
  ],
  [
    'withdraw somebody’s request',
    () => [
      inAct('clerk', 'access.withdraw'),
      `update people.access_request set state = 'withdrawn', closed_at = kernel.act_at()`,
    ],
    'MB073',
  ],
  [
    'change what was asked',
    () => [inAct('head', 'access.approve'), `update people.access_request set duty = 'recording'`],
    '42501',
  ],
  [
    'decide as the other role',
    () => [inAct('head', 'access.approve'), decision('free', 'security')],
    'access_decider',
  ],
  [
    'decide without a duty to decide',
    () => [inAct('free', 'access.withdraw'), decision('free', 'leader')],
    'MB072',
  ],
  [
    'name another as who asked',
    () => [inAct('security', 'access.approve', 'haishu'), decision('head', 'security')],
    'access_decision_district_request_id_subject_id_requested_b_fkey',
  ],
  [
    'change a decision',
    () => [inAct('head', 'access.approve'), `update people.access_decision set approved = true`],
    '42501',
  ],
  [
    'ask in an act of another type',
    () => [inAct('head', 'access.approve'), asking('clerk', 'issuing')],
    'MB072',
  ],
  [
    'ask for a conflicting duty',
    () => [inAct('clerk', 'access.request'), asking('clerk', 'recording')],
    'access_conflict',
  ],
  [
    'ask for two years',
    () => [inAct('clerk', 'access.request'), asking('clerk', 'issuing', '2028-03-01')],
    'access_term',
  ],
  [
    'ask for time that has passed',
    () => [inAct('clerk', 'access.request'), asking('clerk', 'issuing', '2026-03-01')],
    'access_ends_later',
  ],
  [
    'ask for a colleague',
    () => [inAct('clerk', 'access.request'), asking('free', 'issuing')],
    'access_asked_by_leader',
  ],
  [
    'ask for somebody of another office',
    () => [inAct('head', 'access.request'), asking('system', 'issuing')],
    'access_own_office',
  ],
  ['ask twice', () => [inAct('free', 'access.request'), asking('free', 'enquiry')], 'access_one_open'],
  [
    'change a setting',
    () => [inAct('head', 'access.approve'), `update people.access_setting set value = 9999`],
    '42501',
  ],
  ['widen what an act may grant', () => [`update kernel.act_type set grants = 'write'`], '42501'],
])('the app at the SQL prompt cannot %s', async (_, statements, outcome) => {
  expect(await attempt(statements())).toBe(outcome)
})

// The same doors, used rightly.
test.each<[what: string, statements: () => string[]]>([
  ['asks for a duty', () => [inAct('clerk', 'access.request'), asking('clerk', 'issuing')]],
  [
    'ends a right in an act that ends',
    () => [
      inAct('head', 'access.end'),
      `update kernel.duty_grant set during = tstzrange(lower(during), kernel.act_at()) where id = '${grantOfClerk}'`,
    ],
  ],
  [
    'decides as security administrator, and the second approval grants',
    () => [
      inAct('security', 'access.approve', 'haishu'),
      decision('free', 'security'),
      `select people.grant_request('${request}')`,
    ],
  ],
])('the app at the SQL prompt, in its own act, %s', async (_, statements) => {
  expect(await attempt(statements())).toBe('done')
})

/** Every largest set of duties that one person may hold together: none can be added to it. */
function largestSets(): string[][] {
  const all = dutyTable.duties.map((duty) => duty.id)
  const found: string[][] = []
  const fits = (set: readonly string[], duty: string) => grantConflict(dutyTable, set, duty) === null
  const grow = (set: string[], may: string[], barred: string[]) => {
    if (may.length === 0 && barred.length === 0) found.push(set)
    let left = may
    let out = barred
    for (const duty of may) {
      grow(
        [...set, duty],
        left.filter((one) => one !== duty && fits([duty], one)),
        out.filter((one) => fits([duty], one)),
      )
      left = left.filter((one) => one !== duty)
      out = [...out, duty]
    }
  }
  grow([], all, [])
  return found
}

test('there is no super-user: no duties that one person may hold together open every act, and no administrator’s open a case', () => {
  const guarded = declaredActs().filter((act) => act.duties.length > 0 && act.actors.includes('person'))
  expect(guarded.length).toBeGreaterThan(20)
  const sets = largestSets()
  expect(sets.length).toBeGreaterThan(3)
  for (const set of sets) {
    const opened = guarded.filter((act) => act.duties.some((duty: string) => set.includes(duty)))
    expect(opened.length, set.join('+')).toBeLessThan(guarded.length)
    const admins = set.filter((duty) => adminDuties.includes(duty))
    expect(admins.length, set.join('+')).toBeLessThanOrEqual(1)
    if (admins.length === 1)
      expect(
        opened.filter((act) => /^(case|register)\./.test(act.type)).map((act) => act.type),
        set.join('+'),
      ).toEqual([])
  }
})

test('acts that need no duty at all are few, each about oneself or open to the public', () => {
  const free = declaredActs()
    .filter((act) => act.duties.length === 0 && act.actors.includes('person'))
    .map((act) => act.type)
  for (const type of ['access.request', 'access.withdraw', 'access.end']) expect(free).toContain(type)
  // Any colleague may witness a destruction; who asked for it or approved it may not. A leader signs a case at the window by the turn
  // that runs, which the act itself asks for.
  expect(free.filter((type) => /^(case|custody)\./.test(type)).toSorted()).toEqual([
    'case.signAtWindow',
    'custody.witness',
  ])
})

test.each(['admin_system', 'admin_security', 'admin_audit'])(
  '%s excludes the other two and every duty of registration',
  (duty) => {
    const others = dutyTable.duties.map((one) => one.id).filter((one) => one !== duty)
    const together = others.filter((one) => grantConflict(dutyTable, [duty], one) === null)
    expect(together).toEqual([])
  },
)

test('who owes a review of rights or a new password is told of one’s own office and of no other', async () => {
  await world.person('elsewhere', ['centre_lead'], 'jiangbei')
  await world.superuser('update kernel.account set ages = true')
  const prompt = await world.prompt('mingbu_app')
  const told = async (office: string) => {
    const found = []
    for (const of of ['review_spans', 'password_spans', 'password_set']) {
      const { rows } = await prompt.query(`select count(*)::int as n from people.${of}($1)`, [office])
      found.push((rows[0] as { n: number }).n)
    }
    return found
  }
  try {
    await prompt.query('begin')
    expect(await told('haishu')).toEqual([0, 0, 0])
    await prompt.query(`select kernel.open_read($1, '{}')`, [people.clerk!.token])
    expect((await told('haishu'))[1]).toBeGreaterThan(0)
    expect(await told('jiangbei')).toEqual([0, 0, 0])
    await expect(prompt.query(`select * from people.password_spans_of('haishu')`)).rejects.toMatchObject({
      code: '42501',
    })
  } finally {
    await prompt.query('rollback')
    await prompt.end()
  }
})
