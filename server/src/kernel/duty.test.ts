import { expect, test } from 'vitest'
import { openTestWorld } from '../../test/world.ts'
import { dutyTable } from '../people/duties.ts'
import { enrol } from '../people/enrol.ts'
import { completeIdNumber } from '../values/idNumber.ts'
import {
  advance,
  areExclusive,
  decide,
  dutyName,
  grantConflict,
  type Move,
  nextStage,
  type Process,
} from './duty.ts'

const everyDuty = dutyTable.duties.map((duty) => duty.id)
const start = (more: Partial<Process> = {}): Process => ({
  closed: false,
  secondReview: true,
  done: [],
  handlers: {},
  ...more,
})
const before = (stage: string, handlers: Record<string, string> = {}): Process => {
  const all = dutyTable.stages.map((one) => one.id)
  return start({ done: all.slice(0, all.indexOf(stage)), handlers })
}
const stage = (id: string): Move => ({ kind: 'stage', stage: id })
const within = (id: string): Move => ({ kind: 'within', stage: id })
const back = (to: string): Move => ({ kind: 'return', to })

// Clause 6.2, one row a sentence: where the case stands, who did what, what Ada (with these duties) tries, what she hears.
test.each([
  ['the first step by anyone with the duty', start(), ['acceptance'], stage('acceptance'), null],
  ['the first step without the duty', start(), ['sealing'], stage('acceptance'), 'lacks_duty'],
  ['a later step first', start(), everyDuty, stage('recording'), 'wrong_order'],
  ['a step done already', before('first_review'), everyDuty, stage('acceptance'), 'wrong_order'],
  ['a step there is not', start(), everyDuty, stage('blessing'), 'wrong_order'],
  [
    'reviewing what she accepted',
    before('first_review', { ada: 'acceptance' }),
    everyDuty,
    stage('first_review'),
    'same_person',
  ],
  [
    'reviewing what another accepted',
    before('first_review', { ben: 'acceptance' }),
    everyDuty,
    stage('first_review'),
    null,
  ],
  [
    'both reviews of one case',
    before('second_review', { ada: 'first_review' }),
    everyDuty,
    stage('second_review'),
    'same_person',
  ],
  [
    'recording what she reviewed second',
    before('recording', { ada: 'second_review' }),
    everyDuty,
    stage('recording'),
    'same_person',
  ],
  [
    'sealing what she printed',
    before('sealing', { ada: 'printing' }),
    everyDuty,
    stage('sealing'),
    'same_person',
  ],
  [
    'issuing what she accepted, which is her own window',
    before('issue', { ada: 'acceptance' }),
    everyDuty,
    stage('issue'),
    null,
  ],
  ['issuing what she sealed', before('issue', { ada: 'sealing' }), everyDuty, stage('issue'), 'same_person'],
  [
    'archiving what she issued',
    before('archive', { ada: 'acceptance' }),
    everyDuty,
    stage('archive'),
    'same_person',
  ],
  [
    'a step she handled before, without the duty for it now',
    before('first_review', { ada: 'acceptance' }),
    [],
    stage('first_review'),
    'same_person',
  ],
  [
    'the second review where none is asked for',
    { ...before('second_review'), secondReview: false },
    everyDuty,
    stage('second_review'),
    'wrong_order',
  ],
  [
    'recording straight after the first review where no second is asked for',
    { ...before('second_review'), secondReview: false },
    everyDuty,
    stage('recording'),
    null,
  ],
  ['a refusal to register within a review', before('first_review'), everyDuty, within('first_review'), null],
  [
    'a refusal to register within a review of what she accepted',
    before('first_review', { ada: 'acceptance' }),
    everyDuty,
    within('first_review'),
    'same_person',
  ],
  [
    'a decision within a step that is not the next',
    before('first_review'),
    everyDuty,
    within('recording'),
    'wrong_order',
  ],
  ['sending back from the first review', before('first_review'), everyDuty, back('acceptance'), null],
  [
    'sending back what she accepted',
    before('first_review', { ada: 'acceptance' }),
    everyDuty,
    back('acceptance'),
    'same_person',
  ],
  [
    'sending back without the duty of the step that is next',
    before('first_review'),
    ['recording'],
    back('acceptance'),
    'lacks_duty',
  ],
  ['sending back to what was not done', before('first_review'), everyDuty, back('recording'), 'no_return'],
  [
    'sending back from printing, after the entry was made',
    before('printing'),
    everyDuty,
    back('recording'),
    'no_return',
  ],
  ['sending back before anything was done', start(), everyDuty, back('acceptance'), 'no_return'],
  [
    'doing what another has taken on',
    { ...before('first_review'), assignee: 'ben' },
    everyDuty,
    stage('first_review'),
    'taken_by_another',
  ],
  [
    'doing what she has taken on herself',
    { ...before('first_review'), assignee: 'ada' },
    everyDuty,
    stage('first_review'),
    null,
  ],
  [
    'taking on what she may do',
    before('first_review', { ben: 'acceptance' }),
    everyDuty,
    { kind: 'take' } as Move,
    null,
  ],
  [
    'taking on the review of what she accepted',
    before('first_review', { ada: 'acceptance' }),
    everyDuty,
    { kind: 'take' } as Move,
    'same_person',
  ],
  [
    'accepting on a unit whose survey she submitted',
    { ...start(), surveyed: { ada: ['survey_submission'] } },
    everyDuty,
    stage('acceptance'),
    'same_person',
  ],
  [
    'recording on a unit whose survey she reviewed',
    { ...before('recording'), surveyed: { ada: ['survey_review'] } },
    everyDuty,
    stage('recording'),
    null,
  ],
  ['anything in a closed case', start({ closed: true }), everyDuty, stage('acceptance'), 'case_closed'],
  ['ending a closed case', start({ closed: true }), everyDuty, { kind: 'close' } as Move, 'case_closed'],
  ['ending an open case', before('recording'), [], { kind: 'close' } as Move, null],
  [
    'a step after the last',
    start({ done: dutyTable.stages.map((one) => one.id) }),
    everyDuty,
    stage('archive'),
    'wrong_order',
  ],
] as const)('%s', (_, process, duties, move, outcome) => {
  const refusal = decide(dutyTable, process as Process, { person: 'ada', duties }, move)
  expect(refusal?.code ?? null).toBe(outcome)
  if (!refusal) return
  expect(refusal.message.zh).toMatch(/^[^{}]*[\u4e00-\u9fff][^{}]*$/)
  expect(refusal.message.en).toMatch(/^[A-Z][^{}\u4e00-\u9fff]*\.$/)
})

