import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { dutyTable } from '../people/duties.ts'
import { blankSerialProblem } from '../values/blankSerial.ts'
import { officeOfCertificate, parseCertificateNumber } from '../values/certificateNumber.ts'
import { creditCodeProblem, creditCodeWarning } from '../values/creditCode.ts'
import { fraction, sumFractions } from '../values/fraction.ts'
import { birthDate, idNumberProblem, sexOfIdNumber } from '../values/idNumber.ts'
import { officialCalendar } from '../values/load.ts'
import { buildingCodeOf, parcelCodeOf, unitCodeProblem, unitCodeWarning } from '../values/unitCode.ts'
import { generateCity, UNITS_MAX, UNITS_MIN } from './generate.ts'
import { surnames } from './people.ts'
import { type CityOptions, type CityPlan, caseStages, type PlanPersonParty } from './plan.ts'
import { openGeos } from './tools/geos.ts'

const options: CityOptions = { seed: 2, units: 1_200, asOf: '2026-11-23' }
const city = generateCity(options)
const hash = (plan: CityPlan) => createHash('sha256').update(JSON.stringify(plan)).digest('hex')

/** Fails with the repeated values when two are the same. */
function expectUnique(values: readonly string[]) {
  const seen = new Set<string>()
  expect(values.filter((value) => seen.size === seen.add(value).size)).toEqual([])
}
const groupBy = <T>(rows: readonly T[], key: (row: T) => string) => Map.groupBy(rows, key)
const cents = (text: string) => {
  expect(text).toMatch(/^\d+\.\d\d$/)
  return Number(text.replace('.', ''))
}
/** Sum of shares written `n/d`, written the same way. */
function addShares(shares: readonly string[]): string {
  const { num, den } = sumFractions(
    shares.map((share) => fraction(...(share.split('/').map(Number) as [number, number]))),
  )
  return `${num}/${den}`
}

describe('the same options give the same city', () => {
  test('twice in one process', () => expect(hash(generateCity(options))).toBe(hash(city)))
  test('through JSON without loss', () => expect(JSON.parse(JSON.stringify(city))).toEqual(city))
  test.each([
    ['seed', { seed: 3 }],
    ['units', { units: 1_201 }],
    ['asOf', { asOf: '2026-11-24' }],
  ] as const)('another %s gives another city', (_, change) => {
    expect(hash(generateCity({ ...options, ...change }))).not.toBe(hash(city))
  })
  test.each([
    [{ units: UNITS_MIN - 1 }],
    [{ units: UNITS_MAX + 1 }],
    [{ units: 500.5 }],
    [{ seed: Number.NaN }],
    [{ asOf: '2026-01-31' }],
    [{ asOf: '2026-02-30' }],
    [{ asOf: 'today' }],
  ])('%o is refused', (change) => expect(() => generateCity({ ...options, ...change })).toThrow(RangeError))
})

describe('size', () => {
  test('units add up, haishu is the densest with 300 or more', () => {
    expect(city.units).toHaveLength(1_200)
    const counts = [...groupBy(city.units, (unit) => unit.district)].map(
      ([id, rows]) => [rows.length, id] as const,
    )
    expect(counts).toHaveLength(12)
    expect(counts.toSorted((a, b) => b[0] - a[0])[0]).toEqual([expect.any(Number), 'haishu'])
    expect(city.units.filter((unit) => unit.district === 'haishu').length).toBeGreaterThanOrEqual(300)
  })
  test.each(Array.from({ length: 12 }, (_, i) => i))(
    'the smallest city casts every role, seed %i',
    (seed) => {
      const small = generateCity({ ...options, seed, units: UNITS_MIN })
      expect(small.units).toHaveLength(UNITS_MIN)
      expect(small.cases).toHaveLength(city.cases.length)
    },
  )
  test('20,000 units keep their codes apart', () => {
    const large = generateCity({ ...options, units: 20_000 })
    expect(large.units).toHaveLength(20_000)
    expectUnique(large.units.map((unit) => unit.code))
    expectUnique(large.units.map((unit) => unit.location))
  })
})

