import { knownCountyCodes } from './districts.ts'
import { type Problem, problem } from './problem.ts'

/** 不动产单元代码 taken apart (GB/T 37346-2019): 6 + 3 + 3 + 2 + 5 + 1 + 8 characters. */
export interface UnitCode {
  county: string
  cadastralDistrict: string
  cadastralSubdistrict: string
  /** 土地所有权类型: G state, J collective, Z undetermined or disputed. */
  ownership: string
  /** 宗地(宗海)特征码, position 14. */
  parcelKind: string
  /** 宗地顺序号, 00001 to 99999. */
  parcelSerial: string
  /** 定着物特征码: F building, L forest, Q other, W none. */
  fixtureKind: string
  /** 定着物单元号: eight digits, zeros for W. */
  fixture: string
}

const shape =
  /^(\d{6})(\d{3})(\d{3})([GJZ])([ABSXCDEFHGLNWY])(\d{5})(?:(W)(0{8})|(F)((?!0000)\d{4}(?!0000)\d{4})|([LQ])((?!0{8})\d{8}))$/

/** Pairs of positions 14 and 20 seen in working systems; others are a finding on old records, not an error. */
const usualFixtures: Readonly<Record<string, string>> = {
  A: 'W',
  B: 'WFQ',
  S: 'WFQ',
  X: 'WFQ',
  C: 'WFQ',
  D: 'W',
  E: 'WLQ',
  F: 'W',
  L: 'WLQ',
  N: 'W',
  H: 'WFLQ',
  G: 'WFLQ',
  Y: 'W',
}

/** As stored: no spaces, upper case. */
export const normaliseUnitCode = (value: string): string => value.replace(/\s+/g, '').toUpperCase()

/** The parts of a code, spaces allowed; null when its form is wrong. */
export function parseUnitCode(value: string): UnitCode | null {
  const found = shape.exec(normaliseUnitCode(value))
  if (!found) return null
  const [, county, cadastralDistrict, cadastralSubdistrict, ownership, parcelKind, parcelSerial, ...rest] =
    found
  const [fixtureKind, fixture] = rest.filter((part) => part !== undefined)
  return {
    county: county!,
    cadastralDistrict: cadastralDistrict!,
    cadastralSubdistrict: cadastralSubdistrict!,
    ownership: ownership!,
    parcelKind: parcelKind!,
    parcelSerial: parcelSerial!,
    fixtureKind: fixtureKind!,
    fixture: fixture!,
  }
}

/**
 * What is wrong with a unit code typed today, or null. Codes in order: `length`, `format`, `county` (not of this
 * city, valid or historical), `parcel_serial` (zero), `ownership` (A needs J, H and G need G). There is no check
 * digit, and whether the parcel exists is the cadastre's to say. Codes already in the register are not judged anew.
 * @see GB/T 37346-2019
 */
export function unitCodeProblem(value: string): Problem | null {
  const code = normaliseUnitCode(value)
  if (code.length !== 28)
    return problem(
      'length',
      `不动产单元代码应为 28 位,现为 ${code.length} 位`,
      `A unit code has 28 characters, this has ${code.length}`,
    )
  const parts = parseUnitCode(code)
  if (!parts)
    return problem(
      'format',
      '不动产单元代码格式不符:6 位区划、3 位地籍区、3 位地籍子区、2 位字母、5 位宗地号,再接 W 加 8 个 0,或 F、L、Q 加 8 位单元号',
      'Not the form of a unit code: 6 digits of county, 3 and 3 of cadastral districts, 2 letters, 5 of parcel, then W and eight zeros, or F, L, Q and eight digits',
    )
  if (!knownCountyCodes.has(parts.county))
    return problem(
      'county',
      `区划代码 ${parts.county} 不属于本市(含已撤销的区划)`,
      `County code ${parts.county} is not of this city, abolished ones included`,
    )
  if (parts.parcelSerial === '00000')
    return problem('parcel_serial', '宗地顺序号从 00001 起', 'Parcel numbers begin at 00001')
  return ownershipProblem(parts)
}

function ownershipProblem({ ownership, parcelKind }: UnitCode): Problem | null {
  const needed = parcelKind === 'A' ? 'J' : parcelKind === 'H' || parcelKind === 'G' ? 'G' : null
  if (needed === null || needed === ownership) return null
  return problem(
    'ownership',
    `特征码 ${parcelKind} 的所有权类型(第 13 位)应为 ${needed},现为 ${ownership}`,
    `Position 13 must be ${needed} with ${parcelKind} at position 14, not ${ownership}`,
  )
}

/** A note, not an error: position 14 and 20 do not usually go together (a building on forest land, say). */
export function unitCodeWarning(value: string): Problem | null {
  const parts = parseUnitCode(value)
  const usual = parts && usualFixtures[parts.parcelKind]
  if (!usual || usual.includes(parts.fixtureKind)) return null
  return problem(
    'unusual_pair',
    `宗地特征码 ${parts.parcelKind} 通常不与定着物特征码 ${parts.fixtureKind} 同时出现,请核对`,
    `Parcel kind ${parts.parcelKind} does not usually go with fixture kind ${parts.fixtureKind}; please check`,
  )
}

/** For reading: four groups, `330212 001002 GB00012 F00010001`. */
export const formatUnitCode = (code: string): string =>
  normaliseUnitCode(code).replace(/^(.{6})(.{6})(.{7})(.{9})$/, '$1 $2 $3 $4')

/** 宗地(宗海)代码: the first 19 characters; one register book each. */
export const parcelCodeOf = (code: string): string => normaliseUnitCode(code).slice(0, 19)

/** 自然幢号: the 24 characters of the building a unit is in, or null when it is none (land only, trees). */
export function buildingCodeOf(code: string): string | null {
  const parts = parseUnitCode(code)
  return parts?.fixtureKind === 'F' ? normaliseUnitCode(code).slice(0, 24) : null
}

/** The unit that is the land alone: `W` and eight zeros after the parcel code. */
export const landUnitCode = (parcelCode: string): string => `${parcelCode}W00000000`

/** The unit of a home: parcel code, `F`, building 1–9999, home 1–9999. @throws RangeError outside those. */
export function homeUnitCode(parcelCode: string, building: number, home: number): string {
  return `${parcelCode}F${serial4(building)}${serial4(home)}`
}

function serial4(n: number): string {
  if (!Number.isInteger(n) || n < 1 || n > 9999) throw new RangeError(`${n} is not a four-digit number`)
  return String(n).padStart(4, '0')
}
