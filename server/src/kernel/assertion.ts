import { createPublicKey, hash, verify, type webcrypto } from 'node:crypto'
import { cose, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers'

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
  const data = Buffer.from(assertion.authenticatorData, 'base64url')
  const client = clientData(assertion.clientDataJSON)
  if (client === null || data.length < 37) return 'malformed'
  if (client.type !== 'webauthn.get' || client.challenge !== Buffer.from(challenge).toString('base64url'))
    return 'other_command'
  if (!data.subarray(0, 32).equals(hash('sha256', rpId, 'buffer'))) return 'other_site'
  if (client.crossOrigin === true) return 'other_site'
  if (origin === undefined ? !isOriginOf(client.origin, rpId) : client.origin !== origin) return 'other_site'
  return (data[32]! & (userPresent | userVerified)) === (userPresent | userVerified)
    ? null
    : 'user_not_verified'
}

/** True when the signature is that of the key, given as COSE, over what was asserted. */
export function isSignedBy(
  key: Uint8Array,
  { authenticatorData, clientDataJSON, signature }: Assertion,
): boolean {
  const client = Buffer.from(clientDataJSON, 'base64url')
  const signed = Buffer.concat([
    Buffer.from(authenticatorData, 'base64url'),
    hash('sha256', client, 'buffer'),
  ])
  try {
    const publicKey = createPublicKey({ key: jwkOf(key), format: 'jwk' })
    return verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

/** How often the authenticator says it was used; zero for those that do not count. */
export const counterOf = ({ authenticatorData }: Assertion): number =>
  Buffer.from(authenticatorData, 'base64url').readUInt32BE(33)

interface ClientData {
  type?: unknown
  challenge?: unknown
  origin?: unknown
  crossOrigin?: unknown
}

function clientData(encoded: string): ClientData | null {
  try {
    const said: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString())
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

/** Keys that passkeys may have here: ES256, and RS256 for authenticators in older PCs. */
export const algorithms = [-7, -257]

/** @throws Error for a key of another kind. */
function jwkOf(key: Uint8Array): webcrypto.JsonWebKey {
  const decoded = decodeCredentialPublicKey(new Uint8Array(key))
  const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes!).toString('base64url')
  if (cose.isCOSEPublicKeyEC2(decoded) && decoded.get(cose.COSEKEYS.alg) === -7)
    return {
      kty: 'EC',
      crv: 'P-256',
      x: text(decoded.get(cose.COSEKEYS.x)),
      y: text(decoded.get(cose.COSEKEYS.y)),
    }
  if (cose.isCOSEPublicKeyRSA(decoded) && decoded.get(cose.COSEKEYS.alg) === -257)
    return { kty: 'RSA', n: text(decoded.get(cose.COSEKEYS.n)), e: text(decoded.get(cose.COSEKEYS.e)) }
  throw new Error('a key of another kind')
}
