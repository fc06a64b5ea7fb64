import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Staff, type Stage, type Town } from '../../test/town.ts'
import type { Someone } from '../../test/world.ts'
import { openCase } from '../cases/queries.ts'
import type { Outcome } from '../kernel/perform.ts'
import { approveAccess, requestAccess } from '../people/access/acts.ts'
import { viewHoldings, viewRegister } from './acts.ts'
import { printRegister } from './paper.ts'

let town: Town
let desk: Someone
let head: Someone
let leader: Someone
let security: Someone
let stranger: Someone
const atStage = new Map<string, { unit: string; caseId: string }>()
const code = (outcome: Outcome<never>): string => (outcome.ok ? 'done' : outcome.refusal.code)

beforeAll(async () => {
  town = await openTown([{}, {}, {}, {}, {}, {}, {}])
  desk = await town.person('desk', ['enquiry'])
  head = await town.person('head', ['centre_lead'])
  leader = await town.person('leader', ['district_lead'])
  security = await town.person('security', ['admin_security'], 'city')
  stranger = await town.person('stranger', ['acceptance', 'first_review'].slice(0, 1), 'jiangbei')
  const stages: Stage[] = ['acceptance', 'first_review', 'recording', 'printing', 'end']
  for (const [i, stage] of stages.entries()) {
    const home = town.homes[i]!
    atStage.set(stage, { unit: home.code, caseId: await town.bringTo(stage, home) })
  }
  atStage.set('none', { unit: town.homes[5]!.code, caseId: '' })
}, 120_000)
afterAll(() => town[Symbol.asyncDispose]())

// Who may look for a case, by where the case on the unit stands. A dot in the last column: nothing stands in the way.
test.each<[stage: string, who: keyof Staff, outcome: string]>([
  ['acceptance', 'clerk', 'done'],
  ['acceptance', 'otherClerk', 'done'],
  ['acceptance', 'reviewer', 'look_without_case'],
  ['acceptance', 'recorder', 'look_without_case'],
  ['first_review', 'clerk', 'done'],
  ['first_review', 'otherClerk', 'look_without_case'],
  ['first_review', 'reviewer', 'done'],
  ['first_review', 'recorder', 'look_without_case'],
  ['recording', 'clerk', 'done'],
  ['recording', 'reviewer', 'done'],
  ['recording', 'secondReviewer', 'look_without_case'],
  ['recording', 'recorder', 'done'],
  ['recording', 'printer', 'look_without_case'],
  ['printing', 'recorder', 'done'],
  ['printing', 'printer', 'done'],
  ['printing', 'sealer', 'no_duty'],
  ['end', 'clerk', 'look_without_case'],
  ['end', 'recorder', 'look_without_case'],
  ['none', 'clerk', 'look_without_case'],
  ['none', 'reviewer', 'look_without_case'],
])('the case is before %s: %s looks for it and gets %s', async (stage, who, outcome) => {
  const { unit } = atStage.get(stage)!
  for (const look of [viewRegister, printRegister])
    expect(code(await town.as(town.staff[who], look, { unitCode: unit, purpose: 'case' }))).toBe(outcome)
})

test.each<[who: string, purpose: string, outcome: string]>([
  ['desk', 'enquiry', 'done'],
  ['desk', 'inspection', 'look_purpose_not_yours'],
  ['desk', 'quality', 'look_purpose_not_yours'],
  ['desk', 'case', 'look_without_case'],
  ['head', 'inspection', 'done'],
  ['head', 'quality', 'done'],
  ['head', 'enquiry', 'look_purpose_not_yours'],
  ['clerk', 'enquiry', 'look_purpose_not_yours'],
  ['clerk', 'inspection', 'look_purpose_not_yours'],
])('%s looks for %s: %s, at a page and by person', async (who, purpose, outcome) => {
  const person = { desk, head, clerk: town.staff.clerk }[who]!
  expect(code(await town.as(person, viewRegister, { unitCode: town.homes[6]!.code, purpose }))).toBe(outcome)
  if (who === 'clerk' || purpose === 'case') return
  const asked = await town.as(person, viewHoldings, {
    idNumber: '330203197001010117',
    purpose,
    basis: '来函',
  })
  expect(['done', 'invalid_input', 'look_purpose_not_yours']).toContain(code(asked))
  if (outcome !== 'done') expect(code(asked)).not.toBe('done')
})

test('a look leaves the case it was for in the log, and the row cannot be written otherwise', async () => {
  const { unit, caseId } = atStage.get('first_review')!
  const look = await town.as(town.staff.reviewer, viewRegister, { unitCode: unit, purpose: 'case' })
  const [row] = await town.superuser<{ case_id: string; person_id: string }>(
    'select case_id, person_id from register.look where act_id = $1',
    [look.actId],
  )
  expect(row).toEqual({ case_id: caseId, person_id: town.staff.reviewer.id })
})

