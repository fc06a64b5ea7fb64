import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld, testPassword } from '../../test/world.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { declaredActs, isRefusal } from '../kernel/act.ts'
import type { Outcome } from '../kernel/perform.ts'
import { declaredQueries } from '../kernel/query.ts'
import { lock, signIn, signOut, unlock } from './acts.ts'
import { changePassword } from './passwords.ts'
import { session } from './queries.ts'
import { IdleLock } from './routes.ts'
import { endSession, liveSessions, mySessions } from './session-acts.ts'

const said = (outcome: Outcome<unknown>): string => (outcome.ok ? 'done' : outcome.refusal.code)
const reads = async (world: TestWorld, who: Someone, despite?: 'password_expired'): Promise<string> => {
  const answer = await world.kernel.read(who.token, async () => 'yes', despite ? [despite] : [])
  return typeof answer === 'string' ? answer : answer.code
}
const device = () => randomBytes(32)

/** Signs in at a machine with a secret of its own. */
async function at(world: TestWorld, username: string, machine: Buffer, workstation = '窗口 1') {
  const outcome = await world.as(null, signIn, {
    username,
    password: testPassword,
    workstation,
    device: machine.toString('hex'),
  })
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  const result = outcome.result as unknown as {
    token: string
    personId: string
    superseded: boolean
    ended: { workstation: string; startedAt: string; otherDevice: boolean } | null
  }
  return { ...result, who: { id: result.personId, username, token: Buffer.from(result.token, 'hex') } }
}
const ends = (world: TestWorld) =>
  world.superuser<{ end_reason: string | null }>(
    `select s.end_reason from kernel.session s where s.device_id is not null order by s.started_at, s.id`,
  )

// A token opens something only behind the secret it was made with. From anywhere else it ends its session.
test.each([
  ['its own device', (own: Buffer) => own, 'yes', null],
  ['another device', () => device(), 'not_signed_in', 'foreign_device'],
  ['no device', () => Buffer.alloc(0), 'not_signed_in', 'foreign_device'],
  ['half the secret', (own: Buffer) => own.subarray(0, 16), 'not_signed_in', 'foreign_device'],
] as const)('a token that comes from %s', async (_, from, answer, ended) => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const own = device()
  const { who } = await at(world, 'amina', own)
  const carried = { ...who, token: Buffer.concat([who.token.subarray(0, 32), from(own)]) }
  expect(await reads(world, carried)).toBe(answer)
  expect(await ends(world)).toEqual([{ end_reason: ended }])
  // What was carried away is worth nothing any more, also at home.
  expect(await reads(world, who)).toBe(answer === 'yes' ? 'yes' : 'not_signed_in')
})

test('an act with a carried token is refused, recorded as nobody’s, and ends the session', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const { who } = await at(world, 'amina', device())
  const thief = { ...who, token: Buffer.concat([who.token.subarray(0, 32), device()]) }
  expect(said(await world.as(thief, lock, { idle: false }))).toBe('not_signed_in')
  expect(await ends(world)).toEqual([{ end_reason: 'foreign_device' }])
  const [act] = await world.superuser(`select actor, refusal from kernel.act order by seq desc limit 1`)
  expect(act).toEqual({ actor: 'anonymous', refusal: 'not_signed_in' })
})

test('a second sign-in ends the first and says so to both: the new one hears where and since when, the old one by what', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const first = await at(world, 'amina', device(), '窗口 1')
  const second = await at(world, 'amina', device(), '窗口 2')
  expect(second.ended).toEqual({
    workstation: '窗口 1',
    startedAt: expect.stringMatching(/^2.*Z$/),
    otherDevice: true,
  })
  const [old] = await world.superuser<{ state: string; told: object }>(
    'select state, told from kernel.session_states(array[$1::bytea])',
    [first.who.token],
  )
  expect(old).toMatchObject({ state: 'ended', told: { reason: 'superseded', workstation: '窗口 2' } })
  expect((await at(world, 'amina', device())).ended).toMatchObject({ workstation: '窗口 2' })
})

