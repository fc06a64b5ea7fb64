import { type DutyTable, grantConflict, hasPair } from '../duty.ts'
import type { Model, Step } from '../explore.ts'
import type { Text } from '../refusal.ts'

/**
 * One person and every order in which duties can be granted to and taken from them. The notice's property: two duties
 * that `judge` calls incompatible are never in one hand (6.2, 4.6, 6.7).
 */
export function grantsModel(rules: DutyTable, judge: DutyTable): Model<readonly string[]> {
  const moves = new Map(
    rules.duties.map(({ id, name: { zh, en } }) => [
      id,
      {
        name: { zh, en },
        gives: { zh: `卸任“${zh}”`, en: `gives up “${en}”` },
        gets: { zh: `被授予“${zh}”`, en: `is granted “${en}”` },
      },
    ]),
  )
  return {
    name: 'grants',
    start: [],
    key: (held) => held.join(),
    isEnd: (held) => held.length > 1,
    *steps(held): Iterable<Step<readonly string[]>> {
      for (const { id } of rules.duties) {
        if (held.includes(id)) {
          yield {
            person: 'a',
            move: moves.get(id)!.gives,
            to: held.filter((one) => one !== id),
            wrong: null,
          }
          continue
        }
        if (grantConflict(rules, held, id) !== null) continue
        const apart = held.find((one) => hasPair(judge.conflicts, one, id))
        yield {
          person: 'a',
          move: moves.get(id)!.gets,
          to: [...held, id].sort(),
          wrong: apart ? inOneHand(moves.get(apart)!.name, moves.get(id)!.name) : null,
        }
      }
    },
  }
}

/** What the static matrix forbids, in words. */
export const inOneHand = (a: Text, b: Text): Text => ({
  zh: `“${a.zh}”与“${b.zh}”在一人手中`,
  en: `“${a.en}” and “${b.en}” are in one hand`,
})

/** Every largest set of duties one person may hold: nothing can be added without a conflict. */
export function legalSets(table: DutyTable): string[][] {
  const ids = table.duties.map((duty) => duty.id)
  const found: string[][] = []
  const grow = (held: string[], candidates: string[], excluded: string[]) => {
    if (candidates.length === 0 && excluded.length === 0) found.push(held)
    const left = [...candidates]
    const out = [...excluded]
    for (const id of candidates) {
      const fits = (other: string) => other !== id && !hasPair(table.conflicts, id, other)
      grow([...held, id], left.filter(fits), out.filter(fits))
      left.splice(left.indexOf(id), 1)
      out.push(id)
    }
  }
  grow([], ids, [])
  return found
}
