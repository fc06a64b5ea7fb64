import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectTablesNamed } from '../../../test/harm.ts'
import { openRoutes, type TestRoutes } from '../../../test/http.ts'
import { workOff } from '../../../test/rectify.ts'
import { openTown, type Town } from '../../../test/town.ts'
import { type Someone, testPassword } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import type { AnyAct } from '../../kernel/act.ts'
import { sha256 } from '../../kernel/evidence-fields.ts'
import { demoSignature } from '../../papers/demo-scan.ts'
import { signIn } from '../../people/acts.ts'
import { Tx } from '../../platform/db/tx.ts'
import { readBoard, wholeCity } from '../board/queries.ts'
import { confirmValue, enterValue, lapseSampling, planSampling, setPace } from './acts.ts'
import { answerSample, assignSample, checkSample, closeSampling } from './checking.ts'
import { allot, type Candidate, countStrata, draw, frameHash, seedOf } from './draw.ts'
import { lookAtSampled } from './look.ts'
import { redraw } from './redraw.ts'

// One office is sampled from plan to close, while everybody who might choose tries to.
let town: Town
let routes: TestRoutes
type Who =
  | 'planner'
  | 'leader'
  | 'third'
  | 'audit'
  | 'checker'
  | 'clerkOnce'
  | 'own'
  | 'ownLead'
  | 'head'
  | 'clerk'
  | 'second'
let people: Record<Who, Someone>
let cases: string[]

beforeAll(async () => {
  town = await openTown([{}, {}, {}, { mortgage: { registeredOn: '2024-05-06', transferRestricted: false } }])
  routes = await openRoutes(town.kernel)
  const person = (name: string, duties: string[], district?: string) => town.person(name, duties, district)
  people = {
    planner: await person('planner', ['inspection'], 'city'),
    leader: await person('leader', ['district_lead'], 'city'),
    third: await person('third', ['inspection'], 'city'),
    audit: await person('audit', ['admin_audit'], 'city'),
    checker: await person('checker', ['inspection'], 'city'),
    clerkOnce: await person('once', ['inspection'], 'city'),
    own: await person('own', ['inspection']),
    ownLead: await person('ownlead', ['district_lead']),
    head: await person('head', ['centre_lead']),
    clerk: town.staff.clerk,
    second: await person('second', ['inspection']),
  }
  cases = []
  for (const home of town.homes.slice(0, 3)) cases.push(await town.bringTo('end', home))
}, 120_000)
afterAll(async () => {
  await routes[Symbol.asyncDispose]()
  await town[Symbol.asyncDispose]()
})

