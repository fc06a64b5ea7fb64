import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectTablesNamed } from '../../../test/harm.ts'
import { pdfText } from '../../../test/pdf.ts'
import { workOff } from '../../../test/rectify.ts'
import { openTown, type Town } from '../../../test/town.ts'
import { type Someone, testPassword } from '../../../test/world.ts'
import { signAtWindow } from '../../cases/window.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { type AnyAct, isRefusal } from '../../kernel/act.ts'
import type { Query } from '../../kernel/query.ts'
import { signIn } from '../../people/acts.ts'
import { startLeave } from '../../people/departure.ts'
import { beginWindow, confirmWindow } from '../../people/temporary/acts.ts'
import { setWindowQuota } from '../../people/temporary/quota.ts'
import { Tx } from '../../platform/db/tx.ts'
import { readBoard, wholeCity } from '../board/queries.ts'
import { untold, windowFaults } from './faults.ts'
import { myWindow, windowCoverage, windowRota } from './queries.ts'
import { answerSwap, askSwap, cancelTurn, decideSwap, planTurn } from './rota.ts'
import { notCounted, type RotaFacts, rotaRefusal } from './rules.ts'
import { raiseAtWindow, signInAtWindow, signOutOfWindow } from './sitting.ts'

const district = 'haishu'
let town: Town
let people: Record<
  | 'head'
  | 'leader'
  | 'section'
  | 'middle'
  | 'bureau'
  | 'security'
  | 'inspector'
  | 'clerk'
  | 'reviewer'
  | 'stranger'
  | 'away',
  Someone
>

beforeAll(async () => {
  // Monday, 08:00 in Ningbo.
  town = await openTown([{}, {}, {}, {}, {}], { now: '2026-03-09T00:00:00Z' })
  people = {
    head: await town.person('head', ['centre_lead'], district, 'centre_head'),
    leader: await town.person('leader', ['district_lead'], district, 'deputy'),
    section: await town.person('section', [], district, 'section_chief'),
    middle: await town.person('middle', [], district, 'hall_chief'),
    away: await town.person('away', ['centre_lead'], district, 'second_head'),
    bureau: await town.person('bureau', ['district_lead'], 'city', 'bureau_head'),
    security: await town.person('security', ['admin_security'], 'city'),
    inspector: await town.person('inspector', ['inspection']),
    stranger: await town.person('stranger', ['centre_lead'], 'jiangbei'),
    clerk: town.staff.clerk,
    reviewer: town.staff.reviewer,
  }
}, 60_000)
afterAll(() => town[Symbol.asyncDispose]())

let day = '2026-03-09'
/** It is another hour, or another day: then everybody at work signs in anew, and their device is known. */
async function clock(at: string): Promise<void> {
  await town.setClock(`${at}+08:00`)
  if (at.slice(0, 10) === day) return
  day = at.slice(0, 10)
  for (const one of [...Object.values(people), town.staff.recorder]) {
    const outcome = await town.as(null, signIn, { username: one.username, password: testPassword })
    if (!outcome.ok) continue
    one.token = Buffer.from((outcome.result as { token: string }).token, 'hex')
  }
  const admin = await town.admin()
  await admin.query('set session_replication_role = replica')
  await admin.query(`update kernel.session set bar = null, barred_at = null where bar = 'factor_needed'`)
  await admin.end()
}
type Who = keyof typeof people
async function tried(who: Who, one: AnyAct, input: object): Promise<string> {
  const outcome = await town.as(people[who], one, { district, ...input })
  if (outcome.ok) return 'done'
  const [field] = outcome.refusal.fields ?? []
  return field ? `${outcome.refusal.code} ${field.path}` : outcome.refusal.code
}
async function made<T>(who: Who, one: AnyAct, input: object): Promise<T> {
  const outcome = await town.as(people[who], one, { district, ...input })
  if (!outcome.ok)
    throw new Error(
      `${one.type} by ${who}: ${outcome.refusal.code} ${JSON.stringify(outcome.refusal.fields)}`,
    )
  return outcome.result as T
}
async function read<T>(who: Who, { run }: { run?: unknown }, params: object = {}): Promise<T> {
  const answer = await town.kernel.read(people[who].token, (ctx) =>
    (run as Query['run'])(ctx, params as Record<string, unknown>),
  )
  if (isRefusal(answer)) throw new Error(answer.code)
  return answer as T
}
const findingsOf = (kind: string) =>
  town.superuser<{ id: string; subject: string }>(
    `select id, subject from kernel.finding where kind = $1 and state <> 'closed' order by id`,
    [kind],
  )
