import { createHash, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectTablesNamed } from '../../../test/harm.ts'
import { openRoutes, type TestRoutes } from '../../../test/http.ts'
import { evidence, type Hands, workOff } from '../../../test/rectify.ts'
import { openTown, type Town } from '../../../test/town.ts'
import type { Someone } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import type { AnyAct } from '../../kernel/act.ts'
import { Tx } from '../../platform/db/tx.ts'
import { officialCalendar } from '../../values/load.ts'
import { readBoard, wholeCity } from '../board/queries.ts'
import { recomputeDuties } from '../duties/acts.ts'
import { cancelInspection, decideChange, replaceMember } from './changes.ts'
import { decideChecklist, setInspectionPace, writeChecklist } from './checklists.ts'
import { drawReview } from './draws.ts'
import { decideInspection, planInspection } from './plans.ts'
import { ruleDifference, saveScores, submitReading } from './readings.ts'
import { sendReport } from './reports.ts'
import { byWhom, inspectorConflict } from './rules.ts'

let town: Town
let routes: TestRoutes
type Who =
  | 'planner'
  | 'chief'
  | 'ada'
  | 'ben'
  | 'cem'
  | 'dov'
  | 'leader'
  | 'head'
  | 'inspector'
  | 'yuLead'
  | 'yuOne'
  | 'yuTwo'
const people = {} as Record<Who, Someone>
/** Versions of the list, and inspections, by the name a test gives them. */
const list: Record<string, string> = {}
const today = '2026-03-09'

beforeAll(async () => {
  town = await openTown([{}])
  routes = await openRoutes(town.kernel)
  const add = async (name: Who, duties: string[], district = 'city') => {
    people[name] = await town.person(name.toLowerCase(), duties, district)
  }
  await add('planner', ['inspection'])
  await add('chief', ['district_lead'])
  await add('ada', ['inspection'])
  await add('ben', [])
  await add('cem', [])
  await add('dov', [])
  await add('leader', ['district_lead'], 'haishu')
  await add('head', ['centre_lead'], 'haishu')
  await add('inspector', ['inspection'], 'haishu')
  await add('yuLead', ['district_lead'], 'yuyao')
  await add('yuOne', ['acceptance'], 'yuyao')
  await add('yuTwo', ['recording'], 'yuyao')
}, 120_000)
afterAll(async () => {
  await routes[Symbol.asyncDispose]()
  await town[Symbol.asyncDispose]()
})

/** Does an act, and says `done`, or the refusal’s code with the field it is about. */
async function tried(who: Someone, act: AnyAct, input: object): Promise<string> {
  const outcome = await town.as(who, act, input)
  if (outcome.ok) return 'done'
  const [field] = outcome.refusal.fields ?? []
  return field ? `${outcome.refusal.code} ${field.path}` : outcome.refusal.code
}
async function must<T>(who: Someone, act: AnyAct, input: object): Promise<T> {
  const outcome = await town.as(who, act, input)
  if (!outcome.ok)
    throw new Error(`${act.type}: ${outcome.refusal.code} ${JSON.stringify(outcome.refusal.fields ?? '')}`)
  return outcome.result as T
}
const items = [
  { clause: '3.3', wording: '着装与作息', weight: 1, scoring: 'yes_no', most: 1, pass: 1 },
  { clause: '5.3', wording: '印章放置', weight: 3, scoring: 'points', most: 10, pass: 6 },
]
const written = (over: object = {}) => ({
  code: 'window',
  title: '窗口检查表',
  kinds: ['self', 'mutual', 'spot', 'open', 'covert', 'case_review'],
  threshold: 20,
  after: 0,
  items,
  ...over,
})
const plan = (over: object = {}) => ({
  district: 'city',
  kind: 'covert',
  inspected: 'haishu',
  checklistId: list.first!,
  visitFrom: today,
  visitTo: '2026-03-20',
  periodFrom: '2026-01-01',
  periodTo: today,
  team: [people.ada.id, people.ben.id],
  readers: [people.ada.id, people.ben.id],
  draw: 0,
  ...over,
})
const mutual = (over: object = {}) =>
  plan({
    district: 'yuyao',
    kind: 'mutual',
    team: [people.yuOne.id, people.yuTwo.id],
    readers: [people.yuOne.id, people.yuTwo.id],
    ...over,
  })
async function approved(input: ReturnType<typeof plan>, planner = people.planner, approver = people.chief) {
  const { inspectionId } = await must<{ inspectionId: string }>(planner, planInspection, input)
  const of = { district: (input as { district: string }).district, inspectionId }
  await must(approver, decideInspection, { ...of, approved: true, word: '同意' })
  return of
}
const score = (item: number, points: number | null, more: object = {}) => ({
  sheet: 1,
  item,
  points,
  photos: [],
  ...more,
})

/** What one statement at the prompt of the app comes to, inside an act or a read of somebody: rows, or the constraint or SQLSTATE. */
async function atPrompt(
  who: Someone,
  act: string | null,
  district: string | null,
  sql: string,
  values: unknown[] = [],
) {
  const client = await town.prompt('mingbu_app')
  try {
    await client.query('begin')
    if (act === null) await client.query('select kernel.open_read($1)', [who.token])
    else {
      const { rows } = await client.query<{ o: { status: string } }>(
        `select kernel.open_act($1, $2, $3, $4, sha256('x')) as o`,
        [who.token, act, district, randomUUID()],
      )
      if (rows[0]!.o.status !== 'ok') return rows[0]!.o.status
    }
    // Several statements have no rows.
    return ((await client.query(sql, values)).rows ?? []) as Record<string, unknown>[]
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    return error.constraint ?? error.code!
  } finally {
    await client.query('rollback')
    await client.end()
  }
}

/** What rules of this house would refuse, put there all the same: a transfer, a post held elsewhere, a case handled long ago. */
const planted = (statement: string) => town.superuser(`set session_replication_role = replica; ${statement}`)

/** A change that is asked for, and one that is decided, as somebody at the prompt writes them. */
const change = (of: { inspectionId: string }, swap?: [Someone, Someone], no = 1) =>
  `insert into supervision.inspection_change (district, inspection_id, no, what, leaves, joins, reason) values ('city', '${of.inspectionId}', ${no},
    '${swap ? 'replace' : 'cancel'}', ${swap ? swap.map(({ id }) => `'${id}'`).join(', ') : 'null, null'}, '理由')`
