import { toBase64 } from '@mingbu/tlog'

/** Keys that passkeys may have here: ES256, and RS256 for authenticators in older PCs. */
export const algorithms = [-7, -257]

/**
 * A passkey's public key as any platform imports it, from the COSE bytes its authenticator gave. Small, because the page that
 * checks packs offline holds it: it reads what CTAP2 says such keys are, a map of small numbers and byte strings. Null for any other.
 * @see RFC 9052, 7; RFC 8230, 4
 */
export function keyOf(cose: Uint8Array): JsonWebKey | null {
  const fields = mapOf(cose)
  const bytes = (label: number) => {
    const value = fields?.get(label)
    return value instanceof Uint8Array ? base64url(value) : ''
  }
  if (fields?.get(1) === 2 && fields.get(3) === -7 && fields.get(-1) === 1)
    return { kty: 'EC', crv: 'P-256', x: bytes(-2), y: bytes(-3) }
  return fields?.get(1) === 3 && fields.get(3) === -257 ? { kty: 'RSA', n: bytes(-1), e: bytes(-2) } : null
}

const base64url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** A CBOR map of whole numbers to whole numbers and byte strings, and nothing after it; null for anything else. */
function mapOf(bytes: Uint8Array): Map<number, number | Uint8Array> | null {
  let at = 0
  const head = (): [major: number, value: number] => {
    const first = bytes[at++] ?? 0xff
    const more = first & 31
    if (more < 24) return [first >> 5, more]
    const width = more === 24 ? 1 : more === 25 ? 2 : 0
    if (width === 0 || at + width > bytes.length) throw new SyntaxError('not a key')
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + bytes[at++]!
    return [first >> 5, value]
  }
  const item = (): number | Uint8Array => {
    const [major, value] = head()
    if (major === 0) return value
    if (major === 1) return -1 - value
    if (major !== 2 || at + value > bytes.length) throw new SyntaxError('not a key')
    at += value
    return bytes.subarray(at - value, at)
  }
  try {
    const [major, entries] = head()
    const fields = new Map<number, number | Uint8Array>()
    for (let i = 0; i < entries; i++) fields.set(item() as number, item())
    return major === 5 && fields.size === entries && at === bytes.length ? fields : null
  } catch {
    return null
  }
}
