/** A SHA-256 function: bytes in, 32 bytes out. Callers may bring a faster one, such as their runtime's own. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** Round constants: the first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
const k = roundConstants()

function roundConstants(): Uint32Array {
  const made = new Uint32Array(64)
  for (let candidate = 2, n = 0; n < 64; candidate++) {
    if (!isPrime(candidate)) continue
    made[n++] = fractionBits(candidate, 3)
  }
  return made
}

function isPrime(n: number): boolean {
  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false
  return true
}

/** First 32 bits of the fractional part of the `root`-th root of a small prime, exact by integer search. */
function fractionBits(prime: number, root: 2 | 3): number {
  // floor(prime^(1/root) * 2^32) is the largest x with x^root <= prime * 2^(32 * root).
  const target = BigInt(prime) << BigInt(32 * root)
  let low = 0n
  let high = 1n << 36n
  while (low < high) {
    const middle = (low + high + 1n) >> 1n
    if (middle ** BigInt(root) <= target) low = middle
    else high = middle - 1n
  }
  return Number(low & 0xffffffffn)
}

/** Initial state: fractional parts of the square roots of the first eight primes (FIPS 180-4, 5.3.3). */
const initial = Uint32Array.from([2, 3, 5, 7, 11, 13, 17, 19], (prime) => fractionBits(prime, 2))

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n))

/** SHA-256 (FIPS 180-4), synchronous, in plain TypeScript: it runs wherever this package runs. */
export const sha256: Sha256 = (bytes) => {
  const blocks = Math.floor((bytes.length + 8) / 64) + 1
  const padded = new Uint8Array(blocks * 64)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000))
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0)
  const state = initial.slice()
  const w = new Uint32Array(64)
  for (let block = 0; block < blocks; block++) compress(state, w, view, block * 64)
  const out = new Uint8Array(32)
  const outView = new DataView(out.buffer)
  state.forEach((word, i) => {
    outView.setUint32(i * 4, word)
  })
  return out
}

function compress(state: Uint32Array, w: Uint32Array, view: DataView, at: number): void {
  for (let t = 0; t < 16; t++) w[t] = view.getUint32(at + t * 4)
  for (let t = 16; t < 64; t++) {
    const a = w[t - 15]!
    const b = w[t - 2]!
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10)
    w[t] = (w[t - 16]! + s0 + w[t - 7]! + s1) | 0
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[t]! + w[t]!) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i]! + word) | 0
}
