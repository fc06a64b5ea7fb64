/**
 * What a demo city is made of: plain data, no database and no clock, that a loader plays into the register.
 *
 * Conventions for every type here: `district` is a registration office id (`haishu`, … or `city`); dates are
 * `YYYY-MM-DD` and times ISO 8601 with the offset +08:00; money is whole fen; areas are square metres as text
 * with two decimals; shares are fractions of the whole right as text (`1/3`); codes of dictionaries are those
 * of the national standard. Everything may be passed through JSON and back without loss.
 */
import type { Text } from '../kernel/refusal.ts'
import type { CertificateKind } from '../values/certificateNumber.ts'

export type { Text }

/** What decides a city. The same options give the same city, byte for byte, on every machine. */
export interface CityOptions {
  /** Any safe integer. */
  seed: number
  /** Real-estate units in the whole city, from `UNITS_MIN` to `UNITS_MAX`. */
  units: number
  /** The day the city stands on; seizures and notices are live or expired seen from here. 2026-02-01 or later. */
  asOf: string
}

export interface CityPlan {
  /** Always true: whoever loads this must mark the installation as demo. */
  demo: true
  options: CityOptions
  districts: PlanDistrict[]
  offices: PlanOffice[]
  posts: PlanPost[]
  staff: PlanStaff[]
  parties: PlanParty[]
  parcels: PlanParcel[]
  buildings: PlanBuilding[]
  units: PlanUnit[]
  ownerships: PlanOwnership[]
  mortgages: PlanMortgage[]
  seizures: PlanSeizure[]
  objections: PlanObjection[]
  prenotices: PlanPrenotice[]
  blankRanges: PlanBlankRange[]
  seals: PlanSeal[]
  cases: PlanCase[]
}

/** A registration office (登记机构). The city bureau is the one with `isCity` and has neither land nor people's homes. */
export interface PlanDistrict {
  id: string
  name: Text
  isCity: boolean
  /** County codes its unit codes begin with, today's first; abolished ones follow (old codes stay valid). */
  countyCodes: string[]
  /** 地籍区 its demo parcels lie in: one per office, because several offices share county codes. */
  cadastralDistrict: string
  /** Place in a certificate number: `宁波市海曙` in `浙(2024)宁波市海曙不动产权第0000001号`. */
  certificatePlace: string
  /** Gauss–Krüger 3-degree zone that measures this district, 40 or 41; null for the city bureau. */
  zone: 40 | 41 | null
  /** Longitude and latitude around which the fictional neighbourhood stands; null for the city bureau. */
  anchor: [number, number] | null
  sort: number
}

export type OfficeKind = 'bureau' | 'centre' | 'partner'

/** An organisation people work in: the bureau, the registration centre with its hall, or a partner. */
export interface PlanOffice {
  key: string
  district: string
  kind: OfficeKind
  name: Text
  /** Address of the hall, with a fictional house number; null where the public has no business. */
  hallAddress: string | null
  /** Service windows of the hall and who sits there. */
  windows: { number: string; name: Text; staff: string }[]
}

/** A post (岗位) and the duties that come with it. Duty ids are those of the duty table in `people/`. */
export interface PlanPost {
  id: string
  name: Text
  /** Whether every district has it, or the city bureau alone. */
  office: 'district' | 'city'
  /** Unit of the office it belongs to. */
  unit: string
  duties: string[]
  risk: 'high' | 'medium' | 'low'
  /** Level of the chain of responsibility (1.1). */
  level: 'bureau_head' | 'deputy' | 'section' | 'centre' | 'window' | null
  /** Post that leads it; null where the leader sits in the city bureau, or nowhere. */
  leader: string | null
  measures: Text
}

/** A unit (内设机构) of an office, under its parent; the root has none. */
export interface PlanUnitOfOffice {
  id: string
  kind: 'bureau' | 'section' | 'centre' | 'partner'
  parent: string | null
  name: Text
}

/** One fictional member of staff. One person may hold several posts; duties are the union of theirs. */
export interface PlanStaff {
  key: string
  district: string
  office: string
  /** Role-based and easy to type: `haishu.clerk1`. Unique in the city. */
  username: string
  name: string
  sex: Sex
  birthDate: string
  idNumber: string
  phone: string
  posts: string[]
}

