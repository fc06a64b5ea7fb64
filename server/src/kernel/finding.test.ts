import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../test/world.ts'
import { act } from './act.ts'
import { statusOf } from './control.ts'
import { openFinding } from './finding.ts'

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
test('one fault is one open finding', async () => {
  await using world = await openTestWorld()
  const [ada, ben] = await Promise.all([
    world.person('ada', ['inspection']),
    world.person('ben', ['recording']),
  ])
  expect(await found(world, ada)).not.toBeNull()
  expect(await found(world, ben)).toBeNull()
  expect(await found(world, ben, 'another')).not.toBeNull()
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
