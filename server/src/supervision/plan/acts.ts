import { Type } from 'typebox'
import { act, type Subject } from '../../kernel/act.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { officeDate } from '../../values/calendar.ts'
import { dayField, words } from '../rectification/acts.ts'
import { atField } from '../rectification/subject.ts'
import {
  acceptItemRefusal,
  type PlanItem,
  type PlanPart,
  partClauses,
  planLeads,
  planParts,
  refusePlan,
  reportItemRefusal,
  setTermRefusal,
} from './rules.ts'
import { acceptanceTable, itemTable, progressTable, termTable } from './tables.ts'

/** An item with what its steps look at; who only looks may be of the bureau. */
export const itemSubject: Subject<PlanItem> = {
  kind: 'planItem',
  async load(tx, id, lock) {
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`plan ${id}`}, 0))`
    return tx.maybe<PlanItem>`
      select i.district, i.id, t.owner_id as owner, t.due_on::text as "dueOn", t.no::int as terms, coalesce(p.no, 0)::int as progress, coalesce(p.finished, false) as finished, a.good,
        exists (select from supervision.plan_acceptance x where x.district = i.district and x.item_id = i.id and x.good) as ended
      from supervision.plan_item i
        join lateral (select * from supervision.plan_term x where x.district = i.district and x.item_id = i.id order by x.no desc limit 1) t on true
        left join lateral (select * from supervision.plan_progress x where x.district = i.district and x.item_id = i.id order by x.no desc limit 1) p on true
        left join supervision.plan_acceptance a on a.district = i.district and a.item_id = i.id and a.progress_no = p.no
      where i.id = ${id}::uuid and (i.district = kernel.act_district() or (${!lock} and kernel.may_read_all()))`
  },
}

const office = Type.String({ title: '登记机构|Office', maxLength: 20 })
const common = {
  clauses: ['6.1', '2.3'],
  citywide: true,
  districtOf: (input: { district: string }) => input.district,
  result: Type.Object({ itemId: Type.String() }),
} as const
const ofItem = { district: office, itemId: Type.String({ title: '任务|Item', format: 'uuid' }) }
const aboutItem = {
  ...common,
  subject: itemSubject,
  subjectId: (input: { itemId: string }) => input.itemId,
} as const
const owner = Type.String({ title: '责任人|Owner', format: 'uuid' })

function dayProblem(text: string, at: Temporal.Instant): Refusal | null {
  const today = officeDate(at)
  try {
    const day = Temporal.PlainDate.from(text, { overflow: 'reject' })
    const ahead = today.until(day).total('days')
    if (ahead > 0 && ahead <= 1827) return null
  } catch {
    // No day at all is refused as one that cannot be.
  }
  return atField('dueOn', refusePlan('plan_day'))
}
async function ownerProblem(
  tx: Tx,
  district: string,
  id: string,
  me: string | null,
): Promise<Refusal | null> {
  const fit =
    id !== me &&
    (await tx.maybe`select 1 from kernel.person p where p.id = ${id}::uuid and p.district = ${district} and (p.active_to is null or p.active_to > kernel.now())`)
  return fit ? null : atField('ownerId', refusePlan('plan_owner'))
}

/** 列入计划: an item with what it delivers, its owner, its day, and how often its owner reports. */
export const addItem = act({
  ...common,
  type: 'plan.add',
  title: { zh: '列入计划任务', en: 'Put an item into the plan' },
  duties: planLeads,
  input: Type.Object(
    {
      district: office,
      part: Type.Unsafe<PlanPart>(
        Type.Union(
          planParts.map((one) => Type.Literal(one)),
          { title: '类别|Part' },
        ),
      ),
      title: words('任务|Item', 200),
      deliverable: words('成果要求|Deliverable', 2000),
      ownerId: owner,
      dueOn: dayField('完成期限|Due'),
      reviewDays: Type.Integer({ title: '进展周期（天）|Days between reports', minimum: 7, maximum: 184 }),
    },
    { additionalProperties: false },
  ),
  created: (result) => ({ kind: 'planItem', id: result.itemId }),
  async handle({ tx, district, actor, at }, input) {
    const problem =
      dayProblem(input.dueOn, at) ?? (await ownerProblem(tx, district, input.ownerId, actor.personId))
    if (problem) return problem
    const [made] = await tx.put<{ id: string }>(itemTable, {
      district,
      part: input.part,
      clause: partClauses[input.part],
      title: input.title.trim(),
      deliverable: input.deliverable.trim(),
      review_days: input.reviewDays,
    })
    await tx.put(termTable, {
      district,
      item_id: made!.id,
      no: 1,
      owner_id: input.ownerId,
      due_on: input.dueOn,
      reason: '列入计划',
    })
    return { itemId: made!.id }
  },
  constraints: {
    plan_term_of_another: () => refusePlan('plan_owner'),
    plan_due_later: () => refusePlan('plan_day'),
  },
})

/** 调整责任人、期限: by a leader whose item it is not; what was before stays in the record. */
export const setTerm = act({
  ...aboutItem,
  type: 'plan.setTerm',
  title: { zh: '调整计划任务', en: 'Change owner or day of an item' },
  duties: planLeads,
  input: Type.Object(
    { ...ofItem, ownerId: owner, dueOn: dayField('完成期限|Due'), reason: words('理由|Reason', 500) },
    { additionalProperties: false },
  ),
  guards: [(item, { actor }) => setTermRefusal(item, actor.personId)],
  async handle({ tx, actor, at }, { ownerId, dueOn, reason }, item) {
    const problem = dayProblem(dueOn, at) ?? (await ownerProblem(tx, item.district, ownerId, actor.personId))
    if (problem) return problem
    await tx.put(termTable, {
      district: item.district,
      item_id: item.id,
      no: item.terms + 1,
      owner_id: ownerId,
      due_on: dueOn,
      reason: reason.trim(),
    })
    return { itemId: item.id }
  },
  constraints: {
    plan_term_not_own: () => refusePlan('plan_own_term'),
    plan_term_once: () => refusePlan('plan_accepted'),
    plan_item_ended: () => refusePlan('plan_accepted'),
  },
})

/** 报送进展: by the owner; what is finished comes with evidence. */
export const reportItem = act({
  ...aboutItem,
  type: 'plan.report',
  title: { zh: '报送任务进展', en: 'Report on an item' },
  duties: [],
  input: Type.Object(
    {
      ...ofItem,
      note: words('进展|Progress', 2000),
      percent: Type.Integer({ title: '进度（%）|Percent', minimum: 0, maximum: 100 }),
      finished: Type.Boolean({ title: '报完成|Finished' }),
      files: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' }), {
        title: '成果材料|Evidence',
        maxItems: 20,
        uniqueItems: true,
      }),
    },
    { additionalProperties: false },
  ),
  guards: [(item, { actor }) => reportItemRefusal(item, actor.personId)],
  async handle({ tx }, { note, percent, finished, files }, item) {
    if (finished && (files.length === 0 || percent < 100))
      return atField(files.length === 0 ? 'files' : 'percent', refusePlan('plan_evidence'))
    const { unfit } = await tx.one<{ unfit: number }>`
      select supervision.unfit_for_plan(${item.id}::uuid, ${files}::text[]) as unfit`
    if (unfit >= 0) return atField(`files.${unfit}`, refusePlan('plan_file_own'))
    await tx.put(progressTable, {
      district: item.district,
      item_id: item.id,
      no: item.progress + 1,
      term_no: item.terms,
      note: note.trim(),
      percent,
      finished,
      files,
    })
    return { itemId: item.id }
  },
  constraints: {
    plan_progress_by_owner: () => refusePlan('plan_not_owner'),
    plan_progress_once: () => refusePlan('plan_finished'),
    plan_moves_on: () => refusePlan('plan_finished'),
    plan_finished_with_evidence: () => refusePlan('plan_evidence'),
    plan_file_own: () => refusePlan('plan_file_own'),
  },
})

/** 验收: by a leader who does not own it; what does not do is reported on again. */
export const acceptItem = act({
  ...aboutItem,
  type: 'plan.accept',
  title: { zh: '验收计划任务', en: 'Accept an item' },
  duties: planLeads,
  input: Type.Object(
    { ...ofItem, good: Type.Boolean({ title: '通过|It is done' }), word: words('意见|Word', 500) },
    { additionalProperties: false },
  ),
  guards: [(item, { actor }) => acceptItemRefusal(item, actor.personId)],
  async handle({ tx }, { good, word }, item) {
    const { reported_by } = await tx.one<{ reported_by: string }>`
      select p.person_id as reported_by from supervision.plan_progress p where p.district = ${item.district} and p.item_id = ${item.id}::uuid and p.no = ${item.progress}`
    await tx.put(acceptanceTable, {
      district: item.district,
      item_id: item.id,
      progress_no: item.progress,
      finished: true,
      good,
      word: word.trim(),
      reported_by,
    })
    return { itemId: item.id }
  },
  constraints: {
    plan_accepted_once: () => refusePlan('plan_accepted'),
    plan_ended_once: () => refusePlan('plan_accepted'),
    plan_accepted_by_another: () => refusePlan('plan_accept_own'),
  },
})
