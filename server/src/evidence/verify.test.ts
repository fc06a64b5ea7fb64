import type pg from 'pg'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillArchive } from '../../test/archive.ts'
import {
  afterwards,
  codes,
  expectRowsNamed,
  type Harm,
  harm,
  keyOf,
  ofTable,
  rowsOf,
} from '../../test/harm.ts'
import { workingDay, workOff } from '../../test/rectify.ts'
import { fillBooks, openStore } from '../../test/store.ts'
import type { Town } from '../../test/town.ts'
import type { Someone } from '../../test/world.ts'
import { reviewSurvey, submitSurvey } from '../cadastre/survey/acts.ts'
import { act } from '../kernel/act.ts'
import { openFinding } from '../kernel/finding.ts'
import { serialRangeTable } from '../kernel/ledger.ts'
import { obligationTable } from '../kernel/obligation.ts'
import { refuser } from '../kernel/refusal.ts'
import { approveAccess, requestAccess } from '../people/access/acts.ts'
import { reviewAccess } from '../people/access/review.ts'
import { declaredTables, type TableDef } from '../platform/db/tx.ts'
import { viewRegister } from '../register/acts.ts'
import { askExtension, decideExtension } from '../supervision/rectification/extension.ts'
import { cursorPages } from './verify/pages.ts'
import { pageSize } from './verify/run.ts'
import { type VerifyReport, verifyEverything } from './verify.ts'

const refuse = refuser({ too_loud: { clause: '6.2', zh: '太响。', en: 'Too loud.' } })
const note = act({
  type: 'probe.note',
  title: { zh: '记', en: 'Note' },
  clauses: ['6.4'],
  actors: ['person', 'service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({
    district: Type.String(),
    key: Type.String(),
    phone: Type.Optional(Type.String({ sensitive: true })),
    loud: Type.Optional(Type.Boolean()),
  }),
  result: Type.Object({ id: Type.String() }),
  created: ({ id }) => ({ kind: 'finding', id }),
  async handle({ tx, district, actor }, { key, loud }) {
    if (loud) return refuse('too_loud')
    if (key === '') return { id: 'none' }
    const id = await openFinding(tx, district, actor.personId ? `person:${actor.personId}` : 'service:seed', {
      kind: 'probe',
      clause: '6.4',
      severity: 'low',
      subject: 'x',
      dedupeKey: key,
      summary: { zh: '记', en: 'note' },
    })
    await tx.put(obligationTable, {
      district,
      kind: 'probe',
      subject: key,
      period: '[2026-01-01,2026-02-01)',
      due_at: '2026-02-05T00:00:00Z',
    })
    return { id: id! }
  },
})
/** The city allots serials to a district: a row of Haishu in the city's log. */
const allot = act({
  type: 'probe.allot',
  title: { zh: '分配', en: 'Allot' },
  clauses: ['4.4'],
  actors: ['service'],
  duties: [],
  input: Type.Object({}),
  result: Type.Object({}),
  async handle({ tx }) {
    await tx.put(serialRangeTable, {
      kind: 'proof',
      edition: 'probe',
      serials: '[1,100)',
      district: 'haishu',
    })
    return {}
  },
})
const look = act({
  type: 'probe.glance',
  title: { zh: '看', en: 'Glance' },
  clauses: [],
  duties: [],
  input: Type.Object({}),
  result: Type.Object({ name: Type.String() }),
  read: true,
  seen: () => ({ rows: 1 }),
  handle: async () => ({ name: 'somebody' }),
})

let town: Town
let client: pg.Client
/** Acts of the town that the corruptions below aim at. */
const target = { done: '', refused: '', waiting: '', glance: '' }

