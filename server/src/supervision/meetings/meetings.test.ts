import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRoutes, type TestRoutes } from '../../../test/http.ts'
import { pdfText } from '../../../test/pdf.ts'
import { evidence, workingDay, workOff } from '../../../test/rectify.ts'
import { anotherDay, atPrompt, done, stands, tried } from '../../../test/supervised.ts'
import { openTestWorld, type Someone, type TestWorld } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { act } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import { approvePost, loadOrganisation, proposePost } from '../../people/posts.ts'
import { Tx } from '../../platform/db/tx.ts'
import {
  attend,
  checkDecision,
  confirmMinutes,
  convene,
  reportDecision,
  setPace,
  writeMinutes,
} from './acts.ts'
import { meetingObligation } from './periodic.ts'
import {
  attendRefusal,
  checkRefusal,
  confirmRefusal,
  type Decision,
  gradeDiffers,
  type Meeting,
  minutesRefusal,
  reportRefusal,
  riskHint,
} from './rules.ts'

/** Opens a finding about somebody. */
const find = act({
  type: 'probe.seen',
  title: { zh: '发现', en: 'Find' },
  clauses: ['7.4'],
  duties: [],
  input: Type.Object({ about: Type.String(), severity: Type.String(), key: Type.String() }),
  result: Type.Object({ id: Type.Union([Type.String(), Type.Null()]) }),
  handle: async ({ tx, district, actor }, { about, severity, key }) => ({
    id: await openFinding(tx, district, `person:${actor.personId}`, {
      kind: 'probe_seen',
      clause: '1.1',
      severity: severity as 'high',
      subject: about,
      dedupeKey: key,
      summary: { zh: `问题 ${key}`, en: `fault ${key}` },
    }),
  }),
})

const post = {
  id: 'window_clerk',
  nameZh: '窗口受理岗',
  nameEn: 'Window clerk',
  unit: 'hall',
  duties: ['acceptance'],
  risk: 'low',
  measuresZh: '一次性告知',
  measuresEn: 'All told at once',
}
let world: TestWorld
let routes: TestRoutes
let people: Record<
  'head' | 'leader' | 'writer' | 'owner' | 'clerk' | 'elsewhere' | 'system' | 'security',
  Someone
