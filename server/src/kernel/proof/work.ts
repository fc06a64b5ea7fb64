import {
  advance,
  areExclusive,
  type DutyTable,
  decide,
  dutiesFor,
  hasPair,
  inFlow,
  type Move,
  nextStage,
  type Process,
  type Stage,
} from '../duty.ts'
import type { Model, Step } from '../explore.ts'
import type { Text } from '../refusal.ts'
import { legalSets } from './grants.ts'

/** How far one piece of work is walked. */
export interface Bounds {
  /** `survey` goes on into the first stages of the case that rests on it, and from there into another survey of the unit. */
  flow: 'case' | 'survey' | 'maintenance'
  persons: number
  secondReview?: boolean
  returns: number
  /** Taking work, giving it back, and a leader who gives it to somebody else. */
  assignments?: boolean
  /** One person at a time may be away; their work returns to the pool. */
  absences?: boolean
  /** Too few persons for the end to be within reach: walked for what must not happen only. */
  tooFew?: boolean
}

interface State {
  process: Process
  phase: 'survey' | 'work' | 'again'
  /** What each person really did, kept apart from the rules so that a broken rule cannot hide it. */
  did: Readonly<Record<string, readonly string[]>>
  /** Stages done in this round, as they were really done. */
  truly: readonly string[]
  ended: boolean
  returns: number
  away: string | null
}

/** A set of duties somebody acts with, and how they came by it. */
interface Hat {
  duties: readonly string[]
  /** At the window, by a duty for a time. */
  window: boolean
}

/**
 * One case, survey or maintenance order, and every order in which persons move it: with returns, refusals within a stage,
 * withdrawals, endings, work taken, given back and reassigned, and absences. Between any two steps a person may have been
 * moved to another post, so each step is tried with every set of duties one may legally hold, and with that set and a
 * window post on top. Cover goes through the same matrix, so it lies inside. What `judge` forbids is a violation, whatever
 * the mutilated `rules` say.
 */
export function workModel(rules: DutyTable, judge: DutyTable, bounds: Bounds): Model<State> {
  const persons = [...'abcdefghij'].slice(0, bounds.persons)
  const surveyed = bounds.flow === 'survey'
  const seenBy = (table: DutyTable, phase: State['phase']): DutyTable => {
    if (bounds.flow === 'maintenance') return inFlow(table, 'maintenance')
    if (phase !== 'work') return inFlow(table, 'survey')
    return surveyed ? { ...table, stages: table.stages.slice(0, 2) } : table
  }
  const survey = { rules: seenBy(rules, 'survey'), judge: seenBy(judge, 'survey') }
  const tables = {
    survey,
    again: survey,
    work: { rules: seenBy(rules, 'work'), judge: seenBy(judge, 'work') },
  }
  const surveyHats = hatsFor(survey.rules)
  const hats = { survey: surveyHats, again: surveyHats, work: hatsFor(tables.work.rules) }
  const fresh = (beside: Pick<Process, 'surveyed' | 'resting'> = {}): Process => ({
    closed: false,
    secondReview: bounds.secondReview ?? false,
    done: [],
    handlers: {},
    assignee: null,
    ...beside,
  })
  return {
    name: `${bounds.flow}, ${bounds.persons} persons${bounds.secondReview ? ', second review' : ''}, up to ${bounds.returns} returns${bounds.assignments ? ', work taken and reassigned' : ''}${bounds.absences ? ', absences' : ''}`,
    start: {
      process: fresh(),
      phase: surveyed ? 'survey' : 'work',
      did: {},
      truly: [],
      ended: false,
      returns: 0,
      away: null,
    },
    key: (state) => keyOf(state, persons),
    isEnd: (state) =>
      bounds.tooFew === true ||
      (state.phase === 'work' && state.truly.includes(tables.work.judge.stages.at(-1)!.id) && !state.ended),
    *steps(state) {
      const { rules: table, judge: law } = tables[state.phase]
      if (surveyed && state.phase === 'survey' && !state.ended && state.truly.includes(law.stages.at(-1)!.id))
        yield {
          person: 'the case',
          move: { zh: '（本单元的登记）开始', en: 'on this unit begins' },
          to: { ...state, phase: 'work', process: fresh({ surveyed: state.did }), truly: [] },
          wrong: null,
        }
      if (surveyed && state.phase === 'work' && !state.ended && state.truly.length > 0)
        yield {
          person: 'another survey',
          move: { zh: '（本单元的）开始', en: 'of this unit begins' },
          to: {
            ...state,
            phase: 'again',
            process: fresh({ resting: restingOn(judge, state.did) }),
            did: {},
            truly: [],
          },
          wrong: null,
        }
      const different = differentOnes(state, persons)
      for (const move of movesFrom(table, state, bounds))
        for (const person of different) yield* tryMove(table, law, hats[state.phase], state, person, move)
      if (bounds.flow === 'case')
        for (const person of different) yield* withdrawal(table, hats.work, state, person)
      if (bounds.assignments && state.process.assignee)
        yield {
          person: state.process.assignee,
          move: { zh: '放回待领', en: 'gives the work back' },
          to: { ...state, process: { ...state.process, assignee: null } },
          wrong: null,
        }
      if (bounds.absences) yield* comingsAndGoings(state, different)
    },
  }
}

