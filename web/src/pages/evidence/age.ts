import { fill } from '../../i18n/texts.ts'

const units = [
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
  ['seconds', 1],
] as const

/** A span of time in its largest whole unit: 59 s, 2 min, 3 h, 4 d. */
export function age(seconds: number, words: Record<(typeof units)[number][0], string>): string {
  const [unit, length] = units.find(([, size]) => seconds >= size) ?? ['seconds', 1]
  return fill(words[unit], { n: Math.floor(seconds / length) })
}
