import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../test/world.ts'
import { verifyEverything } from '../evidence/verify.ts'
import '../app/capabilities.ts'
import { Type } from 'typebox'
import { act } from './act.ts'
import { openFinding } from './finding.ts'
import { mappedConstraints } from './perform.ts'

const find = act({
  type: 'probe.spot',
  title: { zh: '发现', en: 'Spot' },
  clauses: ['7.4'],
  duties: [],
  input: Type.Object({ key: Type.String() }),
  result: Type.Object({}),
  async handle({ tx, district }, { key }) {
    await openFinding(tx, district, 'service:detector', {
      kind: 'probe',
      clause: '7.4',
      severity: 'low',
      subject: 'x',
      dedupeKey: key,
      summary: { zh: '一', en: 'one' },
    })
    return {}
  },
})

type Role = 'mingbu_app' | 'mingbu_sequencer' | 'mingbu_auditor'
let world: TestWorld
let ada: Someone
let jun: Someone
const prompts = {} as Record<Role | 'mingbu_owner', pg.Client>

let administrator: pg.Client
beforeAll(async () => {
  world = await openTestWorld()
  administrator = await world.admin()
  ada = await world.person('ada', ['acceptance'])
  jun = await world.person('jun', ['acceptance'], 'jiangbei')
  for (const [who, key] of [
    [ada, 'of Haishu'],
    [jun, 'of Jiangbei'],
  ] as const)
    expect((await world.as(who, find, { key })).ok).toBe(true)
  await world.sequencer.drain()
  // Two acts wait for the log: one of Haishu, and an enrolment in Yuyao, whose log is still empty.
  expect((await world.as(ada, find, { key: 'waiting' })).ok).toBe(true)
  await world.person('yu', [], 'yuyao')
  for (const role of ['mingbu_app', 'mingbu_sequencer', 'mingbu_auditor'] as const)
    prompts[role] = await world.prompt(role)
  // The owner of all tables cannot log in; this is what a migration gone wrong, or an administrator as owner, could do.
  prompts.mingbu_owner = await world.admin()
  await prompts.mingbu_owner.query('set role mingbu_owner')
})
afterAll(async () => {
  await administrator.end()
  for (const prompt of Object.values(prompts)) await prompt.end()
  await world[Symbol.asyncDispose]()
})

/**
 * Statements may be said in words: `open <who> <act>`, `refuse <who> <act>`, `read <who>`, `close <outcome>`, where who is
 * ada of Haishu, jun of Jiangbei, the forger with a made-up token, or nobody. `administrator` stands for the one who made
 * the database.
 */
function sql(words: string): string {
  const [verb, what, type] = words.split(' ')
  const tokens: Record<string, Buffer> = { ada: ada.token, jun: jun.token, forger: Buffer.alloc(32, 9) }
  const token = what && tokens[what] ? `'\\x${tokens[what].toString('hex')}'::bytea` : 'null'
  if (verb === 'open')
    return `select kernel.open_act(${token}, '${type}', null, gen_random_uuid(), sha256('x')) as opened`
  if (verb === 'refuse')
    return `select kernel.open_refusal(${token}, '${type}', null, gen_random_uuid(), sha256('x')) as opened`
  if (verb === 'read') return `select kernel.open_read(${token}) as opened`
  if (verb !== 'close') return words.replace('administrator', world.cluster.admin.user)
  return `select kernel.close_act('${what}', ${what === 'done' ? 'null' : "'busy'"}, null, null, null, '{}', array['x'], array[sha256('a')], array[sha256('b')],
    array['c'::bytea], array[false], sha256('d'))`
}
const findingOf = (district: string, more = '', values = '') =>
  `insert into kernel.finding (district, kind, clause, severity, subject, dedupe_key, summary_zh, summary_en, opened_by${more})
   values ('${district}', 'probe', '7.4', 'low', 'x', gen_random_uuid()::text, '一', 'one', 'service:x'${values})`
const enrolment = `select people.enrol('冒名', sha256('1'), 'x', 'forged', sha256('s')::bytea, 'x', '[]', null)`