/** Of what was done in the case, the groups that a survey of its unit has to be apart from; others could change nothing. */
function restingOn(judge: DutyTable, did: State['did']): State['did'] {
  const told = (group: string) =>
    judge.before.some((pair) => pair.includes(group)) && judge.stages.some((stage) => stage.group === group)
  const each = Object.entries(did).map(([person, groups]) => [person, groups.filter(told)] as const)
  return Object.fromEntries(each.filter(([, groups]) => groups.length > 0))
}

const everyDuty = new WeakMap<DutyTable, string[]>()
function everyDutyOf(table: DutyTable): readonly string[] {
  const known = everyDuty.get(table)
  if (known) return known
  const made = table.duties.map((duty) => duty.id)
  everyDuty.set(table, made)
  return made
}

/** Every legal set of duties as this flow sees it, once, and each with a window post beside it. */
function hatsFor(table: DutyTable): Hat[] {
  const relevant = new Set(table.stages.flatMap(dutiesFor))
  const sets = legalSets(table).map((set) => set.filter((duty) => relevant.has(duty)).sort())
  const bare: Hat[] = [{ duties: [], window: false }, ...sets.map((duties) => ({ duties, window: false }))]
  const posts = table.window.posts.filter((post) => relevant.has(post))
  const all = [
    ...bare,
    ...bare.flatMap(({ duties }) =>
      posts.map((post) => ({
        duties: [...new Set([...duties, post])].sort(),
        window: !duties.includes(post),
      })),
    ),
  ]
  return [...new Map(all.map((hat) => [hat.duties.join(), hat])).values()]
}

/** Doing a step comes first, so that of two equally short paths the plainer one is printed. */
function movesFrom(table: DutyTable, state: State, bounds: Bounds): Move[] {
  const each = (kind: 'stage' | 'within'): Move[] => table.stages.map((stage) => ({ kind, stage: stage.id }))
  const returns: Move[] =
    state.returns < bounds.returns ? table.stages.map((stage) => ({ kind: 'return', to: stage.id })) : []
  const take: Move[] = bounds.assignments ? [{ kind: 'take' }] : []
  return [...each('stage'), ...each('within'), ...take, ...returns, { kind: 'close' }]
}

function* tryMove(
  table: DutyTable,
  law: DutyTable,
  hats: readonly Hat[],
  state: State,
  person: string,
  move: Move,
): Iterable<Step<State>> {
  const away = state.away === person
  // More duties never forbid more (a test walks that), so what every duty together does not allow, no set does.
  if (decide(table, state.process, { person, duties: everyDutyOf(table), away }, move)) return
  let tried = false
  for (const { duties, window } of hats) {
    if (decide(table, state.process, { person, duties, away }, move)) continue
    const wrong = wrongOf(law, state, person, duties, move)
    // Where it leads does not depend on the duties it was done with; whether it was right does.
    if (tried && wrong === null) continue
    tried = true
    yield {
      person,
      move: describe(table, move, window),
      to: after(table, state, person, duties, move),
      wrong,
    }
  }
}

