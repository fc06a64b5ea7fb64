import { inclusionProofFrom } from '@mingbu/tlog'
import { sha256 } from '../kernel/evidence-fields.ts'
import type { Tx } from '../platform/db/tx.ts'

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

/** Proof that a leaf lies in the newest signed checkpoint of its log; null until one covers it. */
export async function inclusionProof(tx: Tx, district: string, index: number) {
  const checkpoint = await tx.maybe<{ size: number; note: string; vkey: string; origin: string }>`
    select c.size, c.note, l.vkey, l.origin from evidence.checkpoint c join evidence.log l using (district) where c.district = ${district} order by c.size desc limit 1`
  if (!checkpoint || checkpoint.size <= index) return null
  const hashes = await inclusionProofFrom(
    (level, start, count) => readHashes(tx, district, level, start, count),
    index,
    checkpoint.size,
    sha256,
  )
  return {
    index,
    size: checkpoint.size,
    origin: checkpoint.origin,
    hashes: hashes.map((hash) => Buffer.from(hash).toString('base64')),
    checkpoint: checkpoint.note,
    vkey: checkpoint.vkey,
  }
}
