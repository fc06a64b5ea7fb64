/** Seizures, an objection and a prenotice on the homes cast for them, as they stand on the city's day. */
import type { Rights, Setting } from './generateRights.ts'
import { priceFen } from './generateRights.ts'
import { surnames } from './people.ts'
import type { PlanObjection, PlanOwnership, PlanPrenotice, PlanSeizure, PlanUnit } from './plan.ts'
import type { Random } from './prng.ts'
import type { Role } from './roles.ts'

export interface Burdens {
  seizures: PlanSeizure[]
  objections: PlanObjection[]
  prenotices: PlanPrenotice[]
}

/** Courts of two districts whose demo homes are seized, and the code their document numbers carry. */
const courts = {
  haishu: { name: '宁波市海曙区人民法院', code: '浙0203' },
  jiangbei: { name: '宁波市江北区人民法院', code: '浙0205' },
  yinzhou: { name: '宁波市鄞州区人民法院', code: '浙0212' },
} as const
type Court = (typeof courts)[keyof typeof courts]

/** Days from service to the city's day. The expired one ended some three months ago after its three full years. */
const served = { live: 200, waiting: 90, expired: 3 * 365 + 100 } as const
const SEIZURE_YEARS = 3

export function generateBurdens(
  random: Random,
  setting: Setting,
  units: PlanUnit[],
  rights: Rights,
  roles: Map<string, Role>,
): Burdens {
  const { district } = setting
  const homeOf = (id: string) => findHome(id, units, rights, roles)
  const out: Burdens = { seizures: [], objections: [], prenotices: [] }
  const seize = (id: string, court: Court, state: PlanSeizure['state']) =>
    out.seizures.push(
      seizure(random.fork(`${id}.${state}`), setting, homeOf(id), court, state, out.seizures.length + 1),
    )
  if (district.id === 'haishu') {
    seize('seized', courts.haishu, 'live')
    seize('seized', courts.jiangbei, 'waiting')
    seize('seizure_expired', courts.haishu, 'expired')
    out.objections.push(objection(random.fork('objection'), setting, homeOf('objected')))
    out.prenotices.push(prenotice(random.fork('prenotice'), setting, homeOf('prenoticed')))
  }
  if (district.id === 'yinzhou') seize('seized', courts.yinzhou, 'live')
  return out
}

export interface CastHome {
  unit: PlanUnit
  ownership: PlanOwnership
}

/** The home that plays role `id` and its current ownership. Throws if nobody plays it: our bug. */
export function findHome(id: string, units: PlanUnit[], rights: Rights, roles: Map<string, Role>): CastHome {
  const unit = units.find((one) => roles.get(one.code)?.id === id)
  const ownership = rights.ownerships.find((one) => one.status === 'current' && one.unitCode === unit?.code)
  if (!unit || !ownership) throw new Error(`no home plays ${id}`)
  return { unit, ownership }
}

function seizure(
  random: Random,
  setting: Setting,
  home: CastHome,
  court: Court,
  state: PlanSeizure['state'],
  number: number,
): PlanSeizure {
  const { calendar, district, population } = setting
  const servedAt = calendar.momentOn(random, calendar.workingDayBack(served[state]))
  const day = Temporal.PlainDate.from(servedAt.slice(0, 10))
  const document = `(${day.year})${court.code}执演${random.between(100, 999)}号`
  return {
    key: `${district.id}/s${number}`,
    district: district.id,
    unitCode: home.unit.code,
    ownership: home.ownership.key,
    kind: state === 'waiting' ? '2' : '1',
    state,
    organ: court.name,
    documentNumber: `${document}协助执行通知书`,
    caseNumber: document,
    executors: [1, 2].map((n) => ({
      name: `${random.pick(surnames)}执${n === 1 ? '安' : '宁'}`,
      workCard: `演工${random.between(10_000, 99_999)}`,
      dutyCard: `演执${random.between(10_000, 99_999)}`,
    })),
    applicant: population.addCompany(random.fork('creditor'), '宁波市演示路9号').key,
    debtor: home.ownership.holders[0]!.party,
    scope: '整套房屋及其分摊的土地使用权',
    servedAt,
    registeredAt: calendar.minutesLater(servedAt, 12),
    term:
      state === 'waiting'
        ? null
        : { from: day.toString(), to: day.add({ years: SEIZURE_YEARS }).subtract({ days: 1 }).toString() },
  }
}

/** Registered three working days ago: its fifteen days to go to court still run. */
function objection(
  random: Random,
  { calendar, district, numbering, population }: Setting,
  home: CastHome,
): PlanObjection {
  const registeredAt = calendar.momentOn(random, calendar.workingDayBack(4))
  return {
    key: `${district.id}/y1`,
    district: district.id,
    unitCode: home.unit.code,
    ownership: home.ownership.key,
    applicant: population.addPerson(random.fork('applicant'), '宁波市演示路15号').key,
    matter: '主张对该房屋享有共有份额,认为登记簿记载的权利人有误',
    proof: numbering.reserve('proof', registeredAt),
    registeredAt,
  }
}

function prenotice(
  random: Random,
  { calendar, district, numbering, population }: Setting,
  home: CastHome,
): PlanPrenotice {
  const registeredAt = calendar.momentOn(random, calendar.workingDayBack(30))
  return {
    key: `${district.id}/g1`,
    district: district.id,
    unitCode: home.unit.code,
    ownership: home.ownership.key,
    kind: '2',
    holder: population.addPerson(random.fork('buyer'), '宁波市演示路18号').key,
    obligors: home.ownership.holders.map((holder) => holder.party),
    priceFen: priceFen(random, district, home.unit, registeredAt),
    proof: numbering.reserve('proof', registeredAt),
    registeredAt,
  }
}
