import pg from 'pg'
import { declaredProjections } from '../platform/db/projection.ts'
import { declaredTables } from '../platform/db/tx.ts'
import type { Vault } from '../platform/vault.ts'
import { whyText } from '../values/logFaults.ts'
import { verifyDeclarations } from './verify/declarations.ts'
import { type Files, verifyFiles } from './verify/files.ts'
import { type Counted, type LogRow, verifyLog } from './verify/log.ts'
import { Officers } from './verify/officers.ts'
import { type Outside, type Recollection, recollect } from './verify/outside.ts'
import { verifyProjection } from './verify/projections.ts'
import { Images, type Problem, type Run, zhOffice } from './verify/run.ts'
import { verifySessions } from './verify/sessions.ts'
import { verifyNoneMissing, verifyTable } from './verify/tables.ts'
import { clockMoves } from './verify/times.ts'

export type { Outside } from './verify/outside.ts'
export type { Problem } from './verify/run.ts'

export interface VerifyReport {
  ok: boolean
  acts: number
  leaves: number
  /** Sum of the sizes of every log's newest signed checkpoint. */
  checkpointSize: number
  /** Rows of evidence tables compared with the images the log commits to. */
  rows: number
  /** Files of the store read and compared with their names. */
  files: number
  /** Trees that the signer and the witnesses remember, and that the logs were held against. */
  remembered: number
  problems: Problem[]
}

export interface VerifyOptions {
  /** Called with the number of leaves checked so far. */
  progress?: (leaves: number) => void
  /** Who remembers the logs outside the database: without them a past that was changed as a whole is not found. */
  outside?: Outside
  /** The store, to read every file that rows name. */
  files?: Files
}

const problemsMax = 100

/**
 * Checks everything the log claims (evidence.md, 13): each leaf against its act, each log's root and nodes against
 * its leaves, each checkpoint's signature and root, each commitment against salt and value, and every row of every
 * evidence table against the last image the log, or an act waiting for it, commits to. Then what hangs on them:
 * projections, sessions, files, and what others remember. Reads only, as the auditor.
 */
export async function verifyEverything(
  pool: pg.Pool,
  vault: Vault,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const client = await pool.connect()
  try {
    const recollections = await recollectAll(client, options.outside)
    // One snapshot for all of it, so that work going on beside does not look like tampering.
    await client.query('begin transaction isolation level repeatable read read only')
    const report = await verifyWith(client, vault, options, recollections)
    await client.query('commit')
    return report
  } finally {
    client.release()
  }
}

/**
 * The same inside the transaction of a superuser who has changed something: as the auditor would find it, were it committed.
 * The caller takes it back; until then the connection is the auditor's.
 */
export async function verifyUncommitted(
  client: pg.ClientBase,
  vault: Vault,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  await client.query('set local role mingbu_auditor')
  return await verifyWith(client, vault, options, await recollectAll(client, options.outside))
}

async function verifyWith(
  client: Run['client'],
  vault: Vault,
  { progress = () => {}, files }: VerifyOptions,
  recollections: ReadonlyMap<string, Recollection[]>,
): Promise<VerifyReport> {
  const problems: Problem[] = []
  const anyLog = declaredTables().filter((def) => def.anyLog)
  const run: Run = {
    client,
    vault,
    images: new Images(new Set(anyLog.map((def) => def.name))),
    officers: await Officers.of(client),
    report: ({ en, ...problem }) => {
      if (problems.length < problemsMax) problems.push({ ...problem, message: en })
    },
  }
  const counted = await verifyLogs(run, recollections, progress)
  const rows = await verifyTables(run)
  await verifySessions(run)
  await verifyDeclarations(run)
  const read = files ? await verifyAllFiles(run, files) : 0
  const remembered = [...recollections.values()].flat().length
  return { ok: problems.length === 0, ...counted, rows, files: read, remembered, problems }
}

/** What everybody outside remembers, by origin. */
async function recollectAll(
  client: Run['client'],
  outside: Outside | undefined,
): Promise<Map<string, Recollection[]>> {
  if (!outside) return new Map()
  const { rows } = await client.query<{ origin: string }>('select origin from evidence.log order by origin')
  const all = await Promise.all(
    rows.map(async ({ origin }) => [origin, await recollect(outside, origin)] as const),
  )
  return new Map(all)
}

async function verifyLogs(
  run: Run,
  recollections: ReadonlyMap<string, Recollection[]>,
  progress: (leaves: number) => void,
): Promise<Counted> {
  const { rows } = await run.client.query<LogRow>(
    'select d.id as district, l.origin, l.vkey from kernel.district d left join evidence.log l on l.district = d.id order by d.id',
  )
  const moves = await clockMoves(run.client)
  const sum: Counted = { acts: 0, leaves: 0, checkpointSize: 0 }
  for (const log of rows) {
    try {
      const beside = { recollections: recollections.get(log.origin ?? '') ?? [], clockMoves: moves }
      const { acts, leaves, checkpointSize } = await verifyLog(run, log, beside, (n) =>
        progress(sum.leaves + n),
      )
      sum.acts += acts
      sum.leaves += leaves
      sum.checkpointSize += checkpointSize
    } catch (error) {
      // Values no honest writer makes (a size beyond counting, a key that is none) are tampering, not our fault.
      if (error instanceof pg.DatabaseError) throw error
      run.report({
        code: 'log_unreadable',
        district: log.district,
        zh: `${zhOffice(log.district)}日志里有不能读取的内容（${whyText(error).zh}）`,
        en: `log ${log.district} holds what cannot be read: ${whyText(error).en}`,
      })
    }
  }
  return sum
}

/** Evidence tables against the log, and projections against evidence tables. Returns how many rows were compared. */
async function verifyTables(run: Run): Promise<number> {
  let rows = 0
  for (const def of declaredTables()) rows += await verifyTable(run, def)
  verifyNoneMissing(run)
  for (const one of declaredProjections()) await verifyProjection(run, one)
  return rows
}

async function verifyAllFiles(run: Run, files: Files): Promise<number> {
  const seen = new Set<string>()
  let read = 0
  for (const def of declaredTables()) read += await verifyFiles(run, def, files, seen)
  return read
}
