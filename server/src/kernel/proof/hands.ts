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
import type { Text } from '../refusal.ts'
import { inOneHand } from './grants.ts'

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
const bothSides: Text = {
  zh: '证书与印章同一天在一人手中',
  en: 'certificates and seals are in one hand on one day',
}

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
          move: { zh: '结束临时职责', en: 'ends the duty for a time' },
          to: { ...state, temporary: null },
          wrong: null,
        }
      else yield* house.asks(state)
      for (const person of persons) yield* house.confirms(state, person)
      yield* house.handles(state)
      if (state.day === 1)
        yield {
          person: 'the office',
          move: { zh: '开始新的一天', en: 'begins a new day' },
          to: house.tomorrow(state),
          wrong: null,
        }
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
        yield {
          person,
          move: this.#words(duty, '卸任{}', 'gives up {}'),
          to: { ...state, own: left },
          wrong: null,
        }
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
        move: this.#words(duty, '被授予{}', 'is granted {}'),
        to: {
          ...state,
          own: { ...state.own, [person]: [...own, duty].sort() },
          today: person === 'ada' ? add(state.today, side) : state.today,
        },
        wrong: apart ? inOneHand(this.#duty(apart), this.#duty(duty)) : null,
      }
    }
  }

  *asks(state: State): Iterable<Step<State>> {
    for (const duty of this.duties)
      for (const kind of ['window', 'cover'] as const)
        for (const within of [true, false]) {
          const temporary = { kind, duty, within, confirmedBy: null }
          if (temporaryRefusal(this.rules, this.#wanted(state, temporary))) continue
          const [zh, en] =
            kind === 'cover'
              ? ['申请代乙的{}', 'asks to cover Ben in {}']
              : ['申请在{}窗口值班', 'asks for window duty in {}']
          const [longZh, longEn] = within ? ['', ''] : ['，超过允许的时间', ', for longer than is allowed']
          yield {
            person: 'ada',
            move: this.#words(duty, zh + longZh, en + longEn),
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
      move: this.#words(asked.duty, '为甲确认{}', 'confirms {} for ada'),
      to: { ...state, temporary: { ...asked, confirmedBy: person }, today: add(state.today, side) },
      wrong: law && {
        zh: `不允许的临时职责：${law.message.zh}`,
        en: `a duty for a time that is not allowed: ${law.message.en}`,
      },
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
      const { zh, en } = stage.name
      yield this.#byHand(state, side, { zh: `在某件中办理“${zh}”`, en: `does “${en}” in some case` })
    }
    for (const side of ['certificate', 'seal'] as const) {
      const duty = this.judge.sides[side].find((one) => held.includes(one))
      if (!duty || sideRefusal(this.rules, state.today, sideOf(this.rules, duty))) continue
      yield this.#byHand(
        state,
        side,
        side === 'seal'
          ? { zh: '领取印章保管', en: 'takes a seal into keeping' }
          : { zh: '领取证书保管', en: 'takes certificates into keeping' },
      )
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

  #byHand(state: State, side: Side, move: Text): Step<State> {
    const hands = add(state.hands, side)
    const today = add(state.today, sideOf(this.rules, this.judge.sides[side][0]!))
    const wrong = hands.length > 1 ? bothSides : null
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

  #duty(id: string): Text {
    return this.judge.duties.find((duty) => duty.id === id)!.name
  }

  /** A move in words, with the duty's name where `{}` stands. Each is made once: there are few, and many steps. */
  #words(id: string, zh: string, en: string): Text {
    const key = `${id} ${en}`
    const known = this.#texts.get(key)
    if (known) return known
    const name = this.#duty(id)
    const made = { zh: zh.replace('{}', `“${name.zh}”`), en: en.replace('{}', `“${name.en}”`) }
    this.#texts.set(key, made)
    return made
  }
  readonly #texts = new Map<string, Text>()
}
