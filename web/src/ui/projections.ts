import { register } from 'ol/proj/proj4'
import proj4 from 'proj4'

/** Central meridians of the two 3-degree zones Ningbo lies in. */
export type Meridian = 120 | 123

/** CGCS2000 geographic. The map side of every definition here counts east first, then north. */
export const geographic = 'EPSG:4490'

/** CGCS2000 / 3-degree Gauss–Krüger without zone number in the easting (EPSG 4549 and 4550). */
export const planes: Record<Meridian, string> = { 120: 'EPSG:4549', 123: 'EPSG:4550' }

proj4.defs(geographic, '+proj=longlat +a=6378137 +rf=298.257222101 +no_defs +type=crs')
for (const meridian of [120, 123] as const) {
  proj4.defs(
    planes[meridian],
    `+proj=tmerc +lat_0=0 +lon_0=${meridian} +k=1 +x_0=500000 +y_0=0 +a=6378137 +rf=298.257222101 +units=m +no_defs +type=crs`,
  )
}
register(proj4)

/** Longitude and latitude in degrees to easting and northing in metres. */
export function toPlane(
  meridian: Meridian,
  longitude: number,
  latitude: number,
): [east: number, north: number] {
  const [east, north] = proj4(geographic, planes[meridian], [longitude, latitude])
  return [east!, north!]
}
