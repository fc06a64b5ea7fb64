import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { Secrets } from './secrets.ts'

/**
 * Encrypts what the law calls sensitive (PIPL art. 28) before it reaches the database, and finds it again by
 * equality through a keyed hash. AES-256-GCM: 12 bytes nonce ‖ 16 bytes tag ‖ ciphertext.
 */
export class Vault {
  readonly #key: Buffer
  readonly #searchKey: Buffer

  constructor(secrets: Pick<Secrets, 'vaultKey' | 'searchKey'>) {
    this.#key = Buffer.from(secrets.vaultKey, 'hex')
    this.#searchKey = Buffer.from(secrets.searchKey, 'hex')
  }

  seal(plain: Uint8Array | string): Buffer {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    const body = Buffer.concat([
      cipher.update(typeof plain === 'string' ? Buffer.from(plain) : plain),
      cipher.final(),
    ])
    return Buffer.concat([nonce, cipher.getAuthTag(), body])
  }

  /** @throws Error when the bytes were changed or sealed under another key. */
  open(sealed: Uint8Array): Buffer {
    const bytes = Buffer.from(sealed)
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(12, 28))
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
  }

  /** Keyed hash (32 bytes) by which an equal value is found; the value cannot be guessed without the key. */
  searchHash(value: string): Buffer {
    return createHmac('sha256', this.#searchKey).update(value).digest()
  }
}
