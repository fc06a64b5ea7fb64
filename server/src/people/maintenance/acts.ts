import { Type } from 'typebox'
import { act, type Subject } from '../../kernel/act.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { projection } from '../../platform/db/projection.ts'
import { type Tx, table } from '../../platform/db/tx.ts'
import {
  byCommand,
  maintenanceDuties,
  maintenanceKinds,
  type Order,
  orderRefusal,
  refuseOrder,
  settings,
} from './rules.ts'

export const maintenanceOrderTable = table('people.maintenance_order', ['id'])

const asRow = ([name, low, high, initial]: (typeof settings)[number]) =>
  `('${name}', ${low}, ${high}, ${initial})`
// A setting is what the last order made it, or else what it was to begin with; nobody turns it quietly.
projection('people.setting_in_force', {
  key: ['name'],
  rebuilt: `select 'city'::text as district, s.name, s.low, s.high,
      coalesce((select o.value from people.maintenance_order o where o.kind = 'configuration' and o.target = s.name and o.state = 'done'
        order by o.done_at desc, o.id desc limit 1), s.initial)::text as value
    from (values ${settings.map(asRow).join(', ')}) s (name, low, high, initial)`,
})

constraintMeans('order_setting_bounds', () => refuseOrder('order_no_setting'))
constraintMeans('order_account_known', () => refuseOrder('order_no_account'))
constraintMeans('order_value_of_configuration', () => refuseOrder('order_value'))
constraintMeans('order_not_own_account', () => refuseOrder('order_own_account'))
constraintMeans('order_approved_by_another', () => refuseOrder('order_three_persons'))
constraintMeans('order_executed_by_a_third', () => refuseOrder('order_three_persons'))
constraintMeans('order_executed_in_time', () => refuseOrder('order_expired'))
constraintMeans('order_still_open', () => refuseOrder('order_expired'))

const District = Type.String({ title: '登记机构|Office', maxLength: 20 })
const OrderId = Type.String({ title: '维护申请|Order', format: 'uuid' })
const Word = Type.String({ title: '意见|Opinion', minLength: 2, maxLength: 500, pattern: '\\S\\s*\\S' })
const Result = Type.Object({ orderId: Type.String(), state: Type.String() })

const beside = (path: string, refusal: Refusal): Refusal => ({
  ...refusal,
  fields: [{ path, message: refusal.message }],
})

/** 申请维护: asks that one thing be done to the machine: which, why, and by when at the latest. Nothing is done by asking. */
export const requestMaintenance = act({
  type: 'maintenance.request',
  title: { zh: '申请维护', en: 'Ask for maintenance' },
  clauses: ['6.2', '6.7'],
  duties: maintenanceDuties('request'),
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      kind: Type.Union(
        maintenanceKinds.map((one) => Type.Literal(one)),
        { title: '类别|Kind' },
      ),
      target: Type.String({ title: '对象|Target', minLength: 1, maxLength: 100, pattern: '\\S' }),
      value: Type.Optional(Type.Integer({ title: '数值|Value', minimum: 0, maximum: 100_000 })),
      reason: Type.String({ title: '理由|Reason', minLength: 5, maxLength: 500, pattern: '(\\S\\s*){5}' }),
      hours: Type.Integer({ title: '有效小时|Hours', minimum: 1, maximum: 168 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ orderId: Type.String() }),
  created: (result) => ({ kind: 'maintenance', id: result.orderId }),
  problems: ({ kind, value }) =>
    (kind === 'configuration') === (value !== undefined) ? null : beside('value', refuseOrder('order_value')),
  async handle({ tx, actor, at, district }, { kind, target, value, reason, hours }) {
    if (kind === 'configuration') {
      const fits = await tx.maybe`
        select 1 from people.setting_bound where name = ${target} and ${value!}::integer between low and high`
      if (!fits) return beside('target', refuseOrder('order_no_setting'))
    }
    if (kind === 'unlock') {
      const owner = await accountOf(tx, target)
      if (owner === null) return beside('target', refuseOrder('order_no_account'))
      if (owner === actor.personId) return refuseOrder('order_own_account')
    }
    const [row] = await tx.put<{ id: string }>(maintenanceOrderTable, {
      district,
      kind,
      target: target.trim(),
      value: value ?? undefined,
      reason: reason.trim(),
      expires_at: at.add({ hours }).toString(),
    })
    return { orderId: row!.id }
  },
})

async function accountOf(tx: Tx, username: string): Promise<string | null> {
  const found = await tx.maybe<{ id: string | null }>`select people.account_person(${username}) as id`
  return found?.id ?? null
}