const decision = (of: { inspectionId: string }, asker: Someone, no = 1) =>
  `insert into supervision.inspection_change_decision (district, inspection_id, no, asked_by, approved, word)
    values ('city', '${of.inspectionId}', ${no}, '${asker.id}', true, '同意')`

describe('who may inspect whom', () => {
  test.each([
    ['self', 'haishu', 'haishu', true],
    ['self', 'yuyao', 'haishu', false],
    ['mutual', 'yuyao', 'haishu', true],
    ['mutual', 'haishu', 'haishu', false],
    ['mutual', 'city', 'haishu', false],
    ['covert', 'city', 'haishu', true],
    ['open', 'yuyao', 'haishu', false],
    ['spot', 'city', 'city', false],
  ] as const)('%s by %s of %s: %s', (kind, district, inspected, may) => {
    expect(byWhom(kind, district, inspected)).toBe(may)
  })
  const free = { personId: 'p', office: 'city', atWork: true, workedThere: false, cases: 0 }
  test.each([
    ['of the office that inspects', {}, 'open', undefined],
    ['who has left', { atWork: false }, 'open', 'inspector_not_of_office'],
    ['who moved into the inspected office', { office: 'haishu' }, 'open', 'inspector_not_of_office'],
    ['who worked there in that time', { workedThere: true }, 'open', 'inspector_own_office'],
    ['who handled cases there', { cases: 1 }, 'open', 'inspector_own_cases'],
  ] as const)('somebody %s: %o %s %s', (_, over, kind, code) => {
    expect(
      inspectorConflict({ district: 'city', inspected: 'haishu', kind }, { ...free, ...over })?.code,
    ).toBe(code)
  })
})

describe('checklists', () => {
  test('are the bureau’s, are approved by another, and follow one another', async () => {
    expect(await tried(people.leader, writeChecklist, written())).toBe('checklist_city')
    expect(
      await tried(people.planner, writeChecklist, written({ items: [{ ...items[0], most: 5, pass: 1 }] })),
    ).toBe('item_points_wrong items.0.pass')
    list.first = (await must<{ checklistId: string }>(people.planner, writeChecklist, written())).checklistId
    expect(await tried(people.planner, planInspection, plan())).toBe('checklist_not_in_force checklistId')
    const decision = { checklistId: list.first, approved: true, word: '同意' }
    expect(await tried(people.planner, decideChecklist, decision)).toBe('checklist_own')
    expect(await tried(people.chief, decideChecklist, decision)).toBe('done')
    expect(await tried(people.ada, decideChecklist, decision)).toBe('checklist_decided')
    expect(await tried(people.planner, writeChecklist, written())).toBe('checklist_changed code')
  })
  test('in use do not change, not even for the owner of the tables', async () => {
    for (const statement of [
      `update supervision.checklist_item set weight = 100 where checklist_id = '${list.first}'`,
      `delete from supervision.checklist where id = '${list.first}'`,
    ])
      expect(await atPrompt(people.planner, 'checklist.write', null, statement)).toBe('42501')
    await expect(
      town.superuser(`update supervision.checklist_item set weight = 100 where checklist_id = $1`, [
        list.first,
      ]),
    ).rejects.toThrow('append-only')
    // Nor by a further item, written in an act of its own.
    expect(
      await atPrompt(
        people.planner,
        'checklist.write',
        null,
        `insert into supervision.checklist_item (district, checklist_id, no, clause, wording, weight, scoring, most, pass)
         values ('city', $1, 3, '5.3', '添一项', 1, 'yes_no', 1, 1)`,
        [list.first],
      ),
    ).toBe('checklist_fixed')
  })
})

describe('plans and teams', () => {
  test.each([
    ['a self check by another office', () => plan({ kind: 'self' }), 'planner', 'plan_by_whom inspected'],
    [
      'a mutual check of one’s own office',
      () => mutual({ inspected: 'yuyao' }),
      'yuLead',
      'plan_by_whom inspected',
    ],
    ['a visit by a district', () => plan({ district: 'yuyao' }), 'yuLead', 'plan_by_whom inspected'],
    ['one person', () => plan({ team: [people.ada.id] }), 'planner', 'team_of_two team'],
    [
      'somebody twice',
      () => plan({ readers: [people.ada.id, people.ada.id] }),
      'planner',
      'team_of_two readers',
    ],
    [
      'a reader outside the team',
      () => plan({ readers: [people.ada.id, people.cem.id] }),
      'planner',
      'team_of_two readers',
    ],
    [
      'somebody of the inspected office',
      () => plan({ team: [people.ada.id, people.head.id] }),
      'planner',
      'team_of_two readers',
    ],
    [
      'people of a third office',
      () => mutual({ team: [people.yuOne.id, people.ada.id], readers: [people.yuOne.id, people.ada.id] }),
      'yuLead',
      'inspector_not_of_office team.1',
    ],
    ['a day before today', () => plan({ visitFrom: '2026-03-08' }), 'planner', 'plan_days visitFrom'],
    ['a day that does not exist', () => plan({ visitTo: '2026-02-30' }), 'planner', 'plan_days visitTo'],
    ['a draw on a visit', () => plan({ draw: 3 }), 'planner', 'draw_count draw'],
    ['a review without cases', () => plan({ kind: 'case_review', draw: 5 }), 'planner', 'nothing_drawn draw'],
  ] as const)('%s is refused', async (_, input, who, code) => {
    expect(await tried(people[who], planInspection, input())).toBe(code)
  })
  test('a plan is approved by neither planner nor team', async () => {
    const { inspectionId } = await must<{ inspectionId: string }>(
      people.planner,
      planInspection,
      plan({ kind: 'spot' }),
    )
    const decision = { district: 'city', inspectionId, approved: true, word: '同意' }
    expect(await tried(people.planner, decideInspection, decision)).toBe('plan_own')
    expect(await tried(people.ada, decideInspection, decision)).toBe('plan_own')
    const at = `insert into supervision.inspection_decision (district, inspection_id, planned_by, approved, word) values ('city', $1, $2, true, '同意')`
    for (const who of [people.planner, people.ada])
      expect(await atPrompt(who, 'inspection.decide', 'city', at, [inspectionId, people.planner.id])).toBe(
        'inspection_by_another',
      )
    expect(await tried(people.chief, decideInspection, { ...decision, approved: false })).toBe('done')
    expect(await tried(people.chief, decideInspection, decision)).toBe('plan_decided')
  })
  test('at the prompt the database refuses the same teams and offices', async () => {
    const insert = (district: string, kind: string, inspected: string) =>
      `insert into supervision.inspection (district, kind, inspected, checklist_id, visit, period) values ('${district}', '${kind}', '${inspected}', '${list.first}',
        '[2026-03-09,2026-03-20)', '[2026-01-01,2026-03-09)') returning id`
    for (const [who, district, kind, inspected] of [
      [people.yuLead, 'yuyao', 'covert', 'haishu'],
      [people.yuLead, 'yuyao', 'mutual', 'yuyao'],
      [people.planner, 'city', 'self', 'haishu'],
    ] as const)
      expect(await atPrompt(who, 'inspection.plan', district, insert(district, kind, inspected))).toBe(
        'inspection_by_whom',
      )
    // Days as the code wants them: the right ones pass, a visit in the past and a time that is still to come do not.
    const days = (visit: string, period: string) =>
      insert('city', 'open', 'haishu')
        .replace('[2026-03-09,2026-03-20)', visit)
        .replace('[2026-01-01,2026-03-09)', period)
    for (const [visit, period, says] of [
      ['[2026-03-09,2026-03-20)', '[2026-01-01,2026-03-20)', null],
      ['[2026-03-08,2026-03-20)', '[2026-01-01,2026-03-09)', 'plan_days'],
      ['[2028-03-09,2028-03-20)', '[2026-01-01,2026-03-09)', 'plan_days'],
      ['[2026-03-09,2026-03-20)', '[2026-01-01,2026-03-21)', 'plan_days'],
      ['[2026-03-09,)', '[2026-01-01,2026-03-09)', 'plan_days'],
      ['[2026-03-09,2026-03-20)', '(,2026-03-09)', 'plan_days'],
    ] as const)
      expect([
        visit,
        period,
        await atPrompt(people.planner, 'inspection.plan', 'city', days(visit, period)),
      ]).toEqual([visit, period, says ?? [{ id: expect.any(String) }]])
    const member = (who: Someone) => `with made as (${insert('city', 'open', 'haishu')})
      insert into supervision.inspection_member (district, inspection_id, person_id, reader) select 'city', id, '${who.id}', true from made`
    expect(await atPrompt(people.planner, 'inspection.plan', 'city', member(people.head))).toBe(
      'inspector_not_of_office',
    )
  })
})

