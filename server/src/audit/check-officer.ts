import { fromUtf8, type LeafV1, type Sha256, toHex } from '@mingbu/tlog'
import { type Assertion, assertionFault, bytesOf, signedBytes } from '../kernel/assertion.ts'
import { keyOf } from '../kernel/passkey-key.ts'

/** An opened act that holds: its leaf, and its fields with the values that are shown. */
export interface HeldAct {
  file: string
  index: number
  leaf: LeafV1
  fields: ReadonlyMap<string, { commitment: string; value: Uint8Array | null }>
}

/** How an opened act was confirmed: by a signature that holds, by a code, by a key this pack does not show; null where nobody says. */
export type Confirmed = 'signed' | 'by_code' | 'unchecked' | null

/** Why a confirmation does not hold. */
export type OfficerFault = 'officer_command' | 'officer_key' | 'officer_signature'

interface Said extends Partial<Assertion> {
  method?: unknown
  factor?: unknown
}

/**
 * Holds what an opened act says of its officer against what the pack itself shows: the command says what the act says, and
 * the key that was enrolled for this person, in an act of the log, has signed it.
 */
export async function checkOfficer(
  act: HeldAct,
  opened: readonly HeldAct[],
  sha256: Sha256,
): Promise<Confirmed | OfficerFault> {
  const said = json<Said>(act, 'officer')
  const command = act.fields.get('command')?.value
  if (!act.fields.has('officer') || !said || !command) return null
  const person = json<{ actor?: unknown }>(act, 'actor')?.actor
  if (typeof person !== 'string' || !isCommandOf(act, command, person)) return 'officer_command'
  if (said.method !== 'passkey') return 'by_code'
  const name = `row:people.factor:${String(said.factor)}`
  const enrolled = opened.map((one) => json<Factor>(one, name)).find((one) => one !== null)
  if (!enrolled) return 'unchecked'
  const { credential = '', authenticatorData = '', clientDataJSON = '', signature = '' } = said
  const assertion: Assertion = { credential, authenticatorData, clientDataJSON, signature }
  const id = bytesOf(credential)
  if (`person:${enrolled.person_id}` !== person || !id || enrolled.credential_id !== `\\x${toHex(id)}`)
    return 'officer_key'
  const challenge = sha256(command)
  if (assertionFault(assertion, { challenge, rpId: String(enrolled.rp_id) })) return 'officer_signature'
  return (await isSignedBy(enrolled.public_key ?? '', assertion)) ? 'signed' : 'officer_signature'
}

/** As the log commits to an enrolled factor. */
interface Factor {
  person_id?: string
  credential_id?: string
  public_key?: string
  rp_id?: string
}

interface Command {
  v?: unknown
  type?: unknown
  person?: unknown
  request?: unknown
  subject?: { kind?: unknown; id?: unknown } | null
  inputs?: Record<string, unknown>
}

/** Whether the command that was confirmed is the act's: type, person, request, subject and the commitment to each input. */
function isCommandOf(act: HeldAct, bytes: Uint8Array, person: string): boolean {
  const command = parsed<Command>(bytes)
  const request = json<{ id?: unknown }>(act, 'request')
  const subject = json<{ kind?: unknown; id?: unknown }>(act, 'subject')
  if (command?.v !== 1 || command.type !== act.leaf.type || `person:${String(command.person)}` !== person)
    return false
  if (request && String(request.id).toLowerCase() !== command.request) return false
  // An act that makes its subject names none before it is done.
  if (
    command.subject &&
    subject &&
    (command.subject.kind !== subject.kind || command.subject.id !== subject.id)
  )
    return false
  const inputs = [...act.fields].filter(([name]) => name.startsWith('in.'))
  const confirmed = command.inputs ?? {}
  return (
    inputs.length === Object.keys(confirmed).length &&
    inputs.every(([name, { commitment }]) => confirmed[name] === commitment)
  )
}

/** The platform's own mathematics, so that a page without anything else can do it. */
async function isSignedBy(publicKey: string, assertion: Assertion): Promise<boolean> {
  const key = /^\\x([0-9a-f]{2})+$/.test(publicKey)
    ? keyOf(Uint8Array.from(publicKey.slice(2).match(/../g)!, (pair) => Number.parseInt(pair, 16)))
    : null
  const bytes = signedBytes(assertion)
  if (!key || !bytes) return false
  const algorithm =
    key.kty === 'EC' ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const signature = key.kty === 'EC' ? rawOf(bytes.signature) : bytes.signature
  if (!signature) return false
  try {
    const imported = await crypto.subtle.importKey('jwk', key, algorithm, false, ['verify'])
    const how = { name: algorithm.name, hash: 'SHA-256' }
    return await crypto.subtle.verify(how, imported, signature as BufferSource, bytes.signed as BufferSource)
  } catch {
    return false
  }
}

/** An ECDSA signature of P-256 as 64 bytes, from DER; null when it is not one. */
function rawOf(der: Uint8Array): Uint8Array | null {
  const raw = new Uint8Array(64)
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null
  let at = 2
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0
    if (der[at] !== 0x02 || at + 2 + length > der.length) return null
    const number = der.subarray(at + 2, at + 2 + length)
    const bare = number[0] === 0 ? number.subarray(1) : number
    if (length === 0 || bare.length > 32) return null
    raw.set(bare, end - bare.length)
    at += 2 + length
  }
  return at === der.length ? raw : null
}

const json = <T>(act: HeldAct, field: string): T | null => {
  const value = act.fields.get(field)?.value
  return value ? parsed<T>(value) : null
}

function parsed<T>(bytes: Uint8Array): T | null {
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes))
    return typeof value === 'object' && value !== null ? (value as T) : null
  } catch {
    return null
  }
}
