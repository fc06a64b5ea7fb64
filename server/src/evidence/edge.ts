import { nodeHash, type ReadHashes } from '@mingbu/tlog'
import { sha256 } from '../kernel/evidence-fields.ts'

/** Hashes in one tile (C2SP tlog-tiles, height 8). */
export const tileWidth = 256

/** Rows of a tree in one tile. */
const tileHeight = Math.log2(tileWidth)

/** The right edge of one log. */
export interface Edge {
  size: number
  /** For each tile level the hashes of the tile that is not yet full. */
  levels: Uint8Array[][]
  /** By height, the root of the perfect subtree that waits for its right neighbour: a root is a few hashes away. */
  peaks: (Uint8Array | undefined)[]
}

/** A hash above the leaves: the root of the full tile (level - 1, idx). */
export interface TileRoot {
  level: number
  idx: number
  hash: Uint8Array
}

export const emptyEdge = (): Edge => ({ size: 0, levels: [], peaks: [] })

/** One that grows without changing the other. */
export const copyOf = ({ size, levels, peaks }: Edge): Edge => ({
  size,
  levels: levels.map((level) => [...level]),
  peaks: [...peaks],
})

/** The edge of a log of `size` leaves from the hashes of its tiles that are not yet full. */
export function edgeOf(size: number, levels: Uint8Array[][]): Edge {
  const edge: Edge = { size, levels, peaks: [] }
  for (const [level, tile] of levels.entries())
    for (const hash of tile) join(edge.peaks, level * tileHeight, hash)
  return edge
}

/** Adds one leaf; full tiles roll up into the level above. */
export function grow(edge: Edge, leaf: Uint8Array, nodes: TileRoot[]): void {
  edge.size++
  let carry = leaf
  for (let level = 0; ; level++) {
    edge.levels[level] ??= []
    const tile = edge.levels[level]!
    tile.push(carry)
    const top = join(edge.peaks, level * tileHeight, carry)
    if (tile.length < tileWidth) return
    carry = top
    edge.levels[level] = []
    nodes.push({ level: level + 1, idx: edge.size / tileWidth ** (level + 1) - 1, hash: carry })
  }
}

/**
 * Joins a subtree with its left neighbours, no further than its tile is high. Returns the root of what they make; that of a
 * whole tile is left for the level above to put in its place.
 */
function join(peaks: Edge['peaks'], from: number, subtree: Uint8Array): Uint8Array {
  let root = subtree
  for (let height = from; height < from + tileHeight; height++) {
    const left = peaks[height]
    if (!left) {
      peaks[height] = root
      break
    }
    peaks[height] = undefined
    root = nodeHash(left, root, sha256)
  }
  return root
}

/** RFC 6962 root of a tree whose right edge this is: its perfect subtrees from left to right, folded from the right. */
export function rootOf({ peaks }: Edge): Uint8Array {
  let root: Uint8Array | undefined
  for (const peak of peaks) if (peak) root = root ? nodeHash(peak, root, sha256) : peak
  return root ?? sha256(new Uint8Array())
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
