import { type Refusal, refuser, type Text } from '../kernel/refusal.ts'
import { nameProblem } from '../values/text.ts'

/** Risk grades of a post (岗位风险等级), highest first (7.5). */
export const riskGrades = ['high', 'medium', 'low'] as const
export type RiskGrade = (typeof riskGrades)[number]

/** Levels of the chain of responsibility (责任链), from the top (1.1). */
export const chainLevels = ['bureau_head', 'deputy', 'section', 'centre', 'window'] as const
export type ChainLevel = (typeof chainLevels)[number]

export const chainLevelNames: Record<ChainLevel, Text> = {
  bureau_head: { zh: '局主要负责人', en: 'Head of the bureau' },
  deputy: { zh: '分管负责人', en: 'Deputy in charge' },
  section: { zh: '登记科室负责人', en: 'Head of the registration section' },
  centre: { zh: '登记中心负责人', en: 'Head of the registration centre' },
  window: { zh: '窗口工作人员', en: 'Window staff' },
}

/** Levels an office needs somebody at: the city bureau has neither centre nor window of its own. */
export const levelsOf = (district: string): readonly ChainLevel[] =>
  district === 'city' ? chainLevels.slice(0, 3) : chainLevels

/** How somebody comes to a post: moved there, in addition, standing in for a vacancy, or for somebody on leave. */
export const assignmentModes = ['transfer', 'additional', 'acting', 'cover'] as const
export type AssignmentMode = (typeof assignmentModes)[number]

export const absenceKinds = ['annual', 'sick', 'parental', 'study', 'other'] as const
export const leavingReasons = ['resigned', 'retired', 'moved_away', 'dismissed', 'other'] as const

export const refusePeople = refuser({
  duty_conflict: {
    status: 403,
    clause: '6.2',
    zh: '此人已有不相容的职责“{held}”，不能再授予“{duty}”。',
    en: 'This person already holds the conflicting duty “{held}”, so “{duty}” cannot be granted.',
  },
  second_account: {
    status: 409,
    clause: '6.3',
    zh: '此人已有账号，一人只能有一个账号。',
    en: 'This person already has an account: one person, one account.',
  },
  username_taken: { status: 409, clause: '6.3', zh: '用户名已被使用。', en: 'This user name is taken.' },
  identity_taken: {
    status: 409,
    clause: '6.3',
    zh: '该身份证件号码已登记在另一人名下，一人只能建档一次。',
    en: 'This identity number already belongs to another person: everybody is enrolled once.',
  },
  identity_proposed: {
    status: 409,
    clause: '6.3',
    zh: '该身份证件号码已有一件待批准的建档提请，请先处理那一件。',
    en: 'An enrolment under this identity number already waits for its decision; settle that one first.',
  },
  bootstrap_once: {
    status: 409,
    clause: '6.7',
    zh: '系统里已有人员，初始化只能在空系统上进行一次。',
    en: 'There are people already: the first administrators are made once, in an empty installation.',
  },
  not_oneself: {
    status: 403,
    clause: '6.7',
    zh: '不得办理涉及本人的人员和账号事项，请由其他管理员办理。',
    en: 'Nobody acts on their own account or standing; another administrator has to do this.',
  },
  second_person: {
    status: 403,
    clause: '6.7',
    zh: '提请人不得自行批准，须由另一名管理员决定。',
    en: 'Who proposes does not decide: another administrator has to.',
  },
  proposal_decided: {
    status: 409,
    clause: '6.7',
    zh: '该提请已有决定，不能再次处理。',
    en: 'This proposal has been decided and is not decided again.',
  },
  proposal_not_yours: {
    status: 403,
    clause: '6.7',
    zh: '只有提请人可以撤回；他人可以不予批准。',
    en: 'Only who proposed takes it back; others may decline it.',
  },
  wrong_kind: {
    status: 409,
    zh: '该提请不属于这一类事项。',
    en: 'The proposal is not of this kind.',
  },
  reset_waits: {
    status: 409,
    clause: '6.3',
    zh: '该账号已有一件待批准的重置申请。',
    en: 'A reset of this account already waits for its decision.',
  },
  person_gone: {
    status: 409,
    clause: '6.3',
    zh: '此人已离职，不能办理。',
    en: 'This person has left; nothing of the kind is possible any more.',
  },
  already_leaving: {
    status: 409,
    clause: '6.3',
    zh: '此人已离职，账号已关闭。',
    en: 'This person has left already and the account is closed.',
  },
  no_post: {
    status: 422,
    clause: '7.5',
    zh: '本机构没有这个岗位，或岗位已撤销。',
    en: 'There is no such post in this office, or it was closed.',
  },
  post_held: {
    status: 409,
    clause: '7.5',
    zh: '此人在这段时间已任这个岗位。',
    en: 'The person already holds this post in that time.',
  },
  cover_needs_end: {
    status: 422,
    clause: '7.5',
    zh: '代理、顶岗必须写明截止日期，最长一年。',
    en: 'Acting and cover end on a day that is named, a year away at most.',
  },
  absence_overlaps: {
    status: 409,
    clause: '6.3',
    zh: '这段时间已登记过离岗。',
    en: 'An absence is already recorded in that time.',
  },
  absence_over: {
    status: 409,
    clause: '6.3',
    zh: '该离岗已结束或已撤回。',
    en: 'This absence is over or was withdrawn.',
  },
  unit_ring: {
    status: 409,
    clause: '1.1',
    zh: '机构不能隶属于自己的下级。',
    en: 'A unit cannot stand under one of its own parts.',
  },
  measures_needed: {
    status: 422,
    clause: '7.5',
    zh: '岗位的风险等级和防控措施须一并填写。',
    en: 'A post names its risk grade and its measures together.',
  },
  cover_outlives: {
    status: 409,
    clause: '6.7',
    zh: '代岗不得超过被代岗人的请假时间。',
    en: 'Cover does not outlast the leave it stands on.',
  },
  post_still_held: {
    status: 409,
    clause: '7.5',
    zh: '岗位现在或以后仍有人任职，须先免去或调岗，才能撤销。',
    en: 'Somebody holds the post, now or later; end that first, then it can be closed.',
  },
  post_still_leads: {
    status: 409,
    clause: '7.5',
    zh: '仍有岗位以它为上级岗位，须先调整，才能撤销。',
    en: 'Other posts are led by this one; change those first, then it can be closed.',
  },
  leader_decides: {
    status: 403,
    clause: '7.5',
    zh: '岗位变更由该岗位的上级岗位任职人批准；没有上级任职人时由安全管理员批准。',
    en: 'A change of a post is decided by whoever leads it; where nobody does, by the security administrator.',
  },
})

