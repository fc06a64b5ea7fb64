import { leafHash } from '@mingbu/tlog'
import { sha256 } from '../../kernel/evidence-fields.ts'
import { type ActRow, actColumns, readValues, verifyAct } from './acts.ts'
import type { Run } from './run.ts'

/** Acts that wait for the log: checked as those in it, and their row images count as the newest. */
export async function verifyQueued(run: Run, district: string, erasures: ReadonlySet<string>): Promise<void> {
  const { rows } = await run.client.query<ActRow & { act_id: string; leaf_hash: Buffer; logged: boolean }>(
    `select q.act_id, q.leaf_hash, ${actColumns}, exists (select from evidence.leaf l where l.district = q.district and l.act_id = q.act_id) as logged
     from kernel.act_queue q left join kernel.act a on a.district = q.district and a.id = q.act_id and a.seq = q.seq where q.district = $1 order by q.seq`,
    [district],
  )
  const byAct = await readValues(run.client, district, rows)
  for (const row of rows) {
    const wrong = (code: string, message: string) =>
      run.report({
        code,
        district,
        act: row.act_id,
        message: `act ${row.act_id} (waiting for the log of ${district}): ${message}`,
      })
    if (row.logged) wrong('queue_wrong', 'it waits although it is in the log')
    else if (!row.id) wrong('queue_wrong', 'there is no such act')
    else {
      if (!Buffer.from(leafHash(row.entry, sha256)).equals(row.leaf_hash))
        wrong('queue_wrong', 'its entry does not hash to the leaf that waits')
      const values = byAct.get(row.id) ?? []
      verifyAct(run, { district, row, values, erased: erasures.has(row.id) }, wrong)
    }
  }
}

/** Acts that are in no log and wait for none. */
export async function verifyLeafless({ client, report }: Run, district: string): Promise<void> {
  const found = await client.query<{ id: string }>(
    `select a.id from kernel.act a where a.district = $1 and not exists (select from evidence.leaf l where l.district = a.district and l.act_id = a.id)
       and not exists (select from kernel.act_queue q where q.act_id = a.id) order by a.seq limit 20`,
    [district],
  )
  for (const { id } of found.rows)
    report({
      code: 'act_unlogged',
      district,
      act: id,
      message: `act ${id} of ${district} is in no log and waits for none`,
    })
}
