import { Type } from 'typebox'
import { act, type Subject } from '../../kernel/act.ts'
import { findingTable } from '../../kernel/finding.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { dayField, ofFinding, words } from './acts.ts'
import { type Finding, rectifyDuties, refuseRectification } from './rules.ts'
import { atField, deadlineProblem, findingSubject } from './subject.ts'
import { extensionDecisionTable, extensionTable } from './tables.ts'

/** Why this person may not ask for more time now; null means they may. Pure. */
export function askRefusal(finding: Finding, personId: string | null): Refusal | null {
  if (finding.state !== 'noticed' && finding.state !== 'planned') return refuseRectification('finding_order')
  if (personId !== finding.responsible) return refuseRectification('not_responsible')
  return finding.extensionWaits ? refuseRectification('extension_waits') : null
}

/** 申请延期: asked by who answers for it, with a reason and another working day. */
export const askExtension = act({
  type: 'finding.askExtension',
  title: { zh: '申请整改延期', en: 'Ask for more time' },
  clauses: ['7.4'],
  duties: [],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { ...ofFinding, until: dayField('延至|Until'), reason: words('理由|Reason', 500) },
    { additionalProperties: false },
  ),
  result: Type.Object({ extensionId: Type.String() }),
  subject: findingSubject,
  subjectId: (input) => input.findingId,
  guards: [(finding, { actor }) => askRefusal(finding, actor.personId)],
  async handle({ tx, at, deps }, input, finding) {
    const problem = deadlineProblem('until', input.until, at, deps.calendar)
    if (problem) return problem
    if (finding.dueOn !== null && input.until <= finding.dueOn)
      return atField('until', refuseRectification('extension_not_later', { due: finding.dueOn }))
    const [made] = await tx.put<{ id: string }>(extensionTable, {
      district: finding.district,
      finding_id: finding.id,
      until: input.until,
      reason: input.reason.trim(),
    })
    return { extensionId: made!.id }
  },
})

interface Request {
  district: string
  id: string
  findingId: string
  state: Finding['state']
  until: string
  dueOn: string
  askedBy: string
  decided: boolean
}
const requestSubject: Subject<Request> = {
  kind: 'extension',
  async load(tx, id, lock) {
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`extension ${id}`}, 0))`
    return tx.maybe<Request>`
      select e.district, e.id, e.finding_id as "findingId", f.state, e.until::text, f.due_on::text as "dueOn", e.person_id as "askedBy", d.extension_id is not null as decided
      from supervision.extension e join kernel.finding f on f.district = e.district and f.id = e.finding_id
        left join supervision.extension_decision d on d.district = e.district and d.extension_id = e.id
      where e.district = kernel.act_district() and e.id = ${id}::uuid`
  },
}

/** Why this person may not decide on more time; null means they may. Pure. */
export function decideRefusal(
  request: Pick<Request, 'decided' | 'state' | 'askedBy'>,
  personId: string | null,
): Refusal | null {
  if (request.decided) return refuseRectification('extension_decided')
  if (request.state !== 'noticed' && request.state !== 'planned') return refuseRectification('extension_over')
  return personId === request.askedBy ? refuseRectification('extension_own') : null
}

/** 审批延期: by somebody else. What is overdue and has its card keeps it. */
export const decideExtension = act({
  type: 'finding.decideExtension',
  title: { zh: '审批整改延期', en: 'Decide on more time' },
  clauses: ['7.4'],
  duties: rectifyDuties,
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: ofFinding.district,
      extensionId: Type.String({ title: '延期申请|Request', format: 'uuid' }),
      approved: Type.Boolean({ title: '同意|Approve' }),
      word: words('意见|Word', 500),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ approved: Type.Boolean() }),
  subject: requestSubject,
  subjectId: (input) => input.extensionId,
  guards: [(request, { actor }) => decideRefusal(request, actor.personId)],
  async handle({ tx }, input, request) {
    await tx.put(extensionDecisionTable, {
      district: request.district,
      extension_id: request.id,
      asked_by: request.askedBy,
      approved: input.approved,
      word: input.word.trim(),
    })
    if (input.approved) {
      if (request.until <= request.dueOn)
        return refuseRectification('extension_not_later', { due: request.dueOn })
      await tx.change(
        findingTable,
        { district: request.district, id: request.findingId },
        { due_on: request.until },
      )
    }
    return { approved: input.approved }
  },
  constraints: {
    extension_decided_once: () => refuseRectification('extension_decided'),
    extension_by_another: () => refuseRectification('extension_own'),
  },
})
