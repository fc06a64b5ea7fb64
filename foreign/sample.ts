import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  concat,
  cosign,
  encodeEntryBundle,
  formatCheckpoint,
  formatVkey,
  inclusionProofFrom,
  leafHash,
  nodeHash,
  type ReadHashes,
  type Signer,
  signerFromSeed,
  signNote,
  tilePath,
  tilesOf,
  tileWidth,
  toBase64,
  utf8,
} from '@mingbu/tlog'

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

/** What a foreign verifier gets: a log as static files, its policy, and what an outsider may have kept of it. */
export interface Held {
  /** `checkpoint`, `tile/…` */
  log: string
  policy: string
  /** Checkpoints from before, one after another with a blank line between. */
  old: string
  /** One entry and its proof. */
  entry: string
  proof: string
}

/** Tree hashes of entries as tiles have them: leaf hashes, above them the roots of full tiles. */
export function tileLevels(entries: readonly Uint8Array[]): Uint8Array[][] {
  const levels = [entries.map((entry) => leafHash(entry, sha256))]
  for (let below = levels[0]!; below.length >= tileWidth; below = levels.at(-1)!)
    levels.push(
      Array.from({ length: Math.floor(below.length / tileWidth) }, (_, i) =>
        fold(below.slice(i * tileWidth, (i + 1) * tileWidth)),
      ),
    )
  return levels
}

/** Root of a power of two of hashes. */
function fold(row: Uint8Array[]): Uint8Array {
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i]!, row[2 * i + 1]!, sha256))
  return row[0]!
}

export const readerOf =
  (levels: readonly Uint8Array[][]): ReadHashes =>
  (level, start, count) =>
    levels[level]!.slice(start, start + count)

/** Where the log of `sample` was when the kept checkpoint and the proof were made. */
const keptSize = 42_000
export const provedIndex = 25_600

export const sampleLog = (): Promise<Signer> =>
  signerFromSeed(
    'haishu.example/log',
    Uint8Array.from({ length: 32 }, (_, i) => i),
  )

/**
 * The log of the published vectors: entries `entry 0` … `entry 69999`, signed with the seed 00…1f, cosigned by the
 * seeds of 32 × 01 and 32 × 02, and a third witness of the neighbours that did not cosign.
 */
export async function writeSample(folder: string): Promise<Held> {
  const held = heldIn(folder)
  const log = await sampleLog()
  const witness = (name: string, seed: number) => signerFromSeed(name, new Uint8Array(32).fill(seed), 4)
  const yinzhou = await witness('yinzhou.example/witness', 1)
  const city = await witness('city.example/witness', 2)
  const jiangbei = await witness('jiangbei.example/witness', 3)
  const policy = [
    `log ${formatVkey(log.verifier)}`,
    `witness w-yinzhou ${formatVkey(yinzhou.verifier)}`,
    `witness w-jiangbei ${formatVkey(jiangbei.verifier)}`,
    `witness w-city ${formatVkey(city.verifier)}`,
    'group neighbours 1 w-yinzhou w-jiangbei',
    'group both all neighbours w-city',
    'quorum both',
    '',
  ]
  put(held.policy, policy.join('\n'))

  const entries = Array.from({ length: 70_000 }, (_, i) => utf8(`entry ${i}`))
  const levels = tileLevels(entries)
  writeTiles(held.log, entries, levels)
  const signed = async (size: number, by: readonly Signer[]) => {
    const text = formatCheckpoint({ origin: log.verifier.name, size, root: rootAt(levels, size) })
    const lines = await Promise.all(by.map((one, i) => cosign(one, text, 1_700_000_000 + i)))
    return (await signNote(text, [log])) + lines.join('')
  }
  const newest = await signed(entries.length, [yinzhou, city])
  put(join(held.log, 'checkpoint'), newest)
  put(held.old, [await signed(1, []), await signed(256, [yinzhou]), await signed(keptSize, [])].join('\n'))
  const path = await inclusionProofFrom(readerOf(levels), provedIndex, entries.length, sha256)
  put(
    held.proof,
    ['c2sp.org/tlog-proof@v1', `index ${provedIndex}`, ...path.map(toBase64), '', newest].join('\n'),
  )
  put(held.entry, entries[provedIndex]!)
  return held
}

export const heldIn = (folder: string): Held => ({
  log: join(folder, 'log'),
  policy: join(folder, 'policy'),
  old: join(folder, 'old'),
  entry: join(folder, 'entry'),
  proof: join(folder, 'entry.tlog-proof'),
})

/** Root of the first `size` leaves, from the hashes of all. */
function rootAt(levels: readonly Uint8Array[][], size: number): Uint8Array {
  const subtrees: Uint8Array[] = []
  for (let start = 0, unit = 2 ** 40; unit >= 1; unit /= 2) {
    if (size - start < unit) continue
    subtrees.push(fold(levels[0]!.slice(start, start + unit)))
    start += unit
  }
  return subtrees.reduceRight((right, left) => nodeHash(left, right, sha256))
}

/** Writes every tile and entry bundle of the log. */
export function writeTiles(
  folder: string,
  entries: readonly Uint8Array[],
  levels: readonly Uint8Array[][],
): void {
  for (const tile of tilesOf(entries.length)) {
    const from = tile.index * tileWidth
    put(join(folder, tilePath(tile)), concat(...levels[tile.level]!.slice(from, from + tile.width)))
    if (tile.level === 0)
      put(
        join(folder, tilePath({ ...tile, level: 'entries' })),
        encodeEntryBundle(entries.slice(from, from + tile.width)),
      )
  }
}

/** Writes a file and the folders it needs. */
export function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
