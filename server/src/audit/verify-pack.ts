import {
  fromBase64,
  fromUtf8,
  openCheckpoint,
  type Policy,
  parseCheckpoint,
  parseNote,
  parsePolicy,
  toHex,
} from '@mingbu/tlog'
import { LogCheck, type LogReport } from './check-log.ts'
import { checkOfficer, type HeldAct } from './check-officer.ts'
import { checkOpened } from './check-opened.ts'
import { type PackProblem, packProblem } from './pack-problems.ts'
import { type PackFiles, textOf, Unreadable, type VerifyOptions, words } from './pack-reader.ts'

/** What `verifyPack` found; the first five as `mingbu verify` says them of a database. */
export interface PackReport {
  ok: boolean
  acts: number
  leaves: number
  /** Sum of the sizes of every log's checkpoint. */
  checkpointSize: number
  /** In the order met: logs, then opened acts, then the sums. At most a hundred. */
  problems: PackProblem[]
  logs: LogReport[]
  /** Opened acts that were checked. */
  opened: number
  /** How the opened acts of high value were confirmed. */
  officers: OfficersReport
  /** Files that were held against their sums. */
  files: number
  /** SHA-256 (hex) of `SHA256SUMS`: what the act that made the pack committed to. Null without it. */
  packHash: string | null
}

/** Confirmations of opened acts, by what can be said of them from the pack alone. */
export interface OfficersReport {
  /** By an officer's signature that holds. */
  signed: number
  /** By a one-time code, which is no signature. */
  byCode: number
  /** By a key whose enrolment lies in a log this pack does not show. */
  unchecked: number
}

const problemsMax = 100

/**
 * Checks a pack without database, network or trust in who made it: each log's signature, the quorum of its policy, its
 * root from all its entries, every tile, every older checkpoint; each opened act against its leaf, and the officer's signature over
 * it; every file against the sums.
 */
export async function verifyPack(files: PackFiles, options: VerifyOptions): Promise<PackReport> {
  const problems: PackProblem[] = []
  const report = (problem: PackProblem) => {
    if (problems.length < problemsMax) problems.push(problem)
  }
  const policyOf = policies(files, options.policies ?? [], report)
  const checks = new Map<string, { check: LogCheck; found: LogReport }>()
  const districts = districtsOf(files)
  if (districts.length === 0) report(packProblem('no_log'))
  for (const district of districts) {
    const policy = await policyOf(district)
    if (policy === null) continue
    const check = new LogCheck(files, district, policy, options, report)
    const found = await check.check()
    if (found !== null) checks.set(district, { check, found })
  }
  const origins = new Set([...checks.values()].map(({ found }) => found.origin))
  for (const origin of new Set((options.kept ?? []).map((note) => note.split('\n')[0]!)))
    if (!origins.has(origin)) report(packProblem('kept_unknown', { why: origin }))
  const opened = files.names().filter((name) => /^opened\/[^/]+\.json$/.test(name))
  const checked = new Map(
    [...checks].map(([district, { check, found }]) => [
      district,
      { entry: (index: number) => check.entry(index, found), size: found.size, root: fromBase64(found.root) },
    ]),
  )
  const held: HeldAct[] = []
  for (const file of opened) {
    const found = await checkOpened(files, file, checked, options.sha256)
    if ('code' in found) report(found)
    else held.push(found)
  }
  const officers = await checkOfficers(held, options.sha256, report)
  const sums = await checkSums(files, options, report)
  const logs = [...checks.values()].map(({ found }) => found)
  const sum = (of: 'acts' | 'leaves' | 'size') => logs.reduce((total, log) => total + log[of], 0)
  return {
    ok: problems.length === 0,
    acts: sum('acts'),
    leaves: sum('leaves'),
    checkpointSize: sum('size'),
    problems,
    logs,
    opened: opened.length,
    officers,
    ...sums,
  }
}