// A sale carried to its end, the books of custody, a finding, a refusal, a read, a city act, a log with a full tile, and one act still waiting.
beforeAll(async () => {
  const store = await openStore([{ owners: [{ name: '演卖方' }] }])
  town = store
  await fillBooks(store)
  await fillArchive(store)
  const seed: Someone = { id: '', username: 'seed', token: Buffer.from(town.secrets.services.seed!, 'hex') }
  const { clerk, reviewer } = town.staff
  const { head, leader } = store.keepers
  const made = await town.as(clerk, note, { district: 'haishu', key: 'kept', phone: '13805740001' })
  const findingId = (made as unknown as { result: { id: string } }).result.id
  const refused = await town.as(clerk, note, { district: 'haishu', key: 'loud', loud: true })
  const hands = { lead: head, responsible: reviewer, checker: leader }
  await workOff(town, findingId, hands, { to: 'planned' })
  const until = await workingDay(town, 20)
  const asked = await town.as(reviewer, askExtension, {
    district: 'haishu',
    findingId,
    until,
    reason: '档案量大',
  })
  const { extensionId } = (asked as unknown as { result: { extensionId: string } }).result
  const decision = { district: 'haishu', extensionId, approved: true, word: '同意' }
  for (const more of [await town.as(head, decideExtension, decision), await town.as(seed, allot, {}), made])
    expect(more.ok).toBe(true)
  await workOff(town, findingId, hands, { to: 'closed', after: 'planned' })
  await accessGiven(town)
  await surveyMade(town)
  const glance = await town.as(clerk, look, {})
  for (let i = 0; i < 260; i += 10)
    await Promise.all(Array.from({ length: 10 }, () => town.as(seed, note, { district: 'yuyao', key: '' })))
  await town.sequencer.drain()
  const waiting = await town.as(clerk, note, { district: 'haishu', key: 'waiting' })
  Object.assign(target, {
    done: made.actId,
    refused: refused.actId,
    waiting: waiting.actId,
    glance: glance.actId,
  })
  client = await town.admin()
}, 300_000)
afterAll(async () => {
  await client?.end()
  await town?.[Symbol.asyncDispose]()
})

/** A right asked for, approved by two and confirmed in the quarter, and a look taken by it. */
async function accessGiven({ person, as, homes: [home] }: Town) {
  const free = await person('free', [])
  const head = await person('approver', ['centre_lead'])
  const security = await person('security2', ['admin_security'], 'city')
  const asked = await as(free, requestAccess, {
    district: 'haishu',
    duty: 'enquiry',
    businesses: ['T01'],
    purposes: ['enquiry'],
    reason: '查询窗口轮岗一个月',
    until: '2026-04-30',
  })
  const { requestId } = (asked as unknown as { result: { requestId: string } }).result
  let grantId = ''
  for (const by of [head, security]) {
    const given = await as(by, approveAccess, { district: 'haishu', requestId, note: '同意' })
    grantId = (given as unknown as { result: { grantId: string } }).result.grantId
  }
  const items = [{ grantId, keep: true, word: '需要' }]
  expect((await as(head, reviewAccess, { district: 'haishu', items })).ok).toBe(true)
  expect((await as(free, viewRegister, { unitCode: home!.code, purpose: 'enquiry' })).ok).toBe(true)
}

/** A survey submitted by one person and accepted by another. */
async function surveyMade({ person, as, upload, homes: [home] }: Town) {
  const surveyor = await person('surveyor', ['survey_submission'])
  const checker = await person('checker', ['survey_review'])
  const made = await as(surveyor, submitSurvey, {
    unitCode: home!.code,
    kind: 'recheck',
    surveyedBy: '演示测绘院',
    surveyedOn: '2026-03-06',
    area: '88.88',
    innerArea: '70.00',
    sharedArea: '18.88',
    file: await upload(surveyor),
  })
  const { surveyId } = (made as unknown as { result: { surveyId: string } }).result
  const review = { surveyId, outcome: 'accepted', problems: [], opinion: '逐项核对无误' }
  expect((await as(checker, reviewSurvey, review)).ok).toBe(true)
}

const after = (...sql: Harm[]): Promise<VerifyReport> =>
  afterwards(client, town, async () => {
    for (const one of sql) await harm(client, one)
  })

