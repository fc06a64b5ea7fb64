import { expect, test } from 'vitest'
import { districts } from '../city/districts.ts'
import { abolishedCounties, knownCountyCodes, officeById, registrationOffices } from './districts.ts'

test('twelve offices, then the city bureau', () => {
  expect(registrationOffices).toHaveLength(13)
  expect(registrationOffices.at(-1)!.id).toBe('city')
  expect(
    registrationOffices.filter((office) => office.countyCode === null).map((office) => office.id),
  ).toEqual(['qianwan', 'gaoxin'])
})

test('the demo city stands in the same offices', () => {
  expect(districts.map((one) => one.id).sort()).toEqual(registrationOffices.map((one) => one.id).sort())
  for (const district of districts) {
    const office = officeById(district.id)!
    expect(office.name).toEqual(district.name)
    expect(office.certificatePlace).toBe(district.certificatePlace)
    expect(office.unitCodePrefixes).toEqual(expect.arrayContaining(district.countyCodes))
    expect(office.epsg).toBe(district.zone && (district.zone === 40 ? 4549 : 4550))
  }
})

test('a certificate place belongs to one office, so number series cannot meet', () => {
  expect(new Set(registrationOffices.map((one) => one.certificatePlace)).size).toBe(13)
})

test('abolished counties are still accepted in unit codes', () => {
  for (const code of Object.keys(abolishedCounties)) expect(knownCountyCodes.has(code)).toBe(true)
  expect(knownCountyCodes.has('310101')).toBe(false)
})

test('an office this city does not have is not found', () => {
  expect(officeById('shanghai')).toBeUndefined()
})
