import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoPassword, seedDemo } from '../server/src/app/demo.ts'
import { openWorld, type World } from '../server/src/app/world.ts'
import { HttpClient } from './httpClient.ts'

/** A throwaway installation with the demo city in it, served by a process of its own. */
export interface Installation {
  /** The bench's own opening of the database, beside the server's. */
  world: World
  port: number
  serverPid: number
  /** Signs a demo person in through HTTP. Returns the headers their requests carry. */
  signIn(username: string): Promise<Record<string, string>>
  /** Switches evidence in the serving process. */
  setEvidence(on: boolean): Promise<void>
  close(): Promise<void>
}

/** What the bench tells its server. */
export type ServerOrder = { evidence: boolean } | 'stop'
/** What the server tells the bench. */
export type ServerWord = { port: number } | 'done'

/** The smallest city that casts every role of the demo. */
const units = 300

/**
 * Makes a data folder, seeds it and starts the server on a free port. PostgreSQL runs as in production, fsync on.
 * A folder that is `seeded` already is used up instead. With `MINGBU_BENCH_PROFILE` set to a folder the server leaves its CPU profile there when it ends.
 */
export async function openInstallation(
  say: (words: string) => unknown,
  seeded?: string,
): Promise<Installation> {
  const dataDir = seeded ?? mkdtempSync(join(tmpdir(), 'mingbu-bench-'))
  let world: World | null = null
  let server: ChildProcess | null = null
  const close = async () => {
    if (server?.exitCode === null) {
      const gone = new Promise((done) => server!.once('exit', done))
      server.send('stop' satisfies ServerOrder)
      await gone
    }
    await world?.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const config = { dataDir, port: 0, databaseUrl: null, origin: 'http://localhost:8080' }
    world = await openWorld(config)
    if (!seeded) await seedDemo(world, { seed: 7, units }, say)
    await allowWithoutEvidence(world)
    server = fork(join(import.meta.dirname, 'server.ts'), [dataDir], {
      execArgv: process.env.MINGBU_BENCH_PROFILE
        ? ['--cpu-prof', `--cpu-prof-dir=${process.env.MINGBU_BENCH_PROFILE}`]
        : [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const serving = server
    const { port } = (await nextWord(serving)) as { port: number }
    return {
      world,
      port,
      serverPid: serving.pid!,
      close,
      signIn: (username) => signIn(port, username),
      async setEvidence(on) {
        const word = nextWord(serving)
        serving.send({ evidence: on } satisfies ServerOrder)
        await word
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Waits for the server's next word. @throws Error when it ends instead. */
function nextWord(server: ChildProcess): Promise<ServerWord> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the measured server ended with code ${code}`))
    server.once('exit', ended)
    server.once('message', (word) => {
      server.off('exit', ended)
      resolve(word as ServerWord)
    })
  })
}

async function signIn(port: number, username: string): Promise<Record<string, string>> {
  const client = await HttpClient.open(port)
  try {
    const headers = { 'content-type': 'application/json', 'x-mingbu': '1' }
    const input = { username, password: demoPassword, workstation: 'bench' }
    const body = JSON.stringify({ requestId: crypto.randomUUID(), input })
    const answer = await client.send('POST', '/api/acts/session.signIn', headers, body)
    if (answer.status !== 200 || !answer.cookie)
      throw new Error(`${username} could not sign in: ${answer.body}`)
    return { ...headers, cookie: answer.cookie }
  } finally {
    client.close()
  }
}

/**
 * Gives this throwaway database, and no other, the function by which an act closes without evidence. A real
 * installation does not have it, so there a kernel told to leave evidence out cannot close any act.
 */
async function allowWithoutEvidence(world: World): Promise<void> {
  const admin = await world.admin()
  try {
    await admin.query(`
      create function kernel.close_act_without_evidence(outcome_ text, refusal_ text, clause_ text, subject_kind_ text, subject_id_ text, answer_ jsonb) returns bigint
        language plpgsql security definer set search_path = pg_catalog as $$
      declare t kernel.tx_actor := kernel.tx(); s bigint;
      begin
        if t.act_id is null or t.state <> 'acting' then raise exception 'no open act in this transaction' using errcode = 'MB003'; end if;
        insert into kernel.act (district, id, type, at, actor, person_id, session_id, request_id, input_hash, outcome, refusal, clause,
                                subject_kind, subject_id, answer, entry, fields)
        values (t.district, t.act_id, t.act_type, t.at, t.actor, t.person_id, t.session_id, t.request_id, t.input_hash, outcome_, refusal_,
                clause_, subject_kind_, subject_id_, answer_, '\\x2d', 1)
        returning seq into s;
        update kernel.tx_actor set state = 'closed' where pid = pg_backend_pid();
        return s;
      end $$;
      alter function kernel.close_act_without_evidence(text, text, text, text, text, jsonb) owner to mingbu_owner;
      revoke execute on function kernel.close_act_without_evidence(text, text, text, text, text, jsonb) from public;
      grant execute on function kernel.close_act_without_evidence(text, text, text, text, text, jsonb) to mingbu_app`)
  } finally {
    await admin.end()
  }
}
