import {
  checkTlogLine,
  cosignatureTime,
  equal,
  type NoteLine,
  openCheckpoint,
  type Policy,
  parseNote,
  parsePolicy,
} from '@mingbu/tlog'

/** What a line of a published checkpoint is. */
export type LineRole = 'origin' | 'size' | 'root' | 'extension' | 'own' | 'witness' | 'unknown'

/** One line of a published checkpoint, explained. */
export interface CheckedLine {
  /** Its number in the note, from 1. */
  no: number
  role: LineRole
  /** What it says; of a signature, whose it is. */
  value: string
  /** When it was cosigned, in POSIX seconds. */
  time: number | null
  /** Whether the signature verifies; null for lines that are none, and for signatures of keys nobody named. */
  good: boolean | null
}

export interface CheckedNote {
  /** Signed by its log, and by as many witnesses as the policy asks for. */
  good: boolean
  /** Witnesses whose cosignature verifies. */
  cosigners: number
  lines: CheckedLine[]
}

const heads: readonly LineRole[] = ['origin', 'size', 'root']

/** Takes a published checkpoint apart and verifies every signature under it. A note or policy that cannot be read is not good. */
export async function checkNote(note: string, policyText: string, origin: string): Promise<CheckedNote> {
  try {
    const policy = parsePolicy(policyText)
    const { text, lines } = parseNote(note)
    const said = text
      .slice(0, -1)
      .split('\n')
      .map((value, i): CheckedLine => {
        return { no: i + 1, role: heads[i] ?? 'extension', value, time: null, good: null }
      })
    const signed = await Promise.all(lines.map((line) => checkLine(line, text, policy)))
    const all = [...said, ...signed.map((line, i) => ({ ...line, no: said.length + 2 + i }))]
    const good = await openCheckpoint(note, policy, { origin }).then(
      ({ quorum }) => quorum,
      () => false,
    )
    const cosigners = new Set(
      signed.filter((line) => line.role === 'witness' && line.good).map((line) => line.value),
    )
    return { good, cosigners: cosigners.size, lines: all }
  } catch {
    return { good: false, cosigners: 0, lines: [] }
  }
}

async function checkLine(line: NoteLine, text: string, policy: Policy): Promise<Omit<CheckedLine, 'no'>> {
  const isOf = ({ verifier }: { verifier: { name: string; id: Uint8Array } }) =>
    verifier.name === line.name && equal(verifier.id, line.id)
  const own = policy.logs.find(isOf)
  if (own)
    return { role: 'own', value: line.name, time: null, good: await checkTlogLine(own.verifier, text, line) }
  const witness = policy.witnesses.find(isOf)
  if (!witness) return { role: 'unknown', value: line.name, time: null, good: null }
  const good = await checkTlogLine(witness.verifier, text, line)
  return { role: 'witness', value: witness.name, time: good ? cosignatureTime(line) : null, good }
}

/** The policy of a log; while none is adopted, its own signature is enough. */
export const notePolicy = ({ policy, vkey }: { policy: string | null; vkey: string }): string =>
  policy ?? `log ${vkey}\nquorum none\n`
