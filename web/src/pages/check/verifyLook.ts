import { decodeLeaf, fromBase64 } from '@mingbu/tlog'
import { type Proof, verifyProof } from '../../proof/verifyProof.ts'
import { differingFacts } from '../evidence/verifyAct.ts'

/** What `GET /api/public/leaves/:district/:index` answers. */
export interface FetchedLeaf {
  leafBase64: string
  proof: Omit<Proof, 'leafBase64' | 'n' | 'fields' | 'closed'>
}

/** A look as the page shows it, as far as its leaf speaks of it. */
interface ShownLook {
  actId: string
  type: string
  at: string
  district: string
  leaf: number | null
}

/** Whether the leaf is this very look, done, and lies under a checkpoint that everyone who must has signed. Nothing is fetched. */
export async function lookVerifies(look: ShownLook, { leafBase64, proof }: FetchedLeaf): Promise<boolean> {
  if (proof.index !== look.leaf || differingFacts({ ...look, outcome: 'done', leafBase64 }).length > 0)
    return false
  const { n } = decodeLeaf(fromBase64(leafBase64))
  return (await verifyProof({ ...proof, leafBase64, n, fields: [] })).ok
}