/** Runs statements in one transaction and says what became of the last: `done`, or SQLSTATE and message. Nothing stays. */
async function attempt(
  role: keyof typeof prompts,
  statements: readonly string[],
): Promise<{ code: string; message: string; rows: Record<string, unknown>[] }> {
  const client = prompts[role]
  await client.query('begin')
  try {
    for (const before of statements.slice(0, -1)) await client.query(sql(before))
    try {
      const { rows } = await client.query(sql(statements.at(-1)!))
      return { code: 'done', message: '', rows }
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error
      return { code: error.code!, message: error.message, rows: [] }
    }
  } finally {
    await client.query('rollback')
  }
}
const denied = '42501'

// Whoever has the app's password. It is served by functions that ask for a token, and by nothing else.
const appAttacks: [string, string[], string, RegExp][] = [
  ['change an act', [`update kernel.act set outcome = 'done'`], denied, /table act/],
  ['delete an act', ['delete from kernel.act'], denied, /table act/],
  ['empty the acts', ['truncate kernel.act cascade'], denied, /table act/],
  [
    'write an act',
    [`insert into kernel.act (district, id) values ('haishu', gen_random_uuid())`],
    denied,
    /table act/,
  ],
  ['change a committed value', [`update kernel.act_value set value = 'x'`], denied, /table act_value/],
  ['take an act out of the queue', ['delete from kernel.act_queue'], denied, /table act_queue/],
  [
    'put an act into the queue',
    [`insert into kernel.act_queue values (1, 'haishu', gen_random_uuid(), sha256('x'))`],
    denied,
    /table act_queue/,
  ],
  [
    'write a leaf',
    [`insert into evidence.leaf values ('haishu', 0, 1, gen_random_uuid(), sha256('x'))`],
    denied,
    /table leaf/,
  ],
  [
    'write a checkpoint',
    [`insert into evidence.checkpoint (district, size, root, note) values ('haishu', 0, sha256('x'), 'x')`],
    denied,
    /table checkpoint/,
  ],
  ['move a head back', ['update evidence.head set size = 0'], denied, /table head/],
  [
    'publish a checkpoint',
    [`insert into evidence.published (district, size, note) values ('haishu', 0, 'x')`],
    denied,
    /table published/,
  ],
  [
    'put a witness’s name under a checkpoint',
    [`insert into evidence.cosignature (district, size, witness, line) values ('haishu', 0, 'x', 'x')`],
    denied,
    /table cosignature/,
  ],
  [
    'weaken a policy inside another act',
    [
      'open ada probe.spot',
      `insert into evidence.policy (log, version, text) values ('haishu', 1, 'quorum none')`,
    ],
    'MB034',
    /only by its own act/,
  ],
  ['change a policy', [`update evidence.policy set text = 'x'`], denied, /table policy/],
  [
    'switch a trigger off',
    ['alter table kernel.act disable trigger append_only'],
    denied,
    /owner of table act/,
  ],
  [
    'switch row security off for a table',
    ['alter table kernel.finding disable row level security'],
    denied,
    /owner of table finding/,
  ],
  [
    'read past row security',
    ['set local row_security = off', 'select * from kernel.finding'],
    denied,
    /row-level security/,
  ],
  ['drop a trigger', ['drop trigger append_only on kernel.act'], denied, /owner of relation act/],
  ['drop a table', ['drop table kernel.act cascade'], denied, /owner of table act/],
  ['add a column', ['alter table kernel.act add column x text'], denied, /owner of table act/],
  [
    'loosen a constraint',
    ['alter table kernel.duty_grant_pair drop constraint duty_conflict_static'],
    denied,
    /owner of table duty_grant_pair/,
  ],
  ['become the owner', ['set role mingbu_owner'], denied, /permission denied to set role/],
  ['become the administrator', ['set session authorization administrator'], denied, /session authorization/],
  ['switch all triggers off', ['set session_replication_role = replica'], denied, /session_replication_role/],
  [
    'make itself superuser',
    ['alter role mingbu_app superuser'],
    denied,
    /permission denied|must be superuser/,
  ],
  [
    'make a role',
    ['create role mallory login superuser'],
    denied,
    /permission denied to create role|must be superuser/,
  ],
  ['grant itself the accounts', ['grant select on kernel.account to mingbu_app'], denied, /table account/],
  [
    'make a function',
    [`create function kernel.now() returns timestamptz language sql as 'select now()'`],
    denied,
    /schema kernel/,
  ],
  [
    'make a function where names are looked up',
    [`create function public.sha256(bytea) returns bytea language sql as 'select $1'`],
    denied,
    /schema public/,
  ],
  ['make a schema', ['create schema mallory'], denied, /permission denied for database/],
  ['make a temporary table', ['create temp table act (x int)'], denied, /temporary tables/],
  ['make an extension', ['create extension dblink'], denied, /permission denied to create extension/],
  ['run a program', [`copy (select 1) to program 'id'`], denied, /COPY to or from an external program/],
  ['read a file of the server', [`select pg_read_file('/etc/passwd')`], denied, /function pg_read_file/],
  ['write a file of the server', [`copy (select 1) to '/tmp/mallory'`], denied, /COPY to a file/],
  ['read password verifiers', ['select verifier from kernel.account'], denied, /table account/],
  ['read password salts', ['select salt from kernel.account'], denied, /table account/],
  ['read session tokens', ['select token_hash from kernel.session'], denied, /table session/],
  ['read the pepper', ['select value from kernel.setting'], denied, /table setting/],
  ['read service tokens', ['select token_hash from kernel.service'], denied, /table service/],
  ['read identity numbers', ['select * from people.identity'], denied, /table identity/],
  ['set a password', [`update kernel.account set verifier = sha256('x')`], denied, /table account/],
  ['end a session', ['update kernel.session set ended_at = now()'], denied, /table session/],
  [
    'open a session for a person',
    [
      `insert into kernel.session (token_hash, person_id, workstation, expires_at) select sha256('x'), id, 'x', 'infinity' from kernel.person`,
    ],
    denied,
    /table session/,
  ],
  ['turn the clock', [`update kernel.clock set ahead = '1 year'`], denied, /table clock/],
  ['widen who may do an act', [`update kernel.act_type set duties = '{}'`], denied, /table act_type/],
  ['forget a conflict of duties', ['delete from kernel.duty_conflict'], denied, /table duty_conflict/],
  [
    'write who is acting',
    [
      `insert into kernel.tx_actor (pid, txid, state, actor, read_all, at) values (pg_backend_pid(), pg_current_xact_id(), 'acting', 'service:seed', true, now())`,
    ],
    denied,
    /table tx_actor/,
  ],
  [
    'bind itself to a person',
    [
      `select kernel.bind_tx('acting', 'person:x', null, null, 'city', true, 'haishu', gen_random_uuid(), 'probe.spot', gen_random_uuid(), sha256('x'))`,
    ],
    denied,
    /function bind_tx/,
  ],
  ['ask whose a token is', [`select * from kernel.whose_token('x')`], denied, /function whose_token/],
  ['close an act it did not open', ['close done'], 'MB003', /no open act/],
  ['close an act after a forged token', ['open forger probe.spot', 'close done'], 'MB003', /no open act/],
  ['open an act nobody declared', ['open ada probe.none'], 'MB002', /unknown act type/],
  [
    'act twice in one transaction',
    ['open ada probe.spot', 'open jun probe.spot'],
    'MB001',
    /one actor and one act/,
  ],
  [
    'act again after closing',
    ['open ada probe.spot', 'close done', 'open jun probe.spot'],
    'MB001',
    /one actor and one act/,
  ],
  [
    'bind anew as a reader while acting',
    ['open ada probe.spot', 'read jun'],
    'MB001',
    /one actor and one act/,
  ],
  ['act while reading', ['read ada', 'open ada probe.spot'], 'MB001', /one actor and one act/],
  [
    'write in an act and never close it',
    ['open ada probe.spot', findingOf('haishu'), 'commit'],
    'MB006',
    /not closed/,
  ],
  ['never record a refusal it opened', ['refuse ada probe.spot', 'commit'], 'MB006', /not closed/],
  ['write without an act', [findingOf('haishu')], denied, /row-level security policy for table "finding"/],
  [
    'write into another district',
    ['open nobody session.signIn', findingOf('haishu')],
    denied,
    /row-level security policy/,
  ],
  [
    'write after the act is closed',
    ['open ada probe.spot', 'close done', findingOf('haishu')],
    denied,
    /row-level security policy/,
  ],
  ['write while only reading', ['read ada', findingOf('haishu')], denied, /row-level security policy/],
  [
    'write while a refusal is recorded',
    ['refuse ada probe.spot', findingOf('haishu')],
    denied,
    /row-level security policy/,
  ],
  [
    'close as done what it opened as refused',
    ['refuse ada probe.spot', 'close done'],
    'MB005',
    /refusing cannot be closed as done/,
  ],
  [
    'close as refused what it performed',
    ['open ada probe.spot', 'close refused'],
    'MB005',
    /acting cannot be closed as refused/,
  ],
  [
    'choose the act a row belongs to',
    ['open ada probe.spot', findingOf('haishu', ', act_id', ', gen_random_uuid()')],
    denied,
    /table finding/,
  ],
  [
    'choose the time of a row',
    ['open ada probe.spot', findingOf('haishu', ', opened_at', `, '2001-01-01'`)],
    denied,
    /table finding/,
  ],
  [
    'choose the id of a row',
    ['open ada probe.spot', findingOf('haishu', ', id', ', gen_random_uuid()')],
    denied,
    /table finding/,
  ],
  [
    'choose who moved a finding',
    [
      'open ada probe.spot',
      `insert into kernel.finding_step (district, finding_id, no, state, note, person_id) select district, id, 1, 'noticed', 'x', opened_by::uuid from kernel.finding`,
    ],
    denied,
    /table finding_step/,
  ],
  [
    'change what was found',
    ['open ada probe.spot', `update kernel.finding set summary_en = 'nothing'`],
    denied,
    /table finding/,
  ],
  ['delete a finding', ['open ada probe.spot', `delete from kernel.finding`], denied, /table finding/],
  [
    'change a line of the ledger',
    ['open ada probe.spot', `update kernel.custody_line set to_place = 'store'`],
    denied,
    /table custody_line/,
  ],
  [
    'allot serials outside any act',
    [
      `insert into kernel.serial_range (kind, edition, serials, district) values ('proof', '', '[1,10)', 'haishu')`,
    ],
    denied,
    /policy for table "serial_range"/,
  ],
  ['enrol a person in another act', ['open ada probe.spot', enrolment], 'MB040', /only by an enrolment act/],
  [
    'enrol a person as a recorded refusal',
    ['refuse nobody people.enrol', enrolment],
    'MB040',
    /only by an enrolment act/,
  ],
  [
    'open a session in another act',
    ['open ada probe.spot', `select kernel.sign_in('ada', 'x', 'w')`],
    'MB020',
    /only in a sign-in act/,
  ],
  [
    'open a session as a recorded refusal',
    ['refuse nobody session.signIn', `select kernel.sign_in('ada', 'x', 'w')`],
    'MB020',
    /only in a sign-in act/,
  ],
  [
    'lock a colleague out',
    ['open ada probe.spot', `select kernel.count_failure('jun')`],
    'MB020',
    /not a refused sign-in/,
  ],
  [
    'end its session in another act',
    ['open ada probe.spot', 'select kernel.sign_out()'],
    'MB020',
    /only in a sign-out act/,
  ],
  [
    'erase a value',
    ['open ada probe.spot', `select kernel.erase_value((select id from kernel.act limit 1), 'in.key')`],
    'MB011',
    /only by an erasure act/,
  ],
  [
    'put somebody into a post in another act',
    [
      'open ada probe.spot',
      `insert into people.holding (district, person_id, post, during) select district, person_id, post, '[2030-01-01,)' from people.holding limit 1`,
    ],
    'MB042',
    /only by its own acts/,
  ],
  [
    'take somebody off a post in another act',
    ['open ada probe.spot', `update people.holding set during = '[2020-01-01,2020-01-02)'`],
    'MB042',
    /only by its own acts/,
  ],
  [
    'send a colleague on leave in another act',
    [
      'open ada probe.spot',
      `insert into people.absence (district, person_id, during, kind) select district, id, '[2020-01-01,)', 'other' from kernel.person where district = 'haishu' limit 1`,
    ],
    'MB042',
    /only by its own acts/,
  ],
  [
    'lower the risk of a post in another act',
    ['open ada probe.spot', `update people.post set risk = 'low', measures_zh = 'x', measures_en = 'x'`],
    'MB042',
    /only by its own acts/,
  ],
  [
    'make a unit in another act',
    [
      'open ada probe.spot',
      `insert into people.unit (district, id, kind, name_zh, name_en) values ('haishu', 'shadow', 'centre', 'x', 'x')`,
    ],
    'MB042',
    /only by its own acts/,
  ],
  [
    'write a proposal by hand',
    [
      'open ada probe.spot',
      `insert into people.proposal (district, kind, person_id, body) select 'haishu', 'reset', id, '{}' from kernel.person limit 1`,
    ],
    denied,
    /table proposal/,
  ],
  [
    'read the number of a proposed colleague',
    ['select id_sealed from people.proposal'],
    denied,
    /table proposal/,
  ],
  [
    'propose in another act',
    ['open ada probe.spot', `select people.propose('post', null, '{}')`],
    'MB043',
    /outside its own act/,
  ],
  [
    'end a colleague’s employment in another act',
    ['open ada probe.spot', `select people.end_person(id, now()) from kernel.person limit 1`],
    'MB045',
    /only by an act of leaving/,
  ],
  [
    'settle what is not due in another act',
    ['open ada probe.spot', `select people.settle(id) from kernel.person limit 1`],
    'MB045',
    /only what is due/,
  ],
  [
    'end a post in another act',
    ['open ada probe.spot', `select people.end_post(person_id, id) from people.holding limit 1`],
    'MB045',
    /only by their own act/,
  ],
  [
    'carry out an assignment in another act',
    ['open ada probe.spot', 'select people.assign(gen_random_uuid())'],
    'MB045',
    /only by their own act/,
  ],
  [
    'make administrators in another act',
    ['open ada probe.spot', `select people.bootstrap('[]')`],
    'MB044',
    /only by bootstrap/,
  ],
  [
    'ask in another act whether a user name is taken',
    ['open ada probe.spot', `select people.username_is_taken('jun')`],
    'MB043',
    /not asked in an enrolment/,
  ],
  [
    'run code as another by a DO block',
    [`do $$ begin perform set_config('role', 'mingbu_owner', false); end $$`],
    denied,
    /permission denied to set role/,
  ],
]

