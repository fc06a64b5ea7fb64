import { Type } from 'typebox'
import { invalid } from '../kernel/perform.ts'
import { query } from '../kernel/query.ts'
import { refuseKernel } from '../kernel/refusal.ts'
import { blankSerialProblem, normaliseBlankSerial, splitSerial } from '../values/blankSerial.ts'
import {
  bookBalances,
  bookLines,
  bookParams,
  isCounting,
  type Line,
  periodProblem,
  said,
} from './book-lines.ts'
import { bookDuties } from './duties.ts'

const Rows = Type.Array(Type.Unknown())
const pageSize = 100

/**
 * 台账: the lines of a book from day to day in the order they were booked, with what lay at each class of place before
 * the first and after the last. While something of the kind is counted, the figures are told to nobody.
 */
export const book = query({
  path: 'custody/book',
  title: { zh: '保管台账', en: 'Book of custody' },
  access: 'signed_in',
  duties: bookDuties,
  params: Type.Object({
    ...bookParams,
    after: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })),
  }),
  result: Type.Object({
    items: Rows,
    next: Type.Union([Type.String(), Type.Null()]),
    balances: Type.Union([Rows, Type.Null()]),
    counting: Type.Boolean(),
  }),
  async run({ tx, district }, { kind, from, until, after }) {
    const period = { district, kind, from, until }
    const wrong = periodProblem(period)
    if (wrong) return wrong
    const rows = await bookLines(tx, period, after ? Number(after) : null, pageSize + 1)
    const counting = await isCounting(tx, period)
    const balances = counting || after ? null : await bookBalances(tx, period)
    const items = rows.slice(0, pageSize).map(said)
    const last = items.at(-1)
    return { items, next: rows.length > pageSize ? String(last!.no) : null, balances, counting }
  },
})

/** 一本证书的一生: everything that happened to one printed number of the office, from the delivery to its end. */
export const serialLife = query({
  path: 'custody/serials/:number',
  title: { zh: '证书流转', en: 'The life of a blank' },
  access: 'signed_in',
  duties: bookDuties,
  params: Type.Object({ number: Type.String({ title: '印刷序列号|Printed number', maxLength: 40 }) }),
  result: Type.Object({ number: Type.String(), kinds: Rows }),
  async run({ tx, district }, { number }) {
    const serial = normaliseBlankSerial(number)
    const problem = blankSerialProblem(serial)
    if (problem) return invalid([{ path: 'number', message: problem.message }])
    const { edition, number: at } = splitSerial(serial)
    const lines = await tx.rows<Line & { certificate: string | null }>`
      select l.id, l.no, l.kind, l.edition, lower(l.serials) as "from", upper(l.serials) as "to", l.movement,
        l.from_place as "fromPlace", l.to_place as "toPlace", f.name as "fromName", t.name as "toName", c.number as certificate, l.case_id as "caseId", l.at,
        p.name as person, l.act_id as "actId", a.type as "actType"
      from kernel.custody_line l left join kernel.person p on p.id = l.person_id
        left join kernel.person f on l.from_place = 'person:' || f.id::text left join kernel.person t on l.to_place = 'person:' || t.id::text
        left join register.certificate c on c.district = l.district and c.id::text = substring(l.to_place from '^certificate:(.*)$')
        left join kernel.act a on a.district = l.district and a.id = l.act_id
      where l.district = ${district} and l.kind in ('certificate', 'proof') and l.edition = ${edition} and l.serials @> ${at}::int8
      order by l.no`
    const allotted = await tx.rows<{ kind: string }>`
      select kind from kernel.serial_range where district = ${district} and edition = ${edition} and serials @> ${at}::int8 and kind in ('certificate', 'proof')`
    if (lines.length === 0 && allotted.length === 0) return refuseKernel('not_found')
    const places = await tx.rows`
      select h.kind, h.place, p.name as person from kernel.custody_holding h left join kernel.person p on h.place = 'person:' || p.id::text
      where h.district = ${district} and h.kind in ('certificate', 'proof') and h.edition = ${edition} and h.serials @> ${at}::int8`
    const counted = await tx.rows`
      select distinct kind from kernel.custody_stop where district = ${district} and edition = ${edition} and reason = 'counting' and lifted_at is null`
    const deliveries = await tx.rows`
      select d.kind, d.batch, d.source, d.at, d.counted_at as "countedAt" from custody.delivery d
      where d.district = ${district} and d.edition = ${edition} and d.serials @> ${at}::int8`
    const voids = await tx.rows`
      select v.kind, v.reason, v.note, v.photo, v.at from custody.void v
      where v.district = ${district} and v.edition = ${edition} and v.serials @> ${at}::int8`
    const destroyed = await tx.rows`
      select i.kind, d.state, d.decision_no as "decisionNo", d.minutes, b.name as decider, w.name as "witness1Name", z.name as "witness2Name"
      from custody.destruction_item i join custody.destruction d on d.district = i.district and d.id = i.destruction_id
        left join kernel.person b on b.id = d.decided_by left join kernel.person w on w.id = d.witness_1 left join kernel.person z on z.id = d.witness_2
      where i.district = ${district} and i.edition = ${edition} and i.serials @> ${at}::int8 and d.state <> 'rejected'`
    const differences = await tx.rows`
      select d.kind, d.side, d.at, d.outcome, d.explanation from custody.difference d
      where d.district = ${district} and d.edition = ${edition} and d.serials @> ${at}::int8 order by d.id`
    const of = <T>(rows: T[], kind: string) => rows.filter((one) => (one as { kind: string }).kind === kind)
    const kinds = [...new Set([...lines, ...allotted].map((one) => one.kind))].map((kind) => ({
      kind,
      lines: of(lines.map(said), kind),
      place: of(places, kind)[0] ?? null,
      counting: of(counted, kind).length > 0,
      delivery: of(deliveries, kind)[0] ?? null,
      void: of(voids, kind)[0] ?? null,
      destruction: of(destroyed, kind)[0] ?? null,
      differences: of(differences, kind),
    }))
    return { number: serial, kinds }
  },
})
