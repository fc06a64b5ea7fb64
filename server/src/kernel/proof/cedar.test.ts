import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import { expect, test } from 'vitest'
import { dutyTable } from '../../people/duties.ts'
import { type DutyTable, decide, dutiesFor, inFlow, type Process, type Side } from '../duty.ts'
import { legalSets } from './grants.ts'

/**
 * A second opinion: the table as policies of Cedar, a language and an engine of other people. Permits say which duty does
 * which stage; everything that keeps one away is a forbid. The order of stages is given to both as the set of stages done.
 */
function policiesOf(table: DutyTable): string {
  const permits = table.stages.map(
    (stage) =>
      `permit(principal, action == Action::"${stage.id}", resource) when { ${dutiesFor(stage)
        .map((duty) => `principal.duties.contains("${duty}")`)
        .join(' || ')} };`,
  )
  const order = table.stages.flatMap((stage) => [
    `forbid(principal, action == Action::"${stage.id}", resource) when { resource.done.contains("${stage.id}") };`,
    ...(stage.onlyIf
      ? [`forbid(principal, action == Action::"${stage.id}", resource) unless { resource.${stage.onlyIf} };`]
      : []),
    ...(stage.after ?? []).map((id) => {
      const asked = table.stages.find((one) => one.id === id)!.onlyIf
      return `forbid(principal, action == Action::"${stage.id}", resource) when { ${asked ? `resource.${asked} && ` : ''}!resource.done.contains("${id}") };`
    }),
  ])
  const apart = table.exclusive.flatMap(([a, b]) =>
    [[a, b] as const, [b, a] as const].flatMap(([one, other]) =>
      table.stages
        .filter((stage) => stage.group === other)
        .map(
          (stage) =>
            `forbid(principal, action == Action::"${stage.id}", resource) when { principal.handled.contains("${one}") };`,
        ),
    ),
  )
  const surveyed = table.before.flatMap(([a, b]) =>
    table.stages
      .filter((stage) => stage.group === b)
      .map(
        (stage) =>
          `forbid(principal, action == Action::"${stage.id}", resource) when { principal.surveyed.contains("${a}") };`,
      ),
  )
  const sides = (['certificate', 'seal'] as const).flatMap((side) =>
    table.stages
      .filter((stage) => table.sides[side].includes(stage.duty))
      .map(
        (stage) =>
          `forbid(principal, action == Action::"${stage.id}", resource) when { principal.today.contains("${side === 'seal' ? 'certificate' : 'seal'}") };`,
      ),
  )
  return [
    ...permits,
    ...order,
    ...apart,
    ...surveyed,
    ...sides,
    'forbid(principal, action, resource) when { resource.closed };',
    'forbid(principal, action, resource) when { resource.taken && !principal.assignee };',
    'forbid(principal, action, resource) when { principal.away };',
  ].join('\n')
}

interface Question {
  stage: string
  process: Process
  duties: readonly string[]
  today: Side | null
  away: boolean
}

function cedarSays({ stage, process, duties, today, away }: Question): boolean {
  const handled = process.handlers.a
  const answer = statefulIsAuthorized({
    principal: { type: 'Person', id: 'a' },
    action: { type: 'Action', id: stage },
    resource: { type: 'Work', id: 'w' },
    context: {},
    preparsedPolicySetId: 'duties',
    entities: [
      {
        uid: { type: 'Person', id: 'a' },
        attrs: {
          duties: [...duties],
          handled: handled ? [handled] : [],
          surveyed: [...(process.surveyed?.a ?? [])],
          today: today ? [today] : [],
          assignee: process.assignee === 'a',
          away,
        },
        parents: [],
      },
      {
        uid: { type: 'Work', id: 'w' },
        attrs: {
          done: [...process.done],
          secondReview: process.secondReview,
          closed: process.closed,
          taken: process.assignee !== null && process.assignee !== undefined,
        },
        parents: [],
      },
    ],
  })
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
  expect(answer.response.diagnostics.errors).toEqual([])
  return answer.response.decision === 'allow'
}

/** Every question there is, as far as the table tells cases apart: stage tried × stages done × group handled × duty set, and what else may be. */
function* questions(table: DutyTable): Iterable<Question> {
  const relevant = new Set(table.stages.flatMap(dutiesFor))
  const sets = new Map(
    [[], ...legalSets(table), table.duties.map((duty) => duty.id)]
      .map((set) => set.filter((duty) => relevant.has(duty)).sort())
      .map((set) => [set.join(), set]),
  )
  const groups = [undefined, ...new Set(table.stages.map((one) => one.group))]
  for (const secondReview of table.stages.some((one) => one.onlyIf) ? [true, false] : [false]) {
    const asked = table.stages.filter((one) => !one.onlyIf || secondReview)
    for (let done = 0; done <= asked.length; done++) {
      const base: Process = {
        closed: false,
        secondReview,
        done: asked.slice(0, done).map((one) => one.id),
        handlers: {},
      }
      for (const { id: stage } of table.stages) {
        for (const group of groups)
          for (const duties of sets.values())
            yield {
              stage,
              process: { ...base, handlers: group ? { a: group } : {} } as Process,
              duties,
              today: null,
              away: false,
            }
        const duties = table.duties.map((duty) => duty.id)
        const plain = { stage, process: base, duties, today: null, away: false }
        for (const today of ['certificate', 'seal'] as const) yield { ...plain, today }
        for (const assignee of ['a', 'b']) yield { ...plain, process: { ...base, assignee } }
        for (const [survey] of table.before)
          yield { ...plain, process: { ...base, surveyed: { a: [survey] } } }
        yield { ...plain, away: true }
        yield { ...plain, process: { ...base, closed: true } }
      }
    }
  }
}

/** Questions on which the table and Cedar do not agree. */
function disagreements(table: DutyTable, policies: string): { asked: number; wrong: string[] } {
  const wrong: string[] = []
  let asked = 0
  expect(preparsePolicySet('duties', { staticPolicies: policies }).type).toBe('success')
  for (const question of questions(table)) {
    asked++
    const { stage, process, duties, today, away } = question
    const ours =
      decide(table, process, { person: 'a', duties, today, away }, { kind: 'stage', stage }) === null
    if (ours !== cedarSays(question))
      wrong.push(
        `${stage} after [${process.done}] having handled ${process.handlers.a ?? 'nothing'} with [${duties}]: ours ${ours}`,
      )
  }
  return { asked, wrong }
}

test.each([
  ['a case', dutyTable],
  ['a survey', inFlow(dutyTable, 'survey')],
  ['a maintenance order', inFlow(dutyTable, 'maintenance')],
] as const)(
  'Cedar and the table agree on every question about %s',
  (_, table) => {
    const { asked, wrong } = disagreements(table, policiesOf(table))
    console.info(`${asked} questions`)
    expect(asked).toBeGreaterThan(30)
    expect(wrong).toEqual([])
  },
  300_000,
)

test.each([
  ['a pair forgotten', (text: string) => text.replace('principal.handled.contains("request")', 'false')],
  ['a duty confused', (text: string) => text.replace('"admin_security"', '"admin_audit"')],
  ['an order forgotten', (text: string) => text.replace('!resource.done.contains("approval")', 'false')],
] as const)('a planted disagreement is found: %s', (_, plant) => {
  const table = inFlow(dutyTable, 'maintenance')
  const honest = policiesOf(table)
  expect(plant(honest)).not.toBe(honest)
  expect(disagreements(table, plant(honest)).wrong.length).toBeGreaterThan(0)
})