/** It is another day: everybody signs in anew. */
async function day(at: string): Promise<void> {
  await town.setClock(`${at}T01:30:00Z`)
  for (const one of Object.values(people)) {
    const outcome = await town.as(null, signIn, { username: one.username, password: testPassword })
    if (!outcome.ok) throw new Error(outcome.refusal.message.en)
    one.token = Buffer.from((outcome.result as { token: string }).token, 'hex')
  }
}
/** Does an act, and says `done`, or the refusal’s code with the field it is about. */
async function tried(who: Who, one: AnyAct, input: object): Promise<string> {
  const outcome = await town.as(people[who], one, { district: 'haishu', ...input })
  if (outcome.ok) return 'done'
  const [field] = outcome.refusal.fields ?? []
  return field ? `${outcome.refusal.code} ${field.path}` : outcome.refusal.code
}
async function result<T>(who: Who, one: AnyAct, input: object): Promise<T> {
  const outcome = await town.as(people[who], one, { district: 'haishu', ...input })
  if (!outcome.ok)
    throw new Error(`${one.type}: ${outcome.refusal.code} ${JSON.stringify(outcome.refusal.fields ?? '')}`)
  return outcome.result as T
}
const plan = (over: object = {}) => ({
  source: 'cases',
  strataBy: 'kind',
  fromDay: '2026-01-01',
  toDay: '2026-03-09',
  size: 2,
  valueKind: 'lottery',
  valueName: '双色球第2026028期开奖号码',
  valueRule: '红球由小到大，后接蓝球，空格分隔；未按期开奖的取下一期',
  valueOn: '2026-03-12',
  ...over,
})
/** How a control stands in the office now, read as the auditor. */
async function stands(id: string) {
  const client = await town.pools.auditor.connect()
  try {
    const tx = new Tx(client)
    const { now } = await tx.one<{ now: string }>`select kernel.now() as now`
    const board = await readBoard(
      { tx, at: Temporal.Instant.from(now), deps: town.deps },
      { ...wholeCity, district: 'haishu' },
    )
    const found = board.clauses.flatMap(({ controls }) => controls).find((one) => one.id === id)!
    return { status: found.status, ...found.counts }
  } finally {
    client.release()
  }
}
/** What the database itself says to statements inside an open act of somebody: its code and the name of the rule. Nothing stays. */
async function prompted(who: Who, type: string, statement: string): Promise<string> {
  const client = await town.prompt('mingbu_app')
  try {
    await client.query('begin')
    await client.query(`select kernel.open_act($1, $2, 'haishu', $3, sha256('x'))`, [
      people[who].token,
      type,
      randomUUID(),
    ])
    await client.query(statement)
    await client.query('set constraints all immediate')
    return 'done'
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    return `${error.code} ${error.constraint ?? ''}`.trim()
  } finally {
    await client.query('rollback')
    await client.end()
  }
}
const sampleOf = async (id: string) =>
  (
    await town.superuser<{ candidate: string }>(
      `select candidate from supervision.sample_item where sampling_id = $1 order by stratum, rank`,
      [id],
    )
  ).map((one) => one.candidate)

