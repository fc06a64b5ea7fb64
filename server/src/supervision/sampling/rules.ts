import { type Refusal, refuser } from '../../kernel/refusal.ts'

/** Who plans samplings, enters and confirms values, assigns and closes: inspectors and leaders, never of the office that is sampled. */
export const samplingDuties: readonly string[] = ['inspection', 'district_lead']
/** Who confirms a value: the audit administrator as well, so that a small bureau has a third person. */
export const confirmDuties: readonly string[] = [...samplingDuties, 'admin_audit']
/** Who checks a sampled case. */
export const checkerDuties: readonly string[] = ['inspection']
/** Who reads samplings. */
export const samplingReaders: readonly string[] = [...samplingDuties, 'centre_lead', 'admin_audit']
/** Who says how often an office is sampled. */
export const paceDuties: readonly string[] = ['district_lead']

/** Days within which an office is sampled again where nobody set another number: a quarter. */
export const usualSamplingDays = 92
/** Days after the day of the value from which it is missed. */
export const valueGraceDays = 7

/** What is checked of each, in the words of the notice: 表格填写、收取资料、办理流程、有无超时限. */
export const aspects = ['forms', 'materials', 'process', 'in_time'] as const
export type Aspect = (typeof aspects)[number]
export type Answers = Record<Aspect, boolean>

export const refuseSampling = refuser({
  sampling_own_office: {
    status: 403,
    clause: '7.3',
    zh: '抽查须由被抽查登记机构以外的人办理。',
    en: 'A sampling is done by people who are not of the office that is sampled.',
  },
  sampling_open: {
    clause: '7.3',
    zh: '该登记机构还有一次同类抽查没有办结，办结后才能制定新的方案。',
    en: 'Another sampling of the same kind is still open in that office; close it first.',
  },
  sampling_period_wrong: {
    status: 422,
    clause: '7.3',
    zh: '抽查期间须早于或等于今天，起日不晚于止日，最长 400 天。',
    en: 'The period must not lie ahead, must begin before it ends, and lasts at most 400 days.',
  },
  sampling_value_day_wrong: {
    status: 422,
    clause: '7.3',
    zh: '公开数值的日期须在今天以后、92 天以内：现在还没有人能知道这个数值。',
    en: 'The day of the public value must lie after today, within 92 days: nobody can know it yet.',
  },
  sampling_empty: {
    status: 422,
    clause: '7.3',
    zh: '这个范围内没有可以抽查的案件或登记数据。',
    en: 'There is nothing to draw from within that scope.',
  },
  sampling_too_small: {
    status: 422,
    clause: '7.3',
    zh: '抽查数量少于层数：每层至少抽一件。',
    en: 'Fewer are to be drawn than there are strata; each stratum gives at least one.',
  },
  value_early: {
    clause: '7.3',
    zh: '公开数值须在 {day} 当天或以后录入。',
    en: 'The public value is entered on {day} or later.',
  },
  value_by_planner: {
    status: 403,
    clause: '7.3',
    zh: '公开数值须由制定方案以外的人录入。',
    en: 'The public value is entered by somebody other than who made the plan.',
  },
  value_entered: {
    clause: '7.3',
    zh: '公开数值已经录入。',
    en: 'The public value has been entered.',
  },
  plan_not_committed: {
    clause: '7.3',
    zh: '方案在 {day} 以前没有进入已公布的检查点，不能证明先定方案、后有数值，请宣告失效并重新制定。',
    en: 'The plan was in no published checkpoint before {day}, so nobody could show that it came first: let it lapse and plan anew.',
  },
  value_none: { clause: '7.3', zh: '没有等待核对的公开数值。', en: 'No public value waits to be confirmed.' },
  value_third: {
    status: 403,
    clause: '7.3',
    zh: '公开数值须由制定方案的人和录入的人以外的第三人核对。',
    en: 'The value is confirmed by a third person, who neither planned nor entered it.',
  },
  value_differs: {
    status: 422,
    clause: '7.3',
    zh: '与录入的数值不一致。请对照公布的原文再填一次；确系录入有误的，选“与公布不符”。',
    en: 'It is not what was entered. Type it again from where it was published; if the entry is wrong, say that it differs.',
  },
  sampling_over: {
    clause: '7.3',
    zh: '这次抽查已经办结或失效。',
    en: 'This sampling is closed or has lapsed.',
  },
  sample_not_drawn: { clause: '7.3', zh: '样本还没有抽出。', en: 'The sample has not been drawn yet.' },
  sample_checked: { clause: '7.3', zh: '自动检查已经做过。', en: 'The automatic checks have been made.' },
  check_first: {
    clause: '7.3',
    zh: '先做自动检查，再分派人工检查。',
    en: 'The automatic checks come first, then people.',
  },
  checker_of_office: {
    status: 422,
    clause: '7.3',
    zh: '检查人不能是被抽查登记机构的人。',
    en: 'Who checks must not be of the office that is sampled.',
  },
  checker_handled: {
    status: 422,
    clause: '7.3',
    zh: '检查人经办过其中的案件，须另派他人。',
    en: 'Who checks has handled one of these; give it to another.',
  },
  checker_duty: {
    status: 422,
    clause: '7.3',
    zh: '检查人须负有督查职责。',
    en: 'Who checks must hold the duty of inspection.',
  },
  sample_unknown: {
    status: 422,
    clause: '7.3',
    zh: '样本中没有这一件。',
    en: 'That one is not in the sample.',
  },
  sample_answered: { clause: '7.3', zh: '这一件已经检查完毕。', en: 'That one has been checked.' },
  checker_only: {
    status: 403,
    clause: '7.3',
    zh: '只有分派到的检查人可以填写。',
    en: 'Only the checker to whom it was given answers.',
  },
  difference_reason: {
    status: 422,
    clause: '7.3',
    zh: '与自动检查的结果不同，须说明理由。',
    en: 'That differs from the automatic check: say why.',
  },
  sampling_unchecked: {
    clause: '7.3',
    zh: '还有 {n} 件没有检查，不能办结。',
    en: '{n} are still unchecked; the sampling cannot be closed.',
  },
  sampling_stands: {
    clause: '7.3',
    zh: '方案在公开数值的日期以前已进入检查点，须照此抽查，不能失效。',
    en: 'The plan was committed before the day of its value: it is carried out and does not lapse.',
  },
})

