import type { PlanFacts, PlanRing } from './facts.ts'

type Point = readonly [x: number, y: number]

/** A plan ready to draw: millimetres from the top left of its box, north up. */
export interface DrawnPlan {
  width: number
  height: number
  /** 1 to this many. */
  scale: number
  parcel: Point[]
  building: Point[] | null
  label: { at: Point; text: string }
  /** 界址点 J1, J2, … clockwise from the north-western one; none for outlines of very many corners. */
  corners: { at: Point; name: string }[]
  /** Lengths in metres beside the sides that have room for them. */
  sides: { at: Point; text: string }[]
  /** Scale bar: its length in metres and on paper. */
  bar: { metres: number; mm: number }
}

const scales = [50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000, 20_000, 50_000, 100_000]
const cornersMax = 24

/**
 * Lays a plan out in a box of that many millimetres, at the largest usual scale at which everything fits with room
 * for the lettering. Null when the parcel's outline has no area or is too large to draw. Pure and exact to a
 * thousandth of a millimetre, so the same outline is always the same drawing.
 */
export function layoutPlan(plan: PlanFacts, width: number, height: number, margin = 14): DrawnPlan | null {
  const parcel = fromNorthWest(clockwise(open(plan.parcel)))
  if (parcel.length < 3 || areaOf(parcel) === 0) return null
  const ground = plan.building === null ? null : clockwise(open(plan.building))
  const building = ground !== null && ground.length >= 3 && areaOf(ground) !== 0 ? ground : null
  const all = [...parcel, ...(building ?? [])]
  const [west, east] = [Math.min(...all.map(([x]) => x)), Math.max(...all.map(([x]) => x))]
  const [south, north] = [Math.min(...all.map(([, y]) => y)), Math.max(...all.map(([, y]) => y))]
  const fits = (scale: number) =>
    ((east - west) * 1000) / scale <= width - 2 * margin &&
    ((north - south) * 1000) / scale <= height - 2 * margin
  const scale = scales.find(fits)
  if (scale === undefined) return null
  const draw = ([x, y]: Point): Point => [
    round(width / 2 + ((x - (east + west) / 2) * 1000) / scale),
    round(height / 2 - ((y - (north + south) / 2) * 1000) / scale),
  ]
  const onPaper = parcel.map(draw)
  const lettered = parcel.length <= cornersMax
  return {
    width,
    height,
    scale,
    parcel: onPaper,
    building: building?.map(draw) ?? null,
    label: { at: draw(centreOf(building ?? parcel)), text: plan.label },
    corners: lettered
      ? onPaper.map((at, i) => ({ at: outward(onPaper, i, i, at, 3), name: `J${i + 1}` }))
      : [],
    sides: lettered ? onPaper.flatMap((_, i) => sideLength(parcel, onPaper, i)) : [],
    bar: barFor(scale),
  }
}

const round = (mm: number) => Math.round(mm * 1000) / 1000

/** Without the repeated last corner. */
const open = (ring: PlanRing): Point[] => {
  const [first] = ring
  const last = ring.at(-1)
  return ring.length > 1 && first![0] === last![0] && first![1] === last![1] ? ring.slice(0, -1) : [...ring]
}

/** Signed: positive when the corners run anticlockwise, north up. Taken from the first corner, where numbers are small. */
function areaOf(ring: readonly Point[]): number {
  const [x0, y0] = ring[0] ?? [0, 0]
  return ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!
    return sum + ((x - x0) * (nextY - y0) - (nextX - x0) * (y - y0)) / 2
  }, 0)
}

const clockwise = (ring: Point[]): Point[] => (areaOf(ring) > 0 ? ring.toReversed() : ring)

function fromNorthWest(ring: Point[]): Point[] {
  const westness = ([x, y]: Point) => x - y
  const start = ring.reduce((best, point, i) => (westness(point) < westness(ring[best]!) ? i : best), 0)
  return [...ring.slice(start), ...ring.slice(0, start)]
}

/** Centre of area. */
function centreOf(ring: readonly Point[]): Point {
  const [x0, y0] = ring[0]!
  let [sumX, sumY] = [0, 0]
  ring.forEach(([x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!
    const cross = (x - x0) * (nextY - y0) - (nextX - x0) * (y - y0)
    sumX += (x + nextX - 2 * x0) * cross
    sumY += (y + nextY - 2 * y0) * cross
  })
  const sixfold = 6 * areaOf(ring)
  return [x0 + sumX / sixfold, y0 + sumY / sixfold]
}

/** `at` moved `by` millimetres away from the outline, across the line from the corner before `from` to the one after `to`. */
function outward(ring: readonly Point[], from: number, to: number, [x, y]: Point, by: number): Point {
  const before = ring[(from - (from === to ? 1 : 0) + ring.length) % ring.length]!
  const after = ring[(to + (from === to ? 1 : 0)) % ring.length]!
  const [dx, dy] = [after[0] - before[0], after[1] - before[1]]
  const length = Math.hypot(dx, dy) || 1
  // Clockwise on paper, where y grows downwards, the outside is to the left of the way one goes.
  return [round(x + (dy / length) * by), round(y - (dx / length) * by)]
}

function sideLength(parcel: readonly Point[], onPaper: readonly Point[], i: number) {
  const next = (i + 1) % parcel.length
  const [a, b] = [onPaper[i]!, onPaper[next]!]
  if (Math.hypot(b[0] - a[0], b[1] - a[1]) < 12) return []
  const metres = Math.hypot(parcel[next]![0] - parcel[i]![0], parcel[next]![1] - parcel[i]![1])
  const middle: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
  return [{ at: outward(onPaper, i, next, middle, 3.4), text: metres.toFixed(2) }]
}

/** A round length of 15 to 40 mm on paper. */
function barFor(scale: number) {
  const step = 10 ** Math.floor(Math.log10((scale * 40) / 1000))
  const metres = [5, 2, 1].map((n) => n * step).find((length) => (length * 1000) / scale <= 40) ?? step
  return { metres, mm: round((metres * 1000) / scale) }
}
