/**
 * The ground: real lots of one rural commune, set down on a fictional place in each district.
 * Shapes and lengths are real, the position is not; see server/data/city/README.md.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import proj4, { type Converter } from 'proj4'
import type { PlanGeometry } from './plan.ts'

/** A point in steps of `gridMetres`, east and north of the commune's middle. */
type Step = readonly [number, number]
type Lot = { parcel: Step[]; buildings: Step[][] }

interface Village {
  gridMetres: number
  lots: Lot[]
}

/** One lot set down on the map: its parcel and the buildings inside it. */
export interface PlacedLot {
  parcel: PlanGeometry
  buildings: PlanGeometry[]
}

export type Zone = 40 | 41

const village: Village = JSON.parse(
  gunzipSync(readFileSync(new URL('../../data/city/village.json.gz', import.meta.url))).toString(),
)

/** Copies of the commune stand in rows of three, far enough apart never to touch. */
const COPY_METRES = [4_600, 6_600] as const
const COPIES_PER_ROW = 3
/** One step of coordinates: 1e-7 degree, about a centimetre. */
const E7 = 1e7

/**
 * Lots around `anchor` without end: nearest to the commune's `start`-th lot first, then the next copy of the
 * commune. Neighbours keep sharing their boundary points exactly.
 */
export function* lotsAround(
  anchor: readonly [number, number],
  zone: Zone,
  start: number,
): Generator<PlacedLot> {
  const centre = middle(village.lots[start % village.lots.length]!.parcel)
  const nearestFirst = village.lots
    .map((lot) => ({ lot, far: distance2(middle(lot.parcel), centre) }))
    .sort((a, b) => a.far - b.far)
  const [perLon, perLat] = metresPerDegree(anchor[1])
  for (let copy = 0; ; copy++) {
    const east = (copy % COPIES_PER_ROW) * COPY_METRES[0]
    const north = Math.floor(copy / COPIES_PER_ROW) * COPY_METRES[1]
    const toE7 = ([x, y]: Step): Step => [
      Math.round((anchor[0] + ((x - centre[0]) * village.gridMetres + east) / perLon) * E7),
      Math.round((anchor[1] + ((y - centre[1]) * village.gridMetres + north) / perLat) * E7),
    ]
    for (const { lot } of nearestFirst) {
      yield {
        parcel: geometry(lot.parcel.map(toE7), zone),
        buildings: lot.buildings.map((ring) => geometry(ring.map(toE7), zone)),
      }
    }
  }
}

/** How many lots the commune has: `start` of `lotsAround` runs below it. */
export const lotCount = village.lots.length

/**
 * Area in hundredths of a square metre of a closed longitude/latitude ring, measured in the plane of a
 * CGCS2000 3-degree Gauss–Krüger zone (central meridian three times the zone number).
 */
export function zoneAreaCm(ring: readonly (readonly [number, number])[], zone: Zone): number {
  const project = toZone(zone)
  const points = ring.map(([lon, lat]) => project.forward([lon, lat]) as [number, number])
  const [ox, oy] = points[0]!
  const double = points.slice(1).reduce((sum, [x, y], i) => {
    const [px, py] = points[i]!
    return sum + (px - ox) * (y - oy) - (x - ox) * (py - oy)
  }, 0)
  return Math.round(Math.abs(double) * 50)
}

/** Hundredths as text with two decimals: 12345 is `123.45`. */
export const hundredths = (value: number): string =>
  `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`

/** `123.45` as 12345. */
export const parseHundredths = (text: string): number => Number(text.replace('.', ''))

function geometry(ringE7: readonly Step[], zone: Zone): PlanGeometry {
  const ring = ringE7.map(([lon, lat]): [number, number] => [lon / E7, lat / E7])
  const lons = ring.map((p) => p[0])
  const lats = ring.map((p) => p[1])
  const geojson = { type: 'Polygon' as const, coordinates: [ring] }
  return {
    geojson,
    text: JSON.stringify(geojson),
    box: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
    area: hundredths(zoneAreaCm(ring, zone)),
  }
}

const projections = new Map<Zone, Converter>()
/** The CGCS2000 ellipsoid differs from GRS 80 by less than a tenth of a millimetre in its polar radius. */
function toZone(zone: Zone): Converter {
  let found = projections.get(zone)
  if (!found) {
    found = proj4(
      `+proj=tmerc +lat_0=0 +lon_0=${zone * 3} +k=1 +x_0=500000 +y_0=0 +a=6378137 +rf=298.257222101 +units=m`,
    )
    projections.set(zone, found)
  }
  return found
}

/** Metres per degree of longitude and latitude on the CGCS2000 ellipsoid. */
function metresPerDegree(latitude: number): readonly [number, number] {
  const phi = (latitude * Math.PI) / 180
  const a = 6_378_137
  const e2 = 0.0066943800229
  const w2 = 1 - e2 * Math.sin(phi) ** 2
  const radian = Math.PI / 180
  return [(radian * a * Math.cos(phi)) / Math.sqrt(w2), (radian * a * (1 - e2)) / (w2 * Math.sqrt(w2))]
}

function middle(ring: readonly Step[]): Step {
  const xs = ring.map((p) => p[0])
  const ys = ring.map((p) => p[1])
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2]
}

const distance2 = (a: Step, b: Step) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
