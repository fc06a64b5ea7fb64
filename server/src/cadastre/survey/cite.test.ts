import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BuiltHome, openTown, type Town } from '../../../test/town.ts'
import type { Someone } from '../../../test/world.ts'
import { apply } from '../../cases/acts.ts'
import { citeSurvey } from '../../cases/survey-source.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { isRefusal } from '../../kernel/act.ts'
import type { Query } from '../../kernel/query.ts'
import { resubmitSurvey, reviewSurvey, submitSurvey } from './acts.ts'
import { surveys } from './queries.ts'
import { reviewTerm } from './term.ts'
import { SurveyWatch } from './watch.ts'

/** One town for the whole file; each test takes homes of its own. */
let town: Town
let next = 0
const people = {} as Record<'surveyor' | 'checker', Someone>
beforeAll(async () => {
  town = await openTown(Array.from({ length: 24 }, () => ({})))
  people.surveyor = await town.person('surveyor', ['survey_submission'])
  people.checker = await town.person('checker', ['survey_review'])
}, 300_000)
afterAll(() => town[Symbol.asyncDispose]())

const home = () => town.homes[next++]!
const said = (outcome: { ok: true } | { ok: false; refusal: { code: string } }): string =>
  outcome.ok ? 'done' : outcome.refusal.code
const measured = async (who: Someone, area: string) => ({
  kind: 'recheck',
  surveyedBy: '演示测绘院',
  surveyedOn: '2026-03-06',
  area,
  file: await town.upload(who),
})
/** A survey of this home that has come as far as `stands`. */
async function survey(
  of: BuiltHome,
  stands: 'submitted' | 'returned' | 'accepted' | 'refused' = 'accepted',
  { who = people.surveyor, area = '88.88' }: { who?: Someone; area?: string } = {},
): Promise<string> {
  const made = await town.as(who, submitSurvey, { unitCode: of.code, ...(await measured(who, area)) })
  if (!made.ok) throw new Error(made.refusal.code)
  const { surveyId } = made.result as { surveyId: string }
  const problems = stands === 'accepted' ? [] : [{ item: 'drawing', words: '分户图缺比例尺' }]
  const input = { surveyId, outcome: stands, problems, opinion: '已逐项核对' }
  if (stands !== 'submitted' && !(await town.as(people.checker, reviewSurvey, input)).ok)
    throw new Error('the review was refused')
  return surveyId
}
const cite = (caseId: string, surveyId: string, who = town.staff.clerk) =>
  town.as(who, citeSurvey, { caseId, surveyId })
const application = (of: BuiltHome, owners: readonly string[] = of.owners) => ({
  business: 'T01',
  unitCode: of.code,
  sale: 'whole',
  sharing: '0',
  priceFen: 100,
  contractNumber: '1',
  transferors: owners.map((partyId) => ({ partyId })),
  transferees: [town.buyer()],
})
/** Who holds a home now, as party ids. */
const holders = async (of: BuiltHome) =>
  (
    await town.superuser<{ id: string }>(
      `select p.party_id as id from register.live l join register.entry_party p on p.district = l.district and p.entry_id = l.entry_id
       where l.unit_code = $1 and l.kind = 'ownership' and p.role = 'holder'`,
      [of.code],
    )
  ).map((one) => one.id)
/** Moves somebody from surveys to the acceptance window, as an assignment would. */
async function toTheWindow(who: Someone): Promise<void> {
  await town.superuser(
    `update kernel.duty_grant set during = tstzrange(lower(during), kernel.now()) where person_id = $1 and upper_inf(during)`,
    [who.id],
  )
  await town.superuser(
    `insert into kernel.duty_grant (district, person_id, duty, during, act_id)
     values ('haishu', $1, 'acceptance', tstzrange(kernel.now(), null), (select act_id from kernel.duty_grant where person_id = $1 limit 1))`,
    [who.id],
  )
}

// What a case may name as its source (2.2, R-40, R-42).
test.each([
  ['accepted', '88.88', 'done'],
  ['submitted', '88.88', 'survey_not_accepted'],
  ['returned', '88.88', 'survey_not_accepted'],
  ['refused', '88.88', 'survey_not_accepted'],
  ['accepted', '90.00', 'survey_area_differs'],
] as const)(
  'a survey that was %s and shows %s ㎡ is cited by a case on its unit: %s',
  async (stands, area, answer) => {
    const of = home()
    const surveyId = await survey(of, stands, { area })
    const outcome = await cite(await town.apply(of), surveyId)
    expect(said(outcome)).toBe(answer)
    if (!outcome.ok) expect(outcome.refusal.fields?.map((one) => one.path)).toEqual(['surveyId'])
  },
)

