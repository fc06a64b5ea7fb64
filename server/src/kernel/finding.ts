import { Type } from 'typebox'
import { type Tx, table } from '../platform/db/tx.ts'
import { act, type Subject } from './act.ts'
import { type ClauseId, refuser, type Text } from './refusal.ts'

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

interface Finding {
  district: string
  id: string
  state: FindingState
  opened_by: string
  fixed_by: string | null
  steps: number
}

export const findingSubject: Subject<Finding> = {
  kind: 'finding',
  async load(tx, id, lock) {
    // Locked first, then read: only who performs an act may lock.
    if (lock)
      await tx.maybe`select 1 from kernel.finding f where f.id = ${id}::uuid and f.district = kernel.act_district() for update`
    return tx.maybe<Finding>`
      select f.district, f.id, f.state, f.opened_by, f.fixed_by,
        (select count(*)::int from kernel.finding_step s where s.district = f.district and s.finding_id = f.id) as steps
      from kernel.finding f where f.id = ${id}::uuid and f.district = kernel.act_district()`
  },
}

const refuse = refuser({
  finding_closed: { clause: '7.4', zh: '该问题已经销号。', en: 'This finding is closed.' },
  finding_order: {
    clause: '7.4',
    zh: '问题整改须按“通报、制定措施、整改、核实、销号”的顺序进行。',
    en: 'A finding goes through notice, plan, fix, verification and closing in that order.',
  },
  verify_own: {
    status: 403,
    clause: '7.4',
    zh: '整改结果须由发现人和整改人以外的人核实。',
    en: 'A fix is verified by someone other than who found it and who fixed it.',
  },
})

/** Says whether a finding may move from its state to `to` by this person; null means it may. Pure. */
export function findingRefusal(
  finding: Pick<Finding, 'state' | 'opened_by' | 'fixed_by'>,
  to: FindingState,
  personId: string | null,
) {
  if (finding.state === 'closed') return refuse('finding_closed')
  if (findingStates.indexOf(to) !== findingStates.indexOf(finding.state) + 1) return refuse('finding_order')
  if (to === 'verified' && (personId === finding.fixed_by || finding.opened_by === `person:${personId}`))
    return refuse('verify_own')
  return null
}

/** Moves a finding one step on (7.4): notice, plan, fix, verification by another, closing. */
export const stepFinding = act({
  type: 'finding.step',
  title: { zh: '问题整改', en: 'Move a finding on' },
  clauses: ['7.4'],
  duties: ['centre_lead', 'district_lead', 'inspection', 'acceptance', 'first_review', 'recording'],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      findingId: Type.String({ title: '问题|Finding', format: 'uuid' }),
      to: Type.Union(
        findingStates.slice(1).map((state) => Type.Literal(state)),
        { title: '下一步|Next step' },
      ),
      note: Type.String({ title: '说明|Note', minLength: 1, maxLength: 2000 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ state: Type.String() }),
  subject: findingSubject,
  subjectId: (input) => input.findingId,
  guards: [(finding, { actor, input }) => (input ? findingRefusal(finding, input.to, actor.personId) : null)],
  async handle({ tx, actor }, input, finding) {
    const set: Record<string, unknown> = { state: input.to }
    if (input.to === 'fixed') set.fixed_by = actor.personId
    if (input.to === 'verified') set.verified_by = actor.personId
    await tx.change(findingTable, { district: finding.district, id: finding.id }, set)
    await tx.put(findingStepTable, {
      district: finding.district,
      finding_id: finding.id,
      no: finding.steps + 1,
      state: input.to,
      note: input.note,
    })
    return { state: input.to }
  },
  constraints: {
    finding_verified_by_another: () => refuse('verify_own'),
    finding_verified_before_closed: () => refuse('finding_order'),
  },
})
