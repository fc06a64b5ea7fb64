import { concat, equal, fromUtf8 } from './bytes.ts'
import type { Checkpoint } from './checkpoint.ts'
import { type Facts, type Fault, type FaultCode, faultOf, faultWords } from './faults.ts'
import { GrowingTree, perfectRoot } from './growing-tree.ts'
import { emptyRoot, leafHash, nodeHash } from './merkle.ts'
import { type OpenedCheckpoint, openCheckpoint, type Policy } from './policy.ts'
import { sha256 as pure, type Sha256 } from './sha256.ts'
import {
  consistencyProofFrom,
  decodeEntryBundle,
  decodeTile,
  inclusionProofFrom,
  partialWidth,
  type ReadHashes,
  tilePath,
  tilesOf,
  tileWidth,
} from './tiles.ts'

/** Reads one file of a log by its path (`checkpoint`, `tile/0/000`, …); null when there is none. */
export type FetchBytes = (path: string) => Promise<Uint8Array | null>

/** Why a log was not believed: which file of it, and what is wrong. */
export class LogError extends Error implements Fault {
  override readonly name = 'LogError'
  readonly path: string
  readonly code: FaultCode
  readonly facts: Facts

  constructor(path: string, { code, facts }: Fault) {
    super(`${path}: ${faultWords({ code, facts })}`)
    this.path = path
    this.code = code
    this.facts = facts
  }
}

const because = (code: FaultCode, facts: Facts = {}): Fault => ({ code, facts })

/** What an error says of a file that was read. */
const unread = (error: unknown): Fault => faultOf(error) ?? because('file_unreadable')

/** Opens a log's newest checkpoint under a policy. @throws LogError when there is none or it does not open. */
export async function readCheckpoint(
  fetchBytes: FetchBytes,
  policy: Policy,
  expected: { origin?: string } = {},
): Promise<OpenedCheckpoint> {
  const bytes = await fetchBytes('checkpoint')
  if (bytes === null) throw new LogError('checkpoint', because('file_missing'))
  try {
    return await openCheckpoint(fromUtf8(bytes), policy, expected)
  } catch (error) {
    const fault = faultOf(error)
    if (fault) throw new LogError('checkpoint', fault)
    throw error
  }
}

/**
 * Reads a log under one checkpoint and believes nothing else: a tile is used only once it hashes to its parent, and
 * so on up to the signed root. Each tile is held to that by itself, also when several are wanted at once or shared
 * between proofs.
 */
export class LogClient {
  readonly checkpoint: Pick<Checkpoint, 'size' | 'root'>
  readonly #fetch: FetchBytes
  readonly #sha256: Sha256
  /** Tiles that were held to their parents, by `level/index`. */
  readonly #checked = new Map<string, Promise<Uint8Array[]>>()
  #edge: Promise<Map<number, Uint8Array[]>> | null = null

  /** @param checkpoint A checkpoint that was opened, and whose quorum was seen to. */
  constructor(fetchBytes: FetchBytes, checkpoint: Pick<Checkpoint, 'size' | 'root'>, sha256: Sha256 = pure) {
    this.#fetch = fetchBytes
    this.checkpoint = checkpoint
    this.#sha256 = sha256
  }

