import type { DutyTable, Flow, Rule, Stage } from '../duty.ts'
import { type Exploration, explore, type Model, type PathStep } from '../explore.ts'
import type { ClauseId, Text } from '../refusal.ts'
import { grantsModel, legalSets } from './grants.ts'
import { handsModel } from './hands.ts'
import { type Bounds, workModel } from './work.ts'

/** One rule of the table, what the table is without it, and the smallest model in which taking it away opens a path. */
export interface Mutant {
  rule: string
  /** The same in words for people, with the clause it serves. */
  name: Text
  clause: ClauseId
  without: DutyTable
  /** In which model its deletion must show. */
  in: 'grants' | 'hands' | Bounds
}

/** One rule taken away, and the shortest path to what the notice forbids that this opened. */
export interface Killed {
  rule: string
  name: Text
  clause: ClauseId
  killed: boolean
  wrong: Text | null
  path: PathStep[]
}

export interface Proof {
  states: number
  transitions: number
  /** Largest sets of duties one person may hold. */
  dutySets: number
  rules: number
  mutantsKilled: number
  violations: { model: string; wrong: Text; path: PathStep[] }[]
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

/** Who hears how a proof goes: in words, and by how many of its parts are done. */
interface Listener {
  say?: (words: string) => void
  step?: (done: number, total: number) => void
}

/**
 * Proves the duty table: walks every model with the rules whole and finds nothing the notice forbids, then takes each rule
 * away in turn and finds the shortest path that this opens. `decide` and its companions are the functions the server runs.
 */
export function prove(
  table: DutyTable,
  { say = () => {}, step = () => {} }: Listener = {},
  bounds: readonly Bounds[] = fullBounds,
): Proof {
  const whole: AnyModel[] = [
    grantsModel(table, table) as AnyModel,
    handsModel(table, table) as AnyModel,
    ...bounds.map((one) => workModel(table, table, one) as AnyModel),
  ]
  const rules = mutantsOf(table)
  const total = whole.length + rules.length
  let done = 0
  const models = whole.map((model) => {
    const found = explore(model, (states) => say(`  ${model.name}: ${states} states …`))
    say(`${model.name}: ${found.states} states, ${found.transitions} moves`)
    step(++done, total)
    return found
  })
  const mutants = rules.map((mutant) => {
    const found = kill(table, mutant)
    step(++done, total)
    return found
  })
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
    name: mutant.name,
    clause: mutant.clause,
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
        ...said(
          table.conflictClause(...pair),
          '不得由一人兼任',
          'never in one hand',
          dutyOf(table, pair[0]),
          dutyOf(table, pair[1]),
        ),
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
        ...said(
          '6.2',
          '同一单元须不同人',
          'different persons for one unit',
          groupOf(table, pair[0]),
          groupOf(table, pair[1]),
        ),
        without: { ...table, before: without(table.before, pair) },
        in: small('survey'),
      }),
    ),
    ...(['certificate', 'seal'] as const).flatMap((side) =>
      table.sides[side].map(
        (duty): Mutant => ({
          rule: `on the side of the ${side}: ${duty}`,
          ...said(
            '4.6',
            side === 'seal' ? '属于印章一侧' : '属于证书一侧',
            `on the side of the ${side}`,
            dutyOf(table, duty),
          ),
          without: { ...table, sides: { ...table.sides, [side]: without(table.sides[side], duty) } },
          in: 'hands',
        }),
      ),
    ),
    ...table.rules.map(
      (rule): Mutant => ({
        rule: `general: ${rule}`,
        ...general[rule],
        without: { ...table, rules: without(table.rules, rule) },
        in: placeOf[rule] ?? small('case', moreFor[rule]),
      }),
    ),
  ]
}

const flowNames = { case: '案件', survey: '权籍调查', maintenance: '维护指令' } as const

