import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld, testPassword } from '../../test/world.ts'
import { verifyEverything } from '../evidence/verify.ts'
import type { Outcome } from '../kernel/perform.ts'
import { signIn } from './acts.ts'
import { commonPasswords } from './common-passwords.ts'
import { isNear, kinds, lengthMin, passwordProblems, variantsOf } from './password-rules.ts'
import { activate, changePassword } from './passwords.ts'

const said = (outcome: Outcome<unknown>): string => (outcome.ok ? 'done' : outcome.refusal.code)
const swapCase = (text: string) =>
  [...text].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join('')
const whose = { username: 'haishu.chenli', name: '陈丽' }
const good = ['Blue-kettle 47 rain', '七月的Harbour没有雪9', 'tQ9#vLm2&xRz', 'Vier+Pferde=Ruhe']

describe('the rules', () => {
  test.each(good)('%s is taken', (password) => {
    expect(passwordProblems(password, whose)).toEqual([])
  })
  test.each([
    ['Ab1!efgh9', 'shorter than ten'],
    ['alllowercaseonly', 'one kind'],
    ['Woaini5201314', 'what leaked lists begin with'],
    ['Qwertyuiop123!', 'a keyboard row'],
    ['1qaz2wsx3EDC', 'keyboard columns'],
    ['P@ssw0rd2026!', 'signs for letters'],
    ['Chenli-river-88', 'the user name'],
    ['ilnehC-Fluss-88', 'the user name backwards'],
    ['陈丽的Garten2031', 'the name'],
    ['Haishu-Garten-31', 'the office'],
    ['Ningbo-Garten-31', 'the city'],
    ['Mingbu12345!', 'the product'],
    ['Aaaaaaaaaa1!', 'one letter'],
    ['Abcdefgh1234!', 'the alphabet'],
  ] as const)('%s is refused: %s', (password, _why) => {
    const problems = passwordProblems(password, whose)
    expect(problems.length, password).toBeGreaterThan(0)
    for (const { path, message } of problems)
      expect([path, message.zh, message.en]).toEqual([
        'password',
        expect.stringMatching(/./),
        expect.stringMatching(/./),
      ])
  })
  test('the list of common passwords has over three thousand that would else meet the rules, each refused also in other clothes', () => {
    const nobody = { username: 'x', name: null }
    const fit = new Set([...commonPasswords()].filter((one) => one.length >= lengthMin && kinds(one) >= 3))
    expect(fit.size).toBeGreaterThan(3_000)
    const taken = (one: string) => passwordProblems(one, nobody).length === 0
    const sample = [...fit].filter((_, i) => i % 7 === 0)
    for (const dress of [
      (one: string) => one,
      swapCase,
      (one: string) => one.replace('a', '@').replace('o', '0'),
    ])
      expect(sample.map(dress).filter(taken)).toEqual([])
    // And says why, in the words for what is too common.
    expect(passwordProblems('Chocolate@2024', nobody)[0]!.message.zh).toMatch(/常见/)
    expect(taken('Chocolate@2024-Lampe')).toBe(true)
  })
  test.each([
    ['Blue-kettle 47 rain', 'blue-KETTLE 47 rain', true],
    ['Blue-kettle 47 rain1', 'Blue-kettle 47 rain', true],
    ['Blue-kettle 48 rain', 'Blue-kettle 47 rain', true],
    ['Blue-ketlte 47 rain', 'Blue-kettle 47 rain', true],
    ['niar 74 elttek-eulB', 'Blue-kettle 47 rain', true],
    ['Blu3-k3ttl3 47 rain', 'Blue-kettle 47 rain', true],
    ['2031 Blue-kettle 47 rain!!', 'Blue-kettle 47 rain', true],
    ['Grey-teapot 52 snow', 'Blue-kettle 47 rain', false],
    ['Blue-teapot 52 snow', 'Blue-kettle 47 rain', false],
  ])('%s near %s: %s', (password, old, near) => {
    expect(isNear(password, old)).toBe(near)
  })
  test('thirteen variants at most are looked up among the last five, never the password itself', () => {
    for (const password of good) {
      const variants = variantsOf(password)
      expect(variants.length).toBeLessThanOrEqual(13)
      expect(variants).not.toContain(password)
    }
    expect(variantsOf('Kettle-rain-47')).toEqual(
      expect.arrayContaining([
        'Kettle-rain-46',
        'Kettle-rain-48',
        'kettle-rain-47',
        'Kettle-rain',
        '74-niar-eltteK',
      ]),
    )
  })
})

