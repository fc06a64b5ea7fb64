import { type Problem, problem } from './problem.ts'

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const innerWeights = [3, 7, 9, 10, 5, 8, 4, 2]

/** As stored: outer spaces gone, upper case. */
export const normaliseCreditCode = (value: string): string => value.trim().toUpperCase()

/** Appends the check character of GB 32100-2015. @throws RangeError unless `first17` is of its alphabet. */
export function completeCreditCode(first17: string): string {
  if (first17.length !== 17 || [...first17].some((c) => !alphabet.includes(c)))
    throw new RangeError('seventeen characters of the alphabet expected')
  const sum = weights.reduce((total, weight, i) => total + weight * alphabet.indexOf(first17[i]!), 0)
  return first17 + alphabet[(31 - (sum % 31)) % 31]!
}

/**
 * What is wrong with a unified social credit code, or null. Codes in order: `length`, `alphabet` (31 characters,
 * no I O S V Z, and digits in the area part), `checksum`. A wrong inner organisation code is only a warning: see
 * `creditCodeWarning`. Null does not prove that the code was issued.
 * @see GB 32100-2015
 */
export function creditCodeProblem(value: string): Problem | null {
  const code = normaliseCreditCode(value)
  if (code.length !== 18)
    return problem(
      'length',
      `统一社会信用代码应为 18 位,现为 ${code.length} 位`,
      `A unified social credit code has 18 characters, this has ${code.length}`,
    )
  const at = [...code].findIndex((c, i) => !(i >= 2 && i < 8 ? /\d/.test(c) : alphabet.includes(c)))
  if (at >= 0)
    return problem(
      'alphabet',
      `统一社会信用代码第 ${at + 1} 位不能是“${code[at]}”(不使用 I、O、S、V、Z,第 3 至 8 位为数字)`,
      `Character ${at + 1} cannot be “${code[at]}” (I, O, S, V, Z are not used; 3 to 8 are digits)`,
    )
  const expected = completeCreditCode(code.slice(0, 17)).at(-1)!
  if (code[17] !== expected)
    return problem(
      'checksum',
      `统一社会信用代码校验不符:末位应为 ${expected},现为 ${code[17]},请核对各位`,
      `The code does not check: its last character would be ${expected}, not ${code[17]}; compare every character`,
    )
  return null
}

/** A note, not an error: the organisation code inside (positions 9 to 17) does not check. Such codes were issued. */
export function creditCodeWarning(value: string): Problem | null {
  const inner = normaliseCreditCode(value).slice(8, 17)
  if (organisationCodeProblem(inner) === null) return null
  return problem(
    'inner_organisation_code',
    `第 9 至 17 位组织机构代码 ${inner} 校验不符,请与营业执照核对`,
    `The organisation code inside, ${inner}, does not check; compare it with the licence`,
  )
}

/** What is wrong with a legacy organisation code, with or without its hyphen, or null. @see GB 11714 */
export function organisationCodeProblem(value: string): Problem | null {
  const code = normaliseCreditCode(value).replace(/^(.{8})-/, '$1')
  if (!/^[\dA-Z]{8}[\dX]$/.test(code))
    return problem(
      'format',
      '组织机构代码应为 8 位数字或字母加 1 位校验码',
      'An organisation code is 8 digits or letters and a check character',
    )
  const sum = innerWeights.reduce((total, weight, i) => total + weight * Number.parseInt(code[i]!, 36), 0)
  const expected = '0X987654321'[sum % 11]!
  return code[8] === expected
    ? null
    : problem(
        'checksum',
        `组织机构代码校验不符:末位应为 ${expected},现为 ${code[8]}`,
        `The organisation code does not check: its last character would be ${expected}, not ${code[8]}`,
      )
}
