import { createPrivateKey, type KeyObject } from 'node:crypto'

/** The Ed25519 private key of a 32-byte seed. */
export function ed25519FromSeed(seed: Uint8Array): KeyObject {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
}
