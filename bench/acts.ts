import { hash, randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { HttpClient } from './httpClient.ts'
import type { Installation } from './installation.ts'
import { type Figures, stretch, type Worker } from './measure.ts'
import { ownerAddress } from './owner.ts'
import { takeTurns } from './turns.ts'

/** Connections of the product's pool to the database; the floor gets no more and no fewer. */
export const connections = 16
/** What was measured at one concurrency. */
export interface ActsRun {
  concurrency: number
  /** The product through HTTP, evidence on. */
  product: Figures
  /** The product through HTTP with evidence left out: the act row stays, values, leaf and queue do not. */
  withoutEvidence: Figures
  /** The same rows in one prepared statement and one commit. */
  floor: Figures
  /** The same rows by begin, four prepared inserts and commit. */
  floorStepwise: Figures
}

/** Measures `file.store`, an act that looks for one row and writes one row, at each concurrency. */
export async function measureActs(
  installation: Installation,
  concurrencies: readonly number[],
  seconds: number,
  say: (words: string) => unknown,
): Promise<ActsRun[]> {
  const most = Math.max(...concurrencies)
  const clerks = await peopleWhoAct(installation, most)
  const clients = await Promise.all(clerks.map(() => HttpClient.open(installation.port)))
  const product = clients.map((client, i): Worker => {
    const store = storeFileWorker(client, clerks[i]!)
    return async () => {
      await store()
      return undefined
    }
  })
  await stretch(product, Math.min(1, seconds))
  const floor = await openFloor(installation, most)
  try {
    const ways = { product, withoutEvidence: product, floor: floor.atOnce, floorStepwise: floor.stepwise }
    const runs: ActsRun[] = []
    for (const concurrency of concurrencies) {
      say(`${concurrency} at a time …`)
      runs.push({ concurrency, ...(await takeTurns(installation, ways, concurrency, seconds, say)) })
    }
    return runs
  } finally {
    for (const client of clients) client.close()
    await floor.close()
  }
}

/** Signs in as many different people as asked, clerks first, from every office of the city. */
export async function peopleWhoAct(
  { world, signIn }: Installation,
  count: number,
): Promise<Record<string, string>[]> {
  const { rows } = await world.pools.app.query<{ username: string }>(
    `select username from people.demo_people() where username ~ '\\.(clerk|reviewer)' order by username !~ 'clerk', username limit $1`,
    [count],
  )
  if (rows.length < count)
    throw new Error(`the demo city has ${rows.length} clerks and reviewers, ${count} are needed`)
  const signedIn: Record<string, string>[] = []
  for (const { username } of rows) signedIn.push(await signIn(username))
  return signedIn
}

/** Stores one file a time under a fresh name; gives the answer's body. */
export function storeFileWorker(client: HttpClient, headers: Record<string, string>): () => Promise<string> {
  return async () => {
    const file = randomBytes(32).toString('hex')
    const body = JSON.stringify({
      requestId: randomUUID(),
      input: { file, media: 'application/pdf', bytes: 48_213 },
    })
    const answer = await client.send('POST', '/api/acts/file.store', headers, body)
    if (answer.status !== 200 || !answer.body.includes(file))
      throw new Error(`file.store answered ${answer.status}: ${answer.body.slice(0, 200)}`)
    return answer.body
  }
}

interface Floor {
  atOnce: Worker[]
  stepwise: Worker[]
  close(): Promise<void>
}

const insertAct = `insert into bench.act (district, id, type, at, actor, person_id, session_id, request_id, input_hash, outcome, clause, subject_kind, subject_id, answer, entry, fields)
  values ($1, $2, 'file.store', now(), $3, $4, $5, $6, $7, 'done', '4.1', 'file', $8, $9, $10, $11) returning seq`
const insertValues = (
  act: string,
  from: number,
) => `insert into bench.act_value (district, act_id, no, field, commitment, salt, value, sealed)
  select $1, ${act}, u.no - 1, u.f, u.c, u.s, u.v, u.x
  from unnest($${from}::text[], $${from + 1}::bytea[], $${from + 2}::bytea[], $${from + 3}::bytea[], $${from + 4}::boolean[]) with ordinality as u (f, c, s, v, x, no)`

const atOnceSql = `with a as (${insertAct}), v as (${insertValues('$2', 12)}), q as (insert into bench.act_queue select seq, $1, $2, $17 from a)
  insert into bench.upload (district, file, media, bytes, person_id, at, act_id) values ($1, $8, 'application/pdf', 48213, $4, now(), $2)`

/**
 * The floor: empty copies of the four tables an act of `file.store` writes, with their checks, indexes and foreign
 * keys but without row-level security, and workers that fill them with rows like those of a real act, as the owner
 * and by prepared statements. No HTTP, no session, no guard, no look at what is there, no hash, no JSON.
 */
async function openFloor({ world }: Installation, workers: number): Promise<Floor> {
  const admin = await world.admin()
  let sample: Sample
  try {
    await copyTables(admin)
    sample = await lastAct(admin)
  } finally {
    await admin.end()
  }
  const pool = new pg.Pool({ ...(await ownerAddress(world)), max: connections, min: connections })
  const atOnce = async () => {
    const row = sample.another()
    await pool.query({ name: 'floor', text: atOnceSql, values: [...row.act, ...row.values, row.leaf] })
    return undefined
  }
  const stepwise = async () => {
    const row = sample.another()
    const [district, id, , person, , , , file] = row.act
    const client = await pool.connect()
    try {
      await client.query({ name: 'begin', text: 'begin' })
      const { rows } = await client.query({ name: 'act', text: insertAct, values: row.act })
      await client.query({
        name: 'values',
        text: insertValues('$2', 3),
        values: [district, id, ...row.values],
      })
      await client.query({
        name: 'queue',
        text: 'insert into bench.act_queue values ($1, $2, $3, $4)',
        values: [rows[0].seq, district, id, row.leaf],
      })
      await client.query({
        name: 'upload',
        text: `insert into bench.upload (district, file, media, bytes, person_id, at, act_id) values ($1, $2, 'application/pdf', 48213, $3, now(), $4)`,
        values: [district, file, person, id],
      })
      await client.query({ name: 'commit', text: 'commit' })
      return undefined
    } finally {
      client.release()
    }
  }
  return {
    atOnce: Array(workers).fill(atOnce),
    stepwise: Array(workers).fill(stepwise),
    close: () => pool.end(),
  }
}

const copied = {
  act: 'kernel.act',
  act_value: 'kernel.act_value',
  act_queue: 'kernel.act_queue',
  upload: 'cases.upload',
}

async function copyTables(admin: pg.Client): Promise<void> {
  await admin.query('create schema bench')
  for (const [name, table] of Object.entries(copied))
    await admin.query(`create table bench.${name} (like ${table} including all)`)
  for (const [name, table] of Object.entries(copied)) {
    const keys = await admin.query<{ definition: string }>(
      `select pg_get_constraintdef(oid) as definition from pg_constraint where contype = 'f' and conrelid = $1::regclass`,
      [table],
    )
    for (const { definition } of keys.rows)
      await admin.query(`alter table bench.${name} add ${definition.replace('kernel.act(', 'bench.act(')}`)
  }
}

interface Sample {
  /** Rows like the sample's under fresh ids. */
  another(): { act: unknown[]; values: unknown[]; leaf: Buffer }
}

/** Reads the last `file.store` with its values, to be written again with fresh ids, salts and commitments. */
async function lastAct(admin: pg.Client): Promise<Sample> {
  const { rows } = await admin.query(
    `select * from kernel.act where type = 'file.store' and outcome = 'done' order by seq desc limit 1`,
  )
  const act = rows[0] as Record<string, string> & {
    answer: object
    fields: number
    entry: Buffer
    input_hash: Buffer
  }
  const values = (
    await admin.query('select field, value, sealed from kernel.act_value where act_id = $1 order by no', [
      act.id,
    ])
  ).rows as { field: string; value: Buffer; sealed: boolean }[]
  return {
    another() {
      const random = randomBytes(32 * (2 * values.length + 2))
      const bytes = (i: number) => random.subarray(i * 32, i * 32 + 32)
      const file = bytes(0).toString('hex')
      return {
        act: [
          act.district,
          randomUUID(),
          act.actor,
          act.person_id,
          act.session_id,
          randomUUID(),
          act.input_hash,
          file,
          act.answer,
          act.entry,
          act.fields,
        ],
        values: [
          values.map((value) => value.field.replace(act.subject_id!, file)),
          values.map((_, i) => bytes(2 + i)),
          values.map((_, i) => bytes(2 + values.length + i)),
          values.map((value) => value.value),
          values.map((value) => value.sealed),
        ],
        leaf: hash('sha256', bytes(1), 'buffer'),
      }
    },
  }
}
