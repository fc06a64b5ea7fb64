import type { Actor } from '../../kernel/act.ts'
import { type DutyTable, dutyName, grantConflict } from '../../kernel/duty.ts'
import { type Refusal, refuser, type Text } from '../../kernel/refusal.ts'

/** In which office somebody decides on a right (6.7): as the leader of the post, or as the security administrator. */
export type DeciderRole = 'leader' | 'security'

export interface Decision {
  no: number
  role: DeciderRole
  approved: boolean
  personId: string
  /** Whether the one who decided is still one who may. */
  stands: boolean
}

/** A request for a right, with all that decides on it, read under lock. */
export interface AccessRequest {
  district: string
  id: string
  subjectId: string
  requestedBy: string
  duty: string
  businesses: string[]
  purposes: string[]
  reason: string
  until: string
  state: 'open' | 'granted' | 'refused' | 'withdrawn'
  decisions: Decision[]
  /** Duties its subject holds now. */
  held: string[]
  /** Whether its subject still works here. */
  subjectHere: boolean
  /** Who leads the posts its subject holds; empty where nobody does, and then the duty to lead decides. */
  leaders: string[]
}

/** A duty somebody holds, with what it is limited to. */
export interface Grant {
  district: string
  id: string
  personId: string
  duty: string
  from: string
  until: string | null
  live: boolean
}

export const leaderDuties: readonly string[] = ['centre_lead', 'district_lead']
export const adminDuties: readonly string[] = ['admin_system', 'admin_security', 'admin_audit']

export const refuseAccess = refuser({
  access_unknown_duty: { status: 422, clause: '6.7', zh: '没有这项职责。', en: 'There is no such duty.' },
  access_until_past: {
    status: 422,
    clause: '6.7',
    zh: '截止日期须在今天以后。',
    en: 'The end date must lie in the future.',
  },
  access_too_long: {
    status: 422,
    clause: '6.7',
    zh: '期限最长 {days} 天，到期须重新申请。',
    en: 'The longest term is {days} days; afterwards it is asked for anew.',
  },
  access_wrong_purpose: {
    status: 422,
    clause: '6.7',
    zh: '“{duty}”职责不用于所填用途。',
    en: 'The duty “{duty}” does not serve that purpose.',
  },
  access_unknown_business: {
    status: 422,
    clause: '6.7',
    zh: '没有这种登记业务：{code}。',
    en: 'There is no such business: {code}.',
  },
  access_subject_elsewhere: {
    status: 403,
    clause: '6.7',
    zh: '此人不是本登记机构的在岗人员，只能为本机构人员申请。',
    en: 'This person does not work in this office; a right is asked for in the office of its holder.',
  },
  access_asked_by_leader: {
    status: 403,
    clause: '6.7',
    zh: '只有负责人可以为下属申请权限。',
    en: 'Only a leader may ask for a right for somebody else.',
  },
  access_held: {
    status: 409,
    clause: '6.7',
    zh: '已经有这项职责，且期限不早于所申请的日期。',
    en: 'This duty is already held for at least that long.',
  },
  access_asked: {
    status: 409,
    clause: '6.7',
    zh: '同一职责已有一份申请在审批中，不能重复提交。',
    en: 'A request for this duty is already waiting; it cannot be submitted twice.',
  },
  access_conflict: {
    status: 403,
    clause: '6.2',
    zh: '已有不相容的职责“{held}”，不能再取得“{duty}”。',
    en: 'The conflicting duty “{held}” is held, so “{duty}” cannot be had.',
  },
  access_closed: {
    status: 409,
    clause: '6.7',
    zh: '这份申请已经办结。',
    en: 'This request has already been decided.',
  },
  access_own: {
    status: 403,
    clause: '6.7',
    zh: '不能审批自己的权限，须由另外两人审批。',
    en: 'Nobody decides on their own rights; two others do.',
  },
  access_own_asking: {
    status: 403,
    clause: '6.7',
    zh: '这份申请由您提出，须由另外两人审批。',
    en: 'You asked for this right yourself; two others decide.',
  },
  access_not_decider: {
    status: 403,
    clause: '6.7',
    zh: '须由该岗位的负责人和安全管理员审批。',
    en: 'The leader of the post and the security administrator decide.',
  },
  access_decided: {
    status: 409,
    clause: '6.7',
    zh: '您已就这份申请作出决定，另一项须由他人审批。',
    en: 'You have already decided on this request; the other approval is somebody else’s.',
  },
  access_role_done: {
    status: 409,
    clause: '6.7',
    zh: '这一方已经同意，还须{other}审批。',
    en: 'This side has already approved; {other} still has to decide.',
  },
  access_expired: {
    status: 409,
    clause: '6.7',
    zh: '申请的截止日期已过，不能再同意。',
    en: 'The end date asked for has passed; it can no longer be approved.',
  },
  access_subject_gone: {
    status: 409,
    clause: '6.3',
    zh: '申请权限的人已不在岗，不能再同意。',
    en: 'The person the right is for has left; it can no longer be approved.',
  },
  access_not_yours: {
    status: 403,
    clause: '6.7',
    zh: '只有申请人或权限所属的本人可以撤回。',
    en: 'Only who asked, or whose right it would be, may withdraw.',
  },
  access_grant_over: {
    status: 409,
    clause: '6.7',
    zh: '这项权限已经到期或已终止。',
    en: 'This right has already ended.',
  },
  access_not_ender: {
    status: 403,
    clause: '6.7',
    zh: '只有本人、本机构负责人或安全管理员可以提前终止权限。',
    en: 'Only the holder, a leader of the office or the security administrator ends a right early.',
  },
  access_own_admin: {
    status: 403,
    clause: '6.7',
    zh: '管理员不能处理自己的账号和权限，须由他人办理。',
    en: 'An administrator never acts on their own account or rights; somebody else does.',
  },
})