describe('people', () => {
  const everyone = [...city.staff, ...city.parties.filter((p): p is PlanPersonParty => p.kind === 'person')]
  const dutiesOf = (posts: readonly string[]) =>
    posts.flatMap((id) => city.posts.find((post) => post.id === id)!.duties)

  test('staff names, usernames and keys are unique', () => {
    expectUnique(city.staff.map((person) => person.name))
    expectUnique(city.staff.map((person) => person.username))
    expectUnique(city.staff.map((person) => person.key))
    for (const { username } of city.staff) expect(username).toMatch(/^[a-z0-9][a-z0-9._-]{1,39}$/)
  })
  test('everybody is visibly fictional, in name, number and phone', () => {
    for (const { name, idNumber, phone } of everyone) {
      expect(surnames.some((surname) => name.startsWith(surname))).toBe(true)
      expect(idNumber).toMatch(/^330200\d{8}9\d\d[\dX]$/)
      expect(phone).toMatch(/^142\d{8}$/)
    }
  })
  test('every document number checks, inner organisation codes included', () => {
    const today = Temporal.PlainDate.from(options.asOf)
    expectUnique(everyone.map((person) => person.idNumber))
    for (const { idNumber, birthDate: born, sex } of everyone) {
      expect(idNumberProblem(idNumber, today)).toBeNull()
      expect(birthDate(idNumber)!.toString()).toBe(born)
      expect(sexOfIdNumber(idNumber)).toBe(sex === 'male' ? '1' : '2')
    }
    const codes = city.parties.flatMap((party) => (party.kind === 'person' ? [] : [party.creditCode]))
    expect(codes.length).toBeGreaterThan(20)
    expectUnique(codes)
    expect(codes.filter((code) => creditCodeProblem(code) ?? creditCodeWarning(code))).toEqual([])
  })
  test('every duty exists and nobody holds two that exclude each other (6.2)', () => {
    const known = new Set<string>(dutyTable.duties.map((duty) => duty.id))
    expect(city.posts.flatMap((post) => post.duties).filter((duty) => !known.has(duty))).toEqual([])
    const clashes = city.staff.flatMap((person) => {
      const held = new Set(dutiesOf(person.posts))
      return dutyTable.conflicts
        .filter(([a, b]) => held.has(a) && held.has(b))
        .map((pair) => [person.key, ...pair])
    })
    expect(clashes).toEqual([])
  })
  test('every district can carry a case through, and the city has its three administrators', () => {
    const holders = (district: string, duty: string) =>
      city.staff.filter((person) => person.district === district && dutiesOf(person.posts).includes(duty))
        .length
    for (const { id } of city.districts.filter((d) => !d.isCity)) {
      expect(holders(id, 'acceptance')).toBeGreaterThanOrEqual(3)
      expect(holders(id, 'first_review')).toBeGreaterThanOrEqual(2)
      expect(holders(id, 'second_review')).toBeGreaterThanOrEqual(2)
      for (const duty of [
        'recording',
        'printing',
        'certificate_keeping',
        'sealing',
        'seal_keeping',
        'issuing',
        'archiving',
        'survey_submission',
        'survey_review',
        'enquiry',
        'centre_lead',
        'district_lead',
      ]) {
        expect([id, duty, holders(id, duty) > 0]).toEqual([id, duty, true])
      }
    }
    for (const duty of ['inspection', 'admin_system', 'admin_security', 'admin_audit', 'bank', 'court']) {
      expect([duty, holders('city', duty)]).toEqual([duty, 1])
    }
  })
  test('windows, offices and seals name people who exist; the seals of an office have different keepers (5.2)', () => {
    const staff = new Set(city.staff.map((person) => person.key))
    const named = [
      ...city.offices.flatMap((office) => office.windows.map((w) => w.staff)),
      ...city.seals.map((s) => s.keeper),
    ]
    expect(named.filter((key) => !staff.has(key))).toEqual([])
    expectUnique(city.seals.map((seal) => seal.keeper))
    const offices = new Set(city.offices.map((office) => office.key))
    expect(city.staff.filter((person) => !offices.has(person.office))).toEqual([])
  })
})

