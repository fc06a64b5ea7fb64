import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectTablesNamed } from '../../../test/harm.ts'
import { openRoutes, type TestRoutes } from '../../../test/http.ts'
import { certificate, type Does, mailServer, signIn } from '../../../test/mail-server.ts'
import { type Hands, workingDay, workOff } from '../../../test/rectify.ts'
import { stands } from '../../../test/supervised.ts'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { act } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import { reassignFinding } from '../rectification/acts.ts'
import { askExtension } from '../rectification/extension.ts'
import { beginSending, tellEverybody } from './digest.ts'
import { type MailTo, mail } from './mail.ts'
import { type Message, type Outgoing, webhook } from './outgoing.ts'
import type { Waiting } from './rules.ts'
import { DigestWatch } from './watch.ts'

/** Opens a finding about somebody, by the hand of whoever does it. */
const find = act({
  type: 'probe.seen',
  title: { zh: '发现', en: 'Find' },
  clauses: ['7.4'],
  duties: [],
  input: Type.Object({ key: Type.String(), about: Type.String() }),
  result: Type.Object({ id: Type.Union([Type.String(), Type.Null()]) }),
  handle: async ({ tx, district, actor }, { key, about }) => ({
    id: await openFinding(tx, district, `person:${actor.personId}`, {
      kind: 'probe_seen',
      clause: '4.6',
      severity: 'high',
      subject: about,
      dedupeKey: key,
      summary: { zh: '账实不符', en: 'books differ' },
    }),
  }),
})

let world: TestWorld
let routes: TestRoutes
let people: Record<'inspector' | 'head' | 'leader' | 'clerk' | 'idle' | 'elsewhere', Someone>
let hands: Hands