/** A refusal whose two sentences take names in their own language. */
export function say(
  code: Parameters<typeof refuseAccess>[0],
  names: Record<string, Text>,
  more: Partial<Pick<Refusal, 'fields' | 'data'>> = {},
): Refusal {
  const pick = (lang: 'zh' | 'en') =>
    refuseAccess(code, Object.fromEntries(Object.entries(names).map(([key, name]) => [key, name[lang]])))
  return { ...pick('zh'), message: { zh: pick('zh').message.zh, en: pick('en').message.en }, ...more }
}

/** The conflicting duty already held, as a refusal that names both; null when the duty may be had. */
export function conflictRefusal(table: DutyTable, held: readonly string[], duty: string): Refusal | null {
  const other = grantConflict(table, held, duty)
  return other === null ? null : say('access_conflict', { held: dutyName(other), duty: dutyName(duty) })
}

/** As what this person may decide on a right in an office; null when they may not. The database says the same (`people.may_decide`). */
export function deciderRole(
  actor: Pick<Actor, 'personId' | 'duties' | 'homeDistrict'>,
  { district, held, leaders }: Pick<AccessRequest, 'district' | 'held' | 'leaders'>,
): DeciderRole | null {
  if (actor.duties.includes('admin_security')) return 'security'
  if (leaders.length > 0) return leaders.some((one) => one === actor.personId) ? 'leader' : null
  const leads = actor.duties.some((duty) => leaderDuties.includes(duty))
  if (leads && actor.homeDistrict === district) return 'leader'
  const ofLeader = held.some((duty) => leaderDuties.includes(duty))
  return ofLeader && actor.homeDistrict === 'city' && actor.duties.includes('district_lead') ? 'leader' : null
}

const roleNames: Record<DeciderRole, Text> = {
  leader: { zh: '岗位负责人', en: 'the leader of the post' },
  security: { zh: '安全管理员', en: 'the security administrator' },
}

/** Why this person may not decide on the request at all; null when they may. Pure. */
export function decisionRefusal(request: AccessRequest, actor: Actor): Refusal | null {
  if (request.state !== 'open') return refuseAccess('access_closed')
  if (actor.personId === request.subjectId) return refuseAccess('access_own')
  if (actor.personId === request.requestedBy) return refuseAccess('access_own_asking')
  if (!deciderRole(actor, request)) return refuseAccess('access_not_decider')
  if (request.decisions.some((one) => one.personId === actor.personId)) return refuseAccess('access_decided')
  return null
}

/** Why the request cannot be approved by this person now; null when it can. Pure. */
export function approvalRefusal(
  table: DutyTable,
  request: AccessRequest,
  actor: Actor,
  at: Temporal.Instant,
): Refusal | null {
  const barred = decisionRefusal(request, actor)
  if (barred) return barred
  const role = deciderRole(actor, request)!
  if (approvedAs(request, role))
    return say('access_role_done', { other: roleNames[role === 'leader' ? 'security' : 'leader'] })
  if (!request.subjectHere) return refuseAccess('access_subject_gone')
  if (Temporal.Instant.compare(Temporal.Instant.from(request.until), at) <= 0)
    return refuseAccess('access_expired')
  return conflictRefusal(table, request.held, request.duty)
}

/** Whether somebody who still may has approved in this role. */
export const approvedAs = (request: AccessRequest, role: DeciderRole): boolean =>
  request.decisions.some((one) => one.role === role && one.approved && one.stands)

/** Why this person may not end the right; null when they may. Pure. */
export function endRefusal(grant: Grant, actor: Actor): Refusal | null {
  if (!grant.live) return refuseAccess('access_grant_over')
  if (grant.personId === actor.personId)
    return adminDuties.includes(grant.duty) ? refuseAccess('access_own_admin') : null
  const may =
    actor.duties.includes('admin_security') ||
    (actor.homeDistrict === grant.district && actor.duties.some((duty) => leaderDuties.includes(duty)))
  return may ? null : refuseAccess('access_not_ender')
}
