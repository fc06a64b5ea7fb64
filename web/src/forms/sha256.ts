/**
 * SHA-256 (FIPS 180-4) over a stream of chunks. The browser's own digest wants the whole file in memory at
 * once; a scan of 200 MB should not need that.
 */
export class Sha256 {
  readonly #state = new Int32Array(initial)
  readonly #block = new Uint8Array(64)
  readonly #schedule = new Int32Array(64)
  #filled = 0
  #bytes = 0

  /** Adds bytes. The array may be reused afterwards. */
  update(bytes: Uint8Array): this {
    this.#bytes += bytes.length
    let at = 0
    if (this.#filled > 0) {
      at = Math.min(64 - this.#filled, bytes.length)
      this.#block.set(bytes.subarray(0, at), this.#filled)
      this.#filled += at
      if (this.#filled < 64) return this
      this.#compress(this.#block, 0)
      this.#filled = 0
    }
    for (; at + 64 <= bytes.length; at += 64) this.#compress(bytes, at)
    this.#block.set(bytes.subarray(at))
    this.#filled = bytes.length - at
    return this
  }

  /** The digest in lower-case hex. Call once, last. */
  hex(): string {
    const bits = BigInt(this.#bytes) * 8n
    const zeros = (119 - (this.#bytes % 64)) % 64
    const tail = new Uint8Array(1 + zeros + 8)
    tail[0] = 0x80
    new DataView(tail.buffer).setBigUint64(1 + zeros, bits)
    this.update(tail)
    return [...this.#state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  }

  #compress(bytes: Uint8Array, offset: number): void {
    const w = this.#schedule
    for (let i = 0; i < 16; i++) {
      const at = offset + i * 4
      w[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!
      const y = w[i - 2]!
      const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
      const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0
    }
    const h = this.#state
    let [a, b, c, d, e, f, g, last] = h as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    for (let i = 0; i < 64; i++) {
      const t1 =
        (last + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + k[i]! + w[i]!) | 0
      const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      last = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    h[0]! += a
    h[1]! += b
    h[2]! += c
    h[3]! += d
    h[4]! += e
    h[5]! += f
    h[6]! += g
    h[7]! += last
  }
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

/** First 32 bits of the fractional parts of the square roots of the first 8 primes, cube roots of the first 64. */
const primes = firstPrimes(64)
const initial = primes.slice(0, 8).map((prime) => fractionBits(prime, 2))
const k = Int32Array.from(primes, (prime) => fractionBits(prime, 3))

/** floor(prime^(1/root) · 2^32) mod 2^32, exactly, by whole-number bisection. */
function fractionBits(prime: number, root: 2 | 3): number {
  const target = BigInt(prime) << BigInt(32 * root)
  let low = 0n
  let high = 1n << 40n
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (middle ** BigInt(root) <= target) low = middle
    else high = middle
  }
  return Number(BigInt.asIntN(32, low))
}

function firstPrimes(count: number): number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n)
  return found
}

/**
 * SHA-256 of a file in hex, read in 2 MiB pieces so that the page stays usable.
 *
 * @param onProgress From 0 to 1.
 * @throws DOMException when the file cannot be read any more or `signal` is aborted.
 */
export async function hashFile(
  file: Blob,
  onProgress: (share: number) => void = () => {},
  signal?: AbortSignal,
): Promise<string> {
  const hash = new Sha256()
  const piece = 2 * 1024 * 1024
  for (let at = 0; at < file.size; at += piece) {
    signal?.throwIfAborted()
    hash.update(new Uint8Array(await file.slice(at, at + piece).arrayBuffer()))
    onProgress(Math.min(1, (at + piece) / file.size))
  }
  return hash.hex()
}
