import { expect, test } from 'vitest'
import { haishu, type Offices, openOffices } from '../../test/offices.ts'
import { workOff } from '../../test/rectify.ts'
import { stands } from '../../test/supervised.ts'
import { openTestWorld, type Someone } from '../../test/world.ts'
import { verifyEverything } from '../evidence/verify.ts'
import type { Outcome } from '../kernel/perform.ts'
import { completeIdNumber } from '../values/idNumber.ts'
import { bootstrap } from './bootstrap.ts'
import { reportVacancy } from './chain.ts'
import { leave } from './departure.ts'
import {
  approveEnrolment,
  approveName,
  approveReset,
  declineProposal,
  proposeEnrolment,
  proposeName,
  requestReset,
  withdrawProposal,
} from './enrolment.ts'
import {
  approvePost,
  assignPost,
  endPost,
  loadOrganisation,
  proposeAssignment,
  proposeClosing,
  proposePost,
} from './posts.ts'
import { normaliseName, staffNameProblem } from './rules.ts'
import { PeopleWatch } from './watch.ts'

const said = (outcome: Outcome<unknown>): string => (outcome.ok ? 'done' : outcome.refusal.code)
const resultOf = <T>(outcome: Outcome<unknown>): T => {
  if (!outcome.ok) throw new Error(`${outcome.refusal.code}: ${outcome.refusal.message.en}`)
  return outcome.result as T
}
const colleague = (offices: Offices, more: object = {}) => ({
  district: 'haishu',
  name: '王小明',
  idNumber: offices.idNumber(),
  username: 'haishu.new',
  post: 'clerk',
  from: '2026-03-09',
  ...more,
})
const proposed = async (offices: Offices, more: object = {}): Promise<string> =>
  resultOf<{ proposalId: string }>(
    await offices.as(offices.system, proposeEnrolment, colleague(offices, more)),
  ).proposalId
const verified = async (offices: Offices) => {
  await offices.sequencer.drain()
  return (await verifyEverything(offices.pools.auditor, offices.deps.vault)).problems
}

test('a colleague is there once two administrators have said so, with a post, no duty, and a ticket that leaves once', async () => {
  await using offices = await openOffices()
  const proposalId = await proposed(offices)
  const nobody = `select 1 from kernel.person where name = '王小明'`
  expect(await offices.superuser(nobody)).toEqual([])
  const approved = await offices.as(offices.security, approveEnrolment, { district: 'haishu', proposalId })
  const { personId, ticket } = resultOf<{ personId: string; ticket: string }>(approved)
  expect(ticket).toMatch(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/)
  expect(
    await offices.superuser(
      `select p.name, p.district, a.username, kernel.duties_of(p.id) as duties, h.post from kernel.person p
       join kernel.account a on a.person_id = p.id join people.holding h on h.person_id = p.id where p.id = $1`,
      [personId],
    ),
  ).toEqual([{ name: '王小明', district: 'haishu', username: 'haishu.new', duties: [], post: 'clerk' }])
  const [kept] = await offices.superuser<{ text: string }>(
    `select answer::text as text from kernel.act where id = $1`,
    [approved.actId],
  )
  expect(kept!.text).not.toContain(ticket)
  expect(await verified(offices)).toEqual([])
})

test.each([
  ['the security administrator', 'security', 'done'],
  ['the one who proposed', 'system', 'no_duty'],
  ['the audit administrator', 'audit', 'no_duty'],
  ['the head of the centre', 'head', 'no_duty'],
  ['nobody who is signed in', null, 'not_signed_in'],
] as const)('an enrolment approved by %s: %s', async (_, who, outcome) => {
  await using offices = await openOffices()
  const proposalId = await proposed(offices)
  const input = { district: 'haishu', proposalId }
  expect(said(await offices.as(who && offices[who], approveEnrolment, input))).toBe(outcome)
  if (outcome === 'done')
    expect(said(await offices.as(offices.security, approveEnrolment, input))).toBe('proposal_decided')
})

