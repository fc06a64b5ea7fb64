import { randomBytes, randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestWorld, type TestWorld, testPassword } from '../../test/world.ts'
import { httpServer } from '../app/http.ts'
import { SoftwarePasskey } from '../app/software-passkey.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { AccountWatch } from './account-watch.ts'

let world: TestWorld
let app: FastifyInstance
beforeAll(async () => {
  world = await openTestWorld({ now: '2026-03-09T01:30:00Z' })
  app = await httpServer({
    kernel: world.kernel,
    origin: 'http://localhost:8080',
    webDir: null,
    metricsToken: 'm'.repeat(32),
    logLevel: 'silent',
    health: async () => ({ database: 'up' }),
  })
})
afterAll(async () => {
  await app.close()
  await world[Symbol.asyncDispose]()
})

/** A browser: its cookies, and the routes as it asks for them. */
function browser(address = '10.1.0.1') {
  const cookies = new Map<string, string>()
  const send = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { 'x-mingbu': '1', 'content-type': 'application/json', ...(cookie ? { cookie } : {}) }
    const answer = await app.inject({
      method,
      url,
      headers,
      remoteAddress: address,
      ...(payload ? { payload } : {}),
    })
    for (const { name, value } of answer.cookies) cookies.set(name, value)
    const body = answer.json<{ ok?: boolean; refusal?: { code: string } } & Record<string, never>>()
    return { status: answer.statusCode, code: body.refusal?.code ?? 'ok', body }
  }
  return {
    token: () => Buffer.from(`${cookies.get('mingbu_session')}${cookies.get('mingbu_device')}`, 'hex'),
    get: (path: string) => send('GET', `/api/${path}`),
    act: (type: string, input: object) =>
      send('POST', `/api/acts/${type}`, { requestId: randomUUID(), input }),
    signIn: (username: string, password = testPassword, workstation = '窗口 1') =>
      send('POST', '/api/acts/session.signIn', {
        requestId: randomUUID(),
        input: { username, password, workstation },
      }),
  }
}
type Browser = ReturnType<typeof browser>

/** Registers a passkey as a first device, with the answer to the offer of this session. */
async function registerFirst(from: Browser) {
  const { body } = await from.get('factors/offer')
  const { challenge } = body.passkey as unknown as { challenge: string }
  const passkey = new SoftwarePasskey(randomBytes(32), 'http://localhost:8080').register(challenge)
  return from.act('factor.addFirst', { label: '密钥', passkey })
}

test('who has no device is let in by the password to register one, and to nothing else; with it the session goes on', async () => {
  await world.person('amina', ['acceptance'])
  const amina = browser()
  expect(await amina.signIn('amina')).toMatchObject({ code: 'ok' })
  for (const path of ['worklist', 'cases', 'units?q=3302', 'account/sessions'])
    expect(await amina.get(path), path).toMatchObject({ status: 403, code: 'device_needed' })
  expect(await amina.act('register.holders', { unitCode: '330203001001GB00001F00010001' })).toMatchObject({
    status: 403,
    code: 'device_needed',
  })
  expect((await amina.get('session')).body).toMatchObject({
    person: { username: 'amina' },
    bar: 'device_needed',
    duties: [],
    notes: null,
  })
  expect(await registerFirst(amina)).toMatchObject({ code: 'ok' })
  expect((await amina.get('session')).body).toMatchObject({ bar: null, duties: ['acceptance'] })
  expect(await amina.get('worklist')).toMatchObject({ status: 200 })
  await world.sequencer.drain()
  expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({ ok: true })
})

test('whose day for a first device is over stays outside, until a reset in person', async () => {
  const late = await world.person('late', [])
  await world.superuser(`update people.first_factor set until = kernel.now() where person_id = $1`, [late.id])
  const there = browser()
  await there.signIn('late')
  expect((await there.get('factors')).body).toMatchObject({ items: [], awaitsFirst: false })
  expect(await registerFirst(there)).toMatchObject({ code: 'not_awaited' })
  expect(await there.get('worklist')).toMatchObject({ code: 'device_needed' })
  expect(await there.act('session.signOut', {})).toMatchObject({ code: 'ok' })
})

test('neither a changed password nor locking and unlocking opens the session of somebody without a device', async () => {
  await world.person('bela', [])
  const there = browser()
  await there.signIn('bela')
  const change = { old: testPassword, password: 'Kettle-rain-47' }
  expect(await there.act('account.changePassword', change)).toMatchObject({ code: 'ok' })
  expect(await there.get('worklist')).toMatchObject({ code: 'device_needed' })
  expect(await there.act('session.lock', { idle: true })).toMatchObject({ code: 'ok' })
  // Behind a locked window nobody else registers a device of theirs.
  expect(await there.get('factors/offer')).toMatchObject({ code: 'session_locked' })
  expect(await there.act('session.unlock', { password: 'Kettle-rain-47' })).toMatchObject({ code: 'ok' })
  expect(await there.get('worklist')).toMatchObject({ code: 'device_needed' })
})

