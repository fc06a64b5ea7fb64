import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../test/world.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { act } from './act.ts'
import { statusOf } from './control.ts'
import { type FindingState, findingRefusal, findingStates, openFinding, stepFinding } from './finding.ts'

/** Opens a finding by the hand of whoever does it. */
const find = act({
  type: 'probe.find',
  title: { zh: '发现', en: 'Find' },
  clauses: ['7.4'],
  actors: ['person', 'service'],
  duties: [],
  input: Type.Object({ key: Type.String() }),
  result: Type.Object({ id: Type.Union([Type.String(), Type.Null()]) }),
  async handle({ tx, district, actor }, { key }) {
    const by = actor.personId ? `person:${actor.personId}` : 'service:detector'
    return {
      id: await openFinding(tx, district, by, {
        kind: 'probe',
        clause: '7.4',
        severity: 'high',
        subject: 'unit 1',
        dedupeKey: key,
        summary: { zh: '账实不符', en: 'books differ' },
      }),
    }
  },
})

const found = async (world: TestWorld, who: Someone, key = 'k'): Promise<string | null> => {
  const answer = await world.as(who, find, { key })
  if (!answer.ok) throw new Error(answer.refusal.code)
  return (answer.result as { id: string | null }).id
}
const step = async (
  world: TestWorld,
  who: Someone,
  findingId: string,
  to: FindingState | 'open',
  district = 'haishu',
): Promise<string> => {
  const answer = await world.as(who, stepFinding, {
    district,
    findingId,
    to,
    note: `${to} by ${who.username}`,
  })
  return answer.ok ? 'done' : answer.refusal.code
}

// Where the finding stands, where it should go, who asks. Found by Ada, fixed by Ben.
const person = (name: string) => ({ opened_by: 'person:ada', fixed_by: null as string | null, name })
test.each(findingStates.flatMap((state) => findingStates.map((to) => [state, to] as const)))(
  'from %s to %s: only the next step, and none after closing',
  (state, to) => {
    const late = ['fixed', 'verified', 'closed'].includes(state)
    const refusal = findingRefusal(
      { state, opened_by: person('ada').opened_by, fixed_by: late ? 'ben' : null },
      to,
      'eva',
    )
    const next = {
      open: 'noticed',
      noticed: 'planned',
      planned: 'fixed',
      fixed: 'verified',
      verified: 'closed',
      closed: null,
    }[state]
    expect(refusal?.code ?? null).toBe(
      state === 'closed' ? 'finding_closed' : to === next ? null : 'finding_order',
    )
  },
)

test.each([
  ['ada', 'who found it', 'verify_own'],
  ['ben', 'who fixed it', 'verify_own'],
  ['eva', 'somebody else', null],
] as const)('the fix is verified by %s, %s: %s', (name, _, outcome) => {
  expect(
    findingRefusal({ state: 'fixed', opened_by: 'person:ada', fixed_by: 'ben' }, 'verified', name)?.code ??
      null,
  ).toBe(outcome)
  expect(
    findingRefusal({ state: 'fixed', opened_by: 'service:detector', fixed_by: 'ben' }, 'verified', 'ada'),
  ).toBeNull()
})

test('a finding goes from open to closed by five acts, each recorded, and the one who fixed or found it may not verify', async () => {
  await using world = await openTestWorld()
  const [ada, ben, eva] = await Promise.all([
    world.person('ada', ['inspection']),
    world.person('ben', ['recording']),
    world.person('eva', ['district_lead']),
  ])
  const id = (await found(world, ada))!
  const walk: [Someone, FindingState, string][] = [
    [ben, 'fixed', 'finding_order'],
    [eva, 'closed', 'finding_order'],
    [ada, 'noticed', 'done'],
    [ada, 'noticed', 'finding_order'],
    [ben, 'planned', 'done'],
    [ben, 'verified', 'finding_order'],
    [ben, 'fixed', 'done'],
    [ben, 'verified', 'verify_own'],
    [ada, 'verified', 'verify_own'],
    [eva, 'closed', 'finding_order'],
    [eva, 'verified', 'done'],
    [ada, 'closed', 'done'],
    [eva, 'closed', 'finding_closed'],
  ]
  for (const [who, to, outcome] of walk)
    expect(await step(world, who, id, to), `${who.username} → ${to}`).toBe(outcome)
  expect(
    await world.superuser(
      'select state, fixed_by, verified_by, opened_by from kernel.finding where id = $1',
      [id],
    ),
  ).toEqual([{ state: 'closed', fixed_by: ben.id, verified_by: eva.id, opened_by: `person:${ada.id}` }])
  // Steps are the story, one act each; the row is what they add up to.
  const steps = await world.superuser<{ state: string; no: number; person_id: string }>(
    "select s.no, s.state, s.person_id from kernel.finding_step s join kernel.act a on a.id = s.act_id and a.outcome = 'done' where finding_id = $1 order by no",
    [id],
  )
  expect(steps).toEqual([
    { no: 1, state: 'noticed', person_id: ada.id },
    { no: 2, state: 'planned', person_id: ben.id },
    { no: 3, state: 'fixed', person_id: ben.id },
    { no: 4, state: 'verified', person_id: eva.id },
    { no: 5, state: 'closed', person_id: ada.id },
  ])
  await world.sequencer.drain()
  expect((await verifyEverything(world.pools.auditor, world.deps.vault)).problems).toEqual([])
})

