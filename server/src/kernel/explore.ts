import type { Text } from './refusal.ts'

/** One move out of a state: who does what, in words, where it leads, and what a judge says of it. */
export interface Step<S> {
  person: string
  move: Text
  to: S
  /** What the notice forbids and this step does nevertheless; null when nothing. */
  wrong: Text | null
}

/** Something that can be walked: where it begins, what can happen, and when two states are the same. */
export interface Model<S> {
  name: string
  start: S
  steps(state: S): Iterable<Step<S>>
  key(state: S): string
  /** True of a state that honest work must be able to reach: a table that forbids everything is no proof. */
  isEnd(state: S): boolean
}

/** One step of a printed path: `{ person: 'a', move: { zh: '办理“受理”', en: 'does “Acceptance”' } }`. */
export interface PathStep {
  person: string
  move: Text
}

/** A path as sentences, one per step, numbered in order. */
export const tell = (path: readonly PathStep[]): string[] =>
  path.map(({ person, move }, i) => `${i + 1}. ${person} ${move.en}.`)

/** What was found of one model. `violation` is the shortest path to something the notice forbids. */
export interface Exploration {
  model: string
  states: number
  transitions: number
  reachesEnd: boolean
  violation: { wrong: Text; path: PathStep[] } | null
}

interface Node<S> {
  state: S
  from: Node<S> | null
  step: PathStep | null
}

/** Walks every state of a model, breadth first, so the first violation found is the shortest. Stops at it. */
export function explore<S>(model: Model<S>, progress: (states: number) => void = () => {}): Exploration {
  const start: Node<S> = { state: model.start, from: null, step: null }
  const seen = new Set([model.key(model.start)])
  let layer = [start]
  let transitions = 0
  let reachesEnd = model.isEnd(model.start)
  while (layer.length > 0) {
    const next: Node<S>[] = []
    for (const node of layer) {
      for (const { person, move, to, wrong } of model.steps(node.state)) {
        transitions++
        const reached: Node<S> = { state: to, from: node, step: { person, move } }
        if (wrong !== null) {
          const violation = { wrong, path: pathTo(reached) }
          return { model: model.name, states: seen.size, transitions, reachesEnd, violation }
        }
        const key = model.key(to)
        if (seen.has(key)) continue
        seen.add(key)
        if (seen.size % 100_000 === 0) progress(seen.size)
        reachesEnd ||= model.isEnd(to)
        next.push(reached)
      }
    }
    layer = next
  }
  return { model: model.name, states: seen.size, transitions, reachesEnd, violation: null }
}

function pathTo(node: Node<unknown>): PathStep[] {
  const path: PathStep[] = []
  for (let at: Node<unknown> | null = node; at?.step; at = at.from) path.unshift(at.step)
  return path
}
