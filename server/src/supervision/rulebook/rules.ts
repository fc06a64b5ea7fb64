import { type Refusal, refuser } from '../../kernel/refusal.ts'

/** What a rule is about (制度类别). */
export const ruleKinds = [
  'system',
  'staff',
  'seals',
  'quality',
  'certificates',
  'archives',
  'business',
  'other',
] as const
export type RuleKind = (typeof ruleKinds)[number]
/** 立、改、废. */
export const ruleActions = ['create', 'amend', 'repeal'] as const
export type RuleAction = (typeof ruleActions)[number]

/** Who decides on a proposal: a leader of the office, never who proposed it. */
export const ruleDeciders: readonly string[] = ['centre_lead', 'district_lead']
/** Who sees who has not read a rule. */
export const unreadReaders: readonly string[] = ['centre_lead', 'district_lead', 'inspection', 'admin_audit']

export const usualReviewDays = 365
export const usualReadDays = 10

export const refuseRules = refuser({
  rule_own: {
    status: 403,
    clause: '2.1',
    zh: '制度须由提请人以外的负责人审批。',
    en: 'A rule is decided by a leader other than who proposed it.',
  },
  rule_decided: { clause: '2.1', zh: '这项提请已经审批。', en: 'This proposal has been decided.' },
  rule_moved_on: {
    clause: '2.1',
    zh: '制度在提请以后已有变化，或者施行日期不晚于现行版本，请重新提请。',
    en: 'The rule has changed since this was proposed, or this would hold no later than the present version: propose it anew.',
  },
  rule_backdated: {
    status: 422,
    clause: '2.1',
    zh: '施行、废止日期不得早于审批当日。',
    en: 'A rule holds, or ends, from the day of its approval at the earliest.',
  },
  rule_not_in_force: {
    clause: '2.1',
    zh: '只有现行版本可以办理；该版本尚未施行，或者已被修订、废止。',
    en: 'Only the version in force: this one does not hold yet, or was amended or repealed.',
  },
  rule_repealed: { clause: '2.1', zh: '制度已经废止。', en: 'The rule has been repealed.' },
  rule_read_already: {
    clause: '2.1',
    zh: '您已学习确认过这个版本。',
    en: 'You have read and understood this version already.',
  },
  rule_answers: {
    status: 422,
    clause: '2.1',
    zh: '每道题须有且只有一个答案。',
    en: 'Each question has one answer.',
  },
  rule_keeper: {
    status: 403,
    clause: '2.1',
    zh: '只有负责维护该制度的岗位的任职人员可以评估。',
    en: 'Only who holds the post that keeps this rule reviews it.',
  },
  rule_post_unknown: {
    status: 422,
    clause: '2.1',
    zh: '没有这个岗位。',
    en: 'There is no such post.',
  },
  rule_content: {
    status: 422,
    clause: '2.1',
    zh: '制度须有正文或者文件。',
    en: 'A rule has a text or a file.',
  },
  rule_file_own: {
    status: 422,
    clause: '2.1',
    zh: '制度文件须由提请人本人上传，或者沿用该制度已有的文件，不得借用他人上传的文件或者案卷材料。',
    en: 'The file is uploaded by who proposes, or is one the rule has already: no file of another, no paper of a case.',
  },
  rule_day: {
    status: 422,
    clause: '2.1',
    zh: '日期须是今天或以后两年以内的有效日期。',
    en: 'The day must be today or later, at most two years ahead.',
  },
})

/** A proposal as its rules see it. */
export interface Proposal {
  district: string
  id: string
  documentId: string
  action: RuleAction
  baseNo: number | null
  effectiveOn: string
  proposedBy: string
  decided: boolean
  /** Number of the last approved version of its document; null where there is none. */
  lastNo: number | null
}

/** Why this person may not decide on a proposal; null means they may. Pure. */
export function decideRuleRefusal(
  proposal: Pick<Proposal, 'decided' | 'proposedBy'>,
  personId: string | null,
): Refusal | null {
  if (proposal.decided) return refuseRules('rule_decided')
  return personId === proposal.proposedBy ? refuseRules('rule_own') : null
}

/** One version: a repeal is the last, and holds nothing. */
export interface Version {
  no: number
  action: RuleAction
  /** First day on which it holds. */
  fromOn: string
}

/** The version in force on a day, given in order; null before the first, and from the repeal on. Pure. */
export function inForceOn<V extends Version>(versions: readonly V[], day: string): V | null {
  const last = versions.findLast((one) => one.fromOn <= day)
  return last && last.action !== 'repeal' ? last : null
}

/** A rule as who reads or reviews it meets it. */
export interface Rule {
  district: string
  documentId: string
  /** The last version that came into force, which is the one read and reviewed; null while there is none. */
  currentNo: number | null
  repealed: boolean
  /** Persons who hold the post that keeps it. */
  keepers: readonly string[]
  readNo: number | null
}

/** Why this person may not say now that they have read it; null means they may. Pure. */
export function readRefusal(rule: Rule): Refusal | null {
  if (rule.currentNo === null) return refuseRules('rule_not_in_force')
  return rule.readNo !== null && rule.readNo >= rule.currentNo ? refuseRules('rule_read_already') : null
}

/** Why this person may not review it now; null means they may. Pure. */
export function reviewRefusal(rule: Rule, personId: string | null): Refusal | null {
  if (rule.repealed) return refuseRules('rule_repealed')
  if (rule.currentNo === null) return refuseRules('rule_not_in_force')
  return rule.keepers.some((one) => one === personId) ? null : refuseRules('rule_keeper')
}
