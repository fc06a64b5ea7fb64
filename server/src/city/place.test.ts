import proj4 from 'proj4'
import { expect, test } from 'vitest'
import { hundredths, lotsAround, parseHundredths, zoneAreaCm } from './place.ts'

const inverse = (zone: number, point: [number, number]) =>
  proj4(`+proj=tmerc +lon_0=${zone * 3} +k=1 +x_0=500000 +a=6378137 +rf=298.257222101`).inverse(point) as [
    number,
    number,
  ]

test.each([
  [40, 650_000],
  [41, 350_000],
] as const)('a hundred metre square drawn in zone %i measures a hectare there', (zone, east) => {
  const north = 3_300_000
  const corners: [number, number][] = [
    [0, 0],
    [100, 0],
    [100, 100],
    [0, 100],
    [0, 0],
  ]
  const ring = corners.map(([x, y]) => inverse(zone, [east + x, north + y]))
  expect(zoneAreaCm(ring, zone)).toBe(1_000_000)
})

test('the wrong zone shows: at Ningbo the two zones scale areas differently', () => {
  const ring = lotsAround([121.86, 29.48], 41, 0).next().value.parcel.geojson.coordinates[0]!
  expect(zoneAreaCm(ring, 40)).toBeGreaterThan(zoneAreaCm(ring, 41))
})

test('lots never run out and copies of the village do not touch', () => {
  const boxes: number[][] = []
  for (const lot of lotsAround([121.53, 29.85], 41, 10)) {
    boxes.push(lot.parcel.box)
    if (boxes.length === 1_200) break
  }
  const [first, second] = [boxes.slice(0, 574), boxes.slice(574, 1_148)]
  expect(Math.max(...first.map((box) => box[2]!))).toBeLessThan(Math.min(...second.map((box) => box[0]!)))
})

test('hundredths are written and read exactly', () => {
  for (const value of [0, 5, 99, 100, 12_345, 1_000_001])
    expect(parseHundredths(hundredths(value))).toBe(value)
  expect(hundredths(7)).toBe('0.07')
})
