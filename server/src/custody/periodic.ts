import { obligation, type Subject } from '../kernel/obligation.ts'
import type { Text } from '../kernel/refusal.ts'
import { officeById } from '../values/districts.ts'
import { sealLeadDuties } from './duties.ts'

/** Days after the last stock-take of a store after which the next is overdue (4.6: every month). */
export const stockDays = 32

const instant = (text: string) => Temporal.Instant.from(text)
const stores: Record<string, Text> = {
  certificate: { zh: '证书', en: 'Certificates' },
  proof: { zh: '证明', en: 'Proofs' },
}

function storeName(id: string): Text {
  const [kind = '', edition = ''] = id.split(':')
  const { zh, en } = stores[kind]!
  return edition ? { zh: `${zh}（${edition} 版）`, en: `${en} (edition ${edition})` } : { zh, en }
}
const officeName = (id: string): Text => officeById(id)?.name ?? { zh: id, en: id }

/** 每月盘点: of each store of blanks, from the day it was filled; done by a count that ended. */
export const stocktakeObligation = obligation({
  kind: 'custody.stocktake',
  clause: '4.6',
  title: { zh: '每月盘点库存', en: 'Count the store every month' },
  every: { days: stockDays },
  due: 'end',
  graceDays: 0,
  remindDays: 7,
  leastShare: 0,
  substitutes: false,
  owedBy: ['centre_lead'],
  overdue: {
    kind: 'stocktake_overdue',
    severity: 'high',
    subject: (id) => `store:${id.replace(':', '')}`,
    say: (name, { from }) => ({
      zh: `库存${name.zh}自 ${from} 起未盘点，已超过 ${stockDays} 天。`,
      en: `${name.en} in store have not been counted since ${from}, for more than ${stockDays} days.`,
    }),
  },
  escalateDays: 10,
  inDemo: true,
  exemptible: true,
  nameOf: storeName,
  async subjects(tx, district) {
    const rows = await tx.rows<{ kind: 'certificate' | 'proof'; edition: string; since: string }>`
      select h.kind, h.edition, (select min(l.at) from kernel.custody_line l
        where l.district = h.district and l.kind = h.kind and l.edition = h.edition) as since
      from (select distinct district, kind, edition from kernel.custody_holding
        where district = ${district} and kind in ('certificate', 'proof') and place = 'store') h order by 1, 2`
    return rows.map(({ kind, edition, since }): Subject => {
      const id = `${kind}:${edition}`
      return { id, name: storeName(id), spans: [{ from: instant(since), to: null }] }
    })
  },
  async done(tx, district) {
    // A count is over when the book was compared with it: that act is the one that counts.
    const rows = await tx.rows<{ id: string; at: string; of: string }>`
      select a.id, a.at, c.kind || ':' || c.edition as of
      from custody.count c join kernel.act a on a.district = c.district and a.subject_kind = 'stocktake' and a.subject_id = c.id::text
        and a.outcome = 'done' and a.at = coalesce(c.second_at, c.first_at)
      where c.district = ${district} and c.place = 'store' and c.state in ('agreed', 'differs')`
    return rows.map((one) => ({ ...one, at: instant(one.at), district }))
  },
})

/** 每日下班收章: of an office that has seals, every working day, by somebody who keeps none. */
export const closingObligation = obligation({
  kind: 'custody.closing',
  clause: '5.1',
  title: { zh: '每个工作日下班收章', en: 'Close the day of the seals every working day' },
  every: 'day',
  due: 'end',
  graceDays: 0,
  remindDays: 1,
  leastShare: 0,
  substitutes: false,
  owedBy: sealLeadDuties,
  overdue: {
    kind: 'seal_day_open',
    severity: 'high',
    subject: (id) => `office:${id}`,
    say: (name, { from }) => ({
      zh: `${name.zh} ${from} 下班未收章。`,
      en: `${name.en} did not close the day of its seals on ${from}.`,
    }),
  },
  escalateDays: 3,
  inDemo: false,
  exemptible: true,
  nameOf: officeName,
  async subjects(tx, district) {
    const row = await tx.maybe<{ since: string }>`
      select min(at) as since from custody.seal where district = ${district} and state = 'active' having count(*) > 0`
    return row
      ? [{ id: district, name: officeName(district), spans: [{ from: instant(row.since), to: null }] }]
      : []
  },
  done: async (tx, district) =>
    (
      await tx.rows<{
        id: string
        at: string
      }>`select act_id as id, at from custody.seal_closing where district = ${district}`
    ).map(({ id, at }) => ({ id, at: instant(at), of: district, district })),
})