// At the SQL prompt, with the app's password and somebody's token.
test.each<[what: string, act: string, who: () => Someone, sql: () => string, outcome: string]>([
  [
    'a look of a handler',
    'register.view',
    () => town.staff.reviewer,
    () => lookRow('first_review', true),
    'done',
  ],
  [
    'a look of one who does not handle the case',
    'register.view',
    () => town.staff.recorder,
    () => lookRow('first_review', true),
    'look_case_bound',
  ],
  [
    'a look for a case of another unit',
    'register.view',
    () => town.staff.reviewer,
    () => lookRow('recording', true, 'first_review'),
    'look_case_bound',
  ],
  [
    'a look for a purpose that no duty serves',
    'register.view',
    () => town.staff.reviewer,
    () => lookRow('none', false),
    'look_purpose_served',
  ],
  [
    'a look inside another act',
    'case.open',
    () => town.staff.reviewer,
    () => lookRow('first_review', true),
    'MB061',
  ],
  [
    'a look for a case without one',
    'register.view',
    () => town.staff.reviewer,
    () => lookRow('first_review', false, undefined, 'case'),
    'look_case_bound',
  ],
  [
    'holdings asked in another act',
    'register.view',
    () => desk,
    () => `select * from register.holdings('\\x00', 'enquiry')`,
    'MB061',
  ],
  [
    'holdings asked for another purpose',
    'register.holdings',
    () => desk,
    () => `select * from register.holdings('\\x00', 'inspection')`,
    'look_purpose_served',
  ],
  [
    'holdings asked rightly',
    'register.holdings',
    () => desk,
    () => `select * from register.holdings('\\x00', 'enquiry')`,
    'done',
  ],
])('at the prompt: %s', async (_, act, who, sql, outcome) => {
  const prompt = await town.prompt('mingbu_app')
  try {
    await prompt.query('begin')
    const { rows } = await prompt.query(
      'select kernel.open_act($1, $2, null, gen_random_uuid(), sha256($3)) as opened',
      [who().token, act, Buffer.from('x')],
    )
    expect(rows[0].opened.status).toBe('ok')
    const met = await prompt.query(sql()).then(
      () => 'done',
      (error: { constraint?: string; code?: string }) => error.constraint ?? error.code,
    )
    expect(met).toBe(outcome)
  } finally {
    await prompt.query('rollback')
    await prompt.end()
  }
})
function lookRow(
  stage: string,
  named: boolean,
  caseOf = stage,
  purpose = named ? 'case' : 'enquiry',
): string {
  return `insert into register.look (district, unit_code, purpose, case_id) values ('haishu', '${atStage.get(stage)!.unit}', '${purpose}', ${named ? `'${atStage.get(caseOf)!.caseId}'` : 'null'})`
}

test('a case of another office is not there, and the attempt is recorded', async () => {
  const { caseId } = atStage.get('first_review')!
  const outcome = await town.as(stranger, openCase, { caseId })
  expect(code(outcome)).toBe('not_found')
  const nobody = await town.as(stranger, openCase, { caseId: '0190a000-0000-7000-8000-00000000000b' })
  // What is elsewhere and what is nowhere are told in the same words.
  expect(outcome.ok || nobody.ok ? null : [outcome.refusal.message, nobody.refusal.message]).toEqual(
    outcome.ok ? null : [outcome.refusal.message, outcome.refusal.message],
  )
})

test('a right limited to another business moves no case of this one, in code and in the database; in its own it does', async () => {
  town.deps.businesses = [
    ...town.deps.businesses,
    { code: 'F01', name: { zh: '首次登记', en: 'First registration' } },
  ]
  const { caseId, unit } = atStage.get('first_review')!
  const grant = async (username: string, businesses: string[]) => {
    const who = await town.person(username, [])
    const asked = await town.as(who, requestAccess, {
      district: 'haishu',
      duty: 'first_review',
      businesses,
      purposes: ['case'],
      reason: '协助初审一个月',
      until: '2026-04-30',
    })
    const { requestId } = (asked as { result: { requestId: string } }).result
    for (const by of [leader, security])
      expect(code(await town.as(by, approveAccess, { district: 'haishu', requestId, note: '同意' }))).toBe(
        'done',
      )
    return who
  }
  const other = await grant('firstonly', ['F01'])
  expect(code(await town.step('first_review', caseId, other))).toBe('business_not_granted')
  expect(code(await town.as(other, openCase, { caseId }))).toBe('business_not_granted')
  expect(code(await town.as(other, viewRegister, { unitCode: unit, purpose: 'case' }))).toBe(
    'look_without_case',
  )
  const prompt = await town.prompt('mingbu_app')
  await prompt.query('begin')
  await prompt.query(`select kernel.open_act($1, 'case.firstReview', null, gen_random_uuid(), sha256('x'))`, [
    other.token,
  ])
  await prompt.query(
    `insert into cases.case_handler (district, case_id, duty_group) values ('haishu', '${caseId}', 'first_review')`,
  )
  await expect(
    prompt.query(
      `insert into cases.stage (district, case_id, round, no, stage, duty_group, second_review, opinion) values ('haishu', '${caseId}', 1, 2, 'first_review', 'first_review', false, 'x')`,
    ),
  ).rejects.toMatchObject({ constraint: 'case_business_granted' })
  await prompt.query('rollback')
  await prompt.end()

  const right = await grant('both', ['F01', 'T01'])
  expect(code(await town.as(right, openCase, { caseId }))).toBe('done')
  expect(code(await town.as(right, viewRegister, { unitCode: unit, purpose: 'case' }))).toBe('done')
  expect(code(await town.step('first_review', caseId, right))).toBe('done')
})

test('a right limited to a purpose serves no other', async () => {
  const who = await town.person('quality', [])
  const asked = await town.as(who, requestAccess, {
    district: 'haishu',
    duty: 'inspection',
    businesses: ['*'],
    purposes: ['quality'],
    reason: '质量抽查两周',
    until: '2026-03-31',
  })
  const { requestId } = (asked as { result: { requestId: string } }).result
  for (const by of [head, security])
    expect(code(await town.as(by, approveAccess, { district: 'haishu', requestId, note: '同意' }))).toBe(
      'done',
    )
  const look = (purpose: string) => town.as(who, viewRegister, { unitCode: town.homes[6]!.code, purpose })
  expect(code(await look('quality'))).toBe('done')
  expect(code(await look('inspection'))).toBe('look_purpose_not_yours')
})
