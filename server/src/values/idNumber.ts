import { type Problem, problem } from './problem.ts'

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checks = '10X98765432'

/** As stored: outer spaces gone, the check letter in upper case. Changes nothing else. */
export const normaliseIdNumber = (value: string): string => value.trim().replace(/x$/, 'X')

/** Appends the check character of GB 11643-1999. @throws RangeError unless `first17` is seventeen digits. */
export function completeIdNumber(first17: string): string {
  if (!/^\d{17}$/.test(first17)) throw new RangeError('seventeen digits expected')
  return first17 + checks[weights.reduce((sum, weight, i) => sum + weight * Number(first17[i]), 0) % 11]!
}

/**
 * What is wrong with an 18-digit identity or residence permit number, or null. Looks at length, format, the birth
 * date, that it is past, then the check, and gives the first it meets. Codes: `length`, `format`, `birth_date`,
 * `birth_date_future`, `checksum`. Area codes need not be current, so they are not looked up.
 *
 * Null does not prove the number was issued or whose it is: name and number are matched with the police service.
 * @param today The day in Ningbo; a birth date must lie before it.
 * @see GB 11643-1999
 */
export function idNumberProblem(value: string, today: Temporal.PlainDate): Problem | null {
  const id = normaliseIdNumber(value)
  if (id.length !== 18)
    return problem(
      'length',
      `身份证号码应为 18 位,现为 ${id.length} 位`,
      `An identity number has 18 characters, this has ${id.length}`,
    )
  if (!/^\d{17}[\dX]$/.test(id))
    return problem(
      'format',
      '身份证号码应为 17 位数字加 1 位数字或 X',
      'An identity number is 17 digits followed by a digit or X',
    )
  const born = birthDate(id)
  if (!born)
    return problem(
      'birth_date',
      `身份证号码第 7 至 14 位 ${id.slice(6, 14)} 不是有效日期`,
      `Characters 7 to 14, ${id.slice(6, 14)}, are not a date that exists`,
    )
  if (Temporal.PlainDate.compare(born, today) >= 0)
    return problem(
      'birth_date_future',
      `身份证号码中的出生日期 ${born} 应早于今天`,
      `The birth date in the number, ${born}, is not in the past`,
    )
  const expected = completeIdNumber(id.slice(0, 17)).at(-1)!
  if (id[17] !== expected)
    return problem(
      'checksum',
      `身份证号码校验不符:末位应为 ${expected},现为 ${id[17]},请核对各位数字`,
      `The number does not check: its last character would be ${expected}, not ${id[17]}; compare every digit`,
    )
  return null
}

/** The birth date inside an 18-digit number, or null when there is no such day. */
export function birthDate(id: string): Temporal.PlainDate | null {
  const [, year, month, day] = /^\d{6}(\d{4})(\d{2})(\d{2})/.exec(id) ?? []
  if (!year) return null
  try {
    return Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    )
  } catch {
    return null
  }
}

/** Dictionary code 性别 from the sequence of an 18-digit number: 1 male (odd), 2 female (even). */
export const sexOfIdNumber = (id: string): '1' | '2' => (Number(id[16]) % 2 === 1 ? '1' : '2')

/**
 * The 18-digit form of a 15-digit number from an old register, or what is wrong with it (`format`, `birth_date`).
 * Its year is of the 1900s. Keep both forms: papers carry the old one.
 */
export function upgradeIdNumber(value15: string): string | Problem {
  const old = value15.trim()
  if (!/^\d{15}$/.test(old))
    return problem('format', '旧身份证号码应为 15 位数字', 'A legacy identity number is 15 digits')
  const first17 = `${old.slice(0, 6)}19${old.slice(6)}`
  if (!birthDate(first17))
    return problem(
      'birth_date',
      `旧身份证号码第 7 至 12 位 ${old.slice(6, 12)} 不是有效日期`,
      `Characters 7 to 12, ${old.slice(6, 12)}, are not a date that exists`,
    )
  return completeIdNumber(first17)
}

/**
 * A number as screens show it: area and last four kept, the rest starred (`330203********9014`). Anything shorter
 * than twelve characters keeps its last two only.
 */
export function maskIdNumber(value: string): string {
  const id = normaliseIdNumber(value)
  if (id.length < 12) return '*'.repeat(Math.max(id.length - 2, 0)) + id.slice(-2)
  return id.slice(0, 6) + '*'.repeat(id.length - 10) + id.slice(-4)
}
