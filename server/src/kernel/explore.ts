import { advance, areExclusive, type DutyTable, decide, type Move, type Process } from './duty.ts'

/** One step of a printed path: `{ person: 'a', move: 'does “Acceptance”' }`. */
export interface PathStep {
  person: string
  move: string
}

/** A path as sentences, one per step, numbered in order. */
export const tell = (path: readonly PathStep[]): string[] =>
  path.map(({ person, move }, i) => `${i + 1}. ${person} ${move}.`)

/** What an exploration found. `violation` is the shortest path by which one person does two exclusive things. */
export interface Exploration {
  states: number
  transitions: number
  /** True when some path registers and issues: a table that forbids everything is not a proof. */
  reachesEnd: boolean
  violation: { person: string; groups: [string, string]; path: PathStep[] } | null
}

interface Node {
  process: Process
  /** What each person really did, kept apart from the rules so that a broken rule cannot hide it. */
  did: Readonly<Record<string, readonly string[]>>
  rounds: number
  path: PathStep[]
}

/**
 * Walks every order in which `persons` can move one case, with returns (up to `maxReturns`), refusals within a
 * stage and endings, using the same `decide` the server runs. Breadth first, so the first violation found is
 * the shortest. `duties` gives each person's duty set; by default everybody holds every duty, the worst case:
 * delegation, holiday cover and a leader at the window all lie inside it.
 *
 * @param judge The table whose exclusive groups define a violation; the rules tried may be a mutilated copy.
 */
export function explore(
  rules: DutyTable,
  {
    judge = rules,
    persons,
    secondReview,
    maxReturns,
    duties,
  }: {
    judge?: DutyTable
    persons: readonly string[]
    secondReview: boolean
    maxReturns: number
    duties?: Record<string, readonly string[]>
  },
): Exploration {
  const everyDuty = rules.duties.map((duty) => duty.id)
  const start: Node = {
    process: { closed: false, secondReview, done: [], handlers: {} },
    did: {},
    rounds: 0,
    path: [],
  }
  const interchangeable = duties === undefined
  const seen = new Set([keyOf(start, persons, interchangeable)])
  const queue = [start]
  let transitions = 0
  let reachesEnd = false
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at]!
    for (const move of movesFrom(rules, node, maxReturns)) {
      for (const person of persons) {
        const mover = { person, duties: duties?.[person] ?? everyDuty }
        if (decide(rules, node.process, mover, move)) continue
        transitions++
        const next: Node = {
          process: advance(rules, node.process, mover, move),
          did: record(rules, node, person, move),
          rounds: node.rounds + (move.kind === 'return' ? 1 : 0),
          path: [...node.path, { person, move: describe(rules, move) }],
        }
        const bad = violated(judge, next.did)
        if (bad) return { states: seen.size, transitions, reachesEnd, violation: { ...bad, path: next.path } }
        if (next.process.done.length > 0 && next.process.done.at(-1) === rules.stages.at(-1)!.id)
          reachesEnd = true
        const key = keyOf(next, persons, interchangeable)
        if (!seen.has(key)) {
          seen.add(key)
          queue.push(next)
        }
      }
    }
  }
  return { states: seen.size, transitions, reachesEnd, violation: null }
}

/** Doing a step comes first, so that of two equally short paths the plainer one is printed. */
function movesFrom(rules: DutyTable, node: Node, maxReturns: number): Move[] {
  const each = (kind: 'stage' | 'within'): Move[] => rules.stages.map((stage) => ({ kind, stage: stage.id }))
  const returns: Move[] =
    node.rounds < maxReturns ? rules.stages.map((stage) => ({ kind: 'return', to: stage.id })) : []
  return [...each('stage'), ...each('within'), ...returns, { kind: 'close' }]
}

function record(rules: DutyTable, node: Node, person: string, move: Move): Node['did'] {
  if (move.kind === 'close') return node.did
  const id =
    move.kind === 'return'
      ? rules.stages.find(
          (stage) => !node.process.done.includes(stage.id) && (!stage.onlyIf || node.process[stage.onlyIf]),
        )!.id
      : move.stage
  const group = rules.stages.find((stage) => stage.id === id)!.group
  const before = node.did[person] ?? []
  return before.includes(group) ? node.did : { ...node.did, [person]: [...before, group].sort() }
}

function violated(judge: DutyTable, did: Node['did']): { person: string; groups: [string, string] } | null {
  for (const [person, groups] of Object.entries(did)) {
    for (const a of groups)
      for (const b of groups) if (a < b && areExclusive(judge, a, b)) return { person, groups: [a, b] }
  }
  return null
}

/** Persons are interchangeable when everybody holds the same duties, so states differ only by what each did. */
function keyOf(node: Node, persons: readonly string[], interchangeable: boolean): string {
  const each = persons.map(
    (person) => `${node.process.handlers[person] ?? ''}:${(node.did[person] ?? []).join('+')}`,
  )
  if (interchangeable) each.sort()
  return `${node.process.closed}|${node.process.done.join(',')}|${node.rounds}|${each.join(';')}`
}

function describe(rules: DutyTable, move: Move): string {
  if (move.kind === 'close') return 'ends the case'
  const id = move.kind === 'return' ? move.to : move.stage
  const name = rules.stages.find((stage) => stage.id === id)!.name.en
  if (move.kind === 'stage') return `does “${name}”`
  return move.kind === 'return' ? `sends the case back to “${name}”` : `decides within “${name}”`
}

/** One rule taken away and what the exploration then found. */
export interface Mutant {
  rule: string
  killed: boolean
  path: PathStep[]
}

/** Deletes each exclusive pair in turn; every deletion must open a path. */
export function mutate(
  table: DutyTable,
  options: { persons: readonly string[]; secondReview: boolean; maxReturns: number },
): Mutant[] {
  return table.exclusive.map(([a, b]) => {
    const without = { ...table, exclusive: table.exclusive.filter(([x, y]) => !(x === a && y === b)) }
    const { violation } = explore(without, { ...options, judge: table })
    return { rule: `${a} ≠ ${b}`, killed: violation !== null, path: violation?.path ?? [] }
  })
}