test('a refusal names both steps in both languages', () => {
  const refusal = decide(
    dutyTable,
    before('first_review', { ada: 'acceptance' }),
    { person: 'ada', duties: everyDuty },
    stage('first_review'),
  )
  expect(refusal).toMatchObject({
    status: 403,
    clause: '6.2',
    message: {
      zh: '您已办理本件的“受理”，不能再办“初审”，须由另一人办理。',
      en: 'You have already done “Acceptance” in this case, so “First review” must be done by another person.',
    },
  })
})

test('whoever handled a case stays its handler when it is sent back and comes round again', () => {
  let process = start()
  for (const [person, move] of [
    ['ada', stage('acceptance')],
    ['ben', back('acceptance')],
    ['eva', stage('acceptance')],
  ] as const) {
    expect(decide(dutyTable, process, { person, duties: everyDuty }, move)).toBeNull()
    process = advance(dutyTable, process, { person, duties: everyDuty }, move)
  }
  expect(process).toEqual(
    start({ done: ['acceptance'], handlers: { ada: 'acceptance', ben: 'first_review', eva: 'acceptance' } }),
  )
  expect(nextStage(dutyTable, process)!.id).toBe('first_review')
  for (const [person, outcome] of [
    ['ada', 'same_person'],
    ['eva', 'same_person'],
    ['ben', undefined],
    ['new', undefined],
  ] as const) {
    expect(
      decide(dutyTable, process, { person, duties: everyDuty }, stage('first_review'))?.code,
      person,
    ).toBe(outcome)
  }
})