let sampling = ''
const value = '03 08 17 22 25 31 09'
describe('plan, value, sample', () => {
  test.each([
    ['by an inspector of the very office', 'own', {}, 'sampling_own_office'],
    ['by who has no such duty', 'head', {}, 'no_duty'],
    ['with a value of today', 'planner', { valueOn: '2026-03-09' }, 'sampling_value_day_wrong valueOn'],
    [
      'with a value of a day that is none',
      'planner',
      { valueOn: '2026-02-30' },
      'sampling_value_day_wrong valueOn',
    ],
    ['with a value next year', 'planner', { valueOn: '2027-03-09' }, 'sampling_value_day_wrong valueOn'],
    ['of days to come', 'planner', { toDay: '2026-03-10' }, 'sampling_period_wrong toDay'],
    [
      'of a period that ends before it begins',
      'planner',
      { fromDay: '2026-03-09', toDay: '2026-03-08' },
      'sampling_period_wrong fromDay',
    ],
    ['of nothing', 'planner', { fromDay: '2025-02-01', toDay: '2025-03-01' }, 'sampling_empty'],
    ['of fewer than there are strata', 'planner', { source: 'entries', size: 1 }, 'sampling_too_small size'],
    ['of more than a thousand', 'planner', { size: 1001 }, 'invalid_input size'],
  ] as const)('a plan %s is refused', async (_, who, over, code) => {
    expect(await tried(who, planSampling, plan(over))).toBe(code)
  })

  test('a leader of the bureau sets how often an office is sampled, the office does not', async () => {
    expect(await tried('ownLead', setPace, { days: 366, reason: '想少一点' })).toBe('sampling_own_office')
    expect(
      await prompted(
        'ownLead',
        'sampling.setPace',
        `insert into supervision.sampling_pace (district, days, reason) values ('haishu', 366, 'xx')`,
      ),
    ).toBe('23514 sampling_by_outsider')
    expect(await tried('leader', setPace, { days: 30, reason: '上季度问题较多' })).toBe('done')
  })

  test('the frame is frozen by the database: every closed case, in the hash that its arithmetic gives', async () => {
    const made = await result<{ samplingId: string; candidates: number; hash: string }>(
      'planner',
      planSampling,
      plan(),
    )
    sampling = made.samplingId
    const frame = [...cases].sort().map((id): Candidate => ({ id, stratum: 'T01' }))
    expect(made).toMatchObject({ candidates: 3, hash: frameHash(frame, sha256) })
    expect(await tried('planner', planSampling, plan())).toBe('sampling_open')
    expect(await stands('7.3-seed')).toMatchObject({ status: 'green', due: 0 })
  })

  const newFrame = (rows: string) =>
    `insert into supervision.sampling (district, source, strata_by, from_day, to_day, size, value_kind, value_name, value_rule, value_on) values ('haishu', ${rows})`
  test.each<[string, Who, string, () => string, string]>([
    [
      'leave a case out of a frame',
      'planner',
      'sampling.plan',
      () => `insert into supervision.frame_item values ('haishu', '${sampling}', 'T01', gen_random_uuid())`,
      '42501',
    ],
    [
      'freeze a frame of another act',
      'planner',
      'sampling.plan',
      () => `select supervision.freeze_frame('${sampling}')`,
      'MB143',
    ],
    [
      'give another hash',
      'planner',
      'sampling.plan',
      () =>
        `insert into supervision.sampling_frame (district, sampling_id, candidates, hash, strata) values ('haishu', '${sampling}', 3, repeat('0', 64), '[]')`,
      'MB143',
    ],
    [
      'plan a second one beside it',
      'planner',
      'sampling.plan',
      () => newFrame(`'cases', 'kind', '2026-01-01', '2026-03-09', 2, 'other', 'xx', 'xx', '2026-03-20'`),
      '23514 sampling_one_open',
    ],
    [
      'plan for a value that is known',
      'planner',
      'sampling.plan',
      () => newFrame(`'entries', 'kind', '2026-01-01', '2026-03-09', 2, 'other', 'xx', 'xx', '2026-03-09'`),
      '23514 sampling_value_later',
    ],
    [
      'plan ahead of the cases',
      'planner',
      'sampling.plan',
      () => newFrame(`'entries', 'kind', '2026-01-01', '2026-03-10', 2, 'other', 'xx', 'xx', '2026-03-20'`),
      '23514 sampling_period',
    ],
    [
      'plan for their own office',
      'own',
      'sampling.plan',
      () => newFrame(`'entries', 'kind', '2026-01-01', '2026-03-09', 2, 'other', 'xx', 'xx', '2026-03-20'`),
      '23514 sampling_by_outsider',
    ],
    [
      'plan nothing',
      'planner',
      'sampling.plan',
      () => `with s as (${newFrame(`'entries', 'kind', '2025-01-01', '2025-01-02', 2, 'other', 'xx', 'xx', '2026-03-20'`)} returning id)
      insert into supervision.sampling_frame (district, sampling_id, candidates, hash, strata) select 'haishu', id, 1, repeat('0', 64), '[]' from s`,
      '23514 sampling_empty',
    ],
    ['change a plan', 'planner', 'sampling.plan', () => `update supervision.sampling set size = 1`, '42501'],
    [
      'enter a value in another act',
      'leader',
      'sampling.plan',
      () =>
        `insert into supervision.sampling_value (district, sampling_id, no, value, source, planned_by, leaf_hash, checkpoint_size) values ('haishu', '${sampling}', 1, 'x', 'xx', '${people.planner.id}', repeat('0', 64), 1)`,
      '23514 value_on_its_day',
    ],
    [
      'draw without a value',
      'third',
      'sampling.confirm',
      () => `select supervision.draw_sample('${sampling}')`,
      'MB143',
    ],
    [
      'put one into the sample',
      'third',
      'sampling.confirm',
      () =>
        `insert into supervision.sample_item values ('haishu', '${sampling}', gen_random_uuid(), 'T01', 1)`,
      '42501',
    ],
  ])('the app at the SQL prompt cannot %s', async (_, who, type, statement, code) => {
    expect(await prompted(who, type, statement())).toBe(code)
  })

  const entered = (over: object = {}) => ({
    samplingId: sampling,
    value,
    source: '中国福彩网 2026-03-12 公告',
    ...over,
  })
  test('the value waits for its day, and is entered by who did not plan and is not of the office', async () => {
    expect(await tried('leader', enterValue, entered())).toBe('value_early')
    await town.sequencer.drain()
    await day('2026-03-12')
    expect(await stands('7.3-seed')).toMatchObject({ status: 'amber', due: 1 })
    expect(await tried('planner', enterValue, entered())).toBe('value_by_planner')
    expect(await tried('ownLead', enterValue, entered())).toBe('sampling_own_office')
    expect(await tried('leader', lapseSampling, { samplingId: sampling, word: '不想要' })).toBe(
      'sampling_stands',
    )
    expect(await tried('leader', enterValue, entered())).toBe('done')
    expect(await tried('leader', enterValue, entered())).toBe('value_entered')
  })

  const asValue = (who: string, no = 2) =>
    `insert into supervision.sampling_value (district, sampling_id, no, value, source, planned_by, leaf_hash, checkpoint_size)
     select 'haishu', '${sampling}', ${no}, 'x', 'xx', '${who}', leaf_hash, size from supervision.committed('haishu', '${sampling}')`
  const asConfirmation = (seed: string, agrees = true) =>
    `insert into supervision.sampling_confirmation (district, sampling_id, no, agrees, value, word, planned_by, entered_by, seed)
     values ('haishu', '${sampling}', 1, ${agrees}, '${value}', 'xx', '${people.planner.id}', '${people.leader.id}', ${seed})`
  const seedNow = () =>
    `(select supervision.seed_of(leaf_hash, '${value}') from supervision.committed('haishu', '${sampling}'))`
  test.each<[string, Who, string, () => string, string]>([
    [
      'enter a second value',
      'third',
      'sampling.seed',
      () => asValue(people.planner.id),
      '23514 value_entered_once',
    ],
    [
      'enter one as the planner',
      'planner',
      'sampling.seed',
      () => asValue(people.planner.id, 1),
      '23514 value_entered_once',
    ],
    [
      'close before anything is drawn',
      'leader',
      'sampling.close',
      () =>
        `insert into supervision.sampling_end (district, sampling_id, how, word) values ('haishu', '${sampling}', 'closed', 'xx')`,
      '23514 sampling_all_checked',
    ],
    [
      'let a plan lapse that stands',
      'leader',
      'sampling.lapse',
      () =>
        `insert into supervision.sampling_end (district, sampling_id, how, word) values ('haishu', '${sampling}', 'lapsed', 'xx')`,
      '23514 sampling_stands',
    ],
    ['confirm another seed', 'third', 'sampling.confirm', () => asConfirmation(`repeat('0', 64)`), 'MB143'],
    [
      'confirm as the planner',
      'planner',
      'sampling.confirm',
      () => asConfirmation(seedNow()),
      '23514 value_by_a_third',
    ],
    [
      'confirm what one entered',
      'leader',
      'sampling.confirm',
      () => asConfirmation(seedNow()),
      '23514 value_by_a_third',
    ],
    [
      'confirm for their own office',
      'own',
      'sampling.confirm',
      () => asConfirmation(seedNow()),
      '23514 sampling_by_outsider',
    ],
    [
      'leave the act open in which a third person confirms',
      'third',
      'sampling.confirm',
      () => asConfirmation(seedNow()),
      'MB006',
    ],
  ])('nor %s', async (_, who, type, statement, code) => {
    expect(await prompted(who, type, statement())).toBe(code)
  })

  test('a third person types it again; a wrong entry is rejected and entered anew, and the sample is what anybody draws', async () => {
    const confirm = (who: Who, over: object) =>
      tried(who, confirmValue, { samplingId: sampling, agrees: true, value, word: '与公告一致', ...over })
    expect(await confirm('planner', {})).toBe('value_third')
    expect(await confirm('leader', {})).toBe('value_third')
    expect(await confirm('third', { value: '03 08 17 22 25 31 10' })).toBe('value_differs value')
    expect(await confirm('third', { agrees: false, word: '录入有误' })).toBe('done')
    expect(await confirm('third', {})).toBe('value_none')
    expect(await tried('leader', checkSample, { samplingId: sampling })).toBe('sample_not_drawn')
    expect(await tried('leader', enterValue, entered({ value: ` ${value.replaceAll(' ', '　')} ` }))).toBe(
      'done',
    )
    expect(await confirm('third', {})).toBe('done')
    expect(await confirm('third', {})).toBe('value_none')
    const [leaf] = await town.superuser<{ hash: Buffer }>(
      `select l.hash from evidence.leaf l join supervision.sampling s on s.act_id = l.act_id where s.id = $1`,
      [sampling],
    )
    const frame = [...cases].sort().map((id): Candidate => ({ id, stratum: 'T01' }))
    const strata = allot(countStrata(frame), 2)
    const drawn = draw(frame, strata, seedOf(leaf!.hash, value, sha256), sha256)
    expect(await sampleOf(sampling)).toEqual(drawn.map((one) => one.id))
  })

  test('the file of the sample redraws offline, for who reads samplings', async () => {
    const url = `samplings/${sampling}/sample.json`
    const answer = await routes.get(people.leader, url)
    expect(answer.status).toBe(200)
    expect(answer.header('content-disposition')).toContain(`mingbu-sample-haishu-${sampling}.json`)
    const report = await redraw(answer.bytes.toString(), sha256)
    expect(report).toMatchObject({ ok: true, candidates: 3, plan: { valueOn: '2026-03-12', size: 2 } })
    expect(report.sample.map((one) => one.id)).toEqual(await sampleOf(sampling))
    expect((await routes.get(people.clerk, url)).status).toBe(404)
    expect((await routes.get(people.leader, 'samplings/x/sample.json')).status).toBe(404)
  })
})

