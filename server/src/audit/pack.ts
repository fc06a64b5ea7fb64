import { createHash } from 'node:crypto'
import { parseCheckpoint, parseNote } from '@mingbu/tlog'
import { findAct } from '../kernel/act.ts'
import type { PackedFile, PackedLog } from '../papers/facts.ts'
import { listedFilesMax, packIndex } from '../papers/papers.ts'
import type { Archive, ArchivedFile } from '../platform/archive.ts'
import type { Tx } from '../platform/db/tx.ts'
import type { Vault } from '../platform/vault.ts'
import { type Office, writeLedgers } from './ledgers.ts'
import { findKeys, findOpenable, type ShownLog, writeOpened } from './opened.ts'
import type { Period } from './period.ts'
import {
  cosignedCheckpoints,
  newestPublished,
  type PublishedLog,
  policiesUsed,
  signedCheckpoints,
} from './published.ts'
import { writeStaticLog } from './static-log.ts'

/** What goes into a pack. */
export interface PackRequest {
  /** Offices by id, in the order of the city; none means all. */
  districts: readonly string[]
  /** Days the ledgers cover. The logs are always whole. */
  period: Period
  /** Acts whose fields are opened. */
  open: readonly string[]
}

/** Who makes a pack, and with what. */
export interface PackMaker {
  tx: Tx
  vault: Vault
  demo: boolean
  at: Temporal.Instant
  /** Name of the office on the index, and the words for who made it. */
  office: string
  madeBy: string
  /** The page with which anyone checks the pack offline. */
  verifyPage: Uint8Array
  progress?: (words: { log: string; leaves: number }) => void
}

/** What became of a pack. */
export interface MadePack {
  /** SHA-256 (hex) of `SHA256SUMS`, which names every other file with its own: one hash for the whole pack. */
  packHash: string
  files: number
  bytes: number
  logs: { district: string; size: number; root: string }[]
}

/** Why a pack cannot be made. */
export type PackImpossible =
  | { code: 'no_office'; district: string }
  | { code: 'no_checkpoint'; district: string }
  | { code: 'act_not_shown'; act: string }

/**
 * Writes an audit pack: per office its log as static files with its policy and every checkpoint that was signed; the
 * acts that were asked to be opened; the ledgers; an index as PDF; the page that checks all of it; and the sums. What
 * is wrong with the log goes into it as it is. Nothing is written when something asked for cannot be.
 */
export async function writePack(
  maker: PackMaker,
  request: PackRequest,
  archive: Archive,
): Promise<MadePack | PackImpossible> {
  const { tx, vault } = maker
  const plan = await planPack(tx, request)
  if ('problem' in plan) return plan.problem
  const { offices, shown, acts } = plan

  archive.add('verify.html', maker.verifyPage)
  const logs: PackedLog[] = []
  const policies: string[] = []
  for (const [i, log] of shown.entries()) {
    const folder = `logs/${log.district}`
    policies.push(`# ${offices[i]!.zh}`, ...log.policy.split('\n').filter(Boolean))
    await writeCheckpoints(tx, archive, folder, log)
    const written = await writeStaticLog(tx, archive, { ...log, folder }, (leaves) =>
      maker.progress?.({ log: log.district, leaves }),
    )
    const { origin, root } = parseCheckpoint(parseNote(log.checkpoint).text)
    logs.push({
      ...written,
      office: offices[i]!.zh,
      origin,
      size: log.size,
      root: Buffer.from(root).toString('base64'),
      witnesses: log.witnesses,
      folder,
    })
  }
  for (const act of [...acts, ...(await findKeys(tx, acts, shown))])
    await writeOpened(tx, vault, archive, act)
  await writeLedgers(tx, archive, offices, request.period)
  const about = {
    format: 'mingbu-audit-pack/1',
    madeAt: maker.at.toString(),
    madeBy: maker.madeBy,
    demo: maker.demo,
    period: request.period,
    logs: logs.map(({ origin, size, root, folder }) => ({ folder, origin, size, root })),
    opened: acts.map((act) => act.id),
  }
  archive.add('pack.json', `${JSON.stringify(about, null, 2)}\n`)
  await addIndex(maker, request, archive, { logs, policies, acts, offices })
  const sums = archive.add('SHA256SUMS', archive.files.map(sumLine).join(''))
  return {
    packHash: sums.sha256,
    files: archive.files.length,
    bytes: archive.files.reduce((sum, file) => sum + file.size, 0),
    logs: shown.map(({ district, size }, i) => ({ district, size, root: logs[i]!.root })),
  }
}