test('on one device there is one live session: who signs in there ends the one before', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  await world.person('boris', [])
  const shared = device()
  const amina = await at(world, 'amina', shared)
  const boris = await at(world, 'boris', shared)
  expect([await reads(world, amina.who), await reads(world, boris.who)]).toEqual(['not_signed_in', 'yes'])
  // Boris hears of his own session that ended, not of Amina’s.
  expect(boris.ended?.workstation).toBe('unknown')
  expect((await ends(world)).map((one) => one.end_reason)).toEqual(['other_person', null])
})

test('two sign-ins at the same instant, of one person and of two on one device, leave one live session', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  await world.person('boris', [])
  const shared = device()
  await Promise.all([at(world, 'amina', shared), at(world, 'boris', shared), at(world, 'amina', device())])
  const live = await world.superuser(
    'select person_id, device_id from kernel.session where ended_at is null and device_id is not null',
  )
  expect(new Set(live.map((one) => one.person_id)).size).toBe(live.length)
  expect(new Set(live.map((one) => one.device_id)).size).toBe(live.length)
})

test('a locked session opens nothing until its own person unlocks it; leaving is possible', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const { who } = await at(world, 'amina', device())
  await world.passkeyOf(who)
  expect(said(await world.as(who, lock, { idle: true }))).toBe('done')
  expect([await reads(world, who), await reads(world, who, 'password_expired')]).toEqual([
    'session_locked',
    'session_locked',
  ])
  expect(said(await world.as(who, changePassword, { old: testPassword, password: 'x' }))).toBe(
    'session_locked',
  )
  expect(said(await world.as(who, unlock, { password: 'guess' }))).toBe('wrong_password')
  expect(await reads(world, who)).toBe('session_locked')
  expect(said(await world.as(who, unlock, { password: testPassword }))).toBe('done')
  expect(await reads(world, who)).toBe('yes')
  await world.as(who, lock, { idle: false })
  expect(said(await world.as(who, signOut, {}))).toBe('done')
})

test('wrong tries to unlock lock the account as those of signing in do', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const { who } = await at(world, 'amina', device())
  await world.as(who, lock, { idle: false })
  for (let i = 0; i < 5; i++)
    expect(said(await world.as(who, unlock, { password: 'no' }))).toBe('wrong_password')
  expect(said(await world.as(who, unlock, { password: testPassword }))).toBe('account_locked')
  expect(said(await world.as(null, signIn, { username: 'amina', password: testPassword }))).toBe(
    'account_locked',
  )
})

// The quarter (6.3): refused by the database, whatever route is asked. The lists are what the clause lets through.
test.each([
  [
    'the password is a quarter old',
    `update kernel.session set password_until = kernel.now()`,
    'password_expired',
    [
      'account.activate',
      'account.changePassword',
      'session.lock',
      'session.signIn',
      'session.signOut',
      'session.unlock',
    ],
    ['session'],
  ],
  [
    'the window is locked',
    `update kernel.session set bar = 'session_locked', barred_at = kernel.now()`,
    'session_locked',
    ['account.activate', 'session.lock', 'session.signIn', 'session.signOut', 'session.unlock'],
    [],
  ],
  [
    'its person has no device yet',
    `update kernel.session set bar = 'device_needed', barred_at = kernel.now()`,
    'device_needed',
    [
      'account.activate',
      'account.changePassword',
      'factor.addFirst',
      'session.lock',
      'session.signIn',
      'session.signOut',
    ],
    ['factors', 'factors/offer', 'session'],
  ],
  [
    'a device still has to confirm the sign-in',
    `update kernel.session set bar = 'factor_needed', barred_at = kernel.now()`,
    'factor_needed',
    ['account.activate', 'factor.confirm', 'session.lock', 'session.signIn', 'session.signOut'],
    ['session'],
  ],
] as const)(
  'when %s no declared act and no query passes but those named',
  async (_, sql, code, acts, queries) => {
    await using world = await openTestWorld()
    const amina = await world.person('amina', ['acceptance', 'issuing'])
    await world.superuser(sql)
    const passed: string[] = []
    const prompt = await world.prompt('mingbu_app')
    for (const act of declaredActs().filter((one) => one.actors.includes('person'))) {
      await prompt.query('begin')
      const { rows } = await prompt.query<{ opened: { status: string } }>(
        'select kernel.open_act($1, $2, null, gen_random_uuid(), sha256($1)) as opened',
        [amina.token, act.type],
      )
      await prompt.query('rollback')
      if (rows[0]!.opened.status !== code) passed.push(act.type)
    }
    await prompt.end()
    expect(passed).toEqual(acts)
    const read: string[] = []
    for (const query of declaredQueries()) {
      if (query.access === 'public') continue
      const answer = await world.kernel.read(amina.token, async () => 'passed', query.despite)
      if (!isRefusal(answer)) read.push(query.path)
    }
    expect(read).toEqual(queries)
  },
)

