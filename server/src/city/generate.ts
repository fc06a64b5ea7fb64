/** Puts a whole demo city together. Pure: the same options give the same city, byte for byte. */
import { officialCalendar } from '../values/load.ts'
import { openCalendar } from './calendar.ts'
import { districts, shareUnits } from './districts.ts'
import { generateBurdens } from './generateBurdens.ts'
import { generateCases } from './generateCases.ts'
import { generateLand, type Land } from './generateLand.ts'
import { generateRights, type Home, type Setting } from './generateRights.ts'
import { generateStaff } from './generateStaff.ts'
import { Numbering } from './numbering.ts'
import { Population } from './people.ts'
import type { CityOptions, CityPlan } from './plan.ts'
import { posts } from './posts.ts'
import { type Random, random } from './prng.ts'
import { cast, rolesOf } from './roles.ts'

/** Below this haishu cannot cast its demo homes. */
export const UNITS_MIN = 300
/** Past this the offices' ranges of old blanks and of phone numbers would run out. */
export const UNITS_MAX = 200_000
export const AS_OF_MIN = '2026-02-01'

/** Bank head offices whose invented Ningbo branches lend to the demo's people. */
const bankNames = ['中国工商银行', '中国农业银行', '中国银行', '中国建设银行', '交通银行', '宁波银行']

/**
 * Generates the city that stands on the day `asOf`.
 *
 * @throws RangeError if an option lies outside its range; callers that take options from people check first.
 */
export function generateCity(options: CityOptions): CityPlan {
  checkOptions(options)
  const root = random(options.seed)
  const population = new Population()
  const published = officialCalendar({ allowUnpublished: true })
  const calendar = openCalendar(options.asOf, (day) => published.isWorkingDay(day) === true)
  const staffing = generateStaff(root.fork('staff'), [...districts], population)
  const banks = bankNames.map((name) =>
    population.addCompany(root.fork(`bank.${name}`), '宁波市演示路36号', name),
  )
  const plan: CityPlan = {
    demo: true,
    options: { ...options },
    districts: structuredClone([...districts]),
    ...staffing,
    posts: structuredClone(posts),
    parties: population.parties,
    parcels: [],
    buildings: [],
    units: [],
    ownerships: [],
    mortgages: [],
    seizures: [],
    objections: [],
    prenotices: [],
    blankRanges: [],
    cases: [],
  }
  const shares = shareUnits(options.units)
  for (const district of districts.filter((one) => !one.isCity)) {
    const setting = {
      asOf: options.asOf,
      district,
      population,
      banks,
      calendar,
      numbering: new Numbering(district),
    }
    append(plan, generateDistrict(root.fork(district.id), setting, shares.get(district.id)!))
  }
  return plan
}

type DistrictPart = Omit<
  CityPlan,
  'demo' | 'options' | 'districts' | 'offices' | 'posts' | 'staff' | 'seals' | 'parties'
>

function generateDistrict(draw: Random, setting: Setting, units: number): DistrictPart {
  const { district, numbering, calendar } = setting
  const land = generateLand(draw.fork('land'), district, units, rolesOf(district.id).length)
  const roles = cast(draw.fork('cast'), district.id, land.units, land.buildings)
  const rights = generateRights(draw.fork('rights'), setting, homesOf(land), roles)
  const burdens = generateBurdens(draw.fork('burdens'), setting, land.units, rights, roles)
  const cases = generateCases(draw.fork('cases'), setting, land.units, rights, roles)
  numbering.assign()
  return {
    ...land,
    ...rights,
    ...burdens,
    cases,
    blankRanges: numbering.freshBlanks(calendar.workingDayBack(60)),
  }
}

function homesOf({ units, buildings, parcels }: Land): Home[] {
  const buildingOf = new Map(buildings.map((one) => [one.code, one]))
  const parcelOf = new Map(parcels.map((one) => [one.code, one]))
  return units.map((unit) => ({
    unit,
    building: buildingOf.get(unit.buildingCode)!,
    parcel: parcelOf.get(unit.parcelCode)!,
  }))
}

function append(plan: CityPlan, part: DistrictPart): void {
  for (const [name, rows] of Object.entries(part)) {
    const all: unknown[] = plan[name as keyof DistrictPart]
    for (const row of rows) all.push(row)
  }
}

function checkOptions({ seed, units, asOf }: CityOptions): void {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed ${seed}: expected a whole number`)
  if (!Number.isSafeInteger(units) || units < UNITS_MIN || units > UNITS_MAX) {
    throw new RangeError(`units ${units}: expected ${UNITS_MIN} to ${UNITS_MAX}`)
  }
  if (!/^\d{4}-\d\d-\d\d$/.test(asOf) || asOf < AS_OF_MIN)
    throw new RangeError(`asOf ${asOf}: expected a day from ${AS_OF_MIN} on`)
}