test('seven groups are exclusive in every pair, whichever is named first, and none with itself', () => {
  const groups = [...new Set(dutyTable.stages.map((one) => one.group))]
  expect(groups.toSorted()).toEqual([
    'acceptance',
    'archiving',
    'first_review',
    'printing',
    'recording',
    'sealing',
    'second_review',
  ])
  for (const a of groups)
    for (const b of groups) expect(areExclusive(dutyTable, a, b), `${a} ${b}`).toBe(a !== b)
})

// The static matrix from the clauses, not from the code: 6.2 for the steps of a case and survey, 4.6 for keepers, 6.7 for administrators.
const steps = ['acceptance', 'first_review', 'second_review', 'recording', 'printing', 'sealing', 'archiving']
const business = [
  ...steps,
  'survey_submission',
  'survey_review',
  'centre_lead',
  'district_lead',
  'inspection',
  'certificate_keeping',
  'seal_keeping',
  'issuing',
  'enquiry',
]
const admins = ['admin_system', 'admin_security', 'admin_audit']
const forbidden: [string[], string[]][] = [
  [
    ['acceptance'],
    [
      'first_review',
      'second_review',
      'recording',
      'printing',
      'sealing',
      'archiving',
      'survey_submission',
      'survey_review',
    ],
  ],
  [
    ['first_review', 'second_review'],
    ['recording', 'printing', 'sealing', 'archiving'],
  ],
  [['recording'], ['printing', 'sealing', 'archiving']],
  [['printing'], ['sealing', 'archiving', 'seal_keeping']],
  [['sealing'], ['archiving', 'certificate_keeping']],
  [['certificate_keeping'], ['seal_keeping']],
  [['survey_submission'], ['survey_review']],
  [['admin_system'], ['admin_security', 'admin_audit']],
  [['admin_security'], ['admin_audit']],
  [admins, business],
  [
    ['bank', 'court'],
    [...business, ...admins],
  ],
]
const mayNot = (a: string, b: string): boolean =>
  forbidden.some(
    ([left, right]) => (left.includes(a) && right.includes(b)) || (left.includes(b) && right.includes(a)),
  )
const dutyPairs = everyDuty.flatMap((a, i) => everyDuty.slice(i + 1).map((b) => [a, b] as const))

test('every pair of duties may or may not be held together, exactly as the clauses say', () => {
  expect(dutyPairs.length).toBe((21 * 20) / 2)
  for (const [a, b] of dutyPairs) {
    expect(grantConflict(dutyTable, [a], b), `${a} then ${b}`).toBe(mayNot(a, b) ? a : null)
    expect(grantConflict(dutyTable, ['issuing', b], a), `${b} then ${a}`).toBe(
      mayNot('issuing', a) ? 'issuing' : mayNot(a, b) ? b : null,
    )
  }
  expect(grantConflict(dutyTable, [], 'acceptance')).toBeNull()
  expect(grantConflict(dutyTable, ['acceptance'], 'acceptance')).toBeNull()
})

const grant = `insert into kernel.duty_grant (district, person_id, duty, during, act_id) values ($1, $2, $3, $4, gen_random_uuid())`

test('the database itself refuses every forbidden pair to one person, and grants every other', async () => {
  await using world = await openTestWorld()
  const ada = await world.person('ada', [])
  const client = await world.admin()
  const wrong: string[] = []
  for (const [a, b] of dutyPairs) {
    await client.query('begin')
    await client.query(grant, ['haishu', ada.id, a, '[2020-01-01,)'])
    const outcome = await client.query(grant, ['haishu', ada.id, b, '[2020-01-01,)']).then(
      () => 'granted',
      (error: { constraint?: string }) => error.constraint,
    )
    await client.query('rollback')
    if (outcome !== (mayNot(a, b) ? 'duty_conflict_static' : 'granted')) wrong.push(`${a} + ${b}: ${outcome}`)
  }
  await client.end()
  expect(wrong).toEqual([])
})

