import { inclusionProofFrom } from '@mingbu/tlog'
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
    (level, start, count) => readHashes(tx, district, level, start, count),
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
