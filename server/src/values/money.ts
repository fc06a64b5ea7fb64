import { isProblem, type Problem, problem } from './problem.ts'

/** Most that is accepted: 9,999,999,999,999.99 yuan, in fen. */
export const fenMax = 999_999_999_999_999

/**
 * Yuan as a clerk types them (`1234567.8`, `1,234,567.80`, `￥1,234`), in whole fen, or what is wrong. Codes:
 * `format`, `too_fine` (parts of a fen), `too_large`. Never goes through a fraction of a number, so no cent is lost.
 */
export function parseYuan(value: string): number | Problem {
  const text = value
    .trim()
    .replace(/^[¥￥]\s*/, '')
    .replaceAll('，', ',')
    .replace(/\s*元$/, '')
  const [, whole, decimals = ''] = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/.exec(text) ?? []
  if (whole === undefined)
    return problem(
      'format',
      '金额应为数字,如 1234567.80 或 1,234,567.80',
      'An amount is a number such as 1234567.80 or 1,234,567.80',
    )
  if (/[1-9]/.test(decimals.slice(2)))
    return problem('too_fine', '金额最多两位小数(分)', 'An amount has at most two decimals')
  const fen = BigInt(whole.replaceAll(',', '') + decimals.slice(0, 2).padEnd(2, '0'))
  return fen > BigInt(fenMax)
    ? problem(
        'too_large',
        '金额超过 9,999,999,999,999.99 元',
        'The amount is above 9,999,999,999,999.99 yuan',
      )
    : Number(fen)
}

/** What is wrong with an amount that must be paid for something: as `parseYuan`, and `not_positive` for zero. */
export function priceProblem(value: string): Problem | null {
  const fen = parseYuan(value)
  if (isProblem(fen)) return fen
  return fen > 0 ? null : problem('not_positive', '金额应大于零', 'The amount must be more than zero')
}

/** `1,234,567.80`, always two decimals. */
export function formatYuan(fen: number): string {
  const digits = String(checked(fen)).padStart(3, '0')
  return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')}.${digits.slice(-2)}`
}

const digitNames = '零壹贰叁肆伍陆柒捌玖'
const unitNames = [
  [100_000_000, '亿'],
  [10_000, '万'],
  [1000, '仟'],
  [100, '佰'],
  [10, '拾'],
] as const

/**
 * The amount in financial characters, as contracts and receipts carry it: `壹佰贰拾万零伍佰元伍角`. 整 only after 元;
 * optional zeros are left out.
 * @see 支付结算办法, annex 1 (正确填写票据和结算凭证的基本规定)
 */
export function chineseAmount(fen: number): string {
  const yuan = Math.floor(checked(fen) / 100)
  const jiao = Math.floor(fen / 10) % 10
  const cents = fen % 10
  const head = yuan > 0 || fen === 0 ? `${chineseNumber(yuan)}元` : ''
  if (jiao === 0 && cents === 0) return `${head}整`
  const middle = jiao > 0 ? `${digitNames[jiao]}角` : head && '零'
  return head + middle + (cents > 0 ? `${digitNames[cents]}分` : '')
}

function chineseNumber(n: number): string {
  const found = unitNames.find(([unit]) => n >= unit)
  if (!found) return digitNames[n]!
  const [unit, name] = found
  const rest = n % unit
  if (rest === 0) return chineseNumber(n / unit) + name
  return chineseNumber(Math.floor(n / unit)) + name + (rest < unit / 10 ? '零' : '') + chineseNumber(rest)
}

function checked(fen: number): number {
  if (!Number.isSafeInteger(fen) || fen < 0 || fen > fenMax)
    throw new RangeError(`${fen} is not an amount in fen`)
  return fen
}
