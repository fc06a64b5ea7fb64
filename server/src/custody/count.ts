import { Type } from 'typebox'
import { act, type Ctx, type Guard } from '../kernel/act.ts'
import { openFinding } from '../kernel/finding.ts'
import { custodyStopTable, lookUp, moveSerials, rangeOf, type Serials } from '../kernel/ledger.ts'
import { constraintMeans, invalid } from '../kernel/perform.ts'
import type { FieldProblem } from '../kernel/refusal.ts'
import { countDuties, explainDuties } from './duties.ts'
import { refuseKeeping } from './rules.ts'
import {
  BlankKind,
  countOf,
  multirangeText,
  type NumberRange,
  printedRange,
  RangeInput,
  rangeListProblems,
  readMultirange,
  readRange,
  without,
} from './serials.ts'
import { type Count, countSubject, type Difference, differenceSubject } from './subjects.ts'
import { countTable, differenceTable } from './tables.ts'

constraintMeans('custody_counted_once', () => refuseKeeping('count_twice'))
constraintMeans('count_second_person', () => refuseKeeping('count_not_yours'))
constraintMeans('count_not_of_own', () => refuseKeeping('count_own'))
constraintMeans('count_step', () => refuseKeeping('count_over'))
constraintMeans('difference_closed_by_another', () => refuseKeeping('difference_own'))

const Place = Type.Union([Type.Literal('store'), Type.String({ format: 'uuid' })], {
  title: '盘点处|What is counted',
})
const Edition = Type.Union([Type.Literal(''), Type.Literal('D')], { title: '版次|Edition' })
const CountId = Type.String({ title: '盘点单|Stock-take', format: 'uuid' })
const Ranges = Type.Array(RangeInput, { title: '实点号段|Ranges counted', maxItems: 2000 })

/** 开始盘点: the store, or what one person holds, stands still while it is counted. The book's figure is told to nobody. */
export const startCount = act({
  type: 'custody.startCount',
  title: { zh: '开始盘点', en: 'Begin a stock-take' },
  clauses: ['4.6'],
  duties: countDuties,
  input: Type.Object({ kind: BlankKind, edition: Edition, of: Place }, { additionalProperties: false }),
  result: Type.Object({ countId: Type.String() }),
  created: (result) => ({ kind: 'stocktake', id: result.countId }),
  async handle({ tx, district, actor }, input) {
    if (input.of === actor.personId) return refuseKeeping('count_own')
    const place = input.of === 'store' ? 'store' : `person:${input.of}`
    // Whoever moves something there at this moment is waited for; whoever comes later finds it standing still.
    await lookUp(tx, input.kind, input.edition, { from: 0, to: 1 })
    const [stop] = await tx.put<{ id: string }>(custodyStopTable, {
      district,
      kind: input.kind,
      edition: input.edition,
      place,
      reason: 'counting',
    })
    const [row] = await tx.put<{ id: string }>(countTable, {
      district,
      kind: input.kind,
      edition: input.edition,
      place,
      stop_id: stop!.id,
    })
    return { countId: row!.id }
  },
})

const inState =
  (state: Count['state']): Guard<Count, unknown> =>
  (one) =>
    one.state === state ? null : refuseKeeping('count_over')
const byCounter: Guard<Count, unknown> = (one, { actor }) =>
  one.personId === actor.personId ? null : refuseKeeping('count_not_yours')

/** Ranges counted must be of the edition that is counted, and none may be named twice. */
function rangesOf(input: { ranges: readonly NumberRange[] }) {
  const fields = rangeListProblems(input.ranges, 'ranges')
  return fields.length > 0 ? invalid(fields) : null
}
const ofEdition: Guard<Count, { ranges: readonly NumberRange[] }> = (one, { input }) => {
  const fields = (input?.ranges ?? []).flatMap((range, i): FieldProblem[] =>
    readRange(range).edition === one.edition
      ? []
      : [
          {
            path: `ranges.${i}.first`,
            message: { zh: '不是所盘点的版次', en: 'Not of the edition that is counted' },
          },
        ],
  )
  return fields.length > 0 ? invalid(fields) : null
}

