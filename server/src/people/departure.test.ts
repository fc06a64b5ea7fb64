import { expect, test } from 'vitest'
import { type Offices, openOffices } from '../../test/offices.ts'
import { type Someone, testPassword } from '../../test/world.ts'
import { verifyEverything } from '../evidence/verify.ts'
import type { Outcome } from '../kernel/perform.ts'
import { signIn } from './acts.ts'
import { leave, recall, settle, startLeave } from './departure.ts'
import { approveCover, askCover } from './temporary/acts.ts'
import { PeopleWatch } from './watch.ts'

const said = (outcome: Outcome<unknown>): string => (outcome.ok ? 'done' : outcome.refusal.code)
const works = async (offices: Offices, who: Someone): Promise<boolean> =>
  (await offices.kernel.read(who.token, async () => 'yes')) === 'yes'
const dutiesOf = async (offices: Offices, who: Someone): Promise<string[]> =>
  (await offices.superuser<{ duties: string[] }>('select kernel.duties_of($1) as duties', [who.id]))[0]!
    .duties
const enter = async (offices: Offices, who: Someone) =>
  said(await offices.as(null, signIn, { username: who.username, password: testPassword }))
/** Signed in once more: a session lasts twelve hours. */
const anew = async (offices: Offices, who: Someone): Promise<Someone> => {
  const answer = await offices.as(null, signIn, { username: who.username, password: testPassword })
  if (!answer.ok) throw new Error(answer.refusal.code)
  return { ...who, token: Buffer.from((answer.result as { token: string }).token, 'hex') }
}
const leaving = (who: Someone, more: object = {}) => ({
  district: 'haishu',
  personId: who.id,
  reason: 'resigned',
  ...more,
})
const watch = (offices: Offices) =>
  new PeopleWatch({
    pool: offices.pools.auditor,
    kernel: offices.kernel,
    token: Buffer.from(offices.secrets.services.detector!, 'hex'),
  })
const allVerifies = async (offices: Offices) => {
  await offices.sequencer.drain()
  return verifyEverything(offices.pools.auditor, offices.deps.vault)
}
const keeps = (offices: Offices, who: Someone, serials: string, kind = 'certificate') =>
  offices.superuser(
    `insert into kernel.custody_holding (district, kind, serials, place) values ('haishu', $3, $2::int8range, 'person:' || $1)`,
    [who.id, serials, kind],
  )

test('leaving is one act: account, session, grants and posts have ended, and everything still kept is a finding', async () => {
  await using offices = await openOffices()
  const { clerk, system } = offices
  expect([await works(offices, clerk), await dutiesOf(offices, clerk)]).toEqual([
    true,
    ['acceptance', 'issuing'],
  ])
  expect(await offices.as(system, leave, leaving(clerk))).toMatchObject({ ok: true, result: { findings: 0 } })
  expect([await works(offices, clerk), await dutiesOf(offices, clerk), await enter(offices, clerk)]).toEqual([
    false,
    [],
    'wrong_password',
  ])
  expect(
    await offices.superuser(
      `select (select count(*)::int from kernel.account where person_id = $1 and closed_at is null) as accounts,
        (select count(*)::int from kernel.session where person_id = $1 and ended_at is null) as sessions,
        (select count(*)::int from kernel.duty_grant where person_id = $1 and during @> kernel.now()) as grants,
        (select count(*)::int from people.holding where person_id = $1 and during @> kernel.now()) as posts,
        (select count(*)::int from kernel.duty_grant_pair where person_id = $1 and during @> kernel.now()) as pairs`,
      [clerk.id],
    ),
  ).toEqual([{ accounts: 0, sessions: 0, grants: 0, posts: 0, pairs: 0 }])
  expect((await allVerifies(offices)).problems).toEqual([])
})

test('what a leaver still keeps is a finding each, and what others keep is none', async () => {
  await using offices = await openOffices()
  const { clerk, head, system } = offices
  await keeps(offices, clerk, '[10,20)')
  await keeps(offices, clerk, '[7,8)', 'seal')
  await keeps(offices, head, '[30,40)')
  expect(await offices.as(system, leave, leaving(clerk))).toMatchObject({ ok: true, result: { findings: 2 } })
  const found = await offices.superuser<{ summary_en: string }>(
    `select summary_en from kernel.finding where kind = 'leaver_custody' and subject = 'person:' || $1 order by summary_en`,
    [clerk.id],
  )
  expect(found.map((one) => one.summary_en)).toEqual([
    expect.stringContaining('certificate 10–19'),
    expect.stringContaining('seal 7:'),
  ])
})