describe('a covert visit', () => {
  let of: { district: string; inspectionId: string }
  let photo: string
  test('is not there for the office it goes to: by list, id, search, ranking, file, act or prompt', async () => {
    of = await approved(plan())
    photo = await evidence(town, people.ada)
    const { inspectionId: id } = of
    const nowhere = randomUUID()
    for (const who of [people.leader, people.inspector, people.head]) {
      expect((await routes.get(who, 'inspections')).json).toMatchObject({ items: [], announced: [] })
      for (const path of ['inspections/{}', 'inspections/{}/report.pdf', `inspections/{}/files/${photo}`]) {
        const [hidden, absent] = [
          await routes.get(who, path.replace('{}', id)),
          await routes.get(who, path.replace('{}', nowhere)),
        ]
        expect([hidden.status, hidden.json]).toEqual([404, absent.json])
      }
      expect(JSON.stringify((await routes.get(who, 'inspections/mine')).json)).not.toContain(id)
      expect(JSON.stringify((await routes.get(who, 'inspections/ranking?kind=covert')).json)).not.toContain(
        'haishu',
      )
      expect(JSON.stringify((await routes.get(who, `evidence?thing=inspection:${id}`)).json)).not.toContain(
        people.ada.id,
      )
      expect(await tried(who, sendReport, { inspected: 'haishu', inspectionId: id, word: '通报' })).toBe(
        'not_found',
      )
      expect(await tried(who, saveScores, { ...of, district: 'haishu', scores: [score(1, 1)] })).toBe(
        'not_found',
      )
      expect(await tried(who, saveScores, { ...of, scores: [score(1, 1)] })).toBe('wrong_district')
    }
    for (const statement of [
      'select * from supervision.inspection',
      'select * from supervision.inspection_member',
      'select * from supervision.inspection_sheet',
      'select * from supervision.announced_inspections()',
      `select * from supervision.inspection_lines('city', '${id}')`,
      `select * from supervision.sheet_cases('city', '${id}')`,
      `select * from supervision.inspector_facts(array['${people.ada.id}']::uuid[], 'city', 'haishu', '[2026-01-01,2026-03-09)')`,
      `select 1 from kernel.act where subject_id = '${id}' and outcome = 'done'`,
      `select 1 from kernel.act_value where district = 'city' and value = convert_to('"${id}"', 'UTF8')`,
    ])
      expect([statement, await atPrompt(people.leader, null, null, statement)]).toEqual([statement, []])
    // An open visit is told to the office; who is on its team is not.
    const open = await approved(plan({ kind: 'open', inspected: 'haishu' }))
    const told = (await routes.get(people.leader, 'inspections')).json
    expect(told).toMatchObject({ items: [], announced: [{ id: open.inspectionId, kind: 'open' }] })
    expect(JSON.stringify(told)).not.toContain(people.ada.id)
  })

  test('is scored part by part by the two readers, each for themselves', async () => {
    const good = { ...of, scores: [score(1, 1), score(2, 8)] }
    expect(await tried(people.cem, saveScores, good)).toBe('not_reader')
    expect(await tried(people.planner, saveScores, good)).toBe('not_reader')
    expect(await tried(people.ada, saveScores, { ...of, scores: [score(2, 11)] })).toBe(
      'score_wrong scores.0.points',
    )
    expect(await tried(people.ada, saveScores, { ...of, scores: [score(3, 1)] })).toBe(
      'score_wrong scores.0.points',
    )
    expect(await tried(people.ada, saveScores, { ...of, scores: [score(2, 5)] })).toBe(
      'fault_needs_note scores.0.note',
    )
    expect(await tried(people.ada, saveScores, { ...of, scores: [score(1, null)] })).toBe(
      'fault_needs_note scores.0.note',
    )
    const left = (note: string | null) =>
      atPrompt(
        people.ada,
        'inspection.score',
        'city',
        `insert into supervision.inspection_score (district, inspection_id, sheet, item, no, points, note, photos) values ('city', $1, 1, 1, 1, null, $2, '{}')`,
        [of.inspectionId, note],
      )
    expect(await left(null)).toBe('score_note')
    expect(await left('没有这个窗口')).toEqual([])
    expect(
      await tried(people.ada, saveScores, { ...of, scores: [score(1, 1, { photos: ['e'.repeat(64)] })] }),
    ).toBe('photo_unknown scores.0.photos.0')
    expect(
      await tried(people.ada, saveScores, {
        ...of,
        scores: [score(2, 3, { note: '印章在柜台上', photos: [photo] })],
      }),
    ).toBe('done')
    expect(await tried(people.ada, submitReading, of)).toBe('reading_not_whole')
    // With a score it is not called off any more, and the app cannot ask for it past its act.
    expect(await tried(people.planner, cancelInspection, { ...of, reason: '不想查了' })).toBe(
      'inspection_begun',
    )
    expect(await atPrompt(people.planner, 'inspection.cancel', 'city', change(of))).toBe('inspection_begun')
    // Corrected before it is handed in: the later one counts.
    expect(
      await must(people.ada, saveScores, {
        ...of,
        scores: [score(1, 1), score(2, 4, { note: '印章在柜台上', photos: [photo] })],
      }),
    ).toEqual({
      saved: 2,
      left: 0,
    })
    expect(await tried(people.ada, submitReading, of)).toBe('done')
    expect(await tried(people.ada, saveScores, good)).toBe('reading_handed_in')
    expect(await tried(people.ada, submitReading, of)).toBe('reading_handed_in')
    const again = `insert into supervision.inspection_score (district, inspection_id, sheet, item, no, points, photos) values ('city', $1, 1, 2, 9, 10, '{}')`
    expect(await atPrompt(people.ada, 'inspection.score', 'city', again, [of.inspectionId])).toBe(
      'reading_once',
    )
    expect(await atPrompt(people.cem, 'inspection.score', 'city', again, [of.inspectionId])).toBe(
      'not_reader',
    )
    expect(
      await atPrompt(
        people.ada,
        'inspection.score',
        'city',
        `update supervision.inspection_score set points = 10`,
      ),
    ).toBe('42501')
    await expect(town.superuser('update supervision.inspection_score set points = 10')).rejects.toThrow(
      'append-only',
    )
  })

  test('shows nobody the other’s scores before both are in: not on the page, at the prompt, in the log, or in an audit pack', async () => {
    const first = `select 1 from supervision.inspection_score where person_id = '${people.ada.id}'`
    const values = `select 1 from kernel.act_value v join kernel.act a on a.district = v.district and a.id = v.act_id
      where a.type = 'inspection.score' and a.person_id = '${people.ada.id}' and (v.field = 'in.scores' or v.field like 'row:%')`
    const lines = `select 1 from supervision.inspection_lines('city', '${of.inspectionId}')`
    for (const who of [people.ben, people.planner, people.chief])
      for (const statement of [first, values, lines])
        expect(await atPrompt(who, null, null, statement)).toEqual([])
    expect(await atPrompt(people.ben, 'audit.pack', 'city', values)).toEqual('no_duty')
    expect(await atPrompt(people.planner, 'audit.pack', 'city', values)).toEqual([])
    expect(await atPrompt(people.ada, null, null, first)).not.toEqual([])
    expect(await atPrompt(people.ada, null, null, values)).not.toEqual([])
    const page = (await routes.get(people.ben, `inspections/${of.inspectionId}`)).json
    expect(page).toMatchObject({ lines: [], mine: [], total: null, left: 2 })
    // Nor is the other's file shown.
    expect((await routes.get(people.ben, `inspections/${of.inspectionId}/files/${photo}`)).status).toBe(404)
    expect((await routes.get(people.ada, `inspections/${of.inspectionId}/files/${photo}`)).status).toBe(200)
    await must(people.ben, saveScores, { ...of, scores: [score(1, 1), score(2, 8)] })
    await must(people.ben, submitReading, of)
    for (const statement of [first, values, lines])
      expect(await atPrompt(people.ben, null, null, statement)).not.toEqual([])
  })

  test('has a difference beyond the threshold decided by a third, and only that; then its report is sent by somebody else still', async () => {
    // 4 and 8 of 10 differ by more than a fifth; 1 and 1 do not.
    const ruling = { ...of, sheet: 1, item: 2, points: 4, reason: '照片可见印章在柜台' }
    const send = { inspected: 'haishu', inspectionId: of.inspectionId, word: '限期整改' }
    expect(await tried(people.chief, sendReport, send)).toBe('inspection_unfinished')
    expect(await tried(people.ada, ruleDifference, ruling)).toBe('ruling_by_third')
    expect(await tried(people.chief, ruleDifference, { ...ruling, item: 1 })).toBe('ruling_not_needed item')
    expect(await tried(people.chief, ruleDifference, { ...ruling, points: 11 })).toBe('score_wrong points')
    const rule = `insert into supervision.inspection_ruling (district, inspection_id, sheet, item, points, reason) values ('city', $1, 1, $2, 4, '理由')`
    expect(await atPrompt(people.ada, 'inspection.rule', 'city', rule, [of.inspectionId, 2])).toBe(
      'ruling_by_third',
    )
    expect(await atPrompt(people.chief, 'inspection.rule', 'city', rule, [of.inspectionId, 1])).toBe(
      'ruling_needed',
    )
    const report = (total: number, kind = 'covert') =>
      `insert into supervision.inspection_report (district, inspecting, inspection_id, kind, year, total, word) values ('haishu', 'city', $1, '${kind}', 2026, ${total}, '通报')`
    expect(await atPrompt(people.planner, 'inspection.send', 'haishu', report(55), [of.inspectionId])).toBe(
      'inspection_unfinished',
    )
    expect(await tried(people.chief, ruleDifference, ruling)).toBe('done')
    expect(await tried(people.chief, ruleDifference, ruling)).toBe('ruling_not_needed')
    // (1 × 1 + 3 × 0.4) / 4 = 55 %.
    expect(await atPrompt(people.planner, 'inspection.send', 'haishu', report(99), [of.inspectionId])).toBe(
      'report_computed',
    )
    expect(await atPrompt(people.ada, 'inspection.send', 'haishu', report(55), [of.inspectionId])).toBe(
      'report_by_another',
    )
    expect(await tried(people.ada, sendReport, send)).toBe('report_own')
    expect(await tried(people.leader, sendReport, send)).toBe('not_found')
    // Who had a post in Haishu in the time inspected does not say what was found there.
    await planted(`insert into people.holding (district, person_id, post, during, act_id) select 'haishu', '${people.planner.id}', post, '[2026-02-01,2026-02-10)', act_id
      from people.holding where district = 'haishu' limit 1`)
    expect(await tried(people.planner, sendReport, send)).toBe('inspector_own_office')
    expect(await atPrompt(people.planner, 'inspection.send', 'haishu', report(55), [of.inspectionId])).toBe(
      'inspector_own_office',
    )
    await planted(
      `delete from people.holding where person_id = '${people.planner.id}' and district = 'haishu'`,
    )
    // Nor is a report sent without what it found, or with something else.
    const told = (clause: string, item: number) => `${report(55)};
      insert into kernel.finding (district, kind, clause, severity, subject, dedupe_key, summary_zh, summary_en, opened_by)
        values ('haishu', 'visit_fault', '${clause}', 'medium', 'office:haishu', 'inspection ' || $1 || ' 1 ${item}', '暗访发现：印章放置', 'found', 'person:' || kernel.act_person());
      insert into supervision.inspection_fault (district, finding_id, inspecting, inspection_id, sheet, item)
        select 'haishu', id, 'city', $1::uuid, 1, ${item} from kernel.finding where dedupe_key = 'inspection ' || $1 || ' 1 ${item}'`
    const prompt = (sql: string) =>
      atPrompt(
        people.planner,
        'inspection.send',
        'haishu',
        `${sql.replaceAll('$1', `'${of.inspectionId}'`)}; set constraints supervision.faults_told immediate`,
      )
    expect(await prompt(report(55))).toBe('report_faults')
    expect(await prompt(told('5.3', 1))).toBe('report_faults')
    expect(await prompt(told('4.1', 2))).toBe('report_faults')
    expect(await prompt(told('5.3', 2))).toEqual([])
    const sent = await must<{ total: string; findings: string[] }>(people.planner, sendReport, send)
    expect(sent).toMatchObject({ total: '55.00', findings: [expect.any(String)] })
    expect(await tried(people.planner, sendReport, send)).toBe('report_sent')

    // Now the office sees it, with the fault and its photo, and the fault is a finding of its own.
    const page = (await routes.get(people.leader, `inspections/${of.inspectionId}`)).json
    expect(page).toMatchObject({
      total: '55.00',
      lines: [
        { item: 1, fault: false },
        { item: 2, fault: true, findingId: sent.findings[0], photos: [photo] },
      ],
    })
    expect(JSON.stringify(page)).not.toContain(people.ada.id)
    expect((await routes.get(people.leader, 'inspections')).json).toMatchObject({
      items: [{ id: of.inspectionId, total: '55.00' }],
    })
    expect((await routes.get(people.leader, `inspections/${of.inspectionId}/files/${photo}`)).status).toBe(
      200,
    )
    expect((await routes.get(people.leader, `findings/${sent.findings[0]}`)).json).toMatchObject({
      kind: 'visit_fault',
      clause: '5.3',
      subject: 'office:haishu',
    })
    const pdf = await routes.get(people.leader, `inspections/${of.inspectionId}/report.pdf`)
    expect([pdf.status, pdf.media, pdf.bytes.subarray(0, 5).toString()]).toEqual([
      200,
      'application/pdf',
      '%PDF-',
    ])
  })
})

