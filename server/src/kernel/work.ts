import type { Tx } from '../platform/db/tx.ts'

/** Gives open work of a person in the district of the present act back to the pool; returns how many pieces there were. */
export type ReleaseWork = (tx: Tx, personId: string, reason: string) => Promise<number>

const releases = new Map<string, ReleaseWork>()

/** Makes a capability's kind of open work known, so that it returns to the pool when its person is away or has left. */
export function declareWork(kind: string, release: ReleaseWork): void {
  if (releases.has(kind)) throw new Error(`work of kind ${kind} is declared twice`)
  releases.set(kind, release)
}

/**
 * Returns all open work of a person to the pool (6.3), inside the act of leaving, of transfer or of leave.
 * What the person has done stays theirs: handlers are kept for ever.
 */
export async function releaseWork(tx: Tx, personId: string, reason: string): Promise<number> {
  let released = 0
  for (const release of releases.values()) released += await release(tx, personId, reason)
  return released
}