/** The same of many harms, each in a table of its own; those that a constraint refuses are left out and given back. */
async function afterAny<T extends { sql: string }>(
  harms: readonly T[],
): Promise<{ report: VerifyReport; done: T[]; refused: T[] }> {
  const done: T[] = []
  const refused: T[] = []
  const report = await afterwards(client, town, async () => {
    for (const one of harms) {
      await client.query('savepoint harmless')
      try {
        await harm(client, one.sql)
        done.push(one)
      } catch {
        await client.query('rollback to harmless')
        refused.push(one)
      }
    }
  })
  return { report, done, refused }
}

test('clean data verifies, with an act still waiting, and every kind of row was looked at', async () => {
  const report = await verifyEverything(town.pools.auditor, town.deps.vault)
  expect(report.problems).toEqual([])
  expect(report).toMatchObject({ ok: true, checkpointSize: report.leaves, acts: report.leaves })
  const [counted] = await town.superuser<{ acts: number }>('select count(*)::int as acts from kernel.act')
  expect(report.leaves).toBe(counted!.acts - 1)
  let rows = 0
  for (const { name } of declaredTables())
    rows += (await client.query<{ n: number }>(`select count(*)::int as n from ${name}`)).rows[0]!.n
  expect(report.rows).toBe(rows)
})

test('progress is told in leaves and never goes back', async () => {
  const told: number[] = []
  const { leaves } = await verifyEverything(town.pools.auditor, town.deps.vault, {
    progress: (n) => told.push(n),
  })
  expect(told.at(-1)).toBe(leaves)
  expect(told).toEqual(told.toSorted((a, b) => a - b))
})

test.each([
  [0, []],
  [1, [1]],
  [pageSize, [pageSize]],
  [2 * pageSize + 1, [pageSize, pageSize, 1]],
])('%i rows are read in pages of %j, also after others that were left half read', async (rows, pages) => {
  const told: number[] = []
  await client.query('begin')
  for await (const _ of cursorPages(client, 'select generate_series(1, 9000)')) break
  for await (const page of cursorPages<{ n: number }>(client, `select generate_series(1, ${rows}) as n`)) {
    told.push(page.length)
    expect(page[0]!.n % pageSize).toBe(1)
  }
  await client.query('commit')
  expect(told).toEqual(pages)
})

// One column of one act's row, as its owner might want it. The problem names the act and nothing else is blamed.
test.each([
  ['type', 'done', `type = 'case.apply'`, 'act_changed'],
  ['time', 'done', `at = at + interval '1 microsecond'`, 'act_changed'],
  ['time, for ever', 'done', `at = 'infinity'`, 'act_changed'],
  ['outcome', 'refused', `outcome = 'done', refusal = null`, 'act_changed'],
  [
    'person',
    'done',
    `person_id = (select id from kernel.person where name = 'clerk2'), actor = 'person:' || (select id from kernel.person where name = 'clerk2')`,
    'actor_changed',
  ],
  ['session', 'done', `session_id = gen_random_uuid()`, 'act_changed'],
  ['request id', 'done', `request_id = gen_random_uuid()`, 'act_changed'],
  ['subject', 'done', `subject_id = 'another'`, 'act_changed'],
  ['kind of subject', 'done', `subject_kind = 'case'`, 'act_changed'],
  ['subject where none was', 'glance', `subject_kind = 'case', subject_id = 'x'`, 'act_changed'],
  ['hash of the input', 'done', `input_hash = sha256(input_hash)`, 'act_changed'],
  ['hash of the input of a refusal', 'refused', `input_hash = sha256(input_hash)`, 'act_changed'],
  ['clause', 'done', `clause = '1.1'`, 'act_changed'],
  ['refusal', 'refused', `refusal = 'busy'`, 'act_changed'],
  ['clause of a refusal', 'refused', `clause = '1.1'`, 'act_changed'],
  ['answer of a refusal', 'refused', `answer = jsonb_set(answer, '{refusal,code}', '"busy"')`, 'act_changed'],
  ['answer', 'done', `answer = '{"result": {"id": "another"}}'`, 'act_changed'],
  ['answer, to what no act can answer', 'done', `answer = '{"result": {"id": 0.5}}'`, 'act_changed'],
  ['answer taken away', 'done', `answer = '{"result": null}'`, 'act_changed'],
  ['answer of a read, put there', 'glance', `answer = '{"result": {"name": "somebody"}}'`, 'act_changed'],
  ['number of fields', 'done', `fields = fields + 1`, 'act_changed'],
  ['number in order', 'done', `seq = default`, 'act_changed'],
] as const)('the %s of the act row (%s): %s is found as %s', async (_, which, set, code) => {
  const { problems } = await after([`update kernel.act set ${set} where id = $1`, [target[which]]])
  // An act of another person or session besides says that its session is not that person's.
  // Of a row that several offices change the newest image counts: an act out of its order is no longer the newest.
  expect(codes(problems).filter((one) => !['session_wrong', 'row_changed'].includes(one))).toEqual([code])
  for (const problem of problems.filter((one) => one.code !== 'row_changed')) {
    expect(problem).toMatchObject({ district: 'haishu', act: target[which] })
    expect(problem.message).toContain(target[which])
  }
})

