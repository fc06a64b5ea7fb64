import { expect, test } from 'vitest'
import { bench } from '../../bench/bench.ts'
import { benchBoard } from '../../bench/board.ts'
import { benchCustody } from '../../bench/custody.ts'
import { benchEvidence } from '../../bench/evidence.ts'
import { benchSampling } from '../../bench/sampling.ts'
import { demoFolder } from './demo.ts'

test.each([
  ['acts', [1, 8]],
  ['case', [2]],
] as const)(
  'the bench of %s gives whole figures and no request of it fails',
  async (what, concurrencies) => {
    const said: string[] = []
    const result = await bench(what, {
      seconds: 0.5,
      say: (words) => said.push(words),
      concurrencies,
      seeded: await demoFolder(),
    })
    expect(result.failed, said.join('\n')).toBe(0)
    expect(JSON.parse(JSON.stringify(result))).toEqual({
      what,
      perSecond: expect.any(Number),
      p50Ms: expect.any(Number),
      p95Ms: expect.any(Number),
      p99Ms: expect.any(Number),
      floorPerSecond: expect.any(Number),
      ratioToFloor: expect.any(Number),
      evidenceCost: expect.any(Number),
      evidenceCpuCost: process.platform === 'linux' ? expect.any(Number) : null,
      failed: 0,
      machine: {
        cores: expect.any(Number),
        cpu: expect.any(String),
        node: process.version,
        postgres: expect.stringMatching(/^\d+\.\d+/),
      },
      runs: concurrencies.map((concurrency) => expect.objectContaining({ concurrency })),
      table: expect.stringContaining('SQL floor'),
      ...(what === 'case' ? { actsPerCase: expect.any(Number) } : {}),
    })
    expect(result.perSecond).toBeGreaterThan(0)
    expect(result.floorPerSecond).toBeGreaterThan(0)
    expect(result.p50Ms).toBeLessThanOrEqual(result.p99Ms)
  },
  180_000,
)

test('the bench of the evidence log gives whole figures, and what it proves and verifies holds', async () => {
  const said: string[] = []
  const result = await benchEvidence({
    seconds: 0.5,
    say: (words) => said.push(words),
    waiting: 5000,
    verified: 3000,
    proven: 70_000,
    seeded: await demoFolder(),
  })
  const delay = { p50Ms: expect.any(Number), p99Ms: expect.any(Number) }
  expect(JSON.parse(JSON.stringify(result)), said.join('\n')).toEqual({
    what: 'evidence',
    commitToSequenced: delay,
    sequencedToQuorum: delay,
    actsFollowed: expect.any(Number),
    leavesPerSecond: expect.any(Number),
    floorLeavesPerSecond: expect.any(Number),
    verifiedPerSecond: expect.any(Number),
    floorVerifiedPerSecond: expect.any(Number),
    verifiedCpuMicros: expect.any(Number),
    proof: { ...delay, leaves: 70_000, hashes: 17 },
    floorProof: delay,
    table: expect.stringContaining('sequenced to quorum'),
  })
  expect(result.actsFollowed).toBeGreaterThan(0)
}, 180_000)

test('the bench of custody moves and finds serials, and takes home a whole book', async () => {
  const said: string[] = []
  const result = await benchCustody({
    seconds: 0.2,
    say: (words) => said.push(words),
    serials: 100_000,
    bookLines: 5000,
    seeded: await demoFolder(),
  })
  expect(result, said.join('\n')).toMatchObject({ serials: 100_000, runs: 200, p95Ms: expect.any(Number) })
  expect(result.figures.map((one) => one.times)).toEqual(result.figures.map(() => expect.any(Number)))
  expect(result.book.lines).toBeGreaterThanOrEqual(5000)
  expect(result.book.bytes).toBeGreaterThan(50_000)
}, 180_000)

test('the bench of the board looks at it in every way, and no look fails', async () => {
  const said: string[] = []
  const result = await benchBoard({
    say: (words) => said.push(words),
    acts: 100_000,
    days: 30,
    looks: 3,
    seeded: await demoFolder(),
  })
  expect(result.acts, said.join('\n')).toBeGreaterThan(50_000)
  expect(result.findings).toBeGreaterThanOrEqual(20_000)
  expect(result.figures.map((one) => one.times)).toEqual([3, 3, 3, 3, 3])
}, 180_000)

test('the bench of sampling draws as many as were asked for', async () => {
  const said: string[] = []
  const result = await benchSampling({
    say: (words) => said.push(words),
    candidates: 20_000,
    size: 100,
    times: 2,
    seeded: await demoFolder(),
  })
  expect(result, said.join('\n')).toMatchObject({ candidates: 20_000, strata: 12, sampled: 100 })
  expect(result.ratio).toBeGreaterThan(0)
}, 180_000)
