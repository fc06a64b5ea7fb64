import { randomBytes, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { inject } from 'vitest'
import { performConfirmed, SoftwarePasskey } from '../src/app/software-passkey.ts'
import { openDatabase, type World } from '../src/app/world.ts'
import { type AnyAct, isRefusal } from '../src/kernel/act.ts'
import type { Outcome } from '../src/kernel/perform.ts'
import { signIn } from '../src/people/acts.ts'
import { enrol } from '../src/people/enrol.ts'
import { addFirstFactor, offerFactors } from '../src/people/factors.ts'
import {
  adminClient,
  type Cluster,
  openEmbeddedCluster,
  openExternalCluster,
} from '../src/platform/db/cluster.ts'
import { readSecrets } from '../src/platform/secrets.ts'
import { completeIdNumber } from '../src/values/idNumber.ts'

/** A person of a test world, signed in. */
export interface Someone {
  id: string
  username: string
  token: Buffer
}

/** A test's own installation: a fresh database with real roles, a kernel, a sequencer and people who can sign in. */
export interface TestWorld extends World {
  database: string
  cluster: Cluster
  /** Enrols a person with duties and signs them in, in a post of their own unless one is named. The password is always the same. */
  person(username: string, duties: string[], district?: string, post?: string): Promise<Someone>
  /**
   * Performs an act as someone (or nobody) under a fresh request id. What needs it is confirmed with their passkey. Who signs in
   * is let in without a device, which only tests of that gate register first; they sign in through `kernel.perform`.
   */
  as(who: Someone | null, act: AnyAct, input: unknown, requestId?: string): Promise<Outcome<never>>
  /** Lets whoever signed in by another way than `as` go on without a device. */
  letIn(personId: string): Promise<void>
  /** The passkey of someone, which they register before they first confirm with it. */
  passkeyOf(who: Someone): Promise<SoftwarePasskey>
  /** Sets the installation's clock so that now is `instant`. */
  setClock(instant: string): Promise<void>
  /** Runs one statement as superuser: what an attacker with the server could do. */
  superuser<T extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>
  /** A client logged in as one of the product's roles, at the SQL prompt. */
  prompt(role: 'mingbu_app' | 'mingbu_sequencer' | 'mingbu_auditor'): Promise<pg.Client>
  [Symbol.asyncDispose](): Promise<void>
}

export const testPassword = 'correct horse 明簿 8'

/** Opens a fresh world. `now` is the installation's clock at the start. */
export async function openTestWorld({ now }: { now?: string } = {}): Promise<TestWorld> {
  const dataDir = inject('dataDir')
  const secrets = readSecrets(dataDir)
  const url = process.env.TEST_DATABASE_URL
  const shared: Cluster = url
    ? await openExternalCluster(url)
    : await openEmbeddedCluster(dataDir, secrets.roles.mingbu_admin)
  const cluster = { ...shared, stop: async () => {} }
  const database = `t_${randomUUID().replaceAll('-', '')}`
  const root = adminClient(cluster, cluster.maintenanceDatabase)
  await root.connect()
  // Two tests copying the template at once would each find it in use.
  await root.query(`select pg_advisory_lock(42)`)
  await root.query(`create database ${database} template mingbu_template strategy file_copy`)
  await root.end()
  const world = await openDatabase(cluster, database, secrets, { dataDir, origin: 'http://localhost:8080' })
  let serial = 0
  const superuser: TestWorld['superuser'] = async (sql, values) => {
    const client = await world.admin()
    try {
      return (await client.query(sql, values)).rows as never
    } finally {
      await client.end()
    }
  }
  const setClock = async (instant: string) => {
    await superuser(`update kernel.clock set ahead = $1::timestamptz - now()`, [instant])
  }
  if (now) await setClock(now)
  const perform = (token: Uint8Array | null, act: AnyAct, input: unknown, requestId: string = randomUUID()) =>
    world.kernel.perform(act, { token, requestId, input }) as Promise<Outcome<never>>
  // One connection for all who come in: a superuser past the trigger that lets nobody in without a device.
  let doorkeeper: Promise<pg.Client> | null = null
  const letIn = async (personId: string): Promise<void> => {
    doorkeeper ??= world.admin().then(async (client) => {
      await client.query('set session_replication_role = replica')
      return client
    })
    await (await doorkeeper).query(
      `update kernel.session set bar = null, barred_at = null where person_id = $1 and bar = 'device_needed' and ended_at is null`,
      [personId],
    )
  }
  const passkeys = new Map<string, Promise<SoftwarePasskey>>()
  const register = async (who: Someone): Promise<SoftwarePasskey> => {
    const made = new SoftwarePasskey(randomBytes(32), world.deps.origin)
    // A test may have moved the clock past the day in which a first device is added.
    await superuser(
      `update people.first_factor set until = kernel.now() + interval '1 day' where person_id = $1`,
      [who.id],
    )
    const offer = await world.kernel.read(who.token, (ctx) =>
      offerFactors(ctx, { name: who.username, username: who.username, credentials: [] }),
    )
    if (isRefusal(offer)) throw new Error(`${who.username} was offered nothing: ${offer.code}`)
    const passkey = made.register(offer.passkey.challenge)
    const added = await perform(who.token, addFirstFactor, { label: '测试密钥', passkey })
    if (!added.ok) throw new Error(`${who.username} registered no passkey: ${added.refusal.message.en}`)
    return made
  }
  const passkeyOf = (who: Someone): Promise<SoftwarePasskey> => {
    const known = passkeys.get(who.id) ?? register(who)
    passkeys.set(who.id, known)
    return known
  }
  return {
    ...world,
    database,
    passkeyOf,
    letIn,
    cluster,
    superuser,
    setClock,
    async person(username, duties, district = 'haishu', post = username) {
      serial++
      const seed = Buffer.from(secrets.services.seed!, 'hex')
      const idNumber = completeIdNumber(`3302031980010${String(1000 + serial).padStart(4, '0')}`)
      const posts = [{ id: post, zh: post, en: post }]
      const made = await perform(seed, enrol, {
        district,
        name: username,
        idNumber,
        username,
        password: testPassword,
        posts,
        duties,
        demo: false,
      })
      if (!made.ok) throw new Error(`could not enrol ${username}: ${made.refusal.message.en}`)
      const session = await perform(null, signIn, { username, password: testPassword })
      if (!session.ok) throw new Error(`could not sign in ${username}: ${session.refusal.message.en}`)
      const { token, personId } = session.result as { token: string; personId: string }
      await letIn(personId)
      return { id: personId, username, token: Buffer.from(token, 'hex') }
    },
    async as(who, act, input, requestId) {
      const request = { token: who?.token ?? null, input, ...(requestId ? { requestId } : {}) }
      const outcome = await performConfirmed(world.kernel, act, request, () => passkeyOf(who!))
      if (act === signIn && outcome.ok) await letIn((outcome.result as { personId: string }).personId)
      return outcome
    },
    async prompt(role) {
      const client = adminClient(
        { ...cluster, admin: { user: role, password: secrets.roles[role] } },
        database,
      )
      client.on('error', () => {})
      await client.connect()
      return client
    },
    async [Symbol.asyncDispose]() {
      await (await doorkeeper)?.end()
      await world.close()
      const client = adminClient(cluster, cluster.maintenanceDatabase)
      await client.connect()
      await client.query(`drop database if exists ${database} with (force)`)
      await client.end()
    },
  }
}
