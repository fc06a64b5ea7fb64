import type { DutyTable, Flow, Rule, Stage } from '../duty.ts'
import { type Exploration, explore, type Model, type PathStep } from '../explore.ts'
import { grantsModel, legalSets } from './grants.ts'
import { handsModel } from './hands.ts'
import { type Bounds, workModel } from './work.ts'

/** One rule of the table, what the table is without it, and the smallest model in which taking it away opens a path. */
export interface Mutant {
  rule: string
  without: DutyTable
  /** In which model its deletion must show. */
  in: 'grants' | 'hands' | Bounds
}

/** One rule taken away, and the shortest path to what the notice forbids that this opened. */
export interface Killed {
  rule: string
  killed: boolean
  wrong: string | null
  path: PathStep[]
}

export interface Proof {
  states: number
  transitions: number
  /** Largest sets of duties one person may hold. */
  dutySets: number
  rules: number
  mutantsKilled: number
  violations: { model: string; wrong: string; path: PathStep[] }[]
  /** Models in which honest work cannot reach its end: a table that forbids everything is no proof. */
  unreachable: string[]
  models: Exploration[]
  mutants: Killed[]
  ok: boolean
}

type AnyModel = Model<unknown>

/** Everything that is walked with the rules whole. */
export const fullBounds: readonly Bounds[] = [
  { flow: 'case', persons: 6, returns: 2, assignments: true, absences: true },
  { flow: 'case', persons: 7, returns: 1, secondReview: true, assignments: true, absences: true },
  { flow: 'case', persons: 7, returns: 2, secondReview: true },
  { flow: 'survey', persons: 5, returns: 2, assignments: true, absences: true },
  { flow: 'maintenance', persons: 4, returns: 0, absences: true },
]

/**
 * Proves the duty table: walks every model with the rules whole and finds nothing the notice forbids, then takes each rule
 * away in turn and finds the shortest path that this opens. `decide` and its companions are the functions the server runs.
 */
export function prove(
  table: DutyTable,
  say: (words: string) => void = () => {},
  bounds: readonly Bounds[] = fullBounds,
): Proof {
  const whole: AnyModel[] = [
    grantsModel(table, table) as AnyModel,
    handsModel(table, table) as AnyModel,
    ...bounds.map((one) => workModel(table, table, one) as AnyModel),
  ]
  const models = whole.map((model) => {
    const found = explore(model, (states) => say(`  ${model.name}: ${states} states …`))
    say(`${model.name}: ${found.states} states, ${found.transitions} moves`)
    return found
  })
  const mutants = mutantsOf(table).map((mutant) => kill(table, mutant))
  const killed = mutants.filter((one) => one.killed).length
  say(`${killed} of ${mutants.length} rules: taking it away opens a path`)
  const violations = models.flatMap(({ model, violation }) => (violation ? [{ model, ...violation }] : []))
  const unreachable = models.filter((one) => !one.reachesEnd).map((one) => one.model)
  return {
    states: models.reduce((sum, one) => sum + one.states, 0),
    transitions: models.reduce((sum, one) => sum + one.transitions, 0),
    dutySets: legalSets(table).length,
    rules: mutants.length,
    mutantsKilled: killed,
    violations,
    unreachable,
    models,
    mutants,
    ok: violations.length === 0 && unreachable.length === 0 && killed === mutants.length,
  }
}

/** Explores the model in which the rule's deletion must show, with the whole table as judge. */
export function kill(table: DutyTable, mutant: Mutant): Killed {
  const model =
    mutant.in === 'grants'
      ? grantsModel(mutant.without, table)
      : mutant.in === 'hands'
        ? handsModel(mutant.without, table)
        : workModel(mutant.without, table, mutant.in)
  const { violation } = explore(model as AnyModel)
  return {
    rule: mutant.rule,
    killed: violation !== null,
    wrong: violation?.wrong ?? null,
    path: violation?.path ?? [],
  }
}

