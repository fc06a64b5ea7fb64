import { nodeHash, type ReadHashes } from '@mingbu/tlog'
import { sha256 } from '../kernel/evidence-fields.ts'

/** Hashes in one tile (C2SP tlog-tiles, height 8). */
export const tileWidth = 256

/** The right edge of one log: for each tile level the hashes of the tile that is not yet full. */
export interface Edge {
  size: number
  levels: Uint8Array[][]
}

/** A hash above the leaves: the root of the full tile (level - 1, idx). */
export interface TileRoot {
  level: number
  idx: number
  hash: Uint8Array
}

export const emptyEdge = (): Edge => ({ size: 0, levels: [] })

/** Adds one leaf; full tiles roll up into the level above. */
export function grow(edge: Edge, leaf: Uint8Array, nodes: TileRoot[]): void {
  edge.size++
  let carry: Uint8Array = leaf
  for (let level = 0; ; level++) {
    edge.levels[level] ??= []
    const tile = edge.levels[level]!
    tile.push(carry)
    if (tile.length < tileWidth) return
    carry = perfectRoot(tile)
    edge.levels[level] = []
    nodes.push({ level: level + 1, idx: edge.size / tileWidth ** (level + 1) - 1, hash: carry })
  }
}

/** Root of a power of two of hashes. */
function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = [...hashes]
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i]!, row[2 * i + 1]!, sha256))
  return row[0]!
}

/** RFC 6962 root of a tree whose right edge this is: its perfect subtrees from left to right, folded from the right. */
export function rootOf(edge: Edge): Uint8Array {
  const subtrees: Uint8Array[] = []
  for (const tile of edge.levels.toReversed()) {
    for (let at = 0; at < tile.length; ) {
      const width = 2 ** Math.floor(Math.log2(tile.length - at))
      subtrees.push(perfectRoot(tile.slice(at, at + width)))
      at += width
    }
  }
  return (
    subtrees.reduceRight<Uint8Array | null>(
      (root, subtree) => (root === null ? subtree : nodeHash(subtree, root, sha256)),
      null,
    ) ?? sha256(new Uint8Array())
  )
}

/** Reads hashes of the log whose edge this is: those of tiles that are not yet full from the edge, others by `stored`. */
export const hashesOf =
  ({ size, levels }: Edge, stored: ReadHashes): ReadHashes =>
  (level, start, count) => {
    const width = Math.floor(size / tileWidth ** level)
    const edgeStart = width - (width % tileWidth)
    return start >= edgeStart
      ? (levels[level] ?? []).slice(start - edgeStart, start - edgeStart + count)
      : stored(level, start, count)
  }
