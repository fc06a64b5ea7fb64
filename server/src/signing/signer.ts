import { hkdfSync, type KeyObject, sign } from 'node:crypto'
import {
  checkConsistency,
  emptyRoot,
  equal,
  formatCheckpoint,
  formatLine,
  formatVkey,
  fromBase64,
  isKeyName,
  signerFromSeed,
  toBase64,
  utf8,
  type Verifier,
} from '@mingbu/tlog'
import { ed25519FromSeed } from './keys.ts'
import type { Seen, TreeMemory } from './memory.ts'

/** A checkpoint to sign, and the proof that it goes on from the last one signed. Hashes in base64. */
export interface SignRequest {
  origin: string
  size: number
  root: string
  /** Size of the last tree signed, as far as the one who asks knows. */
  old: number
  proof: string[]
}

/**
 * The log's line under the checkpoint; or why there is none: 400 malformed, 409 another size was signed last
 * (`stored`), 422 the tree does not begin with the one signed last.
 */
export type SignAnswer =
  | { ok: true; line: string }
  | { ok: false; status: 400 | 409 | 422; stored: number; reason: string }

/** Whoever signs checkpoints: this process in tests, a process and account of its own otherwise. */
export interface Signer {
  /** One answer for each request, in order. */
  sign(requests: readonly SignRequest[]): Promise<SignAnswer[]>
  /** The last tree signed of each origin, in order; null where none was. Roots in base64. */
  last(origins: readonly string[]): Promise<({ size: number; root: string } | null)[]>
  /** Verifier keys of these origins, in order. */
  vkeys(origins: readonly string[]): Promise<string[]>
}

/**
 * Signs checkpoints as if it were a witness: only a tree that begins with the one it signed last, and only after
 * it has written down that it does. So not even the database's superuser gets a fork signed.
 */
export class CheckpointSigner implements Signer {
  readonly #seed: Uint8Array
  readonly #memory: TreeMemory
  readonly #keys = new Map<string, { key: KeyObject; verifier: Verifier }>()

  constructor(seed: Uint8Array, memory: TreeMemory) {
    this.#seed = seed
    this.#memory = memory
  }

  async last(origins: readonly string[]): Promise<({ size: number; root: string } | null)[]> {
    return origins.map((origin) => {
      const seen = this.#memory.get(origin)
      return seen && { size: seen.size, root: toBase64(seen.root) }
    })
  }

  async vkeys(origins: readonly string[]): Promise<string[]> {
    return Promise.all(origins.map(async (origin) => formatVkey((await this.#keyOf(origin)).verifier)))
  }

  async sign(requests: readonly SignRequest[]): Promise<SignAnswer[]> {
    const malformed = requests.map(problemOf)
    const keys = await Promise.all(
      requests.map((request, i) => (malformed[i] ? null : this.#keyOf(request.origin))),
    )
    // Remembered for good before any signature is made.
    const refused = this.#memory.together(() =>
      requests.map((request, i): SignAnswer | null => malformed[i] ?? this.#judge(request)),
    )
    return requests.map((request, i) => {
      const refusal = refused[i]
      if (refusal) return refusal
      const { key, verifier } = keys[i]!
      const text = formatCheckpoint({
        origin: request.origin,
        size: request.size,
        root: fromBase64(request.root),
      })
      return { ok: true, line: formatLine(verifier, sign(null, utf8(text), key)) }
    })
  }

  /** Moves on to the tree asked for; or the refusal. */
  #judge({ origin, size, root: rootText, old, proof }: SignRequest): SignAnswer | null {
    const root = fromBase64(rootText)
    const before = this.#memory.get(origin)
    const stored = before?.size ?? 0
    if (before && size === stored && equal(root, before.root)) return null
    if (old !== stored)
      return { ok: false, status: 409, stored, reason: `the last tree signed has ${stored} leaves` }
    const begins = checkConsistency({
      m: old,
      n: size,
      rootM: before?.root ?? emptyRoot(),
      rootN: root,
      proof: proof.map(fromBase64),
    })
    const seen: Seen = { size, root, note: '' }
    if (begins && this.#memory.advance(origin, before, seen)) return null
    return {
      ok: false,
      status: 422,
      stored,
      reason: `this tree does not begin with the one of ${stored} leaves that was signed`,
    }
  }

  async #keyOf(origin: string) {
    const known = this.#keys.get(origin)
    if (known) return known
    const seed = Buffer.from(hkdfSync('sha256', this.#seed, '', `mingbu log ${origin}`, 32))
    const made = { key: ed25519FromSeed(seed), verifier: (await signerFromSeed(origin, seed)).verifier }
    this.#keys.set(origin, made)
    return made
  }
}

function problemOf(request: unknown): SignAnswer | null {
  const { origin, size, root, old, proof } = (request ?? {}) as Partial<Record<keyof SignRequest, unknown>>
  const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
  const isHash = (value: unknown) =>
    typeof value === 'string' && /^[A-Za-z0-9+/]{43}=$/.test(value) && isCanonical(value)
  const fine =
    typeof origin === 'string' &&
    isKeyName(origin) &&
    isSize(size) &&
    isSize(old) &&
    isHash(root) &&
    Array.isArray(proof) &&
    proof.length <= 63 &&
    proof.every(isHash)
  if (!fine) return { ok: false, status: 400, stored: 0, reason: 'malformed request' }
  return null
}

function isCanonical(text: string): boolean {
  try {
    return fromBase64(text).length === 32
  } catch {
    return false
  }
}
