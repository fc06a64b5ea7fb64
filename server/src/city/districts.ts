/** Where each registration office stands in the demo, and how much of the city it holds. */
import { type RegistrationOffice, registrationOffices } from '../values/districts.ts'
import type { PlanDistrict } from './plan.ts'

interface Site {
  /** Land near the town, kilometres from the next anchor; what the demo puts there is fictional. */
  anchor: [number, number]
  /** Share of the city's units, in proportion; haishu is the densest. */
  weight: number
  /** Fewest units: haishu must find homes old enough for all its roles, two others for a few. */
  unitsMin: number
}

const site = (longitude: number, latitude: number, weight: number, unitsMin = 4): Site => ({
  anchor: [longitude, latitude],
  weight,
  unitsMin,
})

const sites: Record<string, Site> = {
  haishu: site(121.53, 29.85, 27, 60),
  jiangbei: site(121.53, 29.94, 8),
  beilun: site(121.83, 29.89, 6),
  zhenhai: site(121.61, 29.98, 6),
  yinzhou: site(121.57, 29.78, 16, 16),
  fenghua: site(121.41, 29.66, 5),
  xiangshan: site(121.86, 29.48, 4),
  ninghai: site(121.43, 29.29, 4),
  yuyao: site(121.15, 30.04, 7),
  cixi: site(121.26, 30.17, 8, 16),
  qianwan: site(121.2, 30.29, 4),
  gaoxin: site(121.65, 29.88, 5),
}

/**
 * The offices of the house with their place in the demo. Every office has a 地籍区 of its own, because several
 * share county codes: old ones, or those of a zone's host.
 */
export const districts: readonly PlanDistrict[] = registrationOffices.map((office, i) => ({
  id: office.id,
  name: office.name,
  isCity: office.epsg === null,
  countyCodes: office.unitCodePrefixes,
  cadastralDistrict: String(i + 1).padStart(3, '0'),
  certificatePlace: office.certificatePlace,
  zone: zoneOf(office),
  anchor: sites[office.id]?.anchor ?? null,
  sort: i + 1,
}))

function zoneOf({ centralMeridian }: RegistrationOffice): 40 | 41 | null {
  return centralMeridian && (centralMeridian === 120 ? 40 : 41)
}

/** Units per district id: everyone's minimum, then the rest by weight. Adds up to `total` exactly. */
export function shareUnits(total: number): Map<string, number> {
  const all = Object.entries(sites)
  const spare = total - all.reduce((sum, [, { unitsMin }]) => sum + unitsMin, 0)
  const weights = all.reduce((sum, [, { weight }]) => sum + weight, 0)
  const shares = new Map(
    all.map(([id, { unitsMin, weight }]) => [id, unitsMin + Math.floor((spare * weight) / weights)]),
  )
  const given = [...shares.values()].reduce((sum, share) => sum + share, 0)
  return shares.set('haishu', shares.get('haishu')! + total - given)
}