test('under an old password the session tells who one is and shows no row of any office', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const look = (despite: readonly 'password_expired'[]) =>
    world.kernel.read(
      amina.token,
      async (ctx) => ({
        me: (await session.run(ctx as never, {} as never, undefined as never)) as {
          person: { username: string }
        },
        acts: (await ctx.tx.one<{ n: number }>`select count(*) as n from kernel.act`).n,
      }),
      despite,
    )
  expect(await look([])).toMatchObject({ me: { person: { username: 'amina' } }, acts: expect.any(Number) })
  expect(((await look([])) as { acts: number }).acts).toBeGreaterThan(0)
  await world.superuser(`update kernel.session set password_until = kernel.now()`)
  expect(await look(['password_expired'])).toMatchObject({ me: { person: { username: 'amina' } }, acts: 0 })
})

test('a leader ends a colleague’s session with a reason the colleague is told; not one’s own, and not of another office', async () => {
  await using world = await openTestWorld()
  const lead = await world.person('lead', ['centre_lead'])
  const clerk = await world.person('clerk', ['acceptance'])
  const far = await world.person('far', ['acceptance'], 'yuyao')
  const of = async (who: Someone) =>
    (
      await world.superuser<{ id: string }>('select id from kernel.session where person_id = $1', [who.id])
    )[0]!.id
  const reason = '发现窗口无人值守'
  for (const [who, sessionId, code] of [
    [clerk, await of(lead), 'no_duty'],
    [lead, await of(lead), 'own_session'],
    [lead, await of(far), 'not_found'],
    [lead, await of(clerk), 'done'],
    [lead, await of(clerk), 'not_found'],
  ] as const)
    expect(said(await world.as(who, endSession, { sessionId, reason }))).toBe(code)
  expect(await reads(world, clerk)).toBe('not_signed_in')
  const [told] = await world.superuser('select state, told from kernel.session_states(array[$1::bytea])', [
    clerk.token,
  ])
  expect(told).toMatchObject({ state: 'ended', told: { reason: 'ended', by: 'lead', note: reason } })
  await world.sequencer.drain()
  expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({ ok: true })
})

test('the board shows the live sessions of one’s office, one’s own page one’s own sessions and how they ended', async () => {
  await using world = await openTestWorld()
  const lead = await world.person('lead', ['centre_lead'])
  await world.person('clerk', ['acceptance'])
  await world.person('far', ['acceptance'], 'yuyao')
  const city = await world.person('security', ['admin_security'], 'city')
  const names = async (who: Someone) => {
    const answer = await world.kernel.read(who.token, (ctx) =>
      liveSessions.run(ctx as never, {} as never, undefined as never),
    )
    return (answer as { items: { name: string }[] }).items.map((one) => one.name).sort()
  }
  expect(await names(lead)).toEqual(['clerk', 'lead'])
  expect(await names(city)).toEqual(['clerk', 'far', 'lead', 'security'])
  const { who } = await at(world, 'clerk', device(), '窗口 9')
  const mine = await world.kernel.read(who.token, (ctx) =>
    mySessions.run(ctx as never, {} as never, undefined as never),
  )
  expect(mine).toMatchObject({
    sessions: [
      { workstation: '窗口 9', present: true, endedAt: null, device: expect.stringMatching(/^[0-9A-F]{6}$/) },
      { present: false, endReason: 'superseded', endedAt: expect.any(String) },
    ],
  })
})

test('ten thousand wrong tries under made-up names leave nothing that stays: names are forgotten two days after', async () => {
  await using world = await openTestWorld()
  await world.superuser(
    `insert into kernel.unknown_name select sha256(i::text::bytea), 1, null, kernel.now() - interval '3 days' from generate_series(1, 10000) i`,
  )
  expect(said(await world.as(null, signIn, { username: 'nobody', password: 'x' }))).toBe('wrong_password')
  expect(await world.superuser('select count(*)::int as n from kernel.unknown_name')).toEqual([{ n: 1 }])
})

