import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Kernel } from '../../kernel/perform.ts'
import { StartupError } from '../../platform/startup-error.ts'
import { reportMaintenance } from './acts.ts'

/**
 * Rebuilds every index of the house under a released order of kind `reindex`, and records it under the order. Each table is
 * locked while its own indexes are rebuilt.
 * @throws StartupError when there is no such order, it has been used, or it has expired.
 */
export async function reindex(
  { admin, kernel, token }: { admin: pg.Client; kernel: Kernel; token: Uint8Array },
  orderId: string,
): Promise<{ tables: number }> {
  if (!/^[0-9a-f-]{36}$/.test(orderId)) throw new StartupError('The id of a maintenance order is needed.')
  await admin.query('set role mingbu_owner')
  const { rows } = await admin.query<{ district: string; state: string; open: boolean }>(
    `select district, state, expires_at > kernel.now() as open from people.maintenance_order where id = $1 and kind = 'reindex'`,
    [orderId],
  )
  const order = rows[0]
  if (!order) throw new StartupError('There is no maintenance order of kind “reindex” with this id.')
  if (order.state === 'done') throw new StartupError('This order has been used; an order is used once.')
  if (order.state !== 'released')
    throw new StartupError('This order has not been approved and carried out in the product yet.')
  if (!order.open) throw new StartupError('This order has expired; ask anew.')
  // Recorded first: whatever happens next, the order is used up.
  const tables = await admin.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and pg_get_userbyid(c.relowner) = 'mingbu_owner' and n.nspname !~ '^pg_' order by 1`,
  )
  const outcome = await kernel.perform(reportMaintenance, {
    token,
    requestId: randomUUID(),
    input: { district: order.district, orderId, result: `reindex: ${tables.rows.length} tables` },
  })
  if (!outcome.ok) throw new StartupError(outcome.refusal.message.en)
  for (const { name } of tables.rows) await admin.query(`reindex table ${name}`)
  return { tables: tables.rows.length }
}
