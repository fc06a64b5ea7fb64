/** Offices, posts and the people in them (clause 1.1: a named person at every level). */
import { fictionalPerson, type Population } from './people.ts'
import type { CityPlan, PlanDistrict, PlanOffice, PlanSeal, PlanStaff, PlanUnitOfOffice } from './plan.ts'
import { cityUnits, districtUnitNames, districtUnits } from './posts.ts'
import type { Random } from './prng.ts'

type Seat = readonly [role: string, office: PlanOffice['kind'], posts: readonly string[]]

const reviewer = ['first_reviewer', 'second_reviewer'] as const

const districtSeats: readonly Seat[] = [
  ['clerk1', 'centre', ['window_clerk']],
  ['clerk2', 'centre', ['window_clerk']],
  ['clerk3', 'centre', ['window_clerk']],
  ['reviewer1', 'centre', reviewer],
  ['reviewer2', 'centre', reviewer],
  ['recorder1', 'centre', ['recorder']],
  ['certs1', 'centre', ['certificate_keeper']],
  ['seals1', 'centre', ['seal_keeper']],
  ['archive1', 'centre', ['archivist']],
  ['survey1', 'centre', ['survey_submitter']],
  ['surveyreview1', 'centre', ['survey_reviewer']],
  ['enquiry1', 'centre', ['enquiry_clerk']],
  ['head', 'centre', ['centre_head']],
  ['leader', 'bureau', ['district_leader']],
  ['bureauhead', 'bureau', ['bureau_head']],
  ['sectionhead', 'bureau', ['registration_section_head']],
  ['printer1', 'centre', ['certificate_printer']],
]
/** The one level of the chain of responsibility that nobody holds, so that the board has something to find (1.1). */
const vacancy = { district: 'xiangshan', role: 'sectionhead' }
/** The busiest hall has a third reviewer, so that leave and returns do not stop it, and a second keeper, printer and archivist. */
const haishuSeats: readonly Seat[] = [
  ['reviewer3', 'centre', reviewer],
  ['certs2', 'centre', ['certificate_keeper']],
  ['printer2', 'centre', ['certificate_printer']],
  ['archive2', 'centre', ['archivist']],
]
const citySeats: readonly Seat[] = [
  ['inspector1', 'bureau', ['inspector']],
  ['head', 'bureau', ['registration_bureau_head']],
  ['sysadmin', 'bureau', ['system_administrator']],
  ['secadmin', 'bureau', ['security_administrator']],
  ['auditadmin', 'bureau', ['audit_administrator']],
  ['deputy', 'bureau', ['city_deputy']],
  ['bureauhead', 'bureau', ['city_bureau_head']],
]

type Staffing = Pick<CityPlan, 'offices' | 'staff' | 'seals'>

/** Offices, their staff and their seals, for every district and the city bureau. */
export function generateStaff(random: Random, districts: PlanDistrict[], population: Population): Staffing {
  const out: Staffing = { offices: [], staff: [], seals: [] }
  for (const district of districts) {
    const offices = officesOf(district)
    const seats = district.isCity
      ? citySeats
      : district.id === 'haishu'
        ? [...districtSeats, ...haishuSeats]
        : districtSeats
    const taken = seats.filter(([role]) => district.id !== vacancy.district || role !== vacancy.role)
    const staff = taken.map((seat) =>
      employ(random.fork(`${district.id}.${seat[0]}`), district, offices, seat, population),
    )
    if (!district.isCity) seatWindows(offices, staff)
    out.offices.push(...offices)
    out.staff.push(...staff)
    if (!district.isCity) out.seals.push(...sealsOf(district, offices, staff))
  }
  const partners = partnerOffices()
  out.offices.push(...partners)
  for (const office of partners) {
    const [, role] = office.key.split('/')
    const seat: Seat = [`${role}1`, 'partner', [`${role}_user`]]
    const person = employ(
      random.fork(office.key),
      districts.find((d) => d.isCity)!,
      [office],
      seat,
      population,
    )
    out.staff.push({ ...person, key: `${office.key}1`, username: `${role}.demo` })
  }
  return out
}

