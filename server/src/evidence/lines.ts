import { type Static, Type } from 'typebox'
import { findAct } from '../kernel/act.ts'
import type { Tx } from '../platform/db/tx.ts'

export const TextPair = Type.Object({ zh: Type.String(), en: Type.String() })
export const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

/** One act as people read it in a list. */
export const ActLine = Type.Object({
  actId: Type.String(),
  type: Type.String(),
  title: TextPair,
  at: Type.String(),
  person: Type.String({ description: 'Name, or `anonymous`, or `service:<name>`.' }),
  personId: Nullable(Type.String()),
  district: Type.String(),
  outcome: Type.String(),
  refusal: Nullable(Type.String()),
  message: Nullable(TextPair),
  clause: Nullable(Type.String()),
  subject: Nullable(
    Type.Object({
      kind: Type.String(),
      id: Nullable(Type.String()),
      number: Nullable(Type.String({ description: 'What people call it, where that is not the id.' })),
    }),
  ),
  leaf: Nullable(Type.Integer()),
})
export type ActLine = Static<typeof ActLine>

/** An act as a list shows it. */
export interface ListedAct {
  district: string
  id: string
  seq: number
  type: string
  at: string
  person_id: string | null
  person: string | null
  actor: string
  outcome: string
  refusal: string | null
  clause: string | null
  message: { zh: string; en: string } | null
  subject_kind: string | null
  subject_id: string | null
  idx: number | null
}

/** An act as a search finds it, with what a look said of itself. */
export interface FoundAct extends ListedAct {
  request: Buffer | null
  sealed: boolean | null
  purpose: string | null
  basis: string | null
  for_case: string | null
}

/** The lines people read, with the number of each case and the name of each person they are about. */
export async function actLines(tx: Tx, rows: readonly ListedAct[]): Promise<ActLine[]> {
  const cases = rows.map((row) => (row.subject_kind === 'case' ? row.subject_id : null))
  const numbers = await caseNumbers(tx, rows, cases)
  const names = await personNames(tx, rows)
  return rows.map((row) => actLine(row, row.subject_kind === 'person' ? names : numbers))
}

async function personNames(tx: Tx, rows: readonly ListedAct[]): Promise<Map<string, string>> {
  const ids = rows.flatMap(({ subject_kind, subject_id }) =>
    subject_kind === 'person' && uuid.test(subject_id ?? '') ? [subject_id!] : [],
  )
  if (ids.length === 0) return new Map()
  const found = await tx.rows<{ id: string; name: string }>`
    select id, name from kernel.person where id = any(${[...new Set(ids)]}::uuid[])`
  return new Map(found.map((one) => [one.id, one.name]))
}

/** Numbers of the cases that the acts name, in the same order, each in its act's office. What is no case is left out. */
export async function caseNumbers(
  tx: Tx,
  rows: readonly ListedAct[],
  named: readonly (string | null)[],
): Promise<Map<string, string | null>> {
  const wanted = new Map(
    named.flatMap((id, i) => (id !== null && uuid.test(id) ? [[id, rows[i]!.district] as const] : [])),
  )
  if (wanted.size === 0) return new Map()
  const found = await tx.rows<{ id: string; number: string | null }>`
    select k.id, k.number from unnest(${[...wanted.values()]}::text[], ${[...wanted.keys()]}::uuid[]) w (district, id)
      join cases.case k on k.district = w.district and k.id = w.id`
  return new Map(found.map((one) => [one.id, one.number]))
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const actLine = (row: ListedAct, numbers: ReadonlyMap<string, string | null>): ActLine => ({
  actId: row.id,
  type: row.type,
  title: findAct(row.type)?.title ?? { zh: row.type, en: row.type },
  at: row.at,
  person: row.person ?? row.actor,
  personId: row.person_id,
  district: row.district,
  outcome: row.outcome,
  refusal: row.refusal,
  message: row.message,
  clause: row.clause,
  subject: row.subject_kind
    ? { kind: row.subject_kind, id: row.subject_id, number: numbers.get(row.subject_id ?? '') ?? null }
    : null,
  leaf: row.idx,
})
