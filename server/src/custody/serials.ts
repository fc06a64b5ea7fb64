import { Type } from 'typebox'
import { mostAtOnce, type Serials } from '../kernel/ledger.ts'
import type { FieldProblem, Text } from '../kernel/refusal.ts'
import { blankSerialProblem, printedSerial, splitSerial } from '../values/blankSerial.ts'

/** First and last number (起讫号码), as they are printed on the first and the last blank. */
export interface NumberRange {
  first: string
  last: string
}

/** A printed serial as input: eleven digits, with D before them on newer stock. */
export const SerialInput = (title: string) => Type.String({ title, maxLength: 20 })
export const numberRange = {
  first: SerialInput('起号|First number'),
  last: SerialInput('止号|Last number'),
}
export const RangeInput = Type.Object(numberRange, { additionalProperties: false, title: '号段|Range' })
export const BlankKind = Type.Union([Type.Literal('certificate'), Type.Literal('proof')], {
  title: '种类|Kind',
})

/** A half-open range as clerks write it: first and last number, one number when it is one. */
export const printedRange = (edition: string, { from, to }: Serials): string =>
  to - from === 1
    ? printedSerial(edition, from)
    : `${printedSerial(edition, from)}–${printedSerial(edition, to - 1)}`

/** What first and last number mean; only after `rangeProblems` found nothing. */
export function readRange({ first, last }: NumberRange): { edition: string; serials: Serials } {
  const from = splitSerial(first)
  return { edition: from.edition, serials: { from: from.number, to: splitSerial(last).number + 1 } }
}

const say = (path: string, message: Text): FieldProblem => ({ path, message })

/** What is wrong with a first and last number: their form, two editions, reversed, more than anyone delivers. Pure. */
export function rangeProblems({ first, last }: NumberRange, path = ''): FieldProblem[] {
  const at = (name: string) => (path ? `${path}.${name}` : name)
  const wrong = Object.entries({ first, last }).flatMap(([name, serial]) => {
    const found = blankSerialProblem(serial)
    return found ? [say(at(name), found.message)] : []
  })
  if (wrong.length > 0) return wrong
  const [from, to] = [splitSerial(first), splitSerial(last)]
  if (from.edition !== to.edition)
    return [
      say(at('last'), { zh: '起号和止号不是同一版次', en: 'First and last number are of two editions' }),
    ]
  if (to.number < from.number)
    return [say(at('last'), { zh: '止号小于起号', en: 'The last number is before the first' })]
  if (to.number - from.number >= mostAtOnce)
    return [
      say(at('last'), {
        zh: '一次最多 1000 万个号码，请核对起讫号码',
        en: 'At most ten million numbers at once; check first and last number',
      }),
    ]
  return []
}

/** Problems of a list of ranges: each by itself, and a number that stands in two of them (scanned twice). Pure. */
export function rangeListProblems(ranges: readonly NumberRange[], path: string): FieldProblem[] {
  const wrong = ranges.flatMap((range, i) => rangeProblems(range, `${path}.${i}`))
  if (wrong.length > 0) return wrong
  const sorted = ranges
    .map((range, i) => ({ i, ...readRange(range) }))
    .sort((a, b) =>
      a.edition < b.edition ? -1 : a.edition > b.edition ? 1 : a.serials.from - b.serials.from,
    )
  for (const [k, range] of sorted.entries()) {
    const before = sorted[k - 1]
    if (before && before.edition === range.edition && before.serials.to > range.serials.from)
      return [
        say(`${path}.${range.i}.first`, {
          zh: `${printedSerial(range.edition, range.serials.from)} 已在本单列出`,
          en: `${printedSerial(range.edition, range.serials.from)} is listed twice`,
        }),
      ]
  }
  return []
}

/** Ranges as one multirange text that PostgreSQL reads; `{}` for none. */
export const multirangeText = (ranges: readonly Serials[]): string =>
  `{${ranges.map(({ from, to }) => `[${from},${to})`).join(',')}}`

/** Ranges of a multirange as PostgreSQL writes it. */
export const readMultirange = (text: string): Serials[] =>
  [...text.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, to]) => ({ from: Number(from), to: Number(to) }))

/** What is in `left` and not in `right`, both sorted or not: a stock-take's difference. Pure. */
export function without(left: readonly Serials[], right: readonly Serials[]): Serials[] {
  const cuts = right.toSorted((a, b) => a.from - b.from)
  return left
    .toSorted((a, b) => a.from - b.from)
    .flatMap(({ from, to }) => {
      const pieces: Serials[] = []
      let at = from
      for (const cut of cuts) {
        if (cut.to <= at || cut.from >= to) continue
        if (cut.from > at) pieces.push({ from: at, to: cut.from })
        at = Math.max(at, cut.to)
      }
      if (at < to) pieces.push({ from: at, to })
      return pieces
    })
}

export const countOf = (ranges: readonly Serials[]): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from, 0)