const dueOf = (who: Who, kind: string) =>
  town.superuser<{ done: boolean; from: string; in: string | null }>(
    `select done_by is not null as done, lower(period)::text as "from", done_in as "in" from kernel.obligation where subject = $1 and kind = $2 order by period`,
    [people[who].id, kind],
  )
async function board(id: string) {
  const client = await town.pools.auditor.connect()
  try {
    const tx = new Tx(client)
    const { now } = await tx.one<{ now: string }>`select kernel.now() as now`
    const shown = await readBoard(
      { tx, at: Temporal.Instant.from(now), deps: town.deps },
      { ...wholeCity, district },
    )
    return shown.clauses.flatMap(({ controls }) => controls).find((one) => one.id === id)!.status
  } finally {
    client.release()
  }
}
/** The middle manager's post gets another name, past the acts that would propose and approve it. */
async function rename(name: string): Promise<void> {
  const admin = await town.admin()
  await admin.query('set session_replication_role = replica')
  await admin.query(`update people.post set name_zh = $1 where id = 'hall_chief'`, [name])
  await admin.end()
}
/** Holds a post at the window: asked for, and confirmed by somebody else. */
async function post(who: Who, until: string, duty = 'acceptance', by: Who = 'leader') {
  const { temporaryId } = await made<{ temporaryId: string }>(who, beginWindow, {
    duty,
    until,
    reason: '坐班',
  })
  await made(by, confirmWindow, { temporaryId })
}
const sits = async (who: Who, windowNo = 1) =>
  (await made<{ turnId: string }>(who, signInAtWindow, { windowNo })).turnId
const well = { dress: true, hours: true, procedure: true, noneSeen: true }

/** A case of the town ready to be accepted. */
async function ready(home: number): Promise<string> {
  const caseId = await town.apply(town.homes[home]!)
  await town.collect(caseId)
  return caseId
}

const may: RotaFacts = {
  leader: true,
  post: true,
  need: true,
  working: true,
  over: false,
  away: false,
  elsewhere: false,
  taken: false,
}
test.each<[Partial<RotaFacts>, string | null]>([
  [{}, null],
  [{ leader: false }, 'rota_leader'],
  [{ post: false }, 'rota_post'],
  [{ need: false }, 'rota_need'],
  [{ working: false }, 'rota_working_day'],
  [{ over: true }, 'rota_ahead'],
  [{ away: true }, 'rota_away'],
  [{ elsewhere: true }, 'rota_person_once'],
  [{ taken: true }, 'rota_one_at_a_window'],
])('a turn of which %j holds: %s', (facts, code) => {
  expect(rotaRefusal({ ...may, ...facts })?.code ?? null).toBe(code)
})
test.each([
  [{ endedAt: null }, 'open'],
  [{ minutes: 209 }, 'short'],
  [{ signed: 0 }, 'unsigned'],
  [{ stated: false }, 'unstated'],
  [{}, null],
] as const)('a turn with %j does not count because: %s', (facts, why) => {
  expect(
    notCounted({ endedAt: 'x', minutes: 210, halfMinutes: 210, signed: 1, stated: true, ...facts }),
  ).toBe(why)
})

test('what a post owes is set ahead, by somebody who does not hold it, and only what such a post can owe', async () => {
  const set = (who: Who, of: string, quota: string, more: object = {}) =>
    tried(who, setWindowQuota, { post: of, quota, since: '2026-03-09', reason: '按通知第三条', ...more })
  expect(await set('leader', 'deputy', 'head')).toBe('quota_own post')
  expect(await set('leader', 'centre_head', 'head', { since: '2026-03-08' })).toBe('quota_ahead since')
  expect(await set('leader', 'centre_head', 'head', { since: '2026-02-30' })).toBe('quota_ahead since')
  expect(await set('leader', 'centre_head', 'bureau')).toBe('quota_place quota')
  expect(await set('leader', 'nobody', 'head')).toBe('quota_post post')
  expect(await set('head', 'section_chief', 'head')).toBe('no_duty')
  expect(await set('leader', 'centre_head', 'head')).toBe('done')
  expect(await set('leader', 'centre_head', 'none')).toBe('quota_that_day')
  expect(await set('leader', 'section_chief', 'head')).toBe('done')
  expect(await set('leader', 'hall_chief', 'middle')).toBe('done')
  expect(await set('security', 'bureau_head', 'bureau', { district: 'city' })).toBe('done')
})