export type Sex = 'male' | 'female'

/** Someone who can hold a right: a fictional person, a fictional company, or a bank branch. */
export type PlanParty = PlanPersonParty | PlanCompanyParty

export interface PlanPersonParty {
  key: string
  kind: 'person'
  name: string
  sex: Sex
  birthDate: string
  /** 18 characters with a right check digit, from a range nobody is issued. Document kind 1 (身份证). */
  idNumber: string
  phone: string
  address: string
}

export interface PlanCompanyParty {
  key: string
  kind: 'company' | 'bank'
  name: string
  /** Unified social credit code, both check characters right. Document kind 8. */
  creditCode: string
  /** Legal representative (法定代表人), a fictional name. */
  representative: string
  phone: string
  address: string
}

/** A plane figure in CGCS2000 longitude and latitude, seven decimals, exterior ring counter-clockwise and closed. */
export interface PlanGeometry {
  geojson: { type: 'Polygon'; coordinates: [number, number][][] }
  /** Canonical GeoJSON text of the same figure: what gets stored and hashed. */
  text: string
  /** West, south, east, north in degrees. */
  box: [number, number, number, number]
  /** Area in the district's zone, square metres, two decimals. */
  area: string
}

/** A land parcel (宗地) with state-owned construction land, right nature 102 出让. */
export interface PlanParcel {
  district: string
  /** 宗地代码, 19 characters. */
  code: string
  location: string
  /** Land use by GB/T 21010: `0701` housing, `0501` retail, `0505` business. */
  landUse: '0701' | '0501' | '0505'
  landRightNature: '102'
  /** Term of the land-use right, both days inside it. */
  term: Term
  /** 四至. */
  bounds: { east: string; south: string; west: string; north: string }
  geometry: PlanGeometry
}

export interface Term {
  from: string
  to: string
}

/** A physical building (自然幢) standing inside one parcel. */
export interface PlanBuilding {
  district: string
  /** 自然幢号, 24 characters: parcel code, `F`, four digits. */
  code: string
  parcelCode: string
  /** Number within the parcel, from 1, as in `3幢`. */
  number: number
  name: string
  floorsAbove: number
  floorsBelow: number
  /** 房屋结构: 2 steel and reinforced concrete, 3 reinforced concrete, 4 mixed. */
  structure: '2' | '3' | '4'
  completedOn: string
  /** Sum of its units' areas. */
  area: string
  geometry: PlanGeometry
}

/** A registered unit (户). `area` is exactly `innerArea` + `sharedArea`. */
export interface PlanUnit {
  district: string
  /** 不动产单元代码, 28 characters. */
  code: string
  buildingCode: string
  parcelCode: string
  floor: number
  /** `502`, `1103`. */
  room: string
  /** 坐落, unique in the city. The house number is marked 演 because it is invented. */
  location: string
  /** 规划用途: `11` flat, `31` shop, `60` office. */
  use: '11' | '31' | '60'
  area: string
  innerArea: string
  sharedArea: string
  /** 分摊土地面积; a parcel's sum never exceeds the parcel. */
  sharedLandArea: string
}

export type RightStatus = 'current' | 'historical'

/** A certificate or proof that was issued on a numbered blank before the demo begins. */
export interface PlanCertificate {
  /** `浙(2021)宁波市海曙不动产权第0000017号`. */
  number: string
  year: number
  serial: number
  /** Printed serial of the blank it stands on. */
  blankSerial: string
}

/** Ownership of one unit with its land (right type 4). At most one is `current` per unit; here exactly one. */
export interface PlanOwnership {
  key: string
  district: string
  unitCode: string
  status: RightStatus
  rightType: '4'
  landRightNature: '102'
  houseNature: '0'
  /** 登记类型: 100 first registration, 200 transfer. */
  registrationType: '100' | '200'
  reason: Text
  holders: { party: string; share: string }[]
  /** 共有方式: 0 alone, 1 jointly (shares are then nominal), 2 by shares. */
  sharing: '0' | '1' | '2'
  /** Null for the developer's first registration, which has no sale behind it. */
  priceFen: number | null
  landTerm: Term
  certificate: PlanCertificate
  registeredAt: string
  /** When the next entry ended it; null while current. */
  endedAt: string | null
  /** Key of the ownership it superseded. */
  previous: string | null
}