describe('checks, people, findings', () => {
  const of = () => ({ samplingId: sampling })
  const good = { forms: true, materials: true, process: true, in_time: true }
  let sample: string[]

  test('automatic checks come first; a checker is of no part in it; none is closed unchecked', async () => {
    sample = await sampleOf(sampling)
    expect(
      await tried('leader', assignSample, { ...of(), candidates: sample, checkerId: people.checker.id }),
    ).toBe('check_first')
    // The second of the sample was recorded after its day, as a slow office would have.
    const admin = await town.admin()
    await admin.query('set session_replication_role = replica')
    await admin.query(`update cases.case set promised_due = accepted_at where id = $1`, [sample[1]])
    await admin.query(
      `insert into cases.case_handler (district, case_id, person_id, duty_group, act_id) select district, case_id, $2, 'survey', act_id from cases.case_handler where case_id = $1 limit 1`,
      [sample[0], people.clerkOnce.id],
    )
    await admin.end()
    expect(await result('leader', checkSample, of())).toEqual({ checked: 2, faulty: 1 })
    expect(await tried('leader', checkSample, of())).toBe('sample_checked')
    const assign = (checkerId: string, candidates = sample) =>
      tried('leader', assignSample, { ...of(), candidates, checkerId })
    expect(await assign(people.own.id)).toBe('checker_of_office checkerId')
    expect(await assign(people.leader.id)).toBe('checker_duty checkerId')
    expect(await assign(people.clerkOnce.id)).toBe('checker_handled checkerId')
    expect(await assign(people.checker.id, [randomUUID()])).toBe('sample_unknown candidates.0')
    expect(await assign(people.third.id)).toBe('done')
    expect(await assign(people.checker.id)).toBe('done')
    expect(await tried('leader', closeSampling, { ...of(), word: '完成' })).toBe('sampling_unchecked')
    expect(await stands('7.3-check')).toMatchObject({ status: 'amber', due: 2 })
  })

  const given = (who: string, candidate: number) =>
    `insert into supervision.sample_assignment (district, sampling_id, candidate, no, checker) values ('haishu', '${sampling}', '${sample[candidate]}', 9, '${who}')`
  const answered = (over: string, no = 2, who: Who = 'checker') =>
    `insert into supervision.sample_answer (district, sampling_id, candidate, no, checker, forms, materials, process, in_time) values ('haishu', '${sampling}', '${sample[0]}', ${no}, '${people[who].id}', true, true, true, ${over})`
  test.each<[string, Who, string, () => string, string]>([
    [
      'give it to somebody of the office',
      'leader',
      'sampling.assign',
      () => given(people.own.id, 0),
      '23514 checker_of_no_part',
    ],
    [
      'give it to who handled it',
      'leader',
      'sampling.assign',
      () => given(people.clerkOnce.id, 0),
      '23514 checker_handled_none',
    ],
    [
      'give it to who inspects nothing',
      'leader',
      'sampling.assign',
      () => given(people.leader.id, 0),
      '23514 checker_inspects',
    ],
    ['answer for another', 'third', 'sampling.answer', () => answered('true'), '23514 answer_by_checker'],
    [
      'answer when it was given on',
      'third',
      'sampling.answer',
      () => answered('true', 1, 'third'),
      '23514 answer_by_newest',
    ],
    [
      'differ without a reason',
      'checker',
      'sampling.answer',
      () => answered('false'),
      '23514 difference_has_reason',
    ],
    [
      'write an automatic result',
      'checker',
      'sampling.answer',
      () =>
        `insert into supervision.sample_check (district, sampling_id, candidate, forms, materials, process, in_time, faults) values ('haishu', '${sampling}', '${sample[0]}', true, true, true, true, '[]')`,
      'MB091',
    ],
  ])('the app at the SQL prompt cannot %s', async (_, who, type, statement, code) => {
    expect(await prompted(who, type, statement())).toBe(code)
  })

  test('only the checker looks at a sampled case, and sees its scans after a recorded look', async () => {
    const look = (who: Who) => tried(who, lookAtSampled, { ...of(), candidate: sample[0] })
    // What a town uploads are names without bytes; one of them gets some.
    const taken = await town.deps.files.take(Readable.from([demoSignature('演')]), 'image/png')
    if (typeof taken === 'string') throw new Error(taken)
    const admin = await town.admin()
    await admin.query('set session_replication_role = replica')
    const shown = await admin.query<{ file: string }>(
      `select file from cases.material where case_id = $1 and no = 1`,
      [sample[0]],
    )
    const give = (file: string) =>
      admin.query(`update cases.material set file = $2 where case_id = $1 and no = 1`, [sample[0], file])
    await give(taken.sha256)
    const scan = async (who: Who) =>
      (await routes.get(people[who], `samplings/${sampling}/items/${sample[0]}/files/${taken.sha256}`)).status
    expect(await scan('checker')).toBe(404)
    expect(await look('third')).toBe('checker_only')
    expect(await look('leader')).toBe('no_duty')
    const seen = await result<{ case: { materials: unknown[]; stages: unknown[] } }>(
      'checker',
      lookAtSampled,
      { ...of(), candidate: sample[0] },
    )
    expect(seen.case.materials.length).toBeGreaterThanOrEqual(5)
    expect(seen.case.stages.length).toBe(7)
    expect([await scan('checker'), await scan('third')]).toEqual([200, 404])
    await give(shown.rows[0]!.file)
    await admin.end()
  })

  test('the checker answers, says why where it differs, and what is faulty is a finding that is red until it is repaired', async () => {
    const answer = (who: Who, n: number, over: object = {}) =>
      tried(who, answerSample, { ...of(), candidate: sample[n], ...good, ...over })
    expect(await answer('third', 0)).toBe('checker_only')
    expect(await answer('checker', 0, { forms: false })).toBe('difference_reason reason')
    expect(await answer('checker', 0)).toBe('done')
    expect(await answer('checker', 0)).toBe('sample_answered')
    expect(
      await tried('leader', assignSample, { ...of(), candidates: [sample[0]], checkerId: people.third.id }),
    ).toBe('sample_answered candidates.0')
    expect(await prompted('leader', 'sampling.assign', given(people.third.id, 0))).toBe(
      '23514 assigned_before_answer',
    )
    expect(await answer('checker', 1, { in_time: false, note: '登簿晚于承诺日期' })).toBe('done')
    const [finding] = await town.superuser<{ id: string; summary_zh: string }>(
      `select id, summary_zh from kernel.finding where kind = 'sampling_fault'`,
    )
    expect(finding!.summary_zh).toContain('办理时限不规范')
    expect(await stands('7.3-check')).toMatchObject({ status: 'red', open: 1, due: 0 })
    await workOff(
      town,
      finding!.id,
      { lead: people.head, responsible: people.clerk, checker: people.second },
      { to: 'closed' },
    )
    expect(await stands('7.3-check')).toMatchObject({ status: 'green', open: 0, found: 1 })
    expect(await tried('own', closeSampling, { ...of(), word: '完成' })).toBe('sampling_own_office')
    expect(await tried('leader', closeSampling, { ...of(), word: '两件，一件超期' })).toBe('done')
    expect(await tried('leader', closeSampling, { ...of(), word: '再办一次' })).toBe('sampling_over')
  })

  test('who reads samplings sees all of it, and others nothing', async () => {
    const list = await routes.get(people.leader, 'samplings')
    expect(list.json).toMatchObject({
      items: [{ id: sampling, sampled: 2, answered: 2, faulty: 1, how: 'closed' }],
    })
    const one = await routes.get(people.leader, `samplings/${sampling}`)
    expect(one.json).toMatchObject({
      candidates: 3,
      unanswered: 0,
      items: [{ stratum: 'T01', rank: 1 }, { rank: 2 }],
    })
    expect((await routes.get(people.clerk, 'samplings')).status).toBe(403)
  })
})

