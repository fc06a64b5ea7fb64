import type { TileRoot } from '../edge.ts'
import { type Run, zhOffice } from './run.ts'

/** Holds the stored hashes above the leaves of a log against those of its tree. */
export async function verifyNodes(
  { client, report }: Run,
  district: string,
  expected: readonly TileRoot[],
): Promise<void> {
  const stored = await client.query<{ level: number; idx: number; hash: Buffer }>(
    'select level, idx, hash from evidence.node where district = $1',
    [district],
  )
  const left = new Map(stored.rows.map((row) => [`${row.level}/${row.idx}`, row.hash]))
  for (const node of expected) {
    const name = `${node.level}/${node.idx}`
    if (!left.get(name)?.equals(node.hash))
      report({
        code: 'node_changed',
        district,
        zh: `${zhOffice(district)}日志：内部哈希 ${name} 缺失，或不是其分片的哈希`,
        en: `log ${district}: hash ${name} is missing or is not that of its tile`,
      })
    left.delete(name)
  }
  for (const name of left.keys())
    report({
      code: 'node_extra',
      district,
      zh: `${zhOffice(district)}日志：内部哈希 ${name} 不属于任何完整的分片`,
      en: `log ${district}: hash ${name} belongs to no full tile`,
    })
}
