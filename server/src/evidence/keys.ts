import { createPublicKey, type KeyObject } from 'node:crypto'

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
