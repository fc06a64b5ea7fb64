import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { readSecrets } from '../../server/src/platform/secrets.ts'
import { throwawayFolder } from '../../server/src/platform/throwaway.ts'

const root = join(import.meta.dirname, '..', '..')

/** The product as a newcomer has it: its own data folder, its own port, the demo city. */
export interface Product extends AsyncDisposable {
  /** `http://localhost:40123` */
  address: string
  dataDir: string
  people: { username: string; password: string; name: string }[]
  /** Runs a command of the CLI on the same data and gives what it printed and its exit code. */
  run: (...args: string[]) => Promise<{ code: number; out: string; err: string }>
  /** Sets the clock of the installation ahead by an interval (`4 years`), as if so much time had gone by. */
  setClockAhead: (interval: string) => Promise<void>
  /** Has the superuser do something to the data that nobody could do through the product, such as letting time pass by. */
  sql: (...statements: string[]) => Promise<void>
  /** Stops the server as Ctrl-C does; the data stay until disposal. */
  stop: () => Promise<void>
}

interface ProductOptions {
  /** An earlier product's folder, to go on where it was. */
  dataDir?: string
  /** Without the demo city: nobody is enrolled. */
  empty?: boolean
}

/** Starts `mingbu start` on a free port and waits until it says where it is. */
export async function startProduct({
  dataDir = throwawayFolder('mingbu-e2e-'),
  empty = false,
}: ProductOptions = {}): Promise<Product> {
  const env = { ...process.env, MINGBU_DATA: dataDir, PORT: '0' }
  const start = ['server/src/cli/mingbu.ts', 'start', '--json', ...(empty ? ['--empty'] : [])]
  const child = spawn(process.execPath, start, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let words = ''
  child.stderr.on('data', (data: Buffer) => {
    words += data
  })
  const said = await firstLine(child, () => words)
  const { address, people } = JSON.parse(said) as Pick<Product, 'address' | 'people'>
  const stop = () => ended(child, 'SIGINT')
  return {
    address,
    dataDir,
    people,
    stop,
    run: (...args) => runCli(args, env),
    setClockAhead: (interval) =>
      asSuperuser(dataDir, ['update kernel.clock set ahead = $1::interval', interval]),
    sql: (...statements) => asSuperuser(dataDir, ...statements.map((one) => [one] as [string])),
    async [Symbol.asyncDispose]() {
      await stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function asSuperuser(
  dataDir: string,
  ...statements: [sql: string, ...values: string[]][]
): Promise<void> {
  const admin = new pg.Client({
    host: join(dataDir, 'run'),
    user: 'mingbu_admin',
    password: readSecrets(dataDir).roles.mingbu_admin,
    database: 'mingbu',
  })
  await admin.connect()
  try {
    for (const [sql, ...values] of statements) await admin.query(sql, values)
  } finally {
    await admin.end()
  }
}

/** Runs the CLI once. */
export async function runCli(
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, ['server/src/cli/mingbu.ts', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (data: Buffer) => {
    out += data
  })
  child.stderr.on('data', (data: Buffer) => {
    err += data
  })
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? -1)))
  return { code, out, err }
}

function firstLine(child: ChildProcess, words: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = ''
    child.stdout?.on('data', (data: Buffer) => {
      out += data
      const end = out.indexOf('\n')
      if (end >= 0) resolve(out.slice(0, end))
    })
    child.once('close', (code) =>
      reject(new Error(`the product ended with ${code} before it was ready:\n${words()}`)),
    )
  })
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('close', () => resolve())
    child.kill(signal)
  })
}