test('turns are planned for leaders at their posts on working days, one at a window and one at a time', async () => {
  const plan = (who: Who, personId: string, more: object = {}) =>
    tried(who, planTurn, {
      personId,
      duty: 'acceptance',
      windowNo: 1,
      day: '2026-03-16',
      half: 'am',
      ...more,
    })
  await made('leader', startLeave, {
    personId: people.away.id,
    from: '2026-03-16',
    until: '2026-03-17',
    kind: 'annual',
  })
  expect(await plan('middle', people.head.id)).toBe('no_duty')
  expect(await plan('stranger', people.head.id)).toBe('wrong_district')
  expect(await plan('leader', people.clerk.id)).toBe('rota_leader personId')
  expect(await plan('leader', people.stranger.id)).toBe('rota_leader personId')
  expect(await plan('leader', people.head.id, { duty: 'recording' })).toBe('rota_post duty')
  expect(await plan('leader', people.head.id, { duty: 'printing' })).toBe('rota_need need')
  expect(await plan('leader', people.head.id, { day: '2026-03-15' })).toBe('rota_working_day day')
  expect(await plan('leader', people.head.id, { day: '2026-02-31' })).toBe('rota_working_day day')
  expect(await plan('leader', people.head.id, { day: '2026-03-06' })).toBe('rota_ahead day')
  expect(await plan('leader', people.away.id)).toBe('rota_away personId')
  expect(await plan('leader', people.head.id)).toBe('done')
  expect(await plan('leader', people.head.id, { windowNo: 2 })).toBe('rota_person_once personId')
  expect(await plan('leader', people.section.id)).toBe('rota_one_at_a_window windowNo')
  expect(await plan('leader', people.bureau.id, { windowNo: 3, half: 'pm' })).toBe('done')
  // A Saturday that is worked, by the published calendar; and a plan in time for both to be tried at once.
  expect(await plan('leader', people.section.id, { day: '2026-05-09' })).toBe('done')
  const both = await Promise.all(
    [1, 2].map((n) => plan('leader', people.middle.id, { windowNo: 4 + n, day: '2026-03-18' })),
  )
  expect(both.map((one) => one.split(' ')[0]).sort()).toEqual(['done', 'rota_person_once'])
})

test('a swap is asked by one, accepted by the other and confirmed by a third; then the turns have passed', async () => {
  const plan = async (who: Who, day: string) =>
    (
      await made<{ rotaId: string }>('leader', planTurn, {
        personId: people[who].id,
        duty: 'acceptance',
        windowNo: 7,
        day,
        half: 'pm',
      })
    ).rotaId
  const [mine, theirs, sameTime] = [await plan('head', '2026-03-24'), await plan('section', '2026-03-25'), '']
  expect(sameTime).toBe('')
  const ask = (who: Who, rotaId: string, otherId: string) =>
    tried(who, askSwap, { rotaId, otherId, reason: '会议冲突' })
  expect(await ask('middle', mine, theirs)).toBe('swap_own')
  expect(await ask('head', mine, mine)).toBe('swap_own otherId')
  const { swapId } = await made<{ swapId: string }>('head', askSwap, {
    rotaId: mine,
    otherId: theirs,
    reason: '会议冲突',
  })
  expect(await ask('head', mine, theirs)).toBe('swap_waiting')
  expect(await tried('leader', decideSwap, { swapId, confirmed: true })).toBe('swap_order')
  expect(await tried('middle', answerSwap, { swapId, agrees: true })).toBe('swap_answer')
  expect(await tried('head', answerSwap, { swapId, agrees: true })).toBe('swap_answer')
  expect(await tried('section', answerSwap, { swapId, agrees: true })).toBe('done')
  expect(await tried('head', decideSwap, { swapId, confirmed: true })).toBe('swap_third')
  expect(await tried('leader', decideSwap, { swapId, confirmed: true })).toBe('done')
  const rota = await read<{ turns: { id: string; personId: string; person: string }[] }>('head', windowRota, {
    from: '2026-03-23',
  })
  expect(
    rota.turns.filter(({ id }) => [mine, theirs].includes(id)).map(({ id, person }) => [id, person]),
  ).toEqual([
    [mine, 'section'],
    [theirs, 'head'],
  ])
  expect(await tried('leader', cancelTurn, { rotaId: mine, reason: '培训' })).toBe('done')
  expect(await tried('leader', cancelTurn, { rotaId: mine, reason: '培训' })).toBe('rota_over')
})