beforeAll(async () => {
  // Monday, 10:00 in Ningbo.
  world = await openTestWorld({ now: '2026-03-02T02:00:00Z' })
  routes = await openRoutes(world.kernel)
  people = {
    inspector: await world.person('inspector', ['inspection']),
    head: await world.person('head', ['centre_lead']),
    leader: await world.person('leader', ['district_lead']),
    clerk: await world.person('clerk', ['acceptance']),
    idle: await world.person('idle', ['enquiry']),
    elsewhere: await world.person('elsewhere', ['centre_lead'], 'yuyao'),
  }
  hands = { lead: people.head, responsible: people.clerk, checker: people.leader }
}, 120_000)
afterAll(async () => {
  await routes[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

async function found(key: string, about = 'store:certificates'): Promise<string> {
  const outcome = await world.as(people.inspector, find, { key, about })
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return (outcome.result as { id: string }).id
}
/** What a person's page lists, `state kind count` a line. */
async function listOf(who: keyof typeof people): Promise<string[]> {
  const { items } = (await routes.get(people[who], 'reminders')).json as { items: Waiting[] }
  return items.map((one) => `${one.state} ${one.kind} ${one.count}`)
}

/** While somebody's password is older than it may be. */
async function owing(who: Someone, then: () => Promise<unknown>): Promise<void> {
  await world.superuser(
    `insert into kernel.obligation (district, kind, subject, period, due_at) values ('haishu', 'account.password', $1, '[2026-01-01,2026-04-01)', kernel.now() - interval '1 day')`,
    [who.id],
  )
  try {
    await then()
  } finally {
    await world.superuser(
      `set session_replication_role = replica; delete from kernel.obligation where subject = '${who.id}'`,
    )
  }
}

test('what waits is told to whom it waits for, and to nobody else', async () => {
  expect(await listOf('head')).toEqual([])
  const one = await found('one')
  await found('two', `person:${people.leader.id}`)
  // Who found it may give notice of it; whom it is about may not; another office hears nothing.
  expect(await listOf('head')).toEqual(['waiting notice 2'])
  expect(await listOf('inspector')).toEqual(['waiting notice 2'])
  expect(await listOf('leader')).toEqual(['waiting notice 1'])
  expect(await listOf('clerk')).toEqual([])
  expect(await listOf('elsewhere')).toEqual([])
  await workOff(world, one, hands, { to: 'noticed' })
  expect(await listOf('clerk')).toEqual(['soon plan 1'])
  await workOff(world, one, hands, { after: 'noticed', to: 'planned' })
  expect(await listOf('clerk')).toEqual(['waiting fix 1'])
  const until = await workingDay(world, 15)
  const asked = await world.as(people.clerk, askExtension, {
    district: 'haishu',
    findingId: one,
    until,
    reason: '等待补印',
  })
  expect(asked.ok).toBe(true)
  expect(await listOf('head')).toEqual(['waiting extension 1', 'waiting notice 1'])
  await workOff(world, one, hands, { after: 'planned', to: 'fixed' })
  // Who found it does not check it.
  expect(await listOf('inspector')).toEqual(['waiting notice 1'])
  expect(await listOf('head')).toEqual(['waiting check 1', 'waiting notice 1'])
  await workOff(world, one, hands, { after: 'fixed', to: 'verified' })
  expect(await listOf('head')).toEqual(['waiting close 1', 'waiting notice 1'])
  await workOff(world, one, hands, { after: 'verified', to: 'closed' })
  expect(await listOf('head')).toEqual(['waiting notice 1'])
  expect(await listOf('clerk')).toEqual([])
  await owing(people.clerk, async () => {
    expect(await listOf('clerk')).toEqual(['overdue duty 1'])
    expect(await listOf('head')).toEqual(['waiting notice 1'])
  })
})

test('what a leaver answered for is passed on: leaders are told until it is', async () => {
  const gone = await world.person('gone', ['acceptance'])
  const id = await found('left')
  await workOff(world, id, { ...hands, responsible: gone }, { to: 'noticed' })
  expect(await listOf('head')).toEqual(['waiting notice 1'])
  await world.superuser(`update kernel.person set active_to = kernel.now() where id = $1`, [gone.id])
  expect(await listOf('head')).toEqual(['waiting notice 1', 'waiting reassign 1'])
  const passed = await world.as(people.head, reassignFinding, {
    district: 'haishu',
    findingId: id,
    responsibleId: people.clerk.id,
    reason: '责任人已离岗',
  })
  expect(passed.ok).toBe(true)
  expect(await listOf('head')).toEqual(['waiting notice 1'])
  expect(await listOf('clerk')).toEqual(['soon plan 1'])
  await world.superuser(`update kernel.person set active_to = null where id = $1`, [gone.id])
  await workOff(world, id, hands, { after: 'noticed', to: 'closed' })
})

const key = randomBytes(32)
/** Whoever carries messages on, as it is outside: it answers with `status`, and keeps what it took. */
async function receiver() {
  const taken: { message: Message; genuine: boolean }[] = []
  const stands = { status: 503 }
  const server = createServer(async (request, response) => {
    const message = (await json(request)) as Message
    const { 'x-mingbu-time': time, 'x-mingbu-signature': signature } = request.headers
    const expected = createHmac('sha256', key)
      .update(`${time}.${JSON.stringify(message)}`)
      .digest('hex')
    if (stands.status === 200) taken.push({ message, genuine: signature === expected })
    response.writeHead(stands.status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    taken,
    stands,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
const service = () => Buffer.from(world.secrets.services.detector!, 'hex')
const watchOf = (outgoing: Outgoing | null) =>
  new DigestWatch({
    pool: world.pools.auditor,
    kernel: world.kernel,
    token: service(),
    calendar: world.deps.calendar,
    origin: 'http://localhost:8080',
    outgoing,
  })
const digests = () =>
  world.superuser<{ name: string; day: string; counts: number[]; taken: boolean | null }>(
    `select a.username as name, g.day::text, array[g.overdue, g.soon, g.waiting] as counts, d.taken
     from supervision.digest g join kernel.account a on a.person_id = g.told
       left join supervision.digest_delivery d on d.day = g.day and d.told = g.told order by g.day, a.username`,
  )
test('everybody for whom something waits is told once a working day, and who was told is in the log', async () => {
  const usernames = (names: (keyof typeof people)[]) => names.map((name) => people[name].username).sort()
  await world.setClock('2026-03-03T00:29:00Z')
  await watchOf(null).runOnce()
  expect(await digests()).toEqual([])
  await world.setClock('2026-03-03T00:30:00Z')
  await watchOf(null).runOnce()
  await watchOf(null).runOnce()
  const told = await digests()
  // Leaders and inspectors of the office; whom the finding is about, and who has nothing to do with it, hear nothing.
  expect(told.map(({ name }) => name)).toEqual(usernames(['head', 'inspector']))
  expect(told[0]).toMatchObject({ day: '2026-03-03', counts: [0, 0, 1], taken: null })
  const again = await world.kernel.perform(tellEverybody, {
    token: service(),
    requestId: randomUUID(),
    input: { district: 'haishu' },
  })
  expect(again).toMatchObject({ ok: true, result: { told: 0 } })
  // Saturday.
  await world.setClock('2026-03-07T02:00:00Z')
  await watchOf(null).runOnce()
  expect(await digests()).toHaveLength(2)
  const onSaturday = await world.kernel.perform(tellEverybody, {
    token: service(),
    requestId: randomUUID(),
    input: { district: 'haishu' },
  })
  expect(onSaturday).toMatchObject({ ok: false, refusal: { code: 'digest_early' } })
})

test('messages go out signed, with numbers only, again and again until they are taken; who was never reached shows red', async () => {
  await using outside = await receiver()
  const watch = watchOf(webhook({ url: outside.url, key }))
  await world.setClock('2026-03-09T02:00:00Z')
  expect(await watch.runOnce()).toBe(0)
  expect(watch.broken).toBe('webhook answers 503')
  expect((await digests()).filter(({ day, taken }) => day === '2026-03-09' && taken !== null)).toEqual([])
  outside.stands.status = 200
  expect(await watch.runOnce()).toBe(2)
  expect(watch.broken).toBe(null)
  expect(await watch.runOnce()).toBe(0)
  expect(outside.taken.map(({ genuine }) => genuine)).toEqual([true, true])
  const [first] = outside.taken.map(({ message }) => message)
  expect(first).toEqual({
    id: expect.stringMatching(/^haishu\/2026-03-09\/[0-9a-f-]{36}$/),
    to: expect.stringMatching(/^(head|inspector)/),
    office: 'haishu',
    day: '2026-03-09',
    overdue: 0,
    soon: 0,
    waiting: 1,
    text: {
      zh: '明簿提醒：逾期 0 项，临期 0 项，待办 1 项。',
      en: 'Mingbu: 0 overdue, 0 due soon, 1 waiting.',
    },
    url: 'http://localhost:8080/reminders',
  })
  // What was told in the house on the 3rd was never sent: that day is over.
  expect((await digests()).map(({ day, taken }) => `${day} ${taken}`)).toEqual([
    '2026-03-03 false',
    '2026-03-03 false',
    '2026-03-09 true',
    '2026-03-09 true',
  ])
  expect(await stands(world, '7.5-reminders')).toMatchObject({ status: 'green' })
  outside.stands.status = 500
  await world.setClock('2026-03-10T02:00:00Z')
  await watch.runOnce()
  await world.setClock('2026-03-11T02:00:00Z')
  await watch.runOnce()
  expect(await stands(world, '7.5-reminders')).toMatchObject({ status: 'red' })
  outside.stands.status = 200
  await watch.runOnce()
  expect(await stands(world, '7.5-reminders')).toMatchObject({ status: 'green' })
})

const byMail = (port: number, wrong: Partial<MailTo> = {}) =>
  mail({
    url: new URL(`smtp://${signIn.user}@127.0.0.1:${port}`),
    password: signIn.password,
    from: 'mingbu@registry.example',
    domain: 'registry.example',
    ca: certificate,
    ...wrong,
  })
/** A day's messages, `name fate` a line: as it is on record. */
const outOf = async (of: string) =>
  (await digests()).flatMap(({ day, name, taken }) => (day === of ? [`${name.split('.')[0]} ${taken}`] : []))
const begunOn = async (day: string) =>
  (await world.superuser(`select from supervision.digest_sending where day = $1::date`, [day])).length
const addressOf = (name: keyof typeof people) => `${people[name].username}@registry.example`

test('a mail goes to each once over TLS, Chinese first and with numbers only, however often the product is started', async () => {
  await using server = await mailServer()
  await world.setClock('2026-03-12T02:00:00Z')
  expect(await watchOf(byMail(server.port)).runOnce()).toBe(2)
  expect(await watchOf(byMail(server.port)).runOnce()).toBe(0)
  expect(server.taken.map(({ to }) => to).sort()).toEqual([[addressOf('head')], [addressOf('inspector')]])
  const { from, encrypted, mail: read } = server.taken.find(({ to }) => to[0] === addressOf('head'))!
  expect([from, encrypted]).toEqual(['mingbu@registry.example', true])
  expect(read.from).toMatchObject({ name: '明簿 Mingbu', address: 'mingbu@registry.example' })
  expect(read.to).toMatchObject([{ address: addressOf('head') }])
  expect(read.subject).toBe('明簿提醒：逾期 0 项，临期 0 项，待办 1 项。')
  expect(read.messageId).toBe(`<haishu.2026-03-12.${people.head.id}@registry.example>`)
  expect(read.headers).toContainEqual(
    expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
  )
  expect(read.html).toBe(undefined)
  expect(read.attachments).toEqual([])
  expect(read.text?.trim()).toBe(
    `${people.head.username}：
明簿提醒：逾期 0 项，临期 0 项，待办 1 项。
请登录查看：http://localhost:8080/reminders
本邮件由系统自动发出，请勿回复。

${people.head.username}:
Mingbu: 0 overdue, 0 due soon, 1 waiting.
Sign in to see them: http://localhost:8080/reminders
Sent by the system; please do not reply.`,
  )
  expect(await outOf('2026-03-12')).toEqual(['head true', 'inspector true'])
})

test('a server that is away, has no TLS, is another one, or does not let us in gets nothing, and nothing is lost', async () => {
  await using server = await mailServer()
  await using open = await mailServer({ encrypts: false })
  await world.setClock('2026-03-13T02:00:00Z')
  const at = (host: string, port: number) => new URL(`smtp://${signIn.user}@${host}:${port}`)
  const said: (string | null)[] = []
  for (const [port, wrong] of [
    // Nobody listens there.
    [1, {}],
    [open.port, {}],
    [server.port, { ca: null }],
    [server.port, { url: at('localhost', server.port) }],
    [server.port, { url: new URL(`smtps://${signIn.user}@127.0.0.1:${server.port}`) }],
    [server.port, { password: 'a guess' }],
  ] as const) {
    const watch = watchOf(byMail(port, wrong))
    expect(await watch.runOnce()).toBe(0)
    said.push(watch.broken)
  }
  expect(said).toEqual([
    'mail server cannot be reached (ESOCKET)',
    'mail server offers no TLS that can be trusted (ETLS 500)',
    'mail server offers no TLS that can be trusted (ESOCKET)',
    'mail server offers no TLS that can be trusted (ESOCKET)',
    'mail server offers no TLS that can be trusted (ESOCKET)',
    'mail server does not let us in (EAUTH 535)',
  ])
  expect([...server.taken, ...open.taken]).toEqual([])
  expect(await begunOn('2026-03-13')).toBe(0)
  expect(await watchOf(byMail(server.port)).runOnce()).toBe(2)
  expect(await outOf('2026-03-13')).toEqual(['head true', 'inspector true'])
})

test('a mail that is refused goes out later, one without a mailbox not that day, and one of which nobody knows not again', async () => {
  await using server = await mailServer()
  const watch = watchOf(byMail(server.port))
  const does = (head: Does, inspector: Does) => {
    server.stands.does = (to) => (to === addressOf('head') ? head : inspector)
  }
  await world.setClock('2026-03-16T02:00:00Z')
  does(450, 'take')
  expect(await watch.runOnce()).toBe(1)
  expect(watch.broken).toBe('mail server refuses (EENVELOPE 450)')
  expect(await outOf('2026-03-16')).toEqual(['head null', 'inspector true'])
  // Another process cannot know that it was not taken.
  expect(await watchOf(byMail(server.port)).runOnce()).toBe(0)
  does('take', 'take')
  expect(await watch.runOnce()).toBe(1)
  expect(watch.broken).toBe(null)
  await world.setClock('2026-03-17T02:00:00Z')
  does('take', 550)
  expect(await watch.runOnce()).toBe(1)
  expect(await outOf('2026-03-17')).toEqual(['head true', 'inspector false'])
  expect(await stands(world, '7.5-reminders')).toMatchObject({ status: 'red' })
  await world.setClock('2026-03-18T02:00:00Z')
  does('break', 'break')
  server.taken.length = 0
  expect(await watch.runOnce()).toBe(0)
  expect(watch.broken).toMatch(/^mail server broke off/)
  does('take', 'take')
  expect(await watch.runOnce()).toBe(0)
  expect(server.taken).toHaveLength(2)
  expect(await outOf('2026-03-18')).toEqual(['head null', 'inspector null'])
  await world.setClock('2026-03-19T02:00:00Z')
  expect(await watch.runOnce()).toBe(2)
  expect(await outOf('2026-03-18')).toEqual(['head false', 'inspector false'])
  expect(await stands(world, '7.5-reminders')).toMatchObject({ status: 'green' })
})

test('nothing is sent to who has left since they were told, nor begun twice: the code and the database say so', async () => {
  await using server = await mailServer()
  await world.setClock('2026-03-20T02:00:00Z')
  await watchOf(null).runOnce()
  const until = (when: string) =>
    world.superuser(`update kernel.person set active_to = ${when} where id = $1`, [people.inspector.id])
  const begin = (of: Someone) =>
    world.kernel.perform(beginSending, {
      token: service(),
      requestId: randomUUID(),
      input: { district: 'haishu', day: '2026-03-20', told: [of.id] },
    })
  await until('kernel.now()')
  expect(await watchOf(byMail(server.port)).runOnce()).toBe(1)
  expect(server.taken.map(({ to }) => to)).toEqual([[addressOf('head')]])
  expect(await begin(people.inspector)).toMatchObject({ ok: false, refusal: { code: 'digest_left' } })
  await until('null')
  expect(await begin(people.inspector)).toMatchObject({ ok: true, result: { begun: 1 } })
  expect(await begin(people.inspector)).toMatchObject({ ok: false, refusal: { code: 'digest_begun' } })
  const atPrompt = (who: Someone, day: string) =>
    `insert into supervision.digest_sending (district, day, told) values ('haishu', '${day}', '${who.id}')`
  expect(await prompted(service(), 'reminder.sending', atPrompt(people.head, '2026-03-20'))).toMatchObject({
    constraint: 'begun_once',
  })
  // Of a day that is over.
  expect(await prompted(service(), 'reminder.sending', atPrompt(people.head, '2026-03-03'))).toMatchObject({
    constraint: 'begun_that_day',
  })
  await until('kernel.now()')
  expect(
    await prompted(service(), 'reminder.sending', atPrompt(people.inspector, '2026-03-20')),
  ).toMatchObject({
    constraint: 'begun_for_somebody_here',
  })
  await until('null')
})

test('an open duty of the office is told to whom it is owed by, and counted for nobody else', async () => {
  await world.setClock('2026-03-23T02:00:00Z')
  await owing(people.clerk, () => watchOf(null).runOnce())
  expect(
    (await digests()).flatMap(({ day, name, counts }) => (day === '2026-03-23' ? [[name, counts]] : [])),
  ).toEqual([
    [people.clerk.username, [1, 0, 0]],
    [people.head.username, [0, 0, 1]],
    [people.inspector.username, [0, 0, 1]],
  ])
})

/** What the database answers to whoever holds the password of the app and has an act begun. */
async function prompted(token: Uint8Array, act: string, sql: string): Promise<unknown> {
  const prompt = await world.prompt('mingbu_app')
  try {
    await prompt.query('begin')
    await prompt.query(
      `select kernel.open_act('\\x${Buffer.from(token).toString('hex')}'::bytea, '${act}', 'haishu', gen_random_uuid(), sha256('x'))`,
    )
    return await prompt.query(sql).then(
      () => 'it was written',
      (error) => error,
    )
  } finally {
    await prompt.end()
  }
}

test('who holds the password of the app writes no reminder past its act', async () => {
  for (const table of ['digest', 'digest_sending'])
    expect(
      await prompted(
        people.head.token,
        'finding.notice',
        table === 'digest'
          ? `insert into supervision.digest (district, day, told, overdue, soon, waiting) values ('haishu', '2026-03-11', '${people.clerk.id}', 0, 0, 1)`
          : `insert into supervision.digest_sending (district, day, told) values ('haishu', '2026-03-03', '${people.head.id}')`,
      ),
    ).toMatchObject({ code: 'MB091' })
})

test('everything in the log agrees with the tables', async () => {
  await world.sequencer.drain()
  const report = await verifyEverything(world.pools.auditor, world.deps.vault, { files: world.deps.files })
  expect(report.problems).toEqual([])
})

test('of each of its tables a row taken away or put there past its act is named', () =>
  expectTablesNamed(world, /^supervision\.digest/))