/** A rule in words, with what it is about. */
function said(
  clause: ClauseId,
  zh: string,
  en: string,
  ...about: readonly Text[]
): Pick<Mutant, 'name' | 'clause'> {
  const list = (lang: 'zh' | 'en') => about.map((one) => `“${one[lang]}”`)
  return { clause, name: { zh: `${zh}：${list('zh').join('、')}`, en: `${en}: ${list('en').join(' and ')}` } }
}
const dutyOf = (table: DutyTable, id: string): Text => table.duties.find((one) => one.id === id)!.name
const groupOf = (flow: Flow & { survey?: Flow }, group: string): Text =>
  [...flow.stages, ...(flow.survey?.stages ?? [])].find((one) => one.group === group)!.name

const words = (clause: ClauseId, zh: string, en: string): Pick<Mutant, 'name' | 'clause'> => ({
  clause,
  name: { zh, en },
})
/** The general rules in words. */
const general: Record<Rule, Pick<Mutant, 'name' | 'clause'>> = {
  closed: words('6.2', '已办结的不再办理', 'nothing is done in what is closed'),
  once: words('6.2', '一轮中每个环节只办一次', 'a stage is done once in a round'),
  asked_for: words(
    '6.2',
    '需要的环节不得缺，不需要的不得办',
    'a stage asked for is not left out, another not done',
  ),
  return: words('6.2', '只能退回到已办的环节', 'back only to what was done, and where that is allowed'),
  for_ever: words(
    '6.2',
    '退回后经办人仍是经办人',
    'who handled a case stays its handler when it is sent back',
  ),
  assignee: words('6.2', '一人领办的，他人不办', 'what one has taken on, another does not do'),
  fit_to_take: words('6.2', '能办的人才能领办或被改派', 'only who may do a stage can take it or be given it'),
  away: words('6.3', '请假、离岗的人不办理', 'who is absent or has left does nothing'),
  same_day: words(
    '4.6',
    '同一天不得既经手证书又经手印章',
    'certificates and seals are not in one hand on one day',
  ),
  window_leader: words('3.1', '窗口值班由领导干部本人进行', 'only leaders do duty at the window'),
  window_post: words('3.2', '值班只在受理、审核、缮证岗位', 'window duty is at a post of the window'),
  window_one_day: words('3.1', '值班当日起止', 'window duty begins and ends within one day'),
  window_confirmed: words('6.2', '值班由他人确认', 'window duty is confirmed by somebody else'),
  cover_own: words('6.7', '只能代被代岗人自己的职责', 'cover gives what the one covered holds as their own'),
  cover_bounded: words('6.7', '代岗有期限', 'cover has an end'),
  cover_confirmed: words('6.2', '代岗由他人确认', 'cover is confirmed by somebody else'),
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
        ...said(
          '6.2',
          `同一${flowNames[id]}须不同人`,
          `different persons in one ${id}`,
          groupOf(flow, pair[0]),
          groupOf(flow, pair[1]),
        ),
        without: put({ stages, exclusive: without(exclusive, pair) }),
        in: small(id),
      }),
    ),
    ...stages.flatMap((stage) =>
      (stage.after ?? []).map(
        (earlier): Mutant => ({
          rule: `order in a ${id}: ${earlier} before ${stage.id}`,
          ...said(
            '6.2',
            `${flowNames[id]}依次办理`,
            `order in a ${id}`,
            stages.find((one) => one.id === earlier)!.name,
            stage.name,
          ),
          without: withStage(stage, { after: without(stage.after!, earlier) }),
          in: small(id, { secondReview: earlier === 'second_review' || stage.id === 'second_review' }),
        }),
      ),
    ),
    ...stages.map(
      (stage): Mutant => ({
        rule: `its duty for ${stage.id}`,
        ...said('6.7', `${flowNames[id]}各环节须有其职责`, `its own duty in a ${id}`, stage.name),
        without: withStage(stage, { also: table.duties.map((duty) => duty.id) }),
        in: small(id),
      }),
    ),
  ]
}