test('there are attacks enough, each its own', () => {
  expect(appAttacks.length).toBeGreaterThan(60)
  expect(new Set(appAttacks.map(([name]) => name)).size).toBe(appAttacks.length)
})
test.each(appAttacks)('the app at the SQL prompt cannot %s', async (_, statements, code, message) => {
  const answer = await attempt('mingbu_app', statements)
  expect([answer.code, answer.message]).toEqual([code, expect.stringMatching(message)])
})

// The one who builds the log writes leaves at its end, heads and checkpoints, and reads nothing personal.
const leaf = (idx: string, actId: string, district = 'haishu') =>
  `insert into evidence.leaf (district, idx, seq, act_id, hash) values ('${district}', ${idx}, 1, ${actId}, sha256('x'))`
const headOf = (district: string) => `(select size from evidence.head where district = '${district}')`
const waitingIn = (district: string) => `(select act_id from kernel.act_queue where district = '${district}')`
const haishuAct = `(select id from kernel.act where district = 'haishu' order by seq limit 1)`
const sequencerAttacks: [string, string[], string, RegExp][] = [
  ['change a leaf', [`update evidence.leaf set hash = sha256('x')`], denied, /table leaf/],
  ['delete a leaf', ['delete from evidence.leaf'], denied, /table leaf/],
  ['empty the log', ['truncate evidence.leaf'], denied, /table leaf/],
  ['change a tile hash', [`update evidence.node set hash = sha256('x')`], denied, /table node/],
  ['change a checkpoint', [`update evidence.checkpoint set note = 'x'`], denied, /table checkpoint/],
  [
    'date a checkpoint',
    [`insert into evidence.checkpoint values ('haishu', 999, sha256('x'), 'x', '2001-01-01')`],
    denied,
    /table checkpoint/,
  ],
  ['delete a head', ['delete from evidence.head'], denied, /table head/],
  [
    'adopt a policy',
    [`insert into evidence.policy (log, version, text) values ('haishu', 1, 'quorum none')`],
    denied,
    /table policy/,
  ],
  [
    'publish what nobody signed',
    [`insert into evidence.published (district, size, note) values ('haishu', ${headOf('haishu')} + 1, 'x')`],
    'MB032',
    /begins with what was signed/,
  ],
  ['take back what was published', ['delete from evidence.published'], denied, /table published/],
  ['change a cosignature', [`update evidence.cosignature set line = 'x'`], denied, /table cosignature/],
  ['change the key of a log', [`update evidence.log set vkey = 'x'`], denied, /table log/],
  [
    'leave a gap',
    [leaf(`${headOf('haishu')} + 1`, waitingIn('haishu'))],
    'MB030',
    /start at the head and be dense/,
  ],
  ['begin a second time', [leaf('0', haishuAct)], '23505', /leaf_pkey/],
  [
    'begin an empty log in the middle',
    [leaf('5', waitingIn('yuyao'), 'yuyao')],
    'MB030',
    /start at the head and be dense/,
  ],
  ['log an act twice', [leaf(headOf('haishu'), haishuAct)], '23505', /leaf_once/],
  ['log an act in another district', [leaf('0', haishuAct, 'yuyao')], '23503', /foreign key/],
  ['log an act that never was', [leaf(headOf('haishu'), 'gen_random_uuid()')], '23503', /foreign key/],
  [
    'put an act into the queue',
    [`insert into kernel.act_queue values (1, 'haishu', ${haishuAct}, sha256('x'))`],
    denied,
    /table act_queue/,
  ],
  [
    'change a waiting hash',
    [`update kernel.act_queue set leaf_hash = sha256('x')`],
    denied,
    /table act_queue/,
  ],
  ['change an act', [`update kernel.act set type = 'x.y'`], denied, /table act/],
  ['read committed values', ['select value from kernel.act_value'], denied, /table act_value/],
  ['read password verifiers', ['select verifier from kernel.account'], denied, /table account/],
  ['read the register', ['select * from register.party'], denied, /permission denied/],
  ['open an act', ['open ada probe.spot'], denied, /function open_act/],
  ['sign in', [`select kernel.sign_in('ada', 'x', 'w')`], denied, /function sign_in/],
  ['become the app', ['set role mingbu_app'], denied, /permission denied to set role/],
  ['switch all triggers off', ['set session_replication_role = replica'], denied, /session_replication_role/],
  [
    'switch a trigger off',
    ['alter table evidence.leaf disable trigger leaf_dense'],
    denied,
    /owner of table leaf/,
  ],
  ['run a program', [`copy (select 1) to program 'id'`], denied, /external program/],
]
test.each(sequencerAttacks)(
  'the sequencer at the SQL prompt cannot %s',
  async (_, statements, code, message) => {
    const answer = await attempt('mingbu_sequencer', statements)
    expect([answer.code, answer.message]).toEqual([code, expect.stringMatching(message)])
  },
)

