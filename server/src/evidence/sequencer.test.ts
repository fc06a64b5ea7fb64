import { join } from 'node:path'
import {
  checkConsistency,
  checkInclusion,
  consistencyProof,
  leafHash,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parsePolicy,
  parseVkey,
  treeRoot,
} from '@mingbu/tlog'
import { Type } from 'typebox'
import { expect, inject, test } from 'vitest'
import { openTestWorld, type TestWorld } from '../../test/world.ts'
import { act } from '../kernel/act.ts'
import { TreeMemory } from '../signing/memory.ts'
import { readSeed } from '../signing/seed.ts'
import { CheckpointSigner, type Signer } from '../signing/signer.ts'
import { inclusionProof } from './proofs.ts'
import { Publisher } from './publisher.ts'
import { Sequencer } from './sequencer.ts'
import { verifyEverything } from './verify.ts'

/** The smallest act there is. */
const tick = act({
  type: 'probe.tick',
  title: { zh: '滴答', en: 'Tick' },
  clauses: ['6.4'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({ district: Type.String() }),
  result: Type.Object({}),
  handle: async () => ({}),
})

/** Performs `n` acts in each named district, eight at a time, in an order that mixes the districts. */
async function ticks(world: TestWorld, each: Record<string, number>): Promise<void> {
  const seed = { id: '', username: 'seed', token: Buffer.from(world.secrets.services.seed!, 'hex') }
  const most = Math.max(...Object.values(each))
  const order = Array.from({ length: most }, (_, i) =>
    Object.keys(each).filter((district) => i < each[district]!),
  ).flat()
  for (let at = 0; at < order.length; at += 8) {
    const answers = await Promise.all(
      order.slice(at, at + 8).map((district) => world.as(seed, tick, { district })),
    )
    for (const answer of answers) expect(answer.ok).toBe(true)
  }
}

/** The logs' own key with a memory that begins anew. */
const signer = (): Signer =>
  new CheckpointSigner(readSeed(join(inject('dataDir'), 'signer')), new TreeMemory(':memory:'))
const another = (world: TestWorld, by = signer(), batchMax = 4096) =>
  new Sequencer(world.pools.sequencer, by, { batchMax })

async function state(world: TestWorld) {
  const [row] = await world.superuser<{
    queued: number
    leaves: number
    acts: number
    unsigned: number
    checkpoints: number
  }>(`
    select (select count(*) from kernel.act_queue)::int as queued, (select count(*) from evidence.leaf)::int as leaves, (select count(*) from kernel.act)::int as acts,
      (select count(*) from evidence.checkpoint where size > 0)::int as checkpoints,
      (select count(*) from evidence.head h where not exists (select from evidence.checkpoint c where c.district = h.district and c.size = h.size))::int as unsigned`)
  return row!
}

/** Checks every log with the log package alone: dense leaves, each checkpoint's signature and tree, each proof. */
async function checkLogs(world: TestWorld): Promise<Record<string, number>> {
  await new Publisher(world.pools.sequencer, []).runOnce()
  const logs = await world.superuser<{ district: string; origin: string; vkey: string; size: number }>(
    'select * from evidence.log join evidence.head using (district)',
  )
  const sizes: Record<string, number> = {}
  for (const { district, origin, vkey, size } of logs) {
    const rows = await world.superuser<{ idx: number; hash: Buffer; entry: Buffer }>(
      'select l.idx, l.hash, a.entry from evidence.leaf l join kernel.act a on a.district = l.district and a.id = l.act_id where l.district = $1 order by idx',
      [district],
    )
    expect(rows.map((row) => row.idx)).toEqual(Array.from({ length: size }, (_, i) => i))
    for (const row of rows) expect(row.hash).toEqual(Buffer.from(leafHash(row.entry)))
    const leaves = rows.map((row) => row.hash)
    let before: { size: number; root: Uint8Array } | null = null
    for (const { note, size: at } of await world.superuser<{ note: string; size: number }>(
      'select note, size from evidence.checkpoint where district = $1 order by size',
      [district],
    )) {
      const checkpoint = parseCheckpoint((await openNote(note, [parseVkey(vkey)])).text)
      expect(checkpoint).toMatchObject({ origin, size: at })
      expect(Buffer.from(checkpoint.root)).toEqual(Buffer.from(treeRoot(leaves.slice(0, at))))
      if (before && before.size > 0) {
        const proof = consistencyProof(leaves.slice(0, at), before.size)
        expect(
          checkConsistency({ m: before.size, n: at, rootM: before.root, rootN: checkpoint.root, proof }),
        ).toBe(true)
      }
      before = checkpoint
    }
    expect(before?.size).toBe(size)
    await world.kernel.readPublic(async (tx) => {
      for (const { idx, hash } of rows) {
        const proof = (await inclusionProof(tx, district, idx))!
        const { root } = (await openCheckpoint(proof.checkpoint, parsePolicy(proof.policy), { origin }))
          .checkpoint
        const hashes = proof.hashes.map((one) => Buffer.from(one, 'base64'))
        expect(checkInclusion({ leaf: hash, index: idx, size: proof.size, proof: hashes, root })).toBe(true)
      }
      expect(await inclusionProof(tx, district, size)).toBeNull()
    })
    if (size > 0) sizes[district] = size
  }
  return sizes
}

test('acts of several districts go into their own logs, dense, signed and provable leaf by leaf', async () => {
  await using world = await openTestWorld()
  await ticks(world, { haishu: 300, jiangbei: 40, city: 5 })
  const sequencer = another(world, signer(), 100)
  await sequencer.drain()
  expect(await state(world)).toMatchObject({ queued: 0, leaves: 345, acts: 345, unsigned: 0 })
  expect(await checkLogs(world)).toEqual({ haishu: 300, jiangbei: 40, city: 5 })
  expect(await world.superuser('select district, level, idx from evidence.node')).toEqual([
    { district: 'haishu', level: 1, idx: 0 },
  ])
  // A sequencer that starts anew on the stored edge goes on as the first would have.
  await ticks(world, { haishu: 230, yuyao: 1 })
  await another(world).drain()
  expect(await checkLogs(world)).toEqual({ haishu: 530, jiangbei: 40, city: 5, yuyao: 1 })
  expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({
    ok: true,
    acts: 576,
    leaves: 576,
    checkpointSize: 576,
    problems: [],
  })
}, 180_000)

test('two sequencers at once, and in turns, add every act once and meet no fault', async () => {
  await using world = await openTestWorld()
  const one = another(world, signer(), 7)
  const two = another(world, signer(), 5)
  for (let round = 0; round < 6; round++) {
    await ticks(world, { haishu: 12, yuyao: 6 })
    await Promise.all([one.runOnce(), two.runOnce(), one.runOnce(), two.runOnce()])
  }
  for (const turn of [one, two, one, two]) {
    await ticks(world, { haishu: 3 })
    await turn.drain()
  }
  expect(await state(world)).toMatchObject({ queued: 0, leaves: 120, acts: 120, unsigned: 0 })
  expect(await checkLogs(world)).toEqual({ haishu: 84, yuyao: 36 })
})

test('draining twice adds nothing and signs nothing', async () => {
  await using world = await openTestWorld()
  await ticks(world, { haishu: 5 })
  await world.sequencer.drain()
  const before = await world.superuser('select * from evidence.checkpoint order by district, size')
  await world.sequencer.drain()
  await another(world).drain()
  expect(await world.superuser('select * from evidence.checkpoint order by district, size')).toEqual(before)
})

/** A signer that breaks at the given calls: before it signs, or after it signed but before anyone has the note. */
function breaking(real: Signer, calls: number[], when: 'before' | 'after'): Signer {
  let call = 0
  return {
    vkeys: (origins) => real.vkeys(origins),
    last: (origins) => real.last(origins),
    async sign(requests) {
      const broken = calls.includes(++call)
      if (broken && when === 'before') throw new Error('the key is out of reach')
      const answers = await real.sign(requests)
      if (broken) throw new Error('the power failed')
      return answers
    },
  }
}

test.each(['before', 'after'] as const)(
  'a fault %s signing leaves the leaves in place; the next run publishes without any new act',
  async (when) => {
    await using world = await openTestWorld()
    await world.sequencer.drain()
    await ticks(world, { haishu: 5, yuyao: 3 })
    const real = signer()
    const broken = another(world, breaking(real, [1], when))
    await expect(broken.runOnce()).rejects.toThrow(when === 'before' ? 'out of reach' : 'power failed')
    expect(await state(world)).toMatchObject({ queued: 0, leaves: 8, unsigned: 2, checkpoints: 0 })
    expect(await broken.runOnce()).toBe(0)
    expect(await state(world)).toMatchObject({ leaves: 8, unsigned: 0, checkpoints: 2 })
    expect(await checkLogs(world)).toEqual({ haishu: 5, yuyao: 3 })
  },
)

test('a sequencer started after a crash between leaves and checkpoint publishes what is missing first', async () => {
  await using world = await openTestWorld()
  await ticks(world, { haishu: 5 })
  await expect(another(world, breaking(signer(), [1], 'before')).runOnce()).rejects.toThrow()
  expect((await state(world)).unsigned).toBeGreaterThan(0)
  expect(await another(world).runOnce()).toBe(0)
  expect((await state(world)).unsigned).toBe(0)
  expect(await checkLogs(world)).toEqual({ haishu: 5 })
})

// Each table in turn refuses the write: nothing of the batch is kept, and the same sequencer succeeds afterwards.
test.each(['leaf', 'node', 'head'] as const)(
  'a crash while writing evidence.%s leaves queue and log as they were',
  async (table) => {
    await using world = await openTestWorld()
    await ticks(world, { haishu: 254 })
    await world.sequencer.drain()
    await ticks(world, { haishu: 4, yuyao: 1 })
    const before = await state(world)
    await world.superuser(`create function evidence.crash() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
    create trigger crash before insert or update on evidence.${table} for each row execute function evidence.crash()`)
    await expect(world.sequencer.drain()).rejects.toThrow('disk full')
    expect(await state(world)).toEqual(before)
    await world.superuser(`drop trigger crash on evidence.${table}`)
    await world.sequencer.drain()
    expect(await checkLogs(world)).toEqual({ haishu: 258, yuyao: 1 })
  },
  120_000,
)

test('the running loop says its fault while it lasts, goes on by itself, and stops when told', async () => {
  await using world = await openTestWorld()
  await world.sequencer.drain()
  const loop = another(world, breaking(signer(), [1, 2, 3], 'before'))
  await ticks(world, { haishu: 3 })
  loop.start(20)
  try {
    await expect.poll(() => loop.fault, { timeout: 10_000, interval: 5 }).toBe('the key is out of reach')
    await expect.poll(() => loop.fault, { timeout: 10_000, interval: 5 }).toBeNull()
    expect((await state(world)).unsigned).toBe(0)
    await ticks(world, { haishu: 3 })
    await expect.poll(async () => (await state(world)).leaves, { timeout: 10_000 }).toBe(6)
  } finally {
    await loop.stop()
  }
  await ticks(world, { haishu: 1 })
  await new Promise((wake) => setTimeout(wake, 100))
  expect(await state(world)).toMatchObject({ queued: 1, leaves: 6 })
})

test('an act wakes the loop: it is in its log, and signed, long before anybody looks unasked', async () => {
  await using world = await openTestWorld()
  world.sequencer.start(3_600_000)
  // The runs that begin unasked are over.
  await expect.poll(async () => (await state(world)).unsigned, { timeout: 10_000 }).toBe(0)
  for (const n of [1, 2, 3]) {
    await ticks(world, { haishu: 1 })
    await expect
      .poll(async () => await state(world), { timeout: 10_000, interval: 5 })
      .toMatchObject({ queued: 0, leaves: n, unsigned: 0 })
  }
  expect(await checkLogs(world)).toEqual({ haishu: 3 })
})
