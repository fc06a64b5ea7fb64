import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  checkTlogLine,
  consistencyProof,
  cosignatureTime,
  formatAddCheckpoint,
  formatCheckpoint,
  formatVkey,
  leafHash,
  openNote,
  parseNote,
  parseVkey,
  type Signer,
  signerFromSeed,
  signNote,
  treeRoot,
  utf8,
} from '@mingbu/tlog'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TreeMemory } from './memory.ts'
import { witnessServer } from './serve.ts'
import { originHash, Witness } from './witness.ts'

const folder = mkdtempSync(join(tmpdir(), 'mingbu-witness-'))
const origin = 'mingbu.example/haishu'
const leaves = Array.from({ length: 300 }, (_, i) => leafHash(utf8(`leaf ${i}`)))
const forked = leaves.map((leaf, i) => (i < 6 ? leaf : leafHash(utf8(`fork ${i}`))))
let log: Signer
let impostor: Signer
beforeAll(async () => {
  log = await signerFromSeed(origin, new Uint8Array(32).fill(1))
  impostor = await signerFromSeed(origin, new Uint8Array(32).fill(2))
})
afterAll(() => rmSync(folder, { recursive: true }))

let serial = 0
const open = (path = join(folder, `${++serial}.db`), now?: () => number) =>
  new Witness({
    name: 'mingbu.example/yinzhou/witness',
    seed: new Uint8Array(32).fill(9),
    logs: [formatVkey(log.verifier)],
    memory: new TreeMemory(path),
    ...(now ? { now } : {}),
  })

interface Asked {
  of?: Uint8Array[]
  by?: Signer
  name?: string
}

/** The body that asks to go from `old` to `size` leaves. */
async function body(old: number, size: number, { of = leaves, by = log, name = origin }: Asked = {}) {
  const text = formatCheckpoint({ origin: name, size, root: treeRoot(of.slice(0, size)) })
  const note = await signNote(text, [by])
  return formatAddCheckpoint({ old, proof: consistencyProof(of.slice(0, size), Math.min(old, size)), note })
}
const ask = async (witness: Witness, asked: Promise<string> | string) =>
  witness.addCheckpoint(utf8(await asked))

test('the first checkpoint, the next, and the same once more are cosigned; the line opens under the witness’s key', async () => {
  const witness = open(undefined, () => 1_700_000_000)
  const key = parseVkey(await witness.vkey())
  for (const [old, size] of [
    [0, 0],
    [0, 10],
    [10, 10],
    [10, 300],
  ] as const) {
    const asked = await body(old, size)
    const answer = await ask(witness, asked)
    expect(answer.status).toBe(200)
    const note = asked.slice(asked.indexOf('\n\n') + 2)
    const cosigned = note + answer.body
    expect((await openNote(cosigned, [log.verifier, key], checkTlogLine)).signatures).toHaveLength(2)
    expect(cosignatureTime(parseNote(cosigned).lines.at(-1)!)).toBe(1_700_000_000)
    expect(witness.latest(originHash(origin))).toBe(cosigned)
  }
  expect(witness.latest(originHash('mingbu.example/yuyao'))).toBeNull()
})

test.each([
  ['an empty body', () => '', 400],
  ['no old line', async () => (await body(10, 20)).replace(/^old 10\n/, ''), 400],
  ['an old size with a leading zero', async () => (await body(10, 20)).replace('old 10', 'old 010'), 400],
  [
    'a proof line that is no hash',
    async () => (await body(10, 20)).replace(/\n[^\n]{44}\n/, '\nAAAA\n'),
    400,
  ],
  [
    '64 proof lines',
    async () => (await body(10, 20)).replace('\n\n', `\n${`${'A'.repeat(43)}=\n`.repeat(64)}\n`),
    400,
  ],
  ['no checkpoint', () => 'old 0\n\n', 400],
  ['an old size beyond counting', async () => (await body(10, 20)).replace('old 10', `old ${2 ** 53}`), 400],
  ['lines that end as on Windows', async () => (await body(10, 20)).replaceAll('\n', '\r\n'), 400],
  ['an empty line at its head', async () => `\n${await body(10, 20)}`, 400],
  ['no signature', async () => (await body(10, 20)).replace(/\n— .*\n$/, '\n'), 400],
  ['a cut in the signature', async () => (await body(10, 20)).slice(0, -9), 400],
  [
    'a good signature with a spoilt one of the same key beside it',
    async () => {
      const text = await body(10, 20)
      const line = text.slice(text.lastIndexOf('— '))
      return text + line.replace(/.{8}==\n$|.{8}=\n$|.{8}\n$/, (end) => `AAAAAAAA${end.slice(8)}`)
    },
    403,
  ],
  [
    '63 proof lines, none of them right',
    async () =>
      (await body(10, 20)).replace(/^(old 10\n)[\s\S]*?\n\n/, `$1${`${'A'.repeat(43)}=\n`.repeat(63)}\n`),
    422,
  ],
  ['an old size above the new', () => body(20, 20).then((text) => text.replace('old 20', 'old 21')), 400],
  ['a log it does not watch', () => body(0, 5, { name: 'mingbu.example/yuyao' }), 404],
  ['a wrong key of the same name', () => body(10, 20, { by: impostor }), 403],
  ['an old size below its own', () => body(5, 20), 409],
  ['an old size above its own', () => body(15, 20), 409],
  ['a replay of an older checkpoint', () => body(0, 5), 409],
  ['another tree of the same size', () => body(10, 10, { of: forked }), 422],
  ['a fork', () => body(10, 20, { of: forked }), 422],
  ['no proof', async () => (await body(10, 20)).replace(/^(old 10\n)[\s\S]*?\n\n/, '$1\n'), 422],
] as [string, () => string | Promise<string>, number][])(
  '%s gets its status and changes nothing',
  async (_name, make, status) => {
    const witness = open()
    expect((await ask(witness, body(0, 10))).status).toBe(200)
    const before = witness.latest(originHash(origin))
    const answer = await ask(witness, make())
    expect(answer.status).toBe(status)
    if (status === 409) expect(answer).toMatchObject({ body: '10\n', contentType: 'text/x.tlog.size' })
    expect(witness.latest(originHash(origin))).toBe(before)
    expect((await ask(witness, body(10, 20))).status).toBe(200)
  },
)

