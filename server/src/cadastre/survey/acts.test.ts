import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../../test/town.ts'
import type { Someone } from '../../../test/world.ts'
import { accept, apply, firstReview, record } from '../../cases/acts.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { isRefusal } from '../../kernel/act.ts'
import type { Query } from '../../kernel/query.ts'
import { dutyTable } from '../../people/duties.ts'
import { resubmitSurvey, reviewSurvey, submitSurvey } from './acts.ts'
import { surveys } from './queries.ts'

/** One town for the whole file; each test takes a home nobody has surveyed. */
let town: Town
let next = 0
const people = {} as Record<'surveyor' | 'colleague' | 'checker' | 'otherChecker' | 'lead', Someone>
beforeAll(async () => {
  town = await openTown(Array.from({ length: 30 }, () => ({})))
  people.surveyor = await town.person('surveyor', ['survey_submission'])
  people.colleague = await town.person('surveyor2', ['survey_submission'])
  people.checker = await town.person('checker', ['survey_review'])
  people.otherChecker = await town.person('checker2', ['survey_review'])
  people.lead = await town.person('lead', ['centre_lead'])
}, 300_000)
afterAll(() => town[Symbol.asyncDispose]())

const home = () => town.homes[next++]!
const said = (outcome: { ok: true } | { ok: false; refusal: { code: string } }): string =>
  outcome.ok ? 'done' : outcome.refusal.code
const result = async (who: Someone, more: object = {}) => ({
  kind: 'recheck',
  surveyedBy: '演示测绘院',
  surveyedOn: '2026-03-06',
  area: '88.88',
  innerArea: '70.00',
  sharedArea: '18.88',
  file: await town.upload(who),
  ...more,
})
const submit = async (unitCode: string, who = people.surveyor, more: object = {}) =>
  town.as(who, submitSurvey, { unitCode, ...(await result(who, more)) })
const submitted = async (unitCode: string, who = people.surveyor): Promise<string> => {
  const outcome = await submit(unitCode, who)
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return (outcome.result as { surveyId: string }).surveyId
}
const wrong = [{ item: 'drawing', words: '分户图缺比例尺' }]
const review = (
  surveyId: string,
  outcome: string,
  who = people.checker,
  problems: object[] = outcome === 'accepted' ? [] : wrong,
) => town.as(who, reviewSurvey, { surveyId, outcome, problems, opinion: '已逐项核对' })
/** Moves somebody to another duty from this moment on, as an assignment would. */
async function moveTo(who: Someone, duty: string): Promise<void> {
  await town.superuser(
    `update kernel.duty_grant set during = tstzrange(lower(during), kernel.now()) where person_id = $1 and upper_inf(during)`,
    [who.id],
  )
  await town.superuser(
    `insert into kernel.duty_grant (district, person_id, duty, during, act_id)
     values ('haishu', $1, $2, tstzrange(kernel.now(), null), (select act_id from kernel.duty_grant where person_id = $1 limit 1))`,
    [who.id, duty],
  )
}

