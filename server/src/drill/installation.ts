import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import pg from 'pg'
import { FileStore } from '../platform/files.ts'
import { readSecrets } from '../platform/secrets.ts'
import type { Victim } from './crash.ts'
import type { Draws } from './draws.ts'

const command = new URL('../cli/mingbu.ts', import.meta.url).pathname
const requestMs = 20_000
const settleMs = 60_000
/** How long a victim that is being brought back is waited for. */
const victimMs = 15_000

/** An answer of the server; a lost one is null. */
export interface Answer {
  status: number
  body: unknown
  cookie: string | null
}

/** A scratch installation made of real processes, which can be killed and brought back. */
export class Installation {
  readonly dataDir: string
  /** How the server ended whenever nobody had killed or stopped it, with its last words. */
  readonly ownEnds: string[] = []
  #server: ChildProcess | null = null
  #address = ''

  constructor(dataDir: string) {
    this.dataDir = dataDir
  }

  /** Makes a small demo city. */
  async seed(): Promise<void> {
    const { code, out } = await this.#run('seed', '--units', '300', '--json')
    if (code !== 0) throw new Error(`seeding ended with ${code}: ${out}`)
  }

  /** Starts the server and waits until it serves. */
  async start(): Promise<void> {
    const child = this.#spawn('start', '--json')
    this.#server = child
    this.#address = await new Promise<string>((resolve, reject) => {
      let heard = ''
      child.stderr?.on('data', (data: Buffer) => {
        heard = (heard + data.toString()).slice(-2000)
      })
      child.once('exit', (code, signal) => {
        const words = `the server ended with ${code ?? signal}: ${heard}`
        if (signal === null && this.#server === child) this.ownEnds.push(words)
        reject(new Error(words))
      })
      createInterface({ input: child.stdout! }).once('line', (line) =>
        resolve((JSON.parse(line) as { address: string }).address.replace('localhost', '127.0.0.1')),
      )
    })
  }

  /** Puts a file into the store, as an upload would before its act. Returns its name. */
  async putFile(content: string): Promise<{ file: string; bytes: number }> {
    const taken = await new FileStore(join(this.dataDir, 'files')).take(
      Readable.from([content]),
      'application/pdf',
    )
    if (typeof taken === 'string') throw new Error(`the file store refused a file: ${taken}`)
    return { file: taken.sha256, bytes: taken.size }
  }

  /** Sends a request; null when no answer came. */
  async post(path: string, body: string, cookie?: string): Promise<Answer | null> {
    try {
      const response = await fetch(`${this.#address}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-mingbu': '1', ...(cookie ? { cookie } : {}) },
        body,
        signal: AbortSignal.timeout(requestMs),
      })
      return {
        status: response.status,
        body: await response.json(),
        cookie:
          response.headers
            .getSetCookie()
            .map((one) => one.split(';')[0])
            .join('; ') || null,
      }
    } catch {
      return null
    }
  }

  /** Kills one process without warning, once there is one of the kind. False when none comes up for a while. */
  async kill(victim: Victim, draws: Draws): Promise<boolean> {
    for (const end = performance.now() + victimMs; this.#pidsOf(victim).length === 0; ) {
      if (performance.now() > end) return false
      await new Promise((wake) => setTimeout(wake, 50))
    }
    await new Promise((wake) => setTimeout(wake, draws.between(0, 400)))
    const pids = this.#pidsOf(victim)
    if (pids.length === 0) return false
    const pid = draws.one(pids)
    const isServer = pid === this.#server?.pid
    const gone = isServer ? exited(this.#server!) : null
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      return false
    }
    await gone
    return true
  }

  /** Starts the server again when it, or the database under it, is gone. Everything else comes back by itself. */
  async bringBack(): Promise<void> {
    const databaseLives = this.#pidsOf('postgres').length > 0
    const serverLives =
      this.#server !== null && this.#server.exitCode === null && this.#server.signalCode === null
    if (databaseLives && serverLives) return
    if (serverLives) await this.stop()
    await this.start()
  }

  /** Waits until every act is in its log and every log is published. @throws Error saying what is left after a while. */
  async settle(): Promise<void> {
    for (const end = performance.now() + settleMs; ; ) {
      const open = await this.#open().catch((error: unknown) => String(error))
      if (open === null) return
      if (performance.now() > end) throw new Error(`not everything was logged and published in time: ${open}`)
      await new Promise((wake) => setTimeout(wake, 100))
    }
  }

  /** What is not yet logged, signed or published, and how the server says it is; null when nothing is left. */
  async #open(): Promise<string | null> {
    const rows = await this.query<{ district: string; waiting: number; size: number; published: number }>(
      `select * from (
         select h.district, (select count(*)::int from kernel.act_queue q where q.district = h.district) as waiting, h.size,
           (select coalesce(max(size), 0) from evidence.published p where p.district = h.district) as published
         from evidence.head h) one where waiting > 0 or size > published`,
    )
    if (rows.length === 0) return null
    const health = await fetch(`${this.#address}/api/health`, { signal: AbortSignal.timeout(requestMs) })
      .then((response) => response.text())
      .catch(String)
    return `${JSON.stringify(rows)}; the server says ${health}`
  }

  /** Asks the database as its superuser. */
  async query<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
    const client = new pg.Client({
      host: join(this.dataDir, 'run'),
      user: 'mingbu_admin',
      password: readSecrets(this.dataDir).roles.mingbu_admin,
      database: 'mingbu',
    })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query<T>(sql)).rows
    } finally {
      await client.end()
    }
  }

  /** Ends the server in order. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const gone = exited(server)
    server.kill('SIGINT')
    await gone
  }

  async verify(): Promise<{ ok: boolean; problems: string[] }> {
    const { out } = await this.#run('verify', '--json')
    try {
      const report = JSON.parse(out) as { ok: boolean; problems: { message: string }[] }
      return { ok: report.ok, problems: report.problems.map(({ message }) => message) }
    } catch {
      return { ok: false, problems: [`verify said: ${out.slice(0, 300)}`] }
    }
  }

  /** Leaves no process behind. */
  async end(): Promise<void> {
    await this.stop()
    for (const victim of ['signer', 'witness', 'postgres'] as const)
      for (const pid of this.#pidsOf(victim))
        try {
          process.kill(pid, victim === 'postgres' ? 'SIGINT' : 'SIGKILL')
        } catch {
          // Gone by itself.
        }
    for (let tries = 0; tries < 100 && this.#pidsOf('postgres').length > 0; tries++)
      await new Promise((wake) => setTimeout(wake, 50))
  }

  #pidsOf(victim: Victim): number[] {
    if (victim === 'server') return this.#server?.pid === undefined ? [] : [this.#server.pid]
    const postmaster = postmasterOf(this.dataDir)
    if (victim === 'postgres') return postmaster === null ? [] : [postmaster]
    if (victim === 'backend')
      return postmaster === null
        ? []
        : processes().flatMap(({ pid, parent, words }) =>
            parent === postmaster && /mingbu_(app|sequencer)/.test(words) ? [pid] : [],
          )
    const folder = join(this.dataDir, victim)
    return processes().flatMap(({ pid, words }) =>
      words.includes(`${victim} --folder ${folder}`) ? [pid] : [],
    )
  }

  #spawn(...args: string[]): ChildProcess {
    return spawn(process.execPath, [command, ...args], {
      env: { ...process.env, MINGBU_DATA: this.dataDir, PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  async #run(...args: string[]): Promise<{ code: number; out: string }> {
    const child = this.#spawn(...args)
    let out = ''
    child.stdout?.on('data', (data: Buffer) => {
      out += data.toString()
    })
    child.stderr?.on('data', (data: Buffer) => {
      out += data.toString()
    })
    const code = await new Promise<number>((resolve) =>
      child.once('close', (status) => resolve(status ?? -1)),
    )
    return { code, out }
  }
}

const exited = (child: ChildProcess) => new Promise<void>((resolve) => child.once('exit', () => resolve()))

/** The postmaster's process id, when it lives. */
function postmasterOf(dataDir: string): number | null {
  try {
    const pid = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
    return processes().some((one) => one.pid === pid && one.words.includes('postgres')) ? pid : null
  } catch {
    return null
  }
}

/** Every process of this machine that can be read, with its parent and its command line. */
function processes(): { pid: number; parent: number; words: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const status = readFileSync(`/proc/${name}/status`, 'utf8')
        if (/^State:\s+[ZX]/m.test(status)) return []
        return [{ pid: Number(name), parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]), words }]
      } catch {
        return []
      }
    })
}
