import { sha256 } from '../../kernel/evidence-fields.ts'
import { declaredProjections } from '../../platform/db/projection.ts'
import { imageField, imageSql, type TableDef } from '../../platform/db/tx.ts'
import { cursorPages } from './pages.ts'
import type { Run } from './run.ts'

/** Compares every row of one table with the last image the logs commit to. Returns how many rows there are. */
export async function verifyTable({ client, images, report }: Run, def: TableDef): Promise<number> {
  const columns = def.key.map((column) => `t."${column}"`)
  let count = 0
  for await (const page of cursorPages<{ image: string }>(
    client,
    `select ${imageSql('t')} as image from ${def.seenAs ?? def.name} t order by ${columns.join(', ')}`,
  )) {
    count += page.length
    for (const { image } of page) {
      // As the act that wrote it named the row.
      const row = JSON.parse(image) as Record<string, unknown> & { district?: string }
      const field = imageField(def, row)
      const committed = images.take(row.district ?? 'city', field)
      const key = field.slice(`row:${def.name}:`.length)
      const at = { district: row.district ?? '', table: def.name, key }
      if (!committed)
        report({
          code: 'row_unknown',
          ...at,
          zh: `${def.name} ${key}：日志里没有产生该行的行为`,
          en: `${def.name} ${key}: no act in the log made this row`,
        })
      else if (!Buffer.from(sha256(Buffer.from(image))).equals(committed))
        report({
          code: 'row_changed',
          ...at,
          zh: `${def.name} ${key}：该行不是日志所承诺的内容`,
          en: `${def.name} ${key}: the row is not what the log commits to`,
        })
    }
  }
  return count
}

/** Rows that the log commits to and no table holds. */
export function verifyNoneMissing({ images, report }: Run): void {
  // What a table held as evidence before it became a projection is verified by rebuilding it.
  const rebuilt = new Set(declaredProjections().map(({ name }) => name))
  for (const row of images.left()) {
    if (rebuilt.has(row.table)) continue
    report({
      code: 'row_missing',
      ...row,
      zh: `${row.table} ${row.key}：日志所承诺的该行不见了`,
      en: `${row.table} ${row.key}: the row the log commits to is gone`,
    })
  }
}
