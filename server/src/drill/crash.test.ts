import { expect, test } from 'vitest'
import { drillCrash, reorderedIn, victims } from './crash.ts'
import { Draws } from './draws.ts'

test.each([
  [
    'one after another, in order',
    [
      [0, 1],
      [2, 3],
      [4, 5],
    ],
    0,
  ],
  [
    'at the same time, in any order',
    [
      [0, 9],
      [1, 8],
      [2, 7],
    ],
    0,
  ],
  [
    'answered before the other was asked for, and behind it',
    [
      [5, 6],
      [0, 1],
    ],
    1,
  ],
  [
    'two that are behind one that came later',
    [
      [9, 10],
      [0, 1],
      [2, 3],
    ],
    2,
  ],
  ['nothing', [], 0],
] as [string, [number, number][], number][])('acts of one log %s: %#', (_name, acts, reordered) => {
  const log = acts.map(([began, answered], idx) => ({ idx, op: { began, answered } }))
  expect(reorderedIn(log)).toBe(reordered)
})

test('a seed draws the same victims and moments, and another seed others', () => {
  const drawn = (seed: number) => {
    const draws = new Draws(seed)
    return Array.from({ length: 20 }, () => [draws.one(victims), draws.between(0, 1)])
  }
  expect(drawn(1)).toEqual(drawn(1))
  expect(drawn(1)).not.toEqual(drawn(2))
  expect(new Set(drawn(1).map(([victim]) => victim)).size).toBe(victims.length)
})

test('processes killed under load lose, double and reorder nothing that was answered, and everything verifies', async () => {
  const said: string[] = []
  const report = await drillCrash({ kills: 5, seed: 11, say: (words) => said.push(words) })
  expect(report, said.join('\n')).toMatchObject({
    ok: true,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    wrongAnswers: 0,
    verified: true,
    problems: [],
  })
  expect(report).toMatchObject({ kills: 5, ownEnds: 0 })
  expect(report.acknowledged).toBeGreaterThan(0)
}, 400_000)
