import { type Problem, problem } from './problem.ts'

/** As stored: no spaces, upper case. It is text: leading zeros and the letter of newer stock count. */
export const normaliseBlankSerial = (value: string): string => value.replace(/\s+/g, '').toUpperCase()

/**
 * What is wrong with the serial printed on a certificate blank (印刷序列号), or null: eleven digits of which the
 * first two are the province, `D` before them on newer stock. Says nothing about whether we hold that blank.
 */
export function blankSerialProblem(value: string): Problem | null {
  const serial = normaliseBlankSerial(value)
  if (!/^D?\d{11}$/.test(serial))
    return problem(
      'format',
      '印刷序列号应为 11 位数字,新版前加字母 D',
      'A blank serial is eleven digits, with D before them on newer stock',
    )
  const province = serial.replace(/^D/, '').slice(0, 2)
  return province === '33'
    ? null
    : problem(
        'province',
        `印刷序列号应以浙江代码 33 开头,现为 ${province}`,
        `A blank of this province begins with 33, not ${province}`,
      )
}

/** The serial `steps` after this one in the same stock, or null when the stock's numbers run out. */
export function nextBlankSerial(serial: string, steps = 1): string | null {
  const [, prefix, count] = /^(D?\d{2})(\d{9})$/.exec(serial) ?? []
  if (prefix === undefined) throw new RangeError(`${serial} is not a blank serial`)
  const next = Number(count) + steps
  return next >= 0 && next <= 999_999_999 ? prefix + String(next).padStart(9, '0') : null
}

/** The edition a printed serial belongs to, and its number. */
export const splitSerial = (serial: string): { edition: string; number: number } => ({
  edition: serial.startsWith('D') ? 'D' : '',
  number: Number(serial.replace('D', '')),
})

/** A serial as it is printed. */
export const printedSerial = (edition: string, number: number): string =>
  `${edition}${String(number).padStart(11, '0')}`
