import { decodeLeaf, fromBase64, type LeafV1 } from '@mingbu/tlog'

/** What the page of a proof says of its act beside the proof itself. */
export interface ShownAct {
  actId: string
  type: string
  /** RFC 3339 in UTC, with as many decimals as it needs. */
  at: string
  outcome: 'done' | 'refused'
  district: string
  leafBase64: string
}

export type ActFact = 'act' | 'type' | 'at' | 'outcome' | 'district'

/**
 * The shown facts that the act's own leaf says otherwise; all of them when the leaf cannot be read. A proof can be
 * sound and still be that of another act: only this binds it to the words above it.
 */
export function differingFacts(shown: ShownAct): ActFact[] {
  const leaf = readLeaf(shown.leafBase64)
  const says: Record<ActFact, boolean> = {
    act: leaf?.act === shown.actId,
    type: leaf?.type === shown.type,
    at: leaf !== null && shortest(leaf.at) === shortest(shown.at),
    outcome: leaf?.outcome === shown.outcome,
    district: leaf?.district === shown.district,
  }
  return (Object.keys(says) as ActFact[]).filter((fact) => !says[fact])
}

function readLeaf(base64: string): LeafV1 | null {
  try {
    return decodeLeaf(fromBase64(base64))
  } catch {
    return null
  }
}

/** An instant without the zeros that end its decimals: leaves always write six, the database as many as it needs. */
const shortest = (at: string): string => at.replace(/(\.\d*?)0+Z$/, '$1Z').replace('.Z', 'Z')
