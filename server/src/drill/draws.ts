/** Draws that are the same for the same seed (mulberry32). */
export class Draws {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A number from 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** A number between two. */
  between(low: number, high: number): number {
    return low + this.next() * (high - low)
  }

  /** One of several. @throws RangeError when there is none. */
  one<T>(several: readonly T[]): T {
    if (several.length === 0) throw new RangeError('nothing to draw from')
    return several[Math.floor(this.next() * several.length)]!
  }
}
