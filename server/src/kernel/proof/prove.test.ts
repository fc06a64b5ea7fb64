import { expect, test } from 'vitest'
import { dutyTable } from '../../people/duties.ts'
import { type DutyTable, decide } from '../duty.ts'
import { explore, tell } from '../explore.ts'
import { legalSets } from './grants.ts'
import { kill, type Mutant, mutantsOf, prove } from './prove.ts'
import { type Bounds, workModel } from './work.ts'

/** Smaller bounds than `mingbu prove duties` has, for every run of the tests. */
const bounds: readonly Bounds[] = [
  { flow: 'case', persons: 6, returns: 1 },
  { flow: 'case', persons: 7, returns: 1, secondReview: true },
  { flow: 'case', persons: 4, returns: 1, assignments: true, absences: true, tooFew: true },
  { flow: 'survey', persons: 4, returns: 1, assignments: true, absences: true },
  { flow: 'maintenance', persons: 4, returns: 0, absences: true },
]

test('nobody gets two exclusive things into one hand, and each rule is needed: without it a path opens', () => {
  const proof = prove(dutyTable, {}, bounds)
  console.info(
    `${proof.states} states, ${proof.transitions} moves, ${proof.dutySets} duty sets, ${proof.mutantsKilled} of ${proof.rules} rules`,
  )
  expect(proof.violations).toEqual([])
  expect(proof.unreachable).toEqual([])
  expect(proof.mutants.filter((one) => !one.killed).map((one) => one.rule)).toEqual([])
  expect(proof).toMatchObject({ ok: true, rules: mutantsOf(dutyTable).length })
  for (const { wrong, path } of proof.mutants) {
    expect(wrong?.en).toMatch(/\w/)
    expect(path.length).toBeGreaterThan(0)
  }
}, 300_000)

const named = (rule: string): Mutant => mutantsOf(dutyTable).find((one) => one.rule === rule)!

// The shortest way one person would get through, as the proof prints it.
test.each([
  [
    'different persons in one case: acceptance and first_review',
    ['1. a does “Acceptance”.', '2. a does “First review”.'],
  ],
  [
    'different persons in one case: recording and sealing',
    [
      '1. a does “Acceptance”.',
      '2. b does “First review”.',
      '3. c does “Second review”.',
      '4. d does “Recording”.',
      '5. e does “Certificate printing”.',
      '6. d does “Sealing”.',
    ],
  ],
  [
    'general: for_ever',
    [
      '1. a does “Acceptance”.',
      '2. b does “First review”.',
      '3. c sends it back to “Acceptance”.',
      '4. b does “Acceptance”.',
    ],
  ],
  ['different persons in one maintenance: request and execution', null],
  ['different persons for one unit: survey_submission and acceptance', null],
  [
    'never in one hand: acceptance and first_review',
    ['1. a is granted “Acceptance”.', '2. a is granted “First review”.'],
  ],
] as const)('without “%s” the path is printed', (rule, path) => {
  const killed = kill(dutyTable, named(rule))
  expect(killed.killed).toBe(true)
  if (path) expect(tell(killed.path)).toEqual(path)
  else expect(killed.path.at(-1)!.person).toMatch(/^[a-d]$/)
})

test('a table that forbids everything is no proof: the end of honest work must be within reach', () => {
  const closed: DutyTable = {
    ...dutyTable,
    duties: dutyTable.duties.filter((duty) => duty.id !== 'recording'),
  }
  expect(explore(workModel(closed, closed, bounds[0]!)).reachesEnd).toBe(false)
})

test('more duties never forbid more: what a legal set allows, all duties together allow', () => {
  const all = dutyTable.duties.map((duty) => duty.id)
  const sets = legalSets(dutyTable)
  let allowed = 0
  for (const [i, stage] of dutyTable.stages.entries())
    for (const group of [undefined, ...dutyTable.stages.map((one) => one.group)])
      for (const today of [null, 'certificate', 'seal'] as const)
        for (const duties of sets) {
          const done = dutyTable.stages.slice(0, i).map((one) => one.id)
          const process = {
            closed: false,
            secondReview: true,
            done,
            handlers: (group ? { a: group } : {}) as Record<string, string>,
          }
          const says = (held: readonly string[]) =>
            decide(
              dutyTable,
              process,
              { person: 'a', duties: held, today },
              { kind: 'stage', stage: stage.id },
            )
          if (says(duties)) continue
          allowed++
          expect(says(all)).toBeNull()
        }
  expect(allowed).toBeGreaterThan(50)
})

test('the largest sets of duties one person may hold have no conflict inside, and nothing can be added to them', () => {
  const sets = legalSets(dutyTable)
  expect(sets.length).toBe(22)
  const apart = (a: string, b: string) =>
    dutyTable.conflicts.some(([x, y]) => (x === a && y === b) || (x === b && y === a))
  for (const set of sets) {
    for (const a of set) for (const b of set) expect(apart(a, b), `${a} ${b}`).toBe(false)
    for (const { id } of dutyTable.duties)
      expect(set.includes(id) || set.some((one) => apart(one, id)), `${id} beside ${set}`).toBe(true)
  }
})
