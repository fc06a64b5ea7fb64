import { emptyRoot, nodeHash } from './merkle.ts'
import { sha256 as pure, type Sha256 } from './sha256.ts'
import { tileWidth } from './tiles.ts'

/** The hashes of one tile, recomputed. */
export interface RecomputedTile {
  level: number
  index: number
  hashes: Uint8Array[]
}

/** A tree that grows leaf by leaf and keeps only its right edge: what a reader recomputes who trusts no tile. */
export class GrowingTree {
  #size = 0
  readonly #levels: Uint8Array[][] = []
  readonly #sha256: Sha256

  constructor(sha256: Sha256 = pure) {
    this.#sha256 = sha256
  }

  get size(): number {
    return this.#size
  }

  /** Adds a leaf hash. Returns the tiles it filled, lowest first. */
  add(leaf: Uint8Array): RecomputedTile[] {
    this.#size++
    const filled: RecomputedTile[] = []
    let carry = leaf
    for (let level = 0; ; level++) {
      this.#levels[level] ??= []
      const hashes = this.#levels[level]!
      hashes.push(carry)
      if (hashes.length < tileWidth) return filled
      filled.push({ level, index: this.#size / tileWidth ** (level + 1) - 1, hashes })
      this.#levels[level] = []
      carry = perfectRoot(hashes, this.#sha256)
    }
  }

  /** Tiles that are not full. */
  partial(): RecomputedTile[] {
    return this.#levels.flatMap((hashes, level) =>
      hashes.length === 0
        ? []
        : [{ level, index: Math.floor(this.#size / tileWidth ** (level + 1)), hashes }],
    )
  }

  /** RFC 6962 root of what was added so far: perfect subtrees from left to right, folded from the right. */
  root(): Uint8Array {
    const subtrees: Uint8Array[] = []
    for (const hashes of this.#levels.toReversed()) {
      for (let at = 0; at < hashes.length; ) {
        const width = 2 ** Math.floor(Math.log2(hashes.length - at))
        subtrees.push(perfectRoot(hashes.slice(at, at + width), this.#sha256))
        at += width
      }
    }
    const last = subtrees.pop()
    return last
      ? subtrees.reduceRight((root, subtree) => nodeHash(subtree, root, this.#sha256), last)
      : emptyRoot(this.#sha256)
  }
}

/** Root of a power of two of hashes: of a full tile, the hash that stands for it one level up. */
export function perfectRoot(hashes: readonly Uint8Array[], sha256: Sha256 = pure): Uint8Array {
  const row = [...hashes]
  for (let width = row.length / 2; width >= 1; width /= 2)
    for (let i = 0; i < width; i++) row[i] = nodeHash(row[2 * i]!, row[2 * i + 1]!, sha256)
  return row[0]!
}
