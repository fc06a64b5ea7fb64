import { keepImages, type Tx, table } from '../platform/db/tx.ts'
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
  const [id = null] = await openFindings(tx, district, openedBy, [finding])
  return id
}

/** Rows in one statement: thousands found at once are few statements, and none of them is endless. */
const chunk = 2_000

/**
 * Opens many findings inside the present act, with one statement for each chunk; a fault named twice, or open already, is opened once.
 * Returns the new ids in the order given, null where nothing was opened.
 */
export async function openFindings(
  tx: Tx,
  district: string,
  openedBy: string,
  findings: readonly NewFinding[],
): Promise<(string | null)[]> {
  const ids = new Map<string, string>()
  // In order of their keys: two who find the same faults at the same time then wait for one another and never crosswise.
  const sorted = [...new Map(findings.map((one) => [one.dedupeKey, one])).values()].sort((a, b) =>
    a.dedupeKey < b.dedupeKey ? -1 : 1,
  )
  for (let first = 0; first < sorted.length; first += chunk) {
    const rows = sorted.slice(first, first + chunk).map((one) => ({
      kind: one.kind,
      clause: one.clause,
      severity: one.severity,
      subject: one.subject,
      dedupe_key: one.dedupeKey,
      summary_zh: one.summary.zh,
      summary_en: one.summary.en,
    }))
    // Who looks for the same fault at the same time waits at its key, then sees what the first has opened.
    const opened = await tx.rows<{ id: string; key: string; image: string }>`
      insert into kernel.finding as t (district, kind, clause, severity, subject, dedupe_key, summary_zh, summary_en, opened_by)
      select ${district}, kind, clause, severity, subject, dedupe_key, summary_zh, summary_en, ${openedBy}
      from jsonb_populate_recordset(null::kernel.finding, ${JSON.stringify(rows)}::jsonb)
      on conflict (district, dedupe_key) where state <> 'closed' do nothing
      returning t.id, t.dedupe_key as key, jsonb_strip_nulls(to_jsonb(t))::text as image`
    keepImages(
      tx,
      opened.map(({ image }) => ({ table: findingTable.name, image })),
    )
    for (const { id, key } of opened) ids.set(key, id)
  }
  const told = new Set<string>()
  return findings.map(({ dedupeKey }) => {
    const id = told.has(dedupeKey) ? null : (ids.get(dedupeKey) ?? null)
    told.add(dedupeKey)
    return id
  })
}