/** A sampling as its rules see it. Days are of the office. */
export interface Sampling {
  district: string
  id: string
  source: 'cases' | 'entries'
  plannedBy: string
  planAct: string
  valueOn: string
  today: string
  /** Where the plan stands in its log; null until it has its leaf. */
  leafHash: string | null
  /** Size of the first published checkpoint over it, and its day. */
  committedSize: number | null
  committedOn: string | null
  /** Values entered so far, the one that waits, and whether one was confirmed. */
  values: number
  waiting: { no: number; value: string; enteredBy: string } | null
  seeded: boolean
  sampled: number
  checked: boolean
  unanswered: number
  ended: 'closed' | 'lapsed' | null
}

type Step = 'seed' | 'confirm' | 'check' | 'assign' | 'close' | 'lapse'

/** The plan lay under a published checkpoint before the day of its value. */
export const isCommitted = ({ committedOn, valueOn }: Pick<Sampling, 'committedOn' | 'valueOn'>): boolean =>
  committedOn !== null && committedOn < valueOn

/** Says why a step of a sampling is not this person's now; null means it is. Pure. */
export function samplingRefusal(
  sampling: Sampling,
  step: Step,
  { personId, homeDistrict }: { personId: string | null; homeDistrict: string },
): Refusal | null {
  if (homeDistrict === sampling.district) return refuseSampling('sampling_own_office')
  if (sampling.ended !== null) return refuseSampling('sampling_over')
  switch (step) {
    case 'seed':
      if (personId === sampling.plannedBy) return refuseSampling('value_by_planner')
      if (sampling.today < sampling.valueOn) return refuseSampling('value_early', { day: sampling.valueOn })
      if (!isCommitted(sampling)) return refuseSampling('plan_not_committed', { day: sampling.valueOn })
      return sampling.seeded || sampling.waiting ? refuseSampling('value_entered') : null
    case 'confirm':
      if (!sampling.waiting) return refuseSampling('value_none')
      return personId === sampling.plannedBy || personId === sampling.waiting.enteredBy
        ? refuseSampling('value_third')
        : null
    case 'check':
      if (!sampling.seeded) return refuseSampling('sample_not_drawn')
      return sampling.checked ? refuseSampling('sample_checked') : null
    case 'assign':
      if (!sampling.seeded) return refuseSampling('sample_not_drawn')
      return sampling.checked ? null : refuseSampling('check_first')
    case 'close':
      if (!sampling.seeded) return refuseSampling('sample_not_drawn')
      return sampling.unanswered > 0 ? refuseSampling('sampling_unchecked', { n: sampling.unanswered }) : null
    case 'lapse':
      if (sampling.today < sampling.valueOn) return refuseSampling('value_early', { day: sampling.valueOn })
      return sampling.seeded || isCommitted(sampling) ? refuseSampling('sampling_stands') : null
  }
}

/** Aspects in which a person says otherwise than the automatic check. */
export const differences = (automatic: Answers, person: Answers): Aspect[] =>
  aspects.filter((aspect) => automatic[aspect] !== person[aspect])
