import { expect, inject, test } from 'vitest'
import { openTestWorld, type TestWorld } from '../../../test/world.ts'
import { openDatabase } from '../../app/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { allMigrations, migrate } from '../../platform/db/migrate.ts'
import { approveMaintenance, executeMaintenance, requestMaintenance } from './acts.ts'
import { reindex } from './reindex.ts'

const probe = { number: 9999, name: '9999_probe', sql: 'create table people.probe (x integer)', sha256: 'x' }
const district = 'city'

/** An order that three persons of this world brought as far as asked for. */
async function order(world: TestWorld, kind: string, target: string, as: 'asked' | 'approved' | 'released') {
  const [head, security, system] = [
    await world.person('lead', ['district_lead'], 'city'),
    await world.person('security', ['admin_security'], 'city'),
    await world.person('system', ['admin_system'], 'city'),
  ]
  const asked = await world.as(head, requestMaintenance, {
    district,
    kind,
    target,
    reason: '按计划升级系统',
    hours: 2,
  })
  const { orderId } = (asked as { result: { orderId: string } }).result
  const steps = [
    [security, approveMaintenance, { district, orderId, word: '同意' }],
    [system, executeMaintenance, { district, orderId }],
  ] as const
  for (const [who, act, input] of steps.slice(0, { asked: 0, approved: 1, released: 2 }[as]))
    expect(await world.as(who, act, input)).toMatchObject({ ok: true })
  return orderId
}

async function migrating(world: TestWorld): Promise<string> {
  const admin = await world.admin()
  try {
    return (await migrate(admin, world.secrets, [...allMigrations(), probe])).join()
  } catch (error) {
    return (error as Error).message
  } finally {
    await admin.end()
  }
}

test('an empty installation migrates without an order, and so does a demo', async () => {
  await using empty = await openTestWorld()
  expect(await migrating(empty)).toBe('9999_probe')
  await using demo = await openTestWorld()
  await demo.person('ada', [])
  await demo.superuser(`insert into kernel.setting values ('demo', 'true')`)
  expect(await migrating(demo)).toBe('9999_probe')
})

test('where people work and nothing is pending, no order is asked for', async () => {
  await using world = await openTestWorld()
  await world.person('ada', [])
  const admin = await world.admin()
  expect(await migrate(admin, world.secrets)).toEqual([])
  await admin.end()
})

test.each<
  [
    what: string,
    target: string,
    as: 'asked' | 'approved' | 'released',
    later: string | null,
    allowed: boolean,
  ]
>([
  ['asked for', '9999_probe', 'asked', null, false],
  ['approved', '9999_probe', 'approved', null, false],
  ['released', '9999_probe', 'released', null, true],
  ['released for another migration', '0056_maintenance', 'released', null, false],
  ['released and expired', '9999_probe', 'released', '2026-03-09T04:00:00Z', false],
])('where people work, with an order %s', async (_, target, as, later, allowed) => {
  await using world = await openTestWorld({ now: '2026-03-09T01:30:00Z' })
  const id = await order(world, 'migration', target, as)
  if (later) await world.setClock(later)
  const said = await migrating(world)
  if (!allowed) {
    expect(said).toMatch(/^This version brings migrations up to 9999_probe, and people work/)
    expect(await world.superuser(`select 1 from migration.applied where number = 9999`)).toEqual([])
    return
  }
  expect(said).toBe('9999_probe')
  // The next opening records it under the order, once, whether or not the start before was cut short.
  await world.superuser('delete from migration.applied where number = 9999 and order_id is null')
  for (let i = 0; i < 2; i++) {
    const { cluster, database, secrets } = world
    await (
      await openDatabase(cluster, database, secrets, {
        dataDir: inject('dataDir'),
        origin: 'http://localhost',
      })
    ).close()
  }
  expect(
    await world.superuser('select state, result from people.maintenance_order where id = $1', [id]),
  ).toEqual([{ state: 'done', result: '9999_probe' }])
  await world.sequencer.drain()
  expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({ problems: [] })
})

test.each<
  [as: 'asked' | 'approved' | 'released', kind: string, first: string | RegExp, second: string | RegExp]
>([
  ['asked', 'reindex', /not been approved and carried out/, /not been approved and carried out/],
  ['approved', 'reindex', /not been approved and carried out/, /not been approved and carried out/],
  ['released', 'reindex', 'rebuilt', /has been used/],
  ['released', 'migration', /no maintenance order of kind/, /no maintenance order of kind/],
])('with an order %s of kind %s, indexes are rebuilt at most once', async (as, kind, first, second) => {
  await using world = await openTestWorld()
  const id = await order(world, kind, 'all', as)
  const token = Buffer.from(world.secrets.services.installer!, 'hex')
  const rebuild = async (orderId: string) => {
    const admin = await world.admin()
    try {
      return await reindex({ admin, kernel: world.kernel, token }, orderId).then(
        ({ tables }) => (tables > 50 ? 'rebuilt' : `only ${tables}`),
        (error: Error) => error.message,
      )
    } finally {
      await admin.end()
    }
  }
  expect(await rebuild('x')).toMatch(/id of a maintenance order/)
  expect(await rebuild(id)).toMatch(first)
  expect(await rebuild(id)).toMatch(second)
})