// The one who looks at everything changes nothing and reads no secrets.
const auditorAttacks: [string, string[], string, RegExp][] = [
  ['change an act', [`update kernel.act set type = 'x.y'`], denied, /table act/],
  ['write a finding', [findingOf('haishu')], denied, /table finding/],
  ['close a finding', [`update kernel.finding set state = 'closed'`], denied, /table finding/],
  ['write a leaf', [leaf('0', haishuAct)], denied, /table leaf/],
  ['take an act out of the queue', ['delete from kernel.act_queue'], denied, /table act_queue/],
  ['empty a table', ['truncate kernel.finding'], denied, /table finding/],
  ['open an act', ['open ada probe.spot'], denied, /function open_act/],
  ['read in the name of a person', ['read ada'], denied, /function open_read/],
  ['enrol a person', [enrolment], denied, /function enrol/],
  ['read password verifiers', ['select verifier from kernel.account'], denied, /table account/],
  ['read session tokens', ['select token_hash from kernel.session'], denied, /table session/],
  ['read service tokens', ['select * from kernel.service'], denied, /table service/],
  ['read identity numbers', ['select * from people.identity'], denied, /table identity/],
  ['become the owner', ['set role mingbu_owner'], denied, /permission denied to set role/],
  [
    'make a function',
    [`create function public.x() returns int language sql as 'select 1'`],
    denied,
    /schema public/,
  ],
  ['read a file of the server', [`select pg_read_file('/etc/passwd')`], denied, /function pg_read_file/],
  [
    'end others\u2019 connections',
    [`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'administrator'`],
    denied,
    /permission denied to terminate|must be a superuser|must be a member of the role/,
  ],
]
test.each(auditorAttacks)('the auditor at the SQL prompt cannot %s', async (_, statements, code, message) => {
  const answer = await attempt('mingbu_auditor', statements)
  expect([answer.code, answer.message]).toEqual([code, expect.stringMatching(message)])
})