test('before it has seen any tree, a proof is refused and size 0 has one root', async () => {
  const witness = open()
  const text = await body(0, 5)
  expect((await ask(witness, text.replace('old 0\n', `old 0\n${'A'.repeat(43)}=\n`))).status).toBe(422)
  const empty = await signNote(formatCheckpoint({ origin, size: 0, root: treeRoot(leaves.slice(0, 1)) }), [
    log,
  ])
  expect((await ask(witness, formatAddCheckpoint({ old: 0, proof: [], note: empty }))).status).toBe(422)
})

test('it remembers over a restart', async () => {
  const path = join(folder, 'restart.db')
  expect((await ask(open(path), body(0, 20))).status).toBe(200)
  expect((await ask(open(path), body(0, 10))).body).toBe('20\n')
  expect((await ask(open(path), body(20, 30))).status).toBe(200)
})

// Forty at a time from the same old size to different new ones, round after round and log after log.
test('of twenty thousand requests that race, one wins each round and the witness never goes back', async () => {
  const bodies = new Map<string, Promise<Uint8Array>>()
  const bodyOf = (old: number, size: number) => {
    const key = `${old} ${size}`
    const made = bodies.get(key) ?? body(old, size).then(utf8)
    bodies.set(key, made)
    return made
  }
  let requests = 0
  for (let fresh = open(':memory:'); requests < 20_000; fresh = open(':memory:')) {
    const size = () => Number(fresh.latest(originHash(origin))?.split('\n')[1] ?? 0)
    for (let from = 0; from <= 297 && requests < 20_000; from = size()) {
      const asked = await Promise.all(
        Array.from({ length: 40 }, (_, i) => bodyOf(from, from + 1 + ((i * 7 + requests) % 3))),
      )
      const statuses = (await Promise.all(asked.map((one) => fresh.addCheckpoint(one)))).map(
        (answer) => answer.status,
      )
      requests += statuses.length
      expect(statuses.filter((status) => status !== 409)).toEqual([200])
      expect(size()).toBeGreaterThan(from)
    }
  }
}, 240_000)

test('two processes of one witness over one memory: of those that race one wins, and nothing goes back', async () => {
  const path = join(folder, 'shared.db')
  const twins = [open(path), open(path)]
  let size = 0
  for (let round = 0; size < 100; round++) {
    const asked = await Promise.all(
      Array.from({ length: 20 }, (_, i) => body(size, size + 1 + ((i + round) % 5))),
    )
    const answers = await Promise.all(asked.map((one, i) => ask(twins[i % 2]!, one)))
    expect(answers.map(({ status }) => status).filter((status) => status !== 409)).toEqual([200])
    const now = twins.map((one) => Number(one.latest(originHash(origin))!.split('\n')[1]))
    expect(now[0]).toBe(now[1])
    expect(now[0]).toBeGreaterThan(size)
    size = now[0]!
  }
}, 60_000)

test('a refusal says why in both languages, and 409 nothing but the size', async () => {
  const witness = open()
  await ask(witness, body(0, 10))
  expect((await ask(witness, body(10, 20, { by: impostor }))).body).toBe(
    '没有任何已知公钥的签名\nno known key signed the note\n',
  )
  expect((await ask(witness, body(5, 20))).body).toBe('10\n')
})

test('over HTTP: anyone may ask, wrong places and ten megabytes get an answer, and it goes on', async () => {
  const server = witnessServer(new Map([['yinzhou', open()]]))
  await new Promise<void>((ready) => server.listen({ host: '127.0.0.1', port: 0 }, ready))
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const post = (path: string, text: string) => fetch(`${at}${path}`, { method: 'POST', body: text })
  try {
    expect((await post('/nowhere/add-checkpoint', '')).status).toBe(404)
    expect((await fetch(`${at}/yinzhou/add-checkpoint`)).status).toBe(405)
    expect((await fetch(`${at}/yinzhou/${originHash(origin)}/checkpoint`)).status).toBe(404)
    expect((await post('/yinzhou/add-checkpoint', 'x'.repeat(10_000_000))).status).toBe(400)
    const good = await post('/yinzhou/add-checkpoint', await body(0, 10))
    expect([good.status, good.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    const late = await post('/yinzhou/add-checkpoint', await body(0, 10))
    expect([late.status, late.headers.get('content-type'), await late.text()]).toEqual([
      409,
      'text/x.tlog.size',
      '10\n',
    ])
    expect(await (await fetch(`${at}/yinzhou/${originHash(origin)}/checkpoint`)).text()).toContain(
      '— mingbu.example/yinzhou/witness ',
    )
    expect(
      (await (await fetch(`${at}/yinzhou/vkey`)).text()).startsWith('mingbu.example/yinzhou/witness+'),
    ).toBe(true)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
