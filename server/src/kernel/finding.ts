import { type Tx, table } from '../platform/db/tx.ts'
import type { ClauseId, Text } from './refusal.ts'

export const findingTable = table('kernel.finding', ['id'])
export const findingStepTable = table('kernel.finding_step', ['finding_id', 'no'])

/** States of a finding (问题), in order. Nothing skips back; a finding is never deleted or quietly closed (7.4). */
export const findingStates = ['open', 'noticed', 'planned', 'fixed', 'verified', 'closed'] as const
export type FindingState = (typeof findingStates)[number]

/** What a detector, guard or person found wrong. `dedupeKey` keeps one open finding per fault. */
export interface NewFinding {
  kind: string
  clause: ClauseId
  severity: 'critical' | 'high' | 'medium' | 'low'
  subject: string
  dedupeKey: string
  summary: Text
}

/** Opens a finding inside the present act; an equal open one is left as it is. Returns the new finding's id, or null. */
export async function openFinding(
  tx: Tx,
  district: string,
  openedBy: string,
  finding: NewFinding,
): Promise<string | null> {
  // Who looks for the same fault at the same time waits here, then sees what the first has opened.
  await tx.one`select pg_advisory_xact_lock(hashtextextended(${`finding ${district} ${finding.dedupeKey}`}, 0))`
  const open =
    await tx.maybe`select 1 from kernel.finding where district = ${district} and dedupe_key = ${finding.dedupeKey} and state <> 'closed'`
  if (open) return null
  const { kind, clause, severity, subject, dedupeKey, summary } = finding
  const [row] = await tx.put<{ id: string }>(findingTable, {
    district,
    kind,
    clause,
    severity,
    subject,
    dedupe_key: dedupeKey,
    summary_zh: summary.zh,
    summary_en: summary.en,
    opened_by: openedBy,
  })
  return row!.id
}
