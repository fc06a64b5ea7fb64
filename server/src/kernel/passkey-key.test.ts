import { createPublicKey } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import { expect, test } from 'vitest'
import { SoftwarePasskey } from '../app/software-passkey.ts'
import { keyOf } from './passkey-key.ts'

type Cose = Map<number, number | Uint8Array<ArrayBuffer>>
const bytes = (length: number) => new Uint8Array(length).fill(7)
const ec = (): Cose =>
  new Map<number, number | Uint8Array<ArrayBuffer>>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, bytes(32)],
    [-3, bytes(32)],
  ])
const rsa = (): Cose =>
  new Map<number, number | Uint8Array<ArrayBuffer>>([
    [1, 3],
    [3, -257],
    [-1, bytes(256)],
    [-2, new Uint8Array([1, 0, 1])],
  ])
const encoded = (cose: Cose) => isoCBOR.encode(cose)

test('the key of a passkey is read as any platform imports it', () => {
  const { publicKey } = new SoftwarePasskey(new Uint8Array(32), 'http://localhost:8080')
  const key = keyOf(publicKey)!
  expect(createPublicKey({ key, format: 'jwk' }).asymmetricKeyType).toBe('ec')
  expect(createPublicKey({ key: keyOf(encoded(rsa()))!, format: 'jwk' }).asymmetricKeyType).toBe('rsa')
})

test.each<[string, () => Uint8Array]>([
  ['no bytes', () => new Uint8Array()],
  ['a key cut short', () => encoded(ec()).subarray(0, 40)],
  ['a key with something after it', () => new Uint8Array([...encoded(ec()), 0])],
  ['a text', () => isoCBOR.encode('a key')],
  ['a key of Ed25519', () => encoded(ec().set(1, 1).set(3, -8))],
  ['a key of another curve', () => encoded(ec().set(-1, 2))],
  ['RSA with another hash', () => encoded(rsa().set(3, -259))],
  ['a map that says a label twice', () => new Uint8Array([0xa2, 1, 2, 1, 2])],
  ['a map without an end', () => new Uint8Array([0xbf, 1, 2, 0xff])],
])('%s is no key', (_, given) => {
  expect(keyOf(given())).toBeNull()
})
