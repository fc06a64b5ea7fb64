import { type Problem, problem } from './problem.ts'

/** An area in square metres as the register stores it: decimal text with two decimals, `89.35`. Never a float. */
export type Area = string

/** Most that is accepted: 9,999,999,999.99 square metres, nearly ten thousand square kilometres: the whole city. */
const hundredthsMax = 999_999_999_999n

/**
 * Square metres as typed, in stored form, or what is wrong. Codes: `format`, `too_fine` (survey areas have two
 * decimals), `not_positive`, `too_large`.
 */
export function parseArea(value: string): Area | Problem {
  const text = value.trim().replace(/\s*(㎡|m²|平方米)$/, '')
  const [, whole, decimals = ''] = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/.exec(text) ?? []
  if (whole === undefined)
    return problem(
      'format',
      '面积应为数字,单位平方米,如 89.35',
      'An area is a number of square metres such as 89.35',
    )
  if (/[1-9]/.test(decimals.slice(2)))
    return problem('too_fine', '面积最多两位小数', 'An area has at most two decimals')
  const hundredths = BigInt(whole.replaceAll(',', '') + decimals.slice(0, 2).padEnd(2, '0'))
  if (hundredths === 0n) return problem('not_positive', '面积应大于零', 'An area must be more than zero')
  if (hundredths > hundredthsMax)
    return problem('too_large', '面积过大,请核对单位', 'Too large; check the unit')
  return fromHundredths(hundredths)
}

/** Exact sum; zero of none. */
export const sumAreas = (areas: readonly Area[]): Area =>
  fromHundredths(areas.reduce((sum, area) => sum + toHundredths(area), 0n))

/** Negative when `a` is smaller, zero when equal, positive when larger. `89.5` equals `89.50`. */
export function compareAreas(a: Area, b: Area): number {
  const difference = toHundredths(a) - toHundredths(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** `12,345.60`, for papers and screens; the unit is written beside it. */
export function formatArea(area: Area): string {
  const [whole, decimals] = fromHundredths(toHundredths(area)).split('.')
  return `${whole!.replace(/\B(?=(\d{3})+$)/g, ',')}.${decimals}`
}

/** 亩 to two decimals, half up, for rural land: one 亩 is 2000/3 square metres. */
export const toMu = (area: Area): string => fromHundredths((toHundredths(area) * 3n + 1000n) / 2000n)

function toHundredths(area: Area): bigint {
  const [, whole, decimals = ''] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(area) ?? []
  if (whole === undefined) throw new RangeError(`${area} is not a stored area`)
  return BigInt(whole + decimals.padEnd(2, '0'))
}

function fromHundredths(hundredths: bigint): Area {
  const digits = String(hundredths).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
