import { type Tx, table } from '../platform/db/tx.ts'
import type { ClauseId, Text } from './refusal.ts'

export const obligationTable = table('kernel.obligation', ['id'])

/** One duty of one subject for one period. Dates are of the zone Asia/Shanghai; `to` is the first day after the period. */
export interface Due {
  district: string
  subject: string
  from: Temporal.PlainDate
  to: Temporal.PlainDate
  /** After this instant it is overdue. */
  dueAt: Temporal.Instant
}

/** An act that may satisfy a duty. */
export interface SatisfyingAct {
  id: string
  type: string
  at: Temporal.Instant
}

/** A periodic duty (定期职责), declared once: who owes it, for which periods, and which acts count as done. */
export interface Obligation {
  kind: string
  clause: ClauseId
  title: Text
  /** Types of the acts that may satisfy it. */
  satisfiedBy: readonly string[]
  /** Duties that fall to subjects between two days; pure in its facts, so that a rebuild gives the same. */
  dues(tx: Tx, from: Temporal.PlainDate, to: Temporal.PlainDate): Promise<Due[]>
}

export type ObligationState = 'done' | 'done_late' | 'pending' | 'overdue'

/**
 * Says how one duty stands: pure, from its due and the acts of its subject, in any order. The earliest
 * satisfying act inside the period or its grace (up to `dueAt`) makes it done; a later one, done late.
 */
export function obligationState(
  due: Due,
  acts: readonly SatisfyingAct[],
  satisfiedBy: readonly string[],
  at: Temporal.Instant,
): { state: ObligationState; doneBy: SatisfyingAct | null } {
  const start = due.from.toZonedDateTime('Asia/Shanghai').toInstant()
  const counted = acts
    .filter(
      (act) =>
        satisfiedBy.includes(act.type) &&
        Temporal.Instant.compare(act.at, start) >= 0 &&
        Temporal.Instant.compare(act.at, at) <= 0,
    )
    .sort((a, b) => Temporal.Instant.compare(a.at, b.at) || (a.id < b.id ? -1 : 1))
  const first = counted[0] ?? null
  if (first && Temporal.Instant.compare(first.at, due.dueAt) <= 0) return { state: 'done', doneBy: first }
  if (first) return { state: 'done_late', doneBy: first }
  return { state: Temporal.Instant.compare(at, due.dueAt) > 0 ? 'overdue' : 'pending', doneBy: null }
}

/**
 * Brings the stored obligations of a kind up to what declarations and acts say, inside an act. Running it
 * twice changes nothing the second time.
 * @returns How many rows were added and how many were changed.
 */
export async function recomputeObligation(
  tx: Tx,
  obligation: Obligation,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  at: Temporal.Instant,
): Promise<{ added: number; changed: number }> {
  let added = 0
  let changed = 0
  for (const due of await obligation.dues(tx, from, to)) {
    const acts = await tx.rows<{ id: string; type: string; at: string }>`
      select id, type, at from kernel.act
      where district = ${due.district} and type = any(${obligation.satisfiedBy}) and outcome = 'done' and (subject_id = ${due.subject} or person_id::text = ${due.subject})`
    const { doneBy } = obligationState(
      due,
      acts.map((act) => ({ ...act, at: Temporal.Instant.from(act.at) })),
      obligation.satisfiedBy,
      at,
    )
    const period = `[${due.from},${due.to})`
    const row = await tx.maybe<{ id: string; done_by: string | null; due_at: string }>`
      select id, done_by, due_at from kernel.obligation where district = ${due.district} and kind = ${obligation.kind} and subject = ${due.subject} and period = ${period}::daterange`
    const done = { done_by: doneBy?.id ?? null, done_at: doneBy?.at.toString() ?? null }
    if (!row) {
      await tx.put(obligationTable, {
        district: due.district,
        kind: obligation.kind,
        subject: due.subject,
        period,
        due_at: due.dueAt.toString(),
        ...(doneBy ? done : {}),
      })
      added++
    } else if (row.done_by !== done.done_by || !Temporal.Instant.from(row.due_at).equals(due.dueAt)) {
      await tx.change(
        obligationTable,
        { district: due.district, id: row.id },
        { ...done, due_at: due.dueAt.toString() },
      )
      changed++
    }
  }
  return { added, changed }
}
