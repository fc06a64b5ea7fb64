import { expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import { type Someone, testPassword } from '../../test/world.ts'
import { verifyEverything } from '../evidence/verify.ts'
import type { AnyAct } from '../kernel/act.ts'
import { isRefusal } from '../kernel/act.ts'
import type { Query } from '../kernel/query.ts'
import { releaseWork } from '../kernel/work.ts'
import { signIn } from '../people/acts.ts'
import { Tx } from '../platform/db/tx.ts'
import { firstReview } from './acts.ts'
import { reassign, release, take } from './assignment.ts'
import { openCase, worklist } from './queries.ts'

const said = (outcome: { ok: true } | { ok: false; refusal: { code: string } }): string =>
  outcome.ok ? 'done' : outcome.refusal.code

async function open(): Promise<{ town: Town; lead: Someone; caseId: string }> {
  const town = await openTown([{}, {}])
  const lead = await town.person('lead', ['centre_lead', 'second_review'])
  return { town, lead, caseId: await town.bringTo('first_review', town.homes[0]!) }
}
const list = async (town: Town, who: Someone, scope: string): Promise<string[]> => {
  const found = await town.kernel.read(who.token, (ctx) => (worklist as Query).run(ctx, { scope }))
  if (isRefusal(found)) throw new Error(found.code)
  return (found as { items: { caseId: string }[] }).items.map((one) => one.caseId)
}

test('who takes a case on does its next step and nobody else, and then it waits in the pool again', async () => {
  const { town, caseId } = await open()
  await using _ = town
  const { reviewer, secondReviewer, recorder } = town.staff
  expect(await list(town, reviewer, 'pool')).toContain(caseId)
  expect(said(await town.as(reviewer, take, { caseId }))).toBe('done')
  expect(said(await town.as(reviewer, take, { caseId }))).toBe('taken_already')
  expect(said(await town.as(secondReviewer, take, { caseId }))).toBe('taken_by_another')
  expect(said(await town.as(secondReviewer, firstReview, { caseId, opinion: '同意' }))).toBe(
    'taken_by_another',
  )
  expect(await list(town, reviewer, 'taken')).toEqual([caseId])
  expect(await list(town, secondReviewer, 'pool')).not.toContain(caseId)
  expect(await list(town, secondReviewer, 'mine')).not.toContain(caseId)
  expect(said(await town.as(reviewer, firstReview, { caseId, opinion: '同意' }))).toBe('done')
  expect(await list(town, reviewer, 'taken')).toEqual([])
  expect(await list(town, recorder, 'pool')).toContain(caseId)
  await town.sequencer.drain()
  expect(await verifyEverything(town.pools.auditor, town.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
})

// Who tries what with a case that waits for its first review and that `reviewer` has taken on.
test.each([
  ['the clerk who accepted it, taking it', 'clerk', 'take', null, 'same_person'],
  ['the recorder, whose duty it is not yet, taking it', 'recorder', 'take', null, 'lacks_duty'],
  ['the archivist giving it back', 'archivist', 'release', null, 'not_taken'],
  ['the reviewer giving it back', 'reviewer', 'release', null, 'done'],
  ['a leader giving it to another reviewer', 'lead', 'reassign', 'secondReviewer', 'done'],
  ['a leader giving it to the clerk who accepted it', 'lead', 'reassign', 'clerk', 'cannot_take'],
  ['a leader giving it to one without the duty', 'lead', 'reassign', 'recorder', 'cannot_take'],
  ['a leader giving it to somebody of another office', 'lead', 'reassign', 'stranger', 'nobody_here'],
  ['a leader giving it to themselves', 'lead', 'reassign', 'lead', 'give_oneself'],
  ['a leader giving it back to the pool', 'lead', 'reassign', null, 'done'],
  ['the reviewer giving it to a colleague', 'reviewer', 'reassign', 'secondReviewer', 'no_duty'],
] as const)('%s', async (_, who, what, to, outcome) => {
  const { town, lead, caseId } = await open()
  await using __ = town
  const people = {
    ...town.staff,
    lead,
    stranger: await town.person('stranger', ['first_review'], 'jiangbei'),
  }
  expect(said(await town.as(town.staff.reviewer, take, { caseId }))).toBe('done')
  const acts: Record<string, AnyAct> = { take, release, reassign }
  const more =
    what === 'reassign' ? { reason: '原经办人事务较多', ...(to ? { personId: people[to].id } : {}) } : {}
  const answer = await town.as(people[who], acts[what]!, { caseId, ...more })
  expect(said(answer)).toBe(outcome)
  if (to === 'secondReviewer' && outcome === 'done')
    expect(await list(town, people[to], 'taken')).toEqual([caseId])
})

test('open work of one who is away returns to the pool, each piece with its image in the act that releases it', async () => {
  const { town, caseId } = await open()
  await using _ = town
  const { reviewer, secondReviewer } = town.staff
  await town.as(reviewer, take, { caseId })
  const client = await town.pools.app.connect()
  try {
    const open = await client
      .query('begin')
      .then(() =>
        client.query(
          `select kernel.open_act($1, 'case.release', null, gen_random_uuid(), sha256('x')) as opened`,
          [secondReviewer.token],
        ),
      )
    expect(open.rows[0].opened).toMatchObject({ status: 'ok' })
    const tx = new Tx(client)
    expect(await releaseWork(tx, reviewer.id, '请假')).toBe(1)
    expect(await releaseWork(tx, reviewer.id, '请假')).toBe(0)
    expect(tx.images.map((one) => one.field)).toEqual([
      `was:cases.assignment:${caseId}`,
      `row:cases.assignment:${caseId}`,
    ])
  } finally {
    await client.query('rollback')
    client.release()
  }
})

test('one who has left is given no work', async () => {
  const { town, lead, caseId } = await open()
  await using _ = town
  const { secondReviewer } = town.staff
  await town.superuser(`update kernel.person set active_to = kernel.now() where id = $1`, [secondReviewer.id])
  expect(said(await town.as(lead, reassign, { caseId, personId: secondReviewer.id, reason: '改派' }))).toBe(
    'nobody_here',
  )
})

// The database says it again, whatever the code does: each line runs in an open act, as the app at the SQL prompt.
test.each([
  ['taking work in another act', 'reviewer', 'case.release', 'taken', 'self', 'MB051'],
  ['taking what one accepted oneself', 'clerk', 'case.take', 'taken', 'self', 'assignment_one_group'],
  [
    'taking it for somebody else',
    'reviewer',
    'case.take',
    'taken',
    'secondReviewer',
    'assignment_taken_oneself',
  ],
  ['giving it to oneself', 'lead', 'case.reassign', 'given', 'self', 'assignment_given_by_another'],
  ['giving it to the one who accepted it', 'lead', 'case.reassign', 'given', 'clerk', 'assignment_one_group'],
  [
    'taking a step that is not the next',
    'reviewer',
    'case.take',
    'wrong stage',
    'self',
    'assignment_next_stage',
  ],
  ['taking what one may', 'reviewer', 'case.take', 'taken', 'self', 'done'],
  ['giving it to one who may', 'lead', 'case.reassign', 'given', 'secondReviewer', 'done'],
  [
    'doing a step another has taken',
    'secondReviewer',
    'case.firstReview',
    'stage',
    'self',
    'stage_by_assignee',
  ],
  ['doing a step one has taken', 'reviewer', 'case.firstReview', 'stage', 'self', 'done'],
] as const)('at the SQL prompt, %s: %s', async (_, who, type, how, to, outcome) => {
  const { town, lead, caseId } = await open()
  await using __ = town
  const people = { ...town.staff, lead }
  if (how === 'stage') await town.as(town.staff.reviewer, take, { caseId })
  const client = await town.prompt('mingbu_app')
  try {
    await client.query('begin')
    await client.query(`select kernel.open_act($1, $2, null, gen_random_uuid(), sha256('x'))`, [
      people[who].token,
      type,
    ])
    const person = to === 'self' ? people[who].id : people[to].id
    const stage = how === 'wrong stage' ? 'recording' : 'first_review'
    const statement =
      how === 'stage'
        ? `with h as (insert into cases.case_handler (district, case_id, duty_group) values ('haishu', '${caseId}', 'first_review'))
           insert into cases.stage (district, case_id, round, no, stage, duty_group, second_review, opinion) values ('haishu', '${caseId}', 1, 2, 'first_review', 'first_review', false, 'x')`
        : `insert into cases.assignment (district, case_id, stage, round, person_id, how, reason)
           values ('haishu', '${caseId}', '${stage}', 1, '${person}', '${how === 'wrong stage' ? 'taken' : how}', 'because')`
    const answer = await client.query(statement).then(
      () => 'done',
      (error: { constraint?: string; code?: string }) => error.constraint ?? error.code,
    )
    expect(answer).toBe(outcome)
  } finally {
    await client.query('rollback')
    await client.end()
  }
})

// What the books would refuse by (4.6) is known to buttons, lists and leaders beforehand.
test.each([
  ['who had a seal in hand today', 'seal', '2026-03-09T02:00:00Z', 'both_sides'],
  ['who had a seal in hand yesterday', 'seal', '2026-03-10T01:30:00Z', null],
  ['who had certificates in hand today', 'certificate', '2026-03-09T02:00:00Z', null],
  ['through whose hands nothing went', null, '2026-03-09T02:00:00Z', null],
] as const)('a printer %s: printing a certificate', async (_, side, now, refused) => {
  await using town = await openTown([{}])
  const printer = await town.person('printer2', ['printing'])
  const lead = await town.person('lead', ['centre_lead'])
  const caseId = await town.bringTo('printing', town.homes[0]!)
  if (side)
    await town.superuser(`insert into kernel.keeper_day values ($1, '2026-03-09', $2)`, [printer.id, side])
  await town.setClock(now)
  const anew = await town.as(null, signIn, { username: 'printer2', password: testPassword })
  const again = await town.as(null, signIn, { username: 'lead', password: testPassword })
  const as = (outcome: unknown, who: Someone): Someone => ({
    ...who,
    token: Buffer.from((outcome as { result: { token: string } }).result.token, 'hex'),
  })
  const opened = await town.as(as(anew, printer), openCase, { caseId })
  const view = (
    opened as unknown as { result: { availability: Record<string, { refusal?: { code: string } }> } }
  ).result
  const told = (type: string) => view.availability[type]?.refusal?.code ?? null
  expect([told('case.print'), told('case.take')]).toEqual([refused, refused])
  expect((await list(town, as(anew, printer), 'pool')).includes(caseId)).toBe(refused === null)
  const seen = await town.as(as(again, lead), openCase, { caseId })
  const { mayBeGiven } = (seen as unknown as { result: { mayBeGiven: { id: string }[] } }).result
  expect(mayBeGiven.some((one) => one.id === printer.id)).toBe(refused === null)
})
