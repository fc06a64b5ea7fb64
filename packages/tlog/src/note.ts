import { concat, equal, fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.ts'
import { type Facts, type Fault, type FaultCode, faultWords } from './faults.ts'
import { sha256 } from './sha256.ts'

/** Signature types of the signed-note format. */
export const noteType = { ed25519: 0x01, cosignatureV1: 0x04 } as const

/** A key that can check signatures: name, 4-byte id, type and the raw 32-byte Ed25519 public key. */
export interface Verifier {
  name: string
  id: Uint8Array
  type: number
  publicKey: Uint8Array
}

/** One signature line: `— name base64(id ‖ signature)`. */
export interface NoteLine {
  name: string
  id: Uint8Array
  signature: Uint8Array
}

/** A note that was opened: its text and the verifiers whose lines were good. */
export interface OpenedNote {
  text: string
  signatures: { verifier: Verifier; line: NoteLine }[]
}

/** Why a note was not opened. */
export class NoteError extends Error implements Fault {
  override readonly name = 'NoteError'
  readonly code: FaultCode
  readonly facts: Facts

  constructor(code: FaultCode, facts: Facts = {}) {
    super(faultWords({ code, facts }))
    this.code = code
    this.facts = facts
  }
}

const bytesMax = 1_000_000
const linesMax = 100

/** Key id: first 4 bytes of SHA-256(name ‖ newline ‖ type ‖ public key). */
export const keyId = (name: string, type: number, publicKey: Uint8Array): Uint8Array =>
  sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).slice(0, 4)

/** Writes a verifier key: `name+keyid+base64(type ‖ public key)`. */
export const formatVkey = ({ name, id, type, publicKey }: Verifier): string =>
  `${name}+${toHex(id)}+${toBase64(concat(Uint8Array.of(type), publicKey))}`

/** Reads a verifier key. @throws NoteError when it is malformed or its id is not that of its key. */
export function parseVkey(vkey: string): Verifier {
  const [name, idText, ...rest] = vkey.split('+')
  const keyText = rest.join('+')
  if (!name || !isKeyName(name) || !/^[0-9a-f]{8}$/.test(idText ?? '')) throw new NoteError('vkey_malformed')
  let typed: Uint8Array
  try {
    typed = fromBase64(keyText)
  } catch {
    throw new NoteError('vkey_malformed')
  }
  const [type] = typed
  const publicKey = typed.slice(1)
  if (type === undefined || publicKey.length !== 32) throw new NoteError('vkey_not_ed25519')
  const id = fromHex(idText!)
  if (!equal(id, keyId(name, type, publicKey))) throw new NoteError('vkey_wrong_id')
  return { name, id, type, publicKey }
}

/** A key name is not empty and has no Unicode space, no plus and no control character. */
export const isKeyName = (name: string): boolean =>
  name.isWellFormed() && /^[^\p{White_Space}\p{Cc}+]+$/u.test(name)

/** Control characters other than the newline have no place in a note, nor have lone surrogates. */
const isNoteText = (text: string): boolean =>
  text.isWellFormed() && ![...text].some((character) => character < ' ' && character !== '\n')

/** Splits a note into text and signature lines. @throws NoteError when it has not the form of a signed note. */
export function parseNote(note: string): { text: string; lines: NoteLine[] } {
  if (note.length > bytesMax) throw new NoteError('note_too_long')
  if (!isNoteText(note)) throw new NoteError('note_control')
  const cut = note.lastIndexOf('\n\n')
  if (cut < 0 || !note.endsWith('\n')) throw new NoteError('note_unsigned')
  const lines = note.slice(cut + 2, -1).split('\n')
  if (lines.length > linesMax) throw new NoteError('note_many_lines')
  return { text: note.slice(0, cut + 1), lines: lines.map(parseLine) }
}

function parseLine(line: string): NoteLine {
  const match = /^— ([^ ]+) ([^ ]+)$/.exec(line)
  if (!match || !isKeyName(match[1]!)) throw new NoteError('note_line_malformed')
  let bytes: Uint8Array
  try {
    bytes = fromBase64(match[2]!)
  } catch {
    throw new NoteError('note_line_malformed')
  }
  if (bytes.length < 5) throw new NoteError('note_line_malformed')
  return { name: match[1]!, id: bytes.slice(0, 4), signature: bytes.slice(4) }
}

