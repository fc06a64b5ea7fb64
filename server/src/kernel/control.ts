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

/** Figures of one office, as things stand now. */
export type OfficeCounts = { district: string } & Partial<ControlCounts>

/** Figures that lines of a ledger can count in. */
export type LedgerFigure = 'governed' | 'due' | 'overdue' | 'open'

/** A ledger or list (台账) as it stands now. Its figures are counted from its lines, so that a figure leads to what it counts. */
export interface Ledger {
  /** What one line is: a case, a seal, a file. */
  name: Text
  /** Page on which a line is looked at; `:id` in it is the line's own id. */
  page: string
  figures: readonly LedgerFigure[]
  /**
   * SQL read as auditor, one row a line: `district`, `id` (text, unique in its office), `label` (what people call it) and, where
   * it differs, `label_en`, `act_id` (the act that put it there; null where there is none), and for every figure whether the line counts in it. A function where
   * the database alone cannot tell; then all lines are read for every look.
   */
  lines: string | ((tx: Tx) => Promise<readonly LedgerLine[]>)
}

/** One line of a ledger, of what counts in its figures. */
export type LedgerLine = {
  district: string
  id: string
  label: string
  label_en?: string | null
  act_id: string | null
} & Partial<Record<LedgerFigure, boolean>>

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
  /** Refusals that stand before any act whatever: bars of a session. */
  bars?: readonly string[]
  /** Finding kinds that belong to it. */
  findings?: readonly string[]
  /** Periodic duties it carries, by kind. */
  obligations?: readonly string[]
  /** What stands in ledgers and lists now, of every office that has something. */
  ledgers?: readonly Ledger[]
  /** Governs every act whatever: as many as the log has. */
  everyAct?: true
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

export const noCounts = (): ControlCounts => ({
  governed: 0,
  refused: 0,
  due: 0,
  overdue: 0,
  found: 0,
  open: 0,
})

/** Adds figures to others, in place. */
export function addCounts(to: ControlCounts, more: Partial<ControlCounts>): void {
  for (const name of Object.keys(to) as (keyof ControlCounts)[]) to[name] += more[name] ?? 0
}

/** The status the counts mean. */
export function statusOf(counts: ControlCounts): ControlStatus {
  if (counts.overdue > 0 || counts.open > 0) return 'red'
  if (counts.due > 0) return 'amber'
  return counts.governed + counts.refused + counts.found > 0 ? 'green' : 'grey'
}

const order: readonly ControlStatus[] = ['grey', 'green', 'amber', 'red']

/** The status of a clause: the worst of its controls; null when nothing carries it. */
export const worstOf = (statuses: readonly ControlStatus[]): ControlStatus | null =>
  statuses.length === 0 ? null : order[Math.max(...statuses.map((one) => order.indexOf(one)))]!
