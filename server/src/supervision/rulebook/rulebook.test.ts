import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRoutes, type TestRoutes } from '../../../test/http.ts'
import { evidence, workOff } from '../../../test/rectify.ts'
import { anotherDay, atPrompt, done, stands, tried } from '../../../test/supervised.ts'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { Tx } from '../../platform/db/tx.ts'
import { decideRule, proposeRule, readRule, reviewRule } from './acts.ts'
import { ruleFaults } from './faults.ts'
import { inForceOn, type Rule, readRefusal, reviewRefusal, type Version } from './rules.ts'

let world: TestWorld
let routes: TestRoutes
let people: Record<
  'lead' | 'leader' | 'keeper' | 'clerk' | 'other' | 'elsewhere' | 'bureau' | 'auditor',
  Someone
>

beforeAll(async () => {
  world = await openTestWorld({ now: '2026-03-02T02:00:00Z' })
  routes = await openRoutes(world.kernel)
  people = {
    lead: await world.person('lead', ['centre_lead']),
    leader: await world.person('leader', ['district_lead']),
    keeper: await world.person('keeper', ['seal_keeping'], 'haishu', 'seal_keeper'),
    clerk: await world.person('clerk', ['acceptance'], 'haishu', 'window_clerk'),
    other: await world.person('other', ['acceptance'], 'haishu', 'window_clerk'),
    elsewhere: await world.person('elsewhere', ['acceptance'], 'yuyao', 'window_clerk'),
    bureau: await world.person('bureau', ['district_lead'], 'city', 'bureau_lead'),
    auditor: await world.person('auditor', ['admin_audit']),
  }
})
afterAll(async () => {
  await routes[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

type Who = keyof typeof people
const content = (over: object = {}) => ({
  title: '印章使用管理制度',
  code: '海登〔2026〕1号',
  kind: 'seals',
  body: '印章专人保管，使用须登记。',
  keeperPost: 'seal_keeper',
  posts: ['window_clerk'],
  reviewDays: 30,
  readDays: 10,
  quiz: [
    { question: '空白证书可以盖章吗？', options: ['可以', '不可以', '领导同意就可以'] },
    { question: '印章下班后放在哪里？', options: ['抽屉', '集中保管处'] },
  ],
  ...over,
})
const right = [1, 1]
const proposal = (over: object = {}, said: object = {}) => ({
  action: 'create',
  effectiveOn: '2026-03-02',
  reason: '落实第五条',
  content: content(said),
  answers: right,
  ...over,
})
const say = (who: Who, input: object) => tried(world, people[who], proposeRule, input)
async function propose(who: Who, input: object) {
  return done<{ proposalId: string; documentId: string }>(world, people[who], proposeRule, input)
}
const decide = (who: Who, proposalId: string, approved = true, district = 'haishu') =>
  tried(world, people[who], decideRule, { district, proposalId, approved, word: '同意施行' })
async function inForce(over: object = {}, said: object = {}) {
  const made = await propose('clerk', proposal(over, said))
  expect(await decide('lead', made.proposalId)).toBe('done')
  return made.documentId
}
const read = (who: Who, documentId: string, answers = right, no = 1, district = 'haishu') =>
  world.as(people[who], readRule, { district, documentId, no, answers })
const readCode = async (...asked: Parameters<typeof read>) => {
  const outcome = await read(...asked)
  return outcome.ok
    ? (outcome.result as { passed: boolean }).passed
      ? 'passed'
      : 'failed'
    : outcome.refusal.code
}
const unread = async (documentId: string) =>
  (
    (await routes.get(people.auditor, `rules/${documentId}/readers`)).json as {
      items: { name: string; readAt: string | null; tries: number }[]
    }
  ).items.map((one) => [one.name, one.readAt !== null, one.tries])

describe('which version is in force on a day, who may read and who may review', () => {
  const versions: Version[] = [
    { no: 1, action: 'create', fromOn: '2026-01-10' },
    { no: 2, action: 'amend', fromOn: '2026-03-01' },
    { no: 3, action: 'repeal', fromOn: '2026-06-01' },
  ]
  test.each([
    ['2026-01-09', null],
    ['2026-01-10', 1],
    ['2026-02-28', 1],
    ['2026-03-01', 2],
    ['2026-05-31', 2],
    ['2026-06-01', null],
    ['2030-01-01', null],
  ])('on %s it is version %s', (day, no) => {
    expect(inForceOn(versions, day)?.no ?? null).toBe(no)
  })
  const rule: Rule = {
    district: 'd',
    documentId: 'r',
    currentNo: 2,
    repealed: false,
    keepers: ['eva'],
    readNo: null,
  }
  test.each([
    ['never read', {}, null],
    ['the version before read', { readNo: 1 }, null],
    ['this one read', { readNo: 2 }, 'rule_read_already'],
    ['not yet in force', { currentNo: null }, 'rule_not_in_force'],
    ['repealed and unread', { repealed: true }, null],
  ])('%s: reading is answered %#', (_, over, code) => {
    expect(readRefusal({ ...rule, ...over })?.code ?? null).toBe(code)
  })
  test.each([
    ['eva', {}, null],
    ['ben', {}, 'rule_keeper'],
    ['eva', { repealed: true }, 'rule_repealed'],
    ['eva', { currentNo: null }, 'rule_not_in_force'],
  ])('%s reviews: %#', (who, over, code) => {
    expect(reviewRefusal({ ...rule, ...over }, who)?.code ?? null).toBe(code)
  })
})

test('the file of a rule is its proposer’s own, or one the rule has: at the prompt both ways', async () => {
  const [own, foreign] = [await evidence(world, people.clerk), await evidence(world, people.other)]
  const add = (file: string, document = '00000000-0000-4000-8000-000000000146') =>
    atPrompt(
      world,
      people.clerk,
      'rule.propose',
      `insert into supervision.rule_proposal (district, document_id, action, kind, code, title, file, effective_on, review_days, read_days, keeper_post, posts, quiz, reason)
       values ('haishu', $2, 'create', 'seals', '', '印章制度', $1, '2026-03-02', 30, 10, 'seal_keeper', '{}', '[{}]', '落实')`,
      [file, document],
    )
  expect([await add(own), await add(foreign), await add('a'.repeat(64))]).toEqual([
    '1 rows',
    'rule_file_own',
    'rule_file_own',
  ])
  expect(await say('clerk', proposal({}, { file: foreign }))).toBe('rule_file_own content.file')
  const { documentId } = await propose('other', proposal({}, { file: foreign }))
  expect(await add(foreign, documentId)).toBe('1 rows')
})

test.each([
  ['without a text or a file', () => proposal({}, { body: undefined }), 'rule_content content.body'],
  ['kept by no post', () => proposal({}, { keeperPost: 'nobody' }), 'rule_post_unknown content.keeperPost'],
  [
    'for a post that is none',
    () => proposal({}, { posts: ['window_clerk', 'x'] }),
    'rule_post_unknown content.posts.1',
  ],
  ['of yesterday', () => proposal({ effectiveOn: '2026-03-01' }), 'rule_day effectiveOn'],
  ['of no day', () => proposal({ effectiveOn: '2026-02-30' }), 'rule_day effectiveOn'],
  ['with an answer too few', () => proposal({ answers: [1] }), 'rule_answers answers.1'],
  ['with an answer that is no option', () => proposal({ answers: [1, 2] }), 'rule_answers answers.1'],
  ['with a file nobody uploaded', () => proposal({}, { file: 'a'.repeat(64) }), 'rule_file_own content.file'],
  ['without questions', () => proposal({}, { quiz: [] }), 'invalid_input content.quiz'],
  ['that amends nothing', () => proposal({ action: 'amend' }), 'rule_not_in_force documentId'],
  ['that says nothing', () => proposal({ content: undefined }), 'rule_content content'],
  ['whole', () => proposal(), 'done'],
])('a proposal %s: %#', async (_, input, outcome) => {
  expect(await say('clerk', input())).toBe(outcome)
})

test('one proposes, a leader who is another decides, once; the answers are on no page and in no act', async () => {
  const made = await propose('lead', proposal({}, { file: await evidence(world, people.lead) }))
  expect(await decide('clerk', made.proposalId)).toBe('no_duty')
  expect(await decide('lead', made.proposalId)).toBe('rule_own')
  expect(await decide('leader', made.proposalId)).toBe('done')
  expect(await decide('leader', made.proposalId)).toBe('rule_decided')
  const page = await routes.get(people.clerk, `rules/${made.documentId}`)
  const { versions, availability } = page.json as {
    versions: { quiz: object[] }[]
    availability: Record<string, { enabled: boolean }>
  }
  expect(versions[0]!.quiz).toEqual(content().quiz)
  expect(availability).toMatchObject({ 'rule.read': { enabled: true }, 'rule.review': { enabled: false } })
  const kept = await world.superuser<{ field: string; value: string }>(
    `select field, encode(value, 'escape') as value from kernel.act_value where act_id = (select act_id from supervision.rule_proposal where id = $1)`,
    [made.proposalId],
  )
  expect(kept.length).toBeGreaterThan(5)
  expect(kept.filter(({ field, value }) => field.includes('answers') || value.includes('"answers"'))).toEqual(
    [],
  )
  const file = await routes.get(people.clerk, `rules/proposals/${made.proposalId}/file`)
  expect([file.status, file.media]).toEqual([200, 'application/pdf'])
  expect((await routes.get(people.elsewhere, `rules/proposals/${made.proposalId}/file`)).status).toBe(404)
  expect((await routes.get(people.elsewhere, `rules/${made.documentId}`)).status).toBe(404)
})

test('what was refused is no version; what waits too long is proposed anew; two amendments of one version cannot both hold', async () => {
  const refused = await propose('clerk', proposal())
  expect(await decide('lead', refused.proposalId, false)).toBe('done')
  expect((await routes.get(people.clerk, `rules/${refused.documentId}`)).status).toBe(404)
  const documentId = await inForce()
  const amend = (effectiveOn: string) => proposal({ action: 'amend', documentId, effectiveOn })
  expect(await say('clerk', amend('2026-03-02'))).toBe('rule_moved_on effectiveOn')
  const [one, two] = [
    await propose('clerk', amend('2026-03-05')),
    await propose('other', amend('2026-03-06')),
  ]
  expect(await decide('lead', two.proposalId)).toBe('done')
  expect(await decide('lead', one.proposalId)).toBe('rule_moved_on')
})

test('wrong answers are counted and tried again; nobody learns which is right, and nobody passes twice', async () => {
  const documentId = await inForce()
  expect(await unread(documentId)).toEqual([
    ['clerk', false, 0],
    ['other', false, 0],
  ])
  const first = await read('clerk', documentId, [0, 1])
  expect(first).toMatchObject({ ok: true, result: { passed: false, try: 1, wrong: [0] } })
  expect(await readCode('clerk', documentId, [1])).toBe('rule_answers')
  expect(await read('clerk', documentId, right)).toMatchObject({
    result: { passed: true, try: 2, wrong: [] },
  })
  expect(await readCode('clerk', documentId)).toBe('rule_read_already')
  expect(await readCode('other', documentId, right, 2)).toBe('rule_not_in_force')
  expect(await unread(documentId)).toEqual([
    ['other', false, 0],
    ['clerk', true, 2],
  ])
  expect((await routes.get(people.clerk, `rules/${documentId}/readers`)).status).toBe(403)
})

test('an amendment is owed anew by everybody, a repealed rule stays readable, and each day has its version', async () => {
  const documentId = await inForce()
  expect(await readCode('clerk', documentId)).toBe('passed')
  const amended = await propose('clerk', proposal({ action: 'amend', documentId, effectiveOn: '2026-03-03' }))
  expect(await decide('lead', amended.proposalId)).toBe('done')
  expect(await readCode('other', documentId, right, 2)).toBe('rule_not_in_force')
  await anotherDay(world, people, '2026-03-03T02:00:00Z')
  expect(await unread(documentId)).toEqual([
    ['clerk', false, 0],
    ['other', false, 0],
  ])
  expect(await readCode('clerk', documentId, right, 2)).toBe('passed')
  const {
    content: _,
    answers: __,
    ...nothing
  } = proposal({ action: 'repeal', documentId, effectiveOn: '2026-03-04' })
  const repealed = await propose('clerk', nothing)
  expect(await decide('lead', repealed.proposalId)).toBe('done')
  await anotherDay(world, people, '2026-03-04T02:00:00Z')
  expect(await say('clerk', { ...nothing, effectiveOn: '2026-03-05' })).toBe('rule_repealed documentId')
  const on = async (day: string) =>
    (
      (await routes.get(people.clerk, `rules?on=${day}`)).json as {
        items: { documentId: string; no: number; state: string }[]
      }
    ).items
      .filter((one) => one.documentId === documentId)
      .map((one) => [one.no, one.state])
  expect(await on('2026-03-01')).toEqual([[2, 'coming']])
  expect(await on('2026-03-02')).toEqual([[1, 'in_force']])
  expect(await on('2026-03-03')).toEqual([[2, 'in_force']])
  expect(await on('2026-03-04')).toEqual([[2, 'repealed']])
  const page = (await routes.get(people.clerk, `rules/${documentId}`)).json as {
    versions: { body: string | null }[]
  }
  expect(page.versions.map((one) => one.body !== null)).toEqual([true, true, false])
})

test('a rule of the bureau is read in every office, where no office may change it', async () => {
  const made = await propose(
    'bureau',
    proposal({ effectiveOn: '2026-03-04' }, { keeperPost: 'bureau_lead', posts: ['window_clerk'] }),
  )
  expect(await decide('leader', made.proposalId, true, 'city')).toBe('wrong_district')
  expect(await decide('bureau', made.proposalId, true, 'city')).toBe('rule_own')
  const second = await world.person('second', ['district_lead'], 'city', 'deputy')
  expect(
    await tried(world, second, decideRule, {
      district: 'city',
      proposalId: made.proposalId,
      approved: true,
      word: '同意',
    }),
  ).toBe('done')
  for (const who of ['clerk', 'elsewhere'] as const)
    expect(await readCode(who, made.documentId, right, 1, 'city')).toBe('passed')
  expect(await readCode('other', made.documentId, right, 1, 'haishu')).toBe('rule_not_in_force')
  expect(
    await say('clerk', proposal({ action: 'amend', documentId: made.documentId, effectiveOn: '2026-03-09' })),
  ).toBe('rule_not_in_force documentId')
  const { items } = (await routes.get(people.bureau, `rules/${made.documentId}/readers`)).json as {
    items: { name: string; readAt: string | null }[]
  }
  expect(items.map((one) => [one.name, one.readAt !== null])).toEqual([
    ['other', false],
    ['clerk', true],
    ['elsewhere', true],
  ])
})

describe('what the code might forget, the database refuses', () => {
  test('at the prompt of the app, with a token, inside the very act', async () => {
    const documentId = await inForce({ effectiveOn: '2026-03-04' })
    const mine = await propose('lead', proposal({ effectiveOn: '2026-03-04' }))
    const [clerk, lead] = [people.clerk, people.lead]
    const key = `$1, 'haishu', $2::uuid, 1, $3::uuid`
    const attacks: [string, string, Someone, string, unknown[], string][] = [
      [
        'acknowledge for another',
        'rule.read',
        clerk,
        `insert into supervision.rule_try (district, of_district, document_id, no, person_id, try, answered, questions, passed) values (${key}, 1, 2, 2, true)`,
        ['haishu', documentId, people.other.id],
        '42501',
      ],
      [
        'acknowledge without a question',
        'rule.read',
        clerk,
        `insert into supervision.rule_try (district, of_district, document_id, no, try, answered, questions, passed) values ('haishu', 'haishu', $1::uuid, 1, 1, 2, 2, true)`,
        [documentId],
        '42501',
      ],
      ['read the answers', 'rule.read', clerk, `select answers from supervision.rule_key`, [], '42501'],
      ['read their digests', 'rule.read', clerk, `select * from supervision.rule_key_seen`, [], '42501'],
      [
        'have them judged outside the act',
        'file.store',
        clerk,
        `select supervision.read_rule('haishu', $1::uuid, 1::smallint, '{1,1}')`,
        [documentId],
        'MB146',
      ],
      [
        'set other answers',
        'rule.propose',
        clerk,
        `select supervision.set_rule_key($1::uuid, '{0,0}')`,
        [mine.proposalId],
        'MB146',
      ],
      [
        'change a version in force',
        'rule.propose',
        clerk,
        `update supervision.rule_proposal set body = '无'`,
        [],
        '42501',
      ],
      ['take a version away', 'rule.decide', lead, `delete from supervision.rule_decision`, [], '42501'],
      [
        'approve one’s own',
        'rule.decide',
        lead,
        `insert into supervision.rule_decision (district, proposal_id, document_id, action, effective_on, proposed_by, approved, no, word) values ('haishu', $1::uuid, $2::uuid, 'create', '2026-03-04', $3::uuid, true, 1, '同意')`,
        [mine.proposalId, mine.documentId, lead.id],
        'rule_by_another',
      ],
      [
        'approve one’s own as somebody else’s',
        'rule.decide',
        lead,
        `insert into supervision.rule_decision (district, proposal_id, document_id, action, effective_on, proposed_by, approved, no, word) values ('haishu', $1::uuid, $2::uuid, 'create', '2026-03-04', $3::uuid, true, 1, '同意')`,
        [mine.proposalId, mine.documentId, clerk.id],
        'rule_of_proposal',
      ],
      [
        'put a version before the one in force',
        'rule.decide',
        people.leader,
        `insert into supervision.rule_decision (district, proposal_id, document_id, action, effective_on, proposed_by, approved, no, word) select district, id, document_id, action, effective_on, person_id, true, 3, '同意' from supervision.rule_proposal where id = $1::uuid`,
        [mine.proposalId],
        'rule_follows',
      ],
      [
        'decide in another act',
        'file.store',
        people.leader,
        `insert into supervision.rule_decision (district, proposal_id, document_id, action, effective_on, proposed_by, approved, no, word) select district, id, document_id, action, effective_on, person_id, true, 1, '同意' from supervision.rule_proposal where id = $1::uuid`,
        [mine.proposalId],
        'MB091',
      ],
      [
        'review without the post',
        'rule.review',
        clerk,
        `insert into supervision.rule_review (district, document_id, no, note) values ('haishu', $1::uuid, 1, '有效')`,
        [documentId],
        'rule_review_by_keeper',
      ],
      [
        'list who has not read in another office',
        'rule.read',
        clerk,
        `select * from supervision.rule_spans('yuyao')`,
        [],
        '0 rows',
      ],
    ]
    const answers: [string, string][] = []
    for (const [what, type, who, sql, values] of attacks)
      answers.push([what, await atPrompt(world, who, type, sql, values)])
    expect(answers).toEqual(attacks.map(([what, , , , , outcome]) => [what, outcome]))
    // The same hands, doing what is theirs.
    expect(await decide('leader', mine.proposalId)).toBe('done')
    expect(await readCode('clerk', documentId)).toBe('passed')
  })

  test.each([
    [
      'a clerk’s decision',
      (day: string) =>
        `update supervision.rule_decision set person_id = '${people.clerk.id}', effective_on = '${day}'`,
      'rule_by_leader',
    ],
    [
      'a rule that began yesterday',
      () => `update supervision.rule_decision set at = at + interval '1 year', no = no + 0`,
      'rule_not_backdated',
    ],
  ])('in the database: %s breaks %s', async (_, sql, constraint) => {
    const admin = await world.admin()
    await admin.query('begin')
    await admin.query(`alter table supervision.rule_decision disable trigger append_only`)
    await admin.query(
      `create trigger again before update on supervision.rule_decision for each row execute function supervision.rule_decides()`,
    )
    await admin.query(`alter table supervision.rule_proposal disable trigger append_only`)
    await expect(
      admin.query(`set local session_replication_role = origin; ${sql('2026-03-04')}`),
    ).rejects.toMatchObject({ constraint })
    await admin.query('rollback')
    await admin.end()
  })
})

test('2.1: overdue reading and an overdue review are findings and red; read, reviewed and rectified it is green', async () => {
  const person = (name: string, duties: string[], post?: string) =>
    world.person(name, duties, 'yinzhou', post)
  const staff = {
    head: await person('head-y', ['centre_lead']),
    deputy: await person('deputy-y', ['district_lead']),
    keeper: await person('keeper-y', ['seal_keeping'], 'seal_keeper'),
    clerk: await person('clerk-y', ['acceptance'], 'window_clerk'),
  }
  const of = { district: 'yinzhou' }
  const made = await done<{ proposalId: string; documentId: string }>(
    world,
    staff.clerk,
    proposeRule,
    proposal({ effectiveOn: '2026-03-04' }),
  )
  expect(await stands(world, '2.1-rules', 'yinzhou')).toMatchObject({ status: 'amber', due: 1 })
  await done(world, staff.head, decideRule, {
    ...of,
    proposalId: made.proposalId,
    approved: true,
    word: '同意',
  })
  const watch = async () => {
    await world.dutyWatch.runOnce()
    await world.sequencer.drain()
  }
  const findings = (kind: string) =>
    world.superuser<{ id: string; subject: string }>(
      `select id, subject from kernel.finding where district = 'yinzhou' and kind = $1 and state <> 'closed' order by subject`,
      [kind],
    )
  await watch()
  expect(await findings('rule_unread')).toEqual([])
  const { open } = (await routes.get(staff.clerk, 'duties/mine')).json as {
    open: { kind: string; name: { zh: string } }[]
  }
  expect(open.filter((one) => one.kind === 'rule.read').map((one) => one.name.zh)).toContain(
    'clerk-y：《印章使用管理制度》',
  )
  // Of the rule of the bureau too; and a joiner owes both from joining.
  await anotherDay(world, staff, '2026-03-20T02:00:00Z')
  const joiner = await person('joiner-y', ['acceptance'], 'window_clerk')
  await watch()
  expect((await findings('rule_unread')).map((one) => one.subject)).toEqual(
    Array(2).fill(`person:${staff.clerk.id}`),
  )
  expect(await stands(world, '2.1-read', 'yinzhou')).toMatchObject({ status: 'red', overdue: 2 })
  const everyone = { ...staff, joiner }
  await anotherDay(world, everyone, '2026-03-31T02:00:00Z')
  await watch()
  expect(await stands(world, '2.1-read', 'yinzhou')).toMatchObject({ status: 'red', overdue: 4 })
  // Thirty days and five working days after it came into force nobody has reviewed it; Qingming lies between.
  await anotherDay(world, everyone, '2026-04-11T02:00:00Z')
  await watch()
  expect(await findings('rule_review_overdue')).toMatchObject([{ subject: `rule:${made.documentId}` }])
  expect(await stands(world, '2.1-review', 'yinzhou')).toMatchObject({ status: 'red', overdue: 1 })
  const rules = await world.superuser<{ district: string; document_id: string }>(
    `select district, document_id from supervision.rule_version where district in ('yinzhou', 'city')`,
  )
  for (const one of rules)
    for (const who of [staff.clerk, joiner])
      await done(world, who, readRule, {
        district: one.district,
        documentId: one.document_id,
        no: 1,
        answers: right,
      })
  const review = { documentId: made.documentId, note: '仍然适用' }
  expect(await tried(world, staff.clerk, reviewRule, review)).toBe('rule_keeper')
  expect(await tried(world, staff.keeper, reviewRule, review)).toBe('done')
  await watch()
  const hands = { lead: staff.head, responsible: staff.keeper, checker: staff.deputy }
  for (const kind of ['rule_unread', 'rule_review_overdue'])
    for (const { id } of await findings(kind))
      await workOff(world, id, hands, { to: 'closed', district: 'yinzhou' })
  for (const id of ['2.1-read', '2.1-review', '2.1-rules'])
    expect(await stands(world, id, 'yinzhou')).toMatchObject({ status: 'green', overdue: 0, open: 0 })
}, 120_000)

test('2.1-rules: a rule nobody keeps and a proposal left lying are found and red until they are put right; a finding closed alone is found again', async () => {
  const person = (name: string, duties: string[], post?: string) => world.person(name, duties, 'beilun', post)
  const staff = {
    head: await person('head-b', ['centre_lead']),
    deputy: await person('deputy-b', ['district_lead']),
    keeper: await person('keeper-b', ['seal_keeping'], 'seal_keeper'),
    clerk: await person('clerk-b', ['acceptance'], 'window_clerk'),
  }
  const of = { district: 'beilun' }
  const today = '2026-04-11'
  const proposed = async (over: object) =>
    (await done<{ proposalId: string }>(world, staff.clerk, proposeRule, proposal(over))).proposalId
  const decided = (proposalId: string, approved: boolean) =>
    tried(world, staff.head, decideRule, { ...of, proposalId, approved, word: '研究决定' })
  expect(await decided(await proposed({ effectiveOn: today }), true)).toBe('done')
  const left = await proposed({ effectiveOn: today })
  const look = async () => {
    const offices = await world.ruleWatch.runOnce()
    await world.sequencer.drain()
    return offices.includes('beilun')
  }
  const findings = () =>
    world.superuser<{ id: string; kind: string; subject: string }>(
      `select id, kind, split_part(subject, ':', 1) as subject from kernel.finding where district = 'beilun' and kind in ('rule_unkept', 'rule_undecided') and state <> 'closed' order by kind`,
    )
  const board = () => stands(world, '2.1-rules', 'beilun')
  const hands = { lead: staff.head, responsible: staff.clerk, checker: staff.deputy }
  const close = async () => {
    for (const { id } of await findings()) await workOff(world, id, hands, { to: 'closed', ...of })
  }
  expect(await look()).toBe(false)
  expect(await board()).toMatchObject({ status: 'amber', due: 1, open: 0, found: 0 })
  // A day later the proposal is past its own day, and the post that keeps the rule is held by nobody any more.
  await anotherDay(world, staff, '2026-04-13T02:00:00Z')
  const admin = await world.admin()
  await admin.query('set session_replication_role = replica')
  const held = (upper: string) =>
    admin.query(
      `update people.holding set during = tstzrange(lower(during), ${upper}) where person_id = $1`,
      [staff.keeper.id],
    )
  const said = async () => {
    const auditor = await world.pools.auditor.connect()
    const faults = await ruleFaults(new Tx(auditor), 'beilun')
    auditor.release()
    return faults.map((one) => one.summary.zh)
  }
  await held('kernel.now()')
  const closed = (at: string) =>
    admin.query(`update people.post set closed_at = ${at} where district = 'beilun' and id = 'seal_keeper'`)
  await closed('kernel.now()')
  expect((await said())[0]).toMatch(/没有人维护.*已撤销/)
  await closed('null')
  expect((await said())[0]).toMatch(/没有人维护.*空缺/)
  expect(await board()).toMatchObject({ status: 'red', open: 2, found: 0 })
  expect(await look()).toBe(true)
  expect((await findings()).map(({ kind, subject }) => [kind, subject])).toEqual([
    ['rule_undecided', 'office'],
    ['rule_unkept', 'rule'],
  ])
  expect(await board()).toMatchObject({ status: 'red', open: 2, found: 2 })
  expect(await look()).toBe(false)
  // Closed on paper, with nothing put right, both still stand: red, and found again.
  await close()
  expect(await board()).toMatchObject({ status: 'red', open: 2 })
  expect(await look()).toBe(true)
  expect(await decided(left, true)).toBe('rule_backdated')
  expect(await decided(left, false)).toBe('done')
  await person('successor-b', ['seal_keeping'], 'seal_keeper')
  await close()
  expect(await look()).toBe(false)
  expect(await board()).toMatchObject({ status: 'green', open: 0, found: 4 })
  await held('null')
  await admin.end()
}, 60_000)

test('all of it verifies; what is changed behind the log is named, answers as well', async () => {
  await world.sequencer.drain()
  const verify = () => verifyEverything(world.pools.auditor, world.deps.vault, { files: world.deps.files })
  expect((await verify()).problems).toEqual([])
  const harms: Record<string, string> = {
    rule_decision: `word = word || '。'`,
    rule_key: `answers = '{0,0}'`,
    rule_proposal: `body = body || '但书'`,
    rule_review: `note = note || '。'`,
    rule_try: `try = try + 100`,
  }
  const admin = await world.admin()
  await admin.query('set session_replication_role = replica')
  for (const [table, set] of Object.entries(harms))
    await admin.query(
      `update supervision.${table} set ${set} where ctid = (select ctid from supervision.${table} limit 1)`,
    )
  await admin.end()
  const { problems } = await verify()
  expect([...new Set(problems.map((one) => one.table))].sort()).toEqual(
    Object.keys(harms).map((table) => `supervision.${table}`),
  )
})