test('each byte of an entry is covered: every leaf of a log with another byte of its entry flipped is named', async () => {
  const step = 24
  for (let from = 0; from < 260; from += step) {
    const { problems } = await after(
      `update kernel.act a set entry = set_byte(entry, l.idx::int % length(entry), get_byte(entry, l.idx::int % length(entry)) # 1)
       from evidence.leaf l where l.act_id = a.id and l.district = 'yuyao' and l.idx >= ${from} and l.idx < ${from + step}`,
    )
    const named = problems.filter((one) => one.code === 'entry_changed').map((one) => one.index)
    expect(named).toEqual(Array.from({ length: Math.min(step, 260 - from) }, (_, i) => from + i))
    for (const problem of problems) expect(problem.district).toBe('yuyao')
  }
})

test.each([
  ['an act is deleted', `delete from kernel.act where id = $1`, ['act_missing', 'row_unknown']],
  [
    'an act and its values are deleted',
    `with v as (delete from kernel.act_value where act_id = $1) delete from kernel.act where id = $1`,
    ['act_missing', 'row_unknown'],
  ],
  [
    'an act is moved to another district',
    `update kernel.act set district = 'yuyao' where id = $1`,
    ['act_missing', 'act_unlogged', 'row_unknown'],
  ],
] as const)('%s: found and named', async (_, sql, expected) => {
  const { problems } = await after([sql, [target.done]])
  expect(codes(problems)).toEqual(expected)
  const [leaf] = await town.superuser<{ idx: number }>('select idx from evidence.leaf where act_id = $1', [
    target.done,
  ])
  expect(problems[0]).toMatchObject({ code: 'act_missing', district: 'haishu', index: leaf!.idx })
})

test('an act that nobody performed is named', async () => {
  const { problems } = await after([
    `insert into kernel.act (district, id, type, at, actor, person_id, session_id, request_id, input_hash, outcome, answer, entry, fields)
     select district, '0190a000-0000-7000-8000-00000000000a', type, at, actor, person_id, session_id, gen_random_uuid(), input_hash, outcome, answer, entry, fields from kernel.act where id = $1`,
    [target.done],
  ])
  expect(problems).toMatchObject([
    { code: 'act_unlogged', district: 'haishu', act: '0190a000-0000-7000-8000-00000000000a' },
  ])
})