test.each([
  ['without a device', false, 'device_needed'],
  ['with one', true, 'ok'],
] as const)('at the SQL prompt a session %s opens an act and a list: %s', async (state, device, status) => {
  const who = await world.person(`prompt${device}`, [])
  const there = browser()
  await there.signIn(who.username)
  if (device) await registerFirst(there)
  const prompt = await world.prompt('mingbu_app')
  const opened = async (sql: string) => {
    await prompt.query('begin')
    const { rows } = await prompt.query<{ opened: { status: string } }>(sql, [there.token()])
    await prompt.query('rollback')
    return rows[0]!.opened.status
  }
  expect(
    await opened(
      `select kernel.open_act($1, 'factor.rename', null, gen_random_uuid(), sha256($1)) as opened`,
    ),
    state,
  ).toBe(status)
  expect(await opened('select kernel.open_read($1) as opened'), state).toBe(status)
  // The server's role cannot lift the bar, and nor can the tables' owner while there is no device.
  await expect(prompt.query('update kernel.session set bar = null')).rejects.toThrow(/permission denied/)
  await prompt.end()
  const lift = world.superuser(
    `update kernel.session set bar = null, barred_at = null where person_id = $1 and ended_at is null`,
    [who.id],
  )
  if (device) await lift
  else await expect(lift).rejects.toThrow(/without a registered device/)
})

test('an address that guesses under many names waits longer and longer and is found; a known computer beside it does not', async () => {
  const own = await world.person('chen', [])
  const known = browser('10.9.9.9')
  expect(await known.signIn('chen')).toMatchObject({ code: 'ok' })
  const guesser = browser('10.9.9.9')
  for (let i = 0; i < 31; i++)
    expect(await guesser.signIn(`name${i % 12}`, 'guess')).toMatchObject({ code: 'wrong_password' })
  // Not even the right password, on a device that is new to the account.
  expect(await guesser.signIn('chen')).toMatchObject({ status: 429, code: 'address_waits' })
  expect(await browser('10.9.9.8').signIn('chen')).toMatchObject({ code: 'ok' })
  expect(await known.signIn('chen')).toMatchObject({ code: 'ok' })
  const left = async () => {
    const [row] = await world.superuser<{ s: number }>(
      `select round(extract(epoch from locked_until - kernel.now()))::int as s from kernel.try_address where address = '10.9.9.9'`,
    )
    return row!.s
  }
  expect(await left()).toBeLessThanOrEqual(60)
  await world.superuser(`update kernel.try_address set locked_until = kernel.now()`)
  expect(await guesser.signIn('name20', 'guess')).toMatchObject({ code: 'wrong_password' })
  expect(await left()).toBeGreaterThan(60)
  // Past the server, too: the database itself refuses, whatever the password.
  const prompt = await world.prompt('mingbu_app')
  const { rows } = await prompt.query<{ waits: number | null; own: number | null }>(
    `select kernel.address_waits('10.9.9.9', 'chen', 'a device of nobody') as waits, kernel.address_waits('10.1.0.1', 'chen', null) as own`,
  )
  await prompt.end()
  expect(rows).toEqual([{ waits: expect.any(Number), own: null }])
  const found = await faultsOf()
  expect(found).toEqual([{ kind: 'address_many_names', district: 'city', subject: 'address:10.9.9.9' }])
  // Once.
  expect(await faultsOf()).toEqual(found)
  expect(own.username).toBe('chen')
})

/** Lets the watch look and gives the findings there are about addresses. */
async function faultsOf() {
  const watch = new AccountWatch({
    pool: world.pools.auditor,
    kernel: world.kernel,
    token: Buffer.from(world.secrets.services.detector!, 'hex'),
    calendar: world.deps.calendar,
    anyHour: () => true,
  })
  await watch.runOnce()
  return world.superuser(
    `select kind, district, subject from kernel.finding where subject like 'address:%' order by id`,
  )
}

test('a few colleagues who mistype at one address make neither a wait nor a finding', async () => {
  const there = browser('10.8.8.8')
  for (let i = 0; i < 9; i++) await there.signIn(`clerk${i}`, 'typo')
  await world.person('dana', [])
  expect(await there.signIn('dana')).toMatchObject({ code: 'ok' })
  expect(await faultsOf()).not.toContainEqual(expect.objectContaining({ subject: 'address:10.8.8.8' }))
})

/** What a sign-in tells that has nothing to tell. */
const quiet = { failed: 0, newHere: false, newElsewhere: [], devices: [], passwordAt: null }