/** Checks one line of a note's text under a verifier; how depends on the key's type. */
export type CheckLine = (verifier: Verifier, text: string, line: NoteLine) => Promise<boolean>

/** Plain Ed25519 over the text; other types never verify here. */
export const checkEd25519Line: CheckLine = async (verifier, text, line) =>
  verifier.type === noteType.ed25519 &&
  line.signature.length === 64 &&
  (await verifyEd25519(verifier.publicKey, utf8(text), line.signature))

/**
 * Opens a note: lines of unknown keys are ignored, a line of a known key that fails sinks the whole note, and
 * without one good line it is refused. A key that signed twice counts once, and both its lines must be good.
 * Counting who signed is the caller's duty.
 * @throws NoteError saying why the note was not opened.
 */
export async function openNote(
  note: string,
  verifiers: readonly Verifier[],
  check: CheckLine = checkEd25519Line,
): Promise<OpenedNote> {
  const { text, lines } = parseNote(note)
  const signatures: OpenedNote['signatures'] = []
  for (const line of lines) {
    const verifier = verifiers.find((one) => one.name === line.name && equal(one.id, line.id))
    if (!verifier) continue
    if (!(await check(verifier, text, line))) throw new NoteError('signature_wrong', { name: line.name })
    if (!signatures.some((good) => good.verifier === verifier)) signatures.push({ verifier, line })
  }
  if (signatures.length === 0) throw new NoteError('no_known_key')
  return { text, signatures }
}

/** A key that signs notes: 32-byte Ed25519 seed with its verifier. */
export interface Signer {
  verifier: Verifier
  seed: Uint8Array
}

const pkcs8Prefix = fromHex('302e020100300506032b657004220420')

/** Makes a signer of a 32-byte seed. @throws NoteError for a name that no key may have or a seed of another length. */
export async function signerFromSeed(
  name: string,
  seed: Uint8Array,
  type: number = noteType.ed25519,
): Promise<Signer> {
  if (!isKeyName(name)) throw new NoteError('name_malformed')
  if (seed.length !== 32) throw new NoteError('seed_length')
  const key = await crypto.subtle.importKey(
    'pkcs8',
    concat(pkcs8Prefix, seed) as BufferSource,
    'Ed25519',
    true,
    ['sign'],
  )
  const jwk = await crypto.subtle.exportKey('jwk', key)
  const publicKey = fromBase64(base64FromUrl(jwk.x!))
  return { verifier: { name, type, publicKey, id: keyId(name, type, publicKey) }, seed }
}

function base64FromUrl(text: string): string {
  const standard = text.replaceAll('-', '+').replaceAll('_', '/')
  return standard + '='.repeat((4 - (standard.length % 4)) % 4)
}

/** Signs bytes with a signer's seed. Ed25519 is deterministic: the same bytes give the same signature. */
export async function signEd25519({ seed }: Signer, bytes: Uint8Array): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey(
    'pkcs8',
    concat(pkcs8Prefix, seed) as BufferSource,
    'Ed25519',
    false,
    ['sign'],
  )
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytes as BufferSource))
}

/** True when the signature is that of the key over the bytes. Works in Node and in browsers, through WebCrypto. */
export async function verifyEd25519(
  publicKey: Uint8Array,
  bytes: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', publicKey as BufferSource, 'Ed25519', false, ['verify'])
    return await crypto.subtle.verify('Ed25519', key, signature as BufferSource, bytes as BufferSource)
  } catch {
    return false
  }
}

/** The signature line of a signer over a text. */
export const formatLine = ({ name, id }: Pick<Verifier, 'name' | 'id'>, signature: Uint8Array): string =>
  `— ${name} ${toBase64(concat(id, signature))}\n`

/**
 * Signs a text, which must end in a newline, as a note that `openNote` opens.
 * @throws NoteError for a text no note may have, without a signer, or for a key of another type than plain Ed25519.
 */
export async function signNote(text: string, signers: readonly Signer[]): Promise<string> {
  if (!text.endsWith('\n')) throw new NoteError('text_no_newline')
  if (!isNoteText(text)) throw new NoteError('note_control')
  if (signers.length === 0) throw new NoteError('no_signer')
  if (signers.some(({ verifier }) => verifier.type !== noteType.ed25519)) throw new NoteError('signer_type')
  const lines = await Promise.all(
    signers.map(async (signer) => formatLine(signer.verifier, await signEd25519(signer, utf8(text)))),
  )
  return `${text}\n${lines.join('')}`
}