/** Whether a count agrees with the book; only the second counter is told what differs. The app never sees the figure. */
const judge = ({ tx }: Ctx, one: Count, counted: string) =>
  tx.one<{ agreed: boolean; missing: string | null; surplus: string | null }>`
    select agreed, missing::text, surplus::text from custody.judge(${one.id}::uuid, ${counted}::int8multirange)`
const multirange = (ranges: readonly NumberRange[]): string =>
  multirangeText(ranges.map((range) => readRange(range).serials))

const lift = (ctx: Ctx, stopId: string) =>
  ctx.tx.change(
    custodyStopTable,
    { district: ctx.district, id: stopId },
    { lifted_by: ctx.actor.personId, lifted_at: ctx.at.toString() },
  )

/** 初盘: what the first counter saw. When it is not what the book says, only that is told: a second person counts. */
export const submitCount = act({
  type: 'custody.submitCount',
  title: { zh: '提交初盘', en: 'Hand in the first count' },
  clauses: ['4.6'],
  duties: countDuties,
  input: Type.Object({ countId: CountId, ranges: Ranges }, { additionalProperties: false }),
  result: Type.Object({ state: Type.String() }),
  subject: countSubject,
  subjectId: (input) => input.countId,
  problems: rangesOf,
  guards: [inState('counting'), byCounter, ofEdition],
  async handle(ctx, input, one) {
    const first = multirange(input.ranges)
    const { agreed } = await judge(ctx, one, first)
    await ctx.tx.change(
      countTable,
      { district: ctx.district, id: one.id },
      {
        state: agreed ? 'agreed' : 'recounting',
        first,
        first_at: ctx.at.toString(),
        ...(agreed ? { expected: first } : {}),
      },
    )
    if (agreed) await lift(ctx, one.stopId)
    return { state: agreed ? 'agreed' : 'recounting' }
  },
})

/** 放弃盘点: the first counter gives up before a figure is handed in; the place moves again. */
export const abandonCount = act({
  type: 'custody.abandonCount',
  title: { zh: '放弃盘点', en: 'Give a stock-take up' },
  clauses: ['4.6'],
  duties: countDuties,
  input: Type.Object({ countId: CountId }, { additionalProperties: false }),
  result: Type.Object({ state: Type.String() }),
  subject: countSubject,
  subjectId: (input) => input.countId,
  guards: [inState('counting'), byCounter],
  async handle(ctx, _input, one) {
    await ctx.tx.change(countTable, { district: ctx.district, id: one.id }, { state: 'abandoned' })
    await lift(ctx, one.stopId)
    return { state: 'abandoned' }
  },
})

/**
 * 复盘: another person counts again. What still differs becomes a finding, and its numbers are not given out until
 * somebody who did not count has explained them.
 */
export const recount = act({
  type: 'custody.recount',
  title: { zh: '复盘', en: 'Count again' },
  clauses: ['4.6'],
  duties: countDuties,
  input: Type.Object({ countId: CountId, ranges: Ranges }, { additionalProperties: false }),
  result: Type.Object({ state: Type.String(), missing: Type.Integer(), surplus: Type.Integer() }),
  subject: countSubject,
  subjectId: (input) => input.countId,
  problems: rangesOf,
  guards: [
    inState('recounting'),
    (one, { actor }) => (one.personId === actor.personId ? refuseKeeping('count_not_yours') : null),
    (one, { actor }) => (one.place === `person:${actor.personId}` ? refuseKeeping('count_own') : null),
    ofEdition,
  ],
  async handle(ctx, input, one) {
    const second = multirange(input.ranges)
    const judged = await judge(ctx, one, second)
    const [missing, surplus] = [judged.missing, judged.surplus].map((ranges) =>
      readMultirange(ranges ?? '{}'),
    ) as [Serials[], Serials[]]
    const state = judged.agreed ? 'agreed' : 'differs'
    const counted = input.ranges.map((range) => readRange(range).serials)
    await ctx.tx.change(
      countTable,
      { district: ctx.district, id: one.id },
      {
        state,
        second,
        second_by: ctx.actor.personId,
        second_at: ctx.at.toString(),
        expected: multirangeText([...without(counted, surplus), ...missing]),
      },
    )
    await lift(ctx, one.stopId)
    for (const [side, ranges] of Object.entries({ missing, surplus }))
      for (const serials of ranges) await differs(ctx, one, side as Difference['side'], serials)
    return { state, missing: countOf(missing), surplus: countOf(surplus) }
  },
})

