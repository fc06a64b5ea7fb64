import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase, openWorld, type World } from '../app/world.ts'
import { originOf } from '../evidence/neighbours.ts'
import { type Outside, type VerifyReport, verifyEverything, verifyUncommitted } from '../evidence/verify.ts'
import { adminClient, type Cluster, openEmbeddedCluster } from '../platform/db/cluster.ts'
import { FileStore } from '../platform/files.ts'
import { readSecrets, type Secrets } from '../platform/secrets.ts'
import { throwawayFolder } from '../platform/throwaway.ts'
import { Vault } from '../platform/vault.ts'
import { registrationOffices } from '../values/districts.ts'

const origin = 'http://localhost:8080'

/** One copy of the scratch database, with a superuser in it. It is dropped when it is disposed of. */
export interface Copy extends AsyncDisposable {
  admin: pg.Client
  /** The store that this copy is verified with; its own once it asked for one to change. */
  ownFiles(): { store: FileStore; dir: string }
  /** Kernel and sequencer on this copy. They sign with the house's own keys, and no one outside hears of it. */
  world(): Promise<World>
  verify(outside: Outside): Promise<VerifyReport>
  /** Verifies it with what is done to it, and takes that back. What is done is statements of `admin`, which is in a transaction. */
  tried(deed: () => Promise<void>, outside: Outside): Promise<VerifyReport>
}

/** A throwaway installation in a temporary folder, whose database is copied for everything that is tried on it. */
export interface Scratch extends AsyncDisposable {
  dataDir: string
  secrets: Secrets
  /** Opens the installation itself, with its own signer and witnesses, for as long as `work` takes. */
  inWorld<T>(work: (world: World) => Promise<T>): Promise<T>
  /** Keeps the database as it is now under a name that `copyOf` knows. */
  keep(name: string): Promise<void>
  copyOf(name: string): Promise<Copy>
}

/** Makes a scratch installation: a PostgreSQL of its own, which need not survive a power cut. */
export async function openScratch(): Promise<Scratch> {
  const dataDir = throwawayFolder('mingbu-drill-')
  const secrets = readSecrets(dataDir)
  const cluster = await openEmbeddedCluster(dataDir, secrets.roles.mingbu_admin)
  const root = adminClient(cluster, cluster.maintenanceDatabase)
  await root.connect()
  await root.query('alter system set fsync = off')
  await root.query('select pg_reload_conf()')
  let serial = 0
  // PostgreSQL copies a database only while nobody else is in it.
  let copying: Promise<unknown> = Promise.resolve()
  // An opening sets the roles of the whole cluster: one at a time.
  let opening: Promise<unknown> = Promise.resolve()
  const createFrom = (name: string, template: string) => {
    copying = copying.then(() =>
      root.query(`create database ${name} template ${template} strategy file_copy`),
    )
    return copying
  }
  const config = { dataDir, port: 0, databaseUrl: null, origin }
  return {
    dataDir,
    secrets,
    async inWorld(work) {
      const world = await openWorld(config)
      try {
        return await work(world)
      } finally {
        await world.close()
      }
    },
    async keep(name) {
      await createFrom(`kept_${name}`, 'mingbu')
    },
    async copyOf(name) {
      const database = `copy_${++serial}`
      await createFrom(database, `kept_${name}`)
      const drop = () => root.query(`drop database if exists ${database} with (force)`)
      const open = () => {
        opening = opening.then(() =>
          openDatabase({ ...cluster, stop: async () => {} }, database, secrets, { dataDir, origin }),
        )
        return opening as Promise<World>
      }
      return openCopy({ cluster, database, secrets, dataDir, open, drop })
    },
    async [Symbol.asyncDispose]() {
      await root.end()
      await cluster.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

interface CopyAt {
  cluster: Cluster
  open(): Promise<World>
  database: string
  secrets: Secrets
  dataDir: string
  drop(): Promise<unknown>
}

async function openCopy({ cluster, database, secrets, dataDir, open, drop }: CopyAt): Promise<Copy> {
  const admin = adminClient(cluster, database)
  admin.on('error', () => {})
  await admin.connect()
  const auditor = new pg.Pool({
    ...cluster.at,
    database,
    user: 'mingbu_auditor',
    password: secrets.roles.mingbu_auditor,
    max: 1,
    options: '-c timezone=UTC',
  })
  auditor.on('error', () => {})
  let files = new FileStore(join(dataDir, 'files'))
  let own: string | null = null
  let opened: Promise<World> | null = null
  return {
    admin,
    ownFiles() {
      if (own === null) {
        own = join(dataDir, 'copies', database)
        cpSync(join(dataDir, 'files'), own, { recursive: true })
        files = new FileStore(own)
      }
      return { store: files, dir: own }
    },
    async world() {
      opened ??= open()
      return opened
    },
    verify: (outside) => verifyEverything(auditor, new Vault(secrets), { outside, files }),
    async tried(deed, outside) {
      await admin.query('begin isolation level repeatable read')
      try {
        await deed()
        return await verifyUncommitted(admin, new Vault(secrets), { outside, files })
      } finally {
        await admin.query('rollback')
      }
    },
    async [Symbol.asyncDispose]() {
      await (await opened)?.close()
      await auditor.end()
      await admin.end()
      await drop()
      if (own) rmSync(own, { recursive: true, force: true })
    },
  }
}

/** What signer and witnesses remember at this moment, for ever: they answer from memory afterwards. */
export async function rememberedNow({ signer, witnesses }: Outside): Promise<Outside> {
  const origins = registrationOffices.map(({ id }) => originOf(id))
  const byOrigin = async <T>(ask: (origin: string) => Promise<T>) =>
    new Map(await Promise.all(origins.map(async (one) => [one, await ask(one)] as const)))
  const signed = signer ? await byOrigin(signer) : null
  const notes = await Promise.all(
    witnesses.map(async ({ name, latest }) => ({ name, notes: await byOrigin(latest) })),
  )
  return {
    ...(signed ? { signer: async (one: string) => signed.get(one) ?? null } : {}),
    witnesses: notes.map((one) => ({
      name: one.name,
      latest: async (log: string) => one.notes.get(log) ?? null,
    })),
  }
}
