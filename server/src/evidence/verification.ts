import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { type Static, Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { openFinding } from '../kernel/finding.ts'
import type { Kernel } from '../kernel/perform.ts'
import { query } from '../kernel/query.ts'
import { refuser } from '../kernel/refusal.ts'
import { verifyDuties } from '../people/duties.ts'
import { type Tx, table } from '../platform/db/tx.ts'
import type { Vault } from '../platform/vault.ts'
import { officeById } from '../values/districts.ts'
import { type Problem, type VerifyOptions, verifyEverything } from './verify.ts'

const runTable = table('evidence.verify_run', ['id'])
const resultTable = table('evidence.verify_result', ['run_id'])

const refuse = refuser({
  verification_running: {
    status: 409,
    clause: '6.4',
    zh: '核验正在进行，请等它结束。',
    en: 'A verification is under way; please wait until it has ended.',
  },
  city_bureau_only: {
    status: 403,
    clause: '6.7',
    zh: '全面核验涉及各登记机构，只由市局的督查或审计管理员发起。',
    en: 'A full verification reads every office, so only the city bureau’s inspectors and audit administrators start it.',
  },
})

/** Starts a full verification, which then runs beside everything else; its result is an act of its own. */
export const startVerification = act({
  type: 'evidence.verify',
  title: { zh: '发起全面核验', en: 'Start a full verification' },
  clauses: ['6.4'],
  duties: verifyDuties,
  input: Type.Object({}, { additionalProperties: false }),
  result: Type.Object({ runId: Type.String() }),
  created: (result) => ({ kind: 'verification', id: result.runId }),
  async handle({ tx, actor, district, deps }) {
    if (actor.homeDistrict !== 'city') return refuse('city_bureau_only')
    // Held until this act is committed: who starts at the same time is refused, also from another server.
    const { free } = await tx.one<{
      free: boolean
    }>`select pg_try_advisory_xact_lock(${runLock}::bigint) as free`
    if (!free || deps.verifications.running) return refuse('verification_running')
    const [run] = await tx.put<{ id: string }>(runTable, { district })
    deps.verifications.begin(run!.id, district)
    return { runId: run!.id }
  },
})

const Found = Type.Object(
  {
    code: Type.String({ maxLength: 60 }),
    district: Type.String({ maxLength: 20 }),
    message: Type.String({ maxLength: 1000 }),
    zh: Type.String({ maxLength: 1000 }),
    index: Type.Optional(Type.Integer()),
    act: Type.Optional(Type.String({ maxLength: 100 })),
    table: Type.Optional(Type.String({ maxLength: 100 })),
    key: Type.Optional(Type.String({ maxLength: 300 })),
  },
  { additionalProperties: false },
)

/** What a verification found. Each kind of fault of each office becomes one finding. */
export const endVerification = act({
  type: 'evidence.verified',
  title: { zh: '记录核验结果', en: 'Record the result of a verification' },
  clauses: ['6.4'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ maxLength: 20 }),
      runId: Type.String({ format: 'uuid' }),
      acts: Type.Integer({ minimum: 0 }),
      leaves: Type.Integer({ minimum: 0 }),
      rows: Type.Integer({ minimum: 0 }),
      problems: Type.Array(Found, { maxItems: 200 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ runId: Type.String(), ok: Type.Boolean(), findings: Type.Integer() }),
  created: (result) => ({ kind: 'verification', id: result.runId }),
  // They are committed with the row.
  secretInput: ['problems'],
  async handle({ tx, district }, { runId, acts, leaves, rows, problems }) {
    const ok = problems.length === 0
    await tx.put(resultTable, { district, run_id: runId, ok, acts, leaves, rows, problems })
    const first = new Map(problems.toReversed().map((one) => [`${one.code}:${one.district}`, one]))
    let findings = 0
    for (const [key, problem] of first) {
      const office = officeById(problem.district)?.name ?? { zh: problem.district, en: problem.district }
      const opened = await openFinding(tx, district, 'service:detector', {
        kind: 'verify_problem',
        clause: '6.4',
        severity: 'critical',
        subject: `log:${problem.district}`,
        dedupeKey: `verify:${key}`,
        summary: {
          zh: `核验不符（${office.zh}）：${problem.zh}`.slice(0, 500),
          en: `Does not verify (${office.en}): ${problem.message}`.slice(0, 500),
        },
      })
      if (opened) findings++
    }
    return { runId, ok, findings }
  },
})