/** Stops one range that differs and opens its finding. */
async function differs(
  { tx, district, actor }: Ctx,
  one: Count,
  side: Difference['side'],
  serials: { from: number; to: number },
): Promise<void> {
  const [stop] = await tx.put<{ id: string }>(custodyStopTable, {
    district,
    kind: one.kind,
    edition: one.edition,
    serials: rangeOf(serials),
    reason: 'difference',
  })
  const numbers = printedRange(one.edition, serials)
  const subject = `serial:${one.edition}${serials.from}`
  const finding = await openFinding(tx, district, `person:${actor.personId}`, {
    kind: 'stock_difference',
    clause: '4.6',
    severity: 'critical',
    subject,
    dedupeKey: `stock_difference:${one.kind}:${one.edition}:${rangeOf(serials)}:${one.id}`,
    summary:
      side === 'missing'
        ? {
            zh: `盘亏：${numbers} 账上有而实物没有`,
            en: `Stock-take: ${numbers} in the book, not on the shelf`,
          }
        : {
            zh: `盘盈：${numbers} 实物有而账上在别处`,
            en: `Stock-take: ${numbers} on the shelf, elsewhere in the book`,
          },
  })
  await tx.put(differenceTable, {
    district,
    count_id: one.id,
    kind: one.kind,
    edition: one.edition,
    serials: rangeOf(serials),
    place: one.place,
    side,
    stop_id: stop!.id,
    finding_id: finding,
  })
}

/**
 * 查清差异: closed by a leader or inspector who neither counted nor keeps it. What is lost is missing from now on; what
 * was found, or stood elsewhere for a reason that is written down, moves again.
 */
export const explain = act({
  type: 'custody.explain',
  title: { zh: '查清盘点差异', en: 'Explain a difference' },
  clauses: ['4.6'],
  duties: explainDuties,
  highValue: true,
  input: Type.Object(
    {
      differenceId: Type.String({ title: '差异|Difference', format: 'uuid' }),
      outcome: Type.Union([Type.Literal('found'), Type.Literal('lost'), Type.Literal('explained')], {
        title: '结论|Outcome',
      }),
      explanation: Type.String({ title: '查清情况|Explanation', minLength: 1, maxLength: 1000 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ outcome: Type.String() }),
  subject: differenceSubject,
  subjectId: (input) => input.differenceId,
  guards: [
    (one) => (one.outcome === null ? null : refuseKeeping('difference_closed')),
    (one, { actor }) =>
      one.counters.includes(actor.personId!) || one.place === `person:${actor.personId}`
        ? refuseKeeping('difference_own')
        : null,
    (one, { input }) =>
      input && (one.side === 'surplus') !== (input.outcome === 'explained')
        ? refuseKeeping(
            'difference_outcome',
            {},
            { fields: [{ path: 'outcome', message: refuseKeeping('difference_outcome').message }] },
          )
        : null,
  ],
  async handle(ctx, input, one) {
    const { tx, district, actor, at } = ctx
    await tx.change(
      differenceTable,
      { district, id: one.id },
      {
        outcome: input.outcome,
        explanation: input.explanation,
        explained_by: actor.personId,
        explained_at: at.toString(),
      },
    )
    await lift(ctx, one.stopId)
    if (input.outcome !== 'lost') return { outcome: input.outcome }
    const refused = await moveSerials(tx, {
      district,
      kind: one.kind,
      edition: one.edition,
      serials: { from: one.from, to: one.to },
      movement: 'lose',
      from: one.place,
      to: 'missing',
    })
    return refused ?? { outcome: input.outcome }
  },
})
