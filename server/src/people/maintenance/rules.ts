import { decide, dutiesFor, inFlow, type Process } from '../../kernel/duty.ts'
import { type Refusal, refuser, type Text } from '../../kernel/refusal.ts'
import { dutyTable } from '../duties.ts'

/** What a maintenance order (维护指令) is for. */
export const maintenanceKinds = ['configuration', 'migration', 'restore', 'unlock', 'reindex'] as const
export type MaintenanceKind = (typeof maintenanceKinds)[number]

export const kindNames: Record<MaintenanceKind, Text> = {
  configuration: { zh: '修改配置', en: 'Configuration' },
  migration: { zh: '升级迁移', en: 'Migration' },
  restore: { zh: '恢复备份', en: 'Restore' },
  unlock: { zh: '解锁账号', en: 'Unlock an account' },
  reindex: { zh: '重建索引', en: 'Reindex' },
}

/** Kinds that a command of `mingbu` does after they were released; the others are done by the act itself. */
export const byCommand: readonly MaintenanceKind[] = ['migration', 'reindex']

/**
 * What an order of configuration may set, between which bounds, and what it is while no order has changed it. Verification
 * holds the settings in force against this and the orders.
 */
export const settings: readonly [name: string, low: number, high: number, initial: number][] = [
  ['totp_acts_max', 0, 100, 20],
  ['idle_minutes', 1, 30, 10],
  ['address_tries_max', 5, 1000, 30],
  ['address_names_max', 3, 100, 10],
  ['max_term_days', 30, 366, 366],
  ['review_grace_days', 1, 31, 15],
  ['refused_looks_per_day', 1, 50, 5],
  ['looks_per_day', 20, 1000, 200],
  ['looks_for_statistics', 5, 200, 30],
  ['looks_at_one_unit', 1, 50, 5],
  ['units_by_person_per_day', 1, 200, 20],
  ['application_looks_unused', 1, 100, 10],
]

export interface Order {
  district: string
  id: string
  kind: MaintenanceKind
  target: string
  value: number | null
  state: 'asked' | 'approved' | 'refused' | 'released' | 'done'
  requestedBy: string
  decidedBy: string | null
  executedBy: string | null
  expiresAt: string
  /** Whose account it would unlock. */
  accountOf: string | null
}

export const refuseOrder = refuser({
  order_no_setting: {
    status: 422,
    clause: '6.2',
    zh: '没有这项配置，或数值超出允许的范围。',
    en: 'There is no such setting, or the value lies beyond its bounds.',
  },
  order_no_account: { status: 422, clause: '6.2', zh: '没有这个账号。', en: 'There is no such account.' },
  order_value: {
    status: 422,
    clause: '6.2',
    zh: '修改配置须填数值，其他维护不填。',
    en: 'A configuration order has a value; other orders have none.',
  },
  order_own_account: {
    status: 403,
    clause: '6.7',
    zh: '不能申请、审批或实施解锁自己的账号。',
    en: 'Nobody asks for, approves or carries out the unlocking of their own account.',
  },
  order_decided: {
    status: 409,
    clause: '6.2',
    zh: '这份维护申请已经审批过。',
    en: 'This order has already been decided on.',
  },
  order_not_approved: {
    status: 409,
    clause: '6.2',
    zh: '这份维护申请还没有审批同意，不能实施。',
    en: 'This order has not been approved, so it cannot be carried out.',
  },
  order_used: {
    status: 409,
    clause: '6.2',
    zh: '这份维护指令已经用过，一份只能用一次。',
    en: 'This order has been used; an order is used once.',
  },
  order_expired: {
    status: 409,
    clause: '6.2',
    zh: '这份维护申请已过期，须重新申请。',
    en: 'This order has expired; ask anew.',
  },
  order_three_persons: {
    status: 403,
    clause: '6.2',
    zh: '维护的申请、审批、实施须由三个不同的人办理。',
    en: 'A maintenance order is asked for, approved and carried out by three different persons.',
  },
})

const flow = inFlow(dutyTable, 'maintenance')

/** Duties of which one is needed for a step of an order. */
export const maintenanceDuties = (step: 'request' | 'approval' | 'execution'): readonly string[] =>
  dutiesFor(flow.stages.find((stage) => stage.id === step)!)

/** Who sees maintenance orders: whoever has a part in them, and those who inspect. */
export const maintenanceReaders: readonly string[] = [
  ...new Set([
    ...maintenanceDuties('request'),
    ...maintenanceDuties('approval'),
    ...maintenanceDuties('execution'),
    'admin_audit',
    'inspection',
  ]),
]

const processOf = (order: Order): Process => ({
  closed: false,
  secondReview: false,
  done: order.state === 'asked' ? ['request'] : ['request', 'approval'],
  handlers: {
    [order.requestedBy]: 'request',
    ...(order.decidedBy ? { [order.decidedBy]: 'approval' } : {}),
  },
})

/** Why this person may not take the step; null when they may. The separation itself is asked of the one duty table. */
export function orderRefusal(
  order: Order,
  step: 'approval' | 'execution',
  { personId, duties }: { personId: string | null; duties: readonly string[] },
  at: Temporal.Instant,
): Refusal | null {
  if (order.state === 'refused' || (step === 'approval' && order.state !== 'asked'))
    return refuseOrder('order_decided')
  if (order.state === 'released' || order.state === 'done') return refuseOrder('order_used')
  if (step === 'execution' && order.state === 'asked') return refuseOrder('order_not_approved')
  if (Temporal.Instant.compare(Temporal.Instant.from(order.expiresAt), at) <= 0)
    return refuseOrder('order_expired')
  if (order.accountOf !== null && order.accountOf === personId) return refuseOrder('order_own_account')
  return decide(flow, processOf(order), { person: personId ?? '', duties }, { kind: 'stage', stage: step })
}