test('one fault is one open finding; after it is closed the same fault opens a new one', async () => {
  await using world = await openTestWorld()
  const [ada, ben, eva] = await Promise.all([
    world.person('ada', ['inspection']),
    world.person('ben', ['recording']),
    world.person('eva', ['district_lead']),
  ])
  const first = (await found(world, ada))!
  expect(await found(world, ben)).toBeNull()
  expect(await found(world, ben, 'another')).not.toBeNull()
  for (const [who, to] of [
    [ada, 'noticed'],
    [ada, 'planned'],
    [ben, 'fixed'],
  ] as const)
    expect(await step(world, who, first, to)).toBe('done')
  expect(await found(world, ada)).toBeNull()
  expect(await step(world, eva, first, 'verified')).toBe('done')
  expect(await found(world, ada)).toBeNull()
  expect(await step(world, eva, first, 'closed')).toBe('done')
  expect(await found(world, ada)).not.toBeNull()
})

test('ten who find the same fault at once open one finding, and nobody meets a fault', async () => {
  await using world = await openTestWorld()
  const ada = await world.person('ada', ['inspection'])
  for (const key of ['warm up', 'one', 'two', 'three']) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.as(ada, find, { key })))
    expect(answers.map((one) => (one.ok ? 'done' : one.refusal.code))).toEqual(Array(10).fill('done'))
    expect(answers.filter((one) => one.ok && (one.result as { id: string | null }).id !== null)).toHaveLength(
      1,
    )
  }
  expect(await world.superuser('select count(*)::int as n from kernel.finding')).toEqual([{ n: 4 }])
})

test.each([
  ['without one of the duties', ['printing'], 'haishu', 'no_duty'],
  ['from another district', ['inspection'], 'jiangbei', 'wrong_district'],
  ['from the city', ['inspection'], 'city', 'done'],
] as const)('a finding of Haishu is moved %s: %o of %s gets %s', async (_, duties, home, outcome) => {
  await using world = await openTestWorld()
  const ada = await world.person('ada', ['inspection'])
  const id = (await found(world, ada))!
  expect(await step(world, await world.person('other', [...duties], home), id, 'noticed')).toBe(outcome)
})

test('a finding of another district is not found in this one', async () => {
  await using world = await openTestWorld()
  const ada = await world.person('ada', ['inspection'])
  const jun = await world.person('jun', ['inspection'], 'jiangbei')
  const id = (await found(world, ada))!
  expect(await step(world, jun, id, 'noticed', 'jiangbei')).toBe('not_found')
  expect(await step(world, ada, id, 'noticed')).toBe('done')
})

// The schema repeats the rule: what the code might forget, the row refuses.
test.each([
  [
    'verified by who fixed it',
    `fixed_by = $2, verified_by = $2, state = 'verified'`,
    'finding_verified_by_another',
  ],
  ['verified by who opened it', `verified_by = $1, state = 'verified'`, 'finding_verified_by_another'],
  ['closed by nobody', `state = 'closed'`, 'finding_verified_before_closed'],
  ['verified by nobody', `state = 'verified'`, 'finding_verified_before_closed'],
  ['verified by another', `fixed_by = $2, verified_by = $3, state = 'verified'`, 'stored'],
] as const)('in the database a finding is %s: %s → %s', async (_, set, outcome) => {
  await using world = await openTestWorld()
  const [ada, ben, eva] = await Promise.all([
    world.person('ada', ['inspection']),
    world.person('ben', []),
    world.person('eva', []),
  ])
  await found(world, ada)
  const update = world.superuser(
    `update kernel.finding set ${set} where opened_by <> concat($1::uuid, $2::uuid, $3::uuid)`,
    [ada.id, ben.id, eva.id],
  )
  expect(
    await update.then(
      () => 'stored',
      (error: { constraint?: string }) => error.constraint,
    ),
  ).toBe(outcome)
})

test.each([
  ['no evidence at all', {}, 'grey'],
  ['acts only', { governed: 3 }, 'green'],
  ['refusals only', { refused: 1 }, 'green'],
  ['something due', { governed: 3, due: 1 }, 'amber'],
  ['something overdue', { governed: 3, due: 1, overdue: 1 }, 'red'],
  ['something open', { governed: 3, due: 1, found: 1, open: 1 }, 'red'],
  ['something found and closed', { found: 1 }, 'green'],
] as const)('a control with %s is %o → %s', (_, counts, status) => {
  expect(statusOf({ governed: 0, refused: 0, due: 0, overdue: 0, found: 0, open: 0, ...counts })).toBe(status)
})
