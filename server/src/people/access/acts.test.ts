import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOffices } from '../../../test/offices.ts'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import type { Outcome } from '../../kernel/perform.ts'
import { approveAccess, endAccess, refuseRequest, requestAccess, withdrawRequest } from './acts.ts'

let world: TestWorld
const people: Record<string, Someone> = {}
const district = 'haishu'

beforeAll(async () => {
  world = await openTestWorld({ now: '2026-03-09T01:30:00Z' })
  const make = async (name: string, duties: string[], at = district) => {
    people[name] = await world.person(name, duties, at)
  }
  await make('clerk', ['acceptance', 'issuing'])
  await make('printer', ['printing'])
  await make('archivist', ['archiving'])
  await make('head', ['centre_lead'])
  await make('leader', ['district_lead'])
  await make('stranger', ['centre_lead'], 'jiangbei')
  await make('bureau', ['district_lead'], 'city')
  await make('security', ['admin_security'], 'city')
  await make('security2', ['admin_security'], 'city')
  await make('system', ['admin_system'], 'city')
  await make('audit', ['admin_audit'], 'city')
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

const code = (outcome: Outcome<never>): string => (outcome.ok ? 'done' : outcome.refusal.code)
const asking = (more: Record<string, unknown> = {}) => ({
  district,
  duty: 'enquiry',
  businesses: ['T01'],
  purposes: ['enquiry'],
  reason: '查询窗口轮岗三个月',
  until: '2026-06-30',
  ...more,
})
/** Someone who has just begun, with no duties. */
let newcomers = 0
const newcomer = (duties: string[] = [], at = district) => world.person(`new${++newcomers}`, duties, at)
async function ask(who: Someone, more: Record<string, unknown> = {}): Promise<string> {
  const outcome = await world.as(who, requestAccess, asking(more))
  if (!outcome.ok) throw new Error(`${outcome.refusal.code} ${JSON.stringify(outcome.refusal.fields)}`)
  return (outcome.result as { requestId: string }).requestId
}
const approve = (who: Someone, requestId: string, at = district) =>
  world.as(who, approveAccess, { district: at, requestId, note: '同意，确有需要' })
const refuse = (who: Someone, requestId: string, note = '岗位不需要') =>
  world.as(who, refuseRequest, { district, requestId, note })
const grantsOf = (who: Someone) =>
  world.superuser<{
    id: string
    duty: string
    businesses: string[] | null
    purposes: string[] | null
    until: string
    act: string
    type: string
  }>(
    `select g.id, g.duty, g.businesses, g.purposes, upper(g.during)::text as until, g.act_id as act, a.type from kernel.duty_grant g
       join kernel.act a on a.district = g.district and a.id = g.act_id where g.person_id = $1 order by g.id`,
    [who.id],
  )

test.each([
  ['the leader, then the security administrator', 'head', 'security'],
  ['the security administrator, then the leader', 'security', 'leader'],
] as const)(
  'approved by %s: the second approval writes the grant, as asked for and no longer',
  async (_, one, two) => {
    const who = await newcomer()
    const id = await ask(who)
    expect(await approve(people[one]!, id)).toMatchObject({
      ok: true,
      result: { state: 'open', grantId: null },
    })
    expect(await grantsOf(who)).toEqual([])
    const second = await approve(people[two]!, id)
    expect(second).toMatchObject({ ok: true, result: { state: 'granted', waitsFor: null } })
    expect(await grantsOf(who)).toMatchObject([
      {
        duty: 'enquiry',
        businesses: ['T01'],
        purposes: ['enquiry'],
        until: '2026-06-30 16:00:00+00',
        act: second.actId,
        type: 'access.approve',
      },
    ])
  },
)

test('a leader asks for a subordinate, and then another leader and the security administrator decide', async () => {
  const who = await newcomer()
  const id = await ask(people.head!, { personId: who.id })
  expect(code(await approve(people.head!, id))).toBe('access_own_asking')
  expect(code(await approve(people.leader!, id))).toBe('done')
  expect(code(await approve(people.security!, id))).toBe('done')
  expect(await grantsOf(who)).toHaveLength(1)
})

// Where the register of posts says who leads whom, that person answers as leader, and no other leader of the office (6.7).
test('the leader of the post approves where one exists; another leader of the office does not, in code and in the database', async () => {
  await using offices = await openOffices()
  const above = await offices.person('above', ['district_lead'], 'haishu', 'bureau_head')
  const aside = await offices.person('aside', ['centre_lead'], 'haishu', 'recorder')
  const section = await offices.person('section', ['district_lead'], 'city', 'section_head')
  const request = async (who: Someone, more: Record<string, unknown> = {}) => {
    const asked = await offices.as(who, requestAccess, asking(more))
    if (!asked.ok) throw new Error(asked.refusal.code)
    return (asked.result as { requestId: string }).requestId
  }
  const decide = async (who: Someone, requestId: string) =>
    code(await offices.as(who, approveAccess, { district, requestId, note: '同意，确有需要' }))
  const may = async (who: Someone, subject: Someone) =>
    (
      await offices.superuser<{ may: boolean }>(
        `select people.may_decide('${who.id}', 'leader', 'haishu', '${subject.id}') as may`,
      )
    )[0]!.may
  const ofClerk = await request(offices.clerk)
  expect(await decide(aside, ofClerk)).toBe('access_not_decider')
  expect(await decide(section, ofClerk)).toBe('access_not_decider')
  expect(await decide(offices.head, ofClerk)).toBe('done')
  expect(await decide(offices.security, ofClerk)).toBe('done')
  for (const [who, subject, expected] of [
    [offices.head, offices.clerk, true],
    [above, offices.clerk, true],
    [aside, offices.clerk, false],
    [section, offices.clerk, false],
    [above, offices.head, true],
    [offices.head, above, false],
    // Nobody leads the head of the bureau in the office: the city's section does.
    [section, above, true],
  ] as const)
    expect(await may(who, subject), `${who.username} of ${subject.username}`).toBe(expected)
  // A post that nobody leads: any leader of the office, as its duty says.
  await offices.superuser(`begin; set local session_replication_role = replica;
    update people.holding set during = tstzrange(lower(during), kernel.now())
    where post in ('centre_head', 'bureau_head', 'section_head'); commit`)
  expect(await may(aside, offices.clerk)).toBe(true)
})

test('the right of the head of an office is led by the leader in charge, and by the bureau’s', async () => {
  const id = await ask(people.head!, { duty: 'inspection', purposes: ['quality'], until: '2026-05-01' })
  expect(code(await approve(people.bureau!, id))).toBe('done')
  expect(code(await approve(people.security2!, id))).toBe('done')
})

test.each([
  ['whose right it is', 'self', 'no_duty'],
  ['a colleague without the duty to decide', 'printer', 'no_duty'],
  ['the head of another office', 'stranger', 'wrong_district'],
  ['the bureau’s leader, for somebody who leads nothing', 'bureau', 'access_not_decider'],
  ['the system administrator', 'system', 'no_duty'],
  ['the audit administrator', 'audit', 'no_duty'],
] as const)('%s may not approve', async (_, who, refusal) => {
  const self = await newcomer()
  const id = await ask(self)
  expect(code(await approve(who === 'self' ? self : people[who]!, id))).toBe(refusal)
})

test('nobody decides twice, not in one role and not in two; each side decides once', async () => {
  const id = await ask(await newcomer())
  expect(code(await approve(people.head!, id))).toBe('done')
  expect(code(await approve(people.head!, id))).toBe('access_decided')
  expect(code(await approve(people.leader!, id))).toBe('access_role_done')
  expect(code(await approve(people.security!, id))).toBe('done')
  expect(code(await approve(people.security2!, id))).toBe('access_closed')
  expect(code(await refuse(people.security2!, id))).toBe('access_closed')
})

test('two of one side approve in the same moment: one counts', async () => {
  const id = await ask(await newcomer())
  const both = await Promise.all([approve(people.head!, id), approve(people.leader!, id)])
  expect(both.map(code).sort()).toEqual(['access_role_done', 'done'])
})

test('both sides approve in the same moment: both count, and one grant is written', async () => {
  const who = await newcomer()
  const id = await ask(who)
  const both = await Promise.all([approve(people.head!, id), approve(people.security!, id)])
  expect(both.map(code)).toEqual(['done', 'done'])
  expect(await grantsOf(who)).toHaveLength(1)
})

test('an approver who has left meanwhile no longer counts: another of that side approves', async () => {
  const gone = await world.person(`gone`, ['centre_lead'])
  const who = await newcomer()
  const id = await ask(who)
  expect(code(await approve(gone, id))).toBe('done')
  await world.superuser(`update kernel.person set active_to = kernel.now() where id = $1`, [gone.id])
  expect(await approve(people.security!, id)).toMatchObject({
    ok: true,
    result: { state: 'open', waitsFor: 'leader' },
  })
  expect(await grantsOf(who)).toEqual([])
  expect(await approve(people.leader!, id)).toMatchObject({ ok: true, result: { state: 'granted' } })
  await world.superuser(`update kernel.person set active_to = null where id = $1`, [gone.id])
})

test('a conflict that arises between the two approvals is refused when the grant would be written', async () => {
  const who = await newcomer()
  const one = await ask(who, { duty: 'printing', purposes: ['case'] })
  const other = await ask(who, { duty: 'recording', purposes: ['case'] })
  for (const id of [one, other]) expect(code(await approve(people.head!, id))).toBe('done')
  const both = await Promise.all([approve(people.security!, one), approve(people.security2!, other)])
  expect(both.map(code).sort()).toEqual(['access_conflict', 'done'])
  expect(await grantsOf(who)).toHaveLength(1)
})

test('whoever has left gets no right any more', async () => {
  const who = await newcomer()
  const id = await ask(who)
  await world.superuser(`update kernel.person set active_to = kernel.now() where id = $1`, [who.id])
  expect(code(await approve(people.head!, id))).toBe('access_subject_gone')
  await world.superuser(`update kernel.person set active_to = null where id = $1`, [who.id])
})

test('a request whose end date has passed is approved no more', async () => {
  const who = await newcomer()
  const id = await ask(who, { until: '2026-03-10' })
  expect(code(await approve(people.head!, id))).toBe('done')
  await world.setClock('2026-03-10T16:00:00Z')
  const later = await world.person('later', ['admin_security'], 'city')
  const late = await approve(later, id)
  await world.setClock('2026-03-09T02:00:00Z')
  expect(code(late)).toBe('access_expired')
})

test('a right ends by itself: the database knows the duty until the last moment of the day, and not after', async () => {
  const who = await newcomer()
  const id = await ask(who, { until: '2026-03-11' })
  for (const one of ['head', 'security']) expect(code(await approve(people[one]!, id))).toBe('done')
  const duties = async () =>
    (await world.superuser<{ d: string[] }>('select kernel.duties_of($1) as d', [who.id]))[0]!.d
  await world.setClock('2026-03-11T15:59:58Z')
  expect(await duties()).toEqual(['enquiry'])
  await world.setClock('2026-03-11T16:00:00Z')
  expect(await duties()).toEqual([])
  await world.setClock('2026-03-09T02:10:00Z')
})

// Asking: what comes of it, for a clerk of Haishu with acceptance and issue.
test.each([
  ['for a day that has passed', { until: '2026-03-08' }, 'access_until_past', 'until'],
  ['until today', { until: '2026-03-09' }, 'access_until_past', 'until'],
  ['for a day that does not exist', { until: '2026-02-30' }, 'invalid_input', 'until'],
  ['for a year and two days', { until: '2027-03-12' }, 'access_too_long', 'until'],
  ['without a reason', { reason: '' }, 'invalid_input', 'reason'],
  ['with blanks as the reason', { reason: '          ' }, 'invalid_input', 'reason'],
  ['for a duty nobody knows', { duty: 'emperor' }, 'access_unknown_duty', 'duty'],
  ['for a business nobody knows', { businesses: ['T99'] }, 'access_unknown_business', 'businesses'],
  ['for no business', { businesses: [] }, 'invalid_input', 'businesses'],
  ['for a purpose the duty does not serve', { purposes: ['inspection'] }, 'access_wrong_purpose', 'purposes'],
  [
    'for a duty that conflicts with one held',
    { duty: 'recording', purposes: ['case'] },
    'access_conflict',
    'duty',
  ],
  ['for a duty held already', { duty: 'issuing', purposes: ['case'] }, 'access_held', 'duty'],
  ['in another office', { district: 'jiangbei' }, 'wrong_district', null],
  ['for a colleague', { personId: 'printer' }, 'access_asked_by_leader', 'personId'],
  [
    'for nobody who exists',
    { personId: '0190a000-0000-7000-8000-00000000000b' },
    'access_asked_by_leader',
    'personId',
  ],
] as const)('asked for %s: refused', async (_, more, refusal, field) => {
  const input = {
    ...more,
    ...('personId' in more && people[more.personId] ? { personId: people[more.personId]!.id } : {}),
  }
  const outcome = await world.as(people.clerk!, requestAccess, asking(input))
  expect(outcome).toMatchObject({ ok: false, refusal: { code: refusal } })
  const [recorded] = await world.superuser<{ refusal: string }>(
    'select refusal from kernel.act where id = $1',
    [outcome.actId],
  )
  expect(recorded).toEqual({ refusal })
  if (field && !outcome.ok) expect(outcome.refusal.fields?.map((one) => one.path)).toContain(field)
})

test('a leader asks for nobody of another office', async () => {
  expect(code(await world.as(people.head!, requestAccess, asking({ personId: people.stranger!.id })))).toBe(
    'access_subject_elsewhere',
  )
})

test('asked twice, the second time is refused, also in the same moment', async () => {
  const who = await newcomer()
  const both = await Promise.all([1, 2].map(() => world.as(who, requestAccess, asking())))
  expect(both.map(code).sort()).toEqual(['access_asked', 'done'])
  expect(code(await world.as(who, requestAccess, asking()))).toBe('access_asked')
})

test('a double click is one request', async () => {
  const who = await newcomer()
  const requestId = crypto.randomUUID()
  const both = await Promise.all([1, 2].map(() => world.as(who, requestAccess, asking(), requestId)))
  expect(both.map((one) => one.ok && (one.result as { requestId: string }).requestId)).toHaveLength(2)
  expect(both[0]).toMatchObject({ ok: true, actId: both[1]!.actId })
})

test('refused with a reason, a request is closed, and may be made anew', async () => {
  const who = await newcomer()
  const id = await ask(who)
  expect(code(await refuse(people.head!, id, ' '))).toBe('invalid_input')
  expect(code(await refuse(people.head!, id))).toBe('done')
  expect(code(await approve(people.security!, id))).toBe('access_closed')
  await ask(who)
})

test('withdrawn by who asked or whose it is, and by nobody else', async () => {
  const who = await newcomer()
  const id = await ask(who)
  const withdraw = (by: Someone) => world.as(by, withdrawRequest, { district, requestId: id })
  expect(code(await withdraw(people.head!))).toBe('access_not_yours')
  expect(code(await withdraw(who))).toBe('done')
  expect(code(await withdraw(who))).toBe('access_closed')
})

test.each([
  ['the holder', 'self', 'done'],
  ['the head of the office', 'head', 'done'],
  ['the security administrator', 'security', 'done'],
  ['a colleague', 'printer', 'access_not_ender'],
  ['the head of another office', 'stranger', 'wrong_district'],
  ['the system administrator', 'system', 'access_not_ender'],
] as const)('a right is ended early by %s: %s', async (_, by, expected) => {
  const who = await newcomer(['enquiry'])
  const [grant] = await grantsOf(who)
  const end = () =>
    world.as(by === 'self' ? who : people[by]!, endAccess, {
      district,
      grantId: grant!.id,
      reason: '不再需要',
    })
  expect(code(await end())).toBe(expected)
  const held = (await world.superuser<{ d: string[] }>('select kernel.duties_of($1) as d', [who.id]))[0]!.d
  expect(held).toEqual(expected === 'done' ? [] : ['enquiry'])
  if (expected === 'done' && by !== 'self') expect(code(await end())).toBe('access_grant_over')
})

test.each(['security', 'system', 'audit'] as const)(
  'the %s administrator cannot act on their own rights',
  async (who) => {
    const me = people[who]!
    const [grant] = await grantsOf(me)
    expect(
      code(await world.as(me, endAccess, { district: 'city', grantId: grant!.id, reason: '试一试' })),
    ).toBe('access_own_admin')
    // Every registration duty, and each other administrator's, conflicts with what they hold.
    for (const duty of [
      'acceptance',
      'recording',
      'enquiry',
      'sealing',
      'centre_lead',
      ...['admin_system', 'admin_security', 'admin_audit'].filter((one) => one !== `admin_${who}`),
    ]) {
      const outcome = await world.as(
        me,
        requestAccess,
        asking({
          district: 'city',
          duty,
          purposes: [
            duty.startsWith('admin')
              ? 'administration'
              : duty === 'enquiry'
                ? 'enquiry'
                : duty === 'centre_lead'
                  ? 'quality'
                  : 'case',
          ],
        }),
      )
      expect(code(outcome), duty).toBe('access_conflict')
    }
  },
)

test('the security administrator decides on nobody’s request for themselves, nor on one of their own asking', async () => {
  const free = await world.person('willing', [], 'city')
  const id = await ask(free, { district: 'city', duty: 'admin_security', purposes: ['administration'] })
  expect(code(await approve(people.bureau!, id, 'city'))).toBe('done')
  expect(code(await approve(people.security!, id, 'city'))).toBe('done')
  const own = await ask(free, {
    district: 'city',
    duty: 'admin_security',
    purposes: ['administration'],
    until: '2026-12-31',
  })
  expect(code(await approve(free, own, 'city'))).toBe('access_own')
})

test('after all of it the log agrees with every table', async () => {
  await world.sequencer.drain()
  const report = await verifyEverything(world.pools.auditor, world.deps.vault)
  // The test itself turned the clock back and made persons leave.
  const planted = (one: { code: string; table?: string }) =>
    one.code === 'time_back' || one.table === 'kernel.person'
  expect(report.problems.filter((one) => !planted(one))).toEqual([])
}, 60_000)