describe('land', () => {
  let geos: Awaited<ReturnType<typeof openGeos>>
  beforeAll(async () => {
    geos = await openGeos()
  })
  const ring = (row: { geometry: CityPlan['parcels'][number]['geometry'] }) =>
    row.geometry.geojson.coordinates[0]!
  const meet = (a: readonly number[], b: readonly number[]) =>
    a[0]! <= b[2]! && b[0]! <= a[2]! && a[1]! <= b[3]! && b[1]! <= a[3]!

  test('every figure is valid, closed, counter-clockwise, with seven decimals and a tight box', () => {
    for (const row of [...city.parcels, ...city.buildings]) {
      const points = ring(row)
      expect(geos.isValid(points)).toBe(true)
      expect(points.at(-1)).toEqual(points[0])
      const [x0, y0] = points[0]!
      const signed = points
        .slice(1)
        .reduce(
          (sum, [x, y], i) => sum + (points[i]![0] - x0) * (y - y0) - (x - x0) * (points[i]![1] - y0),
          0,
        )
      expect(signed).toBeGreaterThan(0)
      expect(row.geometry.text).toMatch(
        /^\{"type":"Polygon","coordinates":\[\[(\[12\d(\.\d{1,7})?,(29|30)(\.\d{1,7})?\],?)+\]\]\}$/,
      )
      expect(JSON.parse(row.geometry.text)).toEqual(row.geometry.geojson)
      const [lons, lats] = [points.map((p) => p[0]), points.map((p) => p[1])]
      expect(row.geometry.box).toEqual([
        Math.min(...lons),
        Math.min(...lats),
        Math.max(...lons),
        Math.max(...lats),
      ])
    }
  })
  test('every building stands inside its parcel', () => {
    const parcels = new Map(city.parcels.map((parcel) => [parcel.code, parcel]))
    expect(city.buildings.filter((b) => !geos.covers(ring(parcels.get(b.parcelCode)!), ring(b)))).toEqual([])
  })
  test.each(['parcels', 'buildings'] as const)('no two %s overlap', (kind) => {
    const rows: readonly { code: string; geometry: CityPlan['parcels'][number]['geometry'] }[] = city[kind]
    const squareMetre = 1 / (96_000 * 110_850)
    const clashes = rows.flatMap((a, i) =>
      rows.slice(i + 1).flatMap((b) => {
        const overlap = meet(a.geometry.box, b.geometry.box)
          ? geos.overlapArea(ring(a), ring(b)) / squareMetre
          : 0
        return overlap > 0.01 ? [`${a.code} ${b.code} ${overlap.toFixed(3)}`] : []
      }),
    )
    expect(clashes).toEqual([])
  })
  test('the stated area is the area on the ground, to the scale of the projection', () => {
    for (const { geometry } of city.parcels) {
      const points = geometry.geojson.coordinates[0]!
      const lat = (points[0]![1] * Math.PI) / 180
      const [mx, my] = [
        111_412.84 * Math.cos(lat) - 93.5 * Math.cos(3 * lat),
        111_132.92 - 559.82 * Math.cos(2 * lat),
      ]
      const [x0, y0] = points[0]!
      const double = points
        .slice(1)
        .reduce(
          (sum, [x, y], i) => sum + (points[i]![0] - x0) * (y - y0) - (x - x0) * (points[i]![1] - y0),
          0,
        )
      const ratio = cents(geometry.area) / 100 / ((double / 2) * mx * my)
      expect(Math.abs(ratio - 1)).toBeLessThan(0.002)
    }
  })
})

