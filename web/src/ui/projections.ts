import { register } from 'ol/proj/proj4'
import proj4 from 'proj4'
import { geographicDefinition, type Meridian, planeDefinition } from '../../../server/src/values/plane.ts'

export { type Meridian, toPlane } from '../../../server/src/values/plane.ts'

/** CGCS2000 geographic, as maps name it. */
export const geographic = 'EPSG:4490'

/** The two plane systems, as maps name them. */
export const planes: Record<Meridian, string> = { 120: 'EPSG:4549', 123: 'EPSG:4550' }

proj4.defs(geographic, geographicDefinition)
for (const meridian of [120, 123] as const) proj4.defs(planes[meridian], planeDefinition(meridian))
register(proj4)