/** Everything from plan to report by these hands; returns what was sent. */
async function inspect(
  input: object,
  {
    points = [1, 8],
    by = people.planner,
    also = people.chief,
    send = people.planner,
  }: {
    points?: (number | null)[]
    by?: Someone
    also?: Someone
    send?: Someone
  } = {},
): Promise<{ inspectionId: string; total: string; findings: string[] }> {
  const made = plan(input)
  const of = await approved(made, by, also)
  if (made.kind === 'case_review') {
    await town.sequencer.drain()
    await must(by, drawReview, of)
  }
  const [{ sheets }] = (await town.superuser<{ sheets: number }>(
    'select count(*)::int as sheets from supervision.inspection_sheet where inspection_id = $1',
    [of.inspectionId],
  )) as [{ sheets: number }]
  for (const id of made.readers) {
    const reader = [...Object.values(people), ...Object.values(town.staff)].find((one) => one.id === id)!
    const scores = Array.from({ length: sheets }, (_, i) =>
      points.map((one, j) => ({ ...score(j + 1, one, { note: '现场所见' }), sheet: i + 1 })),
    ).flat()
    await must(reader, saveScores, { ...of, scores })
    await must(reader, submitReading, of)
  }
  const sent = await must<{ total: string; findings: string[] }>(send, sendReport, {
    inspected: made.inspected,
    inspectionId: of.inspectionId,
    word: '请整改',
  })
  return { ...sent, inspectionId: of.inspectionId }
}