let first = ''
test('a leader signs in at the post they hold, handles and signs a case, says what was seen, and the turn counts', async () => {
  const caseId = await ready(0)
  expect(await tried('head', signInAtWindow, { windowNo: 1 })).toBe('turn_held')
  await clock('2026-03-09T08:10:00')
  await post('head', '12:00')
  first = await sits('head')
  expect(await tried('head', signInAtWindow, { windowNo: 1 })).toBe('turn_one_open')
  await clock('2026-03-09T09:00:00')
  expect(await tried('head', signAtWindow, { caseId })).toBe('window_not_handled')
  expect(await town.step('acceptance', caseId, people.head)).toMatchObject({ ok: true })
  expect(await tried('leader', signAtWindow, { caseId })).toBe('window_no_turn')
  const { file } = await made<{ file: string }>('head', signAtWindow, { caseId })
  expect(await tried('head', signAtWindow, { caseId })).toBe('window_signed')
  const slip = await pdfText(readFileSync(town.deps.files.path(file)))
  expect(slip).toContain('坐班领导签名：head（受理岗）2026年3月9日09:00')
  const raise = { turnId: first, clause: '2.2', severity: 'medium', what: '材料清单与一次性告知书不一致' }
  expect(await tried('leader', raiseAtWindow, raise)).toBe('turn_not_yours')
  expect(await tried('head', signOutOfWindow, { turnId: first, ...well, noneSeen: false })).toBe(
    'turn_either',
  )
  await made('head', raiseAtWindow, raise)
  expect(await tried('head', signOutOfWindow, { turnId: first, ...well })).toBe('turn_either')
  await clock('2026-03-09T12:05:00')
  const out = { turnId: first, ...well, noneSeen: false }
  expect(await tried('middle', signOutOfWindow, out)).toBe('turn_not_yours')
  expect(await tried('head', signOutOfWindow, { ...out, dress: false })).toBe('turn_note note')
  // The duty ended at noon: five minutes more are not counted.
  expect(await made('head', signOutOfWindow, out)).toEqual({
    minutes: 210,
    signed: 1,
    counts: true,
    why: null,
  })
  expect(await tried('head', signOutOfWindow, out)).toBe('turn_stated')
  expect(await tried('head', raiseAtWindow, raise)).toBe('turn_stated')
  const [seen] = await findingsOf('window_problem')
  expect(await board('3.4-problems')).toBe('red')
  await workOff(
    town,
    seen!.id,
    { lead: people.leader, responsible: people.clerk, checker: people.inspector },
    { to: 'closed' },
  )
  expect(await board('3.4-problems')).toBe('green')
  // The approval form carries the signature as well: whoever signed at acceptance reviews nothing of the case.
  expect(await town.step('first_review', caseId, people.head)).toMatchObject({ ok: false })
  expect(await town.step('first_review', caseId)).toMatchObject({ ok: true })
})

