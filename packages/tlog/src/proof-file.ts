import { concat, fromBase64, fromUtf8, toBase64, uint64, utf8 } from './bytes.ts'
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { checkInclusion, checkSize } from './merkle.ts'
import { NoteError, parseNote } from './note.ts'
import { type OpenedCheckpoint, openCheckpoint, type Policy } from './policy.ts'
import { sha256 as pure, type Sha256 } from './sha256.ts'

/** Everything needed to show, without asking anybody, that a leaf is in a log. */
export interface ProofFile {
  /** Index of the leaf. */
  index: number
  /** Inclusion proof, the leaf's sibling first. */
  proof: Uint8Array[]
  /** The checkpoint with all its signatures, as published. */
  checkpoint: string
  /** Further bytes that nothing vouches for. */
  extra?: Uint8Array
}

const header = 'c2sp.org/tlog-proof@v1'
const proofMax = 63
const fileMax = 64 * 1024

/** Writes a `.tlog-proof` file (C2SP tlog-proof). */
export function formatProofFile({ index, proof, checkpoint, extra }: ProofFile): string {
  const lines = [
    header,
    ...(extra ? [`extra ${toBase64(extra)}`] : []),
    `index ${checkSize(index)}`,
    ...proof.map(toBase64),
  ]
  return `${lines.join('\n')}\n\n${checkpoint}`
}

/** Reads such a file; nothing is verified. @throws NoteError for anything that is none. */
export function parseProofFile(text: string): ProofFile {
  if (text.length > fileMax) throw new NoteError('proof_too_large')
  const cut = text.indexOf('\n\n')
  if (cut < 0) throw new NoteError('proof_no_checkpoint')
  const [first, ...lines] = text.slice(0, cut).split('\n')
  if (first !== header) throw new NoteError('proof_not_format')
  const extra = lines[0]?.startsWith('extra ') ? bytesOf(lines.shift()!.slice('extra '.length)) : null
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '')?.[1]
  if (index === undefined || !Number.isSafeInteger(Number(index))) throw new NoteError('proof_no_index')
  if (lines.length > proofMax) throw new NoteError('proof_too_long', { most: proofMax })
  const proof = lines.map((line) => {
    const hash = bytesOf(line)
    if (hash.length !== 32) throw new NoteError('proof_line_not_hash')
    return hash
  })
  const checkpoint = text.slice(cut + 2)
  parseCheckpoint(parseNote(checkpoint).text)
  return { index: Number(index), proof, checkpoint, ...(extra ? { extra } : {}) }
}

function bytesOf(text: string): Uint8Array {
  try {
    return fromBase64(text)
  } catch {
    throw new NoteError('proof_line_not_base64')
  }
}

/**
 * Verifies a proof for a leaf hash under a policy: the log's signature, the inclusion, and how many cosigned.
 * Whether they are a quorum stands in the answer.
 * @throws NoteError when the checkpoint does not open or the leaf is not in its tree.
 */
export async function verifyProofFile(
  file: ProofFile | string,
  leaf: Uint8Array,
  policy: Policy,
  sha256: Sha256 = pure,
): Promise<OpenedCheckpoint & { index: number }> {
  const { index, proof, checkpoint } = typeof file === 'string' ? parseProofFile(file) : file
  const opened = await openCheckpoint(checkpoint, policy)
  const { size, root } = opened.checkpoint
  if (!checkInclusion({ leaf, index, size, proof, root }, sha256)) throw new NoteError('leaf_not_included')
  return { ...opened, index }
}

const compactVersion = 1

/**
 * The same proof in few bytes, for a QR code: hashes, root and signatures raw, each line's key by its four bytes of
 * id; names are the policy's to know. What is extra is left out.
 *
 * version 1 byte ‖ index 8 ‖ hashes 1 + 32 each ‖ origin 1 + UTF-8 ‖ size 8 ‖ root 32 ‖ lines 1 + (id 4 ‖ length 1 ‖ signature) each
 * @throws NoteError when a checkpoint has extension lines or a signature longer than 255 bytes.
 */
export function encodeCompactProof({ index, proof, checkpoint }: ProofFile): Uint8Array {
  const { text, lines } = parseNote(checkpoint)
  const { origin, size, root, extensions } = parseCheckpoint(text)
  const name = utf8(origin)
  if (extensions.length > 0 || name.length > 255 || lines.some(({ signature }) => signature.length > 255))
    throw new NoteError('compact_none')
  return concat(
    Uint8Array.of(compactVersion),
    uint64(index),
    Uint8Array.of(proof.length),
    ...proof,
    Uint8Array.of(name.length),
    name,
    uint64(size),
    root,
    Uint8Array.of(lines.length),
    ...lines.flatMap(({ id, signature }) => [id, Uint8Array.of(signature.length), signature]),
  )
}

/**
 * Reads a compact proof back into one that verifies. Lines of keys the policy does not know are left out.
 * @throws NoteError when the bytes are not exactly one proof.
 */
export function decodeCompactProof(bytes: Uint8Array, policy: Policy): ProofFile {
  const read = reader(bytes)
  if (read.byte() !== compactVersion) throw new NoteError('compact_version')
  const index = read.size()
  const proof = Array.from({ length: read.byte() }, () => read.bytes(32))
  const origin = read.text(read.byte())
  const checkpoint: Checkpoint = { origin, size: read.size(), root: read.bytes(32), extensions: [] }
  const known = [...policy.logs, ...policy.witnesses].map(({ verifier }) => verifier)
  const lines = Array.from({ length: read.byte() }, () => {
    const id = read.bytes(4)
    const signature = read.bytes(read.byte())
    const verifier = known.find((one) => one.id.every((byte, i) => byte === id[i]))
    return verifier ? `— ${verifier.name} ${toBase64(concat(id, signature))}\n` : ''
  })
  read.end()
  return { index, proof, checkpoint: `${textOf(checkpoint)}\n${lines.join('')}` }
}

function textOf(checkpoint: Checkpoint): string {
  try {
    return formatCheckpoint(checkpoint)
  } catch {
    throw new NoteError('compact_no_checkpoint')
  }
}

function reader(bytes: Uint8Array) {
  let at = 0
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new NoteError('compact_short')
    at += length
    return bytes.slice(at - length, at)
  }
  return {
    bytes: take,
    byte: (): number => take(1)[0]!,
    size(): number {
      const part = take(8)
      const value = new DataView(part.buffer).getBigUint64(0)
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new NoteError('compact_size')
      return Number(value)
    },
    text(length: number): string {
      try {
        return fromUtf8(take(length))
      } catch (error) {
        if (error instanceof NoteError) throw error
        throw new NoteError('compact_origin')
      }
    },
    end(): void {
      if (at !== bytes.length) throw new NoteError('compact_long')
    },
  }
}