// One committed field of an act.
test.each([
  [
    'another value',
    `update kernel.act_value set value = '"faked"' where field = 'in.key'`,
    ['value_changed'],
  ],
  [
    'a flipped bit of a sealed value',
    `update kernel.act_value set value = set_byte(value, 20, get_byte(value, 20) # 1) where field = 'in.phone'`,
    ['value_changed'],
  ],
  [
    'a sealed value passed off as plain',
    `update kernel.act_value set sealed = false where field = 'in.phone'`,
    ['value_changed'],
  ],
  [
    'another salt',
    `update kernel.act_value set salt = sha256(salt) where field = 'in.key'`,
    ['value_changed'],
  ],
  [
    'another commitment',
    `update kernel.act_value set commitment = sha256(commitment) where field = 'in.key'`,
    ['commitments_changed', 'value_changed'],
  ],
  [
    'another name of the field',
    `update kernel.act_value set field = 'in.other' where field = 'in.key'`,
    ['value_changed'],
  ],
  [
    'two fields in another order',
    `update kernel.act_value set no = -1 - no where no in (3, 4)`,
    ['commitments_changed'],
  ],
  [
    'a field deleted',
    `delete from kernel.act_value where field = 'in.phone'`,
    ['row_unknown', 'value_missing'],
  ],
  [
    'a field added',
    `insert into kernel.act_value select district, act_id, 99, 'in.more', commitment, salt, value, sealed from kernel.act_value where field = 'in.key'`,
    ['row_unknown', 'value_missing'],
  ],
  [
    'a register image erased',
    `update kernel.act_value set salt = null, value = null where field like 'row:kernel.finding:%'`,
    ['image_erased'],
  ],
  [
    'a value erased although nobody decided so',
    `update kernel.act_value set salt = null, value = null where field = 'in.phone'`,
    ['value_erased'],
  ],
  [
    'another register image',
    `update kernel.act_value set value = convert_to(replace(convert_from(value, 'UTF8'), 'low', 'high'), 'UTF8') where field like 'row:kernel.finding:%'`,
    ['value_changed'],
  ],
] as const)('%s: found, and the act is named', async (_, sql, expected) => {
  const one = /where/.test(sql) ? sql : `${sql} where true`
  const { problems } = await after([`${one} and act_id = $1`, [target.done]])
  expect(codes(problems)).toEqual(expected)
  expect(problems[0]).toMatchObject({ district: 'haishu', act: target.done })
  for (const problem of problems) if (!problem.table) expect(problem.act).toBe(target.done)
})