test('R-61, R-62: a turn that is short or unsigned is found and does not count; a planned one is sat where it was planned', async () => {
  await clock('2026-03-10T08:20:00')
  const { rotaId } = await made<{ rotaId: string }>('leader', planTurn, {
    personId: people.middle.id,
    duty: 'acceptance',
    windowNo: 2,
    day: '2026-03-10',
    half: 'am',
  })
  await post('middle', '12:00')
  expect(await tried('middle', signInAtWindow, { windowNo: 1 })).toBe('turn_as_planned')
  const turnId = await sits('middle', 2)
  expect(await tried('leader', cancelTurn, { rotaId, reason: '培训' })).toBe('rota_over')
  await clock('2026-03-10T10:00:00')
  expect(
    await made('middle', signOutOfWindow, { turnId, ...well, dress: false, note: '未戴工号牌' }),
  ).toEqual({
    minutes: 90,
    signed: 0,
    counts: false,
    why: 'short',
  })
  expect(await town.windowWatch.runOnce()).toEqual([district])
  expect(await town.windowWatch.runOnce()).toEqual([])
  for (const [kind, control] of [
    ['window_turn_short', '3.1-half-day'],
    ['window_turn_unsigned', '3.3-signature'],
    ['window_selfcheck', '3.3-conduct'],
  ] as const) {
    const found = await findingsOf(kind)
    expect(found.map((one) => one.subject)).toEqual([`person:${people.middle.id}`])
    expect(await board(control)).toBe('red')
    await workOff(
      town,
      found[0]!.id,
      { lead: people.leader, responsible: people.middle, checker: people.inspector },
      { to: 'closed' },
    )
    expect(await board(control)).toBe('green')
  }
  // What was put right is not found again.
  expect(await town.windowWatch.runOnce()).toEqual([])
})

test('who forgets to sign out is counted up to closing; the word on the turn is given the next day, and the finding stays', async () => {
  const caseId = await ready(1)
  await post('section', '23:00')
  const turnId = await sits('section', 3)
  await clock('2026-03-10T14:00:00')
  expect(await town.step('acceptance', caseId, people.section)).toMatchObject({ ok: true })
  await made('section', signAtWindow, { caseId })
  await clock('2026-03-10T17:00:01')
  expect(await tried('section', signInAtWindow, { windowNo: 3 })).toBe('turn_open_hours')
  expect(await town.windowWatch.runOnce()).toEqual([district])
  const found = await findingsOf('window_signout_missing')
  expect(found.map((one) => one.subject)).toEqual([`person:${people.section.id}`])
  await clock('2026-03-11T09:00:00')
  expect(await made('section', signOutOfWindow, { turnId, ...well })).toEqual({
    minutes: 329,
    signed: 1,
    counts: true,
    why: null,
  })
  expect(await findingsOf('window_turn_unstated')).toEqual([])
})

test('a leader of the city sits in a district and signs what its clerk handled there, and is bound to that post of the case', async () => {
  const caseId = await ready(2)
  await post('bureau', '17:00', 'acceptance', 'security')
  await sits('bureau', 5)
  await clock('2026-03-11T10:00:00')
  expect(await tried('bureau', signAtWindow, { caseId })).toBe('window_not_handled')
  expect(await town.step('acceptance', caseId)).toMatchObject({ ok: true })
  await made('bureau', signAtWindow, { caseId })
  await clock('2026-03-11T14:30:00')
  const { turn } = await read<{ turn: { id: string; cases: { signedAt: string | null }[] } }>(
    'bureau',
    myWindow,
  )
  expect(turn.cases.map((one) => one.signedAt !== null)).toEqual([true])
  // From nine to noon, and from half past one.
  expect(await made('bureau', signOutOfWindow, { turnId: turn.id, ...well })).toMatchObject({
    minutes: 239,
    counts: true,
  })
  const groups = await town.superuser(
    `select duty_group from cases.case_handler where case_id = $1 and person_id = $2`,
    [caseId, people.bureau.id],
  )
  expect(groups).toEqual([{ duty_group: 'acceptance' }])
})

test('who reviews as needed says why, and signs on the approval form; who accepted the case signs nothing there', async () => {
  const caseId = await town.apply(town.homes[3]!)
  await town.collect(caseId)
  expect(await town.step('acceptance', caseId)).toMatchObject({ ok: true })
  await clock('2026-03-12T08:20:00')
  await post('section', '12:00', 'first_review')
  expect(await tried('section', signInAtWindow, { windowNo: 1 })).toBe('rota_need need')
  const { turnId } = await made<{ turnId: string }>('section', signInAtWindow, {
    windowNo: 1,
    need: '审核积压',
  })
  expect(await town.step('first_review', caseId, people.section)).toMatchObject({ ok: true })
  expect(await made('section', signAtWindow, { caseId })).toEqual({ file: null })
  await clock('2026-03-12T12:00:00')
  expect(await made('section', signOutOfWindow, { turnId, ...well })).toMatchObject({ counts: true })
  expect(await town.step('recording', caseId)).toMatchObject({ ok: true })
})

