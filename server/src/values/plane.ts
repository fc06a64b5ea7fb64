import proj4 from 'proj4'

/** Central meridians of the two 3-degree zones Ningbo lies in. */
export type Meridian = 120 | 123

/** CGCS2000 geographic (EPSG 4490). Every definition here counts east first, then north. */
export const geographicDefinition = '+proj=longlat +a=6378137 +rf=298.257222101 +no_defs +type=crs'

/** CGCS2000 / 3-degree Gauss–Krüger without zone number in the easting (EPSG 4549 and 4550). */
export const planeDefinition = (meridian: Meridian): string =>
  `+proj=tmerc +lat_0=0 +lon_0=${meridian} +k=1 +x_0=500000 +y_0=0 +a=6378137 +rf=298.257222101 +units=m +no_defs +type=crs`

/** Longitude and latitude in degrees to easting and northing in metres. */
export function toPlane(
  meridian: Meridian,
  longitude: number,
  latitude: number,
): [east: number, north: number] {
  const [east, north] = proj4(geographicDefinition, planeDefinition(meridian), [longitude, latitude])
  return [east!, north!]
}
