/** How far one grant of a duty reaches; null where it is not limited. */
export interface Reach {
  businesses: readonly string[] | null
  purposes: readonly string[] | null
}

/** Duties held only in part, each with the grants that give it (`kernel.limits_of`). A duty held in full is not named. */
export type Limits = Readonly<Record<string, readonly Reach[]>>

/**
 * Whether a duty held in part does not reach to this business and purpose (6.7). The database says the same
 * (`kernel.out_of_reach`) when the work is written.
 */
export function outOfReach(limits: Limits, duty: string, business: string | null, purpose: string): boolean {
  const grants = limits[duty]
  return grants?.every((grant) => !reaches(grant, business, purpose)) ?? false
}

const reaches = ({ businesses, purposes }: Reach, business: string | null, purpose: string): boolean =>
  (businesses === null || businesses.includes('*') || business === null || businesses.includes(business)) &&
  (purposes === null || purposes.includes(purpose))
