/**
 * The city's only source of chance: sfc32, a small well-tested generator with 128 bits of state, seeded from
 * a number and a label. Streams with different labels do not disturb each other, so adding a draw for the
 * mortgages of one district leaves every other district as it was.
 */
export interface Random {
  /** A whole number from 0 to `below` - 1. `below` is 1 to 2^32. */
  below(below: number): number
  /** A whole number from `low` to `high`, both possible. */
  between(low: number, high: number): number
  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean
  pick<T>(items: readonly T[]): T
  /** One of `[item, weight]`; weights are whole and at least one is positive. */
  weighted<T>(items: readonly (readonly [T, number])[]): T
  /** A new array in random order. */
  shuffled<T>(items: readonly T[]): T[]
  /** An independent stream for a part of the work. */
  fork(label: string): Random
}

/** A stream for `seed` and `label`; the same pair always gives the same draws. */
export function random(seed: number, label = ''): Random {
  const next = sfc32(`${seed}/${label}`)
  const below = (limit: number): number => {
    // Draws above the last whole multiple would favour small numbers; throw them away.
    const fair = 2 ** 32 - (2 ** 32 % limit)
    let draw = next()
    while (draw >= fair) draw = next()
    return draw % limit
  }
  const between = (low: number, high: number) => low + below(high - low + 1)
  const weighted = <T>(items: readonly (readonly [T, number])[]): T => {
    let left = below(items.reduce((sum, [, weight]) => sum + weight, 0))
    for (const [item, weight] of items) {
      if (left < weight) return item
      left -= weight
    }
    throw new RangeError('no positive weight')
  }
  const shuffled = <T>(items: readonly T[]): T[] => {
    const out = [...items]
    for (let i = out.length - 1; i > 0; i--) {
      const j = below(i + 1)
      ;[out[i], out[j]] = [out[j]!, out[i]!]
    }
    return out
  }
  return {
    below,
    between,
    chance: (percent) => below(100) < percent,
    pick: (items) => items[below(items.length)]!,
    weighted,
    shuffled,
    fork: (part) => random(seed, `${label}/${part}`),
  }
}

function sfc32(key: string): () => number {
  let [a, b, c] = [hash32(key, 0x811c9dc5), hash32(key, 0x9e3779b9), hash32(key, 0x85ebca6b)]
  let counter = 1
  const next = () => {
    const sum = (a + b + counter) >>> 0
    counter = (counter + 1) >>> 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum
  }
  for (let warm = 0; warm < 15; warm++) next()
  return next
}

/** FNV-1a over UTF-16 code units. */
function hash32(text: string, basis: number): number {
  let hash = basis
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
