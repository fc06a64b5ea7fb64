import { randomBytes, randomUUID } from 'node:crypto'
import { generateSync } from 'otplib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld, testPassword } from '../../test/world.ts'
import { performConfirmed, SoftwarePasskey } from '../app/software-passkey.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { type AnyAct, isRefusal } from '../kernel/act.ts'
import { type Confirmation, readConfirmation } from '../kernel/confirm.ts'
import type { Outcome } from '../kernel/perform.ts'
import { AccountWatch } from './account-watch.ts'
import { signIn } from './acts.ts'
import { demoCode } from './factor-queries.ts'
import {
  addDemoFactors,
  addFactor,
  addFirstFactor,
  confirmSignIn,
  endFactor,
  offerFactors,
  renameFactor,
} from './factors.ts'

const start = Temporal.Instant.from('2026-03-09T01:30:00Z')
let world: TestWorld
beforeAll(async () => {
  world = await openTestWorld({ now: start.toString() })
})
afterAll(() => world[Symbol.asyncDispose]())

let people = 0
const someone = () => world.person(`p${++people}`, [])
const origin = 'http://localhost:8080'
const fresh = () => new SoftwarePasskey(randomBytes(32), origin)

async function offerTo(who: Someone) {
  const offer = await world.kernel.read(who.token, (ctx) =>
    offerFactors(ctx, { name: who.username, username: who.username, credentials: [] }),
  )
  if (isRefusal(offer)) throw new Error(offer.code)
  return offer
}

const perform = (who: Someone, act: AnyAct, input: unknown, more: object = {}) =>
  world.kernel.perform(act, {
    token: who.token,
    requestId: randomUUID(),
    input: input as never,
    ...more,
  }) as Promise<Outcome<never>>

/** The installation's clock now, in seconds. */
const seconds = async (): Promise<number> => {
  const [row] = await world.superuser<{ s: number }>('select extract(epoch from kernel.now())::float8 as s')
  return Math.floor(row!.s)
}

/** Registers one-time codes and gives what makes them. */
async function withCodes(who: Someone): Promise<Uint8Array> {
  const { totp } = await offerTo(who)
  const code = generateSync({ secret: totp.secret, epoch: (await seconds()) - 30 })
  const added = await world.as(who, addFactor, { label: '手机', totp: { offer: totp.offer, code } })
  if (!added.ok) throw new Error(added.refusal.code)
  return Buffer.from(totp.secret)
}

const codeAt = (secret: Uint8Array, epoch: number): string =>
  generateSync({ secret: Buffer.from(secret).toString(), epoch })

/** Prepares an act and confirms it as told. */
async function confirmed(
  who: Someone,
  act: AnyAct,
  input: unknown,
  confirm: (challenge: Buffer) => Confirmation | undefined | Promise<Confirmation | undefined>,
): Promise<Outcome<never>> {
  const requestId = randomUUID()
  const made = await world.kernel.prepare(act, { token: who.token, requestId, input: input as never })
  if (!made.ok) throw new Error(made.refusal.code)
  const confirmation = await confirm(Buffer.from(made.prepared.challenge, 'hex'))
  return perform(who, act, input, {
    requestId,
    nonce: Buffer.from(made.prepared.nonce, 'hex'),
    ...(confirmation ? { confirmation } : {}),
  })
}

const passkeyInput = async (who: Someone, options: Parameters<SoftwarePasskey['register']>[1] = {}) => ({
  label: '密钥',
  passkey: fresh().register((await offerTo(who)).passkey.challenge, options),
})

test('a first device is added within a day of enrolment, and only one: a second is confirmed with the first', async () => {
  const who = await someone()
  expect(await perform(who, addFirstFactor, await passkeyInput(who))).toMatchObject({ ok: true })
  expect(await perform(who, addFirstFactor, await passkeyInput(who))).toMatchObject({
    refusal: { code: 'not_first' },
  })
  expect(await perform(who, addFactor, await passkeyInput(who))).toMatchObject({
    refusal: { code: 'not_confirmed', clause: '6.3' },
  })
  const other = await someone()
  await world.passkeyOf(other)
  expect(await world.as(other, addFactor, await passkeyInput(other))).toMatchObject({ ok: true })
  const late = await someone()
  await world.superuser(`update people.first_factor set until = kernel.now() where person_id = $1`, [late.id])
  expect(await perform(late, addFirstFactor, await passkeyInput(late))).toMatchObject({
    refusal: { code: 'not_awaited' },
  })
})