test.each([
  ['good input', {}, 'done', null],
  ['a number whose check does not fit', { idNumber: '330203198801015001' }, 'invalid_input', 'idNumber'],
  ['a post the office does not have', { post: 'pilot' }, 'no_post', null],
  ['a user name somebody has', { username: 'clerk' }, 'username_taken', null],
  ['a zero-width space in the name', { name: '王\u200b小明' }, 'invalid_input', 'name'],
  ['a character that turns direction', { name: '王小明\u202e' }, 'invalid_input', 'name'],
  ['a Latin letter among Chinese characters', { name: '王xiaoming' }, 'invalid_input', 'name'],
  ['a Cyrillic letter among Latin ones', { name: 'Wаng Ming' }, 'invalid_input', 'name'],
  ['a radical that only looks like a character', { name: '⺩小明' }, 'invalid_input', 'name'],
] as const)('proposing with %s (%o): %s', async (_, more, outcome, field) => {
  await using offices = await openOffices()
  const answer = await offices.as(offices.system, proposeEnrolment, colleague(offices, more))
  expect(said(answer)).toBe(outcome)
  if (!answer.ok && field) expect(answer.refusal.fields).toMatchObject([{ path: field }])
})

// What is one name to the eye is one name to the house (6.3).
test.each([
  ['王小明', '王小明', true],
  [' 王小明 ', '王小明', true],
  ['⼯小明', '工小明', true],
  ['阿依古丽•买买提', '阿依古丽·买买提', true],
  ['阿依古丽 ・ 买买提', '阿依古丽·买买提', true],
  ['Ｊｏｈｎ  Smith', 'John Smith', true],
  ['Anne-Marie O’Neill', 'Anne-Marie O’Neill', false],
  ["Zoë O'Neill", "Zoë O'Neill", true],
  ['ɑnna', 'ɑnna', false],
  ['王·', '王·', false],
  ['123', '123', false],
] as const)('the name %j is kept as %j; it may stand: %s', (given, kept, stands) => {
  expect(normaliseName(given)).toBe(kept)
  expect(staffNameProblem(given) === null).toBe(stands)
})

test('the database refuses a name with characters nobody sees, whatever the code says', async () => {
  await using offices = await openOffices()
  const insert = (name: string) =>
    offices
      .superuser(
        `insert into people.proposal (district, kind, body, id_hash, id_sealed, proposed_by, proposed_at)
         values ('haishu', 'enrol', jsonb_build_object('name', $1::text), sha256($2), 'x', $3, now())`,
        [name, Buffer.from(name), offices.system.id],
      )
      .then(
        () => 'stored',
        (error: { constraint?: string }) => error.constraint,
      )
  expect([await insert('王\u200b明'), await insert('Ｊohn'), await insert('王明')]).toEqual([
    'proposal_name_plain',
    'proposal_name_plain',
    'stored',
  ])
})

test('one identity is proposed once and enrolled once, also when two come at the same moment', async () => {
  await using offices = await openOffices()
  const idNumber = offices.idNumber()
  const ask = (username: string) =>
    offices.as(offices.system, proposeEnrolment, colleague(offices, { idNumber, username }))
  const answers = await Promise.all([ask('a1'), ask('a2'), ask('a3')])
  expect(answers.map(said).sort()).toEqual(['done', 'identity_proposed', 'identity_proposed'])
  const refused = answers.find((one) => !one.ok)!
  expect(refused.ok ? null : refused.refusal.fields).toMatchObject([{ path: 'idNumber' }])
  const { proposalId } = resultOf<{ proposalId: string }>(answers.find((one) => one.ok)!)
  const decide = () => offices.as(offices.security, approveEnrolment, { district: 'haishu', proposalId })
  const decisions = (await Promise.all([decide(), decide()])).map(said).sort()
  expect(decisions).toEqual(['done', 'proposal_decided'])
  const again = await offices.as(
    offices.system,
    proposeEnrolment,
    colleague(offices, { idNumber, username: 'a4', district: 'yuyao' }),
  )
  expect(again).toMatchObject({
    ok: false,
    refusal: { code: 'identity_taken', fields: [{ path: 'idNumber' }] },
  })
})

