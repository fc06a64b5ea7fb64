import { equal, fromBase64, fromUtf8, toBase64, utf8 } from './bytes.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { type Fault, type FaultCode, faultWords } from './faults.ts'
import { checkConsistency, checkSize, emptyRoot } from './merkle.ts'
import { NoteError, openNote, parseNote, type Verifier } from './note.ts'
import { sha256 as pure, type Sha256 } from './sha256.ts'

/** What a log shows a witness: a newer checkpoint, and the proof that it goes on from the one the witness has. */
export interface AddCheckpoint {
  /** Size the witness is thought to have; 0 when none. */
  old: number
  /** Consistency proof from there. */
  proof: Uint8Array[]
  /** The signed checkpoint. */
  note: string
}

const proofMax = 63
const bodyMax = 64 * 1024

/** Writes the body of a witness's `add-checkpoint` (C2SP tlog-witness). */
export const formatAddCheckpoint = ({ old, proof, note }: AddCheckpoint): string =>
  `old ${checkSize(old)}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`

/** Reads such a body. @throws NoteError for anything that is none. */
export function parseAddCheckpoint(body: string | Uint8Array): AddCheckpoint {
  const bytes = typeof body === 'string' ? utf8(body) : body
  if (bytes.length > bodyMax) throw new NoteError('body_too_large')
  let text: string
  try {
    text = fromUtf8(bytes)
  } catch {
    throw new NoteError('body_not_utf8')
  }
  const cut = text.indexOf('\n\n')
  if (cut < 0) throw new NoteError('body_no_checkpoint')
  const [first = '', ...lines] = text.slice(0, cut).split('\n')
  const old = /^old (0|[1-9]\d{0,15})$/.exec(first)?.[1]
  if (old === undefined || !Number.isSafeInteger(Number(old))) throw new NoteError('body_no_old')
  if (lines.length > proofMax) throw new NoteError('proof_too_long', { most: proofMax })
  return { old: Number(old), proof: lines.map(readHash), note: text.slice(cut + 2) }
}

function readHash(line: string): Uint8Array {
  try {
    const hash = fromBase64(line)
    if (hash.length === 32) return hash
  } catch {
    // Said below, as for a hash of another length.
  }
  throw new NoteError('proof_line_not_hash')
}

/** What a witness knows when it is asked. */
export interface WitnessKnowledge {
  /** The keys trusted for a log; null when it does not watch it. */
  log(origin: string): readonly Verifier[] | null
  /** The largest tree it has cosigned of a log; null when none. */
  stored(origin: string): { size: number; root: Uint8Array } | null
}

/**
 * What is to be answered: 200, when the checkpoint may be stored and cosigned, or the standard's status for why not.
 */
export type WitnessVerdict =
  | { status: 200; origin: string; old: number; checkpoint: Checkpoint; text: string }
  | { status: 400 | 403 | 404 | 409 | 422; body: string; contentType: string; fault: Fault }

const refusal = (
  status: 400 | 403 | 404 | 422,
  { code, facts }: Fault,
): Extract<WitnessVerdict, { fault: Fault }> => ({
  status,
  body: `${faultWords({ code, facts })}\n`,
  contentType: 'text/plain; charset=utf-8',
  fault: { code, facts },
})

/**
 * Judges an `add-checkpoint` body as a witness, in the standard's order. Stores nothing: whoever asked moves its
 * memory by compare-and-set from the size judged here, and only then signs.
 */
export async function judgeAddCheckpoint(
  body: string | Uint8Array,
  knowledge: WitnessKnowledge,
  sha256: Sha256 = pure,
): Promise<WitnessVerdict> {
  let asked: AddCheckpoint
  let checkpoint: Checkpoint
  let text: string
  try {
    asked = parseAddCheckpoint(body)
    text = parseNote(asked.note).text
    checkpoint = parseCheckpoint(text)
  } catch (error) {
    if (error instanceof NoteError) return refusal(400, error)
    throw error
  }
  const { origin, size, root } = checkpoint
  const keys = knowledge.log(origin)
  if (!keys) return refusal(404, { code: 'log_not_watched', facts: {} })
  try {
    await openNote(asked.note, keys)
  } catch (error) {
    if (error instanceof NoteError) return refusal(403, error)
    throw error
  }
  if (asked.old > size) return refusal(400, { code: 'old_above_new', facts: {} })
  const stored = knowledge.stored(origin)
  const storedSize = stored?.size ?? 0
  if (asked.old !== storedSize)
    return {
      status: 409,
      body: `${storedSize}\n`,
      contentType: 'text/x.tlog.size',
      fault: { code: 'old_not_stored', facts: { size: storedSize } },
    }
  const why = inconsistency({ size, root }, asked.proof, stored, sha256)
  return why === null
    ? { status: 200, origin, old: asked.old, checkpoint, text }
    : refusal(422, { code: why, facts: {} })
}

function inconsistency(
  { size, root }: { size: number; root: Uint8Array },
  proof: readonly Uint8Array[],
  stored: { size: number; root: Uint8Array } | null,
  sha256: Sha256,
): FaultCode | null {
  const empty = emptyRoot(sha256)
  if (size === 0 && !equal(root, empty)) return 'empty_tree_root'
  const before = stored && stored.size > 0 ? stored : { size: 0, root: empty }
  const holds = checkConsistency({ m: before.size, n: size, rootM: before.root, rootN: root, proof }, sha256)
  return holds ? null : 'not_consistent'
}
