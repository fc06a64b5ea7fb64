import { NoteError, openCheckpoint, parseCheckpoint, parseNote, parsePolicy } from '@mingbu/tlog'
import { ownSignatureOnly } from '../evidence/policy.ts'
import type { Tx } from '../platform/db/tx.ts'
import type { ShownLog } from './opened.ts'

/** A log as a pack shows it: up to its newest published checkpoint, under the policy that one satisfies. */
export interface PublishedLog extends ShownLog {
  /** Null while none is adopted: then the log's own signature is enough. */
  version: number | null
  policy: string
  /** Names of those whose cosignatures under the checkpoint are good. */
  witnesses: string[]
}

/** The newest checkpoint of a log that anyone was shown; null before there is one. */
export async function newestPublished(tx: Tx, district: string): Promise<PublishedLog | null> {
  const row = await tx.maybe<{ note: string; version: number | null; policy: string | null; vkey: string }>`
    select p.note, p.policy as version, y.text as policy, l.vkey
    from evidence.published p join evidence.log l using (district)
      left join evidence.policy y on y.log = p.district and y.version = p.policy
    where p.district = ${district} order by p.size desc limit 1`
  if (!row) return null
  const policy = row.policy ?? ownSignatureOnly(row.vkey)
  return {
    district,
    size: parseCheckpoint(parseNote(row.note).text).size,
    checkpoint: row.note,
    version: row.version,
    policy,
    witnesses: await witnessesOf(row.note, policy),
  }
}

/** Nobody, for a note that does not open: the pack carries it all the same, and its reader finds what is wrong. */
async function witnessesOf(note: string, policy: string): Promise<string[]> {
  try {
    return (await openCheckpoint(note, parsePolicy(policy))).cosignatures.map(({ witness }) => witness)
  } catch (error) {
    if (error instanceof NoteError) return []
    throw error
  }
}

/** Versions of a log's policy under which checkpoints were published, oldest first. */
export const policiesUsed = (
  tx: Tx,
  { district, size }: ShownLog,
): Promise<{ version: number; text: string }[]> =>
  tx.rows`
    select version, text from evidence.policy y where log = ${district}
      and exists (select from evidence.published p where p.district = y.log and p.policy = y.version and p.size <= ${size})
    order by version`

/** Every checkpoint a log signed up to a size, in order. */
export const signedCheckpoints = (tx: Tx, { district, size }: ShownLog): AsyncGenerator<string> =>
  inOrder(
    (after) => tx.rows`
      select size, note from evidence.checkpoint where district = ${district} and size > ${after} and size <= ${size}
      order by size limit ${pageSize}`,
  )

/** Every checkpoint published under a version of the policy up to a size, in order. */
export const cosignedCheckpoints = (
  tx: Tx,
  { district, size }: ShownLog,
  version: number,
): AsyncGenerator<string> =>
  inOrder(
    (after) => tx.rows`
      select size, note from evidence.published
      where district = ${district} and policy = ${version} and size > ${after} and size <= ${size}
      order by size limit ${pageSize}`,
  )

const pageSize = 2000

async function* inOrder(
  page: (after: number) => Promise<{ size: number; note: string }[]>,
): AsyncGenerator<string> {
  for (let after = -1; ; ) {
    const rows = await page(after)
    for (const row of rows) yield row.note
    if (rows.length < pageSize) return
    after = rows.at(-1)!.size
  }
}