// The log itself.
const haishu = `where district = 'haishu'`
test.each([
  [
    'a leaf hash',
    `update evidence.leaf set hash = sha256(hash) ${haishu} and idx = 3`,
    ['checkpoint_wrong', 'entry_changed', 'head_root'],
    { index: 3 },
  ],
  [
    'a leaf hash under a full tile',
    `update evidence.leaf set hash = sha256(hash) where district = 'yuyao' and idx = 7`,
    ['checkpoint_wrong', 'entry_changed', 'head_root', 'node_changed'],
    { index: 7 },
  ],
  [
    'a leaf made to stand for another act',
    `update evidence.leaf set act_id = (select act_id from kernel.act_queue) ${haishu} and idx = 3`,
    ['act_changed', 'act_unlogged', 'entry_changed', 'queue_wrong'],
    { index: 3 },
  ],
  [
    'the number a leaf was logged under',
    `update evidence.leaf set seq = seq + 100000 ${haishu} and idx = 3`,
    ['act_changed'],
    { index: 3 },
  ],
  [
    'a leaf in the middle deleted',
    `delete from evidence.leaf where district = 'yuyao' and idx = 9`,
    ['leaf_gap'],
    { index: 9 },
  ],
  [
    'the last leaf deleted',
    `delete from evidence.leaf where district = 'yuyao' and idx = 259`,
    ['act_unlogged', 'head_size', 'leaves_dropped'],
    { index: 259 },
  ],
  [
    'all leaves deleted',
    `delete from evidence.leaf where district = 'yuyao'`,
    ['act_unlogged', 'head_size', 'leaves_dropped', 'node_extra'],
    { index: 0 },
  ],
  [
    'a tile byte',
    `update evidence.node set hash = set_byte(hash, 31, get_byte(hash, 31) # 1)`,
    ['node_changed'],
    { district: 'yuyao' },
  ],
  ['a tile hash deleted', `delete from evidence.node`, ['node_changed'], { district: 'yuyao' }],
  [
    'a tile hash of no tile',
    `insert into evidence.node values ('haishu', 1, 0, sha256('x'))`,
    ['node_extra'],
    { district: 'haishu' },
  ],
  [
    'the root in a checkpoint note',
    `update evidence.checkpoint set note = overlay(note placing 'AAAA' from strpos(note, E'\\n' || size || E'\\n') + length(size::text) + 2) ${haishu} and size = (select size from evidence.head ${haishu})`,
    ['checkpoint_wrong', 'published_wrong'],
    {},
  ],
  [
    'the size in a checkpoint note',
    `update evidence.checkpoint set note = replace(note, E'\\n' || size || E'\\n', E'\\n' || size + 1 || E'\\n') ${haishu} and size > 0`,
    ['checkpoint_wrong', 'published_wrong'],
    {},
  ],
  [
    'the signature of a checkpoint',
    `update evidence.checkpoint set note = left(note, -10) || 'AAAAAAA==' || E'\\n' ${haishu} and size > 0`,
    ['checkpoint_wrong', 'published_wrong'],
    {},
  ],
  [
    'a checkpoint without signature',
    `update evidence.checkpoint set note = split_part(note, '—', 1) ${haishu} and size > 0`,
    ['checkpoint_wrong'],
    {},
  ],
  [
    'a checkpoint signed by another log',
    `update evidence.checkpoint set note = (select note from evidence.checkpoint c where c.district = 'yuyao' and c.size > 0 limit 1) ${haishu} and size > 0`,
    ['checkpoint_wrong', 'published_wrong'],
    {},
  ],
  [
    'the root beside a checkpoint',
    `update evidence.checkpoint set root = sha256(root) ${haishu} and size > 0`,
    ['checkpoint_wrong'],
    {},
  ],
  ['the head size', `update evidence.head set size = size + 1 ${haishu}`, ['head_size'], {}],
  [
    'the head size beyond counting',
    `update evidence.head set size = 9223372036854775807 ${haishu}`,
    ['log_unreadable'],
    {},
  ],
  ['the head root', `update evidence.head set root = sha256(root) ${haishu}`, ['head_root'], {}],
  ['the head deleted', `delete from evidence.head ${haishu}`, ['log_missing'], {}],
  ['the log itself deleted', `delete from evidence.log ${haishu}`, ['log_missing'], {}],
  [
    'the key of the log',
    `update evidence.log set vkey = (select vkey from evidence.log where district = 'yuyao') ${haishu}`,
    ['checkpoint_wrong'],
    {},
  ],
  ['a key that is none', `update evidence.log set vkey = 'x' ${haishu}`, ['log_unreadable'], {}],
  [
    'the origin of the log',
    `update evidence.log set origin = 'mingbu.example/elsewhere' ${haishu}`,
    ['checkpoint_wrong'],
    {},
  ],
] as const)('%s: found and named', async (_, sql, expected, names) => {
  const { problems } = await after(sql)
  const log = codes(problems).filter((code) => !code.startsWith('row_'))
  expect(log).toEqual(expected)
  const district =
    /yuyao'(?! and c)|evidence.node( |$)/.test(sql) && !sql.includes('haishu') ? 'yuyao' : 'haishu'
  for (const problem of problems)
    if (!problem.code.startsWith('row_')) expect(problem.district).toBe(district)
  expect(problems[0]).toMatchObject(names)
})