test.each([
  ['the system administrator', 'system', 'clerk', 'done'],
  ['the security administrator, whose act it is not', 'security', 'clerk', 'no_duty'],
  ['the head of the centre', 'head', 'clerk', 'no_duty'],
  ['the clerk, for themselves', 'clerk', 'clerk', 'no_duty'],
  ['nobody who is signed in', null, 'clerk', 'not_signed_in'],
] as const)('leaving recorded by %s is %s', async (_, who, whom, outcome) => {
  await using offices = await openOffices()
  expect(said(await offices.as(who && offices[who], leave, leaving(offices[whom])))).toBe(outcome)
  expect(await works(offices, offices.clerk)).toBe(outcome !== 'done')
})

test('an administrator does not record their own leaving, in code and in the database', async () => {
  await using offices = await openOffices()
  const own = { district: 'city', personId: offices.system.id, reason: 'resigned' }
  expect(said(await offices.as(offices.system, leave, own))).toBe('not_oneself')
  expect(await works(offices, offices.system)).toBe(true)
})

test('who has left does not leave again', async () => {
  await using offices = await openOffices()
  await offices.as(offices.system, leave, leaving(offices.clerk))
  expect(said(await offices.as(offices.system, leave, leaving(offices.clerk)))).toBe('already_leaving')
})

test('a leaving with a day to come takes effect by itself at its end, even if no job runs', async () => {
  await using offices = await openOffices({ now: '2026-03-09T01:30:00Z' })
  const { clerk, system } = offices
  await keeps(offices, clerk, '[10,20)')
  const told = await offices.as(system, leave, leaving(clerk, { lastDay: '2026-03-09' }))
  expect(told).toMatchObject({ ok: true, result: { at: '2026-03-09T16:00:00Z', findings: 0 } })
  expect([await works(offices, clerk), await dutiesOf(offices, clerk)]).toEqual([
    true,
    ['acceptance', 'issuing'],
  ])
  // Shortly before the end of the last day, and in the first second of the next.
  await offices.setClock('2026-03-09T15:57:00Z')
  const late = await anew(offices, clerk)
  expect(await works(offices, late)).toBe(true)
  await offices.setClock('2026-03-09T16:00:00Z')
  expect([await works(offices, late), await dutiesOf(offices, clerk), await enter(offices, clerk)]).toEqual([
    false,
    [],
    'wrong_password',
  ])
  expect(said(await offices.as(clerk, startLeave, {}))).toBe('invalid_input')
  // Then the watch closes the account and finds what is still kept. A second round has nothing to do.
  const before = await offices.superuser(
    'select 1 from kernel.account where person_id = $1 and closed_at is null',
    [clerk.id],
  )
  expect(before).toHaveLength(1)
  await watch(offices).runOnce()
  expect(
    await offices.superuser(
      `select (select count(*)::int from kernel.account where person_id = $1 and closed_at is null) as accounts,
       (select count(*)::int from kernel.session where person_id = $1 and ended_at is null) as sessions,
       (select count(*)::int from kernel.finding where kind = 'leaver_custody') as findings`,
      [clerk.id],
    ),
  ).toEqual([{ accounts: 0, sessions: 0, findings: 1 }])
  expect(await watch(offices).runOnce()).toBe(0)
})

