import { unzipSync } from 'fflate'
import { readSheet } from 'read-excel-file/node'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRoutes, type TestRoutes } from '../../../test/http.ts'
import { pdfText } from '../../../test/pdf.ts'
import { workOff } from '../../../test/rectify.ts'
import { atPrompt } from '../../../test/supervised.ts'
import { openTestWorld, type Someone, type TestWorld, testPassword } from '../../../test/world.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import { act } from '../../kernel/act.ts'
import { clauses } from '../../kernel/clauses.ts'
import { control, declaredControls } from '../../kernel/control.ts'
import { openFinding } from '../../kernel/finding.ts'
import { refuser } from '../../kernel/refusal.ts'
import { signIn } from '../../people/acts.ts'
import { type BoardFacts, boardOf, type ClauseRow } from './board.ts'
import type { Board } from './queries.ts'

const refuse = refuser({
  probe_refused: { clause: '7.4', zh: '不行', en: 'No' },
  probe_other: { clause: '7.4', zh: '也不行', en: 'No either' },
})
/** Something that is done, refused in one of two ways, or finds a fault with a person. */
const probe = act({
  type: 'probe.board',
  title: { zh: '探', en: 'Probe' },
  clauses: ['7.4'],
  duties: [],
  input: Type.Object({ how: Type.String(), key: Type.Optional(Type.String()) }),
  result: Type.Object({}),
  async handle({ tx, district, actor }, { how, key }) {
    if (how === 'refused') return refuse('probe_refused')
    if (how === 'other') return refuse('probe_other')
    if (how === 'find')
      await openFinding(tx, district, 'service:detector', {
        kind: 'probe_board',
        clause: '7.4',
        severity: 'high',
        subject: `person:${actor.personId}`,
        dedupeKey: key ?? 'k',
        summary: { zh: '账实不符', en: 'books differ' },
      })
    return {}
  },
})
control({
  id: '7.4-board-probe',
  clause: '7.4',
  kind: 'detector',
  title: { zh: '探', en: 'Probe' },
  acts: ['probe.board'],
  refusals: ['probe_refused'],
  findings: ['probe_board'],
})

let world: TestWorld
let routes: TestRoutes
let people: Record<
  'lead' | 'clerk' | 'other' | 'fixer' | 'checker' | 'elsewhere' | 'bureau' | 'plain',
  Someone
>
/** It is another day: everybody signs in anew. */
const clock = async (at: string) => {
  await world.setClock(at)
  for (const one of Object.values(people)) {
    const outcome = await world.as(null, signIn, { username: one.username, password: testPassword })
    if (!outcome.ok) throw new Error(outcome.refusal.message.en)
    one.token = Buffer.from((outcome.result as { token: string }).token, 'hex')
  }
}