  /** The inclusion proof of a leaf. @throws LogError when a tile is not what the root says, RangeError outside the log. */
  inclusion(index: number): Promise<Uint8Array[]> {
    return inclusionProofFrom(this.#read, index, this.checkpoint.size, this.#sha256)
  }

  /** The proof that this log begins with its first `m` leaves. @throws LogError, RangeError likewise. */
  consistency(m: number): Promise<Uint8Array[]> {
    return consistencyProofFrom(this.#read, m, this.checkpoint.size, this.#sha256)
  }

  /** The leaf hash at an index. @throws LogError, RangeError likewise. */
  async leaf(index: number): Promise<Uint8Array> {
    if (!(Number.isSafeInteger(index) && index >= 0 && index < this.checkpoint.size))
      throw new RangeError(`index ${index} is outside a tree of ${this.checkpoint.size}`)
    const [hash] = await this.#read(0, index, 1)
    return hash!
  }

  /** Entries from `start` up to `end`, each held to its leaf hash. @throws LogError, RangeError likewise. */
  async *entries(start = 0, end = this.checkpoint.size): AsyncGenerator<Uint8Array> {
    if (!(Number.isSafeInteger(start) && start >= 0 && end >= start && end <= this.checkpoint.size))
      throw new RangeError(`${start} to ${end} is outside a tree of ${this.checkpoint.size}`)
    for (let index = Math.floor(start / tileWidth); index * tileWidth < end; index++) {
      const from = index * tileWidth
      const hashes = await this.#tile(0, index)
      const entries = await this.#bundle(index, hashes.length)
      for (const [i, entry] of entries.entries()) {
        if (!equal(leafHash(entry, this.#sha256), hashes[i]!))
          throw new LogError(
            bundlePath(index, hashes.length),
            because('entry_not_logged', { index: from + i }),
          )
        if (from + i >= start && from + i < end) yield entry
      }
    }
  }

  /**
   * Checks all there is: recomputes every tile and the root from the entries and compares every byte.
   * @throws LogError naming the first file that is wrong.
   */
  async verifyAll(progress: (leaves: number) => void = () => {}): Promise<void> {
    const { size, root } = this.checkpoint
    const tree = new GrowingTree(this.#sha256)
    for (const tile of tilesOf(size)) {
      if (tile.level > 0) break
      const filled = (await this.#bundle(tile.index, tile.width)).flatMap((entry) =>
        tree.add(leafHash(entry, this.#sha256)),
      )
      for (const { level, index, hashes } of filled) await this.#sameTile(level, index, hashes)
      progress(tree.size)
    }
    for (const { level, index, hashes } of tree.partial()) await this.#sameTile(level, index, hashes)
    if (!equal(tree.root(), root)) throw new LogError('checkpoint', because('root_not_entries'))
  }

  readonly #read: ReadHashes = async (level, start, count) => {
    const index = Math.floor(start / tileWidth)
    const hashes = await this.#tile(level, index)
    const from = start - index * tileWidth
    if (from + count > hashes.length)
      throw new RangeError(`${count} hashes from ${start} are not in one tile of level ${level}`)
    return hashes.slice(from, from + count)
  }

  /** One tile, held to its parent; the last of a level to the root. */
  #tile(level: number, index: number): Promise<Uint8Array[]> {
    const name = `${level}/${index}`
    const known = this.#checked.get(name)
    if (known) return known
    const made = this.#readTile(level, index)
    this.#checked.set(name, made)
    return made
  }

  async #readTile(level: number, index: number): Promise<Uint8Array[]> {
    const onEdge = index === Math.floor(this.checkpoint.size / tileWidth ** (level + 1))
    if (onEdge) {
      const hashes = (await this.#edgeTiles()).get(level)
      if (!hashes) throw new RangeError(`there is no tile ${level}/${index}`)
      return hashes
    }
    const hashes = await this.#fetchTile(level, index, tileWidth)
    const parent = await this.#tile(level + 1, Math.floor(index / tileWidth))
    if (!equal(perfectRoot(hashes, this.#sha256), parent[index % tileWidth]!))
      throw new LogError(tilePath({ level, index, width: tileWidth }), because('tile_not_parent'))
    return hashes
  }

  /** The tiles that are not full, by level. Together they make the root, and that is how they are held to it. */
  #edgeTiles(): Promise<Map<number, Uint8Array[]>> {
    this.#edge ??= this.#readEdge()
    return this.#edge
  }

  async #readEdge(): Promise<Map<number, Uint8Array[]>> {
    const { size, root } = this.checkpoint
    const edge = new Map<number, Uint8Array[]>()
    const subtrees: Uint8Array[] = []
    for (let level = Math.floor(Math.log2(Math.max(size, 1)) / 8); level >= 0; level--) {
      const width = partialWidth(level, size)
      if (width === 0) continue
      const hashes = await this.#fetchTile(level, Math.floor(size / tileWidth ** (level + 1)), width)
      edge.set(level, hashes)
      for (let at = 0; at < width; ) {
        const part = 2 ** Math.floor(Math.log2(width - at))
        subtrees.push(perfectRoot(hashes.slice(at, at + part), this.#sha256))
        at += part
      }
    }
    const last = subtrees.pop()
    const made = last
      ? subtrees.reduceRight((right, left) => nodeHash(left, right, this.#sha256), last)
      : emptyRoot(this.#sha256)
    if (!equal(made, root)) throw new LogError('checkpoint', because('edge_not_root'))
    return edge
  }

  /** A tile's hashes as served. A partial tile may have gone once the full one is there. */
  async #fetchTile(level: number, index: number, width: number): Promise<Uint8Array[]> {
    const path = tilePath({ level, index, width })
    const bytes =
      (await this.#fetch(path)) ??
      (width < tileWidth
        ? ((await this.#fetch(tilePath({ level, index, width: tileWidth })))?.slice(0, width * 32) ?? null)
        : null)
    if (bytes === null) throw new LogError(path, because('file_missing'))
    try {
      return decodeTile(bytes, width)
    } catch (error) {
      throw new LogError(path, unread(error))
    }
  }

  async #bundle(index: number, width: number): Promise<Uint8Array[]> {
    const path = bundlePath(index, width)
    const bytes = await this.#fetch(path)
    const full = bytes === null && width < tileWidth ? await this.#fetch(bundlePath(index, tileWidth)) : null
    if (bytes === null && full === null) throw new LogError(path, because('file_missing'))
    try {
      return bytes ? decodeEntryBundle(bytes, width) : decodeEntryBundle(full!, tileWidth).slice(0, width)
    } catch (error) {
      throw new LogError(path, unread(error))
    }
  }

  async #sameTile(level: number, index: number, hashes: readonly Uint8Array[]): Promise<void> {
    const served = await this.#fetchTile(level, index, hashes.length)
    if (!equal(concat(...served), concat(...hashes)))
      throw new LogError(tilePath({ level, index, width: hashes.length }), because('tile_not_entries'))
  }
}

const bundlePath = (index: number, width: number): string => tilePath({ level: 'entries', index, width })