export interface PlanMortgage {
  key: string
  district: string
  unitCode: string
  ownership: string
  mortgagee: string
  /** 抵押方式: 1 ordinary, 2 maximum amount. */
  kind: '1' | '2'
  /** Secured claim, or the maximum claim for kind 2. Never above the price. */
  amountFen: number
  debtTerm: Term
  scope: string
  rank: number
  /**
   * Is a limit on transfer registered (是否存在禁止或限制转让的约定)? Null before 2021, when nobody was asked
   * and the mortgagee must consent anyway.
   */
  transferRestricted: boolean | null
  proof: PlanCertificate
  registeredAt: string
}

export interface PlanSeizure {
  key: string
  district: string
  unitCode: string
  ownership: string
  /** 查封类型: 1 seizure, 2 waiting behind another. */
  kind: '1' | '2'
  state: 'live' | 'waiting' | 'expired'
  organ: string
  documentNumber: string
  caseNumber: string
  executors: { name: string; workCard: string; dutyCard: string }[]
  applicant: string
  debtor: string
  scope: string
  /** To the second: the queue follows it. */
  servedAt: string
  registeredAt: string
  /** Null while waiting: the term runs only from promotion. At most three years, last day inside it. */
  term: Term | null
}

export interface PlanObjection {
  key: string
  district: string
  unitCode: string
  ownership: string
  applicant: string
  matter: string
  proof: PlanCertificate
  registeredAt: string
}

export interface PlanPrenotice {
  key: string
  district: string
  unitCode: string
  ownership: string
  /** 预告登记种类: 2 sale of other real estate. */
  kind: '2'
  holder: string
  obligors: string[]
  priceFen: number
  proof: PlanCertificate
  registeredAt: string
}

/** Fresh blanks a district holds when the demo begins. City-wide no serial lies in two ranges or on a certificate. */
export interface PlanBlankRange {
  district: string
  kind: CertificateKind
  first: string
  last: string
  count: number
  receivedOn: string
}

export interface PlanSeal {
  key: string
  district: string
  kind: 'registration' | 'enquiry'
  name: string
  number: string
  /** Staff key of the one person who keeps it. */
  keeper: string
}

/** How far a demo case has come. `returned` means sent back by a reviewer and standing at acceptance. */
export const caseStages = [
  'applied',
  'accepted',
  'supplement_needed',
  'not_accepted',
  'first_reviewed',
  'second_reviewed',
  'recorded',
  'printed',
  'sealed',
  'issued',
  'archived',
  'withdrawn',
  'refused',
  'returned',
] as const
export type CaseStage = (typeof caseStages)[number]

/** A sale of an existing home, told by intent; the loader plays it through the real acts up to `stage`. */
export interface PlanCase {
  key: string
  district: string
  story: Text
  unitCode: string
  ownership: string
  /** Holders who sell; `soldShare` is what they sell together, as a fraction of the whole right. */
  sellers: string[]
  soldShare: string
  /** Buyers' shares add up to `soldShare`. */
  buyers: { party: string; share: string }[]
  buyerSharing: '0' | '1' | '2'
  priceFen: number
  contractOn: string
  /** Someone acting with a power of attorney for one side. */
  agent: { party: string; side: 'sellers' | 'buyers'; document: string } | null
  /** A mortgage that follows the home, and whether its holder consents (needed when restricted or before 2021). */
  mortgage: { key: string; mortgageeConsents: boolean } | null
  stage: CaseStage
  startedDaysAgo: number
  startedOn: string
  /** Why the case stands where it does, for supplement, non-acceptance, refusal, withdrawal and return. */
  reason: Text | null
  /** Materials that are still missing (supplement_needed), each named as the checklist names it. */
  missing: Text[]
}
