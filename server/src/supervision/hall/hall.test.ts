import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import { endAccess } from '../../people/access/acts.ts'
import { beginWindow, confirmWindow } from '../../people/temporary/acts.ts'
import { Tx } from '../../platform/db/tx.ts'
import { hall } from './queries.ts'
import type { Hall } from './rules.ts'

let world: TestWorld
let head: Someone
let leader: Someone
beforeAll(async () => {
  // 09:30 in Ningbo.
  world = await openTestWorld({ now: '2026-03-09T01:30:00Z' })
  head = await world.person('head', ['centre_lead'])
  leader = await world.person('leader', ['district_lead'])
}, 120_000)
afterAll(() => world[Symbol.asyncDispose]())

/** As the page of somebody who has not signed in reads it. */
async function shown(office: string): Promise<Hall | string> {
  const client = await world.pools.app.connect()
  try {
    const found = await (hall as { run(tx: Tx, params: object, deps: unknown): Promise<unknown> }).run(
      new Tx(client),
      { office },
      world.deps,
    )
    return (found as { code?: string }).code ?? (found as Hall)
  } finally {
    client.release()
  }
}
const leaders = async () => ((await shown('haishu')) as Hall).leaders.map((one) => [one.duty.zh, one.until])

test('the screen shows a leader at the window from the confirmation until the end, and not before or after', async () => {
  const asked = await world.as(head, beginWindow, {
    district: 'haishu',
    duty: 'acceptance',
    until: '12:00',
    reason: '领导值班日',
  })
  const { temporaryId } = (asked as { result: { temporaryId: string } }).result
  expect(await leaders()).toEqual([])
  const confirmed = await world.as(leader, confirmWindow, { district: 'haishu', temporaryId })
  expect(await leaders()).toEqual([['受理', '2026-03-09T04:00:00+00:00']])
  expect(((await shown('yuyao')) as Hall).leaders).toEqual([])
  await world.setClock('2026-03-09T04:00:00Z')
  expect(await leaders()).toEqual([])
  // Ended early, it is off the screen at once.
  await world.setClock('2026-03-09T02:00:00Z')
  expect(await leaders()).toHaveLength(1)
  const { grantId } = (confirmed as { result: { grantId: string } }).result
  expect(
    await world.as(leader, endAccess, { district: 'haishu', grantId, reason: '提前结束' }),
  ).toMatchObject({
    ok: true,
  })
  expect(await leaders()).toEqual([])
})

test.each(['nowhere', 'city'])('%s has no hall', async (office) => {
  expect(await shown(office)).toBe('not_found')
})

test('it tells counts, terms and nothing else', async () => {
  const found = (await shown('haishu')) as Hall
  expect(Object.keys(found).sort()).toEqual([
    'applied',
    'at',
    'businesses',
    'finished',
    'id',
    'late',
    'leaders',
    'office',
    'underWay',
  ])
  expect([found.applied, found.finished, found.underWay, found.late]).toEqual([0, 0, 0, 0])
  expect(found.businesses[0]).toMatchObject({ code: 'T01', legalDays: 30, promisedDays: 3 })
})
