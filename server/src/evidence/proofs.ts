import { inclusionProofFrom, type ReadHashes, tileWidth } from '@mingbu/tlog'
import { sha256 } from '../kernel/evidence-fields.ts'
import type { Tx } from '../platform/db/tx.ts'
import { ownSignatureOnly } from './policy.ts'

/** Hashes of one tile level of one log: level 0 the leaves, above it the roots of full tiles of the level below. */
export async function readHashes(
  tx: Tx,
  district: string,
  level: number,
  start: number,
  count: number,
): Promise<Uint8Array[]> {
  const rows =
    level === 0
      ? await tx.rows<{
          hash: Buffer
        }>`select hash from evidence.leaf where district = ${district} and idx >= ${start} and idx < ${start + count} order by idx`
      : await tx.rows<{
          hash: Buffer
        }>`select hash from evidence.node where district = ${district} and level = ${level} and idx >= ${start} and idx < ${start + count} order by idx`
  return rows.map((row) => row.hash)
}

interface ProvingTile {
  size: number
  note: string
  vkey: string
  origin: string
  policy: string | null
  level: number
  tile: number
  /** Null when there are none. */
  hashes: Buffer | null
}

/**
 * The newest published checkpoint of a log with every tile that a proof of leaf `index` under it may need: at each level the
 * one on the leaf's way up, and the one at the log's end. One question, because each costs more than the hashes it brings.
 */
const provingTiles = (tx: Tx, district: string, index: number) => tx.rows<ProvingTile>`
  select p.size, p.note, p.vkey, p.origin, p.policy, t.level, t.tile,
    case when t.level = 0
      then (select string_agg(x.hash, ''::bytea order by x.idx) from evidence.leaf x
            where x.district = ${district} and x.idx >= t.tile * 256 and x.idx < least(t.tile * 256 + 256, p.size))
      else (select string_agg(x.hash, ''::bytea order by x.idx) from evidence.node x
            where x.district = ${district} and x.level = t.level and x.idx >= t.tile * 256
              and x.idx < least(t.tile * 256 + 256, p.size >> (8 * t.level))) end as hashes
  from (select p.size, p.note, l.vkey, l.origin,
          (select text from evidence.policy y where y.log = l.district order by (y.version = p.policy) desc nulls last, version desc limit 1) as policy
        from evidence.published p join evidence.log l using (district)
        where p.district = ${district} order by p.size desc limit 1) p
    cross join lateral (select distinct v.level, e.at >> (8 * (v.level + 1)) as tile
        from generate_series(0, 6) v (level), (values (${index}::bigint), (p.size)) e (at)
        where p.size >> (8 * v.level) > 0) t`

/** Reads hashes out of tiles that are here. */
function hashesIn(tiles: readonly ProvingTile[]): ReadHashes {
  const known = new Map(tiles.map(({ level, tile, hashes }) => [`${level}/${tile}`, hashes]))
  return (level, start, count) => {
    const hashes = known.get(`${level}/${Math.floor(start / tileWidth)}`)
    if (!hashes) return []
    const from = 32 * (start % tileWidth)
    const there = Math.min(count, Math.floor((hashes.length - from) / 32))
    return Array.from({ length: Math.max(0, there) }, (_, i) =>
      hashes.subarray(from + 32 * i, from + 32 * i + 32),
    )
  }
}

/**
 * Proof that a leaf lies under the newest published checkpoint of its log, with the policy which that satisfies: a newer
 * one binds from the next checkpoint on. Null until one covers the leaf.
 */
export async function inclusionProof(tx: Tx, district: string, index: number) {
  const tiles = await provingTiles(tx, district, index)
  const published = tiles[0]
  if (!published || published.size <= index) return null
  const hashes = await inclusionProofFrom(hashesIn(tiles), index, published.size, sha256)
  return {
    index,
    size: published.size,
    origin: published.origin,
    hashes: hashes.map((hash) => Buffer.from(hash).toString('base64')),
    checkpoint: published.note,
    policy: published.policy ?? ownSignatureOnly(published.vkey),
  }
}

/** A leaf under the newest published checkpoint of its log, with its proof; null when there is none or the index is no number. */
export async function provenLeaf(tx: Tx, district: string, index: string) {
  if (!/^(0|[1-9]\d{0,14})$/.test(index)) return null
  const proof = await inclusionProof(tx, district, Number(index))
  const leaf =
    proof &&
    (await tx.maybe<{ entry: Buffer }>`select * from evidence.entries(${district}, ${proof.index}, 1)`)
  return leaf ? { proof, entry: leaf.entry } : null
}
