/** Who owns each unit, who owned it before, and what is mortgaged: one district's register up to 2025. */
import type { Calendar } from './calendar.ts'
import type { Numbering } from './numbering.ts'
import type { Population } from './people.ts'
import { parseHundredths } from './place.ts'
import type {
  PlanBuilding,
  PlanDistrict,
  PlanMortgage,
  PlanOwnership,
  PlanParcel,
  PlanParty,
  PlanUnit,
} from './plan.ts'
import type { Random } from './prng.ts'
import type { Holding, MortgageKind, Role } from './roles.ts'

export interface Rights {
  ownerships: PlanOwnership[]
  mortgages: PlanMortgage[]
}

/** What one district's generators share. `asOf` is the city's day. */
export interface Setting {
  asOf: string
  district: PlanDistrict
  population: Population
  banks: PlanParty[]
  calendar: Calendar
  numbering: Numbering
}

/** A unit with the ground it stands on. */
export interface Home {
  unit: PlanUnit
  building: PlanBuilding
  parcel: PlanParcel
}

/** Unified registration began in 2015–2016; nothing in the demo's register is older. */
const REGISTER_FROM = '2016-03-01'
const REGISTER_TO = '2025-12-31'
/** From this day an ordinary mortgage no longer bars a sale (Civil Code art. 406). */
const CIVIL_CODE = '2021-01-01'
/** A cast home is sold before this, which leaves room for every kind of mortgage and notice. */
const ROLE_SOLD_BY = '2020-06-30'
const MORTGAGED_PERCENT = 25
const SOLD_BEFORE_PERCENT = 25

/** Ownership for every unit, exactly one of them current, and mortgages on about a quarter. */
export function generateRights(
  random: Random,
  setting: Setting,
  homes: Home[],
  roles: Map<string, Role>,
): Rights {
  const out: Rights = { ownerships: [], mortgages: [] }
  for (const [index, home] of homes.entries()) {
    const draw = random.fork(String(index))
    const role = roles.get(home.unit.code)
    const current = own(draw, setting, out.ownerships, home, role)
    const mortgage = mortgageOf(draw, setting, out.mortgages.length, current, role)
    if (mortgage) out.mortgages.push(mortgage)
  }
  return out
}

/** Adds the unit's chain of one or two ownerships to `register` and returns the current one. */
function own(
  random: Random,
  setting: Setting,
  register: PlanOwnership[],
  home: Home,
  role: Role | undefined,
): PlanOwnership {
  const { calendar } = setting
  const built = Temporal.PlainDate.from(home.building.completedOn).add({ days: 90 }).toString()
  const from = built > REGISTER_FROM ? built : REGISTER_FROM
  const registeredAt = calendar.momentBetween(random, from, role ? ROLE_SOLD_BY : REGISTER_TO)
  const earliest = Temporal.PlainDate.from(from).add({ years: 1 }).toString()
  const earlier =
    registeredAt > earliest && random.chance(SOLD_BEFORE_PERCENT)
      ? formerOwnership(random, setting, home, register.length, from, registeredAt)
      : null
  if (earlier) register.push(earlier)
  const holding =
    role?.holding ??
    random.weighted<Holding>([
      ['single', 62],
      ['couple', 25],
      ['shares', 8],
      ['company', 5],
    ])
  const ownership: PlanOwnership = {
    ...ownershipBase(setting, home, register.length, registeredAt),
    reason: earlier?.registrationType === '200' ? resale : newSale,
    ...holdersOf(random, setting, home, holding, role !== undefined),
    priceFen: priceFen(random, setting.district, home.unit, registeredAt),
    previous: earlier?.key ?? null,
  }
  register.push(ownership)
  return ownership
}

const resale = { zh: '存量房买卖', en: 'Sale of an existing home' }
const newSale = { zh: '新建商品房买卖', en: 'Sale of a newly built home' }
const firstRegistration = { zh: '合法建造', en: 'Lawful construction' }

function ownershipBase(
  { district, numbering }: Setting,
  { unit, parcel }: Home,
  index: number,
  registeredAt: string,
) {
  return {
    key: `${district.id}/o${index + 1}`,
    district: district.id,
    unitCode: unit.code,
    status: 'current',
    rightType: '4',
    landRightNature: '102',
    houseNature: '0',
    registrationType: '200',
    landTerm: parcel.term,
    certificate: numbering.reserve('certificate', registeredAt),
    registeredAt,
    endedAt: null,
  } as const satisfies Partial<PlanOwnership>
}

/** The owner before: the developer with a first registration, or an earlier household. */
function formerOwnership(
  random: Random,
  setting: Setting,
  home: Home,
  index: number,
  from: string,
  endedAt: string,
): PlanOwnership {
  const { population, calendar, district } = setting
  const lastDay = Temporal.PlainDate.from(endedAt.slice(0, 10)).subtract({ days: 60 }).toString()
  const registeredAt = calendar.momentBetween(random, from, lastDay)
  const developer = random.chance(50)
  const party = developer
    ? population.addCompany(random.fork('former'), home.parcel.location)
    : population.addPerson(random.fork('former'), home.unit.location)
  return {
    ...ownershipBase(setting, home, index, registeredAt),
    status: 'historical',
    registrationType: developer ? '100' : '200',
    reason: developer ? firstRegistration : newSale,
    holders: [{ party: party.key, share: '1/1' }],
    sharing: '0',
    priceFen: developer ? null : priceFen(random, district, home.unit, registeredAt),
    endedAt,
    previous: null,
  }
}