const change = (world: TestWorld, who: Someone, old: string, password: string) =>
  world.as(who, changePassword, { old, password })

test('a password of two hundred characters is taken, one more is not', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', [])
  const long = `Kettle-47 ${'雨'.repeat(190)}`
  const answer = await change(world, amina, testPassword, `${long}雨`)
  expect(said(answer)).toBe('invalid_input')
  if (!answer.ok) expect(answer.refusal.fields).toMatchObject([{ path: 'password' }])
  expect(said(await change(world, amina, testPassword, long))).toBe('done')
  // Nothing of it is cut off.
  const enter = async (password: string) =>
    said(await world.as(null, signIn, { username: 'amina', password }))
  expect([await enter(long.slice(0, -1)), await enter(long)]).toEqual(['wrong_password', 'done'])
})

test('a password is changed by who knows it; the last five and what is near them are refused, the sixth is free again', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', [])
  const used = [
    testPassword,
    'Kettle-rain-47',
    'Grey teapot 52 snow',
    'Seven+Horses=Quiet',
    'Orchid/Lantern/8',
    'Violin&Harbour 63',
  ]
  expect(said(await change(world, amina, 'not mine', used[1]!))).toBe('wrong_password')
  expect(said(await change(world, amina, testPassword, 'short'))).toBe('password_weak')
  for (let i = 1; i < used.length; i++)
    expect(said(await change(world, amina, used[i - 1]!, used[i]!)), used[i]).toBe('done')
  const present = used.at(-1)!
  for (const [wanted, code] of [
    [present, 'password_used'],
    [used[1]!, 'password_used'],
    ['Kettle-rain-48', 'password_near'],
    ['KETTLE-RAIN-47', 'password_near'],
    ['kETTLE-RAIN-47', 'password_near'],
    ['74-niar-eltteK', 'password_near'],
    ['Violin&Harbor 63', 'password_near'],
  ] as const)
    expect(said(await change(world, amina, present, wanted)), wanted).toBe(code)
  expect(said(await world.as(null, signIn, { username: 'amina', password: testPassword }))).toBe(
    'wrong_password',
  )
  expect(said(await world.as(null, signIn, { username: 'amina', password: present }))).toBe('done')
  await world.sequencer.drain()
  expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({ ok: true })
}, 120_000)

test('after a quarter nothing passes but the change, which opens everything again', async () => {
  await using world = await openTestWorld({ now: '2026-03-02T01:00:00Z' })
  await world.person('amina', ['acceptance'])
  const enter = async (now: string) => {
    await world.setClock(now)
    const answer = await world.as(null, signIn, { username: 'amina', password: testPassword })
    if (!answer.ok) throw new Error(answer.refusal.code)
    const { token, personId } = answer.result as unknown as { token: string; personId: string }
    return { id: personId, username: 'amina', token: Buffer.from(token, 'hex') }
  }
  const reads = async (who: Someone) => {
    const answer = await world.kernel.read(who.token, async () => 'yes')
    return typeof answer === 'string' ? answer : answer.code
  }
  const before = await enter('2026-05-30T23:00:00Z')
  expect(await reads(before)).toBe('yes')
  // In the middle of a session the quarter ends for it too.
  await world.setClock('2026-05-31T01:10:00Z')
  expect(await reads(before)).toBe('password_expired')
  const after = await enter('2026-06-20T01:00:00Z')
  expect(await reads(after)).toBe('password_expired')
  expect(said(await change(world, after, testPassword, 'Kettle-rain-47'))).toBe('done')
  expect(await reads(after)).toBe('yes')
})