describe('people who move, and cases of one’s own', () => {
  test('who moved into the inspected office before the visit scores nothing, and is replaced by a third person', async () => {
    const of = await approved(
      plan({ kind: 'spot', team: [people.ada.id, people.cem.id], readers: [people.ada.id, people.cem.id] }),
    )
    // As a transfer leaves it: another office, a post there, and none in the old one.
    const move = (to: string) =>
      planted(`update kernel.person set district = '${to}' where id = '${people.cem.id}'`)
    await move('haishu')
    // From their new office it is not to be seen at all.
    expect(await tried(people.cem, saveScores, { ...of, scores: [score(1, 1)] })).toBe('wrong_district')
    expect((await routes.get(people.cem, 'inspections/mine')).json).toEqual({ items: [] })
    await move('yuyao')
    expect(await tried(people.cem, saveScores, { ...of, scores: [score(1, 1)] })).toBe('wrong_district')
    await move('city')
    // Back in the bureau, but with a post in Haishu in the time inspected.
    await planted(`insert into people.holding (district, person_id, post, during, act_id) select 'haishu', '${people.cem.id}', post, '[2026-02-01,2026-02-10)', act_id
      from people.holding where district = 'haishu' limit 1`)
    expect(await tried(people.cem, saveScores, { ...of, scores: [score(1, 1)] })).toBe('inspector_own_office')
    const write = `insert into supervision.inspection_score (district, inspection_id, sheet, item, no, points, photos) values ('city', $1, 1, 1, 1, 1, '{}')`
    expect(await atPrompt(people.cem, 'inspection.score', 'city', write, [of.inspectionId])).toBe(
      'inspector_own_office',
    )
    expect(
      await tried(
        people.planner,
        planInspection,
        plan({ kind: 'open', team: [people.ada.id, people.cem.id] }),
      ),
    ).toBe('team_of_two readers')
    expect(
      await tried(
        people.planner,
        planInspection,
        plan({ kind: 'open', team: [people.ada.id, people.cem.id], readers: [people.ada.id, people.cem.id] }),
      ),
    ).toBe('inspector_own_office team.1')

    const swap = { ...of, out: people.cem.id, in: people.ben.id, reason: '任职冲突' }
    expect(await tried(people.ben, replaceMember, swap)).toBe('no_duty')
    expect(await tried(people.ada, replaceMember, { ...swap, out: people.ada.id })).toBe('member_place out')
    expect(await tried(people.planner, replaceMember, { ...swap, in: people.head.id })).toBe(
      'inspector_not_of_office in',
    )
    const ask = (joins: Someone, no = 1) =>
      atPrompt(people.planner, 'inspection.replaceMember', 'city', change(of, [people.cem, joins], no))
    expect(await ask(people.head)).toBe('inspector_not_of_office')
    expect(await ask(people.ada)).toBe('member_place')
    expect(await ask(people.planner)).toBe('member_by_third')
    expect(await ask(people.ben)).toEqual([])

    // One asks, and another decides; until then, and where it is not granted, the team is as it was.
    expect(await tried(people.planner, replaceMember, swap)).toBe('done')
    expect(await tried(people.planner, replaceMember, swap)).toBe('change_waits')
    expect(await ask(people.ben, 2)).toBe('change_waits')
    const decide = (who: Someone, more = '') =>
      atPrompt(who, 'inspection.decideChange', 'city', decision(of, people.planner) + more)
    for (const who of [people.planner, people.ada]) {
      expect(await tried(who, decideChange, { ...of, approved: true, word: '同意' })).toBe('change_own')
      expect(await decide(who)).toBe('change_by_another')
    }
    expect(await tried(people.chief, decideChange, { ...of, approved: false, word: '理由不足' })).toBe('done')
    expect(await tried(people.chief, decideChange, { ...of, approved: true, word: '同意' })).toBe(
      'change_none',
    )
    expect(await tried(people.ben, saveScores, { ...of, scores: [score(1, 1)] })).toBe('not_reader')
    expect(await tried(people.planner, replaceMember, swap)).toBe('done')
    // Nobody joins but as approved, and who was approved joins.
    const seat = (
      joins: Someone,
    ) => `; insert into supervision.inspection_member (district, inspection_id, person_id, reader, replaces)
      values ('city', '${of.inspectionId}', '${joins.id}', true, '${people.cem.id}')`
    const second = (more: string) =>
      atPrompt(people.chief, 'inspection.decideChange', 'city', decision(of, people.planner, 2) + more)
    const atEnd = '; set constraints supervision.change_done immediate'
    expect(await second(atEnd)).toBe('change_done')
    expect(await second(seat(people.dov))).toBe('member_place')
    expect(await second(seat(people.ben) + atEnd)).toEqual([])
    expect(await tried(people.chief, decideChange, { ...of, approved: true, word: '同意' })).toBe('done')
    expect(await tried(people.cem, saveScores, { ...of, scores: [score(1, 1)] })).toBe('not_reader')
    expect(await tried(people.ben, saveScores, { ...of, scores: [score(1, 1)] })).toBe('done')
  })

  test('a mutual check is another district’s, and the bureau sends what it found', async () => {
    const hands = { by: people.yuLead, also: people.chief, send: people.planner }
    const sent = await inspect(mutual(), { ...hands, points: [1, null] })
    // What does not apply does not count: one item of one, in full.
    expect(sent).toMatchObject({ total: '100.00', findings: [] })
  })

  test('a case review draws closed cases by a checkpoint of the log; who handled one, however long ago, is replaced, and the case stays', async () => {
    await town.bringTo('end', town.homes[0]!)
    const hand = (who: Someone, act: string) =>
      planted(
        `insert into cases.case_handler select district, case_id, '${who.id}', 'second_review', ${act} from cases.case_handler limit 1`,
      )
    // Ada had it in hand before the time inspected.
    await hand(people.ada, 'kernel.uuid7()')
    const of = await approved(plan({ kind: 'case_review', draw: 10 }))
    const id = [of.inspectionId]
    const read = async (who: Someone) =>
      (await routes.get(who, `inspections/${of.inspectionId}`)).json as {
        sheets: { number: string }[]
        draw: { secret: string; root: string; checkpoint: number }
      }
    // Nothing is drawn before a published checkpoint holds the approval, and nothing is read of what is not drawn.
    expect((await read(people.ada)).sheets).toEqual([])
    expect(await tried(people.ben, submitReading, of)).toBe('review_not_drawn')
    const handIn = `insert into supervision.inspection_reading (district, inspection_id) values ('city', $1)`
    expect(await atPrompt(people.ben, 'inspection.submit', 'city', handIn, id)).toBe('review_not_drawn')
    expect(await tried(people.planner, drawReview, of)).toBe('review_not_committed')
    const draw = (
      seed: string,
    ) => `insert into supervision.inspection_draw (district, inspection_id, checkpoint_size, root, seed)
      select 'city', '${of.inspectionId}', checkpoint_size, root, ${seed} from `
    const seedRow = `supervision.review_seed('city', '${of.inspectionId}')`
    const guess = `(select 1::bigint as checkpoint_size, repeat('a', 64) as root) x`
    const promptDraw = (sql: string) => atPrompt(people.planner, 'inspection.draw', 'city', sql)
    expect(await promptDraw(draw(`repeat('b', 64)`) + guess)).toBe('review_committed')
    await town.sequencer.drain()
    expect(await promptDraw(draw(`repeat('b', 64)`) + guess)).toBe('review_computed')
    expect(await promptDraw(draw(`repeat('b', 64)`) + seedRow)).toBe('review_computed')
    // Nor is one of the files left out.
    const atEnd = '; set constraints supervision.review_whole immediate'
    const sheetsToo = `; insert into supervision.inspection_sheet (district, inspection_id, no, inspected, case_id)
      select 'city', '${of.inspectionId}', no, 'haishu', case_id from supervision.draw_cases('city', '${of.inspectionId}')`
    expect(await promptDraw(draw('seed') + seedRow + atEnd)).toBe('review_whole')
    expect(await promptDraw(draw('seed') + seedRow + sheetsToo + atEnd)).toEqual([])
    expect(await tried(people.planner, drawReview, of)).toBe('done')
    expect(await tried(people.planner, drawReview, of)).toBe('review_drawn')
    const page = await read(people.ben)
    // Whoever has the secret and the public checkpoint comes to the same seed.
    const [{ seed }] = (await town.superuser<{ seed: string }>(
      'select seed from supervision.inspection_draw where inspection_id = $1',
      id,
    )) as [{ seed: string }]
    const bytes = [
      Buffer.from('mingbu/review/seed/v1\0'),
      ...[page.draw.secret, page.draw.root, of.inspectionId.replaceAll('-', '')].map((hex) =>
        Buffer.from(hex, 'hex'),
      ),
    ]
    expect(createHash('sha256').update(Buffer.concat(bytes)).digest('hex')).toBe(seed)
    // The file of Ada's case came up all the same; she may not read it and is replaced.
    expect(await tried(people.ada, saveScores, { ...of, scores: [score(1, 1)] })).toBe('inspector_own_cases')
    await must(people.planner, replaceMember, {
      ...of,
      out: people.ada.id,
      in: people.dov.id,
      reason: '办理过抽中的案卷',
    })
    await must(people.chief, decideChange, { ...of, approved: true, word: '同意' })
    // Drawn files are not dropped by calling it off.
    expect(await tried(people.planner, cancelInspection, { ...of, reason: '另选' })).toBe('inspection_begun')
    expect(await atPrompt(people.planner, 'inspection.cancel', 'city', change(of))).toBe('inspection_begun')
    expect(page.sheets).toHaveLength(1)
    expect(page.sheets[0]!.number).toMatch(/^330203/)
    // Other cases than those drawn are not put on a sheet, nor a second sheet on a visit.
    const add = `insert into supervision.inspection_sheet (district, inspection_id, no, inspected) values ('city', $1, 2, 'haishu')`
    expect(await atPrompt(people.planner, 'inspection.plan', 'city', add, [of.inspectionId])).toBe(
      'sheet_drawn',
    )
    // Somebody of the bureau whose hand is on the case may not read its file.
    await hand(people.dov, 'act_id')
    expect(await tried(people.dov, saveScores, { ...of, scores: [score(1, 1)] })).toBe('inspector_own_cases')
    const write = `insert into supervision.inspection_score (district, inspection_id, sheet, item, no, points, photos) values ('city', $1, 1, 1, 1, 1, '{}')`
    expect(await atPrompt(people.dov, 'inspection.score', 'city', write, [of.inspectionId])).toBe(
      'inspector_own_cases',
    )
    await planted(
      `delete from cases.case_handler where person_id in ('${people.ada.id}', '${people.dov.id}')`,
    )
    expect(await tried(people.dov, saveScores, { ...of, scores: [score(1, 1)] })).toBe('done')
  })
})