// Even as the owner of the tables: what is append-only says so itself. Only a superuser can silence it, and verification sees that.
const appendOnly = [
  'kernel.act',
  'kernel.act_value',
  'kernel.finding_step',
  'kernel.custody_line',
  'kernel.serial_range',
  'evidence.leaf',
  'evidence.node',
  'evidence.checkpoint',
  'evidence.policy',
  'evidence.cosignature',
  'evidence.published',
]
const projections = [
  'people.unit',
  'people.post',
  'people.holding',
  'people.absence',
  'people.proposal',
  'kernel.duty_grant',
  'kernel.finding',
  'kernel.obligation',
  'kernel.custody_offer',
  'kernel.custody_stop',
  'kernel.custody_holding',
  'evidence.head',
]
test.each<[string, string]>([
  ...[...appendOnly, ...projections].map((table): [string, string] => [
    `empty ${table}`,
    `truncate ${table} cascade`,
  ]),
  ['change an act', `update kernel.act set clause = 'x'`],
  ['delete an act', `delete from kernel.act`],
  ['change a committed value', `update kernel.act_value set value = 'x', salt = sha256('x')`],
  [
    'erase a register image',
    `update kernel.act_value set value = null, salt = null where field like 'row:%'`,
  ],
  ['delete a committed value', `delete from kernel.act_value`],
  ['change a leaf', `update evidence.leaf set hash = sha256('x')`],
  ['delete a leaf', `delete from evidence.leaf`],
  ['change a checkpoint', `update evidence.checkpoint set note = 'x'`],
  ['delete a head', `delete from evidence.head`],
  ['delete a finding', `delete from kernel.finding`],
  ['delete a grant', `delete from kernel.duty_grant`],
])('the owner of the tables cannot %s', async (_, statement) => {
  const answer = await attempt('mingbu_owner', [statement])
  expect([answer.code, answer.message]).toEqual(['MB010', expect.stringMatching(/append-only/)])
})