describe('the plan that came too late, and the office that nobody sampled', () => {
  test('a plan in no checkpoint before the day of its value draws nothing; it lapses and is planned anew', async () => {
    const made = await result<{ samplingId: string }>(
      'planner',
      planSampling,
      plan({ source: 'entries', toDay: '2026-03-12', valueOn: '2026-03-13' }),
    )
    const of = { samplingId: made.samplingId }
    expect(await tried('leader', lapseSampling, { ...of, word: '太早' })).toBe('value_early')
    await day('2026-03-13')
    await town.sequencer.drain()
    expect(await tried('leader', enterValue, { ...of, value, source: '公告' })).toBe('plan_not_committed')
    const asValue = `insert into supervision.sampling_value (district, sampling_id, no, value, source, planned_by, leaf_hash, checkpoint_size)
      select 'haishu', '${made.samplingId}', 1, 'x', 'xx', '${people.planner.id}', leaf_hash, size from supervision.committed('haishu', '${made.samplingId}')`
    expect(await prompted('leader', 'sampling.seed', asValue)).toBe('23514 sampling_committed_before')
    expect(await tried('leader', lapseSampling, { ...of, word: '检查点晚于公布日期' })).toBe('done')
    expect(await tried('leader', lapseSampling, { ...of, word: '检查点晚于公布日期' })).toBe('sampling_over')
  })

  test('entries of the register are drawn by kind, one of each at least', async () => {
    const { samplingId } = await result<{ samplingId: string }>(
      'planner',
      planSampling,
      plan({ source: 'entries', toDay: '2026-03-13', size: 4, valueOn: '2026-03-16' }),
    )
    await town.sequencer.drain()
    await day('2026-03-16')
    expect(await stands('7.3-seed')).toMatchObject({ status: 'amber', due: 1, overdue: 0 })
    // A value that nobody enters within a week turns the clause red; entered and confirmed, it is green again.
    await day('2026-03-24')
    expect(await stands('7.3-seed')).toMatchObject({ status: 'red', due: 0, overdue: 1 })
    await result('leader', enterValue, { samplingId, value, source: '公告' })
    expect(await result('audit', confirmValue, { samplingId, agrees: true, value, word: '一致' })).toEqual({
      agrees: true,
      sampled: 4,
    })
    expect(await stands('7.3-seed')).toMatchObject({ status: 'green', due: 0, overdue: 0 })
    const kinds = await town.superuser<{ stratum: string; n: number }>(
      `select stratum, count(*)::int as n from supervision.sample_item where sampling_id = $1 group by 1 order by 1`,
      [samplingId],
    )
    expect(kinds).toEqual([
      { stratum: 'mortgage', n: 1 },
      { stratum: 'ownership', n: 3 },
    ])
    const file = await routes.get(people.leader, `samplings/${samplingId}/sample.json`)
    expect(await redraw(file.bytes.toString(), sha256)).toMatchObject({ ok: true })
    expect(await result('third', checkSample, { samplingId })).toMatchObject({ checked: 4 })
  })

  test('7.3-period: red when an office was not sampled in time, green after a sampling and the repair', async () => {
    await town.dutyWatch.runOnce()
    expect(await stands('7.3-period')).toMatchObject({ overdue: 0, open: 0 })
    await day('2026-04-20')
    await town.dutyWatch.runOnce()
    expect(await stands('7.3-period')).toMatchObject({ status: 'red', overdue: 1, open: 1 })
    const [open] = await town.superuser<{ id: string }>(
      `select s.id from supervision.sampling s where not exists (select from supervision.sampling_end e where e.sampling_id = s.id)`,
    )
    const samplingId = open!.id
    const candidates = await sampleOf(samplingId)
    const automatic = await town.superuser<{
      candidate: string
      forms: boolean
      materials: boolean
      process: boolean
      in_time: boolean
    }>(
      `select candidate, forms, materials, process, in_time from supervision.sample_check where sampling_id = $1`,
      [samplingId],
    )
    await result('leader', assignSample, { samplingId, candidates, checkerId: people.checker.id })
    for (const row of automatic) await result('checker', answerSample, { samplingId, ...row })
    await result('leader', closeSampling, { samplingId, word: '登记数据四条' })
    await town.dutyWatch.runOnce()
    const found = await town.superuser<{ id: string }>(
      `select id from kernel.finding where kind in ('sampling_overdue', 'duty_escalated') and state <> 'closed'`,
    )
    for (const { id } of found)
      await workOff(
        town,
        id,
        { lead: people.head, responsible: people.clerk, checker: people.second },
        { to: 'closed' },
      )
    expect(await stands('7.3-period')).toMatchObject({ status: 'green', overdue: 0, open: 0 })
  })
})