test('3.2: a planned turn that nobody sat is found, and put right; leave that came later is no fault', async () => {
  await clock('2026-03-16T12:30:00')
  // Planned for Monday morning: the head, who did not come.
  expect(await town.windowWatch.runOnce()).toEqual([district])
  const found = await findingsOf('window_rota_missed')
  expect(found.map((one) => one.subject)).toEqual([`person:${people.head.id}`])
  expect(await board('3.2-post')).toBe('red')
  await workOff(
    town,
    found[0]!.id,
    { lead: people.leader, responsible: people.head, checker: people.inspector },
    { to: 'closed' },
  )
  expect(await board('3.2-post')).toBe('green')
  await made('leader', startLeave, {
    personId: people.middle.id,
    from: '2026-03-18',
    until: '2026-03-19',
    kind: 'sick',
  })
  await clock('2026-03-18T18:00:00')
  // Still to be found, were the calendar this: the bureau's turn of Monday the 16th, and one of the section moved to a Saturday.
  for (const [what, calendar, missed] of [
    ['days as they are', {}, ['bureau']],
    ['the Monday made a holiday since', { '2026-03-16': false }, []],
    ['another day made a holiday', { '2026-03-17': false }, ['bureau']],
    ['the Saturday made a workday for it', { '2026-03-16': false, '2026-03-14': true }, ['section']],
  ] as const)
    expect([what, await missedBy(calendar)]).toEqual([what, missed])
  await town.windowWatch.runOnce()
  const late = await findingsOf('window_rota_missed')
  expect(late.map((one) => one.subject)).toEqual([`person:${people.bureau.id}`])

  // Found before its day was made a holiday: it stays, is closed as every finding is, and does not come again.
  await town.superuser(`insert into supervision.calendar_day values ('2026-03-16', false)`)
  expect(await town.windowWatch.runOnce()).toEqual([])
  expect(await findingsOf('window_rota_missed')).toEqual(late)
  await workOff(
    town,
    late[0]!.id,
    { lead: people.leader, responsible: people.head, checker: people.inspector },
    { to: 'closed' },
  )
  expect(await town.windowWatch.runOnce()).toEqual([])
  await town.superuser(`delete from supervision.calendar_day where day = '2026-03-16'`)
  expect(await findingsOf('window_rota_missed')).toEqual([])
})

/** Who would be found to have missed a turn, had the calendar these days, and the section's turn been on Saturday 14 March. */
async function missedBy(calendar: Record<string, boolean>): Promise<string[]> {
  const admin = Object.assign(await town.admin(), { release: () => undefined })
  try {
    await admin.query('begin')
    await admin.query('set local session_replication_role = replica')
    await admin.query(`update supervision.window_rota set day = '2026-03-14' where day = '2026-05-09'`)
    for (const one of Object.entries(calendar))
      await admin.query('insert into supervision.calendar_day values ($1, $2)', one)
    const tx = new Tx(admin)
    const { now } = await tx.one<{ now: string }>`select kernel.now() as now`
    const faults = await windowFaults(tx, district, Temporal.Instant.from(now), town.deps.calendar)
    const missed = (await untold(tx, district, faults)).filter((one) => one.kind === 'window_rota_missed')
    return missed.map(({ subject }) => {
      const found = Object.entries(people).find(([, { id }]) => subject === `person:${id}`)
      return found?.[0] ?? subject
    })
  } finally {
    await admin.query('rollback')
    await admin.end()
  }
}