test('a result is submitted, sent back once with every problem, corrected, accepted by another person, and all of it is in the log', async () => {
  const { code } = home()
  const surveyId = await submitted(code)
  expect(said(await review(surveyId, 'returned'))).toBe('done')
  const again = await town.as(people.colleague, resubmitSurvey, {
    surveyId,
    ...(await result(people.colleague)),
  })
  expect(again).toMatchObject({ ok: true, result: { state: 'submitted', round: 2 } })
  expect(await review(surveyId, 'accepted')).toMatchObject({ ok: true, result: { state: 'accepted' } })
  const seen = await town.kernel.read(people.lead.token, (ctx) => (surveys as Query).run(ctx, { unit: code }))
  if (isRefusal(seen)) throw new Error(seen.code)
  expect((seen as { items: object[] }).items).toMatchObject([
    {
      id: surveyId,
      state: 'accepted',
      registeredArea: '88.88',
      rounds: [
        { round: 1, by: 'surveyor', review: { outcome: 'returned', by: 'checker', problems: wrong } },
        { round: 2, by: 'surveyor2', area: '88.88', review: { outcome: 'accepted', problems: [] } },
      ],
    },
  ])
  await town.sequencer.drain()
  expect(await verifyEverything(town.pools.auditor, town.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
  for (const [table, set] of [
    ['survey', 'due_at = due_at + interval $$1 day$$'],
    ['survey_handler', 'act_id = (select act_id from cadastre.survey_review limit 1)'],
    ['survey_result', `note = '面积已改'`],
    ['survey_review', `opinion = '未经核对'`],
  ] as const)
    await town.superuser(
      `begin; set local session_replication_role = replica; update cadastre.${table} set ${set}; commit`,
    )
  const { problems } = await verifyEverything(town.pools.auditor, town.deps.vault)
  expect(new Set(problems.map((one) => `${one.code} ${one.table}`))).toEqual(
    new Set([
      'row_changed cadastre.survey',
      'row_changed cadastre.survey_handler',
      'row_changed cadastre.survey_result',
      'row_changed cadastre.survey_review',
    ]),
  )
}, 120_000)

// Who submits or reviews what, and what is wrong with it.
test.each([
  ['nothing wrong', {}, 'done', null],
  ['without own and shared area', { innerArea: undefined, sharedArea: undefined }, 'done', null],
  ['areas that do not add up', { innerArea: '71.00' }, 'survey_areas', 'area'],
  ['only one of the parts', { innerArea: undefined }, 'survey_areas', 'area'],
  ['an area of nothing', { area: '0', innerArea: undefined, sharedArea: undefined }, 'invalid_input', 'area'],
  ['a day that lies ahead', { surveyedOn: '2026-03-10' }, 'survey_ahead', 'surveyedOn'],
  ['a day that is none', { surveyedOn: '2026-02-30' }, 'survey_ahead', 'surveyedOn'],
  ['a report nobody uploaded', { file: 'b'.repeat(64) }, 'survey_file', 'file'],
  ['a surveying body of blanks', { surveyedBy: '   ' }, 'invalid_input', 'surveyedBy'],
])('a survey with %s: %s', async (_, more, outcome, field) => {
  const answer = await submit(home().code, people.surveyor, more)
  expect(said(answer)).toBe(outcome)
  if (!answer.ok) expect(answer.refusal.fields?.map((one) => one.path)).toEqual([field])
})

test('one survey of a unit at a time, also when two arrive at once; after it has ended comes the next', async () => {
  const { code } = home()
  const both = await Promise.all([submit(code), submit(code, people.colleague)])
  expect(both.map(said).sort()).toEqual(['done', 'survey_open'])
  const { surveyId } = (both.find((one) => one.ok) as unknown as { result: { surveyId: string } }).result
  expect(said(await review(surveyId, 'refused'))).toBe('done')
  expect(said(await review(surveyId, 'accepted'))).toBe('case_closed')
  expect(said(await submit(code))).toBe('done')
})

test('problems are told once and all of them: a second return is refused, and each outcome has the problems it should', async () => {
  const { code } = home()
  const surveyId = await submitted(code)
  for (const [outcome, problems] of [
    ['accepted', wrong],
    ['returned', []],
    ['refused', []],
    ['returned', [...wrong, ...wrong]],
  ] as const)
    expect([outcome, said(await review(surveyId, outcome, people.checker, [...problems]))]).toEqual([
      outcome,
      'survey_problems',
    ])
  expect(said(await review(surveyId, 'returned'))).toBe('done')
  expect(said(await review(surveyId, 'accepted'))).toBe('wrong_order')
  await town.as(people.surveyor, resubmitSurvey, { surveyId, ...(await result(people.surveyor)) })
  expect(said(await review(surveyId, 'returned'))).toBe('survey_told_once')
  expect(said(await review(surveyId, 'refused'))).toBe('done')
  expect(
    said(await town.as(people.surveyor, resubmitSurvey, { surveyId, ...(await result(people.surveyor)) })),
  ).toBe('case_closed')
})

test('while a survey of the unit is under way its case is neither accepted nor recorded', async () => {
  const unit = home()
  const caseId = await town.apply(unit)
  await town.collect(caseId)
  const first = await submitted(unit.code)
  expect(said(await town.as(town.staff.clerk, accept, { caseId, opinion: '同意' }))).toBe('survey_pending')
  await review(first, 'accepted')
  expect(said(await town.as(town.staff.clerk, accept, { caseId, opinion: '同意' }))).toBe('done')
  const second = await submitted(unit.code)
  expect(said(await town.as(town.staff.reviewer, firstReview, { caseId, opinion: '同意' }))).toBe('done')
  expect(said(await town.as(town.staff.recorder, record, { caseId, opinion: '同意' }))).toBe('survey_pending')
  await review(second, 'refused')
  expect(said(await town.as(town.staff.recorder, record, { caseId, opinion: '同意' }))).toBe('done')
})

// The clause: submission, review and acceptance are three persons', also of those who have changed posts since (6.2).
test.each(
  dutyTable.before.flatMap(([survey, group]) => [[survey, group] as const, [group, survey] as const]),
)(
  'whoever did %s and has since moved to another post does not do %s of the same unit, but of another',
  async (did, tries) => {
    const who = await town.person(`mover-${did}-${tries}`.replaceAll('_', '-'), [did])
    const unit = home()
    const other = home()
    const application = (one: typeof unit) => ({
      business: 'T01',
      unitCode: one.code,
      sale: 'whole',
      sharing: '0',
      priceFen: 100,
      contractNumber: '1',
      transferors: one.owners.map((partyId) => ({ partyId })),
      transferees: [town.buyer()],
    })
    if (did === 'acceptance') expect(said(await town.as(who, apply, application(unit)))).toBe('done')
    else if (did === 'survey_submission') await review(await submitted(unit.code, who), 'accepted')
    else expect(said(await review(await submitted(unit.code), 'accepted', who))).toBe('done')
    await moveTo(who, tries)
    const outcomes: string[] = []
    for (const one of [unit, other])
      if (tries === 'acceptance') outcomes.push(said(await town.as(who, apply, application(one))))
      else if (tries === 'survey_submission') outcomes.push(said(await submit(one.code, who)))
      else outcomes.push(said(await review(await submitted(one.code), 'accepted', who)))
    expect(outcomes).toEqual(['same_person', 'done'])
    if (tries !== 'acceptance') return
    // A colleague took the case in; taking part in it later is refused as well, and the button says so beforehand.
    const caseId = await town.apply(unit)
    await town.collect(caseId)
    expect(said(await town.as(who, accept, { caseId, opinion: '同意' }))).toBe('same_person')
  },
)

test('who submitted a survey does not review it, whatever post they hold by now; who reviewed it does not correct it', async () => {
  const mover = await town.person('turncoat', ['survey_submission'])
  const surveyId = await submitted(home().code, mover)
  await moveTo(mover, 'survey_review')
  expect(said(await review(surveyId, 'accepted', mover))).toBe('same_person')
  const reviewer = await town.person('turncoat2', ['survey_review'])
  expect(said(await review(surveyId, 'returned', reviewer))).toBe('done')
  await moveTo(reviewer, 'survey_submission')
  expect(said(await town.as(reviewer, resubmitSurvey, { surveyId, ...(await result(reviewer)) }))).toBe(
    'same_person',
  )
})

/** A unit with a survey under review and a case just applied for. */
interface Besieged {
  unit: string
  survey: string
  caseId: string
}
let besieged: Besieged | undefined
async function besiege(): Promise<Besieged> {
  const unit = home()
  return { unit: unit.code, survey: await submitted(unit.code), caseId: await town.apply(unit) }
}

// With the app's password, inside an act that was opened honestly.
const handler = (group: string) =>
  `insert into cadastre.survey_handler (district, survey_id, duty_group) values ('haishu', '$survey', '${group}')`
const reviewRow = (outcome: string, problems = '[]') =>
  `insert into cadastre.survey_review (district, survey_id, round, outcome, problems, opinion) values ('haishu', '$survey', 1, '${outcome}', '${problems}', 'ok ok')`
const state = (to: string) => `update cadastre.survey set state = '${to}' where id = '$survey'`
const newRound = (area: string, on = '2026-03-06') =>
  `insert into cadastre.survey_result (district, survey_id, round, kind, surveyed_by, surveyed_on, area, inner_area, shared_area, file, media)
   values ('haishu', '$survey', 2, 'change', 'xx', '${on}', ${area}, repeat('a', 64), 'image/png')`
const accepting = `insert into cases.case_handler (district, case_id, duty_group) values ('haishu', '$case', 'acceptance')`
const stage = `insert into cases.stage (district, case_id, round, no, stage, duty_group, second_review, opinion) values ('haishu', '$case', 1, 1, 'acceptance', 'acceptance', false, 'x')`
test.each<[string, keyof typeof people | 'clerk', string, string[], string]>([
  [
    'reviewing it as another person does',
    'checker',
    'survey.review',
    [handler('survey_review'), reviewRow('accepted'), state('accepted')],
    'done',
  ],
  [
    'reviewing what one submitted',
    'surveyor',
    'survey.review',
    [handler('survey_review')],
    'survey_handler_one_group',
  ],
  [
    'reviewing without being its reviewer',
    'surveyor',
    'survey.review',
    [reviewRow('accepted')],
    'survey_review_handler',
  ],
  ['accepting it without a review', 'checker', 'survey.review', [state('accepted')], 'MB085'],
  [
    'accepting what the review refused',
    'checker',
    'survey.review',
    [handler('survey_review'), reviewRow('refused', '[1]'), state('accepted')],
    'MB085',
  ],
  [
    'refusing it without a problem',
    'checker',
    'survey.review',
    [handler('survey_review'), reviewRow('refused')],
    'survey_problems_told',
  ],
  ['becoming its reviewer in another act', 'checker', 'survey.resubmit', [handler('survey_review')], 'MB085'],
  ['becoming its submitter in a review', 'checker', 'survey.review', [handler('survey_submission')], 'MB085'],
  [
    'a new round that was not asked for',
    'colleague',
    'survey.resubmit',
    [`update cadastre.survey set round = 2 where id = '$survey'`],
    'MB085',
  ],
  [
    'a result by somebody who has not submitted',
    'colleague',
    'survey.resubmit',
    [newRound('10, 6, 4')],
    'survey_result_handler',
  ],
  ['areas that do not add up', 'surveyor', 'survey.resubmit', [newRound('10, 6, 5')], 'survey_area_adds_up'],
  ['a day ahead', 'surveyor', 'survey.resubmit', [newRound('10, 6, 4', '2026-03-10')], 'survey_not_ahead'],
  [
    'a second survey of the unit',
    'colleague',
    'survey.submit',
    [`insert into cadastre.survey (district, unit_code, due_at) values ('haishu', '$unit', now())`],
    'survey_one_open_per_unit',
  ],
  [
    'a third round',
    'colleague',
    'survey.submit',
    [`update cadastre.survey set round = 3 where id = '$survey'`],
    'MB085',
  ],
  [
    'changing a result',
    'surveyor',
    'survey.resubmit',
    [`update cadastre.survey_result set area = 1`],
    '42501',
  ],
  [
    'choosing who submitted',
    'surveyor',
    'survey.resubmit',
    [
      `insert into cadastre.survey_handler (district, survey_id, person_id, duty_group) values ('haishu', '$survey', gen_random_uuid(), 'survey_submission')`,
    ],
    '42501',
  ],
  [
    'accepting a case on the unit oneself',
    'surveyor',
    'case.accept',
    [accepting],
    'acceptance_apart_from_survey',
  ],
  [
    'accepting a case on the unit as another person, while the survey is under way',
    'clerk',
    'case.accept',
    [accepting, stage],
    'stage_survey_settled',
  ],
  [
    'surveying what one accepted',
    'clerk',
    'survey.resubmit',
    [accepting, handler('survey_submission')],
    'survey_apart_from_acceptance',
  ],
])('at the SQL prompt, %s: %s', async (_, who, type, statements, outcome) => {
  // The door asks for the duty of the act. Here the rules behind it are tried, so it stands open.
  await town.superuser(
    `update kernel.act_type set duties = '{}' where type like 'survey.%' or type = 'case.accept'`,
  )
  besieged ??= await besiege()
  const made = besieged
  const person = who === 'clerk' ? town.staff.otherClerk : people[who]
  const client = await town.prompt('mingbu_app')
  try {
    await client.query('begin')
    const { rows } = await client.query(
      `select kernel.open_act($1, $2, null, gen_random_uuid(), sha256('x')) as opened`,
      [person.token, type],
    )
    expect(rows[0]).toMatchObject({ opened: { status: 'ok' } })
    let answer = 'done'
    for (const text of statements) {
      const sql = text
        .replaceAll('$survey', made.survey)
        .replaceAll('$unit', made.unit)
        .replaceAll('$case', made.caseId)
      answer = await client.query(sql).then(
        () => 'done',
        (error: { constraint?: string; code?: string }) => error.constraint ?? error.code ?? '?',
      )
      if (answer !== 'done') break
    }
    expect(answer).toBe(outcome)
  } finally {
    await client.query('rollback')
    await client.end()
  }
})
