import { type Refusal, refuser } from '../../kernel/refusal.ts'

/** Who sees what is due in the whole office, and who decides on releasing somebody from a duty. */
export const dueListDuties: readonly string[] = ['centre_lead', 'district_lead', 'inspection', 'admin_audit']
export const exemptionDuties: readonly string[] = ['centre_lead', 'district_lead']

export const refuseDuties = refuser({
  duty_unknown: {
    status: 422,
    clause: '7.5',
    zh: '没有这项定期职责。',
    en: 'There is no such periodic duty.',
  },
  duty_not_owed: {
    status: 422,
    clause: '7.5',
    zh: '该对象没有这项定期职责。',
    en: 'This duty is not owed there.',
  },
  duty_not_exemptible: {
    status: 409,
    clause: '6.3',
    zh: '“{duty}”不能免除。',
    en: 'Nobody is released from “{duty}”.',
  },
  duty_period: {
    status: 422,
    clause: '7.5',
    zh: '起止日期须是有效日期，止日不早于起日，最长一年；不能早于今天所在的期间。',
    en: 'The days must be days, the last not before the first, at most a year apart, and not of a time long past.',
  },
  exemption_own: {
    status: 403,
    clause: '7.5',
    zh: '须由申请人和本人以外的负责人决定。',
    en: 'It is decided by a leader other than the one who asked and the one it is for.',
  },
  exemption_decided: {
    status: 409,
    clause: '7.5',
    zh: '这项申请已经决定。',
    en: 'This request has been decided.',
  },
})

/** Says what forbids a decision on an exemption; null means nothing. Pure. */
export function exemptionRefusal(
  request: { askedBy: string; subject: string; decided: boolean },
  personId: string | null,
): Refusal | null {
  if (request.decided) return refuseDuties('exemption_decided')
  return personId === request.askedBy || personId === request.subject ? refuseDuties('exemption_own') : null
}
