/** Parcels, buildings and units of one district: real shapes, built up into multi-storey blocks. */
import { homeUnitCode } from '../values/unitCode.ts'
import { names } from './inputs.ts'
import { hundredths, lotCount, lotsAround, type PlacedLot, parseHundredths } from './place.ts'
import type { PlanBuilding, PlanDistrict, PlanGeometry, PlanParcel, PlanUnit } from './plan.ts'
import type { Random } from './prng.ts'

export interface Land {
  parcels: PlanParcel[]
  buildings: PlanBuilding[]
  units: PlanUnit[]
}

type Use = PlanUnit['use']

/** What stands on a parcel of each land use: the units' use, and the legal cap of the land term in years. */
const kinds = {
  '0701': { use: '11', years: 70 },
  '0501': { use: '31', years: 40 },
  '0505': { use: '60', years: 40 },
} as const satisfies Record<PlanParcel['landUse'], { use: Use; years: number }>

/** Floor space one unit takes, square metres: decides how many units share a floor. */
const UNIT_M2 = 95
const UNITS_PER_FLOOR_MAX = 6
const PARCELS_PER_SUBDISTRICT = 60
/** Every so many parcels still carries the code of a county abolished since, where the district has one. */
const OLD_CODE_EVERY = 5

/**
 * Builds exactly `count` units, on as many lots as they need. The first lots are housing finished by 2015 until
 * it holds `oldHomes` units, so that a story's home is never a matter of luck.
 */
export function generateLand(random: Random, district: PlanDistrict, count: number, oldHomes: number): Land {
  const land: Land = { parcels: [], buildings: [], units: [] }
  const start = Math.floor((lotCount * district.sort) / 13)
  const numbers = streetNumbers(random.fork('streets'), district)
  for (const lot of lotsAround(district.anchor!, district.zone!, start)) {
    if (land.units.length === count) break
    const index = land.parcels.length
    buildLot(random.fork(`lot${index}`), land, {
      district,
      lot,
      index,
      address: numbers(),
      left: count - land.units.length,
      oldHousing: land.units.length < oldHomes,
    })
  }
  return land
}

interface Site {
  district: PlanDistrict
  lot: PlacedLot
  index: number
  address: string
  left: number
  oldHousing: boolean
}

function buildLot(random: Random, land: Land, site: Site): void {
  const { district, lot, index, address, left, oldHousing } = site
  const drawnUse = random.weighted([
    ['0701', 86],
    ['0501', 8],
    ['0505', 6],
  ] as const)
  const landUse = oldHousing ? '0701' : drawnUse
  const completed = Temporal.PlainDate.from({
    year: random.between(1996, oldHousing ? 2015 : 2022),
    month: random.between(1, 12),
    day: random.between(1, 28),
  })
  const granted = completed.subtract({ years: 2, days: random.between(0, 300) })
  const parcel: PlanParcel = {
    district: district.id,
    code: parcelCode(district, index),
    location: address,
    landUse,
    landRightNature: '102',
    term: {
      from: granted.toString(),
      to: granted.add({ years: kinds[landUse].years }).subtract({ days: 1 }).toString(),
    },
    bounds: boundsOf(random),
    geometry: lot.parcel,
  }
  const units: PlanUnit[] = []
  for (const [i, footprint] of lot.buildings.entries()) {
    const room = left - units.length
    if (room === 0) break
    const completedOn = completed.add({ days: i * 90 }).toString()
    units.push(
      ...raise(random.fork(`b${i}`), land, { district, parcel, footprint, number: i + 1, completedOn, room }),
    )
  }
  shareLand(parcel, units)
  land.parcels.push(parcel)
  land.units.push(...units)
}

interface Shell {
  district: PlanDistrict
  parcel: PlanParcel
  footprint: PlanGeometry
  number: number
  completedOn: string
  /** Units still wanted: the building never holds more. */
  room: number
}

