import { concat, utf8 } from './bytes.ts'
import { checkInclusion, inclusionProof, leafHash, treeRoot } from './merkle.ts'
import { sha256 as pure, type Sha256 } from './sha256.ts'

const prefix = utf8('commit/v1\0')
const zero = Uint8Array.of(0)

// Hashing is synchronous, so one place to put a commitment together is enough.
const whole = new Uint8Array(4096)
whole.set(prefix)
const encoder = new TextEncoder()

/**
 * Commitment to one field: SHA-256("commit/v1" ‖ 00 ‖ name ‖ 00 ‖ salt ‖ value). With a fresh 32-byte salt it
 * says nothing of the value, and only that value opens it.
 * @throws RangeError when the salt has not 32 bytes, or the name holds a NUL or a lone surrogate.
 */
export const commitment = (name: string, salt: Uint8Array, value: Uint8Array): Uint8Array =>
  commitmentWith(pure, name, salt, value)

/** A name with a NUL would let its end pass for the salt's beginning, and a lone surrogate has no bytes of its own. */
const isFieldName = (name: string): boolean => name.isWellFormed() && !name.includes('\0')

/** As `commitment`, with a SHA-256 of one's own. @throws RangeError for another salt length, or a name with a NUL or lone surrogate. */
export function commitmentWith(
  sha256: Sha256,
  name: string,
  salt: Uint8Array,
  value: Uint8Array,
): Uint8Array {
  if (!isFieldName(name)) throw new RangeError('a field name has no NUL and no lone surrogate')
  if (salt.length !== 32) throw new RangeError('a salt has 32 bytes')
  // A character of a text takes at most three bytes.
  if (prefix.length + 3 * name.length + 33 + value.length > whole.length)
    return sha256(concat(prefix, utf8(name), zero, salt, value))
  let at = prefix.length
  at += encoder.encodeInto(name, whole.subarray(at)).written
  whole[at] = 0
  whole.set(salt, at + 1)
  whole.set(value, at + 33)
  return sha256(whole.subarray(0, at + 33 + value.length))
}

/** Root over ordered commitments: the RFC 6962 tree whose leaf entries are the commitments. */
export const fieldsRoot = (commitments: readonly Uint8Array[]): Uint8Array =>
  fieldsRootWith(pure, commitments)

/** As `fieldsRoot`, with a SHA-256 of one's own. */
export const fieldsRootWith = (sha256: Sha256, commitments: readonly Uint8Array[]): Uint8Array =>
  treeRoot(
    commitments.map((one) => leafHash(one, sha256)),
    sha256,
  )

/** Path by which one field is shown to belong to the root without showing the others. */
export const fieldPath = (
  commitments: readonly Uint8Array[],
  no: number,
  sha256: Sha256 = pure,
): Uint8Array[] =>
  inclusionProof(
    commitments.map((one) => leafHash(one, sha256)),
    no,
    sha256,
  )

/** An opened field and where it stands among `n`. */
export interface OpenedField {
  name: string
  salt: Uint8Array
  value: Uint8Array
  no: number
  n: number
  path: readonly Uint8Array[]
  root: Uint8Array
}

/** True when the value opens a commitment that stands at `no` under the root. */
export function checkField(
  { name, salt, value, no, n, path, root }: OpenedField,
  sha256: Sha256 = pure,
): boolean {
  if (salt.length !== 32 || !isFieldName(name)) return false
  return checkInclusion(
    {
      leaf: leafHash(commitmentWith(sha256, name, salt, value), sha256),
      index: no,
      size: n,
      proof: path,
      root,
    },
    sha256,
  )
}
