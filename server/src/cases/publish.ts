import { canonicalJson } from '@mingbu/tlog'
import type { Ctx } from '../kernel/act.ts'
import type { CaseCertificate, CaseState } from './rules.ts'

/** Bytes as PostgreSQL reads them inside JSON. */
export const bytea = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString('hex')}`

/** Commits facts that anyone holding the paper may see and verify: no names, no numbers of persons. */
export function publish(
  ctx: Ctx,
  kind: 'certificate' | 'case',
  id: string,
  facts: Record<string, string | number | null>,
): void {
  ctx.tx.images.push({ field: `public:${kind}:${id}`, image: canonicalJson(facts) })
}

/** What the check page of a certificate may show and prove. */
export function publishCertificate(
  ctx: Ctx,
  state: Pick<CaseState, 'unitCode'>,
  certificate: Pick<CaseCertificate, 'id' | 'number' | 'snapshotHash'>,
  certificateState: CaseCertificate['state'],
): void {
  publish(ctx, 'certificate', certificate.id, {
    number: certificate.number,
    unit: state.unitCode,
    state: certificateState,
    snapshot: certificate.snapshotHash,
  })
}