const sharePatterns = [
  ['1/2', '1/2'],
  ['1/3', '2/3'],
  ['1/4', '3/4'],
  ['1/3', '1/3', '1/3'],
] as const

/**
 * Draws the holders. A cast home (`fresh`) gets new people, so that its story touches no other unit; elsewhere
 * one in fifteen single owners already holds another unit, as a person's holdings should show.
 */
function holdersOf(
  random: Random,
  setting: Setting,
  home: Home,
  holding: Holding,
  fresh: boolean,
): Pick<PlanOwnership, 'holders' | 'sharing'> {
  const { population } = setting
  const person = (label: string) => population.addPerson(random.fork(label), home.unit.location).key
  switch (holding) {
    case 'company':
      return {
        holders: [
          { party: population.addCompany(random.fork('company'), home.parcel.location).key, share: '1/1' },
        ],
        sharing: '0',
      }
    case 'couple':
      return { holders: [person('a'), person('b')].map((party) => ({ party, share: '1/2' })), sharing: '1' }
    case 'shares': {
      const shares = fresh ? sharePatterns[1] : random.pick(sharePatterns)
      return { holders: shares.map((share, i) => ({ party: person(`s${i}`), share })), sharing: '2' }
    }
    case 'single': {
      const known = fresh || !random.chance(7) ? undefined : random.pick(population.parties)
      const again = known?.kind === 'person' ? known.key : person('a')
      return { holders: [{ party: again, share: '1/1' }], sharing: '0' }
    }
  }
}

/** Yuan per square metre around 2021, invented but in proportion. */
const yuanPerM2: Record<string, number> = {
  haishu: 27_000,
  yinzhou: 28_000,
  jiangbei: 24_000,
  gaoxin: 29_000,
  zhenhai: 18_000,
  beilun: 16_000,
  fenghua: 13_000,
  yuyao: 14_000,
  cixi: 14_500,
  ninghai: 12_500,
  xiangshan: 12_000,
  qianwan: 13_500,
}
const percentOf2021: Record<string, number> = {
  2016: 62,
  2017: 72,
  2018: 82,
  2019: 90,
  2020: 96,
  2021: 100,
  2022: 97,
  2023: 92,
  2024: 85,
  2025: 81,
  2026: 80,
}

/** A price in whole thousands of yuan, for the unit's area and the year of `at`. */
export function priceFen(random: Random, district: PlanDistrict, unit: PlanUnit, at: string): number {
  const perM2 = (yuanPerM2[district.id]! * percentOf2021[at.slice(0, 4)]! * random.between(85, 118)) / 10_000
  const yuan = (perM2 * parseHundredths(unit.area)) / 100
  return Math.max(100, Math.round(yuan / 1_000)) * 1_000 * 100
}

function mortgageOf(
  random: Random,
  setting: Setting,
  index: number,
  owner: PlanOwnership,
  role: Role | undefined,
): PlanMortgage | null {
  const { calendar, district, numbering, banks } = setting
  const wanted: MortgageKind | 'any' = role
    ? role.mortgage
    : random.chance(MORTGAGED_PERCENT)
      ? 'any'
      : 'none'
  if (wanted === 'none') return null
  const [from, to] = mortgageWindow(owner, wanted)
  const registeredAt = calendar.momentBetween(random, from, to, owner.registeredAt)
  const day = Temporal.PlainDate.from(registeredAt.slice(0, 10))
  const kind = random.weighted<PlanMortgage['kind']>([
    ['1', 9],
    ['2', 1],
  ])
  return {
    key: `${district.id}/m${index + 1}`,
    district: district.id,
    unitCode: owner.unitCode,
    ownership: owner.key,
    mortgagee: random.pick(banks).key,
    kind,
    amountFen: Math.floor((owner.priceFen! * random.between(30, 70)) / 100 / 1_000_000) * 1_000_000,
    debtTerm: {
      from: day.toString(),
      to: day
        .add({ years: random.pick([10, 15, 20, 25, 30]) })
        .subtract({ days: 1 })
        .toString(),
    },
    scope: '主债权及其利息、违约金、损害赔偿金、实现抵押权的费用',
    rank: 1,
    transferRestricted:
      registeredAt < CIVIL_CODE ? null : wanted === 'any' ? random.chance(30) : wanted === 'restricted',
    proof: numbering.reserve('proof', registeredAt),
    registeredAt,
  }
}

/** First and last day a mortgage of this kind may be registered on this ownership. */
function mortgageWindow(owner: PlanOwnership, wanted: MortgageKind | 'any'): [string, string] {
  const owned = owner.registeredAt.slice(0, 10)
  if (wanted === 'old') return [owned, '2020-12-31']
  if (wanted === 'free' || wanted === 'restricted')
    return [owned > CIVIL_CODE ? owned : CIVIL_CODE, REGISTER_TO]
  const soon = Temporal.PlainDate.from(owned).add({ days: 400 }).toString()
  return [owned, soon < REGISTER_TO ? soon : REGISTER_TO]
}