/** Units of an office, the root first. */
export function unitsOf(district: PlanDistrict): PlanUnitOfOffice[] {
  if (district.isCity) return [...cityUnits]
  return districtUnits.map((unit) => ({
    ...unit,
    name: {
      zh: districtUnitNames[unit.id]!.zh.replace('{office}', district.name.zh),
      en: districtUnitNames[unit.id]!.en.replace('{office}', district.name.en),
    },
  }))
}

function officesOf(district: PlanDistrict): PlanOffice[] {
  const office = (
    kind: PlanOffice['kind'],
    name: PlanOffice['name'],
    hallAddress: string | null,
  ): PlanOffice => ({
    key: `${district.id}/${kind}`,
    district: district.id,
    kind,
    name,
    hallAddress,
    windows: [],
  })
  if (district.isCity) {
    return [
      office(
        'bureau',
        { zh: '宁波市自然资源和规划局', en: 'Ningbo Bureau of Natural Resources and Planning' },
        null,
      ),
    ]
  }
  const { zh, en } = district.name
  return [
    office(
      'bureau',
      { zh: `宁波市自然资源和规划局${zh}分局`, en: `Ningbo Bureau of Natural Resources and Planning, ${en}` },
      null,
    ),
    office(
      'centre',
      { zh: `${zh}不动产登记中心`, en: `${en} Real Estate Registration Centre` },
      `${zh}演示路1号政务服务大厅(演示地址)`,
    ),
  ]
}

function partnerOffices(): PlanOffice[] {
  const office = (role: string, name: PlanOffice['name']): PlanOffice => ({
    key: `partner/${role}`,
    district: 'city',
    kind: 'partner',
    name,
    hallAddress: null,
    windows: [],
  })
  return [
    office('bank', { zh: '演示合作银行宁波分行', en: 'Demo Partner Bank, Ningbo Branch' }),
    office('court', { zh: '演示协作法院执行局', en: 'Demo Partner Court, Enforcement Office' }),
  ]
}

function employ(
  random: Random,
  district: PlanDistrict,
  offices: PlanOffice[],
  seat: Seat,
  population: Population,
): PlanStaff {
  const [role, kind, posts] = seat
  const person = fictionalPerson(random, population, { bornFrom: 1968, bornTo: 1999, uniqueName: true })
  return {
    key: `${district.id}/${role}`,
    district: district.id,
    office: offices.find((office) => office.kind === kind)!.key,
    username: `${district.id}.${role}`,
    ...person,
    posts: [...posts],
  }
}

function seatWindows(offices: PlanOffice[], staff: PlanStaff[]): void {
  const hall = offices.find((office) => office.kind === 'centre')!
  const serving = staff.filter(
    (person) => person.posts.includes('window_clerk') || person.posts.includes('enquiry_clerk'),
  )
  hall.windows = serving.map((person, i) => ({
    number: String(i + 1),
    name: person.posts.includes('enquiry_clerk')
      ? { zh: `${i + 1}号查询窗口`, en: `Window ${i + 1}, enquiries` }
      : { zh: `${i + 1}号综合受理窗口`, en: `Window ${i + 1}, applications` },
    staff: person.key,
  }))
}

/** One person, one post, one seal (5.2): the registration seal and the enquiry seal have different keepers. */
function sealsOf(district: PlanDistrict, offices: PlanOffice[], staff: PlanStaff[]): PlanSeal[] {
  const centre = offices.find((office) => office.kind === 'centre')!.name.zh
  const number = (kind: string) => `演${district.countyCodes[0]}-${district.sort}-${kind}`
  const keeper = (post: string) => staff.find((person) => person.posts.includes(post))!.key
  return [
    {
      key: `${district.id}/seal1`,
      district: district.id,
      kind: 'registration',
      name: `宁波市自然资源和规划局${district.name.zh}不动产登记专用章`,
      number: number('1'),
      keeper: keeper('seal_keeper'),
    },
    {
      key: `${district.id}/seal2`,
      district: district.id,
      kind: 'enquiry',
      name: `${centre}查询专用章`,
      number: number('2'),
      keeper: keeper('enquiry_clerk'),
    },
  ]
}