describe('units', () => {
  test('areas add up: inner and shared to the unit, units to the building, land shares to the parcel', () => {
    for (const unit of city.units)
      expect(cents(unit.innerArea) + cents(unit.sharedArea)).toBe(cents(unit.area))
    const sum = (rows: readonly (typeof city.units)[number][], field: 'area' | 'sharedLandArea') =>
      rows.reduce((total, row) => total + cents(row[field]), 0)
    const inBuilding = groupBy(city.units, (unit) => unit.buildingCode)
    for (const building of city.buildings)
      expect(sum(inBuilding.get(building.code)!, 'area')).toBe(cents(building.area))
    const onParcel = groupBy(city.units, (unit) => unit.parcelCode)
    for (const parcel of city.parcels) {
      expect(sum(onParcel.get(parcel.code)!, 'sharedLandArea')).toBeLessThanOrEqual(
        cents(parcel.geometry.area),
      )
    }
  })
  test('codes nest, floors exist, codes and locations are unique, house numbers are marked as invented', () => {
    const floors = new Map(city.buildings.map((b) => [b.code, b.floorsAbove]))
    for (const unit of city.units) {
      expect(unitCodeProblem(unit.code) ?? unitCodeWarning(unit.code)).toBeNull()
      expect([parcelCodeOf(unit.code), buildingCodeOf(unit.code)]).toEqual([
        unit.parcelCode,
        unit.buildingCode,
      ])
      expect(unit.floor).toBeLessThanOrEqual(floors.get(unit.buildingCode)!)
      expect(unit.location).toMatch(/演\d+号/)
    }
    expectUnique(city.parcels.map((parcel) => parcel.code))
    expectUnique(city.buildings.map((building) => building.code))
    expectUnique(city.units.map((unit) => unit.code))
    expectUnique(city.units.map((unit) => unit.location))
  })
  test('old county codes live on where a county was abolished', () => {
    const counties = new Set(city.units.map((unit) => `${unit.district} ${unit.code.slice(0, 6)}`))
    for (const pair of [
      'haishu 330212',
      'yinzhou 330204',
      'fenghua 330283',
      'gaoxin 330204',
      'qianwan 330282',
    ])
      expect(counties).toContain(pair)
  })
})

