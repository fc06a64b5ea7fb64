import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import '../../app/capabilities.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import type { Outcome } from '../../kernel/perform.ts'
import { endAccess } from '../access/acts.ts'
import { startLeave } from '../departure.ts'
import { approveCover, askCover, beginWindow, confirmWindow, refuseTemporaryDuty } from './acts.ts'

let world: TestWorld
const people: Record<string, Someone> = {}
const district = 'haishu'

beforeAll(async () => {
  // 09:30 in Ningbo.
  world = await openTestWorld({ now: '2026-03-09T01:30:00Z' })
  for (const [name, duties, at] of [
    ['head', ['centre_lead'], 'haishu'],
    ['leader', ['district_lead'], 'haishu'],
    ['recorder', ['centre_lead', 'recording'], 'haishu'],
    ['sealer', ['centre_lead', 'sealing'], 'haishu'],
    ['clerk', ['acceptance'], 'haishu'],
    ['printer', ['printing'], 'haishu'],
    ['archivist', ['archiving'], 'haishu'],
    ['asker', ['enquiry'], 'haishu'],
    ['present', ['enquiry'], 'haishu'],
    ['stranger', ['centre_lead'], 'jiangbei'],
    ['security', ['admin_security'], 'city'],
    ['system', ['admin_system'], 'city'],
  ] as const)
    people[name] = await world.person(name, [...duties], at)
  for (const who of ['clerk', 'asker'])
    expect(
      await world.as(people.head!, startLeave, {
        district,
        personId: people[who]!.id,
        from: '2026-03-09',
        until: '2026-03-20',
        kind: 'annual',
      }),
    ).toMatchObject({ ok: true })
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

const code = (outcome: Outcome<never>): string => (outcome.ok ? 'done' : outcome.refusal.code)
const begin = (who: string, more: object = {}) =>
  world.as(people[who]!, beginWindow, {
    district,
    duty: 'acceptance',
    until: '12:00',
    reason: '领导值班日',
    ...more,
  })
const idOf = (outcome: Outcome<never>) => {
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return (outcome.result as { temporaryId: string }).temporaryId
}
const decide = (
  who: string,
  act: typeof confirmWindow | typeof approveCover | typeof refuseTemporaryDuty,
  temporaryId: string,
) => world.as(people[who]!, act as never, { district, temporaryId })
const dutiesOf = async (who: string) =>
  (await world.superuser<{ d: string[] }>('select kernel.duties_of($1) as d', [people[who]!.id]))[0]!.d
const cover = (more: object = {}) =>
  world.as(people.head!, askCover, {
    district,
    duty: 'enquiry',
    coveredId: people.asker!.id,
    personId: people.archivist!.id,
    from: '2026-03-09',
    until: '2026-03-13',
    reason: '休假期间代岗',
    ...more,
  })

test('a leader holds the post at the window once another has confirmed, and until its end the same day', async () => {
  const id = idOf(await begin('head'))
  expect(await dutiesOf('head')).toEqual(['centre_lead'])
  expect(code(await decide('leader', confirmWindow, id))).toBe('done')
  expect(await dutiesOf('head')).toEqual(['acceptance', 'centre_lead'])
  await world.setClock('2026-03-09T03:59:59Z')
  expect(await dutiesOf('head')).toEqual(['acceptance', 'centre_lead'])
  await world.setClock('2026-03-09T04:00:00Z')
  expect(await dutiesOf('head')).toEqual(['centre_lead'])
  await world.setClock('2026-03-09T01:40:00Z')
})

test('window duty is ended early by an act', async () => {
  const granted = await decide('security', confirmWindow, idOf(await begin('leader', { until: '17:00' })))
  const { grantId } = (granted as { result: { grantId: string } }).result
  expect(await dutiesOf('leader')).toEqual(['acceptance', 'district_lead'])
  expect(code(await world.as(people.leader!, endAccess, { district, grantId, reason: '值班结束' }))).toBe(
    'done',
  )
  expect(await dutiesOf('leader')).toEqual(['district_lead'])
})

test('the static matrix exempts a post at the window: who records may stand at acceptance for a morning', async () => {
  expect(code(await decide('leader', confirmWindow, idOf(await begin('recorder'))))).toBe('done')
  expect(await dutiesOf('recorder')).toEqual(['acceptance', 'centre_lead', 'recording'])
})

test.each<[what: string, who: string, more: object, outcome: string]>([
  ['by a clerk', 'printer', {}, 'window_leader'],
  ['by the security administrator', 'security', {}, 'window_leader'],
  ['in another office', 'stranger', {}, 'wrong_district'],
  ['for recording', 'head', { duty: 'recording' }, 'window_post'],
  ['for sealing', 'head', { duty: 'sealing' }, 'window_post'],
  ['for a duty nobody knows', 'head', { duty: 'emperor' }, 'window_post'],
  ['until an hour that has passed', 'head', { until: '09:00' }, 'temporary_ends_first'],
  ['until tomorrow', 'head', { until: '24:00' }, 'invalid_input'],
  ['without a reason', 'head', { reason: '  ' }, 'invalid_input'],
  ['at printing, by who seals that day', 'sealer', { duty: 'printing' }, 'both_sides'],
  ['at acceptance, by who seals that day', 'sealer', {}, 'done'],
])('window duty asked for: %s', async (_, who, more, outcome) => {
  expect(code(await begin(who, more))).toBe(outcome)
})

test.each<[who: string, outcome: string]>([
  ['head', 'confirm_own'],
  ['printer', 'no_duty'],
  ['stranger', 'wrong_district'],
  ['system', 'no_duty'],
  ['leader', 'done'],
  ['security', 'done'],
])('window duty of the head is confirmed by %s: %s', async (who, outcome) => {
  expect(code(await decide(who, confirmWindow, idOf(await begin('head'))))).toBe(outcome)
})

test('it is confirmed once, not after its end, and not after it was refused', async () => {
  const id = idOf(await begin('head'))
  expect(code(await decide('leader', refuseTemporaryDuty, id))).toBe('done')
  expect(code(await decide('security', confirmWindow, id))).toBe('temporary_decided')
  const late = idOf(await begin('head', { until: '10:00' }))
  await world.setClock('2026-03-09T02:00:00Z')
  expect(code(await decide('leader', confirmWindow, late))).toBe('temporary_over')
  const both = idOf(await begin('head'))
  const outcomes = await Promise.all(['leader', 'security'].map((who) => decide(who, confirmWindow, both)))
  expect(outcomes.map(code).sort()).toEqual(['done', 'temporary_decided'])
})

test('cover gives what the absent one holds, and ends by itself', async () => {
  const id = idOf(await cover())
  expect(code(await decide('head', approveCover, id))).toBe('no_duty')
  expect(code(await decide('leader', approveCover, id))).toBe('no_duty')
  expect(await dutiesOf('archivist')).toEqual(['archiving'])
  expect(code(await decide('security', approveCover, id))).toBe('done')
  expect(await dutiesOf('archivist')).toEqual(['archiving', 'enquiry'])
  await world.setClock('2026-03-13T16:00:00Z')
  expect(await dutiesOf('archivist')).toEqual(['archiving'])
  await world.setClock('2026-03-09T02:05:00Z')
})

test.each<[what: string, more: () => object, outcome: string]>([
  ['of a duty the absent one does not hold', () => ({ duty: 'recording' }), 'cover_own'],
  ['of somebody who is not away', () => ({ coveredId: people.present!.id }), 'cover_not_away'],
  ['beyond the leave', () => ({ until: '2026-03-25' }), 'cover_not_away'],
  ['for two months', () => ({ until: '2026-05-09' }), 'cover_bounded'],
  ['that ends before it begins', () => ({ from: '2026-03-14' }), 'temporary_ends_first'],
  ['on a day that does not exist', () => ({ until: '2026-02-30' }), 'temporary_ends_first'],
  ['by the absent one', () => ({ personId: people.asker!.id }), 'cover_oneself'],
  ['by somebody of another office', () => ({ personId: people.stranger!.id }), 'temporary_elsewhere'],
  [
    'by who holds a conflicting duty',
    () => ({ duty: 'acceptance', coveredId: people.clerk!.id, personId: people.printer!.id }),
    'cover_conflict',
  ],
])('cover asked for: %s', async (_, more, outcome) => {
  expect(code(await cover(more()))).toBe(outcome)
})

test('a duty had by cover is nobody’s own: it is covered no further', async () => {
  await decide('security', approveCover, idOf(await cover({ personId: people.printer!.id })))
  expect(await dutiesOf('printer')).toEqual(['enquiry', 'printing'])
  await world.as(people.head!, startLeave, {
    district,
    personId: people.printer!.id,
    from: '2026-03-09',
    until: '2026-03-20',
    kind: 'sick',
  })
  expect(code(await cover({ coveredId: people.printer!.id, personId: people.present!.id }))).toBe('cover_own')
})

// Whoever has the app's password and somebody's token, at the SQL prompt.
const inAct = (who: string, type: string) =>
  `select kernel.open_act('\\x${people[who]!.token.toString('hex')}'::bytea, '${type}', 'haishu', gen_random_uuid(), sha256('x'))`
const row = (kind: string, duty: string, who: string, covered: string | null, from: string, until: string) =>
  `insert into people.temporary_duty (district, kind, duty, person_id, covered_id, reason, starts_at, until)
   values ('haishu', '${kind}', '${duty}', '${people[who]!.id}', ${covered ? `'${people[covered]!.id}'` : 'null'}, '试试', '${from}', '${until}')`
async function attempt(statements: readonly string[]): Promise<string> {
  const prompt = await world.prompt('mingbu_app')
  try {
    await prompt.query('begin')
    for (const before of statements.slice(0, -1)) await prompt.query(before)
    return await prompt.query(statements.at(-1)!).then(
      () => 'done',
      (error: { constraint?: string; code?: string }) => error.constraint ?? error.code ?? '',
    )
  } finally {
    await prompt.query('rollback')
    await prompt.end()
  }
}
const nine = '2026-03-09 10:10+08'
const noon = '2026-03-09 12:00+08'

test('the app at the SQL prompt gets no duty for a time but as it was asked for and confirmed', async () => {
  const asked = idOf(await begin('head'))
  const covering = idOf(await cover({ personId: people.recorder!.id }))
  const grantIt = (id: string) => `select people.grant_temporary('${id}')`
  const window = (duty: string, who = 'head', from = nine, until = noon) =>
    row('window', duty, who, null, from, until)
  const table: [string, string[], string][] = [
    ['asks in another act', [inAct('head', 'cover.ask'), window('acceptance')], 'MB081'],
    [
      'a clerk at the window',
      [inAct('head', 'window.begin'), window('acceptance', 'archivist')],
      'temporary_window_leader',
    ],
    [
      'another leader',
      [inAct('head', 'window.begin'), window('acceptance', 'leader')],
      'temporary_window_oneself',
    ],
    ['no window post', [inAct('head', 'window.begin'), window('recording')], 'temporary_window_post'],
    [
      'until tomorrow',
      [inAct('head', 'window.begin'), window('acceptance', 'head', nine, '2026-03-10 09:00+08')],
      'temporary_window_one_day',
    ],
    [
      'tomorrow',
      [
        inAct('head', 'window.begin'),
        window('acceptance', 'head', '2026-03-10 09:00+08', '2026-03-10 12:00+08'),
      ],
      'temporary_window_one_day',
    ],
    [
      'ends before it begins',
      [inAct('head', 'window.begin'), window('acceptance', 'head', noon, nine)],
      'temporary_ends',
    ],
    [
      'of another office',
      [inAct('head', 'window.begin'), window('acceptance', 'stranger')],
      'temporary_own_office',
    ],
    [
      'what is not held',
      [inAct('head', 'cover.ask'), row('cover', 'recording', 'archivist', 'asker', nine, '2026-03-10')],
      'temporary_cover_own',
    ],
    [
      'who is not away',
      [inAct('head', 'cover.ask'), row('cover', 'enquiry', 'archivist', 'present', nine, '2026-03-10')],
      'temporary_cover_away',
    ],
    [
      'for themselves',
      [inAct('head', 'cover.ask'), row('cover', 'enquiry', 'asker', 'asker', nine, '2026-03-10')],
      'temporary_covers',
    ],
    ['confirms in the act of asking', [inAct('head', 'window.begin'), grantIt(asked)], 'MB081'],
    ['confirms its own', [inAct('head', 'window.confirm'), grantIt(asked)], 'temporary_confirmed_by_another'],
    ['confirms a cover as a window', [inAct('security', 'window.confirm'), grantIt(covering)], 'MB081'],
    [
      'calls it granted',
      [
        inAct('leader', 'window.confirm'),
        `update people.temporary_duty set state = 'granted' where id = '${asked}'`,
      ],
      'MB081',
    ],
    [
      'moves its end',
      [inAct('leader', 'window.confirm'), `update people.temporary_duty set until = '2027-01-01'`],
      '42501',
    ],
    [
      'another grant inside a confirmation',
      [
        inAct('leader', 'window.confirm'),
        `insert into kernel.duty_grant (district, person_id, duty, during) values ('haishu', '${people.head!.id}', 'recording', '[2026-03-09,)')`,
      ],
      'MB070',
    ],
    [
      'a grant that names a request for a time',
      [
        inAct('leader', 'window.confirm'),
        `insert into kernel.duty_grant (district, person_id, duty, during, temporary, temporary_id) values ('haishu', '${people.head!.id}', 'recording', '[2026-03-09,)', 'window', '${asked}')`,
      ],
      '42501',
    ],
    ['widens who may stand where', [`insert into people.window_part values ('recording', 'post')`], '42501'],
    ['confirms, rightly', [inAct('leader', 'window.confirm'), grantIt(asked)], 'done'],
    ['approves cover, rightly', [inAct('security', 'cover.approve'), grantIt(covering)], 'done'],
  ]
  const found: [string, string][] = []
  for (const [what, statements] of table) found.push([what, await attempt(statements)])
  expect(found).toEqual(table.map(([what, , outcome]) => [what, outcome]))
})

test('everything verifies', async () => {
  await world.sequencer.drain()
  expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({ problems: [] })
})