test('a visit is called off by one who asks and another who did not plan it, stays in the list, and is written to no more', async () => {
  const pair = [people.ben.id, people.dov.id]
  const input = plan({ kind: 'open', inspected: 'yuyao', team: pair, readers: pair })
  const reason = { reason: '台风停业' }
  const yes = { approved: true, word: '同意' }
  const waits = await must<{ inspectionId: string }>(people.planner, planInspection, input)
  expect(await tried(people.planner, cancelInspection, { district: 'city', ...waits, ...reason })).toBe(
    'not_approved',
  )
  expect(await atPrompt(people.planner, 'inspection.cancel', 'city', change(waits))).toBe(
    'change_approved_plan',
  )
  const of = await approved(input)
  const announced = async () =>
    JSON.stringify((await routes.get(people.yuLead, 'inspections')).json).includes(of.inspectionId)
  expect(await announced()).toBe(true)
  expect(await atPrompt(people.chief, 'inspection.cancel', 'city', change(of))).toEqual([])
  expect(await tried(people.chief, cancelInspection, { ...of, ...reason })).toBe('done')
  for (const who of [people.chief, people.planner]) {
    expect(await tried(who, decideChange, { ...of, ...yes })).toBe('change_own')
    expect(await atPrompt(who, 'inspection.decideChange', 'city', decision(of, people.chief))).toBe(
      'change_by_another',
    )
  }
  expect(await tried(people.ada, decideChange, { ...of, ...yes })).toBe('done')
  expect(await announced()).toBe(false)
  expect((await routes.get(people.planner, `inspections/${of.inspectionId}`)).json).toMatchObject({
    cancelled: true,
    changed: [{ what: 'cancel', reason: '台风停业', approved: true }],
  })
  expect(JSON.stringify((await routes.get(people.planner, 'inspections?show=open')).json)).not.toContain(
    of.inspectionId,
  )
  expect(JSON.stringify((await routes.get(people.planner, 'inspections')).json)).toContain(of.inspectionId)
  expect(await tried(people.ben, saveScores, { ...of, scores: [score(1, 1)] })).toBe('inspection_cancelled')
  const write = `insert into supervision.inspection_score (district, inspection_id, sheet, item, no, points, photos) values ('city', $1, 1, 1, 1, 1, '{}')`
  expect(await atPrompt(people.ben, 'inspection.score', 'city', write, [of.inspectionId])).toBe(
    'inspection_cancelled',
  )
  expect(await tried(people.planner, cancelInspection, { ...of, ...reason })).toBe('inspection_cancelled')
  expect(await atPrompt(people.planner, 'inspection.cancel', 'city', change(of, undefined, 2))).toBe(
    'inspection_cancelled',
  )
  // It counts as no visit: nothing of it is there for the duty of 7.1.
  const done = `select office from supervision.inspections_done('city', 'open') where office = 'yuyao'`
  expect(await atPrompt(people.planner, null, null, done)).toEqual([])
})