describe('rights', () => {
  const parties = new Map(city.parties.map((party) => [party.key, party]))
  const ownerships = new Map(city.ownerships.map((one) => [one.key, one]))

  test('every unit has exactly one current ownership, and chains meet without gap', () => {
    const current = city.ownerships.filter((one) => one.status === 'current')
    expectUnique(current.map((one) => one.unitCode))
    expect(current).toHaveLength(city.units.length)
    for (const one of city.ownerships) {
      expect(one.endedAt === null).toBe(one.status === 'current')
      const before = one.previous && ownerships.get(one.previous)
      if (!before) continue
      expect([before.unitCode, before.endedAt]).toEqual([one.unitCode, one.registeredAt])
      expect(before.registeredAt < one.registeredAt).toBe(true)
    }
    expect(city.ownerships.filter((one) => one.status === 'historical').length).toBeGreaterThan(100)
  })
  test('shares add to the whole and follow the form of sharing', () => {
    for (const { holders, sharing } of city.ownerships) {
      expect(addShares(holders.map((holder) => holder.share))).toBe('1/1')
      expect(holders.length === 1).toBe(sharing === '0')
      expect(holders.filter((holder) => !parties.has(holder.party))).toEqual([])
      expectUnique(holders.map((holder) => holder.party))
    }
    expect(new Set(city.ownerships.map((one) => one.sharing))).toEqual(new Set(['0', '1', '2']))
  })
  test('nobody owned before coming of age', () => {
    for (const { holders, registeredAt } of city.ownerships) {
      for (const { party } of holders) {
        const holder = parties.get(party)!
        if (holder.kind === 'person')
          expect(
            Number(registeredAt.slice(0, 4)) - Number(holder.birthDate.slice(0, 4)),
          ).toBeGreaterThanOrEqual(18)
      }
    }
  })
  test('a mortgage follows its ownership, stays within the price, and some are older than 2021', () => {
    for (const mortgage of city.mortgages) {
      const owned = ownerships.get(mortgage.ownership)!
      expect([owned.unitCode, owned.status]).toEqual([mortgage.unitCode, 'current'])
      expect(mortgage.amountFen).toBeGreaterThan(0)
      expect(mortgage.amountFen).toBeLessThanOrEqual(owned.priceFen!)
      expect(mortgage.registeredAt > owned.registeredAt).toBe(true)
      expect(mortgage.transferRestricted === null).toBe(mortgage.registeredAt < '2021-01-01')
      expect(parties.get(mortgage.mortgagee)!.kind).toBe('bank')
    }
    expectUnique(city.mortgages.map((mortgage) => mortgage.unitCode))
    expect(city.mortgages.length / city.units.length).toBeGreaterThan(0.2)
    expect(city.mortgages.length / city.units.length).toBeLessThan(0.3)
    expect(new Set(city.mortgages.map((mortgage) => mortgage.transferRestricted))).toEqual(
      new Set([true, false, null]),
    )
  })
  test('everything was registered on a working day', () => {
    const calendar = officialCalendar()
    const entries = [
      ...city.ownerships,
      ...city.mortgages,
      ...city.seizures,
      ...city.objections,
      ...city.prenotices,
    ]
    const off = entries.filter(
      ({ registeredAt }) =>
        calendar.isWorkingDay(Temporal.PlainDate.from(registeredAt.slice(0, 10))) !== true,
    )
    expect(off).toEqual([])
  })
  test('rights were registered in office hours from 2016 to 2025', () => {
    for (const { registeredAt } of [...city.ownerships, ...city.mortgages]) {
      expect(registeredAt).toMatch(/^20(1[6-9]|2[0-5])-\d\d-\d\dT(09|1[0-7]):[0-5]\d:[0-5]\d\+08:00$/)
    }
  })
  test('haishu has one live seizure with one waiting behind it, an expired one, an objection and a prenotice', () => {
    const here = city.seizures.filter((seizure) => seizure.district === 'haishu')
    expect(here.map((seizure) => seizure.state)).toEqual(['live', 'waiting', 'expired'])
    const [live, waiting, expired] = here
    expect(live!.unitCode).toBe(waiting!.unitCode)
    expect(live!.servedAt < waiting!.servedAt).toBe(true)
    expect(waiting!.term).toBeNull()
    expect(live!.term!.to >= options.asOf && expired!.term!.to < options.asOf).toBe(true)
    for (const { term } of [live!, expired!]) {
      const limit = Temporal.PlainDate.from(term!.from).add({ years: 3 }).toString()
      expect(term!.to < limit).toBe(true)
    }
    expect([city.objections.length, city.prenotices.length]).toEqual([1, 1])
  })
})

