/**
 * Prepares `server/data/city/village.json.gz` from the published cadastre of one French commune.
 * Run once by hand; the result is committed:
 *
 *   node server/src/city/tools/trimVillage.ts village-parcels.geojson.gz village-buildings.geojson.gz
 *
 * What it changes, and why:
 * - degrees become metres from the village's middle, on a 5 cm grid, so that a later move to another
 *   latitude keeps every length and never merges two vertices;
 * - a neighbour's vertex on a parcel's edge becomes a vertex of that parcel too, so that neighbours still
 *   share their line after rounding; parcels that overlap or have holes are left out;
 * - a building is cut to stay 10 cm inside its parcel; the few that leave it, and small sheds, are left out.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { openGeos, type Ring } from './geos.ts'

const GRID_M = 0.05
const NODE_WITHIN_M = 0.08
const INSET_M = 0.1
const FOOTPRINT_MIN_M2 = 70
const PARCEL_M2 = [150, 9_000] as const
const APART_M = 0.5
const BUILDINGS_PER_PARCEL_MAX = 4
/** Middle of the village, and metres per degree of the GRS 80 ellipsoid there. */
const MIDDLE = [1.102, 49.245] as const

type Point = readonly [number, number]
type Feature = { geometry: { type: string; coordinates: unknown } }

const metresPerDegree = (latitude: number) => {
  const phi = (latitude * Math.PI) / 180
  const e2 = 0.0066943800229
  const w = 1 - e2 * Math.sin(phi) ** 2
  const a = 6_378_137
  return [
    (Math.PI / 180) * (a / Math.sqrt(w)) * Math.cos(phi),
    ((Math.PI / 180) * a * (1 - e2)) / w ** 1.5,
  ] as const
}

const [perLon, perLat] = metresPerDegree(MIDDLE[1])
const snap = (metres: number) => Math.round(metres / GRID_M)

/** Ring in grid steps: snapped, repeated points removed, counter-clockwise, closed. */
function toGrid(metres: Ring): Point[] {
  const steps = metres.map(([x, y]) => [snap(x), snap(y)] as const)
  const open = steps.filter((p, i) => i === 0 || p[0] !== steps[i - 1]![0] || p[1] !== steps[i - 1]![1])
  const first = open[0]!
  const last = open.at(-1)!
  if (first[0] !== last[0] || first[1] !== last[1]) open.push(first)
  return doubleArea(open) < 0 ? open.reverse() : open
}

const doubleArea = (ring: Ring) =>
  ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0] * y - x * ring[i]![1], 0)
const areaM2 = (steps: Ring) => (Math.abs(doubleArea(steps)) / 2) * GRID_M ** 2
const toMetres = (ring: Ring): Ring =>
  ring.map(([lon, lat]) => [(lon - MIDDLE[0]) * perLon, (lat - MIDDLE[1]) * perLat] as const)

const features = (path: string): Feature[] => JSON.parse(gunzipSync(readFileSync(path)).toString()).features
const polygons = ({ geometry: { type, coordinates } }: Feature): Ring[][] =>
  type === 'Polygon' ? [coordinates as Ring[]] : (coordinates as Ring[][])

const box = (ring: Ring) => {
  const xs = ring.map((p) => p[0])
  const ys = ring.map((p) => p[1])
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] as const
}
const near = (a: Ring, b: Ring) => {
  const [p, q] = [box(a), box(b)]
  return p[0] <= q[2] + 2 && q[0] <= p[2] + 2 && p[1] <= q[3] + 2 && q[1] <= p[3] + 2
}

/** `ring` with every vertex of `others` that lies on one of its edges made a vertex of its own. */
function noded(ring: Point[], others: Point[][]): Point[] {
  const own = new Set(ring.map(String))
  const extra = others.flat().filter((p) => !own.has(String(p)))
  const reach = NODE_WITHIN_M / GRID_M
  return ring.flatMap((a, i): Point[] => {
    const b = ring[i + 1]
    if (!b) return [a]
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
    const length2 = dx * dx + dy * dy
    const on = extra.flatMap((p) => {
      const t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2
      const off = Math.hypot(a[0] + t * dx - p[0], a[1] + t * dy - p[1])
      return t > 0 && t < 1 && off <= reach ? [{ t, p }] : []
    })
    const sorted = on.sort((m, n) => m.t - n.t).map((m) => m.p)
    return [a, ...sorted.filter((p, k) => k === 0 || String(p) !== String(sorted[k - 1]))]
  })
}

const [parcelsPath, buildingsPath] = process.argv.slice(2)
if (!parcelsPath || !buildingsPath)
  throw new Error('usage: trimVillage.ts <parcels.geojson.gz> <buildings.geojson.gz>')
const geos = await openGeos()

const raw = features(parcelsPath)
  .flatMap(polygons)
  .filter((rings) => rings.length === 1)
  .map((rings) => toGrid(toMetres(rings[0]!)))
  .filter((ring) => ring.length > 3 && areaM2(ring) >= PARCEL_M2[0] && areaM2(ring) <= PARCEL_M2[1])
const nodedParcels = raw
  .map((ring) =>
    noded(
      ring,
      raw.filter((other) => other !== ring && near(ring, other)),
    ),
  )
  .filter((ring) => geos.isValid(ring))

const blocks = features(buildingsPath)
  .flatMap(polygons)
  .filter((rings) => rings.length === 1)
  .map((rings) => toGrid(toMetres(rings[0]!)))
  .filter((ring) => areaM2(ring) >= FOOTPRINT_MIN_M2 && geos.isValid(ring))

const lots: { parcel: Point[]; buildings: Point[][] }[] = []
for (const parcel of nodedParcels) {
  const kept: Point[][] = []
  const candidates = blocks
    .filter((block) => near(block, parcel))
    .flatMap((block) => {
      const cut = geos.cutInside(block, parcel, INSET_M / GRID_M)
      const ring = cut ? toGrid(cut.map(([x, y]) => [x * GRID_M, y * GRID_M] as const)) : []
      return ring.length > 4 && areaM2(ring) >= Math.max(FOOTPRINT_MIN_M2, 0.9 * areaM2(block)) ? [ring] : []
    })
    .filter((ring) => geos.isValid(ring) && geos.covers(parcel, ring))
    .sort((a, b) => areaM2(b) - areaM2(a))
  for (const ring of candidates) {
    if (
      kept.length < BUILDINGS_PER_PARCEL_MAX &&
      kept.every((k) => geos.distance(k, ring) >= APART_M / GRID_M)
    ) {
      kept.push(ring)
    }
  }
  if (kept.length === 0) continue
  const clash = lots.some(
    (lot) => near(lot.parcel, parcel) && geos.overlapArea(lot.parcel, parcel) * GRID_M ** 2 > 0.001,
  )
  if (!clash) lots.push({ parcel, buildings: kept })
}

const text = JSON.stringify({
  about:
    'Parcels with buildings of one rural commune, French cadastre (Etalab), Licence Ouverte 2.0; see README.md',
  gridMetres: GRID_M,
  lots,
})
writeFileSync(new URL('../../../data/city/village.json.gz', import.meta.url), gzipSync(text, { level: 9 }))
const footprints = lots.flatMap((lot) => lot.buildings.map(areaM2)).sort((a, b) => a - b)
console.log(
  `${lots.length} parcels, ${footprints.length} buildings, median footprint ${footprints[footprints.length >> 1]} m2`,
)