test('ten thousand failures of one account, each as soon as it may be tried: the wait doubles to a day and stays there, and nothing is open', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const before = await world.superuser('select id from kernel.session where ended_at is null')
  // The clock jumps to the end of each wait; a try during it neither counts nor lengthens it.
  await world.superuser('create table public.wait (n integer, minutes integer)')
  await world.superuser(`create procedure public.guess() language plpgsql as $$
    declare a kernel.account; waits interval;
    begin
      for i in 1..10000 loop
        -- What a refused sign-in runs in its own transaction.
        insert into kernel.tx_actor as t (pid, txid, state, actor, read_all, district, refused_type, at)
          values (pg_backend_pid(), pg_current_xact_id(), 'refusing', 'anonymous', false, 'city', 'session.signIn', kernel.now())
          on conflict (pid) do update set txid = excluded.txid, state = excluded.state, refused_type = excluded.refused_type;
        perform kernel.count_failure('amina', null);
        select * into a from kernel.account where username = 'amina';
        waits := a.locked_until - kernel.now();
        if waits > interval '0' then perform kernel.count_failure('amina', null); end if;
        if i <= 20 or i = 10000 then insert into public.wait values (a.failures, coalesce(extract(epoch from waits) / 60, 0)); end if;
        if waits > interval '0' and i < 10000 then update kernel.clock set ahead = ahead + waits; end if;
        update kernel.tx_actor set state = 'closed' where pid = pg_backend_pid();
        commit;
      end loop;
    end $$`)
  await world.superuser('call public.guess()')
  const waits = await world.superuser<{ n: number; minutes: number }>('select * from public.wait order by n')
  expect(waits.slice(0, 8).map((one) => one.minutes)).toEqual([0, 0, 0, 0, 1, 2, 4, 8])
  expect(waits.at(-1)).toEqual({ n: 10_000, minutes: 24 * 60 })
  expect(said(await world.as(null, signIn, { username: 'amina', password: testPassword }))).toBe(
    'account_locked',
  )
  expect(await world.superuser('select id from kernel.session where ended_at is null')).toEqual(before)
}, 120_000)

test('a clock that is set back opens no lock and gives no session longer than it was given', async () => {
  await using world = await openTestWorld({ now: '2026-03-02T06:00:00Z' })
  await world.person('amina', [])
  await world.setClock('2026-03-02T08:00:00Z')
  const { who } = await at(world, 'amina', device())
  await world.letIn(who.id)
  for (let i = 0; i < 5; i++)
    expect(said(await world.as(null, signIn, { username: 'amina', password: 'no' }))).toBe('wrong_password')
  await world.setClock('2026-03-02T07:00:00Z')
  expect(said(await world.as(null, signIn, { username: 'amina', password: testPassword }))).toBe(
    'account_locked',
  )
  expect(await reads(world, who)).toBe('yes')
  await world.setClock('2026-03-02T20:30:00Z')
  expect(await reads(world, who)).toBe('not_signed_in')
  expect(said(await world.as(null, signIn, { username: 'amina', password: testPassword }))).toBe('done')
})

// A screen speaks of the password from ten days before its end on: the eightieth.
test.each([
  [0, 90, null],
  [79, 11, null],
  [80, 10, null],
  [89, 1, null],
  [90, 0, 'password_expired'],
  [200, 0, 'password_expired'],
] as const)('a password %i days old has %i days left', async (age, left, bar) => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  await world.superuser(
    `update kernel.account set ages = true, changed_at = kernel.now() - interval '${age} days'`,
  )
  await world.superuser(
    `update kernel.session s set password_until = kernel.password_until(a) from kernel.account a where a.person_id = s.person_id`,
  )
  const me = await world.kernel.read(
    amina.token,
    (ctx) => session.run(ctx as never, {} as never, undefined as never),
    ['password_expired'],
  )
  expect(me).toMatchObject({ passwordDays: left, bar })
})

