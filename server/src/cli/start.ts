import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seedDemo } from '../app/demo.ts'
import { httpServer } from '../app/http.ts'
import { ensureWebBuilt } from '../app/web-build.ts'
import { openWorld } from '../app/world.ts'
import { type Config, requireWritableFolder } from '../platform/config.ts'
import { StartupError } from '../platform/startup-error.ts'

/** Milliseconds between two batches of the sequencer: how long an act waits for its leaf at most, when little happens. */
const sequencerEveryMs = 100
/** Milliseconds between two rounds of the witnesses. */
const publisherEveryMs = 500
/** Milliseconds between two looks at who has left meanwhile, is on leave, and at vacant levels of responsibility. */
const peopleEveryMs = 5_000
/** Milliseconds between two looks at the logs' lag. */
const watchEveryMs = 5_000
/** Milliseconds between two looks at rights and odd looks. */
const accessWatchEveryMs = 300_000
/** Milliseconds between two looks at periodic duties. */
const dutyWatchEveryMs = 60_000
const tallyEveryMs = 5_000
/** Milliseconds between two looks at how accounts are used. */
const accountWatchEveryMs = 60_000

/** Serves until Ctrl-C. An empty data folder gets the demo city; a second start goes on where the first was. */
export async function start(config: Config, { json, demo }: { json: boolean; demo: boolean }): Promise<void> {
  const say = (words: string) => json || process.stderr.write(`${words}\n`)
  requireWritableFolder(config.dataDir)
  const release = takeFolder(config.dataDir)
  try {
    const webDir = await ensureWebBuilt(say)
    const world = await openWorld({ ...config, own: true })
    try {
      if (demo && (await isEmpty(world))) await seedDemo(world, { seed: 7, units: 1200 }, say)
      world.sequencer.start(sequencerEveryMs)
      world.publisher.start(publisherEveryMs)
      world.watch.start(watchEveryMs)
      world.accessWatch.start(accessWatchEveryMs)
      world.accountWatch.start(accountWatchEveryMs)
      world.custodyWatch.start(accountWatchEveryMs)
      world.surveyWatch.start(accountWatchEveryMs)
      world.dutyWatch.start(dutyWatchEveryMs)
      world.tallyWatch.start(tallyEveryMs)
      world.rectificationWatch.start(dutyWatchEveryMs)
      world.digestWatch.start(dutyWatchEveryMs)
      world.windowWatch.start(dutyWatchEveryMs)
      world.ruleWatch.start(dutyWatchEveryMs)
      world.peopleWatch.start(peopleEveryMs)
      const app = await httpServer({
        kernel: world.kernel,
        origin: config.origin,
        webDir,
        metricsToken: world.secrets.metricsToken,
        behindProxy: config.behindProxy ?? false,
        logLevel: process.env.LOG_LEVEL ?? 'warn',
        health: async () => {
          const { rows } = await world.pools.auditor.query(
            'select count(*)::int as queued, min(seq) as oldest from kernel.act_queue',
          )
          return {
            database: 'up',
            sequencer: world.sequencer.fault ?? 'up',
            publisher: world.publisher.fault ?? 'up',
            reminders: world.digestWatch.broken ?? 'up',
            contradicted: Object.fromEntries([...world.publisher.contradicted, ...world.sequencer.frozen]),
            queued: rows[0].queued,
            operator: world.deps.demo ? 'demo: shared operator' : 'own',
          }
        },
      })
      await listen(app, config.port)
      const port = (app.server.address() as { port: number }).port
      const address = config.port === 0 ? `http://localhost:${port}` : config.origin
      // Passkeys speak of the address people really use.
      world.deps.origin = address
      // Before anybody hears that it is there: who is told may stop it at once, and the database must not outlive it.
      const stopped = new Promise<void>((stop) => {
        process.once('SIGINT', stop)
        process.once('SIGTERM', stop)
      })
      await announce(world, address, json)
      await stopped
      say('Stopping …')
      await app.close()
    } finally {
      await world.close()
    }
  } finally {
    release()
  }
}

type World = Awaited<ReturnType<typeof openWorld>>

async function isEmpty(world: World): Promise<boolean> {
  const { rows } = await world.pools.auditor.query('select 1 from kernel.person limit 1')
  return rows.length === 0
}

/** One server per data folder. */
function takeFolder(dataDir: string): () => void {
  const path = join(dataDir, 'server.pid')
  if (existsSync(path)) {
    const pid = Number(readFileSync(path, 'utf8'))
    if (pid !== process.pid && isAlive(pid))
      throw new StartupError(`Mingbu already runs on ${dataDir} (process ${pid}).`)
  }
  writeFileSync(path, String(process.pid))
  return () => rmSync(path, { force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('mingbu')
  } catch {
    return false
  }
}

async function listen(app: Awaited<ReturnType<typeof httpServer>>, port: number): Promise<void> {
  try {
    await app.listen({ host: '127.0.0.1', port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EADDRINUSE')
      throw new StartupError(`Port ${port} is already in use; set PORT to another one.`)
    if (code === 'EACCES')
      throw new StartupError(`Port ${port} may not be used by this account; set PORT to one above 1023.`)
    throw error
  }
}

async function announce(world: World, address: string, json: boolean): Promise<void> {
  const { rows } = await world.pools.app.query<{
    username: string
    password: string
    name: string
    district_zh: string
    posts: { zh: string }[]
  }>('select * from people.demo_people()')
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ address, people: rows.map((row) => ({ username: row.username, password: row.password, name: row.name })) })}\n`,
    )
    return
  }
  const lines = [`Mingbu 明簿 is at ${address}   (Ctrl-C stops it)`]
  if (rows.length === 0 && (await isEmpty(world)))
    lines.push('', 'Nobody is enrolled yet: mingbu account bootstrap --from administrators.json')
  if (rows.length > 0) {
    const shown = rows.filter((row) => /^(haishu|city|bank|court)\b/.test(row.username))
    lines.push('', `Demo people (password for all: ${rows[0]!.password})`)
    for (const row of shown)
      lines.push(
        `  ${row.username.padEnd(22)} ${row.district_zh} ${row.posts.map((post) => post.zh).join('、')} ${row.name}`,
      )
    lines.push(
      `  … and ${rows.length - shown.length} more in the other districts; the sign-in page lists them all.`,
    )
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}
