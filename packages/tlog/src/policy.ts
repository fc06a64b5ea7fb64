import { toHex } from './bytes.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { checkTlogLine, cosignatureTime } from './cosignature.ts'
import type { Facts, FaultCode } from './faults.ts'
import { formatVkey, NoteError, noteType, openNote, parseVkey, type Verifier } from './note.ts'

/** A log that a policy knows. */
export interface PolicyLog {
  verifier: Verifier
  url?: string
}

/** A witness that a policy knows, under the name by which its groups call it. */
export interface PolicyWitness {
  name: string
  verifier: Verifier
  url?: string
}

/** So many of these witnesses or groups. */
export interface PolicyGroup {
  name: string
  threshold: number | 'any' | 'all'
  members: string[]
}

/** Whose signatures make a checkpoint good (C2SP tlog-policy). */
export interface Policy {
  logs: PolicyLog[]
  witnesses: PolicyWitness[]
  groups: PolicyGroup[]
  /** A witness or group that must have cosigned; `none` asks for the log's signature alone. */
  quorum: string
}

/**
 * Reads a policy: lines `log`, `witness`, `group` and one `quorum`; empty lines and those led by `#` say nothing.
 * @throws NoteError naming the line that is wrong.
 */
export function parsePolicy(text: string): Policy {
  const policy: Policy = { logs: [], witnesses: [], groups: [], quorum: '' }
  const grouped = new Set<string>()
  for (const [i, line] of text.split('\n').entries()) {
    const [keyword, ...words] = line.split(/[ \t]+/).filter(Boolean)
    if (keyword === undefined || keyword.startsWith('#')) continue
    const wrong: Wrong = (code, facts = {}) =>
      new NoteError('policy_line', { line: i + 1, why: { code, facts } })
    if (keyword === 'log') addLog(policy, words, wrong)
    else if (keyword === 'witness') addWitness(policy, words, wrong)
    else if (keyword === 'group') addGroup(policy, words, grouped, wrong)
    else if (keyword === 'quorum') setQuorum(policy, words, wrong)
    else throw wrong('policy_keyword', { word: keyword })
  }
  if (policy.quorum === '') throw new NoteError('policy_no_quorum')
  return policy
}

type Wrong = (code: FaultCode, facts?: Facts) => NoteError

function addLog({ logs }: Policy, words: readonly string[], wrong: Wrong): void {
  const [vkey = '', url, ...more] = words
  if (more.length > 0) throw wrong('policy_log_words')
  const verifier = readKey(vkey, noteType.ed25519, wrong)
  if (logs.some((log) => sameKey(log.verifier, verifier))) throw wrong('policy_log_twice')
  logs.push({ verifier, ...(url ? { url } : {}) })
}

function addWitness(policy: Policy, words: readonly string[], wrong: Wrong): void {
  const [name = '', vkey = '', url, ...more] = words
  if (more.length > 0) throw wrong('policy_witness_words')
  checkNewName(policy, name, wrong)
  const verifier = readKey(vkey, noteType.cosignatureV1, wrong)
  if (policy.witnesses.some((one) => toHex(one.verifier.publicKey) === toHex(verifier.publicKey)))
    throw wrong('policy_witness_key_twice')
  policy.witnesses.push({ name, verifier, ...(url ? { url } : {}) })
}

function addGroup(policy: Policy, words: readonly string[], grouped: Set<string>, wrong: Wrong): void {
  const [name = '', thresholdText = '', ...members] = words
  checkNewName(policy, name, wrong)
  const threshold = thresholdText === 'any' || thresholdText === 'all' ? thresholdText : Number(thresholdText)
  if (typeof threshold === 'number' && !/^[1-9]\d{0,5}$/.test(thresholdText)) throw wrong('policy_threshold')
  if (members.length === 0) throw wrong('policy_no_members')
  if (typeof threshold === 'number' && threshold > members.length)
    throw wrong('policy_too_few', { count: threshold, members: members.length })
  for (const member of members) {
    if (!isKnown(policy, member)) throw wrong('policy_unknown_name', { name: member })
    if (grouped.has(member)) throw wrong('policy_in_group', { name: member })
    grouped.add(member)
  }
  policy.groups.push({ name, threshold, members })
}