test('a session of which nothing was heard for ten minutes is locked by the server; one that is used, and one already ended, are left', async () => {
  await using world = await openTestWorld()
  const [idle, busy, gone] = [
    await world.person('idle', []),
    await world.person('busy', []),
    await world.person('gone', []),
  ]
  const idleLock = new IdleLock(world.pools.app)
  try {
    for (const { token } of [idle, busy, gone]) idleLock.heard(token)
    await world.as(gone, signOut, {})
    const later = Date.now() + 9 * 60_000
    await idleLock.round(later)
    expect(await reads(world, idle)).toBe('yes')
    await idleLock.round(Date.now() + 11 * 60_000)
    expect([await reads(world, idle), await reads(world, busy)]).toEqual(['session_locked', 'session_locked'])
    expect(said(await world.as(busy, unlock, { password: testPassword }))).toBe('done')
    await world.letIn(busy.id)
    idleLock.heard(busy.token)
    await idleLock.round(later)
    expect([await reads(world, busy), await reads(world, gone)]).toEqual(['yes', 'not_signed_in'])
    // An order makes it sooner, for all at once.
    await world.superuser(`update kernel.setting set value = '5' where name = 'idle_minutes'`)
    await idleLock.round(Date.now() + 6 * 60_000)
    expect(await reads(world, busy)).toBe('session_locked')
  } finally {
    idleLock.stop()
  }
})

test('through the whole way of an act, hundreds of tries at a locked name get one clear answer, each of them recorded', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const attempt = () => world.as(null, signIn, { username: 'amina', password: 'no' })
  for (let i = 0; i < 5; i++) expect(said(await attempt())).toBe('wrong_password')
  const answers = new Set<string>()
  for (let i = 0; i < 20; i++)
    for (const answer of await Promise.all(Array.from({ length: 20 }, attempt))) answers.add(said(answer))
  expect([...answers]).toEqual(['account_locked'])
  expect(
    await world.superuser(
      `select refusal, count(*)::int as n from kernel.act where type = 'session.signIn' and outcome = 'refused' group by refusal order by n`,
    ),
  ).toEqual([
    { refusal: 'wrong_password', n: 5 },
    { refusal: 'account_locked', n: 400 },
  ])
}, 120_000)

// A command is prepared for nobody whose session opens nothing: asked at the SQL prompt, past the server.
test.each([
  ['open', `select 1`, 'ok'],
  ['locked', `update kernel.session set bar = 'session_locked', barred_at = kernel.now()`, 'session_locked'],
  [
    'waiting for its second factor',
    `update kernel.session set bar = 'factor_needed', barred_at = kernel.now()`,
    'factor_needed',
  ],
  [
    'of somebody without a device',
    `update kernel.session set bar = 'device_needed', barred_at = kernel.now()`,
    'device_needed',
  ],
  [
    'under a password that is due',
    `update kernel.session set password_until = kernel.now()`,
    'password_expired',
  ],
  ['ended', `update kernel.session set ended_at = kernel.now(), end_reason = 'left'`, 'not_signed_in'],
] as const)('no command is prepared in a session that is %s', async (state, sql, status) => {
  await using world = await openTestWorld()
  const lead = await world.person('lead', ['centre_lead'])
  await world.superuser(sql)
  const prompt = await world.prompt('mingbu_app')
  const { rows } = await prompt.query<{ made: { status: string } }>(
    `select kernel.prepare_act($1, 'session.end', gen_random_uuid(), sha256($1), null, null, '{}', '{}', '{}') as made`,
    [lead.token],
  )
  await prompt.end()
  expect(rows[0]!.made.status, state).toBe(status)
  const written = await world.superuser(`select 1 from kernel.prepared where act_type = 'session.end'`)
  expect(written.length).toBe(status === 'ok' ? 1 : 0)
})

// Whatever is typed has an answer that names the field; nobody's likeness is taken for a name.
test.each([
  ['a name longer than any', 'a'.repeat(41), 'invalid_input'],
  ['a name with a line break', 'ami\nna', 'invalid_input'],
  ['a name with NUL', 'ami\0na', 'invalid_input'],
  ['a Cyrillic look-alike', 'аmina', 'wrong_password'],
  ['full-width letters', 'ａｍｉｎａ', 'wrong_password'],
  ['an invisible letter inside', 'ami\u200bna', 'wrong_password'],
] as const)('signing in as %s is answered %s', async (_, username, code) => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const answer = await world.as(null, signIn, { username, password: testPassword })
  expect(said(answer)).toBe(code)
  if (!answer.ok && code === 'invalid_input') expect(answer.refusal.fields![0]!.path).toBe('username')
})
