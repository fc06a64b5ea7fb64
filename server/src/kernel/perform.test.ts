import { randomUUID } from 'node:crypto'
import { decodeLeaf, leafHash } from '@mingbu/tlog'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { openTestWorld, type TestWorld, testPassword } from '../../test/world.ts'
import { signIn, signOut } from '../people/acts.ts'
import { enrol } from '../people/enrol.ts'
import { completeIdNumber } from '../values/idNumber.ts'
import { act } from './act.ts'
import { openFinding } from './finding.ts'
import type { Outcome } from './perform.ts'
import { refuser } from './refusal.ts'

const refuse = refuser({ too_loud: { status: 409, clause: '6.2', zh: '太响。', en: 'Too loud.' } })
let faults = 0
let looks = 0

/** An act that writes one row, keeps one field sealed, never stores another, and can be told to refuse or to break. */
const ring = act({
  type: 'probe.ring',
  title: { zh: '敲钟', en: 'Ring' },
  clauses: ['6.4'],
  duties: ['acceptance', 'recording'],
  citywide: true,
  districtOf: (input) => input.district ?? 'haishu',
  input: Type.Object(
    {
      bell: Type.String({ title: '钟|Bell', maxLength: 40 }),
      phone: Type.Optional(Type.String({ title: '电话|Phone', sensitive: true })),
      pin: Type.Optional(Type.String({ title: '口令|Pin' })),
      district: Type.Optional(Type.String()),
      and: Type.Optional(Type.Union([Type.Literal('refuse'), Type.Literal('break')])),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ finding: Type.Union([Type.String(), Type.Null()]), ticket: Type.String() }),
  created: (result) => ({ kind: 'finding', id: result.finding ?? 'none' }),
  secretInput: ['pin'],
  secretResult: ['ticket'],
  async handle({ tx, district, actor }, input) {
    const finding = await openFinding(tx, district, `person:${actor.personId}`, {
      kind: 'probe',
      clause: '6.4',
      severity: 'low',
      subject: input.bell,
      dedupeKey: input.bell,
      summary: { zh: '响', en: 'rang' },
    })
    if (input.and === 'refuse') return refuse('too_loud')
    if (input.and === 'break') {
      faults++
      throw new Error('the rope tore')
    }
    return { finding, ticket: 'ticket-9f27c1' }
  },
})

/** A read: the reply is new every time, and only how much was seen is kept. */
const look = act({
  type: 'probe.look',
  title: { zh: '看', en: 'Look' },
  clauses: ['6.4'],
  duties: [],
  input: Type.Object({ what: Type.String({ title: '事项|What' }) }, { additionalProperties: false }),
  result: Type.Object({ name: Type.String(), look: Type.Integer() }),
  read: true,
  seen: () => ({ rows: 1 }),
  handle: async () => ({ name: 'somebody-8d1e', look: ++looks }),
})

/** What anyone may do without signing in, persons included; and what nobody but a service may. */
const knock = act({
  type: 'probe.knock',
  title: { zh: '敲门', en: 'Knock' },
  clauses: [],
  actors: ['anonymous'],
  duties: [],
  input: Type.Object({}, { additionalProperties: false }),
  result: Type.Object({ knocked: Type.Boolean() }),
  handle: async () => ({ knocked: true }),
})

/** Takes the row that everybody wants, and waits for it as long as the installation allows. */
const grab = act({
  type: 'probe.grab',
  title: { zh: '抢', en: 'Grab' },
  clauses: [],
  duties: [],
  input: Type.Object({ bell: Type.String() }, { additionalProperties: false }),
  result: Type.Object({}),
  async handle({ tx }, { bell }) {
    await tx.rows`set local lock_timeout = '50ms'`
    await tx.rows`select 1 from kernel.finding where dedupe_key = ${bell} for update`
    return {}
  },
})

const said = (outcome: Outcome<unknown>): string => (outcome.ok ? 'done' : outcome.refusal.code)

async function counts(world: TestWorld): Promise<{ acts: number; rings: number; findings: number }> {
  const [row] = await world.superuser<{ acts: number; rings: number; findings: number }>(`
    select (select count(*) from kernel.act)::int as acts, (select count(*) from kernel.act where type = 'probe.ring')::int as rings,
      (select count(*) from kernel.finding)::int as findings`)
  return row!
}

