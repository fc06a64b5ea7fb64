import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRoutes, type TestRoutes } from '../../../test/http.ts'
import { evidence, workOff } from '../../../test/rectify.ts'
import { anotherDay, atPrompt, done, stands, tried } from '../../../test/supervised.ts'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { acceptItem, addItem, reportItem, setTerm } from './acts.ts'
import { acceptItemRefusal, type PlanItem, reportItemRefusal, setTermRefusal } from './rules.ts'

let world: TestWorld
let routes: TestRoutes
let people: Record<'head' | 'leader' | 'owner' | 'other' | 'elsewhere' | 'inspecting' | 'bureau', Someone>
beforeAll(async () => {
  world = await openTestWorld({ now: '2026-03-02T02:00:00Z' })
  routes = await openRoutes(world.kernel)
  people = {
    head: await world.person('head', ['centre_lead']),
    leader: await world.person('leader', ['district_lead']),
    owner: await world.person('owner', ['first_review']),
    other: await world.person('other', ['acceptance']),
    elsewhere: await world.person('elsewhere', ['centre_lead'], 'yuyao'),
    inspecting: await world.person('inspecting', ['centre_lead', 'inspection'], 'yuyao'),
    bureau: await world.person('bureau', ['district_lead'], 'city'),
  }
})
afterAll(async () => {
  await routes[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})
type Who = keyof typeof people
const officeOf = (one: Someone) =>
  one === people.bureau ? 'city' : one === people.elsewhere || one === people.inspecting ? 'yuyao' : 'haishu'
const of = { district: 'haishu' }
const say = (who: Who, act: Parameters<typeof tried>[2], input: object) =>
  tried(world, people[who], act, { ...of, ...input })
const item = (over: object = {}) => ({
  part: 'informatisation',
  title: '档案系统与登记系统联通',
  deliverable: '接口上线并稳定运行一个月',
  ownerId: people.owner.id,
  dueOn: '2026-03-20',
  reviewDays: 7,
  ...over,
})
const added = async (over: object = {}) =>
  (await done<{ itemId: string }>(world, people.head, addItem, { ...of, ...item(over) })).itemId
const progress = (itemId: string, over: object = {}) => ({
  itemId,
  note: '完成联调',
  percent: 60,
  finished: false,
  files: [],
  ...over,
})
const finished = async (itemId: string, who: Who = 'owner') =>
  progress(itemId, { percent: 100, finished: true, files: [await evidence(world, people[who])] })

const one: PlanItem = {
  district: 'd',
  id: 'i',
  owner: 'ada',
  dueOn: '2026-03-20',
  terms: 1,
  progress: 0,
  finished: false,
  good: null,
  ended: false,
}
test.each([
  ['ada reports', reportItemRefusal, 'ada', {}, null],
  ['ben reports hers', reportItemRefusal, 'ben', {}, 'plan_not_owner'],
  ['ada reports while it waits', reportItemRefusal, 'ada', { finished: true }, 'plan_finished'],
  ['ada reports again on what did not do', reportItemRefusal, 'ada', { finished: true, good: false }, null],
  ['ada reports on what is accepted', reportItemRefusal, 'ada', { ended: true }, 'plan_accepted'],
  ['ben accepts', acceptItemRefusal, 'ben', { finished: true }, null],
  ['ada accepts her own', acceptItemRefusal, 'ada', { finished: true }, 'plan_accept_own'],
  ['ben accepts what is not finished', acceptItemRefusal, 'ben', {}, 'plan_unfinished'],
  [
    'ben accepts twice',
    acceptItemRefusal,
    'ben',
    { finished: true, good: true, ended: true },
    'plan_accepted',
  ],
  ['ben moves the day', setTermRefusal, 'ben', {}, null],
  ['ada moves her own', setTermRefusal, 'ada', {}, 'plan_own_term'],
  ['ben moves what is accepted', setTermRefusal, 'ben', { ended: true }, 'plan_accepted'],
] as const)('%s', (_, rule, who, over, code) => {
  expect(rule({ ...one, ...over }, who)?.code ?? null).toBe(code)
})

test.each([
  ['by a clerk', 'other', {}, 'no_duty'],
  ['of another office', 'elsewhere', {}, 'wrong_district'],
  ['for oneself', 'head', () => ({ ownerId: people.head.id }), 'plan_owner ownerId'],
  ['for somebody of another office', 'head', () => ({ ownerId: people.elsewhere.id }), 'plan_owner ownerId'],
  ['due yesterday', 'head', { dueOn: '2026-03-01' }, 'plan_day dueOn'],
  ['due on no day', 'head', { dueOn: '2026-02-30' }, 'plan_day dueOn'],
  ['of no part', 'head', { part: 'party' }, 'invalid_input part'],
  ['whole', 'leader', {}, 'done'],
] as const)('an item %s: %#', async (_, who, over, outcome) => {
  expect(await say(who, addItem, item(typeof over === 'function' ? over() : over))).toBe(outcome)
})

test('an item is reported on by its owner, finished with evidence, accepted by another; its day is moved by another', async () => {
  const itemId = await added()
  expect(await say('other', reportItem, progress(itemId))).toBe('plan_not_owner')
  expect(await say('owner', reportItem, progress(itemId))).toBe('done')
  expect(await say('owner', reportItem, progress(itemId, { finished: true, percent: 100 }))).toBe(
    'plan_evidence files',
  )
  expect(await say('leader', acceptItem, { itemId, good: true, word: '通过' })).toBe('plan_unfinished')
  const move = (over: object = {}) => ({
    itemId,
    ownerId: people.other.id,
    dueOn: '2026-04-20',
    reason: '人员调整',
    ...over,
  })
  expect(await say('leader', setTerm, move({ ownerId: people.leader.id }))).toBe('plan_owner ownerId')
  expect(await say('leader', setTerm, move())).toBe('done')
  expect(await say('owner', reportItem, progress(itemId))).toBe('plan_not_owner')
  expect(await say('other', reportItem, await finished(itemId, 'other'))).toBe('done')
  expect(await say('other', reportItem, progress(itemId))).toBe('plan_finished')
  expect(await say('leader', acceptItem, { itemId, good: false, word: '补充测试报告' })).toBe('done')
  expect(await say('other', reportItem, await finished(itemId, 'other'))).toBe('done')
  expect(await say('leader', acceptItem, { itemId, good: true, word: '通过' })).toBe('done')
  expect(await say('leader', setTerm, move())).toBe('plan_accepted')
  const page = (await routes.get(people.other, `plan/${itemId}`)).json as {
    terms: unknown[]
    progress: { good: boolean | null; files: string[] }[]
  }
  expect([page.terms.length, page.progress.map((row) => row.good)]).toEqual([2, [true, false, null]])
  const file = await routes.get(people.owner, `plan/${itemId}/files/${page.progress[0]!.files[0]}`)
  expect([file.status, file.media]).toEqual([200, 'application/pdf'])
  expect((await routes.get(people.elsewhere, `plan/${itemId}`)).status).toBe(404)
  const { items } = (await routes.get(people.other, 'plan')).json as {
    items: { id: string; ended: boolean }[]
  }
  expect(items.find((row) => row.id === itemId)).toMatchObject({ ended: true, changes: 1 })
})

test('what the code might forget, the database refuses: at the prompt of the app, with a token, inside the very act', async () => {
  const itemId = await added()
  const own = await done<{ itemId: string }>(world, people.leader, addItem, {
    ...of,
    ...item({ ownerId: people.head.id }),
  })
  await done(world, people.head, reportItem, { ...of, ...(await finished(own.itemId, 'head')) })
  const attacks: [string, string, Who, string, unknown[], string][] = [
    [
      'accept one’s own',
      'plan.accept',
      'head',
      `insert into supervision.plan_acceptance (district, item_id, progress_no, finished, good, word, reported_by) values ('haishu', $1, 1, true, true, '通过', $2)`,
      [own.itemId, people.head.id],
      'plan_accepted_by_another',
    ],
    [
      'move a day of one’s own',
      'plan.setTerm',
      'head',
      `insert into supervision.plan_term (district, item_id, no, owner_id, due_on, reason) values ('haishu', $1, 2, $2, '2030-01-01', '延期')`,
      [own.itemId, people.owner.id],
      'plan_term_not_own',
    ],
    [
      'set an item for oneself',
      'plan.setTerm',
      'head',
      `insert into supervision.plan_term (district, item_id, no, owner_id, due_on, reason) values ('haishu', $1, 2, $2, '2030-01-01', '延期')`,
      [itemId, people.head.id],
      'plan_term_of_another',
    ],
    [
      'report for another',
      'plan.report',
      'other',
      `insert into supervision.plan_progress (district, item_id, no, term_no, note, percent, finished, files) values ('haishu', $1, 1, 1, '进展', 10, false, '{}')`,
      [itemId],
      'plan_progress_by_owner',
    ],
    [
      'finish without evidence',
      'plan.report',
      'owner',
      `insert into supervision.plan_progress (district, item_id, no, term_no, note, percent, finished, files) values ('haishu', $1, 1, 1, '完成', 100, true, '{}')`,
      [itemId],
      'plan_finished_with_evidence',
    ],
    [
      'report past what waits',
      'plan.report',
      'head',
      `insert into supervision.plan_progress (district, item_id, no, term_no, note, percent, finished, files) values ('haishu', $1, 2, 1, '进展', 10, false, '{}')`,
      [own.itemId],
      'plan_moves_on',
    ],
    [
      'rewrite the day',
      'plan.setTerm',
      'head',
      `update supervision.plan_term set due_on = '2030-01-01'`,
      [],
      '42501',
    ],
    [
      'accept in another act',
      'file.store',
      'leader',
      `insert into supervision.plan_acceptance (district, item_id, progress_no, finished, good, word, reported_by) values ('haishu', $1, 1, true, true, '通过', $2)`,
      [own.itemId, people.head.id],
      'MB091',
    ],
  ]
  const answers: [string, string][] = []
  for (const [what, type, who, sql, values] of attacks)
    answers.push([what, await atPrompt(world, people[who], type, sql, values)])
  expect(answers).toEqual(attacks.map(([what, , , , , outcome]) => [what, outcome]))
  expect(await say('leader', acceptItem, { itemId: own.itemId, good: true, word: '通过' })).toBe('done')
})

test('who was given an item after it was reported as finished does not accept it; another leader does', async () => {
  const itemId = await added()
  expect(await say('owner', reportItem, await finished(itemId))).toBe('done')
  const accept = (who: Who) =>
    atPrompt(
      world,
      people[who],
      'plan.accept',
      `insert into supervision.plan_acceptance (district, item_id, progress_no, finished, good, word, reported_by) values ('haishu', $1, 1, true, true, '通过', $2)`,
      [itemId, people.owner.id],
    )
  const given = { itemId, ownerId: people.leader.id, dueOn: '2026-04-20', reason: '人员调整' }
  expect(await accept('leader')).toBe('1 rows')
  expect(await say('head', setTerm, given)).toBe('done')
  expect(await accept('leader')).toBe('plan_accepted_by_another')
  expect(await accept('head')).toBe('1 rows')
  const accepted = { itemId, good: true, word: '通过' }
  expect(await say('leader', acceptItem, accepted)).toBe('plan_accept_own')
  expect(await say('head', acceptItem, accepted)).toBe('done')
})

test.each([
  ['a leader', 'head', 'haishu', 'all but oneself'],
  ['a leader of another office', 'elsewhere', 'haishu', 'nobody'],
  ['a leader who inspects everywhere', 'inspecting', 'haishu', 'nobody'],
  ['a leader of the bureau', 'bureau', 'haishu', 'all but oneself'],
  ['a leader of the bureau', 'bureau', 'yuyao', 'all but oneself'],
  ['who leads nothing', 'owner', 'haishu', 'nobody'],
] as const)(
  'colleagues who may be given an item: %s asks as %s for %s and is told %s',
  async (_, who, office, told) => {
    const { colleagues } = (await routes.get(people[who], `plan?office=${office}`)).json as {
      colleagues: { id: string }[]
    }
    const client = await world.prompt('mingbu_app')
    await client.query('begin')
    await client.query(`select kernel.open_read($1)`, [people[who].token])
    const { rows } = await client.query(`select * from supervision.plan_colleagues($1)`, [office])
    await client.end()
    expect(rows).toEqual(colleagues)
    const there = Object.values(people).filter((one) => one !== people[who] && officeOf(one) === office)
    expect(colleagues.map((one) => one.id).sort()).toEqual(
      told === 'nobody' ? [] : there.map((one) => one.id).sort(),
    )
  },
)

test('evidence is the reporter’s own upload, made for the item: nobody else’s, none of before, no paper of a case, and no text that is no file', async () => {
  const before = await evidence(world, people.owner)
  await world.setClock('2026-03-02T02:10:00Z')
  const itemId = await added()
  const [own, foreign, scan] = [
    await evidence(world, people.owner),
    await evidence(world, people.other),
    await evidence(world, people.owner),
  ]
  const admin = await world.admin()
  await admin.query(`set session_replication_role = replica`)
  const filed = `insert into cases.material (district, case_id, no, code, name, form, pages, file, media, bytes, at, act_id)
    values ('haishu', gen_random_uuid(), 1, 'A01', '扫描件', 'scan', 1, $1, 'application/pdf', 9, kernel.now(), gen_random_uuid())`
  await admin.query(filed, [scan])
  for (const [what, file, outcome, code] of [
    ['own', own, '1 rows', 'done'],
    ['of another', foreign, 'plan_file_own', 'plan_file_own files.0'],
    ['of before', before, 'plan_file_own', 'plan_file_own files.0'],
    ['of a case', scan, 'plan_file_own', 'plan_file_own files.0'],
    ['never uploaded', 'f'.repeat(64), 'plan_file_own', 'plan_file_own files.0'],
    ['no file at all', 'a', 'plan_file_own', 'invalid_input files.0'],
  ] as const) {
    const sql = `insert into supervision.plan_progress (district, item_id, no, term_no, note, percent, finished, files)
      select 'haishu', $1, coalesce(max(p.no), 0) + 1, 1, '进展', 10, false, array[$2] from supervision.plan_progress p where p.item_id = $1`
    expect([what, await atPrompt(world, people.owner, 'plan.report', sql, [itemId, file])]).toEqual([
      what,
      outcome,
    ])
    expect([what, await say('owner', reportItem, progress(itemId, { files: [file] }))]).toEqual([what, code])
  }
  const read = async () => (await routes.get(people.other, `plan/${itemId}/files/${own}`)).status
  expect(await read()).toBe(200)
  // The same bytes, brought elsewhere afterwards, take nothing out of sight.
  const elsewhere = `select 'yuyao', file, media, bytes, $2::uuid, at, act_id from cases.upload where file = $1`
  await admin.query(
    `insert into cases.upload (district, file, media, bytes, person_id, at, act_id) ${elsewhere}`,
    [own, people.elsewhere.id],
  )
  expect(await read()).toBe(200)
  await admin.query(`delete from cases.upload where district = 'yuyao'`)
  // What has become a paper of a case is read there, by who may.
  await admin.query(filed, [own])
  expect(await read()).toBe(404)
  await admin.query('delete from cases.material')
  await admin.end()
})

test('6.1-plan, 2.3-pilots: overdue and unreported they are red with findings; reported, accepted and rectified they are green', async () => {
  const parts = [
    ['6.1-plan', 'informatisation', 'zhenhai'],
    ['2.3-pilots', 'pilot', 'beilun'],
  ] as const
  const staff: Record<string, Someone> = {}
  const items: Record<string, string> = {}
  for (const [, part, district] of parts) {
    for (const [name, duties] of [
      ['head', ['centre_lead']],
      ['leader', ['district_lead']],
      ['owner', []],
    ] as const)
      staff[`${name} ${part}`] = await world.person(`${name}-${part}`, [...duties], district)
    const made = await done<{ itemId: string }>(world, staff[`head ${part}`]!, addItem, {
      ...item({ part, ownerId: staff[`owner ${part}`]!.id }),
      district,
    })
    items[part] = made.itemId
  }
  const watch = async () => {
    await world.dutyWatch.runOnce()
    await world.sequencer.drain()
  }
  const findings = (part: string, district: string) =>
    world.superuser<{ id: string; kind: string; subject: string }>(
      `select id, kind, subject from kernel.finding where district = $1 and kind like $2 and state <> 'closed' order by kind`,
      [district, `${part}%`],
    )
  await watch()
  for (const [control, part, district] of parts) {
    expect(await findings(part, district)).toEqual([])
    expect(await stands(world, control, district)).toMatchObject({ open: 0, overdue: 0 })
  }
  await anotherDay(world, staff, '2026-03-23T02:00:00Z')
  await watch()
  for (const [control, part, district] of parts) {
    const owner = staff[`owner ${part}`]!
    const itemId = items[part]!
    expect((await findings(part, district)).map(({ kind, subject }) => [kind, subject])).toEqual([
      [`${part}_overdue`, `person:${owner.id}`],
      [`${part}_unreviewed`, `plan:${itemId}`],
    ])
    expect(await stands(world, control, district)).toMatchObject({ status: 'red', overdue: 2 })
    const files = [await evidence(world, owner)]
    await done(world, owner, reportItem, {
      ...progress(itemId, { percent: 100, finished: true, files }),
      district,
    })
    const lead = staff[`head ${part}`]!
    const checker = staff[`leader ${part}`]!
    await done(world, checker, acceptItem, { district, itemId, good: true, word: '通过' })
    await watch()
    for (const { id } of await findings(part, district))
      await workOff(world, id, { lead, responsible: owner, checker }, { to: 'closed', district })
    expect(await stands(world, control, district)).toMatchObject({
      status: 'green',
      overdue: 0,
      open: 0,
      due: 0,
    })
  }
})

test('all of it verifies; what is changed behind the log is named', async () => {
  await world.sequencer.drain()
  const verify = () => verifyEverything(world.pools.auditor, world.deps.vault, { files: world.deps.files })
  expect((await verify()).problems).toEqual([])
  const harms: Record<string, string> = {
    plan_acceptance: `word = word || '。'`,
    plan_item: `title = title || '。'`,
    plan_progress: `note = note || '。'`,
    plan_term: `due_on = due_on + 1`,
  }
  const admin = await world.admin()
  await admin.query('set session_replication_role = replica')
  for (const [table, set] of Object.entries(harms))
    await admin.query(
      `update supervision.${table} set ${set} where ctid = (select ctid from supervision.${table} limit 1)`,
    )
  await admin.end()
  const { problems } = await verify()
  expect([...new Set(problems.map((row) => row.table))].sort()).toEqual(
    Object.keys(harms).map((table) => `supervision.${table}`),
  )
})
