import type { FindingState } from '../../kernel/finding.ts'
import { type Refusal, refuser } from '../../kernel/refusal.ts'

/** Who gives notice of findings, checks fixes, closes, and decides on extensions: leaders of the office, and inspectors. */
export const rectifyDuties: readonly string[] = ['centre_lead', 'district_lead', 'inspection']
/** Who reads every finding of the office. */
export const findingReaders: readonly string[] = [...rectifyDuties, 'admin_audit']
export const readsFindings = (duties: readonly string[]): boolean =>
  findingReaders.some((one) => duties.includes(one))
/** Who decides whether somebody is named: leaders, who neither proposed it nor are named. */
export const namingDeciders: readonly string[] = ['district_lead']

export const refuseRectification = refuser({
  finding_closed: { clause: '7.4', zh: '该问题已经销号。', en: 'This finding is closed.' },
  finding_order: {
    clause: '7.4',
    zh: '问题整改须按“通报、制定措施、整改、核实、销号”的顺序进行。',
    en: 'A finding goes through notice, plan, fix, verification and closing in that order.',
  },
  finding_about_you: {
    status: 403,
    clause: '7.4',
    zh: '问题涉及本人，须由他人通报、核实和销号。',
    en: 'The finding is about you: others give notice, check and close it.',
  },
  not_responsible: {
    status: 403,
    clause: '7.4',
    zh: '只有整改通知书所列的整改责任人可以办理。',
    en: 'Only the person whom the notice makes responsible does this.',
  },
  verify_own: {
    status: 403,
    clause: '7.4',
    zh: '整改结果须由发现人和整改人以外的人核实。',
    en: 'A fix is verified by someone other than who found it and who fixed it.',
  },
  close_own: {
    status: 403,
    clause: '7.4',
    zh: '整改人不能自己销号。',
    en: 'Who fixed it does not close it.',
  },
  responsible_self: {
    status: 422,
    clause: '7.4',
    zh: '整改责任人须是通报人以外的人。',
    en: 'Somebody other than who gives the notice is responsible.',
  },
  reassign_own: {
    status: 403,
    clause: '7.4',
    zh: '整改责任人不能自己改派。',
    en: 'Who is responsible does not pass it on.',
  },
  reassign_same: {
    status: 422,
    clause: '7.4',
    zh: '该问题已由此人负责整改。',
    en: 'That person is responsible already.',
  },
  responsible_unknown: {
    status: 422,
    clause: '7.4',
    zh: '整改责任人须是该登记机构在岗人员。',
    en: 'The responsible person must be at work in that office.',
  },
  day_wrong: {
    status: 422,
    clause: '7.4',
    zh: '期限须是今天以后、{most} 天以内的工作日。',
    en: 'The day must be a working day after today, at most {most} days ahead.',
  },
  day_unknown: {
    status: 422,
    clause: '7.4',
    zh: '{year} 年的工作日尚未公布，请选择较早的日期。',
    en: 'The working days of {year} are not published yet: choose an earlier day.',
  },
  evidence_unknown: {
    status: 422,
    clause: '7.4',
    zh: '没有这份上传的文件，请重新上传。',
    en: 'This upload is not known; upload it again.',
  },
  extension_not_later: {
    status: 422,
    clause: '7.4',
    zh: '延期后的期限须晚于现在的期限（{due}）。',
    en: 'The new day must be later than the present one ({due}).',
  },
  extension_waits: {
    clause: '7.4',
    zh: '已有一份延期申请等待审批。',
    en: 'A request for more time is waiting already.',
  },
  extension_decided: {
    clause: '7.4',
    zh: '这份延期申请已经决定。',
    en: 'This request has been decided.',
  },
  extension_own: {
    status: 403,
    clause: '7.4',
    zh: '延期须由申请人以外的人审批。',
    en: 'More time is granted by somebody other than who asked.',
  },
  extension_over: {
    clause: '7.4',
    zh: '问题已进入核实，延期申请不再决定。',
    en: 'The finding has moved on; the request is no longer decided.',
  },
  naming_rests: {
    status: 422,
    clause: '7.4',
    zh: '通报须依据涉及该对象、已发红牌或一年内重复发生的问题。',
    en: 'A naming rests on findings of that person or office that have a red card, or came again within a year.',
  },
  naming_own: {
    status: 403,
    clause: '7.4',
    zh: '须由提议人和被通报人以外的负责人决定。',
    en: 'It is decided by a leader other than who proposed it and who is named.',
  },
  naming_decided: { clause: '7.4', zh: '该通报提议已经决定。', en: 'This naming has been decided.' },
  naming_stands_already: {
    clause: '7.4',
    zh: '针对该对象已有一项等待决定的通报提议。',
    en: 'A naming of the same one is waiting already.',
  },
  not_named: {
    clause: '7.4',
    zh: '只有已列入名单的通报可以申诉。',
    en: 'Only a naming that is on the list is appealed against.',
  },
  appeal_not_yours: {
    status: 403,
    clause: '7.4',
    zh: '只有被通报人本人，或被通报机构的负责人可以申诉。',
    en: 'Only who is named, or a leader of the office that is, may appeal.',
  },
  appeal_late: {
    clause: '7.4',
    zh: '申诉期限为决定后 10 个工作日，已于 {due} 届满。',
    en: 'An appeal is open for ten working days after the decision; that ended on {due}.',
  },
  appeal_made: { clause: '7.4', zh: '已经申诉过一次。', en: 'An appeal has been made already.' },
  appeal_none: { clause: '7.4', zh: '没有等待决定的申诉。', en: 'There is no appeal to decide.' },
  appeal_fourth: {
    status: 403,
    clause: '7.4',
    zh: '申诉须由提议人、决定人和申诉人以外的负责人决定。',
    en: 'An appeal is decided by a leader who neither proposed, decided nor appealed.',
  },
  effect_early: {
    clause: '7.4',
    zh: '回头看须在销号 90 天以后（{due}）进行。',
    en: 'The second look comes ninety days after closing ({due}).',
  },
  effect_done: { clause: '7.4', zh: '已经回头看过。', en: 'The second look has been taken.' },
  effect_own: {
    status: 403,
    clause: '7.4',
    zh: '回头看须由整改人以外的人进行。',
    en: 'The second look is taken by somebody other than who fixed it.',
  },
})

