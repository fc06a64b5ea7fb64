import { readFileSync } from 'node:fs'
import { verifyPage } from '../app/web-build.ts'
import { openWorld } from '../app/world.ts'
import { BundleThreads } from '../audit/bundle-threads.ts'
import { type MadePack, type PackImpossible, writePack } from '../audit/pack.ts'
import { packFilesAt } from '../audit/pack-files.ts'
import { splitNotes } from '../audit/pack-reader.ts'
import { momentsOf, type Period } from '../audit/period.ts'
import { type PackReport, verifyPack } from '../audit/verify-pack.ts'
import { sha256 } from '../kernel/evidence-fields.ts'
import { createArchive } from '../platform/archive.ts'
import type { Config } from '../platform/config.ts'
import { Tx } from '../platform/db/tx.ts'
import { StartupError } from '../platform/startup-error.ts'
import { officeById, officeName } from '../values/districts.ts'

export interface ExportOptions {
  district?: string
  all?: boolean
  to: string
  open?: string[]
  since?: string
  until?: string
}

/**
 * Writes an audit pack as the auditor's database role, in one snapshot. Moves waiting acts into the log first and shows
 * it to the witnesses, so that the pack holds what was acknowledged until now.
 */
export async function exportPack(
  config: Config,
  options: ExportOptions,
  say: (words: string) => unknown,
): Promise<MadePack & { ok: true; to: string }> {
  const request = readRequest(options)
  const archive = createArchive(options.to)
  try {
    const world = await openWorld(config)
    try {
      await world.sequencer.drain()
      const page = await verifyPage()
      const made = await asAuditor(world, (tx) =>
        writePack(
          {
            tx,
            vault: world.deps.vault,
            demo: world.deps.demo,
            at: Temporal.Now.instant(),
            office: officeName(options.district ?? 'city'),
            madeBy: '数据库审计角色 mingbu_auditor（命令行导出，不是日志中的行为）',
            verifyPage: page,
            progress: ({ log, leaves }) => say(`\r${log}: ${leaves} leaves written`.padEnd(40)),
          },
          request,
          archive,
        ),
      )
      say('\n')
      if ('code' in made) throw new StartupError(words(made))
      archive.close()
      return { ok: true, to: options.to, ...made }
    } finally {
      await world.close()
    }
  } catch (error) {
    archive.discard()
    throw error
  }
}

function readRequest({ district, all, open = [], since, until }: ExportOptions) {
  if ((district === undefined) === (all !== true))
    throw new StartupError('Say which office with --district, or --all of them.')
  if (district !== undefined && !officeById(district))
    throw new StartupError(words({ code: 'no_office', district }))
  const strange = open.find((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
  if (strange !== undefined) throw new StartupError(`“${strange}” is no act’s id.`)
  const period: Period = { since: since ?? null, until: until ?? null }
  try {
    momentsOf(period)
  } catch (error) {
    throw new StartupError(`That is no period: ${error instanceof Error ? error.message : String(error)}.`)
  }
  return {
    districts: district === undefined ? [] : [district],
    period,
    open: open.map((id) => id.toLowerCase()),
  }
}

async function asAuditor<T>(
  world: Awaited<ReturnType<typeof openWorld>>,
  read: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await world.pools.auditor.connect()
  try {
    await client.query('begin transaction isolation level repeatable read read only')
    const result = await read(new Tx(client))
    await client.query('commit')
    return result
  } finally {
    client.release(true)
  }
}

function words(problem: PackImpossible): string {
  switch (problem.code) {
    case 'no_office':
      return `There is no office “${problem.district}”.`
    case 'no_checkpoint':
      return `The log of ${problem.district} has no published checkpoint yet: its witnesses have not cosigned one.`
    case 'act_not_shown':
      return `The act ${problem.act} is not in the logs of this pack, so it cannot be opened.`
  }
}

/** Verifies a pack on disk, without a database. */
export async function verifyPackAt(
  path: string,
  { policy = [], kept = [] }: { policy?: string[]; kept?: string[] },
  say: (words: string) => unknown,
): Promise<PackReport & { policies: 'given' | 'of the pack' }> {
  await using threads = new BundleThreads()
  const report = await verifyPack(packFilesAt(path), {
    sha256,
    elsewhere: threads.check,
    policies: policy.map(readText),
    kept: kept.flatMap((file) => notesIn(file)),
    progress: ({ step, done, of }) => void say(`\r${step}: ${done} of ${of}`.padEnd(40)),
  })
  say('\n')
  return { ...report, policies: policy.length > 0 ? 'given' : 'of the pack' }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new StartupError(`${file} cannot be read.`)
  }
}

function notesIn(file: string): string[] {
  try {
    return splitNotes(readText(file))
  } catch (error) {
    if (error instanceof StartupError) throw error
    throw new StartupError(`${file} holds no signed checkpoints.`)
  }
}