describe('tickets', () => {
  /** As the two people's acts do, which another capability declares. */
  async function ticketFor(world: TestWorld, who: Someone, purpose = 'reset'): Promise<string> {
    const client = await world.admin()
    try {
      await client.query('begin')
      await client.query(
        `insert into kernel.tx_actor as t (pid, txid, state, actor, read_all, district, act_id, act_type, at)
         values (pg_backend_pid(), pg_current_xact_id(), 'acting', 'service:seed', false, 'haishu',
           (select id from kernel.act where district = 'haishu' order by seq limit 1), 'account.approveReset', kernel.now())
         on conflict (pid) do update set txid = excluded.txid, state = excluded.state, act_type = excluded.act_type`,
      )
      const { rows } = await client.query<{ ticket: string }>('select people.make_ticket($1, $2) as ticket', [
        who.id,
        purpose,
      ])
      await client.query(`update kernel.tx_actor set state = 'closed' where pid = pg_backend_pid()`)
      await client.query('commit')
      return rows[0]!.ticket
    } finally {
      await client.end()
    }
  }
  const redeem = (world: TestWorld, username: string, ticket: string, password = 'Kettle-rain-47') =>
    world.as(null, activate, { username, ticket, password })

  test('a ticket is taken once, by the one it was made for, within a day, however it is typed', async () => {
    await using world = await openTestWorld({ now: '2026-03-02T01:00:00Z' })
    const amina = await world.person('amina', [])
    await world.person('boris', [])
    const ticket = await ticketFor(world, amina)
    expect(ticket).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/)
    // From now on the old password is void, and what was open has ended.
    expect(await world.kernel.read(amina.token, async () => 'yes')).toMatchObject({ code: 'not_signed_in' })
    expect(said(await world.as(null, signIn, { username: 'amina', password: testPassword }))).toBe('reset')
    expect(said(await redeem(world, 'boris', ticket))).toBe('ticket_wrong')
    expect(said(await redeem(world, 'nobody', ticket))).toBe('ticket_wrong')
    expect(said(await redeem(world, 'amina', 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA'))).toBe('ticket_wrong')
    expect(said(await redeem(world, 'amina', ticket, 'weak'))).toBe('password_weak')
    expect(said(await redeem(world, 'amina', ticket, testPassword))).not.toBe('done')
    expect(said(await redeem(world, 'amina', ` ${ticket.toLowerCase().replaceAll('-', ' ')} `))).toBe('done')
    expect(said(await redeem(world, 'amina', ticket, 'Grey teapot 52 snow'))).toBe('ticket_used')
    expect(said(await world.as(null, signIn, { username: 'amina', password: 'Kettle-rain-47' }))).toBe('done')
  })

  test('after a day, or once a newer one was made, a ticket is worth nothing, and the old password stays void', async () => {
    await using world = await openTestWorld({ now: '2026-03-02T01:00:00Z' })
    const amina = await world.person('amina', [])
    const first = await ticketFor(world, amina)
    const second = await ticketFor(world, amina)
    expect(said(await redeem(world, 'amina', first))).toBe('ticket_expired')
    await world.setClock('2026-03-03T01:00:01Z')
    expect(said(await redeem(world, 'amina', second))).toBe('ticket_expired')
    expect(said(await world.as(null, signIn, { username: 'amina', password: testPassword }))).toBe('reset')
  })

  test('two who redeem one ticket at once: one does; neither ticket nor password stands anywhere in clear', async () => {
    await using world = await openTestWorld()
    const amina = await world.person('amina', [])
    const ticket = await ticketFor(world, amina, 'enrol')
    const answers = await Promise.all(
      ['Kettle-rain-47', 'Grey teapot 52 snow'].map((one) => redeem(world, 'amina', ticket, one)),
    )
    expect(answers.map(said).sort()).toEqual(['done', 'ticket_used'])
    const tables = await world.superuser<{ t: string }>(
      `select format('%I.%I', schemaname, tablename) as t from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    )
    for (const { t } of tables)
      for (const secret of [ticket, 'Kettle-rain-47', Buffer.from('Kettle-rain-47').toString('hex')])
        expect(
          await world.superuser(`select 1 from ${t} x where position($1 in x::text) > 0`, [secret]),
          t,
        ).toEqual([])
  }, 120_000)

  test.each([
    ['make one outside the acts of two people', `select people.make_ticket('${randomUUID()}', 'reset')`],
    ['set a password outside its act', `select kernel.change_password('x', 'y', '{}')`],
    ['redeem one outside its act', `select people.redeem_ticket('a', 'b', 'c', '{}')`],
    ['read the tickets', 'select * from people.ticket'],
    ['read the passwords kept', 'select * from kernel.password_kept'],
    ['set a password directly', `select kernel.set_password('${randomUUID()}', 'x', '{}')`],
    ['end somebody’s sessions', `select kernel.end_sessions('${randomUUID()}', 'left')`],
    ['end a session outside its act', `select kernel.end_session('${randomUUID()}', 'so')`],
    ['count failures of another', `select kernel.count_failure_of('${randomUUID()}')`],
    ['lock outside its act', 'select kernel.lock_session()'],
    ['unlock outside its act', `select kernel.unlock_session('x')`],
    ['read devices', 'select * from kernel.device'],
  ])('who has the app’s password cannot %s', async (_, sql) => {
    await using world = await openTestWorld()
    const prompt = await world.prompt('mingbu_app')
    try {
      await expect(prompt.query(sql)).rejects.toThrow(/permission denied|only|act/)
    } finally {
      await prompt.end()
    }
  })
})
