import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { sha256 } from '../kernel/evidence-fields.ts'

/** The Ed25519 private key of a 32-byte seed. */
export function ed25519FromSeed(seed: Uint8Array): KeyObject {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
}

/** The verifier key of a log as others hold it: `name+keyid+base64(0x01 ‖ public key)` (C2SP signed-note). */
export function vkeyOf(name: string, publicKey: KeyObject): string {
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const typed = Buffer.concat([Buffer.from([1]), raw])
  return `${name}+${keyId(name, typed).toString('hex')}+${typed.toString('base64')}`
}

/** First four bytes of SHA-256(name ‖ newline ‖ type ‖ public key). */
export function keyId(name: string, typed: Uint8Array): Buffer {
  return Buffer.from(sha256(Buffer.concat([Buffer.from(`${name}\n`), typed])).subarray(0, 4))
}

/** The key and key id a vkey holds. @throws Error when it is not an Ed25519 vkey: stored by us, so our bug. */
export function publicKeyOfVkey(vkey: string): { name: string; id: Buffer; key: KeyObject } {
  const [, name, id, typed] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? []
  const bytes = Buffer.from(typed ?? '', 'base64')
  if (!name || !id || bytes.length !== 33 || bytes[0] !== 1) throw new Error(`not an Ed25519 vkey: ${vkey}`)
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)])
  return {
    name,
    id: Buffer.from(id, 'hex'),
    key: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
  }
}