function after(table: DutyTable, state: State, person: string, duties: readonly string[], move: Move): State {
  const process = advance(table, state.process, { person, duties }, move)
  const stage = stageOf(table, state, move)
  if (move.kind === 'close') return { ...state, process, ended: true }
  if (move.kind === 'take' || !stage) return { ...state, process }
  const groups = state.did[person] ?? []
  const did = groups.includes(stage.group)
    ? state.did
    : { ...state.did, [person]: [...groups, stage.group].sort() }
  if (move.kind === 'within') return { ...state, process, did }
  if (move.kind === 'stage') return { ...state, process, did, truly: [...state.truly, stage.id] }
  const at = state.truly.indexOf(move.to)
  return {
    ...state,
    process,
    did,
    returns: state.returns + 1,
    truly: at < 0 ? state.truly : state.truly.slice(0, at),
  }
}

/** What the notice says of this step, from what was really done. */
function wrongOf(
  law: DutyTable,
  state: State,
  person: string,
  duties: readonly string[],
  move: Move,
): Text | null {
  if (state.away === person) return wrongs.away
  if (state.ended) return wrongs.ended
  if (move.kind === 'close') return null
  const stage = stageOf(law, state, move)
  if (!stage) return wrongs.nobodyAsked
  const has = dutiesFor(stage).some((duty) => duties.includes(duty))
  const other = [...(state.did[person] ?? [])].find((group) => areExclusive(law, group, stage.group))
  const beside = state.process.surveyed?.[person] ?? state.process.resting?.[person]
  const earlier = beside?.find((group) => hasPair(law.before, group, stage.group))
  if (move.kind === 'take') return other || !has ? wrongs.lies : null
  const { zh, en } = stage.name
  if (other) return bothGroups(law, other, stage, { zh: '', en: '' })
  if (earlier) return bothGroups(law, earlier, stage, { zh: '同一单元的', en: ' of one unit' })
  if (!has) return { zh: `没有职责而办理“${zh}”`, en: `“${en}” is done without its duty` }
  if (state.process.assignee && state.process.assignee !== person) return wrongs.taken
  if (move.kind === 'return') return stage.mayReturn && state.truly.includes(move.to) ? null : wrongs.sentBack
  if (state.truly.includes(stage.id))
    return { zh: `“${zh}”在一轮中办理两次`, en: `“${en}” is done twice in one round` }
  if (stage.onlyIf && !state.process[stage.onlyIf])
    return { zh: `不需要“${zh}”而办理`, en: `“${en}” is done where nobody asked for it` }
  const missing = law.stages
    .slice(0, law.stages.indexOf(stage))
    .find((one) => (!one.onlyIf || state.process[one.onlyIf]) && !state.truly.includes(one.id))
  return missing
    ? { zh: `未办“${missing.name.zh}”而办理“${zh}”`, en: `“${en}” is done without “${missing.name.en}”` }
    : null
}

const wrongs = {
  away: { zh: '离岗的人办理业务', en: 'somebody acts who is away' },
  ended: { zh: '已办结的仍在办理', en: 'something is done in what was ended' },
  nobodyAsked: { zh: '办理了不需要的环节', en: 'a step is done that nobody asked for' },
  lies: { zh: '工作落在不能办理的人手中', en: 'work lies with somebody who may not do it' },
  taken: { zh: '办理了他人已领办的工作', en: 'one does what another has taken on' },
  sentBack: { zh: '退回了不能退回的', en: 'something is sent back that cannot be' },
} as const satisfies Record<string, Text>

/** One person in two groups that are kept apart, in words. */
function bothGroups(law: DutyTable, group: string, stage: Stage, where: Text): Text {
  const all = [...law.stages, ...law.survey.stages]
  const name = all.find((one) => one.group === group)?.name ?? { zh: group, en: group }
  return {
    zh: `一人办理${where.zh}“${name.zh}”和“${stage.name.zh}”`,
    en: `one person does “${name.en}” and “${stage.name.en}”${where.en}`,
  }
}