test('quotas fall due by post and month, are met by turns that count, and what was missed is found', async () => {
  await town.dutyWatch.runOnce()
  expect(await dueOf('head', 'window.head')).toEqual([{ done: true, from: '2026-03-01', in: district }])
  expect(await dueOf('section', 'window.head')).toEqual([{ done: true, from: '2026-03-01', in: district }])
  expect(await dueOf('middle', 'window.middle')).toEqual([{ done: false, from: '2026-03-01', in: null }])
  expect(await dueOf('middle', 'window.middle_second')).toMatchObject([{ done: false }])
  expect(await dueOf('bureau', `window.bureau.${district}`)).toEqual([
    { done: true, from: '2026-01-01', in: district },
  ])
  expect(await dueOf('bureau', 'window.bureau.yuyao')).toMatchObject([{ done: false }])
  expect(await dueOf('leader', 'window.head')).toEqual([])
  const coverage = await read<{
    lines: { person: string; quota: string; owed: number; done: number }[]
    turns: { why: string | null }[]
  }>('leader', windowCoverage, { month: '2026-03' })
  expect(coverage.lines.map(({ person, quota, owed, done }) => [person, quota, owed, done])).toEqual([
    ['head', 'head', 1, 1],
    // With the days before the post and those of leave, March was too short for a second turn.
    ['middle', 'middle', 1, 0],
    ['section', 'head', 1, 1],
  ])
  expect(coverage.turns.filter((one) => one.why === null)).toHaveLength(4)
  const city = await read<{ lines: { person: string; owed: number; done: number }[] }>(
    'bureau',
    windowCoverage,
    { month: '2026-03', district: 'city' },
  )
  expect(city.lines).toMatchObject([{ person: 'bureau', owed: 12, done: 1 }])
  // A post by another name owes the same; another quota holds from its day on.
  await rename('大厅主任')
  await clock('2026-04-01T08:20:00')
  await town.dutyWatch.runOnce()
  const found = await findingsOf('window_duty_missing')
  expect(found.map((one) => one.subject)).toEqual([`person:${people.middle.id}`])
  expect(await board('3.1-quota')).toBe('red')
  for (const one of found)
    await workOff(
      town,
      one.id,
      { lead: people.leader, responsible: people.middle, checker: people.inspector },
      { to: 'closed' },
    )
  // The finding is put right; what was missed is overdue until it is made up, here by a turn in April.
  expect(await board('3.1-quota')).toBe('red')
  const caseId = await ready(4)
  await post('middle', '12:00')
  const turnId = await sits('middle', 2)
  expect(await town.step('acceptance', caseId, people.middle)).toMatchObject({ ok: true })
  await made('middle', signAtWindow, { caseId })
  await clock('2026-04-01T12:01:00')
  await made('middle', signOutOfWindow, { turnId, ...well })
  await town.dutyWatch.runOnce()
  expect((await dueOf('middle', 'window.middle')).map(({ done }) => done)).toEqual([true, true])
  expect(await board('3.1-quota')).not.toBe('red')
  await rename('hall_chief')
})

