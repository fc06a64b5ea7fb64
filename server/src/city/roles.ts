/**
 * Units the demo needs on purpose. Everything else in the city is chance; these are cast before the rights
 * are drawn, so that even the smallest city has its seized home and every seller the demo cases ask for.
 */
import type { CaseStage, PlanBuilding, PlanUnit } from './plan.ts'
import type { Random } from './prng.ts'

export type Holding = 'single' | 'couple' | 'shares' | 'company'
/** `free` and `restricted` are registered from 2021 on; an `old` mortgage before that. */
export type MortgageKind = 'none' | 'free' | 'restricted' | 'old'

export interface Role {
  id: string
  holding: Holding
  mortgage: MortgageKind
}

const role = (id: string, holding: Holding = 'single', mortgage: MortgageKind = 'none'): Role => ({
  id,
  holding,
  mortgage,
})
const sale = (stage: CaseStage, holding: Holding = 'single', mortgage: MortgageKind = 'none') =>
  role(`sale.${stage}`, holding, mortgage)

/** What happens to whom in a district; `cases.ts` and `generateBurdens.ts` look roles up by id. */
export function rolesOf(district: string): Role[] {
  switch (district) {
    case 'haishu':
      return [
        role('seized'),
        role('seizure_expired'),
        role('objected', 'couple'),
        role('prenoticed'),
        role('free_home'),
        sale('applied', 'couple'),
        sale('accepted', 'single', 'free'),
        sale('supplement_needed', 'single', 'restricted'),
        sale('not_accepted', 'couple'),
        sale('first_reviewed'),
        sale('second_reviewed', 'single', 'old'),
        sale('recorded', 'couple'),
        sale('printed', 'shares'),
        sale('sealed', 'company'),
        sale('issued'),
        sale('archived', 'single', 'free'),
        sale('withdrawn', 'couple'),
        sale('refused'),
        sale('returned', 'single', 'free'),
      ]
    case 'yinzhou':
      return [role('seized'), sale('accepted'), sale('recorded', 'couple'), sale('archived', 'shares')]
    case 'cixi':
      return [sale('applied'), sale('first_reviewed', 'single', 'free'), sale('issued', 'couple')]
    default:
      return []
  }
}

/** Roles go to homes old enough to have been sold well before any mortgage, seizure or notice needs them. */
const BUILT_BEFORE = '2018-01-01'

/** Casts the district's roles: unit code to role, no unit twice. Throws if the district is too small, our bug. */
export function cast(
  random: Random,
  district: string,
  units: PlanUnit[],
  buildings: PlanBuilding[],
): Map<string, Role> {
  const old = new Set(buildings.filter((b) => b.completedOn < BUILT_BEFORE).map((b) => b.code))
  const homes = random.shuffled(units.filter((unit) => unit.use === '11' && old.has(unit.buildingCode)))
  const roles = rolesOf(district)
  if (homes.length < roles.length)
    throw new Error(`${district}: ${homes.length} homes for ${roles.length} roles`)
  return new Map(roles.map((one, i) => [homes[i]!.code, one]))
}