/** A finding as its rules see it. */
export interface Finding {
  district: string
  id: string
  kind: string
  state: FindingState
  subject: string
  openedBy: string
  responsible: string | null
  fixedBy: string | null
  /** Day by which the next step is owed. */
  dueOn: string | null
  closedAt: string | null
  /** Steps taken so far, plans and fixes among them. */
  steps: number
  plans: number
  fixes: number
  extensionWaits: boolean
  effectDone: boolean
}

type Step = 'notice' | 'reassign' | 'plan' | 'fix' | 'check' | 'close'
const from: Record<Step, readonly FindingState[]> = {
  notice: ['open'],
  reassign: ['noticed', 'planned'],
  plan: ['noticed', 'planned'],
  fix: ['planned'],
  check: ['fixed'],
  close: ['verified'],
}

/** Says why a step of rectification is not this person's now; null means it is. Pure. */
export function stepRefusal(finding: Finding, step: Step, personId: string | null): Refusal | null {
  if (finding.state === 'closed') return refuseRectification('finding_closed')
  if (!from[step].includes(finding.state)) return refuseRectification('finding_order')
  const me = `person:${personId}`
  if ((step === 'plan' || step === 'fix') && personId !== finding.responsible)
    return refuseRectification('not_responsible')
  if (step === 'reassign' && personId === finding.responsible) return refuseRectification('reassign_own')
  if (step === 'check' && (personId === finding.fixedBy || finding.openedBy === me))
    return refuseRectification('verify_own')
  if (step === 'close' && personId === finding.fixedBy) return refuseRectification('close_own')
  if (['notice', 'reassign', 'check', 'close'].includes(step) && finding.subject === me)
    return refuseRectification('finding_about_you')
  return null
}

/** Cards the calendar shows: overdue at once amber, after five working days red, after fifteen a letter; a fix sent back twice is red. */
export const cardAfter = { amber: 0, red: 5, letter: 15 } as const
export type Card = keyof typeof cardAfter
export const returnsToRed = 2

/** The cards a finding has earned by now: `late` is working days past its day, `returned` how often its fix was sent back. Pure. */
export function cardsOf({
  late,
  returned,
}: {
  late: number
  returned: number
}): { card: Card; reason: 'overdue' | 'returned' }[] {
  const cards = (['amber', 'red', 'letter'] as const)
    .filter((card) => late > cardAfter[card])
    .map((card): { card: Card; reason: 'overdue' | 'returned' } => ({ card, reason: 'overdue' }))
  if (returned >= returnsToRed && !cards.some(({ card }) => card === 'red'))
    cards.push({ card: 'red', reason: 'returned' })
  return cards
}

/** Days after closing at which it is seen whether the fix held, and working days within which a naming may be appealed. */
export const effectAfterDays = 90
export const appealDays = 10
