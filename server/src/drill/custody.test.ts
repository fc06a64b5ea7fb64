import { expect, test } from 'vitest'
import { type Keepers, openStore } from '../../test/store.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { CustodyModel, type Player } from './custody-model.ts'
import { type Walker, walkCustody } from './custody-walk.ts'

const duties: Record<string, string[]> = {
  keeper: ['certificate_keeping'],
  otherKeeper: ['certificate_keeping'],
  printer: ['certificate_keeping', 'printing'],
  otherPrinter: ['printing'],
  head: ['centre_lead'],
  leader: ['district_lead'],
  superior: ['district_lead'],
  clerk: ['acceptance', 'issuing'],
}

test.each([11, 12])(
  'a random history of many people (seed %i): every step and every sum agree with a plain model',
  async (seed) => {
    await using store = await openStore([{}, {}])
    const cases = [
      await store.bringTo('sealing', store.homes[0]!),
      await store.bringTo('sealing', store.homes[1]!),
    ]
    const walkers = new Map<string, Walker>(
      Object.entries(store.keepers)
        .filter(([name]) => name in duties)
        .map(([name, { id, token }]) => [
          name,
          { id, token, duties: duties[name]!, city: name === 'superior' },
        ]),
    )
    const picture = await store.upload(store.staff.clerk)
    const report = await walkCustody({
      world: store,
      district: 'haishu',
      walkers,
      perform: (who, act, input) => store.as(store.keepers[who as keyof Keepers], act, input),
      picture,
      cases,
      seed,
      steps: 220,
    })
    expect(report).toMatchObject({ steps: 220, problems: [], mismatches: 0 })
    // It was not all refused, and not all let through.
    expect(report.done).toBeGreaterThan(50)
    expect(report.refused).toBeGreaterThan(50)
    expect(Object.keys(report.refusals).length).toBeGreaterThan(4)
    await store.sequencer.drain()
    expect(await verifyEverything(store.pools.auditor, store.deps.vault)).toMatchObject({
      ok: true,
      problems: [],
    })
  },
  300_000,
)

test('the model itself refuses: a walk against one that forgot a rule is told as a mismatch', async () => {
  await using store = await openStore()
  const walkers = new Map<string, Walker>(
    Object.entries(store.keepers)
      .filter(([name]) => name in duties)
      .map(([name, { id, token }]) => [name, { id, token, duties: [], city: false }]),
  )
  const picture = await store.upload(store.staff.clerk)
  // These players are said to hold no duty, so the model refuses everything that the ledger does.
  const report = await walkCustody({
    world: store,
    district: 'haishu',
    walkers,
    perform: (who, act, input) => store.as(store.keepers[who as keyof Keepers], act, input),
    picture,
    cases: [],
    seed: 5,
    steps: 40,
  })
  expect(report.mismatches).toBeGreaterThan(0)
  expect(report.problems.join()).toContain('should have been refused')
}, 120_000)

test('the model keeps a serial in one place and counts every one', () => {
  const players = new Map<string, Player>([['a', { id: 'a', duties: ['certificate_keeping'], city: false }]])
  const model = new CustodyModel(players)
  for (let serial = 1; serial <= 9; serial++)
    model.where.set(`certificate/D/${serial}`, serial < 4 ? 'void' : 'store')
  expect(model.apply({ who: 'a', act: 'void', kind: 'certificate', edition: 'D', first: 4, last: 5 })).toBe(
    true,
  )
  expect(model.apply({ who: 'a', act: 'void', kind: 'certificate', edition: 'D', first: 5, last: 6 })).toBe(
    false,
  )
  expect([...model.balance()]).toEqual([
    ['certificate/D/void', 5],
    ['certificate/D/store', 4],
  ])
})
