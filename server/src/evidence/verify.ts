import pg from 'pg'
import { declaredTables } from '../platform/db/tx.ts'
import type { Vault } from '../platform/vault.ts'
import { type Counted, type LogRow, verifyLog } from './verify/log.ts'
import { Images, type Problem, type Run } from './verify/run.ts'
import { verifyNoneMissing, verifyTable } from './verify/tables.ts'

export type { Problem } from './verify/run.ts'

export interface VerifyReport {
  ok: boolean
  acts: number
  leaves: number
  /** Sum of the sizes of every log's newest signed checkpoint. */
  checkpointSize: number
  /** Rows of evidence tables compared with the images the log commits to. */
  rows: number
  problems: Problem[]
}

const problemsMax = 100

/**
 * Checks everything the log claims (evidence.md, 13): each leaf against its act, each log's root and nodes against
 * its leaves, each checkpoint's signature and root, each commitment against salt and value, and every row of every
 * evidence table against the last image the log, or an act waiting for it, commits to. Reads only, as the auditor.
 * @param progress Called with the number of leaves checked so far.
 */
export async function verifyEverything(
  pool: pg.Pool,
  vault: Vault,
  progress: (leaves: number) => void = () => {},
): Promise<VerifyReport> {
  const client = await pool.connect()
  const problems: Problem[] = []
  const run: Run = {
    client,
    vault,
    images: new Images(),
    report: (problem) => {
      if (problems.length < problemsMax) problems.push(problem)
    },
  }
  try {
    // One snapshot for all of it, so that work going on beside does not look like tampering.
    await client.query('begin transaction isolation level repeatable read read only')
    const counted = await verifyLogs(run, progress)
    let rows = 0
    for (const def of declaredTables()) rows += await verifyTable(run, def)
    verifyNoneMissing(run)
    await client.query('commit')
    return { ok: problems.length === 0, ...counted, rows, problems }
  } finally {
    client.release()
  }
}

async function verifyLogs(run: Run, progress: (leaves: number) => void): Promise<Counted> {
  const { rows } = await run.client.query<LogRow>(
    'select d.id as district, l.origin, l.vkey from kernel.district d left join evidence.log l on l.district = d.id order by d.id',
  )
  const sum: Counted = { acts: 0, leaves: 0, checkpointSize: 0 }
  for (const log of rows) {
    try {
      const { acts, leaves, checkpointSize } = await verifyLog(run, log, (n) => progress(sum.leaves + n))
      sum.acts += acts
      sum.leaves += leaves
      sum.checkpointSize += checkpointSize
    } catch (error) {
      // Values no honest writer makes (a size beyond counting, a key that is none) are tampering, not our fault.
      if (error instanceof pg.DatabaseError) throw error
      run.report({
        code: 'log_unreadable',
        district: log.district,
        message: `log ${log.district} holds what cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      })
    }
  }
  return sum
}