test('a person signs in, and each act leaves exactly one leaf', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const before = await counts(world)
  expect(said(await world.as(amina, signOut, {}))).toBe('done')
  expect((await counts(world)).acts).toBe(before.acts + 1)
  await world.sequencer.drain()
  const [left] = await world.superuser<{ queued: number; leaves: number; acts: number }>(
    'select (select count(*) from kernel.act_queue)::int as queued, (select count(*) from evidence.leaf)::int as leaves, (select count(*) from kernel.act)::int as acts',
  )
  expect(left).toEqual({ queued: 0, leaves: left!.acts, acts: left!.acts })
  expect(said(await world.as(amina, signOut, {}))).toBe('not_signed_in')
  expect(said(await world.as(null, signIn, { username: 'amina', password: 'x' }))).toBe('wrong_password')
})

// The same request id, sent again: by whom, with which body, and what the second one gets.
test.each([
  ['the same body', 'amina', { bell: 'big' }, 'done', { acts: 0, rings: 0, findings: 0 }],
  [
    'the same body with another secret in it',
    'amina',
    { bell: 'big', pin: '9999' },
    'done',
    { acts: 0, rings: 0, findings: 0 },
  ],
  [
    'the same body in another order of fields',
    'amina',
    { phone: undefined, bell: 'big' },
    'done',
    { acts: 0, rings: 0, findings: 0 },
  ],
  ['another body', 'amina', { bell: 'small' }, 'request_id_reused', { acts: 1, rings: 1, findings: 0 }],
  [
    'another body of the wrong shape',
    'amina',
    { bell: 7 },
    'invalid_input',
    { acts: 1, rings: 1, findings: 0 },
  ],
  ['the same body from another person', 'boris', { bell: 'big' }, 'done', { acts: 1, rings: 1, findings: 0 }],
] as const)('a request id sent again with %s by %s', async (_, who, body, outcome, more) => {
  await using world = await openTestWorld()
  const people = {
    amina: await world.person('amina', ['acceptance']),
    boris: await world.person('boris', ['acceptance']),
  }
  const requestId = randomUUID()
  const first = await world.as(people.amina, ring, { bell: 'big', pin: '1234' }, requestId)
  expect(said(first)).toBe('done')
  const before = await counts(world)
  const second = await world.as(people[who], ring, body, requestId)
  expect(said(second)).toBe(outcome)
  const after = await counts(world)
  expect({
    acts: after.acts - before.acts,
    rings: after.rings - before.rings,
    findings: after.findings - before.findings,
  }).toEqual(more)
  if (second.ok && first.ok && more.acts === 0) {
    const { finding } = first.result as { finding: string }
    // The secret leaves once: the second answer is what was kept.
    expect(second).toEqual({ ok: true, actId: first.actId, result: { finding }, replayed: true })
  }
})

test('a request id used for one act is not taken for another', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const requestId = randomUUID()
  expect(said(await world.as(amina, ring, { bell: 'big' }, requestId))).toBe('done')
  expect(said(await world.as(amina, signOut, {}, requestId))).toBe('request_id_reused')
  expect(said(await world.as(amina, ring, { bell: 'big' }, requestId))).toBe('done')
})

test('a refusal is remembered too: the same request is refused in the same words by the same act', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const requestId = randomUUID()
  const first = await world.as(amina, ring, { bell: 'big', and: 'refuse' }, requestId)
  const before = await counts(world)
  expect(await world.as(amina, ring, { bell: 'big', and: 'refuse' }, requestId)).toEqual(first)
  expect(await counts(world)).toEqual(before)
})

test('eight equal requests at once are one act with one answer', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const requestId = randomUUID()
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => world.as(amina, ring, { bell: 'big' }, requestId)),
  )
  expect(answers.map(said)).toEqual(Array(8).fill('done'))
  expect(new Set(answers.map((one) => one.actId)).size).toBe(1)
  expect(answers.filter((one) => one.ok && !one.replayed).length).toBe(1)
  expect(await counts(world)).toMatchObject({ rings: 1, findings: 1 })
})

test('eight different requests under one id at once are one act, and the others are told', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const requestId = randomUUID()
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => world.as(amina, ring, { bell: `bell ${i}` }, requestId)),
  )
  expect(answers.map(said).sort()).toEqual(['done', ...Array(7).fill('request_id_reused')])
  expect(await counts(world)).toMatchObject({ rings: 8, findings: 1 })
})

test('a request id used twice by nobody in particular acts once: the second is told', async () => {
  await using world = await openTestWorld()
  await world.person('amina', ['acceptance'])
  const requestId = randomUUID()
  const body = { username: 'amina', password: testPassword }
  expect(said(await world.as(null, signIn, body, requestId))).toBe('done')
  expect(said(await world.as(null, signIn, body, requestId))).toBe('request_id_reused')
  expect(
    await world.superuser(`select count(*)::int as live from kernel.session where ended_at is null`),
  ).toEqual([{ live: 1 }])
})