test('of each of its tables a row taken away or put there past its act is named', () =>
  expectTablesNamed(town, /^supervision\.(sample_|sampling_(end|pace|value)$)/))

test('verification finds what was changed behind its back: a case in the sample, one in the frame, one taken out of it', async () => {
  await town.sequencer.drain()
  const problems = async () =>
    (await verifyEverything(town.pools.auditor, town.deps.vault)).problems
      .filter((one) => one.table?.startsWith('supervision.'))
      .map((one) => `${one.code} ${one.table}`)
  expect(await problems()).toEqual([])
  const admin = await town.admin()
  await admin.query('set session_replication_role = replica')
  const attack = async (statement: string, values: unknown[]) => {
    await admin.query('begin')
    await admin.query(statement, values)
    await admin.query('commit')
    return problems()
  }
  const sample = await sampleOf(sampling)
  const free = cases.find((id) => !sample.includes(id))!
  expect(
    new Set(
      await attack(
        `update supervision.sample_item set candidate = $2 where sampling_id = $1 and candidate = $3`,
        [sampling, free, sample[0]],
      ),
    ),
  ).toEqual(new Set(['projection_changed supervision.sample_item']))
  await admin.query(
    `update supervision.sample_item set candidate = $3 where sampling_id = $1 and candidate = $2`,
    [sampling, free, sample[0]],
  )
  expect(await problems()).toEqual([])
  const taken = await attack(`delete from supervision.frame_item where sampling_id = $1 and candidate = $2`, [
    sampling,
    free,
  ])
  expect(taken).toContain('projection_changed supervision.sampling_frame')
  await admin.end()
})
