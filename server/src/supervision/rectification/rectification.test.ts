import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectTablesNamed } from '../../../test/harm.ts'
import { openRoutes, type TestRoutes } from '../../../test/http.ts'
import { pdfText } from '../../../test/pdf.ts'
import { evidence, type Hands, workingDay, workOff } from '../../../test/rectify.ts'
import { anotherDay, stands, tried as triedIn } from '../../../test/supervised.ts'
import { openTestWorld, type Someone, type TestWorld, testPassword } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { type AnyAct, act } from '../../kernel/act.ts'
import { findingStates, findingTable, openFinding } from '../../kernel/finding.ts'
import { signIn } from '../../people/acts.ts'
import { changePassword } from '../../people/passwords.ts'
import { checkFix, closeFinding, giveNotice, makePlan, reassignFinding, reportFix } from './acts.ts'
import { checkEffect } from './effect.ts'
import { askExtension, decideExtension } from './extension.ts'
import { appealNaming, decideAppeal, decideNaming, proposeNaming } from './naming.ts'
import { cardsOf, type Finding, stepRefusal } from './rules.ts'

/** Opens a finding about somebody, by the hand of whoever does it. */
const find = act({
  type: 'probe.found',
  title: { zh: '发现', en: 'Find' },
  clauses: ['7.4'],
  duties: [],
  input: Type.Object({ key: Type.String(), about: Type.String() }),
  result: Type.Object({ id: Type.Union([Type.String(), Type.Null()]) }),
  handle: async ({ tx, district, actor }, { key, about }) => ({
    id: await openFinding(tx, district, `person:${actor.personId}`, {
      kind: 'probe_fault',
      clause: '4.6',
      severity: 'high',
      subject: about,
      dedupeKey: key,
      summary: { zh: '账实不符', en: 'books differ' },
    }),
  }),
})

let world: TestWorld
let routes: TestRoutes
let people: Record<
  | 'inspector'
  | 'second'
  | 'head'
  | 'leader'
  | 'third'
  | 'clerk'
  | 'other'
  | 'elsewhere'
  | 'bureau'
  | 'auditor',
  Someone
>
let hands: Hands