test('a declined proposal frees its identity, names its reason, and is not decided again', async () => {
  await using offices = await openOffices()
  const idNumber = offices.idNumber()
  const proposalId = await proposed(offices, { idNumber })
  const input = { district: 'haishu', proposalId, reason: '岗位无空缺' }
  expect(said(await offices.as(offices.system, declineProposal, input))).toBe('second_person')
  expect(said(await offices.as(offices.security, declineProposal, input))).toBe('done')
  expect(said(await offices.as(offices.security, declineProposal, input))).toBe('proposal_decided')
  expect(said(await offices.as(offices.security, approveEnrolment, { district: 'haishu', proposalId }))).toBe(
    'proposal_decided',
  )
  await proposed(offices, { idNumber })
  expect(await verified(offices)).toEqual([])
})

test('who proposed takes a proposal back, and nobody else does; its identity is free again, and it is not decided any more', async () => {
  await using offices = await openOffices()
  const idNumber = offices.idNumber()
  const proposalId = await proposed(offices, { idNumber })
  const input = { district: 'haishu', proposalId, reason: '姓名写错' }
  expect(said(await offices.as(offices.security, withdrawProposal, input))).toBe('proposal_not_yours')
  expect(said(await offices.as(offices.head, withdrawProposal, input))).toBe('no_duty')
  expect(said(await offices.as(offices.system, withdrawProposal, input))).toBe('done')
  expect(said(await offices.as(offices.system, withdrawProposal, input))).toBe('proposal_decided')
  expect(said(await offices.as(offices.security, approveEnrolment, { district: 'haishu', proposalId }))).toBe(
    'proposal_decided',
  )
  await proposed(offices, { idNumber })
  expect(await verified(offices)).toEqual([])
})

// A lost account: one asks, another approves, and neither is the one whose account it is.
test.each([
  ['a clerk’s, asked by system and approved by security', 'clerk', 'system', 'security', 'done', 'done'],
  ['a clerk’s, asked and approved by one', 'clerk', 'system', 'system', 'done', 'second_person'],
  ['a clerk’s, asked by the head of the centre', 'clerk', 'head', 'security', 'no_duty', null],
  ['one’s own', 'system', 'system', 'security', 'not_oneself', null],
  ['of the approver', 'security', 'system', 'security', 'done', 'not_oneself'],
  ['of security, approved by audit', 'security', 'system', 'audit', 'done', 'done'],
] as const)('a reset of %s: asked %s, approved %s', async (_, whose, asks, approves, asked, approved) => {
  await using offices = await openOffices()
  const district = whose === 'clerk' ? 'haishu' : 'city'
  const answer = await offices.as(offices[asks], requestReset, {
    district,
    personId: offices[whose].id,
    reason: '忘记密码',
  })
  expect(said(answer)).toBe(asked)
  if (approved === null) return
  const { proposalId } = resultOf<{ proposalId: string }>(answer)
  expect(said(await offices.as(offices[approves], approveReset, { district, proposalId }))).toBe(approved)
  expect((await offices.kernel.read(offices[whose].token, async () => 'yes')) === 'yes').toBe(
    approved !== 'done',
  )
})

test('an approved reset ends the devices, and so does leaving; those of others stay', async () => {
  await using offices = await openOffices()
  const { clerk, head, system, security } = offices
  for (const who of [clerk, head]) await offices.passkeyOf(who)
  const live = async (who: Someone) =>
    (
      await offices.superuser<{ n: number }>(
        'select count(*)::int as n from people.factor where person_id = $1 and ended_at is null',
        [who.id],
      )
    )[0]!.n
  const asked = await offices.as(system, requestReset, {
    district: 'haishu',
    personId: clerk.id,
    reason: '手机丢失',
  })
  expect([await live(clerk), await live(head)]).toEqual([1, 1])
  const { proposalId } = resultOf<{ proposalId: string }>(asked)
  expect(said(await offices.as(security, approveReset, { district: 'haishu', proposalId }))).toBe('done')
  expect([await live(clerk), await live(head)]).toEqual([0, 1])
  const leaving = { district: 'haishu', personId: head.id, reason: 'resigned' }
  expect(said(await offices.as(system, leave, leaving))).toBe('done')
  expect(await live(head)).toBe(0)
  expect(await live(security)).toBe(1)
  expect(await verified(offices)).toEqual([])
})

