import { concat, uint64, utf8 } from './bytes.ts'
import {
  type CheckLine,
  checkEd25519Line,
  formatLine,
  NoteError,
  type NoteLine,
  noteType,
  type Signer,
  signEd25519,
  verifyEd25519,
} from './note.ts'

/** Bytes of a cosignature after its key id: a time of 8 and a signature of 64. */
const cosignatureLength = 72

/** What a witness signs at a time (POSIX seconds): a header and the whole checkpoint text. */
export const cosignedMessage = (text: string, seconds: number): Uint8Array =>
  utf8(`cosignature/v1\ntime ${seconds}\n${text}`)

/**
 * The line by which a witness says: at this time this was the largest consistent tree I had seen of this log
 * (C2SP tlog-cosignature, `cosignature/v1`).
 * @throws NoteError when the signer's key is of another type. @throws RangeError for a time that is none.
 */
export async function cosign(signer: Signer, text: string, seconds: number): Promise<string> {
  if (signer.verifier.type !== noteType.cosignatureV1) throw new NoteError('cosignature_key')
  const time = uint64(seconds)
  const signature = await signEd25519(signer, cosignedMessage(text, seconds))
  return formatLine(signer.verifier, concat(time, signature))
}

/** When a cosignature was made, in POSIX seconds. @throws NoteError when the line is no cosignature. */
export function cosignatureTime({ signature }: Pick<NoteLine, 'signature'>): number {
  if (signature.length !== cosignatureLength) throw new NoteError('cosignature_malformed')
  const time = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0)
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) throw new NoteError('cosignature_time')
  return Number(time)
}

/** Checks a log's own line and a witness's cosignature, each as its key's type asks. */
export const checkTlogLine: CheckLine = async (verifier, text, line) => {
  if (verifier.type !== noteType.cosignatureV1) return checkEd25519Line(verifier, text, line)
  if (line.signature.length !== cosignatureLength) return false
  try {
    const message = cosignedMessage(text, cosignatureTime(line))
    return await verifyEd25519(verifier.publicKey, message, line.signature.slice(8))
  } catch {
    return false
  }
}