beforeAll(async () => {
  world = await openTestWorld({ now: '2026-03-02T02:00:00Z' })
  routes = await openRoutes(world.kernel)
  const person = (name: string, duties: string[], district?: string) => world.person(name, duties, district)
  people = {
    inspector: await person('inspector', ['inspection']),
    second: await person('second', ['inspection']),
    head: await person('head', ['centre_lead']),
    leader: await person('leader', ['district_lead']),
    third: await person('third', ['district_lead']),
    clerk: await person('clerk', ['acceptance']),
    other: await person('other', ['acceptance']),
    elsewhere: await person('elsewhere', ['inspection'], 'yuyao'),
    bureau: await person('bureau', ['district_lead'], 'city'),
    auditor: await person('auditor', ['admin_audit']),
  }
  hands = { lead: people.head, responsible: people.clerk, checker: people.second }
})
afterAll(async () => {
  await routes[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

let password = testPassword
/** It is another day: everybody signs in anew, and sets another password when the quarter is over. */
async function clock(at: string, next = password): Promise<void> {
  await world.setClock(at)
  for (const one of Object.values(people)) {
    const outcome = await world.as(null, signIn, { username: one.username, password })
    if (!outcome.ok) throw new Error(outcome.refusal.message.en)
    one.token = Buffer.from((outcome.result as { token: string }).token, 'hex')
    if (next === password) continue
    const changed = await world.as(one, changePassword, { old: password, password: next })
    if (!changed.ok) throw new Error(changed.refusal.message.en)
  }
  password = next
}
let key = 0
async function found(about = 'store:certificates', who = people.inspector): Promise<string> {
  const outcome = await world.as(who, find, { key: `k${++key}`, about })
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return (outcome.result as { id: string }).id
}
type Who = keyof typeof people
/** Does an act, and says `done`, or the refusal’s code with the field it is about. */
async function tried(who: Who, one: AnyAct, input: object): Promise<string> {
  const outcome = await world.as(people[who], one, { district: 'haishu', ...input })
  if (outcome.ok) return 'done'
  const [field] = outcome.refusal.fields ?? []
  return field ? `${outcome.refusal.code} ${field.path}` : outcome.refusal.code
}
const stateOf = async (id: string) =>
  (
    await world.superuser<{ state: string; due: string; cards: string[] }>(
      `select f.state, f.due_on::text as due, array(select card from supervision.card c where c.finding_id = f.id order by card) as cards
       from kernel.finding f where id = $1`,
      [id],
    )
  )[0]!
const notice = async (over: object = {}) => ({
  responsibleId: people.clerk.id,
  requirement: '查明原因',
  planDue: await workingDay(world, 3),
  ...over,
})

describe('who may take which step, and when', () => {
  const finding: Finding = {
    district: 'haishu',
    id: 'f',
    kind: 'k',
    state: 'open',
    subject: 'person:sam',
    openedBy: 'person:ada',
    responsible: 'ben',
    fixedBy: null,
    dueOn: null,
    closedAt: null,
    steps: 0,
    plans: 0,
    fixes: 0,
    extensionWaits: false,
    effectDone: false,
  }
  const steps = ['notice', 'plan', 'fix', 'check', 'close'] as const
  const goesOn: Record<string, readonly string[]> = {
    open: ['notice'],
    noticed: ['plan'],
    planned: ['plan', 'fix'],
    fixed: ['check'],
    verified: ['close'],
    closed: [],
  }
  test.each(findingStates.flatMap((state) => steps.map((step) => [state, step] as const)))(
    'a finding that is %s, and the step %s: only what comes next',
    (state, step) => {
      const may = step === 'plan' || step === 'fix' ? 'ben' : 'eva'
      const code = stepRefusal({ ...finding, state, fixedBy: 'ben' }, step, may)?.code ?? null
      expect(code).toBe(
        state === 'closed' ? 'finding_closed' : goesOn[state]!.includes(step) ? null : 'finding_order',
      )
    },
  )
  test.each([
    ['open', 'notice', 'sam', 'finding_about_you'],
    ['noticed', 'plan', 'eva', 'not_responsible'],
    ['noticed', 'plan', 'ben', null],
    ['planned', 'fix', 'eva', 'not_responsible'],
    ['fixed', 'check', 'ben', 'verify_own'],
    ['fixed', 'check', 'ada', 'verify_own'],
    ['fixed', 'check', 'sam', 'finding_about_you'],
    ['fixed', 'check', 'eva', null],
    ['verified', 'close', 'ben', 'close_own'],
    ['verified', 'close', 'sam', 'finding_about_you'],
    ['verified', 'close', 'ada', null],
  ] as const)('%s, %s by %s: %s', (state, step, who, code) => {
    expect(stepRefusal({ ...finding, state, fixedBy: 'ben' }, step, who)?.code ?? null).toBe(code)
  })
  test.each([
    [0, 0, []],
    [1, 0, ['amber']],
    [5, 0, ['amber']],
    [6, 0, ['amber', 'red']],
    [15, 0, ['amber', 'red']],
    [16, 0, ['amber', 'red', 'letter']],
    [0, 1, []],
    [0, 2, ['red']],
    [1, 2, ['amber', 'red']],
  ])('%i working days late and sent back %i times earns %o', (late, returned, cards) => {
    expect(cardsOf({ late, returned }).map(({ card }) => card)).toEqual(cards)
  })
})

test('a finding goes from notice to closing by five acts of three persons; its notice is numbered and on paper', async () => {
  const id = await found()
  await workOff(world, id, hands, { to: 'closed' })
  expect((await stateOf(id)).state).toBe('closed')
  const steps = await world.superuser<{ state: string; person_id: string }>(
    `select state, person_id from kernel.finding_step where finding_id = $1 order by no`,
    [id],
  )
  const { head, clerk, second } = people
  expect(steps.map((one) => [one.state, one.person_id])).toEqual([
    ['noticed', head.id],
    ['planned', clerk.id],
    ['fixed', clerk.id],
    ['verified', second.id],
    ['closed', second.id],
  ])
  const paper = await routes.get(people.clerk, `findings/${id}/notice.pdf`)
  const text = await pdfText(paper.bytes)
  for (const words of ['整改通知书', '整改〔2026〕1号', '账实不符', '查明原因并整改', 'clerk'])
    expect(text).toContain(words)
})

test.each([
  ['to oneself', 'head', () => ({ responsibleId: people.head.id }), 'responsible_self responsibleId'],
  [
    'to somebody of another office',
    'head',
    () => ({ responsibleId: people.elsewhere.id }),
    'responsible_unknown responsibleId',
  ],
  ['due yesterday', 'head', () => ({ planDue: '2026-03-01' }), 'day_wrong planDue'],
  ['due on a Sunday', 'head', () => ({ planDue: '2026-03-08' }), 'day_wrong planDue'],
  ['due on no day', 'head', () => ({ planDue: '2026-02-30' }), 'day_wrong planDue'],
  ['due in a year', 'head', () => ({ planDue: '2027-03-02' }), 'day_wrong planDue'],
  ['without a word', 'head', () => ({ requirement: ' ' }), 'invalid_input requirement'],
  ['by a clerk', 'clerk', () => ({}), 'no_duty'],
  ['by the inspector of another office', 'elsewhere', () => ({}), 'wrong_district'],
  ['on a make-up workday', 'head', () => ({ planDue: '2026-05-09' }), 'done'],
] as const)('a notice %s, given by %s: %#', async (_, who, over, outcome) => {
  const id = await found()
  expect(await tried(who, giveNotice, { findingId: id, ...(await notice(over())) })).toBe(outcome)
})

test('the city’s leader gives notice in any office, and the page offers it', async () => {
  const id = await found()
  const { availability } = (await routes.get(people.bureau, `findings/${id}`)).json as {
    availability: Record<string, { enabled: boolean }>
  }
  expect(availability['finding.notice']).toMatchObject({ enabled: true })
  expect(await tried('bureau', giveNotice, { findingId: id, ...(await notice()) })).toBe('done')
})

test('another is made responsible by somebody else, with a reason; the day stays, and the first may do nothing more', async () => {
  const id = await found()
  const of = { findingId: id }
  await workOff(world, id, hands, { to: 'noticed' })
  const { due } = await stateOf(id)
  const to = (who: Who) => ({ ...of, responsibleId: people[who].id, reason: '轮岗交接' })
  expect(await tried('clerk', reassignFinding, to('other'))).toBe('no_duty')
  expect(await tried('head', reassignFinding, to('clerk'))).toBe('reassign_same responsibleId')
  expect(await tried('head', reassignFinding, to('head'))).toBe('responsible_self responsibleId')
  expect(await tried('head', reassignFinding, to('elsewhere'))).toBe('responsible_unknown responsibleId')
  expect(await tried('head', reassignFinding, to('leader'))).toBe('done')
  // A leader who answers for it passes it on no more than a clerk does.
  expect(await tried('leader', reassignFinding, to('other'))).toBe('reassign_own')
  expect(await tried('head', reassignFinding, to('other'))).toBe('done')
  expect((await stateOf(id)).due).toBe(due)
  const plan = { ...of, measures: '逐本核对', deadline: await workingDay(world, 5) }
  expect(await tried('clerk', makePlan, plan)).toBe('not_responsible')
  expect(await tried('other', makePlan, plan)).toBe('done')
})

test('a fix needs evidence that was uploaded; one that does not hold goes back, and twice is a red card', async () => {
  const id = await found()
  const of = { findingId: id }
  await workOff(world, id, hands, { to: 'planned' })
  const file = await evidence(world, people.clerk)
  const plan = { ...of, measures: '再核对', deadline: await workingDay(world, 5) }
  expect(await tried('clerk', reportFix, { ...of, done: '已改', files: [] })).toBe('invalid_input files')
  expect(await tried('clerk', reportFix, { ...of, done: '已改', files: ['a'.repeat(64)] })).toBe(
    'evidence_unknown files.0',
  )
  expect(await tried('other', reportFix, { ...of, done: '已改', files: [file] })).toBe('not_responsible')
  // More time is asked for, not taken by planning again.
  expect(await tried('clerk', makePlan, plan)).toBe('finding_order deadline')
  for (let times = 1; times <= 2; times++) {
    expect(await tried('clerk', reportFix, { ...of, done: '已改', files: [file] })).toBe('done')
    expect(await tried('inspector', checkFix, { ...of, good: true, word: '属实' })).toBe('verify_own')
    expect(await tried('second', checkFix, { ...of, good: false, word: '未到位' })).toBe('done')
    expect((await stateOf(id)).state).toBe('planned')
    expect(await tried('clerk', reportFix, { ...of, done: '已改', files: [file] })).toBe('finding_order')
    expect(await tried('clerk', makePlan, plan)).toBe('done')
  }
  expect(await world.rectificationWatch.runOnce()).toEqual(['haishu'])
  expect((await stateOf(id)).cards).toEqual(['red'])
  expect(await world.rectificationWatch.runOnce()).toEqual([])
  const served = await routes.get(people.clerk, `findings/${id}/files/${file}`)
  expect([served.status, served.media]).toEqual([200, 'application/pdf'])
  expect((await routes.get(people.other, `findings/${id}/files/${file}`)).status).toBe(404)
})

test('more time is asked by who answers for it, later than now, once at a time, and granted by another', async () => {
  const id = await found()
  const of = { findingId: id }
  await workOff(world, id, hands, { to: 'planned' })
  const { due } = await stateOf(id)
  const later = await workingDay(world, 20)
  expect(await tried('other', askExtension, { ...of, until: later, reason: '量大' })).toBe('not_responsible')
  expect(await tried('clerk', askExtension, { ...of, until: due, reason: '量大' })).toBe(
    'extension_not_later until',
  )
  expect(await tried('clerk', askExtension, { ...of, until: later, reason: '量大' })).toBe('done')
  expect(await tried('clerk', askExtension, { ...of, until: later, reason: '量大' })).toBe('extension_waits')
  const [request] = await world.superuser<{ id: string }>(
    `select id from supervision.extension where finding_id = $1`,
    [id],
  )
  const decision = { extensionId: request!.id, approved: true, word: '同意' }
  expect(await tried('clerk', decideExtension, decision)).toBe('no_duty')
  expect(await tried('head', decideExtension, decision)).toBe('done')
  expect((await stateOf(id)).due).toBe(later)
  expect(await tried('leader', decideExtension, decision)).toBe('extension_decided')
})

test('a day that passes shows amber, then red, then a letter, once each; granting time later takes no card back', async () => {
  const id = await found()
  await workOff(world, id, hands, { to: 'noticed' })
  const { due } = await stateOf(id)
  const passed: [number, string[]][] = [
    [1, ['amber']],
    [6, ['amber', 'red']],
    [16, ['amber', 'letter', 'red']],
  ]
  for (const [days, cards] of passed) {
    const counted = world.deps.calendar.addWorkingDays(Temporal.PlainDate.from(due), days)
    await clock(`${'date' in counted ? counted.date : ''}T02:00:00Z`)
    await world.rectificationWatch.runOnce()
    expect((await stateOf(id)).cards).toEqual(cards)
  }
  const letter = await routes.get(people.head, `findings/${id}/letter.pdf`)
  expect([letter.status, letter.media]).toEqual([200, 'application/pdf'])
  const until = await workingDay(world, 5)
  expect(await tried('clerk', askExtension, { findingId: id, until, reason: '量大' })).toBe('done')
  expect((await stateOf(id)).cards).toEqual(['amber', 'letter', 'red'])
})

test('ninety days after closing another looks again, once; what did not hold is a finding anew', async () => {
  const [held, again] = [await found(), await found()]
  for (const id of [held, again]) await workOff(world, id, hands, { to: 'closed' })
  const look = (id: string, holds: boolean) => ({ findingId: id, holds, word: '回头看记录' })
  expect(await tried('second', checkEffect, look(held, true))).toBe('effect_early')
  await clock('2026-08-10T02:00:00Z', 'quiet 明簿 harbour 31 lamp')
  expect(await tried('clerk', checkEffect, look(held, true))).toBe('no_duty')
  expect(await tried('second', checkEffect, look(held, true))).toBe('done')
  expect(await tried('head', checkEffect, look(held, true))).toBe('effect_done')
  expect(await tried('inspector', checkEffect, look(again, false))).toBe('done')
  const anew = await world.superuser<{ state: string; subject: string }>(
    `select state, subject from kernel.finding where dedupe_key = $1`,
    [`again ${again}`],
  )
  expect(anew).toEqual([{ state: 'open', subject: 'store:certificates' }])
})

test('naming rests on what came again, is decided by another and appealed once; a fourth decides, and the record stays', async () => {
  const subject = `person:${people.other.id}`
  const [first] = [await found(subject), await found(subject)]
  const alone = await found(`person:${people.clerk.id}`)
  const proposal = (findings: string[], more: object = {}) => ({
    subject,
    findings,
    reason: '一年内重复发生',
    ...more,
  })
  const all = await world.superuser<{ id: string }>(
    `select id from kernel.finding where subject = $1 order by opened_at desc, id desc`,
    [subject],
  )
  expect(await tried('head', proposeNaming, proposal([all[0]!.id]))).toBe('no_duty')
  expect(await tried('inspector', proposeNaming, proposal([alone]))).toBe('naming_rests findings')
  expect(
    await tried('inspector', proposeNaming, {
      ...proposal([alone]),
      subject: `person:${people.inspector.id}`,
    }),
  ).toBe('naming_own subject')
  expect(await tried('inspector', proposeNaming, proposal([first!, all[0]!.id]))).toBe('done')
  expect(await tried('inspector', proposeNaming, proposal([first!]))).toBe('naming_stands_already subject')
  const [naming] = await world.superuser<{ id: string }>(`select id from supervision.naming`)
  const of = { namingId: naming!.id }
  expect(await tried('other', appealNaming, { ...of, grounds: '不属实' })).toBe('not_named')
  expect(await tried('leader', decideNaming, { ...of, approved: true, word: '同意通报' })).toBe('done')
  expect(await tried('third', decideNaming, { ...of, approved: true, word: '同意通报' })).toBe(
    'naming_decided',
  )
  expect(await tried('clerk', appealNaming, { ...of, grounds: '不属实' })).toBe('appeal_not_yours')
  expect(await tried('other', appealNaming, { ...of, grounds: '另有原因' })).toBe('done')
  expect(await tried('other', appealNaming, { ...of, grounds: '另有原因' })).toBe('appeal_made')
  expect(await tried('leader', decideAppeal, { ...of, stands: false, word: '撤销' })).toBe('appeal_fourth')
  expect(await tried('third', decideAppeal, { ...of, stands: false, word: '撤销通报' })).toBe('done')
  const list = async (who: Someone) =>
    ((await routes.get(who, 'namings')).json as { items: { stands: boolean }[] }).items
  // Off the list for everybody, in the record for who supervises and for who was named.
  expect(await list(people.clerk)).toEqual([])
  expect(await list(people.other)).toHaveLength(1)
  expect(await list(people.auditor)).toMatchObject([{ stands: false }])
})

test('lists: who supervises sees all of the office, who answers for one sees that, another office nothing', async () => {
  const count = async (who: Someone, path = 'findings?show=all') =>
    ((await routes.get(who, path)).json as { items: unknown[] }).items.length
  const all = await count(people.auditor)
  expect(all).toBeGreaterThan(10)
  expect(await count(people.clerk)).toBeLessThan(all)
  expect(await count(people.elsewhere)).toBe(0)
  expect(await count(people.bureau)).toBe(all)
  expect(await count(people.head, 'findings?show=late')).toBeGreaterThan(0)
  const [one] = await world.superuser<{ id: string }>(
    `select id from kernel.finding where owner_id is null limit 1`,
  )
  expect((await routes.get(people.head, `findings/${one!.id}`)).status).toBe(200)
  expect((await routes.get(people.elsewhere, `findings/${one!.id}`)).status).toBe(404)
  const { items } = (await routes.get(people.head, 'findings/recurrence?by=rule')).json as {
    items: { of: string; again: number }[]
  }
  expect(items.find((row) => row.of === 'probe_fault')!.again).toBeGreaterThan(0)
  expect((await routes.get(people.clerk, 'findings/recurrence')).status).toBe(403)
})

// What the code might forget, the database refuses: at the prompt of the app, inside acts of its own, and as the rows stand.
test.each([
  [
    'a finding set closed by the app outside its acts',
    `update kernel.finding set state = 'closed', verified_by = null`,
  ],
  [
    'a card put by hand',
    `insert into supervision.card (district, finding_id, card, reason, due_on) select district, id, 'red', 'overdue', '2026-01-01' from kernel.finding limit 1`,
  ],
  ['a card taken away', `delete from supervision.card`],
  ['a notice rewritten', `update supervision.notice set requirement = 'nothing'`],
  ['a finding deleted', `delete from kernel.finding`],
] as const)('at the prompt of the app: %s is refused', async (_, sql) => {
  const prompt = await world.prompt('mingbu_app')
  const outcome = await prompt.query(sql).then(
    ({ rowCount }) => `${rowCount} rows`,
    (error: { code: string }) => error.code,
  )
  expect(['42501', 'MB091', 'MB131', '0 rows']).toContain(outcome)
  await prompt.end()
})

test.each([
  ['a notice to oneself', `update supervision.notice set responsible = person_id`, 'notice_to_another'],
  [
    'a fix checked by its fixer',
    `update supervision.fix_check set person_id = fixed_by`,
    'fix_checked_by_another',
  ],
  [
    'a finding passed on by who answers for it',
    `update supervision.reassignment set was = person_id`,
    'reassigned_to_another',
  ],
  [
    'time granted to oneself',
    `update supervision.extension_decision set person_id = asked_by`,
    'extension_by_another',
  ],
  [
    'a naming decided by its proposer',
    `update supervision.naming_decision set person_id = proposed_by`,
    'naming_by_another',
  ],
  [
    'an appeal decided by who decided',
    `update supervision.appeal_decision set person_id = decided_by`,
    'appeal_by_a_fourth',
  ],
  ['a second look by the fixer', `update supervision.effect set person_id = fixed_by`, 'effect_by_another'],
])('in the database: %s breaks %s', async (_, sql, constraint) => {
  const admin = await world.admin()
  await admin.query('begin')
  // The append-only trigger is set aside, so that the constraint itself is tried.
  const [, table] = /update (\S+)/.exec(sql)!
  await admin.query(`alter table ${table} disable trigger append_only`)
  await expect(admin.query(sql)).rejects.toMatchObject({ constraint })
  await admin.query('rollback')
  await admin.end()
})

/** An act of another kind that moves a finding, as a careless hand might write one. */
const careless = act({
  type: 'probe.careless',
  title: { zh: '改状态', en: 'Move it anyhow' },
  clauses: ['7.4'],
  duties: [],
  input: Type.Object({ id: Type.String(), state: Type.String() }),
  result: Type.Object({}),
  async handle({ tx, district }, { id, state }) {
    await tx.change(findingTable, { district, id }, { state })
    return {}
  },
})
test.each(['noticed', 'planned', 'fixed', 'verified', 'closed'])(
  'behind the guards: an act of another kind cannot make a finding %s',
  async (state) => {
    const id = await found()
    await expect(world.as(people.head, careless, { id, state })).rejects.toMatchObject({
      code: expect.stringMatching(/^(MB131|23514)$/),
    })
    expect(await tried('head', closeFinding, { findingId: id, word: '销号' })).toBe('finding_order')
  },
)

test('on the board: a finding nobody is told of, a day that passed and a second look not taken are red until put right', async () => {
  const district = 'yuyao'
  const board = (id: string) => stands(world, id, district)
  const team = async (no: number) => ({
    lead: await world.person(`lead${no}`, ['centre_lead'], district),
    responsible: await world.person(`fixer${no}`, ['acceptance'], district),
    checker: await world.person(`checker${no}`, ['inspection'], district),
  })
  const ahead = async (days: number) => {
    const [row] = await world.superuser<{ at: string }>(
      `select (kernel.now() + make_interval(days => $1))::text as at`,
      [days],
    )
    return row!.at
  }
  const first = await team(1)
  const [late, untold] = [await found('store:seals', first.lead), await found('store:files', first.lead)]
  expect(await board('7.4-fix')).toMatchObject({ status: 'grey' })
  expect(await board('7.4-notice')).toMatchObject({ status: 'amber', due: 2, overdue: 0 })
  await workOff(world, late, first, { to: 'noticed', district })
  expect(await board('7.4-deadline')).toMatchObject({ status: 'amber', due: 1, overdue: 0 })

  await anotherDay(world, first, await ahead(8))
  await world.rectificationWatch.runOnce()
  expect(await board('7.4-deadline')).toMatchObject({ status: 'red', overdue: 1 })
  expect(await board('7.4-notice')).toMatchObject({ status: 'red', due: 0, overdue: 1 })
  // Order and hands are a guard: what it refuses is counted, and nothing of it is ever red.
  await workOff(world, late, first, { to: 'fixed', after: 'noticed', district })
  const check = { district, findingId: late, good: true, word: '属实' }
  expect(await triedIn(world, first.lead, checkFix, check)).toBe('verify_own')
  await workOff(world, late, first, { to: 'closed', after: 'fixed', district })
  await workOff(world, untold, first, { to: 'planned', district })
  expect(await board('7.4-deadline')).toMatchObject({ status: 'green', overdue: 0 })
  expect(await board('7.4-notice')).toMatchObject({ status: 'green', due: 0, overdue: 0 })
  expect(await board('7.4-fix')).toMatchObject({ status: 'green', refused: 1, open: 0 })

  await world.setClock(await ahead(110))
  await world.dutyWatch.runOnce()
  expect(await board('7.4-effect')).toMatchObject({ status: 'red', open: 1, overdue: 1 })
  const second = await team(2)
  const look = { district, findingId: late, holds: true, word: '回头看记录' }
  expect(await triedIn(world, second.checker, checkEffect, look)).toBe('done')
  const [unchecked] = await world.superuser<{ id: string }>(
    `select id from kernel.finding where kind = 'effect_unchecked' and district = $1`,
    [district],
  )
  await workOff(world, unchecked!.id, second, { to: 'closed', district })
  await world.dutyWatch.runOnce()
  expect(await board('7.4-effect')).toMatchObject({ status: 'green', open: 0, overdue: 0 })
})

test('all of it verifies', async () => {
  await world.sequencer.drain()
  const report = await verifyEverything(world.pools.auditor, world.deps.vault, { files: world.deps.files })
  expect(report.problems).toEqual([])
})

test('of each of its tables a row taken away or put there past its act is named', () =>
  expectTablesNamed(
    world,
    /^supervision\.(notice|reassignment|plan|fix|fix_check|extension|extension_decision|card|naming|naming_decision|appeal|appeal_decision|effect)$/,
  ))
