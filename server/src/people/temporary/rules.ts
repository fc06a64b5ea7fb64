import { refuseDuty } from '../../kernel/duty.ts'
import { type Refusal, refuser } from '../../kernel/refusal.ts'
import { dutyTable } from '../duties.ts'

/** A duty for a time (临时职责): a leader's at the window, or that of a colleague who is away. */
export interface TemporaryDuty {
  district: string
  id: string
  kind: 'window' | 'cover'
  duty: string
  personId: string
  coveredId: string | null
  askedBy: string
  state: 'asked' | 'granted' | 'refused'
  until: string
}

export const refuseTemporary = refuser({
  temporary_ends_first: {
    status: 422,
    clause: '6.7',
    zh: '结束时间须晚于开始时间和现在。',
    en: 'The end must lie after the beginning, and after now.',
  },
  temporary_elsewhere: {
    status: 403,
    clause: '6.7',
    zh: '此人不是本登记机构的在岗人员。',
    en: 'This person does not work in this office.',
  },
  temporary_decided: {
    status: 409,
    clause: '6.7',
    zh: '这份申请已经办结。',
    en: 'This request has already been decided.',
  },
  temporary_over: {
    status: 409,
    clause: '6.7',
    zh: '申请的时间已经过去。',
    en: 'The time asked for has passed.',
  },
  temporary_kind: {
    status: 409,
    clause: '6.7',
    zh: '窗口值班与代岗各有各的确认办法。',
    en: 'Window duty and cover are each confirmed in their own way.',
  },
  quota_ahead: {
    status: 422,
    clause: '3.1',
    zh: '坐班要求只能从今天或以后起调整，不改已经过去的时间。',
    en: 'What a post owes is changed from today or later on, never for the past.',
  },
  quota_own: {
    status: 403,
    clause: '3.1',
    zh: '不能调整本人岗位的坐班要求。',
    en: 'Nobody sets what their own post owes.',
  },
  quota_place: {
    status: 422,
    clause: '3.1',
    zh: '市局岗位按“每年到各区窗口”要求，区县岗位按月要求。',
    en: 'Posts of the city owe each district once a year; posts of an office owe by the month.',
  },
  quota_post: {
    status: 422,
    clause: '3.1',
    zh: '本机构没有这个岗位，或岗位已撤销。',
    en: 'There is no such post in this office, or it was closed.',
  },
  quota_that_day: {
    status: 409,
    clause: '3.1',
    zh: '这一天的要求已经设定，请另选日期。',
    en: 'It was set for this day already; choose another day.',
  },
  cover_oneself: { status: 422, clause: '6.2', zh: '不能为自己代岗。', en: 'Nobody covers for themselves.' },
  cover_not_away: {
    status: 403,
    clause: '6.7',
    zh: '被代岗人在此期间没有登记请假，不能代岗。',
    en: 'No leave is recorded for the one to be covered that spans this time.',
  },
})

/** The refusal a constraint of the database stands for, where the names are not at hand. */
export const windowPartText = (code: Parameters<typeof refuseDuty>[0]): Refusal =>
  refuseDuty(code, { duty: '—', days: dutyTable.coverDays })

/** Why this person may not decide on it; null when they may. Pure. */
export function temporaryDecision(
  duty: TemporaryDuty,
  kind: TemporaryDuty['kind'],
  personId: string | null,
  at: Temporal.Instant,
): Refusal | null {
  if (duty.kind !== kind) return refuseTemporary('temporary_kind')
  if (duty.state !== 'asked') return refuseTemporary('temporary_decided')
  if (personId === duty.personId || personId === duty.askedBy || personId === duty.coveredId)
    return refuseDuty('confirm_own')
  if (Temporal.Instant.compare(Temporal.Instant.from(duty.until), at) <= 0)
    return refuseTemporary('temporary_over')
  return null
}
