import { describe, expect, test } from 'vitest'
import type { PlanFacts, PlanRing } from './facts.ts'
import { layoutPlan } from './plan.ts'

const plan = (parcel: PlanRing, building: PlanRing | null = null): PlanFacts => ({
  parcel,
  building,
  label: '1 幢',
  surveyor: null,
})

/** 40 m by 20 m, far from the origin, closed, corners anticlockwise from the south-west. */
const oblong: PlanRing = [
  [362_000, 3_305_000],
  [362_040, 3_305_000],
  [362_040, 3_305_020],
  [362_000, 3_305_020],
  [362_000, 3_305_000],
]

describe('a plan of 119 by 122 mm', () => {
  const drawn = layoutPlan(plan(oblong), 119, 122)!

  test('takes the largest usual scale that leaves the margin', () => {
    // 91 mm are free for 40 m: 1:500 needs 80 mm, 1:250 would need 160.
    expect(drawn.scale).toBe(500)
  })

  test('has north up, its middle in the middle, and J1 in the north-west going clockwise', () => {
    expect(drawn.parcel).toEqual([
      [19.5, 41],
      [99.5, 41],
      [99.5, 81],
      [19.5, 81],
    ])
    expect(drawn.label.at).toEqual([59.5, 61])
  })

  test('letters corners and lengths outside the outline', () => {
    expect(drawn.corners.map(({ name }) => name)).toEqual(['J1', 'J2', 'J3', 'J4'])
    expect(drawn.sides.map(({ text }) => text)).toEqual(['40.00', '20.00', '40.00', '20.00'])
    for (const { at } of [...drawn.corners, ...drawn.sides]) {
      const [x, y] = at
      expect(x > 19.5 && x < 99.5 && y > 41 && y < 81).toBe(false)
    }
  })

  test('has a bar of round metres no longer than 40 mm', () => {
    expect(drawn.bar).toEqual({ metres: 20, mm: 40 })
  })
})

test('the way corners run and whether the ring is closed make no difference', () => {
  const open = oblong.slice(0, -1)
  expect(layoutPlan(plan(open.toReversed()), 119, 122)).toEqual(layoutPlan(plan(oblong), 119, 122))
})

test('the label stands in the building where there is one; one without area is left out', () => {
  const hut: PlanRing = [
    [362_002, 3_305_002],
    [362_012, 3_305_002],
    [362_012, 3_305_008],
    [362_002, 3_305_008],
  ]
  expect(layoutPlan(plan(oblong, hut), 119, 122)?.label.at).toEqual([33.5, 71])
  expect(layoutPlan(plan(oblong, hut.slice(0, 2)), 119, 122)?.building).toBeNull()
})

test('an outline of very many corners is drawn without lettering', () => {
  const round = Array.from(
    { length: 60 },
    (_, i) => [30 * Math.cos((i * Math.PI) / 30), 30 * Math.sin((i * Math.PI) / 30)] as const,
  )
  const drawn = layoutPlan(plan(round), 119, 122)
  expect(drawn?.parcel).toHaveLength(60)
  expect(drawn?.corners).toEqual([])
  expect(drawn?.sides).toEqual([])
})

test.each([
  ['empty', []],
  ['a line', oblong.slice(0, 2)],
  ['without area', [...oblong.slice(0, 2), oblong[0]!]],
  ['larger than any scale', oblong.map(([x, y]) => [x * 1000, y * 1000] as const)],
] as [string, PlanRing][])('%s gives no plan', (_name, ring) => {
  expect(layoutPlan(plan(ring), 119, 122)).toBeNull()
})
