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

/**
 * Reads a log by whole tiles, each once: a proof asks for many parts of few tiles, and each question to the database
 * costs more than the hashes it brings.
 */
function wholeTiles(tx: Tx, district: string, size: number): ReadHashes {
  const tiles = new Map<string, Promise<Uint8Array[]>>()
  const tile = (level: number, index: number) => {
    const name = `${level}/${index}`
    const known = tiles.get(name)
    if (known) return known
    const start = index * tileWidth
    const width = Math.min(tileWidth, Math.floor(size / tileWidth ** level) - start)
    const read = readHashes(tx, district, level, start, width)
    tiles.set(name, read)
    return read
  }
  return async (level, start, count) => {
    const from = start % tileWidth
    return (await tile(level, Math.floor(start / tileWidth))).slice(from, from + count)
  }
}

/** Proof that a leaf lies under the newest published checkpoint of its log; null until one covers it. */
export async function inclusionProof(tx: Tx, district: string, index: number) {
  const published = await tx.maybe<{
    size: number
    note: string
    vkey: string
    origin: string
    policy: string | null
  }>`
    select p.size, p.note, l.vkey, l.origin,
      (select text from evidence.policy y where y.log = l.district order by version desc limit 1) as policy
    from evidence.published p join evidence.log l using (district) where p.district = ${district} order by p.size desc limit 1`
  if (!published || published.size <= index) return null
  const hashes = await inclusionProofFrom(
    wholeTiles(tx, district, published.size),
    index,
    published.size,
    sha256,
  )
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
