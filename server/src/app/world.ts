import { join } from 'node:path'
import { fromBase64 } from '@mingbu/tlog'
import pg from 'pg'
import '../app/capabilities.ts'
import { SurveyWatch } from '../cadastre/survey/watch.ts'
import { businesses } from '../cases/business.ts'
import { CustodyWatch } from '../custody/watch.ts'
import { Publisher } from '../evidence/publisher.ts'
import { Sequencer } from '../evidence/sequencer.ts'
import { Verifications } from '../evidence/verification.ts'
import type { Outside } from '../evidence/verify.ts'
import { LogWatch } from '../evidence/watch.ts'
import type { Deps } from '../kernel/act.ts'
import { Kernel } from '../kernel/perform.ts'
import { AccessWatch } from '../people/access/watch.ts'
import { AccountWatch } from '../people/account-watch.ts'
import { dutyTable } from '../people/duties.ts'
import { reportMaintenance } from '../people/maintenance/acts.ts'
import { Prover } from '../people/proof/prover.ts'
import { PeopleWatch } from '../people/watch.ts'
import type { Config } from '../platform/config.ts'
import { requireWritableFolder } from '../platform/config.ts'
import {
  adminClient,
  type Cluster,
  openEmbeddedCluster,
  openExternalCluster,
} from '../platform/db/cluster.ts'
import { migrate } from '../platform/db/migrate.ts'
import { FileStore } from '../platform/files.ts'
import { readSecrets, type Secrets } from '../platform/secrets.ts'
import { StartupError } from '../platform/startup-error.ts'
import { Vault } from '../platform/vault.ts'
import { TreeMemory } from '../signing/memory.ts'
import { readSeed } from '../signing/seed.ts'
import { CheckpointSigner } from '../signing/signer.ts'
import { Figures } from '../supervision/board/figures.ts'
import { TallyWatch } from '../supervision/board/tally-watch.ts'
import { DutyWatch } from '../supervision/duties/watch.ts'
import { RectificationWatch } from '../supervision/rectification/watch.ts'
import { outgoingOf } from '../supervision/reminders/outgoing-of.ts'
import { DigestWatch } from '../supervision/reminders/watch.ts'
import { RuleWatch } from '../supervision/rulebook/watch.ts'
import { WindowWatch } from '../supervision/window/watch.ts'
import { officialCalendar } from '../values/load.ts'
import { openSigning, type Signing } from './signing.ts'
import { syncDeclarations } from './sync.ts'
import { redrawPage, verifyPage } from './web-build.ts'

/** A running installation without its HTTP server: database, kernel, sequencer. The composition root. */
export interface World {
  kernel: Kernel
  sequencer: Sequencer
  publisher: Publisher
  watch: LogWatch
  accessWatch: AccessWatch
  /** Settles what falls due about people. */
  peopleWatch: PeopleWatch
  /** Looks for accounts that are shared or used as they should not be. */
  accountWatch: AccountWatch
  /** Looks for seals out after hours, and stores that nobody counts. */
  custodyWatch: CustodyWatch
  surveyWatch: SurveyWatch
  dutyWatch: DutyWatch
  /** Tells everybody each working day what waits for them. */
  digestWatch: DigestWatch
  /** Counts acts for the controls board. */
  tallyWatch: TallyWatch
  /** Shows cards for findings whose day has passed. */
  rectificationWatch: RectificationWatch
  /** Ends turns at the window that closing time has ended, and looks for what is wrong with turns. */
  windowWatch: WindowWatch
  ruleWatch: RuleWatch
  /** Signer and witnesses, for what they remember. */
  outside: Outside
  secrets: Secrets
  deps: Deps
  /** Pools by role. The app never gets another. */
  pools: { app: pg.Pool; sequencer: pg.Pool; auditor: pg.Pool }
  /** An administrator's client, connected, for bootstrap and drills; the caller ends it. */
  admin(): Promise<pg.Client>
  /** Names of migrations applied at this opening. */
  migrated: string[]
  close(): Promise<void>
}

