import { expect, test } from 'vitest'
import { toPlane } from './projections.ts'

// Values from the closed series for the transverse Mercator meridian: on the central meridian the easting is
// 500 km exactly, and the northing at 30° N is the meridian arc of the CGCS2000 ellipsoid, 3,320,113.398 m.
test('on its central meridian a point lies at 500 km east, at the length of the meridian arc north', () => {
  for (const meridian of [120, 123] as const) {
    const [east, north] = toPlane(meridian, meridian, 30)
    expect(east).toBeCloseTo(500_000, 3)
    expect(north).toBeCloseTo(3_320_113.398, 2)
  }
})

test('the same ground has different coordinates in the two zones, mirrored at the seam', () => {
  const [west] = toPlane(120, 121.5, 29.9)
  const [east] = toPlane(123, 121.5, 29.9)
  expect(west - 500_000).toBeCloseTo(500_000 - east, 3)
  expect(west).toBeGreaterThan(644_000)
  expect(west).toBeLessThan(646_000)
})
