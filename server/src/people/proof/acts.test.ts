import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import '../../app/capabilities.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { isRefusal } from '../../kernel/act.ts'
import { mutantsOf } from '../../kernel/proof/prove.ts'
import type { Query } from '../../kernel/query.ts'
import { dutyTable } from '../duties.ts'
import { startProof } from './acts.ts'
import { dutyProof } from './queries.ts'

let world: TestWorld
let inspector: Someone
beforeAll(async () => {
  world = await openTestWorld()
  world.deps.proofs.bounds = [{ flow: 'survey', persons: 3, returns: 0 }]
  inspector = await world.person('inspector', ['inspection'], 'city')
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

interface Seen {
  running: { done: number; total: number } | null
  fault: string | null
  last: null | {
    askedBy: string
    current: boolean
    actId: string
    proof: {
      states: number
      rules: number
      mutantsKilled: number
      violations: object[]
      mutants: {
        name: { zh: string; en: string }
        clause: string
        killed: boolean
        path: { move: { zh: string } }[]
      }[]
    }
  }
}
const look = async (): Promise<Seen> => {
  const seen = await world.kernel.read(inspector.token, (ctx) => (dutyProof as Query).run(ctx, {}))
  if (isRefusal(seen)) throw new Error(seen.code)
  return seen as unknown as Seen
}

test('a proof is asked for, made beside everything else, and what it says stands in the log with the path each rule closes', async () => {
  expect(await look()).toMatchObject({ running: null, last: null, fault: null })
  expect(await world.as(inspector, startProof, {})).toMatchObject({ ok: true })
  expect((await look()).running).not.toBeNull()
  expect(await world.as(inspector, startProof, {})).toMatchObject({
    ok: false,
    refusal: { code: 'proof_running' },
  })
  await world.deps.proofs.idle()
  const { running, last, fault } = await look()
  expect([running, fault]).toEqual([null, null])
  expect(last).toMatchObject({ askedBy: 'inspector', current: true })
  const { proof } = last!
  const rules = mutantsOf(dutyTable)
  expect(proof).toMatchObject({ rules: rules.length, mutantsKilled: rules.length, violations: [] })
  expect(proof.states).toBeGreaterThan(10_000)
  expect(proof.mutants.map((one) => [one.name, one.clause])).toEqual(
    rules.map((one) => [one.name, one.clause]),
  )
  for (const { name, clause, path } of proof.mutants) {
    expect(clause).toMatch(/^\d\.\d$/)
    expect(path.length, name.en).toBeGreaterThan(0)
    for (const { move } of path) expect(move.zh, name.en).toMatch(/[\u4e00-\u9fff]/)
  }
  await world.sequencer.drain()
  expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
  // The figures are what the log commits to: one of them changed behind its back is found.
  await world.superuser(
    `begin; set local session_replication_role = replica;
     update kernel.act_value set value = convert_to(replace(convert_from(value, 'UTF8'), '"mutantsKilled":', '"mutantsKilled":1'), 'UTF8') where field = 'in.proof'; commit`,
  )
  const { problems } = await verifyEverything(world.pools.auditor, world.deps.vault)
  expect(new Set(problems.map((one) => one.act))).toEqual(new Set([last!.actId]))
}, 300_000)

test('a proof that is cut short leaves no result and says so', async () => {
  const before = (await look()).last?.actId
  expect(await world.as(inspector, startProof, {})).toMatchObject({ ok: true })
  await world.deps.proofs.stop()
  const seen = await look()
  expect(seen.last?.actId).toBe(before)
  expect(seen).toMatchObject({ running: null, fault: expect.stringContaining('stopped') })
})
