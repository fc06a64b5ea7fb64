import { leafHash } from '@mingbu/tlog'
import { sha256 } from '../../kernel/evidence-fields.ts'
import type { Text } from '../../kernel/refusal.ts'
import { type ActRow, actColumns, readValues, verifyAct } from './acts.ts'
import { type Run, zhOffice } from './run.ts'

/** Acts that wait for the log: checked as those in it, and their row images count as the newest. */
export async function verifyQueued(run: Run, district: string, erasures: ReadonlySet<string>): Promise<void> {
  const { rows } = await run.client.query<ActRow & { act_id: string; leaf_hash: Buffer; logged: boolean }>(
    `select q.act_id, q.leaf_hash, ${actColumns}, exists (select from evidence.leaf l where l.district = q.district and l.act_id = q.act_id) as logged
     from kernel.act_queue q left join kernel.act a on a.district = q.district and a.id = q.act_id and a.seq = q.seq where q.district = $1 order by q.seq`,
    [district],
  )
  const byAct = await readValues(run.client, district, rows)
  for (const row of rows) {
    const wrong = (code: string, { zh, en }: Text) =>
      run.report({
        code,
        district,
        act: row.act_id,
        zh: `行为 ${row.act_id}（等待写入${zhOffice(district)}日志）：${zh}`,
        en: `act ${row.act_id} (waiting for the log of ${district}): ${en}`,
      })
    if (row.logged)
      wrong('queue_wrong', { zh: '已在日志中，却仍在等待', en: 'it waits although it is in the log' })
    else if (!row.id) wrong('queue_wrong', { zh: '没有这个行为', en: 'there is no such act' })
    else {
      if (!Buffer.from(leafHash(row.entry, sha256)).equals(row.leaf_hash))
        wrong('queue_wrong', {
          zh: '其条目算不出等待写入的哈希',
          en: 'its entry does not hash to the leaf that waits',
        })
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
      zh: `${zhOffice(district)}的行为 ${id} 不在日志里，也没有等待写入`,
      en: `act ${id} of ${district} is in no log and waits for none`,
    })
}