const districtsOf = (files: PackFiles): string[] => [
  ...new Set(files.names().flatMap((name) => /^logs\/([^/]+)\//.exec(name)?.[1] ?? [])),
]

type Report = (problem: PackProblem) => void

async function checkOfficers(
  held: readonly HeldAct[],
  sha256: VerifyOptions['sha256'],
  report: Report,
): Promise<OfficersReport> {
  const officers: OfficersReport = { signed: 0, byCode: 0, unchecked: 0 }
  for (const act of held) {
    const found = await checkOfficer(act, held, sha256)
    if (found === 'signed' || found === 'unchecked') officers[found]++
    else if (found === 'by_code') officers.byCode++
    else if (found) report(packProblem(found, { file: act.file, index: act.index, act: act.leaf.act }))
  }
  return officers
}

/**
 * Where the policy of a log comes from: of those given, the version that the checkpoint of this folder satisfies, else
 * the first that names its log; when none was given, the pack itself. Null, once reported, when there is none.
 */
function policies(
  files: PackFiles,
  given: readonly string[],
  report: Report,
): (district: string) => Promise<Policy | null> {
  const wrong = (log: string, error: unknown) => {
    report(packProblem('policy_wrong', { log, why: words(error) }))
    return null
  }
  const known = given.flatMap((text, i) => {
    try {
      return parsePolicy(text)
    } catch (error) {
      return wrong(`--policy ${i + 1}`, error) ?? []
    }
  })
  const ownOf = async (district: string) => {
    try {
      return parsePolicy(await textOf(files, `logs/${district}/policy`))
    } catch (error) {
      return wrong(district, error)
    }
  }
  return async (district) => {
    if (given.length === 0) return ownOf(district)
    try {
      const note = await textOf(files, `logs/${district}/checkpoint`)
      const { origin } = parseCheckpoint(parseNote(note).text)
      const naming = known.filter(({ logs }) => logs.some(({ verifier }) => verifier.name === origin))
      for (const policy of naming) if (await hasQuorum(note, policy, origin)) return policy
      const why = { zh: `所给的规则都没有写 ${origin}`, en: `none that was given names ${origin}` }
      return naming[0] ?? wrong(district, new Unreadable(why))
    } catch (error) {
      report(packProblem('checkpoint_wrong', { log: district, why: words(error) }))
      return null
    }
  }
}

/** Whether a checkpoint has the quorum of this version of its log's policy. */
const hasQuorum = (note: string, policy: Policy, origin: string): Promise<boolean> =>
  openCheckpoint(note, policy, { origin }).then(
    ({ quorum }) => quorum,
    () => false,
  )

async function checkSums(
  files: PackFiles,
  { sha256, progress }: VerifyOptions,
  report: Report,
): Promise<Pick<PackReport, 'files' | 'packHash'>> {
  const bytes = await files.read('SHA256SUMS')
  const lines = bytes && sumsIn(bytes)
  if (!bytes || !lines) {
    report(packProblem('sums_unreadable'))
    return { files: 0, packHash: null }
  }
  const listed = new Set(['SHA256SUMS'])
  for (const [i, { file, sum }] of lines.entries()) {
    listed.add(file)
    const content = await files.read(file)
    if (content === null) report(packProblem('file_missing', { file }))
    else if (toHex(sha256(content)) !== sum) report(packProblem('file_changed', { file }))
    if (i % 64 === 0) await progress?.({ step: 'SHA256SUMS', done: i, of: lines.length })
  }
  for (const file of files.names()) if (!listed.has(file)) report(packProblem('file_extra', { file }))
  return { files: lines.length, packHash: toHex(sha256(bytes)) }
}

/** The lines of a sums file; null when it is none. */
function sumsIn(bytes: Uint8Array): { file: string; sum: string }[] | null {
  try {
    const lines = fromUtf8(bytes).split('\n')
    if (lines.pop() !== '') return null
    return lines.map((line) => {
      const [, sum, file] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? []
      if (!sum || !file) throw new SyntaxError('not a line of sums')
      return { sum, file }
    })
  } catch {
    return null
  }
}
