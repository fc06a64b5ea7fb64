import { createHash, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld, testPassword } from '../../test/world.ts'
import type { Outcome } from '../kernel/perform.ts'
import { completeIdNumber } from '../values/idNumber.ts'
import { derivePassword, signIn, signOut } from './acts.ts'
import { listAccounts } from './directory.ts'
import { enrol } from './enrol.ts'
import { demoPeople, session } from './queries.ts'

const said = (outcome: Outcome<unknown>): string => (outcome.ok ? 'done' : outcome.refusal.code)
const enter = (world: TestWorld, username: string, password = testPassword) =>
  world.as(null, signIn, { username, password, workstation: '窗口 3' })
const tokenOf = (outcome: Outcome<never>): Someone => {
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  const { token, personId } = outcome.result as unknown as { token: string; personId: string }
  return { id: personId, username: '', token: Buffer.from(token, 'hex') }
}
/** Whether a token still opens anything. */
const works = async (world: TestWorld, who: Someone): Promise<boolean> =>
  (await world.kernel.read(who.token, async () => 'yes')) === 'yes'
const sessions = (world: TestWorld, who: Someone) =>
  world.superuser<{ live: boolean; end_reason: string | null }>(
    'select ended_at is null as live, end_reason from kernel.session where person_id = $1 order by started_at, id',
    [who.id],
  )

// Who comes with what. Every wrong answer is the same answer.
test.each([
  ['the right name and password', 'amina', testPassword, 'done'],
  ['the password in the other Unicode form', 'amina', testPassword.normalize('NFD'), 'done'],
  ['another password', 'amina', 'correct horse', 'wrong_password'],
  ['the password in capitals', 'amina', testPassword.toUpperCase(), 'wrong_password'],
  ['the password with a space behind', 'amina', `${testPassword} `, 'wrong_password'],
  ['another’s password', 'amina', 'the password of boris', 'wrong_password'],
  ['the name in capitals', 'AMINA', testPassword, 'wrong_password'],
  ['a name nobody has', 'nobody', testPassword, 'wrong_password'],
  ['a name made of SQL', `' or true --`, testPassword, 'wrong_password'],
  ['no password', 'amina', '', 'invalid_input'],
  ['no name', '', testPassword, 'invalid_input'],
] as const)('signing in with %s (%s, %j) is %s', async (_, username, password, outcome) => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', [])
  const answer = await enter(world, username, password)
  expect(said(answer)).toBe(outcome)
  expect((await sessions(world, amina)).length).toBe(outcome === 'done' ? 2 : 1)
  expect(await works(world, amina)).toBe(outcome !== 'done')
})

test('a name nobody has is answered exactly as a wrong password, and is derived with the same cost and a salt that stays', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const wrong = await enter(world, 'amina', 'no')
  const unknown = await enter(world, 'nobody', 'no')
  if (wrong.ok || unknown.ok) throw new Error('nobody should have got in')
  expect(unknown.refusal).toEqual(wrong.refusal)
  const rows = await world.superuser<{
    type: string
    actor: string
    refusal: string
    answer: unknown
    fields: number
  }>(
    'select type, actor, refusal, answer, fields, district, subject_id from kernel.act where id = any($1) order by seq',
    [[wrong.actId, unknown.actId]],
  )
  expect(rows[1]).toEqual(rows[0])
  const params = async (name: string) =>
    (
      await world.superuser<{ salt: Buffer; kdf: string }>('select * from kernel.password_params($1)', [name])
    )[0]!
  const [known, first, again, other] = [
    await params('amina'),
    await params('nobody'),
    await params('nobody'),
    await params('anybody'),
  ]
  expect(first).toEqual(again)
  expect(first.kdf).toBe(known.kdf)
  expect(first.salt.length).toBe(known.salt.length)
  expect(first.salt).not.toEqual(other.salt)
})