interface Plan {
  offices: Office[]
  /** One for each office, in the same order. */
  shown: PublishedLog[]
  acts: { id: string; log: ShownLog; index: number }[]
}

async function planPack(tx: Tx, request: PackRequest): Promise<Plan | { problem: PackImpossible }> {
  const all = await tx.rows<Office>`select id, name_zh as zh from kernel.district order by sort`
  const unknown = request.districts.find((id) => !all.some((office) => office.id === id))
  if (unknown !== undefined) return { problem: { code: 'no_office', district: unknown } }
  const offices = all.filter(({ id }) => request.districts.length === 0 || request.districts.includes(id))
  const shown: PublishedLog[] = []
  for (const { id } of offices) {
    const newest = await newestPublished(tx, id)
    if (!newest) return { problem: { code: 'no_checkpoint', district: id } }
    shown.push(newest)
  }
  const { acts, missing } = await findOpenable(tx, request.open, shown)
  return missing.length > 0
    ? { problem: { code: 'act_not_shown', act: missing[0]! } }
    : { offices, shown, acts }
}

/**
 * Writes the newest checkpoint with its policy, all that were signed, and all that were published: those under the
 * same policy as `cosigned`, those under an earlier version of it in a folder of that version, beside it.
 */
async function writeCheckpoints(tx: Tx, archive: Archive, folder: string, log: PublishedLog): Promise<void> {
  archive.add(`${folder}/policy`, log.policy)
  archive.add(`${folder}/checkpoint`, log.checkpoint)
  await addNotes(archive, `${folder}/checkpoints`, signedCheckpoints(tx, log))
  for (const { version, text } of await policiesUsed(tx, log)) {
    const place = version === log.version ? folder : `${folder}/policy-${version}`
    if (place !== folder) archive.add(`${place}/policy`, text)
    await addNotes(archive, `${place}/cosigned`, cosignedCheckpoints(tx, log, version))
  }
}

/** Signed notes one after another with a blank line between: a checkpoint has none of its own. */
async function addNotes(archive: Archive, path: string, notes: AsyncIterable<string>): Promise<void> {
  let file: ReturnType<Archive['open']> | null = null
  for await (const note of notes) {
    if (file) file.write(Buffer.from('\n'))
    file ??= archive.open(path)
    file.write(Buffer.from(note))
  }
  file?.end()
}

const sumLine = ({ path, sha256 }: ArchivedFile): string => `${sha256}  ${path}\n`

async function addIndex(
  { demo, at, office, madeBy, tx }: PackMaker,
  { period }: PackRequest,
  archive: Archive,
  inside: {
    logs: PackedLog[]
    policies: string[]
    acts: { id: string; log: ShownLog; index: number }[]
    offices: Office[]
  },
): Promise<void> {
  const types = await tx.rows<{ id: string; type: string }>`
    select id, type from kernel.act where id = any(${inside.acts.map((act) => act.id)}::uuid[])`
  const typeOf = new Map(types.map((row) => [row.id, row.type]))
  const { files, groups } = listed(archive.files)
  const { pdf } = await packIndex(
    {
      demo,
      office,
      checkUrl: null,
      madeAt: at.toString(),
      madeBy,
      ...period,
      logs: inside.logs,
      policy: inside.policies,
      opened: inside.acts.map(({ id, log, index }) => ({
        act: id,
        title: findAct(typeOf.get(id) ?? '')?.title.zh ?? typeOf.get(id) ?? '',
        district: inside.offices.find((one) => one.id === log.district)!.zh,
        index,
      })),
      files,
      groups,
    },
    { createdAt: at },
  )
  archive.add('index.pdf', pdf)
}

/** Every file by itself, or, of too many, the tiles of each log as one. */
export function listed(files: readonly ArchivedFile[]): {
  files: PackedFile[]
  groups: (PackedFile & { files: number })[]
} {
  if (files.length <= listedFilesMax) return { files: [...files], groups: [] }
  const tilesOf = ({ path }: ArchivedFile) => /^logs\/[a-z]+\/tile\//.exec(path)?.[0] ?? ''
  const { '': alone = [], ...tiles } = Object.groupBy(files, tilesOf)
  const groups = Object.entries(tiles).map(([path, group = []]) => ({
    path,
    files: group.length,
    size: group.reduce((sum, file) => sum + file.size, 0),
    sha256: createHash('sha256').update(group.map(sumLine).join('')).digest('hex'),
  }))
  return { files: alone, groups }
}
