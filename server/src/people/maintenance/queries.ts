import { Type } from 'typebox'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { approveMaintenance, executeMaintenance, refuseMaintenance } from './acts.ts'
import { maintenanceReaders, type Order } from './rules.ts'

interface Line extends Order {
  reason: string
  word: string | null
  result: string | null
  requestedByName: string
  decidedByName: string | null
  executedByName: string | null
  requestedAt: string
  decidedAt: string | null
  executedAt: string | null
  doneAt: string | null
  actId: string
}

/** 维护指令: orders, newest first, each with what this person may do with it; and the settings that orders may change. */
export const maintenanceOrders = query({
  path: 'maintenance/orders',
  title: { zh: '维护指令', en: 'Maintenance orders' },
  access: 'signed_in',
  duties: maintenanceReaders,
  params: Type.Object({ before: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$' })) }),
  result: Type.Object({
    items: Type.Array(Type.Unknown()),
    next: Type.Union([Type.String(), Type.Null()]),
    settings: Type.Array(Type.Unknown()),
  }),
  async run({ tx, actor, at }, { before }) {
    const rows = await tx.rows<Line>`
      select o.district, o.id, o.kind, o.target, o.value, o.state, o.reason, o.word, o.result, o.requested_by as "requestedBy", o.decided_by as "decidedBy",
        o.executed_by as "executedBy", o.expires_at as "expiresAt", o.requested_at as "requestedAt", o.decided_at as "decidedAt",
        o.executed_at as "executedAt", o.done_at as "doneAt", o.act_id as "actId", r.name as "requestedByName", d.name as "decidedByName",
        e.name as "executedByName", case when o.kind = 'unlock' then people.account_person(o.target) end as "accountOf"
      from people.maintenance_order o join kernel.person r on r.id = o.requested_by
        left join kernel.person d on d.id = o.decided_by left join kernel.person e on e.id = o.executed_by
      where (${before ?? null}::uuid is null or o.id < ${before ?? null}::uuid) order by o.id desc limit 51`
    const settings = await tx.rows`
      select name, low, high, zh, en, people.setting_now(name) as value from people.setting_bound order by name`
    const shown = rows.slice(0, 50)
    const acts = [approveMaintenance, refuseMaintenance, executeMaintenance]
    return {
      items: shown.map((row) => ({ ...row, availability: availability(acts, row, actor, at) })),
      next: rows.length > 50 ? shown.at(-1)!.id : null,
      settings,
    }
  },
})