/** A run under way. */
export interface Running {
  runId: string
  /** Leaves looked at, and how many there were when it began. */
  checked: number
  total: number
}

interface VerificationsOptions {
  /** Reads as the auditor. */
  pool: pg.Pool
  vault: Vault
  kernel: () => Kernel
  /** Token of the service that records results. */
  token: Uint8Array
  /** What the database is held against besides itself. */
  beside?: Pick<VerifyOptions, 'outside' | 'files'>
}

/** Key of the advisory lock that one verification holds: no two run at once on one database. */
const runLock = 7_640_027
const commitWaitMs = 10_000

/** Runs verifications in the background, one at a time, through the auditor's own connections. */
export class Verifications {
  readonly #options: VerificationsOptions
  #running: Running | null = null
  #work: Promise<void> = Promise.resolve()
  #stopped = false
  /** Why the last run could not record its result; null when it could. */
  fault: string | null = null

  constructor(options: VerificationsOptions) {
    this.#options = options
  }

  get running(): Running | null {
    return this.#running
  }

  /** Begins a run once the act that asks for it is committed; without that nothing happens. */
  begin(runId: string, district: string): void {
    this.#running = { runId, checked: 0, total: 0 }
    this.#work = this.#run(runId, district)
      .catch((error: unknown) => {
        this.fault = error instanceof Error ? error.message : String(error)
      })
      .finally(() => {
        this.#running = null
      })
  }

  /** Waits for what is under way. */
  async idle(): Promise<void> {
    await this.#work
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#work
  }

