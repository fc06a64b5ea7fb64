import { Type } from 'typebox'
import { act, type Ctx, type Subject } from '../../kernel/act.ts'
import { openFindings } from '../../kernel/finding.ts'
import { findObligation, obligationTable } from '../../kernel/obligation.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { table } from '../../platform/db/tx.ts'
import {
  type Changes,
  compare,
  computeOffice,
  faultsOf,
  imagesOfAct,
  someOf,
  storedRows,
  today,
} from './engine.ts'
import { exemptionDuties, exemptionRefusal, refuseDuties } from './rules.ts'

const startTable = table('supervision.duty_start', ['kind'])
const exemptionTable = table('supervision.exemption', ['id'])
const decisionTable = table('supervision.exemption_decision', ['exemption_id'])
constraintMeans('exemption_decided_once', () => refuseDuties('exemption_decided'))
constraintMeans('exemption_by_another', () => refuseDuties('exemption_own'))

/**
 * 重算定期职责: brings what is stored up to what declarations, history and calendar say, and opens a finding of each duty that
 * is overdue and has none. Where that is more than one act has room for, it is begun, and the next act goes on. Done again it changes nothing.
 */
export const recomputeDuties = act({
  type: 'duty.recompute',
  title: { zh: '重算定期职责', en: 'Compute periodic duties' },
  clauses: ['7.5'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: Type.String({ title: '登记机构|Office', maxLength: 20 }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ added: Type.Integer(), changed: Type.Integer(), findings: Type.Integer() }),
  created: () => ({ kind: 'duties', id: 'office' }),
  async handle(ctx) {
    const { tx, district, at, deps } = ctx
    // Of two that compute at the same time the second one sees what the first has written.
    await tx.one`select pg_advisory_xact_lock(hashtextextended(${`duties ${district}`}, 0))`
    const computed = await computeOffice(tx, district, at, deps)
    const all = compare(computed, await storedRows(tx, district))
    const changes = someOf(all, imagesOfAct)
    await write(ctx, changes)
    const wrote = { added: changes.added.length, changed: changes.changed.length }
    // What an act has no room for is for the next one; the findings come when all is written.
    if (changes !== all) return { ...wrote, findings: 0 }
    const faults = faultsOf(computed, district, at, deps)
    const known = await tx.rows<{ key: string }>`
      select dedupe_key as key from kernel.finding where district = ${district} and dedupe_key = any (${faults.map((one) => one.dedupeKey)}::text[])`
    const told = new Set(known.map((one) => one.key))
    const untold = faults.filter((one) => !told.has(one.dedupeKey)).slice(0, imagesOfAct / 2)
    const opened = await openFindings(tx, district, 'service:detector', untold)
    const findings = opened.filter((id) => id !== null).length
    return { ...wrote, findings }
  },
})

async function write({ tx, district }: Ctx, { starts, added, changed }: Changes): Promise<void> {
  if (starts.length > 0)
    await tx.put(
      startTable,
      starts.map((one) => ({ district, ...one })),
    )
  if (added.length > 0)
    await tx.put(
      obligationTable,
      added.map(({ kind, due }) => ({
        district,
        kind,
        subject: due.subject,
        period: `[${due.from},${due.to})`,
        due_at: due.dueAt.toString(),
        done_by: due.doneBy,
        done_in: due.doneIn,
        done_at: due.doneAt?.toString() ?? null,
        lapsed: due.lapsed,
      })),
    )
  for (const { id, due } of changed)
    await tx.change(
      obligationTable,
      { district, id },
      due
        ? {
            due_at: due.dueAt.toString(),
            done_by: due.doneBy,
            done_in: due.doneIn,
            done_at: due.doneAt?.toString() ?? null,
            lapsed: due.lapsed,
          }
        : { lapsed: 'withdrawn' },
    )
}