// The same doors, used rightly: each role can do its work.
test.each([
  [
    'the app, in an open act, writes into its district',
    'mingbu_app',
    ['open ada probe.spot', findingOf('haishu')],
  ],
  ['the app closes what it opened', 'mingbu_app', ['open ada probe.spot', 'close done']],
  ['the app records a refusal', 'mingbu_app', ['refuse nobody probe.spot', 'close refused']],
  [
    'the app allots serials in an act',
    'mingbu_app',
    [
      'open ada probe.spot',
      `insert into kernel.serial_range (kind, edition, serials, district) values ('proof', '', '[1,10)', 'haishu')`,
    ],
  ],
  ['the sequencer takes an act out of the queue', 'mingbu_sequencer', ['delete from kernel.act_queue']],
  ['the sequencer writes the next leaf', 'mingbu_sequencer', [leaf(headOf('haishu'), waitingIn('haishu'))]],
  ['the sequencer writes the first leaf', 'mingbu_sequencer', [leaf('0', waitingIn('yuyao'), 'yuyao')]],
  [
    'the sequencer moves a head',
    'mingbu_sequencer',
    [`update evidence.head set size = size + 1 where district = 'yuyao'`],
  ],
  [
    'the auditor reads every act and value',
    'mingbu_auditor',
    ['select a.id, v.value from kernel.act a join kernel.act_value v on v.act_id = a.id'],
  ],
  [
    'the owner erases what is no register image',
    'mingbu_owner',
    [`update kernel.act_value set value = null, salt = null where field = 'in.key'`],
  ],
] as const)('%s', async (_, role, statements) => {
  expect(await attempt(role, statements)).toMatchObject({ code: 'done', message: '' })
})