test('leaving in the middle of an act: the act is refused, recorded, and nothing of it is done', async () => {
  await using offices = await openOffices()
  const { head, system, clerk } = offices
  const token = `'\\x${head.token.toString('hex')}'::bytea`
  const client = await offices.prompt('mingbu_app')
  await client.query('begin')
  await client.query(
    `select kernel.open_act(${token}, 'people.startLeave', 'haishu', gen_random_uuid(), sha256('x'))`,
  )
  await client.query(
    `insert into people.absence (district, person_id, during, kind) values ('haishu', $1, '[2027-01-01,2027-01-02)', 'sick')`,
    [clerk.id],
  )
  expect(said(await offices.as(system, leave, leaving(head)))).toBe('done')
  await expect(
    client.query(
      `select kernel.close_act('done', null, null, null, null, '{}', array['x'], array[sha256('a')], array[sha256('b')], array['c'::bytea], array[false], sha256('d'))`,
    ),
  ).rejects.toMatchObject({ constraint: 'act_session_live' })
  await client.query('rollback')
  await client.end()
  expect(await offices.superuser('select 1 from people.absence')).toEqual([])
  const next = await offices.as(head, startLeave, {
    district: 'haishu',
    personId: clerk.id,
    from: '2026-03-10',
    until: '2026-03-11',
    kind: 'sick',
  })
  expect(said(next)).toBe('not_signed_in')
  expect((await allVerifies(offices)).problems).toEqual([])
})

const absence = (who: Someone, from: string, until: string) => ({
  district: 'haishu',
  personId: who.id,
  from,
  until,
  kind: 'annual',
})

test('on leave nobody signs in and no duty is held; afterwards everything is as before', async () => {
  await using offices = await openOffices({ now: '2026-03-09T01:30:00Z' })
  const { clerk, head } = offices
  expect(said(await offices.as(head, startLeave, absence(clerk, '2026-03-09', '2026-03-10')))).toBe('done')
  expect([await works(offices, clerk), await dutiesOf(offices, clerk)]).toEqual([false, []])
  expect(
    await offices.superuser('select end_reason from kernel.session where person_id = $1', [clerk.id]),
  ).toEqual([{ end_reason: 'absent' }])
  await offices.setClock('2026-03-10T16:00:00Z')
  expect(await dutiesOf(offices, clerk)).toEqual(['acceptance', 'issuing'])
  expect(await enter(offices, clerk)).toBe('done')
  expect((await allVerifies(offices)).problems).toEqual([])
})

test('leave that begins later ends the session when it begins, without anybody pressing anything', async () => {
  await using offices = await openOffices({ now: '2026-03-09T01:30:00Z' })
  const { clerk, head } = offices
  expect(said(await offices.as(head, startLeave, absence(clerk, '2026-03-10', '2026-03-12')))).toBe('done')
  expect(await works(offices, clerk)).toBe(true)
  // A night's session of twelve hours is over by then; a second one began shortly before midnight.
  await offices.setClock('2026-03-09T15:50:00Z')
  const now = await anew(offices, clerk)
  expect(await works(offices, now)).toBe(true)
  await offices.setClock('2026-03-09T16:00:01Z')
  expect([await works(offices, now), await dutiesOf(offices, now)]).toEqual([false, []])
  await watch(offices).runOnce()
  expect(
    await offices.superuser('select 1 from kernel.session where person_id = $1 and ended_at is null', [
      clerk.id,
    ]),
  ).toEqual([])
})

test.each([
  ['while it goes on', '2026-03-09T06:00:00Z', 'done', true],
  ['before it has begun', '2026-03-08T01:00:00Z', 'done', true],
  ['after it is over', '2026-03-11T01:00:00Z', 'absence_over', true],
] as const)('somebody called back %s (%s): %s', async (_, at, outcome, held) => {
  await using offices = await openOffices({ now: '2026-03-07T01:30:00Z' })
  const { clerk, head } = offices
  const made = await offices.as(offices.system, startLeave, absence(clerk, '2026-03-09', '2026-03-10'))
  if (!made.ok) throw new Error(made.refusal.code)
  const { absenceId } = made.result as { absenceId: string }
  await offices.setClock(at)
  const back = await anew(offices, head)
  const input = { district: 'haishu', personId: clerk.id, absenceId }
  expect(said(await offices.as(back, recall, input))).toBe(outcome)
  expect((await dutiesOf(offices, clerk)).length > 0).toBe(held)
  if (outcome === 'done') expect(said(await offices.as(back, recall, input))).toBe('absence_over')
})