// What waits for the log is checked as well.
test.each([
  ['the hash that waits', `update kernel.act_queue set leaf_hash = sha256(leaf_hash)`, ['queue_wrong']],
  ['the act taken out of the queue', `delete from kernel.act_queue`, ['act_unlogged', 'row_unknown']],
  [
    'the entry of the act that waits',
    `update kernel.act set entry = set_byte(entry, 9, 48 + (get_byte(entry, 9) - 47) % 10) where id = (select act_id from kernel.act_queue)`,
    ['act_changed', 'queue_wrong'],
  ],
  [
    'a value of the act that waits',
    `update kernel.act_value set value = '"x"' where field = 'in.key' and act_id = (select act_id from kernel.act_queue)`,
    ['value_changed'],
  ],
  [
    'the row that the waiting act made',
    `update kernel.finding set severity = 'high' where dedupe_key = 'waiting'`,
    ['row_changed'],
  ],
] as const)('%s: found and named', async (_, sql, expected) => {
  const { problems } = await after(sql)
  expect(codes(problems)).toEqual(expected)
  if (!expected.includes('row_changed' as never))
    expect(problems[0]).toMatchObject({ district: 'haishu', act: target.waiting })
})

test('an act that is in the log and made to wait again is named', async () => {
  const { problems } = await after([
    `insert into kernel.act_queue select seq, district, id, sha256('\\x00'::bytea || entry) from kernel.act where id = $1`,
    [target.done],
  ])
  expect(problems).toMatchObject([{ code: 'queue_wrong', act: target.done }])
})

interface Column {
  name: string
  type: string
}
/** Another value of a column's type, as SQL; null for types nobody here stores. */
function otherValue({ name, type }: Column): string | null {
  const c = `"${name}"`
  if (/^(text|character)/.test(type)) return `${c} || 'x'`
  if (/^(smallint|integer|bigint|numeric)/.test(type)) return `${c} + 1`
  if (type === 'boolean') return `not ${c}`
  if (type.startsWith('timestamp')) return `${c} + interval '1 second'`
  if (type === 'date') return `${c} + 1`
  if (type === 'uuid') return 'gen_random_uuid()'
  if (type === 'bytea') return `set_byte(${c}, 0, get_byte(${c}, 0) # 1)`
  if (type === 'jsonb') return `jsonb_build_array(${c})`
  if (type === 'int8multirange') return `${c} + int8multirange(int8range(9000000000000, 9000000000001))`
  if (type === 'int8range') return `int8range(upper(${c}), upper(${c}) + 1)`
  if (type === 'tstzrange') return `tstzrange('1999-01-01', lower(${c}))`
  if (type === 'daterange') return `daterange(upper(${c}), upper(${c}) + 1)`
  if (type === 'text[]') return `${c} || 'x'::text`
  if (type === 'box') return `${c} + point '(0.01,0)'`
  return null
}

/** What work itself changes without an act that says so: tries, locks, ends of sessions, what is said after a sign-in; and what follows from the account. */
const notCommitted = [
  'kernel.account.failures',
  'kernel.account.locked_until',
  'kernel.session.ended_at',
  'kernel.session.end_reason',
  'kernel.session.password_until',
  'kernel.session.failed_before',
]
/** Of so many tables one column is harmed at once: what hangs on them is named besides, and a report stops at a hundred. */
const columnsAtOnce = 28
interface ColumnHarm {
  def: TableDef
  column: string
  /** `register.unit.area` */
  place: string
  /** Key of the row that is changed. */
  key: string
  sql: string
}

/** One row of a table for each of its columns, and how to change that column alone. */
async function columnHarms(def: TableDef): Promise<ColumnHarm[]> {
  const columns = await client.query<Column>(
    `select a.attname as name, format_type(a.atttypid, null) as type from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''`,
    [def.name],
  )
  const harms: ColumnHarm[] = []
  for (const column of columns.rows) {
    const place = `${def.name}.${column.name}`
    const value = otherValue(column)
    const some = await client.query<{ ctid: string; key: string }>(
      `select ctid::text, ${keyOf(def)} as key from ${def.name} t where "${column.name}" is not null limit 1`,
    )
    const [found] = some.rows
    if (!found || notCommitted.includes(place)) continue
    if (value === null)
      throw new Error(`${place}: no other value of type ${column.type} is known to this test`)
    const sql = `update ${def.name} set "${column.name}" = ${value} where ctid = '${found.ctid}'`
    harms.push({ def, column: column.name, place, key: found.key, sql })
  }
  return harms
}

