import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import Fastify from 'fastify'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sample } from '../../test/samples.ts'
import { openTown, type Stage, type Town } from '../../test/town.ts'
import type { Someone } from '../../test/world.ts'
import { caseActs } from '../cases/acts.ts'
import { type AnyAct, declaredActs, findAct } from '../kernel/act.ts'
import { type AnyQuery, declaredQueries } from '../kernel/query.ts'
import { caseDuties, dutyTable } from '../people/duties.ts'
import { Tx } from '../platform/db/tx.ts'
import { policeRoutes } from '../platform/route-policy.ts'
import { httpServer, type PolicedServer } from './http.ts'

/**
 * Every route × every role × own or another office × stage of a case. What is expected comes from the declarations alone,
 * so a new act or query is in here by being declared.
 */

let town: Town
let app: PolicedServer
let webDir: string
/** The case the other office tried to reach: its id stands among that office's own refused attempts. */
let probed = ''
/** One person of Haishu for each duty, one without any, and one of Jiangbei with each. */
const here = new Map<string, Someone>()
const there = new Map<string, Someone>()
const duties = dutyTable.duties.map((duty) => duty.id)

beforeAll(async () => {
  town = await openTown([{ owners: [{ name: '演本区业主' }] }, {}])
  webDir = mkdtempSync(join(tmpdir(), 'mingbu-web-'))
  writeFileSync(join(webDir, 'index.html'), '<!doctype html>')
  app = await httpServer({
    kernel: town.kernel,
    origin: 'http://localhost:8080',
    webDir,
    metricsToken: 'm'.repeat(32),
    logLevel: 'silent',
    health: async () => ({ database: 'up' }),
  })
  await app.ready()
  for (const duty of [...duties, 'none']) {
    const name = duty.replaceAll('_', '-')
    here.set(duty, await town.person(`here-${name}`, duty === 'none' ? [] : [duty]))
    if (duty !== 'none') there.set(duty, await town.person(`there-${name}`, [duty], 'jiangbei'))
  }
}, 300_000)
afterAll(async () => {
  await app.close()
  await town[Symbol.asyncDispose]()
  rmSync(webDir, { recursive: true })
})

const cookieOf = (who: Someone | null) => {
  const token = who?.token.toString('hex') ?? ''
  return token ? { cookie: `mingbu_session=${token.slice(0, 64)}; mingbu_device=${token.slice(64)}` } : {}
}
async function ask(who: Someone | null, method: 'GET' | 'POST', url: string, input?: unknown) {
  const answer = await app.inject({
    method,
    url,
    headers: { 'x-mingbu': '1', 'content-type': 'application/json', ...cookieOf(who) },
    remoteAddress: '10.0.0.9',
    payloadAsStream: true,
    ...(method === 'POST'
      ? { payload: JSON.stringify({ requestId: randomUUID(), input: input ?? {} }) }
      : {}),
  })
  const type = String(answer.headers['content-type'] ?? '')
  // A line that stays open says what it has to say of policies by opening.
  const written = type.includes('event-stream') ? '' : await text(answer.stream())
  if (type.includes('event-stream')) answer.stream().destroy()
  const body = type.includes('json')
    ? (JSON.parse(written) as { ok?: boolean; refusal?: { code: string } })
    : { ok: answer.statusCode < 400 }
  return { status: answer.statusCode, code: body.refusal?.code ?? 'ok', body, text: written }
}

/** What the door of an act says to somebody, by its declaration alone. */
function atTheDoor(act: AnyAct, who: Someone | null, held: readonly string[], home: string): string {
  if (!who) return act.actors.includes('anonymous') ? 'ok' : 'not_signed_in'
  if (!act.actors.includes('person')) return 'wrong_actor'
  const target = act.districtOf ? act.districtOf(sample(act.input)) : home
  if (target !== home) return 'wrong_district'
  if (act.duties.length > 0 && !act.duties.some((duty: string) => held.includes(duty))) return 'no_duty'
  return 'ok'
}