test('the ranking counts finished inspections of a kind and year, and equal scores share a place', async () => {
  await inspect(
    { kind: 'open', inspected: 'yuyao' },
    { points: [1, 10], send: people.planner, by: people.chief, also: people.planner },
  )
  await inspect(
    { kind: 'open', inspected: 'haishu' },
    { points: [1, 10], send: people.planner, by: people.chief, also: people.planner },
  )
  const ranking = async (who: Someone, kind: string) =>
    ((await routes.get(who, `inspections/ranking?kind=${kind}&year=2026`)).json as { items: object[] }).items
  expect(await ranking(people.leader, 'open')).toEqual([
    { office: 'haishu', inspections: 1, score: '100.00', place: 1 },
    { office: 'yuyao', inspections: 1, score: '100.00', place: 1 },
  ])
  expect(await ranking(people.yuLead, 'covert')).toEqual([
    { office: 'haishu', inspections: 1, score: '55.00', place: 1 },
  ])
  expect(await ranking(people.leader, 'spot')).toEqual([])
  const book = await routes.get(people.leader, 'inspections/ranking.xlsx?kind=open&year=2026')
  expect([book.status, book.bytes.subarray(0, 2).toString()]).toEqual([200, 'PK'])
  expect((await routes.get(town.staff.clerk, 'inspections/ranking.xlsx?kind=open&year=2026')).status).toBe(
    404,
  )
})