test.each([
  ['made for another site', { rpId: 'evil.example' }],
  ['made at another address', { origin: 'http://evil.example' }],
  ['whose user was not verified', { flags: 0x41 }],
] as const)('a passkey %s is not registered', async (_what, options) => {
  const who = await someone()
  expect(await perform(who, addFirstFactor, await passkeyInput(who, options))).toMatchObject({
    refusal: { code: 'wrong_registration' },
  })
})

test('an offer is for one session: another’s challenge or secret registers nothing', async () => {
  const [who, other] = [await someone(), await someone()]
  const offer = await offerTo(other)
  const passkey = fresh().register(offer.passkey.challenge)
  const totp = {
    offer: offer.totp.offer,
    code: generateSync({ secret: offer.totp.secret, epoch: await seconds() }),
  }
  expect(await perform(who, addFirstFactor, { label: 'x', passkey })).toMatchObject({
    refusal: { code: 'wrong_registration' },
  })
  expect(await perform(who, addFirstFactor, { label: 'x', totp })).toMatchObject({
    refusal: { code: 'wrong_first_code' },
  })
  expect(await perform(who, addFirstFactor, { label: 'x' })).toMatchObject({
    refusal: { code: 'invalid_input' },
  })
})

test('one passkey is registered once in the whole city', async () => {
  const [who, other] = [await someone(), await world.person(`p${++people}`, [], 'jiangbei')]
  const key = fresh()
  const add = async (person: Someone) =>
    perform(person, addFirstFactor, {
      label: '密钥',
      passkey: key.register((await offerTo(person)).passkey.challenge),
    })
  expect(await add(who)).toMatchObject({ ok: true })
  expect(await add(other)).toMatchObject({ refusal: { code: 'credential_taken' } })
})

type Assert = Parameters<SoftwarePasskey['assert']>[1]
test.each([
  ['without any', 'not_confirmed', () => undefined],
  ['whose user was not verified', 'user_not_verified', { flags: 0x01 }],
  ['made at another address', 'other_site', { origin: 'http://evil.example' }],
  ['made for another site', 'other_site', { rpId: 'evil.example' }],
  ['that registers instead of confirming', 'wrong_assertion', { type: 'webauthn.create' }],
  ['of another command', 'wrong_assertion', (key: SoftwarePasskey) => key.assert(randomBytes(32))],
  ['by a passkey nobody knows', 'unknown_credential', (_: SoftwarePasskey, c: Buffer) => fresh().assert(c)],
  [
    'whose signature is another’s',
    'wrong_assertion',
    (key: SoftwarePasskey, c: Buffer) => ({ ...fresh().assert(c), credential: key.credential }),
  ],
  [
    'that is no assertion',
    'wrong_assertion',
    (key: SoftwarePasskey, c: Buffer) => ({ ...key.assert(c), clientDataJSON: 'AAAA' }),
  ],
] as const)('a confirmation %s confirms nothing and is on record: %s', async (_what, code, how) => {
  const who = await someone()
  const key = await world.passkeyOf(who)
  const input = await passkeyInput(who)
  const outcome = await confirmed(who, addFactor, input, (challenge) => {
    const assertion = typeof how === 'function' ? how(key, challenge) : key.assert(challenge, how as Assert)
    return assertion && { kind: 'passkey', assertion }
  })
  expect(outcome).toMatchObject({ ok: false, actId: expect.any(String), refusal: { code, clause: '6.3' } })
  const [account] = await world.superuser<{ failures: number }>(
    'select failures from kernel.account where person_id = $1',
    [who.id],
  )
  expect(account!.failures).toBe(code === 'not_confirmed' ? 0 : 1)
})

test('a passkey of a colleague confirms nothing of mine', async () => {
  const [who, other] = [await someone(), await someone()]
  await world.passkeyOf(who)
  const foreign = await world.passkeyOf(other)
  const outcome = await confirmed(who, addFactor, await passkeyInput(who), (challenge) => ({
    kind: 'passkey',
    assertion: foreign.assert(challenge),
  }))
  expect(outcome).toMatchObject({ refusal: { code: 'unknown_credential' } })
})

test('a counter that goes back is a copied passkey', async () => {
  const who = await someone()
  const key = await world.passkeyOf(who)
  const use = async (counter: number) =>
    confirmed(who, addFactor, await passkeyInput(who), (challenge) => ({
      kind: 'passkey',
      assertion: key.assert(challenge, { counter }),
    }))
  expect(await use(7)).toMatchObject({ ok: true })
  expect(await use(7)).toMatchObject({ refusal: { code: 'counter_back' } })
  expect(await use(3)).toMatchObject({ refusal: { code: 'counter_back' } })
  expect(await use(8)).toMatchObject({ ok: true })
})

