import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { openFinding } from '../kernel/finding.ts'
import type { Kernel } from '../kernel/perform.ts'
import { BlankKind } from './serials.ts'

/** Days after the last stock-take of a store from which the next is due, and from which it is overdue (4.6: every month). */
export const stockDays = { due: 25, overdue: 32 }

/** Makes a finding of a store that nobody has counted for more than a month; for the same last stock-take once. */
export const watchStock = act({
  type: 'custody.watchStock',
  title: { zh: '盘点逾期', en: 'A stock-take is overdue' },
  clauses: ['4.6'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      kind: BlankKind,
      edition: Type.Union([Type.Literal(''), Type.Literal('D')], { title: '版次|Edition' }),
      since: Type.String({ title: '上次盘点|Last counted', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ finding: Type.Union([Type.String(), Type.Null()]) }),
  async handle({ tx, district }, { kind, edition, since }) {
    const names = kind === 'certificate' ? { zh: '证书', en: 'Certificates' } : { zh: '证明', en: 'Proofs' }
    const finding = await openFinding(tx, district, 'service:detector', {
      kind: 'stocktake_overdue',
      clause: '4.6',
      severity: 'high',
      subject: `store:${kind}${edition}`,
      dedupeKey: overdueKey(kind, edition, since),
      summary: {
        zh: `库存${names.zh}${edition ? `（${edition} 版）` : ''}自 ${since} 起未盘点，已超过 ${stockDays.overdue} 天。`,
        en: `${names.en}${edition ? ` (edition ${edition})` : ''} in store have not been counted since ${since}, for more than ${stockDays.overdue} days.`,
      },
    })
    return { finding }
  },
})
interface Overdue {
  district: string
  kind: 'certificate' | 'proof'
  edition: '' | 'D'
  since: string
}
const overdueKey = (kind: string, edition: string, since: string): string =>
  `stocktake_overdue:${kind}:${edition}:${since}`

/** Opens a finding for each store whose stock-take is overdue and has none. Returns how many there were. */
export async function findOverdueStock(pool: pg.Pool, kernel: Kernel, token: Uint8Array): Promise<number> {
  const { rows } = await pool.query<Overdue>(
    `select a.district, a.kind, a.edition, kernel.day_of(a.since)::text as since from custody.stock_age a
     where a.since <= kernel.now() - make_interval(days => $1) and not exists (select from kernel.finding f where f.district = a.district
       and f.dedupe_key = 'stocktake_overdue:' || a.kind || ':' || a.edition || ':' || kernel.day_of(a.since)) order by 1, 2, 3`,
    [stockDays.overdue],
  )
  for (const input of rows) await kernel.perform(watchStock, { token, requestId: randomUUID(), input })
  return rows.length
}
