import type { Tx } from '../platform/db/tx.ts'
import type { ClauseId, Text } from './refusal.ts'

/** The five ways a clause is carried. */
export type ControlKind = 'guard' | 'obligation' | 'ledger' | 'detector' | 'report'

/** Live figures of one control. Counted, never typed in. */
export interface ControlCounts {
  /** Acts the control stood before, or lines or subjects it watches. */
  governed: number
  refused: number
  due: number
  overdue: number
  found: number
  open: number
}

/** Computed from the counts: no evidence is grey, an open finding or overdue duty red, something due amber, else green. */
export type ControlStatus = 'grey' | 'green' | 'amber' | 'red'

/** A control (防控措施): one way in which one clause of the notice is carried, declared once. */
export interface Control {
  /** `6.2-handlers`: clause, then a short name. */
  id: string
  clause: ClauseId
  kind: ControlKind
  title: Text
  /** Act types and refusal codes it governs; counted from the acts themselves. */
  acts?: readonly string[]
  refusals?: readonly string[]
  /** Finding kinds that belong to it. */
  findings?: readonly string[]
  /** Further figures, for ledgers and obligations. */
  count?: (tx: Tx, at: Temporal.Instant) => Promise<Partial<ControlCounts>>
}

const controls = new Map<string, Control>()

/** Declares a control. The controls board and `mingbu controls` are made from these and live counts only. */
export function control(declaration: Control): Control {
  if (controls.has(declaration.id)) throw new Error(`control ${declaration.id} is declared twice`)
  controls.set(declaration.id, declaration)
  return declaration
}

/** Every declared control, by clause and id. */
export function declaredControls(): Control[] {
  return [...controls.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** The status the counts mean. */
export function statusOf(counts: ControlCounts): ControlStatus {
  if (counts.overdue > 0 || counts.open > 0) return 'red'
  if (counts.due > 0) return 'amber'
  return counts.governed + counts.refused + counts.found > 0 ? 'green' : 'grey'
}

/** One row of the board. */
export interface ControlRow {
  id: string
  clause: ClauseId
  kind: ControlKind
  title: Text
  status: ControlStatus
  counts: ControlCounts
  /** Act types it governs, so that a figure leads to them. */
  acts: readonly string[]
}

/** Counts every declared control over all rows the transaction may see. */
export async function controlBoard(tx: Tx, at: Temporal.Instant): Promise<ControlRow[]> {
  const tally = await tx.rows<{ type: string; refusal: string | null; n: number }>`
    select type, refusal, count(*) as n from kernel.act group by type, refusal`
  const findings = await tx.rows<{ kind: string; found: number; open: number }>`
    select kind, count(*) as found, count(*) filter (where state <> 'closed') as open from kernel.finding group by kind`
  const rows: ControlRow[] = []
  for (const one of declaredControls()) {
    const counts: ControlCounts = { governed: 0, refused: 0, due: 0, overdue: 0, found: 0, open: 0 }
    for (const { type, refusal, n } of tally) {
      if (!one.acts?.includes(type)) continue
      counts.governed += n
      if (refusal !== null && (one.refusals === undefined || one.refusals.includes(refusal)))
        counts.refused += n
    }
    for (const { kind, found, open } of findings) {
      if (!one.findings?.includes(kind)) continue
      counts.found += found
      counts.open += open
    }
    for (const [name, value] of Object.entries((await one.count?.(tx, at)) ?? {}))
      counts[name as keyof ControlCounts] += value ?? 0
    rows.push({
      id: one.id,
      clause: one.clause,
      kind: one.kind,
      title: one.title,
      status: statusOf(counts),
      counts,
      acts: one.acts ?? [],
    })
  }
  return rows
}