test('a case cites a survey of its own unit, once, before it is accepted, and its clerk does it', async () => {
  const of = home()
  const surveyId = await survey(of)
  const other = await survey(home())
  const caseId = await town.apply(of)
  expect(said(await cite(caseId, other))).toBe('survey_of_another_unit')
  expect(said(await cite(caseId, surveyId, town.staff.reviewer))).toBe('no_duty')
  const both = await Promise.all([cite(caseId, surveyId), cite(caseId, surveyId)])
  expect(both.map(said).sort()).toEqual(['done', 'survey_cited'])
  await town.collect(caseId)
  expect(said(await town.step('acceptance', caseId))).toBe('done')
  const later = await survey(of)
  expect(said(await cite(caseId, later))).toBe('wrong_order')
})

test('the unit shows which case cites its survey and when that was recorded, and verification holds the citation', async () => {
  const of = home()
  const surveyId = await survey(of)
  const caseId = await town.apply(of)
  await cite(caseId, surveyId)
  await town.collect(caseId)
  const shown = async () => {
    const seen = await town.kernel.read(town.staff.clerk.token, (ctx) =>
      (surveys as Query).run(ctx, { unit: of.code }),
    )
    if (isRefusal(seen)) throw new Error(seen.code)
    return (seen as { items: { sameArea: boolean; cited: { recordedAt: string | null }[] }[] }).items
  }
  expect(await shown()).toMatchObject([
    { id: surveyId, sameArea: true, cited: [{ caseId, by: 'clerk', state: 'applied', recordedAt: null }] },
  ])
  for (const stage of ['acceptance', 'first_review', 'recording'] as const)
    expect(said(await town.step(stage, caseId))).toBe('done')
  expect((await shown())[0]!.cited[0]!.recordedAt).not.toBeNull()
  await town.sequencer.drain()
  const problems = async () =>
    (await verifyEverything(town.pools.auditor, town.deps.vault)).problems.map(
      (one) => `${one.code} ${one.table}`,
    )
  expect(await problems()).toEqual([])
  const moved = await survey(of)
  await town.sequencer.drain()
  await town.superuser(
    `begin; set local session_replication_role = replica;
     update cases.survey_source set survey_id = '${moved}' where case_id = '${caseId}'; commit`,
  )
  expect(new Set(await problems())).toEqual(
    new Set(['row_unknown cases.survey_source', 'row_missing cases.survey_source']),
  )
  await town.superuser(
    `begin; set local session_replication_role = replica;
     update cases.survey_source set survey_id = '${surveyId}' where case_id = '${caseId}'; commit`,
  )
}, 120_000)

// Decision 0055: as long as a case can rest on the survey, and no longer.
test('who surveyed a unit takes in its cases again once a registration has come after the survey, but none that cites it', async () => {
  const of = home()
  const mover = await town.person('mover', ['survey_submission'])
  const surveyId = await survey(of, 'accepted', { who: mover })
  await toTheWindow(mover)
  expect(said(await town.as(mover, apply, application(of)))).toBe('same_person')
  // A colleague takes in the case that rests on it; in that one the bar holds to its end.
  const caseId = await town.bringTo('issue', of)
  expect(said(await town.step('issue', caseId, mover))).toBe('same_person')
  for (const stage of ['issue', 'archive'] as const) expect(said(await town.step(stage, caseId))).toBe('done')
  const again = await town.as(mover, apply, application(of, await holders(of)))
  expect(said(again)).toBe('done')
  expect(
    said(await cite((again as unknown as { result: { caseId: string } }).result.caseId, surveyId, mover)),
  ).toBe('same_person')
})

test('a refused survey bars nobody, and a colleague’s citation bars whoever would take the case in after that', async () => {
  const mover = await town.person('mover2', ['survey_submission'])
  const [refused, of] = [home(), home()]
  await survey(refused, 'refused', { who: mover })
  const surveyId = await survey(of, 'accepted', { who: mover })
  await town.bringTo('end', of)
  await toTheWindow(mover)
  expect(said(await town.as(mover, apply, application(refused)))).toBe('done')
  const caseId = await town.apply(of, { transferors: (await holders(of)).map((partyId) => ({ partyId })) })
  expect(said(await cite(caseId, surveyId))).toBe('done')
  expect(said(await cite(caseId, surveyId, mover))).toBe('same_person')
  const elsewhere = await survey(of)
  expect(said(await cite(caseId, elsewhere, mover))).toBe('same_person')
})

// With the app's password, inside an act that was opened honestly.
const source = (survey: string, unit = '$unit') =>
  `insert into cases.survey_source (district, case_id, survey_id, unit_code) values ('haishu', '$case', '${survey}', '${unit}')`