test('the database itself refuses that one person proposes and decides, or either for themselves', async () => {
  await using offices = await openOffices()
  const insert = (values: string) =>
    offices
      .superuser(
        `insert into people.proposal (district, kind, person_id, body, proposed_by, proposed_at, state, decided_by, decided_at) values ('haishu', 'reset', ${values})`,
      )
      .then(
        () => 'stored',
        (error: { constraint?: string }) => error.constraint,
      )
  const { clerk, system, security } = offices
  const row = (of: Someone, by: Someone, decided: Someone, state = 'approved') =>
    `'${of.id}', '{}', '${by.id}', now(), '${state}', '${decided.id}', now()`
  expect([
    await insert(row(clerk, system, system)),
    await insert(row(system, system, security)),
    await insert(row(security, system, security)),
    await insert(row(clerk, system, security, 'withdrawn')),
    await insert(row(clerk, system, security)),
    await insert(row(clerk, system, system, 'withdrawn')),
  ]).toEqual([
    'proposal_two_persons',
    'proposal_not_of_oneself',
    'proposal_not_of_oneself',
    'proposal_two_persons',
    'stored',
    'stored',
  ])
})

const assignment = (offices: Offices, more: object = {}) => ({
  district: 'haishu',
  personId: offices.clerk.id,
  mode: 'transfer',
  post: 'recorder',
  reason: '工作需要',
  ...more,
})
const assign = async (offices: Offices, more: object = {}) => {
  const answer = await offices.as(offices.system, proposeAssignment, assignment(offices, more))
  const { proposalId } = resultOf<{ proposalId: string }>(answer)
  return offices.as(offices.security, assignPost, { district: 'haishu', proposalId })
}

test('after a transfer only the new post is held, grants that do not belong to it have ended, and the session too', async () => {
  await using offices = await openOffices()
  expect(await assign(offices)).toMatchObject({ ok: true, result: { findings: 0 } })
  expect(
    await offices.superuser(
      `select kernel.duties_of($1) as duties, array(select post from people.holding where person_id = $1 and during @> kernel.now()) as posts,
       (select count(*)::int from kernel.session where person_id = $1 and ended_at is null) as sessions`,
      [offices.clerk.id],
    ),
  ).toEqual([{ duties: [], posts: ['recorder'], sessions: 0 }])
  expect(await verified(offices)).toEqual([])
})

test('a transfer to another office takes the person there, and everything still verifies', async () => {
  await using offices = await openOffices()
  expect(said(await assign(offices, { toDistrict: 'yuyao', post: 'clerk' }))).toBe('done')
  expect(
    await offices.superuser(
      `select district, enrolled_in, kernel.duties_of(id) as duties, (select count(*)::int from people.holding h where h.person_id = p.id and h.district = 'yuyao' and h.during @> kernel.now()) as posts from kernel.person p where id = $1`,
      [offices.clerk.id],
    ),
  ).toEqual([{ district: 'yuyao', enrolled_in: 'haishu', duties: [], posts: 1 }])
  expect(await verified(offices)).toEqual([])
})

const standing = async ({ superuser, clerk }: Offices) =>
  (
    await superuser<{ duties: string[]; posts: string[]; district: string; sessions: number }>(
      `select kernel.duties_of($1) as duties, array(select post from people.holding where person_id = $1 and during @> kernel.now()) as posts,
         (select district from kernel.person where id = $1), (select count(*)::int from kernel.session where person_id = $1 and ended_at is null) as sessions`,
      [clerk.id],
    )
  )[0]!
