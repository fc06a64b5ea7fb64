import { type Refusal, refuser } from '../../kernel/refusal.ts'

/** Who plans turns, cancels them and confirms swaps. */
export const rotaDuties: readonly string[] = ['centre_lead', 'district_lead']
/** Who sees who owes window duty, beside everybody their own. */
export const coverageDuties: readonly string[] = [...rotaDuties, 'inspection', 'admin_audit']

export const halves = ['am', 'pm'] as const
export type Half = (typeof halves)[number]

export const refuseWindow = refuser({
  rota_leader: {
    status: 422,
    clause: '3.1',
    zh: '此人不是须坐班或带班的领导干部，不能排班。',
    en: 'This person is no leader who does duty at the window here.',
  },
  rota_post: {
    status: 422,
    clause: '3.2',
    zh: '坐班安排在受理岗，也可根据需要安排在审核、缮证岗。',
    en: 'Window duty is at acceptance, or at review or certificate printing as needed.',
  },
  rota_need: {
    status: 422,
    clause: '3.2',
    zh: '坐班一般安排在受理岗；安排在其他岗位须写明需要。',
    en: 'Window duty is normally at acceptance; another post needs a reason.',
  },
  rota_working_day: {
    status: 422,
    clause: '3.1',
    zh: '这一天不是工作日，不能排班。',
    en: 'That is no working day.',
  },
  rota_ahead: { status: 422, clause: '3.1', zh: '这个半天已经过去。', en: 'That half-day is over.' },
  rota_away: {
    status: 409,
    clause: '3.1',
    zh: '此人这个半天已登记请假。',
    en: 'This person is on leave then.',
  },
  rota_person_once: {
    status: 409,
    clause: '3.1',
    zh: '此人这个半天已排了别的坐班。',
    en: 'This person has another turn then.',
  },
  rota_one_at_a_window: {
    status: 409,
    clause: '3.2',
    zh: '这个窗口这个半天已有领导坐班。',
    en: 'Somebody else has this window then.',
  },
  rota_over: {
    status: 409,
    clause: '3.1',
    zh: '这一班已取消，或已签到。',
    en: 'This turn was cancelled, or somebody has signed in to it.',
  },
  swap_own: {
    status: 403,
    clause: '3.1',
    zh: '只能用本人的班与他人的班调换。',
    en: 'One swaps a turn of one’s own with somebody else’s.',
  },
  swap_answer: {
    status: 403,
    clause: '3.1',
    zh: '调班由对方本人答复。',
    en: 'A swap is answered by the other person.',
  },
  swap_third: {
    status: 403,
    clause: '3.1',
    zh: '调班须由双方以外的负责人确认。',
    en: 'A swap is confirmed by a leader who is neither of the two.',
  },
  swap_order: {
    status: 409,
    clause: '3.1',
    zh: '调班须先由对方同意，再由负责人确认；已办结的不再变动。',
    en: 'A swap is first accepted by the other, then confirmed; what has ended stays as it is.',
  },
  swap_waiting: {
    status: 409,
    clause: '3.1',
    zh: '这一班已有调班申请在办理。',
    en: 'A swap of this turn is under way already.',
  },
  swap_same_time: {
    status: 422,
    clause: '3.1',
    zh: '两班在同一个半天，不需要调换。',
    en: 'Both turns are in one half-day; there is nothing to swap.',
  },
  turn_held: {
    status: 409,
    clause: '3.2',
    zh: '签到前须先申请窗口值班并由他人确认，且仍在值班时间内。',
    en: 'Before signing in, window duty is asked for and confirmed by somebody else, and it must still run.',
  },
  turn_open_hours: {
    status: 409,
    clause: '3.3',
    zh: '现在不在窗口作息时间内，不能签到。',
    en: 'The windows are closed now; nobody signs in.',
  },
  turn_one_open: {
    status: 409,
    clause: '3.3',
    zh: '您还有一次坐班没有签退。',
    en: 'You have not signed out of another turn.',
  },
  turn_once: {
    status: 409,
    clause: '3.3',
    zh: '这次窗口值班已经签到过。',
    en: 'You have signed in for this window duty already.',
  },
  turn_as_planned: {
    status: 409,
    clause: '3.2',
    zh: '排班为{post} {no} 号窗口，与现在的值班岗位或窗口不一致；须先改排班。',
    en: 'Planned was {post}, window {no}; the post you hold or the window is another. Change the rota first.',
  },
  turn_not_yours: {
    status: 403,
    clause: '3.3',
    zh: '坐班由本人签到、签退、签名和报告，他人不能代办。',
    en: 'Only who sits there signs in and out, signs, and reports.',
  },
  turn_stated: {
    status: 409,
    clause: '3.4',
    zh: '这次坐班已经签退并报告。',
    en: 'This turn was signed out of and reported on.',
  },
  turn_either: {
    status: 422,
    clause: '3.4',
    zh: '坐班结束须报告发现的问题，或者明确“未发现问题”，二者必居其一。',
    en: 'A turn ends with the problems seen, or with the word that none were: one of the two.',
  },
  turn_note: {
    status: 422,
    clause: '3.3',
    zh: '自查有一项不符合的，须写明情况。',
    en: 'Where a point of the self-check does not hold, say what happened.',
  },
})

/** What the planning of a turn is judged by. */
export interface RotaFacts {
  leader: boolean
  post: boolean
  need: boolean
  working: boolean
  over: boolean
  away: boolean
  elsewhere: boolean
  taken: boolean
}

/** What keeps a turn from being planned, and the field it is about; null when nothing does. Pure. */
export function rotaRefusal(facts: RotaFacts): Refusal | null {
  const at = (path: string, code: Parameters<typeof refuseWindow>[0]): Refusal => {
    const refusal = refuseWindow(code)
    return { ...refusal, fields: [{ path, message: refusal.message }] }
  }
  if (!facts.leader) return at('personId', 'rota_leader')
  if (!facts.post) return at('duty', 'rota_post')
  if (!facts.need) return at('need', 'rota_need')
  if (!facts.working) return at('day', 'rota_working_day')
  if (facts.over) return at('day', 'rota_ahead')
  if (facts.away) return at('personId', 'rota_away')
  if (facts.elsewhere) return at('personId', 'rota_person_once')
  return facts.taken ? at('windowNo', 'rota_one_at_a_window') : null
}

/** Why a turn does not count for the quota, the first reason first; null when it does. Pure. */
export type NotCounted = 'open' | 'short' | 'unsigned' | 'unstated'
export function notCounted(turn: {
  endedAt: string | null
  minutes: number | null
  halfMinutes: number
  signed: number
  stated: boolean
}): NotCounted | null {
  if (turn.endedAt === null) return 'open'
  if ((turn.minutes ?? 0) < turn.halfMinutes) return 'short'
  if (turn.signed === 0) return 'unsigned'
  return turn.stated ? null : 'unstated'
}
