import { obligation, type Pace, type Subject } from '../../kernel/obligation.ts'
import type { Text } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { explainDuties } from '../duties.ts'
import { inspectDuties } from './duties.ts'

/** Days between two inspections of a room, unless the office set another number. */
export const usualInspectionDays = 31
/** Days after its last stock-take in which a room is counted again (4.1: once a year). */
export const stocktakeDays = 366

const instant = (text: string) => Temporal.Instant.from(text)
const roomName = (code: string): Text => ({ zh: `库房 ${code}`, en: `room ${code}` })
const subjectOf = (id: string) => `room:${id}`

/** How often the rooms of an office are inspected, and since when. What an earlier release wrote counts from the beginning. */
async function pacesOf(tx: Tx, district: string): Promise<Pace[]> {
  const rows = await tx.rows<{ days: number; since: string | null }>`
    select days::int, null::timestamptz as since from archives.period where district = ${district} and name = 'inspection'
    union all (select days::int, at from archives.room_pace where district = ${district} order by at, id)`
  return rows.map(({ days, since }) => ({ days, since: since === null ? null : instant(since) }))
}

/** 库房检查: of each room, from the day it was registered; every inspection counts, sound or not. */
export const inspectionObligation = obligation({
  kind: 'archives.inspection',
  clause: '4.1',
  title: { zh: '定期检查库房', en: 'Inspect each store room' },
  every: { days: usualInspectionDays },
  due: 'end',
  graceDays: 0,
  remindDays: 7,
  leastShare: 0,
  substitutes: false,
  owedBy: inspectDuties,
  overdue: {
    kind: 'store_room_overdue',
    severity: 'high',
    subject: subjectOf,
    say: (name, { from }) => ({
      zh: `${name.zh}自 ${from} 起未检查，已超过期限。`,
      en: `The inspection of ${name.en} is overdue: nobody looked since ${from}.`,
    }),
  },
  escalateDays: 10,
  inDemo: true,
  exemptible: true,
  nameOf: roomName,
  async subjects(tx, district) {
    const paces = await pacesOf(tx, district)
    const rooms = await tx.rows<{ code: string; at: string }>`
      select code, at from archives.room where district = ${district} order by code`
    return rows(rooms, paces)
  },
  done: async (tx, district) =>
    (
      await tx.rows<{ id: string; at: string; of: string }>`
        select act_id as id, at, room as of from archives.inspection where district = ${district}`
    ).map((one) => ({ ...one, at: instant(one.at), district })),
})

const rows = (rooms: readonly { code: string; at: string }[], paces?: readonly Pace[]): Subject[] =>
  rooms.map(({ code, at }) => ({
    id: code,
    name: roomName(code),
    spans: [{ from: instant(at), to: null }],
    ...(paces ? { paces } : {}),
  }))

/** 年度清点: of each room that has boxes, from the day it got its first; done when every box was counted. */
export const fileStocktakeObligation = obligation({
  kind: 'archives.stocktake',
  clause: '4.1',
  title: { zh: '每年清点库房案卷', en: 'Count the files of each room every year' },
  every: { days: stocktakeDays },
  due: 'end',
  graceDays: 0,
  remindDays: 30,
  leastShare: 0,
  substitutes: false,
  owedBy: explainDuties,
  overdue: {
    kind: 'file_stocktake_overdue',
    severity: 'high',
    subject: subjectOf,
    say: (name, { from }) => ({
      zh: `${name.zh}的案卷自 ${from} 起未清点，已超过一年。`,
      en: `The files of ${name.en} have not been counted since ${from}, for more than a year.`,
    }),
  },
  escalateDays: 20,
  inDemo: true,
  exemptible: true,
  nameOf: roomName,
  async subjects(tx, district) {
    const rooms = await tx.rows<{ code: string; at: string }>`
      select r.code, (select min(a.at) from archives.box b join kernel.act a on a.district = b.district and a.id = b.act_id
        where b.district = r.district and b.room = r.code) as at
      from archives.room r where r.district = ${district} and exists (select from archives.box b where b.district = r.district and b.room = r.code) order by r.code`
    return rows(rooms)
  },
  done: async (tx, district) =>
    (
      await tx.rows<{ id: string; at: string; of: string }>`
        select closed_in as id, closed_at as at, room as of from archives.stocktake where district = ${district} and closed_at is not null`
    ).map((one) => ({ ...one, at: instant(one.at), district })),
})