  async #run(runId: string, district: string): Promise<void> {
    const { pool, vault, kernel, token } = this.#options
    const client = await pool.connect()
    try {
      if (!(await this.#isCommitted(client, runId))) return
      await client.query('select pg_advisory_lock($1)', [runLock])
      const { rows } = await client.query<{ total: number }>(
        'select coalesce(sum(size), 0)::bigint as total from evidence.head',
      )
      this.#running = { runId, checked: 0, total: rows[0]!.total }
      const report = await this.#verify(pool, vault)
      if (this.#stopped) return
      const recorded = await kernel().perform(endVerification, {
        token,
        requestId: randomUUID(),
        input: { district, runId, ...report },
      })
      this.fault = recorded.ok ? null : recorded.refusal.message.en
    } finally {
      await client.query('select pg_advisory_unlock($1)', [runLock]).catch(() => {})
      client.release()
    }
  }

  async #verify(pool: pg.Pool, vault: Vault) {
    try {
      const progress = (checked: number) => {
        if (this.#running) this.#running = { ...this.#running, checked }
        if (this.#stopped) throw new StoppedError()
      }
      const { acts, leaves, rows, problems } = await verifyEverything(pool, vault, {
        ...this.#options.beside,
        progress,
      })
      return { acts, leaves, rows, problems: problems.map(storable) }
    } catch (error) {
      if (error instanceof StoppedError) return { acts: 0, leaves: 0, rows: 0, problems: [] }
      // A verification that could not end has not found everything in order.
      const message = error instanceof Error ? error.message : String(error)
      const zh = '核验没有做完，程序中途出错'
      const problem = { code: 'not_finished', district: 'city', message: message.slice(0, 1000), zh }
      return { acts: 0, leaves: 0, rows: 0, problems: [problem] }
    }
  }

  async #isCommitted(client: pg.PoolClient, runId: string): Promise<boolean> {
    for (const until = Date.now() + commitWaitMs; Date.now() < until && !this.#stopped; ) {
      const found = await client.query('select 1 from evidence.verify_run where id = $1', [runId])
      if (found.rowCount === 1) return true
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return false
  }
}

/** The server stops while a verification runs; it then has no result. */
class StoppedError extends Error {}

/** A problem as the act takes it: only what it knows, in lengths that fit. */
function storable({ code, district, message, zh, index, act, table, key }: Problem) {
  return {
    code,
    district,
    message: message.slice(0, 1000),
    zh: zh.slice(0, 1000),
    ...(index !== undefined ? { index } : {}),
    ...(act !== undefined ? { act: act.slice(0, 100) } : {}),
    ...(table !== undefined ? { table: table.slice(0, 100) } : {}),
    ...(key !== undefined ? { key: key.slice(0, 300) } : {}),
  }
}

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])
const Run = Type.Object({
  runId: Type.String(),
  at: Type.String(),
  person: Type.String(),
  actId: Type.String(),
  state: Type.String({ description: 'running, good, bad or interrupted.' }),
  endedAt: Nullable(Type.String()),
  resultActId: Nullable(Type.String()),
  acts: Nullable(Type.Integer()),
  leaves: Nullable(Type.Integer()),
  rows: Nullable(Type.Integer()),
  problems: Type.Array(Type.Object({}, { additionalProperties: true })),
})

/** Every verification that was started, newest first, with what it found, and how far the one under way has come. */
export const verifications = query({
  path: 'verifications',
  title: { zh: '核验记录', en: 'Verifications' },
  access: 'signed_in',
  duties: verifyDuties,
  params: Type.Object({ before: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$' })) }),
  result: Type.Object({
    running: Nullable(Type.Object({ runId: Type.String(), checked: Type.Integer(), total: Type.Integer() })),
    items: Type.Array(Run),
    next: Nullable(Type.String()),
  }),
  async run({ tx, deps }, { before }) {
    const limit = 20
    const { running } = deps.verifications
    const rows = await tx.rows<{
      id: string
      at: string
      person: string
      act_id: string
      ok: boolean | null
      ended_at: string | null
      result_act: string | null
      acts: number | null
      leaves: number | null
      rows: number | null
      problems: Problem[] | null
    }>`
      select r.id, r.at, p.name as person, r.act_id, s.ok, s.at as ended_at, s.act_id as result_act, s.acts, s.leaves, s.rows, s.problems
      from evidence.verify_run r join kernel.person p on p.id = r.person_id
        left join evidence.verify_result s on s.district = r.district and s.run_id = r.id
      where r.district = 'city' and r.id < ${before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'}::uuid
      order by r.id desc limit ${limit + 1}`
    const items: Static<typeof Run>[] = []
    for (const row of rows.slice(0, limit)) {
      const unended = running?.runId === row.id ? 'running' : 'interrupted'
      items.push({
        runId: row.id,
        at: row.at,
        person: row.person,
        actId: row.act_id,
        state: row.ok === null ? unended : row.ok ? 'good' : 'bad',
        endedAt: row.ended_at,
        resultActId: row.result_act,
        acts: row.acts,
        leaves: row.leaves,
        rows: row.rows,
        problems: await linked(tx, row.problems ?? []),
      })
    }
    return { running, items, next: rows.length > limit ? items.at(-1)!.runId : null }
  },
})

/** Problems with what leads to them: the act of a leaf, the thing a row is part of. */
async function linked(tx: Tx, problems: readonly Problem[]): Promise<object[]> {
  const found: object[] = []
  for (const problem of problems)
    found.push({
      ...problem,
      act: problem.act ?? (await actOfLeaf(tx, problem)),
      thing: await thingOf(tx, problem),
    })
  return found
}

async function actOfLeaf(tx: Tx, { district, index }: Problem): Promise<string | null> {
  if (index === undefined) return null
  const leaf = await tx.maybe<{ act_id: string }>`
    select act_id from evidence.leaf where district = ${district} and idx = ${index}`
  return leaf?.act_id ?? null
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The thing whose life tells of a row, by the row's table and key; null where there is none. */
async function thingOf(tx: Tx, problem: Problem): Promise<{ kind: string; id: string } | null> {
  const { district, table: name = '', key = '' } = problem
  const [first = ''] = key.split('/')
  if (name === 'cadastre.unit') return { kind: 'unit', id: first }
  if (!uuid.test(first)) return null
  if (name.startsWith('cases.')) return { kind: 'case', id: first }
  const row =
    name === 'register.entry' || name === 'register.entry_party'
      ? await tx.maybe<{ kind: string; id: string }>`
          select 'unit' as kind, unit_code as id from register.entry where district = ${district} and id = ${first}::uuid`
      : name === 'register.certificate'
        ? await tx.maybe<{ kind: string; id: string }>`
            select 'certificate' as kind, number as id from register.certificate where district = ${district} and id = ${first}::uuid`
        : null
  return row
}