const settleNow = (offices: Offices) =>
  new PeopleWatch({
    pool: offices.pools.auditor,
    kernel: offices.kernel,
    token: Buffer.from(offices.secrets.services.detector!, 'hex'),
  }).runOnce()
const before = { duties: ['acceptance', 'issuing'], posts: ['clerk'], district: 'haishu', sessions: 1 }

test.each([
  ['in the office', { post: 'recorder' }, 'recorder', 'haishu'],
  ['to another office', { toDistrict: 'yuyao', post: 'clerk' }, 'clerk', 'yuyao'],
] as const)(
  'a transfer %s on a day to come changes nothing before it, takes effect by itself, and is settled once',
  async (_, more, post, district) => {
    await using offices = await openOffices()
    expect(said(await assign(offices, { ...more, from: '2026-03-16' }))).toBe('done')
    expect(await standing(offices)).toEqual(before)
    await settleNow(offices)
    await offices.setClock('2026-03-15T15:59:00Z')
    expect(await standing(offices)).toMatchObject({ duties: ['acceptance', 'issuing'], posts: ['clerk'] })
    await offices.setClock('2026-03-15T16:00:00Z')
    expect(await standing(offices)).toMatchObject({ duties: [], posts: [post], district: 'haishu' })
    await settleNow(offices)
    expect(await standing(offices)).toEqual({ duties: [], posts: [post], district, sessions: 0 })
    await settleNow(offices)
    expect(
      await offices.superuser(`select count(*)::int as settled from kernel.act where type = 'people.settle'`),
    ).toEqual([{ settled: 1 }])
    expect(await verified(offices)).toEqual([])
  },
)

test('a transfer on a day to come lapses when the person is transferred elsewhere before', async () => {
  await using offices = await openOffices()
  await assign(offices, { toDistrict: 'yuyao', post: 'clerk', from: '2026-03-16' })
  expect(said(await assign(offices, { post: 'recorder' }))).toBe('done')
  await offices.setClock('2026-03-16T01:00:00Z')
  await settleNow(offices)
  expect(await standing(offices)).toMatchObject({ posts: ['recorder'], district: 'haishu' })
  expect(await offices.superuser('select 1 from people.move where settled_at is null')).toEqual([])
  expect(await verified(offices)).toEqual([])
})

test.each([
  ['acting with an end', { mode: 'acting', until: '2026-06-30' }, 'done'],
  ['cover without an end', { mode: 'cover' }, 'cover_needs_end'],
  ['acting for two years', { mode: 'acting', until: '2028-03-01' }, 'cover_needs_end'],
  ['one more post', { mode: 'additional' }, 'done'],
  ['the post already held', { mode: 'additional', post: 'clerk' }, 'post_held'],
  ['a post that is none', { mode: 'additional', post: 'pilot' }, 'no_post'],
  ['an end in the past', { mode: 'additional', until: '2026-01-01' }, 'invalid_input'],
] as const)('an assignment, %s: %s', async (_, more, outcome) => {
  await using offices = await openOffices()
  const answer = await offices.as(offices.system, proposeAssignment, assignment(offices, more))
  if (!answer.ok) return expect(said(answer)).toBe(outcome)
  const { proposalId } = resultOf<{ proposalId: string }>(answer)
  expect(said(await offices.as(offices.security, assignPost, { district: 'haishu', proposalId }))).toBe(
    outcome,
  )
  // Nothing is taken away by a post that comes in addition.
  expect(await offices.superuser(`select kernel.duties_of($1) as duties`, [offices.clerk.id])).toEqual([
    { duties: ['acceptance', 'issuing'] },
  ])
})

test('ending a post ends the grants that no other post carries', async () => {
  await using offices = await openOffices()
  const [holding] = await offices.superuser<{ id: string }>(
    'select id from people.holding where person_id = $1',
    [offices.clerk.id],
  )
  const input = { district: 'haishu', personId: offices.clerk.id, holdingId: holding!.id, reason: '免去' }
  expect(said(await offices.as(offices.system, endPost, input))).toBe('done')
  expect(said(await offices.as(offices.system, endPost, input))).toBe('no_post')
  expect(await offices.superuser('select kernel.duties_of($1) as duties', [offices.clerk.id])).toEqual([
    { duties: [] },
  ])
  expect(await verified(offices)).toEqual([])
})