async function loadOrder(tx: Tx, id: string, lock: boolean): Promise<Order | null> {
  if (lock)
    await tx.maybe`select 1 from people.maintenance_order o where o.district = kernel.act_district() and o.id = ${id}::uuid for no key update`
  return tx.maybe<Order>`
    select o.district, o.id, o.kind, o.target, o.value, o.state, o.requested_by as "requestedBy", o.decided_by as "decidedBy",
      o.executed_by as "executedBy", o.expires_at as "expiresAt", case when o.kind = 'unlock' then people.account_person(o.target) end as "accountOf"
    from people.maintenance_order o where o.district = kernel.act_district() and o.id = ${id}::uuid`
}

export const orderSubject: Subject<Order> = { kind: 'maintenance', load: loadOrder }

const Deciding = Type.Object(
  { district: District, orderId: OrderId, word: Word },
  { additionalProperties: false },
)

/** 同意维护: by the security administrator, who is not the one who asked. */
export const approveMaintenance = act({
  type: 'maintenance.approve',
  title: { zh: '同意维护', en: 'Approve maintenance' },
  clauses: ['6.2', '6.7'],
  duties: maintenanceDuties('approval'),
  citywide: true,
  districtOf: (input) => input.district,
  highValue: true,
  input: Deciding,
  result: Result,
  subject: orderSubject,
  subjectId: (input) => input.orderId,
  guards: [(order, { actor, at }) => orderRefusal(order, 'approval', actor, at)],
  move: 'approval',
  async handle({ tx }, { word }, order) {
    await tx.change(maintenanceOrderTable, keyOf(order), { state: 'approved', word: word.trim() })
    return { orderId: order.id, state: 'approved' }
  },
})

/** 不同意维护: the order ends there. */
export const refuseMaintenance = act({
  type: 'maintenance.refuse',
  title: { zh: '不同意维护', en: 'Refuse maintenance' },
  clauses: ['6.2'],
  duties: maintenanceDuties('approval'),
  citywide: true,
  districtOf: (input) => input.district,
  input: Deciding,
  result: Result,
  subject: orderSubject,
  subjectId: (input) => input.orderId,
  guards: [(order, { actor, at }) => orderRefusal(order, 'approval', actor, at)],
  async handle({ tx }, { word }, order) {
    await tx.change(maintenanceOrderTable, keyOf(order), { state: 'refused', word: word.trim() })
    return { orderId: order.id, state: 'refused' }
  },
})

/**
 * 实施维护: by a third person. A setting is changed and an account unlocked by this act itself, and a restore that was done
 * is recorded; a migration or a reindexing is released to the command that does it, which reports back.
 */
export const executeMaintenance = act({
  type: 'maintenance.execute',
  title: { zh: '实施维护', en: 'Carry out maintenance' },
  clauses: ['6.2', '6.7'],
  duties: maintenanceDuties('execution'),
  citywide: true,
  districtOf: (input) => input.district,
  highValue: true,
  input: Type.Object({ district: District, orderId: OrderId }, { additionalProperties: false }),
  result: Type.Object({
    orderId: Type.String(),
    state: Type.String(),
    result: Type.Union([Type.String(), Type.Null()]),
  }),
  subject: orderSubject,
  subjectId: (input) => input.orderId,
  guards: [(order, { actor, at }) => orderRefusal(order, 'execution', actor, at)],
  move: 'execution',
  async handle({ tx }, _input, order) {
    const state = byCommand.includes(order.kind) ? 'released' : 'done'
    await tx.change(maintenanceOrderTable, keyOf(order), { state })
    const { result } = await tx.one<{ result: string | null }>`
      select result from people.maintenance_order where district = ${order.district} and id = ${order.id}::uuid`
    return { orderId: order.id, state, result }
  },
})

/** 维护完成: what a command did under a released order. The order is used up with it. */
export const reportMaintenance = act({
  type: 'maintenance.report',
  title: { zh: '记录维护结果', en: 'Record what maintenance did' },
  clauses: ['6.2'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: District, orderId: OrderId, result: Type.String({ minLength: 1, maxLength: 2000 }) },
    { additionalProperties: false },
  ),
  result: Result,
  subject: orderSubject,
  subjectId: (input) => input.orderId,
  guards: [
    ({ state }) =>
      state === 'released' ? null : refuseOrder(state === 'done' ? 'order_used' : 'order_not_approved'),
  ],
  async handle({ tx }, { result }, order) {
    await tx.change(maintenanceOrderTable, keyOf(order), { state: 'done', result })
    return { orderId: order.id, state: 'done' }
  },
})

const keyOf = ({ district, id }: Order) => ({ district, id })