/** What the database answers when an act is opened; nothing stays of it. */
async function opened(act: AnyAct, who: Someone | null): Promise<string> {
  const client = await town.pools.app.connect()
  try {
    await client.query('begin')
    const district = act.districtOf ? act.districtOf(sample(act.input)) : null
    const { rows } = await client.query<{ opened: { status: string } }>(
      `select kernel.open_act($1, $2, $3, gen_random_uuid(), sha256('x')) as opened`,
      [who?.token ?? null, act.type, district],
    )
    return rows[0]!.opened.status
  } finally {
    await client.query('rollback')
    client.release()
  }
}

test('every route has a policy, and every declared act and query has its route', () => {
  const of = (kind: string) =>
    app.policed.filter((route) => route.policy.kind === kind && route.method !== 'HEAD')
  expect(of('act').map((route) => route.url)).toEqual(declaredActs().map((act) => `/api/acts/${act.type}`))
  expect(of('prepare').length).toBe(declaredActs().filter((act) => act.highValue).length)
  expect(of('query').map((route) => route.url)).toEqual(
    declaredQueries().map((query) => `/api/${query.path}`),
  )
  for (const { policy } of app.policed) if ('why' in policy) expect(policy.why).toMatch(/\w+ \w+/)
})

test('a server with a route that has no policy is not built, and the route is named', async () => {
  const bare = Fastify()
  const police = policeRoutes(bare)
  bare.get('/open', { config: { policy: { kind: 'public', why: 'for all to see' } } }, async () => 1)
  expect(police.all()).toHaveLength(2)
  bare.get('/forgotten', async () => 1)
  expect(() => police.all()).toThrow('routes without a policy: GET /forgotten')
  await bare.close()
})

const roles = [...duties, 'none']
test.each(declaredActs().map((act) => [act.type, act] as const))(
  '%s: the database opens it to exactly those the declaration names, of their own office',
  async (_, act) => {
    const wrong: string[] = []
    const check = async (words: string, who: Someone | null, held: string[], home: string) => {
      const expected = atTheDoor(act, who, held, home)
      const found = await opened(act, who)
      if (found !== expected) wrong.push(`${words}: ${found}, not ${expected}`)
    }
    await check('signed out', null, [], 'city')
    for (const role of roles) await check(role, here.get(role)!, role === 'none' ? [] : [role], 'haishu')
    for (const [role, who] of there) await check(`${role} of another office`, who, [role], 'jiangbei')
    expect(wrong).toEqual([])
  },
)

// Whom the door refuses is refused over HTTP as well, in the same words to everybody.
test.each(declaredActs().map((act) => [act.type, act] as const))(
  'POST /api/acts/%s: who may not is told so',
  async (_, act) => {
    const tried: (readonly [Someone | null, string[], string])[] = [
      [null, [], 'city'],
      [here.get('none')!, [], 'haishu'],
      [
        here.get(duties.find((duty) => !act.duties.includes(duty))!)!,
        [duties.find((duty) => !act.duties.includes(duty))!],
        'haishu',
      ],
    ]
    for (const [who, held, home] of tried) {
      const expected = atTheDoor(act, who, held, home)
      if (expected === 'ok') continue
      expect((await ask(who, 'POST', `/api/acts/${act.type}`, sample(act.input))).code).toBe(expected)
      if (act.highValue)
        expect((await ask(who, 'POST', `/api/prepare/${act.type}`, sample(act.input))).code).toBe(expected)
    }
  },
)

const address = (query: AnyQuery, more: Record<string, string> = {}): string => {
  const params = { ...(sample(query.params) as Record<string, unknown>), ...more }
  let path: string = query.path
  for (const [name, value] of Object.entries(params))
    path = path.replace(`:${name}`, encodeURIComponent(String(value)))
  const rest = Object.entries(params).filter(([name]) => !query.path.includes(`:${name}`))
  return `/api/${path}?${new URLSearchParams(rest.map(([name, value]) => [name, String(value)]))}`
}

test.each(declaredQueries().map((query) => [query.path, query] as const))(
  'GET /api/%s: to exactly those the declaration names',
  async (_, query) => {
    const wrong: string[] = []
    const nobody = await ask(null, 'GET', address(query))
    if ((nobody.code === 'not_signed_in') !== (query.access === 'signed_in'))
      wrong.push(`signed out: ${nobody.code}`)
    for (const [role, who] of here) {
      const { code, status } = await ask(who, 'GET', address(query))
      const may = query.access === 'public' || query.duties.length === 0 || query.duties.includes(role)
      if ((code === 'no_duty') === may || status >= 500 || code === 'not_signed_in')
        wrong.push(`${role}: ${status} ${code}`)
    }
    expect(wrong).toEqual([])
  },
)

