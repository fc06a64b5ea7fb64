import { emptyRoot, nodeHash } from './merkle.ts'
import { sha256 as pure, type Sha256 } from './sha256.ts'
import { tileWidth } from './tiles.ts'

/** The hashes of one tile, recomputed. */
export interface RecomputedTile {
  level: number
  index: number
  hashes: Uint8Array[]
}

/** Rows of a tree in one tile. */
const tileHeight = Math.log2(tileWidth)

/**
 * A tree that grows leaf by leaf and keeps only its right edge: what a reader recomputes who trusts no tile. Each hash is
 * made once, and a root costs no more than the tree is high.
 */
export class GrowingTree {
  #size = 0
  /** Of each level, the hashes of the tile that is not full. */
  readonly #levels: Uint8Array[][] = []
  /** By height, the root of the perfect subtree that waits for its right neighbour. */
  readonly #peaks: (Uint8Array | undefined)[] = []
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
    return this.#raise(0, leaf)
  }

  /**
   * Adds a tile's worth of leaf hashes at once, of which somebody worked out the root, such as another thread. Returns the
   * tiles it filled, lowest first. @throws RangeError when it is not a whole tile that begins where the tree ends.
   */
  addTile(hashes: Uint8Array[], root: Uint8Array): RecomputedTile[] {
    if (hashes.length !== tileWidth || this.#size % tileWidth !== 0)
      throw new RangeError('not a whole tile in its place')
    this.#size += tileWidth
    const index = this.#size / tileWidth - 1
    return [{ level: 0, index, hashes }, ...this.#raise(tileHeight, root)]
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
    let root: Uint8Array | undefined
    for (const peak of this.#peaks) if (peak) root = root ? nodeHash(peak, root, this.#sha256) : peak
    return root ?? emptyRoot(this.#sha256)
  }

  /** Puts the root of a perfect subtree in its place and joins it with its left neighbours. */
  #raise(from: number, subtree: Uint8Array): RecomputedTile[] {
    const filled: RecomputedTile[] = []
    let hash = subtree
    for (let height = from; ; height++) {
      const level = height / tileHeight
      if (Number.isInteger(level)) {
        if (height > from) filled.push(this.#full(level - 1))
        this.#levels[level] ??= []
        this.#levels[level]!.push(hash)
      }
      const left = this.#peaks[height]
      this.#peaks[height] = left ? undefined : hash
      if (!left) return filled
      hash = nodeHash(left, hash, this.#sha256)
    }
  }

  /** Takes out the tile that the last leaf made full. */
  #full(level: number): RecomputedTile {
    const hashes = this.#levels[level]!
    this.#levels[level] = []
    return { level, index: this.#size / tileWidth ** (level + 1) - 1, hashes }
  }
}

/** Root of a power of two of hashes: of a full tile, the hash that stands for it one level up. */
export function perfectRoot(hashes: readonly Uint8Array[], sha256: Sha256 = pure): Uint8Array {
  const row = [...hashes]
  for (let width = row.length / 2; width >= 1; width /= 2)
    for (let i = 0; i < width; i++) row[i] = nodeHash(row[2 * i]!, row[2 * i + 1]!, sha256)
  return row[0]!
}
