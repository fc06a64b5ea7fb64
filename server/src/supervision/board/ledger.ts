import type { Ledger, LedgerFigure, LedgerLine, OfficeCounts } from '../../kernel/control.ts'
import type { Tx } from '../../platform/db/tx.ts'

/** One line as a list shows it. */
export type Listed = Pick<LedgerLine, 'district' | 'id' | 'label' | 'label_en' | 'act_id'>

/** How many lines of each office count in each figure. As auditor. */
export async function countLines(tx: Tx, { lines, figures }: Ledger): Promise<OfficeCounts[]> {
  if (typeof lines === 'string') {
    const counts = figures.map((one) => `count(*) filter (where ${one})::int as ${one}`)
    const text = `select district, ${counts.join(', ')} from (${lines}) x group by district`
    return (await tx.client.query<OfficeCounts>(text)).rows
  }
  const read = await lines(tx)
  return [...Map.groupBy(read, (one) => one.district)].map(([district, all]) => ({
    district,
    ...Object.fromEntries(figures.map((figure) => [figure, all.filter((one) => one[figure]).length])),
  }))
}

/** At most `most` lines that count in a figure, by office and id, behind the one named by `after` (`office/id`). As auditor. */
export async function listLines(
  tx: Tx,
  { lines, figures }: Ledger,
  figure: LedgerFigure,
  { district, after, most }: { district: string | null; after: string | null; most: number },
): Promise<Listed[]> {
  if (!figures.includes(figure)) return []
  const cut = after?.indexOf('/') ?? 0
  const behind = after === null ? ['', ''] : [after.slice(0, cut), after.slice(cut + 1)]
  if (typeof lines === 'string') {
    const text = `select district, id, label, to_jsonb(x) ->> 'label_en' as label_en, act_id from (${lines}) x
      where ${figure} and ($1::text is null or district = $1) and (district, id collate "C") > ($2, $3 collate "C") order by district, id collate "C" limit $4`
    return (await tx.client.query<Listed>(text, [district, ...behind, most])).rows
  }
  const key = (one: Listed) => `${one.district}/${one.id}`
  const order = (a: Listed, b: Listed) => (key(a) < key(b) ? -1 : 1)
  return (await lines(tx))
    .filter((one) => one[figure] && (district === null || one.district === district))
    .filter((one) => after === null || key(one) > after)
    .sort(order)
    .slice(0, most)
}
