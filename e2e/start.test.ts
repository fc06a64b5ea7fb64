import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Product, runCli, startProduct } from './harness/product.ts'

let product: Product
beforeAll(async () => {
  product = await startProduct()
}, 180_000)
afterAll(() => product[Symbol.asyncDispose]())

const env = (more: Record<string, string>) => ({ ...process.env, ...more })

test('a fresh folder gets the demo city: the address is told, and people of every post to sign in as', async () => {
  expect(product.address).toMatch(/^http:\/\/localhost:\d+$/)
  const posts = [
    'clerk1',
    'clerk2',
    'clerk3',
    'reviewer1',
    'reviewer2',
    'recorder1',
    'certs1',
    'seals1',
    'archive1',
  ]
  const more = ['surveyreview1', 'enquiry1', 'head', 'leader']
  const city = [
    'city.inspector1',
    'city.sysadmin',
    'city.secadmin',
    'city.auditadmin',
    'bank.demo',
    'court.demo',
  ]
  const usernames = new Set(product.people.map((person) => person.username))
  expect(
    [...[...posts, ...more].map((post) => `haishu.${post}`), ...city].filter((name) => !usernames.has(name)),
  ).toEqual([])
  const health = (await (await fetch(`${product.address}/api/health`)).json()) as object
  expect(health).toMatchObject({
    ok: true,
    database: 'up',
    sequencer: 'up',
    reminders: 'up',
    operator: 'demo: shared operator',
  })
})

test('while it runs, the other commands work on the same data', async () => {
  const verified = await product.run('verify', '--json')
  expect(JSON.parse(verified.out)).toMatchObject({ ok: true, problems: [] })
  const controls = await product.run('controls', '--json')
  const rows = JSON.parse(controls.out) as {
    id: string
    clause: string
    kind: string
    title: object
    status: string
    counts: object
  }[]
  expect(rows.length).toBeGreaterThan(10)
  for (const row of rows)
    expect(Object.keys(row)).toEqual(
      expect.arrayContaining(['id', 'clause', 'kind', 'title', 'status', 'counts']),
    )
  const accounts = await product.run('account', 'list', '--json')
  expect(JSON.parse(accounts.out)).toHaveLength(product.people.length)
})

const sentences: [
  what: string,
  args: string[],
  more: () => Promise<Record<string, string>>,
  sentence: RegExp,
][] = [
  [
    'a second server on the same data',
    ['start'],
    async () => ({ MINGBU_DATA: product.dataDir, PORT: '0' }),
    /already runs on .+ \(process \d+\)\./,
  ],
  [
    'a port that is taken',
    ['start', '--empty'],
    async () => ({ PORT: String(await takenPort()) }),
    /^Port \d+ is already in use; set PORT to another one\.$/m,
  ],
  [
    'a port that is none',
    ['start'],
    async () => ({ PORT: 'http' }),
    /^PORT must be a number from 0 to 65535, not "http"\.$/m,
  ],
  [
    'a folder on a file system that takes none',
    ['start'],
    async () => ({ MINGBU_DATA: '/proc/mingbu/data' }),
    /^The data folder .+ cannot be written \(\w+\); set MINGBU_DATA to one that can\.$/m,
  ],
  [
    'a folder that cannot be',
    ['start'],
    async () => ({ MINGBU_DATA: notAFolder() }),
    /^The data folder .+ cannot be written \(\w+\); set MINGBU_DATA to one that can\.$/m,
  ],
  [
    'a database that is not there',
    ['verify'],
    async () => ({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' }),
    /^DATABASE_URL cannot be reached: /m,
  ],
  [
    'a database address that is none',
    ['verify'],
    async () => ({ DATABASE_URL: 'mysql://x' }),
    /^DATABASE_URL must begin with postgres:\/\/ or postgresql:\/\/\.$/m,
  ],
  ['a city too small', ['seed', '--units', '5'], async () => ({}), /units 5: expected 300 to 200000/],
  [
    'a size that is no number',
    ['seed', '--units', 'many'],
    async () => ({}),
    /^A whole number is needed, not "many"\.$/m,
  ],
  ['a city in a city', ['seed'], async () => ({ MINGBU_DATA: product.dataDir }), /already holds people/],
]
test.each(sentences)('%s is told in one sentence', async (_what, args, more, sentence) => {
  const dataDir = join(tmpdir(), `mingbu-start-${process.pid}`)
  const { code, err } = await runCli(args, env({ MINGBU_DATA: dataDir, ...(await more()) }))
  expect(err).toMatch(sentence)
  expect(err).not.toMatch(/^\s+at /m)
  expect(code).toBe(2)
})

async function takenPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  opened.push(server)
  return (server.address() as { port: number }).port
}
const opened: ReturnType<typeof createServer>[] = []
afterAll(() => {
  for (const server of opened) server.close()
})

function notAFolder(): string {
  const file = join(tmpdir(), `mingbu-file-${process.pid}`)
  writeFileSync(file, 'a file, not a folder')
  return join(file, 'data')
}

test('Ctrl-C ends it cleanly, and the next start goes on where it was', async () => {
  const signed = await fetch(`${product.address}/api/acts/session.signIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-mingbu': '1' },
    body: JSON.stringify({
      requestId: crypto.randomUUID(),
      input: { username: 'haishu.clerk1', password: 'mingbu-demo-2026' },
    }),
  })
  const cookie = signed.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  await product.stop()
  const again = await startProduct({ dataDir: product.dataDir })
  try {
    expect(again.people).toEqual(product.people)
    const me = await fetch(`${again.address}/api/session`, { headers: { cookie } })
    expect(await me.json()).toMatchObject({ person: { username: 'haishu.clerk1' } })
  } finally {
    await again.stop()
  }
})
