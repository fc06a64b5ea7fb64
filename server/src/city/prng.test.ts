import { expect, test } from 'vitest'
import { random } from './prng.ts'

const draws = (seed: number, label: string, count = 6) => {
  const stream = random(seed, label)
  return Array.from({ length: count }, () => stream.below(1_000))
}

test('a stream is fixed by seed and label, on every machine', () => {
  expect(draws(1, 'land')).toEqual([100, 649, 54, 943, 332, 133])
  expect(draws(1, 'land')).toEqual(draws(1, 'land'))
  expect(draws(2, 'land')).not.toEqual(draws(1, 'land'))
  expect(draws(1, 'lane')).not.toEqual(draws(1, 'land'))
})

test('a fork does not depend on what was drawn before it', () => {
  const [fresh, used] = [random(7), random(7)]
  for (let i = 0; i < 100; i++) used.below(10)
  expect(used.fork('a').below(1_000_000)).toBe(fresh.fork('a').below(1_000_000))
})

test('draws keep to their range and reach all of it', () => {
  const stream = random(3)
  const seen = new Set(Array.from({ length: 2_000 }, () => stream.between(-2, 7)))
  expect([...seen].toSorted((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3, 4, 5, 6, 7])
})

test('draws are even: chi-square of 100,000 draws over 100 values stays under the 0.1 % limit', () => {
  const stream = random(4)
  const counts = new Array<number>(100).fill(0)
  for (let i = 0; i < 100_000; i++) counts[stream.below(100)]!++
  const chi2 = counts.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)
  expect(chi2).toBeLessThan(148.2) // 99 degrees of freedom
})

test('first draws of sibling forks are even too: the city forks once per unit', () => {
  const root = random(5, 'haishu/rights')
  const counts = new Array<number>(100).fill(0)
  for (let i = 0; i < 100_000; i++) counts[root.fork(String(i)).below(100)]!++
  const chi2 = counts.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)
  expect(chi2).toBeLessThan(148.2)
})

test('weights are kept and a zero weight is never drawn', () => {
  const stream = random(6)
  const drawn = Array.from({ length: 10_000 }, () =>
    stream.weighted([
      ['a', 3],
      ['b', 0],
      ['c', 1],
    ] as const),
  )
  expect(drawn.includes('b')).toBe(false)
  expect(drawn.filter((one) => one === 'a').length / 10_000).toBeCloseTo(0.75, 1)
})

test('shuffling keeps every item', () => {
  const items = Array.from({ length: 50 }, (_, i) => i)
  const mixed = random(8).shuffled(items)
  expect(mixed).not.toEqual(items)
  expect(mixed.toSorted((a, b) => a - b)).toEqual(items)
})