// What `nameProblem` of texts in general lets through: other format characters, private ones, selectors of variants.
const invisible = /[\p{Cf}\p{Co}\p{Cn}\p{Variation_Selector}]/u
const radicals = /[\u2e80-\u2fdf\u31c0-\u31ef]/u
const chinese = /^[\p{Script=Han}]+(?:·[\p{Script=Han}]+)*$/u
const latin = /^[A-Za-z]+(?:[ '.-]{1,2}[A-Za-z]+)*\.?$/

/** A name as it is kept: one form of each character, one kind of middle dot, single spaces. Says nothing about whether it may stand. */
export const normaliseName = (name: string): string =>
  name
    .normalize('NFKC')
    .replaceAll(/[•‧・⋅∙･]/gu, '·')
    .replaceAll(/\s*·\s*/gu, '·')
    .replaceAll(/\s+/gu, ' ')
    .trim()

/**
 * What is wrong with the name of a colleague, or null: a name is Chinese characters, or Latin letters, never both and
 * nothing that only looks like them, so that no two people can be told apart by a character nobody sees (6.3).
 */
export function staffNameProblem(given: string): Text | null {
  const general = nameProblem(given)
  if (general) return general.message
  if (invisible.test(given))
    return {
      zh: '姓名中含有看不见的字符（零宽、控制或方向字符），请重新输入。',
      en: 'The name holds characters that cannot be seen (zero-width, control or direction); please type it anew.',
    }
  if (radicals.test(normaliseName(given)))
    return {
      zh: '姓名中含有形似汉字的部首或笔画符号，请输入汉字本身。',
      en: 'The name holds a radical or stroke that only looks like a character; please type the character.',
    }
  const name = normaliseName(given)
  if (chinese.test(name) || isLatin(name)) return null
  if (/\p{Script=Han}/u.test(name) && /[^\p{Script=Han}·]/u.test(name))
    return {
      zh: '姓名应全部为汉字（少数民族姓名可用间隔号“·”），不能混用字母、数字或其他符号。',
      en: 'A Chinese name is Chinese characters only (with “·” where needed): no letters, digits or other signs among them.',
    }
  return {
    zh: '姓名应全部为汉字或全部为拉丁字母；含有形似字母的其他文字或符号。',
    en: 'A name is Chinese characters or Latin letters; this one holds other letters or signs that may only look like them.',
  }
}

/** Latin letters with their accents, and no letter that has none of A to Z beneath it. */
const isLatin = (name: string): boolean => latin.test(name.normalize('NFD').replaceAll(/\p{Mn}/gu, ''))

/** What is known of a proposal when somebody is about to decide it. */
export interface ProposalFacts {
  kind: string
  state: string
  proposed_by: string
  person_id: string | null
}

/** Says whether this person may decide the proposal; null means they may. Pure. */
export function decisionRefusal(
  proposal: ProposalFacts,
  kind: string | null,
  personId: string | null,
): Refusal | null {
  if (kind !== null && proposal.kind !== kind) return refusePeople('wrong_kind')
  if (proposal.state !== 'open') return refusePeople('proposal_decided')
  if (personId === proposal.person_id) return refusePeople('not_oneself')
  if (personId === proposal.proposed_by) return refusePeople('second_person')
  return null
}