// Row security: who is bound to the transaction decides what there is.
test.each([
  ['nobody', ['select dedupe_key as key from kernel.finding'], []],
  [
    'a reader of Haishu',
    ['read ada', 'select dedupe_key as key from kernel.finding order by 1'],
    ['of Haishu', 'waiting'],
  ],
  [
    'an act of Haishu',
    ['open ada probe.spot', 'select dedupe_key as key from kernel.finding order by 1'],
    ['of Haishu', 'waiting'],
  ],
  [
    'a reader of Jiangbei',
    ['read jun', 'select dedupe_key as key from kernel.finding order by 1'],
    ['of Jiangbei'],
  ],
  [
    'a refusal of Haishu being recorded',
    ['refuse ada probe.spot', 'select dedupe_key as key from kernel.finding order by 1'],
    ['of Haishu', 'waiting'],
  ],
  [
    'an act that is closed',
    ['open ada probe.spot', 'close done', 'select dedupe_key as key from kernel.finding'],
    [],
  ],
  ['a forged token', ['read forger', 'select dedupe_key as key from kernel.finding'], []],
  [
    'a reader of Haishu asking for acts of Jiangbei',
    ['read ada', `select type as key from kernel.act where district = 'jiangbei'`],
    [],
  ],
  [
    'a reader of Haishu asking for values of Jiangbei',
    ['read ada', `select field as key from kernel.act_value where district = 'jiangbei'`],
    [],
  ],
  [
    'a writer of Haishu at rows of Jiangbei',
    [
      'open ada probe.spot',
      `update kernel.finding set due_on = '2026-01-01' where district = 'jiangbei' returning dedupe_key as key`,
    ],
    [],
  ],
  [
    // Its own rows it reaches, and the rule of findings stops it there: they move only in acts of their own.
    'a writer of Haishu at its own rows',
    ['open ada probe.spot', `update kernel.finding set due_on = '2026-01-01' returning dedupe_key as key`],
    'MB131',
  ],
  [
    'a reader at its own rows',
    ['read ada', `update kernel.finding set due_on = '2026-01-01' returning dedupe_key as key`],
    [],
  ],
] as const)('to %s the app shows %o', async (_, statements, keys) => {
  const answer = await attempt('mingbu_app', statements)
  if (typeof keys === 'string') return expect(answer).toMatchObject({ code: keys })
  expect(answer).toMatchObject({ code: 'done' })
  expect(answer.rows.map((row) => row.key)).toEqual(keys)
})