beforeAll(async () => {
  world = await openTestWorld({ now: '2026-09-10T02:00:00Z' })
  routes = await openRoutes(world.kernel)
  const person = (name: string, duties: string[], district?: string, post?: string) =>
    world.person(name, duties, district, post)
  people = {
    lead: await person('lead', ['centre_lead']),
    clerk: await person('clerk', ['acceptance'], 'haishu', 'window'),
    other: await person('other', ['acceptance'], 'haishu', 'window'),
    fixer: await person('fixer', ['recording']),
    checker: await person('checker', ['inspection']),
    elsewhere: await person('elsewhere', ['centre_lead'], 'yuyao'),
    bureau: await person('bureau', ['inspection'], 'city'),
    plain: await person('plain', ['acceptance']),
  }
})
afterAll(async () => {
  await routes[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

const asked = async (who: Someone, path = 'controls') => {
  const answer = await routes.get(who, path)
  if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.json)}`)
  return answer.json as Board
}
const controlOf = (board: { clauses: ClauseRow[] }) => {
  const { status, counts } = board.clauses
    .find((one) => one.id === '7.4')!
    .controls.find((one) => one.id === '7.4-board-probe')!
  return { status, ...counts }
}
const nothing = { governed: 0, refused: 0, due: 0, overdue: 0, found: 0, open: 0 }
const doIt = (who: Someone, how = 'done', key?: string) =>
  world.as(who, probe, { how, ...(key ? { key } : {}) })
const mend = async () => {
  const [row] = await world.superuser<{ id: string }>(
    `select id from kernel.finding where kind = 'probe_board' and state <> 'closed'`,
  )
  const { lead, fixer: responsible, checker } = people
  await workOff(world, row!.id, { lead, responsible, checker }, { to: 'closed' })
}

test('all 36 clauses stand on the board in their order; a clause that nothing carries says so', async () => {
  const board = await asked(people.lead)
  expect(board.clauses.map((one) => one.id)).toEqual(clauses.map((one) => one.id))
  expect(clauses).toHaveLength(36)
  const bare = board.clauses.filter((one) => one.status === null).map((one) => one.id)
  const carried = new Set(declaredControls().map((one) => one.clause))
  expect(bare).toEqual(clauses.map((one) => one.id).filter((id) => !carried.has(id)))
  expect(bare).toContain('8.1')
})

test('grey without evidence, green by acts, red while a finding is open, green again once it is closed', async () => {
  expect(controlOf(await asked(people.lead))).toEqual({ ...nothing, status: 'grey' })
  await doIt(people.clerk)
  expect(controlOf(await asked(people.lead))).toEqual({ ...nothing, status: 'green', governed: 1 })
  // A refusal of another code is governed and not counted as this control's.
  await doIt(people.clerk, 'refused')
  await doIt(people.clerk, 'other')
  expect(controlOf(await asked(people.lead))).toEqual({
    ...nothing,
    status: 'green',
    governed: 3,
    refused: 1,
  })
  await doIt(people.clerk, 'find')
  const red = { ...nothing, status: 'red', governed: 4, refused: 1, found: 1, open: 1 }
  expect(controlOf(await asked(people.lead))).toEqual(red)
  await mend()
  expect(controlOf(await asked(people.lead))).toEqual({ ...red, status: 'green', open: 0 })
})

test('what is counted into the tallies and what is not yet give the same figures together, at every moment', async () => {
  const before = controlOf(await asked(people.lead))
  for (const drained of [false, true]) {
    await doIt(people.other)
    if (drained) await world.sequencer.drain()
    expect(controlOf(await asked(people.lead)).governed).toBe(before.governed + (drained ? 2 : 1))
  }
  const { governed } = controlOf(await asked(people.lead))
  const prompt = await world.prompt('mingbu_sequencer')
  // A few leaves at a time, as a batch that is cut short would leave it.
  for (let counted = 1; counted > 0; ) {
    const { rows } = await prompt.query<{ n: number }>('select supervision.tally(3)::int as n')
    counted = rows[0]!.n
    expect(controlOf(await asked(people.lead)).governed).toBe(governed)
  }
  await prompt.end()
  expect(await world.tallyWatch.runOnce()).toBe(0)
  const [row] = await world.superuser<{ n: number; months: number }>(
    `select sum(n)::int as n, (select sum(n)::int from supervision.month_tally where type = 'probe.board') as months
     from supervision.act_tally where type = 'probe.board'`,
  )
  expect(row).toEqual({ n: governed, months: governed })
})

test.each([
  ['one person', () => `controls?person=${people.other.id}`, { governed: 2, found: 0 }],
  ['another person', () => `controls?person=${people.clerk.id}`, { governed: 4, found: 1 }],
  ['a post that two held', () => 'controls?post=window', { governed: 6, found: 1 }],
  ['a post nobody held', () => 'controls?post=none', { governed: 0, found: 0 }],
  ['the day', () => 'controls?from=2026-09-10&to=2026-09-10', { governed: 6, found: 1 }],
  ['the day before', () => 'controls?from=2026-09-09&to=2026-09-09', { governed: 0, found: 0 }],
])('by %s', async (_, path, figures) => {
  expect(controlOf(await asked(people.lead, path()))).toMatchObject(figures)
})

test('a period that is over is told as it ended: what was found in it, and what was open when it ended', async () => {
  await clock('2026-10-05T02:00:00Z')
  await doIt(people.clerk, 'find', 'october')
  await clock('2026-11-03T02:00:00Z')
  await mend()
  expect(controlOf(await asked(people.lead, 'controls?from=2026-10-01&to=2026-10-31'))).toMatchObject({
    governed: 1,
    found: 1,
    open: 1,
    status: 'red',
  })
  expect(controlOf(await asked(people.lead, 'controls?from=2026-11-01'))).toMatchObject({ found: 0, open: 0 })
  // September and November in part, October as a whole month; what is not counted yet with what is.
  for (const tallied of [false, true]) {
    if (tallied) {
      await world.sequencer.drain()
      await world.tallyWatch.runOnce()
    }
    for (const [period, governed] of [
      ['from=2026-09-10&to=2026-11-03', 7],
      ['from=2026-09-11&to=2026-11-02', 1],
      ['from=2026-09-10', 7],
      ['to=2026-10-04', 6],
      ['from=2026-10-06&to=2026-11-03', 0],
    ] as const)
      expect([period, controlOf(await asked(people.lead, `controls?${period}`)).governed]).toEqual([
        period,
        governed,
      ])
  }
  const { months, clauses: rows } = await asked(people.lead)
  expect([months[0], months.at(-1)]).toEqual(['2025-12', '2026-11'])
  const trend = rows.find((one) => one.id === '7.4')!.trend
  expect(trend.find((one) => one.month === '2026-09')).toMatchObject({ found: 1, refused: 1 })
  expect(trend.find((one) => one.month === '2026-10')).toMatchObject({ governed: 1, found: 1 })
})

test('an office sees its own, the bureau all of them and each beside the others', async () => {
  expect(controlOf(await asked(people.elsewhere)).governed).toBe(0)
  expect(controlOf(await asked(people.bureau)).governed).toBe(7)
  expect(controlOf(await asked(people.bureau, 'controls?district=yuyao')).governed).toBe(0)
  const { districts, clauses: rows } = (await asked(people.bureau, 'controls/compare')) as unknown as {
    districts: { id: string }[]
    clauses: { id: string; cells: { status: string | null; counts: { found: number } }[] }[]
  }
  const cells = rows.find((one) => one.id === '7.4')!.cells
  expect(cells[districts.findIndex((one) => one.id === 'haishu')]!.counts.found).toBe(2)
  expect(cells[districts.findIndex((one) => one.id === 'yuyao')]!.counts.found).toBe(0)
  const { districts: own } = (await asked(people.lead, 'controls/compare')) as unknown as {
    districts: unknown[]
  }
  expect(own).toMatchObject([{ id: 'haishu' }])
})

/** Everything behind a figure, page after page. */
interface BehindLine {
  key: string
  district: string
  actId: string | null
}
async function behind(who: Someone, of: string, figure: string, scope: string): Promise<BehindLine[]> {
  const items: BehindLine[] = []
  for (let next: string | null = ''; next !== null; ) {
    const asked: string = `controls/behind?of=${of}&figure=${figure}${scope}${next ? `&after=${encodeURIComponent(next)}` : ''}`
    const answer = await routes.get(who, asked)
    if (answer.status !== 200) throw new Error(`${asked}: ${JSON.stringify(answer.json)}`)
    const page = answer.json as { items: BehindLine[]; next: string | null }
    items.push(...page.items)
    next = page.next
  }
  return items
}

test.each<[string, 'lead' | 'bureau', () => string]>([
  ['an office', 'lead', () => ''],
  ['the whole city', 'bureau', () => ''],
  ['one office of the city', 'bureau', () => '&district=haishu'],
  ['one person', 'lead', () => `&person=${people.clerk.id}`],
  ['a post', 'lead', () => '&post=window'],
  ['a person while at a post', 'bureau', () => `&district=haishu&post=window&person=${people.other.id}`],
  ['a period that is over', 'lead', () => '&from=2026-10-01&to=2026-10-31'],
  ['a period that runs', 'lead', () => '&from=2026-10-05'],
])(
  'behind every figure of %s stand exactly as many acts, findings, duties and lines',
  async (_, who, scope) => {
    const { clauses: rows } = await asked(people[who], `controls?${scope().slice(1)}`)
    const figures = rows.flatMap((clause) =>
      [clause, ...clause.controls].flatMap(({ id, counts }) =>
        Object.entries(counts).flatMap(([figure, n]) => (n > 0 ? [{ id, figure, n }] : [])),
      ),
    )
    expect(figures.length).toBeGreaterThan(2)
    for (const { id, figure, n } of figures) {
      const lines = await behind(people[who], id, figure, scope())
      expect({ id, figure, n: lines.length }).toEqual({ id, figure, n })
      expect(new Set(lines.map((one) => one.key)).size).toBe(n)
      if (who === 'lead') expect(new Set(lines.map((one) => one.district))).toEqual(new Set(['haishu']))
    }
  },
)

test('behind a refusal stand only refusals of the codes the control counts, with their proofs', async () => {
  const items = await behind(people.lead, '7.4-board-probe', 'refused', '')
  const [act] = await world.superuser<{ id: string }>(
    `select id from kernel.act where type = 'probe.board' and refusal = 'probe_refused'`,
  )
  expect(items).toMatchObject([{ actId: act!.id, page: `/evidence/${act!.id}`, note: { zh: '不行' } }])
})

test.each([
  [
    'what a figure of another office counts',
    'lead',
    'controls/behind?of=7.4&figure=open&district=yuyao',
    404,
    'not_found',
  ],
  ['what no control is', 'lead', 'controls/behind?of=9.9&figure=open', 404, 'not_found'],
  ['no figure', 'lead', 'controls/behind?of=7.4&figure=all', 422, 'figure'],
  ['a page that is none', 'lead', 'controls/behind?of=7.4&figure=governed&after=1%20x', 422, 'after'],
  ['a figure, of who has no board', 'plain', 'controls/behind?of=7.4&figure=open', 403, 'no_duty'],
  ['another office', 'lead', 'controls?district=yuyao', 404, 'not_found'],
  ['no such day', 'lead', 'controls?from=2026-02-30', 422, 'from'],
  ['a period that ends before it begins', 'lead', 'controls?from=2026-03-02&to=2026-03-01', 422, 'to'],
  ['a period that is to come', 'lead', 'controls?from=2030-03-02', 422, 'from'],
  ['a post of no office', 'bureau', 'controls?post=window', 422, 'district'],
  ['a person that is none', 'lead', 'controls?person=x', 422, 'person'],
  ['who has no board', 'plain', 'controls', 403, 'no_duty'],
  ['who has no board, as a file', 'plain', 'controls/briefing.pdf', 404, 'not_found'],
  ['a file about another office', 'lead', 'controls/briefing.xlsx?district=yuyao', 404, 'not_found'],
  ['a file with no such day', 'lead', 'controls/briefing.docx?from=2026-02-30', 422, 'from'],
] as const)('%s is refused by name', async (_, who, path, status, said) => {
  const answer = await routes.get(people[who], path)
  const { refusal } = answer.json as { refusal: { code: string; fields?: { path: string }[] } }
  expect([answer.status, refusal.fields?.[0]?.path ?? refusal.code]).toEqual([status, said])
})

test('the briefing says the same as a workbook, on paper and for a word processor, with its hour and its log', async () => {
  const [log] = await world.superuser<{ size: number; root: string }>(
    `select size::int, encode(root, 'base64') as root from evidence.checkpoint where district = 'haishu' order by size desc limit 1`,
  )
  const book = await routes.get(people.lead, 'controls/briefing.xlsx')
  const about = await readSheet(book.bytes, '说明')
  expect(about.map((row) => row[0])).toContain('统计时间')
  expect(JSON.stringify(about)).toContain(`${log!.size} 条 根哈希 ${log!.root}`)
  const rows = await readSheet(book.bytes, '条款')
  expect(rows).toHaveLength(37)
  expect(rows.find((row) => row[0] === '8.1')![2]).toBe('没有措施')
  const seven = rows.find((row) => row[0] === '7.4')!
  const paper = await routes.get(people.lead, 'controls/briefing.pdf')
  const texts = await pdfText(paper.bytes)
  const word = await routes.get(people.lead, 'controls/briefing.docx')
  const xml = Buffer.from(unzipSync(new Uint8Array(word.bytes))['word/document.xml']!).toString()
  for (const words of ['风险防控简报', '监督落实整改', '没有措施', `${log!.size}条`, String(seven[3])]) {
    expect(texts).toContain(words)
    expect(xml.replaceAll(/<[^>]+>| /g, '')).toContain(words)
  }
  expect(word.media).toContain('wordprocessingml')
  // Of the whole city, the offices beside one another; of one office there is nothing to compare.
  const beside = await readSheet(
    (await routes.get(people.bureau, 'controls/briefing.xlsx')).bytes,
    '各登记机构对比',
  )
  const { districts } = (await asked(people.bureau, 'controls/compare')) as unknown as {
    districts: { name: { zh: string } }[]
  }
  expect(beside[0]).toEqual(['条款', ...districts.map((one) => one.name.zh)])
  expect(beside).toHaveLength(37)
  expect(beside.find((row) => row[0] === '8.1')!.slice(1)).toEqual(districts.map(() => '—'))
  expect(beside.find((row) => row[0] === '7.4')!.filter((one) => /^绿 \d+$/.test(String(one)))).toHaveLength(
    1,
  )
  await expect(readSheet(book.bytes, '各登记机构对比')).rejects.toThrow()
})

test.each([
  ['mingbu_app', `update supervision.act_tally set n = n + 1`],
  ['mingbu_app', `insert into supervision.act_tally values ('haishu', '2026-01-01', 'x', '', 1)`],
  ['mingbu_app', `delete from supervision.person_tally`],
  ['mingbu_app', `update supervision.month_tally set n = 1`],
  ['mingbu_app', `update supervision.tallied set size = 0`],
  ['mingbu_app', `select supervision.tally(10)`],
  ['mingbu_auditor', `select supervision.tally(10)`],
  ['mingbu_sequencer', `update supervision.act_tally set n = 1`],
  ['mingbu_sequencer', `select * from supervision.person_tally`],
] as const)('at the SQL prompt %s is refused: %s', async (role, sql) => {
  const prompt = await world.prompt(role)
  await expect(prompt.query(sql)).rejects.toMatchObject({ code: '42501' })
  await prompt.end()
})

test('at the SQL prompt a session of one office is told no acts of another', async () => {
  for (const [who, office, rows] of [
    ['elsewhere', 'haishu', false],
    ['lead', 'haishu', true],
    ['bureau', 'haishu', true],
  ] as const)
    for (const from of [
      `supervision.acts_behind('{"every": true, "district": "${office}"}', 10)`,
      `supervision.acts_counted('${office}', true, null, '-infinity', 'infinity', null, null, null, null)`,
    ]) {
      const said = await atPrompt(world, people[who], 'session.signOut', `select * from ${from}`)
      expect([who, from, said !== '0 rows']).toEqual([who, from, rows])
    }
})

test('at the SQL prompt without a session the app is told no figure of any office', async () => {
  const prompt = await world.prompt('mingbu_app')
  await doIt(people.clerk)
  for (const from of [
    'supervision.untallied()',
    'supervision.act_tally',
    'supervision.month_tally',
    'supervision.person_tally',
    `supervision.acts_behind('{"every": true}', 10)`,
    `supervision.acts_counted(null, true, null, '-infinity', 'infinity', null, null, null, null)`,
  ])
    expect((await prompt.query(`select * from ${from}`)).rows).toEqual([])
  await prompt.end()
})

test.each([
  [
    'a count made smaller',
    `update supervision.act_tally set n = n + 5 where type = 'probe.board' and refusal = ''`,
  ],
  [
    'a person’s count taken away',
    `delete from supervision.person_tally where type = 'probe.board' and refusal = 'probe_refused'`,
  ],
  [
    'a month’s count made larger',
    `update supervision.month_tally set n = n + 5 where type = 'probe.board' and refusal = ''`,
  ],
  [
    'a count of what never happened',
    `insert into supervision.act_tally values ('haishu', '2026-01-01', 'x', '', 1)`,
  ],
  [
    'more counted than there is',
    `update supervision.tallied set size = size + 100000 where district = 'haishu'`,
  ],
])('verification counts again and finds %s', async (_, sql) => {
  await world.sequencer.drain()
  await world.tallyWatch.runOnce()
  const admin = await world.admin()
  try {
    await admin.query('begin')
    await admin.query('set local session_replication_role = replica')
    await admin.query(sql)
    const found = await problems(admin)
    expect(found.length).toBeGreaterThan(0)
    expect(found.every((one) => one.startsWith('supervision.'))).toBe(true)
  } finally {
    await admin.query('rollback')
    await admin.end()
  }
})

test('verification has nothing to say of what was counted honestly', async () => {
  await world.sequencer.drain()
  await world.tallyWatch.runOnce()
  const report = await verifyEverything(world.pools.auditor, world.deps.vault, { files: world.deps.files })
  expect(report.problems).toEqual([])
})

/** Projections that are not what the log gives, as verification compares them, in a transaction of our own. */
async function problems(client: Awaited<ReturnType<TestWorld['admin']>>): Promise<string[]> {
  const { verifyProjection } = await import('../../evidence/verify/projections.ts')
  const { declaredProjections } = await import('../../platform/db/projection.ts')
  const told: string[] = []
  for (const one of declaredProjections().filter(({ name }) => name.startsWith('supervision.')))
    await verifyProjection(
      { client, report: (problem: { table?: string }) => told.push(problem.table!) } as never,
      one,
    )
  return told
}

test('an act that two controls of a clause govern counts once for the clause', () => {
  const facts: BoardFacts = {
    acts: [{ district: 'a', type: 't', refusal: 'r', month: '2026-01', n: 4 }],
    findings: [{ district: 'a', kind: 'f', month: '2026-01', found: 2, open: 1 }],
    duties: [{ district: 'a', kind: 'd', due: 1, overdue: 0 }],
    figures: new Map([['one', [{ district: 'a', governed: 10 }]]]),
  }
  const title = { zh: '一', en: 'one' }
  const common = { clause: '1.1', kind: 'guard' as const, title, acts: ['t'], findings: ['f'] }
  const [row] = boardOf(
    facts,
    ['2026-01'],
    [
      { ...common, id: 'one', refusals: [] },
      { ...common, id: 'two', obligations: ['d'] },
    ],
    [{ id: '1.1', title }],
  )
  expect(row!.controls.map((one) => one.counts)).toEqual([
    { ...nothing, governed: 14, found: 2, open: 1 },
    { ...nothing, governed: 4, refused: 4, due: 1, found: 2, open: 1 },
  ])
  expect(row!.counts).toEqual({ governed: 14, refused: 4, due: 1, overdue: 0, found: 2, open: 1 })
  expect(row!.trend).toEqual([{ month: '2026-01', governed: 4, refused: 4, found: 2 }])
})
