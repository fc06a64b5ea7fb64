import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { openFinding } from '../kernel/finding.ts'
import { moveSerials, rangeOf, serialRangeTable } from '../kernel/ledger.ts'
import { constraintMeans, invalid } from '../kernel/perform.ts'
import { refuseKeeping } from './rules.ts'
import {
  BlankKind,
  countOf,
  numberRange,
  printedRange,
  RangeInput,
  rangeListProblems,
  rangeProblems,
  readRange,
} from './serials.ts'
import { deliverySubject } from './subjects.ts'
import { deliveryTable, voidTable } from './tables.ts'

constraintMeans('delivery_counted_by_another', () => refuseKeeping('own_delivery'))

/** 入库登记: what came, as its papers say. The numbers are this office's from now on; they are stock when another has counted them. */
export const receive = act({
  type: 'custody.receive',
  title: { zh: '证书入库登记', en: 'Enter a delivery' },
  clauses: ['4.4'],
  duties: ['certificate_keeping'],
  input: Type.Object(
    {
      kind: BlankKind,
      ...numberRange,
      batch: Type.String({ title: '批次|Batch', minLength: 1, maxLength: 60 }),
      source: Type.String({ title: '来源|Source', minLength: 1, maxLength: 100 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ deliveryId: Type.String(), count: Type.Integer() }),
  created: (result) => ({ kind: 'delivery', id: result.deliveryId }),
  problems: (input) => {
    const fields = rangeProblems(input)
    return fields.length > 0 ? invalid(fields) : null
  },
  async handle({ tx, district }, input) {
    const { edition, serials } = readRange(input)
    const range = { kind: input.kind, edition, serials: rangeOf(serials), district }
    await tx.put(serialRangeTable, range)
    const [row] = await tx.put<{ id: string }>(deliveryTable, {
      ...range,
      batch: input.batch,
      source: input.source,
    })
    return { deliveryId: row!.id, count: serials.to - serials.from }
  },
})

/**
 * 清点入库: a second person counts the boxes. What is damaged becomes void at once, what never came is missing and a
 * finding; the rest lies in the store.
 */
export const countDelivery = act({
  type: 'custody.countDelivery',
  title: { zh: '清点入库', en: 'Count a delivery' },
  clauses: ['4.4'],
  duties: ['certificate_keeping', 'printing', 'centre_lead', 'district_lead'],
  input: Type.Object(
    {
      deliveryId: Type.String({ title: '入库单|Delivery', format: 'uuid' }),
      counted: Type.Integer({ title: '实点数|Counted', minimum: 0, maximum: 10_000_000 }),
      damaged: Type.Array(RangeInput, { title: '破损|Damaged', maxItems: 100 }),
      missing: Type.Array(RangeInput, { title: '缺少|Missing', maxItems: 100 }),
      note: Type.Optional(Type.String({ title: '说明|Note', minLength: 1, maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ inStore: Type.Integer() }),
  subject: deliverySubject,
  subjectId: (input) => input.deliveryId,
  problems: (input) => {
    const fields = [
      ...rangeListProblems(input.damaged, 'damaged'),
      ...rangeListProblems(input.missing, 'missing'),
    ]
    if (fields.length > 0) return invalid(fields)
    const both = rangeListProblems([...input.damaged, ...input.missing], 'missing')
    return both.length > 0 ? invalid(both.map((one) => ({ ...one, path: 'missing' }))) : null
  },
  guards: [
    (delivery) => (delivery.countedBy ? refuseKeeping('delivery_counted') : null),
    (delivery, { actor }) => (delivery.personId === actor.personId ? refuseKeeping('own_delivery') : null),
    (delivery, { input }) => {
      if (!input) return null
      const inside = [...input.damaged, ...input.missing]
        .map(readRange)
        .every(
          ({ edition, serials }) =>
            edition === delivery.edition && serials.from >= delivery.from && serials.to <= delivery.to,
        )
      if (!inside) return refuseKeeping('not_in_delivery')
      const listed = delivery.to - delivery.from
      const missing = countOf(input.missing.map((range) => readRange(range).serials))
      return input.counted + missing === listed
        ? null
        : refuseKeeping(
            'delivery_differs',
            { listed, counted: input.counted },
            {
              fields: [
                {
                  path: 'counted',
                  message: refuseKeeping('delivery_differs', { listed, counted: input.counted }).message,
                },
              ],
            },
          )
    },
  ],
  async handle({ tx, district, at, actor }, input, delivery) {
    const { kind, edition } = delivery
    await tx.change(
      deliveryTable,
      { district, id: delivery.id },
      {
        counted: input.counted,
        counted_by: actor.personId,
        counted_at: at.toString(),
        ...(input.note ? { note: input.note } : {}),
      },
    )
    const serials = { from: delivery.from, to: delivery.to }
    const refused = await moveSerials(tx, {
      district,
      kind,
      edition,
      serials,
      movement: 'receive',
      from: null,
      to: 'store',
    })
    if (refused) return refused
    for (const damaged of input.damaged.map((range) => readRange(range).serials)) {
      await tx.put(voidTable, {
        district,
        kind,
        edition,
        serials: rangeOf(damaged),
        reason: 'damaged_on_delivery',
      })
      const voided = await moveSerials(tx, {
        district,
        kind,
        edition,
        serials: damaged,
        movement: 'void',
        from: 'store',
        to: 'void',
      })
      if (voided) return voided
    }
    const missing = input.missing.map((range) => readRange(range).serials)
    for (const gone of missing) {
      const lost = await moveSerials(tx, {
        district,
        kind,
        edition,
        serials: gone,
        movement: 'lose',
        from: 'store',
        to: 'missing',
      })
      if (lost) return lost
    }
    if (missing.length > 0) {
      const names = missing.map((gone) => printedRange(edition, gone)).join('、')
      await openFinding(tx, district, `person:${actor.personId}`, {
        kind: 'delivery_short',
        clause: '4.4',
        severity: 'high',
        subject: `delivery:${delivery.id}`,
        dedupeKey: `delivery_short:${delivery.id}`,
        summary: {
          zh: `入库清点缺少：${names}`.slice(0, 500),
          en: `Missing from a delivery: ${names}`.slice(0, 500),
        },
      })
    }
    return {
      inStore:
        serials.to -
        serials.from -
        countOf(missing) -
        countOf(input.damaged.map((range) => readRange(range).serials)),
    }
  },
})