test('routes written by hand keep to their policies', async () => {
  const seen: Record<string, string[]> = {}
  for (const { method, url, policy } of app.policed) {
    if (!['signed_in', 'public', 'operator'].includes(policy.kind) || method === 'HEAD') continue
    const path = url
      .replace(':district', 'haishu')
      .replace(':index', '0')
      .replace(':act', randomUUID())
      .replace(':id', randomUUID())
      .replace(':file', 'a'.repeat(64))
      .replace('*', '0/000')
    const codes = []
    for (const who of [null, here.get('none')!]) codes.push((await ask(who, method as 'GET', path)).code)
    seen[policy.kind] = [...(seen[policy.kind] ?? []), url]
    if (policy.kind === 'signed_in') {
      expect(codes[0], url).toBe('not_signed_in')
      expect(codes[1], url).not.toBe('not_signed_in')
    } else if (policy.kind === 'operator') expect(codes, url).toEqual(['no_route', 'no_route'])
    else expect(codes, url).not.toContain('not_signed_in')
  }
  expect(Object.keys(seen).sort()).toEqual(['operator', 'public', 'signed_in'])
  const token = { authorization: `Bearer ${'m'.repeat(32)}` }
  expect((await app.inject({ url: '/metrics', headers: token, remoteAddress: '10.0.0.9' })).statusCode).toBe(
    200,
  )
})

test('a service’s token at the door acts as that service and as nobody else', async () => {
  const seed: Someone = { id: '', username: 'seed', token: Buffer.from(town.secrets.services.seed!, 'hex') }
  for (const act of declaredActs())
    expect([act.type, await opened(act, seed)]).toEqual([
      act.type,
      act.actors.includes('service') ? 'ok' : 'wrong_actor',
    ])
})

// Every stage × every role: the buttons of the case are exactly those of the table.
const stages: Stage[] = ['acceptance', 'first_review', 'recording', 'printing', 'sealing', 'issue', 'archive']
test('at each stage of a case, who may do its step is who holds the duty of it and has handled nothing else of it', async () => {
  const caseId = await town.apply(town.homes[0]!)
  await town.collect(caseId)
  const staff = Object.values(town.staff)
  for (const stage of stages) {
    const wanted = dutyTable.stages.find((one) => one.id === stage)!
    for (const who of [...here.entries(), ...staff.map((one) => [one.username, one] as const)]) {
      const [role, person] = who
      const seen = await ask(person, 'POST', '/api/acts/case.open', { caseId })
      const view = (
        seen.body as {
          result?: { availability: Record<string, { enabled: boolean; refusal?: { code: string } }> }
        }
      ).result
      if (here.has(role) && !caseDuties.includes(role)) {
        expect([stage, role, seen.code]).toEqual([stage, role, 'no_duty'])
        continue
      }
      const [held] = await town.superuser<{ duties: string[]; handled: string | null }>(
        `select kernel.duties_of($1) as duties, (select duty_group from cases.case_handler where case_id = $2 and person_id = $1) as handled`,
        [person.id, caseId],
      )
      for (const act of caseActs.filter((one) => dutyTable.stages.some((two) => two.id === one.move))) {
        const mayBe =
          act.move === stage &&
          held!.duties.includes(wanted.duty) &&
          (held!.handled === null || held!.handled === wanted.group)
        const answer = view!.availability[act.type]!
        expect([stage, role, act.type, answer.enabled, answer.refusal?.code]).toEqual([
          stage,
          role,
          act.type,
          mayBe,
          mayBe ? undefined : expect.any(String),
        ])
      }
    }
    const done = await town.step(stage, caseId)
    expect([stage, done.ok]).toEqual([stage, true])
  }
})