test('a token opens for its person only: the answer to a forged one is that nobody is signed in', async () => {
  const forged = await attempt('mingbu_app', ['open forger probe.spot'])
  expect(forged.rows).toEqual([{ opened: { status: 'not_signed_in' } }])
  const own = await attempt('mingbu_app', ['open ada probe.spot'])
  expect(own.rows[0]!.opened).toMatchObject({
    status: 'ok',
    actor: `person:${ada.id}`,
    district: 'haishu',
    duties: ['acceptance'],
  })
})

test('the id, time and person of an act are made in the database, whatever the app would like', async () => {
  const client = prompts.mingbu_app
  await client.query('begin')
  const { rows } = await client.query<{ opened: { act: string } }>(sql('open ada probe.spot'))
  await client.query(`set local timezone = 'Asia/Tokyo'`)
  await client.query(sql('close done'))
  await client.query('rollback')
  await client.query('begin')
  const again = await client.query<{ opened: { act: string } }>(sql('open ada probe.spot'))
  await client.query(sql('close done'))
  await client.query('commit')
  expect(again.rows[0]!.opened.act).not.toBe(rows[0]!.opened.act)
  const [act] = await world.superuser<{ person_id: string; entry: Buffer; near: boolean }>(
    `select person_id, entry, abs(extract(epoch from at - kernel.now())) < 60 as near from kernel.act where id = $1`,
    [again.rows[0]!.opened.act],
  )
  expect(act).toMatchObject({ person_id: ada.id, near: true })
  expect(act!.entry.toString()).toContain(again.rows[0]!.opened.act)
})

test('every constraint that stands for a refusal is there to refuse: as a constraint, an index or a raised name', async () => {
  const names = mappedConstraints()
  expect(names.length).toBeGreaterThan(10)
  const found = await world.superuser<{ name: string }>(
    `
    select conname as name from pg_constraint where conname = any($1) union
    select relname from pg_class where relname = any($1) and relkind = 'i' union
    select n from unnest($1::text[]) n join pg_proc p on p.prosrc ~* ('constraint\\s*=\\s*''' || n || '''')`,
    [names],
  )
  expect(names.filter((name) => !found.some((one) => one.name === name))).toEqual([])
})

test('after all attacks nothing has changed but the one act that was performed', async () => {
  await world.sequencer.drain()
  const report = await verifyEverything(world.pools.auditor, world.deps.vault)
  // The act closed by hand above brought a field root over other bytes than its value: verification names exactly it.
  expect(new Set(report.problems.map((one) => one.act)).size).toBe(1)
  expect(await world.superuser('select dedupe_key from kernel.finding order by 1')).toEqual([
    { dedupe_key: 'of Haishu' },
    { dedupe_key: 'of Jiangbei' },
    { dedupe_key: 'waiting' },
  ])
})