test('eight equal requests at once that are all refused are all told so', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const requestId = randomUUID()
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => world.as(amina, ring, { bell: 'big', and: 'refuse' }, requestId)),
  )
  expect(answers.map(said)).toEqual(Array(8).fill('too_loud'))
  expect(await counts(world)).toMatchObject({ findings: 0 })
})

// Who may and who may not. The last column is the recorded actor: never another than the one who tried.
test.each([
  ['a clerk with the duty', 'clerk', {}, 'done', 'clerk'],
  ['a clerk with the other duty that would do', 'recorder', {}, 'done', 'recorder'],
  ['a clerk without the duty', 'printer', {}, 'no_duty', 'printer'],
  ['a clerk with the duty in another district', 'clerk', { district: 'jiangbei' }, 'wrong_district', 'clerk'],
  ['the city with the duty in a district', 'city', { district: 'jiangbei' }, 'done', 'city'],
  [
    'the city without the duty in a district',
    'cityprinter',
    { district: 'jiangbei' },
    'no_duty',
    'cityprinter',
  ],
  ['nobody', 'nobody', {}, 'not_signed_in', 'anonymous'],
  ['a service', 'service', {}, 'wrong_actor', 'service:seed'],
  ['somebody with a made-up token', 'forger', {}, 'not_signed_in', 'anonymous'],
] as const)('%s rings: %s %o gets %s', async (_, who, more, outcome, actor) => {
  await using world = await openTestWorld()
  const people: Record<string, [duty: string, district: string]> = {
    clerk: ['acceptance', 'haishu'],
    recorder: ['recording', 'haishu'],
    printer: ['printing', 'haishu'],
    city: ['acceptance', 'city'],
    cityprinter: ['printing', 'city'],
  }
  const [duty, home] = people[who] ?? []
  const token = who === 'service' ? Buffer.from(world.secrets.services.seed!, 'hex') : Buffer.alloc(32, 7)
  const person = duty ? await world.person(who, [duty], home) : null
  const tries = person ?? (who === 'nobody' ? null : { id: '', username: '', token })
  const before = await counts(world)
  const answer = await world.as(tries, ring, { bell: 'big', ...more })
  expect(said(answer)).toBe(outcome)
  const after = await counts(world)
  expect({ acts: after.acts - before.acts, findings: after.findings - before.findings }).toEqual({
    acts: 1,
    findings: answer.ok ? 1 : 0,
  })
  const [row] = await world.superuser(
    'select actor, person_id, outcome, refusal, district from kernel.act where id = $1',
    [answer.actId],
  )
  expect(row).toEqual({
    actor: person ? `person:${person.id}` : actor,
    person_id: person?.id ?? null,
    outcome: answer.ok ? 'done' : 'refused',
    refusal: answer.ok ? null : outcome,
    // A refused attempt stands in the log of the one who tried, not where he wanted to go.
    district: answer.ok ? ('district' in more ? more.district : 'haishu') : (home ?? 'city'),
  })
  if (!answer.ok) expect(answer.refusal.message.zh + answer.refusal.message.en).not.toMatch(/[{}]/)
})

test.each([
  ['anonymous knocks', null, knock, 'done'],
  ['a signed-in person knocks where only the anonymous may', 'amina', knock, 'wrong_actor'],
  ['a signed-in person signs in again', 'amina', signIn, 'done'],
  ['a person enrols a colleague, which only a service may', 'amina', enrol, 'wrong_actor'],
  ['nobody enrols a colleague', null, enrol, 'not_signed_in'],
] as const)('%s', async (_, who, which, outcome) => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const input =
    which === signIn
      ? { username: 'amina', password: testPassword }
      : which === enrol
        ? {
            district: 'haishu',
            name: '新',
            idNumber: completeIdNumber('33020319900101003'),
            username: 'new',
            password: testPassword,
            posts: [],
            duties: [],
            demo: false,
          }
        : {}
  expect(said(await world.as(who && amina, which, input))).toBe(outcome)
})

/** Fields an act committed to, opened as an auditor with the vault would. */
async function fieldsOf(world: TestWorld, actId: string | null): Promise<Record<string, string>> {
  const rows = await world.superuser<{ field: string; value: Buffer; sealed: boolean }>(
    'select field, value, sealed from kernel.act_value where act_id = $1 order by no',
    [actId],
  )
  return Object.fromEntries(
    rows.map((row) => [row.field, (row.sealed ? world.deps.vault.open(row.value) : row.value).toString()]),
  )
}

