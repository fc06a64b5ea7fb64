import {
  type DutyTable,
  decide,
  grantConflict,
  hasPair,
  type Side,
  sideOf,
  sideRefusal,
  type Temporary,
  temporaryRefusal,
} from '../duty.ts'
import type { Model, Step } from '../explore.ts'

type Who = 'ada' | 'ben'

interface State {
  /** Duties each holds as their own. */
  own: Readonly<Record<Who, readonly string[]>>
  /** A duty Ada has asked for or got for a time. */
  temporary: { kind: 'window' | 'cover'; duty: string; within: boolean; confirmedBy: Who | null } | null
  /** Sides Ada has been on today: by duties held or by hand, as the rules count; and truly, by hand. */
  today: readonly Side[]
  hands: readonly Side[]
  day: 1 | 2
}

const persons = ['ada', 'ben'] as const

/**
 * Ada over two days, with Ben as her colleague: every order of grants, window duty, cover of what Ben holds, printing and
 * sealing in any number of cases, and taking certificates or seals into keeping. Any two persons are such a pair. The
 * notice's properties: nobody is on both sides of 4.6 on one day; a duty for a time is what 3.1, 3.2 and 6.7 allow, and
 * never widens what one may hold.
 */
export function handsModel(rules: DutyTable, judge: DutyTable): Model<State> {
  const house = new House(rules, judge)
  return {
    name: 'duties for a time; certificates and seals by the day',
    start: { own: { ada: [], ben: [] }, temporary: null, today: [], hands: [], day: 1 },
    key: ({ own, temporary: t, today, hands, day }) =>
      `${own.ada}|${own.ben}|${t && `${t.kind}${t.duty}${t.within}${t.confirmedBy}`}|${today}|${hands}|${day}`,
    isEnd: (state) => state.temporary?.confirmedBy === 'ben' && state.hands.length > 0,
    *steps(state) {
      for (const person of persons) yield* house.grants(state, person)
      if (state.temporary)
        yield {
          person: 'ada',
          move: 'ends the duty for a time',
          to: { ...state, temporary: null },
          wrong: null,
        }
      else yield* house.asks(state)
      for (const person of persons) yield* house.confirms(state, person)
      yield* house.handles(state)
      if (state.day === 1)
        yield { person: 'the office', move: 'begins a new day', to: house.tomorrow(state), wrong: null }
    },
  }
}

const add = (sides: readonly Side[], side: Side | null): readonly Side[] =>
  side && !sides.includes(side) ? [...sides, side].sort() : sides

/** Both tables of one walk, and what can happen under them. */
class House {
  readonly rules: DutyTable
  readonly judge: DutyTable
  readonly duties: readonly string[]

  constructor(rules: DutyTable, judge: DutyTable) {
    this.rules = rules
    this.judge = judge
    this.duties = [...judge.sides.certificate, ...judge.sides.seal, judge.window.leaders[0]!]
  }

  *grants(state: State, person: Who): Iterable<Step<State>> {
    for (const duty of this.duties) {
      const own = state.own[person]
      if (own.includes(duty)) {
        const left = { ...state.own, [person]: own.filter((one) => one !== duty) }
        yield { person, move: `gives up ${this.#name(duty)}`, to: { ...state, own: left }, wrong: null }
        continue
      }
      // A window post is outside the matrix; cover is inside.
      const held = person === 'ada' && state.temporary?.kind === 'cover' ? this.#held(state) : own
      const side = sideOf(this.rules, duty)
      if (grantConflict(this.rules, held, duty)) continue
      if (person === 'ada' && sideRefusal(this.rules, state.today, side)) continue
      const apart = held.find((one) => hasPair(this.judge.conflicts, one, duty))
      yield {
        person,
        move: `is granted ${this.#name(duty)}`,
        to: {
          ...state,
          own: { ...state.own, [person]: [...own, duty].sort() },
          today: person === 'ada' ? add(state.today, side) : state.today,
        },
        wrong: apart ? `${this.#name(apart)} and ${this.#name(duty)} are in one hand` : null,
      }
    }
  }

