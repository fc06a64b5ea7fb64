import { equal, fromBase64, fromUtf8, sha256, utf8 } from '@mingbu/tlog'

// Read by browsers too: a pack that is checked offline holds officers' assertions, and nothing of Node may be needed here.

/** What a passkey said of one command, as the leaf's field `officer` holds it; every value base64url. */
export interface Assertion {
  credential: string
  authenticatorData: string
  clientDataJSON: string
  signature: string
}

/** What an assertion is held against. */
export interface Expected {
  /** SHA-256 of the command's bytes. */
  challenge: Uint8Array
  /** Relying party the credential was made for: the host name of the product. */
  rpId: string
  /** Exact origin; without it, any origin whose host belongs to `rpId`. */
  origin?: string
}

/** Why an assertion does not confirm a command. */
export type AssertionFault = 'malformed' | 'other_command' | 'other_site' | 'user_not_verified'

const userPresent = 0x01
const userVerified = 0x04

/** What of an assertion can be judged without its key; null when all of it is right. */
export function assertionFault(
  assertion: Assertion,
  { challenge, rpId, origin }: Expected,
): AssertionFault | null {
  const data = bytesOf(assertion.authenticatorData)
  const client = clientData(assertion.clientDataJSON)
  if (client === null || data === null || data.length < 37) return 'malformed'
  const asked = typeof client.challenge === 'string' ? bytesOf(client.challenge) : null
  if (client.type !== 'webauthn.get' || asked === null || !equal(asked, challenge)) return 'other_command'
  if (!equal(data.subarray(0, 32), sha256(utf8(rpId)))) return 'other_site'
  if (client.crossOrigin === true) return 'other_site'
  if (origin === undefined ? !isOriginOf(client.origin, rpId) : client.origin !== origin) return 'other_site'
  return (data[32]! & (userPresent | userVerified)) === (userPresent | userVerified)
    ? null
    : 'user_not_verified'
}

/** The bytes an authenticator signs, and its signature; null when they cannot be read. */
export function signedBytes({
  authenticatorData,
  clientDataJSON,
  signature,
}: Assertion): { signed: Uint8Array; signature: Uint8Array } | null {
  const [data, client, made] = [authenticatorData, clientDataJSON, signature].map(bytesOf)
  if (!data || !client || !made) return null
  const signed = new Uint8Array(data.length + 32)
  signed.set(data)
  signed.set(sha256(client), data.length)
  return { signed, signature: made }
}

/** How often the authenticator says it was used; zero for those that do not count. */
export const counterOf = ({ authenticatorData }: Assertion): number => {
  const data = bytesOf(authenticatorData)!
  return new DataView(data.buffer, data.byteOffset).getUint32(33)
}

interface ClientData {
  type?: unknown
  challenge?: unknown
  origin?: unknown
  crossOrigin?: unknown
}

function clientData(encoded: string): ClientData | null {
  try {
    const said: unknown = JSON.parse(fromUtf8(bytesOf(encoded)!))
    return typeof said === 'object' && said !== null ? said : null
  } catch {
    return null
  }
}

function isOriginOf(origin: unknown, rpId: string): boolean {
  if (typeof origin !== 'string' || !URL.canParse(origin)) return false
  const { hostname, protocol } = new URL(origin)
  const ours = hostname === rpId || hostname.endsWith(`.${rpId}`)
  return ours && (protocol === 'https:' || hostname === 'localhost')
}

/** Bytes of base64url without padding; null when it is none. */
export function bytesOf(base64url: string): Uint8Array | null {
  try {
    const padded = base64url + '='.repeat((4 - (base64url.length % 4)) % 4)
    return fromBase64(padded.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return null
  }
}
