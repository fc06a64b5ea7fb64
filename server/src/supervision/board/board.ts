import { type Clause, clauses } from '../../kernel/clauses.ts'
import {
  addCounts,
  type Control,
  type ControlCounts,
  type ControlKind,
  type ControlStatus,
  declaredControls,
  noCounts,
  statusOf,
  worstOf,
} from '../../kernel/control.ts'
import type { Text } from '../../kernel/refusal.ts'

/** Acts of one type in one month (`2026-11`; '' where months are not told apart), done or refused with one code ('' when done). */
export interface ActFacts {
  district: string
  type: string
  refusal: string
  month: string
  n: number
}

/** Findings of one kind: opened in a month of the period, and open when it ends. */
export interface FindingFacts {
  district: string
  kind: string
  month: string
  found: number
  open: number
}

/** Periodic duties of one kind as the period ends. */
export interface DutyFacts {
  district: string
  kind: string
  due: number
  overdue: number
}

/** Everything a board is counted from. */
export interface BoardFacts {
  acts: readonly ActFacts[]
  findings: readonly FindingFacts[]
  duties: readonly DutyFacts[]
  /** What stands in ledgers now, by control; nothing of it belongs to one person or to a period that is over. */
  figures: ReadonlyMap<string, readonly ({ district: string } & Partial<ControlCounts>)[]>
}

/** One control of the board. */
export interface ControlRow {
  id: string
  kind: ControlKind
  title: Text
  status: ControlStatus
  counts: ControlCounts
}

/** One clause: its controls, what they say together, and how the last months went. */
export interface ClauseRow {
  id: string
  title: Text
  /** The worst of its controls; null when no control carries it. */
  status: ControlStatus | null
  /** Every act and finding once, however many controls of the clause it belongs to. */
  counts: ControlCounts
  trend: TrendPoint[]
  controls: ControlRow[]
}

export interface TrendPoint {
  month: string
  governed: number
  refused: number
  found: number
}

/** Whether a control counts acts of a type as governed, and a refusal of one as its own. */
function countsAct(one: Control, { type, refusal }: Pick<ActFacts, 'type' | 'refusal'>) {
  const barred = refusal !== '' && (one.bars?.includes(refusal) ?? false)
  const governed = one.acts?.includes(type) ?? false
  const own = one.refusals === undefined || one.refusals.includes(refusal)
  return {
    governed: barred || governed || one.everyAct === true,
    refused: barred || (governed && refusal !== '' && own),
  }
}

/** The board of all clauses, from what was counted. Pure. `months` are those of the trend, oldest first. */
export function boardOf(
  facts: BoardFacts,
  months: readonly string[],
  controls: readonly Control[] = declaredControls(),
  of: readonly Clause[] = clauses,
): ClauseRow[] {
  return of.map(({ id, title }) => clauseRow(id, title, facts, months, controls))
}

function clauseRow(
  id: string,
  title: Text,
  facts: BoardFacts,
  months: readonly string[],
  controls: readonly Control[],
): ClauseRow {
  const own = controls.filter((one) => one.clause === id)
  const counts = noCounts()
  const each = own.map(() => noCounts())
  const trend = new Map(months.map((month) => [month, { month, governed: 0, refused: 0, found: 0 }]))
  const types = new Set(own.flatMap((one) => one.acts ?? []))
  const bars = new Set(own.flatMap((one) => one.bars ?? []))
  const every = own.some((one) => one.everyAct)
  for (const acts of facts.acts) {
    if (!every && !types.has(acts.type) && !bars.has(acts.refusal)) continue
    const counted = own.map((one) => countsAct(one, acts))
    const tally = (
      to: { governed: number; refused: number },
      one: { governed: boolean; refused: boolean },
    ) => {
      if (one.governed) to.governed += acts.n
      if (one.refused) to.refused += acts.n
    }
    for (const [i, one] of counted.entries()) tally(each[i]!, one)
    // Once, however many controls of the clause it belongs to.
    const once = { governed: true, refused: counted.some((one) => one.refused) }
    tally(counts, once)
    const point = trend.get(acts.month)
    if (point) tally(point, once)
  }
  for (const { kind, month, found, open } of facts.findings) {
    const watching = own.flatMap((one, i) => (one.findings?.includes(kind) ? [each[i]!] : []))
    for (const one of watching) addCounts(one, { found, open })
    if (watching.length === 0) continue
    addCounts(counts, { found, open })
    const point = trend.get(month)
    if (point) point.found += found
  }
  for (const { kind, due, overdue } of facts.duties) {
    const carrying = own.flatMap((one, i) => (one.obligations?.includes(kind) ? [each[i]!] : []))
    for (const one of carrying) addCounts(one, { due, overdue })
    if (carrying.length > 0) addCounts(counts, { due, overdue })
  }
  for (const [i, one] of own.entries())
    for (const { district: _, ...figures } of facts.figures.get(one.id) ?? []) {
      addCounts(each[i]!, figures)
      addCounts(counts, figures)
    }
  const rows = own.map(({ id, kind, title }, i) => ({
    id,
    kind,
    title,
    status: statusOf(each[i]!),
    counts: each[i]!,
  }))
  return {
    id,
    title,
    status: worstOf(rows.map((row) => row.status)),
    counts,
    trend: [...trend.values()],
    controls: rows,
  }
}

/** The facts of one office. */
export function factsOf(facts: BoardFacts, district: string): BoardFacts {
  const here = <T extends { district: string }>(rows: readonly T[]) =>
    rows.filter((row) => row.district === district)
  return {
    acts: here(facts.acts),
    findings: here(facts.findings),
    duties: here(facts.duties),
    figures: new Map([...facts.figures].map(([control, rows]) => [control, here(rows)])),
  }
}
