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
import { legalSets } from './grants.ts'

/** How far one piece of work is walked. */
export interface Bounds {
  /** `survey` goes on into the first stages of the case that rests on it. */
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
  phase: 'survey' | 'work'
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
  how: string
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
    if (phase === 'survey') return inFlow(table, 'survey')
    return surveyed ? { ...table, stages: table.stages.slice(0, 2) } : table
  }
  const tables = {
    survey: { rules: seenBy(rules, 'survey'), judge: seenBy(judge, 'survey') },
    work: { rules: seenBy(rules, 'work'), judge: seenBy(judge, 'work') },
  }
  const hats = { survey: hatsFor(tables.survey.rules), work: hatsFor(tables.work.rules) }
  const fresh = (surveyedBy?: State['did']): Process => ({
    closed: false,
    secondReview: bounds.secondReview ?? false,
    done: [],
    handlers: {},
    assignee: null,
    ...(surveyedBy ? { surveyed: surveyedBy } : {}),
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
          move: 'on this unit begins',
          to: { ...state, phase: 'work', process: fresh(state.did), truly: [] },
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
          move: 'gives the work back',
          to: { ...state, process: { ...state.process, assignee: null } },
          wrong: null,
        }
      if (bounds.absences) yield* comingsAndGoings(state, different)
    },
  }
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
  const bare: Hat[] = [{ duties: [], how: '' }, ...sets.map((duties) => ({ duties, how: '' }))]
  const posts = table.window.posts.filter((post) => relevant.has(post))
  const all = [
    ...bare,
    ...bare.flatMap(({ duties }) =>
      posts.map((post) => ({
        duties: [...new Set([...duties, post])].sort(),
        how: duties.includes(post) ? '' : ' at the window',
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
  for (const { duties, how } of hats) {
    if (decide(table, state.process, { person, duties, away }, move)) continue
    const wrong = wrongOf(law, state, person, duties, move)
    // Where it leads does not depend on the duties it was done with; whether it was right does.
    if (tried && wrong === null) continue
    tried = true
    yield { person, move: describe(table, move) + how, to: after(table, state, person, duties, move), wrong }
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
): string | null {
  if (state.away === person) return 'somebody acts who is away'
  if (state.ended) return 'something is done in what was ended'
  if (move.kind === 'close') return null
  const stage = stageOf(law, state, move)
  if (!stage) return 'a step is done that nobody asked for'
  const has = dutiesFor(stage).some((duty) => duties.includes(duty))
  const other = [...(state.did[person] ?? [])].find((group) => areExclusive(law, group, stage.group))
  const earlier = (state.process.surveyed?.[person] ?? []).find((group) =>
    hasPair(law.before, group, stage.group),
  )
  if (move.kind === 'take') return other || !has ? 'work lies with somebody who may not do it' : null
  if (other) return `one person does “${other}” and “${stage.group}”`
  if (earlier) return `one person does “${earlier}” and “${stage.group}” of one unit`
  if (!has) return `“${stage.name.en}” is done without its duty`
  if (state.process.assignee && state.process.assignee !== person) return 'one does what another has taken on'
  if (move.kind === 'return')
    return stage.mayReturn && state.truly.includes(move.to) ? null : 'something is sent back that cannot be'
  if (state.truly.includes(stage.id)) return `“${stage.name.en}” is done twice in one round`
  if (stage.onlyIf && !state.process[stage.onlyIf])
    return `“${stage.name.en}” is done where nobody asked for it`
  const missing = law.stages
    .slice(0, law.stages.indexOf(stage))
    .find((one) => (!one.onlyIf || state.process[one.onlyIf]) && !state.truly.includes(one.id))
  return missing ? `“${stage.name.en}” is done without “${missing.name.en}”` : null
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
    move: 'notes that the application is withdrawn',
    to: { ...to, process: { ...to.process, done: state.process.done, closed: true }, ended: true },
    wrong: state.ended ? 'something is done in what was ended' : null,
  }
}

function* comingsAndGoings(state: State, persons: readonly string[]): Iterable<Step<State>> {
  if (state.away) {
    yield { person: state.away, move: 'comes back', to: { ...state, away: null }, wrong: null }
    return
  }
  for (const person of persons) {
    const free = state.process.assignee === person ? { ...state.process, assignee: null } : state.process
    yield { person, move: 'goes on leave', to: { ...state, away: person, process: free }, wrong: null }
  }
}

/** What tells one person from another here. */
const standing = ({ process, did, away }: State, person: string): string =>
  `${process.handlers[person] ?? ''}:${(did[person] ?? []).join('+')}:${process.assignee === person ? '!' : ''}${away === person ? '~' : ''}`

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

function describe(table: DutyTable, move: Move): string {
  if (move.kind === 'close') return 'ends it'
  if (move.kind === 'take') return 'takes the next step on, or is given it'
  const id = move.kind === 'return' ? move.to : move.stage
  const name = table.stages.find((stage) => stage.id === id)!.name.en
  if (move.kind === 'stage') return `does “${name}”`
  return move.kind === 'return' ? `sends it back to “${name}”` : `decides within “${name}”`
}