test('all of it verifies against the log', async () => {
  await town.sequencer.drain()
  const { problems } = await verifyEverything(town.pools.auditor, town.deps.vault)
  expect(problems.filter(({ message }) => message.includes('supervision.'))).toEqual([])
})

describe('what falls due', () => {
  /** It is another day; sessions of this test last, so that nobody has to sign in anew. */
  async function clock(at: string): Promise<void> {
    await town.setClock(at)
    await town.superuser(`set session_replication_role = replica;
      update kernel.session set expires_at = kernel.now() + interval '12 hours', password_until = 'infinity' where ended_at is null`)
  }
  const recompute = async () => {
    const seed = { id: '', username: 'seed', token: Buffer.from(town.secrets.services.seed!, 'hex') }
    for (const district of ['city', 'haishu', 'yuyao']) await must(seed, recomputeDuties, { district })
  }
  async function stands(id: string, district: string) {
    const client = await town.pools.auditor.connect()
    try {
      const tx = new Tx(client)
      const { now } = await tx.one<{ now: string }>`select kernel.now() as now`
      const board = await readBoard(
        { tx, at: Temporal.Instant.from(now), deps: town.deps },
        { ...wholeCity, district },
      )
      return board.clauses.flatMap(({ controls }) => controls).find((one) => one.id === id)!
    } finally {
      client.release()
    }
  }
  /** Takes every open finding of these kinds through rectification. */
  async function putRight(district: string, kinds: readonly string[], hands: Hands) {
    const open = await town.superuser<{ id: string }>(
      `select id from kernel.finding where district = $1 and kind = any ($2) and state <> 'closed'`,
      [district, kinds],
    )
    for (const { id } of open) await workOff(town, id, hands, { to: 'closed', district })
    return open.length
  }
  const bureau = () => ({ lead: people.chief, responsible: people.ben, checker: people.planner })
  const office = () => ({ lead: people.head, responsible: town.staff.clerk, checker: people.inspector })

  test('a self check that nobody made is red on the board and green once it was made and the finding put right (1.2)', async () => {
    await recompute()
    expect((await stands('1.2-checks', 'haishu')).status).not.toBe('red')
    await clock('2026-07-06T01:30:00Z')
    await recompute()
    expect(await stands('1.2-checks', 'haishu')).toMatchObject({ status: 'red', counts: { overdue: 1 } })
    const self = {
      district: 'haishu',
      kind: 'self',
      visitFrom: '2026-07-06',
      visitTo: '2026-07-06',
      team: [town.staff.clerk.id, town.staff.recorder.id],
      readers: [town.staff.clerk.id, town.staff.recorder.id],
    }
    const sent = await inspect(self, {
      points: [1, 5],
      by: people.inspector,
      also: people.head,
      send: people.leader,
    })
    expect(sent.findings).toHaveLength(1)
    await recompute()
    expect(await stands('1.2-checks', 'haishu')).toMatchObject({
      status: 'red',
      counts: { overdue: 0, open: 2 },
    })
    expect(await putRight('haishu', ['self_check_missed', 'check_fault'], office())).toBe(2)
    expect(await stands('1.2-checks', 'haishu')).toMatchObject({ counts: { overdue: 0, open: 0 } })
    expect((await stands('1.2-checks', 'haishu')).status).not.toBe('red')
  })

  test('a year without visits and reviews is red, and green once each office had them and the findings are put right (7.1, 7.2)', async () => {
    await clock('2027-01-25T01:30:00Z')
    // Working days of a year that is not published yet are those of ordinary weeks, as in a demo.
    town.deps.calendar = officialCalendar({ allowUnpublished: true })
    await recompute()
    for (const id of ['7.1-visits', '7.2-reviews'])
      expect([id, await stands(id, 'city')]).toMatchObject([id, { status: 'red' }])
    const missed = await town.superuser<{ kind: string; subject: string }>(
      `select kind, subject from kernel.finding where district = 'city' and kind ~ '_(visit|review)_missed$|case_review' order by 1, 2`,
    )
    // Both offices had an open visit in March; Haishu a covert one; nobody reviewed its case.
    expect(missed).toEqual([
      { kind: 'case_review_missed', subject: 'office:haishu' },
      { kind: 'covert_visit_missed', subject: 'office:yuyao' },
    ])
    const on = {
      visitFrom: '2027-01-25',
      visitTo: '2027-01-25',
      periodFrom: '2026-01-01',
      periodTo: '2026-12-31',
    }
    const hands = { points: [1, 9], by: people.chief, also: people.planner, send: people.planner }
    await inspect({ ...on, kind: 'covert', inspected: 'yuyao' }, hands)
    await inspect({ ...on, kind: 'case_review', inspected: 'haishu', draw: 5 }, hands)
    await recompute()
    await putRight('city', ['case_review_missed', 'covert_visit_missed', 'duty_escalated'], bureau())
    expect(await stands('7.1-visits', 'city')).toMatchObject({ counts: { overdue: 0, open: 0 } })
    expect(await stands('7.2-reviews', 'city')).toMatchObject({ counts: { overdue: 0, open: 0 } })
    // What a visit finds is red at the office until it is put right as well.
    expect((await stands('7.1-visits', 'haishu')).status).toBe('red')
    expect(await putRight('haishu', ['visit_fault'], office())).toBe(1)
    expect((await stands('7.1-visits', 'haishu')).status).toBe('green')
  })

  test('the bureau sets how often 1.2 falls due, and nobody else does', async () => {
    const pace = { kind: 'self', days: 31, reason: '专项整治' }
    expect(await tried(people.leader, setInspectionPace, pace)).toBe('checklist_city')
    expect(await tried(people.planner, setInspectionPace, pace)).toBe('no_duty')
    expect(await tried(people.chief, setInspectionPace, pace)).toBe('done')
    expect(await tried(people.chief, setInspectionPace, { ...pace, kind: 'open' })).toMatch('invalid_input')
  })
})

test('of each of its tables a row taken away or put there past its act is named', () =>
  expectTablesNamed(town, /^supervision\.(inspection|checklist)/))