test('a code confirms once, near its time, and is counted; five wrong tries lock the account', async () => {
  const who = await someone()
  const secret = await withCodes(who)
  const use = async (code: string) =>
    confirmed(who, addFactor, await passkeyInput(who), () => ({ kind: 'totp', code }))
  const now = await seconds()
  expect(await use(codeAt(secret, now + 30))).toMatchObject({ ok: true })
  expect(await use(codeAt(secret, now + 30))).toMatchObject({ refusal: { code: 'code_used' } })
  expect(await use(codeAt(secret, now))).toMatchObject({ refusal: { code: 'code_used' } })
  expect(await use(codeAt(secret, now + 3600))).toMatchObject({ refusal: { code: 'wrong_code' } })
  expect(await use(codeAt(secret, now - 3600))).toMatchObject({ refusal: { code: 'wrong_code' } })
  await use('000000')
  expect(await use(codeAt(secret, now + 60))).toMatchObject({
    refusal: { code: 'confirmation_locked', status: 423 },
  })
})

test('after so many acts confirmed by code a passkey is asked for', async () => {
  const who = await someone()
  const secret = await withCodes(who)
  await world.superuser(`update kernel.setting set value = '0' where name = 'totp_acts_max'`)
  const code = codeAt(secret, (await seconds()) + 30)
  const outcome = await confirmed(who, addFactor, await passkeyInput(who), () => ({ kind: 'totp', code }))
  expect(outcome).toMatchObject({ refusal: { code: 'register_passkey' } })
  await world.superuser(`update kernel.setting set value = '20' where name = 'totp_acts_max'`)
})

test('one renames and ends one’s own device, but not the last one and nobody else’s', async () => {
  const [who, other] = [await someone(), await someone()]
  await world.passkeyOf(who)
  await world.passkeyOf(other)
  const added = (await world.as(who, addFactor, await passkeyInput(who))) as unknown as {
    result: { factorId: string }
  }
  const { factorId } = added.result
  expect(await perform(other, renameFactor, { factorId, label: '我的' })).toMatchObject({
    refusal: { code: 'no_such_factor' },
  })
  expect(await world.as(other, endFactor, { factorId })).toMatchObject({
    refusal: { code: 'no_such_factor' },
  })
  expect(await perform(who, renameFactor, { factorId, label: '备用' })).toMatchObject({ ok: true })
  expect(await world.as(who, endFactor, { factorId })).toMatchObject({ ok: true })
  expect(await world.as(who, endFactor, { factorId })).toMatchObject({ refusal: { code: 'no_such_factor' } })
  const [last] = await world.superuser<{ id: string }>(
    'select id from people.factor where person_id = $1 and ended_at is null',
    [who.id],
  )
  expect(await world.as(who, endFactor, { factorId: last!.id })).toMatchObject({
    refusal: { code: 'last_factor' },
  })
})

test('who has a device confirms their sign-in with it; until then the session opens nothing', async () => {
  const who = await someone()
  const key = await world.passkeyOf(who)
  const opened = await world.kernel.perform(signIn, {
    token: null,
    requestId: randomUUID(),
    input: { username: who.username, password: testPassword },
  })
  const token = Buffer.from((opened as { result: { token: string } }).result.token, 'hex')
  const again = { ...who, token }
  expect(await perform(again, addFactor, { label: 'x' })).toMatchObject({ ok: false })
  expect(await world.kernel.read(token, async () => 'seen')).toMatchObject({ code: 'factor_needed' })
  expect(await perform(again, confirmSignIn, {})).toMatchObject({ refusal: { code: 'not_confirmed' } })
  expect(await world.kernel.read(token, async () => 'seen')).toMatchObject({ code: 'factor_needed' })
  expect(await performConfirmed(world.kernel, confirmSignIn, { token, input: {} }, () => key)).toMatchObject({
    ok: true,
  })
  expect(await world.kernel.read(token, async () => 'seen')).toBe('seen')
})

test('no demo authenticator is made or shown in a real installation', async () => {
  const who = await someone()
  const seed = { ...who, token: Buffer.from(world.secrets.services.seed!, 'hex') }
  const factors = [{ person: who.id, kind: 'totp', label: 'x', sealed: 'ab', digest: 'ab'.repeat(32) }]
  await expect(perform(seed, addDemoFactors, { factors })).rejects.toThrow(/only a demo/)
  const shown = (deps: object) =>
    world.kernel.readPublic((tx) =>
      (demoCode.run as (...given: unknown[]) => Promise<unknown>)(tx, { username: who.username }, deps),
    )
  expect(await shown(world.deps)).toEqual({ code: null, seconds: 0 })
  // Not even where the server's code takes the installation for a demo.
  expect(await shown({ ...world.deps, demo: true })).toEqual({ code: null, seconds: 0 })
})

