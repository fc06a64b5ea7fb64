import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import { dutyTable } from '../people/duties.ts'
import { hasPair } from './duty.ts'

/**
 * Every exclusive pair of the duty table, tried on the database itself. What is expected is made from the table, so a pair
 * that the database does not keep apart, or one it keeps apart and the table does not name, fails here.
 */

let town: Town
let ada: { id: string; token: Buffer }
beforeAll(async () => {
  town = await openTown([{}])
  ada = await town.person('ada', [])
}, 120_000)
afterAll(() => town[Symbol.asyncDispose]())

const said = (error: { constraint?: string; code?: string }) => error.constraint ?? error.code ?? '?'
const duties = dutyTable.duties.map((duty) => duty.id)

test('of two duties the table keeps apart the second is not granted while the first is held; every other one is, and each alone', async () => {
  const client = await town.admin()
  await client.query(`
    create function pg_temp.granted(who uuid, first text, second text, later boolean) returns text language plpgsql as $$
    declare refused text;
    begin
      insert into kernel.duty_grant (district, person_id, duty, during, act_id) values ('haishu', who, first, '[2026-03-01 00:00+08,2026-04-01 00:00+08)', gen_random_uuid());
      if second <> first then
        insert into kernel.duty_grant (district, person_id, duty, during, act_id)
        values ('haishu', who, second, case when later then '[2026-04-01 00:00+08,)' else '[2026-03-31 23:00+08,)' end::tstzrange, gen_random_uuid());
      end if;
      raise exception 'granted' using constraint = 'granted';
    exception when others then
      get stacked diagnostics refused = constraint_name;
      return refused;
    end $$`)
  const { rows } = await client.query<{ held: string; duty: string; later: boolean; answer: string }>(
    `select held, duty, later, pg_temp.granted($1, held, duty, later) as answer
     from unnest($2::text[]) held, unnest($2::text[]) duty, unnest('{false,true}'::boolean[]) later`,
    [ada.id, duties],
  )
  await client.end()
  const refusing = ['duty_conflict_static', 'duty_sides_one_day']
  const wrong = rows.filter(({ held, duty, later, answer }) => {
    const apart = !later && held !== duty && hasPair(dutyTable.conflicts, held, duty)
    return apart ? !refusing.includes(answer) : answer !== 'granted'
  })
  expect(wrong).toEqual([])
  expect(rows.length).toBe(2 * duties.length ** 2)
  expect(rows.filter((row) => row.answer !== 'granted').length).toBe(2 * dutyTable.conflicts.length)
})

/** Makes somebody the handler of a group: of the case, or of the survey of its unit. */
const handles = (
  person: string,
  group: string,
  { caseId, surveyId }: { caseId: string; surveyId: string },
): [string, string[]] =>
  dutyTable.survey.stages.some((stage) => stage.group === group)
    ? [
        `insert into cadastre.survey_handler (district, survey_id, person_id, duty_group, act_id) values ('haishu', $1, $2, $3, gen_random_uuid())`,
        [surveyId, person, group],
      ]
    : [
        `insert into cases.case_handler (district, case_id, person_id, duty_group, act_id) values ('haishu', $1, $2, $3, gen_random_uuid())`,
        [caseId, person, group],
      ]

test('of two groups the table keeps apart in one case, in one survey, or in a case and the survey it rests on, nobody gets the second', async () => {
  const caseId = await town.apply(town.homes[0]!)
  const client = await town.admin()
  const groupsOf = (stages: readonly { group: string }[]) => [...new Set(stages.map((stage) => stage.group))]
  const ofCase = groupsOf(dutyTable.stages)
  const ofSurvey = groupsOf(dutyTable.survey.stages)
  const wrong: string[] = []
  let refused = 0
  for (const held of [...ofCase, ...ofSurvey])
    for (const group of [...ofCase, ...ofSurvey]) {
      if (held === group) continue
      await client.query('begin')
      const { rows } = await client.query<{ id: string }>(
        `insert into cadastre.survey (district, unit_code, due_at, submitted_at, act_id)
         values ('haishu', $1, now(), now(), gen_random_uuid()) returning id`,
        [town.homes[0]!.code],
      )
      const here = { caseId, surveyId: rows[0]!.id }
      const first = await client.query(...handles(ada.id, held, here)).then(() => 'done', said)
      const second = await client.query(...handles(ada.id, group, here)).then(() => 'done', said)
      await client.query('rollback')
      const pairs = [...dutyTable.exclusive, ...dutyTable.survey.exclusive, ...dutyTable.before]
      const apart = hasPair(pairs, held, group)
      if (apart) refused++
      if (first !== 'done' || (second === 'done') === apart)
        wrong.push(`${held}, then ${group}: ${first}, ${second}`)
    }
  await client.end()
  expect(wrong).toEqual([])
  expect(refused).toBe(
    2 * (dutyTable.exclusive.length + dutyTable.survey.exclusive.length + dutyTable.before.length),
  )
}, 120_000)