test('a name is put right by two administrators', async () => {
  await using offices = await openOffices()
  const { proposalId } = resultOf<{ proposalId: string }>(
    await offices.as(offices.system, proposeName, {
      district: 'haishu',
      personId: offices.clerk.id,
      name: '王晓明',
      reason: '户籍更名',
    }),
  )
  expect(said(await offices.as(offices.security, approveName, { district: 'haishu', proposalId }))).toBe(
    'done',
  )
  expect(await offices.superuser('select name from kernel.person where id = $1', [offices.clerk.id])).toEqual(
    [{ name: '王晓明' }],
  )
  expect(await verified(offices)).toEqual([])
})

// The register of posts (7.5): proposed by the system administrator, approved by who leads the post.
test.each([
  ['by the holder of the leading post', 'head', 'centre_head', 'done'],
  ['by the security administrator, while somebody leads', 'security', 'centre_head', 'leader_decides'],
  ['by security, where nobody holds the leading post', 'security', 'bureau_head', 'done'],
  ['by the one who proposed', 'system', 'centre_head', 'no_duty'],
] as const)('a changed post approved %s (%s, led by %s): %s', async (_, who, leader, outcome) => {
  await using offices = await openOffices()
  const post = { ...haishu.posts[2]!, risk: 'high', leader }
  const { proposalId } = resultOf<{ proposalId: string }>(
    await offices.as(offices.system, proposePost, { district: 'haishu', post }),
  )
  expect(said(await offices.as(offices[who], approvePost, { district: 'haishu', proposalId }))).toBe(outcome)
  expect(
    await offices.superuser(`select risk from people.post where district = 'haishu' and id = 'clerk'`),
  ).toEqual([{ risk: outcome === 'done' ? 'high' : 'medium' }])
  expect(await verified(offices)).toEqual([])
})

const closing = (offices: Offices, post: string) =>
  offices.as(offices.system, proposeClosing, { district: 'haishu', post, reason: '机构调整' })

test('a post that nobody holds and that leads none is closed by two persons, and its id is not used again', async () => {
  await using offices = await openOffices()
  expect(said(await closing(offices, 'clerk'))).toBe('post_still_held')
  expect(said(await closing(offices, 'bureau_head'))).toBe('post_still_leads')
  expect(said(await closing(offices, 'pilot'))).toBe('no_post')
  const { proposalId } = resultOf<{ proposalId: string }>(await closing(offices, 'recorder'))
  const late = resultOf<{ proposalId: string }>(await closing(offices, 'recorder'))
  expect(said(await offices.as(offices.security, approvePost, { district: 'haishu', proposalId }))).toBe(
    'leader_decides',
  )
  expect(said(await offices.as(offices.head, approvePost, { district: 'haishu', proposalId }))).toBe('done')
  expect(
    await offices.superuser(
      `select closed_at is not null as closed from people.post where id = 'recorder' and district = 'haishu'`,
    ),
  ).toEqual([{ closed: true }])
  expect(said(await offices.as(offices.head, approvePost, { district: 'haishu', ...late }))).toBe('no_post')
  expect(said(await offices.as(offices.system, proposeAssignment, assignment(offices)))).toBe('no_post')
  const again = await offices.as(offices.system, proposePost, { district: 'haishu', post: haishu.posts[3]! })
  expect(again).toMatchObject({ ok: false, refusal: { fields: [{ path: 'post.id' }] } })
  expect(await verified(offices)).toEqual([])
})

test('a post that somebody was given while its closing waited is not closed', async () => {
  await using offices = await openOffices()
  const { proposalId } = resultOf<{ proposalId: string }>(await closing(offices, 'recorder'))
  expect(said(await assign(offices, { from: '2026-04-01' }))).toBe('done')
  expect(said(await offices.as(offices.head, approvePost, { district: 'haishu', proposalId }))).toBe(
    'post_still_held',
  )
})

