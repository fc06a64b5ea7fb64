import {
  blankSerialProblem,
  normaliseBlankSerial,
  printedSerial,
  splitSerial,
} from '../../../../server/src/values/blankSerial.ts'
import type { Text } from '../../i18n/texts.ts'

/** First and last number, as acts take them. */
export interface NumberRange {
  first: string
  last: string
}
/** What is wrong with one line of a list of numbers. */
export interface LineProblem {
  line: number
  message: Text
}

/**
 * Numbers as they are scanned or typed: on each line one number, or a first and a last with a dash, space or comma
 * between. What follows one another is one range; a number named twice is left for the server to refuse.
 */
export function readRanges(text: string): { ranges: NumberRange[]; problems: LineProblem[] } {
  const problems: LineProblem[] = []
  const spans: { edition: string; from: number; to: number }[] = []
  text.split('\n').forEach((raw, i) => {
    const written = raw.trim()
    if (written === '') return
    const parts = written.split(/\s*(?:[-–—~至,，]|\s)\s*/).map(normaliseBlankSerial)
    const wrong =
      parts.length > 2
        ? {
            zh: '一行只写一个号码，或起号和止号',
            en: 'One number on a line, or a first and a last',
          }
        : parts.map((part) => blankSerialProblem(part)?.message).find(Boolean)
    if (wrong) {
      problems.push({ line: i + 1, message: wrong })
      return
    }
    const [first, last] = [splitSerial(parts[0]!), splitSerial(parts.at(-1)!)]
    if (first.edition !== last.edition || last.number < first.number)
      problems.push({
        line: i + 1,
        message: {
          zh: '起号和止号不是同一版次，或止号小于起号',
          en: 'Two editions, or the last number is before the first',
        },
      })
    else spans.push({ edition: first.edition, from: first.number, to: last.number })
  })
  spans.sort((a, b) => (a.edition === b.edition ? a.from - b.from : a.edition < b.edition ? -1 : 1))
  const joined: typeof spans = []
  for (const span of spans) {
    const before = joined.at(-1)
    if (before?.edition === span.edition && before.to + 1 === span.from) before.to = span.to
    else joined.push({ ...span })
  }
  return {
    problems,
    ranges: joined.map(({ edition, from, to }) => ({
      first: printedSerial(edition, from),
      last: printedSerial(edition, to),
    })),
  }
}

/** How many numbers the ranges hold. */
export const sizeOf = (ranges: readonly NumberRange[]): number =>
  ranges.reduce((sum, { first, last }) => sum + splitSerial(last).number - splitSerial(first).number + 1, 0)