  *asks(state: State): Iterable<Step<State>> {
    for (const duty of this.duties)
      for (const kind of ['window', 'cover'] as const)
        for (const within of [true, false]) {
          const temporary = { kind, duty, within, confirmedBy: null }
          if (temporaryRefusal(this.rules, this.#wanted(state, temporary))) continue
          const what = kind === 'cover' ? 'asks to cover Ben in' : 'asks for window duty in'
          const long = within ? '' : ', for longer than is allowed'
          yield {
            person: 'ada',
            move: `${what} ${this.#name(duty)}${long}`,
            to: { ...state, temporary },
            wrong: null,
          }
        }
  }

  *confirms(state: State, person: Who): Iterable<Step<State>> {
    const asked = state.temporary
    if (!asked || asked.confirmedBy) return
    const wanted = this.#wanted(state, { ...asked, confirmedBy: person })
    const side = sideOf(this.rules, asked.duty)
    if (temporaryRefusal(this.rules, wanted) || sideRefusal(this.rules, state.today, side)) return
    const law = temporaryRefusal(this.judge, wanted)
    yield {
      person,
      move: `confirms ${this.#name(asked.duty)} for ada`,
      to: { ...state, temporary: { ...asked, confirmedBy: person }, today: add(state.today, side) },
      wrong: law ? `a duty for a time that is not allowed: ${law.message.en}` : null,
    }
  }

  /** Printing or sealing in a case Ada has not handled, or taking certificates or a seal into keeping. */
  *handles(state: State): Iterable<Step<State>> {
    const held = this.#held(state)
    for (const stage of this.rules.stages) {
      const side = sideOf(this.judge, stage.duty)
      if (!side) continue
      const before = this.judge.stages.slice(
        0,
        this.judge.stages.findIndex((one) => one.id === stage.id),
      )
      const process = { closed: false, secondReview: true, done: before.map((one) => one.id), handlers: {} }
      const today = state.today.find((one) => one !== side) ?? null
      if (
        decide(
          this.rules,
          process,
          { person: 'ada', duties: held, today },
          { kind: 'stage', stage: stage.id },
        )
      )
        continue
      yield this.#byHand(state, side, `does “${stage.name.en}” in some case`)
    }
    for (const side of ['certificate', 'seal'] as const) {
      const duty = this.judge.sides[side].find((one) => held.includes(one))
      if (!duty || sideRefusal(this.rules, state.today, sideOf(this.rules, duty))) continue
      yield this.#byHand(state, side, `takes ${side === 'seal' ? 'a seal' : 'certificates'} into keeping`)
    }
  }

  /** The next day: window duty is over, and who holds a duty of a side is on that side again. */
  tomorrow(state: State): State {
    const temporary = state.temporary?.kind === 'window' ? null : state.temporary
    const next: State = { ...state, temporary, hands: [], day: 2 }
    const today = this.#held(next).reduce(
      (sides, duty) => add(sides, sideOf(this.rules, duty)),
      [] as readonly Side[],
    )
    return { ...next, today }
  }

  #byHand(state: State, side: Side, move: string): Step<State> {
    const hands = add(state.hands, side)
    const today = add(state.today, sideOf(this.rules, this.judge.sides[side][0]!))
    const wrong = hands.length > 1 ? 'certificates and seals are in one hand on one day' : null
    return { person: 'ada', move, to: { ...state, hands, today }, wrong }
  }

  #held(state: State): readonly string[] {
    const { temporary, own } = state
    return temporary?.confirmedBy ? [...own.ada, temporary.duty] : own.ada
  }

  #wanted(state: State, asked: NonNullable<State['temporary']>): Temporary {
    const { kind, duty, within, confirmedBy } = asked
    return {
      kind,
      duty,
      person: 'ada',
      holds: state.own.ada,
      askedBy: 'ada',
      confirmedBy,
      oneDay: within,
      days: within ? 1 : this.judge.coverDays + 1,
      owned: state.own.ben.includes(duty),
    }
  }

  #name(id: string): string {
    return `“${this.judge.duties.find((duty) => duty.id === id)!.name.en}”`
  }
}