// With the app's password, in an act opened honestly.
test.each([
  [
    'closing a post that is held',
    'head',
    'people.approvePost',
    `update people.post set closed_at = now() where id = 'clerk'`,
    'post_closed_unheld',
  ],
  [
    'closing a post that leads',
    'head',
    'people.approvePost',
    `update people.post set closed_at = now() where id = 'bureau_head'`,
    'post_closed_leads_none',
  ],
  [
    'closing another in another act',
    'head',
    'people.recall',
    `update people.post set closed_at = now() where id = 'recorder'`,
    'MB042',
  ],
  [
    'closing one that may be closed',
    'head',
    'people.approvePost',
    `update people.post set closed_at = now() where id = 'recorder'`,
    'done',
  ],
  [
    'opening a closed one again',
    'head',
    'people.approvePost',
    `update people.post set closed_at = null where id = 'old'`,
    'assign_post_gone',
  ],
  [
    'giving a closed one to somebody',
    'security',
    'people.assignPost',
    `insert into people.holding (district, person_id, post, during) values ('haishu', '$clerk', 'old', tstzrange(now(), null))`,
    'assign_post_gone',
  ],
  [
    'a move nobody approved',
    'security',
    'people.assignPost',
    `insert into people.move (district, person_id, to_district, holding_id, due_at) select 'haishu', person_id, district, id, now() from people.holding`,
    '42501',
  ],
] as const)('at the SQL prompt, %s: %s %s', async (_, who, type, statement, outcome) => {
  await using offices = await openOffices()
  await offices.superuser(
    `begin; set local session_replication_role = replica;
     insert into people.post (district, id, name_zh, name_en, closed_at) values ('haishu', 'old', '旧', 'old', now() - interval '1 year'); commit`,
  )
  const client = await offices.prompt('mingbu_app')
  try {
    await client.query('begin')
    const token = offices[who].token
    const { rows } = await client.query(
      `select kernel.open_act($1, $2, 'haishu', gen_random_uuid(), sha256('x')) as opened`,
      [token, type],
    )
    expect(rows[0]).toMatchObject({ opened: { status: 'ok' } })
    const answer = await client.query(statement.replace('$clerk', offices.clerk.id)).then(
      () => 'done',
      (error: { constraint?: string; code?: string }) => error.constraint ?? error.code,
    )
    expect(answer).toBe(outcome)
  } finally {
    await client.query('rollback')
    await client.end()
  }
})

test('a vacant level of responsibility is a finding, once, and red on the board until somebody holds it; a filled one is none', async () => {
  await using offices = await openOffices()
  const watch = new PeopleWatch({
    pool: offices.pools.auditor,
    kernel: offices.kernel,
    token: Buffer.from(offices.secrets.services.detector!, 'hex'),
  })
  await watch.runOnce()
  const found = async () =>
    (
      await offices.superuser<{ key: string }>(
        `select district || ' ' || substring(dedupe_key from 14) as key from kernel.finding where kind = 'chain_vacant' order by 1`,
      )
    ).map((one) => one.key)
  const first = await found()
  expect(first).toContain('haishu bureau_head')
  expect(first).toContain('haishu section')
  expect(first).not.toContain('haishu centre')
  expect(first).not.toContain('haishu window')
  expect(first).not.toContain('city centre')
  expect(await watch.runOnce()).toBe(0)
  const detector = { ...offices.seed, token: Buffer.from(offices.secrets.services.detector!, 'hex') }
  expect(await offices.as(detector, reportVacancy, { district: 'haishu', level: 'centre' })).toMatchObject({
    ok: true,
    result: { finding: null },
  })
  expect(await found()).toEqual(first)

  const { person } = offices
  const hands = {
    lead: offices.head,
    responsible: offices.clerk,
    checker: await person('eva', ['inspection']),
  }
  const close = async (most = 3) => {
    const open = await offices.superuser<{ id: string }>(
      `select id from kernel.finding where kind = 'chain_vacant' and district = 'haishu' and state <> 'closed'`,
    )
    for (const { id } of open.slice(0, most)) await workOff(offices, id, hands, { to: 'closed' })
  }
  expect(await stands(offices, '1.1-chain')).toMatchObject({ status: 'red', open: 3 })
  // Closed on paper, with the post still vacant, it is found again.
  await close(1)
  expect(await watch.runOnce()).toBe(1)
  expect(await stands(offices, '1.1-chain')).toMatchObject({ status: 'red', open: 3 })
  const [post] = haishu.posts
  const more = ['deputy', 'section'].map((level) => ({ ...post, id: level, level, nameZh: level }))
  expect(
    said(await offices.as(offices.seed, loadOrganisation, { district: 'haishu', units: [], posts: more })),
  ).toBe('done')
  for (const level of ['bureau_head', 'deputy', 'section'])
    await person(`holds_${level}`, ['district_lead'], 'haishu', level)
  await close()
  expect(await watch.runOnce()).toBe(0)
  expect(await stands(offices, '1.1-chain')).toMatchObject({ status: 'green', governed: 5, open: 0 })
})

