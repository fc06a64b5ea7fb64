import type { Projection } from '../../platform/db/projection.ts'
import type { Run } from './run.ts'

/** Compares a projection with what its evidence tables give, which the log has been held against. */
export async function verifyProjection(
  { client, report }: Run,
  { name, key, rebuilt }: Projection,
): Promise<void> {
  // Behind `offset 0` each row's text is made once, not again wherever the join looks at it.
  const { rows } = await client.query<{ row: Record<string, unknown> }>(
    `select coalesce(stored.row, given.row) as row
     from (select jsonb_strip_nulls(to_jsonb(t)) as row from ${name} t offset 0) stored
       full join (select jsonb_strip_nulls(to_jsonb(t)) as row from (${rebuilt}) t offset 0) given on stored.row = given.row
     where stored.row is null or given.row is null limit 20`,
  )
  const keyOf = (row: Record<string, unknown>) => key.map((column) => String(row[column])).join('/')
  for (const [place, [first]] of Map.groupBy(rows, ({ row }) => keyOf(row)))
    report({
      code: 'projection_changed',
      district: String(first!.row.district ?? ''),
      table: name,
      key: place,
      zh: `${name} ${place}：该行与其依据不符`,
      en: `${name} ${place}: the row is not what its evidence gives`,
    })
}
