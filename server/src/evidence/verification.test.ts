import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import type { Someone } from '../../test/world.ts'
import { viewRegister } from '../register/acts.ts'
import { endVerification, startVerification, verifications } from './verification.ts'
import { verifyEverything } from './verify.ts'

interface Runs {
  running: { checked: number; total: number } | null
  items: {
    runId: string
    state: string
    person: string
    leaves: number | null
    problems: {
      code: string
      message: string
      act: string | null
      thing: { kind: string; id: string } | null
    }[]
  }[]
}

let town: Town
let inspector: Someone
let auditor: Someone
let desk: Someone
const runs = async (): Promise<Runs> =>
  (await town.kernel.read(inspector.token, (ctx) => verifications.run(ctx as never, {}, town.deps))) as Runs

beforeAll(async () => {
  town = await openTown([{}, {}])
  inspector = await town.person('inspector', ['inspection'], 'city')
  auditor = await town.person('auditor', ['admin_audit'], 'city')
  desk = await town.person('desk', ['enquiry'])
  await town.sequencer.drain()
}, 120_000)
afterAll(() => town[Symbol.asyncDispose]())

test.each([
  ['somebody without the duty', async () => town.staff.clerk, 'no_duty'],
  ['an inspector of a district', () => town.person('local', ['inspection']), 'city_bureau_only'],
] as const)('%s may not start one', async (_, who, code) => {
  expect(await town.as(await who(), startVerification, {})).toMatchObject({ ok: false, refusal: { code } })
  expect(town.deps.verifications.running).toBeNull()
})

test('one runs at a time, beside everything else; its result is an act, and it stands in the history', async () => {
  const started = await town.as(inspector, startVerification, {})
  expect(started.ok).toBe(true)
  expect(town.deps.verifications.running).not.toBeNull()
  expect(await town.as(auditor, startVerification, {})).toMatchObject({
    ok: false,
    refusal: { code: 'verification_running', status: 409 },
  })
  expect((await runs()).items[0]).toMatchObject({ state: 'running', person: 'inspector', leaves: null })
  expect((await town.as(desk, viewRegister, { unitCode: town.homes[0]!.code, purpose: 'enquiry' })).ok).toBe(
    true,
  )
  await town.deps.verifications.idle()
  expect(town.deps.verifications.fault).toBeNull()
  const after = await runs()
  expect(after.running).toBeNull()
  expect(after.items[0]).toMatchObject({ state: 'good', problems: [] })
  expect(after.items[0]!.leaves).toBeGreaterThan(5)
  expect((await town.as(auditor, startVerification, {})).ok).toBe(true)
  await town.deps.verifications.idle()
  expect((await runs()).items.map((run) => run.person)).toEqual(['auditor', 'inspector'])
})

test('two who start in the same moment: one runs, the other is refused', async () => {
  // The one that runs waits for a connection until both have been answered, or it might have ended by then.
  const { auditor: pool } = town.pools
  const taken = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()))
  const outcomes = await Promise.all([
    town.as(inspector, startVerification, {}),
    town.as(auditor, startVerification, {}),
  ])
  for (const client of taken) client.release()
  expect(outcomes.map((one) => (one.ok ? 'done' : one.refusal.code)).sort()).toEqual([
    'done',
    'verification_running',
  ])
  await town.deps.verifications.idle()
})

test('the progress counts the leaves looked at up to all there were', async () => {
  expect((await town.as(inspector, startVerification, {})).ok).toBe(true)
  const seen: number[] = []
  let total = 0
  while (town.deps.verifications.running) {
    const { checked, total: of } = town.deps.verifications.running
    seen.push(checked)
    total = Math.max(total, of)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await town.deps.verifications.idle()
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  expect(total).toBeGreaterThan(5)
  expect(seen.at(-1)).toBeLessThanOrEqual(total)
})

test('nobody but the service may say that a run ended', async () => {
  const claim = { district: 'city', runId: crypto.randomUUID(), acts: 1, leaves: 1, rows: 1, problems: [] }
  expect(await town.as(inspector, endVerification, claim)).toMatchObject({
    ok: false,
    refusal: { code: 'wrong_actor' },
  })
})

test('a row changed behind our back is listed with what leads to it, and becomes one finding however often it is found', async () => {
  await town.superuser(
    `set session_replication_role = replica; update register.entry set body = body || '{"reason":"x"}' where unit_code = '${town.homes[1]!.code}'`,
  )
  for (let i = 0; i < 2; i++) {
    expect((await town.as(inspector, startVerification, {})).ok).toBe(true)
    await town.deps.verifications.idle()
  }
  expect(town.deps.verifications.fault).toBeNull()
  const [latest] = (await runs()).items
  expect(latest).toMatchObject({
    state: 'bad',
    problems: [{ code: 'row_changed', thing: { kind: 'unit', id: town.homes[1]!.code } }],
  })
  const findings = await town.superuser<{ summary_zh: string; severity: string }>(
    `select summary_zh, severity from kernel.finding where kind = 'verify_problem'`,
  )
  expect(findings).toEqual([{ severity: 'critical', summary_zh: expect.stringContaining('register.entry') }])
  // What was written down about it is itself in the log and verifies.
  await town.sequencer.drain()
  const { problems } = await verifyEverything(town.pools.auditor, town.deps.vault)
  expect(problems.map((one) => one.code)).toEqual(['row_changed'])
})

test('a run that was cut off is told as such', async () => {
  await town.superuser(`set session_replication_role = replica; insert into evidence.verify_run (district, person_id, at, act_id)
    select 'city', '${inspector.id}', now() + interval '1 hour', gen_random_uuid()`)
  expect((await runs()).items[0]).toMatchObject({ state: 'interrupted' })
})
