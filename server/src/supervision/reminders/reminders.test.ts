import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectTablesNamed } from '../../../test/harm.ts'
import { openRoutes, type TestRoutes } from '../../../test/http.ts'
import { type Hands, workingDay, workOff } from '../../../test/rectify.ts'
import { stands } from '../../../test/supervised.ts'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { act } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import { throwawayFolder } from '../../platform/throwaway.ts'
import { reassignFinding } from '../rectification/acts.ts'
import { askExtension } from '../rectification/extension.ts'
import { tellEverybody } from './digest.ts'
import { type Message, readKey, webhook } from './outgoing.ts'
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
const watchOf = (url: string | null) =>
  new DigestWatch({
    pool: world.pools.auditor,
    kernel: world.kernel,
    token: service(),
    calendar: world.deps.calendar,
    origin: 'http://localhost:8080',
    outgoing: url === null ? null : webhook({ url, key }),
  })
const digests = () =>
  world.superuser<{ name: string; day: string; counts: number[]; taken: boolean | null }>(
    `select a.username as name, g.day::text, array[g.overdue, g.soon, g.waiting] as counts, d.taken
     from supervision.digest g join kernel.account a on a.person_id = g.told
       left join supervision.digest_delivery d on d.day = g.day and d.told = g.told order by g.day, a.username`,
  )
const statusOfReminders = async () => (await stands(world, '7.5-reminders')).status

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
  const watch = watchOf(outside.url)
  await world.setClock('2026-03-09T02:00:00Z')
  expect(await watch.runOnce()).toBe(0)
  expect((await digests()).filter(({ day, taken }) => day === '2026-03-09' && taken !== null)).toEqual([])
  outside.stands.status = 200
  expect(await watch.runOnce()).toBe(2)
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
  expect(await statusOfReminders()).toBe('green')
  outside.stands.status = 500
  await world.setClock('2026-03-10T02:00:00Z')
  await watch.runOnce()
  await world.setClock('2026-03-11T02:00:00Z')
  await watch.runOnce()
  expect(await statusOfReminders()).toBe('red')
  outside.stands.status = 200
  await watch.runOnce()
  expect(await statusOfReminders()).toBe('green')
})

test.each([
  ['nothing', ''],
  ['sixteen bytes', 'ab'.repeat(16)],
  ['words', 'a secret of many words, long enough to be one'],
])('a key file that holds %s is refused', (_, text) => {
  const file = join(throwawayFolder('mingbu-key-'), 'key')
  writeFileSync(file, text)
  expect(() => readKey(file)).toThrow('32 bytes')
  writeFileSync(file, `${'ab'.repeat(32)}\n`)
  expect(readKey(file)).toHaveLength(32)
})

test('who holds the password of the app writes no reminder past its act', async () => {
  const prompt = await world.prompt('mingbu_app')
  try {
    await prompt.query('begin')
    await prompt.query(
      `select kernel.open_act('\\x${people.head.token.toString('hex')}'::bytea, 'finding.notice', 'haishu', gen_random_uuid(), sha256('x'))`,
    )
    await expect(
      prompt.query(
        `insert into supervision.digest (district, day, told, overdue, soon, waiting) values ('haishu', '2026-03-11', '${people.clerk.id}', 0, 0, 1)`,
      ),
    ).rejects.toMatchObject({ code: 'MB091' })
  } finally {
    await prompt.end()
  }
})

test('everything in the log agrees with the tables', async () => {
  await world.sequencer.drain()
  const report = await verifyEverything(world.pools.auditor, world.deps.vault, { files: world.deps.files })
  expect(report.problems).toEqual([])
})

test('of each of its tables a row taken away or put there past its act is named', () =>
  expectTablesNamed(world, /^supervision\.digest/))