const handler = `insert into cases.case_handler (district, case_id, duty_group) values ('haishu', '$case', 'acceptance')`
const stage = `insert into cases.stage (district, case_id, round, no, stage, duty_group, second_review, opinion) values ('haishu', '$case', 1, 1, 'acceptance', 'acceptance', false, 'x')`
let besieged: Record<string, string> | undefined
async function besiege(): Promise<Record<string, string>> {
  const of = home()
  const larger = await survey(of, 'accepted', { area: '99.00' })
  const refused = await survey(of, 'refused')
  const good = await survey(of)
  const another = home()
  return {
    unit: of.code,
    good,
    larger,
    refused,
    other: await survey(another),
    otherunit: another.code,
    case: await town.apply(of),
  }
}
test.each([
  ['citing an accepted one', 'otherClerk', [handler, source('$good')], 'done'],
  ['citing it twice', 'otherClerk', [handler, source('$good'), source('$good')], 'survey_source_once'],
  ['citing a refused one', 'otherClerk', [handler, source('$refused')], 'survey_source_accepted'],
  ['citing one of another area', 'otherClerk', [handler, source('$larger')], 'survey_source_area'],
  [
    'citing one of another unit',
    'otherClerk',
    [handler, source('$other', '$otherunit')],
    'survey_source_unit',
  ],
  ['citing without handling the case', 'otherClerk', [source('$good')], 'survey_source_handler'],
  [
    'citing after acceptance',
    'otherClerk',
    [handler, stage, source('$good')],
    'survey_source_before_acceptance',
  ],
  ['accepting what rests on one’s own survey', 'surveyor', [handler], 'acceptance_apart_from_survey'],
  [
    'choosing who cites',
    'otherClerk',
    [
      `insert into cases.survey_source (district, case_id, survey_id, unit_code, person_id) values ('haishu', '$case', '$good', '$unit', gen_random_uuid())`,
    ],
    '42501',
  ],
  [
    'taking a citation back',
    'otherClerk',
    [handler, source('$good'), `delete from cases.survey_source`],
    '42501',
  ],
] as const)('at the SQL prompt, %s', async (_, who, statements, outcome) => {
  await town.superuser(`update kernel.act_type set duties = '{}' where type = 'case.citeSurvey'`)
  besieged ??= await besiege()
  const client = await town.prompt('mingbu_app')
  try {
    await client.query('begin')
    const person = who === 'surveyor' ? people.surveyor : town.staff[who]
    const { rows } = await client.query(
      `select kernel.open_act($1, 'case.citeSurvey', null, gen_random_uuid(), sha256('x')) as opened`,
      [person.token],
    )
    expect(rows[0]).toMatchObject({ opened: { status: 'ok' } })
    let answer = 'done'
    for (const text of statements) {
      const sql = text.replace(/'\$(\w+)'/g, (_all, name: string) => `'${besieged![name]}'`)
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

test('a review that is late is a finding, once a round; one that ended in time or has not fallen due is none', async () => {
  const watch = new SurveyWatch({
    pool: town.pools.auditor,
    kernel: town.kernel,
    token: Buffer.from(town.secrets.services.detector!, 'hex'),
  })
  const findings = () =>
    town.superuser<{ subject: string; clause: string; opened_by: string }>(
      `select subject, clause, opened_by from kernel.finding where kind = 'survey_overdue' order by id`,
    )
  // What the tests above left under way is reviewed first.
  for (const { id } of await town.superuser<{ id: string }>(
    `select id from cadastre.survey where state = 'submitted'`,
  ))
    await town.as(people.checker, reviewSurvey, {
      surveyId: id,
      outcome: 'accepted',
      problems: [],
      opinion: '已逐项核对',
    })
  const surveyId = await survey(home(), 'submitted')
  await survey(home())
  await survey(home(), 'returned')
  const corrected = await survey(home(), 'returned')
  const again = { surveyId: corrected, ...(await measured(people.surveyor, '88.88')) }
  expect(said(await town.as(people.surveyor, resubmitSurvey, again))).toBe('done')
  expect(await watch.runOnce()).toEqual([])
  const [due] = await town.superuser<{ at: string }>(
    `select due_at as at from cadastre.survey where id = $1`,
    [surveyId],
  )
  const at = Temporal.Instant.from(due!.at)
  await town.setClock(at.subtract({ minutes: 1 }).toString())
  expect(await watch.runOnce()).toEqual([])
  expect(await findings()).toEqual([])
  await town.setClock(at.add({ seconds: 1 }).toString())
  expect(await watch.runOnce()).toEqual(['haishu'])
  expect(await watch.runOnce()).toEqual([])
  expect(await findings()).toEqual(
    [surveyId, corrected].map((id) => ({
      subject: `survey:${id}`,
      clause: '2.2',
      opened_by: 'service:detector',
    })),
  )
})

test('the term of a review comes from the data of the installation, marked as a default of our own', async () => {
  expect(reviewTerm).toEqual({ workingDays: 3, isOwnDefault: true })
})