const without = <T>(items: readonly T[], gone: T): T[] => items.filter((one) => one !== gone)

/** Every rule of the table, each with the table that lacks it. */
export function mutantsOf(table: DutyTable): Mutant[] {
  const small = (flow: Bounds['flow'], more: Partial<Bounds> = {}): Bounds => ({
    flow,
    persons: flow === 'case' ? 7 : 4,
    returns: 0,
    secondReview: flow === 'case',
    ...more,
  })
  return [
    ...table.conflicts.map(
      (pair): Mutant => ({
        rule: `never in one hand: ${pair.join(' and ')}`,
        without: { ...table, conflicts: without(table.conflicts, pair) },
        in: 'grants',
      }),
    ),
    ...flowMutants('case', table, (flow) => ({ ...table, ...flow }), small),
    ...flowMutants('survey', table.survey, (survey) => ({ ...table, survey }), small),
    ...flowMutants('maintenance', table.maintenance, (maintenance) => ({ ...table, maintenance }), small),
    ...table.before.map(
      (pair): Mutant => ({
        rule: `different persons for one unit: ${pair.join(' and ')}`,
        without: { ...table, before: without(table.before, pair) },
        in: small('survey'),
      }),
    ),
    ...(['certificate', 'seal'] as const).flatMap((side) =>
      table.sides[side].map(
        (duty): Mutant => ({
          rule: `on the side of the ${side}: ${duty}`,
          without: { ...table, sides: { ...table.sides, [side]: without(table.sides[side], duty) } },
          in: 'hands',
        }),
      ),
    ),
    ...table.rules.map(
      (rule): Mutant => ({
        rule: `general: ${rule}`,
        without: { ...table, rules: without(table.rules, rule) },
        in: placeOf[rule] ?? small('case', moreFor[rule]),
      }),
    ),
  ]
}

const placeOf: Partial<Record<Rule, 'hands'>> = {
  same_day: 'hands',
  window_leader: 'hands',
  window_post: 'hands',
  window_one_day: 'hands',
  window_confirmed: 'hands',
  cover_own: 'hands',
  cover_bounded: 'hands',
  cover_confirmed: 'hands',
}
const moreFor: Partial<Record<Rule, Partial<Bounds>>> = {
  asked_for: { secondReview: false, persons: 4 },
  return: { returns: 1 },
  for_ever: { returns: 1 },
  assignee: { assignments: true, persons: 4 },
  fit_to_take: { assignments: true, persons: 4 },
  away: { absences: true, persons: 4 },
}

function flowMutants(
  id: Bounds['flow'],
  flow: Flow,
  put: (flow: Flow) => DutyTable,
  small: (flow: Bounds['flow'], more?: Partial<Bounds>) => Bounds,
): Mutant[] {
  const { stages, exclusive } = flow
  const withStage = (stage: Stage, changed: Partial<Stage>): DutyTable =>
    put({ exclusive, stages: stages.map((one) => (one === stage ? { ...one, ...changed } : one)) })
  const table = put(flow)
  return [
    ...exclusive.map(
      (pair): Mutant => ({
        rule: `different persons in one ${id}: ${pair.join(' and ')}`,
        without: put({ stages, exclusive: without(exclusive, pair) }),
        in: small(id),
      }),
    ),
    ...stages.flatMap((stage) =>
      (stage.after ?? []).map(
        (earlier): Mutant => ({
          rule: `order in a ${id}: ${earlier} before ${stage.id}`,
          without: withStage(stage, { after: without(stage.after!, earlier) }),
          in: small(id, { secondReview: earlier === 'second_review' || stage.id === 'second_review' }),
        }),
      ),
    ),
    ...stages.map(
      (stage): Mutant => ({
        rule: `its duty for ${stage.id}`,
        without: withStage(stage, { also: table.duties.map((duty) => duty.id) }),
        in: small(id),
      }),
    ),
  ]
}
