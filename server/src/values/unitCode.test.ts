import { expect, test } from 'vitest'
import {
  buildingCodeOf,
  formatUnitCode,
  homeUnitCode,
  landUnitCode,
  normaliseUnitCode,
  parcelCodeOf,
  parseUnitCode,
  unitCodeProblem,
  unitCodeWarning,
} from './unitCode.ts'

// From the domain notes on GB/T 37346-2019, then our own edges.
test.each<[string, string | null, string]>([
  ['330212001002GB00012F00010001', null, 'a home'],
  ['330205003004GB00120W00000000', null, 'land alone'],
  ['330225000000GH00007W00000000', null, 'sea, with zeros for the cadastral district'],
  ['330281004011JC00033F00010001', null, 'a homestead'],
  ['330212001002GB00012F99990001', null, 'several buildings as one unit'],
  ['330204001002GB00012F00010001', null, 'in 江东, abolished in 2016'],
  ['330212 001002 gb00012 f00010001', null, 'as typed from paper'],
  ['330212001002GB00012W00010001', 'format', 'W with a number'],
  ['330212001002GB00012F00000001', 'format', 'building zero'],
  ['330212001002GB00012F00010000', 'format', 'home zero'],
  ['330212001002GB00012L00000000', 'format', 'trees without a number'],
  ['330212001002GK00012F00010001', 'format', 'a parcel kind that does not exist'],
  ['330212001002AB00012F00010001', 'format', 'an ownership that does not exist'],
  ['330212001002GB00012F0001000', 'length', '27 characters'],
  ['330212001002GB00012F000100011', 'length', '29 characters'],
  ['', 'length', 'empty'],
  ['310101001002GB00012F00010001', 'county', 'another city'],
  ['330212001002GB00000F00010001', 'parcel_serial', 'parcel zero'],
  ['330212001002GA00012W00000000', 'ownership', 'collective land owned by the state'],
  ['330225000000JH00007W00000000', 'ownership', 'the sea owned by a collective'],
])('%s: %s (%s)', (code, expected) => {
  expect(unitCodeProblem(code)?.code ?? null).toBe(expected)
})

test('the length sentence says how many there are', () => {
  expect(unitCodeProblem('330212')?.message.zh).toContain('现为 6 位')
})

test.each([
  ['330212001002GB00012F00010001', null],
  ['330212001002GW00012F00010001', null],
  ['330212001002JD00012F00010001', 'unusual_pair'],
  ['330212001002JE00012L00000001', null],
])('a warning on %s: %s', (code, expected) => {
  expect(unitCodeProblem(code)).toBeNull()
  expect(unitCodeWarning(code)?.code ?? null).toBe(expected)
})

test('a code comes apart and is put together again', () => {
  const code = '330212001002GB00012F00010023'
  const parts = parseUnitCode(code)!
  expect(parts).toEqual({
    county: '330212',
    cadastralDistrict: '001',
    cadastralSubdistrict: '002',
    ownership: 'G',
    parcelKind: 'B',
    parcelSerial: '00012',
    fixtureKind: 'F',
    fixture: '00010023',
  })
  expect(Object.values(parts).join('')).toBe(code)
  expect(formatUnitCode(code)).toBe('330212 001002 GB00012 F00010023')
  expect(normaliseUnitCode(formatUnitCode(code))).toBe(code)
  expect(parcelCodeOf(code)).toBe('330212001002GB00012')
  expect(buildingCodeOf(code)).toBe('330212001002GB00012F0001')
  expect(homeUnitCode(parcelCodeOf(code), 1, 23)).toBe(code)
})

test('land alone is in no building', () => {
  expect(buildingCodeOf(landUnitCode('330212001002GB00012'))).toBeNull()
  expect(unitCodeProblem(landUnitCode('330212001002GB00012'))).toBeNull()
})

test.each([0, 10_000, 1.5])('home %d is a bug', (n) => {
  expect(() => homeUnitCode('330212001002GB00012', 1, n)).toThrow(RangeError)
})
