import { randomBytes, randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { Readable } from 'node:stream'
import {
  decodeEntryBundle,
  decodeLeaf,
  leafHash,
  openNote,
  parseCheckpoint,
  parseNote,
  parsePolicy,
  parseVkey,
  tilePath,
  treeRoot,
  verifyProofFile,
} from '@mingbu/tlog'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import { type Someone, testPassword } from '../../test/world.ts'
import { declaredActs } from '../kernel/act.ts'
import { Kernel } from '../kernel/perform.ts'
import { declaredQueries } from '../kernel/query.ts'
import { demoScan, demoSignature } from '../papers/demo-scan.ts'
import { httpServer } from './http.ts'

let town: Town
let app: FastifyInstance
let address: string
beforeAll(async () => {
  town = await openTown([{}, {}])
  app = await httpServer({
    kernel: town.kernel,
    origin: 'http://localhost:8080',
    webDir: null,
    metricsToken: 'm'.repeat(32),
    logLevel: 'silent',
    health: async () => ({ database: 'up' }),
  })
  address = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app.close()
  await town[Symbol.asyncDispose]()
})

const ours = { 'x-mingbu': '1', 'content-type': 'application/json' }
const as = (who: Someone) => {
  const token = who.token.toString('hex')
  return { ...ours, cookie: `mingbu_session=${token.slice(0, 64)}; mingbu_device=${token.slice(64)}` }
}
const post = (path: string, body: unknown, headers: Record<string, string> = ours) =>
  app.inject({
    method: 'POST',
    url: path,
    headers,
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** A refusal in the one shape every refusal has, in both languages. */
function expectRefusal(answer: { statusCode: number; json: () => unknown }, status: number, code: string) {
  expect(answer.json()).toMatchObject({
    ok: false,
    refusal: { code, message: { zh: expect.stringMatching(/./), en: expect.stringMatching(/./) } },
  })
  expect(answer.statusCode).toBe(status)
}

test.each([
  ['no request id', { input: {} }, ours, 422, 'request_id'],
  ['a request id that is none', { requestId: 'again', input: {} }, ours, 422, 'request_id'],
  ['no JSON at all', '{"requestId"', ours, 400, 'not_json'],
  ['a list instead of an object', '[]', ours, 422, 'request_id'],
  ['null', 'null', ours, 422, 'request_id'],
  ['nothing', '', ours, 400, 'not_json'],
  ['a form', 'a=b', { ...ours, 'content-type': 'application/x-www-form-urlencoded' }, 415, 'wrong_media'],
  [
    'a page of another site',
    { requestId: randomUUID(), input: {} },
    { ...ours, origin: 'https://evil.example' },
    403,
    'foreign_page',
  ],
  [
    'a plain form post without our header',
    { requestId: randomUUID(), input: {} },
    { 'content-type': 'application/json' },
    403,
    'foreign_page',
  ],
  ['two megabytes', { requestId: randomUUID(), input: { x: 'x'.repeat(2_000_000) } }, ours, 413, 'too_large'],
] as const)('an act sent with %s is refused', async (_what, body, headers, status, code) => {
  expectRefusal(await post('/api/acts/case.accept', body, headers), status, code)
})

test.each([
  ['GET', '/api/nothing', 404],
  ['GET', '/api/acts/case.accept', 404],
  ['POST', '/api/session', 404],
  ['DELETE', '/api/session', 404],
  ['GET', '/api/public/check/short', 422],
  ['GET', `/api/public/check/${'A'.repeat(22)}`, 404],
  ['GET', '/log/haishu/tile/0/999', 404],
  ['GET', '/log/nowhere/checkpoint', 404],
  ['GET', '/log/haishu/proof/99999', 404],
  ['GET', '/log/haishu/proof/01', 404],
  ['GET', '/log/haishu/proof/-1', 404],
  ['GET', '/log/nowhere/entry/0', 404],
  ['GET', `/log/haishu/entry/${'9'.repeat(40)}`, 404],
  ['GET', '/log/haishu/tile/../../../etc/passwd', 404],
  ['GET', '/api/cases/x/files/y', 404],
] as const)('%s %s is answered %i in words', async (method, url, status) => {
  const answer = await app.inject({ method, url, headers: { 'x-mingbu': '1' } })
  expect(answer.json()).toMatchObject({
    ok: false,
    refusal: { message: { zh: expect.any(String), en: expect.any(String) } },
  })
  expect(answer.statusCode).toBe(status)
})

test('every act and every query that is not public asks who is there, and nothing else has a route', async () => {
  const found: string[] = []
  for (const act of declaredActs().filter((one) => !one.actors.includes('anonymous'))) {
    const answer = await post(`/api/acts/${act.type}`, { requestId: randomUUID(), input: {} })
    if (answer.statusCode < 401 || answer.statusCode > 422) found.push(`${act.type} ${answer.statusCode}`)
  }
  for (const query of declaredQueries().filter((one) => one.access === 'signed_in')) {
    const answer = await app.inject({
      method: 'GET',
      url: `/api/${query.path.replace(':id', randomUUID())}?q=3302`,
    })
    if (answer.statusCode !== 401) found.push(`${query.path} ${answer.statusCode}`)
  }
  expect(found).toEqual([])
  const declared = new Set([
    ...declaredActs().map((one) => `POST /api/acts/${one.type}`),
    ...declaredActs()
      .filter((one) => one.highValue)
      .map((one) => `POST /api/prepare/${one.type}`),
    ...declaredQueries().map((one) => `GET /api/${one.path}`),
  ])
  const open = [
    'GET /api/openapi.json',
    'GET /api/health',
    'GET /metrics',
    'GET /log/:district/checkpoint',
    'GET /log/:district/policy',
    'GET /log/:district/proof/:index',
    'GET /log/:district/entry/:index',
    'GET *',
    'POST /api/files',
    'GET /api/cases/:id/files/:file',
    'GET /api/surveys/:id/files/:file',
    'GET /api/custody/files/:file',
    'GET /api/custody/book.xlsx',
    'GET /api/custody/book.pdf',
    'GET /api/controls/briefing.xlsx',
    'GET /api/controls/briefing.pdf',
    'GET /api/controls/briefing.docx',
    'GET /api/findings/:id/notice.pdf',
    'GET /api/findings/:id/letter.pdf',
    'GET /api/findings/:id/files/:file',
    'GET /api/inspections/:id/report.pdf',
    'GET /api/inspections/:id/files/:file',
    'GET /api/inspections/ranking.xlsx',
    'GET /api/rules/proposals/:id/file',
    'GET /api/meetings/:id/minutes.pdf',
    'GET /api/meetings/:id/files/:file',
    'GET /api/plan/:id/files/:file',
    'GET /api/samplings/:id/sample.json',
    'GET /api/samplings/:id/items/:candidate/files/:file',
    'GET /api/public/redraw.html',
    'GET /api/audit/packs/:act',
    'GET /api/session/feed',
    'GET /api/session/state',
  ]
  // Fastify prints the tiles' wildcard without what stands before it.
  expect(app.hasRoute({ method: 'GET', url: '/log/:district/tile/*' })).toBe(true)
  expect(routes.filter((route) => !declared.has(route)).sort()).toEqual([...open].sort())
})

const routes: string[] = []
/** Every route Fastify knows, read from its own tree. */
beforeAll(() => {
  const lines = app.printRoutes({ commonPrefix: false }).split('\n')
  const path: string[] = []
  for (const line of lines) {
    const found = /^([│ ]*)(?:├── |└── )(.*?)(?: \((.*)\))?$/.exec(line)
    if (!found) continue
    const depth = found[1]!.length / 4
    path.length = depth
    path[depth] = found[2]!
    for (const method of found[3]?.split(', ') ?? [])
      if (method !== 'HEAD') routes.push(`${method} ${path.join('')}`)
  }
})

// Whatever an act is sent, the answer is a sentence and never a fault.
const rubbish: unknown[] = [
  null,
  'text',
  7,
  [],
  [[]],
  { caseId: null },
  { caseId: 7 },
  { caseId: '' },
  { caseId: 'x'.repeat(5000) },
  { caseId: "'; drop table cases.case; --" },
  { caseId: '00000000-0000-7000-8000-000000000000' },
  { unitCode: '\u0000' },
  { unitCode: '330203001001GB00001F00019999', purpose: 'case' },
  { username: {}, password: [] },
  { username: 'a', password: '\ud800' },
  { __proto__: { admin: true } },
  {
    caseId: '00000000-0000-7000-8000-000000000000',
    opinion: '\u0000',
    items: [null],
    to: {},
    reason: Number.POSITIVE_INFINITY,
    partyNos: ['x'],
    blankSerial: 'D99999999999',
    sealNo: 2 ** 60,
    pages: -1,
  },
  { deep: JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) },
]
test('rubbish in every act gets a sentence, never a fault, and nothing is written', async () => {
  const before = await counts()
  const faults: string[] = []
  for (const act of declaredActs()) {
    for (const input of rubbish) {
      const answer = await post(
        `/api/acts/${act.type}`,
        { requestId: randomUUID(), input },
        as(town.staff.clerk),
      )
      const body = answer.json() as { ok: boolean; refusal?: { message?: { zh?: string } } }
      if (act.type === 'session.signOut') continue
      if (answer.statusCode >= 500 || (!body.ok && !body.refusal?.message?.zh))
        faults.push(`${act.type} ${JSON.stringify(input).slice(0, 60)} ${answer.statusCode}`)
    }
    if (act.type === 'session.signOut') town.staff.clerk.token = Buffer.from(await tokenFor('clerk'), 'hex')
  }
  expect(faults).toEqual([])
  expect(await counts()).toEqual(before)
}, 240_000)

async function tokenFor(username: string): Promise<string> {
  const answer = await post('/api/acts/session.signIn', {
    requestId: randomUUID(),
    input: { username, password: testPassword },
  })
  await town.letIn(answer.json<{ result: { personId: string } }>().result.personId)
  return ['mingbu_session', 'mingbu_device']
    .map((name) => answer.cookies.find((cookie) => cookie.name === name)!.value)
    .join('')
}

async function counts() {
  const [row] = await town.superuser(
    'select (select count(*)::int from cases.case) as cases, (select count(*)::int from register.entry) as entries, (select count(*)::int from kernel.custody_line) as lines',
  )
  return row
}

test('signing in sets a cookie that no script reads, and the answer does not carry the token', async () => {
  const answer = await post('/api/acts/session.signIn', {
    requestId: randomUUID(),
    input: { username: 'clerk2', password: testPassword },
  })
  expect(answer.json()).toMatchObject({ ok: true, result: { token: '' } })
  expect(answer.headers['set-cookie']).toEqual([
    expect.stringMatching(/^mingbu_session=[0-9a-f]{64}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/),
    expect.stringMatching(
      /^mingbu_device=[0-9a-f]{64}; Max-Age=63072000; Path=\/; HttpOnly; SameSite=Strict$/,
    ),
  ])
  await town.letIn(town.staff.otherClerk.id)
  town.staff.otherClerk.token = Buffer.from(answer.cookies.map((one) => one.value).join(''), 'hex')
  const me = await app.inject({ method: 'GET', url: '/api/session', headers: as(town.staff.otherClerk) })
  expect(me.json()).toMatchObject({ person: { username: 'clerk2' }, district: { id: 'haishu' } })
  expect(me.headers).toMatchObject({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining("style-src 'self';"),
  })
})

test('the same request twice acts once; the same id with another body is refused', async () => {
  const requestId = randomUUID()
  const input = {
    business: 'T01',
    unitCode: town.homes[0]!.code,
    sale: 'whole',
    sharing: '0',
    priceFen: 100,
    contractNumber: '1',
    transferors: [{ partyId: town.homes[0]!.owners[0] }],
    transferees: [town.buyer()],
  }
  const [first, second] = await Promise.all([
    post('/api/acts/case.apply', { requestId, input }, as(town.staff.clerk)),
    post('/api/acts/case.apply', { requestId, input }, as(town.staff.clerk)),
  ])
  expect(first.json()).toMatchObject({ ok: true })
  expect(second.json()).toEqual(first.json())
  expectRefusal(
    await post(
      '/api/acts/case.apply',
      { requestId, input: { ...input, priceFen: 200 } },
      as(town.staff.clerk),
    ),
    409,
    'request_id_reused',
  )
  expect(await town.superuser('select count(*)::int as n from cases.case')).toEqual([{ n: 1 }])
})

describe('files', () => {
  const upload = async (name: string, type: string, bytes: Buffer, field = 'file') => {
    const edge = '----mingbu'
    const head = `--${edge}\r\ncontent-disposition: form-data; name="${field}"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`
    const payload = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${edge}--\r\n`)])
    return app.inject({
      method: 'POST',
      url: '/api/files',
      headers: { ...as(town.staff.clerk), 'content-type': `multipart/form-data; boundary=${edge}` },
      payload,
    })
  }
  test.each([
    ['an empty file', 'a.pdf', 'application/pdf', Buffer.alloc(0), 422, 'empty'],
    [
      'a program called PDF',
      'a.pdf',
      'application/pdf',
      Buffer.concat([Buffer.from('MZ'), randomBytes(400)]),
      415,
      'not_what_it_claims',
    ],
    ['a picture called PDF', 'a.pdf', 'application/pdf', demoSignature('x'), 415, 'not_what_it_claims'],
    ['plain text', 'a.txt', 'text/plain', Buffer.from('hello'), 415, 'wrong_type'],
    [
      'a web page',
      'a.pdf',
      'application/pdf',
      Buffer.from('<!doctype html><script>alert(1)</script>'),
      415,
      'not_what_it_claims',
    ],
    [
      'a file over fifty megabytes',
      'a.pdf',
      'application/pdf',
      Buffer.concat([demoScan('大'), Buffer.alloc(51 * 1024 * 1024)]),
      413,
      'too_large',
    ],
  ] as const)('%s is refused', async (_what, name, type, bytes, status, code) => {
    expectRefusal(await upload(name, type, bytes), status, code)
  })
  test('a real scan is kept under its own hash, and the same scan twice is one file', async () => {
    const scan = demoScan('不动产登记申请书')
    const one = await upload('扫描件.pdf', 'application/pdf', scan)
    expect(one.json()).toMatchObject({ ok: true, media: 'application/pdf', bytes: scan.length })
    expect((await upload('other.pdf', 'application/pdf', scan)).json().file).toBe(one.json().file)
  })
  test('two hundred megabytes are refused while they are still on their way, and the server goes on', async () => {
    const status = await new Promise<number>((resolve) => {
      const edge = '----mingbu'
      const sending = httpRequest(
        `${address}/api/files`,
        {
          method: 'POST',
          headers: {
            ...as(town.staff.clerk),
            'content-type': `multipart/form-data; boundary=${edge}`,
            'transfer-encoding': 'chunked',
          },
        },
        (answer) => {
          resolve(answer.statusCode ?? 0)
          sending.destroy()
        },
      )
      sending.on('error', () => resolve(-1))
      let left = 200
      const mega = Buffer.alloc(1024 * 1024)
      new Readable({
        read() {
          if (left === 200)
            this.push(
              `--${edge}\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\ncontent-type: application/pdf\r\n\r\n%PDF-1.7\n`,
            )
          this.push(left-- > 0 ? mega : null)
        },
      }).pipe(sending)
    })
    expect(status).toBe(413)
    expect((await app.inject({ method: 'GET', url: '/api/health' })).json()).toMatchObject({ ok: true })
  })
  test('a file of a case is given only inside the office of the case', async () => {
    const stranger = await town.person('stranger', ['acceptance'], 'jiangbei')
    const caseId = await town.bringTo('first_review', town.homes[1]!)
    const [notice] = await town.superuser<{ file: string }>(
      `select file from cases.notice where case_id = $1`,
      [caseId],
    )
    const url = `/api/cases/${caseId}/files/${notice!.file}`
    const own = await app.inject({ method: 'GET', url, headers: as(town.staff.reviewer) })
    expect([own.statusCode, own.headers['content-type'], own.rawPayload.subarray(0, 5).toString()]).toEqual([
      200,
      'application/pdf',
      '%PDF-',
    ])
    expectRefusal(await app.inject({ method: 'GET', url, headers: as(stranger) }), 404, 'not_found')
    expectRefusal(await app.inject({ method: 'GET', url }), 401, 'not_signed_in')
    expectRefusal(
      await post('/api/acts/case.open', { requestId: randomUUID(), input: { caseId } }, as(stranger)),
      404,
      'not_found',
    )
  })
})

test('a database that is away is a fault told in words and by a number, with nothing of its inside, and nothing is let through', async () => {
  const away = new pg.Pool({ host: '127.0.0.1', port: 1, user: 'mingbu_app', password: 'inside-4f1d' })
  const behind = await httpServer({
    kernel: new Kernel(away, town.deps.vault, town.deps),
    origin: 'http://localhost:8080',
    webDir: null,
    metricsToken: 'm'.repeat(32),
    logLevel: 'silent',
    health: async () => (await away.query('select 1')).rows[0],
  })
  try {
    const asked = [
      { method: 'GET', url: '/api/session', headers: as(town.staff.clerk) },
      {
        method: 'POST',
        url: '/api/acts/session.signIn',
        headers: ours,
        payload: JSON.stringify({
          requestId: randomUUID(),
          input: { username: 'clerk', password: testPassword },
        }),
      },
    ] as const
    for (const one of asked) {
      const answer = await behind.inject(one)
      expectRefusal(answer, 500, 'fault')
      expect(answer.json().refusal.message.en).toMatch(/logged as req-\w+/)
      expect(answer.headers['set-cookie']).toBeUndefined()
      for (const inside of ['ECONNREFUSED', '127.0.0.1', 'inside-4f1d', testPassword, 'select', '.ts:'])
        expect(answer.body).not.toContain(inside)
    }
    const health = await behind.inject({ method: 'GET', url: '/api/health' })
    expect([health.statusCode, health.json()]).toEqual([503, { ok: false }])
  } finally {
    await behind.close()
    await away.end()
  }
})

test('metrics are for this machine or for those who know the token', async () => {
  const remote = { remoteAddress: '10.0.0.9' }
  expect((await app.inject({ method: 'GET', url: '/metrics' })).body).toContain('mingbu_')
  expect((await app.inject({ method: 'GET', url: '/metrics', ...remote })).statusCode).toBe(404)
  const proxied = { 'x-forwarded-for': '203.0.113.7' }
  expect((await app.inject({ method: 'GET', url: '/metrics', headers: proxied })).statusCode).toBe(404)
  expect(
    (
      await app.inject({
        method: 'GET',
        url: '/metrics',
        ...remote,
        headers: { authorization: `Bearer ${'m'.repeat(32)}` },
      })
    ).statusCode,
  ).toBe(200)
})

test('the OpenAPI document has every act and query with its fields, and nothing it cannot resolve', async () => {
  const document = (await app.inject({ method: 'GET', url: '/api/openapi.json' })).json() as {
    openapi: string
    paths: Record<string, object>
    components: { schemas: Record<string, unknown> }
  }
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths)).toHaveLength(
    declaredActs().length + declaredActs().filter((one) => one.highValue).length + declaredQueries().length,
  )
  const wanted = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
    (match) => match[1]!,
  )
  expect([...new Set(wanted)].filter((name) => !(name in document.components.schemas))).toEqual([])
})

test('behind a proxy of this machine the visitor’s own address is kept, and the cookie travels only over HTTPS', async () => {
  const behind = await httpServer({
    kernel: town.kernel,
    origin: 'https://mingbu.example.cn',
    webDir: null,
    metricsToken: 'm'.repeat(32),
    logLevel: 'silent',
    behindProxy: true,
    health: async () => ({}),
  })
  try {
    const answer = await behind.inject({
      method: 'POST',
      url: '/api/acts/session.signIn',
      headers: { ...ours, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
      payload: JSON.stringify({
        requestId: randomUUID(),
        input: { username: 'recorder', password: testPassword },
      }),
    })
    for (const cookie of answer.headers['set-cookie']!) expect(cookie).toContain('Secure')
    expect(answer.headers['strict-transport-security']).toContain('max-age=')
    const { actId } = answer.json() as { actId: string }
    const [row] = await town.superuser<{ value: Buffer }>(
      `select value from kernel.act_value where act_id = $1 and field = 'request'`,
      [actId],
    )
    expect(JSON.parse(town.deps.vault.open(row!.value).toString())).toMatchObject({
      from: { address: '203.0.113.7' },
    })
  } finally {
    await behind.close()
  }
})

test('anyone can read a log under the standard’s paths and rebuild the root its checkpoint signs', async () => {
  await town.sequencer.drain()
  const get = async (path: string) => {
    const answer = await app.inject({ method: 'GET', url: `/log/haishu/${path}` })
    expect(answer.statusCode).toBe(200)
    return answer
  }
  const found = (await app.inject({ method: 'GET', url: '/api/public/checkpoints' })).json() as {
    items: { id: string; vkey: string }[]
  }
  const { vkey } = found.items.find((one) => one.id === 'haishu')!
  const note = (await get('checkpoint')).body
  const checkpoint = parseCheckpoint((await openNote(note, [parseVkey(vkey)])).text)
  expect(checkpoint).toMatchObject({ origin: 'mingbu.example/haishu' })
  const { size } = checkpoint
  expect(size).toBeGreaterThan(256)
  const entries: Uint8Array[] = []
  for (let index = 0; index * 256 < size; index++) {
    const width = Math.min(256, size - index * 256)
    const hashes = (await get(tilePath({ level: 0, index, width }))).rawPayload
    const bundle = (await get(tilePath({ level: 'entries', index, width }))).rawPayload
    const here = decodeEntryBundle(bundle, width)
    expect(Buffer.concat(here.map((entry) => leafHash(entry))).equals(hashes)).toBe(true)
    entries.push(...here)
  }
  const leaves = entries.map((entry) => leafHash(entry))
  expect(Buffer.from(treeRoot(leaves)).equals(Buffer.from(checkpoint.root))).toBe(true)
  const full = Math.floor(size / 256)
  const above = (await get(tilePath({ level: 1, index: 0, width: full }))).rawPayload
  const roots = Array.from({ length: full }, (_, i) => treeRoot(leaves.slice(i * 256, i * 256 + 256)))
  expect(Buffer.concat(roots).equals(above)).toBe(true)
  for (const entry of entries) expect(decodeLeaf(entry)).toMatchObject({ district: 'haishu' })
})

test('the proof of any leaf can be taken home as a file, with the bytes it proves, and verifies without us', async () => {
  const get = async (path: string) => {
    const answer = await app.inject({ method: 'GET', url: `/log/haishu/${path}` })
    expect(answer.statusCode).toBe(200)
    return answer
  }
  const policy = parsePolicy((await get('policy')).body)
  const { size } = parseCheckpoint(parseNote((await get('checkpoint')).body).text)
  for (const index of [0, 1, 255, 256, size - 1]) {
    const file = await get(`proof/${index}`)
    expect(file.headers['content-disposition']).toBe(`attachment; filename="haishu-${index}.tlog-proof"`)
    const entry = (await get(`entry/${index}`)).rawPayload
    expect(decodeLeaf(entry)).toMatchObject({ district: 'haishu' })
    const opened = await verifyProofFile(file.body, leafHash(entry), policy)
    expect(opened).toMatchObject({
      index,
      quorum: true,
      checkpoint: { origin: 'mingbu.example/haishu', size },
    })
    const other = (await get(`entry/${index === 0 ? 2 : 0}`)).rawPayload
    await expect(verifyProofFile(file.body, leafHash(other), policy)).rejects.toThrow('not at this place')
  }
})