>
beforeAll(async () => {
  world = await openTestWorld({ now: '2026-03-02T02:00:00Z' })
  routes = await openRoutes(world.kernel)
  const seed: Someone = { id: '', username: 'seed', token: Buffer.from(world.secrets.services.seed!, 'hex') }
  await done(world, seed, loadOrganisation, {
    district: 'haishu',
    units: [{ id: 'hall', kind: 'centre', nameZh: '大厅', nameEn: 'Hall' }],
    posts: [post],
  })
  const person = (name: string, duties: string[], district?: string, at?: string) =>
    world.person(name, duties, district, at)
  people = {
    head: await person('head', ['centre_lead']),
    leader: await person('leader', ['district_lead']),
    writer: await person('writer', []),
    owner: await person('owner', ['first_review']),
    clerk: await person('clerk', ['acceptance'], 'haishu', 'window_clerk'),
    elsewhere: await person('elsewhere', ['centre_lead'], 'yuyao'),
    system: await person('system', ['admin_system'], 'city'),
    security: await person('security', ['admin_security'], 'city'),
  }
})
afterAll(async () => {
  await routes[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

type Who = keyof typeof people
const of = { district: 'haishu' }
const say = (who: Who, one: Parameters<typeof tried>[2], input: object) =>
  tried(world, people[who], one, { ...of, ...input })
let key = 0
const found = async (severity = 'medium', about = 'store:certificates') =>
  (await done<{ id: string }>(world, people.head, find, { about, severity, key: `m${++key}` })).id
const called = async (heldOn = '2026-03-02') =>
  (
    await done<{ meetingId: string; items: number }>(world, people.head, convene, {
      ...of,
      heldOn,
      place: '三楼会议室',
      topic: '一季度风险研判',
    })
  ).meetingId
const decision = async (over: object = {}) => ({
  what: '逐本核对空白证书',
  ownerId: people.owner.id,
  dueOn: await workingDay(world, 3),
  ...over,
})

describe('who may take which step of a meeting, and when', () => {
  const meeting: Meeting = {
    district: 'd',
    id: 'm',
    heldOn: '2026-03-02',
    today: '2026-03-02',
    attendees: ['ada', 'ben'],
    minutesNo: 0,
    writtenBy: null,
    confirmed: null,
    led: true,
  }
  const written = { minutesNo: 1, writtenBy: 'ada' }
  test.each([
    ['eva signs in', attendRefusal, 'eva', {}, null],
    ['ada signs in again', attendRefusal, 'ada', {}, 'attended_already'],
    ['eva signs in the day after', attendRefusal, 'eva', { today: '2026-03-03' }, 'not_meeting_day'],
    [
      'eva signs in after all is confirmed',
      attendRefusal,
      'eva',
      { ...written, confirmed: true },
      'not_meeting_day',
    ],
    ['ada writes', minutesRefusal, 'ada', {}, null],
    ['eva, who was not there, writes', minutesRefusal, 'eva', {}, 'not_attended'],
    ['ben writes while some wait', minutesRefusal, 'ben', written, 'minutes_wait'],
    ['ben writes anew', minutesRefusal, 'ben', { ...written, confirmed: false }, null],
    [
      'ben writes once all is confirmed',
      minutesRefusal,
      'ben',
      { ...written, confirmed: true },
      'minutes_confirmed',
    ],
    ['ben confirms', confirmRefusal, 'ben', written, null],
    ['ada confirms her own', confirmRefusal, 'ada', written, 'minutes_own'],
    ['eva, who was not there, confirms', confirmRefusal, 'eva', written, 'not_attended'],
    ['ben confirms nothing', confirmRefusal, 'ben', {}, 'minutes_none'],
    ['ben confirms twice', confirmRefusal, 'ben', { ...written, confirmed: true }, 'minutes_confirmed'],
  ] as const)('%s', (_, rule, who, over, code) => {
    expect(rule({ ...meeting, ...over }, who)?.code ?? null).toBe(code)
  })
  const one: Decision = {
    district: 'd',
    meetingId: 'm',
    minutesNo: 1,
    no: 1,
    owner: 'ada',
    confirmed: true,
    reports: 0,
    good: null,
  }
  test.each([
    ['ada reports', reportRefusal, 'ada', {}, null],
    ['ben reports hers', reportRefusal, 'ben', {}, 'decision_not_yours'],
    [
      'ada reports before the minutes are confirmed',
      reportRefusal,
      'ada',
      { confirmed: false },
      'decision_unconfirmed',
    ],
    ['ada reports twice', reportRefusal, 'ada', { reports: 1 }, 'decision_waits'],
    ['ada reports again on what did not hold', reportRefusal, 'ada', { reports: 1, good: false }, null],
    ['ada reports on what is closed', reportRefusal, 'ada', { reports: 1, good: true }, 'decision_closed'],
    ['ben closes', checkRefusal, 'ben', { reports: 1 }, null],
    ['ada closes her own', checkRefusal, 'ada', { reports: 1 }, 'decision_own'],
    ['ben closes what was not reported', checkRefusal, 'ben', {}, 'decision_unreported'],
    ['ben closes twice', checkRefusal, 'ben', { reports: 1, good: true }, 'decision_closed'],
  ] as const)('%s', (_, rule, who, over, code) => {
    expect(rule({ ...one, ...over }, who)?.code ?? null).toBe(code)
  })
  const year = (critical: number, high: number, medium: number, low: number) => ({
    critical,
    high,
    medium,
    low,
  })
  test.each([
    [year(0, 0, 0, 0), 'low', 'low', null],
    [year(0, 0, 0, 0), 'low', 'high', 'calm'],
    [year(0, 0, 0, 3), 'medium', 'low', 'higher'],
    [year(0, 0, 1, 0), 'medium', 'medium', null],
    [year(0, 1, 0, 0), 'medium', 'high', null],
    [year(0, 2, 0, 0), 'high', 'medium', 'higher'],
    [year(1, 0, 0, 0), 'high', 'low', 'higher'],
    [year(1, 0, 0, 0), 'high', null, null],
  ] as const)('a year of %o says %s; graded %s: %s', (counts, hint, grade, differs) => {
    expect(riskHint(counts)).toBe(hint)
    const all = counts.critical + counts.high + counts.medium + counts.low
    expect(gradeDiffers(grade, hint, all)).toBe(differs)
  })
})

test.each([
  ['yesterday', 'head', { heldOn: '2026-03-01' }, 'meeting_day heldOn'],
  ['on a Sunday', 'head', { heldOn: '2026-03-08' }, 'meeting_day heldOn'],
  ['on no day', 'head', { heldOn: '2026-02-30' }, 'meeting_day heldOn'],
  ['in a year', 'head', { heldOn: '2027-03-02' }, 'meeting_day heldOn'],
  ['by a clerk', 'clerk', {}, 'no_duty'],
  ['by the head of another office', 'elsewhere', {}, 'wrong_district'],
  ['on a make-up workday gone by', 'leader', { heldOn: '2026-02-28' }, 'meeting_day heldOn'],
  ['today', 'leader', {}, 'done'],
] as const)('a meeting called %s: %#', async (_, who, over, outcome) => {
  expect(await say(who, convene, { heldOn: '2026-03-02', place: '会议室', topic: '研判', ...over })).toBe(
    outcome,
  )
})

test('from agenda to closing: attendance by each, minutes by one, confirmed by another, a decision done and closed by somebody else', async () => {
  const [mild, grave] = [await found('low'), await found('critical')]
  const closed = await found()
  await workOff(
    world,
    closed,
    { lead: people.head, responsible: people.clerk, checker: people.leader },
    { to: 'closed' },
  )
  const meetingId = await called()
  const m = { meetingId }
  for (const who of ['head', 'writer', 'owner'] as const) expect(await say(who, attend, m)).toBe('done')
  expect(await say('head', attend, m)).toBe('attended_already')
  const page = async (who: Who) =>
    (await routes.get(people[who], `meetings/${meetingId}`)).json as {
      agenda: { findingId: string }[]
      decisions: object[]
      minutes: object[]
      availability: Record<string, { enabled: boolean }>
    }
  const agenda = (await page('head')).agenda.map((one) => one.findingId)
  expect(agenda[0]).toBe(grave)
  expect(agenda).toContain(mild)
  expect(agenda).not.toContain(closed)
  expect((await page('clerk')).agenda).toEqual([])
  const minutes = async (over: object = {}, decisions: object[] = []) => ({
    ...m,
    body: '会议研判了未销号问题。',
    decisions,
    ...over,
  })
  expect(await say('clerk', writeMinutes, await minutes())).toBe('not_attended')
  for (const [wrong, outcome] of [
    [{ ownerId: people.elsewhere.id }, 'decision_owner_unknown decisions.0.ownerId'],
    [{ findingId: closed }, 'decision_finding decisions.0.findingId'],
    [{ dueOn: '2026-03-08' }, 'day_wrong decisions.0.dueOn'],
  ] as const)
    expect(await say('writer', writeMinutes, await minutes({}, [await decision(wrong)]))).toBe(outcome)
  expect(await say('writer', writeMinutes, await minutes({ body: '有误' }))).toBe('done')
  expect(await say('writer', confirmMinutes, { ...m, good: true, word: '属实' })).toBe('minutes_own')
  expect(await say('head', confirmMinutes, { ...m, good: false, word: '漏记一项' })).toBe('done')
  expect(await say('writer', writeMinutes, await minutes({}, [await decision({ findingId: grave })]))).toBe(
    'done',
  )
  const d = { ...m, minutesNo: 2, no: 1 }
  const report = async () => ({ ...d, done: '已核对', files: [await evidence(world, people.owner)] })
  expect(await say('owner', reportDecision, await report())).toBe('decision_unconfirmed')
  expect(await say('head', confirmMinutes, { ...m, good: true, word: '属实' })).toBe('done')
  expect(await say('leader', attend, m)).toBe('not_meeting_day')
  expect(await say('writer', reportDecision, await report())).toBe('decision_not_yours')
  const check = (good: boolean) => ({ ...d, good, word: '核实' })
  expect(await say('head', checkDecision, check(true))).toBe('decision_unreported')
  expect(await say('owner', reportDecision, await report())).toBe('done')
  expect(await say('clerk', checkDecision, check(true))).toBe('no_duty')
  expect(await say('head', checkDecision, check(false))).toBe('done')
  expect(await say('owner', reportDecision, await report())).toBe('done')
  expect(await say('head', checkDecision, check(true))).toBe('done')
  expect(await say('owner', reportDecision, await report())).toBe('decision_closed')
  const finding = (await routes.get(people.head, `findings/${grave}`)).json as { decided: { what: string }[] }
  expect(finding.decided.map((one) => one.what)).toEqual(['逐本核对空白证书'])
  const paper = await routes.get(people.writer, `meetings/${meetingId}/minutes.pdf`)
  const text = await pdfText(paper.bytes)
  for (const words of ['风险防控研判会纪要', '逐本核对空白证书', '撰写：writer', '确认：head', '共3人'])
    expect(text).toContain(words)
  expect((await routes.get(people.clerk, `meetings/${meetingId}/minutes.pdf`)).status).toBe(404)
  expect((await routes.get(people.elsewhere, `meetings/${meetingId}`)).status).toBe(404)
})

test('what the code might forget, the database refuses: at the prompt of the app, with a token, inside the very act', async () => {
  const meetingId = await called()
  const later = await called('2026-03-09')
  for (const who of ['head', 'writer'] as const) await say(who, attend, { meetingId })
  await say('writer', writeMinutes, {
    meetingId,
    body: '纪要',
    decisions: [await decision({ ownerId: people.head.id })],
  })
  const m = [meetingId]
  const attacks: [string, string, Who, string, unknown[], string][] = [
    [
      'sign in for another',
      'meeting.attend',
      'clerk',
      `insert into supervision.meeting_attendance (district, meeting_id, person_id) values ('haishu', $1, $2)`,
      [meetingId, people.owner.id],
      '42501',
    ],
    [
      'sign in before the day',
      'meeting.attend',
      'clerk',
      `insert into supervision.meeting_attendance (district, meeting_id) values ('haishu', $1)`,
      [later],
      'attended_on_the_day',
    ],
    [
      'choose the agenda',
      'meeting.convene',
      'head',
      `insert into supervision.meeting_item (district, meeting_id, no, finding_id, state, late) select 'haishu', $1, 99, id, 'open', false from kernel.finding limit 1`,
      m,
      '42501',
    ],
    [
      'call a meeting in another act',
      'file.store',
      'head',
      `select supervision.convene('2026-03-02', '会议室', '研判')`,
      [],
      'MB147',
    ],
    [
      'write without having been there',
      'meeting.minutes',
      'clerk',
      `insert into supervision.meeting_minutes (district, meeting_id, no, body) values ('haishu', $1, 1, '纪要')`,
      [later],
      'minutes_by_attender',
    ],
    [
      'write over minutes that wait',
      'meeting.minutes',
      'head',
      `insert into supervision.meeting_minutes (district, meeting_id, no, body) values ('haishu', $1, 2, '纪要')`,
      m,
      'minutes_follow',
    ],
    [
      'confirm one’s own',
      'meeting.confirm',
      'writer',
      `insert into supervision.meeting_confirmation (district, meeting_id, minutes_no, good, word, written_by) values ('haishu', $1, 1, true, '属实', $2)`,
      [meetingId, people.writer.id],
      'confirmed_by_another',
    ],
    [
      'confirm without having been there',
      'meeting.confirm',
      'clerk',
      `insert into supervision.meeting_confirmation (district, meeting_id, minutes_no, good, word, written_by) values ('haishu', $1, 1, true, '属实', $2)`,
      [meetingId, people.writer.id],
      'confirmed_by_attender',
    ],
    [
      'report before the minutes are confirmed',
      'meeting.report',
      'head',
      `insert into supervision.decision_report (district, meeting_id, minutes_no, decision_no, no, confirmed, done, files) values ('haishu', $1, 1, 1, 1, true, '已办', '{a}')`,
      m,
      'reported_of_confirmed',
    ],
    [
      'rewrite minutes',
      'meeting.minutes',
      'head',
      `update supervision.meeting_minutes set body = '无'`,
      [],
      '42501',
    ],
    [
      'put a day off',
      'meeting.minutes',
      'head',
      `update supervision.meeting_decision set due_on = '2030-01-01'`,
      [],
      '42501',
    ],
  ]
  const answers: [string, string][] = []
  for (const [what, type, who, sql, values] of attacks)
    answers.push([what, await atPrompt(world, people[who], type, sql, values)])
  expect(answers).toEqual(attacks.map(([what, , , , , outcome]) => [what, outcome]))
  expect(await say('head', confirmMinutes, { meetingId, good: true, word: '属实' })).toBe('done')
  const d = { meetingId, minutesNo: 1, no: 1 }
  expect(
    await say('head', reportDecision, { ...d, done: '已办', files: [await evidence(world, people.head)] }),
  ).toBe('done')
  expect(await say('head', checkDecision, { ...d, good: true, word: '核实' })).toBe('decision_own')
  expect(
    await atPrompt(
      world,
      people.head,
      'meeting.check',
      `insert into supervision.decision_check (district, meeting_id, minutes_no, decision_no, no, good, word, reported_by) values ('haishu', $1, 1, 1, 1, true, '核实', $2)`,
      [meetingId, people.head.id],
    ),
  ).toBe('decision_checked_by_another')
  expect(
    await atPrompt(
      world,
      people.writer,
      'meeting.report',
      `insert into supervision.decision_report (district, meeting_id, minutes_no, decision_no, no, confirmed, done, files) values ('haishu', $1, 1, 1, 2, true, '已办', array[$2])`,
      [meetingId, await evidence(world, people.writer)],
    ),
  ).toBe('reported_by_owner')
  expect(await say('leader', checkDecision, { ...d, good: true, word: '核实' })).toBe('done')
})

test('what a meeting decided is written with its minutes, owned by who works here, and about its agenda: at the prompt both ways', async () => {
  const grave = await found('critical')
  const meetingId = await called()
  const closed = (
    await world.superuser<{ id: string }>(`select id from kernel.finding where state = 'closed' limit 1`)
  )[0]!.id
  for (const who of ['head', 'writer'] as const) await say(who, attend, { meetingId })
  const minutes = `insert into supervision.meeting_minutes (district, meeting_id, no, body) values ('haishu', '${meetingId}', 1, '纪要')`
  const add = (ownerId: string, findingId: string | null, before: string[]) =>
    atPrompt(
      world,
      people.writer,
      'meeting.minutes',
      `insert into supervision.meeting_decision (district, meeting_id, minutes_no, no, what, owner_id, due_on, finding_id) values ('haishu', $1, 1, 2, '另加一项', $2, '2030-01-01', $3)`,
      [meetingId, ownerId, findingId],
      before,
    )
  expect(await add(people.owner.id, grave, [minutes])).toBe('1 rows')
  expect(await add(people.owner.id, null, [minutes])).toBe('1 rows')
  expect(await add(people.elsewhere.id, null, [minutes])).toBe('decision_owner_here')
  expect(await add(people.owner.id, closed, [minutes])).toBe('decision_of_agenda')
  expect(await say('writer', writeMinutes, { meetingId, body: '纪要', decisions: [] })).toBe('done')
  expect(await add(people.owner.id, grave, [])).toBe('decision_of_minutes')
  expect(await say('head', confirmMinutes, { meetingId, good: true, word: '属实' })).toBe('done')
  expect(await add(people.owner.id, grave, [])).toBe('decision_of_minutes')
})

test('a meeting no leader signed in at is none: its minutes can only be sent back; and evidence is the owner’s own', async () => {
  const meetingId = await called()
  const confirm = (who: Who, good: boolean) =>
    atPrompt(
      world,
      people[who],
      'meeting.confirm',
      `insert into supervision.meeting_confirmation (district, meeting_id, minutes_no, good, word, written_by) values ('haishu', $1, 1, $2, '属实', $3)`,
      [meetingId, good, people.writer.id],
    )
  for (const who of ['writer', 'clerk'] as const) await say(who, attend, { meetingId })
  await say('writer', writeMinutes, {
    meetingId,
    body: '纪要',
    decisions: [await decision({ ownerId: people.clerk.id })],
  })
  expect(await say('clerk', confirmMinutes, { meetingId, good: true, word: '属实' })).toBe(
    'meeting_unled good',
  )
  expect([await confirm('clerk', true), await confirm('clerk', false)]).toEqual(['meeting_led', '1 rows'])
  const held = async () => {
    const client = await world.pools.auditor.connect()
    const all = await meetingObligation.done(new Tx(client), 'haishu')
    client.release()
    return all.length
  }
  const before = await held()
  // One that was confirmed before there was this rule does not count either.
  const admin = await world.admin()
  await admin.query('set session_replication_role = replica')
  await admin.query(
    `insert into supervision.meeting_confirmation (district, meeting_id, minutes_no, good, word, written_by, person_id, at, act_id)
     values ('haishu', $1, 1, true, '属实', $2, $3, kernel.now(), gen_random_uuid())`,
    [meetingId, people.writer.id, people.clerk.id],
  )
  expect(await held()).toBe(before)
  await admin.query('delete from supervision.meeting_confirmation where meeting_id = $1', [meetingId])
  await admin.end()
  await say('leader', attend, { meetingId })
  expect(await confirm('clerk', true)).toBe('1 rows')
  const early = await evidence(world, people.clerk)
  await world.setClock('2026-03-02T02:10:00Z')
  expect(await say('clerk', confirmMinutes, { meetingId, good: true, word: '属实' })).toBe('done')
  expect(await held()).toBe(before + 1)
  const d = { meetingId, minutesNo: 1, no: 1 }
  for (const [what, file, outcome, code] of [
    ['of another', await evidence(world, people.head), 'decision_file_own', 'decision_file_own files.0'],
    ['of before', early, 'decision_file_own', 'decision_file_own files.0'],
    ['no file', 'a', 'decision_file_own', 'invalid_input files.0'],
    ['own', await evidence(world, people.clerk), '1 rows', 'done'],
  ] as const) {
    const sql = `insert into supervision.decision_report (district, meeting_id, minutes_no, decision_no, no, confirmed, done, files) values ('haishu', $1, 1, 1, 1, true, '已办', array[$2])`
    expect([what, await atPrompt(world, people.clerk, 'meeting.report', sql, [meetingId, file])]).toEqual([
      what,
      outcome,
    ])
    expect([what, await say('clerk', reportDecision, { ...d, done: '已办', files: [file] })]).toEqual([
      what,
      code,
    ])
  }
  expect(await say('leader', checkDecision, { ...d, good: true, word: '核实' })).toBe('done')
})

test('7.5-risk: red while a post is graded lower than its findings say, green once the register of posts is put right', async () => {
  const about = `person:${people.clerk.id}`
  expect(await stands(world, '7.5-risk')).toMatchObject({ open: 0, status: 'green' })
  for (const severity of ['high', 'high']) await found(severity, about)
  expect(await stands(world, '7.5-risk')).toMatchObject({ open: 1, status: 'red' })
  const { posts } = (await routes.get(people.head, 'responsibility')).json as {
    posts: { id: string; hint: string; differs: string }[]
  }
  expect(posts.find((one) => one.id === 'window_clerk')).toMatchObject({
    hint: 'high',
    differs: 'higher',
    holders: ['clerk'],
  })
  expect((await routes.get(people.clerk, 'responsibility')).status).toBe(403)
  const { proposalId } = await done<{ proposalId: string }>(world, people.system, proposePost, {
    ...of,
    post: { ...post, risk: 'high' },
  })
  await done(world, people.security, approvePost, { ...of, proposalId })
  expect(await stands(world, '7.5-risk')).toMatchObject({ open: 0, status: 'green' })
})

test('1.1: an office that does not meet and a decision nobody carries out are findings and red; met, done and rectified it is green', async () => {
  expect(await say('clerk', setPace, { days: 7, reason: '每周研判' })).toBe('no_duty')
  expect(await say('leader', setPace, { days: 93, reason: '半年一次' })).toBe('invalid_input days')
  expect(await say('leader', setPace, { days: 7, reason: '每周研判' })).toBe('done')
  const watch = async () => {
    await world.dutyWatch.runOnce()
    await world.sequencer.drain()
  }
  const findings = (kind: string) =>
    world.superuser<{ id: string; subject: string }>(
      `select id, subject from kernel.finding where district = 'haishu' and kind = $1 and state <> 'closed'`,
      [kind],
    )
  await watch()
  const { head, leader, writer, owner } = people
  const staff = { head, leader, writer, owner }
  // Thirty days on: seven days and five working days of grace have passed since the last meeting.
  await anotherDay(world, staff, '2026-04-01T02:00:00Z')
  await watch()
  expect(await findings('review_meeting_overdue')).toMatchObject([{ subject: 'office:haishu' }])
  expect(await stands(world, '1.1-meetings')).toMatchObject({ status: 'red', overdue: 1 })
  const meetingId = await called('2026-04-01')
  for (const who of ['head', 'writer'] as const) await say(who, attend, { meetingId })
  await say('writer', writeMinutes, {
    meetingId,
    body: '研判',
    decisions: [await decision({ dueOn: '2026-04-03' })],
  })
  expect(await say('head', confirmMinutes, { meetingId, good: true, word: '属实' })).toBe('done')
  await watch()
  const mine = (await routes.get(people.owner, 'duties/mine')).json as {
    open: { kind: string; name: { zh: string }; dueAt: string }[]
  }
  expect(mine.open.find((one) => one.kind === 'meeting.decision')).toMatchObject({
    name: { zh: 'owner：逐本核对空白证书' },
    dueAt: '2026-04-03T16:00:00Z',
  })
  await anotherDay(world, staff, '2026-04-07T02:00:00Z')
  await watch()
  expect(await findings('decision_overdue')).toMatchObject([{ subject: `person:${owner.id}` }])
  expect(await stands(world, '1.1-decisions')).toMatchObject({ status: 'red', overdue: 1 })
  const d = { meetingId, minutesNo: 1, no: 1 }
  await say('owner', reportDecision, { ...d, done: '已办', files: [await evidence(world, owner)] })
  expect(await say('leader', checkDecision, { ...d, good: true, word: '核实' })).toBe('done')
  await watch()
  const hands = { lead: head, responsible: writer, checker: leader }
  for (const kind of ['review_meeting_overdue', 'duty_escalated', 'decision_overdue'])
    for (const { id } of await findings(kind)) await workOff(world, id, hands, { to: 'closed' })
  expect(await stands(world, '1.1-meetings')).toMatchObject({ overdue: 0, open: 0 })
  expect(await stands(world, '1.1-decisions')).toMatchObject({ status: 'green', overdue: 0, open: 0 })
}, 60_000)

test('all of it verifies; what is changed behind the log is named', async () => {
  await world.sequencer.drain()
  const verify = () => verifyEverything(world.pools.auditor, world.deps.vault, { files: world.deps.files })
  expect((await verify()).problems).toEqual([])
  const harms: Record<string, string> = {
    decision_check: `word = word || '。'`,
    decision_report: `done = done || '。'`,
    meeting: `topic = topic || '。'`,
    meeting_attendance: `at = at + interval '1 minute'`,
    meeting_confirmation: `word = word || '。'`,
    meeting_decision: `due_on = due_on + 1`,
    meeting_item: `late = not late`,
    meeting_minutes: `body = body || '。'`,
    meeting_pace: `days = days + 1`,
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
