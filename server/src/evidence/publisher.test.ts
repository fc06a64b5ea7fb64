import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCheckpoint, parseCheckpoint, parseNote, parsePolicy } from '@mingbu/tlog'
import { Type } from 'typebox'
import { afterAll, expect, test } from 'vitest'
import { signerOf, watched } from '../../test/watched.ts'
import { openTestWorld, type TestWorld } from '../../test/world.ts'
import { act } from '../kernel/act.ts'
import { TreeMemory } from '../signing/memory.ts'
import { originOf } from './neighbours.ts'
import { adoptPolicies, readPolicies } from './policy.ts'
import { inclusionProof } from './proofs.ts'
import { Publisher } from './publisher.ts'
import { Sequencer } from './sequencer.ts'
import { verifyEverything } from './verify.ts'
import { LogWatch } from './watch.ts'
import { witnessStatus } from './witness-status.ts'

const folder = mkdtempSync(join(tmpdir(), 'mingbu-publisher-'))
afterAll(() => rmSync(folder, { recursive: true }))

const note = act({
  type: 'probe.note',
  title: { zh: '记一笔', en: 'Note' },
  clauses: ['6.4'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({ district: Type.String() }),
  result: Type.Object({}),
  handle: async () => ({}),
})

async function notes(world: TestWorld, district: string, times: number): Promise<void> {
  const seed = { id: '', username: 'seed', token: Buffer.from(world.secrets.services.seed!, 'hex') }
  for (let i = 0; i < times; i++) expect((await world.as(seed, note, { district })).ok).toBe(true)
}

const publishedSize = async (world: TestWorld, district: string) =>
  (
    await world.superuser<{ size: number | null }>(
      'select max(size)::int as size from evidence.published where district = $1',
      [district],
    )
  )[0]!.size
const signedSize = async (world: TestWorld, district: string) =>
  (
    await world.superuser<{ size: number | null }>(
      'select max(size)::int as size from evidence.checkpoint where district = $1',
      [district],
    )
  )[0]!.size

test('what is published satisfies its policy: two neighbours and the city, and three districts for the city’s own log', async () => {
  const { world, sequencer } = await watched()
  await using _ = world
  await notes(world, 'haishu', 3)
  await sequencer.drain()
  for (const { district, origin, text } of await readPolicies(world.pools.auditor)) {
    const [row] = await world.superuser<{ note: string; size: number }>(
      'select note, size from evidence.published where district = $1 order by size desc limit 1',
      [district],
    )
    const opened = await openCheckpoint(row!.note, parsePolicy(text), { origin })
    expect(opened).toMatchObject({ quorum: true, checkpoint: { origin, size: row!.size } })
    expect(opened.cosignatures.length).toBe(4)
  }
  const proof = await world.kernel.readPublic((tx) => inclusionProof(tx, 'haishu', 2))
  expect((await openCheckpoint(proof!.checkpoint, parsePolicy(proof!.policy))).quorum).toBe(true)
})

test.each([
  ['nobody', [], true],
  ['one neighbour', ['jiangbei'], true],
  ['two neighbours', ['jiangbei', 'yuyao'], false],
  ['the city', ['city'], false],
  ['offices that do not watch it', ['cixi', 'beilun', 'qianwan'], true],
])('with %s away acts are logged and signed; published at once: %#', async (_name, away, published) => {
  const { world, down, sequencer } = await watched()
  await using _ = world
  await sequencer.drain()
  for (const office of away) down.add(office)
  await notes(world, 'haishu', 2)
  await sequencer.drain()
  expect(await signedSize(world, 'haishu')).toBe(2)
  expect(await publishedSize(world, 'haishu')).toBe(published ? 2 : 0)
  // Back again, they catch up from where they were.
  down.clear()
  await notes(world, 'haishu', 3)
  await sequencer.drain()
  expect(await publishedSize(world, 'haishu')).toBe(5)
})

test('publishing twice publishes once, and two publishers at once get in nobody’s way', async () => {
  const { world, ports, publisher, sequencer } = await watched()
  await using _ = world
  const beside = new Publisher(world.pools.sequencer, ports)
  for (let i = 0; i < 5; i++) {
    await notes(world, 'haishu', 1)
    await sequencer.runOnce()
    await Promise.all([publisher.runOnce(), beside.runOnce(), publisher.runOnce()])
  }
  expect(await publishedSize(world, 'haishu')).toBe(5)
  expect(await publisher.runOnce()).toBe(0)
  expect(publisher.contradicted.size + beside.contradicted.size).toBe(0)
})

/** What the log's end looked like, to put it back later. */
async function setBack(world: TestWorld, district: string, size: number): Promise<void> {
  await world.superuser(`set session_replication_role = replica;
    delete from evidence.published where district = '${district}' and size > ${size};
    delete from evidence.cosignature where district = '${district}' and size > ${size};
    delete from evidence.checkpoint where district = '${district}' and size > ${size};
    delete from evidence.leaf where district = '${district}' and idx >= ${size};
    update evidence.head set size = ${size}, root = coalesce((select root from evidence.checkpoint where district = '${district}' and size = ${size}), sha256('')) where district = '${district}'`)
}

test.each([
  ['and the signer remembers', true],
  ['and the signer’s memory was set back as well', false],
])('a database set back is signed no more: witnesses know more, %s', async (_name, remembers) => {
  const { world, ports, sequencer } = await watched()
  await using _ = world
  await notes(world, 'haishu', 2)
  await sequencer.drain()
  await notes(world, 'haishu', 2)
  await sequencer.drain()
  await setBack(world, 'haishu', 2)
  const memory = new TreeMemory(':memory:')
  if (remembers) await replay(world, memory)
  const publisher = new Publisher(world.pools.sequencer, ports)
  const restarted = new Sequencer(world.pools.sequencer, signerOf(memory), { outside: publisher })
  await notes(world, 'haishu', 1)
  await notes(world, 'yuyao', 1)
  await restarted.drain()
  expect(restarted.frozen.get('haishu')).toEqual({
    zh: expect.stringMatching(/见证过 .* 的 4 条，本机只有 3 条：数据库被退回过/),
    en: expect.stringMatching(/cosigned 4 leaves .* here are 3: the database was set back/),
  })
  expect(await signedSize(world, 'haishu')).toBe(2)
  expect(await publishedSize(world, 'yuyao')).toBe(1)
  const watch = watchOf(world, restarted, publisher)
  expect(await watch.runOnce()).toMatchObject([{ log: 'haishu', kind: 'rolled_back' }])
  await watch.runOnce()
  expect(await findings(world)).toEqual([
    { kind: 'log_rolled_back', district: 'haishu', severity: 'critical' },
  ])
})

/** Teaches a memory that the newest checkpoint of Haishu was signed. */
async function replay(world: TestWorld, memory: TreeMemory): Promise<void> {
  const [row] = await world.superuser<{ note: string }>(
    `select note from evidence.checkpoint where district = 'haishu' order by size desc limit 1`,
  )
  const { size, root } = parseCheckpoint(parseNote(row!.note).text)
  expect(memory.advance(originOf('haishu'), null, { size, root, note: '' })).toBe(true)
}

test('a database set back and grown past what was cosigned is found at the next checkpoint', async () => {
  const { world, ports, sequencer } = await watched()
  await using _ = world
  await notes(world, 'haishu', 4)
  await sequencer.drain()
  await setBack(world, 'haishu', 0)
  await notes(world, 'haishu', 6)
  const publisher = new Publisher(world.pools.sequencer, ports)
  const restarted = new Sequencer(world.pools.sequencer, signerOf(), { outside: publisher })
  await restarted.drain()
  expect(restarted.frozen.get('haishu')?.en).toMatch(/another tree of 4 leaves/)
  expect(await publishedSize(world, 'haishu')).toBeNull()
})

test('a fork that the signer was made to sign is not cosigned, and says so', async () => {
  const { world, ports, sequencer } = await watched()
  await using _ = world
  await notes(world, 'haishu', 4)
  await sequencer.drain()
  await setBack(world, 'haishu', 0)
  await notes(world, 'haishu', 6)
  // Nobody asks the witnesses first, and the signer has forgotten: only the witnesses themselves are left.
  const publisher = new Publisher(world.pools.sequencer, ports)
  await new Sequencer(world.pools.sequencer, signerOf()).drain()
  expect(await signedSize(world, 'haishu')).toBe(6)
  await publisher.runOnce()
  expect(await publishedSize(world, 'haishu')).toBeNull()
  expect(publisher.contradicted.get('haishu')?.en).toMatch(/do not go on from the 4/)
})

const watchOf = (world: TestWorld, sequencer: Sequencer, publisher: Publisher) =>
  new LogWatch({
    pool: world.pools.auditor,
    kernel: world.kernel,
    token: Buffer.from(world.secrets.services.detector!, 'hex'),
    sequencer,
    publisher,
  })
const findings = (world: TestWorld) =>
  world.superuser('select kind, district, severity from kernel.finding order by kind, district')

test('lag becomes a finding, once for as long as it lasts, and a log in order gives none', async () => {
  const { world, down, sequencer, publisher } = await watched()
  await using _ = world
  await sequencer.drain()
  const watch = watchOf(world, sequencer, publisher)
  await notes(world, 'haishu', 1)
  expect(await watch.runOnce()).toEqual([])
  await world.superuser(`update kernel.clock set ahead = ahead + interval '6 seconds'`)
  expect(await watch.runOnce()).toMatchObject([{ log: 'haishu', kind: 'queue_lag' }])
  expect(await watch.runOnce()).toMatchObject([{ kind: 'queue_lag' }])
  down.add('city')
  await sequencer.drain()
  await world.superuser(`update kernel.clock set ahead = ahead + interval '61 seconds'`)
  const late = await watch.runOnce()
  expect(late).toContainEqual({ log: 'haishu', kind: 'publication_lag', detail: { zh: '61 秒', en: '61 s' } })
  expect(await findings(world)).toContainEqual({
    kind: 'log_queue_lag',
    district: 'haishu',
    severity: 'medium',
  })
  expect((await findings(world)).filter((one) => one.kind === 'log_queue_lag')).toHaveLength(1)
  down.clear()
  await sequencer.drain()
  expect(await watch.runOnce()).toEqual([])
})

test.each([
  ['another log', (text: string) => text.replaceAll('mingbu.example/haishu+', 'mingbu.example/nowhere+')],
  ['no text at all', () => 'quorum'],
  ['a quorum that is not defined', (text: string) => text.replace('quorum both', 'quorum all')],
])('a policy of %s is not adopted', async (_name, change) => {
  await using world = await openTestWorld()
  const [, , haishu] = await readPolicies(world.pools.auditor)
  const installer = {
    id: '',
    username: 'installer',
    token: Buffer.from(world.secrets.services.installer!, 'hex'),
  }
  const text = change(`${haishu!.text}`)
  expect(await world.as(installer, adoptPolicies, { policies: [{ log: 'haishu', text }] })).toMatchObject({
    ok: false,
    refusal: { code: 'policy_wrong' },
  })
})

// Each as superuser, with triggers off, after three acts were published. Two offices are compared by name.
const haishu = `where district = 'haishu'`
test.each([
  ['nothing', 'select 1', []],
  [
    'a cosignature taken out of what is published',
    `update evidence.published set note = regexp_replace(note, '— [^ ]*city/witness [^\n]*\n', '') ${haishu}`,
    ['published_wrong'],
  ],
  [
    'a neighbour’s cosignature taken out: two are left, and that is a quorum',
    `update evidence.published set note = regexp_replace(note, '— [^ ]*yuyao/witness [^\n]*\n', '') ${haishu}`,
    [],
  ],
  [
    'a cosignature of another checkpoint put in',
    `update evidence.published set note = left(note, length(note) - 12) || right((select note from evidence.published where district = 'yuyao' limit 1), 12) ${haishu}`,
    ['published_wrong'],
  ],
  [
    'what is published does not begin with what was signed',
    `update evidence.published set note = replace(note, 'mingbu.example/haishu' || E'\n', 'mingbu.example/haishu ' || E'\n') ${haishu}`,
    ['published_wrong'],
  ],
  [
    'the policy named by what is published',
    `update evidence.published set policy = null ${haishu}`,
    ['published_wrong'],
  ],
  [
    'the policy weakened',
    `update evidence.policy set text = regexp_replace(text, 'quorum both', 'quorum none') where log = 'haishu'`,
    ['row_changed'],
  ],
  [
    'the policy deleted',
    `delete from evidence.policy where log = 'haishu'`,
    ['published_wrong', 'row_missing'],
  ],
  [
    'a new policy slipped in',
    `insert into evidence.policy (log, version, text, adopted_at, act_id) select log, 2, regexp_replace(text, 'quorum both', 'quorum none'), adopted_at, act_id from evidence.policy where log = 'haishu'`,
    ['row_unknown'],
  ],
  [
    'the key of the log exchanged for another log’s',
    `update evidence.log set vkey = (select vkey from evidence.log where district = 'yuyao') ${haishu}`,
    ['checkpoint_wrong', 'key_changed'],
  ],
] as [string, string, string[]][])('%s: verification finds it, and only it', async (_name, sql, codes) => {
  const { world, sequencer } = await watched()
  await using _ = world
  await notes(world, 'haishu', 3)
  await sequencer.drain()
  await world.superuser(`set session_replication_role = replica; ${sql}`)
  const { problems } = await verifyEverything(world.pools.auditor, world.deps.vault)
  expect([...new Set(problems.map(({ code }) => code))].sort()).toEqual(codes)
  expect(problems.every(({ district, table }) => district === 'haishu' || table === 'evidence.policy')).toBe(
    true,
  )
})

test('the database keeps what is published: only forward, and only what was signed', async () => {
  const { world, sequencer } = await watched()
  await using _ = world
  await notes(world, 'haishu', 2)
  await sequencer.drain()
  await notes(world, 'haishu', 2)
  const sequencerPrompt = await world.prompt('mingbu_sequencer')
  try {
    const insert = (size: number, text: string) =>
      sequencerPrompt.query(
        `insert into evidence.published (district, size, note, policy) values ('haishu', $1, $2, 1)`,
        [size, text],
      )
    await sequencer.runOnce()
    const [{ note: signed }] = (await world.superuser<{ note: string }>(
      `select note from evidence.checkpoint where district = 'haishu' and size = 4`,
    )) as [{ note: string }]
    await expect(insert(0, signed)).rejects.toThrow('a larger checkpoint was published before')
    await expect(insert(4, 'another')).rejects.toThrow('begins with what was signed')
    await expect(insert(5, signed)).rejects.toThrow(/begins with what was signed|violates/)
    await insert(4, signed)
    await expect(sequencerPrompt.query('update evidence.published set note = note')).rejects.toThrow('denied')
    await expect(sequencerPrompt.query('delete from evidence.cosignature')).rejects.toThrow('denied')
  } finally {
    await sequencerPrompt.end()
  }
})

test('the status of a log tells who has cosigned how far, who is away, and whether that is enough', async () => {
  const { world, down, publisher, sequencer } = await watched()
  await using _ = world
  const head = await world.person('head', ['centre_lead'])
  await notes(world, 'haishu', 2)
  await sequencer.drain()
  down.add('yuyao')
  await notes(world, 'haishu', 3)
  await sequencer.drain()
  await publisher.runOnce()
  const outside = {
    stateOf: publisher.stateOf.bind(publisher),
    contradicted: publisher.contradicted,
    frozen: sequencer.frozen,
  }
  const status = async () => {
    const found = (await world.kernel.read(head.token, (ctx) =>
      witnessStatus.run({ ...ctx, deps: { ...ctx.deps, outside } } as never, {}, world.deps),
    )) as { items: Status[] }
    return found.items.find((log) => log.id === 'haishu')!
  }
  const one = await status()
  const of = (name: string) => one.witnesses.find((witness) => witness.name === name)!
  expect(one).toMatchObject({ quorum: true, waitingSeconds: null, contradicted: null, findings: [] })
  expect([one.size, one.signed!.size, one.published!.size]).toEqual([one.size, one.size, one.size])
  expect(of('city')).toMatchObject({ lag: 0, fault: null, cosigned: { size: one.size } })
  expect(of('yuyao')).toMatchObject({
    lag: 3,
    fault: { zh: '不能连通', en: 'connection refused' },
    cosigned: { size: one.size - 3 },
  })

  down.add('city')
  await notes(world, 'haishu', 1)
  await sequencer.drain()
  publisher.contradicted.set('haishu', { zh: '市局见证过 99 条', en: 'city has cosigned 99 leaves' })
  const two = await status()
  expect(two).toMatchObject({
    quorum: false,
    contradicted: { zh: '市局见证过 99 条', en: 'city has cosigned 99 leaves' },
    published: { size: one.size },
    signed: { size: one.size + 1 },
  })
  expect(two.waitingSeconds).toBeGreaterThanOrEqual(0)
})

interface Status {
  id: string
  size: number
  signed: { size: number } | null
  published: { size: number } | null
  waitingSeconds: number | null
  witnesses: { name: string; lag: number }[]
}
