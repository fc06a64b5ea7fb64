import { encodeEntryBundle, tilePath, tilesOf, tileWidth } from '@mingbu/tlog'
import { readHashes } from '../evidence/proofs.ts'
import type { Archive } from '../platform/archive.ts'
import type { Tx } from '../platform/db/tx.ts'

/** What a log's files came to. */
export interface StaticLog {
  tiles: number
  bundles: number
  bytes: number
}

/**
 * Writes the tiles and entry bundles of a log of `size` below `folder`, under the standard's paths: exactly the bytes
 * the log serves, whether they agree with one another or not. That is for the reader to find out.
 */
export async function writeStaticLog(
  tx: Tx,
  archive: Archive,
  { district, size, folder }: { district: string; size: number; folder: string },
  progress: (leaves: number) => void = () => {},
): Promise<StaticLog> {
  const log: StaticLog = { tiles: 0, bundles: 0, bytes: 0 }
  for (const tile of tilesOf(size)) {
    const start = tile.index * tileWidth
    const hashes = await readHashes(tx, district, tile.level, start, tile.width)
    log.bytes += archive.add(`${folder}/${tilePath(tile)}`, Buffer.concat(hashes)).size
    log.tiles++
    if (tile.level > 0) continue
    const entries = await readEntries(tx, district, start, tile.width)
    log.bytes += archive.add(
      `${folder}/${tilePath({ ...tile, level: 'entries' })}`,
      encodeEntryBundle(entries),
    ).size
    log.bundles++
    progress(start + tile.width)
  }
  return log
}

/** Entry bytes of consecutive leaves, fewer where acts are gone. */
async function readEntries(tx: Tx, district: string, start: number, count: number): Promise<Uint8Array[]> {
  const rows = await tx.rows<{ entry: Buffer }>`
    select a.entry from evidence.leaf l join kernel.act a on a.district = l.district and a.id = l.act_id
    where l.district = ${district} and l.idx >= ${start} and l.idx < ${start + count} order by l.idx`
  return rows.map((row) => row.entry)
}