/** The SQL that a request made, in order: what took the same way took the same work. */
async function wayOf<T>(run: () => Promise<T>): Promise<{ answer: T; way: string[] }> {
  const way: string[] = []
  const rows = Tx.prototype.rows
  const spy = vi.spyOn(Tx.prototype, 'rows').mockImplementation(function (this: Tx, strings, ...values) {
    way.push(strings.join('?'))
    return rows.call(this, strings, ...values) as never
  })
  try {
    return { answer: await run(), way }
  } finally {
    spy.mockRestore()
  }
}
const bodyOf = (text: string): string => text.replace(/"actId":"[^"]*"/, '')

test('what lies in another office and what there is not at all are one: same words, same statements', async () => {
  const caseId = await town.apply(town.homes[1]!)
  probed = caseId
  const nowhere = randomUUID()
  // Queries first: an office may read of its own refused attempts, which the acts below leave.
  for (const query of declaredQueries().filter((one) => one.path.includes(':id'))) {
    const duty = query.access === 'signed_in' ? (query.duties[0] ?? 'acceptance') : 'acceptance'
    const who = there.get(duty)!
    const foreign = await wayOf(() => ask(who, 'GET', address(query, { id: caseId })))
    const absent = await wayOf(() => ask(who, 'GET', address(query, { id: nowhere })))
    expect([query.path, foreign.answer.text, foreign.way]).toEqual([
      query.path,
      absent.answer.text,
      absent.way,
    ])
  }
  for (const act of declaredActs().filter((one) => one.subject && one.actors.includes('person'))) {
    const duty = act.duties[0] ?? 'acceptance'
    const who = there.get(duty)!
    const input = sample(act.input) as Record<string, unknown>
    const named = Object.keys(input).filter((key) => /Id$|^id$/.test(key))
    const at = (id: string) => ({ ...input, ...Object.fromEntries(named.map((key) => [key, id])) })
    if (named.length === 0 || atTheDoor(act, who, [duty], 'jiangbei') !== 'ok') continue
    const foreign = await wayOf(() => ask(who, 'POST', `/api/acts/${act.type}`, at(caseId)))
    const absent = await wayOf(() => ask(who, 'POST', `/api/acts/${act.type}`, at(nowhere)))
    expect([act.type, bodyOf(foreign.answer.text), foreign.way]).toEqual([
      act.type,
      bodyOf(absent.answer.text),
      absent.way,
    ])
    expect([act.type, foreign.answer.status]).not.toEqual([act.type, 200])
  }
})

test('nothing of an office is in what another office is shown: lists, searches, exports, errors', async () => {
  const marks = await town.superuser<{ mark: string }>(
    `select id::text as mark from cases.case union select number from cases.case where number is not null
     union select code from cadastre.unit union select name from register.party union select number from register.certificate
     union select blank_serial::text from register.certificate where blank_serial is not null`,
  )
  expect(marks.length).toBeGreaterThan(5)
  const leaks: string[] = []
  const look = (where: string, text: string) => {
    for (const { mark } of marks) if (mark !== probed && text.includes(mark)) leaks.push(`${where}: ${mark}`)
  }
  for (const query of declaredQueries().filter((one) => one.access === 'signed_in')) {
    const duty = query.duties[0] ?? 'centre_lead'
    const optional = Object.keys((query.params as { properties: object }).properties)
    for (const q of ['', '演', '330203', '33'])
      for (const duty_ of new Set([duty, 'centre_lead', 'admin_audit'])) {
        const more: Record<string, string> = q && optional.includes('q') ? { q } : {}
        look(
          `${query.path} ${q} to ${duty_}`,
          (await ask(there.get(duty_)!, 'GET', address(query, more))).text,
        )
      }
  }
  expect(marks.some((one) => one.mark.length > 20)).toBe(true)
  for (const act of declaredActs().filter((one) => one.read && one.actors.includes('person'))) {
    const duty = act.duties[0] ?? 'centre_lead'
    const input = sample(act.input) as Record<string, unknown>
    look(`${act.type}`, (await ask(there.get(duty)!, 'POST', `/api/acts/${act.type}`, input)).text)
  }
  expect(leaks).toEqual([])
  // The same look from inside does show them, or this would find nothing anywhere.
  expect((await ask(here.get('acceptance')!, 'GET', '/api/worklist?scope=all')).text).toContain('330203')
  expect(findAct('case.open')).not.toBeNull()
})