function setQuorum(policy: Policy, words: readonly string[], wrong: Wrong): void {
  const [name = '', ...more] = words
  if (policy.quorum !== '') throw wrong('policy_quorum_twice')
  if (more.length > 0 || (name !== 'none' && !isKnown(policy, name)))
    throw wrong('policy_unknown_name', { name: words.join(' ') })
  policy.quorum = name
}

const isKnown = ({ witnesses, groups }: Policy, name: string): boolean =>
  witnesses.some((one) => one.name === name) || groups.some((one) => one.name === name)

function checkNewName(policy: Policy, name: string, wrong: Wrong): void {
  if (name === '' || name === 'none') throw wrong('policy_no_name')
  if (isKnown(policy, name)) throw wrong('policy_name_twice', { name })
}

function readKey(vkey: string, type: number, wrong: Wrong): Verifier {
  try {
    const verifier = parseVkey(vkey)
    if (verifier.type === type) return verifier
  } catch (error) {
    if (error instanceof NoteError) throw wrong(error.code, error.facts)
    throw error
  }
  throw wrong('policy_key_type')
}

const sameKey = (a: Verifier, b: Verifier): boolean => formatVkey(a) === formatVkey(b)

/** Writes a policy as `parsePolicy` reads it. */
export function formatPolicy({ logs, witnesses, groups, quorum }: Policy): string {
  const line = (...words: (string | undefined)[]) => `${words.filter(Boolean).join(' ')}\n`
  return [
    ...logs.map(({ verifier, url }) => line('log', formatVkey(verifier), url)),
    ...witnesses.map(({ name, verifier, url }) => line('witness', name, formatVkey(verifier), url)),
    ...groups.map(({ name, threshold, members }) => line('group', name, String(threshold), ...members)),
    line('quorum', quorum),
  ].join('')
}

/** True when these witnesses, by the names the policy gives them, are a quorum. */
export function quorumMet({ witnesses, groups, quorum }: Policy, names: ReadonlySet<string>): boolean {
  if (quorum === 'none') return true
  const met = new Map(witnesses.map(({ name }) => [name, names.has(name)]))
  for (const { name, threshold, members } of groups) {
    const good = members.filter((member) => met.get(member)).length
    const needed = threshold === 'any' ? 1 : threshold === 'all' ? members.length : threshold
    met.set(name, good >= needed)
  }
  return met.get(quorum) ?? false
}

/** A checkpoint that was opened under a policy. */
export interface OpenedCheckpoint {
  checkpoint: Checkpoint
  /** The signed text. */
  text: string
  /** Good cosignatures, by the policy's name of the witness; time in POSIX seconds. */
  cosignatures: { witness: string; time: number }[]
  /** Whether they are a quorum. A note that lost a witness's line still opens: ask this. */
  quorum: boolean
}

/**
 * Opens a checkpoint under a policy and counts its cosignatures.
 * @param expected The log it must be of; any log of the policy when not given.
 * @throws NoteError when no key of its log signed it, when any line of a known key is wrong, or when its log is
 *   unknown or another than expected.
 */
export async function openCheckpoint(
  note: string,
  policy: Policy,
  expected: { origin?: string } = {},
): Promise<OpenedCheckpoint> {
  const { text, signatures } = await openNote(
    note,
    [...policy.logs, ...policy.witnesses].map(({ verifier }) => verifier),
    checkTlogLine,
  )
  const checkpoint = parseCheckpoint(text)
  if (expected.origin !== undefined && checkpoint.origin !== expected.origin)
    throw new NoteError('checkpoint_foreign', { origin: checkpoint.origin })
  const ownSignature = policy.logs.some(
    ({ verifier }) =>
      verifier.name === checkpoint.origin && signatures.some((one) => one.verifier === verifier),
  )
  if (!ownSignature) throw new NoteError('checkpoint_unsigned', { origin: checkpoint.origin })
  const cosignatures = policy.witnesses.flatMap(({ name, verifier }) =>
    signatures
      .filter((one) => one.verifier === verifier)
      .map(({ line }) => ({ witness: name, time: cosignatureTime(line) })),
  )
  const quorum = quorumMet(policy, new Set(cosignatures.map(({ witness }) => witness)))
  return { checkpoint, text, cosignatures, quorum }
}