// Acceptance from January to March is held already. What else, when, for whom, where?
test.each([
  [
    'recording at the same time',
    'ada',
    'haishu',
    'recording',
    '[2026-02-01,2026-03-01)',
    'duty_conflict_static',
  ],
  [
    'recording with one day of overlap',
    'ada',
    'haishu',
    'recording',
    '[2026-03-31,2026-06-01)',
    'duty_conflict_static',
  ],
  [
    'recording in another district of the city',
    'ada',
    'jiangbei',
    'recording',
    '[2026-02-01,2026-03-01)',
    'duty_conflict_static',
  ],
  [
    'recording from the very moment acceptance ends',
    'ada',
    'haishu',
    'recording',
    '[2026-04-01,)',
    'granted',
  ],
  [
    'recording at the same time by another person',
    'ben',
    'haishu',
    'recording',
    '[2026-02-01,2026-03-01)',
    'granted',
  ],
  ['issuing at the same time', 'ada', 'haishu', 'issuing', '[2026-02-01,2026-03-01)', 'granted'],
  ['acceptance once more', 'ada', 'haishu', 'acceptance', '[2026-02-01,)', 'granted'],
] as const)(
  'beside acceptance from January to March: %s',
  async (_, who, district, duty, during, outcome) => {
    await using world = await openTestWorld()
    const people = { ada: await world.person('ada', []), ben: await world.person('ben', []) }
    const client = await world.admin()
    await client.query('begin')
    await client.query(grant, ['haishu', people.ada.id, 'acceptance', '[2026-01-01,2026-04-01)'])
    expect(
      await client.query(grant, [district, people[who].id, duty, during]).then(
        () => 'granted',
        (error: { constraint?: string }) => error.constraint,
      ),
    ).toBe(outcome)
    await client.query('rollback')
    await client.end()
  },
)

test('lengthening a grant until it meets a conflicting one is refused as granting it would be', async () => {
  await using world = await openTestWorld()
  const ada = await world.person('ada', [])
  const client = await world.admin()
  await client.query('begin')
  await client.query(grant, ['haishu', ada.id, 'acceptance', '[2026-01-01,2026-04-01)'])
  await client.query(grant, ['haishu', ada.id, 'recording', '[2026-04-01,)'])
  await client.query(
    `update kernel.duty_grant set during = '[2026-01-01,2026-02-01)' where duty = 'acceptance'`,
  )
  await expect(
    client.query(`update kernel.duty_grant set during = '[2026-01-01,2026-04-02)' where duty = 'acceptance'`),
  ).rejects.toMatchObject({ constraint: 'duty_conflict_static' })
  await client.end()
})

test.each([
  ['acceptance and first review', ['acceptance', 'first_review'], 'duty_conflict'],
  ['certificate keeping and seal keeping', ['certificate_keeping', 'seal_keeping'], 'duty_conflict'],
  ['both reviews', ['first_review', 'second_review'], 'done'],
  ['acceptance and issuing', ['acceptance', 'issuing'], 'done'],
] as const)('enrolling one person with %s: %o is %s', async (_, duties, outcome) => {
  await using world = await openTestWorld()
  const seed = { id: '', username: 'seed', token: Buffer.from(world.secrets.services.seed!, 'hex') }
  const answer = await world.as(seed, enrol, {
    district: 'haishu',
    name: '新',
    idNumber: completeIdNumber('33020319900101003'),
    username: 'new',
    password: 'long enough',
    posts: [],
    duties,
    demo: false,
  })
  expect(answer.ok ? 'done' : answer.refusal.code).toBe(outcome)
  expect((await world.superuser(`select duty from kernel.duty_grant order by duty`)).length).toBe(
    answer.ok ? 2 : 0,
  )
  if (answer.ok) return
  const second = dutyName(duties[1])
  expect(answer.refusal.message.zh).toContain(`“${second.zh}”`)
  expect(answer.refusal.message.en).toContain(`“${second.en}”`)
})