/** Puts one building up and returns its units. */
function raise(random: Random, land: Land, shell: Shell): PlanUnit[] {
  const { district, parcel, footprint, number, completedOn } = shell
  const floorSpace = parseHundredths(footprint.area)
  const perFloor = Math.min(
    shell.room,
    UNITS_PER_FLOOR_MAX,
    Math.max(1, Math.round(floorSpace / (UNIT_M2 * 100))),
  )
  const floors = Math.min(Math.floor(shell.room / perFloor), storeys(random, perFloor))
  const code = `${parcel.code}F${String(number).padStart(4, '0')}`
  const name =
    random.pick(names.estates.prefix) + random.pick(names.estates.core) + random.pick(names.estates.suffix)
  // 分摊系数: shared area per square metre of inner area, one figure for the whole building.
  const sharedPerMille = floors > 7 ? random.between(220, 300) : random.between(90, 180)
  const units: PlanUnit[] = []
  for (let floor = 1; floor <= floors; floor++) {
    const areas = split(random, floorSpace, perFloor)
    for (const [i, area] of areas.entries()) {
      const inner = Math.round((area * 1000) / (1000 + sharedPerMille))
      const room = `${floor}${String(i + 1).padStart(2, '0')}`
      units.push({
        district: district.id,
        code: homeUnitCode(parcel.code, number, units.length + 1),
        buildingCode: code,
        parcelCode: parcel.code,
        floor,
        room,
        location: `${parcel.location}${name}${number}幢${room}室`,
        use: kinds[parcel.landUse].use,
        area: hundredths(area),
        innerArea: hundredths(inner),
        sharedArea: hundredths(area - inner),
        sharedLandArea: '0.00',
      })
    }
  }
  land.buildings.push({
    district: district.id,
    code,
    parcelCode: parcel.code,
    number,
    name: `${name}${number}幢`,
    floorsAbove: floors,
    floorsBelow: floors > 7 ? 1 : 0,
    structure:
      floors > 7
        ? '2'
        : random.weighted([
            ['3', 3],
            ['4', 1],
          ] as const),
    completedOn,
    area: hundredths(floorSpace * floors),
    geometry: footprint,
  })
  return units
}

function storeys(random: Random, perFloor: number): number {
  return perFloor === 1
    ? random.weighted([
        [3, 3],
        [4, 4],
        [5, 4],
        [6, 4],
      ] as const)
    : random.weighted([
        [5, 3],
        [6, 6],
        [7, 3],
        [11, 2],
        [17, 1],
      ] as const)
}

/** Parts of `whole` that differ by some ten per cent and add up to it exactly. */
function split(random: Random, whole: number, parts: number): number[] {
  const sizes = Array.from({ length: parts - 1 }, () =>
    Math.floor((whole * random.between(92, 108)) / (100 * parts)),
  )
  return [...sizes, whole - sizes.reduce((sum, size) => sum + size, 0)]
}

/** 分摊土地面积 by floor space, rounded down so that a parcel is never given away twice. */
function shareLand(parcel: PlanParcel, units: PlanUnit[]): void {
  const whole = parseHundredths(parcel.geometry.area)
  const built = units.reduce((sum, unit) => sum + parseHundredths(unit.area), 0)
  for (const unit of units)
    unit.sharedLandArea = hundredths(Math.floor((whole * parseHundredths(unit.area)) / built))
}

/** 宗地代码: county, cadastral district and sub-district, GB (state land, surface construction), sequence. */
function parcelCode({ countyCodes, cadastralDistrict }: PlanDistrict, index: number): string {
  const abolished = countyCodes.slice(1)
  const old = abolished.length > 0 && index % OLD_CODE_EVERY === OLD_CODE_EVERY - 1
  const county = old ? abolished[Math.floor(index / OLD_CODE_EVERY) % abolished.length]! : countyCodes[0]!
  const subdistrict = String(Math.floor(index / PARCELS_PER_SUBDISTRICT) + 1).padStart(3, '0')
  const sequence = String((index % PARCELS_PER_SUBDISTRICT) + 1).padStart(5, '0')
  return `${county}${cadastralDistrict}${subdistrict}GB${sequence}`
}

/** Addresses without end: real road names, running numbers marked 演 because nobody lives there. */
function streetNumbers(random: Random, district: PlanDistrict): () => string {
  const roads = names.zoneRoads[district.id] ?? names.roads[district.countyCodes[0]!]!
  const last = new Map<string, number>()
  return () => {
    const road = random.pick(roads)
    const number = (last.get(road) ?? 0) + random.between(1, 4)
    last.set(road, number)
    return `${placeName(district)}${road}演${number}号`
  }
}

/** Counties and county-level cities are named alone in an address, districts after the city. */
const placeName = ({ name }: PlanDistrict) => (name.zh.endsWith('区') ? `宁波市${name.zh}` : name.zh)

const neighbours = ['道路', '河道', '公共绿地', '相邻宗地', '小区道路'] as const

function boundsOf(random: Random): PlanParcel['bounds'] {
  const side = () => random.pick(neighbours)
  return { east: side(), south: side(), west: side(), north: side() }
}
