import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto'
import type { Secrets } from './secrets.ts'

/** Random bytes that nobody has had yet: one question to the system brings enough for many. */
const drawn = { bytes: new Uint8Array(8192), used: 8192 }

/** Fresh random bytes, for salts and nonces; none is ever given twice. @param count At most 8192. */
export function freshBytes(count: number): Uint8Array {
  if (drawn.used + count > drawn.bytes.length) {
    randomFillSync(drawn.bytes)
    drawn.used = 0
  }
  drawn.used += count
  return drawn.bytes.slice(drawn.used - count, drawn.used)
}

/**
 * Encrypts what the law calls sensitive (PIPL art. 28) before it reaches the database, and finds it again by
 * equality through a keyed hash. AES-256-GCM: 12 bytes nonce ‖ 16 bytes tag ‖ ciphertext.
 */
export class Vault {
  readonly #key: KeyObject
  readonly #searchKey: Buffer

  constructor(secrets: Pick<Secrets, 'vaultKey' | 'searchKey'>) {
    this.#key = createSecretKey(Buffer.from(secrets.vaultKey, 'hex'))
    this.#searchKey = Buffer.from(secrets.searchKey, 'hex')
  }

  seal(plain: Uint8Array | string): Buffer {
    const bytes = typeof plain === 'string' ? Buffer.from(plain) : plain
    const sealed = Buffer.allocUnsafe(28 + bytes.length)
    const nonce = freshBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    sealed.set(nonce, 0)
    // In this mode all comes out of `update`; `final` makes the tag and gives nothing.
    sealed.set(cipher.update(bytes), 28)
    cipher.final()
    sealed.set(cipher.getAuthTag(), 12)
    return sealed
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