test('the token is known to its holder alone: the database keeps its hash', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const amina = tokenOf(await enter(world, 'amina'))
  expect(amina.token.length).toBe(32)
  const kept = await world.superuser<{ token_hash: Buffer; workstation: string }>(
    'select token_hash, workstation from kernel.session where ended_at is null',
  )
  expect(kept).toEqual([
    { token_hash: createHash('sha256').update(amina.token).digest(), workstation: '窗口 3' },
  ])
  const tables = await world.superuser<{ t: string }>(
    `select format('%I.%I', schemaname, tablename) as t from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  expect(tables.length).toBeGreaterThan(30)
  for (const { t } of tables) {
    expect(
      await world.superuser(`select 1 from ${t} x where position($1 in x::text) > 0`, [
        amina.token.toString('hex'),
      ]),
      t,
    ).toEqual([])
  }
})

test('a second sign-in ends the first session, and says so', async () => {
  await using world = await openTestWorld()
  const first = await world.person('amina', [])
  const boris = await world.person('boris', [])
  const answer = await enter(world, 'amina')
  expect(answer).toMatchObject({ ok: true, result: { superseded: true, personId: first.id } })
  expect([await works(world, first), await works(world, tokenOf(answer)), await works(world, boris)]).toEqual(
    [false, true, true],
  )
  expect(await sessions(world, first)).toEqual([
    { live: false, end_reason: 'superseded' },
    { live: true, end_reason: null },
  ])
  expect(said(await world.as(first, signOut, {}))).toBe('not_signed_in')
  expect(await works(world, tokenOf(answer))).toBe(true)
})

test('six sign-ins of one person at once leave one live session, and one token that works', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', [])
  const answers = await Promise.all(Array.from({ length: 6 }, () => enter(world, 'amina')))
  expect(answers.map(said)).toEqual(Array(6).fill('done'))
  expect((await sessions(world, amina)).filter((one) => one.live)).toHaveLength(1)
  const alive = await Promise.all(answers.map((answer) => works(world, tokenOf(answer))))
  expect(alive.filter(Boolean)).toHaveLength(1)
})

test('signing out ends one’s own session and no other', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', [])
  const boris = await world.person('boris', [])
  expect(said(await world.as(amina, signOut, {}))).toBe('done')
  expect([await works(world, amina), await works(world, boris)]).toEqual([false, true])
  expect(await sessions(world, amina)).toEqual([{ live: false, end_reason: 'signed_out' }])
  expect(await enter(world, 'amina')).toMatchObject({ ok: true, result: { superseded: false } })
  expect(said(await world.as(null, signOut, {}))).toBe('not_signed_in')
})

// A session lasts twelve hours from the sign-in; a person lasts until they leave.
test.each([
  ['a minute before the twelve hours are over', '2026-03-02T20:59:00Z', true],
  ['a minute after', '2026-03-02T21:01:00Z', false],
] as const)('%s (%s) the session works: %s', async (_, now, live) => {
  await using world = await openTestWorld({ now: '2026-03-02T09:00:00Z' })
  const amina = await world.person('amina', [])
  await world.setClock(now)
  expect(await works(world, amina)).toBe(live)
  expect(said(await world.as(amina, signOut, {}))).toBe(live ? 'done' : 'not_signed_in')
})

test.each([
  [
    'has left',
    `update kernel.person set active_to = kernel.now() where name = 'amina'`,
    false,
    'wrong_password',
  ],
  [
    'will leave next year',
    `update kernel.person set active_to = kernel.now() + interval '1 year' where name = 'amina'`,
    true,
    'done',
  ],
  [
    'has an account that was closed',
    `update kernel.account set closed_at = kernel.now() where username = 'amina'`,
    true,
    'wrong_password',
  ],
] as const)('a person who %s', async (_, sql, live, outcome) => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', [])
  await world.superuser(sql)
  expect(await works(world, amina)).toBe(live)
  expect(said(await enter(world, 'amina'))).toBe(outcome)
})

test('wrong passwords lock the account from the fifth on, each time twice as long, at most a day; the right one ends it', async () => {
  await using world = await openTestWorld({ now: '2026-03-02T09:00:00Z' })
  await world.person('amina', [])
  let now = Temporal.Instant.from('2026-03-02T09:00:00Z')
  const later = async (minutes: number) => {
    // Half a minute more than the lock, for the seconds the test itself takes.
    now = now.add({ seconds: minutes * 60 + 30 })
    await world.setClock(now.toString())
  }
  for (let i = 0; i < 4; i++) expect(said(await enter(world, 'amina', 'no'))).toBe('wrong_password')
  // Fifth and later failures: minutes of lock. The clause asks for growing delay (6.3; GB/T 22239).
  for (const minutes of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440]) {
    expect(said(await enter(world, 'amina', 'no')), `before a lock of ${minutes}`).toBe('wrong_password')
    const locked = await enter(world, 'amina')
    expect(locked).toMatchObject({
      ok: false,
      refusal: { code: 'account_locked', status: 423, clause: '6.3' },
    })
    if (locked.ok) return
    const seconds = Number(locked.refusal.data!.retryAfterSeconds)
    expect(seconds).toBeGreaterThan(minutes * 60 - 30)
    expect(seconds).toBeLessThanOrEqual(minutes * 60)
    expect(locked.refusal.message.en).toContain(`another ${minutes} minute(s)`)
    // Trying on while locked neither counts nor lengthens it.
    expect(said(await enter(world, 'amina', 'no'))).toBe('account_locked')
    await later(minutes)
  }
  expect(said(await enter(world, 'amina'))).toBe('done')
  expect(await world.superuser('select failures, locked_until from kernel.account')).toEqual([
    { failures: 0, locked_until: null },
  ])
  for (let i = 0; i < 4; i++) expect(said(await enter(world, 'amina', 'no'))).toBe('wrong_password')
  expect(said(await enter(world, 'amina'))).toBe('done')
}, 120_000)

test('a name nobody has is locked as an account is, so that trying does not tell which names exist', async () => {
  await using world = await openTestWorld({ now: '2026-03-02T09:00:00Z' })
  await world.person('amina', [])
  const tries = async (username: string) => {
    const answers = []
    for (let i = 0; i < 7; i++) answers.push(await enter(world, username, 'no'))
    return answers.map((answer) =>
      answer.ok ? 'done' : `${answer.refusal.code} ${answer.refusal.status} ${answer.refusal.message.zh}`,
    )
  }
  const known = await tries('amina')
  expect(known.map((one) => one.split(' ')[0])).toEqual([
    ...Array(5).fill('wrong_password'),
    'account_locked',
    'account_locked',
  ])
  expect(await tries('nobody')).toEqual(known)
  expect(said(await enter(world, 'anybody', 'no'))).toBe('wrong_password')
  // Both locks end together and grow alike; no name stands anywhere in clear.
  await world.setClock('2026-03-02T09:05:00Z')
  for (const username of ['amina', 'nobody']) {
    expect([said(await enter(world, username, 'no')), said(await enter(world, username, 'no'))]).toEqual([
      'wrong_password',
      'account_locked',
    ])
  }
  expect(await world.superuser(`select failures from kernel.unknown_name order by failures`)).toEqual([
    { failures: 1 },
    { failures: 6 },
  ])
})

test('locking one account locks no other, ends no session, and shows in the directory', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance', 'issuing'])
  await world.person('boris', ['recording'], 'jiangbei')
  for (let i = 0; i < 5; i++) await enter(world, 'amina', 'no')
  expect(said(await enter(world, 'amina'))).toBe('account_locked')
  expect(said(await enter(world, 'boris'))).toBe('done')
  expect(await works(world, amina)).toBe(true)
  expect(await listAccounts(world.pools.auditor)).toEqual([
    { username: 'amina', name: 'amina', district: 'haishu', duties: ['acceptance', 'issuing'], locked: true },
    { username: 'boris', name: 'boris', district: 'jiangbei', duties: ['recording'], locked: false },
  ])
  await expect(listAccounts(world.pools.app)).rejects.toThrow('permission denied')
})

test('twelve wrong passwords at once are all refused, and lock the account', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => enter(world, 'amina', `guess ${i}`)))
  for (const answer of answers) expect(['wrong_password', 'account_locked']).toContain(said(answer))
  expect(said(await enter(world, 'amina'))).toBe('account_locked')
  expect(await world.superuser('select failures from kernel.account')).toEqual([{ failures: 5 }])
})

test('every sign-in, right or wrong, is an act; a right one names the person it was', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', [])
  const [right, wrong] = [await enter(world, 'amina'), await enter(world, 'amina', 'no')]
  expect(
    await world.superuser(
      'select outcome, refusal, actor, subject_kind, subject_id from kernel.act where id = any($1) order by seq',
      [[right.actId, wrong.actId]],
    ),
  ).toEqual([
    { outcome: 'done', refusal: null, actor: 'anonymous', subject_kind: 'person', subject_id: amina.id },
    {
      outcome: 'refused',
      refusal: 'wrong_password',
      actor: 'anonymous',
      subject_kind: null,
      subject_id: null,
    },
  ])
})

// One identity, one person, one account, in the whole city (6.3). Amina of Haishu is there already.
const idOf = (serial: number) => completeIdNumber(`3302031985010${String(serial).padStart(4, '0')}`)
test.each([
  ['a new person', { username: 'new', idNumber: idOf(1) }, 'done'],
  ['the same identity under another name', { username: 'new', idNumber: idOf(7) }, 'identity_taken'],
  [
    'the same identity in another district',
    { username: 'new', idNumber: idOf(7), district: 'yuyao' },
    'identity_taken',
  ],
  ['another identity under the same user name', { username: 'first', idNumber: idOf(1) }, 'username_taken'],
  ['a user name with a space', { username: 'a b', idNumber: idOf(1) }, 'invalid_input'],
  ['a short password', { username: 'new', idNumber: idOf(1), password: 'short' }, 'invalid_input'],
] as const)('enrolling %s: %o is %s, and a refusal leaves nobody behind', async (_, more, outcome) => {
  await using world = await openTestWorld()
  const seed: Someone = { id: '', username: '', token: Buffer.from(world.secrets.services.seed!, 'hex') }
  const form = {
    district: 'haishu',
    name: '某人',
    password: testPassword,
    posts: [{ id: 'clerk', zh: '窗口', en: 'Clerk' }],
    duties: ['acceptance'],
    demo: false,
  }
  expect(said(await world.as(seed, enrol, { ...form, username: 'first', idNumber: idOf(7) }))).toBe('done')
  expect(said(await world.as(seed, enrol, { ...form, ...more }))).toBe(outcome)
  const [left] = await world.superuser(
    'select (select count(*) from kernel.person)::int as persons, (select count(*) from kernel.account)::int as accounts, (select count(*) from people.identity)::int as identities, (select count(*) from kernel.duty_grant)::int as grants',
  )
  const n = outcome === 'done' ? 2 : 1
  expect(left).toEqual({ persons: n, accounts: n, identities: n, grants: n })
})

test('the database itself allows one live account a person and one live session', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', [])
  const constraint = (sql: string) =>
    world.superuser(sql, [amina.id]).then(
      () => 'stored',
      (error: { constraint?: string }) => error.constraint,
    )
  const account = (name: string) =>
    `insert into kernel.account (person_id, username, salt, verifier) values ($1, '${name}', decode(repeat('00', 16), 'hex'), sha256('x'))`
  expect(await constraint(account('amina2'))).toBe('account_one_live_per_person')
  expect(
    await constraint(
      `insert into kernel.session (token_hash, person_id, workstation, expires_at) values (sha256('x'), $1, 'w', 'infinity')`,
    ),
  ).toBe('session_one_live_per_person')
  await world.superuser(`update kernel.account set closed_at = now()`)
  expect(await constraint(account('amina'))).toBe('stored')
})

test('a password is kept as the hash of its derivation, and only a demo keeps one to show', async () => {
  await using world = await openTestWorld()
  await world.person('amina', [])
  const [kept] = await world.superuser<{ salt: Buffer; kdf: string; verifier: Buffer }>(
    'select salt, kdf, verifier from kernel.account',
  )
  const derived = await derivePassword(testPassword, kept!.salt, kept!.kdf)
  expect(kept!.verifier).toEqual(createHash('sha256').update(derived).digest())
  expect(kept!.kdf).toBe('argon2id:m=19456,t=2,p=1')
  await expect(derivePassword('x', kept!.salt, 'md5')).rejects.toThrow('unknown password derivation md5')
  const seed: Someone = { id: '', username: '', token: Buffer.from(world.secrets.services.seed!, 'hex') }
  const asked = world.as(seed, enrol, {
    district: 'haishu',
    name: '演',
    idNumber: idOf(3),
    username: 'demo',
    password: testPassword,
    posts: [],
    duties: [],
    demo: true,
  })
  await expect(asked).rejects.toThrow('passwords are kept only in a demo')
  expect(await world.kernel.readPublic((tx) => demoPeople.run(tx as never, {}, world.deps))).toEqual({
    people: [],
  })
})

test('the session query shows the signed-in person, and a service or a made-up token is nobody', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const view = await world.kernel.read(amina.token, (ctx) => session.run(ctx as never, {}, world.deps))
  expect(view).toMatchObject({
    person: { id: amina.id, name: 'amina', username: 'amina' },
    district: { id: 'haishu' },
    posts: [{ zh: 'amina', en: 'amina' }],
    duties: ['acceptance'],
    demo: false,
  })
  for (const token of [
    Buffer.from(world.secrets.services.seed!, 'hex'),
    Buffer.alloc(32),
    Buffer.alloc(0),
    null,
    Buffer.from(randomUUID()),
  ]) {
    expect(await world.kernel.read(token, async () => 'seen')).toMatchObject({ code: 'not_signed_in' })
  }
})