/** Every place of the database in which a text stands, as text or as the hex of its bytes: `schema.table.column`. */
async function placesOf(world: TestWorld, text: string): Promise<string[]> {
  const tables = await world.superuser<{ t: string; columns: string[] }>(`
    select format('%I.%I', table_schema, table_name) as t, array_agg(column_name::text) as columns from information_schema.columns
      join information_schema.tables using (table_schema, table_name)
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') group by 1`)
  const found: string[] = []
  const client = await world.admin()
  const needles = [text, Buffer.from(text).toString('hex')]
  for (const { t, columns } of tables) {
    const hit = await client.query(
      `select 1 from ${t} x where position($1 in x::text) > 0 or position($2 in x::text) > 0 limit 1`,
      needles,
    )
    if (hit.rowCount === 0) continue
    for (const c of columns) {
      const { rowCount } = await client.query(
        `select 1 from ${t} where position($1 in "${c}"::text) > 0 or position($2 in "${c}"::text) > 0 limit 1`,
        needles,
      )
      if (rowCount) found.push(`${t}.${c}`)
    }
  }
  await client.end()
  return found.sort()
}

test('a refused attempt is an act: same person, its code and clause, its input, and a leaf that hashes to its entry', async () => {
  await using world = await openTestWorld({ now: '2026-03-02T01:00:00Z' })
  const amina = await world.person('amina', ['acceptance'])
  const answer = await world.as(amina, ring, { bell: 'big', and: 'refuse' })
  expect(answer).toMatchObject({
    ok: false,
    refusal: { code: 'too_loud', clause: '6.2', status: 409, message: { zh: '太响。', en: 'Too loud.' } },
  })
  await world.sequencer.drain()
  const [row] = await world.superuser<{
    entry: Buffer
    hash: Buffer
    actor: string
    refusal: string
    clause: string
  }>(
    'select a.entry, l.hash, a.actor, a.refusal, a.clause from kernel.act a join evidence.leaf l on l.act_id = a.id where a.id = $1',
    [answer.actId],
  )
  expect(row).toMatchObject({ actor: `person:${amina.id}`, refusal: 'too_loud', clause: '6.2' })
  expect(Buffer.from(leafHash(row!.entry))).toEqual(row!.hash)
  const leaf = decodeLeaf(row!.entry)
  expect(leaf).toMatchObject({
    act: answer.actId,
    district: 'haishu',
    type: 'probe.ring',
    outcome: 'refused',
  })
  expect(leaf.at.toString()).toMatch(/^2026-03-02T01:00/)
  expect(await fieldsOf(world, answer.actId)).toMatchObject({
    'in.bell': '"big"',
    'in.and': '"refuse"',
    refusal: '{"clause":"6.2","code":"too_loud"}',
  })
  expect(await world.superuser('select 1 from kernel.finding')).toEqual([])
})

test('a fault in the handler leaves nothing, and the same request may be tried again', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const before = await counts(world)
  const requestId = randomUUID()
  for (const n of [1, 2]) {
    await expect(world.as(amina, ring, { bell: 'big', and: 'break' }, requestId)).rejects.toThrow(
      'the rope tore',
    )
    expect(faults).toBe(n)
    expect(await counts(world)).toEqual(before)
  }
  expect(
    await world.superuser('select * from kernel.act_queue where act_id not in (select id from kernel.act)'),
  ).toEqual([])
  expect(said(await world.as(amina, ring, { bell: 'big' }, requestId))).toBe('done')
})

test('input of the wrong shape is refused field by field before anything is read, and recorded', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const answer = await world.as(amina, ring, { bell: 7, hidden: 'x' })
  expect(answer).toMatchObject({ ok: false, refusal: { code: 'invalid_input', status: 422 } })
  if (answer.ok) return
  expect(answer.refusal.message).toEqual({
    zh: '有 2 处填写不正确，请按提示修改。',
    en: '2 field(s) need correcting; see the notes beside them.',
  })
  expect(answer.refusal.fields!.map((field) => field.message.zh).sort()).toEqual([
    '“hidden”不是本表的字段',
    '“钟”的类型不对，应为文字',
  ])
  expect(await fieldsOf(world, answer.actId)).toMatchObject({ 'in.bell': '7', 'in.hidden': '"x"' })
})