/** Signs in as `who` and gives what the page behind it says. */
async function enter(who: { id: string; username: string }, at: Browser, workstation = '窗口 1') {
  await at.signIn(who.username, testPassword, workstation)
  await world.letIn(who.id)
  // What a device would confirm is not what is asked here.
  await world.superuser(
    `update kernel.session set bar = null, barred_at = null where person_id = $1 and bar = 'factor_needed'`,
    [who.id],
  )
  return (await at.get('session')).body.notes
}

test('behind a sign-in its holder hears of failed tries since the last one and of devices new to the account', async () => {
  const ever = await world.person('ever', [])
  const [desk, other] = [browser(), browser()]
  expect(await enter(ever, desk)).toEqual(quiet)
  for (let i = 0; i < 3; i++) await desk.signIn('ever', 'typo')
  expect(await enter(ever, desk)).toEqual({ ...quiet, failed: 3 })
  expect(await enter(ever, other, '二楼会议室')).toEqual({ ...quiet, newHere: true })
  expect(await enter(ever, desk)).toEqual({
    ...quiet,
    newElsewhere: [{ workstation: '二楼会议室', at: expect.any(String) }],
  })
  expect(await enter(ever, desk)).toEqual(quiet)
})

test('whoever registers a device or changes the password in somebody’s session, its holder is told of it at the next sign-in, once', async () => {
  const fen = await world.person('fen', [])
  const [desk, thief] = [browser(), browser()]
  expect(await enter(fen, desk)).toEqual(quiet)
  // Times are to the millisecond, and so are the two sign-ins between which something is new.
  await thief.signIn('fen')
  expect(await registerFirst(thief)).toMatchObject({ code: 'ok' })
  const told = await enter(fen, desk)
  expect(told).toMatchObject({
    devices: [{ label: '密钥', what: 'added', at: expect.any(String) }],
    passwordAt: null,
  })
  await world.superuser(
    `update people.factor set ended_at = kernel.now(), end_reason = 'own' where person_id = $1`,
    [fen.id],
  )
  await world.superuser('update kernel.account set changed_at = kernel.now() where person_id = $1', [fen.id])
  expect(await enter(fen, desk)).toMatchObject({
    devices: [{ label: '密钥', what: 'ended' }],
    passwordAt: expect.any(String),
  })
  expect(await enter(fen, desk)).toEqual(quiet)
})

test('an address that shows wrong tickets waits as one that guesses passwords, and the database says so too', async () => {
  await world.person('gao', [])
  const guesser = browser('10.7.7.7')
  const redeem = (at: Browser, username: string) =>
    at.act('account.activate', {
      username,
      ticket: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE',
      password: 'Kettle-rain-47',
    })
  for (let i = 0; i < 31; i++)
    expect(await redeem(guesser, `guest${i % 12}`)).toMatchObject({ status: 403, code: 'ticket_wrong' })
  const waiting = await redeem(guesser, 'gao')
  expect(waiting).toMatchObject({ status: 429, code: 'activation_waits' })
  expect(JSON.stringify(waiting.body)).toContain('retryAfterSeconds')
  expect(await redeem(browser('10.7.7.8'), 'gao')).toMatchObject({ code: 'ticket_wrong' })
  // Tickets and passwords are guessed by the same people: the address waits for both.
  expect(await guesser.signIn('gao')).toMatchObject({ code: 'address_waits' })
  expect(await faultsOf()).toContainEqual({
    kind: 'address_many_names',
    district: 'city',
    subject: 'address:10.7.7.7',
  })
  const prompt = await world.prompt('mingbu_app')
  await expect(prompt.query(`select people.count_wrong_ticket('gao', '10.7.7.9')`)).rejects.toThrow(
    /not a refused activation/,
  )
  await prompt.end()
})

test('who supervises sees who has no device to confirm with; a clerk is shown nobody', async () => {
  const [clerk, head, security] = [
    await world.person('hu', ['acceptance']),
    await world.person('head', ['centre_lead']),
    await world.person('sec', ['admin_security'], 'city'),
  ]
  const without = async (who: { id: string; username: string }) => {
    const at = browser()
    await enter(who, at)
    const { body } = await at.get('people?state=no_device')
    return (body.items as unknown as { username: string }[]).map((one) => one.username)
  }
  await world.person('yu', [], 'yuyao')
  const late = browser()
  await late.signIn('hu')
  expect(await without(clerk)).toEqual([])
  expect(await without(head)).toEqual(expect.arrayContaining(['late', 'hu']))
  expect(await without(head)).not.toContain('yu')
  expect(await without(security)).toEqual(expect.arrayContaining(['late', 'hu', 'yu']))
  const hu = browser()
  await hu.signIn('hu')
  await registerFirst(hu)
  expect(await without(head)).not.toContain('hu')
})