function stageOf(table: DutyTable, state: State, move: Move): Stage | null {
  if (move.kind === 'stage' || move.kind === 'within')
    return table.stages.find((one) => one.id === move.stage) ?? null
  return nextStage(table, { ...state.process, done: state.truly })
}

/** The applicants take the application back; the clerk at the window who notes it handles the case at acceptance. */
function* withdrawal(
  table: DutyTable,
  hats: readonly Hat[],
  state: State,
  person: string,
): Iterable<Step<State>> {
  const asIfNew = { ...state.process, done: [], assignee: null }
  const move: Move = { kind: 'within', stage: 'acceptance' }
  const away = state.away === person
  const hat = hats.find(({ duties }) => !decide(table, asIfNew, { person, duties, away }, move))
  if (!hat || state.truly.includes('recording')) return
  const to = after(table, { ...state, process: asIfNew }, person, hat.duties, move)
  yield {
    person,
    move: { zh: '记录申请撤回', en: 'notes that the application is withdrawn' },
    to: { ...to, process: { ...to.process, done: state.process.done, closed: true }, ended: true },
    wrong: state.ended ? wrongs.ended : null,
  }
}

function* comingsAndGoings(state: State, persons: readonly string[]): Iterable<Step<State>> {
  if (state.away) {
    yield {
      person: state.away,
      move: { zh: '销假', en: 'comes back' },
      to: { ...state, away: null },
      wrong: null,
    }
    return
  }
  for (const person of persons) {
    const free = state.process.assignee === person ? { ...state.process, assignee: null } : state.process
    yield {
      person,
      move: { zh: '请假', en: 'goes on leave' },
      to: { ...state, away: person, process: free },
      wrong: null,
    }
  }
}

/** What tells one person from another here. */
const standing = ({ process, did, away }: State, person: string): string =>
  `${process.handlers[person] ?? ''}:${(did[person] ?? []).join('+')}:${(process.resting?.[person] ?? []).join('+')}:${process.assignee === person ? '!' : ''}${away === person ? '~' : ''}`

/** Of persons in the same standing one is tried: what another of them did would be the same. */
function differentOnes(state: State, persons: readonly string[]): string[] {
  const seen = new Set<string>()
  return persons.filter((person) => {
    const one = standing(state, person)
    return seen.size < seen.add(one).size
  })
}

/** Persons are interchangeable: states differ only by what each did, has taken on, and whether they are away. */
function keyOf(state: State, persons: readonly string[]): string {
  const { process } = state
  const each = persons.map((person) => standing(state, person))
  each.sort()
  return `${state.phase}|${process.closed}|${state.ended}|${process.done.join()}|${state.truly.join()}|${state.returns}|${each.join(';')}`
}

/** A move in words. Each is made once for a table: there are few, and millions of steps. */
function describe(table: DutyTable, move: Move, window: boolean): Text {
  const known = described.get(table) ?? new Map<string, Text>()
  described.set(table, known)
  const key = `${move.kind} ${'stage' in move ? move.stage : 'to' in move ? move.to : ''} ${window}`
  const before = known.get(key)
  if (before) return before
  const { zh, en } = plainWords(table, move)
  const made = window ? { zh: `在窗口值班时${zh}`, en: `${en} at the window` } : { zh, en }
  known.set(key, made)
  return made
}
const described = new WeakMap<DutyTable, Map<string, Text>>()

function plainWords(table: DutyTable, move: Move): Text {
  if (move.kind === 'close') return { zh: '办结', en: 'ends it' }
  if (move.kind === 'take')
    return { zh: '领办（或被改派）下一环节', en: 'takes the next step on, or is given it' }
  const id = move.kind === 'return' ? move.to : move.stage
  const { zh, en } = table.stages.find((stage) => stage.id === id)!.name
  if (move.kind === 'stage') return { zh: `办理“${zh}”`, en: `does “${en}”` }
  return move.kind === 'return'
    ? { zh: `退回到“${zh}”`, en: `sends it back to “${en}”` }
    : { zh: `在“${zh}”环节作出决定`, en: `decides within “${en}”` }
}