test.each([
  ['a NUL in a text', { bell: 'a\u0000b' }],
  ['a NUL in a field name', { bell: 'a', 'x\u0000y': 1 }],
  ['half a surrogate', { bell: 'a\ud800' }],
  ['half a surrogate in a field name', { bell: 'a', '\udc00': 1 }],
  ['nothing', undefined],
  ['a text', 'ring!'],
  ['a list', [1, 2]],
  ['a field name longer than a form', { bell: 'a', ['x'.repeat(5000)]: 1 }],
  ['a thousand fields', Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, i]))],
  ['a fraction where nobody expects one', { bell: 0.5 }],
])('%s as input is a recorded refusal, not a fault', async (_, input) => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const answer = await world.as(amina, ring, input)
  expect(said(answer)).toBe('invalid_input')
  expect(await world.superuser('select refusal from kernel.act where id = $1', [answer.actId])).toEqual([
    { refusal: 'invalid_input' },
  ])
})

test('a read is committed before its answer, keeps only what was seen, and is never answered from the store', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const requestId = randomUUID()
  const first = await world.as(amina, look, { what: 'a name' }, requestId)
  const second = await world.as(amina, look, { what: 'a name' }, requestId)
  expect(first.ok && second.ok).toBe(true)
  if (!first.ok || !second.ok) return
  expect((second.result as { look: number }).look).toBe((first.result as { look: number }).look + 1)
  expect([first.replayed, second.replayed, first.actId === second.actId]).toEqual([false, false, false])
  // Seen from another connection the moment the answer is there.
  expect(
    await world.superuser('select id, answer from kernel.act where type = $1 order by seq', ['probe.look']),
  ).toEqual([
    { id: first.actId, answer: { result: null } },
    { id: second.actId, answer: { result: null } },
  ])
  expect(await fieldsOf(world, first.actId)).toMatchObject({ 'in.what': '"a name"', result: '{"rows":1}' })
  expect(await placesOf(world, 'somebody-8d1e')).toEqual([])
})

test('a sensitive field is stored sealed and opens with the vault only; what is not sensitive stays readable', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const done = await world.as(amina, ring, { bell: 'bell-5b1f', phone: '13805740001' })
  const refused = await world.as(amina, ring, { bell: 'bell-5b1f', phone: '13805740001', and: 'refuse' })
  expect([said(done), said(refused)]).toEqual(['done', 'too_loud'])
  expect(await placesOf(world, '13805740001')).toEqual([])
  expect(await placesOf(world, 'bell-5b1f')).toEqual([
    'kernel.act_value.value',
    'kernel.finding.dedupe_key',
    'kernel.finding.subject',
  ])
  for (const { actId } of [done, refused])
    expect(await fieldsOf(world, actId)).toMatchObject({ 'in.phone': '"13805740001"' })
  expect(await placesOf(world, '330203198001011')).toEqual([])
})

test('a secret input, a secret result, a password and a session token stand nowhere in the database', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  const done = await world.as(amina, ring, { bell: 'big', pin: 'pin-77a1' })
  expect(done).toMatchObject({ ok: true, result: { ticket: 'ticket-9f27c1' } })
  expect(said(await world.as(amina, ring, { bell: 'big', pin: 'pin-77a1', and: 'refuse' }))).toBe('too_loud')
  expect(said(await world.as(amina, ring, { bell: 3, pin: 'pin-77a1' }))).toBe('invalid_input')
  expect(said(await world.as(null, signIn, { username: 'amina', password: 'wrong-51ac' }))).toBe(
    'wrong_password',
  )
  expect(said(await world.as(null, signIn, { username: 'amina', password: 'wrong-51ac', more: 1 }))).toBe(
    'invalid_input',
  )
  for (const secret of [
    'pin-77a1',
    'ticket-9f27c1',
    testPassword,
    'wrong-51ac',
    amina.token.toString('hex'),
  ]) {
    expect(await placesOf(world, secret), secret).toEqual([])
  }
  // The search itself finds what is there.
  expect(await placesOf(world, 'amina')).toContain('kernel.account.username')
})

test('who waits too long for a row that another holds is told so, and the next try succeeds', async () => {
  await using world = await openTestWorld()
  const amina = await world.person('amina', ['acceptance'])
  expect(said(await world.as(amina, ring, { bell: 'big' }))).toBe('done')
  const holder = await world.admin()
  try {
    await holder.query('begin')
    await holder.query(`select 1 from kernel.finding where dedupe_key = 'big' for update`)
    const requestId = randomUUID()
    expect(said(await world.as(amina, grab, { bell: 'big' }, requestId))).toBe('busy')
    await holder.query('rollback')
    expect(said(await world.as(amina, grab, { bell: 'big' }))).toBe('done')
  } finally {
    await holder.end()
  }
})