/** Opens the installation of a data folder: starts PostgreSQL if need be, migrates, and makes the kernel. */
export async function openWorld(config: Config): Promise<World> {
  requireWritableFolder(config.dataDir)
  const secrets = readSecrets(config.dataDir)
  const signing = openSigning(config)
  try {
    const world = await openWithSigning(config, secrets, signing)
    try {
      await signing.install(world.kernel, world.pools.auditor, secrets)
      return world
    } catch (error) {
      await world.close()
      throw error
    }
  } catch (error) {
    await signing.close()
    throw error
  }
}

async function openWithSigning(config: Config, secrets: Secrets, signing: Signing): Promise<World> {
  if (config.databaseUrl) {
    const cluster = await openExternalCluster(config.databaseUrl)
    return openDatabase(cluster, cluster.database, secrets, config, signing)
  }
  const cluster = await openEmbeddedCluster(config.dataDir, secrets.roles.mingbu_admin, config.own)
  try {
    await ensureDatabase(cluster, 'mingbu')
    return await openDatabase(cluster, 'mingbu', secrets, config, signing)
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

async function ensureDatabase(cluster: Cluster, name: string): Promise<void> {
  const client = adminClient(cluster, cluster.maintenanceDatabase)
  await client.connect()
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}

/** Signs in this process, remembers until it ends, and is watched by nobody: for databases that tests open. */
const signingHere = (dataDir: string): Signing => ({
  signer: new CheckpointSigner(readSeed(join(dataDir, 'signer')), new TreeMemory(':memory:')),
  witnesses: [],
  install: async () => {},
  close: async () => {},
})

interface MigratedUnder {
  district: string
  id: string
  names: string
}

/** Orders under which migrations ran that no act has recorded yet; a start that was cut short leaves one. */
async function migratedUnder(admin: pg.Client): Promise<MigratedUnder[]> {
  const { rows } = await admin.query<MigratedUnder>(
    `select o.district, o.id, string_agg(a.name, ', ' order by a.number) as names
     from people.maintenance_order o join migration.applied a on a.order_id = o.id
     where o.state = 'released' group by o.district, o.id`,
  )
  return rows
}

/** Migrates and opens one database of a cluster. Tests use it directly, one database each. */
export async function openDatabase(
  cluster: Cluster,
  database: string,
  secrets: Secrets,
  config: Pick<Config, 'dataDir' | 'origin' | 'webhook' | 'mail'>,
  signing: Signing = signingHere(config.dataDir),
): Promise<World> {
  const admin = async () => {
    const client = adminClient(cluster, database)
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const client = await admin()
  let migrated: string[]
  let demo: boolean
  let unreported: MigratedUnder[]
  try {
    migrated = await migrate(client, secrets)
    await syncDeclarations(client, dutyTable, secrets, signing.signer, officialCalendar())
    unreported = await migratedUnder(client)
    demo =
      (await client.query(`select 1 from kernel.setting where name = 'demo' and value = 'true'`)).rowCount ===
      1
  } finally {
    await client.end()
  }
  const pool = (role: 'mingbu_app' | 'mingbu_sequencer' | 'mingbu_auditor', max: number) => {
    const made = new pg.Pool({
      ...cluster.at,
      database,
      user: role,
      password: secrets.roles[role],
      max,
      idleTimeoutMillis: 30_000,
      options:
        '-c timezone=UTC -c lock_timeout=5s -c statement_timeout=600s -c idle_in_transaction_session_timeout=60s',
    })
    made.on('error', () => {})
    // The pool hears of a lost connection only while nobody holds it; who holds it learns at the next query.
    made.on('connect', (client) => client.on('error', () => {}))
    return made
  }
  const pools = {
    app: pool('mingbu_app', 16),
    sequencer: pool('mingbu_sequencer', 3),
    auditor: pool('mingbu_auditor', 4),
  }
  const vault = new Vault(secrets)
  const publisher = new Publisher(pools.sequencer, signing.witnesses)
  const sequencer = new Sequencer(pools.sequencer, signing.signer, { outside: publisher })
  const token = Buffer.from(secrets.services.detector!, 'hex')
  const outside: Outside = {
    async signer(origin) {
      const [last] = await signing.signer.last([origin])
      return last ? { size: last.size, root: fromBase64(last.root) } : null
    },
    witnesses: signing.witnesses,
  }
  const files = new FileStore(join(config.dataDir, 'files'))
  const proofs = new Prover({ kernel: () => kernel, token })
  const verifications = new Verifications({
    pool: pools.auditor,
    vault,
    kernel: () => kernel,
    token,
    beside: { outside, files },
  })
  const deps: Deps = {
    vault,
    files,
    duties: dutyTable,
    businesses,
    // An installation becomes a demo while it runs, when the demo city is put into it.
    calendar: officialCalendar({ allowUnpublished: () => deps.demo }),
    origin: config.origin,
    demo,
    verifyPage,
    redrawPage,
    outside: {
      stateOf: (log) => publisher.stateOf(log),
      contradicted: publisher.contradicted,
      frozen: sequencer.frozen,
    },
    verifications,
    figures: new Figures(pools.auditor),
    proofs,
  }
  const kernel = new Kernel(pools.app, vault, deps)
  kernel.closed = () => sequencer.wake()
  for (const { district, id, names } of unreported) {
    const outcome = await kernel.perform(reportMaintenance, {
      token: Buffer.from(secrets.services.installer!, 'hex'),
      requestId: id,
      input: { district, orderId: id, result: names },
    })
    if (!outcome.ok) throw new StartupError(outcome.refusal.message.en)
  }
  const watch = new LogWatch({ pool: pools.auditor, kernel, token, sequencer, publisher })
  const accessWatch = new AccessWatch({ pool: pools.auditor, kernel, token, judging: deps })
  const peopleWatch = new PeopleWatch({ pool: pools.auditor, kernel, token })
  const accountWatch = new AccountWatch({
    pool: pools.auditor,
    kernel,
    token,
    calendar: deps.calendar,
    anyHour: () => deps.demo,
  })
  const custodyWatch = new CustodyWatch({
    pool: pools.auditor,
    kernel,
    token,
    calendar: deps.calendar,
    anyHour: () => deps.demo,
  })
  const dutyWatch = new DutyWatch({ pool: pools.auditor, kernel, token, judging: deps })
  const rectificationWatch = new RectificationWatch({
    pool: pools.auditor,
    kernel,
    token,
    calendar: deps.calendar,
  })
  const windowWatch = new WindowWatch({ pool: pools.auditor, kernel, token, calendar: deps.calendar })
  const ruleWatch = new RuleWatch({ pool: pools.auditor, kernel, token })
  const tallyWatch = new TallyWatch(pools.sequencer)
  const digestWatch = new DigestWatch({
    pool: pools.auditor,
    kernel,
    token,
    calendar: deps.calendar,
    origin: config.origin,
    outgoing: outgoingOf(config),
  })
  const surveyWatch = new SurveyWatch({ pool: pools.auditor, kernel, token })
  return {
    kernel,
    watch,
    accessWatch,
    peopleWatch,
    accountWatch,
    custodyWatch,
    surveyWatch,
    dutyWatch,
    tallyWatch,
    rectificationWatch,
    digestWatch,
    windowWatch,
    ruleWatch,
    outside,
    sequencer,
    publisher,
    secrets,
    deps,
    pools,
    admin,
    migrated,
    async close() {
      await verifications.stop()
      await proofs.stop()
      await watch.stop()
      await accessWatch.stop()
      await peopleWatch.stop()
      await accountWatch.stop()
      await custodyWatch.stop()
      await surveyWatch.stop()
      await dutyWatch.stop()
      await digestWatch.stop()
      await tallyWatch.stop()
      await rectificationWatch.stop()
      await windowWatch.stop()
      await ruleWatch.stop()
      await sequencer.stop()
      await publisher.stop()
      await signing.close()
      await Promise.all([pools.app.end(), pools.sequencer.end(), pools.auditor.end()])
      await cluster.stop()
    },
  }
}
