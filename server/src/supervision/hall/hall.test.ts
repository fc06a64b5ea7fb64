import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import type { AnyAct } from '../../kernel/act.ts'
import { endAccess } from '../../people/access/acts.ts'
import { beginWindow, confirmWindow } from '../../people/temporary/acts.ts'
import { Tx } from '../../platform/db/tx.ts'
import { planTurn } from '../window/rota.ts'
import { signInAtWindow, signOutOfWindow } from '../window/sitting.ts'
import { hall } from './queries.ts'
import type { Hall } from './rules.ts'

let world: TestWorld
let head: Someone
let leader: Someone
let second: Someone
beforeAll(async () => {
  // 09:30 in Ningbo.
  world = await openTestWorld({ now: '2026-03-09T01:30:00Z' })
  head = await world.person('head', ['centre_lead'])
  leader = await world.person('leader', ['district_lead'])
  second = await world.person('second', ['centre_lead'])
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
const leaders = async (office = 'haishu') =>
  ((await shown(office)) as Hall).leaders.map((one) => [
    one.name,
    one.signedIn ? 'signed in' : 'planned',
    one.windowNo,
    one.until,
  ])
const of = { district: 'haishu' }
async function must<R>(who: Someone, one: AnyAct, input: object): Promise<R> {
  const outcome = await world.as(who, one, { ...of, ...input })
  if (!outcome.ok) throw new Error(`${one.type}: ${outcome.refusal.code}`)
  return outcome.result as R
}
/** Holds the post at the window until an hour of the day: asked for, and confirmed by another. */
async function post(who: Someone, by: Someone, until: string): Promise<string> {
  const asked = { duty: 'acceptance', until, reason: '领导值班日' }
  const { temporaryId } = await must<{ temporaryId: string }>(who, beginWindow, asked)
  return (await must<{ grantId: string }>(by, confirmWindow, { temporaryId })).grantId
}
const turn = (who: Someone, windowNo: number, half: 'am' | 'pm') =>
  must(leader, planTurn, { personId: who.id, duty: 'acceptance', windowNo, day: '2026-03-09', half })

test('the screen shows whom the rota names until they sign in, then who signed in, until they sign out', async () => {
  expect(await leaders()).toEqual([])
  await turn(head, 3, 'am')
  await turn(leader, 5, 'pm')
  const planned = ['head', 'planned', 3, '2026-03-09T04:00:00+00:00']
  expect(await leaders()).toEqual([planned])
  // To hold the post for a day is not to sit there.
  await post(head, leader, '12:00')
  expect(await leaders()).toEqual([planned])
  const { turnId } = await must<{ turnId: string }>(head, signInAtWindow, { windowNo: 3 })
  expect(await leaders()).toEqual([['head', 'signed in', 3, '2026-03-09T04:00:00+00:00']])
  expect(await leaders('yuyao')).toEqual([])
  await world.setClock('2026-03-09T03:00:00Z')
  const fine = { dress: true, hours: true, procedure: true, noneSeen: true }
  await must(head, signOutOfWindow, { turnId, ...fine })
  expect(await leaders()).toEqual([])
})

test('who takes the window of another is shown in their place; a post ended early, and closing time, take them off at once', async () => {
  await world.setClock('2026-03-09T04:20:00Z')
  expect(await leaders()).toEqual([])
  await world.setClock('2026-03-09T04:40:00Z')
  expect(await leaders()).toEqual([['leader', 'planned', 5, '2026-03-09T09:00:00+00:00']])
  const grantId = await post(second, leader, '17:00')
  await must(second, signInAtWindow, { windowNo: 5 })
  expect(await leaders()).toEqual([['second', 'signed in', 5, '2026-03-09T09:00:00+00:00']])
  await must(leader, endAccess, { grantId, reason: '提前结束' })
  expect(await leaders()).toEqual([['leader', 'planned', 5, '2026-03-09T09:00:00+00:00']])
  await world.setClock('2026-03-09T09:00:00Z')
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
