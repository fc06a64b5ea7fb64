/** Bytes of one id. */
export const idLength = 16

/**
 * Ids of 16 bytes, each once, in one block of memory: a log of a million acts would otherwise be a million texts. Where an id
 * lies is drawn anew for every set, so that nobody can make ids that all want the same place.
 */
export class IdSet {
  #slots = new Uint32Array(1024 * 4)
  #taken = new Uint8Array(1024)
  #size = 0
  readonly #drawn = crypto.getRandomValues(new Uint32Array(4))

  get size(): number {
    return this.#size
  }

  /** Adds the id that starts at `at`; false when it is there already. */
  add(bytes: Uint8Array, at: number): boolean {
    if (this.#size * 2 >= this.#taken.length) this.#grow()
    const [a, b, c, d] = [word(bytes, at), word(bytes, at + 4), word(bytes, at + 8), word(bytes, at + 12)]
    const added = this.#put(a, b, c, d)
    if (added) this.#size++
    return added
  }

  #put(a: number, b: number, c: number, d: number): boolean {
    const mask = this.#taken.length - 1
    for (let slot = this.#place(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const i = slot * 4
      if (this.#taken[slot] === 0) {
        this.#taken[slot] = 1
        this.#slots[i] = a
        this.#slots[i + 1] = b
        this.#slots[i + 2] = c
        this.#slots[i + 3] = d
        return true
      }
      const slots = this.#slots
      if (slots[i] === a && slots[i + 1] === b && slots[i + 2] === c && slots[i + 3] === d) return false
    }
  }

  #place(a: number, b: number, c: number, d: number): number {
    const drawn = this.#drawn
    let mixed = 0
    mixed = mix(mixed ^ a ^ drawn[0]!)
    mixed = mix(mixed ^ b ^ drawn[1]!)
    mixed = mix(mixed ^ c ^ drawn[2]!)
    return mix(mixed ^ d ^ drawn[3]!)
  }

  #grow(): void {
    const [slots, taken] = [this.#slots, this.#taken]
    this.#slots = new Uint32Array(slots.length * 2)
    this.#taken = new Uint8Array(taken.length * 2)
    for (let slot = 0; slot < taken.length; slot++)
      if (taken[slot] === 1)
        this.#put(slots[slot * 4]!, slots[slot * 4 + 1]!, slots[slot * 4 + 2]!, slots[slot * 4 + 3]!)
  }
}

const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0

/** Spreads every bit of a word over all of it. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return mixed ^ (mixed >>> 16)
}
