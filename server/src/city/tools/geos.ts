/**
 * The few exact predicates the city's tool and tests ask of GEOS, over rings of plain coordinates.
 * Only the preparation tool and the tests load this; the generator itself needs no GEOS.
 */
import initGeosJs from 'geos-wasm'

/** A closed ring (first point repeated last) in any unit, counter-clockwise or not. */
export type Ring = readonly (readonly [number, number])[]

type Geos = Awaited<ReturnType<typeof initGeosJs>>

const wkt = (ring: Ring) => `POLYGON ((${ring.map(([x, y]) => `${x} ${y}`).join(', ')}))`

/** Opens GEOS once. Every call below frees what it made. */
export async function openGeos() {
  const geos: Geos = await initGeosJs()
  const reader = geos.GEOSWKTReader_create()

  const read = (text: string): number => {
    const size = text.length + 1 // WKT is ASCII
    const at = geos.Module._malloc(size)
    geos.Module.stringToUTF8(text, at, size)
    const made = geos.GEOSWKTReader_read(reader, at)
    geos.Module._free(at)
    if (!made) throw new Error(`GEOS cannot read ${text.slice(0, 80)}`)
    return made
  }
  const number = (ask: (out: number) => unknown): number => {
    const out = geos.Module._malloc(8)
    ask(out)
    const value = geos.Module.getValue(out, 'double')
    geos.Module._free(out)
    return value
  }
  const areaOf = (geometry: number) => number((out) => geos.GEOSArea(geometry, out))
  const withBoth = <T>(a: Ring, b: Ring, ask: (a: number, b: number) => T): T => {
    const [ga, gb] = [read(wkt(a)), read(wkt(b))]
    const answer = ask(ga, gb)
    geos.GEOSGeom_destroy(ga)
    geos.GEOSGeom_destroy(gb)
    return answer
  }
  const ringOf = (polygon: number): Ring => {
    const sequence = geos.GEOSGeom_getCoordSeq(geos.GEOSGetExteriorRing(polygon))
    const sizeAt = geos.Module._malloc(4)
    geos.GEOSCoordSeq_getSize(sequence, sizeAt)
    const size = geos.Module.getValue(sizeAt, 'i32')
    geos.Module._free(sizeAt)
    return Array.from(
      { length: size },
      (_, i) =>
        [
          number((out) => geos.GEOSCoordSeq_getX(sequence, i, out)),
          number((out) => geos.GEOSCoordSeq_getY(sequence, i, out)),
        ] as const,
    )
  }

  return {
    isValid(ring: Ring): boolean {
      const geometry = read(wkt(ring))
      const answer = geos.GEOSisValid(geometry) === 1
      geos.GEOSGeom_destroy(geometry)
      return answer
    },
    covers: (outer: Ring, inner: Ring) => withBoth(outer, inner, (a, b) => geos.GEOSCovers(a, b) === 1),
    distance: (a: Ring, b: Ring) =>
      withBoth(a, b, (ga, gb) => number((out) => geos.GEOSDistance(ga, gb, out))),
    overlapArea: (a: Ring, b: Ring) =>
      withBoth(a, b, (ga, gb) => {
        const both = geos.GEOSIntersection(ga, gb)
        const area = areaOf(both)
        geos.GEOSGeom_destroy(both)
        return area
      }),
    /** `inner` cut to stay `inset` inside `outer`; null unless that is one polygon without holes. */
    cutInside: (inner: Ring, outer: Ring, inset: number): Ring | null =>
      withBoth(inner, outer, (a, b) => {
        const yard = geos.GEOSBuffer(b, -inset, 4)
        const cut = geos.GEOSIntersection(a, yard)
        const single = geos.GEOSGeomTypeId(cut) === 3 && geos.GEOSGetNumInteriorRings(cut) === 0
        const ring = single ? ringOf(cut) : null
        geos.GEOSGeom_destroy(yard)
        geos.GEOSGeom_destroy(cut)
        return ring && ring.length > 3 ? ring : null
      }),
  }
}