describe('paper', () => {
  const papers = [
    ...city.ownerships.map((one) => one.certificate),
    ...[...city.mortgages, ...city.objections, ...city.prenotices].map((one) => one.proof),
  ]
  test('certificate numbers run without gap in the order of registration, one series per office, year and kind', () => {
    expectUnique(papers.map((paper) => paper.number))
    const series = groupBy(city.ownerships, (one) => `${one.district} ${one.certificate.year}`)
    for (const rows of series.values()) {
      const inOrder = rows.toSorted((a, b) => a.certificate.serial - b.certificate.serial)
      expect(inOrder.map((one) => one.certificate.serial)).toEqual(inOrder.map((_, i) => i + 1))
      expect(inOrder.map((one) => one.registeredAt)).toEqual(rows.map((one) => one.registeredAt).toSorted())
    }
    for (const { district, certificate } of city.ownerships) {
      const parts = parseCertificateNumber(certificate.number)!
      expect([officeOfCertificate(parts)!.id, parts.kind, parts.year, parts.serial]).toEqual([
        district,
        'certificate',
        certificate.year,
        certificate.serial,
      ])
    }
    expect(papers.filter((paper) => blankSerialProblem(paper.blankSerial))).toEqual([])
  })
  test('a blank is on one paper or in one fresh range, never both', () => {
    expectUnique(papers.map((paper) => paper.blankSerial))
    const ranges = city.blankRanges.toSorted((a, b) => (a.first < b.first ? -1 : 1))
    expect(ranges).toHaveLength(24)
    for (const [i, range] of ranges.entries()) {
      expect([range.first, range.last].every((serial) => blankSerialProblem(serial) === null)).toBe(true)
      expect(Number(range.last) - Number(range.first) + 1).toBe(range.count)
      if (i > 0) expect(range.first > ranges[i - 1]!.last).toBe(true)
      expect(
        papers.filter((paper) => paper.blankSerial >= range.first && paper.blankSerial <= range.last),
      ).toEqual([])
    }
  })
})

describe('cases', () => {
  const ownerships = new Map(city.ownerships.map((one) => [one.key, one]))
  test('haishu has one at every stage; two more districts have a few', () => {
    const stages = (district: string) =>
      city.cases.filter((one) => one.district === district).map((one) => one.stage)
    expect(stages('haishu')).toEqual([...caseStages])
    expect([stages('yinzhou').length, stages('cixi').length]).toEqual([3, 3])
  })
  test('holders sell what they hold, buyers take exactly that, and no other right stands in the way', () => {
    const burdened = new Set(
      [...city.seizures, ...city.objections, ...city.prenotices].map((one) => one.unitCode),
    )
    for (const one of city.cases) {
      const owned = ownerships.get(one.ownership)!
      expect([owned.unitCode, owned.status]).toEqual([one.unitCode, 'current'])
      const sold = owned.holders.filter((holder) => one.sellers.includes(holder.party))
      expect(sold.length).toBe(one.sellers.length)
      expect(addShares(sold.map((holder) => holder.share))).toBe(one.soldShare)
      expect(addShares(one.buyers.map((buyer) => buyer.share))).toBe(one.soldShare)
      expect(burdened.has(one.unitCode)).toBe(false)
      expect(one.priceFen).toBeGreaterThan(0)
      expect(one.contractOn < one.startedOn && one.startedOn <= options.asOf).toBe(true)
      expect(Temporal.PlainDate.from(one.startedOn).add({ days: one.startedDaysAgo }).toString()).toBe(
        options.asOf,
      )
    }
    expectUnique(city.cases.map((one) => one.unitCode))
  })
  test('every kind of sale is there: joint, by shares, part of a right, agent, mortgage with and without consent', () => {
    expect(city.cases.some((one) => one.sellers.length === 2)).toBe(true)
    expect(new Set(city.cases.map((one) => one.buyerSharing))).toEqual(new Set(['0', '1', '2']))
    expect(city.cases.filter((one) => one.soldShare !== '1/1').map((one) => one.key)).toEqual([
      'haishu/printed',
    ])
    expect(new Set(city.cases.map((one) => one.agent?.side))).toEqual(
      new Set([undefined, 'sellers', 'buyers']),
    )
    expect(new Set(city.cases.map((one) => one.mortgage?.mortgageeConsents))).toEqual(
      new Set([undefined, true, false]),
    )
  })
  test('stages off the straight road say why', () => {
    const off = new Set(['supplement_needed', 'not_accepted', 'withdrawn', 'refused', 'returned'])
    for (const one of city.cases)
      expect([one.key, one.reason !== null]).toEqual([one.key, off.has(one.stage)])
  })
})