// Whoever has the app's password and somebody's token, at the SQL prompt.
async function attempt(who: Who, type: string, sql: string): Promise<string> {
  const prompt = await town.prompt('mingbu_app')
  try {
    await prompt.query('begin')
    const opened = `select kernel.open_act('\\x${people[who].token.toString('hex')}'::bytea, '${type}', 'haishu', gen_random_uuid(), sha256('x'))`
    await prompt.query(opened)
    return await prompt.query(sql).then(
      ({ rowCount }) => (rowCount === 0 ? 'no rows' : 'done'),
      (error: { constraint?: string; code?: string }) => error.constraint ?? error.code ?? '',
    )
  } finally {
    await prompt.query('rollback')
    await prompt.end()
  }
}
test('the app at the SQL prompt: nobody signs for another, sets times, or makes a turn count', async () => {
  await post('head', '17:00')
  const turnId = await sits('head')
  const [own] = await town.superuser<{ id: string }>(
    `select temporary_id as id from supervision.window_turn where id = $1`,
    [turnId],
  )
  const [accepted] = await town.superuser<{ id: string }>(
    `select case_id as id from cases.window_signature where turn_id = $1`,
    [first],
  )
  const sign = (turn: string, by: Who) =>
    `insert into cases.window_signature (district, case_id, turn_id, stage, handled_by) values ('haishu', '${accepted!.id}', '${turn}', 'acceptance', '${people[by].id}')`
  const turn = (columns: string, values: string) =>
    `insert into supervision.window_turn (district, temporary_id, duty, window_no${columns}) values ('haishu', '${own!.id}', 'acceptance', 1${values})`
  const table: [string, Who, string, string, string][] = [
    ['signs in for another', 'section', 'window.signIn', turn('', ''), 'window_turn_held'],
    [
      'signs in as another',
      'section',
      'window.signIn',
      turn(', person_id', `, '${people.head.id}'`),
      '42501',
    ],
    [
      'signs in at an hour of their own',
      'head',
      'window.signIn',
      turn(', at', `, '2026-04-01 08:30+08'`),
      '42501',
    ],
    ['signs in twice', 'head', 'window.signIn', turn('', ''), 'window_turn_one_open'],
    ['signs in in another act', 'head', 'window.raise', turn('', ''), 'MB143'],
    [
      'signs out another',
      'section',
      'window.signOut',
      `insert into supervision.window_end (district, turn_id) values ('haishu', '${turnId}')`,
      'window_end_oneself',
    ],
    [
      'signs out with minutes of their own',
      'head',
      'window.signOut',
      `insert into supervision.window_end (district, turn_id, minutes) values ('haishu', '${turnId}', 400)`,
      '42501',
    ],
    ['moves the end', 'head', 'window.signOut', `update supervision.window_end set minutes = 400`, '42501'],
    [
      'states another’s turn',
      'section',
      'window.signOut',
      `insert into supervision.window_statement (district, turn_id, dress, hours, procedure, none_seen) values ('haishu', '${turnId}', true, true, true, true)`,
      'MB144',
    ],
    [
      'says none were seen where one was raised',
      'head',
      'window.signOut',
      `insert into supervision.window_statement (district, turn_id, dress, hours, procedure, none_seen) values ('haishu', '${first}', true, true, true, true)`,
      'window_statement_either',
    ],
    [
      'signs a case of a turn that is over',
      'head',
      'case.signAtWindow',
      sign(first, 'head'),
      'window_signature_in_turn',
    ],
    [
      'signs what was not handled in the turn',
      'head',
      'case.signAtWindow',
      sign(turnId, 'head'),
      'window_signature_of_handled',
    ],
    ['signs for another', 'section', 'case.signAtWindow', sign(turnId, 'head'), 'window_signature_in_turn'],
    ['signs in another act', 'head', 'window.raise', sign(turnId, 'head'), 'MB145'],
    [
      'calls an old finding raised here',
      'head',
      'window.raise',
      `insert into supervision.window_raised (district, turn_id, finding_id) select district, '${turnId}', id from kernel.finding where kind = 'window_problem' limit 1`,
      'MB144',
    ],
    [
      'plans without being asked',
      'head',
      'window.signIn',
      `insert into supervision.window_rota (district, person_id, duty, window_no, day, half) values ('haishu', '${people.head.id}', 'acceptance', 9, '2026-04-02', 'am')`,
      'MB141',
    ],
    [
      'plans a Sunday',
      'leader',
      'window.plan',
      `insert into supervision.window_rota (district, person_id, duty, window_no, day, half) values ('haishu', '${people.head.id}', 'acceptance', 9, '2026-04-12', 'am')`,
      'window_rota_working_day',
    ],
    [
      'gives a turn away',
      'leader',
      'window.decideSwap',
      `update supervision.window_rota set person_id = '${people.head.id}' where person_id = '${people.section.id}' and state = 'planned'`,
      'MB141',
    ],
    [
      'confirms a swap nobody asked for',
      'leader',
      'window.decideSwap',
      `insert into supervision.window_swap (district, rota_id, other_id, asked_of, reason) select 'haishu', id, id, '${people.head.id}', '换班' from supervision.window_rota limit 1`,
      'MB142',
    ],
    [
      'shortens the half-day',
      'leader',
      'window.plan',
      `update supervision.window_hours set half_minutes = 60`,
      '42501',
    ],
    [
      'makes a day worked',
      'leader',
      'window.plan',
      `insert into supervision.calendar_day values ('2026-04-12', true)`,
      '42501',
    ],
    [
      'lets a post off for the past',
      'leader',
      'window.setQuota',
      `insert into people.window_quota (district, post, since, quota, reason) values ('haishu', 'hall_chief', '2026-03-10', 'none', '不必')`,
      'window_quota_ahead',
    ],
    ['takes a line back', 'leader', 'window.setQuota', `delete from people.window_quota`, '42501'],
  ]
  const found: [string, string][] = []
  for (const [what, who, type, sql] of table) found.push([what, await attempt(who, type, sql)])
  expect(found).toEqual(table.map(([what, , , , outcome]) => [what, outcome]))
})

test('everything verifies', async () => {
  await town.sequencer.drain()
  const { problems } = await verifyEverything(town.pools.auditor, town.deps.vault)
  expect(problems).toEqual([])
})

test('of each of its tables a row taken away or put there past its act is named', () =>
  expectTablesNamed(town, /^supervision\.window_/))
