import {
  type Done,
  declaredObligations,
  type Obligation,
  type Subject,
} from '../server/src/kernel/obligation.ts'
import { compare, dues } from '../server/src/supervision/duties/engine.ts'
import { officialCalendar } from '../server/src/values/load.ts'

/** What computing the duties of a whole house again takes. */
export interface DutiesResult {
  people: number
  years: number
  /** Duties computed, and acts looked through for them. */
  dues: number
  acts: number
  computeMs: number
  /** Comparing them with as many stored rows, of which a tenth stands otherwise. */
  compareMs: number
  table: string
}

/** A small seeded generator. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

/**
 * Every person owes a yearly, a quarterly, a ninety-day and two monthly duties, and each of fourteen offices two daily ones; people
 * come, leave, go on leave, and forget some.
 */
export function benchDuties({ people = 2000, years = 3 } = {}): DutiesResult {
  const next = chance(7)
  const calendar = officialCalendar({ allowUnpublished: true })
  const end = Temporal.Instant.from('2026-11-26T04:00:00Z')
  const days = years * 365
  const since = end.toZonedDateTimeISO('Asia/Shanghai').toPlainDate().subtract({ days })
  const start = end.subtract({ hours: 24 * days })
  const moment = (day: number) => start.add({ hours: Math.floor(24 * day) + 8 })
  const subjects = Array.from({ length: people }, (_, i): Subject => {
    const joined = next() < 0.3 ? next() * days : -400
    const away = Array.from({ length: 6 }, () => next() * days).map((day) => ({
      from: moment(day),
      to: moment(day + 3 + next() * 12),
    }))
    const spans = [{ from: moment(joined), to: next() < 0.1 ? moment(joined + 500) : null }]
    return { id: `person ${i}`, name: { zh: '', en: '' }, spans, away }
  })
  const template = declaredObligations()[0]!
  const offices = subjects.slice(0, 14)
  const shapes: [Obligation['every'], number, readonly Subject[]][] = [
    ['year', 300, subjects],
    ['quarter', 90, subjects],
    [{ days: 90 }, 80, subjects],
    ['month', 30, subjects],
    ['month', 15, subjects],
    ['day', 1.4, offices],
    ['day', 1, offices],
  ]
  const result = { people, years, dues: 0, acts: 0, computeMs: 0, compareMs: 0, table: '' }
  for (const [every, apart, owing] of shapes) {
    const duty: Obligation = { ...template, kind: JSON.stringify(every), every, substitutes: false }
    const done = owing.flatMap(({ id }) =>
      Array.from(
        { length: Math.floor(days / apart) },
        (_, i): Done => ({ id: `${id} ${i}`, at: moment((i + next()) * apart), of: id, district: 'haishu' }),
      ),
    )
    const began = performance.now()
    const all = dues(duty, owing, done, since, end, { calendar })
    const computed = performance.now()
    const stored = all.map((due, i) => ({
      id: String(i),
      kind: duty.kind,
      subject: due.subject,
      from: due.from.toString(),
      to: due.to.toString(),
      dueAt: due.dueAt.toString(),
      doneBy: i % 10 === 0 ? null : due.doneBy,
      lapsed: due.lapsed,
    }))
    const before = performance.now()
    compare([{ duty, startedOn: since, since, subjects: [...owing], dues: all }], stored)
    result.dues += all.length
    result.acts += done.length
    result.computeMs += computed - began
    result.compareMs += performance.now() - before
  }
  const [computeMs, compareMs] = [Math.round(result.computeMs), Math.round(result.compareMs)]
  const table = [
    `${people} people, ${years} years, ${result.acts} acts: ${result.dues} duties`,
    `computed in ${computeMs} ms, compared with what is stored in ${compareMs} ms`,
  ].join('\n')
  return { ...result, computeMs, compareMs, table }
}