const day = (title: string) => Type.String({ title, pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const beside = (path: string, refusal: Refusal): Refusal => ({
  ...refusal,
  fields: [{ path, message: refusal.message }],
})

/** 申请免除: for oneself, or by who leads the office, with a reason; somebody else decides. It heals nothing that is overdue. */
export const askExemption = act({
  type: 'duty.askExemption',
  title: { zh: '申请免除定期职责', en: 'Ask to be released from a duty' },
  clauses: ['7.5'],
  duties: [],
  input: Type.Object(
    {
      kind: Type.String({ title: '职责|Duty', maxLength: 60 }),
      subject: Type.String({ title: '对象|Subject', minLength: 1, maxLength: 100 }),
      from: day('起日|From'),
      to: day('止日|To'),
      reason: Type.String({ title: '理由|Reason', minLength: 2, maxLength: 500, pattern: '\\S\\s*\\S' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ exemptionId: Type.String() }),
  created: (result) => ({ kind: 'exemption', id: result.exemptionId }),
  async handle({ tx, district, actor, at, deps }, { kind, subject, from, to, reason }) {
    const duty = findObligation(kind)
    if (!duty) return beside('kind', refuseDuties('duty_unknown'))
    if (!duty.exemptible)
      return beside('kind', {
        ...refuseDuties('duty_not_exemptible', { duty: duty.title.zh }),
        message: {
          zh: refuseDuties('duty_not_exemptible', { duty: duty.title.zh }).message.zh,
          en: refuseDuties('duty_not_exemptible', { duty: duty.title.en }).message.en,
        },
      })
    const [first, last] = [dayOf(from), dayOf(to)]
    const now = today(at)
    if (!first || Temporal.PlainDate.compare(first, now.subtract({ months: 12 })) < 0)
      return beside('from', refuseDuties('duty_period'))
    if (!last || Temporal.PlainDate.compare(last, first) < 0 || first.until(last).days > 365)
      return beside('to', refuseDuties('duty_period'))
    const leads = exemptionDuties.some((one) => actor.duties.includes(one))
    const holds = duty.owedBy?.some((one) => actor.duties.includes(one)) ?? false
    const [computed] = await computeOffice(tx, district, at, deps, {
      kinds: [kind],
      only: (_, one) => one.id === subject,
    })
    if ((computed?.subjects.length ?? 0) === 0 || !(leads || holds || subject === actor.personId))
      return beside('subject', refuseDuties('duty_not_owed'))
    const [made] = await tx.put<{ id: string }>(exemptionTable, {
      district,
      kind,
      subject,
      period: `[${first},${last.add({ days: 1 })})`,
      reason: reason.trim(),
    })
    return { exemptionId: made!.id }
  },
})

function dayOf(text: string): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return null
  }
}

interface Request {
  district: string
  id: string
  subject: string
  askedBy: string
  decided: boolean
}
const exemptionSubject: Subject<Request> = {
  kind: 'exemption',
  async load(tx, id, lock) {
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`exemption ${id}`}, 0))`
    return tx.maybe<Request>`
      select e.district, e.id, e.subject, e.person_id as "askedBy", d.exemption_id is not null as decided
      from supervision.exemption e left join supervision.exemption_decision d on d.district = e.district and d.exemption_id = e.id
      where e.district = kernel.act_district() and e.id = ${id}::uuid`
  },
}

/** 决定免除: by a leader who neither asked nor is the one it is for; the bureau's leaders decide for every office. */
export const decideExemption = act({
  type: 'duty.decideExemption',
  title: { zh: '决定免除申请', en: 'Decide on a release' },
  clauses: ['7.5'],
  duties: exemptionDuties,
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      exemptionId: Type.String({ title: '免除申请|Request', format: 'uuid' }),
      approved: Type.Boolean({ title: '同意|Approve' }),
      word: Type.String({ title: '意见|Word', minLength: 2, maxLength: 500, pattern: '\\S\\s*\\S' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ approved: Type.Boolean() }),
  subject: exemptionSubject,
  subjectId: (input) => input.exemptionId,
  guards: [(request, { actor }) => exemptionRefusal(request, actor.personId)],
  async handle({ tx }, { exemptionId, approved, word }, { district, subject, askedBy }) {
    await tx.put(decisionTable, {
      district,
      exemption_id: exemptionId,
      subject,
      asked_by: askedBy,
      approved,
      word: word.trim(),
    })
    return { approved }
  },
})

export const exemptionActs = [decideExemption]