test.each([
  ['of a colleague of the own office', 'head', 'clerk', '2026-03-09', '2026-03-10', 'done'],
  ['of oneself', 'head', 'head', '2026-03-09', '2026-03-10', 'not_oneself'],
  ['by a clerk', 'clerk', 'head', '2026-03-09', '2026-03-10', 'no_duty'],
  ['that ends before it begins', 'head', 'clerk', '2026-03-12', '2026-03-10', 'invalid_input'],
  ['that is all past', 'head', 'clerk', '2026-03-01', '2026-03-02', 'invalid_input'],
  ['in a time already recorded', 'head', 'clerk', '2026-03-20', '2026-03-22', 'absence_overlaps'],
] as const)('absence %s (by %s, of %s, %s to %s): %s', async (_, who, whom, from, until, outcome) => {
  await using offices = await openOffices()
  await offices.as(offices.system, startLeave, absence(offices.clerk, '2026-03-21', '2026-03-25'))
  expect(said(await offices.as(offices[who], startLeave, absence(offices[whom], from, until)))).toBe(outcome)
})

test('nothing is settled of somebody who is neither gone nor on leave', async () => {
  await using offices = await openOffices()
  const detector = { ...offices.seed, token: Buffer.from(offices.secrets.services.detector!, 'hex') }
  expect(said(await offices.as(detector, settle, { district: 'haishu', personId: offices.clerk.id }))).toBe(
    'done',
  )
  expect([await works(offices, offices.clerk), await dutiesOf(offices, offices.clerk)]).toEqual([
    true,
    ['acceptance', 'issuing'],
  ])
  expect(
    said(await offices.as(offices.system, settle, { district: 'haishu', personId: offices.clerk.id })),
  ).toBe('wrong_actor')
})

test('who is called back early is covered for no longer, now or later; who is still away stays covered', async () => {
  await using offices = await openOffices()
  const { clerk, head, system, security } = offices
  const helper = await offices.person('helper', ['enquiry'])
  const other = await offices.person('other', ['enquiry'])
  const district = 'haishu'
  const away = async (who: Someone) => {
    const input = { district, personId: who.id, from: '2026-03-09', until: '2026-03-13', kind: 'annual' }
    const answer = await offices.as(system, startLeave, input)
    return (answer as unknown as { result: { absenceId: string } }).result.absenceId
  }
  const covered = async (who: Someone, by: Someone, duty: string, from: string) => {
    const input = {
      district,
      duty,
      coveredId: who.id,
      personId: by.id,
      from,
      until: '2026-03-13',
      reason: '休假代岗',
    }
    const asked = await offices.as(head, askCover, input)
    const { temporaryId } = (asked as unknown as { result: { temporaryId: string } }).result
    expect(said(await offices.as(security, approveCover, { district, temporaryId }))).toBe('done')
  }
  const absenceId = await away(clerk)
  await covered(clerk, helper, 'acceptance', '2026-03-09')
  await covered(clerk, helper, 'issuing', '2026-03-11')
  const second = await offices.person('second', [])
  await away(other)
  await covered(other, second, 'enquiry', '2026-03-09')
  expect(await dutiesOf(offices, helper)).toEqual(['acceptance', 'enquiry'])
  // At the SQL prompt the leave does not end without its cover.
  const prompt = await offices.prompt('mingbu_app')
  await prompt.query('begin')
  await prompt.query(
    `select kernel.open_act($1, 'people.recall', 'haishu', gen_random_uuid(), sha256('x'))`,
    [system.token],
  )
  await prompt.query(
    'update people.absence set during = tstzrange(lower(during), kernel.now()) where person_id = $1',
    [clerk.id],
  )
  await expect(prompt.query('set constraints people.cover_within_leave immediate')).rejects.toMatchObject({
    constraint: 'cover_within_leave',
  })
  await prompt.query('rollback')
  await prompt.end()
  await offices.setClock('2026-03-09T05:00:00Z')
  const recalled = await offices.as(system, recall, { district, personId: clerk.id, absenceId })
  expect(recalled).toMatchObject({ ok: true, result: { coversEnded: 2 } })
  expect(await dutiesOf(offices, helper)).toEqual(['enquiry'])
  expect(await dutiesOf(offices, clerk)).toEqual(['acceptance', 'issuing'])
  expect(await dutiesOf(offices, second)).toEqual(['enquiry'])
  await offices.setClock('2026-03-12T05:00:00Z')
  expect(await dutiesOf(offices, helper)).toEqual(['enquiry'])
  expect((await allVerifies(offices)).problems).toEqual([])
})