function expectNamed(report: VerifyReport, { def, column, place, key }: ColumnHarm): void {
  const problems = ofTable(report, def)
  if (def.seenAs) {
    expect(
      problems.find((one) => one.key === key),
      place,
    ).toMatchObject({ table: def.name })
  } else if (def.key.includes(column) || (column === 'district' && !def.anyLog)) {
    expect(
      codes(problems).filter((code) => code !== 'row_changed'),
      place,
    ).toEqual(['row_missing', 'row_unknown'])
    expect(
      problems.find((one) => one.code === 'row_missing'),
      place,
    ).toMatchObject({ table: def.name, key })
  } else {
    expect(problems, place).toHaveLength(1)
    expect(problems[0], place).toMatchObject({ code: 'row_changed', table: def.name, key })
    expect(problems[0]!.message, place).toContain(`${def.name} ${key}`)
  }
}

// Every column of every evidence table, alone in its table: the row is named, by its table and key. Constraints stay on,
// so a few columns cannot be changed alone at all; they are listed, and few.
test('every column of every row that the log commits to: changed, the row is named', async () => {
  const cannot: string[] = []
  const seen: string[] = []
  const tables: ColumnHarm[][] = []
  // The widest first, so that those of a width are harmed together.
  for (const def of declaredTables()) tables.push(await columnHarms(def))
  tables.sort((one, other) => other.length - one.length)
  for (let from = 0; from < tables.length; from += columnsAtOnce) {
    const some = tables.slice(from, from + columnsAtOnce)
    for (let no = 0; some.some((harms) => no < harms.length); no++) {
      const { report, done, refused } = await afterAny(some.flatMap((harms) => harms[no] ?? []))
      expect(report.problems.length).toBeLessThan(100)
      for (const one of done) expectNamed(report, one)
      seen.push(...done.map(({ place }) => place))
      cannot.push(...refused.map(({ place }) => place))
    }
  }
  console.info(`${seen.length} columns changed and found; guarded by a constraint: ${cannot.join(', ')}`)
  expect(seen.length).toBeGreaterThan(150)
  expect(cannot.length).toBeLessThan(seen.length / 5)
}, 300_000)

// Supervision has so many tables of its own that each part of it fills and harms them in its own test.
test('every table that the log commits to: a row deleted is missing, a row put there is unknown', async () => {
  const { rows, empty } = await rowsOf(client, () => true)
  await expectRowsNamed(client, town, rows)
  console.info(`no row in this town: ${empty.join(', ') || 'none'}`)
  const own = declaredTables().filter(({ name }) => !name.startsWith('supervision.'))
  expect(empty.filter((name) => !name.startsWith('supervision.')).length).toBeLessThan(own.length / 3)
}, 120_000)

test('a person, a holding, a party of the register and a finding that no act made are named', async () => {
  const id = '0190a000-0000-7000-8000-00000000000b'
  for (const [table, insert] of [
    ['kernel.person', `insert into kernel.person (id, district, name) values ('${id}', 'haishu', '冒名')`],
    [
      'register.party',
      `insert into register.party select (jsonb_populate_record(p, '{"id": "${id}"}')).* from register.party p limit 1`,
    ],
    [
      'kernel.finding',
      `insert into kernel.finding select (jsonb_populate_record(f, '{"id": "${id}", "dedupe_key": "forged"}')).* from kernel.finding f limit 1`,
    ],
  ] as const) {
    expect((await after(insert)).problems, table).toMatchObject([{ code: 'row_unknown', table, key: id }])
  }
})

test('many harms at once: the report stops at a hundred problems and is not ok', async () => {
  const report = await after(`update kernel.act set request_id = gen_random_uuid() where outcome = 'done'`)
  expect(report.ok).toBe(false)
  expect(report.problems).toHaveLength(100)
})
