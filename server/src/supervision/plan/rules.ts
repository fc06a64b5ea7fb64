import { type Refusal, refuser } from '../../kernel/refusal.ts'

/** 信息化计划 (6.1) and 试点任务 (2.3). */
export const planParts = ['informatisation', 'pilot'] as const
export type PlanPart = (typeof planParts)[number]
export const partClauses: Record<PlanPart, string> = { informatisation: '6.1', pilot: '2.3' }

/** Who puts items into the plan, gives them an owner and a day, and accepts them. */
export const planLeads: readonly string[] = ['centre_lead', 'district_lead']
export const usualPlanReviewDays = 92

export const refusePlan = refuser({
  plan_owner: {
    status: 422,
    clause: '6.1',
    zh: '责任人须是本机构在岗人员，且不是布置任务的人。',
    en: 'The owner must be at work in this office, and not who sets the item.',
  },
  plan_own_term: {
    status: 403,
    clause: '6.1',
    zh: '责任人不能调整自己任务的责任人和期限，须由另一名负责人办理。',
    en: 'Nobody changes the owner or the day of an item of their own: another leader does.',
  },
  plan_not_owner: {
    status: 403,
    clause: '6.1',
    zh: '进展由该任务的责任人报送。',
    en: 'Its owner reports on an item.',
  },
  plan_finished: {
    clause: '6.1',
    zh: '已报完成，等待验收。',
    en: 'It was reported as finished and waits to be accepted.',
  },
  plan_unfinished: {
    clause: '6.1',
    zh: '责任人还没有报完成。',
    en: 'Its owner has not reported it as finished.',
  },
  plan_accepted: { clause: '6.1', zh: '该任务已经验收。', en: 'This item is accepted.' },
  plan_accept_own: {
    status: 403,
    clause: '6.1',
    zh: '任务须由责任人以外的负责人验收。',
    en: 'An item is accepted by a leader other than its owner.',
  },
  plan_evidence: {
    status: 422,
    clause: '6.1',
    zh: '报完成须有至少一份成果材料，且进度为 100%。',
    en: 'What is finished comes with at least one document, at 100 percent.',
  },
  plan_file_own: {
    status: 422,
    clause: '6.1',
    zh: '成果材料须由报送人本人在任务列入计划以后为此上传，不得借用他人上传的文件或者案卷材料。',
    en: 'Evidence is uploaded by who reports, for this item and since it was planned: no file of another, no paper of a case.',
  },
  plan_day: {
    status: 422,
    clause: '6.1',
    zh: '期限须是今天以后、五年以内的有效日期。',
    en: 'The day must lie after today, at most five years ahead.',
  },
})

/** An item as its rules see it. */
export interface PlanItem {
  district: string
  id: string
  owner: string
  dueOn: string
  terms: number
  progress: number
  /** Whether the last report says it is finished, and what became of that. */
  finished: boolean
  good: boolean | null
  ended: boolean
}

/** Why this person may not report on an item now; null means they may. Pure. */
export function reportItemRefusal(item: PlanItem, personId: string | null): Refusal | null {
  if (item.ended) return refusePlan('plan_accepted')
  if (item.finished && item.good === null) return refusePlan('plan_finished')
  return item.owner === personId ? null : refusePlan('plan_not_owner')
}

/** Why this person may not accept an item now; null means they may. Pure. */
export function acceptItemRefusal(item: PlanItem, personId: string | null): Refusal | null {
  if (item.ended) return refusePlan('plan_accepted')
  if (!item.finished || item.good !== null) return refusePlan('plan_unfinished')
  return item.owner === personId ? refusePlan('plan_accept_own') : null
}

/** Why this person may not change owner or day now; null means they may. Pure. */
export function setTermRefusal(item: PlanItem, personId: string | null): Refusal | null {
  if (item.ended) return refusePlan('plan_accepted')
  return item.owner === personId ? refusePlan('plan_own_term') : null
}