test('a passkey whose counter goes back is refused and found, once', async () => {
  const who = await someone()
  const key = await world.passkeyOf(who)
  const watch = new AccountWatch({
    pool: world.pools.auditor,
    kernel: world.kernel,
    token: Buffer.from(world.secrets.services.detector!, 'hex'),
    calendar: world.deps.calendar,
    anyHour: () => true,
  })
  const found = async () =>
    (await watch.runOnce()).filter((one) => one.kind === 'passkey_copied' && one.subject === who.id)
  const confirmWith = async (counter: number) =>
    confirmed(who, addFactor, await passkeyInput(who), (challenge) => ({
      kind: 'passkey',
      assertion: key.assert(challenge, { counter }),
    }))
  expect(await confirmWith(7)).toMatchObject({ ok: true })
  expect(await found()).toEqual([])
  expect(await confirmWith(5)).toMatchObject({ refusal: { code: 'counter_back' } })
  expect(await confirmWith(7)).toMatchObject({ refusal: { code: 'counter_back' } })
  expect(await found()).toMatchObject([{ subject: who.id }])
  expect(await found()).toEqual([])
  expect(
    await world.superuser(
      `select kind, severity from kernel.finding where subject = 'person:' || $1 and kind = 'passkey_copied'`,
      [who.id],
    ),
  ).toEqual([{ kind: 'passkey_copied', severity: 'critical' }])
})

test.each([
  [null, ['confirmation.kind']],
  ['rubbish', ['confirmation.kind']],
  [{ kind: 'sms', code: '123456' }, ['confirmation.kind']],
  [{ kind: 'totp', code: '12345' }, ['confirmation.code']],
  [{ kind: 'totp', code: 123456 }, ['confirmation.code']],
  [
    {
      kind: 'passkey',
      credential: 'a'.repeat(5000),
      authenticatorData: '+',
      clientDataJSON: {},
      signature: 'ok',
    },
    ['confirmation.credential', 'confirmation.authenticatorData', 'confirmation.clientDataJSON'],
  ],
] as const)('of the confirmation %j the wrong fields are named', (given, paths) => {
  const read = readConfirmation(given)
  expect(Array.isArray(read) && read.map((one) => one.path)).toEqual(paths)
})

test('at the SQL prompt an act of high value cannot be closed without its confirmation, nor a device be made or moved', async () => {
  const who = await someone()
  await world.passkeyOf(who)
  const app = await world.prompt('mingbu_app')
  const open = `select kernel.open_act('\\x${who.token.toString('hex')}', 'factor.end', null, gen_random_uuid(), sha256('x'))`
  const close = `select kernel.close_act('done', null, null, null, null, '{}', array['officer', 'command'],
    array[sha256('a'), sha256('b')], array[sha256('a'), sha256('b')], array['{}'::bytea, '{}'::bytea], array[false, false], sha256('x'))`
  const tried = async (statements: string[]) => {
    await app.query('begin')
    try {
      for (const one of statements) await app.query(one)
      return 'done'
    } catch (error) {
      return (error as Error).message
    } finally {
      await app.query('rollback')
    }
  }
  try {
    expect(await tried([open, close])).toMatch(/only over the command prepared for it/)
    expect(await tried([`insert into people.factor (kind) values ('totp')`])).toMatch(/permission denied/)
    expect(await tried([`update people.factor set person_id = '${who.id}'`])).toMatch(/permission denied/)
    expect(await tried([`select people.end_factors('${who.id}', 'left')`])).toMatch(/permission denied/)
    expect(await tried([`select people.await_first_factor('${who.id}')`])).toMatch(/permission denied/)
    expect(
      await tried([open, `select people.add_factor('totp', 'x', null, null, null, null, 'x', 'x', 0)`]),
    ).toMatch(/only by its own act/)
    expect(await tried([open, 'select people.pass_factor()'])).toMatch(/only by its own act/)
  } finally {
    await app.end()
  }
  await expect(
    world.superuser(`update people.factor set public_key = 'x' where person_id = $1`, [who.id]),
  ).rejects.toThrow(/never deleted, exchanged or revived/)
})

test('after all of it the log and the tables agree, signatures included', async () => {
  await world.sequencer.drain()
  expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
})
