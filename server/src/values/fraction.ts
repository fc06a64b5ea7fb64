/** An exact share of a right: numerator over denominator, both positive whole numbers, lowest terms. */
export interface Fraction {
  num: number
  den: number
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}

/** Lowest terms. @throws RangeError when the exact result does not fit a safe integer: shares of a home never come near. */
function reduced(num: bigint, den: bigint): Fraction {
  const by = gcd(num < 0n ? -num : num, den) || 1n
  const fraction = { num: Number(num / by), den: Number(den / by) }
  if (!Number.isSafeInteger(fraction.num) || !Number.isSafeInteger(fraction.den))
    throw new RangeError('the share is too fine')
  return fraction
}

export const fraction = (num: number, den: number): Fraction => reduced(BigInt(num), BigInt(den))
export const addFractions = (a: Fraction, b: Fraction): Fraction =>
  reduced(BigInt(a.num) * BigInt(b.den) + BigInt(b.num) * BigInt(a.den), BigInt(a.den) * BigInt(b.den))
export const subtractFractions = (a: Fraction, b: Fraction): Fraction =>
  addFractions(a, { num: -b.num, den: b.den })
export const sumFractions = (all: readonly Fraction[]): Fraction =>
  all.reduce(addFractions, { num: 0, den: 1 })

/** Negative when `a` is smaller, zero when equal, positive when larger. */
export function compareFractions(a: Fraction, b: Fraction): number {
  const difference = BigInt(a.num) * BigInt(b.den) - BigInt(b.num) * BigInt(a.den)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export const isWhole = (a: Fraction): boolean => a.num === a.den
export const whole: Fraction = { num: 1, den: 1 }
export const formatFraction = (a: Fraction): string => (isWhole(a) ? '1' : `${a.num}/${a.den}`)