const number = (serial: number) => completeIdNumber(`3302031970010${serial}`)
const admins = (more: object = {}) => ({
  system: { name: '演系统', idNumber: number(1001), username: 'sys' },
  security: { name: '演安全', idNumber: number(1002), username: 'sec' },
  audit: { name: '演审计', idNumber: number(1003), username: 'aud' },
  ...more,
})
test.each([
  ['three people', {}, 'done', null],
  [
    'one identity twice',
    { audit: { name: '演审计', idNumber: number(1001), username: 'aud' } },
    'invalid_input',
    'audit.idNumber',
  ],
  [
    'one user name twice',
    { audit: { name: '演审计', idNumber: number(1003), username: 'sys' } },
    'invalid_input',
    'audit.username',
  ],
  [
    'a number that does not check',
    { audit: { name: '演审计', idNumber: '330203197001011000', username: 'aud' } },
    'invalid_input',
    'audit.idNumber',
  ],
] as const)('an empty installation is given its administrators: %s', async (_, more, outcome, field) => {
  await using world = await openTestWorld()
  const installer: Someone = {
    id: '',
    username: '',
    token: Buffer.from(world.secrets.services.installer!, 'hex'),
  }
  const answer = await world.as(installer, bootstrap, admins(more))
  expect(said(answer)).toBe(outcome)
  if (!answer.ok && field) expect(answer.refusal.fields).toMatchObject([{ path: field }])
  expect(
    await world.superuser(`select duty from kernel.duty_grant where during @> kernel.now() order by duty`),
  ).toEqual(
    outcome === 'done' ? ['admin_audit', 'admin_security', 'admin_system'].map((duty) => ({ duty })) : [],
  )
  await world.sequencer.drain()
  expect((await verifyEverything(world.pools.auditor, world.deps.vault)).problems).toEqual([])
})

test('an installation is bootstrapped once: a second time is refused, two at once are one, and then no service enrols anybody', async () => {
  await using world = await openTestWorld()
  const installer: Someone = {
    id: '',
    username: '',
    token: Buffer.from(world.secrets.services.installer!, 'hex'),
  }
  const both = await Promise.all([
    world.as(installer, bootstrap, admins()),
    world.as(installer, bootstrap, admins()),
  ])
  expect(both.map(said).sort()).toEqual(['bootstrap_once', 'done'])
  expect(said(await world.as(installer, bootstrap, admins()))).toBe('bootstrap_once')
  await expect(world.person('late', ['acceptance'])).rejects.toThrow('a service enrols nobody')
  await using peopled = await openTestWorld()
  await peopled.person('somebody', [])
  const token = Buffer.from(peopled.secrets.services.installer!, 'hex')
  expect(said(await peopled.as({ ...installer, token }, bootstrap, admins()))).toBe('bootstrap_once')
})
