import { type Every, obligation, type Pace, type Subject } from '../../kernel/obligation.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { registrationOffices } from '../../values/districts.ts'
import { type InspectionKind, inspectDuties, kindClauses, kindNames } from './rules.ts'

/**
 * How often each inspection falls due. 7.1 and 7.2 say once a year; 1.2 says no number, so these days are our own default, which
 * holds until a leader of the bureau sets another (`inspection.setPace`).
 */
export const inspectionEvery: Record<InspectionKind, Every> = {
  self: { days: 92 },
  mutual: { days: 365 },
  spot: { days: 365 },
  open: 'year',
  covert: 'year',
  case_review: 'year',
}
export const missedKinds: Record<InspectionKind, string> = {
  self: 'self_check_missed',
  mutual: 'mutual_check_missed',
  spot: 'spot_check_missed',
  open: 'open_visit_missed',
  covert: 'covert_visit_missed',
  case_review: 'case_review_missed',
}

const officeText = (id: string) =>
  registrationOffices.find((one) => one.id === id)?.name ?? { zh: id, en: id }

async function pacesOf(tx: Tx, kind: string): Promise<Pace[]> {
  const rows = await tx.rows<{ days: number; since: string }>`
    select days::int, at as since from supervision.inspection_pace where kind = ${kind} order by at, id`
  return rows.map(({ days, since }) => ({ days, since: Temporal.Instant.from(since) }))
}

/** Offices that are inspected, from when there is something to inspect: their own for a self check, every one for the bureau. */
async function offices(tx: Tx, district: string, kind: InspectionKind): Promise<Subject[]> {
  if ((district === 'city') === (kind === 'self')) return []
  const rows = await tx.rows<{ id: string; at: string }>`
    select office as id, since as at from supervision.inspectable_since(${district}, ${kind === 'case_review'})`
  if (rows.length === 0) return []
  const paces = typeof inspectionEvery[kind] === 'object' ? await pacesOf(tx, kind) : []
  return rows.map(({ id, at }) => ({
    id,
    name: officeText(id),
    spans: [{ from: Temporal.Instant.from(at), to: null }],
    ...(paces.length > 0 && { paces }),
  }))
}

for (const kind of Object.keys(inspectionEvery) as InspectionKind[]) {
  const name = kindNames[kind]
  obligation({
    kind: `inspection.${kind}`,
    clause: kindClauses[kind],
    title: { zh: `组织${name.zh}`, en: `${name.en} of each office` },
    every: inspectionEvery[kind],
    due: 'end',
    graceDays: 10,
    remindDays: kind === 'self' ? 14 : 60,
    // An office that joins late in a year does not owe that year.
    leastShare: typeof inspectionEvery[kind] === 'string' ? 0.25 : 0,
    substitutes: false,
    owedBy: inspectDuties,
    overdue: {
      kind: missedKinds[kind],
      severity: 'high',
      subject: (id) => `office:${id}`,
      say: (office, { from }) => ({
        zh: `自 ${from} 起未对${office.zh}进行${name.zh}`,
        en: `No ${name.en.toLowerCase()} of ${office.en} since ${from}`,
      }),
    },
    escalateDays: 20,
    inDemo: true,
    exemptible: true,
    nameOf: officeText,
    subjects: (tx, district) => offices(tx, district, kind),
    async done(tx, district) {
      const rows = await tx.rows<{ id: string; at: string; of: string }>`
        select id, at, office as of from supervision.inspections_done(${district}, ${kind})`
      return rows.map((one) => ({ ...one, at: Temporal.Instant.from(one.at), district: one.of }))
    },
  })
}
