import { decodeLeaf, fromBase64 } from '@mingbu/tlog'
import type { Text } from '../../i18n/texts.ts'
import type { Proof } from '../../proof/verifyProof.ts'

/** What `GET /api/public/check/:token` answers. */
export interface Checked {
  kind: 'certificate' | 'receipt'
  status: Text & { code: string }
  number: string
  unitCode: string
  location: string
  district: Text & { id: string }
  snapshotHash: string | null
  /** State of the certificate now; the newest act that opened it for the public must say the same. */
  certificateState: string | null
  /** False for a paper from before the log began: there is no proof of it. */
  logged: boolean
  proof: Proof | null
}

/** What the page shows and the office committed to, as `verifyProof` compares it with the opened value. */
export interface ShownFacts {
  /** Name of the opened field; it is part of the commitment. Empty when no field of this kind was opened. */
  field: string
  facts: Record<string, string | null>
}

const fieldPrefix = { certificate: 'public:certificate:', receipt: 'public:case:' } as const

/**
 * The shown facts that must stand in the opened value. Only a field made for the public about this kind of paper
 * counts: any other field of an act that happens to hold the same words proves nothing about a paper.
 */
export function shownFacts(checked: Checked): ShownFacts {
  const opened = checked.proof?.fields.find(({ name }) => name.startsWith(fieldPrefix[checked.kind]))
  const common = { number: checked.number, unit: checked.unitCode }
  return {
    field: opened?.name ?? '',
    facts:
      checked.kind === 'certificate'
        ? { ...common, state: checked.certificateState, snapshot: checked.snapshotHash }
        : common,
  }
}

/** Why a proof, however sound, is not the proof of the paper shown. */
export type Stray = 'office' | 'refused'

/**
 * Whether the proven act is another office's or one that was refused; null when it is neither. A leaf that cannot be
 * read is `verifyProof`'s to report, and null here.
 */
export function strayOf(checked: Pick<Checked, 'district' | 'proof'>): Stray | null {
  if (!checked.proof) return null
  try {
    const leaf = decodeLeaf(fromBase64(checked.proof.leafBase64))
    if (leaf.district !== checked.district.id) return 'office'
    return leaf.outcome === 'done' ? null : 'refused'
  } catch {
    return null
  }
}

/**
 * Whether this browser can verify Ed25519 signatures. Old browsers lack the algorithm, and any browser hides it from
 * pages that came neither over https nor from the machine itself. To be asked before a signature is called false.
 *
 * @param subtle WebCrypto of the browser; undefined where it is hidden.
 */
export async function canVerifySignatures(
  subtle: Pick<SubtleCrypto, 'importKey'> | undefined = globalThis.crypto?.subtle,
): Promise<boolean> {
  try {
    await subtle!.importKey('raw', basePoint, 'Ed25519', false, ['verify'])
    return true
  } catch {
    return false
  }
}

/** Any valid public key will do: the base point of the curve, y = 4/5. */
const basePoint = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0x58 : 0x66))
